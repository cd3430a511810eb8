--- The quirks of a sandbox: switches for the behaviour of some clusters.

local errors = require "thoughtspot.sandbox.errors"
local names = require "thoughtspot.sandbox.names"

local quirks = {}

local function is_boolean(value)
  return type(value) == "boolean"
end

--- The quirks: name; default; doc, what the sandbox does; and, unless it is
-- true or false, what is expected, accepts, which checks it, and annotation,
-- its LuaCATS type. The documentation is derived from these rows.
quirks.rows = {
  {
    name = "mfa", default = false, doc = "refuses logins with a password",
  },
  {
    name = "dangling_user", default = false, expected = "a name or false",
    annotation = "string|false",
    accepts = function(value)
      return value == false or type(value) == "string"
    end,
    doc = "replies 404 to a search whose page contains the user of this name",
  },
  {
    name = "ok_for_no_content", default = false,
    doc = "replies 200 in place of 204, as clusters before 9.5",
  },
  {
    name = "ignore_offset", default = false,
    doc = "returns the first page for every record_offset",
  },
  {
    name = "ignore_writes", default = false,
    doc = "confirms updates and deletions, and changes nothing",
  },
  {
    name = "ignore_activation", default = false,
    doc = "confirms an update that activates a user, and does not activate it",
  },
  {
    name = "slash_in_path_fails", default = true,
    doc = "replies 400 to a name with a slash in a path",
  },
  {
    name = "ignore_unknown_keys", default = true,
    doc = "ignores unknown fields of a request",
  },
  {
    name = "error_shape", default = "incident",
    expected = "incident, short or flat", accepts = errors.has_shape,
    annotation = '"incident"|"short"|"flat"',
    doc = "sends errors in one of three forms",
  },
}

local by_name = names.index(quirks.rows)

-- Returns what is wrong with the value of a quirk, or nil.
local function find_fault(name, value)
  local row = by_name[name]
  if not row then
    return names.unknown("quirk", name, by_name)
  elseif not (row.accepts or is_boolean)(value) then
    return ("sandbox: quirk %s: expected %s"):format(name,
      row.expected or "true or false")
  end
end

--- Creates the table of switches; raises a string if one is invalid.
-- @param given table of those that differ from the defaults
function quirks.new(given)
  local values = {}
  for name, row in pairs(by_name) do
    values[name] = row.default
  end
  for name, value in pairs(given) do
    local fault = find_fault(name, value)
    if fault then
      error(fault, 0)
    end
    values[name] = value
  end
  return setmetatable({}, {
    __index = values,
    __newindex = function(_, name, value)
      local fault = find_fault(name, value)
      if fault then
        error(fault, 2)
      end
      values[name] = value
    end,
  })
end

return quirks
