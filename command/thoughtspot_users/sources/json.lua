--- Reads people from JSON and JSON lines.

local complete = require "thoughtspot_users.sources.complete"
local json = require "thoughtspot_users.json"
local person = require "thoughtspot_users.person"
local text = require "thoughtspot_users.text"

local readers = {}

-- Reads a person from an object: the mapped members, and those named like
-- fields. Without a map, other members are read, too, to be refused.
local function from_object(reading, place, object)
  local candidate, taken = {}, {}
  for alias, field in pairs(reading.ALIASES) do
    if object[alias] ~= nil and object[field] ~= nil
      and not reading.map[field] then
      reading:refuse(("%s has both \"%s\" and \"%s\", which are the same "
        .. "field"):format(place, alias, field))
    end
  end
  for field, member in pairs(reading.map) do
    candidate[field], taken[member] = object[member], true
  end
  for member, value in pairs(object) do
    local field = person.field(member) and member or reading.ALIASES[member]
    if field and candidate[field] == nil and not reading.map[field] then
      candidate[field] = value
    elseif not field and not taken[member] and not next(reading.map)
      and not reading.READ_ONLY[member] then
      candidate[member] = value
    end
  end
  for _, name in ipairs { "id", "user_identifier", "email" } do
    if type(candidate[name]) == "string" then
      candidate[name] = text.trim(candidate[name])
    end
  end
  return candidate
end

local function add_object(reading, place, object)
  if type(object) ~= "table" or #object > 0 then
    reading:refuse(place .. " is not a JSON object")
  end
  reading:add(place, from_object(reading, place, object))
end

local function add_objects(reading, objects, places)
  reading:check_map(function(member)
    for _, object in ipairs(objects) do
      if type(object) == "table" and object[member] ~= nil then
        return true
      end
    end
    return false
  end)
  for index, object in ipairs(objects) do
    add_object(reading, places[index], object)
  end
end

--- Reads a list of people, or an object with such a list, into a reading.
function readers.json(reading, content)
  local value, err = json.decode(content)
  if not value then
    reading:refuse("is not JSON: " .. err)
  elseif type(value) ~= "table" then
    reading:refuse("expected a JSON list of people")
  elseif type(value.users) == "table" then
    local part = complete.find_part(value)
    if part then
      reading:refuse(("is incomplete, because it has \"%s\"; export all "
        .. "people"):format(part))
    end
    value = value.users
  elseif next(value) ~= nil and #value == 0 then
    reading:refuse("expected a JSON list of people, or an object whose "
      .. "member \"users\" is one")
  end
  local places = {}
  for index in ipairs(value) do
    places[index] = "person " .. index
  end
  add_objects(reading, value, places)
end

--- Reads a person from each line into a reading.
function readers.jsonl(reading, content)
  local number, objects, places = 0, {}, {}
  for line in (content .. "\n"):gmatch "(.-)\r?\n" do
    number = number + 1
    if line:find "%S" then
      local value, err = json.decode(line)
      if not value then
        reading:refuse(("line %d is not JSON: %s"):format(number, err))
      end
      objects[#objects + 1], places[#places + 1] = value, "line " .. number
    end
  end
  add_objects(reading, objects, places)
end

return readers
