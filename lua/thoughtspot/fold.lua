--- Compares texts as people do: ignores invisible characters, and in names and
-- e-mail addresses also case.
--
-- Letters are compared in Unicode's canonical decomposition, because
-- directories contain both "é" as one character and "e" with a combining
-- accent. The tables below cover Latin, Greek and Cyrillic letters. Nothing
-- depends on the locale.

local fold = {}

-- Combining mark = pairs of a letter without and with it. The first letter of
-- a pair may be the second of one in an earlier row.
local marks = {
  { "\204\155", "OƠ UƯ oơ uư" }, -- horn
  { "\204\163", "AẠ EẸ IỊ OỌ UỤ YỴ aạ eẹ iị oọ uụ yỵ ƠỢ ƯỰ ơợ ưự SṢ TṬ "
    .. "sṣ tṭ DḌ HḤ dḍ hḥ" }, -- dot below
  { "\204\166", "SȘ TȚ sș tț" }, -- comma below
  { "\204\167", "CÇ cç SŞ sş TŢ tţ GĢ KĶ kķ LĻ lļ NŅ nņ RŖ rŗ" }, -- cedilla
  { "\204\168", "AĄ EĘ IĮ UŲ aą eę iį uų" }, -- ogonek
  { "\204\130", "AÂ EÊ IÎ OÔ UÛ aâ eê iî oô uû CĈ cĉ GĜ gĝ HĤ hĥ JĴ jĵ SŜ "
    .. "sŝ WŴ wŵ YŶ yŷ ẠẬ ẸỆ ỌỘ ạậ ẹệ ọộ" }, -- circumflex
  { "\204\134", "AĂ aă GĞ gğ EĔ eĕ IĬ iĭ OŎ oŏ UŬ uŭ ẠẶ ạặ ИЙ ий УЎ уў" },
  { "\204\136", "AÄ EË IÏ OÖ UÜ YŸ aä eë iï oö uü yÿ ЕЁ её ІЇ ії ΙΪ ΥΫ ιϊ "
    .. "υϋ" }, -- diaeresis
  { "\204\128", "AÀ EÈ IÌ OÒ UÙ aà eè iì oò uù NǸ nǹ WẀ wẁ YỲ yỳ ÂẦ ÊỀ ÔỒ "
    .. "âầ êề ôồ ĂẰ ăằ ƠỜ ơờ ƯỪ ưừ" }, -- grave
  { "\204\129", "AÁ EÉ IÍ OÓ UÚ YÝ aá eé ií oó uú yý CĆ cć LĹ lĺ NŃ nń RŔ "
    .. "rŕ SŚ sś ZŹ zź WẂ wẃ GǴ gǵ ÂẤ ÊẾ ÔỐ âấ êế ôố ĂẮ ăắ ƠỚ ơớ ƯỨ ưứ "
    .. "ΑΆ ΕΈ ΗΉ ΙΊ ΟΌ ΥΎ ΩΏ αά εέ ηή ιί οό υύ ωώ ϊΐ ϋΰ ГЃ гѓ КЌ кќ" },
  { "\204\131", "AÃ NÑ OÕ aã nñ oõ IĨ iĩ UŨ uũ EẼ eẽ YỸ yỹ ÂẪ ÊỄ ÔỖ âẫ êễ "
    .. "ôỗ ĂẴ ăẵ ƠỠ ơỡ ƯỮ ưữ" }, -- tilde
  { "\204\132", "AĀ EĒ IĪ OŌ UŪ aā eē iī oō uū" }, -- macron
  { "\204\135", "CĊ cċ EĖ eė GĠ gġ Iİ ZŻ zż" }, -- dot above
  { "\204\137", "AẢ EẺ IỈ OỎ UỦ YỶ aả eẻ iỉ oỏ uủ yỷ ÂẨ ÊỂ ÔỔ âẩ êể ôổ ĂẲ "
    .. "ăẳ ƠỞ ơở ƯỬ ưử" }, -- hook above
  { "\204\138", "AÅ aå UŮ uů" }, -- ring
  { "\204\139", "OŐ oő UŰ uű" }, -- double acute
  { "\204\140", "CČ cč DĎ dď EĚ eě NŇ nň RŘ rř SŠ sš TŤ tť ZŽ zž LĽ lľ GǦ "
    .. "gǧ" }, -- caron
}

