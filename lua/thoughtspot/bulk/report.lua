--- Lets a report say in a REPL or a log what it tells.

-- The failures that a text shows.
local SHOWN = 3

--- Makes the metatable of reports.
-- @param summarize function(report): the first line of its text
-- @return the metatable
return function(summarize)
  return {
    __tostring = function(report)
      local lines, failures = { summarize(report) }, report.failures
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
