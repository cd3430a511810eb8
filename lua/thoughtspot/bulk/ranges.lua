--- Follows a list through the replies to its ranges: how far it has been read,
-- and whether it has ended. Sends nothing itself.
--
-- The list may change between two replies, and the server need not send the
-- rows requested. Nevertheless, after each reply every user who stays in the
-- list, in the same place among the others, has been read or comes after the
-- last row read.
--
-- To ensure this, a range begins some rows before the first unread row, and
-- counts only if its first rows, the anchors, are users already read. An
-- anchor that has not moved proves that everything before it was read; known
-- rows further on prove nothing. If an anchor is unknown, more rows were
-- removed than the overlap covers, or one was inserted just there: then
-- reading restarts a page earlier, at worst at the beginning, before which
-- nothing can be missed.
--
-- thoughtspot.bulk.next_range selects what to request, range_rows judges the
-- rows as they arrive, and list_end decides whether a short reply was the last
-- one, and what to request to find that out.
--
-- A row that the cluster cannot return is found by bisection and skipped.

local Gap = require "thoughtspot.bulk.gap"
local ListEnd = require "thoughtspot.bulk.list_end"
local Patience = require "thoughtspot.bulk.patience"
local Seen = require "thoughtspot.core".seen
local next_range = require "thoughtspot.bulk.next_range"
local overlaps = require "thoughtspot.bulk.overlaps"
local range_rows = require "thoughtspot.bulk.range_rows"

-- The methods that select ranges and judge their rows.
local Ranges = {
  next = next_range.now,
  ahead = next_range.ahead,
  follows = next_range.follows,
  is_new = range_rows.is_new,
  sift = range_rows.sift,
}
Ranges.__index = Ranges

local DEFAULT_SIZE = 1000

-- Number of latest users that are remembered, at least; two pages if that is
-- more.
local WINDOW = 2000

-- Users that reading a list again may find before others are forgotten.
local ROOM = 200

-- If the list is read again from the beginning, so many times as many known
-- users may come, because each reply counts for several.
local REREAD_PATIENCE = 16

local TOO_MANY_HIDDEN = "the cluster hides more users in a row than it returns"

local ANCHORS = overlaps.ANCHORS

local min, max, floor, huge = math.min, math.max, math.floor, math.huge

--- Begins a list.
-- @param size rows per request; or -1: all in one reply, if the server returns
--   them
-- @param offset where to begin
-- @param opposite the opposite order, see thoughtspot.bulk.opposite
function Ranges.new(size, offset, opposite)
  local page = size == -1 and DEFAULT_SIZE or size
  local window = max(2 * page, WINDOW)
  return setmetatable({
    -- Whether to request all rows at once.
    all = size == -1,
    -- Rows that a range shares with the one before.
    overlap = overlaps.of(page),
    seen = Seen.new(window),
    first_offset = offset,
    opposite = opposite,
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
    list_end = ListEnd.new(page, offset == 0 and window - ROOM or -1),
    -- Whether the server sends more rows than are requested: then it cannot be
    -- told which row it cannot return; and whether one was skipped.
    sends_more = false,
    has_skipped = false,
    -- Rows that were passed over last, until they have been checked.
    gap = nil,
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
    -- Whether rows were read again.
    has_backtracked = false,
    ended = false,
  }, Ranges)
end

--- Releases the memory of the users that were read.
function Ranges:close()
  self.seen:close()
end

-- Restarts a page before a range that is not anchored.
local function backtrack(ranges, range)
  ranges.has_backtracked = true
  local list_end = ranges.list_end
  local size, is_capped = list_end.size, list_end.is_capped
  if not ranges.backtrack_offset then
    ranges.overlap = overlaps.grown(ranges.overlap, size, is_capped)
  end
  if range.offset <= ranges.barrier then
    ranges.barrier, ranges.gap = ranges.first_offset, nil
  end
  ranges.backtrack_offset = max(
    range.offset - overlaps.step_back(size, is_capped), ranges.barrier)
  ranges.all, ranges.missing = false, 0
  ranges.bad_before, ranges.probing = nil, false
  list_end:stop()
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
  end
  ranges.patience:note_last_row(range, ranges.last_rank)
end

-- Returns whether a page has only the rows that it overlaps, in their places.
local function is_all_known(ranges, range)
  return range.overlap > 0 and range.count == range.overlap
    and range.last_rank == ranges.last_rank
