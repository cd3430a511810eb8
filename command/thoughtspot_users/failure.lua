--- Errors that end the command, and the exit codes.

local failure = {}

-- Name, exit code, meaning.
local CODES = {
  { "DONE", 0, "everything was done, or there was nothing to do" },
  { "SOME_FAILED", 1, "a part failed, or is not in effect" },
  { "NOTHING_DONE", 2, "nothing was done: misuse, a file that cannot be read, "
    .. "a refused login, a confirmation that was denied" },
  { "HAS_CHANGES", 3, "there is something to do (plan --check)" },
  { "OVER_LIMIT", 4, "a limit is exceeded" },
  { "INTERRUPTED", 130, "interrupted; standard error says how to resume" },
}

--- The exit codes of every subcommand, as failure.DONE and so on, and as a
-- list of { code, meaning }.
failure.codes = {}
for index, row in ipairs(CODES) do
  failure[row[1]] = row[2]
  failure.codes[index] = { code = row[2], meaning = row[3] }
end

local Failure = {}
Failure.__index = Failure

function Failure:__tostring()
  return tostring(self.message)
end

--- Ends the command with a message.
-- @param message text, or an error of the client's
-- @param code exit code, or nil: nothing was done
function failure.raise(message, code)
  error(setmetatable({
    message = message, code = code or failure.NOTHING_DONE,
  }, Failure), 0)
end

--- Ends the command because of how it was called.
-- @param usage lines that say how to call it, or nil
function failure.wrong_use(message, usage)
  error(setmetatable({
    message = message, code = failure.NOTHING_DONE, usage = usage,
  }, Failure), 0)
end

--- Returns whether a raised value is one of the above.
function failure.is(value)
  return getmetatable(value) == Failure
end

--- Returns whether an error is the one that the interpreter raises on Ctrl-C.
function failure.is_interrupt(err)
  return type(err) == "string" and err:find "interrupted!$" ~= nil
end

--- Returns what a call returned, or ends the command with its error.
function failure.check(value, err)
  if value == nil or value == false then
    failure.raise(err)
  end
  return value
end

return failure
