--- The items of a batch: reads them, and records their outcomes.
--
-- The function that returns the items, on_result and on_progress are the
-- caller's, and may raise. Then no more items are read, but calls in flight
-- are awaited, and the report has all items that were read.

local core = require "thoughtspot.core"
local stop_reason = require "thoughtspot.bulk.stop_reason"

local Items = {}
Items.__index = Items

-- Returns the number of items in a list; nil: it has holes.
local function count(list)
  local number = 0
  for _ in pairs(list) do
    number = number + 1
  end
  for index = 1, number do
    if list[index] == nil then
      return nil
    end
  end
  return number
end

-- Returns a function that returns one item after the other, and their number,
-- or nil if unknown. Or nil if a list has holes.
local function open(source)
  if type(source) == "function" then
    return source
  end
  local total, index = count(source), 0
  return total and function()
    index = index + 1
    return source[index]
  end, total
end

--- Creates the items of a batch.
-- @param client that makes the calls
-- @param source list, or function that returns the next item, then nil
-- @param options table: stop_after, on_result, on_progress
-- @param endpoint name of the call
-- @return the items; or nil if a list has holes
function Items.new(client, source, options, endpoint)
  local next_item, total = open(source)
  return next_item and setmetatable({
    waiter = client.waiter,
    endpoint = endpoint,
    source = next_item,
    on_result = options.on_result,
    on_progress = options.on_progress,
    stop_after = options.stop_after or math.huge,
    total = total,
    -- Numbers of items read, finished, and failed so far.
    index = 0,
    done = 0,
    failed = 0,
    -- Number of failed items that were not sent because the batch had stopped;
    -- nil: none.
    unsent = nil,
    results = {},
    failures = {},
    -- Whether no more items are read; and the error that is the reason.
    ended = false,
    err = nil,
    -- The error of all further items if the batch has stopped: they are not
    -- sent.
    stopped = nil,
  }, Items)
end

local function finish(items, err)
  items.ended = true
  items.err = items.err or err
end

-- Calls one of the caller's functions; one that raises an error is not called
-- again. Returns true and what it returns, or false.
local function call(items, name, ...)
  local called, value, err = pcall(items[name], ...)
  if called then
    return true, value, err
  end
  items[name] = nil
  finish(items, value or name .. ": raised an error without a message")
  return false
end

--- Returns the next item and its index; or nil: there are no more, or no more
-- are wanted.
function Items:next()
  if self.ended then
    return nil
  end
  local _, item, err = call(self, "source")
  if item == nil then
    finish(self, err)
    return nil
  end
  self.index = self.index + 1
  return item, self.index
end

-- Stops the batch if nothing more may be sent after a failure.
local function consider(items, err)
  local reason = stop_reason(err, "batch", items.failed, items.stop_after)
  if reason then
    items.stopped = core.error("cancelled", "was not sent: " .. reason,
      items.endpoint)
  end
end

--- Records the outcome of an item: a value, or nil and an error.
function Items:settle(index, item, value, err)
  if value == nil then
    self.failed = self.failed + 1
    if self.stopped and err == self.stopped then
      self.unsent = (self.unsent or 0) + 1
    elseif not self.stopped then
      consider(self, err)
    end
  end
  if self.on_result and call(self, "on_result", index, value, err, item) then
    return
  elseif value == nil then
    self.failures[#self.failures + 1] = { index = index, item = item,
      err = err }
  else
    self.results[index] = value
  end
end

--- Counts items as finished.
function Items:advance(number)
  self.done = self.done + number
  if self.on_progress then
    call(self, "on_progress", self.done, self.total)
  end
  self.waiter:yield()
end

local function by_index(a, b)
  return a.index < b.index
end

--- Ends the report.
-- @return the report; or nil, the error that ended the items early, and the
--   report
function Items:close(report)
  if self.on_progress and not self.total and not self.err then
    call(self, "on_progress", self.done, self.done)
  end
  table.sort(self.failures, by_index)
  if self.err then
    return nil, self.err, report
  end
  return report
end

return Items
