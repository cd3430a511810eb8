--- Selects the rows of a list to request next, from the replies to the ranges
-- before; sends nothing itself.
--
-- The list may change between two replies, and the server need not send the
-- rows requested. After each reply it holds nevertheless: every user who stays
-- in the list, and keeps the place among the others, has been read or comes
-- after the last row read.
--
-- To ensure this, a range begins some rows before the first unread row, and
-- counts only if its first rows, the anchors, are users already read. An
-- anchor that has not moved proves that everything before it was read. There
-- are at least two, so that neither one user who moves nor two who swap places
-- can hide others; known rows further on prove nothing. If an anchor is
-- unknown, more rows were removed than the overlap covers, or one was inserted
-- just there: then reading restarts a page earlier, at worst at the beginning,
-- before which nothing can be missed.
--
-- The next range begins after the rows that came, not after those requested,
-- because a reply may be short. The list ends only when one further reply,
-- which also covers rows far beyond the end, has brought nobody but users
-- known from the end. A server that has not shown with full pages that it
-- sends what is requested may have cut that reply just there: so it must also
-- send nothing to a request for the rows beyond the end alone. And where a
-- server limits replies, and may hide rows, these must have been the rows of
-- several pages.
--
-- A row that the cluster cannot return is found by bisection and skipped.
-- Nothing can be anchored there: so the rows after it count only once the row
-- before it and the row itself have been found in their places again.

local Seen = require "thoughtspot.core".seen

local Ranges = {}
Ranges.__index = Ranges

local DEFAULT_SIZE = 1000

local ANCHORS = 2

-- Rows that a range shares with the one before: so many, less the anchors, can
-- be removed between two replies before rows have to be read again. Each time
-- that happens, the overlap grows, up to the widest one, or half a page.
local OVERLAP = 8
local OVERLAP_GROWTH = 4
local WIDEST_OVERLAP = 64

-- Number of latest users that are remembered, at least; two pages if that is
-- more.
local WINDOW = 2000

-- Pages requested at once beyond the apparent end, and the least number of
-- rows.
local REACH = 10
local LEAST_REACH = 1000

-- A full reply of so many rows is not full by chance, nor are several if the
-- product of their numbers of rows is so large: the server does not cut
-- replies anywhere.
local LONG_REPLY = 1000
local ENOUGH_TRUST = 1e6

-- Consecutive replies to requests for rows beyond the end that end where the
-- list does, until that counts as the end.
local SAME_ENDS = 6

-- Pages beyond the end that are requested one by one from a server that limits
-- replies, and the number of rows in a reply, if it is more than a page, that
-- shows that it does not.
local FAR_PAGES = 10
local FREE_SIZE = 100

-- Requests without progress before the list counts as unreadable.
local MAX_REPEATS = 16

-- Ranges that cannot be returned, without a new user in between, before the
-- list counts as unreadable.
local MAX_FAILURES = 500

-- Rows that the first user of the list cannot have been shifted by others: if
-- it begins a range so far on, the server ignores the offset.
local LONGEST_SHIFT = 1000

-- Consecutive replies that may break off without a new user.
local MAX_BREAKS = 3

-- Consecutive rows that the cluster may fail to return before the rows are no
-- longer blamed.
local MAX_SKIPPED = 16

local min, max, floor, huge = math.min, math.max, math.floor, math.huge
local remember = Seen.remember

-- The overlap of small pages is an eighth of a page.
local function overlap_of(size)
  return max(ANCHORS, min(OVERLAP, floor(size / 8)))
end

