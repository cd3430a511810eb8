--- Reads and writes CSV, as RFC 4180 has it.

local csv = {}

-- Spreadsheets put a byte order mark first.
local BYTE_ORDER_MARK = "^\239\187\191"

--- Splits a text into records; empty lines are none.
-- @return list of lists of strings; or nil and a message
function csv.parse(text)
  text = text:gsub(BYTE_ORDER_MARK, "")
  local records, record, at = {}, {}, 1
  while at <= #text do
    local value, stop
    if text:sub(at, at) == '"' then
      local close = at
      repeat
        close = text:find('"', close + 1, true)
        if not close then
          return nil, "a quote in record " .. #records + 1 .. " does not end"
        end
        local doubled = text:sub(close + 1, close + 1) == '"'
        close = doubled and close + 1 or close
      until not doubled
      value, stop = text:sub(at + 1, close - 1):gsub('""', '"'), close + 1
    else
      stop = text:find("[,\r\n]", at) or #text + 1
      value = text:sub(at, stop - 1)
    end
    record[#record + 1] = value
    local ending = text:match("^\r?\n", stop)
    if text:sub(stop, stop) == "," then
      at = stop + 1
      if at > #text then
        record[#record + 1] = ""
        records[#records + 1] = record
      end
    elseif ending or stop > #text then
      if #record > 1 or record[1] ~= "" then -- no empty line
        records[#records + 1] = record
      end
      record, at = {}, stop + #(ending or "")
    else
      return nil, "record " .. #records + 1 .. " goes on after a quote"
    end
  end
  return records
end

--- Reads a file whose first record names the columns.
-- @param path of the file, or "-": the standard input
-- @return list of tables { column = value }, empty values left out, and the
--   list of columns; or nil and a message
function csv.read(path)
  local file, err = io.stdin, nil
  if path ~= "-" then
    file, err = io.open(path, "rb")
  end
  if not file then
    return nil, err
  end
  local text = file:read "*a"
  file:close()
  local records
  records, err = csv.parse(text)
  if not records or #records == 0 then
    return nil, path .. ": " .. (err or "is empty")
  end
  local columns, rows = table.remove(records, 1), {}
  for index, record in ipairs(records) do
    if #record ~= #columns then
      return nil, ("%s: record %d has %d values for %d columns"):format(path,
        index + 1, #record, #columns)
    end
    local row = {}
    for column, value in ipairs(record) do
      row[columns[column]] = value ~= "" and value or nil
    end
    rows[index] = row
  end
  return rows, columns
end

local function quote(value)
  value = tostring(value)
  if value:find '[",\r\n]' or value:find "^%s" or value:find "%s$" then
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
