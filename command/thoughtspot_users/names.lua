--- Finds users by names and GUIDs given.

local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local progress = require "thoughtspot_users.progress"
local received = require "thoughtspot.received"
local text = require "thoughtspot_users.text"

local names = {}

--- The argument of subcommands that takes one or more users.
names.ARGUMENT = {
  "names", "Names or GUIDs; - reads them from standard input, one per line, "
    .. "with comments after #.", args = "+",
}

-- Returns the lines of standard input; ignores empty ones and comments, from a
-- # at the start or after white space.
local function read_lines()
  local lines = {}
  for line in (files.read_text "-" .. "\n"):gmatch "([^\r\n]*)\r?\n" do
    line = text.trim((" " .. line):gsub("%s#.*", ""))
    if line ~= "" then
      lines[#lines + 1] = line
    end
  end
  return lines
end

--- Returns the names given, or for "-" those on standard input.
function names.read(given)
  if not (#given == 1 and given[1] == "-") then
    return given
  end
  local lines = read_lines()
  if #lines == 0 then
    failure.raise "there are no names on standard input"
  end
  return lines
end

local function is_called(user, identifier)
  return user.id == identifier
    or user.name:lower() == identifier:lower()
end

-- Returns the user with a name or GUID among those that a search found; false
-- if there is none, or nil and a message.
local function pick(users, identifier)
  local found = false
  for _, user in ipairs(users) do
    if not (user.id and user.name) then
      return nil, "the cluster returned a user without a name or GUID"
    elseif is_called(user, identifier) then
      if found then
        return nil, "several users have this name; use the GUID"
      end
      found = user
    end
  end
  return found
end

--- Ends the command because of invalid names.
-- @param failures list of { name, err }
local function refuse(failures)
  local lines = {}
  for index, fault in ipairs(failures) do
    -- Not by string.format, which cuts at a NUL in Lua 5.1.
    lines[index] = (fault.name ~= "" and fault.name or '""') .. ": "
      .. tostring(fault.err)
  end
  failure.raise(#lines == 1 and lines[1]
    or "nothing was done:\n  " .. table.concat(lines, "\n  "))
end

-- Looks users up, several at a time.
-- @return list in the same order: a user, or false if there is none
local function look_up(context, identifiers)
  local requests = {}
  for index, identifier in ipairs(identifiers) do
    requests[index] = { user_identifier = identifier, record_size = 10 }
  end
  local report = failure.check(context:client():batch("search_users",
    requests, {
      on_progress = progress.start("users looked up", context.flags.quiet,
        true),
    }))
  local failures, users = {}, {}
  for _, fault in ipairs(report.failures) do
    if fault.err.kind ~= "argument" then -- it is not because of the name
      failure.raise(fault.err)
    end
    failures[#failures + 1] = { name = identifiers[fault.index],
      err = "the name " .. fault.err.message:gsub("^user_identifier: ", "") }
  end
  for index, found in pairs(report.results) do
    for _, each in ipairs(found) do
      received.user(each)
    end
    local user, err = pick(found, identifiers[index])
    if user == nil then
      failures[#failures + 1] = { name = identifiers[index], err = err }
    end
    users[index] = user
  end
  if #failures > 0 then
    refuse(failures)
  end
  return users
end

--- Returns the users with some names and GUIDs, each once. Ends the command if
-- a name is unknown, so that a typo stops it.
-- @param given list of names, or { "-" }: the lines of standard input
-- @param spare whether the user that the client acts as is refused
function names.find(context, given, spare)
  local identifiers = names.read(given)
  local me = spare
    and failure.check(context:client():get_current_user_info())
  local found = look_up(context, identifiers)
  local users, seen, failures = {}, {}, {}
  for index, name in ipairs(identifiers) do
    local user = found[index]
    if not user then
      local fault = text.fault_of_new_name(name)
      failures[#failures + 1] = { name = name,
        err = "there is no such user" .. (fault and "; the name " .. fault
          or "") }
    elseif me and user.id == me.id then
      failures[#failures + 1] = { name = name, err = "is the user that this "
        .. "command acts as; another administrator has to do this" }
    elseif not seen[user.id] then
      seen[user.id] = true
      users[#users + 1] = user
    end
  end
  if #failures > 0 then
    refuse(failures)
  end
  return users
end

return names
