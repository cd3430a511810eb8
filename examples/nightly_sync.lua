-- Makes the users of a group those of a directory: a skeleton for cron.
--
--   lua nightly_sync.lua FILE GROUP [--dry-run]
--
-- FILE is CSV with the columns name, display_name and email; replace
-- read_directory() to read LDAP, a database or an HR system. GROUP names the
-- users that are managed here: who is in the directory is created or updated
-- and in the group, who is in the group and not in the directory is
-- deactivated and leaves it. Other users are left alone.
--
-- Quiet unless something changes or fails. Refuses to deactivate more than a
-- tenth of the group: then the directory is the likelier fault.
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local csv = require "csv"

local LARGEST_PART = 0.1

local flags, arguments = command.arguments({ ["dry-run"] = false }, 2, 2)
local path, group = arguments[1], arguments[2]

-- The people who should be users: { name, display_name, email }.
local function read_directory()
  return csv.read(path)
end

local people, problem = read_directory()
if not people then
  command.fail(problem)
end
local client = command.client()

-- The members of the group, by name; the others that a person of the
-- directory may be are looked up when they are needed.
local function read_members()
  local members, count = {}, 0
  for user in client:each_user({ group_identifiers = { group } }, {
    fields = { "id", "name", "display_name", "email", "account_status" },
  }) do
    members[user.name:lower()] = user
    count = count + 1
  end
  return members, count
end

local members, count = command.run(read_members)

-- --- What to do: a list of { name, text, function } ------------------------

local plan = {}

local function add(name, text, step)
  plan[#plan + 1] = { name = name, text = text, step = step }
end

local function create_or_join(person)
  local user, err = client:find_user(person.name)
  if user then
    return client:update_user(user.id, {
      group_identifiers = { group }, operation = "ADD",
      display_name = person.display_name, email = person.email,
    })
  elseif err.kind ~= "not_found" then
    return nil, err
  end
  return client:create_user {
    name = person.name, display_name = person.display_name,
    email = person.email, group_identifiers = { group },
  }
end

local function deactivate(user)
  local reply, err = client:deactivate_user {
    user_identifier = user.id, base_url = os.getenv "THOUGHTSPOT_HOST",
  }
  if not reply then
    return nil, err
  end
  return client:update_user(user.id, {
    group_identifiers = { group }, operation = "REMOVE",
  })
end

local expected = {}
for _, person in ipairs(people) do
  local name = person.name or command.fail(path .. ": somebody has no name")
  local user = members[name:lower()]
  expected[name:lower()] = true
  if not user then
    add(name, "add", function()
      return create_or_join(person)
    end)
  elseif user.display_name ~= person.display_name
    or user.email ~= person.email then
    add(name, "update", function()
      return client:update_user(user.id, {
        display_name = person.display_name, email = person.email,
      })
    end)
  end
end

local leaving = 0
for name, user in pairs(members) do
  if not expected[name] then
    leaving = leaving + 1
    add(user.name, "deactivate", function()
      return deactivate(user)
    end)
  end
end
if leaving > math.max(1, count * LARGEST_PART) then
  command.fail(("%d of %d users would be deactivated; is %s complete?")
    :format(leaving, count, path))
end

-- --- Doing it --------------------------------------------------------------

table.sort(plan, function(a, b)
  return a.name < b.name
end)
local failures = {}
for _, action in ipairs(plan) do
  if flags["dry-run"] then
    command.print("would " .. action.text .. " " .. action.name)
  else
    local done, err = action.step()
    if done then
      command.print(action.text .. " " .. action.name)
    else
      failures[#failures + 1] = { name = action.name, err = err }
    end
  end
end
command.finish(failures)
