-- A finalizer can do anything that a program can do, and can run at any
-- allocation in Lua. Here one runs at each allocation of each scenario in
-- turn, and does its worst. There must be no crash, no wrong result and no
-- leak. The core's memory is overwritten when it is freed, and ASan or
-- valgrind report a wrong read at once.
--
-- Takes long.

local fault = require "spec.support.fault_server"
local torture = require "spec.support.torture"

local USERS = [=[[{"id":"1","name":"ada"},{"id":"2","name":"alan"}]]=]

-- Tries an act in several scenarios, one after the other; prints the name of
-- each that it survived.
local SCRIPT = [[
local scenarios = require "spec.support.scenarios"
local name, lives, step = %q, %q, %d
local options = host ~= "" and scenarios.socket_options(host)
  or scenarios.options
local under_way = scenarios.under_way

local function at_the_end(act)
  if newproxy then
    getmetatable(newproxy(true)).__gc = act
  else
    setmetatable({}, { __gc = act })
  end
end

-- Changes a table after it was checked, down to a depth.
local function confuse(tabled, depth)
  for key, value in pairs(tabled or {}) do
    if type(value) == "table" and depth > 1 then
      confuse(value, depth - 1)
    else
      tabled[key] = type(value) == "table" and "text" or {}
    end
  end
end

local acts = {}

function acts.poll(client)
  client:poll(0)
end

-- A call of its own, with the same client. It joins the login under way;
-- if that was sent and not answered, this call cannot be made here.
function acts.call(client)
  if host == "" then
    scenarios.search(client)
  else
    client:search_users {}
  end
end

function acts.step(_, exchange)
  exchange:step(1001)
  exchange:event()
end

function acts.take(_, exchange)
  exchange:take()
end

function acts.result(_, exchange)
  exchange:result()
end

function acts.request(_, exchange)
  exchange:request()
end

function acts.respond(_, exchange)
  exchange:respond(200, { ["X-Odd"] = 1 }, "[{}]", 1000)
end

function acts.fail(_, exchange)
  exchange:respond(503, {}, "{}", 1000)
  exchange:step(1001)
end

function acts.cancel(_, exchange)
  exchange:cancel()
end

function acts.close(client)
  client:close()
end

function acts.close_and_step(client, exchange)
  client:close()
  exchange:step(1001)
end

function acts.collect(client, exchange)
  exchange:cancel()
  getmetatable(client).__gc(client)
end

for depth = 1, 3 do
  acts["confuse_" .. depth] = function()
    confuse(under_way.request, depth)
    confuse(under_way.options, depth)
  end
end

-- The table stays, but is emptied.
function acts.empty()
  for key in pairs(under_way.request) do
    under_way.request[key] = nil
  end
end

function acts.empty_lists()
  for _, value in pairs(under_way.request) do
    for index in pairs(type(value) == "table" and value or {}) do
      value[index] = nil
    end
  end
end

-- Finalized objects may have held others; one collection is enough for most.
local function collect_down_to(blocks)
  local collections = 0
  repeat
    collectgarbage()
    collections = collections + 1
  until memory.live() <= blocks or collections == 4
end

local function collect_at_once()
  collectgarbage("setpause", 0)
  if _VERSION == "Lua 5.4" then
    collectgarbage("incremental", 1, 1000, 40)
  else
    collectgarbage("setstepmul", newproxy and 0 or 1000000)
  end
end

-- Turns the collector on again. On Lua 5.4 a finalizer cannot do that; there
-- the next instruction after it does.
local function collect_as_usual()
  if not collectgarbage("setpause", 200) then
    debug.sethook(function()
      debug.sethook()
      collectgarbage("setpause", 200)
    end, "", 1)
  end
end

local harmless = { poll = true, call = true }
local act = assert(acts[name])

-- Runs a scenario with the finalizer at its n-th allocation; returns whether
-- there was one, and whether the finalizer ran.
local function attempt(life, n)
  local client = assert(core.new(options))
  local acted = false
  under_way.exchange, under_way.request = nil, nil
  collectgarbage()
  collectgarbage "stop" -- memory.attempt() lets it go on
  collect_at_once()
  at_the_end(function()
    if not acted then
      acted = true
      -- Lua 5.4 goes on to collect at each allocation in every eighth run;
      -- in all, these specs would take several times as long.
      if n %% 8 > 0 or _VERSION ~= "Lua 5.4" then
        collect_as_usual()
      end
      pcall(act, client, under_way.exchange)
    end
  end)
  local fired, ok, message = memory.attempt("finalize", n, function()
    return scenarios[life](client)
  end)
  assert(ok or not harmless[name]
    and not tostring(message):find "was not checked", message)
  pcall(client.close, client)
  return fired, acted
end

io.stdout:setvbuf "line" -- it may crash
for life in lives:gmatch "%%S+" do
  collectgarbage()
  collectgarbage()
  local before = memory.live()
  local n, runs, fired, acted = 1 - step, 0
  repeat
    n = n + step
    fired, acted = attempt(life, n)
    runs = runs + (fired and acted and 1 or 0)
    collect_down_to(before)
    assert(memory.live() == before, "leaks at allocation " .. n)
  until not fired
  assert(runs > 0, "never ran in " .. life)
  print(life)
end
]]

local LIVES = { "search", "stream", "error", "request", "abandoned", "made",
  "emptied" }

describe("a finalizer at each allocation", function()
  local server

  setup(function()
    server = fault.start()
  end)

  teardown(function()
    server:stop()
  end)

  -- Returns what the script prints.
  local function try(act, lives, host)
    local step = host and 5 or 1
    return torture.run(SCRIPT:format(act, lives, step * torture.slower), host)
  end

  for _, act in ipairs { "poll", "call", "step", "take", "result", "request",
    "respond", "fail", "cancel", "close", "close_and_step", "collect",
    "confuse_1", "confuse_2", "confuse_3", "empty", "empty_lists" } do
    describe("that does this does no harm: " .. act, function()
      local output

      -- One process for all scenarios. If one fails, those after it do.
      setup(function()
        output = select(2, pcall(try, act, table.concat(LIVES, " ")))
      end)

      for _, life in ipairs(LIVES) do
        it("in " .. life, function()
          assert.truthy(("\n" .. output .. "\n"):find("\n" .. life .. "\n", 1,
            true), output)
        end)
      end

      it("over sockets", function()
        local case = server:case {
          ["auth/token/full"] = { fault.token "t0ken" },
          ["users/search"] = { fault.ok(USERS) },
        }
        assert.equal("over_sockets", try(act, "over_sockets", case.host))
      end)
    end)
  end
end)
