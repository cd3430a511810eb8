--- Tables of characters beyond ASCII, for fold, which loads them when it first
-- meets one, because building them takes a sixth of the time of a short run.

local letters = require "thoughtspot.letters"

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

-- Invisible character = "": controls, soft hyphen, joiners, fillers, vowels
-- that are never shown, selectors, zero-width and directional ones, word
-- joiner, blank Braille, byte order mark, annotations, tags.
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

-- Space other than U+0020 = " ".
local spaces = {
  ["\194\160"] = " ", ["\225\154\128"] = " ", ["\226\128\168"] = " ",
  ["\226\128\169"] = " ", ["\226\128\175"] = " ", ["\226\129\159"] = " ",
  ["\227\128\128"] = " ",
}
for last = 128, 138 do
  spaces["\226\128" .. string.char(last)] = " "
end

local CHARACTER = "[%z\1-\127\194-\244][\128-\191]*"

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

-- Capital = small letter.
local small = {}
for _, range in ipairs(letters.capitals) do
  for code = range[1], range[2], range[3] do
    small[utf8_of(code)] = utf8_of(code + range[4])
  end
end
each_pair(letters.cases, function(capital, letter)
  small[capital] = letter
end)

-- Letter without a decomposition = how it is also written; Cyrillic or Greek
-- letter = the Latin one that it looks like.
local written = { ["\195\159"] = "ss", ["\195\166"] = "ae",
  ["\197\147"] = "oe", ["\195\190"] = "th" }
each_pair("ıi łl øo đd ðd ħh ſs аa еe оo рp сc уy хx іi јj ѕs οo",
  function(letter, like)
    written[letter] = like
  end)
-- Full-width forms of ASCII characters, U+FF01 to U+FF5E.
for code = 0x21, 0x7E do
  local is_capital = code >= 65 and code <= 90
  written[utf8_of(code + 0xFEE0)] = string.char(code + (is_capital and 32
    or 0))
end

return {
  invisible = invisible, spaces = spaces, decomposed = decomposed,
  composable = composable, class = class, small = small, written = written,
}
