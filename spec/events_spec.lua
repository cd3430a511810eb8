-- The events of on_event: each step of a call, in order, over real sockets.

local thoughtspot = require "thoughtspot"
local fault = require "spec.support.fault_server"

local SLOWER = tonumber(os.getenv "SLOWER" or 1)
local USER = [[{"id":"1","name":"ada"}]]
local NEW_USER = {
  name = "ada", display_name = "Ada", email = "ada@acme.test",
}
local MINT = "get_full_access_token"

describe("events", function()
  local server

  setup(function()
    server = fault.start()
  end)

  teardown(function()
    server:stop()
  end)

  -- Makes a call; returns its events, and a line for each.
  local function watch(replies, options, call)
    local events, lines = {}, {}
    local all = {
      host = server:case(replies).host, username = "me", password = "p",
      timeout = 20, rate_limit = false,
      on_event = function(event)
        events[#events + 1] = event
        lines[#lines + 1] = ("%s %s %d %s"):format(event.type,
          event.endpoint, event.attempt, tostring(event.status))
      end,
    }
    for name, value in pairs(options) do
      all[name] = value
    end
    if all.token then
      all.username, all.password = nil, nil
    end
    local client = assert(thoughtspot.new(all))
    call(client)
    client:close()
    return events, lines
  end

  it("report the token, the request and the reply", function()
    local events, lines = watch({
      ["auth/token/full"] = { fault.token "a" }, fault.ok(USER),
    }, {}, function(client)
      assert(client:create_user(NEW_USER))
    end)
    assert.same({
      "request " .. MINT .. " 1 nil",
      "response " .. MINT .. " 1 200",
      "token create_user 0 nil",
      "request create_user 1 nil",
      "response create_user 1 200",
    }, lines)
    assert.is_true(events[4].bytes > 50)
    assert.equal(#USER, events[5].bytes)
    assert.is_true(events[5].seconds > 0 and events[5].seconds < 20)
  end)

  it("report each attempt, and the pause before the next", function()
    local refusal = fault.reply("429 No", "", { "Retry-After: 0" })
    local events, lines = watch({
      ["auth/token/full"] = { fault.token "a" }, refusal, fault.ok(USER),
    }, {}, function(client)
      assert(client:create_user(NEW_USER))
    end)
    assert.same({
      "request create_user 1 nil",
      "response create_user 1 429",
      "retry create_user 1 nil",
      "request create_user 2 nil",
      "response create_user 2 200",
    }, { lines[4], lines[5], lines[6], lines[7], lines[8] })
    assert.is_true(events[6].seconds > 0 and events[6].seconds <= 0.5)
  end)

  it("report a renewed token", function()
    local _, lines = watch({
      ["auth/token/full"] = { fault.token "a", fault.token "b" },
      fault.reply("401 No", ""), fault.ok(USER),
    }, {}, function(client)
      assert(client:create_user(NEW_USER))
    end)
    assert.same({
      "response create_user 1 401",
      "retry create_user 1 nil",
      "request " .. MINT .. " 1 nil",
      "response " .. MINT .. " 1 200",
      "token create_user 1 nil",
      "request create_user 2 nil",
      "response create_user 2 200",
    }, { lines[5], lines[6], lines[7], lines[8], lines[9], lines[10],
         lines[11] })
  end)

  it("report a missing reply", function()
    local _, lines = watch({ { fault.reset } },
      { token = "t", max_retries = 0 },
      function(client)
        assert.is_nil(client:create_user(NEW_USER))
      end)
    assert.same({ "request create_user 1 nil", "response create_user 1 nil" },
      lines)
  end)

  it("report a failed login", function()
    local _, lines = watch({ fault.reply("403 No", "") }, {},
      function(client)
        assert.is_nil(client:create_user(NEW_USER))
      end)
    assert.same({ "request " .. MINT .. " 1 nil",
                  "response " .. MINT .. " 1 403" }, lines)
  end)

  it("report a wait for the rate limit", function()
    local events = watch({ fault.ok(USER) }, {
      token = "t", rate_limit = { per_second = 20 / SLOWER, burst = 1 },
    }, function(client)
      for _ = 1, 3 do
        assert(client:create_user(NEW_USER))
      end
    end)
    local waits = 0
    for _, event in ipairs(events) do
      if event.type == "wait" then
        waits = waits + 1
        assert.is_true(event.seconds > 0 and event.seconds <= SLOWER / 20)
      end
    end
    assert.is_true(waits >= 1)
  end)

  it("report every page", function()
    local page = fault.ok(("[%s]"):format(USER))
    local none = fault.ok "[]"
    local _, lines = watch({ page, none, page, none, page }, { token = "t" },
      function(client)
        for user in client:each_user({}, { page_size = 2, prefetch = 0 }) do
          assert.equal("ada", user.name)
        end
      end)
    local expected = {}
    for page_number = 1, 5 do
      expected[2 * page_number - 1] = "request search_users 1 nil"
      expected[2 * page_number] = "response search_users 1 200"
    end
    assert.same(expected, lines)
  end)

  it("have exactly these fields", function()
    local events = watch({
      ["auth/token/full"] = { fault.token "a" },
      fault.reply("401 No", ""), fault.reply("503 No", "{}",
        { "Retry-After: 0" }), fault.ok(USER),
    }, { rate_limit = { per_second = 1000, burst = 1 } }, function(client)
      assert(client:create_user(NEW_USER))
    end)
    local types = {}
    for _, event in ipairs(events) do
      types[event.type] = true
      for name, value in pairs(event) do
        local expected = ({ type = "string", endpoint = "string",
          attempt = "number", status = "number", seconds = "number",
          bytes = "number" })[name]
        assert.equal(expected, type(value), name)
      end
    end
    assert.same({ request = true, response = true, retry = true,
                  token = true, wait = types.wait }, types)
  end)
end)
