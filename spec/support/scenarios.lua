--- Scenarios for the memory specs: each uses a client in a different way, and
-- can be interrupted by an error anywhere. They run in torture.c.

local core = require "thoughtspot.core"
local replies = require "spec.support.replies"

local scenarios = {}

local NOW = 1000
local TOKEN = replies.token { token = "t0ken" }
local USERS = [=[[{"id":"1","name":"ada","email":null,"n":1.0},]=]
  .. [=[{"id":"2","name":"alan","tags":["x",{"y":[1,2]}]}]]=]
local ERROR = [[{"error":{"message":{"debug":{"code":13003,"debug":]]
  .. [["[\"g-1\",\"s3cret-s3cret\"]"}}}}]]

-- Answers a request of the exchange, and the login before it, and returns its
-- body. Skips a pause before it.
local function answer(exchange, status, body, headers)
  while exchange:step(NOW + 1) == "io" do
    local request = exchange:request()
    if request and not request.url:find("auth/token", 1, true) then
      exchange:respond(status, headers, body, NOW)
      return request.body
    elseif request then -- else a finalizer has sent the login
      exchange:respond(200, { ["Content-Type"] = "application/json" }, TOKEN,
        NOW)
    end
  end
end

-- assert() of Lua 5.1 does not accept a table as the message.
local function need(value, err)
  return value or error(tostring(err), 2)
end

-- The current exchange and request, for finalizers.
scenarios.under_way = setmetatable({}, { __mode = "v" })

local function prepare(client, endpoint, request, ...)
  scenarios.under_way.request = type(request) == "table" and request or nil
  scenarios.under_way.options = (...)
  local exchange = need(client:prepare(endpoint, request, ...))
  scenarios.under_way.exchange = exchange
  return exchange
end

local function report(exchange)
  for event in exchange.event, exchange do
    assert(event.type)
  end
end

--- A client whose requests are answered here.
scenarios.options = {
  host = "https://acme.test/prefix", username = "me",
  password = "pass\"word", org_id = 0, token_validity = 60,
  headers = { ["X-One"] = "1", ["X-Two"] = "2" }, user_agent = "scenarios/1",
  proxy = "http://127.0.0.1:1", ca_file = "LICENSE", client_cert = "LICENSE",
  client_key = "LICENSE", on_event = print, transport = print, max_retries = 1,
  rate_limit = false,
}

--- A client of its own.
function scenarios.made()
  local options = {}
  for name, value in pairs(scenarios.options) do
    options[name] = value
  end
  options.headers = { ["X-One"] = "1", ["X-Two"] = "2" }
  options.rate_limit = { per_second = 5, burst = 5 }
  scenarios.under_way.options = options
  local client = core.new(options)
  if client then
    client:close()
  end
end

--- Deletes all unlisted users.
function scenarios.emptied(client)
  local users = { { user_identifier = "ada", display_name = "Ada" } }
  local exchange = prepare(client, "import_users", { users = users,
    delete_unspecified_users = true, dry_run = false })
  local body = answer(exchange, 200, "[]")
  assert(not body or body:find '"users":%[{"user_identifier":"ada"',
    "what was written was not checked")
end

function scenarios.refused()
  assert(not core.new { host = "https://acme.test", token = "t",
    pasword = "x" })
end

function scenarios.search(client)
  local exchange = prepare(client, "search_users",
    { name_pattern = "%", org_identifiers = { "a", "b" } },
    { headers = { ["x-two"] = "3" }, fields = { "id", "name" } })
  answer(exchange, 429, "", { ["Retry-After"] = "0" })
  answer(exchange, 200, USERS)
  report(exchange)
  assert(exchange:step(NOW) == "done")
  local users, err = exchange:result()
  need(users, err)
  assert(#users == 2)
end

function scenarios.stream(client)
  local exchange = prepare(client, "search_users"):stream()
  answer(exchange, 200, USERS)
  while exchange:take() do
    report(exchange)
  end
  exchange:step(NOW)
  need(exchange:result())
end

function scenarios.error(client)
  local exchange = prepare(client, "create_user", {
    name = "ada", display_name = "Ada\n\195\169", email = "a@acme.test",
    password = "s3cret-s3cret", extended_properties = { a = { 1, "x" } },
  })
  answer(exchange, 400, ERROR)
  exchange:step(NOW)
  local user, err = exchange:result()
  assert(not user)
  assert(type(err) == "table" and tostring(err) and err .. "!")
end

function scenarios.empty_reply(client)
  local exchange = prepare(client, "delete_user", "ada")
  answer(exchange, 204, "")
  exchange:step(NOW)
  need(exchange:result())
end

-- client:request, and a call with many filled-in values.
function scenarios.request(client)
  local exchange = need(client:prepare("request", {
    method = "PUT", path = "tags/a b/update", reply = "list", safe = true,
    body = { list = { { password = "s3cret-s3cret" } }, empty = {} },
  }, { headers = { ["x-two"] = "3" }, fields = { "id" } }))
  answer(exchange, 200, USERS)
  exchange:step(NOW)
  report(exchange)
  need(exchange:result())
  exchange = need(client:prepare("activate_user", {
    activation_link = "https://acme.test/#/activate?id=u&token=s3cret-s3cret",
    password = "p",
  }))
  answer(exchange, 400, ERROR)
  exchange:step(NOW)
  assert(not exchange:result())
  assert(not client:prepare("request", { path = "users/../x" }))
end

function scenarios.abandoned(client)
  scenarios.stream(client)
  local exchange = prepare(client, "delete_user", "ada")
  if exchange:step(NOW) == "io" then
    exchange:request()
  end
end

function scenarios.described()
  for _, name in ipairs(core.describe()) do
    assert(core.describe(name))
  end
end

--- Over sockets; the client is one of 'socket_options'.
function scenarios.socket_options(host)
  return {
    host = host, username = "me", password = "pass\"word", timeout = 20,
    rate_limit = false, max_retries = 0, headers = { ["X-One"] = "" },
  }
end

function scenarios.over_sockets(client)
  need(client:search_users {})
  need(client:search_users({}, { fields = { "id" } }))
  local exchange = prepare(client, "search_users"):stream()
  while exchange:step() ~= "done" do
    client:poll(0.1)
  end
  assert(exchange:take())
  local in_flight = prepare(client, "search_users", {})
  in_flight:step()
  client:poll(0)
end

return scenarios
