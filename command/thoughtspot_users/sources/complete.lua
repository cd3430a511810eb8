--- Finds out whether a list of people is only a part of one, because those
-- missing would count as leavers.
--
-- The members beside the list tell: those of services that return lists in
-- pages.

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

-- Names in lower case, without other characters than letters and digits; and
-- function(value, count): returns whether a member with such a name tells that
-- there are more people than the list's 'count'.
local GROUPS = {
  { is_set, "error errors truncated resulttruncated resultstruncated "
    .. "istruncated incomplete partial hasmore hasmoreitems hasmorepages "
    .. "hasmorerecords hasmoreresults hasnext hasnextpage more moreavailable "
    .. "moreitems morepages morerecords moreresults next nextbatch nextcursor "
    .. "nexthref nextindex nextlink nextmarker nextoffset nextpage "
    .. "nextpagelink nextpagetoken nextpageuri nextpageurl nextrecord "
    .. "nextrecords nextrecordsurl nextresults nextstart nextstartindex "
    .. "nexttoken nexturi nexturl odatanextlink continuation "
    .. "continuationtoken" },
  { is_false, "last islast lastpage islastpage complete iscomplete final "
    .. "isfinal done" },
  { exceeds(1), "pages pagecount pagescount pagestotal numpages "
    .. "numberofpages totalpages" },
  { exceeds_count, "count usercount total totalcount totalelements "
    .. "totalentries totalhits totalitems totalobjects totalpeople "
    .. "totalrecords totalresources totalresults totalrows totalsize "
    .. "totalusers itemstotal recordstotal resultstotal userstotal numfound "
    .. "numberfound" },
  -- Those of the pages before are missing.
  { exceeds(0), "offset skip startat" },
  { exceeds(1), "startindex" },
}

local telling = {}
for _, group in ipairs(GROUPS) do
  for name in group[2]:gmatch "%a+" do
    telling[name] = group[1]
  end
end

local function tells_more(name, value, count)
  local tells = telling[(name:lower():gsub("[^%w]", ""))]
  return tells and tells(value, count)
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
