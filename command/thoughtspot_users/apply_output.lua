--- The outcome of a plan, as text for people and as data.

local errors = require "thoughtspot_users.errors"
local json = require "thoughtspot_users.json"
local plan_output = require "thoughtspot_users.plan_output"

local apply_output = {}

--- The report of a plan without actions.
apply_output.EMPTY = {
  done = {}, already = {}, failures = {}, withheld = {}, not_in_effect = {},
}

local function name_actions(list)
  local named = json.list()
  for index, action in ipairs(list) do
    named[index] = { n = action.n, action = action.action,
      user = action.user, id = action.id }
  end
  return named
end

-- Returns a report as data.
local function describe(report)
  local failures, withheld = json.list(), json.list()
  for index, fault in ipairs(report.failures) do
    failures[index] = { n = fault.n, action = fault.action.action,
      user = fault.action.user, id = fault.action.id,
      error = errors.describe(fault.err, "cancelled") }
  end
  for index, entry in ipairs(report.withheld) do
    withheld[index] = { limit = entry.limit, count = entry.count,
      allowed = entry.allowed, of = entry.of, n = entry.action.n,
      action = entry.action.action, user = entry.action.user }
  end
  return {
    done = name_actions(report.done), already = name_actions(report.already),
    failures = failures, withheld = withheld,
    not_in_effect = json.list(report.not_in_effect),
  }
end

-- Returns what is wrong with a user after a change.
local function fault_of(entry)
  return ("the cluster accepted the change, but %s is %s, not %s"):format(
    entry.field, tostring(entry.is), tostring(entry.wanted))
end

-- Writes what failed, and what has not come into effect, to standard error.
local function complain(output, report)
  for _, fault in ipairs(report.failures) do
    output:complain(("%s: %s: %s"):format(fault.action.user,
      fault.action.action, tostring(fault.err)))
  end
  for _, entry in ipairs(report.not_in_effect) do
    output:complain(entry.user .. ": " .. fault_of(entry))
  end
end

-- Returns how many actions had which outcome.
local function summary_of(report)
  local parts = { ("%d done"):format(#report.done) }
  for _, row in ipairs {
    { report.already, "already in effect" }, { report.failures, "failed" },
    { report.withheld, "withheld" }, { report.not_in_effect,
      "not in effect" },
  } do
    if #row[1] > 0 then
      parts[#parts + 1] = ("%d %s"):format(#row[1], row[2])
    end
  end
  return table.concat(parts, ", ")
end

-- Members of the document, in order.
local ORDER = { "plan", "report", "done", "already", "failures" }
for _, name in ipairs(plan_output.order) do
  ORDER[#ORDER + 1] = name
end
for _, name in ipairs { "not_in_effect", "error", "exit_code" } do
  ORDER[#ORDER + 1] = name
end

local ROW = { "n", "action", "user", "id", "state", "error" }

-- Writes a row for each action, for the formats of rows.
local function write_rows(output, report)
  local columns = {}
  for index, name in ipairs(ROW) do
    local function value(row)
      return row[name]
    end
    columns[index] = {
      name = name, value = value,
      text = function(row)
        return name == "error" and row.error and row.error.message
          or name == "n" and ("%d"):format(row.n)
          or row[name] and tostring(row[name])
      end,
    }
  end
  local records = output:records(columns)
  local function add(action, state, err)
    records:add { n = action.n, action = action.action, user = action.user,
      id = action.id, state = state, error = err }
  end
  local faults = {} -- name of a user = what is not in effect
  for _, entry in ipairs(report.not_in_effect) do
    faults[entry.user] = faults[entry.user]
      or errors.describe(fault_of(entry), "state")
  end
  for _, row in ipairs { { report.done, "done" },
    { report.already, "already" } } do
    for _, action in ipairs(row[1]) do
      local fault = faults[action.user]
      add(action, fault and "not in effect" or row[2], fault)
    end
  end
  for _, fault in ipairs(report.failures) do
    add(fault.action, "failed", errors.describe(fault.err, "cancelled"))
  end
  for _, entry in ipairs(report.withheld) do
    add(entry.action, "withheld")
  end
  records:close()
end

--- Writes the outcome of a plan in the requested format.
-- @param report of sync.apply
-- @param code the exit code
-- @param err what ended the run early, or nil
function apply_output.write(output, report, code, err)
  if output.format.name == "json" then
    output:document({
      report = describe(report), exit_code = code,
      error = err and errors.describe(err, "fault"),
      plan = output.extra and output.extra.plan,
    }, ORDER)
    return
  elseif not output.format.is_for_people then
    write_rows(output, report)
  end
  complain(output, report)
  if output.format.is_for_people then
    output:line(summary_of(report))
  end
end

return apply_output
