--- Judges the rows of a range as they arrive: whether the anchors are in their
-- places, and which users are new.

local note_row = require "thoughtspot.bulk.opposite".note_row
local remember = require "thoughtspot.core".seen.remember

local range_rows = {}

--- Users that are created meanwhile do not shift the first user of the list
-- past so many rows: if that user begins a range so far on, the server
-- ignores the offset.
range_rows.LONGEST_SHIFT = 1000

local huge = math.huge

-- Notes the first row of a range. If the server ignores the offset, the rows
-- are only compared with those that came when all were requested, because
-- these users may be forgotten.
local function note_first_row(ranges, range, id)
  range.total = ranges.seen.total
  if range.offset == ranges.first_offset then
    ranges.first_id = ranges.first_id or id
  elseif id == ranges.first_id then
    range.starts_over = true
    range.restarts = range.offset - ranges.first_offset
      >= range_rows.LONGEST_SHIFT
    range.anchors = range.restarts and huge or range.anchors
  end
end

-- Returns whether a row, the first one or an anchor, is where it was, as far
-- as is known.
local function is_in_place(ranges, range, id)
  local rank = ranges.seen:rank(id)
  if range.step == "reversed" then
    note_row(range, id, rank, ranges.seen.total)
    return false
  elseif range.count == 1 then
    note_first_row(ranges, range, id)
  end
  if range.restarts then
    range.last_rank = rank
    range.unanchored = not ranges.whole
    return false
  elseif range.step == "far" then
    -- A row is unread if its user is unknown or was read after the end.
    range.has_unread = range.has_unread or not rank or rank > ranges.last_rank
    return false
  end
  range.unanchored = range.count <= range.anchors and not rank
  return not range.unanchored
end

--- Counts a row of a range, and returns whether its user is new. If the range
-- is unanchored then, the rest of it is useless, and it must be finished.
function range_rows.is_new(ranges, range, id)
  local count = range.count + 1
  range.count = count
  if (count == 1 or count <= range.anchors)
    and not is_in_place(ranges, range, id) then
    return false
  end
  local rank, is_known = remember(ranges.seen, id)
  range.last_rank = rank
  return not is_known
end

local function has_id(user)
  local id = user.id
  return type(id) == "number" or type(id) == "string" and id ~= ""
end

--- Counts the rows of a range in a list of users, as is_new does one by one,
-- and removes the users from the list that are not new; all if the range
-- turns out to be unanchored.
-- @param hide_id whether to remove the ids of the users
-- @return true; or nil: the user after the last one in the list has no id
function range_rows.sift(ranges, range, users, hide_id)
  local count, first, kept = #users, 1, 0
  -- The places of the first rows are checked.
  while first <= count and (range.count == 0 or range.count < range.anchors)
    and has_id(users[first]) do
    local user = users[first]
    if range_rows.is_new(ranges, range, user.id) then
      kept = kept + 1
      users[kept] = user
      if hide_id then
        user.id = nil
      end
    end
    first = range.unanchored and count + 1 or first + 1
  end
  local rows, rank = ranges.seen:sift(users, first, kept, hide_id)
  if rows > 0 then
    range.count, range.last_rank = range.count + rows, rank
  end
  return first + rows > count or nil
end

return range_rows
