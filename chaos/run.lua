--- Attacks the library for a given time: run SECONDS SEED
-- Prints the number of rounds, and each fault with the seed that repeats it:
-- CHAOS_SECONDS=0 CHAOS_SEED=N makes one round of each attack.

local core = require "thoughtspot.core"
local pages = require "chaos.pages"
local batch = require "chaos.batch"
local soak = require "chaos.soak"

local seconds = tonumber(arg[1]) or 60
local seed = tonumber(arg[2]) or os.time() % 1000000

local faults = 0

local function report(name, at, wrong)
  faults = faults + 1
  print(("%s: seed %d: %s"):format(name, at, wrong))
end

-- Attacks repeatedly, each time with another seed. Returns the number of
-- rounds and the sum of their counts.
local function attack(name, share, action)
  local ends, rounds, sum = core.now() + seconds * share, 0, 0
  repeat
    local wrong, count = action(seed + rounds)
    if wrong then
      report(name, seed + rounds, wrong)
    end
    rounds, sum = rounds + 1, sum + (count or 0)
  until core.now() >= ends
  return rounds, sum
end

print("seed " .. seed)
print(("%d clusters that change, %d lists read from them"):format(
  attack("pages", 0.4, pages.attack)))
print(("%d batches of %d writes in all, against a ledger"):format(
  attack("batch", 0.3, batch.attack)))

local nginx = soak.start()
local ended, err = pcall(attack, "nginx", 0.3, function(at)
  return nginx:attack(at)
end)
print(("%d calls in nginx, with %d reloads, %d workers killed, %d clients "
  .. "gone"):format(nginx.calls, nginx.reloads, nginx.kills, nginx.aborts))
nginx:stop()
if not ended then
  error(err, 0)
end
print(faults == 0 and "no fault" or faults .. " faults")
os.exit(faults == 0)
