-- Looks several users up at once in the event loop of cqueues, while another
-- coroutine goes on with its own work. Any scheduler that has a sleep function
-- will do: copas.sleep, or with luv one of a timer.
-- Reads THOUGHTSPOT_HOST and the other variables of thoughtspot.from_env.
--
--   lua5.4 examples/cqueues.lua ada grace alan

local cqueues = require "cqueues"
local thoughtspot = require "thoughtspot"

local client = assert(thoughtspot.from_env { sleep = cqueues.sleep })
local loop = cqueues.new()
local left, failed = #arg, false

for _, name in ipairs(arg) do
  loop:wrap(function()
    local user, err = client:find_user(name)
    print(name, user and user.id or err)
    failed = failed or not user
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
os.exit(failed and 1 or 0, true)
