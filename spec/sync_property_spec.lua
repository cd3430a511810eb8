-- The promises of a sync hold for many generated clusters and directories.
--
-- Takes long.

local generator = require "spec.support.json_generator"
local support = require "spec.support.sync"
local sync = require "thoughtspot.sync"

-- In memory; over HTTPS, some of them.
local CASES, OVER_HTTPS = 300, 30
local NAMES = { "ada", "Bob", "cem", "dÉja", "eve.x", "fay", "gus", "hal",
  "ida", "jan", "kim", "leo" }
local GROUPS = { "Staff", "Sales", "Night" }
local STATUSES = { "ACTIVE", "ACTIVE", "ACTIVE", "INACTIVE", "LOCKED" }
local MODES = { "keep", "strip", "deactivate", "delete" }

-- The same name in another spelling.
local respell = {
  function(name) return name end,
  function(name) return " " .. name .. "\194\160" end,
  string.upper, string.lower,
  function(name) return (name:gsub("É", "é")) end,
  function(name) return (name:gsub("É", "E\204\129")) end,
}

local function some(random, list)
  local found = {}
  for _, item in ipairs(list) do
    if random:pick(2) == 1 then
      found[#found + 1] = item
    end
  end
  return found
end

local function pick(random, list)
  return list[random:pick(#list)]
end

local function chance(random, one_in)
  return random:pick(one_in) == 1
end

local function new_users(random)
  local users = {}
  for _, name in ipairs(some(random, NAMES)) do
    users[#users + 1] = {
      name = name, display_name = name,
      email = chance(random, 4) and "team@acme.test"
        or name:lower():gsub("É", "e") .. "@acme.test",
      groups = some(random, GROUPS), account_status = pick(random, STATUSES),
      account_type = chance(random, 5) and "SAML_USER" or "LOCAL_USER",
      privileges = chance(random, 6) and { "ADMINISTRATION" } or {},
      super_user = chance(random, 9),
    }
  end
  return users
end

local function new_people(random, sandbox)
  local people = {}
  for _, name in ipairs(some(random, NAMES)) do
    local user = sandbox:user(name)
    local person = { user_identifier = pick(random, respell)(name) }
    if not user or chance(random, 2) then
      person.display_name = chance(random, 3) and "New" or name
      person.email = chance(random, 3) and "new@acme.test"
        or name:lower():gsub("É", "e") .. "@acme.test"
    end
    if chance(random, 2) then
      person.group_identifiers = some(random, GROUPS)
    end
    if chance(random, 6) then
      person.account_status = pick(random, STATUSES)
    end
    if user and chance(random, 4) then
      person.id = user.id
      if chance(random, 2) then
        person.user_identifier = nil
      end
    end
    people[#people + 1] = person
  end
  if chance(random, 3) then
    people[#people + 1] = { user_identifier = "tsadmin",
      group_identifiers = some(random, GROUPS) }
  end
  return people
end

local function new_options(random)
  return {
    scope = chance(random, 2) and {} or { group_identifiers = { "Staff" } },
    leavers = pick(random, MODES), groups = chance(random, 4) and "add"
      or chance(random, 3) and { "Sales", "Staff" } or nil,
    delete_after = random:pick(60), reactivate = chance(random, 2),
    update_sso = chance(random, 3), update = not chance(random, 9),
    create = not chance(random, 9),
    protect = some(random, { "F*", "ida", "*.x" }),
    protect_admins = not chance(random, 4),
    max_leavers = "100%", max_deletes = "100%", max_removals = 1000,
    max_updates = 1000,
  }
end

-- Name = the user as the cluster returns it, as a string.
local function states(sandbox)
  local found = {}
  for _, user in pairs(sandbox.store.users) do
    found[user.id] = sandbox.store:text(user)
  end
  return found
end

-- The users who may be leavers according to the guide.
local function may_leave(sandbox, user, people, options)
  if user.name == "tsadmin" or user.super_user
    or options.protect_admins and user.privileges[1] then
    return false
  end
  for _, pattern in ipairs(options.protect) do
    if pattern == "F*" and user.name:find "^f"
      or pattern == "ida" and user.name == "ida"
      or pattern == "*.x" and user.name:find "%.x$" then
      return false
    end
  end
  local function plain(name)
    return (name:gsub("\194\160", ""):gsub("É", "é"):gsub("E\204\129", "é")
      :lower():gsub("e\204\129", "é"):match "^%s*(.-)%s*$")
  end
  for _, person in ipairs(people) do
    if person.id == user.id or person.user_identifier
      and plain(person.user_identifier) == plain(user.name) then
      return false
    end
  end
  if next(options.scope) then
    for group in pairs(user.groups) do
      if group.name == "Staff" then
        return true
      end
    end
    return false
  end
  return sandbox ~= nil
end

local leaving = { strip = true, deactivate = true, delete = true }

local function check_actions(plan, sandbox, people, options)
  local last = 0
  local ranks = { create = 1, update = 2, strip = 3, deactivate = 3,
    delete = 4 }
  for index, action in ipairs(plan.actions) do
    assert.equal(index, action.n)
    assert.is_true(ranks[action.action] >= last)
    last = ranks[action.action]
    local user = action.id and sandbox.store.users[action.id]
    assert.equal(action.action ~= "create", user ~= nil)
    if leaving[action.action] then
      assert.is_true(may_leave(sandbox, user, people, options),
        action.action .. " " .. user.name)
      assert.is_true(options.leavers ~= "keep")
      assert.is_true(action.action ~= "delete"
        or user.account_status == "INACTIVE" and options.delete_after <= 40)
    end
    if user and user.name == "tsadmin" then
      assert.is_nil(action.remove)
      assert.is_nil(action.change and action.change.account_status)
    end
  end
end

-- Takes the parts of a plan about users, and only those.
local function check_effect(plan, sandbox, before)
  local touched = {}
  for _, action in ipairs(plan.actions) do
    touched[action.id or sandbox:user(action.user).id] = action
  end
  for id, text in pairs(before) do
    local user = sandbox.store.users[id]
    local action = touched[id]
    if not action then
      assert.equal(text, user and sandbox.store:text(user))
    elseif action.action == "delete" then
      assert.is_nil(user)
    elseif action.action == "deactivate" then
      assert.equal("INACTIVE", user.account_status)
    end
  end
  for _, request in ipairs(sandbox.requests) do
    assert.is_nil((request.body or ""):find("REPLACE", 1, true))
    assert.is_true(request.endpoint ~= "import_users"
      or request.body:find('"dry_run":true', 1, true) ~= nil)
  end
end

support.describe("any sync", function()
  it("makes the announced changes to the allowed users, and no "
    .. "others", function()
    local cases = support.over_https() and OVER_HTTPS or CASES
    local made, kinds = 0, {}
    for case = 1, cases do
      local random = generator.new(case)
      local time = os.time() - 40 * support.DAY
      local client, sandbox = support.cluster {
        clock = function() return time end, groups = GROUPS,
        users = new_users(random),
      }
      time = os.time()
      local people = new_people(random, sandbox)
      local options = new_options(random)
      local before = states(sandbox)
      sandbox.requests = {}
      local plan, err = sync.plan(client, people, options)
      assert.same(before, states(sandbox))
      assert.same({}, support.writes(sandbox))
      if plan then
        made = made + 1
        for _, action in ipairs(plan.actions) do
          kinds[action.action] = true
        end
        check_actions(plan, sandbox, people, options)
        assert.same({}, plan.withheld)
        local report = assert(sync.apply(client, plan))
        assert.same({}, report.failures, case)
        assert.same({}, report.not_in_effect, case)
        assert.equal(#plan.actions, #report.done)
        check_effect(plan, sandbox, before)
        local again = assert(sync.plan(client, people, options))
        assert.same({}, support.actions(again.actions), case)
      else
        assert.equal("argument", err.kind, case)
      end
      client:close()
    end
    assert.is_true(made > cases / 2, made)
    assert.same({ create = true, update = true, strip = true,
      deactivate = true, delete = true }, kinds)
  end)
end)
