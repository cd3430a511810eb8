-- Situations in which a sync could remove access of users who should keep it,
-- or create users twice: there is no plan, or one without such actions.
--
-- Takes long.

local core = require "thoughtspot.core"
local json = require "thoughtspot.sandbox.json"
local support = require "spec.support.sync"
local sync = require "thoughtspot.sync"
local thoughtspot = require "thoughtspot"

local EVERYBODY = { scope = {}, leavers = "deactivate", max_leavers = "100%" }

local NO_BREAK, ZERO_WIDTH = "\194\160", "\226\128\139"
local MARK, RIGHT_TO_LEFT = "\239\187\191", "\226\128\174"
local ACUTE = "\204\129"

local function user(name, more)
  local fields = { name = name, email = name .. "@acme.test" }
  for field, value in pairs(more or {}) do
    fields[field] = value
  end
  return fields
end

local function person(name, more)
  local fields = { user_identifier = name, display_name = "Somebody",
    email = "new@acme.test" }
  for field, value in pairs(more or {}) do
    fields[field] = value
  end
  return fields
end

support.describe("a source", function()
  local client, sandbox

  before_each(function()
    client, sandbox = support.cluster {
      groups = { "Staff" }, users = { user "ada", user "bob" },
    }
  end)

  -- With any options.
  local all_options = {
    {}, EVERYBODY, { create = false, update = false },
    { scope = {}, leavers = "delete", max_deletes = 1000,
      max_leavers = 1000, max_updates = 1000, max_removals = 1000,
      protect_admins = false, delete_after = 0 },
  }

  local function refusal(people, message)
    local problems
    for _, options in ipairs(all_options) do
      local source = people
      if type(people) == "function" and type(people()) == "function" then
        source = people()
      end
      local plan, err
      plan, err, problems = sync.plan(client, source, options)
      assert.is_nil(plan)
      assert.equal(message, err.message)
    end
    assert.same({}, support.writes(sandbox))
    return problems
  end

  it("that is empty makes no plan", function()
    local message = "people: the source is empty; no plan is made from an "
      .. "empty source"
    refusal({}, message)
    refusal(function() return function() end end, message)
    sandbox.requests = {}
    sync.plan(client, {}, EVERYBODY)
    assert.same({}, sandbox.requests)
  end)

  it("that fails midway makes no plan", function()
    local function failing(fail)
      return function()
        local index = 0
        return function()
          index = index + 1
          if index == 3 then
            return fail()
          end
          return person("p" .. index)
        end
      end
    end
    refusal(failing(function() error("connection lost", 0) end),
      "people: the source failed after 2 rows: connection lost")
    refusal(failing(function() return nil, "LDAP: busy" end),
      "people: the source failed after 2 rows: LDAP: busy")
    refusal(failing(function() error() end),
      "people: the source failed after 2 rows: nil")
    refusal(failing(function()
      return nil, core.error("connect", "no route")
    end), "no route")
  end)

  it("with holes makes no plan", function()
    refusal({ person "ada", nil, person "bob" }, "people: expected a list "
      .. "without holes, or a function")
    refusal({ ada = person "ada" }, "people: expected a list without holes, "
      .. "or a function")
  end)

  it("may return the same table each time", function()
    local row, index, names = {}, 0, { "ada", "bob" }
    local plan = assert(sync.plan(client, function()
      index = index + 1
      row.user_identifier = names[index]
      return names[index] and row
    end, EVERYBODY))
    assert.same({}, plan.actions)
  end)

  it("has all its errors reported at once, in order", function()
    local plan, err, problems = sync.plan(client, {
      person "ada", "eve", person("ADA" .. NO_BREAK),
      { email = "x@acme.test" },
      person("cem", { account_type = "LOCAL" }),
      person("dan", { emial = "x", notify_on_share = "yes" }),
      person("eva", { group_identifiers = { "Staff", "Stuff" } }),
      person("fay", { group_identifiers = { "" } }),
      person("gus", { group_identifiers = "", email = "  " }),
      person("hal", { group_identifiers = { "a", nil, "b" } }),
      person("ida", { org_identifiers = { "South" } }),
      { user_identifier = "jan" }, person "a\255", person("kim",
        { id = 7, trigger_welcome_email = "no" }),
      person("leo", { preferred_locale = "de" }),
      [16] = person("max", { [1] = "x" }),
    }, {})
    assert.is_nil(plan)
    assert.equal("people: 18 errors in the source; the first: row 2: "
      .. "expected a table, got string", err.message)
    local told = {}
    for index, text in ipairs(support.problems(problems)) do
      told[index] = text:gsub("; did you mean.*", ""):gsub(" %(.*", "")
    end
    assert.same({
      "2 nil: expected a table, got string",
      '3 user_identifier: "ADA" is already in row 1; remove one of them',
      "4 user_identifier: is required: the name of the user",
      '5 account_type: "LOCAL" is not one of LOCAL_USER, LDAP_USER, '
        .. "SAML_USER, OIDC_USER, REMOTE_USER",
      "6 emial: is not a field here",
    }, { told[1], told[2], told[3], told[4], told[5] })
    local fields = {}
    for index = 6, #problems do
      fields[#fields + 1] = problems[index].index .. " "
        .. tostring(problems[index].field)
    end
    assert.same({ "6 notify_on_share", "7 group_identifiers",
      "8 group_identifiers", "9 email", "9 group_identifiers",
      "10 group_identifiers", "11 org_identifiers", "12 display_name",
      "13 user_identifier", "14 id", "14 trigger_welcome_email",
      "15 preferred_locale", "16 1" }, fields)
  end)

  it("must have each user once", function()
    local ada = sandbox:user "ada".id
    for _, rows in ipairs {
      { person "ada", person " Ada" }, { person "ada", person "\tADA\n" },
      { person "jos\195\169", person("jose" .. ACUTE) },
      { person "ada", person("a" .. ZERO_WIDTH .. "da") },
      { person "ada", person(MARK .. "ada") },
      { { id = ada }, person("x", { id = ada:upper() }) },
      { { id = ada }, { user_identifier = ada } },
      { { id = ada }, person "ada" },
      { person("ada.l", { id = ada }), person "ada" },
      { { id = ada }, person("bob", { id = ada }) },
      { person "bob", person("bob", { id = ada }) },
    } do
      local plan, err, problems = sync.plan(client, rows, EVERYBODY)
      assert.is_nil(plan, rows[2].user_identifier)
      assert.equal("argument", err.kind)
      assert.equal(2, problems[1].index)
    end
  end)

  it("creates nobody with invisible characters in the name", function()
    for hidden, code in pairs {
      [NO_BREAK] = "U+00A0", [ZERO_WIDTH] = "U+200B", ["\t"] = "U+0009",
      [RIGHT_TO_LEFT] = "U+202E",
    } do
      local plan, _, problems = sync.plan(client,
        { person("new" .. hidden .. "one") }, EVERYBODY)
      assert.is_nil(plan)
      assert.equal(1, #problems)
      assert.truthy(problems[1].message:find(code, 1, true),
        problems[1].message)
    end
  end)

  it("may name an existing user with invisible characters", function()
    local plan = assert(sync.plan(client, {
      { user_identifier = "a" .. ZERO_WIDTH .. "da" },
      { user_identifier = MARK .. NO_BREAK .. "bob" .. ZERO_WIDTH },
    }, EVERYBODY))
    assert.same({}, plan.actions)
  end)
end)

support.describe("users who look alike", function()
  local function plan_of(users, rows)
    local client = support.cluster { users = users }
    return sync.plan(client, rows, EVERYBODY)
  end

  local jose, other_jose = "jos\195\169", "jose" .. ACUTE

  it("are distinguished by the exact name", function()
    for _, pair in ipairs {
      { jose, other_jose }, { "ada", "ada" .. ZERO_WIDTH },
      { "eve", "e" .. NO_BREAK .. "ve" ~= "" and "eve" .. NO_BREAK },
    } do
      for first = 1, 2 do
        local named, twin = pair[first], pair[3 - first]
        -- White space around the name in a row is trimmed.
        if not named:find(NO_BREAK, 1, true)
          and not named:find(ZERO_WIDTH, 1, true) then
          local plan = assert(plan_of({ user(pair[1]), user(pair[2]) }, {
            { user_identifier = named, visibility = "NON_SHARABLE" } }))
          assert.same({ "update " .. named }, support.actions(plan.actions))
          assert.equal("its name differs from that of row 1 only in spelling",
            support.reasons(plan.kept)[twin])
        end
      end
    end
  end)

  it("are an error when no name is exact", function()
    local plan, err, problems = plan_of({ user(jose), user(other_jose) },
      { { user_identifier = "JOSE" .. ACUTE } })
    assert.is_nil(plan)
    assert.equal("argument", err.kind)
    assert.same({ "1 user_identifier: several users have this name, except "
      .. "for case or invisible characters; give the GUID (id)" },
      support.problems(problems))
  end)

  it("can be given by their GUIDs", function()
    local client, sandbox = support.cluster {
      users = { user(jose), user(other_jose) } }
    local plan = assert(sync.plan(client, {
      { id = sandbox:user(jose).id, user_identifier = "Jos\195\137" },
    }, EVERYBODY))
    assert.same({}, plan.actions)
    assert.equal("row 1 has its name, with another GUID",
      support.reasons(plan.kept)[other_jose])
    assert.is_nil(support.reasons(plan.kept)[jose])
  end)
end)

support.describe("the user that the client acts as", function()
  it("is not changed, however a row names it", function()
    for _, row in ipairs {
      { user_identifier = " SVC" }, { user_identifier = "Svc" .. ZERO_WIDTH },
      { id = "own" }, { id = "own", user_identifier = "renamed" }, {},
    } do
      local client, sandbox = support.cluster {
        admin = { name = "svc" }, groups = { "Admins", "Staff" },
        users = { user("ada", { groups = { "Staff" } }) },
      }
      local store = sandbox.store
      store:change_user(store:user "svc", {
        groups = store:matching("groups", { "Admins" }) })
      local rows = { person("ada", { group_identifiers = { "Admins" } }) }
      if next(row) then
        row.id = row.id and sandbox:user "svc".id
        row.account_status, row.group_identifiers = "INACTIVE", {}
        rows[2] = row
      end
      local plan = assert(sync.plan(client, rows, { scope = {},
        leavers = "delete", max_deletes = 10, rename = true,
        protect_admins = false, delete_after = 0 }))
      assert.same({ "update ada" }, support.actions(plan.actions))
      local notes = support.reasons(next(row) and plan.left or plan.kept)
      assert.truthy(notes.svc:find("the user that this client acts as", 1,
        true))
    end
  end)

  it("must be in the list of users", function()
    local _, sandbox = support.cluster { users = { user "ada" } }
    local client = support.client(function(request)
      local response = sandbox(request)
      if request.url:find("users/search", 1, true) then
        -- Like for a caller who cannot see all users.
        response.body = "[]"
      end
      return response
    end)
    local plan, err = sync.plan(client, { person "ada" }, EVERYBODY)
    assert.is_nil(plan)
    assert.equal("api", err.kind)
    assert.matches("the list of users is incomplete", err.message)
  end)
end)

support.describe("a cluster that cannot be read completely", function()
  local function refusal(fault, kind)
    local _, sandbox = support.cluster {
      groups = { "Staff" },
      users = { user("ada", { groups = { "Staff" } }), user "bob" },
    }
    local client = support.client(sandbox, { max_retries = 0 })
    for _, options in ipairs { {}, EVERYBODY,
      { scope = { group_identifiers = { "Staff" } }, leavers = "delete",
        max_deletes = 1000 } } do
      sandbox.faults = {}
      sandbox.quirks.dangling_user = fault == "dangling" and "bob" or false
      if type(fault) == "table" then
        sandbox:fail(fault)
      end
      local plan, err = sync.plan(client, { person "ada" }, options)
      assert.is_nil(plan)
      assert.equal(kind, err.kind)
    end
    assert.same({}, support.writes(sandbox))
  end

  it("makes no plan", function()
    refusal({ endpoint = "search_users", fault = "server_error",
      times = 100 }, "server")
    refusal({ endpoint = "search_users", fault = "maintenance",
      times = 100 }, "gateway")
    refusal({ endpoint = "search_users", status = 403, times = 100,
      body = '{"error":{"message":{"code":10023,"debug":"no"}}}',
      headers = { ["Content-Type"] = "application/json" } }, "forbidden")
    refusal({ endpoint = "get_current_user_info", fault = "bad_gateway",
      times = 100 }, "gateway")
    refusal("dangling", "not_found")
  end)

  it("makes no plan when a reply breaks off", function()
    local users = {}
    for index = 1, 2500 do
      users[index] = { name = ("u%04d"):format(index) }
    end
    local _, sandbox = support.cluster { users = users }
    local searches = 0
    local client = support.client(function(request)
      if request.url:find("users/search", 1, true) then
        searches = searches + 1
        if searches == 3 then
          return { status = 500, body = "" }
        end
      end
      return sandbox(request)
    end, { max_retries = 0 })
    local plan, err = sync.plan(client, { { user_identifier = "u0001" } },
      EVERYBODY)
    assert.is_nil(plan)
    assert.truthy(err.status == 500 or err.kind == "gateway")
  end)

  it("is read completely while users are deleted", function()
    local users, people = {}, {}
    for index = 1, 2500 do
      users[index] = { name = ("u%04d"):format(index) }
      people[index] = { user_identifier = users[index].name }
    end
    local _, sandbox = support.cluster { users = users }
    local searches = 0
    local client = support.client(function(request)
      if request.url:find("users/search", 1, true) then
        searches = searches + 1
        -- Rows at the front are deleted, and the others move forward.
        for index = searches * 20, searches * 20 + 9 do
          local gone = sandbox.store:user(("u%04d"):format(index))
          if gone then
            sandbox.store:remove_user(gone)
          end
        end
      end
      return sandbox(request)
    end)
    local plan = assert(sync.plan(client, people, { scope = {},
      leavers = "deactivate", create = false }))
    assert.same({}, plan.actions)
  end)
end)

support.describe("a user who is renamed", function()
  it("while the users are read is not a leaver", function()
    -- More than the set of seen ids remembers, so that a user comes twice.
    local users, people = {}, {}
    for index = 1, 4500 do
      users[index] = { name = ("u%04d"):format(index) }
      people[index] = { user_identifier = users[index].name }
    end
    local _, sandbox = support.cluster { users = users }
    local searches = 0
    local client = support.client(function(request)
      if request.url:find("users/search", 1, true) then
        searches = searches + 1
        if searches == 2 then
          local store = sandbox.store
          store:change_user(store:user "u0001", { name = "zz" })
        end
      end
      return sandbox(request)
    end)
    local read = 0
    local plan = assert(sync.plan(client, people, { scope = {},
      leavers = "deactivate", max_leavers = 100,
      on_progress = function(done) read = done end }))
    assert.equal(4502, read)
    assert.same({}, plan.actions)
  end)

  it("at the cluster is recognized by the address, and kept", function()
    local client, sandbox = support.cluster {
      users = { user("ada.l", { email = "Ada@acme.test" }), user "bob" } }
    local rows = { person("ada", { email = "ada@acme.test" }) }
    local plan = assert(sync.plan(client, rows, EVERYBODY))
    assert.same({ "deactivate bob" }, support.actions(plan.actions))
    assert.matches('^has the e%-mail address of "ada"',
      support.reasons(plan.kept)["ada.l"])
    assert.matches('^not created: "ada.l" has the same e%-mail address',
      support.reasons(plan.left).ada)
    rows[1].id = sandbox:user "ada.l".id
    plan = assert(sync.plan(client, rows, { rename = true }))
    assert.equal("ada", plan.actions[1].change.name.to)
  end)

  it("is recognized by a name that is written another way", function()
    for is, wanted in pairs {
      ali = "AL\196\176", isik = "\196\177\197\159\196\177k",
      kaya = "\239\189\139\239\189\129\239\189\153\239\189\129",
      ["00471"] = "471", ["jos\195\169"] = "jose", mueller = "m\195\188ller",
      strasse = "stra\195\159e", ["carl"] = "\209\129arl",
    } do
      for from, to in pairs { [is] = wanted, [wanted] = is } do
        local client = support.cluster { users = {
          user(from, { email = "old@acme.test" }), user "bob" } }
        local plan = assert(sync.plan(client, {
          person(to, { email = "new@acme.test" }) }, EVERYBODY))
        assert.same({ "deactivate bob" }, support.actions(plan.actions), to)
        assert.equal('has nearly the name of "' .. to .. '", who would be '
          .. "created; if they are the same person, give the row this GUID as "
          .. "id", support.reasons(plan.kept)[from])
        assert.equal('not created: "' .. from .. '" has nearly the same name '
          .. "and is a leaver", support.reasons(plan.left)[to])
      end
    end
  end)

  it("is not guessed from a name that is another one", function()
    for is, wanted in pairs { ada = "adam", ["12"] = "120", ["a1"] = "a01",
      joan = "john" } do
      local client = support.cluster { users = {
        user(is, { email = "old@acme.test" }) } }
      local plan = assert(sync.plan(client, {
        person(wanted, { email = "new@acme.test" }) }, EVERYBODY))
      assert.same({ "create " .. wanted, "deactivate " .. is },
        support.actions(plan.actions))
    end
  end)

  it("is not guessed when several share an address", function()
    local client = support.cluster { users = {
      user("old1", { email = "team@acme.test" }),
      user("old2", { email = "team@acme.test" }) } }
    local plan = assert(sync.plan(client, {
      person("new1", { email = "team@acme.test" }) }, EVERYBODY))
    assert.same({ "create new1", "deactivate old1", "deactivate old2" },
      support.actions(plan.actions))
  end)

  it("is left alone when GUID and name belong to two users", function()
    local client, sandbox = support.cluster {
      users = { user "ada", user "bob" } }
    -- A column that was sorted separately from the others.
    local plan = assert(sync.plan(client, {
      { id = sandbox:user "ada".id, user_identifier = "bob",
        email = "b@acme.test" },
      { id = sandbox:user "bob".id, user_identifier = "ada",
        email = "a@acme.test" },
    }, EVERYBODY))
    assert.same({}, plan.actions)
    assert.matches("email: the name in row 1 belongs to another user",
      support.reasons(plan.left).ada)
  end)
end)

support.describe("a scope", function()
  local client

  before_each(function()
    client = support.cluster {
      groups = { "Staff" }, orgs = { "North", "South" },
      users = { user("ada", { groups = { "Staff" } }),
        user("bob", { orgs = { "North" } }),
        user("cem", { orgs = { "North", "South" } }) },
    }
  end)

  local function refusal(options)
    local plan, err = sync.plan(client, { person "ada" }, options)
    assert.is_nil(plan)
    assert.equal("argument", err.kind)
    return err.message
  end

  it("is required when there can be leavers", function()
    for _, mode in ipairs { "strip", "deactivate", "delete" } do
      assert.matches("^scope: is required if leavers is",
        refusal { leavers = mode })
    end
  end)

  it("must not have empty values, which would mean everybody", function()
    for _, filter in ipairs {
      { group_identifiers = {} }, { group_identifiers = { "" } },
      { name_pattern = "" }, { user_identifier = "" },
      { group_identifiers = core.null }, { org_identifiers = {} },
    } do
      assert.matches("empty", refusal { scope = filter,
        leavers = "deactivate" })
    end
  end)

  it("refuses unknown fields, whatever the client's options", function()
    client = support.client(select(2, support.cluster {}),
      { strict = false })
    assert.equal("scope.group_identifers: is not a field here; did you mean "
      .. "group_identifiers?", refusal { scope = {
        group_identifers = { "Staff" } }, leavers = "deactivate" })
    assert.matches("^scope.group_identifiers: ", refusal { scope = {
      group_identifiers = "Staff" }, leavers = "deactivate" })
    for _, name in ipairs { "record_size", "record_offset",
      "include_favorite_metadata", "include_variable_values" } do
      assert.equal("scope." .. name .. ": does not filter users; omit it",
        refusal { scope = { [name] = 10 }, leavers = "deactivate" })
    end
  end)

  it("is checked against the users when the cluster ignores it", function()
    local sandbox = select(2, support.cluster {
      groups = { "Staff" },
      users = {
        user("ada"), user("svc_a%b.c", { display_name = "Bot",
          email = "Bot@acme.test", groups = { "Staff" },
          privileges = { "DATADOWNLOADING" }, notify_on_share = false,
          onboarding_experience_completed = true }),
        user "x-svc",
      },
    })
    client = support.client(function(request)
      if request.url:find "users/search" then
        local asked = json.decode(request.body)
        request.body = json.encode { record_size = asked.record_size,
          record_offset = asked.record_offset }
      end
      return sandbox(request)
    end)
    for expected, filters in pairs {
      ["deactivate svc_a%b.c"] = {
        { name_pattern = "SVC%" }, { name_pattern = "%._" },
        { name_pattern = "svc_a%" }, { name_pattern = "%a%b.c" },
        { display_name = "bot" }, { email = "bot@ACME.test" },
        { privileges = { "RANALYSIS", "DATADOWNLOADING" } },
        { notify_on_share = false }, { group_identifiers = { "Staff" } },
        { onboarding_experience_completed = true },
      },
      [""] = {
        { name_pattern = "svc" }, { name_pattern = "b.c" },
        { name_pattern = "svc_a_b_d" }, { display_name = "Bo" },
        { email = "bot" }, { privileges = { "RANALYSIS" } },
      },
    } do
      for _, filter in ipairs(filters) do
        local plan = assert(sync.plan(client, { person "ada" }, {
          scope = filter, leavers = "deactivate", update = false,
          max_leavers = 10 }))
        assert.equal(expected,
          table.concat(support.actions(plan.actions), " "), next(filter))
      end
    end
  end)

  it("without users must name existing groups", function()
    assert.equal('scope.group_identifiers: there is no group called "Stuff" '
      .. "in the client's org", refusal { scope = {
        group_identifiers = { "Stuff" } }, leavers = "deactivate" })
    client = support.cluster { groups = { "Staff" } }
    local plan = assert(sync.plan(client, { person "ada" }, {
      scope = { group_identifiers = { "Staff" } }, leavers = "deactivate" }))
    assert.equal(0, plan.in_scope)
  end)

  it("of orgs removes nobody from other orgs", function()
    local plan = assert(sync.plan(client, { { user_identifier = "ada" } }, {
      scope = { org_identifiers = { "North" } }, leavers = "deactivate" }))
    assert.same({ "deactivate bob" }, support.actions(plan.actions))
    assert.equal('also in the org "South", outside the scope',
      support.reasons(plan.kept).cem)
    plan = assert(sync.plan(client, { { user_identifier = "ada" } }, {
      scope = { org_identifiers = { "1", "South" } },
      leavers = "deactivate", max_leavers = 10 }))
    assert.same({ "deactivate bob", "deactivate cem" },
      support.actions(plan.actions))
  end)
end)

support.describe("a row that takes access away", function()
  it("counts as a leaver, and never changes a protected user", function()
    local client = support.cluster { users = {
      user "ada", user("boss", { privileges = { "ADMINISTRATION" } }),
      user "vip", user "eve" } }
    local rows = {}
    for index, name in ipairs { "ada", "boss", "vip", "eve" } do
      rows[index] = { user_identifier = name, account_status = "INACTIVE" }
    end
    local plan = assert(sync.plan(client, rows, { protect = { "v*" },
      scope = {}, max_leavers = 1 }))
    assert.same({ "update ada", "update eve" },
      support.actions(plan.actions))
    assert.equal("account_status: an administrator",
      support.reasons(plan.left).boss)
    assert.equal('account_status: protected by "v*"',
      support.reasons(plan.left).vip)
    assert.same({ "leavers", 2, 1 }, { plan.withheld[1].limit,
      plan.withheld[1].count, plan.withheld[1].allowed })
    assert.equal(2, #plan.withheld)
  end)

  it("leaves states alone that only the cluster sets", function()
    local client = support.cluster { users = { user "ada" } }
    for _, status in ipairs { "LOCKED", "EXPIRED", "PENDING" } do
      local plan = assert(sync.plan(client, { { user_identifier = "ada",
        account_status = status } }))
      assert.same({}, plan.actions)
      assert.equal("account_status: only the cluster sets this status",
        support.reasons(plan.left).ada)
    end
  end)
end)

support.describe("a client", function()
  it("may have keep_null", function()
    local _, sandbox = support.cluster { groups = { "Staff" }, users = {
      user "ada", user "bob" } }
    local client = support.client(function(request)
      local response = sandbox(request)
      response.body = response.body:gsub('"user_groups":%[%]',
        '"user_groups":null'):gsub('"orgs":%b[]', '"orgs":null')
      return response
    end, { keep_null = true })
    local plan = assert(sync.plan(client, {
      person("ada", { email = "ada@acme.test", display_name = "ada",
        group_identifiers = { "Staff" } }) }, EVERYBODY))
    assert.same({ "update ada", "deactivate bob" },
      support.actions(plan.actions))
    local report = assert(sync.apply(client, plan))
    assert.equal("2 done, 0 failed", tostring(report))
    assert.equal(thoughtspot.null, core.null)
  end)
end)
