-- Gives users new random passwords.
--
--   lua rotate_passwords.lua NAME… --file FILE [--yes]
--   lua rotate_passwords.lua - --file FILE --yes <names
--
--   --file FILE  where the passwords are kept
--   --yes        does not ask
--
-- Appends lines to FILE, which only you may read: name, password, state. The
-- last line of a name counts. Its state is
--   set      this is the password
--   not set  the old password holds
--   unknown  this one holds or the old one: the line is written before the
--            password is sent, and stays the last where the answer was lost
--            or the command interrupted
-- Run again for those that are not set or unknown.
--
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

local flags, names = command.arguments({ yes = false, file = true }, 1,
  math.huge)
local path = flags.file or command.wrong_use "--file is missing"

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
local users = command.users(client, names)
if not command.confirm(("Reset the password of %s?"):format(
  command.count(#users, "user")), flags.yes) then
  command.fail "nothing was changed"
end

local file = command.open_private(path)

local function note(user, password, state)
  local written, err = file:write(csv.line({ user.name, password, state }, 3))
  if written then
    written, err = file:flush()
  end
  if not written then
    command.fail(path .. ": " .. err, 1)
  end
end

local index = 0

-- Makes the request of the next user, when it is about to be sent.
local function next_request()
  index = index + 1
  local user = users[index]
  if not user then
    return nil
  end
  local password = new_password()
  note(user, password, "unknown")
  return { user_identifier = user.id, new_password = password }
end

local failures = {}
local progress = command.progress "passwords reset"
local done = 0

local function on_result(position, reset, err, request)
  local user = users[position]
  done = done + 1
  progress(done, #users)
  if reset then
    note(user, request.new_password, "set")
  else
    failures[#failures + 1] = { name = user.name, err = err }
    if err.applied == "no" then
      note(user, request.new_password, "not set")
    end
  end
end

progress(0, #users)
command.batch(client, "reset_user_password", next_request, {
  on_result = on_result,
})
local closed, err = file:close()
if not closed then
  failures[#failures + 1] = { name = path, err = err }
end
command.finish(failures)
