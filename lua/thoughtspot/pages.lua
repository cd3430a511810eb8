--- Reads all that a search finds, page by page.
--
-- A page is a streamed search for a range of rows. Pages that are asked for
-- ahead wait in a queue; users are taken from its head as they arrive. What
-- goes wrong with a page puts other ranges in its place: the rest of it,
-- when it broke off, or its halves, when one row of it makes the cluster
-- answer 404.

local core = require "thoughtspot.core"
local check_options = require "thoughtspot.options"

local DEFAULT_PAGE_SIZE = 1000

-- Rows in a row that the cluster may fail to return, before it is taken that
-- it is not the rows.
local MAX_SKIPPED = 16

-- Pages in a row that may hold nothing new: writes can shift so much, once.
local MAX_REPEATED = 2

-- GUIDs kept of a streamed reply, for the case that it breaks off.
local RECENT = 1000

-- Users taken between two looks at the pages that are on their way.
local TAKES_PER_POLL = 64

local Pager = {}
Pager.__index = Pager

local function copy(source)
  local target = {}
  for key, value in pairs(source or {}) do
    target[key] = value
  end
  return target
end

-- GUIDs tell users apart, wanted or not. A list with a hole keeps one, for the
-- core to refuse: the place is by the count, which then lies before the end.
local function with_id(fields)
  local wanted, count = copy(fields), 0
  for _, field in pairs(fields) do
    if field == "id" then
      return wanted, false
    end
    count = count + 1
  end
  wanted[count + 1] = "id"
  return wanted, true
end

local option_kinds = {
  fields = "a table",
  page_size = "a whole number above zero, or -1",
  prefetch = "a whole number, zero or more",
  limit = "a whole number, zero or more",
  on_skipped = "a function",
}

local function refuse(field, what)
  return core.error("argument", field .. ": " .. what, "search_users", field)
end

-- The filter is copied for each page: what is wrong with it as it was given
-- would be lost.
local function check_filter(client, filter)
  local exchange, err = client.core:prepare("search_users", filter)
  if not exchange then
    return err
  end
  exchange:cancel()
end

local function find_fault(client, filter, options)
  if type(filter) ~= "table" then
    return refuse("filter", "expected a table, got " .. type(filter))
  end
  if type(options) ~= "table" then
    return refuse("options", "expected a table, got " .. type(options))
  end
  if filter.record_size ~= nil then
    return refuse("record_size", "give page_size, or limit, in the options")
  end
  if type(filter.record_offset or 0) ~= "number" then
    return refuse("record_offset", "expected a number, got "
      .. type(filter.record_offset))
  end
  return check_options(option_kinds, options, "search_users")
    or check_filter(client, filter)
end

--- See Client:each_user.
function Pager.new(client, filter, options)
  filter, options = filter or {}, options or {}
  local fault = find_fault(client, filter, options)
  if fault then
    return setmetatable({
      failure = fault, ended = true, queue = {}, size = -1,
    }, Pager)
  end
  local fields, hide_id
  if options.fields then
    fields, hide_id = with_id(options.fields)
  end
  local size = options.page_size or DEFAULT_PAGE_SIZE
  return setmetatable({
    client = client,
    filter = copy(filter),
    fields = fields,
    hide_id = hide_id,
    size = size,
    prefetch = size == -1 and 0 or options.prefetch or 1,
    left = options.limit or math.huge,
    ended = options.limit == 0,
    on_skipped = options.on_skipped,
    -- Ranges that are on their way; the first of them, once all have been
    -- asked for; and where the next one begins.
    queue = {},
    head = nil,
    next_offset = filter.record_offset or 0,
    -- GUIDs of the latest users, from page_size to twice as many: one that an
    -- offset shifted by a write repeats is among them. Of a streamed reply, a
    -- ring of the latest ones.
    ids = {},
    id_count = 0,
    older_ids = {},
    ring = {},
    skipped = 0,
    repeated = 0,
  }, Pager)
end

--- Ends the requests that are on their way.
function Pager:close()
  for _, page in ipairs(self.queue) do
    if page.exchange then
      page.exchange:cancel()
    end
  end
  self.queue = {}
  self.ended = true
end

Pager.__close = Pager.close

local function fail(pager, err)
  pager:close()
  pager.failure = err
  return nil, err
end

-- Moves a page's request on: true, or nil and an error. Then it is as if it
-- had not been sent.
local function kick(pager, page)
  local answer, err = pager.client.waiter:kick(page.exchange)
  if not answer then
    page.exchange = nil
    return nil, err
  end
  return true
end

-- Asks for the rows of a page: true, or nil and an error.
local function ask(pager, page)
  local request = copy(pager.filter)
  request.record_offset = page.offset
  request.record_size = page.size
  local exchange, err = pager.client.core:prepare("search_users", request,
    { fields = pager.fields })
  if not exchange then
    return nil, err
  end
  page.exchange = exchange:stream()
  page.taken = 0
  page.fresh = 0
  return kick(pager, page)
end

local function push(pager, position, offset, size)
  table.insert(pager.queue, position, { offset = offset, size = size })
  pager.head = nil
end

-- Takes the head off the queue.
local function drop(pager)
  local page = table.remove(pager.queue, 1)
  page.exchange:cancel()
  pager.head = nil
end

-- How many rows are wanted beyond those that have been asked for.
local function rows_left(pager)
  local left = pager.left
  for _, page in ipairs(pager.queue) do
    left = left - page.size
  end
  return left
end

