-- Looks up several users at once in the event loop of cqueues, while another
-- coroutine continues its work. Any scheduler with a sleep function works:
-- copas.sleep, or a timer with luv. Reads THOUGHTSPOT_HOST and the other
-- variables of thoughtspot.from_env.
--
--   lua cqueues.lua NAME…

local names = { ... }
local cqueues = require "cqueues"
local thoughtspot = require "thoughtspot"

local client = assert(thoughtspot.from_env { sleep = cqueues.sleep })
local loop = cqueues.new()
local left, failed = #names, 0

for _, name in ipairs(names) do
  loop:wrap(function()
    local user, err = client:find_user(name)
    if user then
      print(name, user.id)
    else
      failed = failed + 1
      io.stderr:write(name, ": ", tostring(err), "\n")
    end
    left = left - 1
  end)
end

loop:wrap(function()
  while left > 0 do
    print "…"
    cqueues.sleep(0.05)
  end
end)

assert(loop:loop())
client:close()
os.exit(failed == 0 and 0 or 1)
