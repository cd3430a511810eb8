--- Reads all users that a search finds, page by page.
--
-- Each page is a streamed search for a range of rows, which
-- thoughtspot.bulk.ranges selects. Pages requested ahead wait in a queue, and
-- users are taken from its head as they arrive, several at once. If the head
-- does not come as requested, the pages behind it are requested again.

local core = require "thoughtspot.core"
local read_options = require "thoughtspot.options".read
local rows = require "thoughtspot.bulk.options"
local Opposite = require "thoughtspot.bulk.opposite"
local Ranges = require "thoughtspot.bulk.ranges"

-- Users taken between two polls of the pages in flight, and users taken from
-- the core at once.
local TAKES_PER_POLL = 64
local SLICE = 32

local floor = math.floor

local Pager = {}
Pager.__index = Pager

local function copy(source)
  local target = {}
  for key, value in pairs(source or {}) do
    target[key] = value
  end
  return target
end

-- Adds the id to the wanted fields, because GUIDs identify users. Appends it
-- after the count of fields, so that a list with a hole keeps the hole for the
-- core to refuse.
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

-- Checks the filter as given, because the copy made for each page would hide
-- what is wrong with it.
local function check_filter(client, filter)
  local _, err = client.core:check("search_users", filter)
  return err
end

-- Returns the options with their defaults, or nil and an error.
local function read_arguments(client, filter, options)
  if type(filter) ~= "table" then
    return nil, core.error("argument", "expected a table, got "
      .. type(filter), "search_users", "filter")
  end
  if type(options) ~= "table" then
    return nil, core.error("argument", "expected a table, got "
      .. type(options), "search_users", "options")
  end
  if filter.record_size ~= nil then
    return nil, core.error("argument", "give page_size, or limit, in the "
      .. "options", "search_users", "record_size")
  end
  if type(filter.record_offset or 0) ~= "number" then
    return nil, core.error("argument", "expected a number, got "
      .. type(filter.record_offset), "search_users", "record_offset")
  end
  local read, fault = read_options(rows.EachUserOptions, options,
    "search_users")
  fault = fault or check_filter(client, filter)
  if fault then
    return nil, fault
  end
  return read
end

--- See Client:each_user.
function Pager.new(client, filter, options)
  local fault
  filter = filter or {}
  options, fault = read_arguments(client, filter, options or {})
  if not options then
    return setmetatable({
      client = client, failure = fault, ended = true, users = {}, index = 1,
      queue = {}, size = -1,
    }, Pager)
  end
  local fields, hide_id
  if options.fields then
    fields, hide_id = with_id(options.fields)
  end
  local size = options.page_size
  local opposite = Opposite.new(client.opposites, filter.sort_options)
  return setmetatable({
    client = client,
    filter = copy(filter),
    fields = fields,
    hide_id = hide_id,
    size = size,
    prefetch = size == -1 and 0 or options.prefetch,
    left = options.limit or math.huge,
    ended = options.limit == 0,
    on_skipped = options.on_skipped,
    opposite = opposite,
    ranges = Ranges.new(size, filter.record_offset or 0, opposite),
    -- The users taken last, and the index of the next one to return.
    users = {},
    index = 1,
    -- Pages requested; and the first of them, once all have been sent.
    queue = {},
    head = nil,
  }, Pager)
end

