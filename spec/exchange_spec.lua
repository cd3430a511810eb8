local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local now = support.now
local ada = { name = "ada", display_name = "Ada", email = "a@b" }

local function authorization(exchange, at)
  return support.send(exchange, at).headers.Authorization
end

-- Answers a request that was already sent.
local function respond(exchange, status, body, at)
  exchange:respond(status, nil, body, at or now)
  return exchange:step(at or now)
end

local function error_of(exchange)
  local value, err = exchange:result()
  assert.is_nil(value)
  return err
end

local function is_mint(request)
  return request.url:find("/auth/token/full", 1, true) ~= nil
end

describe("an exchange", function()
  it("goes from io to done", function()
    local exchange = support.client {}:prepare("delete_user", "ada")
    assert.equal("io", exchange:step(now))
    assert.equal("io", exchange:step(now)) -- asking again changes nothing
    exchange:request(now)
    local answer, seconds = exchange:step(now)
    assert.equal("wait", answer)
    assert.equal(0.01, seconds)
    exchange:respond(204, nil, nil, now)
    assert.equal("done", exchange:step(now))
    assert.equal("done", exchange:step(now + 1e6))
    assert.is_true(exchange:result())
    local _, err = pcall(exchange.result, exchange)
    assert.matches("exchange was cancelled, or its result taken", err)
  end)

  it("fails on an invalid response, with applied maybe", function()
    local status = "the transport's response has no HTTP status"
    local headers = "the headers of the transport's response are not a table"
    local body = "the body of the transport's response is not a string"
    for _, case in ipairs { { status, "ok" }, { status, {} }, { status, 99 },
      { status, 1000 }, { status, 0 / 0 }, { headers, 200, "a: b" },
      { body, 200, {}, {} } } do
      local exchange = support.client {}:prepare("delete_user", "ada")
      support.send(exchange, now)
      exchange:respond(case[2], case[3], case[4], now)
      assert.equal("done", exchange:step(now))
      local _, err = exchange:result()
      assert.equal("network", err.kind)
      assert.equal(case[1], err.message)
      assert.equal("maybe", err.applied)
      assert.is_nil(err.status)
    end
  end)

  it("refuses steps in the wrong order", function()
    local exchange = support.client {}:prepare("delete_user", "ada")
    local function wrong(message, method, ...)
      local ok, err = pcall(exchange[method], exchange, ...)
      assert.is_false(ok)
      assert.equal(message, err)
    end
    wrong("there is no request to send", "request")
    wrong("no reply is awaited", "respond", 204)
    wrong("the exchange is not done", "result")
    exchange:step(now)
    wrong("no reply is awaited", "respond", 204)
    exchange:request(now)
    wrong("there is no request to send", "request")
    wrong("the exchange is not done", "result")
    exchange:respond(204, nil, nil, now)
    wrong("no reply is awaited", "respond", 204)
    wrong("there is no request to send", "request")
    assert.is_true(exchange:result()) -- it is done without a step
  end)

  it("may have failed for good", function()
    local exchange = support.client {}:prepare("search_users")
    support.send(exchange)
    exchange:fail "no such socket"
    assert.equal("done", exchange:step(now))
    local err = error_of(exchange)
    assert.equal("network", err.kind)
    assert.equal("no such socket", err.message)
    assert.equal(1, err.attempts)
    exchange = support.client {}:prepare("delete_user", "ada")
    support.send(exchange)
    exchange:fail "no such socket"
    assert.equal("maybe", error_of(exchange).applied)
  end)

  it("sends the same request on each attempt", function()
    local request = { user_identifier = "ada", new_password = "pw" }
    local exchange = support.client {}:prepare("reset_user_password", request)
    request.new_password = "other"
    local first = support.send(exchange)
    respond(exchange, 503)
    assert.same(first, support.send(exchange, now + 1))
  end)
end)

