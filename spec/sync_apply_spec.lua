local command = require "spec.support.command"
local core = require "thoughtspot.core"
local json = require "thoughtspot.sandbox.json"
local support = require "spec.support.sync"
local sync = require "thoughtspot.sync"

local DAY = support.DAY

local function user(name, more)
  local fields = { name = name, email = name .. "@acme.test" }
  for field, value in pairs(more or {}) do
    fields[field] = value
  end
  return fields
end

-- "done 1, already 0, failures 0, withheld 0, not_in_effect 0", without what
-- is 0.
local function summary(report)
  local parts = {}
  for _, name in ipairs {
    "done", "already", "failures", "withheld", "not_in_effect",
  } do
    if #report[name] > 0 then
      parts[#parts + 1] = name .. " " .. #report[name]
    end
  end
  return table.concat(parts, ", ")
end

-- Each action is in exactly one of four lists.
local function assert_accounted(plan, report)
  local seen = {}
  local function see(action)
    assert.is_nil(seen[action.n], "twice: " .. action.n)
    seen[action.n] = true
  end
  for _, name in ipairs { "done", "already" } do
    for _, action in ipairs(report[name]) do
      see(action)
    end
  end
  for _, name in ipairs { "failures", "withheld" } do
    for _, entry in ipairs(report[name]) do
      see(entry.action)
    end
  end
  for _, action in ipairs(plan.actions) do
    assert.is_true(seen[action.n], "nowhere: " .. action.n)
  end
end

support.describe("applying a plan", function()
  local folder

  setup(function()
    folder = command.new_folder()
  end)

  teardown(function()
    command.remove(folder)
  end)

  local paths = 0
  local function new_path()
    paths = paths + 1
    return folder .. "/" .. paths
  end

  -- A cluster that needs an action of each kind.
  local function prepare(more)
    local time = os.time() - 60 * DAY
    local options = {
      clock = function() return time end,
      groups = { "Staff", "Interns" },
      users = {
        user("ada", { email = "ada@old.test", groups = { "Interns" } }),
        user("alan", { groups = { "Staff" } }),
        user("bob"),
        user("sue", { groups = { "Staff" }, account_status = "INACTIVE" }),
        user("zoe", { account_status = "INACTIVE" }),
      },
    }
    for name, value in pairs(more or {}) do
      options[name] = value
    end
    local client, sandbox = support.cluster(options)
    time = os.time()
    local people = {
      { user_identifier = "ada", email = "ada@acme.test",
        group_identifiers = { "Staff" } },
      { user_identifier = "bob", group_identifiers = {} },
      { user_identifier = "grace", display_name = "Grace",
        email = "grace@acme.test", group_identifiers = { "Interns" } },
    }
    local plan_options = { scope = {}, leavers = "delete", max_leavers = 10,
      max_deletes = 10 }
    return client, sandbox, people, plan_options
  end

  local function make()
    local client, sandbox, people, options = prepare()
    local plan = assert(sync.plan(client, people, options))
    sandbox.requests = {}
    return plan, client, sandbox
  end

  it("sends differences, adds first, and never replaces", function()
    local plan, client, sandbox = make()
    assert.same({ "create grace", "update ada", "deactivate alan",
      "delete sue", "delete zoe" }, support.actions(plan.actions))
    local ids = {}
    for _, name in ipairs { "ada", "alan", "sue", "zoe" } do
      ids[name] = sandbox:user(name).id
    end
    local groups = {}
    for _, group in ipairs(sandbox.store.groups) do
      groups[group.name] = group.id
    end
    local report = assert(sync.apply(client, plan, { concurrency = 1 }))
    assert.equal("done 5", summary(report))
    assert_accounted(plan, report)
    assert.same({
      ('create_user {"name":"grace","display_name":"Grace",'
        .. '"email":"grace@acme.test","group_identifiers":["%s"]}'):format(
        groups.Interns),
      ('update_user {"email":"ada@acme.test","group_identifiers":["%s"],'
        .. '"operation":"ADD"}'):format(groups.Staff),
      ('update_user {"group_identifiers":["%s"],"operation":"REMOVE"}')
        :format(groups.Interns),
      ('deactivate_user {"user_identifier":"%s",'
        .. '"base_url":"%s"}'):format(ids.alan, support.host()),
      ('force_logout_users {"user_identifiers":["%s"]}'):format(ids.alan),
      ('update_user {"group_identifiers":["%s"],"operation":"REMOVE"}')
        :format(groups.Staff),
      "delete_user " .. ids.sue, "delete_user " .. ids.zoe,
    }, support.writes(sandbox))
    assert.equal("Staff", support.groups(sandbox, "ada"))
    assert.equal("ada@acme.test", sandbox:user "ada".email)
    assert.equal("INACTIVE", sandbox:user "alan".account_status)
    assert.equal("", support.groups(sandbox, "alan"))
    assert.is_nil(sandbox:user "zoe")
    assert.equal("Interns", support.groups(sandbox, "grace"))
  end)

  it("removes only after all additions, several at a time", function()
    local users, people = {}, {}
    for index = 1, 9 do
      users[index] = user("u" .. index, { groups = { "Old" } })
      people[index] = { user_identifier = "u" .. index,
        group_identifiers = { "New" } }
      users[9 + index] = user("gone" .. index, { groups = { "Old" } })
      users[18 + index] = user("dead" .. index,
        { account_status = "INACTIVE" })
      people[9 + index] = { user_identifier = "new" .. index,
        display_name = "New", email = "new@acme.test" }
    end
    local time = os.time() - 60 * DAY
    local client, sandbox = support.cluster {
      clock = function() return time end,
      groups = { "Old", "New" }, users = users,
    }
    time = os.time()
    local plan = assert(sync.plan(client, people, { scope = {},
      leavers = "delete", groups = { "Old", "New" }, max_leavers = 9,
      max_deletes = 9, max_removals = 9 }))
    sandbox.requests = {}
    local report = assert(sync.apply(client, plan, { concurrency = 4 }))
    assert.equal("done 36", summary(report))
    local phases = {}
    for _, write in ipairs(support.writes(sandbox)) do
      local phase = write:match '"operation":"(%u+)"' or write:match "^%S+"
      if phase ~= phases[#phases] then
        phases[#phases + 1] = phase
      end
    end
    -- Each leaver is deactivated, logged out, and loses groups.
    local order = table.concat(phases, " ")
    assert.matches("^create_user ADD REMOVE deactivate_user ", order)
    assert.matches(" delete_user$", order)
    for _, once in ipairs { "create_user", "ADD", "delete_user" } do
      assert.equal(1, select(2, order:gsub(once, "")), order)
    end
  end)

  it("leaves nothing for the next plan", function()
    local client, _, people, options = prepare()
    local plan = assert(sync.plan(client, people, options))
    assert(sync.apply(client, plan))
    local again = assert(sync.plan(client, people, options))
    assert.same({}, again.actions)
    assert.matches("^nothing to do", tostring(sync.apply(client, again)))
  end)

  -- How often all users were read. Over HTTPS, a page after them may be
  -- prefetched.
  local function passes(sandbox)
    local counts = {}
    for _, request in ipairs(sandbox.requests) do
      local body = request.endpoint == "search_users"
        and json.decode(request.body)
      -- In the opposite order, only the last users are compared.
      if body and not body.sort_options then
        local offset = body.record_offset or 0
        counts[offset] = (counts[offset] or 0) + 1
      end
    end
    for offset, count in pairs(counts) do
      assert.is_true(count <= counts[0], offset)
    end
    sandbox.requests = {}
    return counts[0] or 0
  end

  it("reads all users once, to verify the result", function()
    local plan, client, sandbox = make()
    assert(sync.apply(client, plan))
    assert.equal(1, passes(sandbox))
    plan, client, sandbox = make()
    assert(sync.apply(client, plan, { verify = false }))
    assert.equal(0, passes(sandbox))
  end)

  it("reads the users again first when the plan is not fresh", function()
    local plan, client, sandbox = make()
    plan.made = plan.made - 61
    assert(sync.apply(client, plan, { verify = false }))
    assert.equal(1, passes(sandbox))
    local path = new_path()
    plan, client, sandbox = make()
    assert(plan:write(path))
    plan = assert(sync.read(path))
    assert(sync.apply(client, plan))
    assert.equal(2, passes(sandbox))
  end)

  it("fails only the actions whose users changed since", function()
    local plan, client, sandbox = make()
    local path = new_path()
    assert(plan:write(path))
    local store = sandbox.store
    store:change_user(store:user "ada", { email = "else@acme.test" })
    store:change_user(store:user "alan", { name = "alan.t" })
    store:change_user(store:user "sue", { visibility = "SHARABLE",
      display_name = "Sue" })
    store:user "sue".modified = plan.made * 1000
    store:change_user(store:user "zoe", { account_status = "ACTIVE" })
    assert(client:create_user { name = "grace", display_name = "Else",
      email = "g@else.test" })
    local report = assert(sync.apply(client, assert(sync.read(path))))
    assert.equal("failures 5", summary(report))
    assert_accounted(plan, report)
    local messages = {}
    for _, failure in ipairs(report.failures) do
      assert.equal("conflict", failure.err.kind)
      assert.equal("no", failure.err.applied)
      messages[#messages + 1] = failure.err.message
    end
    assert.same({
      "grace: a user of that name was created since the plan was made",
      "ada: email has changed since the plan was made",
      'alan: the user was renamed to "alan.t" since the plan was made',
      "sue: the user was changed since the plan was made",
      "zoe: the account was activated since the plan was made",
    }, messages)
    assert.equal("ACTIVE", sandbox:user "alan.t".account_status)
    assert.truthy(sandbox:user "sue")
  end)

  it("remembers outcomes in memory, too", function()
    local plan, client, sandbox = make()
    sandbox:fail { endpoint = "create_user", status = 400 }
    assert.equal(1, #assert(sync.apply(client, plan)).failures)
    sandbox.requests = {}
    local report = assert(sync.apply(client, plan))
    assert.equal("done 1, already 4", summary(report))
    assert.equal(1, #support.writes(sandbox))
    assert.equal("already 5", summary(assert(sync.apply(client, plan))))
    assert.same({}, sandbox.requests)
  end)

  it("counts changes that are already there as done", function()
    local plan, client, sandbox = make()
    local path = new_path()
    assert(plan:write(path))
    assert(sync.apply(client, plan, { journal = false }))
    sandbox.requests = {}
    local report = assert(sync.apply(client, assert(sync.read(path))))
    assert.equal("already 5", summary(report))
    assert.same({}, support.writes(sandbox))
  end)

  it("sends the remaining part of an update", function()
    local plan, client, sandbox = make()
    local path = new_path()
    assert(plan:write(path))
    local ada = sandbox:user "ada".id
    assert(client:update_user(ada, { email = "ada@acme.test" }))
    sandbox.requests = {}
    assert(sync.apply(client, assert(sync.read(path)), { concurrency = 1 }))
    local writes = support.writes(sandbox)
    assert.matches(
      '^update_user {"group_identifiers":%b[],"operation":"ADD"}$', writes[2])
  end)

  it("skips users who are protected by now", function()
    local plan, client, sandbox = make()
    local path = new_path()
    assert(plan:write(path))
    local store = sandbox.store
    local modified = store:user "zoe".modified
    store:change_user(store:user "zoe", { privileges = { "ADMINISTRATION" } })
    store:user "zoe".modified = modified
    store:change_user(store:user "alan", { super_user = true })
    local report = assert(sync.apply(client, assert(sync.read(path))))
    assert.equal("done 3, failures 2", summary(report))
    assert.equal("alan never leaves: a super user",
      report.failures[1].err.message)
    assert.equal("zoe never leaves: an administrator",
      report.failures[2].err.message)
  end)

  it("refuses a plan for another host, org or user", function()
    local plan = make()
    local _, sandbox = support.cluster { orgs = { "North" }, users = {
      user("svc", { password = "secret",
        privileges = { "ADMINISTRATION" } }) } }
    for message, options in pairs {
      ["is for " .. support.host() .. "; this client is for "
        .. support.other_host()] = { host = support.other_host() },
      ["is for org 0; this client acts in org 1"] = { org_id = 1 },
      ["was made as tsadmin; this client acts as svc"] = {
        username = "svc" },
    } do
      local client = support.client(sandbox, options)
      sandbox.requests = {}
      local report, err = sync.apply(client, plan)
      assert.is_nil(report)
      assert.equal("argument", err.kind)
      assert.equal("plan: " .. message, err.message)
      assert.same({}, support.writes(sandbox))
    end
  end)

  it("refuses a plan that is too old, or from the future", function()
    local plan, client, sandbox = make()
    plan.made = plan.made - 90000
    local report, err = sync.apply(client, plan)
    assert.is_nil(report)
    assert.matches("^plan: was made 9%d+ seconds ago", err.message)
    assert.same({}, sandbox.requests)
    assert(sync.apply(client, plan, { max_age = 100000 }))
    plan, client = make()
    plan.made = plan.made + 3600
    report, err = sync.apply(client, plan)
    assert.is_nil(report)
    assert.matches("^plan: was made in the future", err.message)
  end)

  describe("over a limit", function()
    local function over()
      local client, sandbox, people, options = prepare()
      options.max_leavers, options.max_deletes = 0, 2
      local plan = assert(sync.plan(client, people, options))
      sandbox.requests = {}
      return plan, client, sandbox
    end

    it("does nothing", function()
      local plan, client, sandbox = over()
      assert.equal(1, #plan.withheld)
      assert.same({ "leavers", 1, 0, 6, "alan" }, {
        plan.withheld[1].limit, plan.withheld[1].count,
        plan.withheld[1].allowed, plan.withheld[1].of,
        plan.withheld[1].action.user })
      local report, err = sync.apply(client, plan)
      assert.is_nil(report)
      assert.equal("limit", err.kind)
      assert.equal("max_leavers", err.field)
      assert.matches("over a limit: 1 leavers, 0 allowed; nothing was done",
        err.message)
      assert.same({}, sandbox.requests)
    end)

    it("makes the other changes with partial", function()
      local plan, client, sandbox = over()
      local report = assert(sync.apply(client, plan, { partial = true }))
      assert.equal("done 4, withheld 1", summary(report))
      assert_accounted(plan, report)
      assert.equal("ACTIVE", sandbox:user "alan".account_status)
      assert.matches("1 withheld", tostring(report))
    end)

    for _, limit in ipairs { "leavers", "deletes", "removals", "updates" } do
      it("holds at the very number: max_" .. limit, function()
        local client, sandbox, people, options = prepare()
        -- One removal is that of alan, a leaver.
        local counts = { leavers = 1, deletes = 2, removals = 1,
          updates = 1 }
        for _, name in ipairs { "leavers", "deletes", "removals",
          "updates" } do
          options["max_" .. name] = counts[name]
        end
        assert.same({}, assert(sync.plan(client, people, options)).withheld)
        options["max_" .. limit] = counts[limit] - 1
        local plan = assert(sync.plan(client, people, options))
        assert.equal(counts[limit], #plan.withheld)
        for _, entry in ipairs(plan.withheld) do
          assert.same({ limit, counts[limit], counts[limit] - 1 },
            { entry.limit, entry.count, entry.allowed })
        end
        local before = sandbox.store:text(sandbox.store:user "ada")
        local report, err = sync.apply(client, plan)
        assert.is_nil(report)
        assert.equal("limit", err.kind)
        assert.equal("max_" .. limit, err.field)
        assert.same({}, support.writes(sandbox))
        assert.equal(before, sandbox.store:text(sandbox.store:user "ada"))
        report = assert(sync.apply(client, plan, { partial = true }))
        assert.equal(counts[limit], #report.withheld)
        assert.equal(5 - counts[limit], #report.done)
        assert_accounted(plan, report)
      end)
    end

    it("counts the actions in a file, not its header", function()
      local plan, client = over()
      local path = new_path()
      assert(plan:write(path))
      local read = assert(sync.read(path))
      assert.equal("alan", read.withheld[1].action.user)
      assert.equal(read.actions[3], read.withheld[1].action)
      local report, err = sync.apply(client, read)
      assert.is_nil(report)
      assert.equal("limit", err.kind)
    end)
  end)

  describe("detects changes that did not take effect", function()
    it("although the cluster confirmed them", function()
      local plan, client, sandbox = make()
      sandbox.quirks.ignore_writes = true
      local report = assert(sync.apply(client, plan))
      assert.equal(5, #report.done)
      local found = {}
      for _, entry in ipairs(report.not_in_effect) do
        found[#found + 1] = ("%s %s: %s, not %s"):format(entry.user,
          entry.field, tostring(entry.is), tostring(entry.wanted))
      end
      assert.same({
        "ada email: ada@old.test, not ada@acme.test",
        "ada groups: Interns, not + Staff",
        "ada groups: Interns, not - Interns",
        "alan groups: Staff, not - Staff",
        "sue user: there, not deleted", "zoe user: there, not deleted",
      }, found)
      assert.matches("\n  ada: email is ada@old.test, not ada@acme.test\n",
        tostring(report))
    end)

    it("when an update does not activate the user", function()
      local client, sandbox = support.cluster {
        users = { user("ada", { account_status = "INACTIVE" }) },
        quirks = { ignore_activation = true },
      }
      local plan = assert(sync.plan(client, { { user_identifier = "ada" } },
        { reactivate = true }))
      local report = assert(sync.apply(client, plan))
      assert.same({ { user = "ada", field = "account_status",
        wanted = "ACTIVE", is = "INACTIVE" } }, report.not_in_effect)
      sandbox.quirks.ignore_activation = false
      plan = assert(sync.plan(client, { { user_identifier = "ada" } },
        { reactivate = true }))
      report = assert(sync.apply(client, plan))
      assert.same({}, report.not_in_effect)
    end)

    it("and accepts SUSPENDED", function()
      local plan, _, sandbox = make()
      local client = support.client(function(request)
        local response = sandbox(request)
        response.body = response.body:gsub('"INACTIVE"', '"SUSPENDED"')
        return response
      end)
      local report = assert(sync.apply(client, plan))
      assert.same({}, report.not_in_effect)
    end)
  end)

  describe("with callbacks", function()
    it("asks before each leaver", function()
      local plan, client, sandbox = make()
      local asked = {}
      local report = assert(sync.apply(client, plan, {
        concurrency = 1,
        before_leaver = function(leaver)
          asked[#asked + 1] = leaver.action .. " " .. leaver.name
          assert.equal(sandbox:user(leaver.name).id, leaver.id)
          if leaver.name == "sue" then
            return nil, "owns dashboards"
          end
          return leaver.name ~= "zoe" or nil
        end,
      }))
      assert.same({ "deactivate alan", "delete sue", "delete zoe" }, asked)
      assert.equal("done 3, failures 2", summary(report))
      assert.equal("before_leaver refused: owns dashboards",
        report.failures[1].err.message)
      assert.truthy(sandbox:user "zoe")
    end)

    it("passes activation links to on_link only", function()
      local plan, client = make()
      local links = {}
      local path = new_path()
      local report = assert(sync.apply(client, plan, {
        journal = path,
        on_link = function(leaver, link)
          links[leaver.name] = link
        end,
      }))
      assert.equal(support.host() .. "/#/activate?id=",
        links.alan:match "^.-%?id=")
      local token = links.alan:match "token=(.*)$"
      assert.is_nil(command.read(path):find(token, 1, true))
      assert.is_nil(tostring(report):find(token, 1, true))
      assert.is_nil(json.encode(report.done):find(token, 1, true))
    end)

    it("reports progress", function()
      local plan, client = make()
      local told = {}
      assert(sync.apply(client, plan, { on_progress = function(done, total)
        told[#told + 1] = done .. "/" .. total
      end }))
      assert.same({ "1/5", "2/5", "3/5", "4/5", "5/5" }, told)
    end)

    for _, name in ipairs { "on_progress", "before_leaver", "on_link" } do
      it("stops where " .. name .. " raises, and can go on", function()
        local plan, client, sandbox = make()
        local path = new_path()
        local report, err, so_far = sync.apply(client, plan, {
          journal = path, concurrency = 1,
          [name] = function() error("broken", 0) end,
        })
        assert.is_nil(report)
        assert.equal("broken", err)
        assert_accounted(plan, so_far)
        local before = support.writes(sandbox)
        report = assert(sync.apply(client, assert(sync.read(path))))
        assert.same({}, report.failures)
        assert_accounted(plan, report)
        for _, write in ipairs(support.writes(sandbox)) do
          for _, earlier in ipairs(before) do
            assert.is_false(write == earlier
              and write:find "^force_logout" == nil, write)
          end
        end
        report = assert(sync.apply(client, assert(sync.read(path))))
        assert.same({}, sandbox.requests)
        assert.equal("already 5", summary(report))
        assert.equal("nothing to do: 5 already in effect", tostring(report))
      end)
    end
  end)

  describe("that fails in part", function()
    it("makes the other changes, and is retried", function()
      local plan, client, sandbox = make()
      local path = new_path()
      sandbox:fail { endpoint = "create_user", status = 400,
        body = '{"error":{"message":{"code":10002,"debug":"no"}}}' }
      local report = assert(sync.apply(client, plan, { journal = path }))
      assert.equal("done 4, failures 1", summary(report))
      assert.equal(1, report.failures[1].n)
      assert.equal("grace", report.failures[1].action.user)
      assert.matches("^4 done, 1 failed\n  create grace: create_user: ",
        tostring(report))
      sandbox.requests = {}
      report = assert(sync.apply(client, assert(sync.read(path))))
      assert.equal("done 1, already 4", summary(report))
      assert.equal(1, #support.writes(sandbox))
    end)

    it("verifies a change whose reply was lost", function()
      for _, endpoint in ipairs { "create_user", "deactivate_user",
        "delete_user" } do
        local plan, client, sandbox = make()
        local path = new_path()
        sandbox:fail { endpoint = endpoint, fault = "reset", applied = true }
        local report = assert(sync.apply(client, plan, { journal = path }))
        assert.equal(1, #report.failures)
        assert.equal("maybe", report.failures[1].err.applied)
        sandbox.requests = {}
        report = assert(sync.apply(client, assert(sync.read(path))))
        assert.same({}, report.failures)
        local counts = support.counts(sandbox)
        assert.is_nil(counts[endpoint], endpoint)
        -- It would be unknown whether the logout was made.
        assert.equal(endpoint == "deactivate_user" and 1 or nil,
          counts.force_logout_users)
        assert.equal("", support.groups(sandbox, "alan"))
        assert(sync.apply(client, assert(sync.read(path))))
        assert.same({}, sandbox.requests)
      end
    end)

    it("logs out a user that a lost reply may have deactivated", function()
      local client, sandbox = support.cluster { users = { user "ada",
        user "bob" } }
      local plan = assert(sync.plan(client, { { user_identifier = "bob" } },
        { scope = {}, leavers = "deactivate" }))
      sandbox:fail { endpoint = "deactivate_user", fault = "reset",
        applied = true }
      assert.equal(1, #assert(sync.apply(client, plan)).failures)
      sandbox.requests = {}
      assert.equal("done 1", summary(assert(sync.apply(client, plan))))
      assert.same({ ('force_logout_users {"user_identifiers":["%s"]}'):format(
        sandbox:user "ada".id) }, support.writes(sandbox))
    end)

    it("adopts a user that a lost reply may have created", function()
      local plan, client, sandbox = make()
      local path = new_path()
      sandbox:fail { endpoint = "create_user", fault = "reset",
        applied = true }
      assert(sync.apply(client, plan, { journal = path }))
      -- As a cluster may return a name in its own spelling.
      sandbox.store:change_user(sandbox.store:user "grace",
        { display_name = "GRACE" })
      sandbox.requests = {}
      local report = assert(sync.apply(client, assert(sync.read(path))))
      assert.same({}, report.failures)
      assert.same({}, support.writes(sandbox))
    end)

    it("stops after max_failures", function()
      local plan, client, sandbox = make()
      sandbox:fail { endpoint = "create_user", status = 400 }
      local report = assert(sync.apply(client, plan, { stop_after = 1,
        concurrency = 1 }))
      assert.equal("failures 5", summary(report))
      assert_accounted(plan, report)
      assert.equal("cancelled", report.failures[2].err.kind)
      assert.equal("was not sent: the run stopped at failure 1",
        report.failures[2].err.message)
      assert.equal(1, #support.writes(sandbox))
    end)

    it("stops at a proxy that rejects the credentials", function()
      local plan, client, sandbox = make()
      sandbox:fail { endpoint = "create_user", status = 407 }
      local report = assert(sync.apply(client, plan, { concurrency = 1 }))
      assert.equal("failures 5", summary(report))
      assert.equal("connect", report.failures[1].err.kind)
      assert.equal("was not sent: the proxy rejected the credentials",
        report.failures[2].err.message)
      assert.equal(1, #support.writes(sandbox))
    end)

    it("continues in the order of the plan", function()
      local plan, client, sandbox = make()
      sandbox:fail { endpoint = "update_user", status = 400 }
      local report = assert(sync.apply(client, plan, { concurrency = 1 }))
      -- A user keeps a group if the other one could not be added.
      assert.equal("Interns", support.groups(sandbox, "ada"))
      assert.equal("done 4, failures 1", summary(report))
    end)
  end)

  it("creates users with a password, which is never shown", function()
    local client, sandbox = support.cluster {}
    local secret = "correct-horse"
    local plan = assert(sync.plan(client, { { user_identifier = "ada",
      display_name = "Ada", email = "a@acme.test", password = secret } }))
    local path = new_path()
    assert(plan:write(path))
    for _, text in ipairs { json.encode(plan.actions), tostring(plan),
      plan:text { all = true }, command.read(path) } do
      assert.is_nil(text:find(secret, 1, true))
    end
    local read = assert(sync.read(path))
    local report = assert(sync.apply(client, read, { journal = false }))
    assert.equal("password: a plan's file contains no passwords; make a new "
      .. "plan", report.failures[1].err.message)
    assert.same({}, support.writes(sandbox))
    report = assert(sync.apply(client, plan))
    assert.equal("done 1", summary(report))
    assert.is_nil(tostring(report):find(secret, 1, true))
    assert.is_nil(command.read(path):find(secret, 1, true))
    assert.equal(secret, sandbox.store:user "ada".password)
  end)

  it("hides a password that the cluster repeats", function()
    local client, sandbox = support.cluster {}
    local secret = "correct-horse"
    local plan = assert(sync.plan(client, { { user_identifier = "ada",
      display_name = "Ada", email = "a@acme.test", password = secret } }))
    sandbox:fail { endpoint = "create_user", status = 400,
      headers = { ["Content-Type"] = "application/json" },
      body = '{"error":{"message":{"code":10002,"debug":"password '
        .. secret .. ' is in a list"}}}' }
    local path = new_path()
    local report = assert(sync.apply(client, plan, { journal = path }))
    local err = report.failures[1].err
    assert.matches("is in a list", err.message)
    for _, text in ipairs { err.message, tostring(err), tostring(report),
      json.encode(plan.actions), command.read(path) } do
      assert.is_nil(text:find(secret, 1, true), text)
    end
  end)

  it("logs out users that a row makes inactive", function()
    local client, sandbox = support.cluster { users = { user "ada" } }
    local plan = assert(sync.plan(client, { { user_identifier = "ada",
      account_status = "INACTIVE" } }))
    sandbox.requests = {}
    assert(sync.apply(client, plan))
    assert.same({ 'update_user {"account_status":"INACTIVE"}',
      ('force_logout_users {"user_identifiers":["%s"]}'):format(
        sandbox:user "ada".id) }, support.writes(sandbox))
  end)

  describe("a user that a row makes inactive", function()
    local client, sandbox, path

    before_each(function()
      client, sandbox = support.cluster {
        groups = { "Sales" },
        users = { user("ada", { groups = { "Sales" } }) },
      }
      local plan = assert(sync.plan(client, { { user_identifier = "ada",
        account_status = "INACTIVE", group_identifiers = {} } },
        { groups = { "Sales" } }))
      path = new_path()
      assert(plan:write(path))
      sandbox.requests = {}
    end)

    it("is logged out by the next run when the logout failed", function()
      sandbox:fail { endpoint = "force_logout_users", fault = "server_error" }
      local report = assert(sync.apply(client, assert(sync.read(path))))
      assert.equal("failures 1", summary(report))
      support.writes(sandbox)
      report = assert(sync.apply(client, assert(sync.read(path))))
      assert.equal("done 1", summary(report))
      local logout = ('force_logout_users {"user_identifiers":["%s"]}')
        :format(sandbox:user "ada".id)
      assert.equal(logout, support.writes(sandbox)[2])
      assert.equal("", support.groups(sandbox, "ada"))
    end)

    it("stays if protected by now", function()
      sandbox.store:change_user(sandbox.store:user "ada",
        { privileges = { "USER_ADMINISTRATION" } })
      local report = assert(sync.apply(client, assert(sync.read(path))))
      assert.equal("ada never leaves: an administrator",
        report.failures[1].err.message)
      assert.equal("ACTIVE", sandbox:user "ada".account_status)
    end)

    it("is confirmed first, once", function()
      local asked = {}
      local report = assert(sync.apply(client, assert(sync.read(path)), {
        before_leaver = function(leaver)
          asked[#asked + 1] = leaver.action .. " " .. leaver.name
          return true
        end,
      }))
      assert.equal("done 1", summary(report))
      assert.same({ "update ada" }, asked)
    end)
  end)

  it("does not count a user as created who is not in the groups", function()
    local client, sandbox = support.cluster { groups = { "Sales", "Legal" } }
    local plan = assert(sync.plan(client, { { user_identifier = "eve",
      display_name = "Eve", email = "eve@acme.test",
      group_identifiers = { "Sales", "Legal" } } }))
    local path = new_path()
    assert(plan:write(path))
    assert(client:create_user { name = "eve", display_name = "Eve",
      email = "eve@acme.test", group_identifiers = { "Legal" } })
    local report = assert(sync.apply(client, assert(sync.read(path))))
    assert.equal("failures 1", summary(report))
    assert.equal("conflict", report.failures[1].err.kind)
    assert.equal("eve: a user of that name was created without its groups or "
      .. "orgs since the plan was made", report.failures[1].err.message)
    assert.equal("Legal", support.groups(sandbox, "eve"))
  end)

  it("lets other coroutines run meanwhile", function()
    local _, sandbox = support.cluster { users = { user "ada", user "bob" } }
    local client = support.client(function(request)
      coroutine.yield()
      return sandbox(request)
    end)
    local thread = coroutine.create(function()
      local plan = assert(sync.plan(client, { { user_identifier = "ada",
        visibility = "NON_SHARABLE" } }, { scope = {},
        leavers = "deactivate" }))
      return assert(sync.apply(client, plan, { journal = new_path() }))
    end)
    local yields = 0
    local ran, value
    repeat
      ran, value = coroutine.resume(thread)
      assert.is_true(ran, tostring(value))
      yields = yields + 1
    until coroutine.status(thread) == "dead"
    assert.equal("done 2", summary(value))
    assert.is_true(yields > 5)
  end)

  it("requires a client and a plan", function()
    local plan, client = make()
    for message, arguments in pairs {
      ["sync.apply: expected a client, got nil"] = { nil, plan },
      ["sync.apply: expected a plan, got table"] = { client, {} },
      ["sync.apply: expected a table of options, got boolean"] = { client,
        plan, true },
    } do
      local ok, raised = pcall(sync.apply, arguments[1], arguments[2],
        arguments[3])
      assert.is_false(ok)
      assert.matches(message .. "$", raised)
    end
    local report, err = sync.apply(client, plan, { journal = 5 })
    assert.is_nil(report)
    assert.equal("journal: expected a path or false, got 5", err.message)
    assert.equal("argument", core.error("argument", "x").kind)
  end)
end)
