--- Counts what happens while a list is read without a new user, to tell when
-- it is of no use to go on.

local Patience = {}
Patience.__index = Patience

-- Requests without progress before the list counts as unreadable.
local MAX_REPEATS = 16

-- Users that a reply without new ones counts for, at least.
local LEAST_REPEATED = 16

-- Ranges that cannot be returned.
local MAX_FAILURES = 500

-- Consecutive replies that may break off.
local MAX_BREAKS = 3

-- Consecutive rows that the cluster may fail to return before the rows are no
-- longer blamed.
local MAX_SKIPPED = 16

local max = math.max

--- Begins.
-- @param window how many of the latest users are remembered
function Patience.new(window)
  return setmetatable({
    window = window,
    -- Requests that made no progress.
    repeats = 0,
    -- Known users that came.
    repeated = 0,
    breaks = 0,
    failures = 0,
    -- Rows that were skipped.
    skipped = 0,
    -- Times that rows that had been passed over had changed, in succession.
    changes = 0,
  }, Patience)
end

--- Notes a new user.
function Patience:renew()
  self.repeated, self.breaks, self.failures, self.skipped = 0, 0, 0, 0
end

--- Notes a reply without a new user.
function Patience:note_known(count)
  self.repeated = self.repeated + max(count, LEAST_REPEATED)
end

--- Notes a reply, judged by its last row: a new user is progress, and so is a
-- known one that was read later than the last one of the reply before.
-- @param last_rank the rank of that one
function Patience:note_last_row(range, last_rank)
  if range.last_rank > range.total then
    self.repeats = 0
  elseif range.last_rank > last_rank then
    self.repeats = max(self.repeats - 1, 0)
  else
    self.repeats = self.repeats + 1
  end
end

--- Notes that rows that were passed over have changed.
function Patience:note_change()
  self.changes, self.repeats = self.changes + 1, self.repeats + 1
end

--- Notes that they have not.
function Patience:note_no_change()
  self.changes = 0
end

--- Notes a reply that broke off.
-- @return whether another request may help
function Patience:note_break(has_new)
  self.breaks = has_new and 0 or self.breaks + 1
  return self.breaks <= MAX_BREAKS
end

--- Notes a range that cannot be returned.
-- @return whether another request may help
function Patience:note_failure()
  self.failures = self.failures + 1
  return self.failures <= MAX_FAILURES
end

--- Notes a row that cannot be returned.
-- @return whether it may be the row that is to blame
function Patience:note_skipped()
  self.skipped = self.skipped + 1
  return self.skipped <= MAX_SKIPPED
end

--- Returns whether there is no more progress.
function Patience:is_exhausted()
  return self.repeats > MAX_REPEATS or self.changes > MAX_REPEATS
    -- More than there are known users: some have come twice.
    or self.repeated > 2 * self.window
end

return Patience