--- Begins a list.
-- @param size rows per request; or -1: all in one reply, if the server returns
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
    -- Rows before it cannot be requested: the beginning, or the row after one
    -- that the cluster cannot return.
    barrier = offset,
    -- The offset of the first unread row, as far as is known.
    frontier = offset,
    -- The offset from which rows are read again, until that range is anchored.
    backtrack_offset = nil,
    -- Somewhere before this row is one that the cluster cannot return.
    bad_before = nil,
    -- Whether to find out if that is the first unread row.
    probing = false,
    -- The number of rows in a reply that may have been the last one.
    suspect = nil,
    -- Whether it was the reply to a request for all.
    suspects_all = false,
    -- Whether the end is searched without any overlap.
    exact = false,
    -- Whether 'size' is the server's limit.
    capped = false,
    -- The fewest rows of a reply that was not the last one, and whether that
    -- has another reason than a cap.
    least = nil,
    erratic = false,
    -- Whether the server sends more rows than are requested: then it cannot be
    -- told which row it cannot return; and whether one was skipped.
    sends_more = false,
    has_skipped = false,
    -- Rows that were skipped last, one after the other, and have to be checked
    -- again, because others may have moved in front of them meanwhile: {
    -- first, last, rank = that of the row before }; and whether the "row
    -- before" or the "last row" is due.
    gap = nil,
    checking = nil,
    -- Consecutive times that these rows had changed.
    changes = 0,
    -- Whether more rows than 'size' may be requested at the end.
    reaches = true,
    -- The product of the numbers of rows in full replies.
    trust = 1,
    -- Whether a reply with overlap has shown the end, and one without.
    overlapped = false,
    emptied = false,
    -- Replies in a row that ended where the list does.
    same_ends = 0,
    -- The number of the page beyond the end that is requested, or 0.
    far = 0,
    -- The most rows of any reply.
    most = 0,
    -- Rows by which the last reply fell short.
    missing = 0,
    -- The rank of the last row of the last reply.
    last_rank = 0,
    -- The first user of the list; and how many rows came when all were
    -- requested at once.
    first_id = nil,
    whole = nil,
    -- Why there is no more progress.
    fault = "the cluster returns the same users again and again, whatever "
      .. "record_offset says",
    -- Requests that made no progress.
    repeats = 0,
    -- Consecutive known users.
    repeated = 0,
    breaks = 0,
    failures = 0,
    skipped = 0,
    ended = false,
  }, Ranges)
end

-- A range is a request for 'size' rows from 'offset' on, -1 for all of them.
-- The first 'overlap' of them were read before; the first 'anchors' must be
-- known. It 'confirms' the end, or 'backtracks'; it is 'exact' if it confirms
-- without overlap, and 'unanchored' if an anchor was unknown.
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

-- Returns the number of new rows to request after an overlap: a page in all,
-- unless the overlap takes more than half of it.
local function new_rows(ranges, overlap)
  local size = ranges.size
  return max(size - overlap, floor(size / 2), ranges.capped and 1
    or min(size, ANCHORS))
end

-- Returns the most rows to request at once, if there may be none left, or only
-- some of them are shown.
local function most_rows(ranges)
  return ranges.reaches and max(ranges.size * REACH, LEAST_REACH)
    or ranges.size
end

-- Returns the number of rows to read again at once.
local function step_back(ranges)
  return ranges.capped and ranges.size or max(ranges.size, WIDEST_OVERLAP)
end

-- Returns the number of new rows to request when bisecting for a bad row.
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

-- Returns one of the pages beyond the end, by its number.
local function far_range(ranges, number)
  local size = max(ranges.most, 1)
  local range = new_range(ranges, ranges.frontier + number * size, size, 0)
  range.anchors, range.far = 1, number
  return range
end

-- Returns whether the server has sent enough full replies, and no others.
local function is_trusted(ranges)
  return ranges.trust == ENOUGH_TRUST and not ranges.erratic
end

-- Returns a range beyond the end, without overlap.
local function exact_range(ranges)
  local range = new_range(ranges, ranges.frontier, most_rows(ranges), 0)
  range.confirms = true
  if range.offset > ranges.first_offset then
    -- Rows there were not read from these places.
    range.anchors = 1
    range.exact = true
  end
  return range
end

local function confirming_range(ranges)
  local suspect = ranges.suspect
  -- With a cap, there must be room for new rows.
  local overlap = max(floor(suspect / 2), min(suspect - 1, ANCHORS),
    ranges.emptied and 1 or 0)
  overlap = min(overlap, ranges.overlap, ranges.frontier - ranges.barrier)
  if ranges.exact or overlap == 0 then
    return exact_range(ranges)
  end
  local range = new_range(ranges, ranges.frontier - overlap,
    most_rows(ranges), overlap)
  range.confirms = true
  return range
end

-- Returns a range with only the first unread row. If it can be returned, the
-- bad row is among those before, which were read: so the list has shifted.
local function probing_range(ranges)
  local range = new_range(ranges, ranges.frontier, 1, 0)
  range.anchors, range.probes = 1, true
  return range
end

