--- Shares a token and a rate limit between hosts with Redis.
--
--   local redis = require "thoughtspot.store.redis"
--   local client = assert(thoughtspot.new(redis.share({
--     host = …, username = …, secret_key = …,
--   }, { address = "redis.acme.test:6379" })))
--
-- Uses lua-resty-redis or lua-nginx-redis in nginx, redis-lua elsewhere
-- (Debian: lua-nginx-redis and lua-redis). Atomic steps are scripts, which run
-- in Redis and use its clock.
--
-- If Redis cannot be reached, nothing is shared, because that is better than
-- failing: each process then mints its own token and has its own rate limit.

local core = require "thoughtspot.core"
local read_options = require "thoughtspot.options".read
local common = require "thoughtspot.store.common"
local rows = require "thoughtspot.store.options"

---@type thoughtspot.store.redis
local redis = {}

-- Seconds after which Redis is tried again if it could not be used.
local TRY_AGAIN = 1

-- Keepalive in nginx: seconds for which an idle connection is kept, and the
-- number of idle connections.
local KEEP_SECONDS, KEEP_COUNT = 10, 8

-- Keys: token, lock. Arguments: the refused token, the new owner of the lock,
-- the lease in milliseconds. Returns the token, its remaining milliseconds,
-- and the seconds from then to its expiry; or whether the lock was taken.
local GET = [[
local entry = redis.call("GET", KEYS[1])
if entry then
  local early, token = entry:match "^(%d+) (.*)$"
  if token and token ~= ARGV[1] then
    return { token, redis.call("PTTL", KEYS[1]), early }
  end
end
return redis.call("SET", KEYS[2], ARGV[2], "NX", "PX", ARGV[3]) and 1 or 0]]

-- Keys: lock. Arguments: its owner, the lease in milliseconds.
local EXTEND = [[
if redis.call("GET", KEYS[1]) == ARGV[1] then
  redis.call("PEXPIRE", KEYS[1], ARGV[2])
end
return 1]]

-- Keys: token, lock. Arguments: its owner, the token or nothing, the
-- milliseconds for which it is kept, the seconds from then to its expiry.
local SET = [[
if ARGV[2] ~= "" then
  redis.call("SET", KEYS[1], ARGV[4] .. " " .. ARGV[2], "PX", ARGV[3])
end
if redis.call("GET", KEYS[2]) == ARGV[1] then
  redis.call("DEL", KEYS[2])
end
return 1]]

-- The times in the arguments and replies of the next two are whole
-- nanoseconds, because this process may have a decimal comma.

-- The generic cell rate algorithm. Keys: the theoretical arrival time.
-- Arguments: the time between two permits, and the tolerance of a burst.
-- Returns the time to wait for the permit.
local PERMIT = [[
local time = redis.call("TIME")
local now = time[1] + time[2] / 1000000
local used = math.max(tonumber(redis.call("GET", KEYS[1]) or 0), now)
local after = used + ARGV[1] / 1e9
redis.call("SET", KEYS[1], string.format("%.6f", after), "PX",
  math.ceil((after - now) * 1000) + 1000)
return math.max(used - ARGV[2] / 1e9 - now, 0) * 1e9]]

-- Takes a permit back. Keys: the theoretical arrival time. Arguments: the time
-- between two permits.
local GIVE_BACK = [[
local used = redis.call("GET", KEYS[1])
if used then
  redis.call("SET", KEYS[1], string.format("%.6f", used - ARGV[1] / 1e9), "PX",
    math.max(redis.call("PTTL", KEYS[1]), 1))
end
return 1]]

-- Returns the host and the port, or nil and the path of a socket.
local function split(address)
  local path = address:match "^unix:(.+)$"
  if path then
    return nil, path
  end
  local host, port = address:match "^(.+):(%d+)$"
  return host or address, tonumber(port or 6379)
end

-- Connects to a Unix socket with a timeout, which redis-lua applies only to
-- TCP. Raises if it fails.
local function connect_to_path(path, timeout)
  -- Loading it makes the process ignore SIGPIPE, which would otherwise end the
  -- process when it writes to a Redis server that has ended.
  require "socket"
  local unix = require "socket.unix"
  local socket = (type(unix) == "table" and unix.stream or unix)()
  socket:settimeout(timeout, "t")
  local connected, message = socket:connect(path)
  if not connected then
    socket:close()
    error("could not connect: " .. message, 0)
  end
  return socket
end

-- Returns a function that runs a script with redis-lua, whose functions raise.
local function new_script_eval(options)
  local host, port = split(options.address)
  local client
  local function connect()
    client = require "redis".connect(host and {
      host = host, port = port, timeout = options.timeout,
    } or { socket = connect_to_path(port, options.timeout) })
    if options.password then
      client:auth(options.password)
    end
  end
  return function(...)
    if not client then
      connect()
    end
    local done, reply = pcall(client.eval, client, ...)
    if not done then
      client = nil
      error(reply, 0)
    end
    return reply
  end
end

