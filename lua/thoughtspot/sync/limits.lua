--- Limits how much a plan may change before it is considered a mistake.

local requests = require "thoughtspot.sync.requests"

local limits = {}

-- Name; default: a percentage of what, a maximum and a minimum; and a function
-- that returns whether an action counts.
local rows = {
  {
    name = "leavers", of = "scope", percent = 10, most = 200, least = 1,
    -- A user who loses access: as a leaver, or because of a row.
    counts = function(action)
      return requests.is_leaving(action) and action.action ~= "delete"
    end,
  },
  {
    name = "deletes", of = "scope", percent = 5, most = 50, least = 1,
    counts = function(action)
      return action.action == "delete"
    end,
  },
  {
    name = "removals", of = "people", percent = 25, least = 5,
    counts = function(action)
      return action.action == "update" and action.remove ~= nil
    end,
  },
  {
    name = "updates", of = "people", percent = 50, least = 20,
    counts = function(action)
      return action.action == "update"
    end,
  },
}

local by_name = {}
for _, row in ipairs(rows) do
  by_name[row.name] = row
end

--- Returns the default of a limit, in words.
function limits.default_text(name)
  local row = by_name[name]
  return ("%d %% of the %s, %s%d at least"):format(row.percent, row.of,
    row.most and row.most .. " at most, " or "", row.least)
end

-- Rounds down. Divides by 100 last, because 0.1 has no exact representation.
local function part(percent, of)
  return math.floor(percent * of / 100)
end

-- Returns the number in a text such as "2.5%", because tonumber depends on the
-- locale.
local function percent_of(text)
  local whole, fraction = text:match "^(%d+)%.?(%d*)"
  return tonumber(whole .. fraction) / 10 ^ #fraction
end

-- Returns the number allowed; and, if it was computed, the percentage and its
-- upper bound, for people.
local function allow(row, given, of)
  if type(given) == "number" then
    return given
  elseif given then
    return part(percent_of(given), of), given:match "^[%d%.]+" .. " %"
  end
  local allowed = math.max(row.least, math.min(part(row.percent, of),
    row.most or math.huge))
  return allowed, row.percent .. " %", row.most
end

local function count(actions, row)
  local number = 0
  for _, action in ipairs(actions) do
    if row.counts(action) then
      number = number + 1
    end
  end
  return number
end

--- Counts actions against the limits.
-- @param given options of sync.plan
-- @param sizes { scope, people }
-- @return list of { limit, count, allowed, of, percent, most }, of which the
--   last two say how allowed was computed
function limits.count(actions, given, sizes)
  local list = {}
  for index, row in ipairs(rows) do
    local of = sizes[row.of]
    local allowed, percent, most = allow(row, given["max_" .. row.name], of)
    list[index] = {
      limit = row.name, count = count(actions, row), allowed = allowed,
      of = of, percent = percent, most = most,
    }
  end
  return list
end

--- Returns the actions that are withheld: all that an exceeded limit counts,
-- because nobody knows which of them are the mistake.
-- @param counts as limits.count returns them
-- @return list of { limit, count, allowed, of, action }, each action once
function limits.withheld(actions, counts)
  local list, seen = {}, {}
  for _, row in ipairs(counts) do
    if row.count > row.allowed then
      for _, action in ipairs(actions) do
        if not seen[action] and by_name[row.limit].counts(action) then
          seen[action] = true
          list[#list + 1] = {
            limit = row.limit, count = row.count, allowed = row.allowed,
            of = row.of, action = action,
          }
        end
      end
    end
  end
  return list
end

--- Counts actions against earlier limits; a missing limit allows nothing.
-- @param given list as limits.count returns it
function limits.recount(actions, given)
  local earlier, list = {}, {}
  for _, limit in ipairs(given) do
    earlier[limit.limit] = limit
  end
  for index, row in ipairs(rows) do
    local limit = earlier[row.name] or { allowed = 0, of = 0 }
    list[index] = {
      limit = row.name, count = count(actions, row),
      allowed = limit.allowed, of = limit.of, percent = limit.percent,
      most = limit.most,
    }
  end
  return list
end

--- Returns whether there is a limit of that name.
function limits.has(name)
  return by_name[name] ~= nil
end

return limits
