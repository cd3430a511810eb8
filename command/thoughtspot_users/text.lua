--- Text from outside: UTF-8, its width on a terminal, and characters that
-- would move the cursor or deceive the reader.

local fold = require "thoughtspot.fold"

local text = {}

-- First byte from … to, the range of the second, and how many follow in all:
-- the well-formed sequences of the Unicode standard, table 3-7.
local SEQUENCES = {
  { 0xC2, 0xDF, 0x80, 0xBF, 1 }, { 0xE0, 0xE0, 0xA0, 0xBF, 2 },
  { 0xE1, 0xEC, 0x80, 0xBF, 2 }, { 0xED, 0xED, 0x80, 0x9F, 2 },
  { 0xEE, 0xEF, 0x80, 0xBF, 2 }, { 0xF0, 0xF0, 0x90, 0xBF, 3 },
  { 0xF1, 0xF3, 0x80, 0xBF, 3 }, { 0xF4, 0xF4, 0x80, 0x8F, 3 },
}

-- Returns the length and code point of the character at a position, or nil if
-- it is not UTF-8.
local function decode(value, at)
  local first = value:byte(at)
  if first < 0x80 then
    return 1, first
  end
  for _, sequence in ipairs(SEQUENCES) do
    if first >= sequence[1] and first <= sequence[2] then
      local least, most, more = sequence[3], sequence[4], sequence[5]
      local code = first % (more == 1 and 0x20 or more == 2 and 0x10 or 0x08)
      for index = 1, more do
        local byte = value:byte(at + index)
        if not byte or byte < least or byte > most then
          return nil
        end
        code, least, most = code * 64 + byte % 64, 0x80, 0xBF
      end
      return more + 1, code
    end
  end
end

--- Iterates over the characters of a text.
-- @return iterator that returns position, bytes, and code point; none for a
--   byte that is not UTF-8
function text.characters(value)
  local at = 1
  return function()
    if at > #value then
      return nil
    end
    local from = at
    local length, code = decode(value, at)
    at = at + (length or 1)
    return from, value:sub(from, at - 1), code
  end
end

--- Returns the position of the first byte that is not UTF-8, or nil.
function text.find_invalid(value)
  local at = value:find "[\128-\255]"
  while at do
    local length = decode(value, at)
    if not length then
      return at
    end
    at = value:find("[\128-\255]", at + length)
  end
  return nil
end

local function is_within(code, ranges)
  for _, range in ipairs(ranges) do
    if code >= range[1] and code <= range[2] then
      return true
    end
  end
  return false
end

-- Control characters of terminals, and characters that make a text look like
-- another one.
local UNSAFE = {
  { 0x00, 0x1F }, { 0x7F, 0x9F }, { 0x200E, 0x200F }, { 0x2028, 0x202E },
  { 0x2066, 0x2069 }, { 0xFEFF, 0xFEFF }, { 0xE0000, 0xE007F },
}

local NAMED = { [9] = "\\t", [10] = "\\n", [13] = "\\r", [27] = "\\e" }

local function escape(bytes, code)
  if not code or code < 0x80 then
    return NAMED[code] or ("\\x%02x"):format(bytes:byte())
  end
  return ("\\u{%04x}"):format(code)
end

--- Returns a text that is safe to show: escapes control characters, direction
-- marks and bytes that are not UTF-8.
-- @param keep_lines whether to keep line ends
function text.clean(value, keep_lines)
  value = tostring(value)
  if not value:find "[%c\127-\255]" then
    return value
  end
  local parts = {}
  for _, bytes, code in text.characters(value) do
    local stays = code and (keep_lines and code == 10
      or not is_within(code, UNSAFE))
    parts[#parts + 1] = stays and bytes or escape(bytes, code)
  end
  return table.concat(parts)
end

local ZERO_WIDTH = {
  { 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD },
  { 0x0610, 0x061A }, { 0x064B, 0x065F }, { 0x0E31, 0x0E31 },
  { 0x0E34, 0x0E3A }, { 0x0E47, 0x0E4E }, { 0x1AB0, 0x1AFF },
  { 0x1DC0, 0x1DFF }, { 0x200B, 0x200F }, { 0x2060, 0x2064 },
  { 0x20D0, 0x20FF }, { 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F },
}
local TWO_WIDE = {
  { 0x1100, 0x115F }, { 0x2E80, 0x303E }, { 0x3041, 0x4DBF },
  { 0x4E00, 0xA4CF }, { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF },
  { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 }, { 0xFFE0, 0xFFE6 },
  { 0x1F300, 0x1F64F }, { 0x1F680, 0x1F6FF }, { 0x1F900, 0x1F9FF },
  { 0x20000, 0x3FFFD },
}

local function width_of(code)
  if not code or code < 0x300 then
    return 1
  end
  return is_within(code, ZERO_WIDTH) and 0 or is_within(code, TWO_WIDE) and 2
    or 1
end

--- Returns the width of a text on a terminal.
function text.width(value)
  if not value:find "[\128-\255]" then
    return #value
  end
  local columns = 0
  for _, _, code in text.characters(value) do
    columns = columns + width_of(code)
  end
  return columns
end

--- Cuts a text to a width; a cut text ends with a mark.
-- @param mark one column wide
function text.cut(value, columns, mark)
  if text.width(value) <= columns then
    return value
  end
  local used, stop = 0, 0
  for from, bytes, code in text.characters(value) do
    local width = width_of(code)
    if used + width > columns - 1 then
      break
    end
    used, stop = used + width, from + #bytes - 1
  end
  return value:sub(1, stop) .. mark
end

-- Names of the most frequent characters that look like white space, or are
-- invisible, and are never intended in a name.
local INVISIBLE = {
  [0x00A0] = "a no-break space", [0x00AD] = "a soft hyphen",
  [0x180E] = "a vowel separator", [0x2007] = "a figure space",
  [0x200B] = "a zero-width space", [0x200C] = "a zero-width non-joiner",
  [0x200D] = "a zero-width joiner", [0x202F] = "a narrow no-break space",
  [0x2060] = "a word joiner", [0x3000] = "an ideographic space",
  [0xFEFF] = "a byte order mark",
}

--- Returns what is wrong with a name that nobody would type like this: control
-- characters and invisible ones.
-- @return a description, or nil
function text.fault_of_name(value)
  if not value:find "[^ -~]" then
    return nil
  end
  for _, bytes, code in text.characters(value) do
    local what = code and INVISIBLE[code]
    if not code then
      return "contains bytes that are not UTF-8"
    elseif what then
      return ("contains %s (U+%04X), which is invisible"):format(what, code)
    elseif is_within(code, UNSAFE) then
      return "contains the control character " .. escape(bytes, code)
    end
  end
  local other = fold.find_invisible(value)
  return other and ("contains %s, which is invisible"):format(other)
end

--- Returns what is wrong with a new name: besides the above, white space at
-- the ends, and combining marks (NFD), which create a second name that looks
-- the same.
-- @return a description, or nil
function text.fault_of_new_name(value)
  if text.trim(value) ~= value then
    return "begins or ends with white space"
  end
  local before
  for _, _, code in text.characters(value) do
    if code and code >= 0x0300 and code <= 0x036F and before
      and (before < 0x80 or before >= 0xC0 and before < 0x250) then
      return ("contains a combining mark (U+%04X, Unicode NFD) and looks the "
        .. "same as the composed name (NFC)"):format(code)
    end
    before = code
  end
  return text.fault_of_name(value)
end

--- Trims white space at both ends.
function text.trim(value)
  return (value:match "^%s*(.-)%s*$")
end

return text
