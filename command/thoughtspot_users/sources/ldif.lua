--- Reads people from LDIF.

local files = require "thoughtspot_users.files"
local json = require "thoughtspot_users.json"
local ldif = require "thoughtspot_users.ldif"
local person = require "thoughtspot_users.person"

-- Field = its attributes; the first that exists is used.
local ATTRIBUTES = {
  user_identifier = { "uid", "samaccountname" },
  display_name = { "displayname", "cn" },
  email = { "mail" },
}

-- Object classes of people.
local CLASSES = {
  person = true, organizationalperson = true, inetorgperson = true,
  user = true, posixaccount = true, account = true,
}

local function is_person(entry)
  local classes = entry.attributes.objectclass
  if not classes then
    return true
  end
  local found = false
  for _, class in ipairs(classes) do
    class = class:lower()
    if class == "computer" then
      return false
    end
    found = found or CLASSES[class]
  end
  return found
end

-- Returns the values of a field, and the name of their attribute.
local function attribute_of(reading, entry, field)
  if reading.map[field] then
    local attribute = reading.map[field]:lower()
    return entry.attributes[attribute], attribute
  end
  for _, attribute in ipairs(ATTRIBUTES[field] or {}) do
    if entry.attributes[attribute] then
      return entry.attributes[attribute], attribute
    end
  end
end

local function from_entry(reading, entry, place)
  local candidate = {}
  for _, field in ipairs(person.names) do
    local values, attribute = attribute_of(reading, entry, field)
    if values and entry.partial[attribute] then
      reading:problem(place, field, ("the directory has returned a part of "
        .. "%s only, up to value %s"):format(attribute,
        entry.partial[attribute]))
    elseif values and person.field(field).list then
      local items = json.list()
      for index, value in ipairs(values) do
        items[index] = ldif.first_value(value)
      end
      candidate[field] = items
    elseif values then
      if field == "user_identifier" and values[2] then
        reading:note(place, ("user_identifier: has %d values, of which %s "
          .. "is used; a directory may change their order")
          :format(#values, values[1]))
      end
      reading:set(place, candidate, field, values[1])
    elseif reading.map[field] and person.field(field).list then
      -- A directory has no empty attributes: absent means none.
      candidate[field] = json.list()
    end
  end
  return candidate
end

--- Reads a content into a reading.
return function(reading, content)
  local entries, err = ldif.parse(content)
  if not entries then
    reading:refuse(err)
  end
  reading:check_map(function(attribute)
    for _, entry in ipairs(entries) do
      if entry.attributes[attribute:lower()] then
        return true
      end
    end
    return false
  end)
  local skipped = 0
  for _, entry in ipairs(entries) do
    if is_person(entry) then
      local place = ("line %d, %s"):format(entry.line, entry.dn)
      reading:add(place, from_entry(reading, entry, place))
    else
      skipped = skipped + 1
    end
  end
  if skipped > 0 then
    reading:note(files.name(reading.path), ("%d of %d entries are not people")
      :format(skipped, #entries))
  end
end
