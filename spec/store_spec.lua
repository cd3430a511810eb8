-- Tokens and rate limits that processes share, by a file or by a Redis.
--
-- Takes long.

local command = require "spec.support.command"
local core = require "thoughtspot.core"
local fake = require "spec.support.fake"
local file_store = require "thoughtspot.store.file"
local locales = require "spec.support.locales"
local redis_store = require "thoughtspot.store.redis"
local server = require "spec.nginx.server"
local thoughtspot = require "thoughtspot"

local SLOWER = tonumber(os.getenv "SLOWER" or 1)

local cluster = {
  host = "https://cluster.test", username = "admin", password = "secret",
  rate_limit = false,
}

-- The specs for every store; new() makes the store of another process, and
-- by_user that of another user.
local function behaves_as_a_store(new)
  it("is empty at first: the first caller logs in, the next waits", function()
    local first, second = new(), new()
    assert.is_nil((first.get()))
    local token, seconds = second.get()
    assert.is_false(token)
    assert.is_true(seconds > 0 and seconds <= 0.1)
    first.set("one", os.time() + 300)
    local expires
    token, expires = second.get()
    assert.equal("one", token)
    assert.near(os.time() + 300, expires, 2)
    assert.equal("one", (first.get()))
  end)

  it("does not return the refused token", function()
    local first, second = new(), new()
    first.get()
    first.set("one", os.time() + 300)
    assert.is_nil((second.get "one"))
    assert.equal("one", (first.get()))
    second.set("two", os.time() + 300)
    assert.equal("two", (first.get "one"))
  end)

  it("lets the next caller log in after a failed login", function()
    local first, second = new(), new()
    first.get()
    first.set(nil)
    assert.is_nil((second.get()))
  end)

  it("separates users", function()
    local first, other = new(), new "other"
    first.get()
    first.set("one", os.time() + 300)
    assert.is_nil((other.get()))
    other.set(nil)
  end)

  it("does not return a token that is about to expire", function()
    local first = new()
    first.get()
    first.set("one", os.time())
    assert.is_nil((first.get()))
  end)

  it("waits two seconds for an abandoned login, unless it continues",
    function()
      local first, second, third = new(), new(), new()
      local began = core.now()
      assert.is_nil((first.get()))
      local extended
      repeat
        local now = core.now() - began
        if not extended and now > 1 then
          first.extend()
          extended = core.now() - began
        end
        command.pause()
      until second.get() ~= false
      local seconds = core.now() - began
      assert.is_true(seconds > 2.5 and seconds < 4, seconds)
      assert.is_true(seconds < extended + 2 * SLOWER, seconds)
      second.set("two", os.time() + 300)
      assert.equal("two", (third.get()))
      -- The first one comes late, and does no harm.
      first.set("one", os.time() + 300)
      assert.is_string((third.get()))
    end)
end

