--- The client: one method for each endpoint, and functions built on them.

local core = require "thoughtspot.core"
local Waiter = require "thoughtspot.scheduler.wait"
local Pager = require "thoughtspot.bulk.pages"
local batch = require "thoughtspot.bulk.batch"
local find = require "thoughtspot.find"
local import_names = require "thoughtspot.bulk.import_names"
local import_result = require "thoughtspot.bulk.import_result"
local iterate = require "thoughtspot.bulk.iterate"
local guard = require "thoughtspot.guard"

local Client = {}
Client.__index = Client

-- Name = what calls need of the description of an endpoint: its name and
-- effect; whether it has a path_parameter and a request; and its plan, where
-- the arguments name users that it deletes, deactivates or logs out, as
-- guard.plan returns it, or false. Complete descriptions would be half of the
-- memory that each garbage collection traverses, and to read all of them takes
-- a tenth of the time in which the library is loaded.
Client.endpoints = setmetatable({}, { __index = function(endpoints, name)
  local description = core.describe(name)
  if not description or not description.effect then -- of options, perhaps
    return nil
  end
  local endpoint = {
    name = name,
    effect = description.effect,
    path_parameter = description.path_parameter ~= nil,
    request = description.request ~= nil,
    plan = guard.plan(description),
  }
  endpoints[name] = endpoint
  return endpoint
end })

--- See thoughtspot.new.
function Client.new(options)
  local inner, err = core.new(options)
  if not inner then
    return nil, err
  end
  return setmetatable({
    core = inner,
    waiter = Waiter.new(inner, options),
    protect_self = options.protect_self ~= false,
    -- New name (key) = id of the client's user, who may have that name now.
    renamed = {},
    -- Known of the opposite order of lists, see thoughtspot.bulk.opposite.
    opposites = {},
  }, Client)
end

function Client:__tostring()
  return tostring(self.core)
end

--- Closes the client's connections; calls in flight fail with an error of kind
-- "closed". May be called more than once.
function Client:close()
  self.core:close()
end

Client.__close = Client.close

--- Waits for an exchange of this client.
-- @return its result, or nil and an error
function Client:finish(exchange)
  return self.waiter:finish(exchange)
end

-- Returns the user that the client acts as: { id, name, renamed }, or nil and
-- an error.
local function who_am_i(client)
  local id, name = client.core:user()
  if not id then
    local user, err = client:get_current_user_info()
    if not user then
      return nil, err
    end
    id, name = user.id, user.name
    if type(id) ~= "string" or type(name) ~= "string" then
      return nil, core.error("decode", "the reply does not tell who the "
        .. "client's user is", "get_current_user_info")
    end
    client.core:know_user(id, name)
  end
  return { id = id, name = name, renamed = client.renamed }
end

-- Endpoint = function(...), which returns an error if the call would give a
-- user a name that looks like another.
local name_checks = {
  create_user = function(request)
    return import_names.find_fault_of_new("create_user", request.name)
  end,
  import_users = import_names.find_fault,
  update_user = function(_, request)
    return import_names.find_fault_of_new("update_user", request
      and request.name)
  end,
}

-- Checks whether a call with valid arguments may be made. Returns true, or nil
-- and an error.
local function may_call(client, endpoint, ...)
  local find_fault = name_checks[endpoint]
  local fault = find_fault and find_fault(...)
  if fault then
    return nil, fault
  end
  local plan = client.protect_self and client.endpoints[endpoint].plan
  if not plan then
    return true
  end
  return guard.check(endpoint, plan, {
    who_am_i = function()
      return who_am_i(client)
    end,
    finds = function(identifier, id)
      return find.matches(client, identifier, id)
    end,
  }, ...)
end

--- Checks a call as prepare does, without creating an exchange.
-- @return true, or nil and an error
function Client:check(endpoint, ...)
  local valid, err = self.core:check(endpoint, ...)
  if not valid then
    return nil, err
  end
  return may_call(self, endpoint, ...)
end

-- Looks up the GUID of a user, and prepares the call with it.
local function prepare_by_id(client, endpoint, identifier, ...)
  local checked, err = client:check(endpoint, identifier, ...)
  if not checked then
    return nil, err
  end
  local user
  user, err = client:find_user(identifier)
  if not user then
    return nil, err
  end
  return client.core:prepare(endpoint, user.id, ...)
end

--- Prepares a call and checks that it may be made. Sends nothing, except to
-- look up what the check needs.
-- @param endpoint its name
-- @param ... the arguments of its method
-- @return an exchange, or nil and an error
function Client:prepare(endpoint, ...)
  local identifier = ...
  -- A name with a slash does not work in a path, even percent-encoded (a known
  -- issue that the vendor documents).
  if type(identifier) == "string" and identifier:find("/", 1, true) then
    return prepare_by_id(self, endpoint, ...)
  end
  local exchange, err = self.core:prepare(endpoint, ...)
  if not exchange then
    return nil, err
  end
  local allowed
  allowed, err = may_call(self, endpoint, ...)
  if not allowed then
    exchange:cancel()
    return nil, err
  end
  return exchange
end

-- Misuse raises an error at the position of the call.

local function expect_client(self, name)
  if getmetatable(self) ~= Client then
    error(("call it with a colon: client:%s(...)"):format(name), 3)
  end
end

local function expect_table(name, what, value)
  if value ~= nil and type(value) ~= "table" then
    error(("%s: expected a table as its %s, got %s"):format(name, what,
      type(value)), 4)
  end
end