describe("a poll for exchanges", function()
  local client, first, second

  before_each(function()
    client = support.client {}
    first, second = client:prepare("search_users"),
      client:prepare("search_users")
  end)

  it("returns those that are ready", function()
    assert.same({ first, second }, client:poll(0, { first, second }))
    first:step()
    first:request()
    assert.equal("wait", (first:step()))
    first:defer(60)
    assert.same({ second }, client:poll(0, { first, second }))
    second:cancel()
    assert.same({ second }, client:poll(0, { first, second }))
    client:close()
    assert.same({ first }, client:poll(0, { first }))
  end)

  it("returns how long there is nothing to do", function()
    for index, exchange in ipairs { first, second } do
      exchange:step()
      exchange:request()
      exchange:step()
      exchange:defer(40 * index)
    end
    local none, seconds, on_wire = client:poll(0, { second, first })
    assert.is_nil(none)
    assert.near(40, seconds, 1)
    assert.is_false(on_wire)
  end)

  it("takes exchanges only", function()
    for _, wrong in ipairs { { 1 }, { client }, { {} } } do
      assert.is_false((pcall(client.poll, client, 0, wrong)))
    end
    assert.is_false((pcall(client.poll, client, 0, first)))
  end)
end)

describe("a check", function()
  it("returns what prepare returns, without an exchange", function()
    local client = support.client {}
    assert.is_true((client:check("create_user", ada)))
    assert.is_true((client:check("delete_user", "ada", { timeout = 5 })))
    for _, arguments in ipairs {
      { "create_user", { name = 5 } }, { "delete_user", ".." },
      { "create_user", ada, { timeot = 5 } }, { "force_logout_users", {} },
      { "search_users", { record_size = "ten" } },
      { "request", { path = "../secrets" } },
    } do
      local prepared, expected = client:prepare(arguments[1], arguments[2],
        arguments[3])
      local checked, err = client:check(arguments[1], arguments[2],
        arguments[3])
      assert.is_nil(prepared)
      assert.is_nil(checked)
      assert.equal(tostring(expected), tostring(err))
      assert.equal(expected.field, err.field)
    end
    client:close()
    assert.equal("closed", select(2, client:check("search_users")).kind)
  end)
end)

