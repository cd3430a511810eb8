--- Selects the rows of a list to request next, from what
-- thoughtspot.bulk.ranges knows of the list.
--
-- A range begins some rows before the first unread one: see
-- thoughtspot.bulk.overlaps. The next range begins after the rows that came,
-- not after those requested, because a reply may be short.

local overlaps = require "thoughtspot.bulk.overlaps"

local next_range = {}

local ANCHORS = overlaps.ANCHORS

local min, max, floor, huge = math.min, math.max, math.floor, math.huge

-- Creates a range, a request for rows. Its members:
--   offset      the first row
--   size        the number of rows; -1: all
--   overlap     how many of the first rows were read before
--   anchors     how many of the first rows must be known
--   unanchored  whether one of these is not; then the rest is useless
--   count       how many rows have come
--   last_rank   the rank of the last of them
--   total       how many users had been read before the first row came
-- Its kind, if it is not just a page:
--   backtracks  reads rows again, because the range before was unanchored
--   probes      finds out whether the first unread row can be returned
--   checks      verifies rows around a gap
--   step        of the search for the end: "beyond", "confirm", which may be
--               'is_wide', "far", or "reversed": in the opposite order
local function new_range(ranges, offset, size, overlap)
  return {
    offset = offset,
    size = size,
    overlap = overlap,
    anchors = offset > ranges.first_offset and overlaps.anchors(overlap) or 0,
    count = 0,
    last_rank = 0,
    total = 0,
  }
end

-- Returns the number of new rows to request after an overlap: a page in all,
-- unless the overlap takes more than half of it.
local function new_rows(ranges, overlap)
  local size, is_capped = ranges.list_end.size, ranges.list_end.is_capped
  return max(size - overlap, floor(size / 2),
    is_capped and 1 or min(size, ANCHORS))
end

-- Returns how many new rows to request: 'count'; or fewer, to find a bad row
-- among them by bisection.
local function narrowed(ranges, count, frontier)
  if not ranges.bad_before then
    return count
  elseif ranges.patience.skipped > 0 then
    return 1
  end
  return max(min(count, floor((ranges.bad_before - frontier) / 2)), 1)
end

local function backtracking_range(ranges)
  local offset, list_end = ranges.backtrack_offset, ranges.list_end
  local overlap = offset > ranges.first_offset and ANCHORS or 0
  local rows = overlaps.step_back(list_end.size, list_end.is_capped)
  local count = narrowed(ranges, max(rows - overlap, 1), offset + overlap)
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
  -- An unknown user anywhere in it shows that the list goes on.
  range.anchors = range.offset > ranges.first_offset and huge or 0
  range.step = "beyond"
  return range
end

-- Returns a page so many rows after the end. Its rows are only compared.
local function far_range(ranges, rows, index)
  local offset = ranges.frontier - end_overlap(ranges) + rows
  local range = new_range(ranges, offset, ranges.list_end:most_rows(), 0)
  range.anchors = huge
  range.step, range.after, range.far = "far", rows, index
  return range
end

-- Returns the first rows in the opposite order. They are only compared.
local function reversed_range(ranges)
  local range = new_range(ranges, ranges.first_offset,
    ranges.opposite:rows(ranges.seen.total, ranges.list_end:most_rows()), 0)
  range.anchors = huge
  range.step = "reversed"
  return range
end

-- Returns the next range of the search for the end; or nil: the end was found.
local function end_range(ranges)
  local list_end = ranges.list_end
  local known = ranges.frontier - ranges.barrier
  local step, rows = list_end:step(known)
  if step == "beyond" then
    return beyond_range(ranges)
  elseif step == "far" then
    return far_range(ranges, rows, list_end.far + 1)
  elseif step == "reversed" then
    return reversed_range(ranges)
  elseif not step then
    return nil
  end
  local overlap = rows or end_overlap(ranges)
  local range = new_range(ranges, ranges.frontier - overlap,
    max(list_end:most_rows(), overlap + 1), overlap)
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
function next_range.now(ranges, left)
  if ranges.backtrack_offset then
    return backtracking_range(ranges)
  elseif ranges.gap and ranges.gap:is_being_checked() then
    return checking_range(ranges)
  elseif ranges.list_end.suspect then
    return end_range(ranges)
  elseif ranges.probing then
    return probing_range(ranges)
  end
  local overlap = min(ranges.overlap, ranges.frontier - ranges.barrier)
  local offset = ranges.frontier - overlap
  if ranges.all then
    return new_range(ranges, offset, -1, overlap)
  end
  local list_end = ranges.list_end
  local more = list_end.reaches and min(ranges.missing, list_end:most_rows())
  local count = new_rows(ranges, overlap) + (more or 0)
  if ranges.missing == 0 then -- else some of the rows may be hidden
    count = min(count, left)
  end
  count = narrowed(ranges, count, ranges.frontier)
  return new_range(ranges, offset, overlap + count, overlap)
end

--- Returns the range that follows another one if that comes as requested; or
-- nil if that is unlikely.
function next_range.ahead(ranges, range, left)
  if range.step then
    local step, rows, index = ranges.list_end:step_ahead(range)
    return step == "far" and far_range(ranges, rows, index)
      or step == "reversed" and reversed_range(ranges) or nil
  elseif range.size < ranges.list_end.size or range.backtracks
    or ranges.missing > 0 or ranges.bad_before or ranges.gap then
    return nil
  end
  local frontier = range.offset + range.size
  local overlap = min(ranges.overlap, frontier - ranges.barrier)
  return new_range(ranges, frontier - overlap,
    overlap + min(new_rows(ranges, overlap), left), overlap)
end

--- Returns whether a range that was requested ahead is the one to read now.
function next_range.follows(ranges, range)
  if ranges.backtrack_offset or ranges.bad_before or ranges.gap then
    return false
  elseif ranges.list_end.suspect then
    local expected = range.step and end_range(ranges)
    return expected and expected.step == range.step
      and expected.offset == range.offset
  end
  return not range.step and ranges.missing == 0
    and range.offset + range.overlap == ranges.frontier
end

return next_range
