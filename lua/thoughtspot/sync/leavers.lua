--- Decides what happens to users in scope who are not in the source.

local compare = require "thoughtspot.sync.compare"

local leavers = {}

local DAY = 24 * 60 * 60 * 1000

local function strip(user, groups)
  return groups and {
    action = "strip", user = user.name, id = user.id,
    remove = { groups = groups },
  }
end

local function deactivate(user, groups)
  if compare.is_inactive(user) then
    return strip(user, groups)
  end
  return {
    action = "deactivate", user = user.name, id = user.id,
    change = { account_status = { from = user.account_status,
      to = "INACTIVE" } },
    remove = groups and { groups = groups },
  }
end

-- Returns the modification time of a user, if the cluster shows it.
local function modified(user)
  local time = user.modification_time_in_millis
  return type(time) == "number" and time > 0 and time or nil
end

local function delete(user, groups, policy)
  local time = modified(user)
  if not compare.is_inactive(user) or not time
    or policy.now * 1000 - time < policy.delete_after * DAY then
    return deactivate(user, groups)
  end
  return {
    action = "delete", user = user.name, id = user.id,
    status = user.account_status, modified = time,
  }
end

local choices = {
  keep = function() end, strip = strip, deactivate = deactivate,
  delete = delete,
}

--- The fields of users that this needs.
leavers.fields = { "email", "user_groups", "modification_time_in_millis" }

--- Decides about a leaver.
-- @param policy { leavers, delete_after, now, groups }
-- @return the action, or nil: nothing is left to do
function leavers.decide(user, policy)
  local groups = policy.leavers ~= "keep"
    and policy.groups:removable(user.user_groups, {}) or nil
  return choices[policy.leavers](user, groups, policy) or nil
end

--- Returns the whole days since a time in milliseconds.
function leavers.days_since(time, now)
  return math.floor((now * 1000 - time) / DAY)
end

return leavers