describe("a token", function()
  it("is requested on first use, once for all calls", function()
    local client = support.login_client()
    local first, second, third = client:prepare("search_users"),
      client:prepare("delete_user", "ada"), client:prepare("search_users")
    assert.equal("io", first:step(now))
    assert.equal("io", second:step(now)) -- whoever comes first carries it
    assert.is_true(is_mint(first:request(now)))
    for _, exchange in ipairs { first, second, third } do
      local answer, seconds = exchange:step(now)
      assert.equal("wait", answer)
      assert.equal(0.01, seconds)
    end
    first:respond(200, nil, support.token_reply(), now)
    for _, exchange in ipairs { third, second, first } do
      assert.equal("Bearer minted-token", authorization(exchange))
    end
    assert.equal("Bearer minted-token",
      authorization(client:prepare("search_users")))
  end)

  it("may be received by another exchange than asked for it", function()
    local client = support.login_client()
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    assert.equal("io", first:step(now))
    assert.equal("io", second:step(now))
    assert.is_true(is_mint(second:request(now)))
    assert.equal("wait", first:step(now))
    first:respond(200, nil, support.token_reply(), now)
    assert.equal("Bearer minted-token", authorization(second))
    assert.equal("Bearer minted-token", authorization(first))
  end)

  it("that is refused fails all waiting calls", function()
    local client = support.login_client()
    local exchanges = {}
    for index = 1, 3 do
      exchanges[index] = client:prepare("search_users")
      exchanges[index]:step(now)
    end
    exchanges[2]:request(now)
    exchanges[2]:respond(401, nil, '{"debug":"no such user"}', now)
    for _, exchange in ipairs(exchanges) do
      assert.equal("done", exchange:step(now))
      local err = error_of(exchange)
      assert.equal("auth", err.kind)
      assert.equal("could not log in: no such user", err.message)
      assert.equal(401, err.status)
      assert.equal(1, err.attempts)
      assert.equal("no", err.applied)
    end
  end)

  it("is requested by another exchange when the sender is gone", function()
    local client = support.login_client()
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    support.send(first)
    assert.equal("wait", second:step(now))
    first:cancel()
    assert.is_true(is_mint(support.send(second)))
    second:respond(200, nil, support.token_reply(), now)
    assert.equal("Bearer minted-token", authorization(second))
  end)

  it("is requested again when all waiting exchanges are gone", function()
    local client = support.login_client()
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    support.send(first)
    second:step(now)
    first:cancel()
    second:cancel()
    local third = client:prepare("search_users")
    assert.is_true(is_mint(support.send(third)))
  end)

  it("is requested again when its sender was abandoned", function()
    local client = support.login_client { timeout = 10 }
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    support.send(first)
    first:cancel()
    first = nil -- luacheck: ignore 311
    assert.equal("io", second:step(now))
    second:request(now)
    assert.equal("wait", second:step(now + 1.4))
    assert.is_true(is_mint(support.send(second, now + 1.5)))
  end)

  it("is requested again when its sender had no time left", function()
    local client = support.login_client { timeout = 1 }
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    support.send(first)
    assert.equal("wait", second:step(now + 1))
    local answer, seconds = second:step(now + 1.1)
    assert.equal("wait", answer)
    assert.is_true(seconds > 0.2 and seconds <= 0.5)
    assert.is_true(is_mint(support.send(second, now + 2)))
  end)

  describe("of a sender that is only slow", function()
    local first, second, third

    before_each(function()
      local client = support.login_client()
      first, second, third = client:prepare("search_users"),
        client:prepare("search_users"), client:prepare("search_users")
      support.send(first)
      second:step(now)
      third:step(now)
    end)

    it("is accepted as long as no other exchange sent the login", function()
      assert.equal("io", second:step(now + 1.5))
      first:respond(200, nil, support.token_reply(), now + 1.6)
      assert.is_nil(second:request(now + 1.6))
      for _, exchange in ipairs { second, first, third } do
        assert.equal("Bearer minted-token", authorization(exchange, now + 1.6))
      end
    end)

    it("is accepted, and the reply to the second sender is ignored", function()
      support.send(second, now + 1.5)
      first:respond(200, nil, support.token_reply(), now + 1.6)
      second:respond(200, nil, support.token_reply { token = "other" },
        now + 1.7)
      for _, exchange in ipairs { second, first, third } do
        assert.equal("Bearer minted-token", authorization(exchange, now + 1.7))
      end
    end)

    it("may fail when another exchange sent the login", function()
      support.send(second, now + 1.5)
      first:respond(nil, "reset", now + 1.6)
      first:fail "reset"
      assert.equal("wait", third:step(now + 1.7))
      second:respond(200, nil, support.token_reply(), now + 1.7)
      assert.equal("Bearer minted-token", authorization(first, now + 1.7))
    end)
  end)

  it("is renewed before it expires", function()
    local client = support.login_client()
    support.mint(client:prepare("search_users"))
    assert.equal("Bearer minted-token",
      authorization(client:prepare("search_users"), now + 269))
    local exchange = client:prepare("search_users")
    assert.equal("io", exchange:step(now + 270))
    assert.is_true(is_mint(exchange:request(now + 270)))
    exchange:respond(200, nil, support.token_reply { token = "second" },
      now + 270)
    assert.equal("Bearer second", authorization(exchange, now + 270))
  end)

  it("that several waited for is not requested twice", function()
    local client = support.login_client()
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    support.send(first)
    assert.equal("wait", second:step(now))
    respond(first, 200, support.token_reply {
      expiration_time_in_millis = 10000 })
    -- It has expired by the time of the second step.
    assert.is_true(is_mint(support.send(second, now + 20)))
    second:respond(200, nil, support.token_reply { token = "new" }, now + 20)
    assert.equal("Bearer new", authorization(second, now + 20))
  end)

  it("is renewed after a 401, once", function()
    local client = support.login_client()
    local exchange = client:prepare("create_user", ada)
    support.mint(exchange, { token = "first" })
    assert.equal("io", (support.answer(exchange, 401)))
    assert.equal("io", (support.mint(exchange, { token = "second" })))
    assert.equal("Bearer second", authorization(exchange))
    assert.equal("done", respond(exchange, 401, '{"debug":"still not"}'))
    local err = error_of(exchange)
    assert.equal("auth", err.kind)
    assert.equal("still not", err.message)
    assert.equal(2, err.attempts)
    assert.equal("no", err.applied)
    -- The next call asks for a token of its own.
    assert.equal("Bearer second",
      authorization(client:prepare("search_users")))
  end)

  it("that was renewed is kept after a late 401", function()
    local client = support.login_client()
    local first, second, third = client:prepare("search_users"),
      client:prepare("search_users"), client:prepare("search_users")
    support.mint(first, { token = "first" })
    for _, exchange in ipairs { first, second, third } do
      assert.equal("Bearer first", authorization(exchange))
    end
    assert.equal("io", respond(first, 401))
    assert.equal("io", (support.mint(first, { token = "second" })))
    assert.equal("io", respond(second, 401))
    assert.equal("Bearer second", authorization(second))
    assert.equal("io", respond(third, 401))
    assert.equal("Bearer second", authorization(third))
  end)

  it("is not awaited by an exchange that has one", function()
    local client = support.login_client { rate_limit = { per_second = 1,
      burst = 3 } }
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    support.mint(first)
    support.send(first)
    assert.equal("io", second:step(now)) -- ready, and then:
    assert.equal("wait", respond(first, 401)) -- the renewal has its place
    assert.is_nil(second:request(now))
    assert.equal("wait", second:step(now))
    assert.is_true(is_mint(support.send(first, now + 1)))
    first:respond(200, nil, support.token_reply { token = "new" }, now + 1)
    assert.equal("Bearer new", authorization(second, now + 9))
  end)

  it("that is fixed is never renewed", function()
    local exchange = support.client {}:prepare("search_users")
    local err = select(2, support.outcome(exchange, 401))
    assert.equal("auth", err.kind)
    assert.equal(1, err.attempts)
  end)

  it("is not sent with the login", function()
    local exchange = support.login_client():prepare("get_full_access_token",
      { username = "ada", password = "pw" })
    assert.is_nil(authorization(exchange))
    exchange:respond(401, nil, nil, now)
    assert.equal("done", exchange:step(now))
    assert.equal("auth", error_of(exchange).kind)
  end)
end)

