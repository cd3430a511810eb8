--- offboard: locks users out, and removes them from their groups.

local failure = require "thoughtspot_users.failure"
local Links = require "thoughtspot_users.links"
local names = require "thoughtspot_users.names"
local Outcomes = require "thoughtspot_users.outcomes"
local progress = require "thoughtspot_users.progress"
local questions = require "thoughtspot_users.questions"
local verify = require "thoughtspot_users.verify"
local wording = require "thoughtspot_users.wording"

-- The group of all users, which nobody can leave.
local EVERYBODY = "All"

local function deactivate(context, user, links)
  local is_inactive = user.account_status == "INACTIVE"
  if is_inactive and (not links or links:of(user)) then
    return true
  end
  local reply, err = context:client():deactivate_user {
    user_identifier = user.id,
  }
  if not reply then
    return nil, err
  elseif not links then
    return true
  elseif not reply.activation_link then
    return nil, "the cluster returned no link"
  end
  return links:keep(user, reply.activation_link)
end

local function log_out(context, user)
  return context:client():force_logout_users {
    user_identifiers = { user.id },
  }
end

-- Returns the groups from which a user can be removed, and the number of those
-- of other orgs.
local function groups_of(context, user)
  local groups, others = {}, 0
  for _, group in ipairs(user.user_groups or {}) do
    if group.name ~= EVERYBODY then
      local in_org = context:org_groups()
      if not in_org or in_org[group.id] then
        groups[#groups + 1] = group.id
      else
        others = others + 1
      end
    end
  end
  return groups, others
end

local function strip_groups(context, user)
  local groups = groups_of(context, user)
  if #groups == 0 then
    return true
  end
  return context:client():update_user(user.id, {
    group_identifiers = groups, operation = "REMOVE",
  })
end

-- Returns what else there is to do, or nil.
local function remark_on(context, user)
  local _, others = groups_of(context, user)
  return others > 0 and ("still in %s of other orgs: --org-id"):format(
    wording.count(others, "group")) or nil
end

-- Locks out first, because a user who is only logged out could come back.
local function steps_of(links)
  return {
    { links and "deactivate and store the link" or "deactivate", deactivate },
    { "log out", log_out },
    { "remove from groups", strip_groups },
  }
end

-- Makes all steps for a user; if one fails, makes the others all the same.
local function offboard(context, user, steps, links, outcomes)
  local failed = false
  for _, step in ipairs(steps) do
    local done, err = step[2](context, user, links)
    if not done then
      failed = true
      outcomes:add(user, "failed", err, "left to do: " .. step[1])
    end
  end
  if not failed then
    outcomes:add(user, "done", nil, remark_on(context, user))
  end
end

-- Returns which part of an offboarding the cluster does not show, or nil.
local function fault_of(context, user)
  local groups = user and groups_of(context, user) or {}
  if user and user.account_status == "ACTIVE" then
    return "the cluster accepted the change, but the account is still active"
  elseif #groups > 0 then
    return "the cluster accepted the change, but the user is still in "
      .. wording.count(#groups, "group")
  end
end

local function run(context)
  local flags, output = context.flags, context.output
  local users = names.find(context, flags.names, true)
  questions.preview(output, users)
  questions.confirm(("Offboard %s: deactivate, log out, remove from groups?")
    :format(wording.count(#users, "user")), flags.yes)
  local links = flags.links and Links.open(flags.links, output)
  local outcomes = Outcomes.new(context, "offboard", "offboarded")
  local steps = steps_of(links)
  local count_up = progress.start("users offboarded", flags.quiet)
  output.how_to_go_on = "run the same command again to do the rest"
  count_up(0, #users)
  for index, user in ipairs(users) do
    offboard(context, user, steps, links, outcomes)
    count_up(index, #users)
  end
  if links then
    local closed, err = links:close()
    if not closed then
      failure.raise(err, failure.SOME_FAILED)
    end
  end
  verify.users(context, outcomes, function(user)
    return fault_of(context, user)
  end)
  return outcomes:finish()
end

return {
  {
    name = "offboard",
    description = "Deactivates users and logs them out, then removes them "
      .. "from the groups of the org in which the command acts (--org-id). "
      .. "If a step fails, the others are still made; run the command again "
      .. "to do the rest. With --links, activation links are appended to "
      .. "FILE as CSV of time, name and link; an inactive user without a "
      .. "valid link in FILE gets a new one. For 14 days a link is as "
      .. "powerful as a password, so only you can read FILE.",
    arguments = { names.ARGUMENT },
    options = {
      { "--links", "FILE", "Append the activation links to FILE." },
      questions.YES,
    },
    run = run,
  },
}
