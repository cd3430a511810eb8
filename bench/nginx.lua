--- Measures the module inside nginx: one worker, with a cluster in another
-- nginx that delays its replies. Run by `make bench-nginx`.

local cjson = require("cjson").new()
local server = require "spec.nginx.server"
local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"

local TRIES = 5

-- The rounds of a comparison, in each of which both sides run.
local ROUNDS = 15

local upstream = server.start "spec/nginx/upstream.conf"
local application = server.start("spec/nginx/application.conf", {
  WORKERS = 1, UPSTREAM = upstream.url,
})

local function act(path)
  return cjson.decode(application:get("/do/" .. path))[1]
end

local function latency(seconds)
  upstream:get("/set?latency=" .. seconds)
end

local function say(what, ...)
  print(("%-52s " .. what):format(...))
end

-- Returns the median and the worst of several measurements.
local function measure(get)
  local values = {}
  for index = 1, TRIES do
    values[index] = get()
  end
  table.sort(values)
  return values[math.ceil(TRIES / 2)], values[TRIES]
end

local function report(what, unit, get)
  local middle, worst = measure(get)
  say("%8.2f %s   (worst of %d: %.2f)", what, middle, unit, TRIES, worst)
end

-- Compares the module with cosockets by hand, and reports both and the ratio.
local function compare()
  local work = "threads=100&calls=10"
  local ours, by_hand, ratios = {}, {}, {}
  for round = 1, ROUNDS do
    ours[round] = act("many?" .. work).seconds
    by_hand[round] = act("by_hand?" .. work).seconds
    ratios[round] = ours[round] / by_hand[round]
  end
  for _, values in ipairs { ours, by_hand, ratios } do
    table.sort(values)
  end
  local middle = math.ceil(ROUNDS / 2)
  say("%8.3f s", "1,000 calls of 50 ms, 100 at a time (0.5 at best)",
    ours[middle])
  say("%8.3f s", "the same by cosockets, by hand", by_hand[middle])
  say("%8.3f     <= 1.03  %s", "ratio, the median of " .. ROUNDS .. " rounds",
    ratios[middle], ratios[middle] <= 1.03 and "" or "missed")
end

-- Sends HTTP requests, each of which makes a call; returns the seconds.
local function requests(count, concurrency)
  local client = assert(thoughtspot.new {
    host = application.url, token = "mine", rate_limit = false,
  })
  local list = {}
  for index = 1, count do
    list[index] = { record_size = 1 }
  end
  local began = core.now()
  local run = assert(client:batch("search_users", list, {
    concurrency = concurrency,
  }))
  assert(run.failed == 0)
  local seconds = core.now() - began
  client:close()
  return seconds
end

local function run()
  latency(0.05)
  act "many?threads=100&calls=1" -- connections, a token
  compare()
  report("processor time of one of these calls", "ms", function()
    return act("many?threads=100&calls=10").processor
  end)
  report("the same as requests that come in by HTTP", "s", function()
    return requests(1000, 100)
  end)
  for _, seconds in ipairs { 0.005, 0.05, 0.5 } do
    latency(seconds)
    local calls = seconds < 0.1 and 40 or 6
    local direct = act("by_hand?threads=1&calls=" .. calls).median
    report(("latency added to a call of %g ms"):format(seconds * 1000), "ms",
      function()
        return act("latency?calls=" .. calls).median - direct
      end)
  end
  latency(2)
  report("processor, while 1 call waits", "%", function()
    return act("load?threads=1").share * 100
  end)
  report("processor, while 100 calls wait", "%", function()
    return act("load?threads=100").share * 100
  end)
  latency(0)
  report("longest stall: none", "ms", function()
    return act("idle?s=0.5").stall
  end)
  report("longest stall: a list of 5,000 users", "ms", function()
    return act("page?users=5000").stall
  end)
  report("longest stall: 20,000 users, page by page", "ms", function()
    return act("iterate?page_size=1000").stall
  end)
end

local ran, err = pcall(run)
application:stop()
upstream:stop()
assert(ran, err)
