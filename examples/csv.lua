--- Reads and writes CSV, as RFC 4180 has it.

local csv = {}

-- Spreadsheets put a byte order mark first.
local BYTE_ORDER_MARK = "^\239\187\191"

--- Splits a text into records; empty lines are none. What comes after the
-- first value, a comma, semicolon or tab, separates them all; a line ends with
-- LF, CR LF or CR.
-- @return list of lists of strings, and the list of their rows, as a
--   spreadsheet counts them; or nil and a message
function csv.parse(text)
  text = text:gsub(BYTE_ORDER_MARK, "")
  local records, rows, record, row, at = {}, {}, {}, 1, 1
  local separator
  local function finish()
    if #record > 1 or record[1] ~= "" then -- no empty line
      records[#records + 1], rows[#rows + 1] = record, row
    end
    record, row = {}, row + 1
  end
  while at <= #text do
    local value, stop
    if text:sub(at, at) == '"' then
      local close = at
      repeat
        close = text:find('"', close + 1, true)
        if not close then
          return nil, "a quote in row " .. row .. " does not end"
        end
        local doubled = text:sub(close + 1, close + 1) == '"'
        close = doubled and close + 1 or close
      until not doubled
      value, stop = text:sub(at + 1, close - 1):gsub('""', '"'), close + 1
    else
      stop = text:find("[" .. (separator or ",;\t") .. "\r\n]", at)
        or #text + 1
      value = text:sub(at, stop - 1)
    end
    record[#record + 1] = value
    separator = separator or text:match("^[,;\t]", stop)
      or value ~= "" and ","
    local ending = text:match("^\r?\n", stop) or text:match("^\r", stop)
    if text:sub(stop, stop) == separator then
      at = stop + 1
      if at > #text then
        record[#record + 1] = ""
        finish()
      end
    elseif ending or stop > #text then
      finish()
      at = stop + #(ending or "")
    else
      return nil, "row " .. row .. " goes on after a quote"
    end
  end
  return records, rows
end

local function read_file(path)
  local file, err = io.stdin, nil
  if path ~= "-" then
    file, err = io.open(path, "rb")
  end
  if not file then
    return nil, err
  end
  local text
  text, err = file:read "*a"
  file:close()
  if not text then
    return nil, path .. ": " .. err
  end
  return text
end

--- Reads a file whose first record names the columns.
-- @param path of the file, or "-": the standard input
-- @return list of tables { column = value }, empty values left out, the list
--   of columns, and the list of the rows in the file; or nil and a message
function csv.read(path)
  local text, err = read_file(path)
  if not text then
    return nil, err
  end
  local records, numbers = csv.parse(text)
  if not records or #records == 0 then
    return nil, path .. ": " .. (records and "is empty" or numbers)
  end
  local columns, rows, named = table.remove(records, 1), {}, {}
  table.remove(numbers, 1)
  for _, column in ipairs(columns) do
    if named[column] then
      return nil, ("%s: there are two columns \"%s\""):format(path, column)
    end
    named[column] = true
  end
  for index, record in ipairs(records) do
    if #record ~= #columns then
      return nil, ("%s: row %d has %d values for %d columns"):format(path,
        numbers[index], #record, #columns)
    end
    local row = {}
    for column, value in ipairs(record) do
      row[columns[column]] = value ~= "" and value or nil
    end
    rows[index] = row
  end
  return rows, columns, numbers
end

local function quote(value)
  value = tostring(value)
  if value:find '[",;\t\r\n]' or value:find "^%s" or value:find "%s$" then
    return '"' .. value:gsub('"', '""') .. '"'
  end
  return value
end

--- Makes a line of values; nil is empty.
-- @param count how many there are
function csv.line(values, count)
  local quoted = {}
  for index = 1, count do
    quoted[index] = values[index] == nil and "" or quote(values[index])
  end
  return table.concat(quoted, ",") .. "\n"
end

return csv
