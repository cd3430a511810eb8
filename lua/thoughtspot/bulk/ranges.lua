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
-- because a reply may be short. thoughtspot.bulk.list_end decides whether a
-- short reply was the last one, and what to request to find that out.
--
-- A row that the cluster cannot return is found by bisection and skipped.

local Gap = require "thoughtspot.bulk.gap"
local ListEnd = require "thoughtspot.bulk.list_end"
local Patience = require "thoughtspot.bulk.patience"
local Seen = require "thoughtspot.core".seen

local Ranges = {}
Ranges.__index = Ranges

local DEFAULT_SIZE = 1000

local ANCHORS = 2
local MOST_ANCHORS = 32

-- Rows that a range shares with the one before: so many, less the anchors, can
-- be removed between two replies before rows have to be read again. Each time
-- that happens, the overlap grows, up to the widest one, or half a page.
local OVERLAP = 8
local OVERLAP_GROWTH = 4
local WIDEST_OVERLAP = 64

-- Number of latest users that are remembered, at least; two pages if that is
-- more.
local WINDOW = 2000

-- Times that unread rows may be found after the end, without reading one of
-- them together with known rows.
local MAX_REOPENED = 3

-- Rows that the first user of the list cannot have been shifted by others: if
-- it begins a range so far on, the server ignores the offset.
local LONGEST_SHIFT = 1000

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
  local window = max(2 * page, WINDOW)
  return setmetatable({
    all = size == -1,
    size = page,
    overlap = overlap_of(page),
    seen = Seen.new(window),
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
    -- What is known of the end.
    list_end = ListEnd.new(page),
    -- Whether 'size' is the server's limit.
    capped = false,
    -- Whether the server sends more rows than are requested: then it cannot be
    -- told which row it cannot return; and whether one was skipped.
    sends_more = false,
    has_skipped = false,
    -- Rows that were passed over last, and whether they are being checked.
    gap = nil,
    checking = false,
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
    patience = Patience.new(window),
    -- Times that unread rows were found after the end, in succession.
    reopened = 0,
    ended = false,
  }, Ranges)
end

-- A range is a request for 'size' rows from 'offset' on, -1 for all of them.
-- The first 'overlap' of them were read before; the first 'anchors' must be
-- known, and it is 'unanchored' if one was not. It 'backtracks', or is a
-- 'step' in the search for the end; the rows of a "far" one are only compared.
local function new_range(ranges, offset, size, overlap)
  local anchors = offset > ranges.first_offset
    and min(overlap, max(ANCHORS, floor(overlap / 2)), MOST_ANCHORS) or 0
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

-- Returns the number of rows to read again at once.
local function step_back(ranges)
  return ranges.capped and ranges.size or max(ranges.size, WIDEST_OVERLAP)
end

-- Returns the number of new rows to request when bisecting for a bad row.
local function narrowed(ranges, count, frontier)
  if not ranges.bad_before then
    return count
  elseif ranges.patience.skipped > 0 then
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

-- Returns the number of rows to overlap when the end is searched: fewer than
-- came last, because that may be the most that the server sends.
local function end_overlap(ranges)
  local list_end = ranges.list_end
  local count = list_end:is_trusted() and list_end.most or list_end.suspect
  local overlap = max(floor(count / 2), min(count - 1, ANCHORS), 1)
  return min(max(min(overlap, ranges.overlap), list_end.least_overlap),
    ranges.frontier - ranges.barrier)
end

local function beyond_range(ranges)
  local range = new_range(ranges, ranges.frontier,
    ranges.list_end:most_rows(), 0)
  -- Rows there were not read from these places.
  range.anchors = range.offset > ranges.first_offset and huge or 0
  range.step = "beyond"
  return range
end

-- Returns a page so many rows after the end.
local function far_range(ranges, rows, index)
  local offset = ranges.frontier - end_overlap(ranges) + rows
  local range = new_range(ranges, offset, ranges.list_end:most_rows(), 0)
  range.anchors = huge
  range.step, range.after, range.far = "far", rows, index
  return range
end

