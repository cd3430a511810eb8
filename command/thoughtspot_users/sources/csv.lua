--- Reads people from CSV.

local csv = require "thoughtspot_users.csv"
local fold = require "thoughtspot.fold"
local person = require "thoughtspot_users.person"
local text = require "thoughtspot_users.text"
local wording = require "thoughtspot_users.wording"

local function list_names(list)
  return '"' .. table.concat(list, '", "') .. '"'
end

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
  local own = person.field(key) and key or reading.ALIASES[key]
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
    local key = fold.trim(column):lower()
    fields[index] = fields_of_column(reading, key, mapped)
    for _, field in ipairs(fields[index]) do
      if seen[field] then
        reading:refuse(("there are two columns \"%s\""):format(
          reading.map[field] or field))
      elseif person.field(field).schema then
        reading:refuse(("a column \"%s\" cannot be read; it is a list of "
          .. "objects"):format(field))
      end
      seen[field] = true
    end
    if #fields[index] == 0 and not reading.READ_ONLY[key] and key ~= "" then
      unknown[#unknown + 1] = column
    end
  end
  return fields, seen, unknown
end

local function check_columns(reading, columns, seen, unknown)
  for _, field in ipairs(person.names) do
    local wanted = reading.map[field]
    if wanted and not seen[field] then
      local meant = wording.suggest(wanted, columns)
      reading:refuse(("there is no column \"%s\"%s; the first line has %s")
        :format(wanted, meant and "; did you mean \"" .. meant .. "\"?" or "",
          list_names(columns)))
    end
  end
  if #unknown > 0 and not next(reading.map) then
    local meant = wording.suggest(unknown[1], person.names)
    reading:refuse(("unknown column \"%s\"%s; use --map for columns "
      .. "with other names"):format(unknown[1],
        meant and "; did you mean \"" .. meant .. "\"?" or ""))
  elseif not seen.user_identifier and not seen.id then
    reading:refuse(("a column \"user_identifier\" is required; the first "
      .. "line has %s; --map user_identifier=COLUMN uses another one")
      :format(list_names(columns)))
  end
end

-- Fields that name a person.
local NAMING = { id = true, user_identifier = true, email = true }

-- Returns what a spreadsheet has made of a value, or nil: an error, or a long
-- number of which it has kept the first digits only.
local function fault_of_cell(field, value)
  if person.field(field).secret then
    return nil
  end
  local trimmed = text.trim(value)
  if trimmed:find "^#%u[%u%d/_]*[!?]$" or trimmed:find "^###+$"
    or trimmed == "#N/A" or trimmed == "#N/D" or trimmed == "#NV"
    or trimmed:find "^Err:%d%d%d$" then
    return ("%s is an error of a spreadsheet, not a value"):format(trimmed)
  elseif NAMING[field] and trimmed:find "^%d[%d.,]*E%+%d%d+$" then
    return ("%s is a number of which a spreadsheet has kept the first digits "
      .. "only; format the column as text before its values are entered or "
      .. "imported"):format(trimmed)
  end
end

-- Records what a spreadsheet has made of the values of a row. Such a name
-- would be taken for another person, and the person for a leaver. A row with a
-- GUID may be of an export, in which the cluster's own values can look like
-- that.
local function check_cells(reading, place, cells)
  local has_id = cells.id and cells.id ~= "" and not fault_of_cell("id",
    cells.id)
  for _, field in ipairs(person.names) do
    local fault = cells[field] and fault_of_cell(field, cells[field])
    if fault and has_id then
      reading:note(place, field .. ": " .. fault)
    elseif fault then
      reading:problem(place, field, fault)
    end
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

--- Reads a content into a reading.
return function(reading, content)
  local records, rows = csv.parse(content)
  if not records then
    reading:refuse(rows)
  elseif #records == 0 then
    reading:refuse("is empty")
  end
  local columns = records[1]
  local fields, seen, unknown = fields_of_columns(reading, columns)
  check_columns(reading, columns, seen, unknown)
  local nameless = {}
  for position, column in ipairs(columns) do
    nameless[position] = fold.trim(column) == ""
  end
  for index = 2, #records do
    local record, place = records[index], "row " .. rows[index]
    if #record ~= #columns and not is_blank(record) then
      reading:refuse(("row %d has %d values for %d columns"):format(
        rows[index], #record, #columns))
    elseif not is_blank(record) then
      local candidate, cells = {}, {}
      for position, value in ipairs(record) do
        for _, field in ipairs(fields[position]) do
          reading:set(place, candidate, field, value)
          cells[field] = value
        end
        if nameless[position] and value:find "%S" then
          reading:refuse(("row %d has a value in column %d, which has no "
            .. "name"):format(rows[index], position))
        end
      end
      check_cells(reading, place, cells)
      reading:add(place, candidate)
    end
  end
end
