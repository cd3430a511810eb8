--- Reads JSON, and writes it deterministically: members in a given order,
-- empty lists as lists, no control characters for a terminal.

local cjson = require "cjson"
local core = require "thoughtspot.core"

-- A private instance, because other modules may change settings.
local own = cjson.new and cjson.new() or cjson

local json = {}

local List = {}

--- Marks a table as a list, even if it is empty.
function json.list(items)
  return setmetatable(items or {}, List)
end

local ESCAPES = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r",
  ["\t"] = "\\t",
}

local function escape(byte)
  return ESCAPES[byte] or ("\\u%04x"):format(byte:byte())
end

local function quote(value)
  value = value:gsub('[%c"\\\127]', escape)
  -- U+0080 to U+009F, which are control characters to some terminals.
  value = value:gsub("\194([\128-\159])", function(byte)
    return ("\\u%04x"):format(byte:byte())
  end)
  -- Marks that turn the direction of what is shown, and line separators.
  for _, marks in ipairs { "\226\128([\142\143\168-\174])",
    "\226\129([\166-\169])" } do
    value = value:gsub(marks, function(byte)
      return ("\\u20%02x"):format(byte:byte() - 128
        + (marks:byte(2) - 128) * 64)
    end)
  end
  return '"' .. value .. '"'
end

local function number(value)
  if value ~= value or value == math.huge or value == -math.huge then
    return "null"
  elseif value % 1 == 0 and value > -2^63 and value < 2^63 then
    return ("%d"):format(value)
  end
  return ("%.17g"):format(value)
end

local function is_list(value)
  return getmetatable(value) == List or #value > 0
end

local encode

-- Returns the names of members: those in 'order' first, then the others by
-- name.
local function names_in_order(object, order)
  local names, ranked = {}, {}
  for index, name in ipairs(order or {}) do
    ranked[name] = index
  end
  for name in pairs(object) do
    names[#names + 1] = name
  end
  table.sort(names, function(a, b)
    local first, second = ranked[a], ranked[b]
    if first and second then
      return first < second
    elseif first or second then
      return first ~= nil
    end
    return tostring(a) < tostring(b)
  end)
  return names
end

local function encode_table(value, order)
  local parts = {}
  if is_list(value) then
    for index, item in ipairs(value) do
      parts[index] = encode(item, order)
    end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for _, name in ipairs(names_in_order(value, order)) do
    parts[#parts + 1] = quote(tostring(name)) .. ":" .. encode(value[name],
      order)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

--- Writes a value.
-- @param order list of member names that come first, or nil
function encode(value, order)
  local kind = type(value)
  if value == nil or value == core.null or value == cjson.null then
    return "null"
  elseif kind == "table" then
    return encode_table(value, order)
  elseif kind == "string" then
    return quote(value)
  elseif kind == "number" then
    return number(value)
  end
  return tostring(value)
end
json.encode = encode

-- Drops members that are null, at every depth. Keeps items of lists, because a
-- list would end at a missing one.
local function drop_nulls(value)
  if type(value) == "table" then
    for name, member in pairs(value) do
      if member == cjson.null or member == own.null then
        value[name] = type(name) == "number" and member or nil
      else
        drop_nulls(member)
      end
    end
  end
  return value
end

--- Reads a text; members that are null are absent.
-- @return the value, or nil and a message
function json.decode(text)
  local read, value = pcall(own.decode, (text:gsub("^\239\187\191", "")))
  if not read then
    return nil, (tostring(value):gsub("^.-:%d+: ", ""))
  elseif value == cjson.null or value == own.null then
    return nil, "the document is null"
  end
  return drop_nulls(value)
end

return json
