--- passwords: gives users new random passwords.

local csv = require "thoughtspot_users.csv"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local names = require "thoughtspot_users.names"
local Outcomes = require "thoughtspot_users.outcomes"
local progress = require "thoughtspot_users.progress"
local questions = require "thoughtspot_users.questions"
local wording = require "thoughtspot_users.wording"

-- 64 characters, so that each is equally likely for a random byte; without
-- those that are easily confused.
local CHARACTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ" .. "abcdefghijkmnopqrstuvwxyz"
  .. "23456789" .. "-+=!?@_"
local LENGTH = 20

-- Creates a password with a letter of each case, a digit and a sign, as
-- policies require.
local function new_password(random)
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

local function note(file, path, user, password, state)
  local written, err = files.append(file, path, csv.line({ user.name, password,
    state }, 3))
  if not written then
    failure.raise(err, failure.SOME_FAILED)
  end
end

-- Sets the passwords; records each before it is sent and after it is set.
local function rotate(context, users, file, path)
  local random = failure.check(io.open("/dev/urandom", "rb"))
  local outcomes = Outcomes.new(context, "password", "password reset of")
  local count_up = progress.start("passwords reset", context.flags.quiet)
  local index, done = 0, 0
  count_up(0, #users)
  local report, err = context:client():batch("reset_user_password",
    function()
      index = index + 1
      local user = users[index]
      if not user then
        return nil
      end
      local password = new_password(random)
      note(file, path, user, password, "unknown")
      return { user_identifier = user.id, new_password = password }
    end, {
      on_result = function(position, reset, fault, request)
        local user = users[position]
        done = done + 1
        count_up(done, #users)
        if reset then
          note(file, path, user, request.new_password, "set")
          outcomes:add(user, "done")
        else
          if fault.applied == "no" then
            note(file, path, user, request.new_password, "not set")
          end
          outcomes:add(user, "failed", fault)
        end
      end,
    })
  random:close()
  if not report then
    error(err, 0)
  end
  return outcomes
end

local function run(context)
  local flags = context.flags
  local path = flags.file
  if not path then
    failure.raise "passwords: --file is required: the file for the passwords"
  end
  local users = names.find(context, flags.names, true)
  questions.confirm(("Reset the password of %s?"):format(wording.count(#users,
    "user")), flags.yes)
  local file = files.open_private(path, context.output)
  context.output.how_to_go_on = path .. " lists which passwords are set"
  local outcomes = rotate(context, users, file, path)
  local closed, err = file:close()
  if not closed then
    failure.raise(path .. ": " .. tostring(err), failure.SOME_FAILED)
  end
  return outcomes:finish()
end

return {
  {
    name = "passwords",
    description = "Gives each user a new random password, and appends lines "
      .. "of name, password and state to FILE. The last line for a name "
      .. "counts: \"set\" means that this is the password, \"not set\" that "
      .. "the old one is valid, and \"unknown\" that either may be, because "
      .. "the reply was lost or the command was interrupted. Run the command "
      .. "again for users whose state is not \"set\". Only you can read FILE: "
      .. "an existing one loses the permissions of others.",
    arguments = { names.ARGUMENT },
    options = {
      { "--file", "FILE", "File for the passwords." },
      questions.YES,
    },
    run = run,
  },
}
