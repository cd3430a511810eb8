--- What the examples have in common, as commands: arguments, a client from the
-- environment, a terminal that can be asked, files that only their owner
-- reads. Exit codes: 0 all is done, 1 some of it failed, 2 nothing was done.

local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"

local command = {}

--- Ends the command with a message.
-- @param code exit code, or nil: 2
function command.fail(message, code)
  io.stderr:write(arg[0]:match "[^/]*$", ": ", tostring(message), "\n")
  os.exit(code or 2, true)
end

--- Reads the command line.
-- @param usage the text to show for --help and for wrong use
-- @param flags { name = takes_value }: --name, or --name VALUE
-- @return the flags given { name = true or value }, and the other arguments
function command.arguments(usage, flags)
  local given, others = {}, {}
  local index = 1
  local function wrong(message)
    command.fail(message .. "\n" .. usage)
  end
  while arg[index] do
    local name = arg[index]:match "^%-%-(.+)$"
    if name == "help" then
      print(usage)
      os.exit(0, true)
    elseif name and flags[name] == nil then
      wrong("there is no --" .. name)
    elseif name and flags[name] then
      index = index + 1
      given[name] = arg[index] or wrong("--" .. name .. " needs a value")
    elseif name then
      given[name] = true
    else
      others[#others + 1] = arg[index]
    end
    index = index + 1
  end
  return given, others
end

--- A client from THOUGHTSPOT_HOST, _USERNAME, _SECRET_KEY and the others that
-- thoughtspot.from_env reads.
function command.client()
  local client, err = thoughtspot.from_env {
    user_agent = arg[0]:match "([^/]*)%.lua$",
  }
  return client or command.fail(err)
end

--- Reports progress on the terminal, and nothing elsewhere.
-- @param what is counted
-- @return function(done, total), to be given as on_progress
function command.progress(what)
  if not core.is_terminal(io.stderr) then
    return function() end
  end
  return thoughtspot.progress { what = what }
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
  return (io.read() or ""):lower():find "^%s*y" ~= nil
end

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Opens a file that only its owner may read, to append to it.
function command.open_private(path)
  os.execute("umask 077; : >>" .. quote(path))
  local file, err = io.open(path, "a")
  return file or command.fail(err)
end

--- Reads a file, or the standard input for "-", line by line; empty lines and
-- what follows a # do not count.
function command.read_lines(path)
  local file, err = io.stdin, nil
  if path ~= "-" then
    file, err = io.open(path)
  end
  if not file then
    command.fail(err)
  end
  local lines = {}
  for line in file:lines() do
    line = line:gsub("#.*", ""):match "^%s*(.-)%s*$"
    if line ~= "" then
      lines[#lines + 1] = line
    end
  end
  return lines
end

--- Writes what failed, and ends the command.
-- @param failures list of { item, err }, or { name, err }
function command.finish(failures)
  for _, failure in ipairs(failures) do
    io.stderr:write(tostring(failure.name), ": ", tostring(failure.err), "\n")
  end
  os.exit(#failures == 0 and 0 or 1, true)
end

return command
