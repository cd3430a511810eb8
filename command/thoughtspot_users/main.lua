--- Runs the command: parses its arguments, runs the subcommand, and returns an
-- exit code.

local arguments = require "thoughtspot_users.arguments"
local commands = require "thoughtspot_users.commands"
local core = require "thoughtspot.core"
local failure = require "thoughtspot_users.failure"
local new_context = require "thoughtspot_users.context"
local Output = require "thoughtspot_users.output"
local progress = require "thoughtspot_users.progress"

local VERSION = "thoughtspot-users " .. core._VERSION

local main = {}

-- Adds a traceback to an error, unless it is the client's: any other one is a
-- bug.
local function add_traceback(err)
  if type(err) ~= "string" or failure.is_interrupt(err) then
    return err
  end
  return { fault = debug.traceback(err, 2) }
end

-- Reports the error that ended the command, and returns the exit code.
local function conclude(output, err)
  progress.clear()
  if failure.is_interrupt(err) then
    local how_far = progress.how_far()
    output:fail("interrupted" .. (how_far and ", after " .. how_far or "")
      .. (output.how_to_go_on and "; " .. output.how_to_go_on or ""),
      failure.INTERRUPTED, "interrupted")
    return failure.INTERRUPTED
  elseif failure.is(err) then
    output:fail(err.message, err.code)
    if err.usage then
      output:complain(err.usage)
    end
    return err.code
  elseif type(err) == "table" and err.help then
    output:write(err.help .. "\n")
    return failure.DONE
  elseif type(err) == "table" and err.fault then
    output:fail(err.fault, failure.SOME_FAILED, "fault")
    return failure.SOME_FAILED
  end
  output:fail(err, failure.NOTHING_DONE)
  return failure.NOTHING_DONE
end

-- Returns the output format before the arguments are checked.
local function format_in(argv)
  local format
  for index, argument in ipairs(argv) do
    format = argument:match "^%-%-format=(.*)$"
      or argument == "--format" and argv[index + 1] or format
  end
  return format
end

-- Opens the standard streams that the caller has closed. Otherwise a
-- connection or file opened later would get their descriptors, and output
-- would go there. Opens a file for reading only, so that writing fails.
-- @return what must be kept until the end
local function take_standard_streams()
  local taken = {}
  for index = 1, 3 do
    taken[index] = io.open("/dev/null", "rb")
  end
  return taken
end

--- Runs the command.
-- @param argv list of arguments
-- @return exit code
function main.run(argv)
  local taken = take_standard_streams()
  local output = Output.new { format = format_in(argv), no_color = true }
  local done, code = xpcall(function()
    local parser = arguments.parser(commands.list, VERSION, argv)
    local flags = parser:parse(argv)
    output = Output.new(flags)
    local command = commands.by_name[flags.command]
    if flags.fields and not command.takes_fields then
      failure.raise("--fields: not an option of " .. command.name .. "; "
        .. "list, show, export and audit have it")
    end
    return command.run(new_context(flags, output))
  end, add_traceback)
  if not done then
    code = conclude(output, code)
  end
  local written, err = output:close()
  for _, file in ipairs(taken) do
    file:close()
  end
  if written then
    return code or failure.DONE
  elseif err then
    io.stderr:write("thoughtspot-users: ", err, "\n")
  end
  return code and code ~= failure.DONE and code or failure.SOME_FAILED
end

return main