-- Pairs of a capital and a small letter that have no combining mark.
local capitals = "ÆæØøĐđŁłŒœÞþÐðŊŋĦħẞß"
  .. "ΑαΒβΓγΔδΕεΖζΗηΘθΙιΚκΛλΜμΝνΞξΟοΠπΡρΣσΤτΥυΦφΧχΨψΩωςσ"
  .. "АаБбВвГгДдЕеЖжЗзИиКкЛлМмНнОоПпРрСсТтУуФфХхЦцЧчШшЩщЪъЫыЬьЭэЮюЯя"
  .. "ІіЄєҐґЂђЈјЉљЊњЋћЏџЅѕ"

-- Invisible characters: soft hyphen, zero-width and directional ones, word
-- joiner, byte order mark.
local invisible = {
  ["\194\173"] = "", ["\239\187\191"] = "", ["\205\143"] = "",
}
-- Spaces other than U+0020.
local spaces = {
  ["\194\160"] = " ", ["\225\154\128"] = " ", ["\226\128\168"] = " ",
  ["\226\128\169"] = " ", ["\226\128\175"] = " ", ["\226\129\159"] = " ",
  ["\227\128\128"] = " ",
}
for last = 128, 138 do
  spaces["\226\128" .. string.char(last)] = " "
end
for last = 139, 143 do
  invisible["\226\128" .. string.char(last)] = ""
end
for last = 170, 174 do
  invisible["\226\128" .. string.char(last)] = ""
end
for last = 160, 175 do
  invisible["\226\129" .. string.char(last)] = ""
end

local CHARACTER = "[%z\1-\127\194-\244][\128-\191]*"
local BEYOND_ASCII = "[\194-\244][\128-\191]+"

local decomposed = {}
for _, row in ipairs(marks) do
  local letter
  for character in row[2]:gsub(" ", ""):gmatch(CHARACTER) do
    if letter then
      decomposed[character] = (decomposed[letter] or letter) .. row[1]
      letter = nil
    else
      letter = character
    end
  end
end

local small = {}
for code = 65, 90 do
  small[string.char(code)] = string.char(code + 32)
end
do
  local capital
  for character in capitals:gmatch(CHARACTER) do
    if capital then
      small[capital] = character
      capital = nil
    else
      capital = character
    end
  end
end

-- string.lower and %s depend on the locale.
local function lower(text)
  return (text:gsub("[A-Z]", small))
end

local function trim_ascii(text)
  return text:match "^[ \t\r\n\f\v]*(.-)[ \t\r\n\f\v]*$"
end

-- Returns whether a byte is a visible ASCII character.
local function is_seen(byte)
  return byte ~= nil and byte > 32 and byte < 127
end

--- Trims white space and invisible characters at both ends.
function fold.trim(text)
  -- A fast path, because a pattern would scan every character.
  if is_seen(text:byte(1)) and is_seen(text:byte(-1)) then
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
  text = text:gsub(BEYOND_ASCII, spaces):gsub(BEYOND_ASCII, invisible)
    :gsub(BEYOND_ASCII, decomposed)
  return trim_ascii(lower(text:gsub(BEYOND_ASCII, small)))
end

--- Returns whether two texts are equal except for white space at the ends and
-- the encoding of accents.
function fold.same(a, b)
  return a == b or fold.trim(a):gsub(BEYOND_ASCII, decomposed)
    == fold.trim(b):gsub(BEYOND_ASCII, decomposed)
end

--- Returns whether two texts have the same key.
function fold.same_key(a, b)
  return a == b or fold.key(a) == fold.key(b)
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
      local first, second, third = character:byte(1, 3)
      local code = third and first % 16 * 4096 + second % 64 * 64 + third % 64
        or first % 32 * 64 + second % 64
      return ("U+%04X"):format(code)
    end
  end
end

return fold
