--- Rows of a list, one after the other, that were passed over because the
-- cluster cannot return them, or hides them.
--
-- No range overlaps them, and users may have moved in front of them or among
-- them. So what was read after them counts only once the rows before them have
-- been found in their places again, and each row that could not be returned
-- still cannot.

local Gap = {}
Gap.__index = Gap

local min = math.min

--- Creates a gap without rows.
-- @param first the offset of its first row
-- @param rank the rank of the row before that
-- @param barrier the offset of the first row that can be requested
-- @param is_hidden whether the rows are hidden: then only the rows before are
--   checked
function Gap.new(first, rank, barrier, is_hidden)
  return setmetatable({
    first = first,
    last = first - 1,
    rank = rank,
    barrier = barrier,
    is_hidden = is_hidden,
    -- The row to check now, or nil. The one before the first stands for all
    -- the rows before.
    due = nil,
  }, Gap)
end

--- Begins the check.
-- @return whether there is anything to check
function Gap:check()
  local has_rows_before = self.first > self.barrier
  self.due = has_rows_before and self.first - 1 or self.first
  return has_rows_before or not self.is_hidden
end

--- Returns whether there is something to check now.
function Gap:is_being_checked()
  return self.due ~= nil
end

--- Returns the offset of the rows to check now, and their number.
-- @param overlap how many rows before the gap to check, at most
function Gap:range(overlap)
  if self.due >= self.first then
    return self.due, 1
  end
  overlap = min(overlap, self.first - self.barrier)
  return self.first - overlap, overlap
end

--- Returns whether the checked rows are as they were when rows were passed
-- over.
-- @param range the range that came; or nil: it could not be returned
function Gap:is_unchanged(range)
  if self.due >= self.first then
    return range == nil
  end
  return range ~= nil and not range.unanchored and range.count == range.size
    and range.last_rank == self.rank
end

--- Notes that the checked rows are as they were.
-- @return whether that was the last check
function Gap:pass()
  self.due = self.due + 1
  return self.is_hidden or self.due > self.last
end

return Gap
