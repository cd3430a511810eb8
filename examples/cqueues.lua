-- Looks several users up at once in the event loop of cqueues, while another
-- coroutine goes on with its own work. Any scheduler that has a sleep function
-- will do: copas.sleep, or with luv one of a timer.
-- Reads THOUGHTSPOT_HOST and the other variables of thoughtspot.from_env.
--
--   lua cqueues.lua NAME…

local cqueues = require "cqueues"
local thoughtspot = require "thoughtspot"

-- Last, for this file is not the module of its name.
package.path = package.path .. ";" .. (arg[0]:match "^.*/" or "./") .. "?.lua"
local command = require "command"

local _, names = command.arguments({}, 1, math.huge)
local client = assert(thoughtspot.from_env { sleep = cqueues.sleep })
local loop = cqueues.new()
local left, failures = #names, {}

for _, name in ipairs(names) do
  loop:wrap(function()
    local user, err = client:find_user(name)
    if user then
      command.print(name .. "\t" .. user.id)
    else
      failures[#failures + 1] = { name = name, err = err }
    end
    left = left - 1
  end)
end

loop:wrap(function()
  while left > 0 do
    command.print "…"
    cqueues.sleep(0.05)
  end
end)

command.run(function()
  assert(loop:loop())
end)
client:close()
command.finish(failures)
