--- Compares texts as people do: ignores invisible characters, and in names and
-- e-mail addresses also case.
--
-- Letters are compared in Unicode's canonical decomposition, because
-- directories contain both "é" as one character and "e" with a combining
-- accent. Nothing depends on the locale.

local letters = require "thoughtspot.letters"

local fold = {}

local byte = string.byte

-- Returns the UTF-8 of a character beyond ASCII.
local function utf8_of(code)
  local tail = string.char(128 + code % 64)
  code = math.floor(code / 64)
  if code < 32 then
    return string.char(192 + code) .. tail
  end
  tail, code = string.char(128 + code % 64) .. tail, math.floor(code / 64)
  if code < 16 then
    return string.char(224 + code) .. tail
  end
  return string.char(240 + math.floor(code / 64), 128 + code % 64) .. tail
end

-- Ranges of invisible characters: controls, soft hyphen, joiners, fillers,
-- vowels that are never shown, selectors, zero-width and directional ones,
-- word joiner, blank Braille, byte order mark, annotations, tags.
local invisible = {}
for _, range in ipairs {
  { 0x80, 0x9F }, { 0xAD, 0xAD }, { 0x34F, 0x34F }, { 0x61C, 0x61C },
  { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F },
  { 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x206F },
  { 0x2800, 0x2800 }, { 0x3164, 0x3164 }, { 0xFE00, 0xFE0F },
  { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF9, 0xFFFB },
  { 0x1D173, 0x1D17A }, { 0xE0000, 0xE007F }, { 0xE0100, 0xE01EF },
} do
  for code = range[1], range[2] do
    invisible[utf8_of(code)] = ""
  end
end
-- Spaces other than U+0020.
local spaces = {
  ["\194\160"] = " ", ["\225\154\128"] = " ", ["\226\128\168"] = " ",
  ["\226\128\169"] = " ", ["\226\128\175"] = " ", ["\226\129\159"] = " ",
  ["\227\128\128"] = " ",
}
for last = 128, 138 do
  spaces["\226\128" .. string.char(last)] = " "
end

local CHARACTER = "[%z\1-\127\194-\244][\128-\191]*"
local BEYOND_ASCII = "[\194-\244][\128-\191]+"
local SEVERAL_MARKS = "[\204\205][\128-\191][\204\205][\128-\191\204\205]*"

-- Calls a function with the two characters of each pair in a text.
local function each_pair(text, take)
  local first
  for character in text:gsub(" ", ""):gmatch(CHARACTER) do
    if first then
      take(first, character)
      first = nil
    else
      first = character
    end
  end
end

-- Character = what it is composed of, in one step, and then completely.
local decomposed = {}
-- Letter and mark, in one text, of those that are also one character.
local composable = {}
for _, row in ipairs(letters.marks) do
  each_pair(row[2], function(letter, composed)
    decomposed[composed] = { letter, row[1] }
    composable[letter .. row[1]] = true
  end)
end
for _, triple in ipairs(letters.triples) do
  decomposed[utf8_of(triple[3])] = { utf8_of(triple[1]), utf8_of(triple[2]) }
end
each_pair(letters.same, function(sign, letter)
  decomposed[sign] = { letter, "" }
end)

local function resolve(character)
  local parts = decomposed[character]
  if type(parts) == "table" then
    parts = resolve(parts[1]) .. parts[2]
    decomposed[character] = parts
  end
  return parts or character
end
for character in pairs(decomposed) do
  resolve(character)
end

-- Decomposes syllables of Hangul. Unicode arranges them in a block: 21 vowels,
-- each with 27 finals or none, for each initial.
local FIRST_SYLLABLE, LAST_SYLLABLE = 0xAC00, 0xD7A3

setmetatable(decomposed, { __index = function(_, character)
  local a, b, c = character:byte(1, 3)
  if #character ~= 3 or a < 234 or a > 237 then
    return nil
  end
  local code = a % 16 * 4096 + b % 64 * 64 + c % 64
  if code < FIRST_SYLLABLE or code > LAST_SYLLABLE then
    return nil
  end
  local number = code - FIRST_SYLLABLE
  local final = number % 28
  return utf8_of(0x1100 + math.floor(number / 588))
    .. utf8_of(0x1161 + math.floor(number % 588 / 28))
    .. (final > 0 and utf8_of(0x11A7 + final) or "")
end })

-- Marks that are attached, and marks below a letter, come before those above:
-- their canonical combining class is lower.
local class = { ["\204\155"] = 216, [utf8_of(0x345)] = 240 }
for _, code in ipairs { 0x321, 0x322, 0x327, 0x328 } do
  class[utf8_of(code)] = 202
end
for _, range in ipairs {
  { 0x316, 0x319 }, { 0x31C, 0x320 }, { 0x323, 0x326 }, { 0x329, 0x333 },
  { 0x339, 0x33C }, { 0x347, 0x349 }, { 0x34D, 0x34E }, { 0x353, 0x356 },
} do
  for code = range[1], range[2] do
    class[utf8_of(code)] = 220
  end
end

-- Sorts combining marks, stable where their class is equal.
local function order_marks(run)
  local sorted = {}
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
  text = text:gsub(BEYOND_ASCII, decomposed)
  return (text:gsub(SEVERAL_MARKS, order_marks))
end

-- Capital = small letter.
local small = {}
for code = 65, 90 do
  small[string.char(code)] = string.char(code + 32)
end
for _, range in ipairs(letters.capitals) do
  for code = range[1], range[2], range[3] do
    small[utf8_of(code)] = utf8_of(code + range[4])
  end
end
each_pair(letters.cases, function(capital, letter)
  small[capital] = letter
end)

-- string.lower and %s depend on the locale.
local function lower(text)
  return (text:gsub("[A-Z]", small))
end

local function trim_ascii(text)
  return text:match "^[ \t\r\n\f\v]*(.-)[ \t\r\n\f\v]*$"
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
    if first and (spaces[first] or invisible[first]) then
      text = trim_ascii(text:sub(#first + 1))
    else
      local last = text:match "[\194-\244][\128-\191]+$"
      if not (last and (spaces[last] or invisible[last])) then
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
  text = decompose(text:gsub(BEYOND_ASCII, spaces)
    :gsub(BEYOND_ASCII, invisible))
  return trim_ascii(lower(text:gsub(BEYOND_ASCII, small)))
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

-- Letter without a decomposition = how it is also written; Cyrillic or Greek
-- letter = the Latin one that it looks like.
local written = { ["\195\159"] = "ss", ["\195\166"] = "ae",
  ["\197\147"] = "oe", ["\195\190"] = "th" }
do
  each_pair("ıi łl øo đd ðd ħh ſs аa еe оo рp сc уy хx іi јj ѕs οo",
    function(letter, like)
      written[letter] = like
    end)
end
-- Full-width forms of ASCII characters, U+FF01 to U+FF5E.
for code = 0x21, 0x7E do
  written[utf8_of(code + 0xFEE0)] = lower(string.char(code))
end

--- Returns a key that is often equal for two spellings of a name, such as
-- "mueller" and "Müller": without accents, in ASCII as far as possible, and
-- for a number without leading zeros, which spreadsheets drop. Different names
-- may have the same one, so it is only a reason to ask.
function fold.likeness(text)
  local key = fold.key(text):gsub(BEYOND_ASCII, written)
    :gsub("[\204\205][\128-\191]", ""):gsub("([aou])e", "%1")
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
  local before
  for character in text:gmatch(CHARACTER) do
    if before and composable[before .. character] then
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
    if invisible[character] or spaces[character] then
      return name_of(character)
    end
  end
end

return fold
