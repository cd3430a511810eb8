-- Makes the users of a group those of a directory: a skeleton for cron.
--
--   lua nightly_sync.lua FILE GROUP [--dry-run]
--
--   --dry-run  only says what would be done
--
-- FILE is CSV with the columns name, display_name and email; replace
-- read_directory() to read LDAP, a database or an HR system. What is empty
-- there is left alone. GROUP names the users that are managed here:
--   - Who is in the directory is created or updated, and in the group. Who is
--     inactive is activated: take somebody who is to stay out of the directory
--     first.
--   - Who is in the group and not in the directory is deactivated, logged out
--     and leaves the group.
-- Other users are left alone.
--
-- Quiet unless something changes or fails. Refuses to deactivate more than a
-- tenth of the group, but for one user, who may always go: then the directory
-- is the likelier fault.
--
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local csv = require "csv"

local LARGEST_PART = 0.1

local flags, arguments = command.arguments({ ["dry-run"] = false }, 2, 2)
local path, group = arguments[1], arguments[2]

-- --- The directory ---------------------------------------------------------

-- The people who should be users: { name, display_name, email }.
local function read_directory()
  local rows, columns = csv.read(path)
  if not rows then
    command.fail(columns)
  end
  for _, column in ipairs(columns) do
    if column == "name" then
      return rows
    end
  end
  command.fail(("%s: there is no column \"name\"; the first line is \"%s\"")
    :format(path, table.concat(columns, ",")))
end

-- The same by name in lower case.
local function by_name(people)
  local found = {}
  for index, person in ipairs(people) do
    if not person.name then
      command.fail(("%s: person %d has no name"):format(path, index))
    end
    local key = person.name:lower()
    if found[key] then
      command.fail(path .. ": there are two people named " .. person.name)
    end
    found[key] = person
  end
  return found
end

local people = by_name(read_directory())

-- --- The cluster -----------------------------------------------------------

local client = command.client()

local function check(value, err)
  return value or command.fail(err)
end

local function read_members()
  local members = {}
  for user in client:each_user({ group_identifiers = { group } }, {
    fields = { "id", "name", "display_name", "email", "account_status" },
  }) do
    members[#members + 1] = user
  end
  return members
end

-- A search finds nobody in a group that there is not; a dry import into it,
-- of the user that the client acts as, says so.
local function check_group()
  local me = check(client:get_current_user_info())
  check(client:import_users {
    dry_run = true,
    users = { {
      user_identifier = me.name, display_name = me.display_name or me.name,
      group_identifiers = { group },
    } },
  })
end

local members = command.run(read_members)
if #members == 0 then
  command.run(check_group)
end

-- --- What to do ------------------------------------------------------------

-- A list of { name, text, calls, left, err }: calls has what is given to an
-- endpoint, by the name of that; left is how many are still to be made.
local plan = {}

local function add(name, text, calls)
  local left = 0
  for _ in pairs(calls) do
    left = left + 1
  end
  plan[#plan + 1] = { name = name, text = text, calls = calls, left = left }
end

-- What is to be changed of a user; nil: nothing.
local function changes(person, user)
  local request
  for _, field in ipairs { "display_name", "email" } do
    if person[field] and person[field] ~= user[field] then
      request = request or {}
      request[field] = person[field]
    end
  end
  return request
end

local function plan_creation(person)
  add(person.name, "add", { create_user = {
    name = person.name, display_name = person.display_name,
    email = person.email, group_identifiers = { group },
  } })
end

-- Somebody who is in the directory and a user.
local function plan_update(person, user, is_member)
  local request = changes(person, user)
  local text, look_again = "update", nil
  if not is_member then
    request = request or {}
    request.group_identifiers, request.operation = { group }, "ADD"
    text = "add"
  end
  if user.account_status == "INACTIVE" then
    request = request or {}
    request.account_status = "ACTIVE"
    text, look_again = "activate", { user_identifier = user.id }
  end
  if request then
    add(user.name, text, {
      update_user = { user.id, request }, search_users = look_again,
    })
  end
end

-- The group goes last: who is still in it is found again the next night.
local function plan_leaving(user)
  add(user.name, "deactivate", {
    deactivate_user = user.account_status ~= "INACTIVE" and {
      user_identifier = user.id,
    } or nil,
    force_logout_users = { user_identifiers = { user.id } },
    update_user = { user.id, {
      group_identifiers = { group }, operation = "REMOVE",
    } },
  })
end

local leaving, is_member = 0, {}
for _, user in ipairs(members) do
  local name = user.name:lower()
  is_member[name] = true
  if people[name] then
    plan_update(people[name], user, true)
  else
    leaving = leaving + 1
    plan_leaving(user)
  end
end
if leaving > math.max(1, #members * LARGEST_PART) then
  command.fail(("%d of %d users would be deactivated; is %s complete?")
    :format(leaving, #members, path))
end

local others = {}
for name, person in pairs(people) do
  if not is_member[name] then
    others[#others + 1] = person.name
  end
end
for index, user in ipairs(command.look_up(client, others)) do
  local person = people[others[index]:lower()]
  if user then
    plan_update(person, user, false)
  else
    plan_creation(person)
  end
end
table.sort(plan, function(a, b)
  return a.name < b.name
end)

if flags["dry-run"] then
  for _, action in ipairs(plan) do
    command.print("would " .. action.text .. " " .. action.name)
  end
  command.finish {}
end

-- --- Doing it --------------------------------------------------------------

local progress = command.progress "changes"
local ended = 0

local function note(action, endpoint, value, err)
  if endpoint == "search_users" and value
    and not (value[1] and value[1].account_status == "ACTIVE") then
    err = "the cluster left the account inactive; activate it there"
  end
  action.err = err
  action.left = action.left - 1
  if err or action.left == 0 then
    ended = ended + 1
    progress(ended, #plan)
    if not err then
      command.print(action.text .. " " .. action.name)
    end
  end
end

-- Makes the calls of one endpoint, for the actions that have not failed.
local function make_calls(endpoint)
  local actions, items = {}, {}
  for _, action in ipairs(plan) do
    if action.calls[endpoint] and not action.err then
      actions[#actions + 1] = action
      items[#items + 1] = action.calls[endpoint]
    end
  end
  command.batch(client, endpoint, items, {
    on_result = function(index, value, err)
      note(actions[index], endpoint, value, err)
    end,
  })
end

for _, endpoint in ipairs {
  "create_user", "deactivate_user", "force_logout_users", "update_user",
  "search_users",
} do
  make_calls(endpoint)
end

local failures = {}
for _, action in ipairs(plan) do
  if action.err then
    failures[#failures + 1] = action
  end
end
command.finish(failures)