describe("a token from a provider", function()
  local client

  before_each(function()
    client = support.provider_client { timeout = 20 }
  end)

  it("is requested by one exchange, while others wait", function()
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    assert.equal("token", first:step(now))
    assert.equal("token", first:step(now))
    local answer, seconds = second:step(now)
    assert.equal("wait", answer)
    assert.equal(0.01, seconds)
    first:supply("given", nil, now)
    assert.equal("Bearer given", authorization(second))
    assert.equal("Bearer given", authorization(first))
  end)

  it("is requested by the next when the first is gone or has "
    .. "failed", function()
    local first, second, third = client:prepare("search_users"),
      client:prepare("search_users"), client:prepare("search_users")
    first:step(now)
    assert.equal("wait", second:step(now))
    first:cancel()
    assert.equal("token", second:step(now))
    second:supply("")
    assert.equal("done", second:step(now))
    assert.equal("token", third:step(now))
  end)

  it("is requested by the next when the first takes too long", function()
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    first:step(now)
    assert.equal("wait", second:step(now + 1.4))
    assert.equal("token", second:step(now + 1.5))
    assert.equal("wait", first:step(now + 1.5))
    second:supply("given", nil, now + 1.5)
    assert.equal("io", first:step(now + 1.5))
  end)

  it("is not requested by the next while the first is still at it", function()
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    for seconds = 0, 10 do
      assert.equal("token", first:step(now + seconds))
      assert.equal("wait", second:step(now + seconds + 0.9))
    end
    assert.equal("token", second:step(now + 11.5))
  end)

  it("is requested again after a 401, with the refused one",
    function()
      local exchange = client:prepare("search_users")
      local answer, refused = exchange:step(now)
      assert.equal("token", answer)
      assert.is_nil(refused)
      exchange:supply("first", nil, now)
      answer, refused = support.answer(exchange, 401)
      assert.equal("token", answer)
      assert.equal("first", refused)
      exchange:supply("second", nil, now)
      assert.equal("Bearer second", authorization(exchange))
      assert.equal("done", respond(exchange, 401))
      assert.equal(2, error_of(exchange).attempts)
    end)
end)

