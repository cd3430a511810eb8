--- Words of messages: numbers of things, sentences, and hints about misspelled
-- words.

local wording = {}

--- Returns a text as a sentence: with a capital letter and a period.
function wording.sentence(value)
  return (value:gsub("^%l", string.upper)) .. "."
end

--- Returns a number of things: "1 user", "2 users".
function wording.count(number, what)
  return ("%d %s%s"):format(number, what, number == 1 and "" or "s")
end

-- Returns the edit distance of two texts.
local function distance(a, b)
  local row = {}
  for index = 0, #b do
    row[index] = index
  end
  for i = 1, #a do
    local diagonal
    diagonal, row[0] = row[0], i
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      local best = math.min(row[j] + 1, row[j - 1] + 1,
        diagonal + (same and 0 or 1))
      diagonal, row[j] = row[j], best
    end
  end
  return row[#b]
end

--- Returns the word of a list that was probably meant, or nil: one with
-- similar spelling, or that contains the word, or is contained in it.
function wording.suggest(word, words)
  local plain = word:lower():gsub("[%s_-]", "")
  local best, least
  for _, candidate in ipairs(words) do
    local other = candidate:lower():gsub("[%s_-]", "")
    local changes = distance(plain, other)
    if #plain >= 3 and changes > 2
      and (other:find(plain, 1, true) or plain:find(other, 1, true)) then
      changes = 3
    end
    if changes <= 3 and changes < #plain and (not least or changes < least)
      and (changes < 3 or other:find(plain, 1, true)
        or plain:find(other, 1, true)) then
      best, least = candidate, changes
    end
  end
  return best
end

--- Returns the end of a message about an unknown word: the word that was
-- probably meant, or all known ones.
-- @param plural what the known words are, such as "fields"
function wording.hint(word, words, plural)
  local meant = wording.suggest(word, words)
  return meant and "did you mean " .. meant .. "?"
    or ("the %s are %s"):format(plural, table.concat(words, ", "))
end

return wording
