--- A model of a cluster whose list of users changes while it is read, and
-- whose replies have the faults of real clusters, and worse ones. The same
-- seed makes the same cluster.
--
-- Traits, all off by default:
--   inserts, deletes  how many users come, or go, at most between two replies;
--                     half of all replies see no change
--   moves             how many users change places in all
--   ties              users in a row whose order is any, in each reply
--   cap               the most rows of a reply
--   default           what record_size -1 is taken for
--   hidden            one user in so many is dropped after a page was cut
--   gaps              so many users in a row are, somewhere in the list
--   few               true: replies have any number of rows but none
--   fewer             a reply has "one" row less than was asked for, or
--                     "half" of them
--   many              rows beyond those asked for
--   bad               users who make a page unreadable
--   cut               one reply in so many breaks off
--   empty_at          the number of a reply that is empty
--   deaf              true: the offset is ignored

local Model = {}
Model.__index = Model

--- Numbers from 1 to n, the same for the same seed.
function Model.dice(seed)
  local state = seed % 2147483646 + 1
  -- Similar seeds start with similar numbers.
  for _ = 1, 4 do
    state = state * 16807 % 2147483647
  end
  return function(n)
    state = state * 16807 % 2147483647
    return state % n + 1
  end
end

-- The ids, by number, the same in all clusters.
local ids = setmetatable({}, {
  __index = function(list, number)
    list[number] = "id-" .. number
    return list[number]
  end,
})

-- Ties are runs of users with the same number.
local function tie(rows, length)
  for index, row in ipairs(rows) do
    row.tie = math.floor(index / length)
  end
end

local function hide(rows, roll, traits)
  for _, row in ipairs(traits.hidden and rows or {}) do
    row.hidden = roll(traits.hidden) == 1
  end
  if traits.gaps then
    local first = roll(#rows)
    for index = first, math.min(first + traits.gaps - 1, #rows) do
      rows[index].hidden = true
    end
  end
end

--- Creates a cluster of so many users.
-- @param roll dice
-- @param count users
function Model.new(roll, count, traits)
  local rows = {}
  for number = 1, count do
    rows[number] = { id = ids[number], stays = true }
  end
  if traits.ties then
    tie(rows, traits.ties)
  end
  if count > 0 then
    hide(rows, roll, traits)
    for _ = 1, traits.bad or 0 do
      rows[roll(count)].bad = true
    end
  end
  local all = {}
  for index, row in ipairs(rows) do
    all[index] = row
  end
  return setmetatable({
    roll = roll,
    traits = traits,
    rows = rows,
    -- Those that were there at the beginning.
    all = all,
    moves = traits.moves or 0,
    comers = count,
    requests = 0,
  }, Model)
end

-- A position that is not between users of equal rank.
local function place_for(model)
  local rows = model.rows
  local place = model.roll(#rows + 1)
  local before = rows[place - 1]
  while before and before.tie and rows[place]
    and rows[place].tie == before.tie do
    place = place + 1
  end
  return place
end

local function insert(model)
  model.comers = model.comers + 1
  table.insert(model.rows, place_for(model), { id = ids[model.comers] })
end

local function delete(model)
  if #model.rows > 0 then
    local row = table.remove(model.rows, model.roll(#model.rows))
    row.stays = false
  end
end

local function move(model)
  if #model.rows > 0 then
    local row = table.remove(model.rows, model.roll(#model.rows))
    row.stays, row.tie = false, nil
    table.insert(model.rows, place_for(model), row)
  end
end

local function change(model)
  local roll, traits = model.roll, model.traits
  if roll(2) == 1 then
    -- Limits the number of new users, so that the reading can end.
    local comers = roll((traits.inserts or 0) + 1) - 1
    for _ = 1, model.comers < 3 * #model.all and comers or 0 do
      insert(model)
    end
    for _ = 1, roll((traits.deletes or 0) + 1) - 1 do
      delete(model)
    end
  end
  if model.moves > 0 and roll(4) == 1 then
    model.moves = model.moves - 1
    move(model)
  end
end

-- The rows as one reply sees them.
local function shuffled(model)
  if not model.traits.ties then
    return model.rows
  end
  local view = {}
  for index, row in ipairs(model.rows) do
    view[index] = row
    local first = index
    while row.tie and first > 1 and view[first - 1].tie == row.tie do
      first = first - 1
    end
    local other = first + model.roll(index - first + 1) - 1
    view[index], view[other] = view[other], view[index]
  end
  return view
end

local function reverse(rows)
  local reversed = {}
  for index = #rows, 1, -1 do
    reversed[#reversed + 1] = rows[index]
  end
  return reversed
end

local function cut_page(model, offset, size, is_reversed)
  local traits, view = model.traits, shuffled(model)
  if is_reversed then
    view = reverse(view)
  end
  if size == -1 then
    size = traits.default or #view
  end
  if traits.fewer and size > 1 then
    size = traits.fewer == "one" and size - 1 or math.ceil(size / 2)
  end
  size = math.min(size, traits.cap or size)
  if traits.deaf then
    offset = 0
  end
  local page, count, bad = {}, 0, false
  local last = offset + size + (traits.many or 0)
  for index = offset + 1, math.min(last, #view) do
    local row = view[index]
    bad = bad or row.bad
    if not row.hidden then
      count = count + 1
      page[count] = row
    end
  end
  return page, bad
end

-- How many rows of a page are sent.
local function kept_of(model, count)
  local traits = model.traits
  if count < 2 then
    return count
  elseif traits.few then
    return model.roll(count)
  end
  return count
end

--- Answers a request.
-- @param is_reversed whether for the list in the opposite order
-- @return a list of rows, and whether it breaks off after these; or nil: one
--   of the rows cannot be returned
function Model:reply(offset, size, is_reversed)
  local roll, traits = self.roll, self.traits
  self.requests = self.requests + 1
  -- A reply may have been on its way when the list changed.
  local late = roll(3) == 1
  if not late then
    change(self)
  end
  local page, bad = cut_page(self, offset, size, is_reversed)
  if late then
    change(self)
  end
  if bad then
    return nil
  elseif traits.empty_at == self.requests then
    return {}
  end
  local kept = kept_of(self, #page)
  local broken = traits.cut and roll(traits.cut) == 1 or false
  if broken then
    kept = roll(kept + 1) - 1
  end
  for index = #page, kept + 1, -1 do
    page[index] = nil
  end
  return page, broken
end

--- Compares the users that were read with those that should have been.
-- @param times { id = how often it was read }
-- @return the number of lost users, and of those that were read twice
function Model:judge(times)
  local lost, doubles = 0, 0
  for _, row in ipairs(self.all) do
    if row.stays and not row.hidden and not row.bad and not times[row.id] then
      lost = lost + 1
    end
  end
  for _, count in pairs(times) do
    doubles = doubles + (count > 1 and 1 or 0)
  end
  return lost, doubles
end

return Model
