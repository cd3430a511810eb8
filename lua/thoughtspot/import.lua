--- Imports users by the thousand: many in a call, several calls at a time.

local core = require "thoughtspot.core"
local batch = require "thoughtspot.batch"
local check_options = require "thoughtspot.options"

local DEFAULT_BATCH_SIZE = 100

local ENDPOINT = "import_users"

local option_kinds = {
  batch_size = "a whole number above zero",
  concurrency = "a whole number above zero",
  dry_run = "true or false",
  default_password = "a string",
  on_progress = "a function",
}

local function refuse(field, what)
  return core.error("argument", field .. ": " .. what, ENDPOINT, field)
end

local function find_fault(options)
  if options.delete_unspecified_users ~= nil then
    return refuse("delete_unspecified_users", "cannot be in batches: each "
      .. "call would delete the users of the others")
  elseif options.dry_run == nil then
    return refuse("dry_run", "give true or false: the cluster takes it as "
      .. "true when it is absent, and imports nothing")
  end
  return check_options(option_kinds, options, ENDPOINT)
end

local function new_request(import, users)
  return {
    users = users,
    dry_run = import.options.dry_run,
    default_password = import.options.default_password,
  }
end

local function fail(import, index, user, err)
  local failures = import.report.failures
  failures[#failures + 1] = { index = index, item = user, err = err }
end

local function advance(import, count)
  import.done = import.done + count
  if import.options.on_progress then
    import.options.on_progress(import.done, import.total)
  end
end

-- Takes the next user. One who cannot be valid is no reason for the cluster
-- to refuse the others.
local function next_valid_user(import)
  while true do
    local user, err = import.next_user()
    if user == nil then
      import.ended, import.err = true, err
      return nil
    end
    import.index = import.index + 1
    local exchange
    exchange, err = import.client:prepare(ENDPOINT,
      new_request(import, { user }))
    if exchange then
      exchange:cancel()
      return user
    end
    fail(import, import.index, user, err)
    advance(import, 1)
  end
end

-- The next call's request; nil at the end, and what the users ended with.
local function next_request(import)
  local users, indexes = {}, {}
  while #users < import.size and not import.ended do
    local user = next_valid_user(import)
    if user then
      users[#users + 1] = user
      indexes[#users] = import.index
    end
  end
  if #users == 0 then
    return nil, import.err
  end
  local request = new_request(import, users)
  import.indexes[request] = indexes
  return request
end

local function append(list, more)
  -- With keep_null it may be null.
  for _, value in ipairs(type(more) == "table" and more or {}) do
    list[#list + 1] = value
  end
end

local function take_reply(import, request, reply, err)
  local indexes = import.indexes[request]
  import.indexes[request] = nil
  if reply then
    append(import.report.users_added, reply.users_added)
    append(import.report.users_updated, reply.users_updated)
  else
    for place, user in ipairs(request.users) do
      fail(import, indexes[place], user, err)
    end
  end
  advance(import, #request.users)
end

--- See Client:import_in_batches.
return function(client, users, options)
  local fault = find_fault(options)
  if fault then
    return nil, fault
  end
  local next_user, total = batch.open(users)
  if not next_user then
    return nil, refuse("users", "expected a list without holes")
  end
  local import = {
    client = client,
    options = options,
    size = options.batch_size or DEFAULT_BATCH_SIZE,
    next_user = next_user,
    total = total,
    index = 0,
    done = 0,
    -- Request on its way = the indexes of its users.
    indexes = {},
    report = { users_added = {}, users_updated = {}, failures = {} },
  }
  local ended, err = batch.run(client, ENDPOINT, function()
    return next_request(import)
  end, {
    concurrency = options.concurrency,
    on_result = function(_, reply, failure, request)
      take_reply(import, request, reply, failure)
    end,
  })
  if options.on_progress and not total then
    options.on_progress(import.done, import.done)
  end
  table.sort(import.report.failures, batch.by_index)
  if not ended then
    return nil, err, import.report
  end
  return import.report
end
