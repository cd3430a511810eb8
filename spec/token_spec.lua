local support = require "spec.support.exchange"

local now = support.now

-- A call that waits for a token; the reply to the login has these 'fields'.
local function minted(fields, options)
  local client = support.login_client(options)
  local exchange = client:prepare("search_users")
  return exchange, client, support.mint(exchange, fields)
end

local function fails(kind, message, exchange)
  assert.equal("done", exchange:step(now))
  local value, err = exchange:result()
  assert.is_nil(value)
  assert.equal(kind, err.kind)
  assert.equal("could not log in: " .. message, err.message)
  assert.equal("search_users", err.endpoint)
  assert.equal("no", err.applied)
  return err
end

describe("the reply to a login", function()
  it("holds the token that calls send", function()
    local exchange = minted { token = "a.b-c~d+e/f==" }
    assert.equal("Bearer a.b-c~d+e/f==",
      support.send(exchange).headers.Authorization)
  end)

  it("may lack optional members", function()
    for _, field in ipairs { "scope", "creation_time_in_millis",
      "expiration_time_in_millis", "valid_for_user_id",
      "valid_for_username" } do
      local fields = { [field] = false }
      if field == "creation_time_in_millis" then
        fields.expiration_time_in_millis = (os.time() + 300) * 1000
      end
      assert.equal("io", (select(3, minted(fields))))
    end
  end)

  it("must hold a token", function()
    for _, token in ipairs { false, "", "a b", "a\nb", 7, true,
      { "t" } } do
      local err = fails("decode", "the reply contains no token",
        (minted { token = token }))
      assert.equal(200, err.status)
      assert.is_nil(err.body)
    end
  end)

  it("must be an object", function()
    for _, body in ipairs { "", "[]", '"t"', '{"token":"t"' } do
      local exchange = support.login_client():prepare("search_users")
      assert.equal("done", (support.answer(exchange, 200, body)))
      local _, err = exchange:result()
      assert.equal("decode", err.kind)
      assert.matches("^could not log in: ", err.message)
    end
    local exchange = support.login_client():prepare("search_users")
    local _, err = support.outcome(exchange, 200, "<html>Log in</html>")
    assert.equal("gateway", err.kind)
  end)

  it("must be for the requested org", function()
    local other = "the cluster issued a token for a different org than "
      .. "org_id; does the user belong to that org?"
    for _, org in ipairs { 0, 8, "7" } do
      fails("auth", other, (minted({ scope = { org_id = org } },
        { org_id = 7 })))
    end
    fails("auth", other, (minted({ scope = false }, { org_id = 7 })))
    fails("auth", other, (minted({ scope = {} }, { org_id = 7 })))
    for _, org in ipairs { 7, 0 } do
      assert.equal("io", (select(3, minted({ scope = { org_id = org } },
        { org_id = org }))))
    end
    -- A cluster without orgs returns none, which means the primary org.
    assert.equal("io", (select(3, minted({ scope = false },
      { org_id = 0 }))))
    assert.equal("io", (select(3, minted({ scope = { org_id = 9 } }))))
  end)

  it("must not have expired on arrival", function()
    for _, expires in ipairs { 0, -1000 } do
      local err = fails("auth", "the token had already expired when it "
        .. "arrived",
        (minted { expiration_time_in_millis = expires }))
      assert.equal("the login itself succeeded: check org_id, token_validity "
        .. "and the clock of this machine", err.hint)
    end
    -- The duration of the request counts.
    local exchange = support.login_client():prepare("search_users")
    support.send(exchange, now)
    exchange:respond(200, nil, support.token_reply {
      expiration_time_in_millis = 5000 }, now + 5)
    assert.equal("done", exchange:step(now + 5))
    assert.equal("auth", select(2, exchange:result()).kind)
  end)

  it("must not have a lifetime that is not a number", function()
    local exchange = support.login_client():prepare("search_users")
    local body = support.token_reply():gsub("(_in_millis\":)%d+", "%11e999")
    assert.equal("done", (support.answer(exchange, 200, body)))
    fails("auth", "the token had already expired when it arrived", exchange)
  end)

  it("is timed by the cluster's clock, not the local one", function()
    local day = 86400000
    local client = select(2, minted { creation_time_in_millis = 3 * day,
      expiration_time_in_millis = 3 * day + 100000 })
    local exchange = client:prepare("search_users")
    assert.equal("Bearer minted-token",
      support.send(exchange, now + 89).headers.Authorization)
    exchange = client:prepare("search_users")
    assert.matches("auth/token/full$", support.send(exchange, now + 91).url)
  end)

  it("may have times in any notation", function()
    for _, times in ipairs {
      { 500, 100500 }, { "5e2", "100500.0" }, { "5E+2", "1.005e5" },
      { "50000e-2", "100500.4" }, { "0.5e3", "10050000E-2" },
      { "-0", "1e5" }, { "-1e3", "99000" }, { "5e02", "1005e+002" },
    } do
      local client = support.login_client()
      local exchange = client:prepare("search_users")
      local body = support.token_reply()
        :gsub('("creation_time_in_millis":)%d+', "%1" .. times[1])
        :gsub('("expiration_time_in_millis":)%d+', "%1" .. times[2])
      assert.equal("io", (support.answer(exchange, 200, body)), times[2])
      assert.equal("Bearer minted-token", support.send(
        client:prepare("search_users"), now + 89).headers.Authorization)
      assert.matches("auth/token/full$", support.send(
        client:prepare("search_users"), now + 91).url)
    end
  end)

  it("is used until it is refused when it has no expiry", function()
    local client = select(2, minted { expiration_time_in_millis = false })
    local exchange = client:prepare("search_users")
    assert.equal("Bearer minted-token",
      support.send(exchange, now + 1e8).headers.Authorization)
  end)

  it("names the user of the token", function()
    local client = select(2, minted())
    assert.same({ "guid-of-admin", "admin" }, { client:user() })
    for _, field in ipairs { "valid_for_user_id", "valid_for_username" } do
      client = select(2, minted { [field] = false })
      assert.is_nil((client:user()))
    end
    assert.is_nil((support.login_client():user()))
  end)
end)

