--- Provides what exchanges ask for and only Lua code can provide: tokens,
-- permits of the rate limit, a transport. Reports events to on_event.
--
-- All of these are the caller's functions. They may raise, and they may yield
-- and never return. An interrupt that is raised in one of them does not count
-- as its failure.

local core = require "thoughtspot.core"

local Service = {}
Service.__index = Service

-- The metatable of errors.
local ERROR = getmetatable(core.error("auth", ""))

-- Seconds between two extensions of the store's lock during a login.
local EXTEND_EVERY = 0.5

--- Creates the service for the calls of a client.
-- @param client the core's client
-- @param options the client's options: transport, token_provider, token_store,
--   rate_limit, on_event
function Service.new(client, options)
  return setmetatable({
    client = client,
    transport = options.transport,
    token_provider = options.token_provider,
    token_store = options.token_store,
    rate_limit = options.rate_limit,
    on_event = options.on_event,
    -- Whether the store awaits the outcome of a login, and when its lock was
    -- last extended.
    minting = false,
    extended_at = 0,
    -- Exchange = function that gives its last permit back.
    give_back = setmetatable({}, { __mode = "k" }),
  }, Service)
end

--- Calls a function as pcall does; but in a coroutine of Lua 5.1, where
-- nothing can yield across pcall, does not catch errors.
function Service.protect(action, ...)
  if rawget(coroutine, "isyieldable") or not coroutine.running() then
    return pcall(action, ...)
  end
  return true, action(...)
end

-- Returns whether an error is the one that the stand-alone interpreter raises
-- on Ctrl-C.
local function is_interrupt(err)
  return type(err) == "string" and err:find "interrupted!$" ~= nil
end

-- Calls a function whose errors fail an exchange, as protect does, but raises
-- an interrupt again.
local function attempt(action, ...)
  local done, value, detail = Service.protect(action, ...)
  if not done and is_interrupt(value) then
    error(value, 0)
  end
  return done, value, detail
end

--- Reports the events of an exchange to on_event.
function Service:report(exchange)
  if self.on_event then
    for event in exchange.event, exchange do
      self.on_event(event)
    end
  end
end

-- Returns the text of a value that was raised, or returned as a reason.
local function text_of(problem)
  if type(problem) == "table" and type(problem.message) == "string" then
    return problem.message
  end
  local told, text = pcall(tostring, problem)
  return told and text or type(problem)
end

local function respond(exchange, response, err)
  if type(response) == "table" then
    exchange:respond(response.status or false, response.headers,
      response.body)
  elseif response then
    exchange:respond(true) -- fails: a response is a table
  else
    exchange:respond(nil, err and text_of(err) or nil)
  end
end

--- Sends the request of an exchange with the caller's transport. If that
-- raises, the request has failed and is not retried.
function Service:send(exchange)
  local request = exchange:request()
  if not request then
    return
  end
  local sent, response, err = attempt(self.transport, request)
  if sent then
    respond(exchange, response, err)
  else
    exchange:fail(text_of(response))
  end
end

-- Returns the error for a value that one of the caller's functions raised; a
-- table is stored in it as 'cause'.
local function wrap(what, problem)
  if getmetatable(problem) == ERROR and type(problem) == "table" then
    return problem
  end
  local err = core.error("auth", what .. text_of(problem))
  if type(problem) == "table" then
    err.cause = problem
  end
  return err
end

-- Asks the provider, and reports the outcome to the store, if there is one.
local function ask(self)
  local store = self.token_store
  local asked, token, expires = Service.protect(self.token_provider)
  local raised = not asked and token
  if raised then
    token, expires = nil, token
  end
  if store then
    store.set(token, token and expires)
  end
  if is_interrupt(raised) then
    error(raised, 0)
  elseif not token and (raised or type(expires) ~= "table") then
    expires = wrap("the token provider returned no token: ", expires)
  end
  return token, expires
end

local function is_usable(token, expires, refused)
  return token and token ~= refused
    and not (type(expires) == "number" and expires <= os.time())
end

--- Supplies the token that an exchange asks for: from the store, else from the
-- provider, else minted by the core. If the store has none and has given its
-- lock to this call, the outcome is reported to it.
-- @param refused the token that the cluster rejected, or nil
-- @return "again": step the exchange; "wait": there is none yet; or nil and an
--   error
function Service:supply(exchange, refused)
  local store, provider = self.token_store, self.token_provider
  if store then
    local got, token, expires = attempt(store.get, refused)
    if not got then
      return nil, wrap("token_store.get failed: ", token)
    elseif token == false and type(expires) == "number" then
      exchange:defer(expires)
      return "wait"
    elseif is_usable(token, expires, refused) then
      exchange:supply(token, expires)
      return "again"
    end
  end
  if not provider then
    exchange:supply(nil)
    self.minting, self.extended_at = true, core.now()
    return "again"
  end
  local token, err = ask(self)
  if not token then
    return nil, err
  end
  exchange:supply(token, err)
  return "again"
end

--- Supplies the permit of the rate limit that an exchange asks for.
-- @return as supply
function Service:permit(exchange)
  local seconds, detail = self.rate_limit()
  if not seconds and type(detail) == "number" then
    exchange:defer(detail)
    return "wait"
  end
  self.give_back[exchange] = type(detail) == "function" and detail or nil
  self:settle(exchange, not exchange:permit(seconds))
  return "again"
end

--- Gives back the permit of an exchange that will not use it.
-- @param left whether the core says so
function Service:settle(exchange, left)
  local give_back = left and self.give_back[exchange]
  if give_back then
    self.give_back[exchange] = nil
    give_back()
  end
end

local function extend(self)
  local now = core.now()
  if self.token_store.extend and now - self.extended_at >= EXTEND_EVERY then
    self.extended_at = now
    self.token_store.extend()
  end
end

--- Reports the outcome of a login, a token or nil, to the store. Until it is
-- known, extends the lock of the store.
function Service:tend_login()
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
  else
    extend(self)
  end
end

--- Returns the longest time to wait until tend_login() must be called.
function Service:patience()
  return self.minting and EXTEND_EVERY or math.huge
end

return Service
