--- The application of the nginx specs.

local cjson = require "cjson"
local core = require "thoughtspot.core"
local replies = require "spec.support.replies"
local thoughtspot = require "thoughtspot"
local shared = require "resty.thoughtspot"

local application = {}

local results = ngx.shared.results

-- One client for each worker, and one made before the fork.
local cluster, limited, plain

local function new_plain()
  return assert(thoughtspot.new {
    host = os.getenv "UPSTREAM", username = "tsadmin", password = "secret",
    rate_limit = false,
  })
end

-- Makes a call, and prints its outcome in a line.
local function call(client)
  local users, err = client:search_users { record_size = 1 }
  return users and "found " .. users[1].name or err.kind .. ": " .. err.message
end

function application.init()
  cluster = shared.new {
    shared_dict = "thoughtspot",
    host = os.getenv "UPSTREAM", username = "tsadmin", password = "secret",
    rate_limit = false,
  }
  limited = shared.new {
    shared_dict = "thoughtspot",
    host = os.getenv "UPSTREAM", username = "other", password = "secret",
    rate_limit = { per_second = 50, burst = 10 },
  }
  plain = new_plain()
  results:set("init", call(new_plain()))
end

function application.init_worker()
  results:set("init_worker", call(new_plain()))
end

function application.exit_worker()
  results:set("exit_worker", call(new_plain()))
end

--- Makes a call in the current phase.
function application.phase()
  ngx.ctx.answer = call(plain)
end

--- Passes a search on.
function application.forward()
  ngx.req.read_body()
  local client = cluster:client()
  if ngx.var.uri:find "token/full$" then
    ngx.print(replies.token {
      token = "mine", expiration_time_in_millis = (ngx.now() + 300) * 1000,
    })
    return
  end
  local users, err = client:search_users(cjson.decode(ngx.req.get_body_data()))
  if not users then
    ngx.status = 502
    ngx.print(cjson.encode { error = { message = { debug = err.message } } })
    return
  end
  ngx.print(cjson.encode(users))
end

-- Seconds that this process waited for a processor: on a busy machine a stall
-- is not only the module's. Zero if the system does not say.
local function waited_for_processor()
  local file = io.open "/proc/self/schedstat"
  local nanoseconds = file and file:read "*a":match "^%d+ (%d+)" or 0
  if file then
    file:close()
  end
  return tonumber(nanoseconds) / 1e9
end

-- The longest time in milliseconds between two beats of a 1 ms timer, while a
-- function runs.
local function longest_stall(work)
  local longest, last, stop = 0, core.now() - waited_for_processor(), false
  local beat = ngx.thread.spawn(function()
    while not stop do
      ngx.sleep(0.001)
      local now = core.now() - waited_for_processor()
      longest = math.max(longest, now - last)
      last = now
    end
  end)
  local result = work()
  stop = true
  ngx.thread.wait(beat)
  return longest * 1000, result
end