-- Returns a range that should be as it was before rows were skipped.
local function checking_range(ranges)
  local gap = ranges.gap
  local overlap = min(ranges.overlap, gap.first - gap.barrier)
  local range = ranges.checking == "last row"
    and new_range(ranges, gap.last, 1, 0)
    or new_range(ranges, gap.first - overlap, overlap, overlap)
  range.checks = ranges.checking
  return range
end

--- Returns the range to request now.
-- @param left how many more users are wanted
function Ranges:next(left)
  if self.backtrack_offset then
    return backtracking_range(self)
  elseif self.checking then
    return checking_range(self)
  elseif self.far > 0 then
    return far_range(self, self.far)
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

--- Returns the range that follows another one if that comes as requested; or
-- nil if that is unlikely.
function Ranges:ahead(range, left)
  if range.far then
    return range.far < FAR_PAGES and far_range(self, range.far + 1) or nil
  elseif range.confirms then
    return range.overlap > 0 and not is_trusted(self) and exact_range(self)
      or nil
  elseif range.size < self.size or range.backtracks or self.missing > 0
    or self.bad_before or self.gap then
    return nil
  end
  local frontier = range.offset + range.size
  local overlap = min(self.overlap, frontier - self.barrier)
  return new_range(self, frontier - overlap,
    overlap + min(new_rows(self, overlap), left), overlap)
end

--- Returns whether a range that was requested ahead is the one to read now.
function Ranges:follows(range)
  if range.far then
    return range.far == self.far
  elseif range.offset + range.overlap ~= self.frontier or self.backtrack_offset
    or self.bad_before or self.gap then
    return false
  elseif range.confirms then
    return self.suspect and self.exact and self.far == 0
  end
  return not self.suspect and self.missing == 0
end

-- Notes the first row of a range. If it begins the list again, so far on, the
-- server ignores the offset: the rows are only compared then with those that
-- came when all were requested, because they may be forgotten.
local function note_first_row(ranges, range, id)
  range.total = ranges.seen.total
  if range.offset == ranges.first_offset then
    ranges.first_id = ranges.first_id or id
  elseif id == ranges.first_id then
    range.starts_over = true
    range.restarts = range.offset - ranges.first_offset >= LONGEST_SHIFT
    range.anchors = range.restarts and huge or range.anchors
  end
end

-- Returns whether a row, the first one or an anchor, is where it was, as far
-- as is known.
local function is_in_place(ranges, range, id)
  if range.count == 1 then
    note_first_row(ranges, range, id)
  end
  local rank = ranges.seen:rank(id)
  if range.restarts then
    range.last_rank = rank
    range.unanchored = not ranges.whole
    return false
  end
  range.unanchored = range.count <= range.anchors and not rank
  return not range.unanchored
end

--- Counts a row of a range, and returns whether its user is new. If the range
-- is unanchored then, the rest of it is useless, and it must be finished.
function Ranges:is_new(range, id)
  local count, seen = range.count + 1, self.seen
  range.count = count
  if (count == 1 or count <= range.anchors)
    and not is_in_place(self, range, id) then
    return false
  end
  local rank, is_known = remember(seen, id)
  range.last_rank = rank
  return not is_known
end

local function has_id(user)
  local id = user.id
  return type(id) == "number" or type(id) == "string" and id ~= ""
end

--- Counts the rows of a range in a list of users, as is_new does one by one,
-- and removes the users from the list that are not new; all if the range turns
-- out to be unanchored.
-- @param hide_id whether to remove the ids of the users
-- @return true; or nil: the user after the last one in the list has no id
function Ranges:sift(range, users, hide_id)
  local count, first, kept = #users, 1, 0
  -- The places of the first rows are checked.
  while first <= count and (range.count == 0 or range.count < range.anchors)
    and has_id(users[first]) do
    local user = users[first]
    if self:is_new(range, user.id) then
      kept = kept + 1
      users[kept] = user
      if hide_id then
        user.id = nil
      end
    end
    first = range.unanchored and count + 1 or first + 1
  end
  local rows, rank = self.seen:sift(users, first, kept, hide_id)
  if rows > 0 then
    range.count, range.last_rank = range.count + rows, rank
  end
  return first + rows > count or nil
end

-- Restarts a page before a range that is not anchored.
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
  ranges.probing, ranges.far = false, 0
  return true
end

-- Returns the number of new users in a range.
local function new_users(ranges, range)
  return range.count > 0 and ranges.seen.total - range.total or 0
end

