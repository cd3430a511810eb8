--- The scheduler of nginx: the other requests of the worker run while one
-- waits. For the three functions see blocking.lua.
--
-- All light threads of a worker that wait share one poller: a timer that looks
-- at the sockets and at the clock, and wakes those whose exchanges have news.
-- It belongs to no request, so that none can take it away.

local core = require "thoughtspot.core"
local blocking = require "thoughtspot.scheduler.blocking"

local nginx = {}

-- Seconds between two looks at the sockets: a part of the time for which
-- nothing has happened, within bounds.
local PAUSE_PART = 0.02
local SHORTEST_PAUSE = 0.001
local LONGEST_PAUSE = 0.005

-- The same while nobody waits for the network; a light thread that was killed
-- is noticed then.
local IDLE_PAUSE = 0.25

-- Seconds that the worker's other events may have to wait.
local LONGEST_RUN = 0.002

-- Seconds for which a poller without work stays for the next call; a worker
-- that exits waits for it.
local LINGER = 0.05

-- Seconds after which a poller that has not looked is taken for dead, and one
-- that has not begun for refused: nginx drops timers when too many run.
local PATIENCE = 1
local START_PATIENCE = 0.1

-- Whether the program or a library of it has a function or variable.
local function has_symbol(name)
  local found, ffi = pcall(require, "ffi")
  if not found then
    return false
  end
  pcall(ffi.cdef, "extern int " .. name .. ";")
  return (pcall(function()
    return ffi.C[name]
  end))
end

-- Phases in which a call yields; or functions that tell whether one can.
local yielding_phases = {
  rewrite = true, server_rewrite = true, access = true, content = true,
  preread = true, timer = true, ssl_cert = true,
  -- OpenSSL suspends the look-up of a session with OpenResty's patch, or
  -- BoringSSL.
  ssl_session_fetch = function()
    return has_symbol "SSL_magic_pending_session_ptr"
  end,
  -- nginx goes on with a handshake that was suspended there with OpenResty's
  -- patches, which bring the privileged agent as well.
  ssl_client_hello = function()
    return has_symbol "ngx_is_privileged_agent"
  end,
}

-- Phases in which nothing else runs that could be held up.
local blocking_phases = { init = true, init_worker = true, exit_worker = true }

local function can_yield(phase)
  local yields = yielding_phases[phase]
  if type(yields) == "function" then
    yields = yields()
    yielding_phases[phase] = yields
  end
  return yields
end

-- How a call waits here and now: "yield", or "block" if only that is possible
-- and does no harm; or nil and an error of kind "argument".
local function wait_mode()
  local phase = ngx.get_phase()
  if can_yield(phase) then
    return "yield"
  elseif blocking_phases[phase] then
    return "block"
  end
  return nil, core.error("argument", (yielding_phases[phase] == false
    and "this nginx does not let a call wait in the phase %s, which takes "
      .. "OpenResty; make it before, in a timer, and keep the result"
    or "nginx does not let a call wait in the phase %s; make it in "
      .. "ngx.timer.at(0, function() … end)"):format(phase))
end

--- Whether nothing may block here and now.
function nginx.cooperative()
  return wait_mode() ~= "block"
end

-- The iteration of the event loop, by what ngx.now() says, which stays the
-- same meanwhile; and when it began.
local iteration, iteration_began

-- Seconds for which no other event has had its turn.
local function iteration_time()
  local now, cached = core.now(), ngx.now()
  if iteration ~= cached then
    iteration, iteration_began = cached, now
  end
  return now - iteration_began
end

-- ngx.sleep(0) does not leave the current iteration of the event loop, and
-- sleeps are counted in milliseconds.
local function sleep(seconds)
  ngx.sleep(math.max(seconds, SHORTEST_PAUSE))
end

--- Lets the worker's other events have their turn, when it is time. Any work
-- of a few milliseconds has to ask for it every now and then.
function nginx.yield()
  if wait_mode() == "yield" then
    while iteration_time() > LONGEST_RUN do
      sleep(SHORTEST_PAUSE)
    end
  end
end

-- Light threads that wait: { client, exchanges, owner, semaphore }. 'ready'
-- lists the exchanges for whose news one was woken; 'over' says that it waits
-- no more. None holds a closure: nginx wipes the stack of a light thread that
-- it kills, and with it what closures made there refer to.
local waiting = {}

-- The poller: 'wakeup', a semaphore that ends its pause; 'posted', whether it
-- was posted; 'looked_at', when it last looked, or was made; 'begun'.
local poller

-- What those who are not awake yet wait for: lists of { client, exchanges,
-- entries }, the last of them in the same places; nil when it has to be
-- gathered again.
local groups

