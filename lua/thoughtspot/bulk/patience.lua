--- Counts what happens while a list is read without a new user, to tell when
-- reading on is useless.

local Patience = {}
Patience.__index = Patience

-- Requests without progress before the list counts as unreadable.
local MAX_REPEATS = 16

-- A reply without new users counts as so many repeated ones, at least.
local LEAST_REPEATED = 16

-- Ranges that the cluster may fail to return.
local MAX_FAILURES = 500

-- Consecutive replies that may break off.
local MAX_BREAKS = 3

-- Times that unread rows may be found after the end before they are read
-- without known rows.
local MAX_REOPENED = 3

-- Rows that the cluster may fail to return before it is assumed that the cause
-- is not a row.
local MAX_SKIPPED = 16

local max = math.max

--- Creates the counters, all zero.
-- @param window how many of the latest users are remembered
function Patience.new(window)
  return setmetatable({
    window = window,
    -- Requests without progress.
    repeats = 0,
    -- Known users that were returned again.
    repeated = 0,
    -- Consecutive replies that broke off.
    breaks = 0,
    -- Ranges that could not be returned.
    failures = 0,
    -- Rows that were skipped.
    skipped = 0,
    -- Times that unread rows were found after the end.
    reopened = 0,
    -- Consecutive checks of rows that had been passed over that found them
    -- changed.
    changes = 0,
  }, Patience)
end

--- Notes a new user.
function Patience:renew()
  self.repeated, self.breaks, self.failures = 0, 0, 0
  self.skipped, self.reopened = 0, 0
end

--- Notes a reply without a new user.
function Patience:note_known(count)
  self.repeated = self.repeated + max(count, LEAST_REPEATED)
end

--- Notes a reply, judged by the user in its last row: a new one is progress,
-- and so is a known one who was first read after the last one of the reply
-- before.
-- @param last_rank the rank of the last user of the reply before
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

--- Notes that rows that were passed over have not changed.
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

--- Notes a row that is skipped because it cannot be returned.
-- @return whether the row may be the cause
function Patience:note_skipped()
  self.skipped = self.skipped + 1
  return self.skipped <= MAX_SKIPPED
end

--- Notes that unread rows were found after the end.
function Patience:note_reopened()
  self.reopened = self.reopened + 1
end

--- Returns whether to read unread rows after the end together with known rows.
function Patience:may_reopen()
  return self.reopened < MAX_REOPENED
end

--- Returns whether there is no more progress.
function Patience:is_exhausted()
  return self.repeats > MAX_REPEATS or self.changes > MAX_REPEATS
    -- More than all remembered users, so some were returned twice.
    or self.repeated > 2 * self.window
end

return Patience