describe("a store in a file", function()
  local folder, path

  before_each(function()
    folder = command.new_folder()
    path = folder .. "/token"
  end)

  after_each(function()
    command.remove(folder)
  end)

  local function new(username)
    local options = {}
    for name, value in pairs(cluster) do
      options[name] = value
    end
    options.username = username or options.username
    return file_store.share(options, path).token_store
  end

  behaves_as_a_store(new)

  it("is private to its owner", function()
    local store = new()
    store.get()
    store.set("one", os.time() + 300)
    for _, name in ipairs { path, path .. ".lock" } do
      assert.equal("600", command.check("stat -c %a " .. command.quote(name))
        :match "%d+")
    end
    assert.is_nil(command.read(path):find("secret", 1, true))
  end)

  it("is replaced atomically, and leaves no other files", function()
    local store = new()
    for _, token in ipairs { "one", "two" } do
      store.get "one"
      store.set(token, os.time() + 300)
    end
    assert.equal("token\ntoken.lock\n", command.check("ls "
      .. command.quote(folder)))
  end)

  it("ignores contents that it does not understand", function()
    for _, text in ipairs { "", "junk", "thoughtspot token 1\n" } do
      local file = io.open(path, "w")
      file:write(text)
      file:close()
      local store = new()
      assert.is_nil((store.get()))
      store.set("one", os.time() + 300)
      assert.equal("one", (store.get()))
    end
  end)

  it("fails when it cannot be written", function()
    local client = fake.client({}, file_store.share({
      username = "admin", password = "secret",
    }, folder .. "/none/token"))
    local users, err = client:search_users()
    assert.is_nil(users)
    assert.equal("auth", err.kind)
    assert.matches("token_store.get failed: .*none/token.lock",
      err.message)
  end)

  it("does not replace a device", function()
    path = folder .. "/null"
    if not pcall(command.check, "mknod " .. command.quote(path) .. " c 1 3")
    then
      pending "only root makes devices"
      return
    end
    local called, message = pcall(new().get)
    assert.is_false(called)
    assert.matches("null: is not a regular file", message, 1, true)
    command.check("test -c " .. command.quote(path))
  end)

  it("requires options and a path", function()
    for _, arguments in ipairs { { nil, "x" }, { {}, nil }, { {}, "" } } do
      assert.is_false((pcall(file_store.share, arguments[1], arguments[2])))
    end
  end)

  it("has its lock in every locale", function()
    local output, why = locales.run("de_DE", ([[
      local share = require "thoughtspot.store.file".share
      local options = { host = "https://cluster.test", username = "admin" }
      local first = share(options, %q).token_store
      local second = share(options, %q).token_store
      print((first.get()))
      first.extend()
      print((second.get()))
    ]]):format(path, path))
    if not output then
      pending(why)
      return
    end
    assert.equal("nil\nfalse\n0\n", output)
  end)

  it("lets a hundred short runs share one login", function()
    local upstream = server.start "spec/nginx/upstream.conf"
    local ran, err = pcall(function()
      local program = command.new_file [[
        local processes = require "processes"
        local thoughtspot = require "thoughtspot"
        for number = 1, 100 do
          if number > 10 then
            assert(processes.wait(-1) == 0)
          end
          if processes.fork() == 0 then
            local client = assert(thoughtspot.from_env {
              rate_limit = false })
            assert(client:search_users { record_size = 1 })
            io.write "found\n"
            os.exit(0, true)
          end
        end
        for _ = 1, 10 do
          assert(processes.wait(-1) == 0)
        end]]
      local found = command.check(("THOUGHTSPOT_HOST=%s "
        .. "THOUGHTSPOT_USERNAME=tsadmin THOUGHTSPOT_PASSWORD=secret "
        .. "THOUGHTSPOT_TOKEN_FILE=%s %s %s"):format(upstream.url,
        command.quote(path), command.lua(), program))
      command.remove(program)
      assert.equal(("found\n"):rep(100), found)
      assert.matches('"auth\\/token\\/full":1[,}]',
        (upstream:get "/counts":gsub("\\", "\\")))
    end)
    upstream:stop()
    assert(ran, err)
  end)
end)

-- A port that the kernel chooses.
local function free_port()
  local socket = assert(require "socket".bind("127.0.0.1", 0))
  local _, port = socket:getsockname()
  socket:close()
  return tonumber(port)
end

-- Starts a Redis, on a socket in its folder or, with a password, on a port;
-- returns its address, a function that ends it, and its process.
local function start_redis(folder, password)
  local endpoint = "--port 0 --unixsocket " .. folder .. "/redis.socket"
  local address = "unix:" .. folder .. "/redis.socket"
  if password then
    local port = free_port()
    endpoint = ("--bind 127.0.0.1 --port %d --requirepass %s"):format(port,
      password)
    address = "127.0.0.1:" .. port
  end
  local pipe = io.popen(("cd %s && redis-server %s --save '' "
    .. "--appendonly no >redis.log 2>&1 & echo $!"):format(
    command.quote(folder), endpoint))
  local pid = pipe:read "*n"
  pipe:close()
  local began = core.now()
  local log
  repeat
    command.pause()
    log = command.read(folder .. "/redis.log") or ""
  until log:find "eady to accept" or core.now() - began > 10
  return address, function()
    command.check(("kill %d; timeout 10 sh -c '%s'"):format(pid,
      command.await(pid)))
  end, pid