-- Returns the range that the search for the end requests next.
local function end_range(ranges)
  local list_end = ranges.list_end
  local known = ranges.frontier - ranges.barrier
  local step, rows = list_end:step(known)
  if step == "beyond" then
    return beyond_range(ranges)
  elseif step == "far" then
    return far_range(ranges, rows, list_end.far + 1)
  elseif not step then
    return nil
  end
  local overlap = rows or end_overlap(ranges)
  local range = new_range(ranges, ranges.frontier - overlap,
    list_end:most_rows(), overlap)
  range.step, range.is_wide = "confirm", rows ~= nil
  return range
end

-- Returns a range with only the first unread row. If it can be returned, the
-- bad row is among those before, which were read: so the list has shifted.
local function probing_range(ranges)
  local range = new_range(ranges, ranges.frontier, 1, 0)
  range.anchors, range.probes = 1, true
  return range
end

-- Returns a range that should be as it was before rows were passed over.
local function checking_range(ranges)
  local offset, size = ranges.gap:range(ranges.overlap)
  local range = new_range(ranges, offset, size,
    offset < ranges.gap.first and size or 0)
  range.checks = true
  return range
end

--- Returns the range to request now.
-- @param left how many more users are wanted
function Ranges:next(left)
  if self.backtrack_offset then
    return backtracking_range(self)
  elseif self.checking then
    return checking_range(self)
  elseif self.list_end.suspect then
    return end_range(self)
  elseif self.probing then
    return probing_range(self)
  end
  local overlap = min(self.overlap, self.frontier - self.barrier)
  local offset = self.frontier - overlap
  if self.all then
    return new_range(self, offset, -1, overlap)
  end
  local count = new_rows(self, overlap)
    + min(self.missing, self.list_end:most_rows())
  count = narrowed(self, min(count, left), self.frontier)
  return new_range(self, offset, overlap + count, overlap)
end

--- Returns the range that follows another one if that comes as requested; or
-- nil if that is unlikely.
function Ranges:ahead(range, left)
  if range.step then
    local rows, index = self.list_end:far_ahead(range)
    return rows and far_range(self, rows, index) or nil
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
  if self.backtrack_offset or self.bad_before or self.gap then
    return false
  elseif self.list_end.suspect then
    local expected = range.step and end_range(self)
    return expected and expected.step == range.step
      and expected.offset == range.offset
  end
  return not range.step and self.missing == 0
    and range.offset + range.overlap == self.frontier
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
  elseif range.step == "far" then
    -- Whoever was read after the end, or never.
    range.has_rows = range.has_rows or not rank
      or rank > ranges.last_rank
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
  ranges.all, ranges.missing, ranges.probing = false, 0, false
  ranges.bad_before, ranges.checking = nil, false
  ranges.list_end:stop()
  return true
end

-- Returns the number of new users in a range.
local function new_users(ranges, range)
  return range.count > 0 and ranges.seen.total - range.total or 0
end

-- Notes a complete reply, with so many new users.
local function note_progress(ranges, range, new)
  if new > 0 then
    ranges.patience:renew()
    ranges.reopened = 0
  end
  ranges.patience:note_last_row(range, ranges.last_rank)
end

-- Returns whether a range shows the end. It does if it has the rows that it
-- overlaps; or if it ends where the reply before it did, and no limit cut it:
-- it has not as many rows as the longest reply had.
local function shows_end(ranges, range, new)
  local list_end = ranges.list_end
  local is_empty = list_end.is_empty_beyond
  if not list_end.suspect or range.starts_over and not is_empty then
    return false
  end
  return new == 0 and range.count == range.overlap
    or range.last_rank == ranges.last_rank
      and (is_empty or range.count ~= list_end.most)
end

local function has_ended(ranges)
  return ranges.list_end.suspect ~= nil
    and ranges.list_end:step(ranges.frontier - ranges.barrier) == nil
end

