--- A ThoughtSpot in memory: a transport for testing scripts.
--
--   local sandbox = thoughtspot.sandbox()
--   local client = assert(thoughtspot.new {
--     host = "https://sandbox.test", transport = sandbox,
--     username = "tsadmin", password = "secret",
--   })
--
-- It replies as the published contract says and as real clusters do. Their
-- quirks are switches, and faults can be queued:
--
--   sandbox.quirks.ok_for_no_content = true
--   sandbox:fail { endpoint = "create_user", fault = "maintenance" }

local Store = require "thoughtspot.sandbox.store"
local endpoints = require "thoughtspot.sandbox.endpoints"
local errors = require "thoughtspot.sandbox.errors"
local json = require "thoughtspot.sandbox.json"
local routes = require "thoughtspot.sandbox.routes"
local schema = require "thoughtspot.sandbox.schema"

local Sandbox = {}
Sandbox.__index = Sandbox

local PAGE = "<!DOCTYPE html><html><body><h1>%s</h1></body></html>"
local HTML = { ["Content-Type"] = "text/html" }
local JSON = { ["Content-Type"] = "application/json" }

-- Faults by name, for Sandbox:fail.
local faults = {
  too_many = { status = 429 },
  too_many_retry_after = { status = 429, headers = { ["Retry-After"] = "1" } },
  unavailable = {
    status = 503, headers = HTML,
    body = PAGE:format("503 Service Unavailable"),
  },
  bad_gateway = {
    status = 502, headers = HTML, body = PAGE:format("502 Bad Gateway"),
  },
  maintenance = {
    status = 200, headers = HTML, body = PAGE:format("Under maintenance"),
  },
  server_error = {
    status = 500, headers = JSON,
    body = '{"error":{"message":{"code":10038,"debug":"unexpected"}}}',
  },
  reset = { error = "connection reset" },
}

-- The defaults of the quirks.
local default_quirks = {
  -- The name of a user whose row makes users/search reply 404.
  dangling_user = false,
  -- An identifier in a path that contains a slash: 400.
  slash_in_path_fails = true,
  -- Old clusters: 200 instead of 204.
  ok_for_no_content = false,
  -- Unknown fields of a request are ignored.
  ignore_unknown_keys = true,
  -- Every page is the first.
  ignore_offset = false,
  -- Updates and deletions reply 204 and change nothing.
  ignore_writes = false,
  -- An update does not activate a user.
  ignore_activation = false,
  -- Multi-factor authentication: no login with a password.
  mfa = false,
  -- The shape of errors: "incident", "short" or "flat".
  error_shape = "incident",
}

-- Refuses an unknown name; 'level' is as for error(), 0 for the message alone.
local function check_names(what, given, known, level)
  for name in pairs(given) do
    if known[name] == nil then
      error(("sandbox: there is no %s %s"):format(what, tostring(name)),
        level > 0 and level + 1 or 0)
    end
  end
end

local function set(names)
  local known = {}
  for name in names:gmatch "%S+" do
    known[name] = true
  end
  return known
end

-- Option = its type.
local option_types = {
  admin = "table", secret_key = "string", groups = "table", orgs = "table",
  users = "table", quirks = "table", clock = "function", group_all = "boolean",
}
local order_names =
  set "endpoint times fault applied status headers body error"
local user_names = set("name display_name email password account_type "
  .. "account_status visibility notify_on_share show_onboarding_experience "
  .. "onboarding_experience_completed home_liveboard_identifier "
  .. "preferred_locale use_browser_language extended_properties "
  .. "extended_preferences first_login_time_in_millis "
  .. "expiration_time_in_millis privileges roles favorites groups orgs "
  .. "super_user system_user")

