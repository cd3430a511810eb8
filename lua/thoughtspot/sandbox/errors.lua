--- Refuses requests, and formats errors.

local json = require "thoughtspot.sandbox.json"

local errors = {}

local Refusal = {}

--- Ends a request with an error.
-- @param status HTTP status
-- @param code the server's own code
-- @param debug what is wrong, for people
function errors.refuse(status, code, debug)
  error(setmetatable({ status = status, code = code, debug = debug },
    Refusal), 0)
end

--- Ends a request that names an unknown object; this error has its own shape.
function errors.refuse_unknown(identifier)
  error(setmetatable({
    status = 400, code = 13003, debug = json.encode { identifier },
    nested = true,
  }, Refusal), 0)
end

--- Returns whether a raised value is a refusal, not a bug in the sandbox.
function errors.is_refusal(value)
  return getmetatable(value) == Refusal
end

-- The shapes of errors that clusters use, by the value of the quirk
-- error_shape.
local shapes = {
  incident = function(refusal, id)
    if refusal.nested then
      return { error = { message = { debug = {
        code = refusal.code, debug = refusal.debug,
      } } } }
    end
    return { error = { message = {
      code = refusal.code, debug = refusal.debug,
      incident_id_guid = id, trace_id_guid = id,
    } } }
  end,
  short = function(refusal)
    return { error = { code = refusal.code, message = refusal.debug } }
  end,
  flat = function(refusal, id)
    return {
      error = tostring(refusal.code), message = refusal.debug,
      debug = refusal.debug, incident_id = id,
    }
  end,
}

--- Returns whether there is a shape of that name.
function errors.has_shape(name)
  return shapes[name] ~= nil
end

--- Returns the body of an error.
-- @param shape "incident", "short" or "flat"
-- @param id of the incident
function errors.body(refusal, shape, id)
  return json.encode(shapes[shape](refusal, id))
end

return errors
