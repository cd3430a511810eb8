--- How a sandbox refuses a request, and what its answer looks like.

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

--- Ends a request that names an object that does not exist; the error has a
-- shape of its own.
function errors.refuse_unknown(identifier)
  error(setmetatable({
    status = 400, code = 13003, debug = json.encode { identifier },
    nested = true,
  }, Refusal), 0)
end

--- Whether what was raised is a refusal, not a fault of the sandbox.
function errors.is_refusal(value)
  return getmetatable(value) == Refusal
end

-- The shapes that clusters were seen to use, by the name of the quirk
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

--- Whether there is a shape of that name.
function errors.has_shape(name)
  return shapes[name] ~= nil
end

--- The body of an answer.
-- @param shape "incident", "short" or "flat"
-- @param id of the incident
function errors.body(refusal, shape, id)
  return json.encode(shapes[shape](refusal, id))
end

return errors
