--- Serves what exchanges ask for: the loop around step().
--
-- A waiter belongs to a client and knows how to wait: by blocking in
-- libcurl's poll, or so that others run meanwhile, by a sleep function or in
-- the manner of nginx.

local core = require "thoughtspot.core"
local nginx = require "thoughtspot.scheduler.nginx"

-- Seconds: the longest poll, so that an interrupt gets through; and where
-- others run meanwhile, the pauses between two looks at the sockets.
local LONGEST_POLL = 1
local SHORTEST_PAUSE = 0.001
local LONGEST_PAUSE = 0.008
local LONGEST_RUN = 0.002

-- Objects decoded between two looks at the clock.
local SLICE = 16

local Waiter = {}
Waiter.__index = Waiter

--- Makes what waits for the calls of a client.
-- @param client the core's client
-- @param options the client's options: sleep, transport, token_provider,
--   token_store, rate_limit, on_event
function Waiter.new(client, options)
  return setmetatable({
    client = client,
    sleep = options.sleep,
    transport = options.transport,
    token_provider = options.token_provider,
    token_store = options.token_store,
    rate_limit = options.rate_limit,
    on_event = options.on_event,
    breathed = core.now(),
  }, Waiter)
end

-- Lets time pass, and what is in flight move on.
-- @param on_the_wire list of exchanges whose news end the wait early
-- @param seconds how long at most
-- @param pause seconds to sleep between two looks at the sockets
-- @return true; or nil and an error, where waiting is not allowed
local function idle(waiter, on_the_wire, seconds, pause)
  if waiter.sleep then
    local moved = waiter.client:poll(0)
    waiter.sleep(moved and 0 or math.min(seconds, pause))
    return true
  end
  local manner, err = nginx.manner()
  if manner == "block" then
    waiter.client:poll(math.min(seconds, LONGEST_POLL))
  elseif manner == "yield" then
    nginx.wait(waiter, on_the_wire, seconds)
  else
    return nil, err
  end
  return true
end

--- Lets others run, where they can and it is time: for loops that find their
-- data ready each time.
function Waiter:breathe()
  if not self.sleep then
    if nginx.manner() == "yield" then
      nginx.breathe()
    end
  elseif core.now() - self.breathed > LONGEST_RUN then
    self.sleep(0)
    self.breathed = core.now()
  end
end

local function report(waiter, exchange)
  if waiter.on_event then
    for event in exchange.event, exchange do
      waiter.on_event(event)
    end
  end
end

-- As pcall. In a coroutine of Lua 5.1, where nothing can yield across pcall,
-- an error is not caught.
local function protect(action, ...)
  if rawget(coroutine, "isyieldable") or not coroutine.running() then
    return pcall(action, ...)
  end
  return true, action(...)
end

local function send(transport, exchange)
  local response, err = transport(exchange:request())
  if type(response) == "table" then
    exchange:respond(response.status or false, response.headers,
      response.body)
  elseif response then
    exchange:respond(true) -- expected a table
  else
    exchange:respond(nil, err and tostring(err) or nil)
  end
end

-- Sends a request by the user's transport; one that raises has failed, for
-- others may wait for the same reply.
local function carry(waiter, exchange)
  local sent, err = protect(send, waiter.transport, exchange)
  if not sent then
    exchange:respond(nil, tostring(err))
  end
end

local function ask(provider)
  local asked, token, expires = protect(provider)
  if not asked then
    token, expires = nil, token
  end
  if not token and type(expires) ~= "table" then
    expires = core.error("auth", "the token provider gave no token: "
      .. tostring(expires))
  end
  return token, expires
end

local function is_usable(token, expires, refused)
  return token and token ~= refused
    and not (type(expires) == "number" and expires <= os.time())
end

-- Supplies the token that an exchange asks for: the store's, else that of the
-- provider, else one that the core mints. A store that has none and has not
-- told to wait is told what has come of it, in any case.
-- @param refused the token that the cluster did not accept, or nil
-- @return as step
local function supply(waiter, exchange, refused)
  local store, provider = waiter.token_store, waiter.token_provider
  if store then
    local got, token, expires = protect(store.get, refused)
    if not got then
      exchange:cancel()
      return nil, core.error("auth", "token_store.get has failed: "
        .. tostring(token))
    elseif token == false and type(expires) == "number" then
      return "wait", expires
    elseif is_usable(token, expires, refused) then
      exchange:supply(token, expires)
      return "again"
    end
  end
  if not provider then
    exchange:supply(nil)
    waiter.minting = true
    return "again"
  end
  local token, expires = ask(provider)
  if store then
    store.set(token, token and expires)
  end
  if not token then
    exchange:cancel()
    return nil, expires
  end
  exchange:supply(token, expires)
  return "again"
