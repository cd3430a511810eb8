--- delete, activate, deactivate, logout: one call for each user.

local failure = require "thoughtspot_users.failure"
local Links = require "thoughtspot_users.links"
local names = require "thoughtspot_users.names"
local Outcomes = require "thoughtspot_users.outcomes"
local read_password = require "thoughtspot_users.password"
local progress = require "thoughtspot_users.progress"
local questions = require "thoughtspot_users.questions"
local verify = require "thoughtspot_users.verify"
local wording = require "thoughtspot_users.wording"

-- Largest number of users shown before a question.
local MOST_SHOWN = 20

local function count_of(users)
  return wording.count(#users, "user")
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

-- --- delete ----------------------------------------------------------------

local function delete(context)
  local flags = context.flags
  local users = names.find(context, flags.names, true)
  if flags.max_deletes and #users > flags.max_deletes then
    failure.raise(("over a limit: %s to delete, %d allowed; nothing was done")
      :format(count_of(users), flags.max_deletes), failure.OVER_LIMIT)
  end
  questions.preview(context.output, users, MOST_SHOWN)
  local asked = questions.confirm_deletes(#users, flags.max_deletes,
    flags.yes)
  questions.confirm(("Delete %s permanently?"):format(count_of(users)),
    flags.yes or asked)
  local outcomes, ids = Outcomes.new(context, "delete", "deleted"), {}
  for index, user in ipairs(users) do
    ids[index] = user.id
  end
  call_all(context, outcomes, "delete_user", users, ids)
  verify.users(context, outcomes, function(user)
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
      .. "its link: --links"):format(
        (user.account_status or "as it was"):lower())
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
  local password = read_password(flags.password_file)
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
  verify.users(context, outcomes, fault_of_activation)
  return outcomes:finish()
end

local function deactivate(context)
  local flags = context.flags
  local users = names.find(context, flags.names, true)
  questions.preview(context.output, users, MOST_SHOWN)
  questions.confirm(("Deactivate %s?"):format(count_of(users)), flags.yes)
  local links = flags.links and Links.open(flags.links, context.output)
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
  verify.users(context, outcomes, function(user)
    return user and user.account_status == "ACTIVE"
      and "the cluster accepted the change, but the account is still active"
  end)
  return outcomes:finish()
end

local function log_out(context)
  local flags = context.flags
  local users = names.find(context, flags.names, true)
  questions.preview(context.output, users, MOST_SHOWN)
  questions.confirm(("Log out %s?"):format(count_of(users)), flags.yes)
  local outcomes, items = Outcomes.new(context, "logout", "logged out"), {}
  for index, user in ipairs(users) do
    items[index] = { user_identifiers = { user.id } }
  end
  call_all(context, outcomes, "force_logout_users", users, items)
  return outcomes:finish()
end

return {
  {
    name = "delete",
    description = "Deletes users after you have typed their number. A script "
      .. "gives --yes and --max-deletes instead. ThoughtSpot does not "
      .. "document what happens to objects that the users own: hand them "
      .. "over first.",
    arguments = { names.ARGUMENT },
    options = { questions.YES_DELETE, questions.MAX_DELETES },
    run = delete,
  },
  {
    name = "activate",
    description = "Activates accounts, and verifies that they are active. "
      .. "Some clusters require the activation link: with --links, it is "
      .. "read from the file that offboard or deactivate wrote, and the users "
      .. "get the password in --password-file, or one that you type.",
    arguments = { names.ARGUMENT },
    options = {
      { "--links", "FILE", "File of activation links." },
      { "--password-file", "FILE", "File whose first line is the password; - "
        .. "is standard input." },
      questions.YES_UNASKED,
    },
    run = activate,
  },
  {
    name = "deactivate",
    description = "Deactivates users. Their activation links are discarded "
      .. "without --links. offboard also logs them out and removes them from "
      .. "their groups.",
    arguments = { names.ARGUMENT },
    options = {
      { "--links", "FILE", "File to which the activation links are appended; "
        .. "only you can read it." },
      questions.YES,
    },
    run = deactivate,
  },
  {
    name = "logout",
    arguments = { names.ARGUMENT },
    options = { questions.YES },
    run = log_out,
  },
}