-- Returns the same for nginx, with a connection from its pool.
local function new_nginx_eval(options)
  local host, port = split(options.address)
  return function(...)
    local found, module = pcall(require, "resty.redis")
    if not found then
      module = require "nginx.redis"
    end
    local client = assert(module:new())
    client:set_timeout(options.timeout * 1000)
    if host then
      assert(client:connect(host, port))
    else
      assert(client:connect(options.address))
    end
    if options.password and client:get_reused_times() == 0 then
      assert(client:auth(options.password))
    end
    local reply = assert(client:eval(...))
    client:set_keepalive(KEEP_SECONDS * 1000, KEEP_COUNT)
    return reply
  end
end

local function complain(message)
  if ngx and ngx.log then
    ngx.log(ngx.ERR, message)
  else
    io.stderr:write(message, "\n")
  end
end

-- Returns a function that runs a script in Redis and returns its reply, or nil
-- if Redis cannot be used. A failure is reported once, and Redis is not tried
-- again for a while.
local function new_runner(options)
  local eval = (ngx and ngx.socket and new_nginx_eval or new_script_eval)(
    options)
  local failed_at
  return function(script, ...)
    if failed_at and core.now() - failed_at < TRY_AGAIN then
      return nil
    end
    local done, reply = pcall(eval, script, ...)
    if done then
      failed_at = nil
      return reply
    elseif type(reply) == "string" and reply:find "interrupted!$" then
      error(reply, 0)
    end
    if not failed_at then
      (options.on_error or complain)("thoughtspot: Redis at "
        .. options.address .. " cannot be used, so nothing is shared: "
        .. tostring(reply))
    end
    failed_at = core.now()
    return nil
  end
end

-- Returns a text that identifies an owner of a lock among all processes.
local function new_owner()
  return ("%s %.6f %d"):format(tostring {}, core.now(),
    math.random(0, 2147483647))
end

local function new_store(run, prefix, identity)
  local token_key = prefix .. " token " .. identity
  local lock_key = prefix .. " lock " .. identity
  local lease = ("%d"):format(common.LEASE * 1000)
  local owner = ""
  local store = {}

  function store.get(refused)
    local new = new_owner()
    local reply = run(GET, 2, token_key, lock_key, refused or "", new, lease)
    if type(reply) == "table" then
      return reply[1], os.time() + tonumber(reply[2]) / 1000
        + tonumber(reply[3])
    elseif tonumber(reply) == 0 then
      return false, common.RECHECK
    end
    owner = new
    return nil
  end

  function store.extend()
    run(EXTEND, 1, lock_key, owner, lease)
  end

  function store.set(token, expires)
    local life, early = common.life_of(expires)
    run(SET, 2, token_key, lock_key, owner, life > 0 and token or "",
      math.max(math.floor(life * 1000), 1), math.floor(early))
  end

  return store
end

-- Returns the rate limit of this process alone, for while Redis is out of
-- reach: the same algorithm.
local function new_own_limiter(interval, tolerance)
  local used = 0
  local function give_back()
    used = used - interval
  end
  return function()
    local now = core.now()
    local start = math.max(used, now)
    used = start + interval
    return math.max(start - tolerance - now, 0), give_back
  end
end

local function nanoseconds(seconds)
  return ("%.0f"):format(seconds * 1e9)
end

local function new_limiter(run, key, limit)
  local interval = 1 / limit.per_second
  local tolerance = ((limit.burst or common.RATE_LIMIT.burst) - 1) * interval
  local own = new_own_limiter(interval, tolerance)
  local spacing = nanoseconds(interval)
  local function give_back()
    run(GIVE_BACK, 1, key, spacing)
  end
  return function()
    local reply = tonumber(run(PERMIT, 1, key, spacing,
      nanoseconds(tolerance)))
    if reply then
      return reply / 1e9, give_back
    end
    return own()
  end
end

--- Adds a store and a rate limit to the options of a client. With a token or a
-- token_provider adds only the rate limit, because the user of such a token is
-- not known.
-- @param options of thoughtspot.new; rate_limit is that of all hosts together
-- @param server table, or nil: describe "RedisOptions" lists its fields
-- @return a copy of the options, with token_store and rate_limit
function redis.share(options, server)
  if type(options) ~= "table" then
    error("share: expected a table of options, got " .. type(options), 2)
  elseif server ~= nil and type(server) ~= "table" then
    error("share: expected a table of Redis options, got " .. type(server), 2)
  end
  local own, fault = read_options(rows.RedisOptions, server or {})
  if not own then
    error(tostring(fault), 2)
  end
  local run = new_runner(own)
  local shared = common.copy(options)
  local limit = shared.rate_limit
  if limit == nil then
    limit = common.RATE_LIMIT
  end
  if type(limit) == "table" and type(limit.per_second) == "number" then
    shared.rate_limit = new_limiter(run, own.prefix .. " used "
      .. tostring(options.host), limit)
  end
  if not (options.token or options.token_provider) then
    shared.token_store = new_store(run, own.prefix,
      common.identity_of(options))
  end
  return shared
end

return redis
