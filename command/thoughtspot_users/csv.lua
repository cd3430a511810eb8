--- Reads and writes CSV: RFC 4180, and the variants of spreadsheets.

local csv = {}

--- Reads a quoted value that begins at a position.
-- @return the value and the position after its quote, or nil
function csv.read_quoted(text, at)
  local close = at
  repeat
    close = text:find('"', close + 1, true)
    if not close then
      return nil
    end
    local doubled = text:sub(close + 1, close + 1) == '"'
    close = doubled and close + 1 or close
  until not doubled
  return (text:sub(at + 1, close - 1):gsub('""', '"')), close + 1
end

-- Reads the line "sep=;", which sets the separator for Excel, and which other
-- programs quote: returns it, and the position after the line.
local function read_separator(text)
  for _, line in ipairs {
    "^[sS][eE][pP]=([,;\t|])\r?\n?()", '^"[sS][eE][pP]=([,;\t|])"\r?\n()',
  } do
    local separator, after = text:match(line)
    if separator then
      return separator, after
    end
  end
end

-- Reads the value at a position.
-- @param separator nil: not known yet
-- @return the value, and the position after it; or nil and a message
local function read_value(text, at, separator, row)
  local quote = text:match('^ *()"', at)
  if quote then
    local value, stop = csv.read_quoted(text, quote)
    if not value then
      return nil, "a quote in row " .. row .. " is not closed"
    end
    return value, stop
  end
  local stop = text:find("[" .. (separator or ",;\t|") .. "\r\n]", at)
    or #text + 1
  local value = text:sub(at, stop - 1)
  if value:find('"', 1, true) then
    return nil, ("row %d has a quote inside an unquoted value; quote the "
      .. "whole value, and double the quotes in it"):format(row)
  end
  return value, stop
end

--- Splits a text into records; ignores empty lines.
-- The character after the first value, a comma, semicolon, tab or bar, is the
-- separator, unless a first line "sep=…" sets it. A line ends with LF, CR LF
-- or CR. White space before a quote is not part of the value.
-- @return list of lists of strings, and the list of their rows, as a
--   spreadsheet counts them; or nil and a message
function csv.parse(text)
  text = text:gsub("^\239\187\191", "")
  local records, rows, record, row = {}, {}, {}, 1
  local separator, at = read_separator(text)
  if separator then
    row = 2
  else
    at = 1
  end
  local function finish()
    if #record > 1 or record[1] ~= "" then -- no empty line
      records[#records + 1], rows[#rows + 1] = record, row
    end
    record, row = {}, row + 1
  end
  while at <= #text do
    local value, stop = read_value(text, at, separator, row)
    if not value then
      return nil, stop
    end
    record[#record + 1] = value
    separator = separator or text:match("^[,;\t|]", stop)
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
      return nil, "row " .. row .. " has text after a closing quote"
    end
  end
  return records, rows
end

local function quote(value)
  value = tostring(value)
  if value:find '[",;\t\r\n]' or value:find "^%s" or value:find "%s$"
    or value:find "^[sS][eE][pP]=" then
    return '"' .. value:gsub('"', '""') .. '"'
  end
  return value
end

--- Formats a line of values; nil is empty.
-- @param count how many there are
function csv.line(values, count)
  local quoted = {}
  for index = 1, count do
    quoted[index] = values[index] == nil and "" or quote(values[index])
  end
  return table.concat(quoted, ",") .. "\n"
end

return csv
