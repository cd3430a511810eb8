--- A ThoughtSpot in memory: a transport to test scripts on.
--
--   local sandbox = thoughtspot.sandbox()
--   local client = assert(thoughtspot.new {
--     host = "https://sandbox.test", transport = sandbox,
--     username = "tsadmin", password = "secret",
--   })
--
-- It answers what the published contract says and what real clusters were
-- seen to do. Quirks of theirs are switches, and faults can be queued:
--
--   sandbox.quirks.ok_for_no_content = true
--   sandbox:fail { endpoint = "create_user", fault = "maintenance" }

local Store = require "thoughtspot.sandbox.store"
local endpoints = require "thoughtspot.sandbox.endpoints"
local json = require "thoughtspot.sandbox.json"
local routes = require "thoughtspot.sandbox.routes"

local Sandbox = {}
Sandbox.__index = Sandbox

local PAGE = "<!DOCTYPE html><html><body><h1>%s</h1></body></html>"
local HTML = { ["Content-Type"] = "text/html" }

-- Faults by name, for Sandbox:fail.
local faults = {
  too_many = { status = 429, body = "" },
  too_many_retry_after = {
    status = 429, headers = { ["Retry-After"] = "1" }, body = "",
  },
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
    status = 500,
    body = '{"error":{"message":{"code":10038,"debug":"unexpected"}}}',
  },
  reset = { error = "connection reset" },
}

-- What each quirk is by default.
local function default_quirks()
  return {
    -- The name of a user whose row makes users/search answer 404.
    dangling_user = nil,
    -- An identifier in a path that holds a slash is answered with 400.
    slash_in_path_fails = true,
    -- Old clusters: 200 where the contract says 204.
    ok_for_no_content = false,
    -- Fields of a request that are not known are passed over.
    ignore_unknown_keys = true,
    -- Every page is the first.
    ignore_offset = false,
    -- Multi-factor authentication: no login with a password.
    mfa = false,
  }
end

local function seed(sandbox, options)
  local store = sandbox.store
  for _, name in ipairs(options.groups or {}) do
    store:add_group(name)
  end
  store:add_org("Primary", 0)
  for _, name in ipairs(options.orgs or {}) do
    store:add_org(name)
  end
  local function set(kind, identifiers)
    local entries = {}
    for _, identifier in ipairs(identifiers) do
      local entry = store[kind](store, identifier)
      entries[assert(entry, "unknown " .. kind .. ": " .. identifier)] = true
    end
    return entries
  end
  local admin = options.admin or {}
  local all_orgs = {}
  for _, org in ipairs(store.orgs) do
    all_orgs[org] = true
  end
  store:add_user {
    name = admin.name or "tsadmin", display_name = "Administrator",
    email = "tsadmin@sandbox.test", password = admin.password or "secret",
    privileges = { "ADMINISTRATION" }, orgs = all_orgs,
  }
  for _, user in ipairs(options.users or {}) do
    local fields = {}
    for name, value in pairs(user) do
      fields[name] = value
    end
    fields.display_name = fields.display_name or fields.name
    fields.groups = set("group", user.groups or {})
    fields.orgs = set("org", user.orgs or { "Primary" })
    store:add_user(fields)
  end
end

--- Makes a sandbox.
-- @param options table, or nil:
--   admin       { name, password } of the administrator ("tsadmin", "secret")
--   secret_key  of trusted authentication ("sandbox-secret-key")
--   groups      list of names
--   orgs        list of names; org 0, "Primary", is always there
--   users       list of { name, display_name, email, password, privileges,
--               groups, orgs, … }; groups and orgs by name
--   quirks      table, see `quirks` of the sandbox
--   clock       function returning epoch seconds (os.time)
-- @return the sandbox, to be called as a transport; its fields:
--   quirks      switches, to be set at any time: dangling_user,
--               slash_in_path_fails, ok_for_no_content, ignore_unknown_keys,
--               ignore_offset, mfa
--   requests    list of what was received: { endpoint, method, path, headers,
--               body }, the body as text
local function new(options)
  options = options or {}
  local sandbox = setmetatable({
    store = Store.new(options.clock or os.time),
    quirks = default_quirks(),
    requests = {},
    faults = {},
  }, Sandbox)
  sandbox.store.secret_key = options.secret_key or "sandbox-secret-key"
  for name, value in pairs(options.quirks or {}) do
    sandbox.quirks[name] = value
  end
  seed(sandbox, options)
  return sandbox
end

--- Lets requests go wrong, the oldest order first.
-- @param order table:
--   endpoint  name; absent: any
--   times     how many requests (1)
--   fault     "too_many", "too_many_retry_after", "unavailable",
--             "bad_gateway", "maintenance", "server_error" or "reset"; or
--             what to answer: status, headers, body; or error, a message in
--             place of an answer
--   applied   true: the request is carried out all the same
function Sandbox:fail(order)
  local answer = order.fault and assert(faults[order.fault],
    "there is no such fault") or order
  self.faults[#self.faults + 1] = {
    endpoint = order.endpoint,
    left = order.times or 1,
    applied = order.applied,
    answer = answer,
  }
