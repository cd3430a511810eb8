--- Reads LDIF (RFC 2849), the export format of ldapsearch and directory
-- servers.

local ldif = {}

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
  .. "0123456789+/"
local SIX_BITS = {}
for index = 1, #ALPHABET do
  SIX_BITS[ALPHABET:byte(index)] = index - 1
end

-- Decodes base64; nil: it is invalid.
local function decode_base64(value)
  value = value:gsub("%s", "")
  local body, padding = value:match "^([%w+/]*)(=*)$"
  if not body or (#body + #padding) % 4 ~= 0 or #padding > 2 then
    return nil
  end
  local bytes, bits, count = {}, 0, 0
  for index = 1, #body do
    bits, count = bits * 64 + SIX_BITS[body:byte(index)], count + 6
    if count >= 8 then
      local rest = 2 ^ (count - 8)
      bytes[#bytes + 1] = string.char(math.floor(bits / rest))
      bits, count = bits % rest, count - 8
    end
  end
  return table.concat(bytes)
end

-- Iterates over the unfolded lines: a line that begins with a space continues
-- the one before. Returns the text and the number of its first line, for empty
-- lines, too.
local function unfolded(text)
  local at, number = 1, 0
  local function next_line()
    if at > #text then
      return nil
    end
    local line, after = text:match("^([^\r\n]*)\r?\n?()", at)
    at, number = after, number + 1
    return line
  end
  return function()
    local line = next_line()
    local first = number
    if not line then
      return nil
    elseif line == "" then
      return line, first
    end
    local parts = { line }
    while text:find("^ ", at) do
      parts[#parts + 1] = next_line():sub(2)
    end
    return table.concat(parts), first
  end
end

-- Splits a line into the attribute, the value, and the attribute's options
-- (";binary") in lower case. Returns nil and a message if it is invalid.
local function read_line(line)
  local name, kind, value = line:match "^([%w.-]+[^:]*):([:<]?) *(.-)$"
  if not name then
    return nil, "has no attribute with a colon"
  elseif kind == "<" then
    return nil, ("gives %s as a URL, which is not supported"):format(name)
  elseif kind == ":" then
    value = decode_base64(value)
    if not value then
      return nil, ("has a value of %s that is not base64"):format(name)
    end
  end
  local attribute, options = name:match "^([^;]+)(.*)$"
  return attribute, value, options:lower()
end

-- Adds an attribute to an entry, by its name in lower case. A value with an
-- option, such as one in a language (";lang-fr"), is used only if there is no
-- value without one.
local function add(entry, name, value, options)
  local key = name:lower()
  local list = options:gsub(";binary", "") == "" and entry.attributes
    or entry.optional
  list[key] = list[key] or {}
  table.insert(list[key], value)
  -- Active Directory returns long lists in parts.
  local last = options:match ";range=%d+%-([%d*]+)"
  if last == "*" then
    entry.partial[key] = false
  elseif last and entry.partial[key] ~= false then
    entry.partial[key] = last
  end
end

local function finish(entry)
  for key, values in pairs(entry.optional) do
    local own = entry.attributes[key]
    if not own or #own == 1 and own[1] == "" then
      entry.attributes[key] = values
    end
  end
  entry.optional = nil
end

local function message(number, what)
  return nil, ("line %d %s"):format(number, what)
end

-- Lines that ldapsearch writes between entries.
local OUTSIDE = {
  version = true, search = true, result = true, ref = true, control = true,
}

-- Returns why an export is incomplete, or nil: ldapsearch writes its result,
-- and the number of entries.
local function fault_of_end(result, announced, count)
  if result and not result:find "^0%f[%D]" then
    return "the search failed and is incomplete: result " .. result
  elseif announced and announced ~= count then
    return ("contains %d of %d entries; is it complete?"):format(count,
      announced)
  end
end

--- Splits a text into entries.
-- @return list of { dn, line, attributes = { name in lower case = list of
--   values }, partial = { name in lower case = index of the last value if
--   there are more, or false } }, or nil and a message
function ldif.parse(text)
  text = text:gsub("^\239\187\191", "")
  local entries, entry, result, announced = {}, nil, nil, nil
  for line, number in unfolded(text) do
    announced = tonumber(line:match "^# numEntries: (%d+)$") or announced
    if line == "" then
      entry = nil
    elseif not line:find "^#" then -- no comment
      local name, value, options = read_line(line)
      if not name then
        return message(number, value)
      end
      local key = name:lower()
      if key == "dn" then
        if entry then
          return message(number, "begins an entry inside another one; an "
            .. "empty line is missing")
        end
        entry = { dn = value, line = number, attributes = {}, optional = {},
          partial = {} }
        entries[#entries + 1] = entry
      elseif entry and key == "changetype" and value:lower() ~= "add" then
        return message(number, "is a change (" .. value .. "), not an entry; "
          .. "export entries")
      elseif entry then
        add(entry, name, value, options)
      elseif not OUTSIDE[key] then
        return message(number, "is outside any entry")
      end
      result = not entry and key == "result" and value or result
    end
  end
  for _, each in ipairs(entries) do
    finish(each)
  end
  local fault = fault_of_end(result, announced, #entries)
  if fault then
    return nil, fault
  end
  return entries
end

--- Returns the value of the first part of a distinguished name, which is the
-- name of a group: "Sales" of "CN=Sales,OU=Groups,DC=acme,DC=test". Returns
-- any other text unchanged.
function ldif.first_value(dn)
  local value = dn:match "^%s*[%w.-]+%s*=%s*(.*)$"
  if not value or not dn:find("[^\\],%s*[%w.-]+%s*=") then
    return dn
  end
  local stop = 1
  while true do
    local character = value:sub(stop, stop)
    if character == "\\" then
      stop = stop + 2
    elseif character == "," or character == "+" or character == "" then
      break
    else
      stop = stop + 1
    end
  end
  value = value:sub(1, stop - 1):gsub("%s+$", "")
  value = value:gsub("\\(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end)
  return (value:gsub("\\(.)", "%1"))
end

return ldif