local function median(list)
  table.sort(list)
  return list[math.ceil(#list / 2)]
end

local function call_shared(client, options)
  local users, err = client:search_users({ record_size = 1 }, options)
  return {
    worker = ngx.worker.pid(), found = users and #users,
    err = err and tostring(err),
  }
end

-- Options of a call that does not end by itself.
local for_ever = { timeout = 3600, deadline = 3600 }

local acts
acts = {
  result = function(arguments)
    return results:get(arguments.of)
  end,

  -- client:request: a whole list, and one as it arrives.
  request = function()
    local found = plain:request {
      path = "users/search", body = { record_size = 3 }, reply = "list",
    }
    local streamed = 0
    local stall = longest_stall(function()
      for _ in plain:each_object {
        path = "users/search",
        body = { name_pattern = "all", record_size = -1 },
      } do
        streamed = streamed + 1
      end
    end)
    return { found = #found, streamed = streamed, stall = stall }
  end,

  timer = function()
    local done = require "ngx.semaphore".new()
    local answer
    ngx.timer.at(0, function()
      answer = call(plain)
      done:post()
    end)
    done:wait(10)
    return answer
  end,

  -- As many, and how many semaphores were created.
  semaphores = function(arguments)
    local semaphore, created = require "ngx.semaphore", 0
    local new = semaphore.new
    semaphore.new = function(...)
      created = created + 1
      return new(...)
    end
    local outcome = acts.many(arguments)
    semaphore.new = new
    outcome.created = created
    return outcome
  end,

  -- Light threads of one request.
  many = function(arguments)
    local threads, found = {}, 0
    local began, processor = core.now(), os.clock()
    for index = 1, tonumber(arguments.threads) do
      threads[index] = ngx.thread.spawn(function()
        for _ = 1, tonumber(arguments.calls) do
          if plain:search_users { record_size = 1 } then
            found = found + 1
          end
        end
      end)
    end
    for _, thread in ipairs(threads) do
      ngx.thread.wait(thread)
    end
    return {
      found = found, seconds = core.now() - began,
      processor = os.clock() - processor,
    }
  end,

  -- Calls that are never answered, killed with their light threads. The last
  -- call is sent after them.
  kill = function(arguments)
    local threads = {}
    for index = 1, tonumber(arguments.threads) do
      threads[index] = ngx.thread.spawn(function()
        plain:search_users({ name_pattern = "never" }, for_ever)
      end)
    end
    assert(plain:search_users { record_size = 1 })
    for _, thread in ipairs(threads) do
      ngx.thread.kill(thread)
    end
    return #assert(plain:search_users { record_size = 1 })
  end,

  -- A stream that is abandoned while no call waits, so that only the garbage
  -- collector can end it. Prints the number of open sockets before and after.
  collect = function()
    local function sockets()
      local pipe = io.popen("ls -l /proc/" .. ngx.worker.pid()
        .. "/fd | grep -c socket:")
      local count = pipe:read "*n"
      pipe:close()
      return count
    end
    -- Sockets of earlier calls must not be closed meanwhile.
    local function settled()
      local earlier
      local count = sockets()
      repeat
        collectgarbage()
        ngx.sleep(0.02)
        earlier, count = count, sockets()
      until count == earlier
      return count
    end
    local client = new_plain() -- without idle connections of other calls
    assert(client:search_users { record_size = 1 })
    local before = settled()
    local thread = ngx.thread.spawn(function()
      local all = { name_pattern = "all" }
      for _ in client:each_user(all, { page_size = -1 }) do
        ngx.sleep(3600)
      end
    end)
    assert(client:search_users { record_size = 1 })
    local during = sockets()
    ngx.thread.kill(thread)
    thread = nil -- luacheck: ignore 311
    collectgarbage()
    collectgarbage()
    return { before = before, during = during, after = sockets() }
  end,

  never = function(arguments)
    local client = arguments.shared and cluster:client() or plain
    client:search_users({ name_pattern = "never" }, for_ever)
  end,

  -- A call of the cluster that the workers share.
  shared = function(arguments)
    return call_shared(cluster:client(), {
      deadline = tonumber(arguments.deadline),
    })
  end,

  limited = function()
    return call_shared(limited:client())
  end,

  refused = function()
    local answers = {}
    for index, options in ipairs {
      { host = "https://cluster.test", token = "t", shared_dict = "none" },
      { token = "t", shared_dict = "thoughtspot" },
      {
        host = "https://cluster.test", token = "t", token_store = {},
        shared_dict = "thoughtspot",
      },
    } do
      local _, message = pcall(shared.new, options)
      answers[index] = message
    end
    return answers
  end,

  -- Two users of a cluster, each with a token_provider: the tokens of their
  -- requests.
  provided = function()
    local tokens = {}
    for index, token in ipairs { "ada", "bob" } do
      local client = shared.new {
        shared_dict = "thoughtspot", host = "https://cluster.test",
        token_provider = function()
          return token, os.time() + 300
        end,
        transport = function(request)
          tokens[index] = request.headers.Authorization
          return { status = 200, body = "[]" }
        end,
      }:client()
      assert(client:search_users())
    end
    return tokens
  end,

  -- Two users of a cluster, each with a token: the keys that their calls leave
  -- in the dict.
  paced = function()
    for _, token in ipairs { "ada", "bob" } do
      local client = shared.new {
        shared_dict = "thoughtspot", host = "https://cluster.test",
        username = token, password = "secret",
        transport = function(request)
          return {
            status = 200,
            body = request.url:find "token/full$" and cjson.encode {
              token = token, scope = { org_id = 0 },
            } or "[]",
          }
        end,
      }:client()
      assert(client:search_users())
    end
    return ngx.shared.thoughtspot:get_keys()
  end,

  -- Calls with a dict that records its entries and their lifetimes, or that is
  -- full: the outcomes, and the seconds by key.
  recorded = function(arguments)
    local entries, seconds, outcomes = {}, {}, {}
    local function put(_, key, value, life)
      if arguments.full then
        return nil, "no memory"
      end
      entries[key], seconds[key] = value, life or 0
      return true
    end
    ngx.shared.recorder = {
      get = function(_, key)
        return entries[key]
      end,
      delete = function(_, key)
        entries[key] = nil
      end,
      add = function(dict, key, ...)
        if entries[key] ~= nil then
          return false, "exists"
        end
        return put(dict, key, ...)
      end,
      incr = function(_, key, value)
        entries[key] = entries[key] + value
      end,
      set = put,
    }
    local client = shared.new {
      shared_dict = "recorder", host = "https://cluster.test",
      username = "ada", password = "secret",
      rate_limit = { per_second = 0.001, burst = 4 },
      transport = function(request)
        return {
          status = 200,
          body = request.url:find "token/full$" and cjson.encode {
            token = "theirs", creation_time_in_millis = 0,
            expiration_time_in_millis = arguments.life * 1000,
            scope = { org_id = 0 },
          } or "[]",
        }
      end,
    }:client()
    for index = 1, 4 do
      local users, err = client:search_users()
      outcomes[index] = users and "found" or err.kind
    end
    ngx.shared.recorder = nil
    return { outcomes = outcomes, seconds = seconds }
  end,

  -- Many calls that are killed while they wait for the rate limit: the seconds
  -- that the next one waits.
  queue = function()
    local client = shared.new {
      shared_dict = "thoughtspot", host = "https://queue.test", token = "t",
      rate_limit = { per_second = 2, burst = 1 },
      transport = function()
        return { status = 200, body = "[]" }
      end,
    }:client()
    for _ = 1, 50 do
      local thread = ngx.thread.spawn(client.search_users, client)
      ngx.sleep(0.001)
      ngx.thread.kill(thread)
    end
    ngx.sleep(0.5) -- they are noticed
    local began = core.now()
    assert(client:search_users())
    return core.now() - began
  end,

  -- A call that hangs and is killed: the seconds that the next call of the
  -- client takes, and whether its store is still locked then.
  stuck = function(arguments)
    local at, reached, locked = arguments.at, false, false
    local function hang(where)
      if at == where and not reached then
        reached = true
        ngx.sleep(3600)
      end
    end
    local options = {
      host = "https://cluster.test", deadline = 60, rate_limit = false,
      transport = function(request)
        if not request.url:find "token/full$" then
          return { status = 200, body = "[]" }
        elseif at == "backoff" and not reached then
          reached = true
          return { status = 429, headers = { ["Retry-After"] = "30" } }
        end
        hang "login"
        return { status = 200, body = cjson.encode {
          token = "t", scope = { org_id = 0 },
        } }
      end,
      on_event = function()
        hang "event"
      end,
    }
    if at == "permit" then
      options.rate_limit = function()
        hang "permit"
        return 0
      end
    elseif at == "provider" then
      function options.token_provider()
        hang "provider"
        return "t"
      end
    end
    if at ~= "provider" then
      options.username, options.password = "ada", "secret"
      options.token_store = {
        get = function()
          if at == "asking" and not reached then
            reached = true
            return false, 3600
          end
          hang "store"
          if locked and ngx.now() < locked then
            return false, 0.01
          end
          locked = ngx.now() + 2
        end,
        extend = function()
          locked = ngx.now() + 2
        end,
        set = function()
          locked = false
        end,
      }
    end
    local client = assert(thoughtspot.new(options))
    local thread = ngx.thread.spawn(function()
      client:search_users()
    end)
    while not reached do
      ngx.sleep(0.001)
    end
    ngx.sleep(0.001)
    ngx.thread.kill(thread)
    local began = core.now()
    -- Calls that join a login that is delayed by the cluster wait with it.
    while at == "backoff" and locked and core.now() - began < 2 do
      ngx.sleep(0.001)
    end
    local users, err = client:search_users()
    return {
      seconds = core.now() - began, found = users ~= nil,
      err = err and tostring(err), locked = locked,
    }
  end,

  -- The contents of the object of resty.thoughtspot, as a dump shows them.
  dumped = function()
    local function dump(value, seen)
      if type(value) ~= "table" or seen[value] then
        return tostring(value)
      end
      seen[value] = true
      local parts = { tostring(value) }
      for key, field in pairs(value) do
        parts[#parts + 1] = dump(key, seen) .. "=" .. dump(field, seen)
      end
      parts[#parts + 1] = dump(getmetatable(value), seen)
      return table.concat(parts, " ")
    end
    assert(cluster:client())
    return dump(cluster, {}) .. " " .. tostring(cluster)
  end,

  -- A call of a client that shares its token by a Redis.
  redis = function(arguments)
    local shared_client = assert(thoughtspot.new(
      require "thoughtspot.store.redis".share({
        host = os.getenv "UPSTREAM", username = "tsadmin",
        password = "secret",
      }, { address = arguments.address, prefix = arguments.prefix })))
    return call_shared(shared_client)
  end,

  -- The keys of the shared dict.
  keys = function()
    return ngx.shared.thoughtspot:get_keys()
  end,

  -- The same number with plain cosockets, as a baseline for the module.
  by_hand = function(arguments)
    local host, port = os.getenv "UPSTREAM":match "^http://([^:]+):(%d+)$"
    local request = "POST /api/rest/2.0/users/search HTTP/1.1\r\nHost: x\r\n"
      .. "Authorization: Bearer token1\r\nContent-Length: 17\r\n\r\n"
      .. '{"record_size":1}'
    local function exchange()
      local socket = ngx.socket.tcp()
      assert(socket:connect(host, tonumber(port), { pool_size = 200 }))
      assert(socket:send(request))
      local head = assert(socket:receiveuntil "\r\n\r\n"())
      assert(head:find "^HTTP/1.1 200")
      local size = tonumber(assert(socket:receive "*l"), 16)
      assert(#cjson.decode(assert(socket:receive(size))) == 1)
      assert(socket:receive(7)) -- the last chunk
      assert(socket:setkeepalive(10000))
    end
    local threads, times = {}, {}
    local began = core.now()
    for index = 1, tonumber(arguments.threads) do
      threads[index] = ngx.thread.spawn(function()
        for _ = 1, tonumber(arguments.calls) do
          local sent = core.now()
          exchange()
          times[#times + 1] = (core.now() - sent) * 1000
        end
      end)
    end
    for _, thread in ipairs(threads) do
      assert(ngx.thread.wait(thread))
    end
    return { seconds = core.now() - began, median = median(times) }
  end,

  -- Processor time of the worker while calls wait.
  load = function(arguments)
    local before, began = os.clock(), core.now()
    local threads = {}
    for index = 1, tonumber(arguments.threads) do
      threads[index] = ngx.thread.spawn(function()
        plain:search_users({ record_size = 1 }, {
          deadline = 30,
        })
      end)
    end
    for _, thread in ipairs(threads) do
      ngx.thread.wait(thread)
    end
    return { share = (os.clock() - before) / (core.now() - began) }
  end,

  -- Whether the shared dict is without locks, now or within five seconds.
  unlocked = function()
    local function is_locked()
      for _, key in ipairs(ngx.shared.thoughtspot:get_keys()) do
        if key:find "^lock " then
          return true
        end
      end
      return false
    end
    local ends = core.now() + 5
    while is_locked() and core.now() < ends do
      ngx.sleep(0.002)
    end
    return not is_locked()
  end,

  latency = function(arguments)
    local times = {}
    for index = 1, tonumber(arguments.calls) do
      local began = core.now()
      assert(plain:search_users { record_size = 1 })
      times[index] = (core.now() - began) * 1000
    end
    return { median = median(times) }
  end,

  page = function(arguments)
    local stall, count = longest_stall(function()
      return #assert(plain:search_users {
        record_size = tonumber(arguments.users),
      })
    end)
    return { stall = stall, count = count }
  end,

  idle = function(arguments)
    local stall = longest_stall(function()
      ngx.sleep(tonumber(arguments.s))
    end)
    return { stall = stall }
  end,

  iterate = function(arguments)
    local began = core.now()
    local stall, count = longest_stall(function()
      local found = 0
      for _ in plain:each_user({ name_pattern = "all" }, {
        page_size = tonumber(arguments.page_size),
      }) do
        found = found + 1
      end
      return found
    end)
    return { stall = stall, count = count, seconds = core.now() - began }
  end,
}

--- /do/<act>?arguments
function application.act()
  local act = acts[ngx.var.uri:match "[^/]+$"]
  ngx.print(cjson.encode { act(ngx.req.get_uri_args()) })
end

return application
