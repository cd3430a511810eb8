--- The report of an applied plan.

local Report = {}
Report.__index = Report

-- Number of failures, and of differences, that the text shows.
local SHOWN = 3

local function add_some(lines, list, describe)
  for index = 1, math.min(#list, SHOWN) do
    lines[#lines + 1] = "  " .. describe(list[index])
  end
  if #list > SHOWN then
    lines[#lines + 1] = ("  and %d more"):format(#list - SHOWN)
  end
end

local function count_of(parts, number, what, always)
  if number > 0 or always then
    parts[#parts + 1] = ("%d %s"):format(number, what)
  end
end

function Report:__tostring()
  local parts = {}
  count_of(parts, #self.done, "done", true)
  count_of(parts, #self.already, "already in effect")
  count_of(parts, #self.failures, "failed", true)
  count_of(parts, #self.withheld, "withheld")
  count_of(parts, #self.not_in_effect, "not in effect")
  local lines = { table.concat(parts, ", ") }
  if #self.done + #self.failures + #self.withheld == 0 then
    lines[1] = "nothing to do"
      .. (#self.already > 0 and (": %d already in "
      .. "effect"):format(#self.already)
        or "")
  end
  add_some(lines, self.failures, function(failure)
    return ("%s %s: %s"):format(failure.action.action, failure.action.user,
      tostring(failure.err))
  end)
  add_some(lines, self.not_in_effect, function(entry)
    return ("%s: %s is %s, not %s"):format(entry.user, entry.field,
      tostring(entry.is), tostring(entry.wanted))
  end)
  return table.concat(lines, "\n")
end

--- Creates an empty report.
function Report.new()
  return setmetatable({
    done = {}, already = {}, failures = {}, withheld = {},
    not_in_effect = {},
  }, Report)
end

local function by_number(a, b)
  return a.n < b.n
end

--- Sorts the actions in the order of the plan.
function Report:sort()
  table.sort(self.done, by_number)
  table.sort(self.already, by_number)
  table.sort(self.failures, by_number)
  return self
end

return Report