-- Returns what is wrong with the value of a quirk, or nil.
local function fault_of_quirk(name, value)
  if default_quirks[name] == nil then
    return "sandbox: there is no quirk " .. tostring(name)
  elseif name == "error_shape" then
    return not errors.has_shape(value)
      and "sandbox: quirk error_shape: expected incident, short or flat"
  elseif name == "dangling_user" then
    return value ~= false and type(value) ~= "string"
      and "sandbox: quirk dangling_user: expected a name or false"
  elseif type(value) ~= "boolean" then
    return ("sandbox: quirk %s: expected true or false"):format(name)
  end
end

local function new_quirks(given)
  local values = {}
  for name, value in pairs(default_quirks) do
    values[name] = value
  end
  for name, value in pairs(given) do
    local fault = fault_of_quirk(name, value)
    if fault then
      error(fault, 0)
    end
    values[name] = value
  end
  return setmetatable({}, {
    __index = values,
    __newindex = function(_, name, value)
      local fault = fault_of_quirk(name, value)
      if fault then
        error(fault, 2)
      end
      values[name] = value
    end,
  })
end

-- Returns the entries of a store that a list names; all must exist.
local function entries_of(store, kind, names)
  local found = {}
  for _, name in ipairs(names) do
    local entries = store:matching(kind, { name })
    if next(entries) == nil then
      error("sandbox: nothing in " .. kind .. " is called " .. name, 0)
    end
    for entry in pairs(entries) do
      found[entry] = true
    end
  end
  return found
end

local function seed_user(store, user)
  if type(user) ~= "table" then
    error("sandbox: expected a table as a user, got " .. type(user), 0)
  end
  check_names("field of a user called", user, user_names, 0)
  if type(user.name) ~= "string" then
    error("sandbox: a user needs a name", 0)
  end
  local fields = {}
  for name, value in pairs(user) do
    fields[name] = value
  end
  fields.display_name = user.display_name or user.name
  fields.groups = entries_of(store, "groups", user.groups or {})
  fields.orgs = entries_of(store, "orgs", user.orgs or { "Primary" })
  store:add_user(fields)
end

