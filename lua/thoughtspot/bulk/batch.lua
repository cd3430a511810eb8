--- Makes many calls, several at a time.
--
-- Several calls are in flight at once, and one loop waits for all of them. An
-- item that fails does not affect the others.

local core = require "thoughtspot.core"
local read_options = require "thoughtspot.options".read
local rows = require "thoughtspot.bulk.options"
local Items = require "thoughtspot.bulk.items"
local new_report = require "thoughtspot.bulk.report"

local batch = {}

-- Returns the first key of a pair that is neither 1 nor 2, formatted for a
-- path.
local function find_extra(pair)
  for key in pairs(pair) do
    if key ~= 1 and key ~= 2 then
      return (type(key) == "number" and "[%s]" or ".%s"):format(tostring(key))
    end
  end
end

-- Prepares the call for an item: returns an exchange, or nil and an error.
local function prepare(client, endpoint, item)
  local name = endpoint.name
  if endpoint.path_parameter and not endpoint.request then
    return client:prepare(name, item)
  end
  if type(item) ~= "table" then
    return nil, core.error("argument", "expected a table, got " .. type(item),
      name, "item")
  end
  if endpoint.path_parameter then
    local identifier, request = item[1], item[2]
    if type(request) ~= "table" then
      return nil, core.error("argument", "expected a table as the request, "
        .. "got " .. type(request), name, "item[2]")
    end
    local extra = find_extra(item)
    if extra then
      return nil, core.error("argument", "expected only the identifier and "
        .. "the request", name, "item" .. extra)
    end
    return client:prepare(name, identifier, request)
  end
  if item.delete_unspecified_users == true then
    return nil, core.error("argument", "is not allowed in a batch: each call "
      .. "would delete the users of the others", name,
      "delete_unspecified_users")
  end
  return client:prepare(name, item)
end

-- See run_concurrently. calls[i] is the caller's own value for exchanges[i].
local function keep_in_flight(waiter, exchanges, concurrency, next_call,
  finish)
  local calls = {}
  local function fill()
    while #exchanges < concurrency do
      local exchange, call = next_call()
      if not exchange then
        return
      end
      -- Calls that need a login join the same one before it is sent.
      local want, err = waiter:start(exchange)
      if want then
        table.insert(exchanges, exchange)
        table.insert(calls, call)
      else
        finish(call, nil, err)
      end
    end
  end
  fill()
  while #exchanges > 0 do
    local position, value, err = waiter:wait_any(exchanges)
    table.remove(exchanges, position)
    finish(table.remove(calls, position), value, err)
    fill()
  end
end

--- Keeps calls in flight until there are no more.
-- @param concurrency how many
-- @param next_call function: returns an exchange and the caller's own value
--   for it; nil: there are no more
-- @param finish function(own, value, err): called with each outcome, and the
--   caller's own value
function batch.run_concurrently(client, concurrency, next_call, finish)
  client.waiter:guard(keep_in_flight, {}, concurrency, next_call, finish)
end

local function finish(items, call, value, err)
  items:settle(call.index, call.item, value, err)
  items:advance(1)
end

-- Returns the next call that can be made; finishes items that cannot be sent.
local function next_call(client, endpoint, items)
  for item, index in items.next, items do
    local call = { index = index, item = item }
    local exchange, err = nil, items.stopped
    if not err then
      exchange, err = prepare(client, endpoint, item)
    end
    if exchange then
      return exchange, call
    end
    finish(items, call, nil, err)
  end
end

local Report = new_report(function(report, unsent)
  return ("%d succeeded, %d failed"):format(report.succeeded, report.failed)
    .. unsent
end)

--- See Client:batch.
function batch.run(client, name, source, given)
  local endpoint = client.endpoints[name]
  if not endpoint then
    local _, suggestion = core.describe(name)
    return nil, core.error("argument", "there is no endpoint called \"" .. name
      .. "\"" .. (suggestion and "; did you mean " .. suggestion .. "?" or ""),
      nil, "endpoint")
  elseif not endpoint.path_parameter and not endpoint.request then
    return nil, core.error("argument", "takes no arguments, so there is "
      .. "nothing to batch", name, "endpoint")
  end
  local options, fault = read_options(rows.BatchOptions, given, name)
  if not options then
    return nil, fault
  end
  local items = Items.new(client, source, options, name)
  if not items then
    return nil, core.error("argument", "expected a list without holes", name,
      "items")
  end
  batch.run_concurrently(client, options.concurrency, function()
    return next_call(client, endpoint, items)
  end, function(call, value, err)
    finish(items, call, value, err)
  end)
  return items:close(setmetatable({
    results = items.results, failures = items.failures,
    succeeded = items.done - items.failed, failed = items.failed,
    unsent = items.unsent,
  }, Report))
end

return batch
