--- Reads all that a search finds, page by page.
--
-- A page is a streamed search for a range of rows. Pages that are asked for
-- ahead wait in a queue; users are taken from its head as they arrive. What
-- goes wrong with a page puts other ranges in its place: the rest of it,
-- when it broke off, or its halves, when one row of it makes the cluster
-- answer 404.
--
-- Rows come and go meanwhile, and shift the others. So a page is asked for
-- together with the row before it, and its rows count from the first known one
-- on, that is, one that was read before: whatever lies before such a row was
-- read before too. Where a page has none, rows have gone, and others may have
-- slipped to the front of it, unread: then it is read on from a page earlier,
-- if need be from the beginning.

local core = require "thoughtspot.core"
local check_options = require "thoughtspot.options".check
local rows = require "thoughtspot.bulk.options"

local DEFAULT_PAGE_SIZE = 1000

-- Rows in a row that the cluster may fail to return, before it is taken that
-- it is not the rows.
local MAX_SKIPPED = 16

-- How many of the latest rows are known, at least; two pages, where that is
-- more. In one reply nothing shifts: there, it is for going on when it breaks.
local WINDOW = 2000
local STREAM_WINDOW = 100

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

-- The filter is copied for each page: what is wrong with it as it was given
-- would be lost.
local function check_filter(client, filter)
  local _, err = client.core:check("search_users", filter)
  return err
end

local function find_fault(client, filter, options)
  if type(filter) ~= "table" then
    return core.error("argument", "expected a table, got " .. type(filter),
      "search_users", "filter")
  end
  if type(options) ~= "table" then
    return core.error("argument", "expected a table, got " .. type(options),
      "search_users", "options")
  end
  if filter.record_size ~= nil then
    return core.error("argument", "give page_size, or limit, in the options",
      "search_users", "record_size")
  end
  if type(filter.record_offset or 0) ~= "number" then
    return core.error("argument", "expected a number, got "
      .. type(filter.record_offset), "search_users", "record_offset")
  end
  return check_options(rows.EachUserOptions, options, "search_users")
    or check_filter(client, filter)
end

local function window_of(size)
  return size == -1 and STREAM_WINDOW or math.max(2 * size, WINDOW)
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
  local offset = filter.record_offset or 0
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
    first_offset = offset,
    next_offset = offset,
    -- From where it is read on since rows have gone, until one is known.
    lost = nil,
    -- GUIDs of the known rows, in two generations, and how many rows the
    -- younger one holds, 'window' at most.
    window = window_of(size),
    ids = {},
    older_ids = {},
    id_count = 0,
    -- Known rows in a row.
    stale = 0,
    -- Rows in a row that the cluster did not return.
    skipped = 0,
  }, Pager)
end

local function empty_queue(pager)
  for _, page in ipairs(pager.queue) do
    if page.exchange then
      page.exchange:cancel()
    end
  end
  pager.queue, pager.head = {}, nil
end

--- Ends the requests that are on their way. There are no more users then.
function Pager:close()
  empty_queue(self)
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
  local answer, err = pager.client.waiter:start(page.exchange)
  if not answer then
    page.exchange = nil
    return nil, err
  end
  return true
end

-- Asks for the rows of a page: true, or nil and an error.
local function ask(pager, page)
  local request = copy(pager.filter)
  request.record_offset = page.offset - page.overlap
  request.record_size = page.size == -1 and -1 or page.size + page.overlap
  local exchange, err = pager.client.core:prepare("search_users", request,
    { fields = pager.fields })
  if not exchange then
    return nil, err
  end
  page.exchange = exchange:stream()
  page.taken = -page.overlap
  return kick(pager, page)
end

-- How many rows before a page are asked for with it: there is none before the
-- first page.
local function overlap_at(pager, offset)
  return offset > pager.first_offset and 1 or 0
end