end

local found_redis = os.execute "command -v redis-server >/dev/null 2>&1"
found_redis = found_redis == true or found_redis == 0
local found_library = pcall(require, "redis")
if not found_library then
  -- Debian has it for Lua 5.1 to 5.3, but it runs on 5.4.
  local library = loadfile "/usr/share/lua/5.3/redis.lua"
  package.preload.redis = library
  found_library = library ~= nil and pcall(require, "redis")
end

describe("a store in a Redis", function()
  if not found_redis or not found_library then
    pending "needs redis-server and redis-lua"
    return
  end

  local folder, address, stop
  local prefixes = 0

  setup(function()
    folder = command.new_folder()
    address, stop = start_redis(folder)
  end)

  teardown(function()
    stop()
    command.remove(folder)
  end)

  before_each(function()
    prefixes = prefixes + 1
  end)

  local function share(options, given)
    local all = {}
    for name, value in pairs(cluster) do
      all[name] = value
    end
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    local about = { address = address, prefix = "spec" .. prefixes }
    for name, value in pairs(given or {}) do
      about[name] = value
    end
    return redis_store.share(all, about)
  end

  behaves_as_a_store(function(username)
    return share { username = username }.token_store
  end)

  it("has one rate limit for all processes", function()
    local limit = { per_second = 1, burst = 3 }
    local first, second = share { rate_limit = limit }.rate_limit,
      share { rate_limit = limit }.rate_limit
    assert.equal(0, first())
    assert.equal(0, second())
    assert.equal(0, first())
    assert.near(1, second(), 0.5)
    assert.near(2, first(), 0.5)
    local seconds, give_back = second()
    assert.near(3, seconds, 0.5)
    give_back()
    assert.near(3, first(), 0.5)
  end)

  it("has the same rate limit in every locale", function()
    local output, why = locales.run("de_DE", ([[
      if %s then
        package.preload.redis = loadfile "/usr/share/lua/5.3/redis.lua"
      end
      local limit = require "thoughtspot.store.redis".share({
        host = "https://cluster.test", token = "t",
        rate_limit = { per_second = 0.4, burst = 1 },
      }, { address = %q, prefix = "spec%d" }).rate_limit
      print(limit() == 0)
      local seconds, give_back = limit()
      print(seconds > 2 and seconds <= 2.5)
      give_back()
      seconds = limit()
      print(seconds > 2 and seconds <= 2.5)
    ]]):format(tostring(package.preload.redis ~= nil), address, prefixes))
    if not output then
      pending(why)
      return
    end
    assert.equal("true\ntrue\ntrue\n0\n", output)
    assert.is_true(share {
      rate_limit = { per_second = 0.4, burst = 1 },
    }.rate_limit() > 2)
  end)

  it("limits only with rate_limit, and has no store for fixed tokens",
    function()
      assert.is_false(share { rate_limit = false }.rate_limit)
      assert.equal("function",
        type(redis_store.share({ host = "x" }).rate_limit))
      local shared = redis_store.share { host = "x", token = "t" }
      assert.is_nil(shared.token_store)
    end)

  it("stores no secret except the token", function()
    local store = share().token_store
    store.get()
    store.set("the-token", os.time() + 300)
    local socket = command.quote(address:match "^unix:(.*)$")
    local keys = command.check("redis-cli -s " .. socket
      .. " keys 'spec" .. prefixes .. "*'")
    assert.equal(("spec%d token https://cluster.test admin \n"):format(
      prefixes), keys)
  end)

  it("that cannot be reached shares nothing, and logs that once", function()
    local messages = {}
    local client, calls = fake.client({
      ["auth/token/full"] = function()
        return fake.mint()
      end,
      ["users/search"] = function()
        return 200, "[]"
      end,
    }, share({ rate_limit = { per_second = 1000, burst = 10 } }, {
      address = "unix:" .. folder .. "/none",
      on_error = function(message)
        messages[#messages + 1] = message
      end,
    }))
    for _ = 1, 3 do
      assert.same({}, client:search_users())
    end
    assert.equal(4, #calls)
    assert.equal(1, #messages)
    assert.matches("none cannot be used, so nothing is shared: ", messages[1])
  end)

  it("is not waited for longer than its timeout, at a socket either",
    function()
      local other = command.new_folder()
      local at_path, stop_other, pid = start_redis(other)
      command.check("kill -STOP " .. pid)
      local messages = {}
      local began = core.now()
      local token = share(nil, { address = at_path, timeout = 0.1,
        on_error = function(message)
          messages[#messages + 1] = message
        end }).token_store.get()
      local seconds = core.now() - began
      command.check("kill -CONT " .. pid)
      stop_other()
      command.remove(other)
      assert.is_nil(token)
      assert.equal(1, #messages)
      assert.is_true(seconds < 5, tostring(seconds))
    end)

  it("does not end with a Redis at a socket", function()
    local other = command.new_folder()
    local at_path, _, pid = start_redis(other)
    command.write(other .. "/run.lua", ([[
      local store = require "thoughtspot.store.redis".share({
        host = "h", username = "u", password = "p",
      }, { address = %q }).token_store
      assert(store.get() == nil)
      os.execute %q
      store.set("t0ken", os.time() + 300)
      io.stdout:write "goes on"
    ]]):format(at_path, ("kill -9 %d; %s"):format(pid, command.await(pid))))
    local code, output, errors = command.run("env --default-signal=PIPE "
      .. command.lua() .. " " .. other .. "/run.lua")
    command.remove(other)
    assert.equal("goes on", output, errors)
    assert.equal(0, code)
    assert.matches("cannot be used, so nothing is shared", errors)
  end)

  it("can have a port and a password", function()
    local other = command.new_folder()
    local at_port, stop_other = start_redis(other, "s3same")
    local messages = {}
    local function about(password)
      return {
        address = at_port, password = password,
        on_error = function(message)
          messages[#messages + 1] = message
        end,
      }
    end
    local first = share(nil, about "s3same").token_store
    assert.is_nil((first.get()))
    first.set("one", os.time() + 300)
    assert.equal("one", (share(nil, about "s3same").token_store.get()))
    assert.same({}, messages)
    assert.is_nil((share(nil, about "wrong").token_store.get()))
    assert.equal(1, #messages)
    assert.is_nil(messages[1]:find("wrong", 1, true))
    stop_other()
    command.remove(other)
  end)

  it("refuses unknown options", function()
    for _, about in ipairs { { adress = "x" }, { timeout = "soon" }, 5 } do
      assert.is_false((pcall(redis_store.share, cluster, about)))
    end
  end)

  it("lets nginx and scripts use one token", function()
    local upstream = server.start "spec/nginx/upstream.conf"
    local application = server.start("spec/nginx/application.conf", {
      WORKERS = 2, UPSTREAM = upstream.url,
    })
    local ran, err = pcall(function()
      upstream:get "/wait?name=users/search&count=3"
      upstream:get "/reset"
      local about = { address = address, prefix = "spec" .. prefixes }
      local client = assert(thoughtspot.new(redis_store.share({
        host = upstream.url, username = "tsadmin", password = "secret",
      }, about)))
      for _ = 1, 5 do
        assert.matches('"found":1', application:get("/do/redis?address="
          .. address .. "&prefix=" .. about.prefix))
        assert(client:search_users { record_size = 1 })
      end
      client:close()
      assert.matches('full":1[,}]', upstream:get "/counts")
      assert.same({}, application:errors())
    end)
    application:stop()
    upstream:stop()
    assert(ran, err)
  end)
end)
