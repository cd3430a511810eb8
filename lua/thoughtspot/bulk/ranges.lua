--- Decides which rows of a list to ask for next, from what came of the ranges
-- before; asks for nothing itself.
--
-- The list may change between two replies, and the server need not send the
-- rows that it was asked for. What holds all the same, after each reply: every
-- user who stays in the list, and in its place among the others, is either
-- read or stands behind the last row read.
--
-- To keep this, a range begins some rows before the first row not read, and
-- counts only if its first rows, the anchors, are users already read. An
-- anchor that has not moved proves that everything before it was read. There
-- are two or more, so that neither one user who moves nor two who change
-- places can make others be passed over; known rows further on prove nothing.
-- If an anchor is not known, more rows have gone than the overlap makes up
-- for, or one has come just there: then it is read on from a page earlier, at
-- worst from the beginning, before which there is nothing to miss.
--
-- The next range begins behind the rows that came, not behind those that were
-- asked for, because a reply may be short. The list ends only after one reply
-- more, for rows far beyond the end as well, has brought nobody but users
-- known from the end.
--
-- A row that the cluster cannot return is found by halves and passed over.
-- There, nothing can be anchored: so what is behind it counts only once the
-- row before it and the row itself have been found in their places again.

local Seen = require "thoughtspot.bulk.seen"

local Ranges = {}
Ranges.__index = Ranges

local DEFAULT_SIZE = 1000

local ANCHORS = 2

-- Rows that a range has in common with the one before: so many can go between
-- two replies, but for the anchors, before rows have to be read again. Each
-- time that happens, the overlap grows, up to the widest one, or half a page.
local OVERLAP = 8
local OVERLAP_GROWTH = 4
local WIDEST_OVERLAP = 64

-- How many of the latest users are known, at least; two pages, if that is
-- more.
local WINDOW = 2000

-- Pages that are asked for at once beyond what seems to be the end, and rows
-- at least.
local REACH = 10
local LEAST_REACH = 1000

-- The rows of a reply to a request that does not say how many: no server gives
-- fewer at most.
local LEAST_CAP = 10

-- Requests without progress, before it is taken that there will be none.
local MAX_REPEATS = 16

-- Replies in a row that may break off without a new user.
local MAX_BREAKS = 3

-- Rows in a row that the cluster may fail to return, before it is taken that
-- it is not the rows.
local MAX_SKIPPED = 16

local min, max, floor = math.min, math.max, math.floor
local remember = Seen.remember

-- The overlap of small pages is an eighth of a page.
local function overlap_of(size)
  return max(ANCHORS, min(OVERLAP, floor(size / 8)))
end

--- Begins a list.
-- @param size rows a request; or -1: all in one reply, if the server gives
--   them
-- @param offset where to begin
function Ranges.new(size, offset)
  local page = size == -1 and DEFAULT_SIZE or size
  return setmetatable({
    all = size == -1,
    size = page,
    overlap = overlap_of(page),
    seen = Seen.new(max(2 * page, WINDOW)),
    first_offset = offset,
    -- Rows before it cannot be asked for: the beginning, or what is behind a
    -- row that the cluster cannot return.
    barrier = offset,
    -- Where the first row not read is, as far as is known.
    frontier = offset,
    -- From where rows are read again, until that range is anchored.
    backtrack_offset = nil,
    -- Before this row is one that the cluster cannot return.
    bad_before = nil,
    -- Whether it is to be found out if that one is the first row not read.
    probing = false,
    -- The number of rows in a reply that may have been the last one.
    suspect = nil,
    -- Whether the end is looked for without any overlap.
    exact = false,
    -- Whether 'size' is the most that the server gives.
    capped = false,
    -- The fewest rows of a reply that was not the last one after all, and
    -- whether that is for another reason than a cap.
    least = nil,
    erratic = false,
    -- Rows that were passed over last, one behind the other, and have to be
    -- looked at once more, because meanwhile others may have slipped to before
    -- them: { first, last, rank = that of the row before }; and whether it is
    -- time to look at the "row before" or the "last row".
    gap = nil,
    checking = nil,
    -- Whether more rows than 'size' may be asked for at the end.
    reaches = true,
    -- Replies of few rows beyond the end that ended where the list does; and
    -- whether another offset has ever brought new users.
    same_ends = 0,
    moves_on = false,
    -- The most rows of any reply.
    most = 0,
    -- Rows by which the last reply fell short.
    missing = 0,
    -- The rank of the last row of the last reply.
    last_rank = 0,
    -- Requests that made no progress.
    repeats = 0,
    -- Known users in a row.
    repeated = 0,
    breaks = 0,
    skipped = 0,
    ended = false,
  }, Ranges)
