--- Finds out whether a list of people is only a part of one, because those
-- missing would count as leavers.
--
-- The members beside the list tell: each service that returns lists in pages
-- has its own, so that they are recognized by words in their names.

local complete = {}

-- Limit of the depth at which members are looked at: {"_links": {"next": {}}}.
local DEPTH = 3

local function is_set(value)
  return value and value ~= "" and value ~= 0 and value ~= "false"
    and not (type(value) == "table" and next(value) == nil)
end

local function is_false(value)
  return value == false or value == "false"
end

local function exceeds(limit)
  return function(value)
    local number = type(value) ~= "boolean" and tonumber(value)
    return number and number > limit
  end
end

local function exceeds_count(value, count)
  return exceeds(count)(value)
end

-- Pattern of a name in lower case, without other characters than letters and
-- digits = function(value, count): returns whether a member with that name
-- tells that there are more people than the list's 'count'. Names that begin
-- with "next" may also be dates.
local TELLING = {
  { "^errors?$", is_set },
  { "truncated", is_set }, { "^incomplete", is_set }, { "^partial", is_set },
  { "^next$", is_set },
  { "next%a*link$", is_set }, { "next%a*page", is_set },
  { "next%a*cursor$", is_set }, { "next%a*token$", is_set },
  { "next%a*offset$", is_set }, { "next%a*ur[il]$", is_set },
  { "next%a*href$", is_set }, { "next%a*marker$", is_set },
  { "next%a*start", is_set }, { "next%a*index$", is_set },
  { "next%a*records?", is_set },
  { "^has%a*more", is_set }, { "^has%a*next", is_set },
  { "^more", is_set }, { "^continuation", is_set },
  { "^i?s?last$", is_false }, { "^i?s?lastpage$", is_false },
  { "^i?s?complete$", is_false }, { "^i?s?final$", is_false },
  { "^done$", is_false },
  { "^total%a*pages?$", exceeds(1) }, { "^pages?total$", exceeds(1) },
  { "^pages?count$", exceeds(1) }, { "^num%a*pages$", exceeds(1) },
  { "^pages$", exceeds(1) },
  { "^total", exceeds_count }, { "total$", exceeds_count },
  { "^count$", exceeds_count }, { "^usercount$", exceeds_count },
  { "^num%a*found$", exceeds_count },
  -- Those of the pages before are missing.
  { "^offset$", exceeds(0) }, { "^skip$", exceeds(0) },
  { "^startindex$", exceeds(1) }, { "^startat$", exceeds(0) },
}

local function tells_more(name, value, count)
  name = name:lower():gsub("[^%w]", "")
  for _, row in ipairs(TELLING) do
    if name:find(row[1]) then
      return row[2](value, count)
    end
  end
  return false
end

local find_part

-- Returns the name of a member that tells, as of links in a list:
-- [{"rel": "next", "href": "…"}].
local function find_link(list, count, depth)
  for _, item in ipairs(list) do
    if type(item) == "table" then
      if item.rel == "next" then
        return "next"
      end
      local name = find_part(item, count, depth)
      if name then
        return name
      end
    end
  end
end

function find_part(object, count, depth)
  local names = {}
  for name in pairs(object) do
    names[#names + 1] = type(name) == "string" and name or nil
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local value = object[name]
    if tells_more(name, value, count) then
      return name
    elseif type(value) == "table" and depth < DEPTH then
      local inner = #value > 0 and name:lower():find "link"
        and find_link(value, count, depth + 1)
        or #value == 0 and find_part(value, count, depth + 1)
      if inner then
        return name .. "." .. inner
      end
    end
  end
end

--- Returns the name of a member which tells that a list of people is not the
-- whole list, or that reading it ended with an error; or nil.
-- @param object the decoded document, whose member "users" is the list
function complete.find_part(object)
  local beside = {}
  for name, value in pairs(object) do
    if name ~= "users" then
      beside[name] = value
    end
  end
  return find_part(beside, #object.users, 1) or nil
end

return complete
