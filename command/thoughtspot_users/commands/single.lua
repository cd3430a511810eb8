--- create, update, delete, activate, deactivate, logout: users by name.

local again = require "thoughtspot_users.again"
local calls = require "thoughtspot_users.calls"
local failure = require "thoughtspot_users.failure"
local fold = require "thoughtspot.fold"
local Links = require "thoughtspot_users.links"
local names = require "thoughtspot_users.names"
local Outcomes = require "thoughtspot_users.outcomes"
local progress = require "thoughtspot_users.progress"
local questions = require "thoughtspot_users.questions"
local text = require "thoughtspot_users.text"

local NAMES = {
  "names", "Names or GUIDs; - reads them from standard input.", args = "+",
}
local YES = { "-y --yes", nil, "Do not ask." }

local function count_of(users)
  return #users == 1 and "1 user" or #users .. " users"
end

-- Shows the users whom a question is about.
local function preview(context, users)
  for index, user in ipairs(users) do
    if index > 20 then
      context.output:note(("  and %d more"):format(#users - 20))
      break
    end
    context.output:note(("  %s (%s), %s, in %d group%s"):format(user.name,
      user.display_name or "", user.account_status or "?",
      #(user.user_groups or {}), #(user.user_groups or {}) == 1 and ""
        or "s"))
  end
end

-- Makes a call for each user, several at a time, and records the outcomes.
-- @param on_done function(user, value): may return a state, an error and a
--   detail
local function call_all(context, outcomes, endpoint, users, items, on_done)
  failure.check(context:client():batch(endpoint, items, {
    on_progress = progress.start("users " .. outcomes.past,
      context.flags.quiet),
    on_result = function(index, value, err)
      local user = users[index]
      if err then
        outcomes:add(user, "failed", err)
      else
        local state, fault, detail
        if on_done then
          state, fault, detail = on_done(user, value)
        end
        outcomes:add(user, state or "done", fault, detail)
      end
    end,
  }))
end

-- --- create, update --------------------------------------------------------

local create_options, request_of_create = calls.options("create_user", {
  name = true,
})
table.insert(create_options, { "--password-file", "FILE", "File whose first "
  .. "line is the password; - is standard input." })
table.insert(create_options, YES)

local function create(context)
  local flags = context.flags
  local request = request_of_create(flags)
  request.name = flags.name
  local fault = text.fault_of_new_name(flags.name)
  if fault then
    failure.raise(("%s: the name %s"):format(flags.name, fault))
  end
  request.password = flags.password_file
    and calls.password(flags.password_file)
  local outcomes = Outcomes.new(context, "create", "created")
  local user, err = context:client():create_user(request)
  if not user and err.kind == "argument" then
    failure.raise(err)
  end
  outcomes:add(user or { name = flags.name }, user and "done" or "failed", err,
    user and user.id)
  return outcomes:finish()
end

local update_options, request_of_update = calls.options("update_user", {
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
  table.insert(update_options, { row[1], row[2], row[3]
    .. "; may be repeated.", many = true })
end
table.insert(update_options, YES)

-- Returns the requests that change a user: additions come first, together with
-- the fields. Nothing is ever replaced.
local function requests_of_update(flags)
  local fields, removal = request_of_update(flags), { operation = "REMOVE" }
  for _, row in ipairs(MEMBERSHIPS) do
    local list = flags[(row[1]:sub(3):gsub("-", "_"))]
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

-- How many entries of a user an identifier stands for: a name may be that of
-- groups in several orgs.
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

-- The groups and orgs of a request that a user is not in, or still is.
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
          .. "%s %s")
          :format(fault, shown[2], identifier)
      end
    end
  end
end

-- What of an update the cluster does not show, as far as that can be compared.
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
        return ("the cluster accepted the change, but %s is still "
          .. "%s"):format(name,
          tostring(is))
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
  again.look(context, outcomes, fault_of_update(requests))
  return outcomes:finish()
end

-- --- delete ----------------------------------------------------------------

local function delete(context)
  local flags = context.flags
  local users = names.find(context, flags.names, true)
  if flags.max_deletes and #users > flags.max_deletes then
    failure.raise(("over a limit: %s to delete, %d allowed; nothing was done")
      :format(count_of(users), flags.max_deletes), failure.OVER_LIMIT)
  end
  preview(context, users)
  local asked = questions.confirm_deletes(#users, flags.max_deletes,
    flags.yes)
  questions.confirm(("Delete %s permanently?"):format(count_of(users)),
    flags.yes or asked)
  local outcomes, ids = Outcomes.new(context, "delete", "deleted"), {}
  for index, user in ipairs(users) do
    ids[index] = user.id
  end
  call_all(context, outcomes, "delete_user", users, ids)
  again.look(context, outcomes, function(user)
    return user and "the cluster accepted the deletion, but the user still "
      .. "exists"
  end)
  return outcomes:finish()
end

-- --- activate, deactivate, logout ------------------------------------------

local function fault_of_activation(user)
  if not user then
    return "no longer exists"
  elseif user.account_status ~= "ACTIVE" then
    return ("the account is still %s; activate it in the cluster, or with "
      .. "its link: --links"):format((user.account_status or "as it "
      .. "was"):lower())
  end
end

-- Activates users with the links in a file, which sets a password.
local function activate_by_links(context, users, outcomes)
  local flags = context.flags
  local links = Links.read(flags.links)
  local items, found = {}, {}
  for _, user in ipairs(users) do
    local token = (links:of(user) or ""):match "[?&]token=([^&]+)"
    if token then
      found[#found + 1] = user
      items[#items + 1] = { user_identifier = user.id, auth_token = token }
    else
      outcomes:add(user, "failed", flags.links
        .. " has no link from the last 14 days for this user")
    end
  end
  if #items == 0 then
    return
  end
  local password = calls.password(flags.password_file)
  for _, item in ipairs(items) do
    item.password = password
  end
  call_all(context, outcomes, "activate_user", found, items)
end

local function activate(context)
  local flags = context.flags
  local users = names.find(context, flags.names)
  local outcomes = Outcomes.new(context, "activate", "activated")
  local inactive, items = {}, {}
  for _, user in ipairs(users) do
    if user.account_status == "ACTIVE" then
      outcomes:add(user, "already", nil, "is already active")
    else
      inactive[#inactive + 1] = user
      items[#items + 1] = { user.id, { account_status = "ACTIVE" } }
    end
  end
  if flags.links then
    activate_by_links(context, inactive, outcomes)
  else
    call_all(context, outcomes, "update_user", inactive, items)
  end
  again.look(context, outcomes, fault_of_activation)
  return outcomes:finish()
end

local function deactivate(context)
  local flags = context.flags
  local users = names.find(context, flags.names, true)
  preview(context, users)
  questions.confirm(("Deactivate %s?"):format(count_of(users)), flags.yes)
  local links = flags.links and Links.open(flags.links)
  local outcomes, items = Outcomes.new(context, "deactivate", "deactivated"),
    {}
  for index, user in ipairs(users) do
    items[index] = { user_identifier = user.id }
  end
  call_all(context, outcomes, "deactivate_user", users, items,
    function(user, reply)
      if not links then
        return nil
      elseif not reply.activation_link then
        return "failed", "the cluster returned no link"
      end
      local kept, err = links:keep(user, reply.activation_link)
      if not kept then
        return "failed", err, "is deactivated, but the link was not stored"
      end
    end)
  if links then
    failure.check(links:close())
  end
  again.look(context, outcomes, function(user)
    return user and user.account_status == "ACTIVE"
      and "the cluster accepted the change, but the account is still active"
  end)
  return outcomes:finish()
end

local function log_out(context)
  local flags = context.flags
  local users = names.find(context, flags.names, true)
  preview(context, users)
  questions.confirm(("Log out %s?"):format(count_of(users)), flags.yes)
  local outcomes, items = Outcomes.new(context, "logout", "logged out"), {}
  for index, user in ipairs(users) do
    items[index] = { user_identifiers = { user.id } }
  end
  call_all(context, outcomes, "force_logout_users", users, items)
  return outcomes:finish()
end

local LINKS = "FILE"

return {
  {
    name = "create",
    summary = "Create a user.",
    arguments = { { "name", "Login name of the user." } },
    options = create_options,
    run = create,
  },
  {
    name = "update",
    summary = "Change users.",
    description = "Changes only what the options name; groups and orgs are "
      .. "added and removed, never replaced.",
    arguments = { NAMES },
    options = update_options,
    run = update,
  },
  {
    name = "delete",
    summary = "Delete users permanently.",
    description = "Deletes users after you have typed their number, or if it "
      .. "is within --max-deletes; --yes alone is not enough. ThoughtSpot "
      .. "does not document what happens to objects that they own: hand them "
      .. "over first.",
    arguments = { NAMES },
    options = {
      YES, { "--max-deletes", "N", "Delete without asking if there are no "
        .. "more than N.",
        kind = "count" },
    },
    run = delete,
  },
  {
    name = "activate",
    summary = "Activate inactive users.",
    description = "Activates accounts, and verifies that they are active. "
      .. "Some clusters "
      .. "require the activation link: with --links, it is read from the "
      .. "file that offboard or deactivate wrote, and the users get the "
      .. "password in --password-file, or one that you type.",
    arguments = { NAMES },
    options = {
      { "--links", LINKS, "File of activation links." },
      { "--password-file", "FILE", "File whose first line is the password; - "
        .. "is standard input." },
      YES,
    },
    run = activate,
  },
  {
    name = "deactivate",
    summary = "Deactivate users, who can no longer sign in.",
    description = "Deactivates users. Their activation links are discarded "
      .. "without --links. offboard also logs them out and removes them from "
      .. "their groups.",
    arguments = { NAMES },
    options = {
      { "--links", LINKS, "File to which the activation links are appended; "
        .. "only you can read it." },
      YES,
    },
    run = deactivate,
  },
  {
    name = "logout",
    summary = "End all sessions of users, who can sign in again.",
    arguments = { NAMES },
    options = { YES },
    run = log_out,
  },
}