-- Decides what follows a complete, anchored range that does not show the end.
local function look_for_end(ranges, range, new)
  local count, list_end = range.count, ranges.list_end
  if new > 0 then
    list_end:forget_ends()
  end
  if new > 0 and range.last_rank > range.total and list_end:learn(count) then
    ranges.size, ranges.capped, ranges.missing = count, true, 0
    ranges.overlap = min(ranges.overlap, overlap_of(count), count - 1)
  end
  local expected = range.size == -1 and huge
    or min(range.size, list_end.least or range.size)
  local is_short = count < expected or new == 0 and count < range.size
  -- The rest of the rows read again is known to be there, or was.
  local is_amid = range.backtracks and range.last_rank < ranges.seen.total
  if is_short and not is_amid then
    list_end:begin(count, range.size == -1)
  else
    list_end:stop()
  end
end

-- Handles a range that checks whether others moved among rows that were passed
-- over: they are read again if anything has changed.
-- @param came the range, or nil: it could not be returned
local function check(ranges, came)
  local gap = ranges.gap
  if not gap:is_unchanged(came) then
    ranges.patience:note_change()
    ranges.frontier = gap.first
    ranges.barrier = ranges.first_offset
    ranges.gap, ranges.checking = nil, false
    ranges.missing, ranges.bad_before = 0, nil
    ranges.list_end:stop()
  elseif gap:pass() then
    ranges.gap, ranges.checking = nil, false
    ranges.patience:note_no_change()
    ranges.ended = has_ended(ranges)
  end
  return not ranges.patience:is_exhausted() or nil
end

-- Continues the list at a page beyond the apparent end, because the rows
-- before it are all hidden.
local function leap(ranges, range)
  ranges.gap = Gap.new(ranges.frontier, ranges.last_rank, ranges.barrier, true)
  ranges.frontier, ranges.barrier = range.offset, range.offset
  ranges.missing = 0
  ranges.list_end:note_hidden()
  return true
end

-- Ends the list if nothing is left to request; but rows that were passed over
-- are checked before.
local function conclude(ranges)
  if ranges.gap and ranges.gap:check() then
    ranges.checking = true
  else
    ranges.gap = nil
    ranges.ended = has_ended(ranges)
  end
  return true
end

-- Handles a page beyond the apparent end.
local function look_far(ranges, range, has_rows)
  local is_next = ranges.list_end:note_far(range, has_rows)
  if is_next then
    return leap(ranges, range)
  elseif is_next == nil then
    ranges.fault = "the cluster hides more users in a row than it returns"
    return nil
  end
  return conclude(ranges)
end

-- Handles the rows beyond the apparent end.
local function look_beyond(ranges, range)
  local list_end = ranges.list_end
  if range.unanchored and ranges.reopened >= MAX_REOPENED
    and list_end.most > ANCHORS then
    return leap(ranges, range)
  elseif range.unanchored then
    -- A single anchor is enough only if two got nowhere.
    local least = ranges.reopened > 0 and 1 or min(ranges.overlap, ANCHORS)
    ranges.overlap = max(floor(ranges.overlap / 2), least)
    ranges.reopened = ranges.reopened + 1
    list_end:reopen()
    ranges.missing = list_end:most_rows()
    note_progress(ranges, range, 0)
  elseif range.count == 0 then
    list_end:note_empty_beyond()
    return conclude(ranges)
  else
    -- Others were added before them, or some are hidden.
    if not list_end:note_known_beyond(range, ranges.last_rank) then
      note_progress(ranges, range, 0)
    end
    ranges.last_rank = range.last_rank
    ranges.frontier = range.offset + range.count
  end
  return true
end

-- Handles a complete, anchored range: the rows after it are unread.
local function advance(ranges, range)
  local new, list_end = new_users(ranges, range), ranges.list_end
  local is_end = shows_end(ranges, range, new)
  list_end:note_reply(range.count, range.size, new > 0)
  if range.is_wide and new == 0 and not is_end then
    list_end:note_limit()
    return true
  end
  local is_unshifted = range.last_rank == ranges.last_rank
    and range.count == range.overlap
  note_progress(ranges, range, new)
  ranges.last_rank = range.count > 0 and range.last_rank or ranges.last_rank
  ranges.backtrack_offset = nil
  ranges.frontier = range.offset + range.count
  if ranges.bad_before and ranges.frontier >= ranges.bad_before then
    ranges.bad_before = nil
  end
  ranges.missing = max(range.size - range.count, 0)
  ranges.whole = ranges.all and range.offset == ranges.first_offset
    and range.count
  ranges.all = false
  if is_end then
    list_end:note_end(range, is_unshifted)
  else
    look_for_end(ranges, range, new)
  end
  return conclude(ranges)
