--- The users that were read last: their ids, each with its rank, which is the
-- place in the order of reading. Memory is constant, and not Lua's, whose
-- collector would traverse it; see src/bytes/seen.h.

local core = require "thoughtspot.core"

local Seen = {}
Seen.__index = Seen

--- Knows nobody yet.
-- @param window how many of the latest users are known at least; at most twice
--   as many are
function Seen.new(window)
  return setmetatable({
    ids = core.seen(window),
    window = window,
    -- The last rank: how many users were read.
    total = 0,
  }, Seen)
end

--- The rank of a user, or nil: not known.
function Seen:rank(id)
  return self.ids:rank(id)
end

--- Remembers a user from now on; a new one gets the next rank.
-- @return the rank, and whether the user was known
function Seen:remember(id)
  local rank, is_known = self.ids:remember(id)
  if not is_known then
    self.total = rank
  end
  return rank, is_known
end

--- Remembers the users of a list from an index on, and removes those that were
-- known from it.
-- @param kept the index after which the new ones follow, below 'from'
-- @param hide_id whether to remove the ids of the users
-- @return how many users were read, fewer if one has no id, with whom the list
--   ends then; and the rank of the last one, or 0
function Seen:sift(users, from, kept, hide_id)
  local rows, rank
  rows, rank, self.total = self.ids:sift(users, from, kept, hide_id)
  return rows, rank
end

return Seen