end

-- A range is a request for 'size' rows from 'offset' on, -1 for all of them.
-- The first 'overlap' of them were read before; the first 'anchors' have to be
-- known. It 'confirms' the end, or 'backtracks'; it is 'exact' if it confirms
-- without overlap, and 'lost' if it is not anchored.
local function new_range(ranges, offset, size, overlap)
  local anchors = offset > ranges.first_offset
    and min(overlap, max(ANCHORS, floor(overlap / 2))) or 0
  return {
    offset = offset,
    size = size,
    overlap = overlap,
    anchors = anchors,
    count = 0,
    last_rank = 0,
    -- Users read before its first row.
    total = 0,
  }
end

-- How many new rows are asked for behind an overlap: a page in all, unless the
-- overlap takes up more than half of it.
local function new_rows(ranges, overlap)
  local size = ranges.size
  return max(size - overlap, floor(size / 2), ranges.capped and 1
    or min(size, ANCHORS))
end

-- The most rows to ask for at once, if it may be that none is left, or that
-- only some of them are shown.
local function most_rows(ranges)
  return ranges.reaches and max(ranges.size * REACH, LEAST_REACH)
    or ranges.size
end

-- How many rows are read again at once.
local function step_back(ranges)
  return ranges.capped and ranges.size or max(ranges.size, WIDEST_OVERLAP)
end

-- How many new rows to ask for, to come nearer to one that cannot be returned.
local function narrowed(ranges, count, frontier)
  if not ranges.bad_before then
    return count
  elseif ranges.skipped > 0 then
    return 1
  end
  return max(min(count, floor((ranges.bad_before - frontier) / 2)), 1)
end

local function backtracking_range(ranges)
  local offset = ranges.backtrack_offset
  local overlap = offset > ranges.first_offset and ANCHORS or 0
  local count = narrowed(ranges, max(step_back(ranges) - overlap, 1),
    offset + overlap)
  local range = new_range(ranges, offset, overlap + count, overlap)
  range.backtracks = true
  return range
end

local function confirming_range(ranges)
  local overlap = 0
  if not ranges.exact then
    -- Under a cap, there must be room for new rows.
    local suspect = ranges.suspect
    overlap = max(floor(suspect / 2), min(suspect - 1, ANCHORS), 0)
    overlap = min(overlap, ranges.overlap, ranges.frontier - ranges.barrier)
  end
  local range = new_range(ranges, ranges.frontier - overlap,
    most_rows(ranges), overlap)
  range.confirms = true
  if overlap == 0 and range.offset > ranges.first_offset then
    -- Whatever is there was not read from its place.
    range.anchors = 1
    range.exact = true
  end
  return range
end

-- The first row not read, alone. If it can be returned, the bad one stands
-- among the rows before, which were read: so the list has shifted.
local function probing_range(ranges)
  local range = new_range(ranges, ranges.frontier, 1, 0)
  range.anchors, range.probes = 1, true
  return range
end

-- What is to be found as it was before rows were passed over.
local function checking_range(ranges)
  local gap = ranges.gap
  local overlap = min(ranges.overlap, gap.first - gap.barrier)
  local range = ranges.checking == "last row"
    and new_range(ranges, gap.last, 1, 0)
    or new_range(ranges, gap.first - overlap, overlap, overlap)
  range.checks = ranges.checking
  return range
end

--- The range to ask for now.
-- @param left how many more users are wanted
function Ranges:next(left)
  if self.backtrack_offset then
    return backtracking_range(self)
  elseif self.checking then
    return checking_range(self)
  elseif self.suspect then
    return confirming_range(self)
  elseif self.probing then
    return probing_range(self)
  end
  local overlap = min(self.overlap, self.frontier - self.barrier)
  local offset = self.frontier - overlap
  if self.all then
    return new_range(self, offset, -1, overlap)
  end
  local count = new_rows(self, overlap)
    + min(self.missing, most_rows(self))
  count = narrowed(self, min(count, left), self.frontier)
  return new_range(self, offset, overlap + count, overlap)
end

--- The range that follows another one if that comes as it was asked for; or
-- nil: that is not to be expected.
function Ranges:ahead(range, left)
  if range.size < self.size or range.confirms or range.backtracks
    or self.missing > 0 or self.bad_before or self.gap then
    return nil
  end
  local frontier = range.offset + range.size
  local overlap = min(self.overlap, frontier - self.barrier)
  return new_range(self, frontier - overlap,
    overlap + min(new_rows(self, overlap), left), overlap)
