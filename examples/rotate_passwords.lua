-- Gives users new random passwords.
--
--   lua rotate_passwords.lua FILE NAME… [--yes]
--   lua rotate_passwords.lua FILE - <names
--
-- Appends a line for each to FILE before anything is changed: name, password.
-- Only you may read FILE.
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local csv = require "csv"

-- 64 characters, so that a random byte gives each of them as often; without
-- those that are easily taken for one another.
local CHARACTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ" .. "abcdefghijkmnopqrstuvwxyz"
  .. "23456789" .. "-+=!?@_"
local LENGTH = 20

local flags, names = command.arguments({ yes = false }, 2, math.huge)
local path = table.remove(names, 1)
if names[1] == "-" then
  names = command.read_lines "-"
end

local random = assert(io.open("/dev/urandom", "rb"))

-- With a letter of each case, a digit and a sign, as policies ask.
local function new_password()
  local characters = {}
  local password
  repeat
    for index, byte in ipairs { random:read(LENGTH):byte(1, -1) } do
      local place = byte % #CHARACTERS + 1
      characters[index] = CHARACTERS:sub(place, place)
    end
    password = table.concat(characters)
  until password:find "%l" and password:find "%u" and password:find "%d"
    and password:find "%p"
  return password
end

local client = command.client()
if not command.confirm(("Give %d users new passwords?"):format(#names),
  flags.yes) then
  command.fail "nothing was changed"
end

local file = command.open_private(path)
local requests = {}
for index, name in ipairs(names) do
  local password = new_password()
  requests[index] = { user_identifier = name, new_password = password }
  file:write(csv.line({ name, password }, 2))
end
assert(file:close())

local report = command.run(function()
  return client:batch("reset_user_password", requests, {
    on_progress = command.progress "passwords reset",
  })
end)
for _, failure in ipairs(report.failures) do
  failure.name = failure.item.user_identifier
end
command.finish(report.failures)
