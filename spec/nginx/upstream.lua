--- A cluster for the nginx specs: thousands of users, a latency, and counters.

local cjson = require "cjson"
local replies = require "spec.support.replies"

local upstream = {}

-- Seconds before each answer.
local latency = 0

-- The number of requests by the name of their endpoint, and of those that the
-- client broke off.
local counts = { aborted = 0 }

-- Tokens issued since then are accepted.
local minted, valid_from = 0, 1

-- The number of logins that will fail.
local failing = 0

local function count(name)
  counts[name] = (counts[name] or 0) + 1
end

local function user(number)
  return cjson.encode {
    id = ("%08x-0000-4000-8000-000000000000"):format(number),
    name = "user" .. number, display_name = "User " .. number,
    email = "user" .. number .. "@acme.test", account_type = "LOCAL_USER",
    account_status = "ACTIVE", visibility = "SHARABLE",
    creation_time_in_millis = 1700000000000 + number,
    orgs = { { id = 0, name = "Primary" } },
    user_groups = {
      { id = "59481331-ee53-42be-a548-bd87be6ddd4a", name = "ALL_GROUP" },
      { id = "a8c8b8d8-ee53-42be-a548-bd87be6ddd4b", name = "Analysts" },
    },
    user_inherited_groups = {
      { id = "59481331-ee53-42be-a548-bd87be6ddd4a", name = "ALL_GROUP" },
    },
    privileges = { "DATADOWNLOADING", "USERDATAUPLOADING" },
    super_user = false, tags = { "one", "two" },
  }
end

-- A cache of pages of users.
local pages = {}

local function page(from, size, total)
  local key = from .. " " .. size
  if not pages[key] then
    local users = {}
    for number = from + 1, math.min(from + size, total) do
      users[#users + 1] = user(number)
    end
    pages[key] = "[" .. table.concat(users, ",") .. "]"
  end
  return pages[key]
end

local endpoints = {
  ["auth/token/full"] = function()
    if failing > 0 then
      failing = failing - 1
      ngx.status = 400
      return replies.failure(10002, "not now")
    end
    minted = minted + 1
    return replies.token {
      token = "token" .. minted,
      creation_time_in_millis = ngx.now() * 1000,
      expiration_time_in_millis = (ngx.now() + 300) * 1000,
    }
  end,
  -- The requested name is a command: "all" is a list of 20,000 users, "never"
  -- is not answered.
  ["users/search"] = function(request)
    local size = request.record_size or 10
    if request.name_pattern == "never" then
      ngx.sleep(3600)
    elseif request.name_pattern == "all" then
      size = size == -1 and 20000 or size
      return page(request.record_offset or 0, size, 20000)
    end
    return page(0, size, size)
  end,
}

local function is_authorised(name)
  if name == "auth/token/full" then
    return true
  end
  local token = (ngx.var.http_authorization or ""):match "^Bearer token(%d+)$"
  return token and tonumber(token) >= valid_from
end

--- Answers a request of the API.
function upstream.serve()
  local name = ngx.var.uri:match "^/api/rest/2%.0/(.+)$"
  count(name)
  ngx.req.read_body()
  local request = cjson.decode(ngx.req.get_body_data() or "{}")
  ngx.on_abort(function()
    count "aborted"
    ngx.exit(499)
  end)
  if latency > 0 then
    ngx.sleep(latency)
  end
  if not is_authorised(name) then
    ngx.status = 401
    ngx.print(replies.failure(10097, "no such token"))
    return
  end
  ngx.print(endpoints[name](request))
end

-- Commands of the specs, by their path.
local orders = {
  set = function(arguments)
    latency = tonumber(arguments.latency)
  end,

  -- Tokens issued until now are no longer valid.
  revoke = function()
    valid_from = minted + 1
  end,

  fail = function(arguments)
    failing = tonumber(arguments.mints)
  end,

  reset = function()
    counts = { aborted = 0 }
  end,

  counts = function()
  end,

  -- Answers when a counter has reached a number.
  wait = function(arguments)
    while (counts[arguments.name] or 0) < tonumber(arguments.count) do
      ngx.sleep(0.002)
    end
  end,
}

--- Runs a command, and answers with the counters.
function upstream.control()
  orders[ngx.var.uri:sub(2)](ngx.req.get_uri_args())
  ngx.print(cjson.encode(counts))
end

return upstream
