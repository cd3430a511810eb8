--- Encodes JSON as the server does: `[]` for an empty list and null for unset
-- fields, with any version of lua-cjson.

local cjson = require("cjson").new()

cjson.decode_invalid_numbers(false)

local json = { null = require("cjson").null }

local List = {}

--- Marks a table as a list, even if it is empty.
function json.list(items)
  return setmetatable(items or {}, List)
end

--- Decodes a document.
-- @return the value, or nil if the text is not JSON, or is null
function json.decode(text)
  local decoded, value = pcall(cjson.decode, text)
  if decoded and value ~= json.null then
    return value
  end
end

local escapes = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r",
  ["\t"] = "\\t",
}

local function escape(character)
  return escapes[character] or ("\\u%04x"):format(character:byte())
end

local function string_of(text)
  if text:find '[%c"\\]' then
    text = text:gsub('[%c"\\]', escape)
  end
  return '"' .. text .. '"'
end

local function number_of(number)
  if number ~= number or number == math.huge or number == -math.huge then
    return "null"
  end
  if number % 1 == 0 then
    return ("%.0f"):format(number)
  end
  -- A locale may have another decimal point.
  local text = ("%.17g"):format(number):gsub("^(%-?%d+)[^%de]+", "%1.")
  return text
end

local encode

local function list_of(items)
  local parts = {}
  for index, item in ipairs(items) do
    parts[index] = encode(item)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local function object_of(members)
  local names, parts = {}, {}
  for name in pairs(members) do
    names[#names + 1] = name
  end
  table.sort(names)
  for index, name in ipairs(names) do
    parts[index] = string_of(name) .. ":" .. encode(members[name])
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

--- Encodes a value; sorts the members of an object by name. A table is a list
-- if it was marked as one or has an item 1.
function encode(value)
  local kind = type(value)
  if kind == "table" then
    if getmetatable(value) == List or value[1] ~= nil then
      return list_of(value)
    end
    return object_of(value)
  elseif kind == "string" then
    return string_of(value)
  elseif kind == "number" then
    return number_of(value)
  elseif kind == "boolean" then
    return tostring(value)
  end
  return "null"
end

json.encode = encode

--- Returns a function that encodes objects with these members, any of which
-- may be nil: like encode, but without sorting the names each time.
-- @param names list of the names
-- @param constants table: the values of other members, the same in all objects
function json.encoder(names, constants)
  local all, is_constant = {}, {}
  for index, name in ipairs(names) do
    all[index] = name
  end
  for name in pairs(constants) do
    all[#all + 1], is_constant[name] = name, true
  end
  table.sort(all)
  -- The text before each value that may differ, with the constants there.
  local order, before, text = {}, {}, "{"
  for index, name in ipairs(all) do
    text = text .. (index > 1 and "," or "") .. string_of(name) .. ":"
    if is_constant[name] then
      text = text .. encode(constants[name])
    else
      order[#order + 1], before[#order + 1], text = name, text, ""
    end
  end
  text = text .. "}"
  return function(members)
    local parts = {}
    for index, name in ipairs(order) do
      parts[2 * index - 1] = before[index]
      parts[2 * index] = encode(members[name])
    end
    parts[#parts + 1] = text
    return table.concat(parts)
  end
end

return json
