--- Decides how many rows a range shares with the one before it.
--
-- The first of these rows are the anchors: a range counts only if their users
-- are known. So as many rows as the overlap has, less the anchors, can be
-- removed between two replies without rows being read again.

local overlaps = {}

--- There are two anchors at least, so that neither one user who moves nor two
-- who swap places can hide others.
overlaps.ANCHORS = 2

-- More anchors are not needed: users who are created behind them are read,
-- without rows being read again.
local MOST_ANCHORS = 32

-- The usual overlap. Each time that rows have to be read again, it grows, up
-- to the widest one, or half a page if that is more.
local USUAL = 8
local GROWTH = 4
local WIDEST = 64

local min, max, floor = math.min, math.max, math.floor

--- Returns the overlap of pages of so many rows: an eighth if they are small.
function overlaps.of(size)
  return max(overlaps.ANCHORS, min(USUAL, floor(size / 8)))
end

--- Returns how many rows of an overlap are anchors.
function overlaps.anchors(overlap)
  return min(overlap, max(overlaps.ANCHORS, floor(overlap / 2)), MOST_ANCHORS)
end

--- Returns the overlap to use after rows had to be read again.
-- @param size rows per page
-- @param is_capped whether the server returns no more
function overlaps.grown(overlap, size, is_capped)
  return min(overlap * GROWTH,
    max(floor(size / 2), is_capped and overlap or WIDEST))
end

--- Returns how many rows to read again.
-- @param size rows per page
-- @param is_capped whether the server returns no more
function overlaps.step_back(size, is_capped)
  return is_capped and size or max(size, WIDEST)
end

return overlaps
