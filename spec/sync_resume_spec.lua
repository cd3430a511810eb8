-- A run that is killed at any moment can be resumed: nobody is created twice,
-- no user is left half changed, and a complete plan sends nothing more.
--
-- Takes long.

local command = require "spec.support.command"
local fork_server = require "spec.support.fork_server"
local server = require "spec.support.sandbox_server"
local sync = require "thoughtspot.sync"
local thoughtspot = require "thoughtspot"

local GROUPS = { "Staff", "Sales", "Night" }

-- Twenty actions: five of each kind of write that must not be repeated, and
-- updates that add and remove groups.
local function new_users()
  local users = {}
  for index = 1, 5 do
    users[#users + 1] = { name = "update" .. index, email = "old@acme.test",
      groups = { "Sales" } }
    users[#users + 1] = { name = "leave" .. index,
      email = "leave@acme.test", groups = { "Staff", "Night" } }
    users[#users + 1] = { name = "gone" .. index, email = "gone@acme.test",
      account_status = "INACTIVE" }
  end
  return users
end

local function new_people()
  local people = {}
  for index = 1, 5 do
    people[#people + 1] = { user_identifier = "update" .. index,
      email = "new@acme.test", group_identifiers = { "Staff" } }
    people[#people + 1] = { user_identifier = "new" .. index,
      display_name = "New", email = "new@acme.test",
      group_identifiers = { "Sales", "Night" } }
  end
  return people
end

local OPTIONS = { scope = {}, leavers = "delete", delete_after = 0,
  max_leavers = 100, max_deletes = 100 }

local once = { create_user = true, deactivate_user = true,
  delete_user = true }

describe("a run that is killed", function()
  local sandbox, folder, client, killed

  setup(function()
    killed = fork_server.start("spec/support/sync_killed.lua",
      { "thoughtspot", "thoughtspot.sync" })
    sandbox = server.start()
    folder = command.new_folder()
    client = assert(thoughtspot.new {
      host = sandbox.https, ca_file = sandbox.ca_file, rate_limit = false,
      username = sandbox.username, password = sandbox.password,
    })
  end)

  teardown(function()
    client:close()
    sandbox:stop()
    command.remove(folder)
  end)

  local function prepare(path)
    sandbox:control("reset", { groups = GROUPS, users = new_users() })
    local plan = assert(sync.plan(client, new_people(), OPTIONS))
    assert.equal(20, #plan.actions)
    os.remove(path)
    assert(plan:write(path))
  end

  local function run_until(event, path)
    local _, output, errors = killed:run { sandbox.https, sandbox.ca_file,
      path, tostring(event) }
    return output .. errors
  end

  -- How often each write that must not be repeated was received.
  local function received()
    local counts = {}
    for _, request in ipairs(sandbox:control "requests") do
      if once[request.endpoint] then
        local whom = request.path:match "users/(.-)/delete"
          or request.body:match '"user_identifier":"(.-)"'
          or request.body:match '"name":"(.-)"'
        local key = request.endpoint .. " " .. whom
        counts[key] = (counts[key] or 0) + 1
      end
    end
    return counts
  end

  local function assert_in_effect()
    local names = {}
    for user in client:each_user({}, { fields = { "name", "email",
      "account_status", "user_groups" } }) do
      local groups = {}
      for _, group in ipairs(user.user_groups or {}) do
        groups[#groups + 1] = group.name
      end
      table.sort(groups)
      names[#names + 1] = ("%s %s %s"):format(user.name,
        user.account_status, table.concat(groups, "+"))
    end
    table.sort(names)
    local expected = { "tsadmin ACTIVE " }
    for index = 1, 5 do
      expected[#expected + 1] = "leave" .. index .. " INACTIVE "
      expected[#expected + 1] = "new" .. index .. " ACTIVE Night+Sales"
      expected[#expected + 1] = "update" .. index .. " ACTIVE Staff"
    end
    table.sort(expected)
    assert.same(expected, names)
  end

  local function assert_resumed(path)
    local report = assert(sync.apply(client, assert(sync.read(path))))
    assert.same({}, report.failures)
    assert.same({}, report.not_in_effect)
    assert.equal(20, #report.done + #report.already)
    for key, count in pairs(received()) do
      assert.equal(1, count, key)
    end
    assert_in_effect()
    local before = #sandbox:control "requests"
    report = assert(sync.apply(client, assert(sync.read(path))))
    assert.equal(20, #report.already)
    assert.equal(before, #sandbox:control "requests")
  end

  it("at any request or response", function()
    local path = folder .. "/plan"
    prepare(path)
    local output = run_until(0, path)
    local events = tonumber(output:match "^(%d+)\n$")
    assert.truthy(events, output)
    -- A request and a response of each call; the first call asks for the
    -- client's own user.
    assert.equal(2 * (1 + 5 + 5 + 5 + 5 * 3 + 5), events)
    assert_in_effect()
    for event = 1, events do
      prepare(path)
      output = run_until(event, path)
      assert.is_nil(output:match "^%d", event)
      local done, fault = pcall(assert_resumed, path)
      if not done then
        error(("killed at event %d: %s\n%s"):format(event, tostring(fault),
          command.read(path)), 0)
      end
    end
  end)
end)