-- Whether another page is to be asked for: the first, or one ahead.
local function wants_page(pager)
  return not pager.last_seen and #pager.queue <= pager.prefetch
    and rows_left(pager) > 0
end

local function push_next(pager)
  if pager.size == -1 then
    pager.last_seen = true
    push(pager, 1, pager.next_offset, -1)
    return
  end
  local size = math.min(pager.size, rows_left(pager))
  push(pager, #pager.queue + 1, pager.next_offset, size)
  pager.next_offset = pager.next_offset + size
end

-- Makes the queue as long as it should be, and sends its pages on their way.
-- Returns its head, or nil and an error.
local function fill(pager)
  while wants_page(pager) do
    push_next(pager)
  end
  for index, page in ipairs(pager.queue) do
    if not page.exchange then
      local asked, err = ask(pager, page)
      if not asked and index == 1 then
        return nil, err
      end
    end
  end
  pager.head = pager.queue[1]
  return pager.head
end

-- Lets the pages behind the head move on, while the head is consumed.
local function nudge(pager)
  pager.client.waiter:breathe()
  if #pager.queue > 1 then
    for index = 2, #pager.queue do
      if pager.queue[index].exchange then
        kick(pager, pager.queue[index])
      end
    end
    pager.client.core:poll(0)
  end
end

-- Forgets the GUIDs of users that lie far enough back.
local function age_ids(pager, page)
  pager.id_count = pager.id_count + page.taken
  if pager.id_count >= pager.size then
    pager.older_ids, pager.ids, pager.id_count = pager.ids, {}, 0
  end
end

-- The rows of a page that came whole: was it the last one, and was it new?
local function end_page(pager, page)
  drop(pager)
  local repeated = page.taken == page.size and page.fresh == 0
  pager.repeated = repeated and pager.repeated + 1 or 0
  if pager.repeated >= MAX_REPEATED then
    return nil, core.error("api", "the cluster returns the same page again "
      .. "and again, whatever record_offset says", "search_users")
  end
  if page.taken > 0 then
    pager.skipped = 0
  end
  if page.size == -1 or page.taken < page.size then
    pager:close()
  end
  age_ids(pager, page)
  return true
end

-- A page that broke off after some of its users were taken: asks for the
-- others. Where none was, the core has tried again itself.
local function resume(pager, page, err)
  if page.taken == 0 or not (err.kind == "network" or err.kind == "timeout")
  then
    return nil, err
  end
  drop(pager)
  if page.size == -1 then
    push(pager, 1, page.offset + page.taken, -1)
    for _, id in pairs(pager.ring) do
      pager.older_ids[id] = true
    end
  elseif page.taken < page.size then
    push(pager, 1, page.offset + page.taken, page.size - page.taken)
  end
  return true
end

-- A page that the cluster answers with 404, because a row of it refers to
-- something deleted: asks for its halves, down to that row.
local function bisect(pager, page, err)
  drop(pager)
  if page.size == 1 then
    pager.skipped = pager.skipped + 1
    if not pager.on_skipped or pager.skipped > MAX_SKIPPED then
      return nil, err
    end
    pager.on_skipped { offset = page.offset, err = err }
    return true
  end
  if page.size == -1 then
    pager.size = DEFAULT_PAGE_SIZE
    pager.last_seen = false
    pager.next_offset = page.offset
    return true
  end
  local half = math.floor(page.size / 2)
  push(pager, 1, page.offset, half)
  push(pager, 2, page.offset + half, page.size - half)
  return true
end

local function recover(pager, page, err)
  if err.status == 404 and page.taken == 0 then
    return bisect(pager, page, err)
  end
  return resume(pager, page, err)
end

-- Counts a row, and tells whether its user is to be returned.
local function is_fresh(pager, page, user)
  local id = user.id
  page.taken = page.taken + 1
  if id == nil then
    page.fresh = page.fresh + 1
    return true
  end
  if pager.hide_id then
    user.id = nil
  end
  local known = pager.ids[id] or pager.older_ids[id]
  if page.size == -1 then
    pager.ring[page.taken % RECENT] = id
  else
    pager.ids[id] = true
  end
  if not known then
    page.fresh = page.fresh + 1
  end
  return not known
end

-- Deals with the end of the head's reply: true, or nil and an error.
local function turn_page(pager, page, err)
  if err then
    return recover(pager, page, err)
  end
  return end_page(pager, page)
end

local function hand_out(pager, page, user)
  if page.taken % TAKES_PER_POLL == 0 then
    nudge(pager)
  end
  pager.left = pager.left - 1
  if pager.left == 0 then
    pager:close()
  end
  return user
end

--- The next user, or nil after the last, or nil and an error.
function Pager:next_user()
  while not self.ended do
    local page = self.head
    if not page then
      local err
      page, err = fill(self)
      if not page then
        return fail(self, err)
      end
    end
    local user, err = page.exchange:take()
    if not user and not err then
      user, err = self.client.waiter:take(page.exchange)
    end
    if user then
      if is_fresh(self, page, user) then
        return hand_out(self, page, user)
      end
    else
      local turned
      turned, err = turn_page(self, page, err)
      if not turned then
        return fail(self, err)
      end
    end
  end
  return nil, self.failure
end

--- The next page: a list of page_size users, less where the list ends or
-- cannot be read on; or nil after the last, or nil and an error.
function Pager:next()
  local page, size = {}, self.size
  while size == -1 or #page < size do
    local user, err = self:next_user()
    if not user then
      if #page > 0 then
        break
      end
      return nil, err
    end
    page[#page + 1] = user
  end
  return page
end

return Pager
