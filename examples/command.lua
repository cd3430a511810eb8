--- What the examples have in common, as commands: arguments, a client from the
-- environment, a terminal that can be asked, files that only their owner
-- reads, users by name, and an end that says what was done.

local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"

local EXIT_CODES = "Exit codes: 0 all is done, 1 some of it failed, 2 nothing "
  .. "was done,\n130 interrupted."

local command = {}

local script = arg[0]:match "[^/]*$"

--- Ends the command with a message.
-- @param code exit code, or nil: 2
function command.fail(message, code)
  io.stderr:write(script, ": ", tostring(message), "\n")
  os.exit(code or 2, true)
end

-- What was counted last, for who interrupts.
local how_far

local function is_interrupt(err)
  return type(err) == "string" and err:find "interrupted!$" ~= nil
end

-- An error object says all that is to say; another error is a fault of the
-- program.
local function add_traceback(err)
  if type(err) ~= "string" or is_interrupt(err) then
    return err
  end
  return debug.traceback(err, 2)
end

--- Ends the command where a part of the work raised: an error object of the
-- client's, or what Ctrl-C raises in the interpreter.
-- @param ... what pcall returned
-- @return what the work returned
function command.conclude(done, ...)
  if done then
    return ...
  end
  local err = ...
  if how_far and core.is_terminal(io.stderr) then
    io.stderr:write "\n" -- below the progress
  end
  if is_interrupt(err) then
    command.fail("interrupted" .. (how_far and ", after " .. how_far or ""),
      130)
  end
  local is_fault = tostring(err):find("\nstack traceback:", 1, true)
  command.fail(err, is_fault and 1 or nil)
end

--- Does a part of the work, and ends the command where that raises.
-- @param work function
-- @return what it returns
function command.run(work)
  return command.conclude(xpcall(work, add_traceback))
end

-- Why a line was not written to the standard output.
local lost

--- Writes a line to the standard output. Where it cannot be written, the work
-- goes on, and command.finish says so.
function command.print(line)
  local written, err = io.write(line, "\n")
  if not written then
    lost = err
  end
end

