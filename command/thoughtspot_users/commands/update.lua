--- update: changes users.

local arguments = require "thoughtspot_users.arguments"
local failure = require "thoughtspot_users.failure"
local fold = require "thoughtspot.fold"
local names = require "thoughtspot_users.names"
local Outcomes = require "thoughtspot_users.outcomes"
local progress = require "thoughtspot_users.progress"
local questions = require "thoughtspot_users.questions"
local request_options = require "thoughtspot_users.request_options"
local text = require "thoughtspot_users.text"
local verify = require "thoughtspot_users.verify"

local options, request_of = request_options("update_user", {
  group_identifiers = true, org_identifiers = true, operation = true,
})

-- Flag, and its operation, ADD or REMOVE, and list.
local MEMBERSHIPS = {
  { "--add-group", "GROUP", "Add to a group", "ADD", "group_identifiers" },
  { "--remove-group", "GROUP", "Remove from a group", "REMOVE",
    "group_identifiers" },
  { "--add-org", "ORG", "Add to an org (number)", "ADD",
    "org_identifiers" },
  { "--remove-org", "ORG", "Remove from an org (number)", "REMOVE",
    "org_identifiers" },
}
for _, row in ipairs(MEMBERSHIPS) do
  table.insert(options, { row[1], row[2], row[3]
    .. "; may be repeated.", many = true })
end
table.insert(options, questions.YES_UNASKED)

-- Returns the requests that change a user: additions come first, together with
-- the fields. Nothing is ever replaced.
local function requests_of_update(flags)
  local fields, removal = request_of(flags), { operation = "REMOVE" }
  for _, row in ipairs(MEMBERSHIPS) do
    local list = flags[arguments.name_of_flag(row[1])]
    if list and #list > 0 then
      local request = row[4] == "ADD" and fields or removal
      request[row[5]], request.operation = list, row[4]
    end
  end
  local requests = {}
  if next(fields) ~= nil then
    requests[1] = fields
  end
  if removal.group_identifiers or removal.org_identifiers then
    requests[#requests + 1] = removal
  end
  return requests
end

-- Field of a request = the field of a user that shows it, and what an entry of
-- it is called.
local SHOWN_AS = {
  group_identifiers = { "user_groups", "group" },
  org_identifiers = { "orgs", "org" },
}

-- Counts the entries that an identifier stands for: groups in several orgs may
-- have the same name.
local function count_entries(entries, identifier)
  local count = 0
  for _, entry in ipairs(entries) do
    local id = type(entry.id) == "number" and ("%d"):format(entry.id)
      or entry.id
    if id == identifier or entry.name
      and fold.same_key(entry.name, identifier) then
      count = count + 1
    end
  end
  return count
end

-- Returns what is wrong with the groups and orgs of a user after a request, or
-- nil.
local function fault_of_memberships(request, before, user)
  for field, shown in pairs(SHOWN_AS) do
    local is = user[shown[1]]
    for _, identifier in ipairs(is and request[field] or {}) do
      local count = count_entries(is, identifier)
      local fault
      if request.operation == "ADD" then
        fault = count == 0 and "not"
      else
        fault = count > 0 and count >= count_entries(before[shown[1]] or {},
          identifier) and "still"
      end
      if fault then
        return ("the cluster accepted the change, but the user is %s in the "
          .. "%s %s"):format(fault, shown[2], identifier)
      end
    end
  end
end

-- Returns a function that returns what of an update the cluster does not show,
-- or nil. Compares only what User has.
local function fault_of_update(requests)
  return function(user, outcome)
    if not user then
      return "no longer exists"
    end
    for _, request in ipairs(requests) do
      local fault = fault_of_memberships(request, outcome.user, user)
      if fault then
        return fault
      end
    end
    for name, value in pairs(requests[1]) do
      local is = user[name]
      if type(value) ~= "table" and name ~= "operation" and is ~= nil
        and tostring(is):lower() ~= tostring(value):lower() then
        return ("the cluster accepted the change, but %s is still %s")
          :format(name, tostring(is))
      end
    end
  end
end

local function update(context)
  local flags = context.flags
  local requests = requests_of_update(flags)
  if #requests == 0 then
    failure.raise("update: nothing to change; give an option such as --email "
      .. "or --add-group")
  elseif flags.name and #flags.names > 1 then
    failure.raise "update: --name can be given for one user only"
  end
  local fault = flags.name and text.fault_of_new_name(flags.name)
  if fault then
    failure.raise(("--name %s: the name %s"):format(flags.name, fault))
  end
  local users = names.find(context, flags.names)
  local outcomes = Outcomes.new(context, "update", "updated")
  local left = users
  for index, request in ipairs(requests) do
    local items = {}
    for position, user in ipairs(left) do
      items[position] = { user.id, request }
    end
    local is_last, passed = index == #requests, {}
    failure.check(context:client():batch("update_user", items, {
      on_progress = progress.start("users updated", flags.quiet),
      on_result = function(position, _, err)
        if err then
          outcomes:add(left[position], "failed", err)
        elseif is_last then
          outcomes:add(left[position], "done")
        else
          passed[#passed + 1] = left[position]
        end
      end,
    }))
    left = passed
  end
  verify.users(context, outcomes, fault_of_update(requests))
  return outcomes:finish()
end

return {
  {
    name = "update",
    description = "Changes only what the options name; groups and orgs are "
      .. "added and removed, never replaced.",
    arguments = { names.ARGUMENT },
    options = options,
    run = update,
  },
}