-- Counts requests without progress, judged by the last row of a reply: a new
-- user is progress, and so is a known one that was read later than the last
-- one of the reply before.
local function note_progress(ranges, range, new)
  if new > 0 then
    ranges.breaks, ranges.skipped, ranges.repeated = 0, 0, 0
    ranges.same_ends, ranges.failures = 0, 0
    if range.size > 0 and range.count >= range.size then
      ranges.trust = range.count >= LONG_REPLY and ENOUGH_TRUST
        or min(ranges.trust * range.count, ENOUGH_TRUST)
    end
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
  return ranges.repeats > MAX_REPEATS or ranges.changes > MAX_REPEATS
    -- More than there are known users: some have come twice.
    or ranges.repeated > 2 * ranges.seen.window
end

-- Returns whether a range beyond the end, without new users, shows an end. It
-- does if it contains the rows that it overlaps; or if it ends where the reply
-- before it did, and no cap cut it: it has fewer rows than others had. Without
-- overlap that has to happen some times, and must not be the beginning of the
-- list again.
local function shows_end(ranges, range, last_rank)
  if range.count == range.overlap then
    return true
  elseif range.last_rank ~= last_rank or range.count >= ranges.most then
    return false
  elseif not range.exact then
    return true
  end
  ranges.same_ends = range.starts_over and 0 or ranges.same_ends + 1
  return ranges.same_ends == SAME_ENDS
end

-- Notes that a short reply was not the last one: replies of this size are
-- normal here. If the next one has as many rows, it is the limit.
local function learn(ranges, count)
  local suspect = ranges.suspect
  if ranges.suspects_all then
    return -- the server takes -1 for its default
  end
  ranges.least = max(min(ranges.least or suspect, suspect), 1)
  if count ~= suspect or count == 1 then
    ranges.erratic = true
  elseif not ranges.erratic then
    ranges.size = count
    ranges.overlap = min(ranges.overlap, overlap_of(count), count - 1)
    ranges.capped, ranges.missing = true, 0
  end
end

-- Decides what follows a range that shows an end. If the server has sent
-- enough full replies, an overlap proves the end. Else nothing must come
-- without overlap either; and if the server limits replies, it may hide rows,
-- and nothing must come from pages further on.
local function note_end(ranges, range)
  ranges.overlapped = ranges.overlapped or range.overlap > 0
    or ranges.frontier == ranges.barrier
  ranges.emptied = ranges.emptied or range.overlap == 0
  if ranges.least and ranges.most <= max(ranges.size, FREE_SIZE) then
    ranges.far = ranges.emptied and 1 or 0
  else
    ranges.ended = ranges.overlapped
      and (ranges.emptied or is_trusted(ranges))
  end
  ranges.exact = ranges.overlapped
end

-- Decides what follows a complete, anchored range.
local function look_for_end(ranges, range, new, last_rank)
  local count = range.count
  if range.confirms then
    if new > 0 then
      learn(ranges, count)
    elseif shows_end(ranges, range, last_rank) then
      note_end(ranges, range)
      return
    end
    ranges.exact = range.exact and new == 0
  end
  ranges.overlapped = ranges.exact and ranges.overlapped
  ranges.emptied = false
  local expected = range.size == -1 and huge
    or min(range.size, ranges.least or range.size)
  local is_short = count < expected or new == 0 and count < range.size
  -- The rest of the rows read again is known to be there, or was.
  local is_amid = range.backtracks and range.last_rank < ranges.seen.total
  ranges.suspect = is_short and not is_amid and count or nil
  ranges.suspects_all = range.size == -1
end

-- Handles a range that checks whether rows moved in front of the skipped ones:
-- they are read again if anything has changed.
local function check(ranges, is_unchanged)
  if is_unchanged and ranges.checking == "row before"
    and not ranges.gap.is_hidden then
    ranges.checking = "last row"
  elseif is_unchanged then
    ranges.gap, ranges.checking, ranges.changes = nil, nil, 0
  else
    ranges.changes = ranges.changes + 1
    ranges.repeats = ranges.repeats + 1
    ranges.frontier = ranges.gap.first
    ranges.barrier = ranges.first_offset
    ranges.gap, ranges.checking, ranges.suspect = nil, nil, nil
    ranges.missing, ranges.bad_before = 0, nil
  end
  return not is_stuck(ranges) or nil
end