end

--- Whether a range that was asked for ahead is the one to be read now.
function Ranges:follows(range)
  return range.offset + range.overlap == self.frontier
    and not (self.backtrack_offset or self.suspect or self.bad_before
      or self.gap or self.missing > 0)
end

--- Counts a row of a range, and tells whether its user is new. It is not if
-- the range is lost: then the rest of it is of no use, and it has to be
-- finished.
function Ranges:is_new(range, id)
  local count, seen = range.count + 1, self.seen
  range.count = count
  if count <= range.anchors and not seen:rank(id) then
    range.lost = true
    return false
  elseif count == 1 then
    range.total = seen.total
  end
  local rank, is_known = remember(seen, id)
  range.last_rank = rank
  return not is_known
end

-- Reads on from a page before a range that is not anchored.
local function backtrack(ranges, range)
  if not ranges.backtrack_offset then
    local widest = max(floor(ranges.size / 2),
      ranges.capped and ranges.overlap or WIDEST_OVERLAP)
    ranges.overlap = min(ranges.overlap * OVERLAP_GROWTH, widest)
  end
  if range.offset <= ranges.barrier then
    ranges.barrier, ranges.gap = ranges.first_offset, nil
  end
  ranges.backtrack_offset = max(range.offset - step_back(ranges),
    ranges.barrier)
  ranges.all, ranges.suspect, ranges.exact = false, nil, false
  ranges.missing, ranges.bad_before, ranges.checking = 0, nil, nil
  ranges.probing = false
  return true
end

-- How many users a range has brought.
local function new_users(ranges, range)
  return range.count > 0 and ranges.seen.total - range.total or 0
end

-- Counts requests without progress. The last row of a reply tells: a new user
-- is progress, and, among known ones, one who was read later than the last one
-- of the reply before.
local function note_progress(ranges, range, new)
  if new > 0 then
    ranges.breaks, ranges.skipped, ranges.repeated = 0, 0, 0
    ranges.same_ends = 0
    ranges.moves_on = ranges.moves_on or range.offset > ranges.first_offset
  else
    ranges.repeated = ranges.repeated + range.count
  end
  if range.last_rank > range.total then
    ranges.repeats = 0
  elseif range.last_rank > ranges.last_rank then
    ranges.repeats = max(ranges.repeats - 1, 0)
  else
    ranges.repeats = ranges.repeats + 1
  end
end

local function is_stuck(ranges)
  return ranges.repeats > MAX_REPEATS
    -- That is more than there are known ones: some have come twice.
    or ranges.repeated > 2 * ranges.seen.window
end

-- Whether a range beyond the end, which has brought nobody new, proves it. It
-- does if it has the rows that it overlaps; or ends where the reply before it
-- did, and is not cut by a cap: it has fewer rows than others had, or so few,
-- for the second time, that the server is rather one that ignores the offset,
-- as far as can be told, and has no more users.
local function proves_end(ranges, range, last_rank)
  if range.count == range.overlap then
    return true
  elseif range.last_rank ~= last_rank then
    return false
  elseif range.count < LEAST_CAP and last_rank == ranges.seen.total
    and not ranges.moves_on then
    ranges.same_ends = ranges.same_ends + 1
  end
  return range.count < ranges.most or ranges.same_ends == 2
end

-- A short reply was not the last one: replies of so many rows are nothing
-- unusual here. If the next one has as many, it is the most that there are.
local function learn(ranges, count)
  local suspect = ranges.suspect
  ranges.least = max(min(ranges.least or suspect, suspect), 1)
  if count ~= suspect or count == 1 then
    ranges.erratic = true
  elseif not ranges.erratic then
    ranges.size = count
    ranges.overlap = min(ranges.overlap, overlap_of(count), count - 1)
    ranges.capped, ranges.missing = true, 0
  end
end

-- Decides what comes after a range that is anchored and came whole.
local function look_for_end(ranges, range, new, last_rank)
  local count = range.count
  if range.confirms then
    if new > 0 then
      learn(ranges, count)
    elseif proves_end(ranges, range, last_rank) then
      ranges.ended = not ranges.erratic or range.overlap == 0
      ranges.exact = true
      return
    end
    ranges.exact = false
  end
  local expected = range.size == -1 and math.huge
    or min(range.size, ranges.least or range.size)
  local is_short = count < expected or new == 0 and count < range.size
  -- Of what is read again, the rest is known to be there, or was.
  local is_amid = range.backtracks and range.last_rank < ranges.seen.total
  ranges.suspect = is_short and not is_amid and count or nil
