--- Formats a report for a REPL or a log.

-- Number of failures that the text shows.
local SHOWN = 3

-- Returns in words how many of the failed items were never sent, or "".
local function unsent(report)
  return report.unsent and (", %d of them never sent"):format(report.unsent)
    or ""
end

--- Creates the metatable of reports.
-- @param summarize function(report, unsent): returns the first line of the
--   text; unsent, which may be empty, belongs after the number of failures
-- @return the metatable
return function(summarize)
  return {
    __tostring = function(report)
      local lines = { summarize(report, unsent(report)) }
      local failures = report.failures
      for position = 1, math.min(#failures, SHOWN) do
        lines[#lines + 1] = ("  %d: %s"):format(failures[position].index,
          tostring(failures[position].err))
      end
      if #failures > SHOWN then
        lines[#lines + 1] = ("  and %d more"):format(#failures - SHOWN)
      end
      return table.concat(lines, "\n")
    end,
  }
end
