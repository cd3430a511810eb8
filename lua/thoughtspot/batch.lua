--- Makes many calls, several at a time.
--
-- The calls of a batch are in flight together on the client's connections,
-- and one loop waits for all of them. An item that fails leaves the others
-- alone.

local core = require "thoughtspot.core"
local check_options = require "thoughtspot.options"

-- The cluster lets through 100 requests a second and bursts of ten: eight at
-- a time stay below the burst, and reach that rate with replies in 80 ms.
local DEFAULT_CONCURRENCY = 8

local batch = {}

local function refuse(endpoint, field, what)
  return nil, core.error("argument", field .. ": " .. what, endpoint, field)
end

-- Prepares the call of an item: an exchange, or nil and an error.
local function prepare(client, endpoint, item)
  local name = endpoint.name
  if endpoint.path_parameter and not endpoint.request then
    return client:prepare(name, item)
  end
  if type(item) ~= "table" then
    return refuse(name, "item", "expected a table, got " .. type(item))
  end
  if endpoint.path_parameter then
    local identifier, request = item[1], item[2]
    if type(request) ~= "table" then
      return refuse(name, "item[2]", "expected a table as the request, got "
        .. type(request))
    end
    return client:prepare(name, identifier, request)
  end
  if item.delete_unspecified_users == true then
    return refuse(name, "delete_unspecified_users", "cannot be in a batch: "
      .. "each call would delete the users of the others")
  end
  return client:prepare(name, item)
end

-- The number of items of a list; nil: it has holes.
local function count_items(items)
  local count = 0
  for _ in pairs(items) do
    count = count + 1
  end
  for index = 1, count do
    if items[index] == nil then
      return nil
    end
  end
  return count
end

--- Opens a list, or a function that returns one item after the other.
-- @return a function that returns the next item, or nil at the end, and why
--   where the function given raised or returned something after nil; and the
--   number of items, or nil: not known. Or nil where a list has holes
function batch.open(items)
  if type(items) == "function" then
    return function()
      local called, item, err = pcall(items)
      if called then
        return item, err
      end
      return nil, item
    end
  end
  local count, index = count_items(items), 0
  return count and function()
    index = index + 1
    return items[index]
  end, count
end

--- Compares failures, for table.sort.
function batch.by_index(a, b)
  return a.index < b.index
end

local function next_item(run)
  local item, err = run.next()
  if item == nil then
    run.ended = true
    run.err = err
  else
    run.index = run.index + 1
  end
  return item
end

local function finish(run, index, item, value, err)
  run.done = run.done + 1
  if value == nil then
    run.failed = run.failed + 1
  end
  if run.on_result then
    run.on_result(index, value, err, item)
  elseif value == nil then
    run.failures[#run.failures + 1] = { index = index, item = item, err = err }
  else
    run.results[index] = value
  end
  if run.on_progress then
    run.on_progress(run.done, run.total)
  end
  run.client.waiter:breathe()
end

-- Begins calls, as many as may be in flight.
local function fill(run)
  while #run.exchanges < run.concurrency and not run.ended do
    local item = next_item(run)
    if item ~= nil then
      local exchange, err
      if run.failed < run.stop_after then
        exchange, err = prepare(run.client, run.endpoint, item)
      else
        err = run.cancelled
      end
      if exchange then
        table.insert(run.exchanges, exchange)
        table.insert(run.calls, { index = run.index, item = item })
      else
        finish(run, run.index, item, nil, err)
      end
    end
  end
end

-- Waits for a call.
local function settle(run)
  local position, value, err = run.client.waiter:settle(run.exchanges)
  local call = run.calls[position]
  table.remove(run.exchanges, position)
  table.remove(run.calls, position)
  finish(run, call.index, call.item, value, err)
end

-- Runs to the end: the report, or nil, an error and the report so far.
local function run_all(run)
  fill(run)
  while #run.exchanges > 0 do
    settle(run)
    fill(run)
  end
  if run.on_progress and not run.total then
    run.on_progress(run.done, run.done)
  end
  table.sort(run.failures, batch.by_index)
  local report = {
    results = run.results, failures = run.failures,
    succeeded = run.done - run.failed, failed = run.failed,
  }
  if run.err ~= nil then
    return nil, run.err, report
  end
  return report
end

local option_kinds = {
  concurrency = "a whole number above zero",
  stop_after = "a whole number above zero",
  on_result = "a function",
  on_progress = "a function",
}

--- See Client:batch.
function batch.run(client, name, items, options)
  local endpoint = client.endpoints[name]
  if not endpoint then
    return refuse(nil, "endpoint", "there is none called \"" .. name .. "\"")
  elseif not endpoint.path_parameter and not endpoint.request then
    return refuse(name, "endpoint", "takes nothing, so that there is nothing "
      .. "to give it a batch of")
  end
  local fault = check_options(option_kinds, options, name)
  if fault then
    return nil, fault
  end
  local next_one, total = batch.open(items)
  if not next_one then
    return refuse(name, "items", "expected a list without holes")
  end
  return run_all {
    client = client,
    endpoint = endpoint,
    next = next_one,
    total = total,
    concurrency = options.concurrency or DEFAULT_CONCURRENCY,
    stop_after = options.stop_after or math.huge,
    on_result = options.on_result,
    on_progress = options.on_progress,
    cancelled = options.stop_after and core.error("cancelled",
      "was not sent: the batch stopped at failure " .. options.stop_after,
      name),
    -- Calls in flight, and in the same places their exchanges.
    calls = {},
    exchanges = {},
    index = 0,
    done = 0,
    failed = 0,
    results = {},
    failures = {},
  }
end

return batch
