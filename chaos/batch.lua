--- Sends batches of writes to a cluster that keeps a ledger, over a network
-- that loses requests and replies. A write that must not be repeated is
-- applied at most once; a write that is reported as done was applied; and one
-- that is reported as not applied was not.

local cjson = require("cjson").new()
local thoughtspot = require "thoughtspot"
local fake = require "spec.support.fake"
local Model = require "spec.support.cluster_model"

local batch = {}

local REPLIES = {
  create_user = function(name)
    return { status = 200, body = cjson.encode {
      id = "id-" .. name, name = name, display_name = name,
    } }
  end,
  update_user = function() return { status = 204, body = "" } end,
  delete_user = function() return { status = 204, body = "" } end,
}

local ITEMS = {
  create_user = function(name)
    return { name = name, display_name = name, email = name .. "@acme.test" }
  end,
  update_user = function(name) return { name, { display_name = "x" } } end,
  delete_user = function(name) return name end,
}

local AT_ONCE = { ["Retry-After"] = "0" }

-- The possible fates of a request: whether it is applied, and the reply.
local fates = {
  function() return false, nil, "connection reset" end,
  function() return true, nil, "connection reset" end,
  function() return false, { status = 429, headers = AT_ONCE } end,
  function() return false, { status = 503, headers = AT_ONCE } end,
  function() return true, { status = 504, body = "<html>gateway</html>" } end,
  function() return false, { status = 403, body = "<html>no</html>" } end,
  function() return true, { status = 500, body = "{}" } end,
  function()
    return false, { status = 400, body = fake.failure(10002, "bad") }
  end,
  function() return true, { status = 200, body = "<html>hello</html>" } end,
}

local function name_of(request)
  return request.url:match "/users/(user%d+)/"
    or cjson.decode(request.body).name
end

local function connect(roll, endpoint, ledger)
  return assert(thoughtspot.new {
    host = "https://cluster.test", token = "given", rate_limit = false,
    protect_self = false,
    -- A repetition takes its time.
    max_retries = roll(8) == 1 and 1 or 0,
    transport = function(request)
      local name = name_of(request)
      local is_done, reply, err = true, REPLIES[endpoint](name), nil
      if roll(3) == 1 then
        is_done, reply, err = fates[roll(#fates)]()
      end
      if is_done then
        ledger[name] = (ledger[name] or 0) + 1
      end
      return reply, err
    end,
  })
end

local function judge(report, endpoint, names, ledger)
  local failed = {}
  for _, failure in ipairs(report.failures) do
    failed[failure.index] = failure.err
  end
  for index, name in ipairs(names) do
    local done, err = ledger[name] or 0, failed[index]
    if (report.results[index] == nil) == (err == nil) then
      return name .. " is in both lists or in none"
    elseif endpoint ~= "update_user" and done > 1 then
      return name .. " was written " .. done .. " times"
    elseif not err and done == 0 then
      return name .. " was not written, and is reported as done"
    elseif err and err.applied ~= "maybe" and done > 0 then
      return name .. " was written, and is reported as not applied: "
        .. tostring(err)
    end
  end
end

local ENDPOINTS = { "create_user", "update_user", "delete_user" }

--- Makes a batch, and judges its report.
-- @param seed number
-- @return nil, or what is wrong; and the number of items
function batch.attack(seed)
  local roll = Model.dice(seed)
  local endpoint = ENDPOINTS[roll(#ENDPOINTS)]
  local names, items, ledger = {}, {}, {}
  for index = 1, roll(60) do
    names[index] = "user" .. index
    items[index] = ITEMS[endpoint](names[index])
  end
  local report = assert(connect(roll, endpoint, ledger):batch(endpoint, items,
    { concurrency = roll(16) }))
  return judge(report, endpoint, names, ledger), #items
end

return batch
