--- Makes objects of replies safe to read. A cluster may send anything in place
-- of a value: what is not of the type in the schema is dropped, null included,
-- or converted if that is obvious.

local core = require "thoughtspot.core"

local received = {}

-- The last millisecond of the year 9999, after which no date can be formatted.
local LATEST = 253402300799999

local function number(value)
  return type(value) == "number" and value >= -LATEST and value <= LATEST
    and value or nil
end

-- Ids of orgs are formatted as integers.
local function integer(value)
  value = number(value)
  return value and value % 1 == 0 and value or nil
end

-- Type in the schema = { the Lua type of a value that fits as it is; function
-- that returns what fits in place of another value, or nil }.
local types = {
  string = { "string", function(value)
    return type(value) == "number" and ("%.0f"):format(value) or nil
  end },
  number = { nil, number },
  integer = { nil, integer },
  boolean = { "boolean", function()
    return nil
  end },
}

local reader_of

-- Returns the same for a field, or for an item of its list; or nothing: any
-- value fits.
local function fit_of(field)
  if not field.schema then
    local row = types[field.type] or {}
    return row[1], row[2]
  end
  local read = reader_of(field.schema)
  return nil, function(value)
    if type(value) == "table" then
      return read(value)
    end
    return field.list and type(value) == "string" and { name = value } or nil
  end
end

-- Returns the function that changes a list to the items that fit.
local function list_reader(plain, fit)
  return function(list)
    if type(list) ~= "table" then
      return nil
    end
    local count, kept = #list, 0
    for index = 1, count do
      local item = list[index]
      if fit and type(item) ~= plain then
        item = fit(item)
      end
      if item ~= nil then
        kept = kept + 1
        list[kept] = item
      end
    end
    for index = kept + 1, count do
      list[index] = nil
    end
    return list
  end
end

-- Schema = what reader_of returns for it.
local readers = {}

-- Returns the function that changes an object of a schema to what fits, and
-- returns it.
function reader_of(schema)
  local reader = readers[schema]
  if reader then
    return reader
  end
  -- By the names of the fields. There are users by the hundred thousand: a
  -- value that fits as it is costs no call.
  local plain_types, fits = {}, {}
  for _, field in ipairs(schema.fields) do
    local plain, fit = fit_of(field)
    if field.list then
      plain, fit = nil, list_reader(plain, fit)
    end
    plain_types[field.name], fits[field.name] = plain, fit
  end
  function reader(object)
    for name, value in pairs(object) do
      if type(value) ~= plain_types[name] then
        local fit = fits[name]
        if fit then
          object[name] = fit(value)
        end
      end
    end
    return object
  end
  readers[schema] = reader
  return reader
end

--- Each changes an object to what fits its schema, and returns it.
received.user = reader_of(core.describe("search_users").returns)
received.group = reader_of(core.describe("search_groups").returns)
received.org = reader_of(core.describe("search_orgs").returns)

return received
