--- Compares with the baseline, and prints the ratios:
--   run BASELINE FILTER
-- with the programs built from baseline.c and filter.c.
--
-- Each time is the median of some rounds. A round runs what is compared one
-- after the other, so that a load on the machine affects all of them.
-- Instructions are counted by valgrind, and depend only on the code and the
-- input.

-- Short measurements need more rounds.
local ROUNDS = 5
local SHORT_ROUNDS = 9

-- Seconds that the server takes for a create, which determine the ideal rate.
local LATENCY = 0.020

local CONCURRENCY = 32

local command = require "spec.support.command"
local nginx = require "spec.support.nginx"
local bench_users = require "bench.users"

local baseline_program, filter_program = arg[1], arg[2]

-- This interpreter, for running measure.lua.
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
  command.check("cp bench/cluster.lua bench/users.lua " .. server.folder)
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

-- Returns seconds, and the peak of memory in MB if printed.
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

-- Runs the rounds of a comparison: our time divided by the baseline, and by
-- the sum of the baseline and the time of lua-cjson. The bar applies to one of
-- them.
local function compare(row)
  local baselines, bares, ours, alone, sums, peak = {}, {}, {}, {}, {}, 0
  for round = 1, row.rounds or ROUNDS do
    baselines[round] = baseline(row.users, row.calls, row.size, row.step)
    bares[round] = lua(row.users, row.bare)
    local memory
    ours[round], memory = lua(row.users, row.ours)
    peak = math.max(peak, memory)
    alone[round] = ours[round] / baselines[round]
    sums[round] = ours[round] / (baselines[round] + bares[round])
  end
  local by_baseline, by_sum = median(alone), median(sums)
  local judged = row.by_baseline and by_baseline or by_sum
  print(("%-34s %8.3f %7.3f %7.3f %6.2f %6.2f  <= %.2f %-8s %s"):format(
    row.name, median(baselines), median(bares), median(ours), by_baseline,
    by_sum, row.bar, row.by_baseline and "baseline" or "sum",
    verdict(judged <= row.bar)))
  return peak
end

local function search(size, calls, bar)
  local work = ("%d %d"):format(calls, size)
  compare {
    name = ("%d searches, %d users each"):format(calls, size),
    rounds = SHORT_ROUNDS,
    users = 1000, calls = calls, size = size, step = 0,
    bare = "decode_pages " .. work, ours = "search " .. work, bar = bar,
  }
end

local USERS = 100000

-- Megabytes that iterating may take.
local MEMORY_BAR = 18

local function iterate(name, page_size, bar, fields)
  local streamed = page_size == -1
  local peak = compare {
    name = name,
    users = USERS, calls = streamed and 1 or USERS / page_size,
    size = page_size, step = page_size,
    bare = ("decode_users %d 1000 1 %s"):format(USERS / 1000, fields or ""),
    ours = ("iterate %d %d 1 %s"):format(USERS, page_size, fields or ""),
    bar = bar, by_baseline = fields ~= nil,
  }
  print(("%-34s %24.1f MB               <= %-13d %s"):format(
    "  peak of memory", peak, MEMORY_BAR, verdict(peak <= MEMORY_BAR)))
end

-- Returns the instructions of a command, counted by callgrind: in a function
-- and its callees, or in all.
local function instructions(line, inside)
  local output = output_of(("valgrind --tool=callgrind "
    .. "--callgrind-out-file=/dev/null %s %s 2>&1"):format(
    inside and "--toggle-collect=" .. inside or "", line))
  return tonumber(output:match "Collected : (%d+)"), output
end

local function filter_instructions(name, fields, bar)
  local count, output = instructions(("'%s' %s %s"):format(filter_program,
    server.folder .. "/users.json", fields), "ts_bench_filter")
  local each = count / tonumber(output:match "(%d+) bytes")
  print(("%-48s %8.2f a byte  <= %.1f    %s"):format(name, each, bar,
    verdict(each <= bar)))
