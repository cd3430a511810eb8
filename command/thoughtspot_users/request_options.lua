--- Command-line options for the fields of a request, derived from the
-- description in the library.

local describe = require "thoughtspot.describe"
local arguments = require "thoughtspot_users.arguments"

local YES_OR_NO = { "yes", "no" }

local function flag_of(field)
  return "--" .. field.name:gsub("_identifiers?$", ""):gsub("_", "-")
end

-- Returns whether a field fits in one argument.
local function is_plain(field)
  return not field.secret and not field.schema and field.type ~= "table"
end

-- Returns an error about a field of a request with its flag, if it has one.
local function name_flag(rows, err)
  for _, row in ipairs(rows) do
    local name = row.field.name
    if err.field == name and err.message:find(name .. ": ", 1, true) == 1 then
      return {
        kind = err.kind, field = name,
        message = row.flag .. err.message:sub(#name + 1),
      }
    end
  end
  return err
end

--- Returns the options for the fields of an endpoint's request.
-- @param endpoint its name
-- @param left_out set of names of fields that have no option
-- @return list of options; a function(flags) that builds the request; and a
--   function(err) that returns an error about it with the flag in place of the
--   field
return function(endpoint, left_out)
  local options, rows = {}, {}
  for _, field in ipairs(describe(endpoint).request.fields) do
    if is_plain(field) and not left_out[field.name] then
      local flag = flag_of(field)
      local doc = field.doc:gsub("^%l", string.upper)
      options[#options + 1] = {
        flag, field.type == "boolean" and "yes|no"
          or field.name:gsub("_identifiers?$", ""):upper(),
        doc .. (field.required and "; required." or field.list
          and "; may be repeated." or "."),
        many = field.list, may_be_empty = not field.list,
        choices = field.type == "boolean" and YES_OR_NO
          or not field.list and field.values or nil,
      }
      rows[#rows + 1] = {
        field = field, flag = flag, name = arguments.name_of_flag(flag),
      }
    end
  end
  return options, function(flags)
    local request = {}
    for _, row in ipairs(rows) do
      local value = flags[row.name]
      if row.field.list then
        value = value and #value > 0 and value or nil
      elseif row.field.type == "boolean" and value then
        value = value == "yes"
      end
      request[row.field.name] = value
    end
    return request
  end, function(err)
    return name_flag(rows, err)
  end
end
