-- Offboards users: deactivates them, logs them out, takes them out of their
-- groups, and keeps the links that would activate them again.
--
--   lua offboard.lua NAME… [--yes] [--links FILE]
--   lua offboard.lua - --yes [--links FILE] <names
--
--   --yes         does not ask
--   --links FILE  where the links are kept; else activation_links.csv
--
-- Appends to FILE a line for each: time, name, link. A link is as good as a
-- password for 14 days; only you may read FILE. A step that fails does not
-- keep the others from being done. Run again, it does what is left to do, and
-- asks for a new link for whom FILE has none that is still valid.
-- Only groups of the org that the client acts in can be taken away: see
-- THOUGHTSPOT_ORG_ID.
--
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local csv = require "csv"

local TIME = "!%Y-%m-%dT%H:%M:%SZ"
local LINK_LIFETIME = 14 * 24 * 60 * 60

local flags, names = command.arguments({ yes = false, links = true }, 1,
  math.huge)
local path = flags.links or "activation_links.csv"
local client = command.client()
local users = command.users(client, names)

for _, user in ipairs(users) do
  command.print(("%s (%s), %s, in %s"):format(user.name, user.display_name,
    user.account_status or "?",
    command.count(#(user.user_groups or {}), "group")))
end
if not command.confirm(
  ("Offboard %s?"):format(command.count(#users, "user")), flags.yes) then
  command.fail "nothing was changed"
end

local links = command.open_private(path)

-- What the file holds; a device holds nothing.
local function read_all()
  local size = links:seek "end" or 0
  if size == 0 then
    return ""
  end
  links:seek "set"
  local text, err = links:read(size)
  links:seek "end" -- between reading and writing
  return text or command.fail(path .. ": " .. tostring(err))
end

-- Name = true, for the links in the file that are still valid.
local function read_links()
  local records, err = csv.parse(read_all())
  if not records then
    command.fail(path .. ": " .. err)
  end
  local since = os.date(TIME, os.time() - LINK_LIFETIME)
  local has_link = {}
  for _, record in ipairs(records) do
    if record[1] > since and record[2] then
      has_link[record[2]] = true
    end
  end
  return has_link
end

local has_link = read_links()

local function deactivate(user)
  if user.account_status == "INACTIVE" and has_link[user.name] then
    return true
  end
  local reply, err = client:deactivate_user { user_identifier = user.id }
  if not reply then
    return nil, err
  elseif not reply.activation_link then
    return nil, "the cluster gave no link"
  end
  local written
  written, err = links:write(csv.line({ os.date(TIME), user.name,
    reply.activation_link }, 3))
  if written then
    written, err = links:flush()
  end
  return written, err and path .. ": " .. err
end

local function log_out(user)
  return client:force_logout_users { user_identifiers = { user.id } }
end

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

-- First what locks the user out: after a logout alone one could come back.
local steps = {
  { "deactivate and keep the link", deactivate },
  { "log out", log_out },
  { "take the groups away", strip_groups },
}

local failures = {}
local progress = command.progress "users offboarded"
command.run(function()
  progress(0, #users)
  for index, user in ipairs(users) do
    for _, step in ipairs(steps) do
      local done, err = step[2](user)
      if not done then
        failures[#failures + 1] = {
          name = user.name .. ": left to do: " .. step[1], err = err,
        }
      end
    end
    progress(index, #users)
  end
end)
local closed, err = links:close()
if not closed then
  failures[#failures + 1] = { name = path, err = err }
end
command.finish(failures)
