--- Applies a plan: asks, makes the changes, and reports the outcome.

local apply_output = require "thoughtspot_users.apply_output"
local defaults = require "thoughtspot_users.defaults"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local Links = require "thoughtspot_users.links"
local progress = require "thoughtspot_users.progress"
local questions = require "thoughtspot_users.questions"

local applying = {}

--- Options of apply and sync.
applying.options = {
  { "-y --yes", nil, "Do not ask; deletions also require --max-deletes." },
  { "--partial", nil, "If a limit is exceeded, apply what is within the "
    .. "others." },
  { "--no-verify", nil, "Do not verify afterwards that the changes are in "
    .. "effect." },
  { "--links", "FILE", "Append the activation links of deactivated users to "
    .. "FILE." },
  { "--concurrency", "N", defaults("Calls at a time", "ApplyOptions",
    "concurrency"), kind = "positive" },
  { "--stop-after", "N", defaults("Number of failures after which nothing "
    .. "more is sent", "ApplyOptions", "stop_after"), kind = "positive" },
}

local KINDS = { "create", "update", "strip", "deactivate", "delete" }

local WORDS = {
  strip = "take groups from", deactivate = "deactivate", create = "create",
  update = "update", delete = "delete",
}

local function is_done(plan, action)
  local outcome = plan.outcomes and plan.outcomes[action.n]
  return outcome and (outcome.state == "done" or outcome.state == "already")
end

--- Returns how many changes of a plan were done by earlier runs.
function applying.count_done(plan)
  local count = 0
  for _, action in ipairs(plan.actions) do
    count = count + (is_done(plan, action) and 1 or 0)
  end
  return count
end

-- Returns how many of each kind would be done, within the limits.
local function counts_of(plan)
  local withheld, counts = {}, {}
  for _, entry in ipairs(plan.withheld) do
    withheld[entry.action] = true
  end
  for _, kind in ipairs(KINDS) do
    counts[kind] = 0
  end
  for _, action in ipairs(plan.actions) do
    if not withheld[action] and not is_done(plan, action) then
      counts[action.action] = counts[action.action] + 1
    end
  end
  return counts
end

local function question_of(plan, counts)
  local parts = {}
  for _, kind in ipairs(KINDS) do
    if counts[kind] > 0 then
      parts[#parts + 1] = ("%s %d"):format(WORDS[kind], counts[kind])
    end
  end
  local done = table.concat(parts, ", ")
  return ("%s on %s?"):format(done:gsub("^%l", string.upper), plan.host)
end

-- Asks whether to apply a plan; ends the command if the answer is no, or if
-- the plan exceeds a limit.
local function confirm(context, plan)
  local flags = context.flags
  local counts = counts_of(plan)
  if plan.withheld[1] and not flags.partial then
    local first = plan.withheld[1]
    failure.raise(("over a limit: %d %s, %d allowed; nothing was done. Is the "
      .. "source complete? --max-%s allows more, --partial applies the rest")
      :format(first.count, first.limit, first.allowed, first.limit),
      failure.OVER_LIMIT)
  end
  local most = flags.max_deletes
  if type(most) == "number" and counts.delete > most then
    failure.raise(("over a limit: %d deletes, %d allowed; nothing was done")
      :format(counts.delete, most), failure.OVER_LIMIT)
  end
  local asked = counts.delete > 0
    and questions.confirm_deletes(counts.delete, most, flags.yes)
  questions.confirm(question_of(plan, counts), flags.yes or asked)
end

--- Returns whether a part of a plan is still to be done, within the limits.
function applying.is_pending(plan)
  for _, count in pairs(counts_of(plan)) do
    if count > 0 then
      return true
    end
  end
  return false
end

local function exit_code(report)
  if #report.failures > 0 or #report.not_in_effect > 0 then
    return failure.SOME_FAILED
  elseif #report.withheld > 0 then
    return failure.OVER_LIMIT
  end
  return failure.DONE
end

-- Stores links in a file; if one cannot be stored, the run continues.
local function keep_links(context, lost)
  local path = context.flags.links
  local links = path and Links.open(path, context.output)
  if not links then
    return nil
  end
  return links, function(user, link)
    local kept, err = links:keep(user, link)
    if not kept then
      lost[#lost + 1] = ("%s: the link was not stored: %s"):format(user.name,
        err)
    end
  end
end

-- Reports the outcome of a run that ended early, and returns the exit code.
-- Ends the command if nothing was sent, or because of an interrupt.
-- @param so_far the report; nil: nothing was sent
local function conclude(output, err, so_far)
  if not so_far then
    failure.raise(err, type(err) == "table" and err.kind == "limit"
      and failure.OVER_LIMIT or nil)
  elseif failure.is_interrupt(err) then
    error(err, 0)
  end
  output:complain("thoughtspot-users: " .. tostring(err))
  apply_output.write(output, so_far, failure.SOME_FAILED, err)
  return failure.SOME_FAILED
end

--- Asks for confirmation, applies a plan, and reports the outcome.
-- @param how_to_go_on how to resume, shown after an interrupt
-- @return the exit code
function applying.run(context, plan, how_to_go_on)
  local flags, output = context.flags, context.output
  if applying.is_pending(plan) or plan.withheld[1] then
    confirm(context, plan)
  end
  local lost = {}
  local links, on_link = keep_links(context, lost)
  files.note_privacy(flags.journal or flags.plan, output)
  output.how_to_go_on = how_to_go_on
  local verify
  if flags.no_verify then
    verify = false
  end
  local sync = require "thoughtspot.sync"
  local report, err, so_far = sync.apply(context:client(), plan, {
    journal = flags.journal, partial = flags.partial,
    concurrency = flags.concurrency, stop_after = flags.stop_after,
    max_age = flags.max_age, verify = verify, on_link = on_link,
    on_progress = progress.start("changes", flags.quiet),
  })
  if links then
    links:close()
  end
  for _, line in ipairs(lost) do
    output:complain(line)
  end
  if not report then
    return conclude(output, err, so_far)
  end
  local code = exit_code(report)
  if code == failure.DONE and #lost > 0 then
    code = failure.SOME_FAILED
  end
  apply_output.write(output, report, code)
  return code
end

return applying