local function gather()
  local by_client, list = {}, {}
  for _, entry in ipairs(waiting) do
    if not (entry.ready or entry.over) then
      local group = by_client[entry.client]
      if not group then
        group = { client = entry.client, exchanges = {}, entries = {} }
        by_client[entry.client] = group
        list[#list + 1] = group
      end
      for _, exchange in ipairs(entry.exchanges) do
        group.exchanges[#group.exchanges + 1] = exchange
        group.entries[#group.exchanges] = entry
      end
    end
  end
  return list
end

-- Wakes those whose exchanges have news.
local function wake(group, ready)
  local entries, position = group.entries, 0
  for _, exchange in ipairs(ready) do
    repeat -- they are in order
      position = position + 1
    until group.exchanges[position] == exchange
    local entry = entries[position]
    if not entry.ready then
      entry.ready = {}
      entry.semaphore:post()
    end
    table.insert(entry.ready, exchange)
  end
  groups = nil
end

-- Moves on what is in flight. Returns whether something happened; the seconds
-- until it is worth to look again; and whether somebody waits for the network.
local function poll()
  local moved, soonest, any_on_wire = false, math.huge, false
  groups = groups or gather()
  for _, group in ipairs(groups) do
    local ready, due, on_wire = group.client:poll(0, group.exchanges)
    if ready then
      wake(group, ready)
    end
    moved = moved or ready ~= nil or due == 0
    soonest = math.min(soonest, due or 0)
    any_on_wire = any_on_wire or on_wire
  end
  return moved, soonest, any_on_wire
end

-- Whether the light thread was killed: nobody waits for its semaphore, or
-- nobody has taken what was posted.
local function is_killed(entry)
  return entry.semaphore:count() == (entry.ready and 1 or 0)
end

-- Forgets the light threads that wait no more. The exchanges of those that
-- were killed are given up in a thread of their own, because that may call
-- functions of the user's.
local function sweep()
  local kept = 0
  for place = 1, #waiting do
    local entry = waiting[place]
    waiting[place] = nil
    if not entry.over and is_killed(entry) then
      groups = nil
      ngx.thread.spawn(entry.owner.abandon, entry.owner, entry.exchanges)
    elseif not entry.over then
      kept = kept + 1
      waiting[kept] = entry
    end
  end
end

-- How long to pause when nothing has happened since 'moved_at'.
local function pause_after(moved_at, soonest, on_wire)
  local pause = IDLE_PAUSE
  if on_wire then
    pause = math.min((core.now() - moved_at) * PAUSE_PART, LONGEST_PAUSE)
  end
  return math.max(math.min(pause, soonest), SHORTEST_PAUSE)
end

-- The poller's own timer. A worker that exits fires it early; those who wait
-- need it all the same.
local function run(_, me)
  local moved_at = core.now()
  me.begun = true
  while poller == me do
    me.looked_at = core.now()
    me.posted = false
    local moved, soonest, on_wire = poll()
    while moved and iteration_time() <= LONGEST_RUN do
      moved_at = core.now()
      moved, soonest, on_wire = poll()
    end
    if moved then
      moved_at = core.now()
    end
    sweep()
    if #waiting > 0 then
      me.wakeup:wait(pause_after(moved_at, soonest, on_wire))
    elseif not me.wakeup:wait(LINGER) and #waiting == 0 then
      poller = nil
    end
  end
end

-- Makes sure that there is a poller, and that it looks at once. False: nginx
-- has no timer for it.
local function wake_poller()
  if poller and core.now() - poller.looked_at > PATIENCE then
    poller = nil
  end
  if not poller then
    local me = {
      wakeup = require "ngx.semaphore".new(), looked_at = core.now(),
    }
    if not ngx.timer.at(0, run, me) then
      return false
    end
    poller = me
  elseif not poller.posted then
    poller.posted = true
    poller.wakeup:post()
  end
  return poller.begun or core.now() - poller.looked_at < START_PATIENCE
end

local function wait_for_poller(client, exchanges, seconds, owner)
  local entry = {
    client = client, exchanges = exchanges, owner = owner,
    semaphore = require "ngx.semaphore".new(),
  }
  waiting[#waiting + 1] = entry
  groups = nil
  entry.semaphore:wait(math.max(math.min(seconds,
    poller.begun and PATIENCE or START_PATIENCE), SHORTEST_PAUSE))
  local ready = entry.ready
  -- Until it is swept away, it is not to keep exchanges from being collected.
  entry.over, entry.exchanges, entry.ready, groups = true, nil, nil, nil
  return ready
end

--- Waits until some of the exchanges have news.
function nginx.wait(client, exchanges, seconds, owner)
  local mode, err = wait_mode()
  if not mode then
    return nil, err
  elseif mode == "block" then
    return blocking.wait(client, exchanges, seconds)
  elseif wake_poller() then
    return wait_for_poller(client, exchanges, seconds, owner)
  end
  local ready = client:poll(0, exchanges)
  if not ready then
    sleep(math.min(seconds, SHORTEST_PAUSE))
  end
  return ready
end

return nginx
