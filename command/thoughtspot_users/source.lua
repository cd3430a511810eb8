--- Reads the people of a source: CSV, JSON, JSON lines or LDIF.

local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local json = require "thoughtspot_users.json"
local Reading = require "thoughtspot_users.sources.reading"

local source = {}

-- Format, the extensions of its files, and a function that returns its reader:
-- a function(reading, content).
local ROWS = {
  { "csv", { "csv", "tsv", "tab" }, function()
    return require "thoughtspot_users.sources.csv"
  end },
  { "json", { "json" }, function()
    return require "thoughtspot_users.sources.json".json
  end },
  { "jsonl", { "jsonl", "ndjson" }, function()
    return require "thoughtspot_users.sources.json".jsonl
  end },
  { "ldif", { "ldif", "ldf" }, function()
    return require "thoughtspot_users.sources.ldif"
  end },
}

--- Formats that --from knows.
source.formats = {}

-- Format = its row; extension = the format.
local by_name, by_extension = {}, {}

for index, row in ipairs(ROWS) do
  local name = row[1]
  source.formats[index], by_name[name] = name, row
  for _, extension in ipairs(row[2]) do
    by_extension[extension] = name
  end
end

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
    reading:problem(reading.places[fault.index]
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
  local reading = Reading.new(path, map)
  local content = files.read_text(path)
  format = format or by_extension[(path:match "%.(%a+)$" or ""):lower()]
    or recognize(content)
  local read = by_name[format][3]()
  read(reading, content)
  if #reading.problems > 0 then
    raise_problems(reading)
  end
  return reading
end

return source
