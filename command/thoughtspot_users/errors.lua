--- Errors as data, for programs.

local errors = {}

local MEMBERS = {
  "kind", "message", "endpoint", "field", "status", "code", "applied", "hint",
  "incident_id", "trace_id", "retry_after",
}

--- Names of the members, in order.
errors.members = MEMBERS

--- Returns the members of an error of the client's; or, for a text, a table
-- with that as its message.
-- @param kind of an error that is a text
function errors.describe(err, kind)
  if type(err) ~= "table" or not err.kind then
    return { kind = kind or "use", message = tostring(err) }
  end
  local described = {}
  for _, name in ipairs(MEMBERS) do
    described[name] = err[name]
  end
  return described
end

-- Fields of errors about a file, if the message names the file.
local FILES = { path = true, journal = true, people = true }

--- Returns a text of the library with the command in place of its function
-- describe.
function errors.for_shell(value)
  return (value:gsub('thoughtspot%.describe "([%w_]+)"',
    "thoughtspot-users describe %1")
    :gsub("thoughtspot%.describe%(%)", "thoughtspot-users describe"))
end

--- Returns the text of an error for people, with the names of options of the
-- command line.
function errors.text(err)
  if type(err) ~= "table" or err.kind ~= "argument" or err.endpoint then
    return errors.for_shell(tostring(err))
  end
  local message = errors.for_shell(tostring(err.message))
  if err.field == "plan" then
    return (message:gsub("^plan: ", "the plan "))
  elseif FILES[err.field] then
    return (message:gsub("^" .. err.field .. ": ", ""))
  end
  return message
end

return errors
