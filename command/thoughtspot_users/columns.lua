--- Columns of users for list, show and export.

local describe = require "thoughtspot.describe"
local failure = require "thoughtspot_users.failure"
local json = require "thoughtspot_users.json"
local wording = require "thoughtspot_users.wording"

local columns = {}

-- Fields of User, in the order of the library.
local names, fields = {}, {}
for index, field in ipairs(describe("User").fields) do
  names[index], fields[field.name] = field.name, field
end

--- Names of all fields.
columns.names = names

-- Formats a time; one that never happened is absent or 0.
local function time(milliseconds)
  if not milliseconds or milliseconds <= 0 then
    return nil
  end
  return os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(milliseconds / 1000))
end
columns.time = time

-- Returns the name of an item of a list.
local function item_name(item)
  if type(item) ~= "table" then
    return tostring(item)
  end
  return tostring(item.name or item.id or "")
end

local function list_text(list)
  local items = {}
  for index, item in ipairs(list) do
    items[index] = item_name(item)
  end
  return table.concat(items, "; ")
end

local function text_of(name, value)
  if value == nil then
    return nil
  elseif name:find "_in_millis$" then
    return time(value)
  elseif type(value) ~= "table" then
    if type(value) == "number" and value % 1 == 0 then
      return ("%.0f"):format(value)
    end
    return tostring(value)
  elseif fields[name].list then
    return list_text(value)
  elseif value.id or value.name then
    return item_name(value)
  end
  return json.encode(value)
end

-- Returns a value with the members of objects in the order of the schema, and
-- lists marked as lists.
local function value_of(name, value)
  if fields[name].list and type(value) == "table" then
    return json.list(value)
  end
  return value
end

local STATUS_COLOURS = { ACTIVE = "green", INACTIVE = "yellow" }

local function colour_of_status(value)
  return value ~= "" and (STATUS_COLOURS[value] or "red") or nil
end

--- Returns the columns of some fields, for Output:records.
-- @param list of names
function columns.of(list)
  local found = {}
  for index, name in ipairs(list) do
    found[index] = {
      name = name,
      text = function(user)
        return text_of(name, user[name])
      end,
      value = function(user)
        return value_of(name, user[name])
      end,
      colour = name == "account_status" and colour_of_status or nil,
    }
  end
  return found
end

--- Returns the names in a list such as "name,email"; ends the command if one
-- is unknown.
-- @param given text, or nil
-- @param known names that exist
-- @param defaults list of names, returned if none are given
function columns.parse(given, known, defaults)
  if not given then
    return defaults
  end
  local list = {}
  local is_given = {} -- nil: there is no such field
  for _, name in ipairs(known) do
    is_given[name] = false
  end
  for name in given:gmatch "[^,%s]+" do
    if is_given[name] then
      failure.raise(("--fields: %s is given twice"):format(name))
    elseif is_given[name] == nil then
      failure.raise(("--fields: there is no field \"%s\"; %s"):format(name,
        wording.hint(name, known, "fields")))
    end
    list[#list + 1], is_given[name] = name, true
  end
  if #list == 0 then
    failure.raise "--fields: expected names of fields, such as name,email"
  end
  return list
end

return columns
