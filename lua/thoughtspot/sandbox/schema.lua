--- Reads the bodies of requests.
--
-- A reader is function(value, path, known_only): it returns the value for the
-- sandbox, and refuses one that does not have the type of the published
-- contract. Null counts as absent.

local contract = require "thoughtspot.sandbox.contract"
local errors = require "thoughtspot.sandbox.errors"
local json = require "thoughtspot.sandbox.json"

local schema = {}

local LARGEST = 2 ^ 31 - 1

local function refuse(path, what)
  errors.refuse(400, 10002, path .. " is not " .. what)
end

local function reader(what, accepts)
  return function(value, path)
    return accepts(value) and value or refuse(path, what)
  end
end

local function is_string(value)
  return type(value) == "string"
end

local readers = {
  string = reader("a string", is_string),
  integer = reader("a whole number", function(value)
    return type(value) == "number" and value % 1 == 0
      and math.abs(value) <= LARGEST
  end),
  table = reader("an object", function(value)
    return type(value) == "table" and value[1] == nil
  end),
  anything = function(value)
    return value
  end,
  boolean = function(value, path)
    if type(value) ~= "boolean" then
      refuse(path, "true or false")
    end
    return value
  end,
}

local function one_of(text)
  local values = {}
  for value in text:gmatch "%S+" do
    values[value] = true
  end
  return reader("one of " .. text:gsub("%s+", ", "), function(value)
    return is_string(value) and values[value]
  end)
end

-- An empty object cannot be distinguished from an empty list, and counts as
-- one.
local function list_of(read_item)
  return function(value, path, known_only)
    if type(value) ~= "table" or next(value) ~= nil and #value == 0 then
      refuse(path, "a list")
    end
    local list = {}
    for index, item in ipairs(value) do
      list[index] = read_item(item, ("%s[%d]"):format(path, index - 1),
        known_only)
    end
    return list
  end
end

-- Fields that the client requires and a cluster does not.
local optional = { user_identifiers = true }

-- Field = its reader, if the cluster deviates from its contract.
local exceptions = {
  -- Only a number selects an org; the server ignores anything else.
  org_id = readers.anything,
}

local function read_item_of(field)
  if field.schema then
    return schema.object(field.schema)
  elseif field.values then
    return one_of(field.values)
  end
  return readers[field.type]
end

local function reader_of(field)
  local read = exceptions[field.name] or read_item_of(field)
  return field.list and list_of(read) or read
end

--- Creates a reader of objects.
-- @param name of a schema of the contract
function schema.object(name)
  local readers_of, required = {}, {}
  for _, field in ipairs(contract.schemas[name]) do
    readers_of[field.name] = reader_of(field)
    if field.required and not optional[field.name] then
      required[#required + 1] = field.name
    end
  end
  return function(value, path, known_only)
    if type(value) ~= "table" or value[1] ~= nil then
      refuse(path, "an object")
    end
    local object = {}
    local prefix = path == "the body" and "" or path .. "."
    for field, item in pairs(value) do
      if readers_of[field] then
        if item ~= json.null then
          object[field] = readers_of[field](item, prefix .. field, known_only)
        end
      elseif known_only then
        refuse(prefix .. field, "known")
      end
    end
    for _, field in ipairs(required) do
      if object[field] == nil or object[field] == "" then
        errors.refuse(400, 10002, prefix .. field .. " is required")
      end
    end
    return object
  end
end

--- Reads the body of a request.
-- @param read a reader, as schema.object returns it
-- @param text JSON
-- @param known_only whether unknown fields are refused, rather than ignored
-- @return table of the known fields that are not null
function schema.read(read, text, known_only)
  local body = text and text:find "^%s*{" and json.decode(text)
  if not body then
    refuse("the body", "a JSON object")
  end
  return read(body, "the body", known_only)
end

return schema
