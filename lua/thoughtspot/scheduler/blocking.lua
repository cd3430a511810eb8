--- The scheduler of scripts: waits in libcurl's poll, while nothing else runs.
--
-- A scheduler is a table of three functions, with which wait.lua drives
-- exchanges:
--   cooperative()
--     Returns whether others run while a call waits; then nothing may block.
--   yield()
--     Lets others run, if that is possible and enough time has passed.
--   wait(client, exchanges, seconds, owner)
--     Waits until some of the exchanges have news, for 'seconds' at most. All
--     belong to the client, which is the core's. Returns a list of those that
--     have news; or nil: none has yet; or nil and an error if nothing may
--     wait here. If it finds that the waiting coroutine was killed, it calls
--     owner:abandon(exchanges).

local core = require "thoughtspot.core"

local blocking = {}

-- Seconds. An interrupt is handled only when a poll ends.
local LONGEST_POLL = core.constants.longest_wait

function blocking.cooperative()
  return false
end

function blocking.yield()
end

function blocking.wait(client, exchanges, seconds)
  return (client:poll(math.min(seconds, LONGEST_POLL), exchanges))
end

return blocking
