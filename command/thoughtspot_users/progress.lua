--- Shows progress on a terminal, and keeps it for the message after an
-- interrupt.

local core = require "thoughtspot.core"

local progress = {}

-- Seconds of reading before progress is shown.
local PATIENCE = 1

-- The last progress, and whether it is on an unfinished line of the terminal.
local how_far, is_open

--- Starts to count.
-- @param what is counted
-- @param quiet whether nothing is shown
-- @param is_reading whether to show nothing until it takes a while
-- @return function(done, total), for on_progress
function progress.start(what, quiet, is_reading)
  local begun = core.now()
  local show = not quiet and core.is_terminal(io.stderr)
    and os.getenv "TERM" ~= "dumb"
    and require "thoughtspot".progress { what = what }
  how_far = nil
  return function(done, total)
    how_far = ("%d%s %s"):format(done, total and " of " .. total or "", what)
    if show and (is_open or not is_reading
      or core.now() - begun > PATIENCE) then
      show(done, total)
      is_open = done ~= total
    end
  end
end

--- Ends an unfinished line of the terminal.
function progress.clear()
  if is_open then
    io.stderr:write "\n"
    is_open = false
  end
end

--- Returns the last progress, such as "3 of 10 users", or nil.
function progress.how_far()
  return how_far
end

return progress
