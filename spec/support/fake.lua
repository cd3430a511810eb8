--- A client whose requests a Lua function answers, for specs.

local cjson = require("cjson").new()
local replies = require "spec.support.replies"
local thoughtspot = require "thoughtspot"

local fake = {}

fake.list = replies.list
fake.failure = replies.failure

--- The first request of a client with credentials.
function fake.mint(fields)
  local given = { token = "minted", valid_for_user_id = "id-admin" }
  for name, value in pairs(fields or {}) do
    given[name] = value
  end
  return 200, replies.token(given)
end

local function respond(handlers, path, body, request)
  local handler = handlers[path] or handlers["*"]
  if not handler then
    return 404, fake.failure(10002, "no such path: " .. path)
  end
  return handler(body, request)
end

--- Creates a client whose requests the handlers answer.
-- @param handlers { path below /api/rest/2.0/, or "*" = function(body,
--   request) that returns a status, a body and headers, or nil and a message }
-- @param options of the client; token is "given" unless they authenticate
-- @return the client, and the list of its calls so far { path, body, request }
function fake.client(handlers, options)
  local calls = {}
  local all = { host = "https://cluster.test", rate_limit = false }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  if not (all.username or all.token_provider or all.token_store) then
    all.token = all.token or "given"
  end
  function all.transport(request)
    local path = request.url:match "^https://cluster%.test/api/rest/2%.0/(.+)"
    local body = request.body and cjson.decode(request.body)
    calls[#calls + 1] = { path = path, body = body, request = request }
    local status, text, headers = respond(handlers, path, body, request)
    if not status then
      return nil, text
    end
    return { status = status, body = text, headers = headers }
  end
  return assert(thoughtspot.new(all)), calls
end

return fake
