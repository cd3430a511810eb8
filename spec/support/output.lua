--- busted's plain output, with a last line that programs can read:
--   N passed, N failed[, N skipped]
-- What broke outside of a test (a file that does not load, a setup) counts as
-- failed.

local busted = require "busted"
local plain = require "busted.outputHandlers.plainTerminal"

return function(options)
  local handler = plain(options)

  busted.subscribe({ "exit" }, function()
    local failed = handler.failuresCount + handler.errorsCount
    local line = ("%d passed, %d failed"):format(handler.successesCount,
      failed)
    if handler.pendingsCount > 0 then
      line = line .. (", %d skipped"):format(handler.pendingsCount)
    end
    io.write("\n", line, "\n")
    io.flush()
    return nil, true
  end)

  return handler
end
