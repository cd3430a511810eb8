--- Shares a token and a rate limit between the workers of an nginx.
--
--   http {
--     lua_shared_dict thoughtspot 1m;
--     init_by_lua_block {
--       cluster = require "resty.thoughtspot".new {
--         shared_dict = "thoughtspot",
--         host = "https://acme.thoughtspot.cloud",
--         username = "tsadmin", secret_key = os.getenv "SECRET_KEY",
--       }
--     }
--   }
--   …
--   local user, err = cluster:client():find_user "ada"
--
-- Each worker has its own client, so connections are not shared. All workers
-- use one token, which one of them mints, and one rate limit.

local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"
local common = require "thoughtspot.store.common"

-- Seconds after which the lock of the rate limit expires if its worker has
-- died between two operations on the dict; and seconds between two attempts to
-- take it.
local LOCK_EXPIRES = 0.1
local TRY_AGAIN = 0.001

local Cluster = {}
Cluster.__index = Cluster

-- Cluster = its options, which contain secrets, its client and the client's
-- worker. They are not stored in the object, because programs may print it.
local hidden = setmetatable({}, { __mode = "k" })

---@type resty.thoughtspot
local resty = {}

-- Takes a lock. Returns false if another worker has it. If the dict is full,
-- returns true without a lock, because that is better than failing.
local function take(dict, lock_key, value, seconds)
  local added, err = dict:add(lock_key, value, seconds)
  return added or err ~= "exists"
end

-- Returns a token store in a shared dict; doc/nginx.md describes the
-- functions.
local function new_store(dict, key)
  local token_key, lock_key = "token " .. key, "lock " .. key
  -- The value of the lock while this worker holds it; and the number of
  -- attempts to take it.
  local held
  local locks = 0

  local function read()
    local entry = dict:get(token_key)
    if entry then
      local expires, token = entry:match "^(%d+) (.*)$"
      return token, tonumber(expires)
    end
  end

  local function lock()
    locks = locks + 1
    local value = ngx.worker.pid() .. " " .. locks
    if take(dict, lock_key, value, common.LEASE) then
      held = value
      return true
    end
    return false
  end

  local function is_held()
    return held and dict:get(lock_key) == held
  end

  local function unlock()
    if is_held() then
      dict:delete(lock_key)
    end
    held = nil
  end

  local store = {}

  function store.get(refused)
    local token, expires = read()
    if token and token ~= refused then
      return token, expires
    elseif not lock() then
      return false, common.RECHECK
    end
    -- Another worker may have stored a token between the two operations.
    token, expires = read()
    if token and token ~= refused then
      unlock()
      return token, expires
    end
    return nil
  end

  function store.extend()
    if is_held() then
      dict:set(lock_key, held, common.LEASE)
    end
  end

  function store.set(token, expires)
    if token then
      local life, early = common.life_of(expires)
      if life > 0 then
        dict:set(token_key, ("%d %s"):format(os.time() + life + early, token),
          life)
      end
    end
    unlock()
  end

  return store
end

-- A rate limit in a shared dict: the generic cell rate algorithm. Stores the
-- time at which all issued permits will have been used. The cluster counts by
-- IP address, for all users together, so they share the key.
local function new_limiter(dict, key, limit)
  local interval = 1 / limit.per_second
  local tolerance = ((limit.burst or common.RATE_LIMIT.burst) - 1) * interval
  local used_key, lock_key = "used " .. key, "permit " .. key
  -- If another worker issues a permit at the same moment, this one is lost.
  local function give_back()
    dict:incr(used_key, -interval)
  end
  return function()
    -- No other light thread of this worker runs between these two operations;
    -- another worker may.
    if not take(dict, lock_key, true, LOCK_EXPIRES) then
      return false, TRY_AGAIN
    end
    local now = core.now()
    local used = math.max(dict:get(used_key) or now, now)
    dict:set(used_key, used + interval)
    dict:delete(lock_key)
    return math.max(used - tolerance - now, 0), give_back
  end
end

--- Prepares the use of a cluster; sends nothing. Call it in init_by_lua.
-- Invalid options raise a string: then nginx logs it, and does not start.
-- @param options table: those of thoughtspot.new except sleep and
--   token_store, and shared_dict, the name of a lua_shared_dict (1 MB is
--   plenty)
-- @return the cluster
function resty.new(options)
  if type(options) ~= "table" then
    error("resty.thoughtspot.new: expected a table of options, got "
      .. type(options), 2)
  end
  local dict = ngx.shared[options.shared_dict or ""]
  if not dict then
    error("shared_dict: expected the name of a lua_shared_dict, got "
      .. tostring(options.shared_dict), 2)
  end
  for _, name in ipairs { "sleep", "token_store" } do
    if options[name] ~= nil then
      error(name .. ": is not an option here: the module sets it", 2)
    end
  end
  local own = common.copy(options)
  own.shared_dict = nil
  -- Checks the options.
  local probe, err = thoughtspot.new(own)
  if not probe then
    error(tostring(err), 2)
  end
  probe:close()
  if own.rate_limit == nil then
    own.rate_limit = common.RATE_LIMIT
  end
  if type(own.rate_limit) == "table" then
    own.rate_limit = new_limiter(dict, own.host, own.rate_limit)
  end
  -- Tokens from a token_provider are not shared between workers, because their
  -- user is not known.
  if not (own.token or own.token_provider) then
    own.token_store = new_store(dict, common.identity_of(own))
  end
  local cluster = setmetatable({ host = own.host }, Cluster)
  hidden[cluster] = { options = own }
  return cluster
end

function Cluster:__tostring()
  return "resty.thoughtspot (" .. self.host .. ")"
end

--- Returns the client of this worker, created at the first call.
function Cluster:client()
  local pid, own = ngx.worker.pid(), hidden[self]
  if own.pid ~= pid then
    local client, err = thoughtspot.new(own.options)
    if not client then
      error(tostring(err), 2)
    end
    own.client, own.pid = client, pid
  end
  return own.client
end

return resty