end

-- Deals with a range that was to show whether rows have slipped to before
-- those that were passed over: they are read again if anything has changed.
local function check(ranges, is_unchanged)
  if is_unchanged and ranges.checking == "row before" then
    ranges.checking = "last row"
  elseif is_unchanged then
    ranges.gap, ranges.checking = nil, nil
  else
    ranges.repeats = ranges.repeats + 1
    ranges.frontier = ranges.gap.first
    ranges.barrier = ranges.first_offset
    ranges.gap, ranges.checking, ranges.suspect = nil, nil, nil
    ranges.missing, ranges.bad_before = 0, nil
  end
  return not is_stuck(ranges) or nil
end

-- Rows were found beyond what seemed to be the end.
local function reopen(ranges, range)
  ranges.least = max(min(ranges.least or ranges.suspect, ranges.suspect), 1)
  ranges.erratic = true
  ranges.suspect, ranges.exact = nil, false
  ranges.missing = most_rows(ranges)
  ranges.overlap = max(floor(ranges.overlap / 2), 1)
  note_progress(ranges, range, 0)
end

--- Deals with a range whose reply came whole, or is lost.
-- @return true; or nil: there is no progress any more
function Ranges:finish(range)
  if range.checks then
    return check(self, range.checks == "row before" and not range.lost
      and range.count == range.size and range.last_rank == self.gap.rank)
  elseif range.lost and range.exact then
    reopen(self, range)
    return not is_stuck(self) or nil
  elseif range.lost or range.probes
    or range.count < min(range.anchors, ANCHORS) and not range.exact then
    self.erratic = self.erratic or not range.lost
    return backtrack(self, range)
  end
  local new = new_users(self, range)
  local last_rank = self.last_rank
  note_progress(self, range, new)
  self.last_rank, self.most = range.last_rank, max(self.most, range.count)
  self.backtrack_offset = nil
  self.frontier = range.offset + range.count
  if self.bad_before and self.frontier >= self.bad_before then
    self.bad_before = nil
  end
  self.missing = max(range.size - range.count, 0)
  self.all = false
  look_for_end(self, range, new, last_rank)
  if self.gap then
    self.checking = self.gap.first > self.gap.barrier and "row before"
      or "last row"
    self.ended = false
  end
  return self.ended or not is_stuck(self) or nil
end

--- Deals with a range whose reply broke off: the rows that came count.
-- @return true; or nil: it is of no use to ask again
function Ranges:resume(range)
  if range.lost or range.count > 0 and range.count == range.size then
    return self:finish(range)
  end
  if new_users(self, range) > 0 then
    self.breaks = 0
  else
    self.breaks = self.breaks + 1
  end
  if range.count == 0 or self.breaks > MAX_BREAKS then
    return nil
  elseif range.count > range.overlap then
    self.backtrack_offset, self.suspect, self.exact = nil, nil, false
    self.frontier = range.offset + range.count
  end
  return true
end

--- Deals with a range that cannot be returned because of one of its rows.
-- @return true: it is looked for; or the offset of the row, which is passed
--   over; or nil: it is not the rows
function Ranges:bisect(range)
  if range.checks then
    return check(self, range.checks == "last row")
  end
  self.suspect, self.exact, self.missing = nil, false, 0
  if range.size == -1 then
    self.all = false
    return true
  end
  self.bad_before = range.offset + range.size
  if range.size > range.overlap + 1 then
    return true
  elseif range.backtracks and range.overlap > 0 then
    return backtrack(self, range)
  elseif range.overlap > 0 then
    self.probing = true
    return true
  end
  self.skipped = self.skipped + 1
  if self.skipped > MAX_SKIPPED then
    return nil
  end
  if not self.gap or self.gap.last ~= range.offset - 1 then
    self.gap = {
      first = range.offset, rank = self.last_rank, barrier = self.barrier,
    }
  end
  self.gap.last = range.offset
  self.frontier = range.offset + 1
  self.barrier = self.frontier
  self.bad_before, self.backtrack_offset = nil, nil
  self.probing = false
  return range.offset
end

--- A range beyond the end was refused: looks no further from now on than a
-- page.
-- @return whether that is something else
function Ranges:shorten(range)
  local shorter = range.confirms and self.reaches
  self.reaches = false
  return shorter
end

return Ranges