local function expect_arguments(endpoint, ...)
  local given, next_one = { ... }, 1
  if endpoint.path_parameter then
    next_one = 2
  end
  if endpoint.request then
    expect_table(endpoint.name, "request", given[next_one])
    next_one = next_one + 1
  end
  expect_table(endpoint.name, "call options", given[next_one])
  if select("#", ...) > next_one then
    error(endpoint.name .. ": too many arguments", 3)
  end
end

local function expect_batch(name, items, options)
  if type(items) ~= "table" and type(items) ~= "function" then
    error(("%s: expected a list or a function, got %s"):format(name,
      type(items)), 3)
  end
  expect_table(name, "options", options)
end

-- Endpoint = function(result, ...), which completes the result.
local finishers = { import_users = import_result.with_tostring }

local function method(name)
  local finisher = finishers[name]
  return function(self, ...)
    expect_client(self, name)
    expect_arguments(self.endpoints[name], ...)
    local exchange, err = self:prepare(name, ...)
    if not exchange then
      return nil, err
    end
    local result
    result, err = self:finish(exchange)
    if not result then
      return nil, err
    elseif finisher then
      finisher(result, ...)
    end
    return result
  end
end

for _, name in ipairs(core.describe()) do
  Client[name] = method(name)
end

--- Calls any endpoint of the API in the way that the methods call theirs:
--   local system = client:request { method = "GET", path = "system",
--     safe = true }
-- @param request table: describe "request" lists its fields
-- @param options table, or nil: call options
-- @return what the field reply of the request says: a table, a list of tables,
--   or true; or nil and an error, whose endpoint is the method and the path
Client.request = method "request"

--- Finds the user with a name or GUID.
-- @return the user; or nil and an error, of kind "not_found" if there is none
--   and "conflict" if there are several
function Client:find_user(identifier)
  expect_client(self, "find_user")
  return find.user(self, identifier)
end

--- Iterates over the users that a filter finds:
--   for user in client:each_user { account_status = "ACTIVE" } do … end
-- Raises the error object if a page cannot be read: the list never ends early
-- without an error. If the loop changes which users match the filter, the list
-- shifts while it is read: collect the users first, then change them.
-- @param filter table: a request of search_users; starts at its record_offset
-- @param options table, or nil: describe "EachUserOptions" lists them
-- @return an iterator, for a generic for; in PUC Lua 5.1, where such a loop
--   cannot yield, use user_pages instead if the sleep yields
function Client:each_user(filter, options)
  expect_client(self, "each_user")
  return iterate.users(self, filter, options)
end

--- Iterates over the objects of a list while they arrive, so that they are
-- never all in memory. Raises the error object if the call fails.
-- @param request table, as client:request; its reply is a list
-- @param options table, or nil: call options
-- @return an iterator, for a generic for, as each_user
function Client:each_object(request, options)
  expect_client(self, "each_object")
  expect_table("each_object", "request", request)
  expect_table("each_object", "call options", options)
  return iterate.objects(self, request, options)
end

--- Reads the users page by page: client:user_pages(filter, options):next()
-- returns a list of users, or nil after the last, or nil and an error;
-- next_user() returns a user; close() cancels the requests in flight.
function Client:user_pages(filter, options)
  expect_client(self, "user_pages")
  return Pager.new(self, filter, options)
end

--- Makes a call for each of many items, several at a time:
--   local report = client:batch("delete_user", { "ada", "bob" })
--   for _, failure in ipairs(report.failures) do
--     print(failure.index, failure.item, failure.err)
--   end
-- @param endpoint name of an endpoint
-- @param items list, or function that returns the next item, then nil. An item
--   has the arguments of the endpoint's method, without call options: the
--   request; the identifier, if the path takes one; { identifier, request },
--   if the method takes both
-- @param options table, or nil: describe "BatchOptions" lists them. A rejected
--   login stops a batch, whatever stop_after is; thoughtspot.progress creates
--   an on_progress
-- @return the report { results, failures, succeeded, failed, unsent }:
--     results     index of an item = what the method returns for it
--     failures    list of { index, item, err } in the order of the items;
--                 every item is in results or in failures
--     succeeded, failed   how many items
--     unsent      how many of the failed items were never sent, because the
--                 batch had stopped; nil: none
--   Or nil and an error: nothing was sent.
--   Or nil, an error and the report so far: one of the caller's functions, the
--   one that returns the items, on_result or on_progress, raised the error, or
--   the first of them returned it after nil. Then no more items are read,
--   calls in flight are awaited, and the report has what on_result did not
--   take. In PUC Lua 5.1 these functions cannot yield
function Client:batch(endpoint, items, options)
  expect_client(self, "batch")
  if type(endpoint) ~= "string" then
    error("batch: expected the name of an endpoint, got " .. type(endpoint), 2)
  end
  expect_batch("batch", items, options)
  return batch.run(self, endpoint, items, options or {})
end

--- Imports users, many per call and several calls at a time.
-- @param users list of users as import_users takes them, or function that
--   returns the next one, then nil
-- @param options table, with dry_run at least: describe
--   "ImportInBatchesOptions" lists them
-- @return the report { users_added, users_updated, unaccounted, failures,
--   unsent }:
--     users_added, users_updated   lists of { id, name }, as the cluster
--                 returns them
--     unaccounted   how many users it neither refused nor named
--     failures    list of { index, item, err } in the order of the users
--     unsent      how many of these users were never sent, because the import
--                 had stopped; nil: none
--   An invalid user fails alone, as does one whose user_identifier looks like
--   that of an earlier one; if the cluster refuses a user, all users of the
--   same call fail.
--   Or nil and an error, or nil, an error and the report so far, as
--   Client:batch
function Client:import_in_batches(users, options)
  expect_client(self, "import_in_batches")
  expect_batch("import_in_batches", users, options)
  return require "thoughtspot.bulk.import"(self, users, options or {})
end

return Client
