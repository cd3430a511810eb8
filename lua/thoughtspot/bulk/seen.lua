--- The users that were read last: their GUIDs, each with its rank, which is
-- the place in the order of reading. Memory is constant: GUIDs are kept in two
-- generations, and the older one is forgotten when the younger one is full.

local Seen = {}
Seen.__index = Seen

--- Knows nobody yet.
-- @param window how many of the latest users are known at least; at most twice
--   as many are
function Seen.new(window)
  return setmetatable({
    window = window,
    young = {},
    old = {},
    -- GUIDs in the younger generation.
    count = 0,
    -- The last rank: how many users were read.
    total = 0,
  }, Seen)
end

--- The rank of a user, or nil: not known.
function Seen:rank(id)
  return self.young[id] or self.old[id]
end

--- Remembers a user from now on; a new one gets the next rank.
-- @return the rank, and whether the user was known
function Seen:remember(id)
  local young = self.young
  local rank = young[id]
  if rank then
    return rank, true
  end
  rank = self.old[id]
  local is_known = rank ~= nil
  if not is_known then
    rank = self.total + 1
    self.total = rank
  end
  young[id] = rank
  local count = self.count + 1
  if count == self.window then
    self.old, self.young, count = young, {}, 0
  end
  self.count = count
  return rank, is_known
end

return Seen