end

-- Returns whether the server sends more rows than are requested, and one was
-- skipped.
local function is_ambiguous(ranges, range)
  ranges.sends_more = ranges.sends_more
    or range.size > 0 and range.count > range.size
  if ranges.sends_more and ranges.has_skipped then
    ranges.fault = "the cluster sends more rows than are requested, so that "
      .. "it cannot be told which of them it cannot return"
    return true
  end
end

-- Returns whether to confirm the end with another overlap: the usual one, or
-- a larger one if too few known rows came, because others were removed.
local function retries_confirming(ranges, range)
  if range.is_wide then
    ranges.list_end:note_limit()
    return true
  elseif range.count > 0 and not range.unanchored
    and range.overlap < ranges.frontier - ranges.barrier then
    ranges.list_end.least_overlap = 2 * range.overlap
    return true
  end
end

-- Decides what follows a range, by its kind.
local function settle(ranges, range)
  if range.restarts then
    -- The server ignores the offset. It may nevertheless have sent all rows to
    -- the request for all.
    ranges.ended = range.count == ranges.whole
      and range.last_rank == ranges.whole
    return ranges.ended
  elseif range.step == "far" then
    return look_far(ranges, range, range.has_rows)
  elseif range.step == "beyond" and range.anchors > 0 then
    return look_beyond(ranges, range)
  elseif range.checks then
    return check(ranges, range)
  elseif range.unanchored or range.probes
    or range.count < min(range.anchors, ANCHORS) then
    if range.step == "confirm" and retries_confirming(ranges, range) then
      return true
    end
    ranges.list_end.erratic = ranges.list_end.erratic or not range.unanchored
    return backtrack(ranges, range)
  end
  return advance(ranges, range) and not is_ambiguous(ranges, range)
end

--- Handles a range whose reply is complete, or which is unanchored.
-- @return true; or nil: there is no more progress
function Ranges:finish(range)
  if new_users(self, range) == 0 then
    self.patience:note_known(range.count)
  end
  return settle(self, range)
    and (self.ended or not self.patience:is_exhausted()) or nil
end

--- Handles a range whose reply broke off: the rows that came count.
-- @return true; or nil: a retry is useless
function Ranges:resume(range)
  local is_whole = range.step == "far" or range.count == range.size
  if range.unanchored or range.count > 0 and is_whole then
    return self:finish(range)
  end
  local may_help = self.patience:note_break(new_users(self, range) > 0)
  if not may_help or range.count == 0 and not range.step then
    return nil
  elseif range.count > range.overlap then
    self.backtrack_offset = nil
    self.frontier = range.offset + range.count
    self.list_end:stop()
  end
  return true
end

--- Handles a range that cannot be returned because of one of its rows.
-- @return true: bisecting for the row; or the offset of the row, which is
--   skipped; or nil: the rows are not the cause
function Ranges:bisect(range)
  if not self.patience:note_failure() then
    return nil
  elseif range.checks then
    return check(self, nil)
  elseif range.step == "far" then
    return look_far(self, range, true)
  end
  self.list_end:stop()
  self.missing = 0
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
  if not self.patience:note_skipped() or self.sends_more then
    return nil
  end
  self.has_skipped = true
  if not self.gap or self.gap.last ~= range.offset - 1 then
    self.gap = Gap.new(range.offset, self.last_rank, self.barrier, false)
  end
  self.gap.last = range.offset
  self.frontier = range.offset + 1
  self.barrier = self.frontier
  self.bad_before, self.backtrack_offset = nil, nil
  self.probing = false
  return range.offset
end

--- Handles the refusal of a range beyond the end: requests no more than a page
-- there from now on. If that is refused, too, there are no rows to request.
-- @return whether reading can continue
function Ranges:shorten(range)
  return range.step ~= nil and self.list_end:refuse(range.step)
    and conclude(self)
end

return Ranges
