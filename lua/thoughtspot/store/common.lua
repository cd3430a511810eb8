--- Functions of the stores that share tokens between processes.

local common = {}

--- Seconds after which a lock expires that its holder has not extended: it may
-- have died. If it is only slow, a second process logs in too, which does no
-- harm.
common.LEASE = 2

-- A token is no longer given out when a tenth of its life is left, at most
-- this many seconds before its expiry, because the core renews it then.
local RENEW_EARLY = 30

-- Seconds for which a token without a known expiry is kept.
local UNKNOWN_LIFE = 15

--- Returns a text that identifies the cluster, user and org of a minted token,
-- without secrets.
-- @param options of the client
function common.identity_of(options)
  return ("%s %s %s"):format(tostring(options.host),
    tostring(options.username), tostring(options.org_id or ""))
end

--- Returns for how long a token may be given out.
-- @param expires epoch seconds, or nil
-- @return the seconds until it is no longer given out, and from then to its
--   expiry
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
