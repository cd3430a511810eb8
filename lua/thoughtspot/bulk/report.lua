--- Lets a report say in a REPL or a log what it tells.

-- The failures that a text shows.
local SHOWN = 3

-- How many of those that failed were never sent, if there are any.
local function unsent(report)
  return report.unsent and (", %d of them never sent"):format(report.unsent)
    or ""
end

--- Makes the metatable of reports.
-- @param summarize function(report, unsent): the first line of its text;
--   unsent stands behind the number of failures, and may be empty
-- @return the metatable
return function(summarize)
  return {
    __tostring = function(report)
      local lines = { summarize(report, unsent(report)) }
      local failures = report.failures
      for place = 1, math.min(#failures, SHOWN) do
        lines[#lines + 1] = ("  %d: %s"):format(failures[place].index,
          tostring(failures[place].err))
      end
      if #failures > SHOWN then
        lines[#lines + 1] = ("  and %d more"):format(#failures - SHOWN)
      end
      return table.concat(lines, "\n")
    end,
  }
end