end

-- Gives an exchange its place in the rate limit. Returns as step.
local function give_place(waiter, exchange)
  local seconds, again = waiter.rate_limit()
  if not seconds and type(again) == "number" then
    return "wait", again
  end
  exchange:permit(seconds)
  return "again"
end

--- Tells the store what has come of a mint, once that is known: a token, or
-- nil.
function Waiter:end_mint()
  if not self.minting then
    return
  end
  local token, detail = self.client:token()
  if token then
    self.minting = false
    self.token_store.set(token, detail)
  elseif not detail then
    self.minting = false
    self.token_store.set(nil)
  end
end

-- Steps an exchange. Returns the answer, or "again" where it was served, and
-- the answer's detail, or nil and an error.
local function step(waiter, exchange)
  local answer, detail = exchange:step()
  report(waiter, exchange)
  waiter:end_mint()
  if answer == "token" then
    return supply(waiter, exchange, detail)
  elseif answer == "permit" then
    return give_place(waiter, exchange)
  end
  return answer, detail
end

--- Moves an exchange on without waiting.
-- @return the answer of its step, "done", "io" or "wait", and the answer's
--   detail; or nil and an error
function Waiter:kick(exchange)
  local answer, detail
  repeat
    answer, detail = step(self, exchange)
  until answer ~= "again"
  return answer, detail
end

-- Moves an exchange on as far as it goes without waiting, by the transport
-- of the user's where there is one. Returns as kick does.
local function go(waiter, exchange)
  local answer, detail = waiter:kick(exchange)
  while answer == "io" and waiter.transport do
    carry(waiter, exchange)
    answer, detail = waiter:kick(exchange)
  end
  return answer, detail
end

-- Moves exchanges on by a round; when none is done, waits for what they wait
-- for. Returns the position of one that is done, or cannot go on, and the
-- error then; else nil.
local function advance(waiter, exchanges, pause)
  local seconds, on_the_wire = math.huge, {}
  for position, exchange in ipairs(exchanges) do
    local answer, detail = go(waiter, exchange)
    if not answer then
      return position, detail
    elseif answer == "done" then
      return position
    elseif answer == "wait" then
      seconds = math.min(seconds, detail)
    else
      on_the_wire[#on_the_wire + 1] = exchange
    end
  end
  local waited, err = idle(waiter, on_the_wire, seconds,
    #on_the_wire > 0 and pause or seconds)
  if not waited then
    exchanges[1]:cancel()
    return 1, err
  end
end

local function longer(pause)
  return math.min(pause * 2, LONGEST_PAUSE)
end

-- The result of an exchange that is done. Where others can run, a long list is
-- decoded in slices, between which they do.
local function result(waiter, exchange)
  local count = exchange:waiting()
  if count <= SLICE or not (waiter.sleep or nginx.manner() == "yield") then
    return exchange:result()
  end
  local list = {}
  for index = 1, count do
    local object, err = exchange:take()
    if not object then
      return nil, err
    end
    list[index] = object
    if index % SLICE == 0 then
      waiter:breathe()
    end
  end
  return list
end

--- Waits until one of several exchanges is done; it is freed then.
-- @param exchanges list of exchanges, not empty
-- @return the position of one that is done, and its result: a value, or nil
--   and an error
function Waiter:settle(exchanges)
  local pause = SHORTEST_PAUSE
  while true do
    local position, err = advance(self, exchanges, pause)
    if err then
      return position, nil, err
    elseif position then
      local value
      value, err = result(self, exchanges[position])
      exchanges[position]:cancel()
      return position, value, err
    end
    pause = longer(pause)
  end
end

--- Waits until an exchange is done; it is freed then.
-- @return its result, or nil and an error
function Waiter:finish(exchange)
  local _, value, err = self:settle { exchange }
  return value, err
end

--- Waits for the next object of a streamed reply.
-- @return the object, or nil after the last, or nil and an error
function Waiter:take(exchange)
  local object, err = exchange:take()
  if object or err then
    return object, err
  end
  local alone, pause = { exchange }, SHORTEST_PAUSE
  local done, failure
  repeat
    done, failure = advance(self, alone, pause)
    if failure then
      return nil, failure
    end
    object, err = exchange:take()
    pause = longer(pause)
  until object or err or done
  if not object and not err then
    local _
    _, err = exchange:result()
  end
  return object, err
end

return Waiter
