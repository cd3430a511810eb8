--- Makes objects of replies safe to read. A cluster may send anything in place
-- of a value: what is not of the type in the schema is dropped, null included,
-- or converted if that is obvious.

local core = require "thoughtspot.core"

local received = {}

-- The last millisecond of the year 9999, after which no date can be formatted.
local LATEST = 253402300799999

-- Schema = what reader_of returns for it.
local readers = {}

local reader_of

-- Returns the value as that of a field or of an item of its list; or nil.
local function fit(field, value)
  local kind = type(value)
  if field.schema then
    if kind == "string" and field.list then
      return { name = value }
    end
    return kind == "table" and reader_of(field.schema)(value) or nil
  elseif field.type == "string" then
    return kind == "string" and value
      or kind == "number" and ("%.0f"):format(value) or nil
  elseif field.type == "number" or field.type == "integer" then
    return kind == "number" and value >= -LATEST and value <= LATEST and value
      or nil
  elseif field.type == "boolean" and kind ~= "boolean" then
    return nil
  end
  return value
end

local function fit_list(field, list)
  if type(list) ~= "table" then
    return nil
  end
  local kept = 0
  for index = 1, #list do
    local item = fit(field, list[index])
    list[index] = nil
    if item ~= nil then
      kept = kept + 1
      list[kept] = item
    end
  end
  return list
end

-- Returns the function that changes an object of a schema to what fits, and
-- returns it.
function reader_of(schema)
  local reader = readers[schema]
  if not reader then
    local by_name = {}
    for _, field in ipairs(schema.fields) do
      by_name[field.name] = field
    end
    function reader(object)
      for name, value in pairs(object) do
        local field = by_name[name]
        if field then
          object[name] = (field.list and fit_list or fit)(field, value)
        end
      end
      return object
    end
    readers[schema] = reader
  end
  return reader
end

--- Each changes an object to what fits its schema, and returns it.
received.user = reader_of(core.describe("search_users").returns)
received.group = reader_of(core.describe("search_groups").returns)
received.org = reader_of(core.describe("search_orgs").returns)

return received
