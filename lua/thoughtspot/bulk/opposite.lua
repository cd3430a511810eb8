--- Compares a list with its opposite order: decides how many users to request
-- there, and what these show.
--
-- The first users there must be among those that were read. If it is just the
-- list reversed, few of them show as much as many: that no user follows the
-- last one read. If the cluster ignores the order, the first one shows that. A
-- client remembers whether it was so, and then requests few. If these are not
-- as expected, many are requested, too.

local Opposite = {}
Opposite.__index = Opposite

-- Rows to request.
local FEW = 8
local MANY = 100

-- So many rows in just the reverse order are not so by chance.
local ENOUGH = 50

local min = math.min

-- Returns the order opposite to the one that a filter asks for; if it asks for
-- none, the newest users first.
local function reversed(order)
  local field = type(order) == "table" and order.field_name
  return {
    field_name = type(field) == "string" and field or "CREATED",
    order = field and order.order == "DESC" and "ASC" or "DESC",
  }
end

-- Returns a key for the order that a filter asks for.
local function key_of(order)
  return type(order) == "table"
    and tostring(order.field_name) .. " " .. tostring(order.order) or ""
end

--- Begins a list.
-- @param known what a client remembers: a table, empty at first
-- @param order the sort_options of the filter, or nil
function Opposite.new(known, order)
  local key = key_of(order)
  return setmetatable({
    known = known,
    key = key,
    -- The sort_options of the opposite order.
    order = reversed(order),
    -- Whether few rows may be enough.
    is_few = known[key] or false,
  }, Opposite)
end

--- Returns how many rows to request: all that may come if no user was read,
-- because these show whether there are any.
-- @param total how many users were read
-- @param most the most rows to request
function Opposite:rows(total, most)
  if total == 0 then
    return most
  end
  return min(self.is_few and total > FEW and FEW or MANY, most)
end

--- Notes a row of a reply.
-- @param rank the rank of its user, or nil: unknown
-- @param total how many users were read
function Opposite.note_row(range, id, rank, total)
  local count = range.count
  range.total = total
  range.unknown_id = range.unknown_id or not rank and id or nil
  -- It begins as the list does: the cluster ignores the order.
  range.is_forward = range.is_forward
    or count == 1 and rank == 1 and total > 1
  -- Users may have gone since they were read.
  range.is_mixed = range.is_mixed or not rank
    or count > 1 and rank >= range.last_rank
  range.last_rank = rank or range.last_rank
end

--- Judges a reply.
-- @return whether its rows suffice; otherwise more are to be requested
function Opposite:judge(range)
  local is_told = range.is_forward or not range.is_mixed
  if self.is_few and range.size == FEW then
    is_told = is_told and (range.is_forward or range.count == FEW)
    self.is_few = is_told
    self.known[self.key] = is_told or nil
    return is_told or range.unknown_id ~= nil
  elseif range.count >= ENOUGH then
    self.known[self.key] = is_told or nil
  end
  return true
end

return Opposite
