--- Waits inside nginx, so that the other requests of the worker run meanwhile.
--
-- All exchanges in flight in a worker share one pump: a timer that looks at
-- the sockets and wakes the light threads whose exchanges have something new.
-- It belongs to no request, so that none can take it away.

local core = require "thoughtspot.core"

local nginx = {}

-- Seconds between two looks at the sockets: a part of the time for which
-- nothing has happened, within bounds.
local PAUSE_PART = 0.02
local SHORTEST_PAUSE = 0.001
local LONGEST_PAUSE = 0.005

-- Seconds that the worker's other events may have to wait.
local LONGEST_RUN = 0.002

-- Seconds that a pump without work stays for the next call; a worker that
-- exits waits for it.
local LINGER = 0.05

-- Seconds after which a pump that has not looked is taken for dead. nginx
-- drops timers when too many run.
local PATIENCE = 1

local yielding_phases = {
  rewrite = true, server_rewrite = true, access = true, content = true,
  preread = true, timer = true, ssl_cert = true, ssl_session_fetch = true,
  ssl_client_hello = true,
}
-- Here nothing else runs that could be held up.
local blocking_phases = { init = true, init_worker = true, exit_worker = true }

--- How to wait, here and now.
-- @return "yield", or "block" where only that is possible and does no harm;
--   or nil and an error of kind "argument"
function nginx.manner()
  if not (ngx and ngx.get_phase) then
    return "block"
  end
  local phase = ngx.get_phase()
  if yielding_phases[phase] then
    return "yield"
  elseif blocking_phases[phase] then
    return "block"
  end
  return nil, core.error("argument", "nginx does not let a call wait in the "
    .. "phase " .. phase .. "; make it in ngx.timer.at(0, function() … end)")
end

-- What ngx.now() says, which stays the same while nginx runs what its events
-- have set off, and since when it has said so.
local turn, turn_began

-- Seconds for which no event has had its turn.
local function held()
  local now, this_turn = core.now(), ngx.now()
  if turn ~= this_turn then
    turn, turn_began = this_turn, now
  end
  return now - turn_began
end

--- Lets the worker's other events have their turn, when it is time. Any work
-- of a few milliseconds has to ask for it every now and then.
function nginx.breathe()
  -- A sleep of no time is none: nginx goes on with it in the same turn.
  while held() > LONGEST_RUN do
    ngx.sleep(0.001)
  end
end

-- Light threads that wait: { waiter, exchanges, semaphore }. One that has
-- given up waiting has no exchanges any more.
local waiting = {}

-- Round in which a client was polled last.
local polled = setmetatable({}, { __mode = "k" })
local round = 0

-- The pump that runs, when it last looked, what wakes it, and whether that is
-- on its way.
local pump, looked_at, bell, rung

-- Moves on what is in flight. Whether something happened.
local function poll()
  local moved = false
  round = round + 1
  for _, entry in ipairs(waiting) do
    local client = entry.waiter.client
    if polled[client] ~= round then
      polled[client] = round
      moved = client:poll(0) or moved
    end
  end
  return moved
end

local function has_news(exchanges)
  for _, exchange in ipairs(exchanges) do
    if exchange:ready() then
      return true
    end
  end
  return false
end

-- The light thread was killed: takes its requests off the wire, and lets its
-- waiter know, in a thread of its own, for that may call functions of the
-- user's.
local function clean_up(entry)
  for _, exchange in ipairs(entry.exchanges) do
    exchange:cancel()
  end
  if entry.waiter.minting then
    ngx.timer.at(0, function()
      entry.waiter:end_mint()
    end)
  end
end

-- Wakes who has something new; whether an entry is settled so.
local function settle(entry)
  if not entry.exchanges then
    return true
  elseif entry.semaphore:count() == 0 then
    clean_up(entry)
    return true
  elseif has_news(entry.exchanges) then
    entry.semaphore:post()
    return true
  end
  return false
end

local function wake()
  local kept = 0
  for place = 1, #waiting do
    local entry = waiting[place]
    waiting[place] = nil
    if not settle(entry) then
      kept = kept + 1
      waiting[kept] = entry
    end
  end
end

-- The pump's own timer. A worker that exits fires it early; those who wait
-- need it all the same.
local function run(_, me)
  local moved_at = core.now()
  while pump == me do
    looked_at = core.now()
    rung = false
    while poll() do
      moved_at = core.now()
      if held() > LONGEST_RUN then
        break
      end
    end
    wake()
    if #waiting > 0 then
      local pause = (core.now() - moved_at) * PAUSE_PART
      bell:wait(math.max(SHORTEST_PAUSE, math.min(pause, LONGEST_PAUSE)))
    elseif not bell:wait(LINGER) and #waiting == 0 then
      pump = nil
    end
  end
end

-- Makes sure that there is a pump, and that it looks at once; false: nginx
-- has no timer for it.
local function ring()
  if pump and core.now() - looked_at > PATIENCE then
    pump = nil
  end
  if not pump then
    local me = {}
    if not ngx.timer.at(0, run, me) then
      return false
    end
    pump, looked_at = me, core.now()
    bell = require "ngx.semaphore".new()
  elseif not rung then
    rung = true
    bell:post()
  end
  return true
end

--- Waits until an exchange has something new, or the time is over.
-- @param waiter whose exchanges they are
-- @param exchanges list of exchanges that are on the wire
-- @param seconds how long at most
function nginx.wait(waiter, exchanges, seconds)
  if #exchanges == 0 then
    ngx.sleep(seconds)
    return
  end
  if not ring() then
    waiter.client:poll(0)
    ngx.sleep(SHORTEST_PAUSE)
    return
  end
  local entry = {
    waiter = waiter,
    exchanges = exchanges,
    semaphore = require "ngx.semaphore".new(),
  }
  waiting[#waiting + 1] = entry
  entry.semaphore:wait(math.min(seconds, PATIENCE))
  entry.exchanges = nil
end

return nginx