describe("a rate_limit function", function()
  local client

  before_each(function()
    client = support.login_client { deadline = 10,
      rate_limit = function() end }
  end)

  it("is called for every request", function()
    local exchange = client:prepare("search_users")
    assert.equal("permit", exchange:step(now)) -- of the mint
    exchange:permit(2, now)
    local answer, seconds = exchange:step(now)
    assert.equal("wait", answer)
    assert.equal(2, seconds)
    local at = now + 2
    support.send(exchange, at)
    exchange:respond(200, nil, support.token_reply(), at)
    assert.equal("permit", exchange:step(at))
    exchange:permit(0, at)
    support.send(exchange, at)
    exchange:respond(429, nil, "", at)
    assert.equal("wait", exchange:step(at))
    assert.equal("permit", exchange:step(at + 1))
  end)

  it("that asks for too long a wait fails the call at once", function()
    local exchange = client:prepare("search_users")
    exchange:step(now)
    exchange:permit(10, now)
    assert.equal("done", exchange:step(now))
    assert.equal("rate_limit", error_of(exchange).kind)
  end)

  it("serves the exchange that asked", function()
    local exchange = client:prepare("search_users")
    assert.has_error(function() exchange:permit(0) end,
      "no permit was requested")
    exchange:step(now)
    exchange:permit(-1, now) -- no time is negative
    assert.equal("io", exchange:step(now))
    support.send(exchange)
    respond(exchange, 200, support.token_reply())
    exchange:permit(0, now)
    support.send(exchange)
    assert.has_error(function() exchange:permit(0) end,
      "no permit was requested")
  end)

  it("may answer after another exchange was allowed its login", function()
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    assert.equal("permit", first:step(now))
    assert.equal("permit", second:step(now))
    second:permit(0, now)
    assert.equal("io", second:step(now))
    first:permit(5, now)
    assert.is_true(is_mint(support.send(second, now)))
    first:permit(5, now)
    second:respond(200, nil, support.token_reply(), now)
    first:permit(5, now)
    assert.equal("permit", first:step(now))
  end)
end)

describe("a permit that is left over", function()
  local function paced()
    return support.client { deadline = 10, rate_limit = function() end }
  end

  -- An exchange that waits for its permit.
  local function waiting(client)
    local exchange = client:prepare("search_users")
    assert.equal("permit", exchange:step(now))
    assert.is_true(exchange:permit(2, now))
    assert.equal("wait", (exchange:step(now + 1)))
    return exchange
  end

  it("is told by cancel, once", function()
    local exchange = waiting(paced())
    assert.is_true(exchange:cancel())
    assert.is_false(exchange:cancel())
    exchange = waiting(paced())
    support.send(exchange, now + 2)
    assert.is_false(exchange:cancel())
  end)

  it("is told by the last step", function()
    local client = paced()
    local exchange = waiting(client)
    client:close()
    assert.same({ "done", true }, { exchange:step(now + 1) })
    client = paced()
    exchange = waiting(client)
    support.send(exchange, now + 2)
    exchange:respond(200, nil, "[]", now + 2)
    assert.same({ "done" }, { exchange:step(now + 2) })
  end)

  it("is not taken if it is too late, or no number", function()
    for _, seconds in ipairs { 10, "soon" } do
      local exchange = paced():prepare("search_users")
      assert.equal("permit", exchange:step(now))
      assert.is_false(exchange:permit(seconds, now))
      assert.same({ "done" }, { exchange:step(now) })
    end
  end)

  it("is that of a login for which nobody else waits", function()
    local client = support.login_client { deadline = 10,
      rate_limit = function() end }
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    assert.equal("permit", first:step(now))
    assert.is_true(first:permit(2, now))
    assert.equal("wait", (second:step(now)))
    assert.is_false(second:permit(3, now))
    assert.is_false(first:cancel())
    assert.is_true(second:cancel())
  end)
end)

