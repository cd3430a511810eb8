--- Limits how much a plan may change before it is considered a mistake.

local requests = require "thoughtspot.sync.requests"

local limits = {}

-- Name and default: a percentage of what, a maximum and a minimum.
local rows = {
  { name = "leavers", of = "scope", percent = 10, most = 200, least = 1 },
  { name = "deletes", of = "scope", percent = 5, most = 50, least = 1 },
  { name = "removals", of = "people", percent = 25, least = 5 },
  { name = "updates", of = "people", percent = 50, least = 20 },
}

--- Returns the default of a limit, in words.
function limits.default_text(name)
  for _, row in ipairs(rows) do
    if row.name == name then
      return ("%d %% of the %s, %s%d at least"):format(row.percent, row.of,
        row.most and row.most .. " at most, " or "", row.least)
    end
  end
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

-- Returns the number allowed, and for people how it was computed.
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

local function loses(action)
  return action.action == "update" and action.remove ~= nil
end

-- Returns whether a user loses access: as a leaver, or because of a row.
local function leaves(action)
  return requests.is_leaving(action) and action.action ~= "delete"
end

-- Limit = function(action) that returns whether the action counts.
local counted = {
  leavers = leaves,
  deletes = function(action)
    return action.action == "delete"
  end,
  removals = loses,
  updates = function(action)
    return action.action == "update"
  end,
}

local function count(actions, name)
  local number = 0
  for _, action in ipairs(actions) do
    if counted[name](action) then
      number = number + 1
    end
  end
  return number
end

--- Counts actions against the limits.
-- @param given options of sync.plan
-- @param sizes { scope, people }
-- @return list of { limit, count, allowed, of, percent, most }, the last two
--   for people
function limits.count(actions, given, sizes)
  local list = {}
  for index, row in ipairs(rows) do
    local of = sizes[row.of]
    local allowed, percent, most = allow(row, given["max_" .. row.name], of)
    list[index] = {
      limit = row.name, count = count(actions, row.name), allowed = allowed,
      of = of, percent = percent, most = most,
    }
  end
  return list
end

--- Returns the actions that are withheld: all that an exceeded limit counts,
--- because nobody knows which of them are the mistake.
-- @param counts as limits.count returns them
-- @return list of { limit, count, allowed, of, action }, each action once
function limits.withheld(actions, counts)
  local list, seen = {}, {}
  for _, row in ipairs(counts) do
    if row.count > row.allowed then
      for _, action in ipairs(actions) do
        if not seen[action] and counted[row.limit](action) then
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
  local by_name, list = {}, {}
  for _, limit in ipairs(given) do
    by_name[limit.limit] = limit
  end
  for index, row in ipairs(rows) do
    local limit = by_name[row.name] or { allowed = 0, of = 0 }
    list[index] = {
      limit = row.name, count = count(actions, row.name),
      allowed = limit.allowed, of = limit.of, percent = limit.percent,
      most = limit.most,
    }
  end
  return list
end

--- Returns whether there is a limit of that name.
function limits.has(name)
  return counted[name] ~= nil
end

return limits
