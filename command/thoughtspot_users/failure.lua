--- Errors that end the command, and the exit codes.

local failure = {}

--- The exit codes of every subcommand.
failure.DONE = 0
failure.SOME_FAILED = 1
failure.NOTHING_DONE = 2
failure.HAS_CHANGES = 3
failure.OVER_LIMIT = 4
failure.INTERRUPTED = 130

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

--- Returns what a call returned, or ends the command with its error.
function failure.check(value, err)
  if value == nil or value == false then
    failure.raise(err)
  end
  return value
end

return failure