describe("a deadline", function()
  it("ends a call that waits for a token", function()
    local exchange = support.provider_client { deadline = 5 }
      :prepare("create_user", ada)
    assert.equal("token", exchange:step(now))
    assert.equal("token", exchange:step(now + 4.9))
    assert.equal("done", exchange:step(now + 5))
    local err = error_of(exchange)
    assert.equal("timeout", err.kind)
    assert.equal("the deadline passed before the request could be sent",
      err.message)
    assert.equal(0, err.attempts)
    assert.equal("no", err.applied)
  end)

  it("ends a call although the login has more time", function()
    local client = support.login_client { deadline = 100 }
    local exchange = client:prepare("search_users", {}, { deadline = 5 })
    local answer, seconds = support.answer(exchange, 429, "",
      { ["Retry-After"] = "50" })
    assert.equal("wait", answer)
    assert.equal(5, seconds)
    assert.equal("done", exchange:step(now + 5))
    assert.equal("timeout", error_of(exchange).kind)
  end)

  it("is a minute for an attempt, and three for a call", function()
    for seconds, options in pairs {
      [60] = {}, [180] = { timeout = 1000 },
    } do
      local exchange = support.client(options):prepare("create_user", ada)
      support.send(exchange)
      assert.equal("wait", exchange:step(now + seconds - 0.1))
      assert.equal("done", exchange:step(now + seconds + 0.1))
      assert.equal("timeout", error_of(exchange).kind)
    end
  end)

  it("ends a call whose transport does not return", function()
    local exchange = support.client { timeout = 60, deadline = 5 }
      :prepare("create_user", ada)
    support.send(exchange)
    assert.equal("wait", exchange:step(now + 5))
    assert.equal("done", exchange:step(now + 5.1))
    local err = error_of(exchange)
    assert.equal("timeout", err.kind)
    assert.equal("no reply in time", err.message)
    assert.equal("maybe", err.applied)
  end)

  it("begins with the first step, and covers all attempts", function()
    local exchange = support.client { deadline = 10, max_retries = 100 }
      :prepare("search_users")
    local at, attempts = now, 0
    local answer, seconds
    repeat
      answer, seconds = support.answer(exchange, 503, "", nil, at)
      at, attempts = at + (seconds or 0), attempts + 1
    until answer == "done"
    assert.is_true(attempts >= 4 and attempts <= 7)
    assert.is_true(at < now + 10)
    local err = error_of(exchange)
    assert.equal("server", err.kind) -- what happened, not that time is up
    assert.equal(attempts, err.attempts)
  end)

  it("that passed between two polls ends the call", function()
    local exchange = support.client { deadline = 10 }
      :prepare("reset_user_password", { user_identifier = "a",
        new_password = "b" })
    support.answer(exchange, 503)
    assert.equal("done", exchange:step(now + 100))
    local err = error_of(exchange)
    assert.equal("timeout", err.kind)
    assert.equal("the deadline passed", err.message)
    assert.equal("maybe", err.applied)
    local mint = support.client { deadline = 10 }:prepare(
      "get_full_access_token", { username = "a", password = "b" })
    support.answer(mint, 503)
    assert.equal("done", mint:step(now + 100))
    assert.equal("timeout", error_of(mint).kind)
  end)

  it("applies to the rate limit, too", function()
    local client = support.client { deadline = 10,
      rate_limit = { per_second = 1, burst = 1 } }
    client:prepare("search_users"):step(now)
    local exchange = client:prepare("search_users")
    assert.equal("wait", exchange:step(now))
    assert.equal("done", exchange:step(now + 50))
    assert.equal("timeout", error_of(exchange).kind)
  end)

  it("can be set for a call", function()
    local client = support.client { deadline = 1, timeout = 1 }
    local exchange = client:prepare("search_users", {}, { deadline = 100,
      timeout = 50 })
    support.send(exchange)
    assert.equal("wait", exchange:step(now + 50))
    assert.equal("wait", exchange:step(now + 50.1)) -- to try again
    assert.equal("io", exchange:step(now + 51))
  end)
end)