local function seed(store, options)
  store:add_org "Primary"
  local all_orgs = { "Primary" }
  for _, name in ipairs(options.orgs or {}) do
    store:add_org(name)
    all_orgs[#all_orgs + 1] = name
  end
  for _, org in ipairs(options.group_all and store.orgs or {}) do
    store:add_group("All", org.id, true)
  end
  for _, group in ipairs(options.groups or {}) do
    group = type(group) == "table" and group or { name = group }
    local org = next(entries_of(store, "orgs", { group.org or "Primary" }))
    store:add_group(group.name, org.id)
  end
  local admin = options.admin or {}
  seed_user(store, {
    name = admin.name or "tsadmin", display_name = "Administrator",
    email = "tsadmin@sandbox.test", password = admin.password or "secret",
    privileges = { "ADMINISTRATION" }, orgs = all_orgs,
  })
  for _, user in ipairs(options.users or {}) do
    seed_user(store, user)
  end
end

local function check_options(options)
  if type(options) ~= "table" then
    error("sandbox: expected a table of options, got " .. type(options), 0)
  end
  check_names("option", options, option_types, 0)
  for name, value in pairs(options) do
    if type(value) ~= option_types[name] then
      error(("sandbox: option %s: expected a %s, got %s"):format(name,
        option_types[name], type(value)), 0)
    end
  end
end

--- Creates a sandbox. Invalid options raise a string.
-- @param options table, or nil:
--   admin       { name, password } of the administrator ("tsadmin", "secret")
--   secret_key  of trusted authentication ("sandbox-secret-key")
--   orgs        list of names; org 0, "Primary", is always there
--   groups      list of names, or of { name, org } with an org by name
--   group_all   whether each org has the group All, in which its users are
--               and which they cannot leave (false)
--   users       list of { name, display_name, email, password, privileges,
--               groups, orgs, roles, favorites, super_user, … }; groups and
--               orgs by name, favorites as { [GUID] = type }, type "LIVEBOARD"
--               or "ANSWER"
--   quirks      table, see `quirks` of the sandbox
--   clock       function returning epoch seconds (os.time)
-- @return the sandbox, which can be called as a transport; its fields:
--   quirks      switches, which can be set at any time: dangling_user,
--               slash_in_path_fails, ok_for_no_content, ignore_unknown_keys,
--               ignore_offset, ignore_writes, ignore_activation, mfa,
--               error_shape
--   requests    list of the requests received: { endpoint, method, path,
--               headers, body }, the body as text
local function new(options)
  options = options or {}
  check_options(options)
  local sandbox = setmetatable({
    store = Store.new(options.clock or os.time),
    quirks = new_quirks(options.quirks or {}),
    requests = {},
    faults = {},
    answers = {},
  }, Sandbox)
  sandbox.store.secret_key = options.secret_key or "sandbox-secret-key"
  seed(sandbox.store, options)
  return sandbox
end

--- Makes requests fail; the oldest order that matches applies.
-- @param order table:
--   endpoint  name; absent: any
--   times     how many requests (1)
--   fault     "too_many", "too_many_retry_after", "unavailable",
--             "bad_gateway", "maintenance", "server_error" or "reset"; or
--             the reply: status, headers, body; or error, a message in place
--             of a reply
--   applied   true: the request is applied all the same
function Sandbox:fail(order)
  check_names("part of a fault called", order, order_names, 2)
  if order.endpoint and not routes.has(order.endpoint) then
    error("sandbox: there is no endpoint " .. tostring(order.endpoint), 2)
  end
  local answer = order
  if order.fault then
    answer = faults[order.fault]
      or error("sandbox: there is no fault " .. tostring(order.fault), 2)
  elseif not order.status and not order.error then
    error("sandbox: a fault needs a name, a status or an error", 2)
  end
  if order.times and order.times < 1 then
    error("sandbox: times must be at least 1", 2)
  end
  self.faults[#self.faults + 1] = {
    endpoint = order.endpoint,
    left = order.times or 1,
    applied = order.applied,
    answer = answer,
  }
end

--- Defines the reply of an endpoint that a sandbox does not have; for
-- client:request. A request without a valid token is refused as usual.
-- @param method HTTP method
-- @param path the part after /api/rest/2.0/, not percent-encoded
-- @param answer table: the reply; or function(body), which is called with the
--   decoded body of a request, or nil, and returns the reply (a table, a
--   string of JSON, or nil) and its status (200; 204 without a reply)
function Sandbox:answer(method, path, answer)
  if type(method) ~= "string" or type(path) ~= "string" then
    error("sandbox: expected a method and a path", 2)
  elseif type(answer) ~= "table" and type(answer) ~= "function" then
    error("sandbox: expected a table or a function, got " .. type(answer), 2)
  elseif routes.find(method, routes.BASE .. path) then
    error("sandbox: already replies to " .. method .. " " .. path, 2)
  end
  self.answers[method .. " " .. path] = { answer = answer }
end

-- Returns the reply that was defined for a request, as a route, or nil.
local function find_answer(sandbox, method, path)
  local below = path:match(routes.BASE:gsub("%p", "%%%0") .. "(.*)$")
  return below
    and sandbox.answers[method .. " " .. routes.decode_percent(below)]
end

-- Returns the fault for a request, or nil.
local function next_fault(sandbox, endpoint)
  for index, fault in ipairs(sandbox.faults) do
    if not fault.endpoint or fault.endpoint == endpoint then
      fault.left = fault.left - 1
      if fault.left == 0 then
        table.remove(sandbox.faults, index)
      end
      return fault
    end
  end
end

--- Returns the state of a user, by name or GUID, or nil: as search_users shows
-- it, with its favourites.
function Sandbox:user(identifier)
  local user = self.store:user(identifier)
  return user and json.decode(self.store:text(user, { favorites = true }))
end

local function header(request, name)
  for key, value in pairs(request.headers or {}) do
    if key:lower() == name then
      -- In nginx, a repeated header is a list.
      return type(value) == "table" and value[1] or value
    end
  end
end

local function may_manage_users(user)
  for _, privilege in ipairs(user.privileges) do
    if privilege == "ADMINISTRATION" or privilege == "USER_ADMINISTRATION" then
      return true
    end
  end
  return false
end

-- Adds the caller and the session to a call.
local function authenticate(store, route, request, call)
  if route.open then
    return
  end
  local token = (header(request, "authorization") or "")
    :match "^Bearer%s*(.-)%s*$"
  if token == "" then
    errors.refuse(500, 10038, "the bearer token is empty")
  end
  local session = token and store:token(token)
  local caller = session and store.users[session.user_id]
  if not caller or caller.account_status ~= "ACTIVE" then
    errors.refuse(401, 10097, "no valid token")
  elseif route.admin and not may_manage_users(caller) then
    errors.refuse(403, 10023, "needs the privilege ADMINISTRATION")
  end
  call.session, call.caller = session, caller
end

-- Returns the status and the text of a defined reply.
local function ask(answer, body)
  local reply, status = answer, nil
  if type(answer) == "function" then
    reply, status = answer(body and body ~= "" and json.decode(body) or nil)
  end
  if reply == nil then
    return status or 204
  end
  return status or 200, type(reply) == "string" and reply
    or json.encode(reply)
end

local function carry_out(sandbox, route, request, identifier)
  local quirks = sandbox.quirks
  local call = { identifier = identifier, quirks = quirks }
  authenticate(sandbox.store, route, request, call)
  if route.answer then
    return ask(route.answer, request.body)
  end
  if route.body then
    call.request = schema.read(route.body, request.body,
      not quirks.ignore_unknown_keys)
    if quirks.ignore_offset then
      call.request.record_offset = nil
    end
  end
  if identifier and quirks.slash_in_path_fails
    and identifier:find("/", 1, true) then
    errors.refuse(400, 10002, "the identifier contains a slash")
  end
  local status, text = endpoints[route.name](sandbox.store, call)
  if status == 204 and quirks.ok_for_no_content then
    status = 200
  end
  return status, text
end

local function respond(status, text)
  return { status = status, headers = text and JSON or {}, body = text or "" }
end

local function handle(sandbox, route, request, identifier)
  local done, status, text = pcall(carry_out, sandbox, route, request,
    identifier)
  if not done then
    local refusal = status
    if not errors.is_refusal(refusal) then
      error(refusal, 0)
    end
    status = refusal.status
    text = errors.body(refusal, sandbox.quirks.error_shape,
      sandbox.store:guid())
  end
  return respond(status, text)
end

local function go_wrong(answer)
  if answer.error then
    return nil, answer.error
  end
  return {
    status = answer.status, headers = answer.headers or {},
    body = answer.body or "",
  }
end

--- Replies to a request, as a transport does.
-- @param request { method, url, headers, body }
-- @return { status, headers, body }, or nil and a message if a fault says so
function Sandbox:__call(request)
  local path = request.url:gsub("^%a+://[^/]*", ""):gsub("%?.*$", "")
  local route, identifier = routes.find(request.method, path)
  route = route or find_answer(self, request.method, path)
  self.requests[#self.requests + 1] = {
    endpoint = route and route.name, method = request.method, path = path,
    headers = request.headers, body = request.body,
  }
  local fault = next_fault(self, route and route.name)
  if fault and not fault.applied then
    return go_wrong(fault.answer)
  end
  local response = route and handle(self, route, request, identifier)
    or respond(404, '{"error":{"message":{"code":10002,"debug":'
      .. '"no such endpoint"}}}')
  if fault then
    return go_wrong(fault.answer)
  end
  return response
end

return new
