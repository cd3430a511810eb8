-- Requests on the wire, and the reuse of connections.
--
-- Takes long.

local cjson = require "cjson"
local support = require "spec.support.exchange"
local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"
local command = require "spec.support.command"
local fault = require "spec.support.fault_server"

local SLOWER = tonumber(os.getenv "SLOWER" or 1)
local USERS = [=[[{"id":"1","name":"ada"}]]=]
local USER = [[{"id":"1","name":"ada"}]]
local NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n"
local NEW_USER = {
  name = "ada", display_name = "Ada", email = "ada@acme.test",
}

local server

local function options_for(host, options)
  local all = {
    host = host, token = "t0ken", timeout = 5 * SLOWER, rate_limit = false,
    max_retries = 1,
  }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return all
end

local function new_client(case, options)
  return assert(core.new(options_for(case.host, options)))
end

local function new_module_client(case, options)
  return assert(thoughtspot.new(options_for(case.host, options)))
end

-- Steps an exchange until it is done, or the condition holds.
local function run(client, exchange, condition)
  local give_up = core.now() + 20 * SLOWER
  while exchange:step() ~= "done" and not (condition and condition()) do
    assert(core.now() < give_up, "it takes too long")
    client:poll(0.01)
  end
end

describe("curl", function()
  setup(function()
    server = fault.start()
  end)

  teardown(function()
    server:stop()
  end)

  describe("a request", function()
    local function request_of(options, call)
      local case = server:case {
        ["users/search"] = { fault.ok(USERS) },
        ["users/create"] = { fault.ok(USER) },
        ["auth/session/user"] = { fault.ok(USER) },
        NO_CONTENT,
      }
      local client = new_client(case, options)
      assert(call(client))
      local requests = case:requests()
      assert.equal(1, #requests)
      return requests[1], case
    end

    -- Sorted names of its headers.
    local function names_of(request)
      local names = {}
      for name in request.head:gmatch "\r\n([^:]+):" do
        names[#names + 1] = name:lower()
      end
      table.sort(names)
      return table.concat(names, " ")
    end

    it("with a body has exactly these headers", function()
      local request, case = request_of({}, function(client)
        return client:create_user(NEW_USER)
      end)
      assert.equal("POST", request.method)
      assert.equal("/" .. case.name .. "/api/rest/2.0/users/create",
        request.target)
      assert.equal("accept accept-encoding authorization content-length "
        .. "content-type host user-agent", names_of(request))
      assert.equal(server.address, request.headers.host)
      assert.equal("application/json", request.headers.accept)
      assert.equal("application/json", request.headers["content-type"])
      assert.equal("Bearer t0ken", request.headers.authorization)
      assert.equal("gzip", request.headers["accept-encoding"])
      assert.same(NEW_USER, cjson.decode(request.body))
    end)

    it("without a body has Content-Length: 0", function()
      local request = request_of({}, function(client)
        return client:delete_user "ada"
      end)
      assert.equal("POST", request.method)
      assert.equal("accept accept-encoding authorization content-length "
        .. "host user-agent", names_of(request))
      assert.equal("0", request.headers["content-length"])
      assert.equal("", request.body)
    end)

    it("by GET has no body", function()
      local request = request_of({}, function(client)
        return client:get_current_user_info()
      end)
      assert.equal("GET", request.method)
      assert.equal("accept accept-encoding authorization host user-agent",
        names_of(request))
    end)

    it("with a large body has no Expect header", function()
      local users = {}
      for i = 1, 10000 do
        users[i] = {
          user_identifier = "user-" .. i, display_name = ("x"):rep(100),
        }
      end
      local request = request_of({}, function(client)
        return client:import_users { users = users, dry_run = false }
          or true
      end)
      assert.is_nil(request.headers.expect)
      assert.is_true(#request.body > 1000000)
      assert.equal(10000, #cjson.decode(request.body).users)
    end)

    it("names the program, then the module", function()
      local agent = request_of({ user_agent = "hr-sync/2" }, function(client)
        return client:search_users()
      end).headers["user-agent"]
      assert.truthy(agent:match
        "^hr%-sync/2 lua%-thoughtspot/%S+ %(Lua.*; libcurl/[%d.]+%)$", agent)
    end)

    it("carries the headers of the client and of the call", function()
      local headers = request_of({
        headers = { ["Accept-Language"] = "de", ["X-Request-Id"] = "1" },
      }, function(client)
        return client:search_users({}, {
          headers = { ["x-request-id"] = "2", ["X-Empty"] = "",
            ["X-Blank"] = " \t" },
        })
      end).headers
      assert.equal("de", headers["accept-language"])
      assert.equal("2", headers["x-request-id"])
      assert.equal("", headers["x-empty"])
      assert.equal("", headers["x-blank"])
    end)

    it("does not normalize the path", function()
      for identifier, path in pairs {
        ["a/../../b"] = "a%2F..%2F..%2Fb",
        ["..a"] = "..a",
        ["%2e%2e"] = "%252e%252e",
        ["a b?c#d&e"] = "a%20b%3Fc%23d%26e",
        ["\195\169@x.y"] = "%C3%A9%40x.y",
      } do
        local request, case = request_of({}, function(client)
          return client:delete_user(identifier)
        end)
        assert.equal("/" .. case.name .. "/api/rest/2.0/users/" .. path
          .. "/delete", request.target)
      end
    end)

    local function expect_targets(case, ...)
      local targets, root = {}, "/" .. case.name .. "/api/rest/2.0/"
      for i, request in ipairs(case:requests()) do
        targets[i] = request.target:sub(#root + 1)
      end
      assert.same({ ... }, targets)
    end

    it("goes to its own address, after any other", function()
      local case = server:case {
        ["users/search"] = { fault.ok(USERS) },
        ["auth/session/user"] = { fault.ok(USER) },
        NO_CONTENT,
      }
      local client = new_client(case)
      assert(client:search_users {})
      assert(client:search_users {})
      assert(client:delete_user "a/b")
      assert(client:delete_user "a")
      assert(client:get_current_user_info())
      assert(client:search_users {})
      expect_targets(case, "users/search", "users/search",
        "users/a%2Fb/delete", "users/a/delete", "auth/session/user",
        "users/search")
    end)

    it("that libcurl repeats goes to the same address again", function()
      local case = server:case {
        ["users/search"] = { fault.ok(USERS) },
        ["auth/session/user"] = { { fault.close }, fault.ok(USER) },
      }
      local client = new_client(case, { max_retries = 0 })
      assert(client:search_users {})
      assert(client:get_current_user_info())
      expect_targets(case, "users/search", "auth/session/user",
        "auth/session/user")
    end)
  end)

  describe("a connection", function()
    it("is reused", function()
      local case = server:case { fault.ok(USERS) }
      local client = new_client(case)
      for _ = 1, 5 do
        assert(client:search_users {})
      end
      local requests = case:requests()
      assert.equal(5, #requests)
      for _, request in ipairs(requests) do
        assert.equal(requests[1].connection, request.connection)
      end
    end)

    describe("is not reused if between two calls the server sends", function()
      -- Waits until bytes from this server can be read.
      local function await_bytes(port)
        local pattern = ("^%%s*%%d+: %%x+:%%x+ %%x+:%04X %%x+ %%x+:(%%x+)")
          :format(port)
        local give_up = core.now() + 20 * SLOWER
        repeat
          assert(core.now() < give_up, "nothing arrives")
          command.pause()
          local waiting = 0
          for line in io.lines "/proc/net/tcp" do
            waiting = waiting + tonumber(line:match(pattern) or "0", 16)
          end
        until waiting > 0
      end

      for what, late in pairs {
        ["a second reply"] = fault.ok [=[[{"id":"2","name":"bob"}]]=],
        ["a 408"] = fault.reply("408 Request Timeout", "late",
          { "Connection: close" }),
        ["a byte"] = "\0",
      } do
        it(what, function()
          local own = fault.start()
          finally(function()
            own:stop()
          end)
          local first = { fault.ok(USERS), fault.pause(20), late }
          for endpoint, arguments in pairs {
            search_users = {}, create_user = NEW_USER,
          } do
            local case = own:case {
              ["users/search"] = { first, fault.ok(USERS) },
              ["users/create"] = { fault.ok(USER) },
            }
            local client = new_client(case, { max_retries = 0 })
            assert(client:search_users {})
            await_bytes(own.port)
            local user = assert(client[endpoint](client, arguments))
            assert.equal("ada", (user[1] or user).name)
            assert(client:search_users {})
            local requests = case:requests()
            assert.equal(3, #requests)
            assert.not_equal(requests[1].connection, requests[2].connection)
            assert.equal(requests[2].connection, requests[3].connection)
            client:close()
          end
        end)
      end
    end)

    it("is reused after an error reply", function()
      local case = server:case { fault.reply("400 Bad", [[{"debug":"x"}]]),
        fault.ok "{}", fault.ok(USERS) }
      local client = new_client(case)
      assert.is_nil(client:search_users {})
      assert.is_nil(client:search_users {})
      assert(client:search_users {})
      local requests = case:requests()
      assert.equal(requests[1].connection, requests[2].connection)
    end)

    -- The number of connections that the requests came by.
    local function count_connections(case)
      local connections, count = {}, 0
      for _, request in ipairs(case:requests()) do
        if not connections[request.connection] then
          connections[request.connection] = true
          count = count + 1
        end
      end
      return count
    end

    -- Makes that many calls at once.
    local function call_together(client, calls)
      local exchanges = {}
      for i = 1, calls do
        exchanges[i] = assert(client:prepare("search_users", {}))
        exchanges[i]:step()
      end
      for _, exchange in ipairs(exchanges) do
        run(client, exchange)
        assert(exchange:result())
      end
    end

    it("serves one call at a time", function()
      local case = server:case { fault.ok(USERS),
        { fault.pause(30 * SLOWER), fault.ok(USERS) } }
      call_together(new_client(case), 10)
      assert.is_true(count_connections(case) >= 9)
    end)

    it("is kept when many calls end together", function()
      local replies = {}
      for i = 1, 16 do
        replies[i] = { fault.pause((30 + 3 * i) * SLOWER), fault.ok(USERS) }
      end
      replies[17] = { fault.pause(100 * SLOWER), fault.ok(USERS) }
      local case = server:case(replies)
      local client = new_client(case)
      call_together(client, 16)
      call_together(client, 16)
      client:close()
      assert.equal(32, #case:requests())
      assert.is_true(count_connections(case) <= 16)
    end)

    it("is not inherited by child processes", function()
      local links = "ls -l /proc/self/fd 2>/dev/null | grep -c socket:"
      local client = new_client(server:case { fault.ok(USERS) })
      client:poll(0)
      local before = command.output(links)
      assert(client:search_users {})
      assert.equal(before, command.output(links))
      client:close()
    end)
  end)

  describe("a trailer", function()
    it("that looks like a status line is not one", function()
      local case = server:case { ["users/search"] = { {
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
          .. "Transfer-Encoding: chunked\r\n\r\n",
        ("%x\r\n%s\r\n"):format(#USERS, USERS), fault.pause(30),
        "0\r\nHTTP/1.1 503 Gone: x\r\nRetry-After: 9\r\n\r\n" } } }
      local client = new_client(case)
      assert.equal("ada", client:search_users({})[1].name)
      local exchange = client:prepare("search_users"):stream()
      local taken = 0
      run(client, exchange, function()
        taken = taken + (exchange:take() and 1 or 0)
      end)
      taken = taken + (exchange:take() and 1 or 0)
      assert.equal(1, taken)
      assert.is_nil(exchange:take())
      assert.is_true(exchange:result())
    end)
  end)

  describe("a call of the core that blocks", function()
    -- The test program with the core inside has no such hook.
    local it = package.preload["thoughtspot.core"] and pending or it

    it("ends within a second of an interrupt", function()
      local case = server:case { { fault.hang } }
      local path = command.new_file(([[
        local core = require "thoughtspot.core"
        local client = core.new { host = %q, token = "t", timeout = 20 }
        local began = core.now()
        local ok, message = pcall(client.search_users, client, {})
        print(ok, message, core.now() - began < %d and "soon" or "late")]])
        :format(case.host, 5 * SLOWER))
      -- Background processes of the shell ignore interrupts.
      local output = command.output("env --default-signal=INT "
        .. command.lua() .. " " .. path .. " 2>&1 & pid=$!; "
        .. command.await("$pid", "grep -qs users/search " .. case.files
          .. ".log") .. "; kill -INT $pid; wait $pid")
      command.remove(path)
      assert.matches("^false\t.*interrupted!\tsoon", output)
    end)
  end)

  describe("a proxy", function()
    it("gets the absolute address", function()
      local case = server:case { fault.ok(USERS) }
      local client = new_client({
        host = "http://cluster.invalid/" .. case.name,
      }, { proxy = "http://" .. server.address, allow_http = true })
      assert.equal("ada", client:search_users({})[1].name)
      local request = case:requests()[1]
      assert.equal("http://cluster.invalid/" .. case.name
        .. "/api/rest/2.0/users/search", request.target)
      assert.equal("cluster.invalid", request.headers.host)
    end)

    it("that cannot be reached is an error of kind connect", function()
      local own = fault.start()
      local address = own.address
      own:stop()
      local client = new_client({ host = "https://cluster.invalid" },
        { proxy = "http://" .. address, max_retries = 0 })
      local _, err = client:create_user(NEW_USER)
      assert.equal("connect", err.kind)
      assert.equal("no", err.applied)
    end)

    it("that refuses a tunnel is an error before anything was sent",
      function()
        local case = server:case { fault.reply("403 Forbidden", "") }
        local client = new_client({ host = "https://" .. case.name },
          { proxy = "http://" .. server.address, max_retries = 0 })
        local _, err = client:create_user(NEW_USER)
        assert.is_not_nil(err)
        assert.equal("no", err.applied)
        assert.is_nil(err.status)
        assert.equal(1, #case:requests())
      end)

    for status, kind in pairs { ["407 Log in"] = "connect",
      ["403 Forbidden"] = "connect", ["400 No"] = "connect",
      ["502 Bad Gateway"] = "connect" } do
      it("that refuses the way with " .. status .. " is what is wrong",
        function()
          local page = fault.reply(status, "<html>Proxy</html>",
            { "Proxy-Authenticate: Basic realm=\"corp\"" })
          local case = server:case { page, page, page }
          local client = new_client({ host = "https://" .. case.name },
            { proxy = "http://joe:wrong@" .. server.address,
              max_retries = 0 })
          local _, err = client:create_user(NEW_USER)
          assert.equal(kind, err.kind)
          assert.equal("no", err.applied)
          assert.matches(status:match "%d+", tostring(err))
          assert.matches("proxy", tostring(err))
          assert.equal(1, #case:requests())
        end)
    end

    it("that refuses the credentials is asked once, with and without TLS",
      function()
        for _, scheme in ipairs { "http", "https" } do
          local page = fault.reply("407 Log in", "<html>Proxy</html>",
            { "Proxy-Authenticate: Basic realm=\"corp\"" })
          local case = server:case { page, page, page }
          local client = new_client({
            host = scheme .. "://" .. (scheme == "http"
              and "cluster.invalid/" or "") .. case.name,
          }, { proxy = "http://joe:wrong@" .. server.address,
            allow_http = scheme == "http" or nil, max_retries = 3 })
          local _, err = client:search_users {}
          assert.equal("connect", err.kind)
          assert.equal(407, err.status)
          assert.equal(1, err.attempts)
          assert.equal("the proxy rejected the credentials, or requires some: "
            .. server.address, err.message)
          assert.falsy(tostring(err):find("joe", 1, true))
          assert.equal(1, #case:requests())
        end
      end)

    -- The error of a search in an interpreter with this environment.
    local function error_with(environment, host, more)
      return support.run(([[
        local client = assert(require "thoughtspot".new {
          host = "%s", token = "t", max_retries = 3, deadline = 5,
          allow_http = true, %s
        })
        local _, err = client:search_users {}
        print(err.kind, err.status, err.attempts, err.message, err)
      ]]):format(host, more or ""), "env -u NO_PROXY -u no_proxy "
        .. "-u http_proxy -u https_proxy -u HTTPS_PROXY -u all_proxy "
        .. "-u ALL_PROXY " .. environment)
    end

    it("of the environment that refuses the credentials is named", function()
      for variable, scheme in pairs {
        https_proxy = "https", HTTPS_PROXY = "https", http_proxy = "http",
        ALL_PROXY = "https", all_proxy = "http",
      } do
        local page = fault.reply("407 Log in", "<html>Proxy</html>",
          { "Proxy-Authenticate: Basic realm=\"corp\"" })
        local case = server:case { page, page, page }
        local host = scheme .. "://" .. (scheme == "http"
          and "cluster.invalid/" or "") .. case.name
        local output = error_with(("%s=http://joe:pass-word@%s"):format(
          variable, server.address), host)
        assert.equal("connect\t407\t1\tthe proxy rejected the credentials, "
          .. "or requires some: " .. server.address,
          output:match "^[^\n\t]+\t%d+\t%d\t[^\t]+", variable)
        assert.is_nil(output:find("joe", 1, true))
        assert.is_nil(output:find("pass-word", 1, true))
        assert.equal(1, #case:requests())
      end
    end)

    it("is named as libcurl used it", function()
      local page = fault.reply("407 Log in", "<html>Proxy</html>", {})
      local named = "requires some: " .. server.address
      -- The option, not the environment.
      local case = server:case { page }
      local output = error_with("https_proxy=http://127.0.0.1:1",
        "https://" .. case.name,
        ("proxy = 'http://%s'"):format(server.address))
      assert.truthy(output:find(named, 1, true), output)
      -- The specific variable, not all_proxy.
      case = server:case { page }
      output = error_with("all_proxy=http://127.0.0.1:1 https_proxy="
        .. server.address, "https://" .. case.name)
      assert.truthy(output:find(named, 1, true), output)
      -- None, because the host is exempt: it is the host that replies.
      case = server:case { page }
      output = error_with("http_proxy=http://127.0.0.1:1 no_proxy=127.0.0.1",
        case.host)
      assert.truthy(output:find("\t407\t", 1, true), output)
      assert.is_nil(output:find("127.0.0.1:1", 1, true), output)
    end)

    for _, line in ipairs { "200 OK", "204 No Content" } do
      it("that opens the way with " .. line .. " and breaks off has not "
        .. "answered for the cluster", function()
        local case = server:case {
          { "HTTP/1.1 " .. line .. "\r\n\r\n", fault.close },
        }
        local client = new_client({ host = "https://" .. case.name },
          { proxy = "http://" .. server.address, max_retries = 0 })
        local value, err = client:delete_user "ada"
        assert.equal("CONNECT", case:requests()[1].method)
        assert.is_nil(value)
        assert.equal("no", err.applied)
        assert.is_nil(err.status)
      end)
    end

    it("that opens a tunnel and falls silent does not begin a stream",
      function()
        local case = server:case {
          { "HTTP/1.1 200 OK\r\n\r\n", fault.hang },
        }
        local client = new_client({ host = "https://" .. case.name },
          { proxy = "http://" .. server.address, max_retries = 0,
            deadline = 0.1 * SLOWER })
        local exchange = assert(client:prepare("search_users")):stream()
        local before = core.now()
        run(client, exchange)
        local _, err = exchange:result()
        assert.equal("timeout", err.kind)
        assert.is_true(core.now() - before < 4 * SLOWER)
      end)
  end)

  describe("a client that is not polled in time", function()
    local SECONDS = 0.5 * SLOWER

    local function let_time_pass(since)
      repeat
        command.pause()
      until core.now() > since + 1.1 * SECONDS
    end

    local function start_writing(case)
      local client = new_client(case, { timeout = SECONDS, max_retries = 0 })
      assert(client:create_user(NEW_USER))
      return client, assert(client:prepare("create_user", NEW_USER)),
        core.now()
    end

    it("reads what arrived in the meantime", function()
      local long = ([[{"id":"1","name":"%s"}]]):format(("x"):rep(200000))
      for _, body in ipairs { USER, long } do
        local case = server:case { fault.ok(USER),
          { fault.pause(20), fault.ok(body) } }
        local client, exchange, started = start_writing(case)
        run(client, exchange, function()
          return #case:requests() == 2
        end)
        let_time_pass(started)
        run(client, exchange)
        assert(exchange:result())
      end
    end)

    it("sends nothing after the deadline", function()
      local case = server:case { fault.ok(USER) }
      local client, exchange, started = start_writing(case)
      exchange:step()
      let_time_pass(started)
      run(client, exchange)
      local value, err = exchange:result()
      assert.is_nil(value)
      assert.equal("timeout", err.kind)
      assert.equal("no", err.applied)
      assert.equal(1, #case:requests())
    end)
  end)

  describe("a name lookup that never ends", function()
    -- The output of a script when no name lookup ever ends; and whether, at
    -- its end, the code of a lookup thread that started is still in memory.
    local function output_of(script)
      local code, output, errors = command.run(
        ("LD_PRELOAD=build/stuck_resolver.so exec timeout %d %s -e %s")
          :format(10 * SLOWER, command.lua(), command.quote(
          [[local client = require "thoughtspot.core".new {
              host = "https://stuck.invalid", token = "t", deadline = 0.3,
              max_retries = 0,
            }
          ]] .. script)))
      assert.equal(0, code, errors)
      return output
    end

    -- A core linked into the program cannot show that it stays loaded.
    local function skip(name)
      it(name, function()
        pending "the core is part of this program"
      end)
    end
    local it = package.preload["thoughtspot.core"] and skip or it

    it("does not delay a call beyond its deadline", function()
      assert.equal("timeout no\nresident\n", output_of [[
        local _, err = client:create_user {
          name = "ada", display_name = "Ada", email = "ada@acme.test",
        }
        print(err.kind .. " " .. err.applied)
      ]])
    end)

    it("does not delay cancel and close", function()
      assert.equal("done", output_of [[
        local one = client:prepare("search_users", {})
        local other = client:prepare("search_users", {})
        one:step()
        other:step()
        client:poll()
        one:cancel()
        client:close()
        print(other:step())
      ]]:match "^%a+")
    end)
  end)

  describe("pages", function()
    local function page(from, to)
      local users = {}
      for i = from, to do
        users[#users + 1] = ([[{"id":"%d","name":"user-%d"}]]):format(i, i)
      end
      return users
    end

    local function list(users)
      return fault.ok("[" .. table.concat(users, ",") .. "]")
    end

    -- Breaks off after the client has had time to take the users.
    local function broken(users, how)
      return { ("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n[%s,{\"id")
        :format(table.concat(users, ",")), fault.pause(50 * SLOWER), how }
    end

    local function collect(client, options)
      local names = {}
      for user in client:each_user({}, options) do
        names[#names + 1] = user.name
      end
      return table.concat(names, " ")
    end

    it("that break off continue where they stopped", function()
      local case = server:case {
        broken(page(1, 2), fault.close),
        list(page(1, 4)),
        list(page(3, 5)),
        list({}),
        list(page(1, 5)),
        list({}),
        list(page(2, 5)), -- in the opposite order
      }
      local client = new_module_client(case)
      assert.equal("user-1 user-2 user-3 user-4 user-5",
        collect(client, { page_size = 4, prefetch = 0 }))
      local offsets = {}
      for i, request in ipairs(case:requests()) do
        local body = cjson.decode(request.body)
        offsets[i] = body.record_offset .. "+" .. body.record_size
      end
      assert.equal("0+4 0+4 2+4 5+1000 0+1000 13+1000 0+100",
        table.concat(offsets, " "):gsub("%.0", "") .. "")
    end)

    it("that always break off raise an error, after the users before it",
      function()
        local case = server:case { broken(page(1, 1), fault.close),
          { fault.close } }
        local client = new_module_client(case, { max_retries = 0 })
        local names = {}
        local ok, err = pcall(function()
          for user in client:each_user({},
            { page_size = 3, prefetch = 0 }) do
            names[#names + 1] = user.name
          end
        end)
        assert.is_false(ok)
        assert.equal("network", err.kind)
        assert.same({ "user-1" }, names)
      end)

    it("that break off are not news while they wait to be repeated", function()
      local case = server:case { broken(page(1, 2), fault.reset) }
      local client = new_client(case)
      local exchange = assert(client:prepare("search_users")):stream()
      run(client, exchange, function()
        return exchange:step() == "wait"
      end)
      local news, seconds, on_wire = client:poll(0, { exchange })
      assert.is_nil(news)
      assert.is_true(seconds > 0)
      assert.is_false(on_wire)
    end)

    it("that fall silent time out, however fast they began", function()
      local case = server:case { broken(page(1, 500), fault.hang) }
      local client = new_client(case, { max_retries = 0, timeout = 0.05 })
      local exchange = assert(client:prepare("search_users")):stream()
      run(client, exchange)
      for i = 1, 500 do
        assert.equal(tostring(i), exchange:take().id)
      end
      local _, err = exchange:result()
      assert.equal("timeout", err.kind)
    end)

    it("that are not streamed time out even while data arrives", function()
      local rows = ([[{"id":"1"},]]):rep(6000)
      local case = server:case { { "HTTP/1.1 200 OK\r\n"
        .. "Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n",
        fault.flood(("%x\r\n%s\r\n"):format(#rows, rows)) } }
      -- Long enough to connect on a busy machine.
      local client = new_client(case, { max_retries = 0, timeout = 0.1 })
      local exchange = assert(client:prepare("search_users"))
      run(client, exchange)
      local _, err = exchange:result()
      assert.equal("timeout", err.kind)
      assert.matches("^the reply was not complete within 0.1 seconds$",
        err.message)
    end)

    it("that do not begin in time end at the deadline", function()
      local interim, head = {}, { "HTTP/1.1 200 OK\r\n" }
      for i = 1, 200 do
        interim[2 * i - 1] = "HTTP/1.1 102 Processing\r\n\r\n"
        interim[2 * i] = fault.pause(10 * SLOWER)
        head[2 * i] = "X-A: b\r\n"
        head[2 * i + 1] = fault.pause(10 * SLOWER)
      end
      table.insert(interim, fault.ok "[]")
      table.insert(head, "Content-Length: 2\r\n\r\n[]")
      for _, reply in ipairs { interim, head } do
        local client = new_client(server:case { reply },
          { max_retries = 0, deadline = 0.2 * SLOWER })
        local exchange = assert(client:prepare("search_users")):stream()
        run(client, exchange)
        local _, err = exchange:result()
        assert.is_not_nil(err)
        assert.equal("timeout", err.kind)
        local seconds = err.message:match "^no reply within ([%d.]+) seconds$"
        assert.truthy(seconds, err.message)
        assert.is_true(tonumber(seconds) <= 0.2 * SLOWER)
      end
    end)

    it("are decompressed as they arrive, in pieces of any size", function()
      local count = 20000
      local zipped = command.output("{ echo '[{}'; seq 1 " .. count
        .. [[ | awk '{ printf ",{\"id\":\"%d\",\"email\":\"%0500d\"}", $1,]]
        .. [[ $1 * 7919 }'; echo ']'; } | gzip -c]])
      assert.is_true(#zipped < 1000000)
      local case = server:case { fault.reply("200 OK", zipped,
        { "Content-Encoding: gzip" }) }
      local client = new_client(case, { max_response_bytes = 1000000 })
      local exchange = assert(client:prepare("search_users")):stream()
      local taken = -1
      repeat
        local done = exchange:step() == "done"
        if not done then
          client:poll(0.1)
        end
        -- Some are read now, and the others as the stream continues.
        for _ = 1, done and count or 400 do
          local user = exchange:take()
          if not user then
            break
          end
          taken = taken + 1
          if taken > 0 and (user.id ~= tostring(taken)
            or user.email ~= ("0"):rep(500 - #tostring(taken * 7919))
              .. taken * 7919) then
            error("expected user " .. taken .. ", got " .. user.id)
          end
        end
      until done
      assert.is_true(exchange:result())
      assert.equal(count, taken)
    end)

    it("pause the server while nobody takes users, and continue", function()
      local count = 40000
      local users = page(1, count)
      for i, user in ipairs(users) do
        users[i] = user:sub(1, -2) .. ',"email":"' .. ("x"):rep(500) .. '"}'
      end
      local case = server:case { list(users) }
      local client = new_client(case)
      local exchange = assert(client:prepare("search_users", {},
        { fields = { "id", "email" } })):stream()
      exchange:step()
      local give_up = core.now() + 20 * SLOWER
      while not case:stalled() do
        assert(core.now() < give_up, "the server was never stopped")
        exchange:step()
        client:poll(0.02)
      end
      assert.is_true(case:stalled() < 16000000)
      local taken = 0
      while true do
        local user = exchange:take()
        if user and user.id == tostring(taken + 1) then
          taken = taken + 1
        elseif user then
          error("expected user " .. taken + 1 .. ", got " .. user.id)
        elseif exchange:step() == "done" and not exchange:take() then
          break
        else
          client:poll(0.1)
        end
      end
      assert.is_true(exchange:result())
      assert.equal(count, taken)
    end)
  end)

  describe("closing", function()
    it("fails the calls in flight, in doubt if they were sent", function()
      local case = server:case { { fault.hang } }
      local client = new_client(case)
      local exchange = assert(client:prepare("create_user", NEW_USER))
      run(client, exchange, function()
        return #case:requests() == 1
      end)
      client:close()
      client:close()
      assert.equal("done", exchange:step())
      local _, err = exchange:result()
      assert.equal("closed", err.kind)
      assert.equal("maybe", err.applied)
    end)

    it("leaves no doubt about calls that were not sent", function()
      local client = new_client(server:case { { fault.hang } })
      local waiting = assert(client:prepare("create_user", NEW_USER))
      local connecting = assert(client:prepare("create_user", NEW_USER))
      connecting:step()
      client:close()
      for _, exchange in ipairs { waiting, connecting } do
        assert.equal("done", exchange:step())
        local _, err = exchange:result()
        assert.equal("closed", err.kind)
        assert.equal("no", err.applied)
      end
    end)

    it("does not touch another client", function()
      local case = server:case { fault.ok(USERS) }
      local one, other = new_client(case), new_client(case)
      assert(one:search_users {})
      assert(other:search_users {})
      one:close()
      assert(other:search_users {})
      local requests = case:requests()
      assert.equal(requests[2].connection, requests[3].connection)
    end)

    it("in an event hook ends the waiting call", function()
      local case = server:case { { fault.reset }, fault.ok(USERS) }
      local client
      client = new_module_client(case, {
        on_event = function(event)
          if event.type == "retry" then
            client:close()
          end
        end,
      })
      local _, err = client:search_users {}
      assert.equal("closed", err.kind)
      assert.equal(1, #case:requests())
    end)

    it("a cancelled call leaves the others alone", function()
      local case = server:case { { fault.hang }, fault.ok(USERS) }
      local client = new_client(case)
      local exchange = assert(client:prepare("search_users", {}))
      run(client, exchange, function()
        return #case:requests() == 1
      end)
      exchange:cancel()
      exchange:cancel()
      assert.has_error(function()
        exchange:step()
      end)
      assert(client:search_users {})
    end)
  end)
end)