local function push(pager, position, offset, size, overlap)
  table.insert(pager.queue, position, {
    offset = offset, size = size,
    overlap = overlap or overlap_at(pager, offset),
  })
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
  local offset = pager.next_offset
  if pager.size == -1 then
    pager.last_seen = true
    push(pager, 1, offset, -1)
    return
  end
  -- No more than page_size with the row before it, but one that is new.
  local size = math.max(pager.size - overlap_at(pager, offset), 1)
  size = math.min(size, rows_left(pager))
  push(pager, #pager.queue + 1, offset, size)
  pager.next_offset = offset + size
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
  local head = pager.queue[1]
  head.placed = head.overlap == 0 and not pager.lost
  pager.head = head
  return head
end

-- Lets the pages behind the head move on, while the head is consumed.
local function nudge(pager)
  pager.client.waiter:yield()
  if #pager.queue > 1 then
    for index = 2, #pager.queue do
      if pager.queue[index].exchange then
        kick(pager, pager.queue[index])
      end
    end
    pager.client.core:poll(0)
  end
end

-- Reads on from a page earlier than one without a known row.
local function go_back(pager, page)
  local step = pager.size == -1 and DEFAULT_PAGE_SIZE or pager.size
  local offset = math.max((pager.lost or page.offset) - step,
    pager.first_offset)
  pager.lost = offset > pager.first_offset and offset or nil
  pager.next_offset = offset
  pager.last_seen = false
  empty_queue(pager)
  return true
end

-- The rows of a page that came whole: was it the last one?
local function end_page(pager, page)
  if not page.placed then
    return go_back(pager, page)
  end
  drop(pager)
  -- That is more than there are known ones: some have come twice.
  if pager.stale > 2 * pager.window then
    return nil, core.error("api", "the cluster returns the same users again "
      .. "and again, whatever record_offset says", "search_users")
  end
  if page.taken > 0 then
    pager.skipped = 0
  end
  if page.size == -1 or page.taken < page.size then
    pager:close()
  end
  return true
end

-- A page that broke off after some of its rows were taken: asks for the
-- others. Where none was, the core has tried again itself.
local function resume(pager, page, err)
  if page.taken <= 0 or not (err.kind == "network" or err.kind == "timeout")
  then
    return nil, err
  elseif page.taken == page.size then
    return end_page(pager, page)
  end
  drop(pager)
  push(pager, 1, page.offset + page.taken,
    page.size == -1 and -1 or page.size - page.taken)
  return true
end

-- A page that the cluster answers with 404, because a row of it refers to
-- something deleted: asks for its halves, down to that row.
local function bisect(pager, page, err)
  drop(pager)
  if page.overlap == 1 and (page.size == 1 or pager.skipped > 0) then
    -- It may be the row before the page.
    push(pager, 1, page.offset, page.size, 0)
    return true
  end
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
    pager.window = window_of(pager.size)
    pager.last_seen = false
    pager.next_offset = page.offset
    return true
  end
  local half = math.floor(page.size / 2)
  push(pager, 1, page.offset, half, page.overlap)
  push(pager, 2, page.offset + half, page.size - half)
  return true
end

local function recover(pager, page, err)
  if err.status == 404 then
    return bisect(pager, page, err)
  end
  return resume(pager, page, err)
end

-- Counts a row, and tells whether its user is new, and known to be in place.
local function is_fresh(pager, page, user)
  local id = user.id
  page.taken = page.taken + 1
  if id == nil then -- its place alone tells whether it was read before
    page.placed = true
    return page.taken > 0
  end
  if pager.hide_id then
    user.id = nil
  end
  local known = pager.ids[id] or pager.older_ids[id]
  if known then
    page.placed, pager.lost = true, nil
  elseif not page.placed then
    return false
  end
  pager.stale = known and pager.stale + 1 or 0
  pager.ids[id] = true
  pager.id_count = pager.id_count + 1
  if pager.id_count == pager.window then
    pager.older_ids, pager.ids, pager.id_count = pager.ids, {}, 0
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

-- Handles a row: returns its user, or nil if it is not to be returned.
local function take_row(pager, page, user)
  local fresh = is_fresh(pager, page, user)
  if page.taken % TAKES_PER_POLL == 0 then
    nudge(pager)
  end
  if not fresh then
    return nil
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
      user = take_row(self, page, user)
      if user then
        return user
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
