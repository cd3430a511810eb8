--- Functions of the stores that share tokens between processes.

local core = require "thoughtspot.core"

local common = {}

--- Seconds after which a lock expires if its holder, which may have died, has
-- not extended it: few enough that another process waits two seconds at most,
-- its checks and its own login included. If the holder is only slow, a second
-- process logs in, too, which does no harm.
common.LEASE = 1.9

--- Seconds between two checks for a token that another process mints.
common.RECHECK = 0.02

--- The rate limit of a cluster, which is the default of a client.
common.RATE_LIMIT = {
  per_second = core.constants.rate_per_second,
  burst = core.constants.rate_burst,
}

-- The core renews a token when a tenth of its lifetime is left, but no more
-- than this many seconds before it expires: then it is no longer returned.
local RENEW_EARLY = core.constants.renew_early

-- Seconds for which a token without a known expiry is kept.
local UNKNOWN_LIFE = 15

--- Returns a string without secrets that identifies the cluster, user and org
-- of a minted token.
-- @param options of the client
function common.identity_of(options)
  return ("%s %s %s"):format(tostring(options.host),
    tostring(options.username), tostring(options.org_id or ""))
end

--- Returns for how long a token may be used.
-- @param expires epoch seconds, or nil
-- @return the seconds until it must be renewed, and from then to its expiry
function common.life_of(expires)
  local left = expires and expires - os.time() or UNKNOWN_LIFE
  local early = math.min(left / 10, RENEW_EARLY)
  return left - early, early
end

--- Returns a copy of a table.
function common.copy(source)
  local target = {}
  for key, value in pairs(source) do
    target[key] = value
  end
  return target
end

return common
