--- Rows of a list that were passed over, one after the other, because the
-- cluster cannot return them, or hides them.
--
-- Nothing is anchored there: others may have moved in front of these rows, or
-- among them. So the rows after them count only once the rows before them have
-- been found in their places again, and each row that could not be returned
-- still cannot.

local Gap = {}
Gap.__index = Gap

local min = math.min

--- Has no rows yet.
-- @param first the offset of the first row
-- @param rank that of the row before
-- @param barrier rows before it cannot be requested
-- @param is_hidden whether the rows are hidden: then only the rows before are
--   checked
function Gap.new(first, rank, barrier, is_hidden)
  return setmetatable({
    first = first,
    last = first - 1,
    rank = rank,
    barrier = barrier,
    is_hidden = is_hidden,
    -- The row to check now; the one before the first stands for all before.
    due = nil,
  }, Gap)
end

--- Begins to check.
-- @return whether there is anything to check
function Gap:check()
  local has_rows_before = self.first > self.barrier
  self.due = has_rows_before and self.first - 1 or self.first
  return has_rows_before or not self.is_hidden
end

--- Returns the offset of the range to check now, and its number of rows.
-- @param overlap the most rows before to check
function Gap:range(overlap)
  if self.due >= self.first then
    return self.due, 1
  end
  overlap = min(overlap, self.first - self.barrier)
  return self.first - overlap, overlap
end

--- Returns whether a range is as it was when the rows were passed over.
-- @param range what came, or nil: it could not be returned
function Gap:is_unchanged(range)
  if self.due >= self.first then
    return range == nil
  end
  return range ~= nil and not range.unanchored and range.count == range.size
    and range.last_rank == self.rank
end

--- Notes that what was to be checked is as it was.
-- @return whether everything is
function Gap:pass()
  self.due = self.due + 1
  return self.is_hidden or self.due > self.last
end

return Gap