end

-- Returns whether a range shows the end: it has only the rows that it
-- overlaps; or it ends with the same user as the reply before it and was not
-- cut by a limit, because it has not as many rows as the longest reply. A page
-- that is requested because the one before was full may show the end, too.
local function shows_end(ranges, range, new)
  local list_end = ranges.list_end
  local is_empty = list_end.is_empty_beyond
  if not list_end.suspect then
    return is_all_known(ranges, range)
      and not (range.backtracks or range.starts_over)
      and list_end:may_confirm(range, ranges.frontier - ranges.barrier)
  elseif range.starts_over and not is_empty then
    return false
  end
  return new == 0 and range.count == range.overlap
    or range.last_rank == ranges.last_rank
      and (is_empty or range.count ~= list_end.most)
end

-- Ends the list if nothing is left to request.
-- @return true; or nil: there are unread rows, but they cannot be found
local function end_search(ranges)
  local list_end = ranges.list_end
  local has_ended = list_end.suspect ~= nil
    and list_end:step(ranges.frontier - ranges.barrier) == nil
  if has_ended and list_end.is_contradicted then
    ranges.fault = list_end.ignores_offset and ranges.fault or TOO_MANY_HIDDEN
    return nil
  end
  ranges.ended = has_ended
  return true
end

-- Requests no more than a page, which the server does not exceed.
local function keep_to_pages(ranges)
  local size = ranges.list_end.size
  ranges.missing = 0
  ranges.overlap = min(ranges.overlap, overlaps.of(size), size - 1)
end

-- Decides what follows a complete, anchored range that does not show the end.
local function look_for_end(ranges, range, new)
  local count, list_end = range.count, ranges.list_end
  if new > 0 then
    list_end:forget_ends()
  end
  if new > 0 and range.last_rank > range.total and list_end:learn(count) then
    keep_to_pages(ranges)
  end
  local expected = range.size == -1 and huge
    or min(range.size, list_end.least or range.size)
  local is_short = count < expected or new == 0 and count < range.size
  -- Rows that were read before follow, or did.
  local is_amid = range.backtracks and range.last_rank < ranges.seen.total
  if is_short and not is_amid then
    list_end:begin(count, range.size == -1)
  else
    list_end:stop()
  end
end

-- Handles a range that checks rows that were passed over: if anything has
-- changed there, they are read again.
-- @param came the range, or nil: it could not be returned
local function check(ranges, came)
  local gap = ranges.gap
  if not gap:is_unchanged(came) then
    ranges.patience:note_change()
    ranges.frontier = gap.first
    ranges.barrier = ranges.first_offset
    ranges.gap, ranges.bad_before = nil, nil
    ranges.missing = 0
    ranges.list_end:stop()
  elseif gap:pass() then
    ranges.gap = nil
    ranges.patience:note_no_change()
    return end_search(ranges)
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

-- Ends the list if nothing is left to request. Rows that were passed over are
-- checked first.
local function conclude(ranges)
  if ranges.gap and ranges.gap:check() then
    return true
  end
  ranges.gap = nil
  return end_search(ranges)
end

-- Handles the first rows in the opposite order. The list is not read again if
-- it changes so much that rows had to be read again before, unless it seems to
-- have become empty.
local function look_reversed(ranges, range)
  if not ranges.opposite:judge(range) then
    return true
  elseif ranges.list_end:note_reversed(range,
    ranges.frontier == ranges.first_offset or not ranges.has_backtracked) then
    ranges.patience = Patience.new(REREAD_PATIENCE * ranges.patience.window)
    return backtrack(ranges, range)
  end
  return conclude(ranges)
end

-- Handles a page beyond the apparent end.
local function look_far(ranges, range, has_unread)
  local is_next = ranges.list_end:note_far(range, has_unread)
  if is_next then
    return leap(ranges, range)
  elseif is_next == nil then
    ranges.fault = TOO_MANY_HIDDEN
    return nil
  end
  return conclude(ranges)
end

