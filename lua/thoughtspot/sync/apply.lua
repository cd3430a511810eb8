--- Applies a plan, or resumes one.

local read_options = require "thoughtspot.options".read
local cluster = require "thoughtspot.sync.cluster"
local core = require "thoughtspot.core"
local Journal = require "thoughtspot.sync.journal"
local protect = require "thoughtspot.sync.protect"
local recheck = require "thoughtspot.sync.recheck"
local Report = require "thoughtspot.sync.report"
local requests = require "thoughtspot.sync.requests"
local rows = require "thoughtspot.sync.options"
local Run = require "thoughtspot.sync.run"
local protect_call = require "thoughtspot.scheduler.serve".protect

-- Seconds for which a plan in memory is assumed to be up to date.
local FRESH = 60

local function refuse(message)
  return core.error("argument", message, nil, "plan")
end

-- Returns why a plan must not be applied, or nil.
local function find_fault(plan, options)
  local age = os.time() - plan.made
  if age > options.max_age then
    return refuse(("was made %d seconds ago, more than the %d allowed; make "
      .. "a new one"):format(age, options.max_age))
  elseif age < -FRESH then
    return refuse("was made in the future: a clock was set back; make a new "
      .. "one")
  elseif plan.withheld[1] and not options.partial then
    local first = plan.withheld[1]
    return core.error("limit", ("over a limit: %d %s, %d allowed; nothing "
      .. "was done. Is the source complete? partial = true applies only what "
      .. "is within the limits"):format(first.count, first.limit,
      first.allowed), nil, "max_" .. first.limit)
  end
end

-- Returns why a plan is not for the client with an identity, or nil.
local function find_difference(plan, identity)
  if identity.host ~= plan.host then
    return ("is for %s; this client is for %s"):format(plan.host,
      identity.host)
  elseif identity.org_id ~= plan.org_id then
    return ("is for org %s; this client acts in org %s"):format(
      tostring(plan.org_id), tostring(identity.org_id))
  elseif identity.acts_as.id ~= plan.acts_as.id then
    return ("was made as %s; this client acts as %s"):format(
      plan.acts_as.name, identity.acts_as.name)
  end
end

-- Returns the actions that no run has finished and no limit withholds; adds
-- the others to the report.
local function find_pending(plan, report)
  local withheld, pending = {}, {}
  for _, entry in ipairs(plan.withheld) do
    withheld[entry.action] = entry
  end
  for _, action in ipairs(plan.actions) do
    local outcome = plan.outcomes[action.n]
    if outcome and (outcome.state == "done" or outcome.state == "already") then
      report.already[#report.already + 1] = action
    elseif withheld[action] then
      report.withheld[#report.withheld + 1] = withheld[action]
    else
      pending[#pending + 1] = action
    end
  end
  return pending
end

local function may_be_done(outcome)
  return outcome ~= nil and (outcome.state == "sent"
    or outcome.state == "failed" and outcome.applied == "maybe")
end

-- Adds the logout to the rest of an action that locks a user out, because a
-- run that was interrupted may not have logged the user out.
-- @param outcome of the action in an earlier run, or nil
-- @param left the rest of the action without the logout, or nil
-- @return the rest of the action, or nil
local function with_logout(action, outcome, left)
  if not outcome or not requests.logs_out(action) then
    return left
  end
  left = left or { n = action.n, action = action.action, user = action.user,
    id = action.id }
  if action.action == "update" then
    left.change = left.change or {}
    left.change.account_status = action.change.account_status
  end
  return left
end

-- Returns what is left to do of the actions, given the current state of the
-- cluster: a list, or nil and an error.
local function look_again(client, plan, pending, state)
  local found, err = recheck.read(client, pending)
  if not found then
    return nil, err
  end
  local rules = protect.new(plan.protect or {}, plan.protect_admins ~= false,
    plan.acts_as)
  local rest = {}
  for _, action in ipairs(pending) do
    local outcome = plan.outcomes[action.n]
    local left, fault = recheck.action(action, found, rules,
      may_be_done(outcome))
    left = not fault and with_logout(action, outcome, left)
    if left then
      rest[#rest + 1] = left
    else
      local list = fault and state.report.failures or state.report.already
      list[#list + 1] = fault
        and { n = action.n, action = action, err = fault } or action
      local noted
      noted, err = state.journal:note(action, fault and "failed" or "already",
        fault)
      if not noted then
        return nil, err
      end
    end
  end
  return rest
end

-- Adds to the report what has not come into effect. Returns true, or nil and
-- an error.
local function verify(client, plan, report)
  local actions, by_n = {}, {}
  for _, action in ipairs(plan.actions) do
    by_n[action.n] = action
  end
  for _, action in ipairs(report.done) do
    actions[#actions + 1] = by_n[action.n]
  end
  if #actions == 0 then
    return true
  end
  local found, err = recheck.read(client, actions)
  if not found then
    return nil, err
  end
  for _, action in ipairs(actions) do
    recheck.effect(action, found, report.not_in_effect)
  end
  return true
end

-- Applies the pending actions. Returns the report; or nil, an error and, if
-- something was sent, the report so far.
local function carry_out(client, plan, pending, state)
  local options, report = state.options, state.report
  local identity, err = cluster.identify(client)
  if not identity then
    return nil, err
  end
  local difference = find_difference(plan, identity)
  if difference then
    return nil, refuse(difference)
  end
  local age = os.time() - plan.made
  if plan.was_read or next(plan.outcomes) or age > FRESH or age < 0 then
    pending, err = look_again(client, plan, pending, state)
    if not pending then
      return nil, err
    end
  end
  local raised = Run.new(client, pending, {
    report = report, journal = state.journal, passwords = state.passwords,
    host = plan.host, total = #plan.actions - #report.withheld,
    options = options,
  }):perform()
  report:sort()
  if raised then
    return nil, raised, report
  end
  if options.verify then
    local verified
    verified, err = verify(client, plan, report)
    if not verified then
      return nil, err, report
    end
  end
  return report
end

local function with_journal(client, plan, state)
  local report, journal = state.report, state.journal
  local pending = find_pending(plan, report)
  if #pending == 0 then
    return report
  end
  local noted, err = journal:begin()
  if not noted then
    return nil, err
  end
  local result, failure, so_far = carry_out(client, plan, pending, state)
  if result or so_far then
    noted, err = journal:finish(result or so_far)
    if result and not noted then
      return nil, err, result
    end
  end
  return result, failure, so_far
end

--- Applies a plan; see sync.apply.
-- @param passwords { [n] = password } of new users
return function(client, plan, given, passwords)
  local options, fault = read_options(rows.ApplyOptions, given)
  fault = fault or find_fault(plan, options)
  if fault then
    return nil, fault
  end
  local path = options.journal
  if path == nil then
    path = plan.path
  end
  local journal, err = Journal.open(path, plan)
  if not journal then
    return nil, err
  end
  local called, report, so_far
  called, report, err, so_far = protect_call(with_journal, client, plan, {
    options = options, report = Report.new(), journal = journal,
    passwords = passwords,
  })
  journal:close()
  if not called then
    error(report, 0)
  end
  return report, err, so_far
end
