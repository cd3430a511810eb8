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

local DEFAULT_BATCH_SIZE = 100

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

-- A function that gives item after item, and how many there are; nil: that is
-- not known.
local function open(items, name)
  if type(items) == "function" then
    return items
  elseif type(items) ~= "table" then
    error(("%s: expected a list or a function, got %s"):format(name,
      type(items)), 4)
  end
  local count, index = 0, 0
  for _ in pairs(items) do
    count = count + 1
  end
  for place = 1, count do
    if items[place] == nil then
      error(("%s: expected a list; nothing is at %d"):format(name, place), 4)
    end
  end
  return function()
    index = index + 1
    return items[index]
  end, count
end

local function by_index(a, b)
  return a.index < b.index
end

-- What an iterator that raises says is known only after those in flight have
-- ended, so that nothing is lost.
local function next_item(run)
  local called, item, err = pcall(run.next)
  if not called then
    item, err = nil, item
  end
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
  table.sort(run.failures, by_index)
  local report = {
    results = run.results, failures = run.failures,
    succeeded = run.done - run.failed, failed = run.failed,
  }
  if run.err ~= nil then
    return nil, run.err, report
  end
  return report
end

local function new_run(client, endpoint, next_one, total, options)
  return {
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
      endpoint.name),
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

local function expect_options(options)
  if options ~= nil and type(options) ~= "table" then
    error("options: expected a table, got " .. type(options), 4)
  end
  return options or {}
end

local option_kinds = {
  concurrency = "a whole number above zero",
  stop_after = "a whole number above zero",
  on_result = "a function",
  on_progress = "a function",
}

--- See Client:batch.
function batch.run(client, name, items, options)
  options = expect_options(options)
  local next_one, total = open(items, "items")
  local endpoint = client.endpoints[name]
  if not endpoint then
    return refuse(nil, "endpoint", "there is none called \""
      .. tostring(name) .. "\"")
  elseif not endpoint.path_parameter and not endpoint.request then
    return refuse(name, "endpoint", "takes nothing, so that there is nothing "
      .. "to give it a batch of")
  end
  local fault = check_options(option_kinds, options, name)
  if fault then
    return nil, fault
  end
  return run_all(new_run(client, endpoint, next_one, total, options))
end

local import_kinds = {
  batch_size = "a whole number above zero",
  concurrency = "a whole number above zero",
  dry_run = "true or false",
  default_password = "a string",
  on_progress = "a function",
}

local function find_import_fault(options)
  if options.delete_unspecified_users ~= nil then
    local _, fault = refuse("import_users", "delete_unspecified_users",
      "cannot be in batches: each would delete the users of the others")
    return fault
  elseif options.dry_run == nil then
    local _, fault = refuse("import_users", "dry_run", "give true or false: "
      .. "the cluster takes it as true when absent, and imports nothing")
    return fault
  end
  return check_options(import_kinds, options, "import_users")
end

local function append(list, more)
  if type(more) == "table" then
    for _, value in ipairs(more) do
      list[#list + 1] = value
    end
  end
end

--- See Client:import_in_batches.
function batch.import(client, users, options)
  options = expect_options(options)
  local next_user, total = open(users, "users")
  local fault = find_import_fault(options)
  if fault then
    return nil, fault
  end
  local size = options.batch_size or DEFAULT_BATCH_SIZE
  local report = { users_added = {}, users_updated = {}, failures = {} }
  local index, done, ended, source_err = 0, 0, false, nil
  -- Of a request on its way: the indexes of its users.
  local indexes = {}

  local function new_request(list)
    return {
      users = list, dry_run = options.dry_run,
      default_password = options.default_password,
    }
  end

  local function fail(place, user, err)
    table.insert(report.failures, { index = place, item = user, err = err })
  end

  local function count(more)
    done = done + more
    if options.on_progress then
      options.on_progress(done, total)
    end
  end

  -- One user who cannot be imported is no reason for the cluster to refuse
  -- the others.
  local function is_valid(user)
    local exchange, err = client:prepare("import_users", new_request { user })
    if exchange then
      exchange:cancel()
      return true
    end
    fail(index, user, err)
    count(1)
    return false
  end

  local function next_request()
    local list, places = {}, {}
    while #list < size and not ended do
      local user, err = next_user()
      if user == nil then
        ended, source_err = true, err
      else
        index = index + 1
        if is_valid(user) then
          list[#list + 1] = user
          places[#places + 1] = index
        end
      end
    end
    if #list == 0 then
      return nil, source_err
    end
    local request = new_request(list)
    indexes[request] = places
    return request
  end

  local function take_result(_, reply, err, request)
    local places = indexes[request]
    indexes[request] = nil
    if reply then
      append(report.users_added, reply.users_added)
      append(report.users_updated, reply.users_updated)
    else
      for place, user in ipairs(request.users) do
        fail(places[place], user, err)
      end
    end
    count(#request.users)
  end

  local run = new_run(client, client.endpoints.import_users, next_request, nil,
    { concurrency = options.concurrency, on_result = take_result })
  local imported, err = run_all(run)
  table.sort(report.failures, by_index)
  if not imported then
    return nil, err, report
  end
  return report
end

return batch
