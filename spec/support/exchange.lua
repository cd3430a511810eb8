--- Exchanges driven by hand: no server, no waiting, and a clock that the spec
-- sets.

local command = require "spec.support.command"
local replies = require "spec.support.replies"
local core = require "thoughtspot.core"

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local support = {
  host = "https://acme.test",
  now = 1000, -- where the clocks of specs begin
}

local function never()
  error("the core must not call a function of the user's")
end

--- A client of the core whose requests are sent by the spec. Without other
-- credentials it has a fixed token, and by default it has no rate limit.
function support.client(options)
  local given = { host = support.host, transport = never, rate_limit = false }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  if not (given.password or given.secret_key or given.token_provider) then
    given.token = given.token or "fixed-token"
  end
  return assert(core.new(given))
end

--- A client that logs in.
function support.login_client(options)
  local given = { username = "admin", password = "pass-word" }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  return support.client(given)
end

--- A client with a token provider.
function support.provider_client(options)
  local given = { token_provider = never }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  return support.client(given)
end

--- The body of a reply to a login; see replies.lua.
support.token_reply = replies.token

--- Steps the exchange, which must be ready to send its request.
-- @return the request
function support.send(exchange, now)
  now = now or support.now
  local answer = exchange:step(now)
  if answer ~= "io" then
    error("expected the answer io, got " .. answer, 2)
  end
  return exchange:request(now)
end

--- Sends the request and answers it.
-- @param status the HTTP status, or nil: the connection breaks
-- @return the answer of the next step, and its detail
function support.answer(exchange, status, body, headers, now)
  now = now or support.now
  support.send(exchange, now)
  if status then
    exchange:respond(status, headers, body, now)
  else
    exchange:respond(nil, body or "connection reset", now)
  end
  return exchange:step(now)
end

--- Answers the request, after which the exchange must be done.
-- @return its result
function support.outcome(exchange, status, body, headers, now)
  local answer = support.answer(exchange, status, body, headers, now)
  if answer ~= "done" then
    error("expected the answer done, got " .. answer, 2)
  end
  return exchange:result()
end

--- Answers the login that the exchange waits for.
-- @return the answer of the next step, and its detail
function support.mint(exchange, fields, now)
  return support.answer(exchange, 200, support.token_reply(fields), nil, now)
end

--- Runs a program in an interpreter of its own, up to the end of its state.
-- @param environment NAME=value, if there is something to set
-- @return what it has written, and its exit status in a last line
function support.run(program, environment)
  local path = command.new_file(program)
  local output = command.output(("%s %s %s 2>&1; echo $?"):format(
    environment or "", command.lua(), path))
  command.remove(path)
  return output
end

--- The error of a call that must be refused before anything is sent.
function support.refusal(client, ...)
  local exchange, err = client:prepare(...)
  if exchange then
    error("expected a refusal", 2)
  end
  return err
end

-- Returns a valid value, by the description of its field.
local function sample(field)
  local value
  if field.name == "confirm" or field.name == "base_url" then
    value = support.host
  elseif field.name == "activation_link" then
    value = support.host .. "/#/activate?id=x&token=x"
  elseif field.name == "delete_unspecified_users" then
    value = false
  elseif field.schema then
    value = support.minimal(field.schema)
  elseif field.values then
    value = field.values[1]
  else
    value = ({ string = "x", integer = 1, number = 1, boolean = true,
      table = { a = "b" } })[field.type]
  end
  return field.list and { value } or value
end
support.sample = sample

-- Schema = a field that stands for one of several, one of which is required.
local chosen = { RevokeTokenRequest = "token" }

--- Returns a table with exactly the required fields of a schema.
function support.minimal(schema)
  local value = {}
  for _, field in ipairs(schema.fields) do
    if field.required or field.filled or chosen[schema.name] == field.name then
      value[field.name] = sample(field)
    end
  end
  return value
end

--- Prepares a call of an endpoint with this request, and with an identifier if
-- its path has one.
function support.prepare(client, name, request, options)
  local endpoint = core.describe(name)
  local arguments, count = {}, 0
  local function add(value)
    count = count + 1
    arguments[count] = value
  end
  if endpoint.path_parameter then
    add("ada")
  end
  if endpoint.request then
    add(request or support.minimal(endpoint.request))
  end
  add(options)
  return client:prepare(name, unpack(arguments, 1, count))
end

return support
