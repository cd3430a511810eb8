--- The quirks of a sandbox: switches for the behaviour of some clusters.

local errors = require "thoughtspot.sandbox.errors"

-- The defaults of the quirks.
local default_quirks = {
  -- The name of a user whose row makes users/search reply 404.
  dangling_user = false,
  -- An identifier in a path that contains a slash: 400.
  slash_in_path_fails = true,
  -- Old clusters: 200 instead of 204.
  ok_for_no_content = false,
  -- Unknown fields of a request are ignored.
  ignore_unknown_keys = true,
  -- Every page is the first.
  ignore_offset = false,
  -- Updates and deletions reply 204 and change nothing.
  ignore_writes = false,
  -- An update does not activate a user.
  ignore_activation = false,
  -- Multi-factor authentication: no login with a password.
  mfa = false,
  -- The shape of errors: "incident", "short" or "flat".
  error_shape = "incident",
}

-- Returns what is wrong with the value of a quirk, or nil.
local function fault_of_quirk(name, value)
  if default_quirks[name] == nil then
    return "sandbox: there is no quirk " .. tostring(name)
  elseif name == "error_shape" then
    return not errors.has_shape(value)
      and "sandbox: quirk error_shape: expected incident, short or flat"
  elseif name == "dangling_user" then
    return value ~= false and type(value) ~= "string"
      and "sandbox: quirk dangling_user: expected a name or false"
  elseif type(value) ~= "boolean" then
    return ("sandbox: quirk %s: expected true or false"):format(name)
  end
end

--- Creates the table of switches; raises a string if one is invalid.
-- @param given table of those that differ from the defaults
return function(given)
  local values = {}
  for name, value in pairs(default_quirks) do
    values[name] = value
  end
  for name, value in pairs(given) do
    local fault = fault_of_quirk(name, value)
    if fault then
      error(fault, 0)
    end
    values[name] = value
  end
  return setmetatable({}, {
    __index = values,
    __newindex = function(_, name, value)
      local fault = fault_of_quirk(name, value)
      if fault then
        error(fault, 2)
      end
      values[name] = value
    end,
  })
end