describe("a login that is refused", function()
  it("fails all waiting calls, with the cluster's message", function()
    for _, case in ipairs {
      { 401, 10097, "auth" }, { 400, 13090, "forbidden" },
      { 403, 10023, "forbidden" }, { 400, 10002, "api" },
      { 500, 10038, "server" },
    } do
      local exchange = support.login_client():prepare("search_users")
      assert.equal("done", (support.answer(exchange, case[1],
        ('{"error":{"message":{"code":%d,"debug":"so it is"}}}'):format(
          case[2]))))
      local err = fails(case[3], "so it is", exchange)
      assert.equal(case[1], err.status)
      assert.equal(case[2], err.code)
      assert.equal(1, err.attempts)
    end
  end)

  it("is not repeated after a 401", function()
    local exchange = support.login_client():prepare("search_users")
    assert.equal("done", (support.answer(exchange, 401)))
  end)

  it("is retried like all safe calls", function()
    for _, status in ipairs { 429, 502, 503, 504, 408 } do
      local exchange = support.login_client():prepare("delete_user", "ada")
      local answer, seconds = support.answer(exchange, status)
      assert.equal("wait", answer)
      assert.equal("io", (support.mint(exchange, nil, now + seconds)))
    end
  end)

  it("is repeated by the next call", function()
    local client = support.login_client()
    support.answer(client:prepare("search_users"), 401)
    assert.equal("io", (support.mint(client:prepare("search_users"))))
  end)
end)