-- Handles the rows beyond the apparent end.
local function look_beyond(ranges, range)
  local list_end, patience = ranges.list_end, ranges.patience
  if range.unanchored and not patience:may_reopen()
    and list_end.most > ANCHORS then
    return leap(ranges, range)
  elseif range.unanchored then
    -- A single anchor is enough only if two got nowhere.
    local least = patience.reopened > 0 and 1 or min(ranges.overlap, ANCHORS)
    ranges.overlap = max(floor(ranges.overlap / 2), least)
    patience:note_reopened()
    list_end:reopen()
    ranges.missing = list_end:most_rows()
    note_progress(ranges, range, 0)
  elseif range.count == 0 then
    list_end:note_empty_beyond()
    return conclude(ranges)
  else
    -- Rows were added before these, or some are hidden.
    if not list_end:note_known_beyond(range, ranges.last_rank) then
      note_progress(ranges, range, 0)
    end
    -- If all were requested at once, a server that ignores the offset must not
    -- seem to have sent all too soon.
    local rows = ranges.whole and range.count
      or list_end:rows_to_go(range, ranges.last_rank,
        ranges.first_offset + range_rows.LONGEST_SHIFT)
    ranges.last_rank = range.last_rank
    ranges.frontier = range.offset + rows
  end
  return true
end

-- Handles a complete, anchored range.
local function advance(ranges, range)
  local new, list_end = new_users(ranges, range), ranges.list_end
  local is_end = shows_end(ranges, range, new)
  list_end:note_reply(range.count, range.size, new > 0, ranges.seen.total)
  if range.is_wide and new == 0 and not is_end then
    list_end:note_limit()
    return true
  end
  local is_unshifted = is_all_known(ranges, range)
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

-- Returns whether the server sends more rows than are requested, and a row was
-- skipped: it may have been another than the bad one.
local function is_ambiguous(ranges, range)
  ranges.sends_more = ranges.sends_more
    or range.size > 0 and range.count > range.size
  if ranges.sends_more and ranges.has_skipped then
    ranges.fault = "the cluster sends more rows than are requested, so that "
      .. "it cannot be told which of them it cannot return"
    return true
  end
end

-- Returns whether to confirm the end with another overlap: the usual one after
-- a wide one; or a larger one if few known rows came, because some were
-- removed.
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
    -- The server ignores the offset. All users were read if the request for
    -- all and this one returned the same ones, unless a limit cut both.
    if range.count ~= ranges.whole or range.last_rank ~= ranges.whole then
      return nil
    end
    ranges.list_end:note_ignored_offset(range.count)
    return conclude(ranges)
  elseif range.step == "far" then
    return look_far(ranges, range, range.has_unread)
  elseif range.step == "reversed" then
    return look_reversed(ranges, range)
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
  elseif range.count > range.overlap and range.step ~= "reversed" then
    self.backtrack_offset = nil
    self.frontier = range.offset + range.count
    self.list_end:stop()
  end
  return true
end

-- Skips a row that the cluster cannot return, the only one of a range. Returns
-- its offset; or nil: rows are not the cause, or it is not known which row.
local function skip(ranges, range)
  if not ranges.patience:note_skipped() or ranges.sends_more then
    return nil
  end
  ranges.has_skipped = true
  if not ranges.gap or ranges.gap.last ~= range.offset - 1 then
    ranges.gap = Gap.new(range.offset, ranges.last_rank, ranges.barrier, false)
  end
  ranges.gap.last = range.offset
  ranges.frontier = range.offset + 1
  ranges.barrier = ranges.frontier
  ranges.bad_before, ranges.backtrack_offset = nil, nil
  ranges.probing = false
  return range.offset
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
  elseif range.step == "reversed" then
    return self:shorten(range)
  end
  self.list_end:stop()
  self.missing = 0
  if range.size == -1 then
    self.all = false
    return true
  end
  self.bad_before = range.offset + range.size
  if range.size > range.overlap + 1 then
    return true -- several unread rows: the next range has half of them
  elseif range.overlap == 0 then
    return skip(self, range)
  elseif range.backtracks then
    return backtrack(self, range)
  end
  self.probing = true
  return true
end

--- Handles the refusal of a range: requests no more than a page from now on.
-- If that is refused beyond the end, there are no rows to request.
-- @return whether reading can continue
function Ranges:shorten(range)
  local list_end = self.list_end
  if range.step then
    return list_end:refuse(range.step) and conclude(self)
  elseif range.size <= list_end.size or list_end.size <= ANCHORS then
    return false
  end
  list_end:note_refused_size()
  keep_to_pages(self)
  return true
end

return Ranges
