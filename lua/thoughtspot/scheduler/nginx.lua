--- The scheduler of nginx: other requests of the worker run while one waits.
-- See blocking.lua for the three functions.
--
-- All waiting light threads of a worker share one poller: a timer that polls
-- the sockets, watches the clock, and wakes the threads whose exchanges have
-- news. It does not belong to a request, so that no request can end it.

local core = require "thoughtspot.core"
local blocking = require "thoughtspot.scheduler.blocking"

local nginx = {}

-- Seconds between two polls of the sockets: a fraction of the time for which
-- nothing has happened, within bounds.
local PAUSE_PART = 0.02
local SHORTEST_PAUSE = 0.001
local LONGEST_PAUSE = 0.005

-- Seconds between two polls while nobody waits for the network; a light thread
-- that was killed is noticed then.
local IDLE_PAUSE = 0.25

-- Seconds for which other events of the worker may be delayed.
local LONGEST_RUN = 0.002

-- Seconds for which an idle poller stays alive for the next call; an exiting
-- worker waits for it.
local LINGER = 0.05

-- Seconds after which a poller that has not polled is considered dead, and one
-- that has not started is considered refused: nginx drops timers if too many
-- run.
local PATIENCE = 1
local START_PATIENCE = 0.1

-- Returns whether the program or one of its libraries has a symbol.
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

-- Phases in which a call can yield; or functions that return whether it can.
local yielding_phases = {
  rewrite = true, server_rewrite = true, access = true, content = true,
  preread = true, timer = true, ssl_cert = true,
  -- OpenSSL can suspend a session lookup only with OpenResty's patch;
  -- BoringSSL can.
  ssl_session_fetch = function()
    return has_symbol "SSL_magic_pending_session_ptr"
  end,
  -- nginx can resume a handshake that was suspended here only with OpenResty's
  -- patches, which also bring the privileged agent.
  ssl_client_hello = function()
    return has_symbol "ngx_is_privileged_agent"
  end,
}

-- Phases in which a blocking call delays nothing else.
local blocking_phases = { init = true, init_worker = true, exit_worker = true }

local function can_yield(phase)
  local yields = yielding_phases[phase]
  if type(yields) == "function" then
    yields = yields()
    yielding_phases[phase] = yields
  end
  return yields
end

-- Returns how the current call waits: "yield", or "block" if only that is
-- possible and does no harm; or nil and an error of kind "argument".
local function wait_mode()
  local phase = ngx.get_phase()
  if can_yield(phase) then
    return "yield"
  elseif blocking_phases[phase] then
    return "block"
  end
  return nil, core.error("argument", (yielding_phases[phase] == false
    and "this nginx cannot let a call wait in the phase %s, unlike "
      .. "OpenResty; make the call earlier, in a timer, and keep the result"
    or "nginx cannot let a call wait in the phase %s; make it in "
      .. "ngx.timer.at(0, function() … end)"):format(phase))
end

--- Returns whether the current call must not block.
function nginx.cooperative()
  return wait_mode() ~= "block"
end

-- The current iteration of the event loop, identified by ngx.now(), which is
-- constant within one; and when it began.
local iteration, iteration_began

-- Returns the seconds for which no other event could run.
local function iteration_time()
  local now, cached = core.now(), ngx.now()
  if iteration ~= cached then
    iteration, iteration_began = cached, now
  end
  return now - iteration_began
end

-- ngx.sleep(0) does not leave the current event-loop iteration, and sleeps
-- have a resolution of one millisecond.
local function sleep(seconds)
  ngx.sleep(math.max(seconds, SHORTEST_PAUSE))
end

--- Lets other events of the worker run if it is time. Work of a few
-- milliseconds must call it from time to time.
function nginx.yield()
  if wait_mode() == "yield" then
    while iteration_time() > LONGEST_RUN do
      sleep(SHORTEST_PAUSE)
    end
  end
end

-- Waiting light threads: { client, exchanges, owner, semaphore }. 'ready'
-- lists the exchanges whose news woke the thread; 'over' means that it no
-- longer waits. No entry holds a closure, because nginx wipes the stack of a
-- light thread that it kills, and with it the upvalues of closures made there.
local waiting = {}

-- The poller: 'wakeup', a semaphore that ends its pause; 'posted', whether it
-- was posted; 'looked_at', when it last polled, or was created; 'begun'.
local poller

-- The waiting threads by client: a list of { client, exchanges, entries },
-- where entries[i] waits for exchanges[i]; nil if it must be rebuilt.
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

-- Wakes the threads whose exchanges have news.
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

-- Drives the exchanges in flight. Returns whether something happened; the
-- seconds until the next poll is useful; and whether a thread waits for the
-- network.
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

-- Returns whether the light thread was killed: nobody waits on its semaphore,
-- or nobody has consumed the post.
local function is_killed(entry)
  return entry.semaphore:count() == (entry.ready and 1 or 0)
end

-- Removes the light threads that no longer wait. The exchanges of killed
-- threads are cancelled in a separate thread, because that may call the
-- caller's functions.
local function sweep()
  local kept = 0
  for position = 1, #waiting do
    local entry = waiting[position]
    waiting[position] = nil
    if not entry.over and is_killed(entry) then
      groups = nil
      ngx.thread.spawn(entry.owner.abandon, entry.owner, entry.exchanges)
    elseif not entry.over then
      kept = kept + 1
      waiting[kept] = entry
    end
  end
end

-- Returns how long to pause if nothing has happened since 'moved_at'.
local function pause_after(moved_at, soonest, on_wire)
  local pause = IDLE_PAUSE
  if on_wire then
    pause = math.min((core.now() - moved_at) * PAUSE_PART, LONGEST_PAUSE)
  end
  return math.max(math.min(pause, soonest), SHORTEST_PAUSE)
end

-- The handler of the poller's timer. An exiting worker fires the timer early;
-- the poller keeps running for threads that wait.
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

-- Starts a poller if there is none, and makes it poll at once. False: nginx
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

-- Semaphores for the next light threads that wait: nginx takes long to create
-- and to collect one. Their number needs no limit: one is created only if all
-- others are waited on, so there are never more than threads have waited at
-- once.
local spare_semaphores = {}

local function wait_for_poller(client, exchanges, seconds, owner)
  local entry = {
    client = client, exchanges = exchanges, owner = owner,
    semaphore = table.remove(spare_semaphores)
      or require "ngx.semaphore".new(),
  }
  waiting[#waiting + 1] = entry
  groups = nil
  -- Otherwise the requests of all threads that were woken together would wait
  -- for the poller, which runs after the last of them.
  client:flush()
  entry.semaphore:wait(math.max(math.min(seconds,
    poller.begun and PATIENCE or START_PATIENCE), SHORTEST_PAUSE))
  local ready = entry.ready
  -- Drops the exchanges, so that they can be collected before the entry is
  -- removed.
  entry.over, entry.exchanges, entry.ready, groups = true, nil, nil, nil
  if entry.semaphore:count() == 0 then -- otherwise it was posted too late
    table.insert(spare_semaphores, entry.semaphore)
  end
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
