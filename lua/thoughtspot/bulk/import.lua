--- Imports thousands of users: many per call, several calls at a time.

local core = require "thoughtspot.core"
local read_options = require "thoughtspot.options".read
local rows = require "thoughtspot.bulk.options"
local batch = require "thoughtspot.bulk.batch"
local fold = require "thoughtspot.fold"
local Items = require "thoughtspot.bulk.items"
local import_result = require "thoughtspot.bulk.import_result"
local new_report = require "thoughtspot.bulk.report"

local ENDPOINT = "import_users"

local function summary(text)
  return new_report(function(report, unsent)
    local line = text:format(import_result.users(report.users_added),
      #report.users_updated, #report.failures) .. unsent
    return report.unaccounted == 0 and line
      or ("%s; %d not named by the cluster"):format(line, report.unaccounted)
  end)
end

-- Whether it was a dry run = the metatable of its report.
local reports = {
  [true] = summary("dry run, nothing was changed: would add %s, update %d; "
    .. "%d failed"),
  [false] = summary "added %s, updated %d; %d failed",
}

-- Reads the options: returns them with their defaults, or nil and an error.
local function read(options)
  if options.delete_unspecified_users ~= nil then
    return nil, core.error("argument", "is not allowed in batches: each call "
      .. "would delete the users of the others", ENDPOINT,
      "delete_unspecified_users")
  elseif options.dry_run == nil then
    return nil, core.error("argument", "give true or false: if it is absent, "
      .. "the cluster treats it as true and imports nothing", ENDPOINT,
      "dry_run")
  end
  return read_options(rows.ImportInBatchesOptions, options, ENDPOINT)
end

local function new_request(import, users)
  return {
    users = users,
    dry_run = import.options.dry_run,
    default_password = import.options.default_password,
  }
end

-- Appends a list to another; returns the number of items appended.
local function append(list, more)
  if type(more) ~= "table" then -- with keep_null it may be null
    return 0
  end
  for _, value in ipairs(more) do
    list[#list + 1] = value
  end
  return #more
end

local function fail(import, users, indexes, err)
  for position, user in ipairs(users) do
    import.items:settle(indexes[position], user, nil, err)
  end
  import.items:advance(#users)
end

local function finish(import, call, reply, err)
  if not reply then
    fail(import, call.users, call.indexes, err)
    return
  end
  local report = import.report
  local listed = append(report.users_added, reply.users_added)
    + append(report.users_updated, reply.users_updated)
  report.unaccounted = report.unaccounted + math.max(#call.users - listed, 0)
  import.items:advance(#call.users)
end

-- Returns why a user is invalid, or nil. The check gets a list with this user
-- only, so the index in its error is replaced.
local function find_mistake(import, user, path)
  local valid, err = import.client:check(ENDPOINT,
    new_request(import, { user }))
  if not valid and err.kind == "argument" and err.field then
    err.field = err.field:gsub("^users%[1%]", path)
    err.message = err.message:gsub("^users%[1%]", path)
  end
  return err
end

-- Returns why a user must not be sent, or nil. Because of an invalid user, the
-- cluster would refuse the whole call; and of two users with the same name, in
-- calls that are in flight together, either might be applied last.
local function find_reason(import, user, index)
  if import.items.stopped then
    return import.items.stopped
  end
  local path = ("users[%d]"):format(index)
  local mistake = find_mistake(import, user, path)
  if mistake then
    return mistake
  end
  local name = fold.key(user.user_identifier)
  local first = import.indexes[name]
  if first then
    return core.error("argument",
      ("\"%s\" is already in users[%d]; remove one of them"):format(
        user.user_identifier, first), ENDPOINT, path .. ".user_identifier")
  end
  import.indexes[name] = index
end

-- Returns the users of the next call and their indexes; none at the end.
local function next_users(import)
  local users, indexes = {}, {}
  for user, index in import.items.next, import.items do
    local reason = find_reason(import, user, index)
    if reason then
      fail(import, { user }, { index }, reason)
    else
      users[#users + 1], indexes[#indexes + 1] = user, index
      if #users == import.size then
        break
      end
    end
  end
  return users, indexes
end

local function next_call(import)
  local users, indexes = next_users(import)
  while #users > 0 do
    local exchange, err = nil, import.items.stopped
    if not err then
      exchange, err = import.client:prepare(ENDPOINT,
        new_request(import, users))
    end
    if exchange then
      return exchange, { users = users, indexes = indexes }
    end
    fail(import, users, indexes, err)
    users, indexes = next_users(import)
  end
end

--- See Client:import_in_batches.
return function(client, users, given)
  local options, fault = read(given)
  if not options then
    return nil, fault
  end
  local items = Items.new(client, users, options, ENDPOINT)
  if not items then
    return nil, core.error("argument", "expected a list without holes",
      ENDPOINT, "users")
  end
  local import = {
    client = client,
    options = options,
    size = options.batch_size,
    items = items,
    -- Key of a name = the index of its user.
    indexes = {},
    report = setmetatable({
      users_added = {}, users_updated = {}, unaccounted = 0,
      failures = items.failures,
    }, reports[options.dry_run]),
  }
  batch.run_concurrently(client, options.concurrency, function()
    return next_call(import)
  end, function(call, reply, err)
    finish(import, call, reply, err)
  end)
  import.report.unsent = items.unsent
  return items:close(import.report)
end
