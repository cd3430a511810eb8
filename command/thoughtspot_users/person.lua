--- A person of a source: its fields, and their values from text.

local describe = require "thoughtspot.describe"
local fold = require "thoughtspot.fold"
local json = require "thoughtspot_users.json"
local text = require "thoughtspot_users.text"

local person = {}

-- Fields in display order, and by name.
local names, fields = {}, {}

local function add(field)
  if not fields[field.name] then
    names[#names + 1], fields[field.name] = field.name, field
  end
end

add { name = "id", type = "string" }
for _, field in ipairs(describe("ImportUser").fields) do
  add(field)
end
-- Further fields of create_user.
for _, field in ipairs(describe("create_user").request.fields) do
  if field.name:find "^trigger_" then
    add(field)
  end
end

--- Names of the fields, in order.
person.names = names

--- Returns the field with a name, as thoughtspot.describe returns it, or nil.
function person.field(name)
  return fields[name]
end

-- Fields in which white space at the ends is never intended.
local TRIMMED = { id = true, user_identifier = true, email = true }

local BOOLEANS = {
  ["true"] = true, yes = true, ["1"] = true, y = true,
  ["false"] = false, no = false, ["0"] = false, n = false,
}

local function split(value)
  local items = json.list()
  for item in value:gmatch "[^;]+" do
    item = text.trim(item)
    if item ~= "" then
      items[#items + 1] = item
    end
  end
  return items
end

--- Converts the text of a cell.
-- @param name of a field
-- @return the value; nil if the text is empty, which changes nothing; or nil
--   and what is wrong. Third, a note: what was changed in the text
function person.from_text(name, value)
  local field = fields[name]
  if value == "" or not field.secret and fold.trim(value) == "" then
    return nil
  elseif field.list then
    return split(value)
  elseif field.type == "boolean" then
    local truth = BOOLEANS[text.trim(value):lower()]
    if truth == nil then
      return nil, ("expected true or false (or yes, no, 1, 0), got \"%s\"")
        :format(value)
    end
    return truth
  elseif TRIMMED[name] or field.values then
    local trimmed = text.trim(value)
    if trimmed == "" then
      return nil
    end
    return trimmed, nil, trimmed ~= value and ("the white space around "
      .. "\"%s\" was removed"):format(trimmed) or nil
  end
  return value
end

--- Returns what is wrong with the name of a person, as a field and a message,
-- or nil. With a GUID, any name is valid.
function person.fault(candidate)
  if candidate.id then
    return nil
  end
  for _, name in ipairs { "user_identifier", "email" } do
    local value = candidate[name]
    local fault = type(value) == "string" and text.fault_of_name(value)
    if fault then
      return name, fault
    end
  end
end

return person