end

-- The fault that a request meets, or nil.
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

--- The state of a user, by name or GUID, or nil: what search_users shows of
-- it.
function Sandbox:user(identifier)
  local user = self.store:user(identifier)
  return user and json.decode(self.store:text(user))
end

local function header(request, name)
  for key, value in pairs(request.headers or {}) do
    if key:lower() == name then
      return value
    end
  end
end

local function decode_percent(text)
  return (text:gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

local function find_route(request, path)
  for _, route in ipairs(routes) do
    local start, _, identifier = path:find(route.pattern)
    if start and route.method == request.method then
      return route, identifier and decode_percent(identifier)
    end
  end
end

-- The body as a table; a broken one is refused.
local function read_body(route, request, quirks)
  if not route.fields then
    return {}
  end
  local body = json.decode(request.body or "")
  if type(body) ~= "table" then
    endpoints.refuse(400, 10002, "the body is not a JSON object")
  end
  if not quirks.ignore_unknown_keys then
    for name in pairs(body) do
      if not route.known[name] then
        endpoints.refuse(400, 10002, name .. " is not known")
      end
    end
  end
  return body
end

-- Who asks, and in what session.
local function authenticate(sandbox, route, request)
  if route.open then
    return nil
  end
  local bearer = (header(request, "authorization") or ""):match "^Bearer(.*)$"
  if bearer and bearer:gsub(" ", "") == "" then
    endpoints.refuse(500, 10038, "the bearer token is empty")
  end
  local session = bearer and sandbox.store:token(bearer:sub(2))
  if not session then
    endpoints.refuse(401, 10097, "no valid token")
  end
  local caller = sandbox.store.users[session.user_id]
  if route.admin then
    local allowed = false
    for _, privilege in ipairs(caller.privileges) do
      allowed = allowed or privilege == "ADMINISTRATION"
        or privilege == "USER_ADMINISTRATION"
    end
    if not allowed then
      endpoints.refuse(403, 10023, "needs the privilege ADMINISTRATION")
    end
  end
  return caller, session
end

local function carry_out(sandbox, route, request, identifier)
  local quirks = sandbox.quirks
  local caller, session = authenticate(sandbox, route, request)
  local body = read_body(route, request, quirks)
  if identifier and quirks.slash_in_path_fails
    and identifier:find("/", 1, true) then
    endpoints.refuse(400, 10002, "the identifier holds a slash")
  end
  if quirks.ignore_offset then
    body.record_offset = nil
  end
  sandbox.store.dangling_user = quirks.dangling_user
  sandbox.store.mfa = quirks.mfa
  local status, text = endpoints[route.name](sandbox.store, body, caller,
    identifier, session)
  if status == 204 and quirks.ok_for_no_content then
    status = 200
  end
  return status, text
end

-- The body of an error, in the shapes that the server has for them.
local function error_body(sandbox, refusal)
  local message
  if refusal.unknown then
    message = { debug = {
      code = refusal.code,
      debug = json.encode { refusal.unknown },
    } }
  else
    local id = sandbox.store:guid()
    message = {
      code = refusal.code, debug = refusal.debug, incident_id_guid = id,
      trace_id_guid = id,
    }
  end
  return json.encode { error = { message = message } }
end

local function respond(status, text)
  return {
    status = status,
    headers = text and { ["Content-Type"] = "application/json" } or {},
    body = text or "",
  }
end

local function handle(sandbox, route, request, identifier)
  local done, status, text = pcall(carry_out, sandbox, route, request,
    identifier)
  if done then
    return respond(status, text)
  elseif type(status) == "table" then
    return respond(status.status, error_body(sandbox, status))
  end
  error(status, 0)
end

--- Answers a request, as a transport does.
-- @param request { method, url, headers, body }
-- @return { status, headers, body }, or nil and a message where a fault says
--   so
function Sandbox:__call(request)
  local path = request.url:gsub("^%a+://[^/]*", ""):gsub("%?.*$", "")
  local route, identifier = find_route(request, path)
  self.requests[#self.requests + 1] = {
    endpoint = route and route.name, method = request.method, path = path,
    headers = request.headers, body = request.body,
  }
  local fault = next_fault(self, route and route.name)
  if fault and not fault.applied then
    local answer = fault.answer
    return not answer.error and {
      status = answer.status, headers = answer.headers or {},
      body = answer.body or "",
    } or nil, answer.error
  end
  if not route then
    return respond(404, '{"error":{"message":{"code":10002,"debug":'
      .. '"no such endpoint"}}}')
  end
  local response = handle(self, route, request, identifier)
  if fault then
    return fault.answer.error and nil or fault.answer, fault.answer.error
  end
  return response
end

return new
