--- Plans as text for people, and as data.

local json = require "thoughtspot_users.json"

local plan_output = {}

local ORDER = {
  "host", "org_id", "acts_as", "made", "people", "in_scope", "scope",
  "counts", "limits", "actions", "withheld", "left", "kept", "n", "action",
  "user", "id", "field", "is", "wanted", "reason", "set", "change", "add",
  "remove", "from", "to", "limit", "count", "allowed", "of", "name",
}
plan_output.order = ORDER

-- Returns the actions without fields that only the library needs.
local function actions_of(plan)
  local list = json.list()
  for index, action in ipairs(plan.actions) do
    list[index] = {
      n = action.n, action = action.action, user = action.user,
      id = action.id, set = action.set, change = action.change,
      add = action.add, remove = action.remove,
    }
  end
  return list
end

--- Returns a plan as data.
function plan_output.describe(plan)
  local withheld = json.list()
  for index, entry in ipairs(plan.withheld) do
    withheld[index] = { limit = entry.limit, count = entry.count,
      allowed = entry.allowed, of = entry.of, n = entry.action.n,
      user = entry.action.user }
  end
  return {
    host = plan.host, org_id = plan.org_id, acts_as = plan.acts_as,
    made = plan.made, people = plan.people, in_scope = plan.in_scope,
    scope = plan.scope, counts = plan.counts,
    limits = json.list(plan.limits), actions = actions_of(plan),
    withheld = withheld, left = json.list(plan.left),
    kept = json.list(plan.kept),
  }
end

-- Returns what an action does, for a cell.
local function detail_of(action)
  local parts, names = {}, {}
  for name in pairs(action.change or {}) do
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local change = action.change[name]
    parts[#parts + 1] = ("%s: %s -> %s"):format(name, change.from == nil
      and "none" or tostring(change.from), tostring(change.to))
  end
  for _, row in ipairs { { action.add, "+ " }, { action.remove, "- " } } do
    for _, kind in ipairs { "groups", "orgs" } do
      for _, entry in ipairs(row[1] and row[1][kind] or {}) do
        parts[#parts + 1] = ("%s: %s%s"):format(kind, row[2],
          tostring(entry.name or entry.id))
      end
    end
  end
  return table.concat(parts, "; ")
end

local function column(name)
  local function value(action)
    return action[name]
  end
  return {
    name = name, value = value,
    text = function(action)
      return action[name] and (name == "n" and ("%d"):format(action[name])
        or tostring(action[name]))
    end,
  }
end

-- Reasons of the library = with the flags of the command line.
local REASONS = {
  ["reactivate = true would activate the account"] =
    "--reactivate would activate the account",
  ["rename = true would rename the user"] = "--rename would rename the user",
  ["update = false"] = "--no-update",
  ["not a user; create = false"] = "not a user; --no-create",
  ['leavers = "keep"'] = "--leavers keep",
}

local function in_own_words(list)
  local entries = {}
  for index, entry in ipairs(list) do
    entries[index] = setmetatable({
      reason = REASONS[entry.reason] or entry.reason,
    }, { __index = entry })
  end
  return entries
end

--- Returns the text of a plan for people.
-- @param all whether to list all changes
function plan_output.text(plan, all)
  local own = setmetatable({
    left = in_own_words(plan.left), kept = in_own_words(plan.kept),
  }, { __index = plan })
  return plan.text(own, { all = all })
end

--- Writes a plan in the requested format.
-- @param all whether to list all changes for people
function plan_output.write(output, plan, all)
  if output.format.is_for_people then
    output:line(plan_output.text(plan, all))
  elseif output.format.name == "json" then
    output:document(plan_output.describe(plan), ORDER)
  elseif output.format.has_objects then
    for _, action in ipairs(actions_of(plan)) do
      output:write(json.encode(action, ORDER) .. "\n")
    end
  else
    local detail = { name = "detail", text = detail_of, value = detail_of }
    local records = output:records { column "n", column "action",
      column "user", column "id", detail }
    for _, action in ipairs(plan.actions) do
      records:add(action)
    end
    records:close()
  end
end

return plan_output
