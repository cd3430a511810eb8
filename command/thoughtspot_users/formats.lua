--- The formats of results: one row each.

local csv = require "thoughtspot_users.csv"
local json = require "thoughtspot_users.json"
local new_table = require "thoughtspot_users.table"
local text = require "thoughtspot_users.text"

-- Returns the names of columns.
local function names_of(columns)
  local names = {}
  for index, column in ipairs(columns) do
    names[index] = column.name
  end
  return names
end

local function nothing()
  return ""
end

-- Formats a table, whose widths depend on all records.
local function write_table(columns, style)
  local rows = {}
  return "", function(record)
    local cells = {}
    for index, column in ipairs(columns) do
      cells[index] = column.text(record) or ""
    end
    rows[#rows + 1] = cells
    return ""
  end, function()
    return #rows > 0 and new_table(columns, rows, style.layout()) or ""
  end
end

-- Formats CSV; on a terminal without control characters.
local function write_csv(columns, style)
  return csv.line(names_of(columns), #columns), function(record)
    local cells = {}
    for index, column in ipairs(columns) do
      local cell = column.text(record)
      cells[index] = cell ~= nil and style.is_shown and text.clean(cell)
        or cell
    end
    return csv.line(cells, #columns)
  end, nothing
end

-- Returns a function that encodes a record as an object.
local function encoder_of(columns)
  local names = names_of(columns)
  return function(record)
    local object = {}
    for _, column in ipairs(columns) do
      object[column.name] = column.value(record)
    end
    return json.encode(object, names)
  end
end

local function write_json(columns)
  local encode, separator = encoder_of(columns), ""
  return "[", function(record)
    local piece = separator .. encode(record)
    separator = ",\n"
    return piece
  end, function()
    return "]\n"
  end
end

local function write_jsonl(columns)
  local encode = encoder_of(columns)
  return "", function(record)
    return encode(record) .. "\n"
  end, nothing
end

local formats = {}

--- The rows, in the order of the help:
--   name
--   is_for_people
--   has_objects  whether a single object can be written
--   is_whole     whether nothing is written before the last record, because a
--     part would be useless
--   write        function(columns, style): returns the text before the
--     records, a function(record) that returns the text of a record, and a
--     function that returns the text after them
-- Columns are a list of { name, text = function(record), value =
-- function(record), colour = function(text) or nil }: text returns the cell of
-- a table or of CSV, value the member of an object. A style has is_shown,
-- whether a terminal shows the text, and a function layout, which returns the
-- options of thoughtspot_users.table.
formats.rows = {
  { name = "table", is_for_people = true, is_whole = true,
    write = write_table },
  { name = "csv", write = write_csv },
  { name = "json", has_objects = true, is_whole = true, write = write_json },
  { name = "jsonl", has_objects = true, write = write_jsonl },
}

--- Names of the formats, and the rows by name.
formats.names, formats.by_name = {}, {}
for index, row in ipairs(formats.rows) do
  formats.names[index], formats.by_name[row.name] = row.name, row
end

--- The format if none is given.
formats.default = formats.by_name.table

return formats
