--- Errors as data, for those who read them by program.

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

return errors
