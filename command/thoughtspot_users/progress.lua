--- Counts what is done: on a terminal, and for who interrupts.

local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"

local progress = {}

-- Seconds of work that nobody needs to be told of, if it only reads.
local PATIENCE = 1

-- What was counted last, and whether it stands on the terminal in a line that
-- has not ended.
local how_far, is_open

--- Begins to count.
-- @param what is counted
-- @param quiet whether nothing is shown
-- @param is_reading whether nothing is shown before it takes a while
-- @return function(done, total), to be given as on_progress
function progress.start(what, quiet, is_reading)
  local begun = core.now()
  local show = not quiet and core.is_terminal(io.stderr)
    and os.getenv "TERM" ~= "dumb"
    and thoughtspot.progress { what = what }
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

--- Ends the line of the terminal, if one has not ended.
function progress.clear()
  if is_open then
    io.stderr:write "\n"
    is_open = false
  end
end

--- Returns what was counted last, as in "3 of 10 users", or nil.
function progress.how_far()
  return how_far
end

return progress
