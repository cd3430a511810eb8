--- Drives exchanges: steps them, lets the service provide what they ask for,
-- and waits in between with the client's scheduler.
--
-- If one of the caller's functions or an interrupt raises an error, the
-- exchanges are cancelled and the error is raised again.

local Service = require "thoughtspot.scheduler.serve"

local protect = Service.protect

-- Number of objects decoded between two checks of the clock.
local SLICE = 16

local NONE = {}

local Waiter = {}
Waiter.__index = Waiter

local function choose_scheduler(sleep)
  if sleep then
    return require "thoughtspot.scheduler.sleeping".new(sleep)
  elseif ngx and ngx.get_phase then
    return require "thoughtspot.scheduler.nginx"
  end
  return require "thoughtspot.scheduler.blocking"
end

--- Creates the waiter for the calls of a client.
-- @param client the core's client
-- @param options the client's options: sleep, and those that serve.lua takes
function Waiter.new(client, options)
  return setmetatable({
    client = client,
    scheduler = choose_scheduler(options.sleep),
    service = Service.new(client, options),
  }, Waiter)
end

--- Yields if others can run and enough time has passed. Loops whose data are
-- always ready must call it.
function Waiter:yield()
  self.scheduler.yield()
end

--- Cancels exchanges for which nobody waits any more. The scheduler calls it
-- for a coroutine that was killed while it waited.
function Waiter:abandon(exchanges)
  for _, exchange in ipairs(exchanges) do
    self.service:settle(exchange, exchange:cancel())
  end
  self.service:tend_login()
end

--- Calls action(waiter, exchanges, ...); if it raises, cancels the exchanges,
-- including those that it added to the list.
-- @return up to three values that the action returns
function Waiter:guard(action, exchanges, ...)
  local done, value, detail, more = protect(action, self, exchanges, ...)
  if not done then
    self:abandon(exchanges)
    error(value, 0)
  end
  return value, detail, more
end

-- Returns whether the core may drive an exchange by itself: nothing else can
-- run meanwhile, and no events have to be reported.
local function may_block(self)
  local service = self.service
  return not (service.on_event or service.minting)
    and not self.scheduler.cooperative()
end

-- Steps an exchange until it has to wait. Returns the result of the last step,
-- "done", "io" or "wait"; or nil and an error.
-- @param alone whether it is the only exchange to wait for
local function step(self, exchange, alone)
  local service = self.service
  local want, detail
  repeat
    if alone and may_block(self) then
      want, detail = exchange:run()
    else
      want, detail = exchange:step()
    end
    service:report(exchange)
    service:tend_login()
    if want == "token" then
      want, detail = service:supply(exchange, detail)
    elseif want == "permit" then
      want = service:permit(exchange)
    elseif want == "done" then
      service:settle(exchange, detail)
    end
  until want ~= "again"
  return want, detail
end

-- As step, and sends requests with the caller's transport, if there is one.
local function drive(self, exchange, alone)
  local want, err = step(self, exchange, alone)
  while want == "io" and self.service.transport do
    self.service:send(exchange)
    want, err = step(self, exchange, alone)
  end
  return want, err
end

-- Waits for news. Returns the exchanges that have news; or nil and an error if
-- waiting is not possible here.
local function wait(self, exchanges)
  local ready, err = self.scheduler.wait(self.client, exchanges,
    self.service:patience(), self)
  self.service:tend_login()
  if err then
    return nil, err
  end
  return ready or NONE
end

-- Returns the result of a finished exchange, which is freed. If others can
-- run, yields while a long list is decoded.
local function result(self, exchange)
  if not self.scheduler.cooperative() then
    return exchange:result()
  end
  local list, more = exchange:result(SLICE)
  while more == true do
    self.scheduler.yield()
    local slice
    slice, more = exchange:result(SLICE)
    if not slice then
      return nil, more
    end
    for index = 1, #slice do
      list[#list + 1] = slice[index]
    end
  end
  return list, more
end

local function position_of(exchange, exchanges)
  for position, each in ipairs(exchanges) do
    if each == exchange then
      return position
    end
  end
end

local function wait_any(self, exchanges)
  local alone = #exchanges == 1
  local ready = alone and exchanges or self.client:poll(0, exchanges) or NONE
  while true do
    for _, exchange in ipairs(ready) do
      local want, err = drive(self, exchange, alone)
      if not want then
        exchange:cancel()
        return position_of(exchange, exchanges), nil, err
      elseif want == "done" then
        return position_of(exchange, exchanges), result(self, exchange)
      end
    end
    local err
    ready, err = wait(self, exchanges)
    if not ready then
      self:abandon { exchanges[1] }
      return 1, nil, err
    end
  end
end

--- Waits until one of several exchanges is done; frees it.
-- @param exchanges list of exchanges, not empty
-- @return the position of one that is done, and its result: a value, or nil
--   and an error
function Waiter:wait_any(exchanges)
  return self:guard(wait_any, exchanges)
end

--- Waits until an exchange is done; frees it.
-- @return its result, or nil and an error
function Waiter:finish(exchange)
  local _, value, err = self:wait_any { exchange }
  return value, err
end

local function start(self, exchanges)
  return step(self, exchanges[1])
end

--- Starts an exchange, without waiting.
-- @return "done", "io" or "wait"; or nil and an error: the exchange is freed
--   then
function Waiter:start(exchange)
  local want, err = self:guard(start, { exchange })
  if not want then
    exchange:cancel()
  end
  return want, err
end

local function take(self, exchanges, limit)
  local exchange = exchanges[1]
  while true do
    local object, err = exchange:take(limit)
    if object or err then
      return object, err
    end
    local want
    want, err = drive(self, exchange)
    if not want then
      exchange:cancel()
      return nil, err
    end
    object, err = exchange:take(limit)
    if object or err then
      return object, err
    elseif want == "done" then
      return nil, select(2, exchange:result())
    end
    local ready
    ready, err = wait(self, exchanges)
    if not ready then
      self:abandon(exchanges)
      return nil, err
    end
  end
end

--- Waits for the next object of a streamed reply, or for several.
-- @param limit the largest number to return, as a list; nil: one object
-- @return the object or list, or nil after the last, or nil and an error
function Waiter:take(exchange, limit)
  return self:guard(take, { exchange }, limit)
end

return Waiter
