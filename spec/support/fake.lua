--- A client whose requests a Lua function answers, for specs.

local cjson = require("cjson").new()
local thoughtspot = require "thoughtspot"

local fake = {}

--- JSON of a list: lua-cjson cannot tell an empty one.
function fake.list(items)
  local texts = {}
  for index, item in ipairs(items) do
    texts[index] = cjson.encode(item)
  end
  return "[" .. table.concat(texts, ",") .. "]"
end

--- Answer of a failing cluster.
function fake.failure(code, text)
  return cjson.encode {
    error = { message = { code = code, debug = text } },
  }
end

--- The first request of a client with credentials.
function fake.mint(fields)
  local reply = {
    token = "minted", creation_time_in_millis = 0,
    expiration_time_in_millis = 300000,
    scope = { access_type = "FULL", org_id = 0 },
    valid_for_user_id = "id-admin", valid_for_username = "admin",
  }
  for name, value in pairs(fields or {}) do
    reply[name] = value
  end
  return 200, cjson.encode(reply)
end

local function respond(handlers, path, body, request)
  local handler = handlers[path] or handlers["*"]
  if not handler then
    return 404, fake.failure(10002, "no such path: " .. path)
  end
  return handler(body, request)
end

--- @param handlers { path below /api/rest/2.0/, or "*" = function(body,
--   request) that returns a status, a body and headers, or nil and a message }
-- @param options of the client; token is "given" unless they authenticate
-- @return the client, and the list of calls { path, body, request } that
--   grows
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