--- Writes what failed, and ends the command.
-- @param failures list of { name, err }
-- @param code exit code where there are some, or nil: 1
function command.finish(failures, code)
  for _, failure in ipairs(failures) do
    io.stderr:write(tostring(failure.name), ": ", tostring(failure.err), "\n")
  end
  local flushed, err = io.stdout:flush()
  if lost or not flushed then
    command.fail("standard output: " .. (lost or err), 1)
  end
  os.exit(#failures == 0 and 0 or code or 1, true)
end

-- The comment that a script begins with: a list of lines.
local function read_header()
  local lines = {}
  for line in io.lines(arg[0]) do
    local text = line:match "^%-%- ?(.*)$"
    if not text then
      break
    end
    lines[#lines + 1] = text
  end
  return lines
end

local function print_help()
  for _, line in ipairs(read_header()) do
    command.print(line)
  end
  command.print("\n" .. EXIT_CODES)
  command.finish {}
end

--- Ends the command with a message and the lines of the script's header that
-- say how it is called.
function command.wrong_use(message)
  local lines = { message, "usage:" }
  for _, line in ipairs(read_header()) do
    lines[#lines + 1] = line:match "^ +lua .*$"
  end
  command.fail(table.concat(lines, "\n"))
end

--- Reads the command line. --help and -h print the comment that the script
-- begins with.
-- @param flags { name = takes_value }: --name, or --name VALUE
-- @param least how many other arguments there are at least
-- @param most and at most
-- @return the flags given { name = true or value }, and the other arguments
function command.arguments(flags, least, most)
  local given, others = {}, {}
  local index = 1
  while arg[index] do
    local argument = arg[index]
    local name = argument:match "^%-%-(.+)$"
    if argument == "--help" or argument == "-h" then
      print_help()
    elseif name and flags[name] then
      index = index + 1
      given[name] = arg[index]
        or command.wrong_use(argument .. " needs a value")
    elseif name and flags[name] == false then
      given[name] = true
    elseif argument:find "^%-." then
      command.wrong_use("there is no " .. argument)
    else
      others[#others + 1] = argument
    end
    index = index + 1
  end
  if #others < least then
    command.wrong_use "there is an argument missing"
  elseif #others > most then
    command.wrong_use("there is an argument too many: " .. others[most + 1])
  end
  return given, others
end

--- A client from THOUGHTSPOT_HOST, _USERNAME, _SECRET_KEY and the others that
-- thoughtspot.from_env reads.
function command.client()
  local client, err = thoughtspot.from_env {
    user_agent = script:match "(.*)%.lua$",
  }
  return client or command.fail(err)
end

--- A number of things, in words.
-- @param what the name of one
function command.count(number, what)
  return number .. " " .. what .. (number == 1 and "" or "s")
end

--- Counts what is done: on the terminal, and for who interrupts.
-- @param what is counted
-- @return function(done, total), to be given as on_progress
function command.progress(what)
  local show = core.is_terminal(io.stderr)
    and thoughtspot.progress { what = what } or function() end
  return function(done, total)
    how_far = done .. (total and " of " .. total or "") .. " " .. what
    show(done, total)
  end
end

--- Asks whether to go on, unless --yes was given.
-- Where nobody can be asked, the answer is no.
function command.confirm(question, yes)
  if yes then
    return true
  elseif not core.is_terminal(io.stdin) then
    command.fail(question .. " Give --yes where nobody can be asked.")
  end
  io.stderr:write(question, " [y/N] ")
  return command.run(function()
    local answer = io.read() or ""
    return answer:lower():find "^%s*y" ~= nil
  end)
end

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Opens a file that only its owner may read, to append to it and to read it.
-- One that others could read is closed to them.
function command.open_private(path)
  local quoted = quote(path)
  local status = os.execute(("umask 077; : >>%s && if test -f %s; then "
    .. "chmod 600 -- %s; fi"):format(quoted, quoted, quoted))
  if status ~= true and status ~= 0 then
    command.fail(path .. ": cannot be made a file that only you may read")
  end
  local file, err = io.open(path, "a+")
  return file or command.fail(err)
end

-- The lines of the standard input; empty ones and comments, from a # at the
-- start or after white space, do not count.
local function read_lines()
  local lines = {}
  for line in io.lines() do
    line = (" " .. line):gsub("%s#.*", ""):match "^%s*(.-)%s*$"
    if line ~= "" then
      lines[#lines + 1] = line
    end
  end
  return lines
end

--- Makes a batch; ends the command where it is broken off, as by Ctrl-C in
-- one of its functions.
-- @return the report
function command.batch(client, endpoint, items, options)
  return command.run(function()
    local report, err = client:batch(endpoint, items, options)
    return report or error(err, 0)
  end)
end

-- --- Users -----------------------------------------------------------------

local function is_called(user, identifier)
  return user.id == identifier
    or user.name:lower() == identifier:lower()
end

-- The one user of a name or GUID among those that a search found; false
-- where there is none, or nil and a message.
local function pick(users, identifier)
  local found = false
  for _, user in ipairs(users) do
    if is_called(user, identifier) then
      if found then
        return nil, "more than one user is called so; use the GUID"
      end
      found = user
    end
  end
  return found
end

--- Looks users up, several at a time; ends the command where one cannot be.
-- @param identifiers list of names and GUIDs
-- @return list in the same order: a user, or false where there is none
function command.look_up(client, identifiers)
  local requests = {}
  for index, identifier in ipairs(identifiers) do
    requests[index] = { user_identifier = identifier, record_size = 10 }
  end
  local report = command.batch(client, "search_users", requests, {
    on_progress = command.progress "users looked up",
  })
  local failures = report.failures
  for _, failure in ipairs(failures) do
    failure.name = identifiers[failure.index]
  end
  local users = {}
  for index, found in pairs(report.results) do
    local user, err = pick(found, identifiers[index])
    if user == nil then
      failures[#failures + 1] = { name = identifiers[index], err = err }
    end
    users[index] = user
  end
  if #failures > 0 then
    command.finish(failures, 2)
  end
  return users
end

--- The users that the arguments name, or for "-" the lines of the standard
-- input; each once. Ends the command where there is none of a name, so that a
-- typo stops it, and where one is the user that the client acts as.
function command.users(client, arguments)
  local names = arguments
  if arguments[1] == "-" and #arguments == 1 then
    names = command.run(read_lines)
    if #names == 0 then
      command.fail "there are no names on the standard input"
    end
  end
  local me, err = command.run(function()
    return client:get_current_user_info()
  end)
  if not me then
    command.fail(err)
  end
  local found = command.look_up(client, names)
  local users, seen, failures = {}, {}, {}
  for index, name in ipairs(names) do
    local user = found[index]
    if not user then
      failures[#failures + 1] = { name = name, err = "there is no such user" }
    elseif user.id == me.id then
      failures[#failures + 1] = { name = name, err = "is the user that this "
        .. "command acts as; let another administrator do it" }
    elseif not seen[user.id] then
      seen[user.id] = true
      users[#users + 1] = user
    end
  end
  if #failures > 0 then
    command.finish(failures, 2)
  end
  return users
end

return command
