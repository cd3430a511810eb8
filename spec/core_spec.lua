local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local function raises(message, call, ...)
  local ok, err = pcall(call, ...)
  assert.is_false(ok)
  assert.matches(message, tostring(err), 1, true)
end

describe("the core", function()
  it("has exactly the documented members", function()
    assert.matches("^%d+%.%d+%.%d+$", core._VERSION)
    assert.equal(require "cjson".null, core.null)
    local names = {}
    for name in pairs(core) do
      names[#names + 1] = name
    end
    table.sort(names)
    assert.same({ "_VERSION", "checksum", "constants", "describe", "error",
      "is_terminal", "list_meta", "new", "now", "null", "open_private",
      "seen", "sync" }, names)
  end)

  it("exports the constants that Lua modules need", function()
    assert.same({
      api_path = "/api/rest/2.0/", longest_wait = 1, rate_burst = 10,
      rate_per_second = 100, renew_early = 30,
    }, core.constants)
  end)

  it("computes checksums of texts, also in parts", function()
    assert.equal(0, core.checksum "")
    assert.equal(97, core.checksum "a")
    assert.equal(97 * 31 + 255, core.checksum "a\255")
    assert.equal((97 * 31 + 0) * 31 + 98, core.checksum "a\0b")
    assert.equal(99162322, core.checksum "hello")
    assert.equal(99162322, core.checksum("lo", core.checksum "hel"))
    -- Modulo 2 ^ 32.
    assert.equal(3684785101, core.checksum "hello world, more than once")
    assert.equal("05e918d2", ("%08x"):format(core.checksum "hello"))
    for _, sum in ipairs { -1, 4294967296, 0 / 0 } do
      raises("expected a checksum", core.checksum, "a", sum)
    end
  end)

  it("distinguishes a terminal from other files", function()
    local file = assert(io.open("/dev/null"))
    assert.is_false(core.is_terminal(file))
    file:close()
    assert.is_false(core.is_terminal(file))
    raises("FILE* expected", core.is_terminal, "stdout")
    local terminal = io.open("/dev/ptmx", "r+")
    if terminal then
      assert.is_true(core.is_terminal(terminal))
      terminal:close()
    end
  end)

  it("leaves no globals behind", function()
    assert.is_nil(rawget(_G, "thoughtspot"))
    assert.is_nil(rawget(_G, "cjson"))
  end)

  it("makes clients from tables only", function()
    for _, options in ipairs { "https://acme.test", 7, true, print } do
      raises("table expected, got " .. type(options), core.new, options)
    end
    raises("table expected, got no", core.new)
  end)
end)

describe("a client of the core", function()
  local client, exchange

  before_each(function()
    client = support.client {}
    exchange = client:prepare("search_users")
  end)

  it("has a method for each endpoint", function()
    for _, name in ipairs(core.describe()) do
      assert.is_function(client[name])
    end
  end)

  it("wants itself as the receiver", function()
    for _, name in ipairs { "search_users", "create_user", "prepare", "poll",
      "token", "user", "close" } do
      for _, other in ipairs { {}, "x", 7, io.stdout, exchange } do
        raises("thoughtspot.core.client", client[name], other)
      end
      raises("thoughtspot.core.client", client[name])
    end
  end)

  it("refuses wrong arguments of its methods", function()
    raises("there is no such endpoint", client.prepare, client, "drop_user")
    raises("string expected", client.prepare, client)
    raises("table expected, got string", client.search_users, client, "ada")
    raises("table expected, got number", client.delete_user, client, "a", 7)
    raises("no further argument expected", client.search_users, client, {},
      {}, 1)
    raises("number expected", client.poll, client, "soon")
    local value, err = client:create_user {}
    assert.is_nil(value)
    assert.equal("argument", err.kind)
    assert.equal("create_user", err.endpoint)
  end)

  it("does not block for work of the caller", function()
    raises("the core cannot call a transport; use require \"thoughtspot\"",
      client.search_users, client)
    raises("the core cannot call a token_provider or token_store; use "
      .. "require \"thoughtspot\"", function()
      support.provider_client():search_users()
    end)
    raises("the core cannot call a rate_limit function; use require "
      .. "\"thoughtspot\"", function()
      support.client { rate_limit = print }:search_users()
    end)
  end)

  it("can be used after close, without effect", function()
    client:close()
    client:close()
    client:poll(0)
    assert.is_nil((client:user()))
    client:token()
    assert.matches("closed", tostring(client))
    for _, name in ipairs(core.describe()) do
      local value, err = support.prepare(client, name)
      assert.is_nil(value)
      assert.equal("closed", err.kind)
    end
  end)

  it("cannot be used after it was finalized", function()
    local collect = getmetatable(client).__gc
    collect(client)
    collect(client)
    for _, name in ipairs { "search_users", "prepare", "poll", "token",
      "user", "close" } do
      raises("client was collected", client[name], client, "search_users")
    end
    raises("client was collected", tostring, client)
    -- Its exchanges continue.
    assert.same({ { a = 1 } }, support.outcome(exchange, 200, '[{"a":1}]'))
  end)

  it("can be a to-be-closed variable, where Lua has them", function()
    getmetatable(client).__close(client, nil)
    assert.matches("closed", tostring(client))
    getmetatable(exchange).__close(exchange, nil)
    raises("exchange was cancelled", exchange.step, exchange)
  end)
end)

describe("an exchange of the core", function()
  local exchange

  before_each(function()
    exchange = support.client {}:prepare("search_users")
  end)

  it("wants itself as the receiver", function()
    for _, name in ipairs { "step", "result", "take", "request", "respond",
      "supply", "event", "cancel", "permit", "run", "defer", "fail" } do
      for _, other in ipairs { {}, "x", 7, io.stdout, support.client {} } do
        raises("thoughtspot.core.exchange", exchange[name], other)
      end
    end
  end)

  it("refuses wrong arguments of its methods", function()
    raises("number expected", exchange.step, exchange, "now")
    support.send(exchange)
    raises("string expected", exchange.respond, exchange, nil, {})
    exchange:respond(200, {}, "[]", support.now)
    assert.same({}, exchange:result())
  end)

  it("repeats the error of a transport, or says that there was "
    .. "none", function()
    for _, said in ipairs { "no route", false } do
      exchange = support.client { max_retries = 0 }:prepare("search_users")
      support.send(exchange)
      exchange:respond(nil, said or nil)
      local _, err = exchange:result()
      assert.equal("network", err.kind)
      assert.equal(said or "the transport failed", err.message)
    end
  end)
end)

describe("garbage", function()
  it("is collected in any order", function()
    for _, kept in ipairs { "client", "first", "second", "nothing" } do
      local all = { client = support.login_client() }
      all.first = all.client:prepare("search_users")
      all.second = all.client:prepare("search_users")
      support.send(all.first)
      all.second:step(support.now)
      all = { [kept] = all[kept] }
      collectgarbage()
      collectgarbage()
      local exchange = all.first or all.second
      if exchange then
        -- The login continues, or another exchange takes it over.
        assert.equal(kept == "first" and "wait" or "io",
          exchange:step(support.now))
        if kept == "second" then
          exchange:request(support.now)
        end
        exchange:respond(200, nil, support.token_reply(), support.now)
        assert.same({}, support.outcome(exchange, 200, "[]"))
      end
    end
  end)

  it("of a client leaves its exchanges working", function()
    local exchange = support.login_client():prepare("search_users")
    collectgarbage()
    collectgarbage()
    assert.equal("io", (support.mint(exchange)))
    assert.same({}, support.outcome(exchange, 200, "[]"))
  end)

  it("does not grow with calls", function()
    local client = support.login_client()
    local function calls(count)
      for _ = 1, count do
        local exchange = client:prepare("search_users")
        if exchange:step(support.now) == "io" then
          exchange:request(support.now)
          exchange:respond(200, nil, support.token_reply(), support.now)
        end
        exchange:cancel()
      end
      collectgarbage()
      collectgarbage()
      return collectgarbage "count"
    end
    local before = calls(100)
    assert.is_true(calls(1000) < before + 20)
  end)

  for _, last in ipairs { "client, first, second", "second, first, client",
    "first, client", "second", "client" } do
    it("is left at the end of a program: " .. last, function()
      assert.equal("end\n0\n", support.run([[
        local core = require "thoughtspot.core"
        local client = core.new { host = "https://acme.test",
          username = "a", password = "b", transport = print }
        local first = client:prepare "search_users"
        local second = client:prepare "search_users"
        first:step()
        first:request()
        second:step()
        kept = { ]] .. last .. [[ }
        print "end"
      ]]))
    end)
  end

  it("may be used by other finalizers at the end of a program", function()
    assert.equal("end\n0\n", support.run [[
      local core = require "thoughtspot.core"
      local function at_the_end(act)
        if newproxy then
          local proxy = newproxy(true)
          getmetatable(proxy).__gc = act
          return proxy
        end
        return setmetatable({}, { __gc = act })
      end
      local client, exchange
      early = at_the_end(function()
        pcall(client.close, client)
        pcall(exchange.step, exchange)
      end)
      client = core.new { host = "https://acme.test", token = "t",
        transport = print }
      exchange = client:prepare "search_users"
      kept = { client, exchange }
      print "end"
    ]])
  end)
end)