end

-- Prints the instructions per user, without start-up.
local function pass_instructions(name, fields, bar)
  local few, many = 10000, 30000
  local function pass(users)
    return (instructions(("'%s' bench/measure.lua %s iterate %d 1000 1 %s")
      :format(interpreter, server.address(users), users, fields)))
  end
  local each = (pass(many) - pass(few)) / (many - few)
  print(("%-48s %8.0f a user  <= %d  %s"):format(name, each, bar,
    verdict(each <= bar)))
end

local function create(calls, bar)
  local rates = {}
  for round = 1, ROUNDS do
    rates[round] = calls
      / lua(USERS, ("create %d %d"):format(calls, CONCURRENCY))
  end
  local ideal = CONCURRENCY / LATENCY
  local part = median(rates) / ideal
  print(("%d creates, %d at a time: %.0f/s, %.0f %% of the ideal %.0f/s  "
    .. ">= %.0f %%  %s"):format(calls, CONCURRENCY, median(rates), part * 100,
    ideal, bar * 100, verdict(part >= bar)))
end

-- Prints the cost of a plan without reading, and its peak memory.
local function plan(users, changes, cost_bar, memory_bar)
  local costs, memory = {}, 0
  for round = 1, ROUNDS do
    local reading = lua(users, ("read %d %d"):format(users, changes))
    local seconds, megabytes = lua(users, ("plan %d %d"):format(users,
      changes))
    costs[round], memory = seconds - reading, math.max(memory, megabytes)
  end
  local cost = median(costs)
  print(("a plan of %d changes for %d users: %.2f s of CPU beside the "
    .. "reading  <= %.2f  %s"):format(changes, users, cost, cost_bar,
    verdict(cost <= cost_bar)))
  print(("  peak of memory: %.0f MB  <= %d  %s"):format(memory, memory_bar,
    verdict(memory <= memory_bar)))
end

-- Prints the cost per user for several numbers of users; the bar is a multiple
-- of the cost for USERS.
local function grow(bar)
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
  local limit = median(costs[3]) * bar
  for index, users in ipairs(sizes) do
    local cost = median(costs[index])
    print(("%9d users: %5.2f us each  <= %.2f  %s"):format(users, cost,
      limit, verdict(cost <= limit)))
  end
end

server.start()
local ended, err = pcall(function()
  baseline(1, 1, 1, 0) -- waits until the server has made its users
  print(("%s; plain HTTP on this machine, users of 1.8 KB; seconds, medians "
    .. "of %d to %d rounds\n"):format(_VERSION, ROUNDS, SHORT_ROUNDS))
  print(("%-34s %8s %7s %7s %13s  %s"):format("", "baseline", "cjson",
    "ours", "by base, sum", "bar"))
  search(10, 2000, 0.95)
  search(100, 200, 0.90)
  search(1000, 20, 0.80)
  iterate("100000 users", 1000, 0.72)
  iterate("100000 users, three fields", 1000, 3.0, "fields")
  iterate("100000 users, one reply", -1, 0.72)
  iterate("the same, three fields", -1, 3.5, "fields")
  print "\nInstructions, of users of 1.8 KB:"
  command.write(server.folder .. "/users.json", bench_users.list(2000))
  filter_instructions("the filter, three fields", "id name email", 5.4)
  filter_instructions("the filter, all fields", "", 5.4)
  pass_instructions("a whole pass, three fields", "fields", 22500)
  print "\nWrites, at 20 ms each:"
  create(2000, 0.90)
  print "\nIn step with a directory:"
  plan(USERS, 200, 3, 200)
  print "\nThree fields of each user:"
  grow(1.25)
end)
server.stop()
if not ended then
  error(err, 0)
end
print(missed == 0 and "\nAll bars are met."
  or ("\n%d bars are missed."):format(missed))
os.exit(missed == 0)