describe("a token from a provider", function()
  local function asking(options)
    local client = support.provider_client(options)
    local exchange = client:prepare("create_user", { name = "a",
      display_name = "b", email = "c" })
    assert.equal("token", exchange:step(now))
    return exchange, client
  end

  it("is sent with calls", function()
    local exchange, client = asking()
    exchange:supply("given", nil, now)
    assert.equal("Bearer given", support.send(exchange).headers.Authorization)
    assert.is_nil((client:user()))
  end)

  it("is renewed before it expires", function()
    local exchange, client = asking()
    exchange:supply("given", os.time() + 100, now)
    assert.equal("io", exchange:step(now))
    assert.equal("io", client:prepare("search_users"):step(now + 85))
    local answer, refused = client:prepare("search_users"):step(now + 95)
    assert.equal("token", answer)
    assert.is_nil(refused)
  end)

  it("is used until it is refused without an expiry", function()
    local exchange, client = asking()
    exchange:supply("given", nil, now)
    assert.equal("io", client:prepare("search_users"):step(now + 1e8))
  end)

  it("must be valid", function()
    local none = "the value supplied is not a token: expected a string "
      .. "without spaces"
    local expired = "the token supplied has expired; the expiry must be in "
      .. "epoch seconds"
    local no_expiry = "the expiry supplied is not a number: expected epoch "
      .. "seconds"
    local in_milliseconds = "the expiry of the token supplied is in "
      .. "milliseconds: expected epoch seconds"
    for _, case in ipairs { { none }, { none, "" }, { none, "a b" },
      { none, 7 }, { none, {} }, { none, "a\r\nHost: b" },
      { expired, "given", os.time() }, { expired, "given", 300 },
      { expired, "given", 0 / 0 }, { in_milliseconds, "given", 2 ^ 41 },
      { in_milliseconds, "given", (os.time() + 300) * 1000 },
      { no_expiry, "given", "tomorrow" },
      { no_expiry, "given", {} } } do
      local exchange = asking()
      exchange:supply(case[2], case[3])
      assert.equal("done", exchange:step(now))
      local _, err = exchange:result()
      assert.equal("auth", err.kind)
      assert.equal(case[1], err.message)
      assert.equal("no", err.applied)
      assert.equal(0, err.attempts)
    end
  end)

  it("can only be supplied to the exchange that asked", function()
    local exchange = asking()
    exchange:supply("given", nil, now)
    support.send(exchange)
    local function supply()
      exchange:supply("again")
    end
    assert.has_error(supply, "no token was requested")
    exchange:respond(200, nil, '{"id":"g"}', now)
    exchange:step(now)
    assert.has_error(supply, "no token was requested")
    assert.same({ id = "g" }, exchange:result())
    exchange = support.login_client():prepare("search_users")
    exchange:step(now)
    assert.has_error(supply, "no token was requested")
  end)

  it("is replaced by a login when the store has none", function()
    local client = support.login_client { token_store = {} }
    local exchange = client:prepare("search_users")
    assert.equal("token", exchange:step(now))
    assert.same({ nil, false }, { client:token() })
    exchange:supply(nil)
    assert.matches("auth/token/full$", support.send(exchange).url)
    assert.same({ nil, true }, { client:token() })
    -- Other calls wait for the same login.
    assert.equal("wait", client:prepare("search_users"):step(now))
    exchange:respond(200, nil, support.token_reply(), now)
    assert.equal("io", exchange:step(now))
  end)

  it("is passed to a store", function()
    local core = require "thoughtspot.core"
    local client = support.provider_client()
    local exchange = client:prepare("search_users")
    exchange:step()
    exchange:supply("given", os.time() + 1000)
    local token, expires = client:token()
    assert.equal("given", token)
    assert.is_true(math.abs(expires - os.time() - 1000) <= 1)
    client = support.provider_client()
    exchange = client:prepare("search_users")
    exchange:step(core.now())
    exchange:supply("given")
    assert.same({ "given" }, { client:token() })
  end)
end)
