local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

describe("the rate limit", function()
  -- The seconds that each of 'count' simultaneous requests has to wait.
  local function delays(client, count, now)
    local seconds, exchanges = {}, {}
    for index = 1, count do
      local exchange = client:prepare("search_users")
      local answer, detail = exchange:step(now)
      assert.is_true(answer == "io" or answer == "wait")
      seconds[index] = detail or 0
      exchanges[index] = exchange
    end
    return seconds, exchanges
  end

  local function near(expected, actual)
    assert.equal(#expected, #actual)
    for index, value in ipairs(expected) do
      assert.is_true(math.abs(value - actual[index]) < 1e-6,
        ("%d: expected %g, got %g"):format(index, value, actual[index]))
    end
  end

  it("is 100 requests per second, ten of them at once", function()
    local unset = core.new { host = support.host, token = "t",
      transport = print }
    local half_set = support.client { rate_limit = { per_second = 100 } }
    for _, client in ipairs { unset, half_set } do
      near({ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.01, 0.02, 0.03 },
        (delays(client, 13, support.now)))
    end
  end)

  it("can be set", function()
    local client = support.client { rate_limit = { per_second = 2,
      burst = 1 } }
    local seconds, exchanges = delays(client, 3, support.now)
    near({ 0, 0.5, 1 }, seconds)
    assert.equal("io", exchanges[2]:step(support.now + 0.5))
    near({ 1.5 }, (delays(client, 1, support.now)))
    client = support.client { rate_limit = { per_second = 0.5, burst = 0.5 } }
    near({ 1, 3 }, (delays(client, 2, support.now)))
    client = support.client { rate_limit = { per_second = 0.001,
      burst = 12 } }
    near({ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
      (delays(client, 12, support.now)))
  end)

  it("refills with time, up to the burst", function()
    local client = support.client { rate_limit = { per_second = 10,
      burst = 2 } }
    near({ 0, 0, 0.1 }, (delays(client, 3, support.now)))
    near({ 0, 0.1 }, (delays(client, 2, support.now + 0.2)))
    near({ 0, 0, 0.1 }, (delays(client, 3, support.now + 1000)))
  end)

  it("can be switched off", function()
    local seconds = delays(support.client { rate_limit = false }, 500,
      support.now)
    table.sort(seconds)
    assert.equal(0, seconds[500])
  end)

  it("fails a call at once that it cannot allow before the "
    .. "deadline", function()
    local client = support.client { rate_limit = { per_second = 1,
      burst = 1 }, deadline = 2.5 }
    local seconds = delays(client, 3, support.now)
    near({ 0, 1, 2 }, seconds)
    local exchange = client:prepare("create_user", { name = "a",
      display_name = "b", email = "c" })
    assert.equal("done", exchange:step(support.now))
    local _, err = exchange:result()
    assert.equal("rate_limit", err.kind)
    assert.equal("the client's own rate limit would delay the request past "
      .. "the deadline", err.message)
    assert.equal(0, err.attempts)
    assert.equal("no", err.applied)
    assert.is_nil(err.status)
  end)

  it("does not count failed calls", function()
    local client = support.client { rate_limit = { per_second = 1,
      burst = 1 }, deadline = 1.5 }
    near({ 0, 1 }, (delays(client, 2, support.now)))
    for _ = 1, 100 do
      assert.equal("done", client:prepare("search_users"):step(support.now))
    end
    near({ 1 }, (delays(client, 1, support.now + 1)))
  end)

  it("gives the permit of a call that ends while it waits to the next one",
    function()
      local client = support.client { rate_limit = { per_second = 1,
        burst = 1 } }
      local seconds, exchanges = delays(client, 5, support.now)
      near({ 0, 1, 2, 3, 4 }, seconds)
      exchanges[1]:cancel() -- has been sent
      exchanges[5]:cancel()
      near({ 4 }, (delays(client, 1, support.now)))
      exchanges[2]:cancel()
      exchanges[2]:cancel()
      -- The others move up.
      local answer, left = exchanges[3]:step(support.now)
      assert.equal("wait", answer)
      near({ 1 }, { left })
      assert.equal("io", exchanges[3]:step(support.now + 1))
      assert.equal("wait", exchanges[4]:step(support.now + 1.5))
      assert.equal("io", exchanges[4]:step(support.now + 2))
    end)

  it("does not wait for calls that were killed", function()
    local client = support.client { rate_limit = { per_second = 1,
      burst = 1 } }
    delays(client, 50, support.now)
    collectgarbage()
    collectgarbage()
    near({ 1 }, (delays(client, 1, support.now)))
    for _ = 1, 300 do
      local _, exchanges = delays(client, 1, support.now)
      exchanges[1]:cancel()
    end
    near({ 2 }, (delays(client, 1, support.now)))
    -- Nor if all of a login's calls were.
    client = support.login_client { rate_limit = { per_second = 1,
      burst = 1 } }
    local exchange = client:prepare("search_users")
    support.mint(exchange)
    for _ = 1, 20 do
      local other = client:prepare("search_users")
      assert.equal("wait", (other:step(support.now)))
      other:cancel()
    end
    local answer, left = exchange:step(support.now)
    assert.equal("wait", answer)
    near({ 1 }, { left })
  end)

  it("counts logins and retries like all requests", function()
    local client = support.login_client { rate_limit = { per_second = 1,
      burst = 2 } }
    local exchange = client:prepare("search_users")
    assert.equal("io", (support.mint(exchange)))
    assert.equal("wait", (support.answer(exchange, 429, "",
      { ["Retry-After"] = "0" })))
    local answer, seconds = exchange:step(support.now + 0.5)
    assert.equal("wait", answer)
    assert.equal(0.5, seconds)
  end)
end)

describe("a token", function()
  -- Whether a second call renews the token, so many seconds after a login
  -- whose token is valid for 'lifetime' seconds.
  local function renews(lifetime, seconds)
    local client = support.login_client()
    local exchange = client:prepare("search_users")
    support.mint(exchange, { expiration_time_in_millis = lifetime * 1000 })
    local second = client:prepare("search_users")
    local request = support.send(second, support.now + seconds)
    return request.url:find("auth/token/full", 1, true) ~= nil
  end

  it("is renewed when a tenth of its lifetime is left, or 30 "
    .. "seconds", function()
    for _, case in ipairs { { 10, 9 }, { 100, 90 }, { 300, 270 },
      { 301, 271 }, { 3600, 3570 }, { 86400, 86370 } } do
      local lifetime, renewal = case[1], case[2]
      assert.is_false(renews(lifetime, renewal - 0.01))
      assert.is_true(renews(lifetime, renewal))
      assert.is_true(renews(lifetime, lifetime + 1))
    end
  end)
end)

describe("the text of a client", function()
  it("shows user and host, and no secret", function()
    local client = support.login_client { password = "hidden" }
    assert.equal("thoughtspot client (admin at https://acme.test)",
      tostring(client))
    assert.equal("thoughtspot client (https://acme.test)",
      tostring(support.client { token = "hidden" }))
    client:close()
    assert.equal("thoughtspot client (admin at https://acme.test, closed)",
      tostring(client))
  end)
end)

describe("clients created at the same moment", function()
  it("do not retry at the same moments", function()
    local function first_delay()
      local exchange = support.client {}:prepare("search_users")
      local _, seconds = support.answer(exchange, 503)
      return seconds
    end
    local seen, count = {}, 0
    for _ = 1, 20 do
      local seconds = first_delay()
      count = count + (seen[seconds] and 0 or 1)
      seen[seconds] = true
    end
    assert.is_true(count > 15)
  end)
end)