-- Continues the list at a page beyond the apparent end, because the rows
-- before it are all hidden.
local function leap(ranges, range)
  ranges.gap = {
    first = ranges.frontier, last = range.offset - 1, rank = ranges.last_rank,
    barrier = ranges.barrier, is_hidden = true,
  }
  ranges.frontier, ranges.barrier = range.offset, range.offset
  ranges.suspect, ranges.exact, ranges.far = nil, false, 0
  ranges.erratic, ranges.missing = true, 0
  return true
end

-- Handles a page beyond the apparent end.
local function look_far(ranges, range)
  if range.unanchored or new_users(ranges, range) > 0 then
    return leap(ranges, range)
  end
  ranges.far = ranges.far + 1
  ranges.ended = ranges.far > FAR_PAGES
  return true
end

-- Continues the list, because rows were found beyond the apparent end.
local function reopen(ranges, range)
  ranges.least = max(min(ranges.least or ranges.suspect, ranges.suspect), 1)
  ranges.erratic = true
  ranges.suspect, ranges.exact = nil, false
  ranges.missing = most_rows(ranges)
  ranges.overlap = max(floor(ranges.overlap / 2), 1)
  note_progress(ranges, range, 0)
end

--- Handles a range whose reply is complete, or which is unanchored.
-- @return true; or nil: there is no more progress
function Ranges:finish(range)
  if range.restarts then
    -- The server ignores the offset. It may nevertheless have sent all rows to
    -- the request for all.
    self.ended = range.count == self.whole and range.last_rank == self.whole
    return self.ended or nil
  elseif range.far then
    return look_far(self, range)
  elseif range.checks then
    return check(self, range.checks == "row before" and not range.unanchored
      and range.count == range.size and range.last_rank == self.gap.rank)
  elseif range.unanchored and range.exact then
    reopen(self, range)
    return not is_stuck(self) or nil
  elseif range.unanchored or range.probes
    or range.count < min(range.anchors, ANCHORS) and not range.exact then
    self.erratic = self.erratic or not range.unanchored
    return backtrack(self, range)
  end
  local new = new_users(self, range)
  if new > 0 and range.exact and not self.overlapped then
    -- The known user before them may have changed places with another one.
    return backtrack(self, range)
  end
  local last_rank = self.last_rank
  note_progress(self, range, new)
  self.last_rank = range.count > 0 and range.last_rank or last_rank
  self.most = max(self.most, range.count)
  self.backtrack_offset = nil
  self.frontier = range.offset + range.count
  if self.bad_before and self.frontier >= self.bad_before then
    self.bad_before = nil
  end
  self.missing = max(range.size - range.count, 0)
  self.whole = self.all and range.offset == self.first_offset and range.count
  self.all = false
  look_for_end(self, range, new, last_rank)
  self.sends_more = self.sends_more
    or range.size > 0 and range.count > range.size
  if self.sends_more and self.has_skipped then
    self.fault = "the cluster sends more rows than are requested, so that it "
      .. "cannot be told which of them it cannot return"
    return nil
  end
  if self.gap then
    self.checking = (self.gap.is_hidden or self.gap.first > self.gap.barrier)
      and "row before" or "last row"
    self.ended = false
  end
  return self.ended or not is_stuck(self) or nil
end

--- Handles a range whose reply broke off: the rows that came count.
-- @return true; or nil: a retry is useless
function Ranges:resume(range)
  if range.unanchored
    or range.count > 0 and (range.far or range.count == range.size) then
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

--- Handles a range that cannot be returned because of one of its rows.
-- @return true: bisecting for the row; or the offset of the row, which is
--   skipped; or nil: the rows are not the cause
function Ranges:bisect(range)
  self.failures = self.failures + 1
  if self.failures > MAX_FAILURES then
    return nil
  elseif range.checks then
    return check(self, range.checks == "last row")
  elseif range.far then
    return leap(self, range)
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
  if self.skipped > MAX_SKIPPED or self.sends_more then
    return nil
  end
  self.has_skipped = true
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

--- Handles the refusal of a range beyond the end: requests no more than a page
-- there from now on. If that is refused, too, without overlap, where a range
-- with overlap has shown the end, there are no rows to request.
-- @return whether reading can continue
function Ranges:shorten(range)
  local shorter = range.confirms and self.reaches
  self.reaches = false
  self.ended = not shorter and range.exact == true and self.overlapped
  return shorter or self.ended
end

return Ranges
