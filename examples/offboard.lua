-- Offboards users: logs them out, takes them out of their groups, deactivates
-- them, and keeps the links that would activate them again.
--
--   lua offboard.lua NAME… [--yes] [--links FILE]
--   lua offboard.lua - <names
--
-- Appends to FILE (activation_links.csv) a line for each: time, name, link.
-- A link is as good as a password for 14 days; only you may read FILE.
-- Only groups of the org that the client acts in can be taken away: see
-- THOUGHTSPOT_ORG_ID. Running it again does no harm.
--
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local csv = require "csv"

local flags, names = command.arguments({ yes = false, links = true }, 1,
  math.huge)
if names[1] == "-" then
  names = command.read_lines "-"
end

local client = command.client()
local host = os.getenv "THOUGHTSPOT_HOST"

-- All are looked up before anything is done, so that a typo stops it.
local users = {}
for index, name in ipairs(names) do
  local user, err = client:find_user(name)
  if not user then
    command.fail(name .. ": " .. err)
  end
  users[index] = user
end

for _, user in ipairs(users) do
  print(("%s (%s), %s, in %d groups"):format(user.name, user.display_name,
    user.account_status or "?", #(user.user_groups or {})))
end
if not command.confirm(("Offboard %d users?"):format(#users), flags.yes) then
  command.fail "nothing was changed"
end

local links = command.open_private(flags.links or "activation_links.csv")

local function strip_groups(user)
  local groups = {}
  for index, group in ipairs(user.user_groups or {}) do
    groups[index] = group.id
  end
  if #groups == 0 then
    return true
  end
  return client:update_user(user.id, {
    group_identifiers = groups, operation = "REMOVE",
  })
end

local function deactivate(user)
  if user.account_status == "INACTIVE" then
    return true -- again: the link that was given is as good
  end
  local reply, err = client:deactivate_user {
    user_identifier = user.id, base_url = host,
  }
  if not reply then
    return nil, err
  end
  links:write(csv.line({ os.date "!%Y-%m-%dT%H:%M:%SZ", user.name,
    reply.activation_link }, 3))
  return links:flush()
end

local steps = {
  function(user)
    return client:force_logout_users { user_identifiers = { user.id } }
  end,
  strip_groups,
  deactivate,
}

local failures = {}
local progress = command.progress "users"
for index, user in ipairs(users) do
  for _, step in ipairs(steps) do
    local done, err = step(user)
    if not done then
      failures[#failures + 1] = { name = user.name, err = err }
      break
    end
  end
  progress(index, #users)
end
links:close()
command.finish(failures)
