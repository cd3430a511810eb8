--- Measures against the baseline, and prints how far from it we are:
--   run BASELINE
-- where BASELINE is the program made of baseline.c.
--
-- Each number is the median of some rounds. In a round, what is compared runs
-- one after the other, so that a machine that is busy for a while is busy for
-- all of them.

-- Short ones need more of them.
local ROUNDS = 5
local SHORT_ROUNDS = 9

-- What the server takes for a create, and so the best rate.
local LATENCY = 0.020

local CONCURRENCY = 32

local command = require "spec.support.command"
local nginx = require "spec.support.nginx"

local baseline_program = arg[1]

-- This interpreter, to run measure.lua with.
local interpreter = command.lua()

local function output_of(line)
  local pipe = assert(io.popen(line))
  local output = pipe:read "*a"
  pipe:close()
  return output
end

-- --- The server ----------------------------------------------------------

local server = {}

function server.start()
  server.folder = command.new_folder()
  command.check("cp bench/cluster.lua " .. server.folder)
  server.port = nginx.start(server.folder,
    command.read "bench/nginx.conf")[1]
end

function server.stop()
  nginx.stop(server.folder)
  command.remove(server.folder)
end

function server.address(users)
  return ("http://127.0.0.1:%s/%d"):format(server.port, users)
end

-- --- Measuring -----------------------------------------------------------

-- Seconds, and the peak of memory in MB where that is said.
local function measured(line)
  local output = output_of(line)
  local seconds, kilobytes = output:match "^(%S+) ?(%d*)"
  if not tonumber(seconds) then
    error("failed: " .. line)
  end
  return tonumber(seconds), (tonumber(kilobytes) or 0) / 1024
end

local function baseline(users, calls, size, step)
  return (measured(("'%s' %s/api/rest/2.0/users/search %d %d %d"):format(
    baseline_program, server.address(users), calls, size, step)))
end

local function lua(users, work)
  return measured(("'%s' bench/measure.lua %s %s"):format(interpreter,
    server.address(users), work))
end

local function median(values)
  table.sort(values)
  return values[math.ceil(#values / 2)]
end

local missed = 0

local function verdict(met)
  missed = missed + (met and 0 or 1)
  return met and "met" or "MISSED"
end

-- Runs the rounds of a comparison: what ours takes, by the sum of the baseline
-- and what lua-cjson alone takes.
local function compare(row)
  local baselines, bares, ours, ratios, peak = {}, {}, {}, {}, 0
  for round = 1, row.rounds or ROUNDS do
    baselines[round] = baseline(row.users, row.calls, row.size, row.step)
    bares[round] = row.bare and lua(row.users, row.bare) or 0
    local memory
    ours[round], memory = lua(row.users, row.ours)
    peak = math.max(peak, memory)
    ratios[round] = ours[round] / (baselines[round] + bares[round])
  end
  local ratio = median(ratios)
  print(("%-34s %7.3f %7s %7.3f %6.2f  <= %.2f  %s"):format(row.name,
    median(baselines), row.bare and ("%.3f"):format(median(bares)) or "",
    median(ours), ratio, row.bar, verdict(ratio <= row.bar)))
  return peak
end

local function search(size, calls)
  local work = ("%d %d"):format(calls, size)
  compare {
    name = ("%d searches, %d users each"):format(calls, size),
    rounds = SHORT_ROUNDS,
    users = 1000, calls = calls, size = size, step = 0,
    bare = "decode_pages " .. work, ours = "search " .. work, bar = 1.10,
  }
end

local USERS = 100000

local function iterate(name, page_size, fields)
  local streamed = page_size == -1
  local peak = compare {
    name = name,
    users = USERS, calls = streamed and 1 or USERS / page_size,
    size = page_size, step = page_size,
    bare = not fields and ("decode_users %d 1000"):format(USERS / 1000),
    ours = ("iterate %d %d 1 %s"):format(USERS, page_size, fields or ""),
    bar = fields and 3.5 or 1.15,
  }
  print(("%-34s %24.1f MB      <= 24    %s"):format("  peak of memory", peak,
    verdict(peak <= 24)))
end

local function create(calls)
  local rates = {}
  for round = 1, ROUNDS do
    rates[round] = calls
      / lua(USERS, ("create %d %d"):format(calls, CONCURRENCY))
  end
  local ideal = CONCURRENCY / LATENCY
  local part = median(rates) / ideal
  print(("%d creates, %d at a time: %.0f/s, %.0f %% of the ideal %.0f/s  "
    .. ">= 80 %%  %s"):format(calls, CONCURRENCY, median(rates), part * 100,
    ideal, verdict(part >= 0.8)))
end

-- What a user costs, by how many there are.
local function grow()
  local costs = {}
  local sizes = { 1000, 10000, 100000, 1000000 }
  for round = 1, 3 do
    for index, users in ipairs(sizes) do
      local passes = math.max(1, USERS / users)
      costs[index] = costs[index] or {}
      costs[index][round] = lua(users, ("iterate %d 1000 %d fields"):format(
        users, passes)) / users / passes * 1e6
    end
  end
  local reference = median(costs[3])
  for index, users in ipairs(sizes) do
    local cost = median(costs[index])
    print(("%9d users: %5.2f us each  <= %.2f  %s"):format(users, cost,
      reference * 1.25, verdict(cost <= reference * 1.25)))
  end
end

server.start()
local ended, err = pcall(function()
  baseline(1, 1, 1, 0) -- waits until the server has made its users
  print(("%s; plain HTTP on this machine, users of 1.8 KB; seconds, medians "
    .. "of %d to %d rounds\n"):format(_VERSION, ROUNDS, SHORT_ROUNDS))
  print(("%-34s %7s %7s %7s %6s  %s"):format("", "baseline", "cjson", "ours",
    "ratio", "bar"))
  search(10, 2000)
  search(100, 200)
  search(1000, 20)
  iterate("100000 users", 1000)
  iterate("100000 users, three fields", 1000, "fields")
  iterate("100000 users, one reply", -1)
  iterate("the same, three fields", -1, "fields")
  print "\nWrites, at 20 ms each:"
  create(2000)
  print "\nThree fields of each user:"
  grow()
end)
server.stop()
if not ended then
  error(err, 0)
end
print(missed == 0 and "\nAll bars are met."
  or ("\n%d bars are missed."):format(missed))
os.exit(missed == 0)
