--- Compares texts as people do: ignores invisible characters, and in names and
-- e-mail addresses also case.
--
-- Letters are compared in Unicode's canonical decomposition, because
-- directories contain both "é" as one character and "e" with a combining
-- accent. Nothing depends on the locale.

local fold = {}

local byte = string.byte

-- What thoughtspot.characters returns, which is loaded when it is first read.
local characters = setmetatable({}, { __index = function(characters, name)
  local tables = require "thoughtspot.characters"
  for key, value in pairs(tables) do
    characters[key] = value
  end
  return tables[name]
end })

local CHARACTER = "[%z\1-\127\194-\244][\128-\191]*"
local BEYOND_ASCII = "[\194-\244][\128-\191]+"
local SEVERAL_MARKS = "[\204\205][\128-\191][\204\205][\128-\191\204\205]*"

-- Sorts combining marks, stable where their class is equal.
local function order_marks(run)
  local sorted, class = {}, characters.class
  for mark in run:gmatch "[\204\205][\128-\191]" do
    local at = #sorted
    while at > 0 and (class[sorted[at]] or 230) > (class[mark] or 230) do
      at = at - 1
    end
    table.insert(sorted, at + 1, mark)
  end
  return table.concat(sorted)
end

-- Returns the canonical decomposition.
local function decompose(text)
  if not text:find(BEYOND_ASCII) then
    return text
  end
  text = text:gsub(BEYOND_ASCII, characters.decomposed)
  return (text:gsub(SEVERAL_MARKS, order_marks))
end

-- Capital = small letter, because string.lower and %s depend on the locale.
local small = {}
for code = 65, 90 do
  small[string.char(code)] = string.char(code + 32)
end

local function lower(text)
  return (text:gsub("[A-Z]", small))
end

local function trim_ascii(text)
  return text:match "^[ \t\r\n\f\v]*(.-)[ \t\r\n\f\v]*$"
end

-- Returns whether a character beyond ASCII is a space or invisible.
local function is_blank(character)
  return characters.spaces[character] or characters.invisible[character]
end

--- Trims white space and invisible characters at both ends.
function fold.trim(text)
  -- A fast path for visible ASCII characters at the ends, because a pattern
  -- would scan every character.
  local first_byte, last_byte = byte(text, 1), byte(text, -1)
  if first_byte and first_byte > 32 and first_byte < 127 and last_byte > 32
    and last_byte < 127 then
    return text
  end
  text = trim_ascii(text)
  while true do
    local first = text:match("^" .. BEYOND_ASCII)
    if first and is_blank(first) then
      text = trim_ascii(text:sub(#first + 1))
    else
      local last = text:match "[\194-\244][\128-\191]+$"
      if not (last and is_blank(last)) then
        return text
      end
      text = trim_ascii(text:sub(1, -#last - 1))
    end
  end
end

--- Returns the key by which names and e-mail addresses are compared: equal for
-- those that differ only in case, white space at the ends, invisible
-- characters or the encoding of accents.
function fold.key(text)
  if not text:find "[^\33-\64\91-\126]" then
    return text
  elseif not text:find "[^\33-\126]" then
    return lower(text)
  end
  if text:find(BEYOND_ASCII) then
    text = decompose(text:gsub(BEYOND_ASCII, characters.spaces)
      :gsub(BEYOND_ASCII, characters.invisible))
    text = text:gsub(BEYOND_ASCII, characters.small)
  end
  return trim_ascii(lower(text))
end

--- Returns whether two texts are equal except for white space at the ends and
-- the encoding of accents.
function fold.same(a, b)
  return a == b or decompose(fold.trim(a)) == decompose(fold.trim(b))
end

--- Returns whether two texts have the same key.
function fold.same_key(a, b)
  return a == b or fold.key(a) == fold.key(b)
end

--- Returns a key that is often equal for two spellings of a name, such as
-- "mueller" and "Müller": without accents, in ASCII as far as possible, and
-- for a number without leading zeros, which spreadsheets drop. Different names
-- may have the same one, so it is only a reason to ask.
function fold.likeness(text)
  local key = fold.key(text)
  if key:find(BEYOND_ASCII) then
    key = key:gsub(BEYOND_ASCII, characters.written)
      :gsub("[\204\205][\128-\191]", "")
  end
  key = key:gsub("([aou])e", "%1")
  return key:match "^0+(%d+)$" or key
end

-- Returns the code point of a character beyond ASCII, such as "U+200B".
local function name_of(character)
  local code = character:byte(1) % (#character == 2 and 32
    or #character == 3 and 16 or 8)
  for index = 2, #character do
    code = code * 64 + character:byte(index) % 64
  end
  return ("U+%04X"):format(code)
end

--- Finds a combining mark that is one character with the letter before it, as
-- in names that come from macOS (Unicode NFD).
-- @return its code point, such as "U+0301"; or nil
function fold.find_decomposed(text)
  if not text:find(BEYOND_ASCII) then
    return nil
  end
  local before
  for character in text:gmatch(CHARACTER) do
    if before and characters.composable[before .. character] then
      return name_of(character)
    end
    before = character
  end
end

--- Finds an invisible character, a space other than U+0020, or a control
-- character.
-- @return its code point, such as "U+200B"; or nil
function fold.find_invisible(text)
  local control = text:match "[%z\1-\31\127]"
  if control then
    return ("U+%04X"):format(control:byte())
  end
  for character in text:gmatch(BEYOND_ASCII) do
    if is_blank(character) then
      return name_of(character)
    end
  end
end

return fold