local function empty_queue(pager)
  local exchanges = {}
  for _, page in ipairs(pager.queue) do
    exchanges[#exchanges + 1] = page.exchange
  end
  pager.queue, pager.head = {}, nil
  pager.client.waiter:abandon(exchanges)
end

--- Cancels the requests in flight. No users follow.
function Pager:close()
  empty_queue(self)
  self.users, self.index = {}, 1
  self.ended = true
  if self.ranges then
    self.ranges:close()
  end
end

Pager.__close = Pager.close

local function fail(pager, err)
  pager:close()
  pager.failure = err
  return nil, err
end

-- Starts the request of a page: true, or nil and an error; then the page
-- counts as not sent.
local function start(pager, page)
  local want, err = pager.client.waiter:start(page.exchange)
  if not want then
    page.exchange = nil
    return nil, err
  end
  return true
end

-- Requests the rows of a page: true, or nil and an error.
local function ask(pager, page)
  local request = copy(pager.filter)
  request.record_offset = page.range.offset
  request.record_size = page.range.size
  if page.range.step == "reversed" then
    request.sort_options = pager.opposite.order
  end
  local exchange, err = pager.client.core:prepare("search_users", request,
    { fields = pager.fields })
  if not exchange then
    return nil, err
  end
  page.exchange = exchange:stream()
  return start(pager, page)
end

-- Appends a page to the queue. Returns its range.
local function push(pager, range)
  pager.queue[#pager.queue + 1] = { range = range }
  return range
end

-- Fills the queue and starts its requests. Returns its head, or nil and an
-- error.
local function fill(pager)
  local queue, left = pager.queue, pager.left
  if #queue == 0 then
    push(pager, pager.ranges:next(left))
  end
  for index = 1, pager.prefetch + 1 do
    local range = queue[index] and queue[index].range
    if not range then
      range = left > 0 and pager.ranges:ahead(queue[index - 1].range, left)
      if not range then
        break
      end
      push(pager, range)
    end
    left = left - (range.size - range.overlap)
  end
  for index, page in ipairs(queue) do
    if not page.exchange then
      local asked, err = ask(pager, page)
      if not asked and index == 1 then
        return nil, err
      end
    end
  end
  pager.head = queue[1]
  return pager.head
end

-- Drives the requests behind the head while the head is consumed.
local function poll_ahead(pager)
  pager.client.waiter:yield()
  if #pager.queue > 1 then
    for index = 2, #pager.queue do
      if pager.queue[index].exchange then
        start(pager, pager.queue[index])
      end
    end
    pager.client.core:poll(0)
  end
end

-- Removes the head from the queue, and pages that no longer follow it.
local function turn_page(pager)
  if pager.ranges.ended then
    pager:close()
    return true
  end
  local page = table.remove(pager.queue, 1)
  page.exchange:cancel()
  pager.head = nil
  local following = pager.queue[1]
  if following and not pager.ranges:follows(following.range) then
    empty_queue(pager)
  end
  return true
end

-- Handles a page that is complete, or whose rows are of no use: true, or nil
-- and an error.
local function end_page(pager, page)
  if not pager.ranges:finish(page.range) then
    return nil, core.error("api", "the list cannot be read further: "
      .. pager.ranges.fault, "search_users")
  end
  return turn_page(pager)
end

-- Handles a page with a row that the cluster cannot return, because the row
-- refers to a deleted object.
local function bisect(pager, page, err)
  local offset = pager.ranges:bisect(page.range)
  if not offset then
    return nil, err
  end
  turn_page(pager)
  if type(offset) == "number" then
    if not pager.on_skipped then
      return nil, err
    end
    pager.on_skipped { offset = offset, err = err }
  end
  return true
end

-- Returns whether an error may be caused by one of the rows: only one from the
-- cluster, not from a proxy.
local function is_about_rows(err)
  return err.status == 404 and err.kind ~= "gateway"
end

-- Handles a page that failed: true if reading can continue, or nil and the
-- error.
local function recover(pager, page, err)
  local ranges = pager.ranges
  if is_about_rows(err) then
    return bisect(pager, page, err)
  elseif err.kind == "network" or err.kind == "timeout" then
    if ranges:resume(page.range) then
      return turn_page(pager)
    end
  elseif (err.status or 0) >= 400
    and (err.kind == "api" or page.range.step == "reversed")
    and ranges:shorten(page.range) then
    return turn_page(pager)
  end
  return nil, err
end

-- Handles the end of a page: true, or nil and an error.
local function leave_page(pager, page, err)
  if err then
    return recover(pager, page, err)
  end
  return end_page(pager, page)
end

-- Handles rows of the head: true, or nil and an error.
local function take_rows(pager, page, users)
  local range = page.range
  local polls = floor(range.count / TAKES_PER_POLL)
  if not pager.ranges:sift(range, users, pager.hide_id) then
    page.err = core.error("decode", "a user in the reply has no id",
      "search_users")
  end
  pager.users, pager.index = users, 1
  if floor(range.count / TAKES_PER_POLL) > polls then
    poll_ahead(pager)
  end
  if range.unanchored then
    return leave_page(pager, page)
  end
  return true
end

-- Waits for more rows of the head, or handles its end: true, or nil and an
-- error.
local function advance(pager)
  local page, users, err = pager.head
  if not page then
    page, err = fill(pager)
    if not page then
      return nil, err
    end
  end
  err = page.err
  users = not err and page.exchange:take(SLICE)
  if not users and not err then
    users, err = pager.client.waiter:take(page.exchange, SLICE)
  end
  if users then
    return take_rows(pager, page, users)
  end
  return leave_page(pager, page, err)
end

--- Returns the next user, or nil after the last, or nil and an error.
function Pager:next_user()
  while true do
    local index = self.index
    local user = self.users[index]
    if user then
      self.index = index + 1
      local left = self.left - 1
      self.left = left
      if left == 0 then
        self:close()
      end
      return user
    elseif self.ended then
      return nil, self.failure
    end
    local went, err = advance(self)
    if not went then
      return fail(self, err)
    end
  end
end

--- Returns the next page: a list of page_size users, fewer if the list ends or
-- cannot be read further; or nil after the last, or nil and an error.
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
