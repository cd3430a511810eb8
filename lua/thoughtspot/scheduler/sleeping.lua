--- The scheduler of a client with the option sleep: others run while that
-- function sleeps. See blocking.lua for the three functions.

local core = require "thoughtspot.core"

local sleeping = {}

-- Seconds between two polls of the sockets: the pauses grow while nothing
-- happens.
local SHORTEST_PAUSE = 0.001
local LONGEST_PAUSE = 0.008

-- Seconds after which others may run.
local LONGEST_RUN = 0.002

--- Creates a scheduler.
-- @param sleep function(seconds)
function sleeping.new(sleep)
  local scheduler = {}
  local slept_at = core.now()

  function scheduler.cooperative()
    return true
  end

  function scheduler.yield()
    if core.now() - slept_at > LONGEST_RUN then
      sleep(0)
      slept_at = core.now()
    end
  end

  function scheduler.wait(client, exchanges, seconds)
    local pause = SHORTEST_PAUSE
    while true do
      local ready, due, on_wire = client:poll(0, exchanges)
      if ready or seconds <= 0 then
        return ready
      end
      due = math.min(due, seconds, on_wire and pause or math.huge)
      sleep(due)
      seconds = seconds - due
      if not on_wire and #exchanges == 1 then
        -- The time counts as passed even if sleep returned at once, as it may
        -- in a test.
        return exchanges
      end
      pause = math.min(pause * 2, LONGEST_PAUSE)
    end
  end

  return scheduler
end

return sleeping
