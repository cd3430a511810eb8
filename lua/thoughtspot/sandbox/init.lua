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
local faults = require "thoughtspot.sandbox.faults"
local json = require "thoughtspot.sandbox.json"
local quirks = require "thoughtspot.sandbox.quirks"
local routes = require "thoughtspot.sandbox.routes"
local schema = require "thoughtspot.sandbox.schema"
local seed = require "thoughtspot.sandbox.seed"

local Sandbox = {}
Sandbox.__index = Sandbox

local JSON = { ["Content-Type"] = "application/json" }

--- Creates a sandbox. Invalid options raise a string.
-- @param options table, or nil: the rows of seed.lua
-- @return the sandbox, which can be called as a transport; its fields:
--   quirks      switches, which can be set at any time: the rows of
--               quirks.lua
--   requests    list of the requests received: { endpoint, method, path,
--               headers, body }, the body as text
local function new(options)
  options = options or {}
  seed.check(options)
  local sandbox = setmetatable({
    store = Store.new(options.clock or os.time),
    quirks = quirks.new(options.quirks or {}),
    requests = {},
    faults = {},
    answers = {},
  }, Sandbox)
  seed.fill(sandbox.store, options)
  return sandbox
end

--- Makes requests fail; the oldest order that matches applies.
-- @param order table:
--   endpoint  name; absent: any
--   times     how many requests (1)
--   fault     name of a row of faults.lua, such as "bad_gateway"; or
--             the reply: status, headers, body; or error, a message in place
--             of a reply
--   applied   true: the request is applied nevertheless
function Sandbox:fail(order)
  faults.add(self.faults, order)
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
  local switches = sandbox.quirks
  local call = { identifier = identifier, quirks = switches }
  authenticate(sandbox.store, route, request, call)
  if route.answer then
    return ask(route.answer, request.body)
  end
  if route.body then
    call.request = schema.read(route.body, request.body,
      not switches.ignore_unknown_keys)
    if switches.ignore_offset then
      call.request.record_offset = nil
    end
  end
  if identifier and switches.slash_in_path_fails
    and identifier:find("/", 1, true) then
    errors.refuse(400, 10002, "the identifier contains a slash")
  end
  local status, text = endpoints[route.name](sandbox.store, call)
  if status == 204 and switches.ok_for_no_content then
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
  local fault = faults.next(self.faults, route and route.name)
  if fault and not fault.applied then
    return faults.response(fault.answer)
  end
  local response = route and handle(self, route, request, identifier)
    or respond(404, '{"error":{"message":{"code":10002,"debug":'
      .. '"no such endpoint"}}}')
  if fault then
    return faults.response(fault.answer)
  end
  return response
end

return new
