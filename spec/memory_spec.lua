-- Memory: failed allocations, leaks and ownership. The scripts run in
-- build/*/torture, see spec/support/torture.c.
--
-- Takes long.

local command = require "spec.support.command"
local fault = require "spec.support.fault_server"
local torture = require "spec.support.torture"

local HOST, RUNNER = torture.path, torture.runner
local SLOWER, run = torture.slower, torture.run
local USERS = [=[[{"id":"1","name":"ada"},{"id":"2","name":"alan"}]]=]
local ZIPPED = command.output("printf '" .. USERS .. "' | gzip -9c")

-- Has malloc keep nothing that was freed in caches of threads.
local NO_CACHE = "GLIBC_TUNABLES=glibc.malloc.tcache_count=0"

-- Lets each allocation of a scenario fail, one after the other.
local EXHAUST = [[
local scenarios = require "spec.support.scenarios"
local how, life = %q, %q
local options = %s and scenarios.socket_options(host) or scenarios.options
collectgarbage()
local before = memory.live()
local n, fired, failures, errors = 0, nil, 0, 0
repeat
  n = n + 1
  do
    local client = assert(core.new(options))
    local ok, result
    fired, ok, result = memory.attempt(how, n, function()
      return scenarios[life](client)
    end)
    if not ok then
      failures = failures + 1
      local text = tostring(result)
      assert(not fired == false, text)
      if life ~= "over_sockets" then
        assert(text:find "not enough memory"
          or text:find "assertion failed" or text:find "cannot be read"
          or text:find "limit", text)
      end
    end
    if not fired then
      assert(ok, result)
    end
    -- Afterwards the client can still be used and closed.
    assert(client:prepare("search_users", {}))
    client:close()
    client:close()
    assert(tostring(client))
  end
  collectgarbage()
  collectgarbage()
  assert(memory.live() == before, "leaks at allocation " .. n)
  assert(n < 20000)
until not fired
print(n > 1 and failures > 0 and "failed and recovered" or "never failed")
]]

describe("memory", function()
  local server

  setup(function()
    server = fault.start()
  end)

  teardown(function()
    server:stop()
  end)

  local function cluster()
    return server:case {
      ["auth/token/full"] = { fault.token "t0ken" },
      ["users/search"] = { fault.reply("200 OK", ZIPPED,
        { "Content-Encoding: gzip" }) },
      ["users/create"] = {
        { fault.pause(100 * SLOWER), fault.ok [[{"id":"1"}]] } },
      ["users/import"] = { { fault.hang } },
    }
  end

  describe("that runs out", function()
    for _, how in ipairs { "lua", "core" } do
      for _, life in ipairs { "search", "stream", "error", "request",
                              "abandoned" } do
        it("for " .. how .. " in the life of a call: " .. life, function()
          assert.equal("failed and recovered",
            run(EXHAUST:format(how, life, "false")))
        end)
      end

      it("for " .. how .. " in the life of a call over sockets", function()
        assert.equal("failed and recovered", run(EXHAUST:format(how,
          "over_sockets", "true"), cluster().host))
      end)

      it("for " .. how .. " when a client is made", function()
        assert.equal("failed", run(([[
          local scenarios = require "spec.support.scenarios"
          local n, fired, failures = 0, nil, 0
          repeat
            n = n + 1
            local ok, client, err
            fired, ok, client, err = memory.attempt(%q, n, function()
              return core.new(scenarios.options)
            end)
            if not ok then
              assert(tostring(client):find "not enough memory", client)
              failures = failures + 1
            else
              assert(client, err)
              client:close()
            end
            client = nil
            collectgarbage()
            collectgarbage()
            assert(memory.live() == 0)
          until not fired
          print(failures > 1 and "failed" or "never failed")]]):format(how)))
      end)
    end

    it("for libcurl in the life of a call over sockets", function()
      assert.equal("failed and recovered", run(EXHAUST:format("curl",
        "over_sockets", "true"), cluster().host))
    end)

    it("when a request is refused or described", function()
      assert.equal("done", run [[
        local scenarios = require "spec.support.scenarios"
        local function exhaust(call)
          local n, fired, ok, message = 0
          repeat
            n = n + 1
            fired, ok, message = memory.attempt("lua", n, call)
            assert(ok or tostring(message):find "not enough memory",
              message)
          until not fired
          assert(n > 1)
        end
        exhaust(scenarios.refused)
        exhaust(core.describe)
        for _, name in ipairs(core.describe()) do
          exhaust(function()
            assert(core.describe(name))
          end)
        end
        print "done"]])
    end)
  end)

  describe("that is collected", function()
    it("at every allocation", function()
      assert.equal("done", run([[
        local scenarios = require "spec.support.scenarios"
        for _, life in ipairs { "search", "stream", "error", "request",
                                "abandoned", "refused", "described" } do
          local client = core.new(scenarios.options)
          local _, ok, message = memory.attempt("collect", 0, function()
            scenarios[life](client)
          end)
          -- 5.1 and LuaJIT do not collect then, nor do later 5.4s while the
          -- stack grows, and fail.
          assert(ok or message:find "not enough memory", message)
        end
        local client = core.new(scenarios.socket_options(host))
        local _, ok, message = memory.attempt("collect", 0, function()
          scenarios.over_sockets(client)
        end)
        assert(ok or message:find "not enough memory", message)
        print "done"]], cluster().host))
    end)

    it("all the time", function()
      assert.equal("done", run([[
        local scenarios = require "spec.support.scenarios"
        collectgarbage("setpause", 0)
        collectgarbage("setstepmul", 10000)
        for _ = 1, 20 do
          for _, life in ipairs { "search", "stream", "error", "request",
                                  "abandoned" }
          do
            scenarios[life](core.new(scenarios.options))
          end
          scenarios.over_sockets(core.new(scenarios.socket_options(host)))
        end
        print "done"]], cluster().host))
    end)

    it("of clients before their exchanges", function()
      assert.equal("done", run([[
        local scenarios = require "spec.support.scenarios"
        local client = core.new(scenarios.socket_options(host))
        local exchanges = {}
        for i = 1, 10 do
          exchanges[i] = client:prepare("search_users", {})
          exchanges[i]:step()
        end
        client:poll(0)
        client = nil
        collectgarbage()
        collectgarbage()
        for i = 1, 10 do
          exchanges[i]:step()
          exchanges[i]:event()
          if i % 2 == 0 then
            exchanges[i]:cancel()
          end
        end
        exchanges = nil
        collectgarbage()
        collectgarbage()
        assert(memory.live() == 0)
        print "done"]], cluster().host))
    end)

    it("of coroutines that wait in a call", function()
      assert.equal("done", run([[
        local thoughtspot = require "thoughtspot"
        local client
        local function new()
          local inner
          inner = assert(thoughtspot.new {
            host = host, username = "me", password = "p",
            rate_limit = false, sleep = coroutine.yield,
          })
          return inner
        end
        client = new()
        for round = 1, 50 do
          local threads = {}
          for i = 1, 5 do
            threads[i] = coroutine.create(function()
              return client:search_users {}
            end)
            for _ = 1, round % 7 do
              if coroutine.status(threads[i]) ~= "dead" then
                assert(coroutine.resume(threads[i]))
              end
            end
          end
          threads = nil
          collectgarbage()
        end
        -- The client still works for later calls.
        local users
        local thread = coroutine.create(function()
          users = assert(client:search_users {})
        end)
        local waited = 0
        while coroutine.status(thread) ~= "dead" do
          assert(coroutine.resume(thread))
          client.core:poll(0.01)
          waited = waited + 1
          assert(waited < 10000)
        end
        assert(#users == 2)
        client:close()
        client = nil
        collectgarbage()
        collectgarbage()
        assert(memory.live() == 0)
        print "done"]], cluster().host))
    end)
  end)

  describe("when Lua closes", function()
    for name, script in pairs {
      ["with calls in flight"] = [[
        for i = 1, 20 do
          local exchange = client:prepare("search_users", {})
          exchange:step()
          keep[i] = exchange
        end
        client:poll(0)]],
      ["with calls whose request was sent"] = [[
        keep[1] = client:prepare("import_users", { dry_run = true,
          users = { { user_identifier = "a", display_name = "A" } } })
        for _ = 1, 50 do
          keep[1]:step()
          client:poll(0.01)
        end]],
      ["with a stream half read"] = [[
        keep[1] = client:prepare("search_users"):stream()
        while not keep[1]:take() do
          keep[1]:step()
          client:poll(0.01)
        end]],
      ["with a closed client"] = [[
        client:search_users {}
        client:close()]],
      ["with a call in a coroutine"] = [[
        local thread = coroutine.wrap(function()
          local exchange = client:prepare("search_users", {})
          exchange:step()
          coroutine.yield()
          keep[1] = exchange
        end)
        thread()
        keep[2] = thread]],
    } do
      it(name .. ", everything is freed", function()
        assert.equal("done", run(([[
          local scenarios = require "spec.support.scenarios"
          client = core.new(scenarios.socket_options(host))
          keep = {}
          %s
          print "done"]]):format(script), cluster().host))
      end)
    end
  end)

  describe("after a fork", function()
    it("the child makes its own connections, the parent keeps its own",
      function()
        local case = cluster()
        assert.equal("done", run([[
          local scenarios = require "spec.support.scenarios"
          local client = core.new(scenarios.socket_options(host))
          assert(client:search_users {})
          local flying = assert(client:prepare("search_users", {}))
          flying:step()
          client:poll(0)
          assert(memory.fork(function()
            assert(client:search_users {})
            assert(client:search_users {})
            client:close()
            flying = nil
            collectgarbage()
            return true
          end))
          while flying:step() ~= "done" do
            client:poll(0.1)
          end
          assert(flying:result())
          assert(client:search_users {})
          print "done"]], case.host))
        local requests = case:requests()
        -- A login and two searches, two searches of the child, and one more.
        assert.equal(6, #requests)
        local parent = requests[1].connection
        assert.equal(parent, requests[2].connection)
        assert.equal(parent, requests[6].connection)
        local child, others = nil, 0
        for i = 3, 5 do
          if requests[i].connection ~= parent then
            child = child or requests[i].connection
            assert.equal(child, requests[i].connection)
            others = others + 1
          end
        end
        assert.equal(2, others)
      end)

    it("a call in flight is the parent's alone", function()
      local case = cluster()
      assert.equal("done", run([[
        local scenarios = require "spec.support.scenarios"
        local client = core.new(scenarios.socket_options(host))
        assert(client:search_users {})
        local flying = assert(client:prepare("create_user", {
          name = "a", display_name = "A", email = "a@acme.test" }))
        flying:step()
        client:poll(0)
        assert(memory.fork(function()
          assert(flying:step() == "done")
          local user, err = flying:result()
          assert(not user and err.kind == "network")
          assert(err.applied == "maybe")
          return true
        end))
        while flying:step() ~= "done" do
          client:poll(0.1)
        end
        assert(flying:result())
        print "done"]], case.host))
      local creations = 0
      for _, request in ipairs(case:requests()) do
        if request.target:find("users/create", 1, true) then
          creations = creations + 1
        end
      end
      assert.equal(1, creations)
    end)

    it("a stream that is half read is the parent's alone", function()
      local users = {}
      for i = 1, 20000 do
        users[i] = ([[{"id":"%d","name":"%s"}]]):format(i, ("x"):rep(99))
      end
      local case = server:case {
        fault.ok("[" .. table.concat(users, ",") .. "]") }
      assert.equal("20000", run([[
        local client = core.new { host = host, token = "t", timeout = 20 }
        local stream = assert(client:prepare("search_users")):stream()
        local count = 0
        while not stream:take() do
          stream:step()
          client:poll(0.1)
        end
        assert(memory.fork(function()
          while stream:take() do
            count = count + 1
          end
          return count > 0
        end))
        count = 1
        while true do
          if stream:take() then
            count = count + 1
          elseif stream:step() == "done" and not stream:take() then
            break
          else
            client:poll(0.1)
          end
        end
        assert(stream:result())
        print(count)]], case.host))
    end)
  end)

  it("of a waiting call is freed with its result", function()
    assert.equal("0", run([[
      local client = core.new { host = host, token = "t", rate_limit = false,
        max_retries = 0 }
      collectgarbage "stop"
      local function call()
        assert(client:search_users {})
        assert(not client:delete_user "ada")
      end
      call()
      local before = memory.live()
      for _ = 1, 10 do
        call()
      end
      print(memory.live() - before)]], server:case {
        ["users/search"] = { fault.ok(USERS) },
        fault.reply("400 Bad", "{}"),
      }.host):match "%S+")
  end)

  it("does not grow with the number of calls", function()
    if RUNNER ~= "" or HOST:find "asan" then
      pending "a checker has memory of its own"
      return
    end
    local growth = run([[
      if not memory.used() then
        return print "unknown"
      elseif jit then
        jit.off() -- it would use more and more memory for a while
      end
      local scenarios = require "spec.support.scenarios"
      local client = core.new(scenarios.socket_options(host))
      local one = core.new(scenarios.options)
      local other = core.new(scenarios.options)
      local function call(count)
        for i = 1, count do
          scenarios.search(one)
          if i % 4 == 0 then -- takes longest
            scenarios.error(other)
          else
            scenarios.empty_reply(other)
          end
          if i % 4 == 1 then
            assert(client:search_users {})
          end
        end
        collectgarbage()
        collectgarbage()
      end
      call(400)
      local before = memory.used()
      call(1600)
      print(memory.used() - before)]], server:case {
        ["auth/token/full"] = { fault.token("t0ken", 100000) },
        fault.ok "[]",
      }.host, nil, NO_CACHE)
    if growth == "unknown" then
      pending "malloc does not tell how much memory is used"
      return
    end
    -- The errors alone, a quarter of all calls, would lose 12,800 if each lost
    -- the smallest block.
    assert.is_true(tonumber(growth) < 4000, growth)
  end)

  it("that held secrets is wiped", function()
    if RUNNER ~= "" or HOST:find "asan" then
      pending "a checker keeps what was freed"
      return
    end
    local secret = "S3cret-of-" .. os.time() .. "-never-to-be-seen"
    local hex = secret:gsub(".", function(c)
      return ("%02x"):format(c:byte())
    end)
    -- Each use of the secret is one of the module's: as password, token,
    -- header, in a request, in an error that repeats it.
    local case = server:case {
      ["auth/token/full"] = { fault.token(secret) },
      ["users/search"] = { fault.reply("401 No", secret), fault.ok(USERS) },
      fault.reply("400 Bad", [[{"debug":"]] .. secret .. [["}]]),
    }
    assert.equal("done", run(([[
      local secret = ("%s"):gsub("..", function(digits)
        return string.char(tonumber(digits, 16))
      end)
      local client = assert(core.new { host = host, username = "me",
        password = secret, timeout = 20, rate_limit = false,
        max_retries = 0, headers = { ["X-Key"] = secret } })
      assert(client:search_users {})
      for _ = 1, 3 do
        local ok, err = client:reset_user_password {
          user_identifier = "ada", new_password = secret }
        assert(not ok and err.kind == "api")
        assert(not tostring(err):find(secret, 1, true))
      end
      client:close()
      assert(core.new { host = host, token = secret, proxy = "http://u:"
        .. secret .. "@127.0.0.1:1", allow_http = true })
      print "done"]]):format(hex), case.host, "--forget " .. hex))
  end)
end)
