--- Reads the people of a source: CSV, JSON, JSON lines or LDIF.

local csv = require "thoughtspot_users.csv"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local json = require "thoughtspot_users.json"
local ldif = require "thoughtspot_users.ldif"
local person = require "thoughtspot_users.person"
local text = require "thoughtspot_users.text"

local source = {}

-- Columns of an export that only the cluster sets.
local READ_ONLY = {
  created = true, changed = true, first_login = true,
}

-- Other names of fields in sources.
local ALIASES = { name = "user_identifier" }

local function refuse(reading, message)
  failure.raise(files.name(reading.path) .. ": " .. message)
end

local function note(reading, place, message)
  reading.notes[#reading.notes + 1] = place .. ": " .. message
end

local function problem(reading, place, field, message)
  reading.problems[#reading.problems + 1] = {
    place = place, field = field, message = message,
  }
end

-- Adds a person, and what may be wrong with the name: the users of the cluster
-- show whether that matters.
local function add(reading, place, candidate)
  local field, fault = person.fault(candidate)
  if field then
    note(reading, place, field .. ": " .. fault)
  end
  reading.people[#reading.people + 1] = candidate
  reading.places[#reading.people] = place
    .. (type(candidate.user_identifier) == "string"
      and ", " .. candidate.user_identifier or "")
end

-- Sets a field of a person from a text.
local function set(reading, place, candidate, field, value)
  local converted, fault, change = person.from_text(field, value)
  if fault then
    problem(reading, place, field, fault)
  elseif change then
    note(reading, place, field .. ": " .. change)
  end
  candidate[field] = converted
end

local function list_names(list)
  return '"' .. table.concat(list, '", "') .. '"'
end

-- --- CSV -------------------------------------------------------------------

-- Returns the columns of each field of --map, by their names in lower case.
local function invert(map)
  local mapped = {}
  for _, field in ipairs(person.names) do
    local key = map[field] and map[field]:lower()
    if key then
      mapped[key] = mapped[key] or {}
      table.insert(mapped[key], field)
    end
  end
  return mapped
end

-- Returns the fields that a column is read as: those of --map, and the one
-- that it is named like, unless --map takes that from another column.
local function fields_of_column(reading, key, mapped)
  local fields = {}
  for index, field in ipairs(mapped[key] or {}) do
    fields[index] = field
  end
  local own = person.field(key) and key or ALIASES[key]
  if own and not reading.map[own] then
    fields[#fields + 1] = own
  end
  return fields
end

-- Returns the fields of each column, the set of all of them, and the names of
-- columns that are not read.
local function fields_of_columns(reading, columns)
  local fields, seen, unknown = {}, {}, {}
  local mapped = invert(reading.map)
  for index, column in ipairs(columns) do
    local key = text.trim(column):lower()
    fields[index] = fields_of_column(reading, key, mapped)
    for _, field in ipairs(fields[index]) do
      if seen[field] then
        refuse(reading, ("there are two columns \"%s\""):format(
          reading.map[field] or field))
      elseif person.field(field).schema then
        refuse(reading, ("a column \"%s\" cannot be read; it is a list of "
          .. "objects"):format(field))
      end
      seen[field] = true
    end
    if #fields[index] == 0 and not READ_ONLY[key] and key ~= "" then
      unknown[#unknown + 1] = column
    end
  end
  return fields, seen, unknown
end

local function check_columns(reading, columns, seen, unknown)
  for _, field in ipairs(person.names) do
    local wanted = reading.map[field]
    if wanted and not seen[field] then
      local meant = text.suggest(wanted, columns)
      refuse(reading, ("there is no column \"%s\"%s; the first line has %s")
        :format(wanted, meant and "; did you mean \"" .. meant .. "\"?" or "",
          list_names(columns)))
    end
  end
  if #unknown > 0 and not next(reading.map) then
    local meant = text.suggest(unknown[1], person.names)
    refuse(reading, ("unknown column \"%s\"%s; use --map for columns "
      .. "with other names"):format(unknown[1],
        meant and "; did you mean \"" .. meant .. "\"?" or ""))
  elseif not seen.user_identifier and not seen.id then
    refuse(reading, ("a column \"user_identifier\" is required; the first "
      .. "line has %s; --map user_identifier=COLUMN uses another one")
      :format(list_names(columns)))
  end
end

local function is_blank(record)
  for _, value in ipairs(record) do
    if value:find "%S" then
      return false
    end
  end
  return true
end

local function read_csv(reading, content)
  local records, rows = csv.parse(content)
  if not records then
    refuse(reading, rows)
  elseif #records == 0 then
    refuse(reading, "is empty")
  end
  local columns = records[1]
  local fields, seen, unknown = fields_of_columns(reading, columns)
  check_columns(reading, columns, seen, unknown)
  for index = 2, #records do
    local record, place = records[index], "row " .. rows[index]
    if #record ~= #columns and not is_blank(record) then
      refuse(reading, ("row %d has %d values for %d columns"):format(
        rows[index], #record, #columns))
    elseif not is_blank(record) then
      local candidate = {}
      for position, value in ipairs(record) do
        for _, field in ipairs(fields[position]) do
          set(reading, place, candidate, field, value)
        end
        if text.trim(columns[position]) == "" and value:find "%S" then
          refuse(reading, ("row %d has a value in column %d, which has no "
            .. "name"):format(rows[index], position))
        end
      end
      add(reading, place, candidate)
    end
  end
end

-- --- JSON ------------------------------------------------------------------

-- Reads a person from an object: the mapped members, and those named like
-- fields. Without a map, other members are read, too, to be refused.
local function from_object(reading, place, object)
  local candidate, taken = {}, {}
  for alias, field in pairs(ALIASES) do
    if object[alias] ~= nil and object[field] ~= nil
      and not reading.map[field] then
      refuse(reading, ("%s has both \"%s\" and \"%s\", which are the same "
        .. "field"):format(
        place, alias, field))
    end
  end
  for field, member in pairs(reading.map) do
    candidate[field], taken[member] = object[member], true
  end
  for member, value in pairs(object) do
    local field = person.field(member) and member or ALIASES[member]
    if field and candidate[field] == nil and not reading.map[field] then
      candidate[field] = value
    elseif not field and not taken[member] and not next(reading.map)
      and not READ_ONLY[member] then
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
    refuse(reading, place .. " is not a JSON object")
  end
  add(reading, place, from_object(reading, place, object))
end

-- Checks that all columns in --map exist: a misspelled one would count as
-- empty.
local function check_map(reading, has)
  for field, name in pairs(reading.map) do
    if not has(name) then
      refuse(reading, ("--map %s=%s: nobody has \"%s\""):format(field, name,
        name))
    end
  end
end

local function add_objects(reading, objects, places)
  check_map(reading, function(member)
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

local function read_json(reading, content)
  local value, err = json.decode(content)
  if not value then
    refuse(reading, "is not JSON: " .. err)
  elseif type(value) ~= "table" then
    refuse(reading, "expected a JSON list of people")
  elseif type(value.users) == "table" then
    value = value.users
  elseif next(value) ~= nil and #value == 0 then
    refuse(reading, "expected a JSON list of people, or an object whose "
      .. "member \"users\" is one")
  end
  local places = {}
  for index in ipairs(value) do
    places[index] = "person " .. index
  end
  add_objects(reading, value, places)
end

local function read_json_lines(reading, content)
  local number, objects, places = 0, {}, {}
  for line in (content .. "\n"):gmatch "(.-)\r?\n" do
    number = number + 1
    if line:find "%S" then
      local value, err = json.decode(line)
      if not value then
        refuse(reading, ("line %d is not JSON: %s"):format(number, err))
      end
      objects[#objects + 1], places[#places + 1] = value, "line " .. number
    end
  end
  add_objects(reading, objects, places)
end

-- --- LDIF ------------------------------------------------------------------

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

local function attribute_of(reading, entry, field)
  if reading.map[field] then
    return entry.attributes[reading.map[field]:lower()]
  end
  for _, attribute in ipairs(ATTRIBUTES[field] or {}) do
    if entry.attributes[attribute] then
      return entry.attributes[attribute]
    end
  end
end

local function from_entry(reading, entry, place)
  local candidate = {}
  for _, field in ipairs(person.names) do
    local values = attribute_of(reading, entry, field)
    if values and person.field(field).list then
      local items = json.list()
      for index, value in ipairs(values) do
        items[index] = ldif.first_value(value)
      end
      candidate[field] = items
    elseif values then
      if field == "user_identifier" and values[2] then
        note(reading, place, ("user_identifier: has %d values, of which %s "
          .. "is used; a directory may change their order")
          :format(#values, values[1]))
      end
      set(reading, place, candidate, field, values[1])
    elseif reading.map[field] and person.field(field).list then
      -- A directory has no empty attributes: absent means none.
      candidate[field] = json.list()
    end
  end
  return candidate
end

local function read_ldif(reading, content)
  local entries, err = ldif.parse(content)
  if not entries then
    refuse(reading, err)
  end
  check_map(reading, function(attribute)
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
      add(reading, place, from_entry(reading, entry, place))
    else
      skipped = skipped + 1
    end
  end
  if skipped > 0 then
    note(reading, files.name(reading.path), ("%d of %d entries are not people")
      :format(skipped, #entries))
  end
end

-- --- Which format ----------------------------------------------------------

local READERS = {
  csv = read_csv, json = read_json, jsonl = read_json_lines, ldif = read_ldif,
}

local EXTENSIONS = {
  csv = "csv", tsv = "csv", tab = "csv", json = "json", jsonl = "jsonl",
  ndjson = "jsonl", ldif = "ldif", ldf = "ldif",
}

--- Formats that --from knows.
source.formats = { "csv", "json", "jsonl", "ldif" }

-- Recognizes a format from the content.
local function recognize(content)
  local first = content:match "^%s*(%S)"
  if first == "[" then
    return "json"
  elseif first == "{" then
    local object = json.decode(content:match "^%s*([^\n]*)")
    return object and type(object.users) ~= "table" and "jsonl" or "json"
  elseif content:find "^%s*dn:" or content:find "^%s*version: *1%s"
    or content:find "^# extended LDIF" then
    return "ldif"
  end
  return "csv"
end

local function raise_problems(reading)
  local lines = {}
  for index, fault in ipairs(reading.problems) do
    if index > 20 then
      lines[#lines + 1] = ("  and %d more"):format(#reading.problems - 20)
      break
    end
    lines[#lines + 1] = ("  %s: %s%s"):format(fault.place,
      fault.field and fault.field .. ": " or "", fault.message)
  end
  failure.raise(("%s cannot be read; nothing was done:\n%s"):format(
    files.name(reading.path), table.concat(lines, "\n")))
end

--- Returns a message of the library with the rows of the source in place of
-- the numbers of people.
function source.with_places(reading, message)
  return (message:gsub("%f[%w]row (%d+)", function(index)
    local place = reading.places[tonumber(index)]
    return place and place:match "^[^,]+"
  end))
end

--- Ends the command with all errors of a source.
-- @param found list of { index, field, message }, with the number of a person,
--   or nil, as index
function source.refuse(reading, found)
  for _, fault in ipairs(found) do
    problem(reading, reading.places[fault.index]
      or files.name(reading.path), fault.field,
      source.with_places(reading, fault.message))
  end
  raise_problems(reading)
end

--- Reads a whole source; ends the command if it has an error.
-- @param path of the file, or "-": standard input
-- @param format of source.formats, or nil: by the name and the content
-- @param map { field = column }, or nil
-- @return { path, people, places, notes }: places has the position of each
--   person, notes is a list of texts
function source.read(path, format, map)
  local reading = {
    path = path, map = map or {}, people = {}, places = {}, notes = {},
    problems = {},
  }
  local content = files.read_text(path)
  format = format or EXTENSIONS[(path:match "%.(%a+)$" or ""):lower()]
    or recognize(content)
  READERS[format](reading, content)
  if #reading.problems > 0 then
    raise_problems(reading)
  end
  return reading
end

return source
