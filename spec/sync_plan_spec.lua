local core = require "thoughtspot.core"
local support = require "spec.support.sync"
local sync = require "thoughtspot.sync"

local DAY = support.DAY
local EVERYBODY = { scope = {}, leavers = "deactivate", max_leavers = 100 }

local function person(name, more)
  local row = { user_identifier = name, display_name = name,
    email = name .. "@acme.test" }
  for field, value in pairs(more or {}) do
    row[field] = value
  end
  return row
end

local function user(name, more)
  local fields = { name = name, email = name .. "@acme.test" }
  for field, value in pairs(more or {}) do
    fields[field] = value
  end
  return fields
end

support.describe("a plan", function()
  it("has no actions without differences, and sends nothing", function()
    local client, sandbox = support.cluster { users = { user "ada" } }
    local plan = assert(sync.plan(client, { person "ada" }, {}))
    assert.same({}, plan.actions)
    assert.equal(1, plan.counts.unchanged)
    sandbox.requests = {}
    local report = assert(sync.apply(client, plan))
    assert.same({}, sandbox.requests)
    assert.equal("nothing to do", tostring(report))
  end)

  it("creates, updates and deactivates", function()
    local client = support.cluster {
      groups = { "Staff", "Interns" },
      users = {
        user("ada", { email = "ada@old.test", groups = { "Staff",
          "Interns" } }),
        user("bob", { groups = { "Staff" } }),
        user("alan", { groups = { "Staff" } }), user "eve",
      },
    }
    local plan = assert(sync.plan(client, {
      person("ada", { group_identifiers = { "Staff" } }), person "bob",
      person("grace", { group_identifiers = { "Interns" } }),
    }, { scope = { group_identifiers = { "Staff" } },
      leavers = "deactivate" }))
    assert.same({ "create grace", "update ada", "deactivate alan" },
      support.actions(plan.actions))
    local grace, ada, alan = plan.actions[1], plan.actions[2],
      plan.actions[3]
    assert.same({ display_name = "grace", email = "grace@acme.test" },
      grace.set)
    assert.equal("Interns", grace.add.groups[1].name)
    assert.same({ email = { from = "ada@old.test", to = "ada@acme.test" } },
      ada.change)
    assert.equal("Interns", ada.remove.groups[1].name)
    assert.is_nil(ada.add)
    assert.same({ account_status = { from = "ACTIVE", to = "INACTIVE" } },
      alan.change)
    assert.equal("Staff", alan.remove.groups[1].name)
    assert.same({ create = 1, update = 1, deactivate = 1, strip = 0,
      delete = 0, unchanged = 1 }, plan.counts)
    assert.equal(3, plan.in_scope)
    assert.equal(3, plan.people)
    assert.same({ 1, 2, 3 }, { grace.n, ada.n, alan.n })
  end)

  it("leaves alone fields that a row does not mention", function()
    local client = support.cluster {
      groups = { "Staff" },
      users = { user("ada", { display_name = "Ada", groups = { "Staff" } }) },
    }
    local plan = assert(sync.plan(client, { { user_identifier = "ada" } },
      EVERYBODY))
    assert.same({}, plan.actions)
    plan = assert(sync.plan(client, { { user_identifier = "ada",
      email = core.null, group_identifiers = core.null } }, EVERYBODY))
    assert.same({}, plan.actions)
  end)

  it("takes an empty list for none of the managed groups", function()
    local client = support.cluster {
      groups = { "Staff", "Club" },
      users = { user("ada", { groups = { "Staff", "Club" } }), user "bob" },
    }
    local people = {
      person("ada", { group_identifiers = {} }),
      person("bob", { group_identifiers = { "Staff" } }),
    }
    local plan = assert(sync.plan(client, people, {}))
    assert.equal(1, #plan.actions[1].remove.groups)
    assert.equal("Staff", plan.actions[1].remove.groups[1].name)
    plan = assert(sync.plan(client, people, { groups = "add" }))
    assert.same({ "update bob" }, support.actions(plan.actions))
    plan = assert(sync.plan(client, people, { groups = { "Club" } }))
    assert.equal("Club", plan.actions[1].remove.groups[1].name)
    assert.equal(1, #plan.actions[1].remove.groups)
  end)

  it("ignores case, outer white space and the composition of "
    .. "accents", function()
    local client = support.cluster { users = {
      user("José", { display_name = "José Ñ", email = "jose@acme.test" }),
      user("ADA", { display_name = "Ada", email = "Ada@Acme.test" }),
    } }
    local plan = assert(sync.plan(client, {
      { user_identifier = " JOSE\204\129\194\160",
        display_name = "Jose\204\129 N\204\131 ", email = "JOSE@acme.test" },
      { user_identifier = "ada", display_name = "\tAda ",
        email = " ada@acme.test" },
    }, { scope = {}, leavers = "deactivate" }))
    assert.same({}, plan.actions)
    assert.same({ tsadmin = "the user that this client acts as" },
      support.reasons(plan.kept))
  end)

  it("compares each field that a row can give", function()
    local client = support.cluster { users = { user("ada", {
      visibility = "SHARABLE", notify_on_share = true,
      show_onboarding_experience = true,
      onboarding_experience_completed = false, preferred_locale = "en-GB",
      home_liveboard_identifier = "lb-1",
    }) } }
    local wanted = {
      display_name = "Ada L", email = "ada@new.test",
      account_type = "SAML_USER", visibility = "NON_SHARABLE",
      notify_on_share = false, show_onboarding_experience = false,
      onboarding_experience_completed = true, preferred_locale = "de-DE",
      home_liveboard_identifier = "lb-2",
    }
    local from = {
      display_name = "ada", email = "ada@acme.test",
      account_type = "LOCAL_USER", visibility = "SHARABLE",
      notify_on_share = true, show_onboarding_experience = true,
      onboarding_experience_completed = false, preferred_locale = "en-GB",
      home_liveboard_identifier = "lb-1",
    }
    local row = { user_identifier = "ada" }
    for name, value in pairs(wanted) do
      row[name] = value
    end
    local plan = assert(sync.plan(client, { row }, {}))
    local change = plan.actions[1].change
    for name, value in pairs(wanted) do
      assert.same({ from = from[name], to = value }, change[name], name)
      change[name] = nil
    end
    assert.same({}, change)
    -- And no changes when the values are equal.
    for name, value in pairs(from) do
      row[name] = value
    end
    plan = assert(sync.plan(client, { row }, {}))
    assert.same({}, plan.actions)
  end)

  it("accepts the GUID or the name of a Liveboard", function()
    local _, sandbox = support.cluster { users = { user("ada", {
      home_liveboard_identifier = "lb-1" }) } }
    local client = support.client(function(request)
      local response = sandbox(request)
      response.body = response.body:gsub('"home_liveboard":%b{}',
        '"home_liveboard":{"id":"lb-1","name":"Sales"}')
      return response
    end)
    for wanted, actions in pairs {
      ["lb-1"] = {}, Sales = {}, Orders = { "update ada" },
      [""] = { "update ada" },
    } do
      local plan = assert(sync.plan(client, { { user_identifier = "ada",
        home_liveboard_identifier = wanted } }))
      assert.same(actions, support.actions(plan.actions), wanted)
    end
  end)

  it("treats a missing switch as off", function()
    local _, sandbox = support.cluster { users = { user "ada" } }
    local shown = ""
    local client = support.client(function(request)
      local response = sandbox(request)
      response.body = response.body:gsub('"use_browser_language":%a+',
        '"created":1' .. shown)
      return response
    end)
    local function change_to(wanted)
      local plan = assert(sync.plan(client, { { user_identifier = "ada",
        use_browser_language = wanted } }))
      return plan.actions[1] and plan.actions[1].change
    end
    assert.is_nil(change_to(false))
    assert.same({ use_browser_language = { to = true } }, change_to(true))
    shown = ',"use_browser_language":true'
    assert.is_nil(change_to(true))
    assert.same({ use_browser_language = { from = true, to = false } },
      change_to(false))
  end)

  it("never compares a password", function()
    local client, sandbox = support.cluster { users = { user "ada" } }
    local plan = assert(sync.plan(client, { { user_identifier = "ada",
      password = "correct-horse" } }))
    assert.same({}, plan.actions)
    assert.same({}, plan.left)
    assert.same({}, support.writes(sandbox))
  end)

  it("does not set a locale while the browser's language is used",
    function()
      local client = support.cluster { users = { user "ada" } }
      local row = { user_identifier = "ada", use_browser_language = true,
        preferred_locale = "de-DE" }
      local plan = assert(sync.plan(client, { row }, {}))
      assert.same({ use_browser_language = { to = true } },
        plan.actions[1].change)
    end)

  it("finds users by GUID, in whatever case, and by name", function()
    local client, sandbox = support.cluster { users = { user "ada" } }
    local id = sandbox:user "ada".id
    for _, row in ipairs {
      { id = id:upper() }, { user_identifier = id },
      { id = id, user_identifier = "ada" },
    } do
      row.email = "new@acme.test"
      local plan = assert(sync.plan(client, { row }, EVERYBODY))
      assert.same({ "update ada" }, support.actions(plan.actions))
    end
  end)

  it("renames only if allowed, and to a free name", function()
    local client, sandbox = support.cluster {
      users = { user "ada", user "bob" },
    }
    local row = { id = sandbox:user "ada".id, user_identifier = "ada.l" }
    local plan = assert(sync.plan(client, { row }, EVERYBODY))
    assert.same({ "deactivate bob" }, support.actions(plan.actions))
    assert.equal("name: rename = true would rename the user",
      support.reasons(plan.left).ada)
    plan = assert(sync.plan(client, { row }, { rename = true }))
    assert.same({ name = { from = "ada", to = "ada.l" } },
      plan.actions[1].change)
    row.user_identifier = "Bob"
    local none, err, problems = sync.plan(client, { row }, { rename = true })
    assert.is_nil(none)
    assert.equal("argument", err.kind)
    assert.same({
      '1 user_identifier: the name "Bob" belongs to another user',
    }, support.problems(problems))
    -- Without the option bob is not a leaver, although he has no row.
    plan = assert(sync.plan(client, { row }, EVERYBODY))
    assert.same({}, plan.actions)
    assert.equal("row 1 has its name, with another GUID",
      support.reasons(plan.kept).bob)
  end)

  it("creates nobody for an unknown GUID", function()
    local client = support.cluster { users = { user "ada" } }
    local gone = "aaaaaaaa-2222-4333-8444-555555555555"
    local other = "BBBBBBBB-2222-4333-8444-555555555555"
    local plan = assert(sync.plan(client, {
      person("ada", { id = gone }), { user_identifier = other },
    }, EVERYBODY))
    assert.same({}, plan.actions)
    assert.same({ ada = "id: no user has this GUID",
      [other] = "id: no user has this GUID" },
      support.reasons(plan.left))
    assert.equal("row 1 has its name, with another GUID",
      support.reasons(plan.kept).ada)
  end)

  it("leaves fields of the identity provider alone", function()
    for _, kind in ipairs { "SAML_USER", "OIDC_USER" } do
      local client, sandbox = support.cluster {
        users = { user("ada", { account_type = kind }) },
      }
      local row = { id = sandbox:user "ada".id, user_identifier = "ada.l",
        email = "new@acme.test", display_name = "New",
        visibility = "NON_SHARABLE" }
      local plan = assert(sync.plan(client, { row }, { rename = true }))
      assert.same({ visibility = { from = "SHARABLE", to = "NON_SHARABLE" } },
        plan.actions[1].change)
      local reason = kind .. ", left to the identity provider"
      assert.same({ ada = ("name: %s; display_name: %s; email: %s"):format(
        reason, reason, reason) }, support.reasons(plan.left))
      plan = assert(sync.plan(client, { row }, { rename = true,
        update_sso = true }))
      assert.same({}, plan.left)
      assert.equal("ada.l", plan.actions[1].change.name.to)
    end
  end)

  it("activates only if allowed", function()
    local client = support.cluster { users = {
      user("ada", { account_status = "INACTIVE" }),
      user("bob", { account_status = "SUSPENDED" }),
      user("cem", { account_status = "LOCKED" }),
    } }
    local people = { person "ada", person "bob", person "cem" }
    local plan = assert(sync.plan(client, people, {}))
    assert.same({}, plan.actions)
    local reason = "account_status: reactivate = true would activate the "
      .. "account"
    assert.same({ ada = reason, bob = reason }, support.reasons(plan.left))
    plan = assert(sync.plan(client, people, { reactivate = true }))
    assert.same({ "update ada", "update bob" }, support.actions(plan.actions))
    assert.same({ account_status = { from = "INACTIVE", to = "ACTIVE" } },
      plan.actions[1].change)
  end)

  it("lists what it is not allowed to create or update", function()
    local client = support.cluster { users = {
      user("ada", { email = "old@acme.test" }) } }
    local plan = assert(sync.plan(client, { person "ada", person "bob" },
      { create = false, update = false }))
    assert.same({}, plan.actions)
    assert.same({ ada = "email: update = false",
      bob = "not a user; create = false" }, support.reasons(plan.left))
  end)

  it("creates users with the common fields and those of the row", function()
    local client = support.cluster { orgs = { "North" } }
    local plan = assert(sync.plan(client, {
      person("ada", { account_type = "LDAP_USER", password = "s3cret",
        org_identifiers = { "North" }, trigger_welcome_email = false,
        notify_on_share = false }),
      { user_identifier = "bob", display_name = "Bob" },
    }, { create = { account_type = "SAML_USER", email = "" } }))
    assert.same({ display_name = "ada", email = "ada@acme.test",
      account_type = "LDAP_USER", notify_on_share = false,
      trigger_welcome_email = false }, plan.actions[1].set)
    assert.same({ { id = 1, name = "North" } }, plan.actions[1].add.orgs)
    assert.same({ display_name = "Bob", email = "",
      account_type = "SAML_USER" }, plan.actions[2].set)
  end)

  it("accepts the row of an export", function()
    local client = support.cluster { groups = { "A", "B" } }
    local plan = assert(sync.plan(client, { {
      user_identifier = "ada", display_name = "Ada", email = "a@acme.test",
      account_type = "LOCAL_USER", account_status = "ACTIVE",
      group_identifiers = "A; B", org_identifiers = "Primary",
      created = "2026-01-01T00:00:00Z", changed = "x", first_login = "x",
    } }))
    assert.equal(2, #plan.actions[1].add.groups)
  end)
end)

support.describe("the leavers of a plan", function()
  local now = os.time()

  -- Users whose last change was so many days ago.
  local function cluster(days, users, options)
    local time = now - days * DAY
    local all = { clock = function() return time end, users = users }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    local client, sandbox = support.cluster(all)
    time = now
    return client, sandbox
  end

  it("are kept by default", function()
    local client = support.cluster { users = { user "ada", user "bob" } }
    local plan = assert(sync.plan(client, { person "ada" }, { scope = {} }))
    assert.same({}, plan.actions)
    assert.equal('leavers = "keep"', support.reasons(plan.kept).bob)
    plan = assert(sync.plan(client, { person "ada" }))
    assert.same({}, plan.kept)
    assert.equal(0, plan.in_scope)
  end)

  it("leave the managed groups, once", function()
    local client = support.cluster { groups = { "Staff", "Club" }, users = {
      user("ada", { groups = { "Staff" } }),
      user("bob", { groups = { "Staff", "Club" } }), user "cem",
    } }
    local plan = assert(sync.plan(client, {
      person("ada", { group_identifiers = { "Staff" } }) },
      { scope = {}, leavers = "strip" }))
    assert.same({ "strip bob" }, support.actions(plan.actions))
    assert.equal("Staff", plan.actions[1].remove.groups[1].name)
    assert.equal(1, #plan.actions[1].remove.groups)
  end)

  it("are deleted once they are inactive and have been for days", function()
    for days, expected in pairs {
      [29] = {}, [30] = { "delete bob" }, [400] = { "delete bob" },
    } do
      local client = cluster(days, { user "ada",
        user("bob", { account_status = "INACTIVE" }) })
      local plan = assert(sync.plan(client, { person "ada" },
        { scope = {}, leavers = "delete" }))
      assert.same(expected, support.actions(plan.actions), days)
    end
    local client = cluster(400, { user "ada", user "bob" })
    local plan = assert(sync.plan(client, { person "ada" },
      { scope = {}, leavers = "delete" }))
    assert.same({ "deactivate bob" }, support.actions(plan.actions))
  end)

  it("are in the scope", function()
    local client = support.cluster { groups = { "Staff" }, users = {
      user("ada", { groups = { "Staff" } }),
      user("bob", { groups = { "Staff" } }), user "cem" } }
    local plan = assert(sync.plan(client, { person "ada" }, {
      scope = { group_identifiers = { "Staff" } }, leavers = "deactivate" }))
    assert.same({ "deactivate bob" }, support.actions(plan.actions))
    assert.equal(2, plan.in_scope)
  end)

  it("are in the scope although the cluster ignores the filter", function()
    local _, sandbox = support.cluster { groups = { "Staff" }, users = {
      user("ada", { groups = { "Staff" } }), user "bob" } }
    -- Like a cluster that does not know the filter.
    local function transport(request)
      if request.body then
        request.body = request.body:gsub('"group_identifiers":%b[],?', "")
      end
      return sandbox(request)
    end
    local client = support.client(transport)
    local plan = assert(sync.plan(client, { person "ada" }, {
      scope = { group_identifiers = { "Staff" } }, leavers = "deactivate" }))
    assert.same({}, plan.actions)
    assert.equal("outside the scope, judging by its fields",
      support.reasons(plan.kept).bob)
  end)

  it("are never those who are protected, each with a reason", function()
    local client = support.cluster {
      admin = { name = "svc-sync" },
      users = {
        user "ada", user "guest", user "su", user "system", user "tsadmin",
        user "super_user", user "system_user",
        user("root", { super_user = true }),
        user("daemon", { system_user = true }),
        user("boss", { privileges = { "ADMINISTRATION" } }),
        user("hr", { privileges = { "USER_ADMINISTRATION" } }),
        user "api.one", user "apixone", user "Vip", user "by-id",
      },
    }
    local function reasons(options)
      options.scope, options.leavers = {}, "deactivate"
      options.max_leavers = 100
      local plan = assert(sync.plan(client, { person "ada" }, options))
      return support.reasons(plan.kept), support.actions(plan.actions)
    end
    local id = client:find_user "by-id".id
    local kept, actions = reasons { protect = { "api.*", "VIP", id:upper() } }
    local built_in = "a built-in account"
    assert.same({
      ["svc-sync"] = "the user that this client acts as",
      guest = built_in, su = built_in, system = built_in,
      tsadmin = built_in, super_user = built_in, system_user = built_in,
      root = "a super user", daemon = "a system user",
      boss = "an administrator", hr = "an administrator",
      ["api.one"] = 'protected by "api.*"', Vip = 'protected by "VIP"',
      ["by-id"] = ('protected by %q'):format(id:upper()),
    }, kept)
    assert.same({ "deactivate apixone" }, actions)
    kept, actions = reasons { protect = { "*" }, protect_admins = false }
    assert.equal('protected by "*"', kept.boss)
    assert.same({}, actions)
    kept, actions = reasons { protect_admins = false }
    assert.is_nil(kept.boss)
    assert.same({ "deactivate api.one", "deactivate apixone",
      "deactivate boss", "deactivate by-id", "deactivate hr",
      "deactivate Vip" }, (function()
        table.sort(actions, function(a, b) return a:lower() < b:lower() end)
        return actions
      end)())
  end)

  it("are never users without visible privileges", function()
    local _, sandbox = support.cluster {
      users = { user "ada", user "bob" } }
    local client = support.client(function(request)
      local response = sandbox(request)
      if request.url:find("users/search", 1, true) then
        response.body = response.body:gsub('"privileges":%b[]',
          '"privileges":null')
      end
      return response
    end)
    local plan = assert(sync.plan(client, { person "ada" }, EVERYBODY))
    assert.same({}, plan.actions)
    assert.equal("the cluster does not show the user's privileges",
      support.reasons(plan.kept).bob)
  end)
end)
