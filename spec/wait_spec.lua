-- How a client waits, and its token providers, stores and transports.

local command = require "spec.support.command"
local core = require "thoughtspot.core"
local fake = require "spec.support.fake"
local thoughtspot = require "thoughtspot"

local function nobody()
  return 200, "[]"
end

local searching = { ["users/search"] = nobody }

-- Fails with 429 so many times, then succeeds.
local function busy(times, retry_after)
  return {
    ["users/search"] = function()
      times = times - 1
      if times >= 0 then
        return 429, fake.failure(1, "busy"), { ["Retry-After"] = retry_after }
      end
      return 200, "[]"
    end,
  }
end

describe("a wait", function()
  it("uses the client's sleep", function()
    local client = fake.client(busy(1, "7"), { sleep = coroutine.yield })
    local call = coroutine.wrap(function()
      return client:search_users()
    end)
    local seconds = call()
    assert.is_true(seconds > 6.5 and seconds <= 7)
  end)

  it("is short when the cluster asks for none", function()
    local client = fake.client(busy(1, "0"), { sleep = coroutine.yield })
    local seconds = coroutine.wrap(function()
      return client:search_users()
    end)()
    assert.is_true(seconds > 0 and seconds <= 0.5)
  end)

  it("lets other calls run meanwhile", function()
    local client = fake.client(busy(1, "7"), { sleep = coroutine.yield })
    coroutine.wrap(function()
      client:search_users()
    end)()
    local done
    coroutine.wrap(function()
      done = client:search_users()
    end)()
    assert.same({}, done)
  end)

  it("ends at the deadline, without sleeping", function()
    local client, calls = fake.client(busy(1, "7"), {
      deadline = 5,
      sleep = function()
        error "there is nothing to wait for"
      end,
    })
    local users, err = client:search_users()
    assert.is_nil(users)
    assert.equal("rate_limit", err.kind)
    assert.equal(7, err.retry_after)
    assert.equal(1, #calls)
  end)

  it("of a batch is the shortest of its calls", function()
    local client = fake.client({
      ["users/create"] = function(body)
        return 429, fake.failure(1, "busy"), { ["Retry-After"] = body.name }
      end,
    }, { sleep = coroutine.yield })
    local items = {}
    for index, name in ipairs { "30", "10", "20" } do
      items[index] = {
        name = name, display_name = name, email = name .. "@acme.test",
      }
    end
    local seconds = coroutine.wrap(function()
      client:batch("create_user", items)
    end)()
    assert.is_true(seconds > 9.5 and seconds <= 10)
  end)

  it("lets others run in a long list of failures", function()
    local slept = 0
    local client = fake.client({}, {
      sleep = function(seconds)
        assert.equal(0, seconds)
        slept = slept + 1
      end,
    })
    local began, index = os.clock(), 0
    client:batch("create_user", function()
      index = index + 1
      return os.clock() < began + 0.05 and { index } or nil
    end, { on_result = function() end })
    assert.is_true(slept > 2)
  end)
end)

describe("a transport", function()
  it("takes the request and returns the reply", function()
    local client, calls = fake.client(searching)
    assert.same({}, client:search_users { name_pattern = "a%" })
    local request = calls[1].request
    assert.equal("POST", request.method)
    assert.equal("https://cluster.test/api/rest/2.0/users/search", request.url)
    assert.equal("Bearer given", request.headers.Authorization)
    assert.equal("application/json", request.headers["Content-Type"])
    assert.equal('{"name_pattern":"a%"}', request.body)
  end)

  -- Creates a user, which fails and is in doubt; returns the error.
  local function create_in_vain(client)
    local user, err = client:create_user {
      name = "ada", display_name = "Ada", email = "ada@acme.test",
    }
    assert.is_nil(user)
    assert.equal("network", err.kind)
    assert.equal("maybe", err.applied)
    return err
  end

  it("may fail, with or without a reason", function()
    for _, reason in ipairs { "no route", false } do
      local client = fake.client({
        ["users/create"] = function()
          return nil, reason or nil
        end,
      })
      local err = create_in_vain(client)
      assert.truthy(err.message:find(reason or "transport", 1, true))
    end
  end)

  it("that raises has failed", function()
    local client = fake.client({
      ["users/create"] = function()
        error "no such socket"
      end,
    })
    local err = create_in_vain(client)
    assert.matches("no such socket", err.message, 1, true)
  end)

  it("may fail with a table, whose message counts", function()
    for text, problem in pairs {
      ["no such socket"] = { message = "no such socket" },
      ["as text"] = setmetatable({}, { __tostring = function()
        return "as text"
      end }),
      ["table"] = setmetatable({}, { __tostring = function()
        error "not even as text"
      end }),
    } do
      for _, fails in ipairs {
        function() error(problem) end,
        function() return nil, problem end,
      } do
        local err = create_in_vain(fake.client { ["users/create"] = fails })
        assert.truthy(err.message:find(text, 1, true))
      end
    end
  end)

  it("that returns no response has failed", function()
    local none = "the transport returned no response: expected a table"
    local no_status = "the transport's response has no HTTP status"
    for response, message in pairs { ["200 OK"] = none, [5] = none,
      [{}] = no_status, [{ headers = {}, body = "[]" }] = no_status } do
      local client = assert(thoughtspot.new {
        host = "https://cluster.test", token = "given", max_retries = 0,
        transport = function()
          return response
        end,
      })
      local users, err = client:search_users()
      assert.is_nil(users)
      assert.equal("network", err.kind)
      assert.equal(message, err.message)
    end
  end)

  it("that raises in a login does not delay the next call", function()
    local broken = true
    local client = fake.client({
      ["auth/token/full"] = function()
        if broken then
          error "no such socket"
        end
        return fake.mint()
      end,
      ["users/search"] = nobody,
    }, {
      username = "admin", password = "secret", max_retries = 0,
      sleep = function()
        error "there is nothing to wait for"
      end,
    })
    local users, err = client:search_users()
    assert.is_nil(users)
    assert.equal("network", err.kind)
    broken = false
    assert.same({}, client:search_users())
  end)

  it("that is abandoned in a login is replaced, once it is collected",
    function()
      local slow = true
      local client = fake.client({
        ["auth/token/full"] = function()
          return fake.mint()
        end,
        ["users/search"] = nobody,
      }, {
        username = "admin", password = "secret",
        sleep = coroutine.yield,
      })
      local waiter = client.waiter.service
      local transport = waiter.transport
      function waiter.transport(request)
        if slow then
          coroutine.yield "abandoned"
        end
        return transport(request)
      end
      local first = coroutine.create(function()
        client:search_users()
      end)
      assert.same({ true, "abandoned" }, { coroutine.resume(first) })
      slow = false
      local found
      local second = coroutine.create(function()
        found = client:search_users()
      end)
      coroutine.resume(second)
      assert.is_nil(found)
      first = nil -- luacheck: ignore 311
      collectgarbage()
      collectgarbage()
      local began = core.now()
      repeat
        command.pause()
        coroutine.resume(second)
      until found or core.now() - began > 1
      assert.same({}, found)
    end)

  it("sends the login of the client", function()
    local client, calls = fake.client({
      ["auth/token/full"] = function(body)
        assert.equal("admin", body.username)
        return fake.mint()
      end,
      ["users/search"] = nobody,
    }, { username = "admin", password = "secret" })
    assert.same({}, client:search_users())
    assert.same({}, client:search_users())
    assert.equal(3, #calls)
    assert.is_nil(calls[1].request.headers.Authorization)
    assert.equal("Bearer minted", calls[2].request.headers.Authorization)
  end)

  it("sends one login for a whole batch", function()
    local client, calls = fake.client({
      ["auth/token/full"] = function()
        return fake.mint()
      end,
      ["*"] = function()
        return 204
      end,
    }, { username = "admin", password = "secret", protect_self = false })
    assert.equal(4, client:batch("delete_user", { "a", "b", "c", "d" })
      .succeeded)
    assert.equal(5, #calls)
  end)
end)

describe("a token provider", function()
  it("is called once, until its token expires", function()
    local asked = 0
    local client, calls = fake.client(searching, {
      token_provider = function()
        asked = asked + 1
        return "token" .. asked, os.time() + 300
      end,
    })
    client:search_users()
    client:search_users()
    assert.equal(1, asked)
    assert.equal("Bearer token1", calls[2].request.headers.Authorization)
  end)

  it("is called again after its token was refused", function()
    local asked = 0
    local client, calls = fake.client({
      ["users/search"] = function(_, request)
        if request.headers.Authorization == "Bearer token1" then
          return 401, fake.failure(10097, "expired")
        end
        return 200, "[]"
      end,
    }, {
      token_provider = function()
        asked = asked + 1
        return "token" .. asked
      end,
    })
    assert.same({}, client:search_users())
    assert.equal(2, #calls)
    assert.equal("Bearer token2", calls[2].request.headers.Authorization)
  end)

  it("fails the calls when it fails, and is called again", function()
    local asked = 0
    local client, calls = fake.client(searching, {
      token_provider = function()
        asked = asked + 1
        if asked == 1 then
          return nil, "vault is sealed"
        end
        return "token"
      end,
    })
    local users, err = client:search_users()
    assert.is_nil(users)
    assert.equal("auth", err.kind)
    assert.truthy(err.message:find("vault is sealed", 1, true))
    assert.equal(0, #calls)
    assert.same({}, client:search_users())
  end)

  it("that raises fails the calls, and is called again", function()
    local asked = 0
    local client = fake.client(searching, {
      token_provider = function()
        asked = asked + 1
        if asked == 1 then
          error "vault is sealed"
        end
        return "token"
      end,
      sleep = function()
        error "there is nothing to wait for"
      end,
    })
    local users, err = client:search_users()
    assert.is_nil(users)
    assert.equal("auth", err.kind)
    assert.matches("vault is sealed", err.message, 1, true)
    assert.same({}, client:search_users())
  end)

  it("that raises a table fails the calls with it inside", function()
    for text, raised in pairs {
      ["vault is sealed"] = { message = "vault is sealed", code = 7 },
      ["503: sealed"] = setmetatable({}, { __tostring = function()
        return "503: sealed"
      end }),
      ["table"] = setmetatable({}, { __tostring = function()
        error "no text"
      end }),
    } do
      local client = fake.client(searching, {
        token_provider = function()
          error(raised)
        end,
      })
      local users, err = client:search_users()
      assert.is_nil(users)
      assert.equal("auth", err.kind)
      assert.equal("the token provider returned no token: "
        .. "" .. text, err.message)
      assert.equal("no", err.applied)
      assert.equal(raised, err.cause)
      assert.is_string(tostring(err))
      local report = client:batch("reset_user_password", { {
        user_identifier = "ada", new_password = "Secret-1",
      } })
      assert.equal(raised, report.failures[1].err.cause)
    end
  end)

  it("that raises an error of another client fails with that", function()
    local own = core.error("connect", "the vault is down")
    local client = fake.client(searching, {
      token_provider = function()
        error(own)
      end,
    })
    assert.equal(own, select(2, client:search_users()))
  end)

  it("may fail with an error object of its own", function()
    local own = setmetatable({ kind = "vault" }, {})
    local client = fake.client(searching, {
      token_provider = function()
        return nil, own
      end,
    })
    local users, err = client:search_users()
    assert.is_nil(users)
    assert.equal(own, err)
  end)

  it("fails each item of a batch", function()
    local client, calls = fake.client({}, {
      token_provider = function()
        return nil, "vault is sealed"
      end,
      protect_self = false,
    })
    local report = client:batch("delete_user", { "a", "b", "c" })
    assert.equal(3, report.failed)
    for _, failure in ipairs(report.failures) do
      assert.equal("auth", failure.err.kind)
    end
    assert.equal(0, #calls)
  end)

  it("fails an iteration, after the users before it", function()
    local given = 0
    local client = fake.client({
      ["users/search"] = function(body)
        if given > 1 then
          return 401, fake.failure(10097, "expired")
        end
        return 200, fake.list {
          { id = "id-" .. body.record_offset, name = "ada" },
        }
      end,
    }, {
      token_provider = function()
        given = given + 1
        if given > 2 then
          return nil, "vault is sealed"
        end
        return "token" .. given, given == 1 and os.time() + 300 or nil
      end,
    })
    local next_user = client:each_user(nil, { page_size = 1 })
    assert.equal("ada", next_user().name)
    given = 2
    local ok, err = pcall(next_user)
    assert.is_false(ok)
    assert.equal("auth", err.kind)
  end)
end)

describe("a token store", function()
  -- A store, and the calls that it received.
  local function new_store(token, expires)
    local store = { told = {} }
    function store.get()
      return token, expires
    end
    function store.set(new_token, new_expires)
      token, expires = new_token, new_expires
      store.told[#store.told + 1] = tostring(new_token)
    end
    return store
  end

  local minting = {
    ["auth/token/full"] = function()
      return fake.mint()
    end,
    ["users/search"] = function(_, request)
      if request.headers.Authorization == "Bearer old" then
        return 401, fake.failure(10097, "expired")
      end
      return 200, "[]"
    end,
  }

  local function login(store)
    return fake.client(minting, {
      username = "admin", password = "secret", token_store = store,
    })
  end

  it("saves the token", function()
    local store = new_store("stored", os.time() + 300)
    local client, calls = login(store)
    assert.same({}, client:search_users())
    assert.equal(1, #calls)
    assert.equal("Bearer stored", calls[1].request.headers.Authorization)
    assert.same({}, store.told)
  end)

  it("is passed the new token", function()
    local store = new_store()
    local client = login(store)
    assert.same({}, client:search_users())
    assert.same({ "minted" }, store.told)
    local _, expires = store.get()
    assert.is_true(math.abs(expires - os.time() - 300) < 5)
  end)

  it("is ignored when its token has expired", function()
    local store = new_store("stored", os.time() - 1)
    local client, calls = login(store)
    assert.same({}, client:search_users())
    assert.equal("auth/token/full", calls[1].path)
  end)

  it("is ignored when it has the refused token", function()
    local store = new_store("old", os.time() + 300)
    local client = login(store)
    assert.same({}, client:search_users())
    assert.same({ "minted" }, store.told)
  end)

  it("is told when the login fails", function()
    local store = new_store()
    local client = fake.client({
      ["auth/token/full"] = function()
        return 403, fake.failure(10023, "wrong password")
      end,
    }, { username = "admin", password = "secret", token_store = store })
    local users, err = client:search_users()
    assert.is_nil(users)
    assert.equal("forbidden", err.kind)
    assert.same({ "nil" }, store.told)
  end)
end)

-- Callbacks of the user that do something else once, and the client for each:
-- { name = function(once, options) }.
local places = {
  provider = function(once, options)
    options.username, options.password = nil, nil
    function options.token_provider()
      once()
      return "token"
    end
  end,
  store = function(once, options)
    options.token_store = {
      get = function()
        once()
      end,
      set = function() end,
    }
  end,
  login = function(once, options)
    options.handlers = {
      ["auth/token/full"] = function()
        once()
        return fake.mint()
      end,
      ["users/search"] = nobody,
    }
  end,
  permit = function(once, options)
    function options.rate_limit()
      once()
      return 0
    end
  end,
  event = function(once, options)
    function options.on_event()
      once()
    end
  end,
}

-- A client with one callback that does something else once.
local function client_at(place, something)
  local done
  local options = {
    username = "admin", password = "secret", max_retries = 3,
    sleep = coroutine.yield,
    handlers = {
      ["auth/token/full"] = function()
        return fake.mint()
      end,
      ["users/search"] = nobody,
    },
  }
  places[place](function()
    if not done then
      done = true
      something()
    end
  end, options)
  local handlers = options.handlers
  options.handlers = nil
  return fake.client(handlers, options)
end

describe("a coroutine that is abandoned", function()
  it("delays others by at most two seconds, wherever it was", function()
    local first, second, found = {}, {}, {}
    for place in pairs(places) do
      local client = client_at(place, function()
        coroutine.yield "abandoned"
      end)
      -- It stays in a table, like the jobs of a scheduler.
      first[place] = coroutine.create(function()
        client:search_users()
      end)
      local _, what = coroutine.resume(first[place])
      assert.equal("abandoned", what, place)
      second[place] = coroutine.create(function()
        found[place] = assert(client:search_users())
      end)
    end
    local began = core.now()
    repeat
      for place, thread in pairs(second) do
        assert(coroutine.resume(thread))
        second[place] = coroutine.status(thread) ~= "dead" and thread or nil
      end
      command.pause()
    until not next(second) or core.now() - began > 2
    assert.is_nil((next(second)))
    for place in pairs(places) do
      assert.same({}, found[place], place)
    end
  end)
end)

describe("an interrupt", function()
  for place in pairs(places) do
    it("is not a failure, and reaches the caller: " .. place, function()
      local client, calls = client_at(place, function()
        error "interrupted!"
      end)
      local ran, err = pcall(client.search_users, client)
      assert.is_false(ran)
      assert.matches("interrupted!$", err)
      assert.is_true(#calls <= 1)
      -- Nothing may wait for it.
      local thread = coroutine.create(function()
        return client:search_users()
      end)
      local _, users = coroutine.resume(thread)
      assert.equal("dead", coroutine.status(thread))
      assert.same({}, users)
    end)
  end

  it("in the transport is not a failure either", function()
    local calls = 0
    local client = fake.client({
      ["users/search"] = function()
        calls = calls + 1
        error "interrupted!"
      end,
    })
    local ran, err = pcall(client.search_users, client)
    assert.is_false(ran)
    assert.matches("interrupted!$", err)
    assert.equal(1, calls)
  end)

  it("in a sleep cancels all exchanges of a batch", function()
    local client = fake.client(busy(math.huge, "7"), {
      sleep = function()
        error "interrupted!"
      end,
    })
    local ran, err = pcall(client.batch, client, "search_users", { {}, {} })
    assert.is_false(ran)
    assert.matches("interrupted!$", err)
  end)
end)

it("a transport that raises is not retried", function()
  local calls = 0
  local client = fake.client({
    ["users/search"] = function()
      calls = calls + 1
      error "a mistake"
    end,
  }, { sleep = coroutine.yield })
  local users, err = client:search_users()
  assert.is_nil(users)
  assert.equal("network", err.kind)
  assert.matches("a mistake", err.message, 1, true)
  assert.equal(1, calls)
end)

it("a store is told that a login continues, until it has ended", function()
  local told = {}
  local client = fake.client({
    ["auth/token/full"] = function()
      if #told < 3 then
        return 429, fake.failure(1, "busy"), { ["Retry-After"] = "1" }
      end
      return fake.mint()
    end,
    ["users/search"] = nobody,
  }, {
    username = "admin", password = "secret",
    sleep = require "system".sleep,
    token_store = {
      get = function() end,
      extend = function()
        told[#told + 1] = "extend"
      end,
      set = function(token)
        told[#told + 1] = token
      end,
    },
  })
  assert.same({}, client:search_users())
  assert.equal("minted", table.remove(told))
  assert.is_true(#told >= 3)
end)

describe("on_event", function()
  it("is called with the events, in order", function()
    local seen = {}
    local client = fake.client({
      ["auth/token/full"] = function()
        return fake.mint()
      end,
      ["users/search"] = nobody,
    }, {
      username = "admin", password = "secret",
      on_event = function(event)
        seen[#seen + 1] = event.type .. " " .. event.endpoint
      end,
    })
    client:search_users()
    assert.same({
      "request get_full_access_token", "response get_full_access_token",
      "token search_users", "request search_users", "response search_users",
    }, seen)
  end)

  it("may make calls itself", function()
    local client
    local calls = 0
    client = fake.client(searching, {
      on_event = function(event)
        calls = calls + 1
        if event.type == "response" and calls < 3 then
          assert.same({}, client:search_users())
        end
      end,
    })
    assert.same({}, client:search_users())
    assert.equal(4, calls)
  end)
end)

it("the module's null is sent as null", function()
  local client, calls = fake.client {
    ["*"] = function()
      return 204
    end,
  }
  assert.is_true(client:update_user("ada",
    { home_liveboard_identifier = "", notify_on_share = thoughtspot.null }))
  assert.truthy(calls[1].request.body:find('"notify_on_share":null', 1, true))
end)
