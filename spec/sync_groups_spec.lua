-- Groups by their GUIDs, orgs by their ids; groups of another org are kept.

local fake = require "spec.support.fake"
local support = require "spec.support.sync"
local sync = require "thoughtspot.sync"

local function user(name, groups, more)
  local fields = { name = name, email = name .. "@acme.test", groups = groups }
  for field, value in pairs(more or {}) do
    fields[field] = value
  end
  return fields
end

local function row(name, groups)
  return { user_identifier = name, group_identifiers = groups }
end

local function names(list)
  local found = {}
  for index, entry in ipairs(list or {}) do
    found[index] = entry.name
  end
  return table.concat(found, " ")
end

-- Always answers these endpoints with forbidden.
local function forbid(sandbox, ...)
  for _, endpoint in ipairs { ... } do
    sandbox:fail { endpoint = endpoint, times = 1000, status = 403,
      headers = { ["Content-Type"] = "application/json" },
      body = '{"error":{"message":{"code":10023,"debug":"no"}}}' }
  end
end

for _, readable in ipairs { true, false } do
  local how = readable and "" or ", where search_groups is forbidden"

  support.describe("the groups of a sync" .. how, function()
    local function cluster(options)
      local client, sandbox = support.cluster(options)
      if not readable then
        forbid(sandbox, "search_groups", "search_orgs")
      end
      return client, sandbox
    end

    it("are added and taken away by GUID", function()
      local client, sandbox = cluster {
        groups = { "Staff", "Sales", "Club" },
        users = { user("ada", { "Sales", "Club" }), user("bob", { "Staff" }) },
      }
      local plan = assert(sync.plan(client, {
        row("ada", { "Staff" }), row("bob", { "Staff", "Sales" }),
      }))
      assert.equal("Staff", names(plan.actions[1].add.groups))
      assert.equal("Sales", names(plan.actions[1].remove.groups))
      assert.equal("Sales", names(plan.actions[2].add.groups))
      assert.is_nil(plan.actions[2].remove)
      for _, action in ipairs(plan.actions) do
        for _, way in ipairs { "add", "remove" } do
          for _, group in ipairs(action[way] and action[way].groups or {}) do
            assert.matches("^0000", group.id)
          end
        end
      end
      local report = assert(sync.apply(client, plan))
      assert.same({}, report.not_in_effect)
      assert.equal("Club Staff", support.groups(sandbox, "ada"))
      assert.equal("Sales Staff", support.groups(sandbox, "bob"))
    end)

    it("must exist", function()
      local client, sandbox = cluster { groups = { "Staff" },
        users = { user("ada", { "Staff" }) } }
      local plan, err, problems = sync.plan(client, {
        row("ada", { "Staff" }), row("ada2", { "Stuff" }),
        row("ada3", { "Stuff" }) }, { create = false })
      assert.is_nil(plan)
      assert.equal("argument", err.kind)
      assert.same({ "2 group_identifiers: there is no group called \"Stuff\" "
        .. "in the client's org" }, support.problems(problems))
      plan, err = sync.plan(client, { row("ada", { "Staff" }) },
        { groups = { "Nights" } })
      assert.is_nil(plan)
      assert.equal("groups: there is no group called \"Nights\" in the "
        .. "client's org", err.message)
      for _, request in ipairs(sandbox.requests) do
        if request.endpoint == "import_users" then
          assert.truthy(request.body:find('"dry_run":true', 1, true))
        end
      end
    end)

    it("may be given by GUID", function()
      local client, sandbox = cluster { groups = { "Staff", "Sales" },
        users = { user("ada", { "Sales" }), user("bob", { "Staff" }) } }
      local ids = {}
      for _, group in ipairs(sandbox.store.groups) do
        ids[group.name] = group.id
      end
      local plan = assert(sync.plan(client, {
        row("ada", { ids.Staff, ids.Sales }), row("bob", { ids.Staff }) }))
      assert.equal(1, #plan.actions)
      assert.equal(ids.Staff, plan.actions[1].add.groups[1].id)
      assert.is_nil(plan.actions[1].remove)
      plan = assert(sync.plan(client, { row("ada", { ids.Staff }) },
        { groups = { ids.Sales } }))
      assert.equal("Sales", names(plan.actions[1].remove.groups))
    end)

    it("do not include the group All", function()
      local client = cluster { group_all = true, groups = { "Staff" },
        users = { user("ada", { "Staff" }), user "bob" } }
      local plan = assert(sync.plan(client, {
        row("ada", {}), row("bob", { "All", "Staff" }),
        row("tsadmin", { "all" }) }))
      assert.equal("Staff", names(plan.actions[1].remove.groups))
      assert.equal("Staff", names(plan.actions[2].add.groups))
      assert.equal(2, #plan.actions)
      plan = assert(sync.plan(client, { { user_identifier = "bob" },
        row("tsadmin", { "Staff" }) }, {
          scope = {}, leavers = "deactivate", groups = { "All", "Staff" } }))
      assert.same({ "update tsadmin", "deactivate ada" },
        support.actions(plan.actions))
      assert.equal("Staff", names(plan.actions[2].remove.groups))
    end)
  end)
end

support.describe("a group name in several orgs", function()
  local function cluster()
    local client, sandbox = support.cluster {
      orgs = { "North" },
      groups = { "Staff", { name = "Staff", org = "North" }, "Sales",
        { name = "Polar", org = "North" } },
      users = {
        user("ada", { "Staff", "Polar" }, { orgs = { "Primary", "North" } }),
        user("bob", { "Polar" }, { orgs = { "Primary", "North" } }),
      },
    }
    return client, sandbox
  end

  local function in_orgs(sandbox, name)
    local texts = {}
    for group in pairs(sandbox.store:user(name).groups) do
      texts[#texts + 1] = group.name .. group.org_id
    end
    table.sort(texts)
    return table.concat(texts, " ")
  end

  it("means the group of the client's org", function()
    local client, sandbox = cluster()
    assert.equal("Polar1 Staff0 Staff1", in_orgs(sandbox, "ada"))
    local plan = assert(sync.plan(client, { row("ada", { "Sales" }),
      row("bob", { "Staff" }) }))
    -- This client must not remove Staff of the other org, or Polar.
    assert.equal("Staff", names(plan.actions[1].remove.groups))
    assert.equal(1, #plan.actions[1].remove.groups)
    local report = assert(sync.apply(client, plan))
    assert.same({}, report.failures)
    assert.same({}, report.not_in_effect)
    assert.equal("Polar1 Sales0 Staff1", in_orgs(sandbox, "ada"))
    assert.equal("Polar1 Staff0", in_orgs(sandbox, "bob"))
  end)

  it("means another group to a client of another org", function()
    local _, sandbox = cluster()
    local client = support.client(sandbox, { org_id = 1 })
    local plan = assert(sync.plan(client, { row("ada", {}),
      row("bob", { "Staff" }) }))
    assert.equal(1, plan.org_id)
    assert.equal("Staff", names(plan.actions[1].remove.groups))
    assert(sync.apply(client, plan))
    assert.equal("Polar1 Staff0", in_orgs(sandbox, "ada"))
    assert.equal("Polar1 Staff1", in_orgs(sandbox, "bob"))
  end)

  it("must be given by GUID when search_groups is forbidden",
    function()
      local client, sandbox = cluster()
      forbid(sandbox, "search_groups")
      local plan, err, problems = sync.plan(client, { row("ada", {}),
        row("bob", { "Staff" }) })
      assert.is_nil(plan)
      assert.equal("argument", err.kind)
      assert.same({ '2 group_identifiers: several groups are called "Staff"; '
        .. "give the GUID" }, support.problems(problems))
    end)

  it("is unknown when only another org has it", function()
    local client = cluster()
    local plan, _, problems = sync.plan(client, { row("bob", { "Polar" }) })
    assert.is_nil(plan)
    assert.equal(1, #problems)
  end)
end)

support.describe("the orgs of a sync", function()
  local function cluster(forbidden)
    local client, sandbox = support.cluster {
      orgs = { "North", "South" },
      users = { user("ada", {}, { orgs = { "Primary", "North" } }),
        user("bob", {}, { orgs = { "North" } }) },
    }
    if forbidden then
      forbid(sandbox, "search_orgs")
    end
    return client, sandbox
  end

  local function orgs(sandbox, name)
    return names(sandbox:user(name).orgs)
  end

  for _, forbidden in ipairs { false, true } do
    it("are added, and taken away if they may be"
      .. (forbidden and ", where search_orgs is forbidden" or ""), function()
      local client, sandbox = cluster(forbidden)
      local people = {
        { user_identifier = "ada", org_identifiers = { "Primary" } },
        { user_identifier = "bob", org_identifiers = { "North", 0 } },
      }
      local plan = assert(sync.plan(client, people))
      assert.same({ "update bob" }, support.actions(plan.actions))
      sandbox.requests = {}
      assert(sync.apply(client, plan))
      assert.same({ 'update_user {"org_identifiers":["0"],'
        .. '"operation":"ADD"}' }, support.writes(sandbox))
      assert.equal("Primary North", orgs(sandbox, "bob"))
      plan = assert(sync.plan(client, people, { orgs = "named" }))
      assert.same({ { id = 1, name = "North" } },
        plan.actions[1].remove.orgs)
      local report = assert(sync.apply(client, plan))
      assert.same({}, report.not_in_effect)
      assert.equal("Primary", orgs(sandbox, "ada"))
    end)

    it("must exist"
      .. (forbidden and ", where search_orgs is forbidden" or ""), function()
      local client = cluster(forbidden)
      local plan, _, problems = sync.plan(client, { { user_identifier = "ada",
        org_identifiers = { "East" } } })
      assert.is_nil(plan)
      assert.matches('^1 org_identifiers: there is no org called "East"',
        support.problems(problems)[1])
    end)
  end

  it("are never all removed", function()
    local client = cluster()
    local plan = assert(sync.plan(client, {
      { user_identifier = "ada", org_identifiers = {} },
      { user_identifier = "bob", org_identifiers = {} },
    }, { orgs = { "North" } }))
    assert.same({ "update ada" }, support.actions(plan.actions))
    assert.equal("orgs: the user would be in no org",
      support.reasons(plan.left).bob)
  end)
end)

it("groups are missing only if the cluster says so of them", function()
  -- Reply of the dry-run import = the kind and the message of the error.
  for reply, expected in pairs {
    ['{"debug":"no group Stuff"}'] = { "argument", "Stuff" },
    ['{"error":{"message":{"debug":{"code":13003,'
      .. '"debug":"[\\"Stuff\\"]"}}}}'] = { "argument", "Stuff" },
    ['{"debug":"too many imports"}'] = { "api", "too many imports" },
    ["<html>plain HTTP sent to an HTTPS port"] = { "api", "refused" },
    ["{}"] = { "api", "refused" },
  } do
    local client = fake.client {
      ["auth/session/user"] = function()
        return 200, '{"id":"me","name":"me"}'
      end,
      ["users/search"] = function(body)
        return 200, (body.record_offset or 0) == 0
          and '[{"id":"me","name":"me"}]' or "[]"
      end,
      ["groups/search"] = function()
        return 403, '{"debug":"not for you"}'
      end,
      ["users/import"] = function()
        return 400, reply
      end,
    }
    local plan, err, problems = sync.plan(client,
      { row("ada", { "Stuff" }) }, { create = false })
    assert.is_nil(plan)
    assert.equal(expected[1], err.kind, reply)
    local text = problems and problems[1] and problems[1].message
      or err.message
    assert.truthy(text:find(expected[2], 1, true), text)
  end
end)
