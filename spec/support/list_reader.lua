--- Reads lists as thoughtspot.bulk.pages does, but without a client: from a
-- function that answers requests for ranges.

local Opposite = require "thoughtspot.bulk.opposite"
local Ranges = require "thoughtspot.bulk.ranges"

local list_reader = {}

-- Handles a reply as the pager does. Returns whether reading can continue.
local function handle(ranges, range, rows, broken, result)
  if not rows then
    local went = ranges:bisect(range)
    if type(went) == "number" then
      result.skipped[went] = true
    end
    return went
  end
  ranges:sift(range, rows, false)
  for _, row in ipairs(rows) do
    result.times[row.id] = (result.times[row.id] or 0) + 1
  end
  if broken then
    return ranges:resume(range)
  end
  return ranges:finish(range)
end

--- Reads a list.
-- @param reply function(offset, size, is_reversed): a new list of rows with
--   ids, in the opposite order if it is reversed, and whether it breaks off
--   after these; or nil: one of them cannot be returned
-- @param size rows per page, or -1
-- @param known what other lists have shown of the opposite order; nil: nothing
-- @return { times = { id = how often it was returned }, skipped = { offset =
--   true }, requests, ended = whether the list was read to its end }
function list_reader.read(reply, size, known)
  local ranges = Ranges.new(size, 0, Opposite.new(known or {}))
  local result = { times = {}, skipped = {}, requests = 0 }
  local went
  repeat
    local range = ranges:next(math.huge)
    result.requests = result.requests + 1
    local rows, broken = reply(range.offset, range.size,
      range.step == "reversed")
    went = handle(ranges, range, rows, broken, result)
    assert(result.requests < 20000, "too many requests")
  until ranges.ended or not went
  result.ended = ranges.ended
  return result
end

return list_reader