describe("applied", function()
  -- Replies in order (false: broken off); the last one ends the call.
  local function applied(endpoint, ...)
    local exchange = assert(support.prepare(support.client { deadline = 1e6 },
      endpoint))
    local at, answers = now, { ... }
    for index, status in ipairs(answers) do
      local answer, seconds
      if status then
        answer, seconds = support.answer(exchange, status, "{}",
          status == 503.5 and { ["Retry-After"] = "1" } or nil, at)
      else
        answer, seconds = support.answer(exchange, nil, nil, nil, at)
      end
      assert.equal(index == #answers and "done" or "wait", answer)
      at = at + (seconds or 0)
    end
    local _, err = exchange:result()
    assert.equal(#answers, err.attempts)
    return err.applied
  end

  it("stays maybe", function()
    assert.equal("maybe", applied("reset_user_password", 503, 400))
    assert.equal("maybe", applied("reset_user_password", false, 404))
    assert.equal("maybe", applied("update_user", 502, 429, 429, 403))
    assert.equal("maybe", applied("force_logout_users", 408, 400))
    assert.equal("no", applied("reset_user_password", 429, 400))
    assert.equal("no", applied("create_user", 429, 429, 400))
    assert.equal("no", applied("create_user", 503.5, 400))
    assert.equal("maybe", applied("create_user", 503.5, 500))
    assert.equal("maybe", applied("create_user", 429, false))
    assert.equal("no", applied("search_users", 503, false, 500))
  end)

  it("is about the call, not its login", function()
    local exchange = support.login_client { max_retries = 0 }
      :prepare("create_user", ada)
    assert.equal("done", (support.answer(exchange, nil)))
    assert.equal("no", error_of(exchange).applied)
  end)

  it("is maybe when the token was lost between two attempts", function()
    local exchange = support.login_client { deadline = 1e6 }
      :prepare("update_user", "ada", {})
    support.mint(exchange, { expiration_time_in_millis = 1000 })
    local _, seconds = support.answer(exchange, 503)
    local at = now + seconds + 2
    assert.equal("done", (support.answer(exchange, 401, "", nil, at)))
    assert.equal("maybe", error_of(exchange).applied)
  end)
end)

-- Brings an exchange of this client into each phase.
local phases = {
  prepared = function() end,
  ready = function(exchange) exchange:step(now) end,
  sent = function(exchange) support.send(exchange) end,
  ["waiting to try again"] = function(exchange)
    assert.equal("wait", (support.answer(exchange, 429)))
  end,
}
local login_phases = {
  prepared = phases.prepared,
  ["waiting for a mint to be sent"] = phases.ready,
  ["waiting for a mint"] = phases.sent,
  ["waiting for a mint to be tried again"] =
    phases["waiting to try again"],
}

describe("closing the client", function()
  local function closes(client, phase, reach, applied)
    it("ends what is " .. phase, function()
      local exchange = client:prepare("create_user", ada)
      reach(exchange)
      client:close()
      assert.equal("done", exchange:step(now))
      local err = error_of(exchange)
      assert.equal("closed", err.kind)
      assert.equal("the client was closed", err.message)
      assert.equal(applied, err.applied)
    end)
  end
  for phase, reach in pairs(phases) do
    closes(support.client {}, phase, reach, phase == "sent" and "maybe"
      or "no")
  end
  for phase, reach in pairs(login_phases) do
    closes(support.login_client(), phase, reach, "no")
  end
  closes(support.provider_client(), "asking for a token", phases.ready, "no")
  closes(support.client { rate_limit = print }, "asking for a place",
    phases.ready, "no")

  it("leaves finished calls as they are", function()
    local client = support.client {}
    local exchange = client:prepare("create_user", ada)
    support.answer(exchange, 200, '{"id":"g"}')
    client:close()
    assert.equal("done", exchange:step(now))
    assert.same({ id = "g" }, exchange:result())
  end)

  it("refuses new calls", function()
    local client = support.client {}
    client:close()
    client:close()
    local exchange, err = client:prepare("create_user", ada)
    assert.is_nil(exchange)
    assert.equal("closed", err.kind)
    assert.equal("the client is closed", err.message)
    assert.equal("create_user", err.endpoint)
    assert.equal("no", err.applied)
    assert.equal("closed", select(2, client:create_user(ada)).kind)
  end)
end)

describe("cancelling", function()
  local methods = { step = { now }, result = {}, take = {}, request = {},
    respond = { 204 }, supply = { "t" }, event = {}, permit = { 0 },
    run = {}, defer = { 1 }, fail = { "x" } }

  local function cancels(client, phase, reach)
    it("frees what is " .. phase, function()
      local exchange = client:prepare("create_user", ada)
      reach(exchange)
      exchange:cancel()
      exchange:cancel()
      assert.same({ exchange }, client:poll(0, { exchange }))
      for method, arguments in pairs(methods) do
        local ok, err = pcall(exchange[method], exchange, arguments[1])
        assert.is_false(ok)
        assert.matches("exchange was cancelled", err)
      end
      -- Other exchanges do not delay it.
      local other = client:prepare("search_users")
      assert.not_equal("done", other:step(now))
    end)
  end
  for phase, reach in pairs(phases) do
    cancels(support.client {}, phase, reach)
  end
  for phase, reach in pairs(login_phases) do
    cancels(support.login_client(), phase, reach)
  end
  cancels(support.provider_client(), "asking for a token", phases.ready)
  cancels(support.client {}, "done", function(exchange)
    support.answer(exchange, 200, "{}")
  end)
end)

describe("events", function()
  local function events_of(exchange)
    local events = {}
    for event in exchange.event, exchange do
      events[#events + 1] = event
    end
    return events
  end

  local function types_of(exchange)
    local types = {}
    for index, event in ipairs(events_of(exchange)) do
      types[index] = event.type
    end
    return table.concat(types, " ")
  end

  it("report requests, replies and retries", function()
    local exchange = support.client { on_event = print }:prepare(
      "reset_user_password", { user_identifier = "a", new_password = "b" })
    assert.same({}, events_of(exchange))
    support.send(exchange)
    assert.same({ { type = "request", endpoint = "reset_user_password",
      attempt = 1, seconds = 0, bytes = 42 } }, events_of(exchange))
    exchange:respond(429, { ["Retry-After"] = "3" }, "slow", now + 2)
    assert.same({
      { type = "response", endpoint = "reset_user_password", attempt = 1,
        seconds = 2, bytes = 4, status = 429 },
      { type = "retry", endpoint = "reset_user_password", attempt = 1,
        seconds = 3, bytes = 0 },
    }, events_of(exchange))
    assert.equal("done",
      (support.answer(exchange, 204, nil, nil, now + 9)))
    local events = events_of(exchange)
    assert.equal(2, #events)
    assert.equal(2, events[2].attempt)
    assert.equal(204, events[2].status)
    assert.equal(0, events[2].bytes)
    assert.same({}, events_of(exchange))
  end)

  it("report the login with all its attempts", function()
    local exchange = support.login_client { on_event = print }
      :prepare("search_users")
    support.send(exchange)
    local events = events_of(exchange)
    assert.equal(1, #events)
    assert.equal("get_full_access_token", events[1].endpoint)
    respond(exchange, 200, support.token_reply())
    events = events_of(exchange)
    assert.equal("response", events[1].type)
    assert.equal("get_full_access_token", events[1].endpoint)
    assert.equal("token", events[2].type)
    assert.equal("search_users", events[2].endpoint)
    assert.equal(2, #events)
    support.answer(exchange, 401)
    assert.equal("request response retry", types_of(exchange))
    assert.equal("done", (support.answer(exchange, 403)))
    assert.equal("request response", types_of(exchange))
  end)

  it("report a wait for the rate limit", function()
    local client = support.client { on_event = print,
      rate_limit = { per_second = 2, burst = 1 } }
    local first, second = client:prepare("search_users"),
      client:prepare("search_users")
    first:step(now)
    assert.same({}, events_of(first))
    second:step(now)
    assert.same({ { type = "wait", endpoint = "search_users", attempt = 0,
      seconds = 0.5, bytes = 0 } }, events_of(second))
  end)

  it("have no status without a reply", function()
    local exchange = support.client { on_event = print }:prepare(
      "create_user", ada)
    support.answer(exchange, nil)
    local events = events_of(exchange)
    assert.equal("response", events[2].type)
    assert.is_nil(events[2].status)
  end)

  it("that nobody takes are dropped, the oldest first", function()
    local exchange = support.client { on_event = print, deadline = 1e6,
      max_retries = 9 }:prepare("search_users")
    local at = now
    for _ = 1, 4 do
      local _, seconds = support.answer(exchange, 503, "", nil, at)
      at = at + seconds
    end
    local events = events_of(exchange)
    assert.equal(8, #events)
    assert.equal("response", events[1].type)
    assert.equal(2, events[1].attempt)
  end)

  it("are not kept without a listener", function()
    local exchange = support.client {}:prepare("search_users")
    support.answer(exchange, 503)
    assert.same({}, events_of(exchange))
  end)
end)

describe("the clock", function()
  it("returns monotonic seconds", function()
    local before = core.now()
    assert.is_true(core.now() >= before)
    local exchange = support.client { timeout = 1000,
      deadline = 1e6 }:prepare("search_users")
    exchange:step()
    exchange:request()
    assert.equal("wait", exchange:step())
    assert.equal("wait", (exchange:step(core.now() + 1001)))
  end)

  -- Whether the machine was started before or after that.
  for _, start in ipairs { 1, 1e9 } do
    it(("is the caller's once it is given: %d"):format(start), function()
      local client = support.login_client { on_event = print }
      local exchange = client:prepare("search_users")
      assert.equal("io", exchange:step(start))
      exchange:request()
      exchange:respond(200, nil, support.token_reply())
      assert.equal("io", exchange:step(start + 2))
      assert.equal("Bearer minted-token",
        exchange:request().headers.Authorization)
      exchange:respond(200, nil, "[]")
      assert.equal("done", exchange:step())
      for event in exchange.event, exchange do
        assert.equal(0, event.seconds)
      end
      assert.same({}, (exchange:result()))
    end)
  end
end)
