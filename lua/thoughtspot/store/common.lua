--- What the stores have in common that share tokens between processes.

local common = {}

--- Seconds for which a lock is held after its holder has said last that its
-- login goes on: it may have died. One that is only slow is joined by a second
-- one, which does no harm.
common.LEASE = 2

-- A token is not given out any more when a tenth of its life is left, at most
-- so many seconds before its end; the core renews it then.
local RENEW_EARLY = 30

-- Seconds for which a token is kept whose end is not known.
local UNKNOWN_LIFE = 15

--- Returns whom a minted token stands for, and where; no secret is in it.
-- @param options of the client
function common.identity_of(options)
  return ("%s %s %s"):format(tostring(options.host),
    tostring(options.username), tostring(options.org_id or ""))
end

--- Returns for how long a token may be given out.
-- @param expires epoch seconds, or nil
-- @return the seconds until it is not given out any more, and those from then
--   to its end
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
