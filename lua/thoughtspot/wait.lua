--- Serves what exchanges ask for: the loop around step().
--
-- A waiter belongs to a client and knows how to wait: by blocking in
-- libcurl's poll, or by a sleep function that lets others run meanwhile.

local core = require "thoughtspot.core"

-- Seconds: the longest poll, so that an interrupt gets through; and where
-- others run meanwhile, the pauses between two looks at the sockets.
local LONGEST_POLL = 1
local SHORTEST_PAUSE = 0.001
local LONGEST_PAUSE = 0.008
local LONGEST_RUN = 0.002

local Waiter = {}
Waiter.__index = Waiter

--- @param client the core's client
--  @param options the client's options: sleep, transport, token_provider,
--    token_store, on_event
function Waiter.new(client, options)
  return setmetatable({
    client = client,
    sleep = options.sleep,
    transport = options.transport,
    token_provider = options.token_provider,
    token_store = options.token_store,
    on_event = options.on_event,
    breathed = core.now(),
  }, Waiter)
end

--- Lets time pass, and what is in flight move on.
-- @param seconds how long at most
-- @param pause seconds to sleep between two looks at the sockets
function Waiter:idle(seconds, pause)
  if self.sleep then
    self.client:poll(0)
    self.sleep(math.min(seconds, pause))
  else
    self.client:poll(math.min(seconds, LONGEST_POLL))
  end
end

--- Lets others run, where they can and it is time: for loops that find their
-- data ready each time.
function Waiter:breathe()
  if self.sleep and core.now() - self.breathed > LONGEST_RUN then
    self.sleep(0)
    self.breathed = core.now()
  end
end

function Waiter:report(exchange)
  if self.on_event then
    for event in exchange.event, exchange do
      self.on_event(event)
    end
  end
end

--- Sends a request by the user's transport.
function Waiter:carry(exchange)
  local response, err = self.transport(exchange:request())
  if response then
    exchange:respond(response.status, response.headers, response.body)
  else
    exchange:respond(nil, err and tostring(err) or nil)
  end
end

-- A token and its expiry in epoch seconds, from outside; or nil and what went
-- wrong, which is nothing where the store alone has none.
function Waiter:find_token(refused)
  local store, provider = self.token_store, self.token_provider
  if store then
    local token, expires = store.get()
    if token and token ~= refused
      and not (expires and expires <= os.time()) then
      return token, expires
    end
  end
  if not provider then
    return nil
  end
  local token, expires = provider()
  if not token then
    if type(expires) ~= "table" then
      expires = core.error("auth", "the token provider gave no token: "
        .. tostring(expires))
    end
    return nil, expires
  end
  if store then
    store.set(token, expires)
  end
  return token, expires
end

--- Supplies the token that an exchange asks for; where there is none outside,
-- the core mints one.
-- @param refused the token that the cluster did not accept, or nil
-- @return true, or nil and an error
function Waiter:supply(exchange, refused)
  local token, expires = self:find_token(refused)
  if not token and expires then
    exchange:cancel()
    return nil, expires
  end
  exchange:supply(token, expires)
  self.minting = not token
  return true
end

-- Tells the store what has come of a mint: a token, or nil.
function Waiter:store_minted()
  local token, detail = self.client:token()
  if token then
    self.token_store.set(token, detail)
    self.minting = false
  elseif not detail then
    self.token_store.set(nil)
    self.minting = false
  end
end

--- Moves an exchange on without waiting.
-- @return the answer of its step and the answer's detail, or nil and an error
function Waiter:kick(exchange)
  local answer, detail = exchange:step()
  self:report(exchange)
  if self.minting then
    self:store_minted()
  end
  if answer == "token" then
    local supplied, err = self:supply(exchange, detail)
    if not supplied then
      return nil, err
    end
  end
  return answer, detail
end

-- Moves an exchange on as far as it goes without waiting, by the transport
-- of the user's where there is one. Returns as kick does.
local function go(waiter, exchange)
  local answer, detail = waiter:kick(exchange)
  while answer == "token" or (answer == "io" and waiter.transport) do
    if answer == "io" then
      waiter:carry(exchange)
    end
    answer, detail = waiter:kick(exchange)
  end
  return answer, detail
end

-- Moves exchanges on by a round; when none is done, waits for what they wait
-- for. Returns the position of one that is done, or got no token, and the
-- error then; else nil.
local function advance(waiter, exchanges, pause)
  local seconds, on_the_wire = math.huge, false
  for position, exchange in ipairs(exchanges) do
    local answer, detail = go(waiter, exchange)
    if not answer then
      return position, detail
    elseif answer == "done" then
      return position
    elseif answer == "wait" then
      seconds = math.min(seconds, detail)
    else
      on_the_wire = true
    end
  end
  waiter:idle(seconds, on_the_wire and pause or seconds)
end

local function longer(pause)
  return math.min(pause * 2, LONGEST_PAUSE)
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
      value, err = exchanges[position]:result()
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
