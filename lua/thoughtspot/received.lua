--- Makes objects of replies safe to read. A cluster may send any value in any
-- field: a value that is not of the type in the schema is dropped, null
-- included, or converted if it is obvious how.

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

-- Type in the schema = { the Lua type of the values that are kept as they are;
-- a function that converts any other value, or returns nil to drop it }.
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

-- Returns these two for a field, or for an item of its list; or nothing: any
-- value is kept.
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

-- Returns a function that converts or drops the items of a list.
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

-- Schema = its reader.
local readers = {}

-- Returns the reader of a schema: a function that changes an object so that it
-- fits the schema, and returns it.
function reader_of(schema)
  local reader = readers[schema]
  if reader then
    return reader
  end
  -- By the names of the fields. A value of the right type costs no call,
  -- because there may be hundreds of thousands of users.
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

-- Function of this module = the endpoint that returns such objects.
local endpoints = {
  user = "search_users", group = "search_groups", org = "search_orgs",
}

--- Each of these functions changes an object to what fits its schema, and
-- returns it. They are created on first use.
return setmetatable(received, { __index = function(_, name)
  local endpoint = endpoints[name]
  local reader = endpoint and reader_of(core.describe(endpoint).returns)
  received[name] = reader
  return reader
end })
