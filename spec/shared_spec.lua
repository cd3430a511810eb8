local command = require "spec.support.command"
local fake = require "spec.support.fake"

-- Sharing between processes: a rate limit and a token outside the client.
local function serve(failures)
  local left = failures or 0
  return {
    ["auth/token/full"] = function()
      return fake.mint()
    end,
    ["users/search"] = function()
      if left > 0 then
        left = left - 1
        return 429, "", { ["Retry-After"] = "0" }
      end
      return 200, "[]"
    end,
  }
end

-- Asserts the number of sleeps, each no longer than the seconds asked for.
local function assert_slept(slept, seconds, times)
  assert.equal(times, #slept)
  for _, each in ipairs(slept) do
    assert.is_true(each > 0 and each <= seconds, tostring(each))
  end
end

describe("a rate_limit function", function()
  local asked, slept

  local function connect(answer)
    asked, slept = 0, {}
    return {
      username = "ada", password = "pw",
      rate_limit = function()
        asked = asked + 1
        return answer(asked)
      end,
      sleep = function(seconds)
        slept[#slept + 1] = seconds
        command.pause()
      end,
    }
  end

  it("is called before each request, including logins and retries", function()
    local client = fake.client(serve(2), connect(function()
      return 0
    end))
    assert(client:search_users())
    assert.equal(4, asked)
  end)

  it("is called again after the time that it returns", function()
    local client, calls = fake.client(serve(), connect(function(time)
      if time < 3 then
        return false, 5
      end
      return 0
    end))
    assert(client:search_users())
    assert.equal(4, asked)
    assert.equal(2, #calls)
    assert_slept(slept, 5, 2)
  end)

  it("fails a call that would wait beyond its deadline", function()
    local client, calls = fake.client(serve(), connect(function()
      return 1000
    end))
    local result, err = client:search_users()
    assert.is_nil(result)
    assert.equal("rate_limit", err.kind)
    assert.equal(0, #calls)
  end)

  it("gets back a permit that is not used", function()
    local given_back = 0
    local function give_back()
      given_back = given_back + 1
    end
    -- It would be too late.
    local client = fake.client(serve(), connect(function()
      return 1000, give_back
    end))
    assert.is_nil(client:search_users())
    assert.equal(1, given_back)
    -- The call ends while it waits.
    local options = connect(function(time)
      return time == 1 and 0 or 5, give_back
    end)
    options.sleep = function()
      error "stopped"
    end
    client = fake.client(serve(), options)
    assert.has_error(function()
      client:search_users()
    end)
    assert.equal(2, given_back)
    -- It was used.
    client = fake.client(serve(2), connect(function()
      return 0.001, give_back
    end))
    assert(client:search_users())
    assert.equal(2, given_back)
  end)

  -- A client whose calls wait for permits in coroutines; and a function that
  -- returns how many permits it has got, and given back.
  -- @param credentials its options
  -- @param seconds function(number of the permit): the seconds to wait for it
  local function connect_coroutines(credentials, seconds, handlers)
    local got, back = 0, 0
    local options = {
      sleep = coroutine.yield,
      rate_limit = function()
        got = got + 1
        return seconds(got), function()
          back = back + 1
        end
      end,
    }
    for name, value in pairs(credentials) do
      options[name] = value
    end
    return fake.client(handlers or serve(), options), function()
      return { got, back }
    end
  end

  local function five()
    return 5
  end

  it("gets back the permit of a call whose client is closed", function()
    local client, permits = connect_coroutines({ token = "t" }, five)
    local err
    local thread = coroutine.create(function()
      err = select(2, client:search_users())
    end)
    assert(coroutine.resume(thread))
    assert.same({ 1, 0 }, permits())
    client:close()
    assert(coroutine.resume(thread))
    assert.equal("closed", err.kind)
    assert.same({ 1, 1 }, permits())
  end)

  it("gets back the permit of a login for which nobody waits", function()
    local client, permits = connect_coroutines({
      username = "ada", password = "pw",
    }, five)
    local first, second = assert(client:prepare("search_users")),
      assert(client:prepare("search_users"))
    client.waiter:start(first)
    client.waiter:start(second)
    client.waiter:abandon { second } -- the first one waits for it
    assert.same({ 1, 0 }, permits())
    client.waiter:abandon { first }
    assert.same({ 1, 1 }, permits())
  end)

  it("gets back the permits of pages that are not read", function()
    local client, permits = connect_coroutines({ token = "t" },
      function(number)
        return number == 1 and 0 or 5
      end, {
        ["users/search"] = function()
          return 200, '[{"id":"1","name":"ada"},{"id":"2","name":"bob"}]'
        end,
      })
    local pages = client:user_pages({}, { page_size = 2, prefetch = 3 })
    assert.equal("ada", assert(pages:next_user()).name)
    assert.same({ 4, 0 }, permits())
    pages:close()
    assert.same({ 4, 3 }, permits())
  end)

  it("fails a call unless it returns a number", function()
    for _, answer in ipairs { {}, { false, "soon" }, { "soon" }, { {} } } do
      local client, calls = fake.client(serve(), connect(function()
        return answer[1], answer[2]
      end))
      local result, err = client:search_users()
      assert.is_nil(result)
      assert.equal("argument", err.kind)
      assert.matches("the rate_limit function did not return a number of "
        .. "seconds$",
        err.message)
      assert.equal(0, #calls)
    end
  end)
end)

describe("a token_store", function()
  local function new_store(answers)
    local store = { gets = {}, sets = {} }
    function store.get(refused)
      table.insert(store.gets, refused or "none refused")
      local answer = table.remove(answers, 1) or {}
      return answer[1], answer[2]
    end
    function store.set(token)
      table.insert(store.sets, token or "no token")
    end
    return store
  end

  it("has no token when it returns only false", function()
    local store = new_store { { false } }
    local client = fake.client(serve(), {
      username = "ada", password = "pw", token_store = store,
    })
    assert(client:search_users())
    assert.equal(1, #store.sets)
  end)

  it("that raises fails the call, and not the next one", function()
    local gets = 0
    local client = fake.client(serve(), {
      username = "ada", password = "pw",
      token_store = { set = print, get = function()
        gets = gets + 1
        return gets > 1 and "theirs" or error("no dict", 0)
      end },
      sleep = function()
        error "it waits for the call that failed"
      end,
    })
    local result, err = client:search_users()
    assert.is_nil(result)
    assert.equal("auth", err.kind)
    assert.equal("token_store.get failed: no dict", err.message)
    assert(client:search_users())
  end)

  it("fails a call when its expiry is not a number", function()
    local client = fake.client(serve(), {
      username = "ada", password = "pw",
      token_store = new_store { { "theirs", "2026-01-01" } },
    })
    local result, err = client:search_users()
    assert.is_nil(result)
    assert.equal("auth", err.kind)
    assert.matches("expected epoch seconds", err.message)
  end)

  it("can say that another process is logging in", function()
    local slept = {}
    local store = new_store { { false, 5 }, { "theirs" } }
    local client, calls = fake.client(serve(), {
      username = "ada", password = "pw", token_store = store,
      sleep = function(seconds)
        slept[#slept + 1] = seconds
      end,
    })
    assert(client:search_users())
    assert.equal("Bearer theirs", calls[1].request.headers.Authorization)
    assert_slept(slept, 5, 1)
    assert.same({}, store.sets)
  end)

  it("is passed a new token", function()
    local store = new_store {}
    local client = fake.client(serve(), {
      username = "ada", password = "pw", token_store = store,
    })
    assert(client:search_users())
    assert.same({ "minted" }, store.sets)
  end)

  it("is told when the login failed", function()
    local store = new_store {}
    local client = fake.client({
      ["auth/token/full"] = function()
        return 400, fake.failure(10002, "no")
      end,
    }, { username = "ada", password = "pw", token_store = store })
    assert.is_nil(client:search_users())
    assert.same({ "no token" }, store.sets)
  end)

  it("is told when the provider failed", function()
    local store = new_store {}
    local client = fake.client(serve(), {
      token_store = store, token_provider = function()
        return nil, "the safe is shut"
      end,
    })
    local _, err = client:search_users()
    assert.matches("the safe is shut", err.message, 1, true)
    assert.same({ "no token" }, store.sets)
  end)

  it("is told which token was refused", function()
    local refused = true
    local store = new_store { { "old" }, { "new" } }
    local client = fake.client({
      ["users/search"] = function(_, request)
        refused = request.headers.Authorization == "Bearer old"
        if refused then
          return 401, fake.failure(10097, "no")
        end
        return 200, "[]"
      end,
    }, { username = "ada", password = "pw", token_store = store })
    assert(client:search_users())
    assert.same({ "none refused", "old" }, store.gets)
    assert.is_false(refused)
  end)
end)
