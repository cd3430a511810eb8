--- A simple model of ts_scrub in src/errors/scrub.c: at each position it looks
-- for each secret in each notation, character by character.
-- Texts hold no NUL, and no secret counts as long.

local REPLACEMENT = "[secret]"
local SHORTEST_PIECE = 4
local SHORTEST_WITH_FORMS = 8

local controls = { ["\b"] = "b", ["\f"] = "f", ["\n"] = "n", ["\r"] = "r",
  ["\t"] = "t" }
local entities = { amp = 0x26, lt = 0x3C, gt = 0x3E, quot = 0x22, apos = 0x27,
  plus = 0x2B, bsol = 0x5C, sol = 0x2F, nbsp = 0xA0, eacute = 0xE9,
  yuml = 0xFF, euro = 0x20AC }

local function letter_of(character)
  return controls[character] or character
end

local function utf8_of(c)
  if c < 0x80 then
    return letter_of(string.char(c))
  end
  local bytes, lead = {}, c < 0x800 and 0xC0 or c < 0x10000 and 0xE0 or 0xF0
  for index = c < 0x800 and 1 or c < 0x10000 and 2 or 3, 1, -1 do
    bytes[index] = string.char(0x80 + c % 64)
    c = math.floor(c / 64)
  end
  return string.char(lead + c) .. table.concat(bytes)
end

local function unit_at(text, at)
  return tonumber(text:match("^u(%x%x%x%x)", at) or "none", 16)
end

local function skip_backslashes(text, at)
  while text:sub(at, at) == "\\" do
    at = unit_at(text, at + 1) == 0x5C and at + 6 or at + 1
  end
  return at
end

-- The character reference at a position: its character, and its length.
local function reference_at(text, at, way)
  if way == "url" or way == "form" then
    local code = tonumber(text:match("^%%(%x%x)", at) or "0", 16)
    if code > 0 then
      return string.char(code), 3
    elseif way == "form" and text:sub(at, at) == "+" then
      return " ", 1
    end
  elseif way == "html" then
    local name = text:match("^&(#?%w+);", at) or ""
    local code = entities[name] or tonumber(name:match "^#(%d+)$")
      or tonumber(name:match "^#[xX](%x+)$" or "none", 16)
    if code and code > 0 and code <= 0x10FFFF then
      return utf8_of(code), #name + 2
    end
  end
end

-- The bytes of the character at a position, none at the end; and the position
-- of the next one.
local function read(text, at, way)
  local behind = skip_backslashes(text, at)
  local unit = behind > at and unit_at(text, behind)
  if unit then
    local next = behind + 5
    local second = skip_backslashes(text, next)
    local low = second > next and unit_at(text, second)
    if unit >= 0xD800 and unit < 0xDC00 and low and low >= 0xDC00
      and low < 0xE000 then
      return utf8_of(0x10000 + (unit - 0xD800) * 1024 + low - 0xDC00),
        second + 5
    elseif unit == 0x5C then
      return read(text, next, way)
    end
    return unit == 0 and "" or utf8_of(unit), next
  end
  local character, length = reference_at(text, behind, way)
  if character == "\\" then
    return read(text, behind + length, way)
  elseif character then
    return letter_of(character), behind + length
  end
  character = text:sub(behind, behind)
  return letter_of(character), behind + #character
end

local function letters_of(secret)
  local letters, each, at = "", read(secret, 1)
  while each ~= "" do
    letters = letters .. each
    each, at = read(secret, at)
  end
  return letters
end

local DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
  .. "0123456789+/"

-- The Base64 digits that depend only on the secret, after so many bytes.
local function base64(secret, before)
  local bits = ("?"):rep(8 * before) .. secret:gsub(".", function(c)
    local byte, bits = c:byte(), ""
    for _ = 1, 8 do
      bits, byte = byte % 2 .. bits, math.floor(byte / 2)
    end
    return bits
  end)
  local digits = ""
  for first = 1, #bits - 5, 6 do
    local digit = tonumber(bits:sub(first, first + 5), 2)
    digits = digits .. (digit and DIGITS:sub(digit + 1, digit + 1) or "")
  end
  return digits
end

-- Characters that count as others, independent of the locale.
local AS_IT_IS, ANY_CASE = {}, {}
local URL_SAFE = { ["-"] = "+", ["_"] = "/" }
for capital in ("ABCDEFGHIJKLMNOPQRSTUVWXYZ"):gmatch "." do
  ANY_CASE[capital] = string.char(capital:byte() + 32)
end

-- What to look for, and which characters of a text count as others.
local function forms_of(secret)
  local letters = letters_of(secret)
  local forms = { { letters, AS_IT_IS } }
  if #secret >= SHORTEST_WITH_FORMS then
    local hexadecimal = secret:gsub(".", function(character)
      return ("%02x"):format(character:byte())
    end)
    for _, form in ipairs { letters, letters:reverse(), hexadecimal } do
      forms[#forms + 1] = { (form:gsub(".", ANY_CASE)), ANY_CASE }
    end
    for before = 0, 2 do
      forms[#forms + 1] = { base64(secret, before), URL_SAFE }
    end
  end
  return forms
end

-- read() of this text, which remembers what it returned.
local function reader(text, way)
  local characters, nexts = {}, {}
  return function(at)
    if not nexts[at] then
      characters[at], nexts[at] = read(text, at, way)
    end
    return characters[at], nexts[at]
  end
end

-- The end of the notation of these bytes at a position, or nil.
local function spells(read_at, at, letters, fold)
  local spelt = 0
  while spelt < #letters do
    local each
    each, at = read_at(at)
    if each == "" then
      return spelt >= SHORTEST_PIECE and at or nil
    end
    for index = 1, #each do
      if spelt < #letters then
        spelt = spelt + 1
        local character = each:sub(index, index)
        if (fold[character] or character) ~= letters:sub(spelt, spelt) then
          return nil
        end
      end
    end
  end
  return at
end

--- The text without the secrets.
return function(text, secrets)
  local scrubbed, at = {}, 1
  local all, readers = {}, {}
  for index, way in ipairs { "plain", "url", "form", "html" } do
    readers[index] = reader(text, way)
  end
  for _, secret in ipairs(secrets) do
    for _, form in ipairs(forms_of(secret)) do
      all[#all + 1] = form
    end
  end
  while at <= #text do
    local longest = at
    for _, form in ipairs(all) do
      local letters, fold = form[1], form[2]
      for _, read_at in ipairs(readers) do
        longest = math.max(longest,
          #letters > 0 and spells(read_at, at, letters, fold) or at)
      end
    end
    scrubbed[#scrubbed + 1] = longest > at and REPLACEMENT
      or text:sub(at, at)
    at = longest > at and longest or at + 1
  end
  return table.concat(scrubbed)
end
