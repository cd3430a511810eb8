-- client:request: any endpoint of the API, with the same client.

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local core = require "thoughtspot.core"
local fault = require "spec.support.fault_server"
local sandbox_server = require "spec.support.sandbox_server"
local support = require "spec.support.exchange"
local thoughtspot = require "thoughtspot"

local function prepare(request, options, client_options)
  return support.client(client_options or {}):prepare("request", request,
    options)
end

describe("the request of client:request", function()
  local function sent(request)
    return support.send(assert(prepare(request)))
  end

  it("has the given method, path and body", function()
    for _, method in ipairs { "GET", "POST", "PUT", "PATCH", "DELETE" } do
      local request = sent { method = method, path = "tags/a" }
      assert.equal(method, request.method)
      assert.equal("https://acme.test/api/rest/2.0/tags/a", request.url)
      assert.is_nil(request.body)
      assert.is_nil(request.headers["Content-Type"])
      assert.equal("Bearer fixed-token", request.headers.Authorization)
    end
    local request = sent { path = "tags/create", body = { name = "é" } }
    assert.equal("POST", request.method)
    assert.equal('{"name":"é"}', request.body)
    assert.equal("application/json", request.headers["Content-Type"])
  end)

  it("has a path with encoded segments", function()
    for path, expected in pairs {
      ["groups/a b/update"] = "groups/a%20b/update",
      ["groups/ä&=+;%/x"] = "groups/%C3%A4%26%3D%2B%3B%25/x",
      ["groups/100%"] = "groups/100%25",
      ["groups/...x/..y/z.."] = "groups/...x/..y/z..",
      ["groups/.a/.b.c"] = "groups/.a/.b.c",
      ["groups/%a/%azz"] = "groups/%25a/%25azz",
      ["a:b@c"] = "a%3Ab%40c",
    } do
      assert.equal("https://acme.test/api/rest/2.0/" .. expected,
        sent { path = path }.url)
    end
  end)

  it("has a path below the prefix of the host", function()
    local exchange = assert(prepare({ path = "tags/search" }, nil,
      { host = "https://acme.test/a/b" }))
    assert.equal("https://acme.test/a/b/api/rest/2.0/tags/search",
      support.send(exchange).url)
  end)

  it("has the body that the free-form encoder makes", function()
    local function body(value)
      return sent { path = "a", body = value }.body
    end
    assert.equal("{}", body {})
    assert.equal('{"a":[1,{"b":null}]}', body { a = { 1, { b = core.null } } })
    assert.equal('{"a":1234567890123456}', body { a = 1234567890123456 })
    assert.equal('{"a":0.1}', body { a = 0.1 })
    assert.equal('{"a":{}}', body { a = {} })
    assert.equal('{"a":[]}', body { a = thoughtspot.list {} })
  end)

  -- Makes a request that must be refused; returns the error.
  local function refuse(request, field, message)
    local exchange, err = prepare(request)
    assert.is_nil(exchange)
    assert.equal("argument", err.kind)
    assert.equal("request", err.endpoint)
    assert.equal(field, err.field)
    assert.matches(message, err.message, 1, true)
    assert.equal("no", err.applied)
  end

  it("cannot have a path that leads elsewhere", function()
    for path, message in pairs {
      [""] = "is empty",
      ["/groups/search"] = "has an empty segment",
      ["groups/search/"] = "has an empty segment",
      ["groups//search"] = "has an empty segment",
      ["../1.0/groups"] = "has a segment . or ..",
      ["groups/.."] = "has a segment . or ..",
      ["groups/./search"] = "has a segment . or ..",
      ["groups/search?a=b"] = "contains a query or a fragment",
      ["groups/search#a"] = "contains a query or a fragment",
      ["https://evil.test/x"] = "is an address",
      ["groups/https://evil.test"] = "is an address",
      ["api/rest/2.0/groups/search"] = "must not contain api/rest/",
      ["groups/%2e%2e/x"] = "is percent-encoded",
      ["groups%2Fsearch"] = "is percent-encoded",
      ["groups\\search"] = "contains a backslash or a control character",
      ["groups/a\r\nHost: b"] = "contains a backslash or a control character",
      ["groups/a\127b"] = "contains a backslash or a control character",
      ["groups/a\0b"] = "contains a NUL byte",
      ["groups/\255"] = "is not valid UTF-8",
    } do
      refuse({ path = path }, "path", message)
    end
    refuse({}, "path", "is required")
    refuse({ path = 5 }, "path", "expected a string")
  end)

  it("cannot be that of a method with guards", function()
    local count = 0
    for _, name in ipairs(core.describe()) do
      local endpoint = core.describe(name)
      local path = endpoint.path:gsub("{[%w_]+}", "ada")
      if endpoint.effect ~= "safe" then
        for _, each in ipairs { path, path:upper() } do
          refuse({ path = each, method = endpoint.method, body = {} }, "path",
            "has a method of its own, which is safer: client:")
        end
        count = count + 1
      else
        assert(prepare { path = path, method = endpoint.method })
      end
    end
    assert.is_true(count > 10)
    assert(prepare { path = "users/ada/deleted" })
    assert(prepare { path = "users//x" } == nil)
  end)

  it("refuses unknown fields", function()
    refuse({ path = "a", method = "HEAD" }, "method", "is not one of GET")
    refuse({ path = "a", method = "post" }, "method", "did you mean POST?")
    refuse({ path = "a", reply = "stream" }, "reply", "is not one of object")
    refuse({ path = "a", safe = "yes" }, "safe", "expected a boolean")
    refuse({ path = "a", bodi = {} }, "bodi", "did you mean body?")
    refuse({ path = "a", body = "{}" }, "body", "expected a table")
    refuse({ path = "a", body = { 1, 2 } }, "body", "expected an object")
    refuse({ path = "a", body = { b = print } }, "body.b",
      "expected a value that JSON can represent")
    refuse({ path = "a", method = "GET", body = {} }, "body", "must be "
      .. "absent if method is GET")
    -- Although unknown fields of other requests are accepted.
    local exchange, err = prepare({ path = "a", method = "HEAD" }, nil,
      { strict = false })
    assert.is_nil(exchange)
    assert.equal("method", err.field)
  end)

  it("takes call options", function()
    local exchange = assert(prepare({ path = "a", reply = "list" },
      { headers = { ["X-Team"] = "a" }, fields = { "any" }, timeout = 5 }))
    assert.equal("a", support.send(exchange).headers["X-Team"])
    local _, err = prepare({ path = "a" }, { tmeout = 1 })
    assert.equal("tmeout", err.field)
  end)

  it("keeps secrets of its body out of errors", function()
    local exchange = assert(prepare {
      path = "connections/create", body = {
        name = "visible", config = {
          Password = "hush-one", api_token = "hush-two",
          list = { { clientSecret = "hush-three" } },
          ["x-API-Key"] = "hush-four", Authorization = "hush-five",
          aws_accesskey = "hush-six", privateKey = "hush-seven",
          key = { pass_phrase = "hush-eight" },
          tokens = { "hush-nine", { "hush-ten" } },
          credentials = { user = "hush-eleven" },
        },
      },
    })
    local _, err = support.outcome(exchange, 400,
      '{"error":{"message":"visible hush-one hush-two hush-three hush-four '
      .. "hush-five hush-six hush-seven hush-eight hush-nine hush-ten "
      .. 'hush-eleven"}}')
    local text = tostring(err) .. err.body
    assert.matches("visible", text, 1, true)
    assert.is_nil(text:find("hush", 1, true))
  end)
end)

describe("the reply of client:request", function()
  local function outcome(request, status, body)
    request.path = request.path or "tags/search"
    return support.outcome(assert(prepare(request)), status, body)
  end

  it("is an object, a list or nothing, as requested", function()
    assert.same({ a = 1 }, (outcome({}, 200, '{"a":1,"b":null}')))
    assert.same({ { a = 1 }, {} }, (outcome({ reply = "list" }, 200,
      '[{"a":1},{}]')))
    assert.is_true((outcome({ reply = "none" }, 204, "")))
    assert.is_true((outcome({ reply = "none" }, 200, '{"a":1}')))
    assert.same({}, (outcome({}, 200, "{}")))
    for reply, body in pairs { object = "[]", list = "{}", none = "<html>" } do
      local value, err = outcome({ reply = reply, safe = true }, 200, body)
      assert.is_nil(value)
      assert.is_true(err.kind == "decode" or err.kind == "gateway")
    end
  end)

  it("may have any success status, but not an error", function()
    local job = { id = "1", status = "FAILED", code = 500, success = false,
      title = "t", detail = "d" }
    assert.same(job, (outcome({}, 200, '{"id":"1","status":"FAILED",'
      .. '"code":500,"success":false,"title":"t","detail":"d"}')))
    for _, body in ipairs {
      '{"error":{"message":{"debug":"no"}}}',
      '{"errors":["no"],"data":null}',
    } do
      local value, err = outcome({}, 200, body)
      assert.is_nil(value)
      assert.equal("maybe", err.applied)
      assert.matches("no", err.body, 1, true)
    end
    assert.same({ errors = {} }, (outcome({}, 200, '{"errors":[]}')))
  end)

  it("is an error if it has nothing but what reports have", function()
    for _, body in ipairs {
      '{"status":"error","message":"no"}', '{"success":false,"msg":"no"}',
      '{"code":500,"description":"no","timestamp":1}', '{"ERROR":"no"}',
      '{"data":{"error":{"message":"no"}}}', '{"errorMessages":["no"]}',
      '{"type":"about:blank","title":"t","detail":"no","status":403}',
      '{"debug":"no","incident_id":"i"}',
    } do
      for _, reply in ipairs { "object", "list" } do
        local value, err = outcome({ reply = reply }, 200, body)
        assert.is_nil(value, body)
        assert.equal("api", err.kind, body)
        assert.equal("maybe", err.applied)
        assert.matches("no", err.debug, 1, true)
      end
    end
    for _, body in ipairs {
      '{"status":"FAILED","task_id":"t"}', '{"status":"RUNNING"}',
      '{"state":"error","data":[{"a":1}]}', '{"message":"deployed"}',
      '{"code":500,"result":{"a":1}}', '{"success":true}',
      '{"last_error":"x","name":"job"}', '{"title":"t"}', '{}',
    } do
      assert.is_table(outcome({}, 200, body), body)
    end
  end)

  it("that is an error names the method and the path", function()
    local value, err = outcome({ method = "PUT", path = "tags/a b" }, 403,
      '{"error":{"message":{"code":10023,"debug":"not yours"}}}')
    assert.is_nil(value)
    assert.equal("forbidden", err.kind)
    assert.equal("PUT tags/a b", err.endpoint)
    assert.matches("^PUT tags/a b: ", tostring(err))
    -- The name outlives the exchange.
    collectgarbage()
    assert.equal("PUT tags/a b", err.endpoint)
  end)
end)

describe("client:request", function()
  local server

  setup(function()
    server = fault.start()
  end)

  teardown(function()
    server:stop()
  end)

  local function connect(case, options)
    local all = { host = case.host, token = "t", rate_limit = false,
      timeout = 20 }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    return assert(thoughtspot.new(all))
  end

  local unavailable = fault.reply("502 Bad", "<html>")
  local once = { unavailable, fault.ok "{}" }

  it("retries with safe, and only then", function()
    local case = server:case(once)
    assert.same({}, connect(case):request { path = "a", safe = true })
    assert.equal(2, #case:requests())
    for _, method in ipairs { "GET", "POST", "PUT" } do
      case = server:case(once)
      local value, err = connect(case):request { path = "a", method = method }
      assert.is_nil(value)
      assert.equal("gateway", err.kind)
      assert.equal("maybe", err.applied)
      assert.equal(1, #case:requests())
    end
    -- 429 means that nothing was applied.
    case = server:case { fault.reply("429 No", "", { "Retry-After: 0" }),
      fault.ok "{}" }
    assert.same({}, connect(case):request { path = "a" })
    case = server:case { unavailable }
    local _, err = connect(case):request({ path = "a", safe = true },
      { max_retries = 1 })
    assert.equal(2, err.attempts)
    assert.equal("no", err.applied)
  end)

  it("logs in like any call, and again when the token is refused", function()
    local case = server:case {
      ["auth/token/full"] = { fault.token "a", fault.token "b" },
      fault.reply("401 No", ""), fault.ok '{"a":1}',
    }
    local client = assert(thoughtspot.new {
      host = case.host, username = "me", password = "p", timeout = 20,
    })
    assert.same({ a = 1 }, client:request { path = "a", body = {} })
    local requests = case:requests()
    assert.equal(4, #requests)
    assert.equal("Bearer b", requests[4].headers.authorization)
  end)

  it("sends exactly this request", function()
    local case = server:case { fault.ok "{}" }
    local client = connect(case)
    local expected = {
      { "GET" }, { "POST", "0" }, { "POST", "2", "{}" }, { "PUT", "0" },
      { "PUT", "2", "{}" }, { "PATCH", "2", "{}" }, { "DELETE" },
      { "DELETE", "2", "{}" }, { "GET" },
    }
    for _, each in ipairs(expected) do
      assert.same({}, client:request {
        method = each[1], path = "tags/ü", body = each[3] and {},
      })
    end
    for index, request in ipairs(case:requests()) do
      local method, length, body = unpack(expected[index], 1, 3)
      assert.equal(method, request.method)
      assert.equal("/" .. case.name .. "/api/rest/2.0/tags/%C3%BC",
        request.target)
      assert.equal(length, request.headers["content-length"])
      assert.equal(body or "", request.body)
      assert.equal(body and "application/json",
        request.headers["content-type"] or nil)
    end
    -- A connection is reused, without effects on another call.
    assert.is_true(client:request { path = "x", reply = "none" })
  end)

  it("is reported in events by method and path", function()
    local endpoints = {}
    local client = connect(server:case(once), {
      on_event = function(event)
        endpoints[#endpoints + 1] = event.type .. " " .. event.endpoint
        collectgarbage()
      end,
    })
    assert(client:request { path = "tags/x", safe = true })
    assert.same({
      "request POST tags/x", "response POST tags/x", "retry POST tags/x",
      "request POST tags/x", "response POST tags/x",
    }, endpoints)
  end)

  it("obeys the limits", function()
    local list = {}
    for index = 1, 2000 do
      list[index] = ('{"id":"%d","filling":"%s"}'):format(index,
        ("x"):rep(100))
    end
    local case = server:case {
      fault.ok("[" .. table.concat(list, ",") .. "]"),
    }
    local client = connect(case, { max_response_bytes = 20000 })
    local value, err = client:request { path = "a", reply = "list" }
    assert.is_nil(value)
    assert.equal("limit", err.kind)
    -- Read one by one, the list may have any size.
    local count = 0
    for object in client:each_object { path = "a", safe = true } do
      count = count + 1
      assert.equal(tostring(count), object.id)
    end
    assert.equal(2000, count)
    value, err = connect(server:case { { fault.hang } })
      :request({ path = "a" }, { timeout = 0.1, max_retries = 0 })
    assert.is_nil(value)
    assert.equal("timeout", err.kind)
  end)

  describe("with an iterator", function()
    local function collect(...)
      local ids = {}
      local done, err = pcall(function(client, ...)
        for object in client:each_object(...) do
          ids[#ids + 1] = object.id
        end
      end, ...)
      return ids, not done and err or nil
    end

    it("returns the objects, with the requested fields only", function()
      local case = server:case { fault.ok '[{"id":1,"x":2},{"id":3}]' }
      local client = connect(case)
      assert.same({ 1, 3 }, (collect(client, { path = "a" })))
      local next_object = client:each_object({ path = "a" },
        { fields = { "x" } })
      assert.same({ x = 2 }, next_object())
      assert.same({}, (collect(connect(server:case { fault.ok "[]" }),
        { path = "a" })))
    end)

    it("raises an error, after the objects before it", function()
      local case = server:case {
        { 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"id":1},{"id":2},',
          fault.reset },
      }
      local ids, err = collect(connect(case, { max_retries = 1 }),
        { path = "a", safe = true })
      assert.same({ 1, 2 }, ids)
      assert.equal("network", err.kind)
      ids, err = collect(connect(server:case { fault.reply("404 No", "{}") }),
        { path = "a" })
      assert.same({}, ids)
      assert.equal("POST a", err.endpoint)
    end)

    it("raises on wrong arguments", function()
      local client = connect(server:case { fault.ok "[]" })
      local request = { path = "a", reply = "object" }
      local _, err = collect(client, request)
      assert.equal("reply", err.field)
      assert.same({ path = "a", reply = "object" }, request)
      _, err = collect(client, { path = "../a" })
      assert.equal("path", err.field)
      _, err = collect(client)
      assert.equal("path", err.field)
      assert.has_error(function() client:each_object "a" end)
      assert.has_error(function() client.each_object {} end)
    end)
  end)
end)

describe("client:request with a sandbox", function()
  it("works like any call, in a batch too", function()
    local client = assert(thoughtspot.new {
      host = "https://acme.test", username = "tsadmin", password = "secret",
      transport = thoughtspot.sandbox { groups = { "A", "B" } },
    })
    local groups = assert(client:request {
      path = "groups/search", body = { name_pattern = "A" }, reply = "list",
      safe = true,
    })
    assert.equal("A", groups[1].name)
    assert.equal("tsadmin", client:request {
      method = "GET", path = "auth/session/user", safe = true,
    }.name)
    local value, err = client:request { path = "tags/search" }
    assert.is_nil(value)
    assert.equal("not_found", err.kind)
    local report = client:batch("request", {
      { path = "groups/search", body = {}, reply = "list" },
      { path = "tags/search" }, { path = "users/ada/delete" },
    })
    assert.equal(1, report.succeeded)
    assert.equal("POST tags/search", report.failures[1].err.endpoint)
    assert.equal("path", report.failures[2].err.field)
  end)

  it("gets the reply that the sandbox was told to send", function()
    local sandbox = thoughtspot.sandbox()
    local client = assert(thoughtspot.new {
      host = "https://acme.test/a/b", username = "tsadmin",
      password = "secret", transport = sandbox,
    })
    sandbox:answer("PUT", "tags/a b/ü", function(body)
      return { { name = body.name } }
    end)
    sandbox:answer("GET", "system", { release_version = "10" })
    sandbox:answer("DELETE", "tags/a", function(body)
      assert.is_nil(body)
    end)
    sandbox:answer("POST", "tags/none", function()
      return "[]", 200
    end)
    sandbox:answer("POST", "tags/bad", function()
      return { error = { message = "no tag" } }, 409
    end)
    assert.same({ { name = "n" } }, client:request {
      method = "PUT", path = "tags/a b/ü", body = { name = "n" },
      reply = "list",
    })
    assert.equal("10", client:request {
      method = "GET", path = "system",
    }.release_version)
    assert.is_true(client:request {
      method = "DELETE", path = "tags/a", reply = "none",
    })
    assert.same({}, client:request { path = "tags/none", reply = "list" })
    local _, err = client:request { path = "tags/bad" }
    assert.equal("conflict", err.kind)
    _, err = client:request { method = "PUT", path = "system" }
    assert.equal("not_found", err.kind)
    for _, wrong in ipairs {
      { "POST", "users/search", {} }, { "POST", "a", 5 }, { "POST", nil, {} },
    } do
      assert.has_error(function()
        sandbox:answer(wrong[1], wrong[2], wrong[3])
      end)
    end
    -- A token is needed as always.
    local other = assert(thoughtspot.new {
      host = "https://acme.test", token = "nonsense", transport = sandbox,
    })
    _, err = other:request { method = "GET", path = "system" }
    assert.equal("auth", err.kind)
  end)

  it("waits like the client", function()
    local client = assert(thoughtspot.new {
      host = "https://acme.test", username = "tsadmin", password = "secret",
      transport = thoughtspot.sandbox { groups = { "A" } },
      sleep = coroutine.yield, rate_limit = { per_second = 50, burst = 1 },
    })
    local routine = coroutine.create(function()
      return client:request { path = "groups/search", body = {},
        reply = "list" }[1].name
    end)
    local yields = -1
    local done, name
    repeat
      yields = yields + 1
      done, name = coroutine.resume(routine)
    until coroutine.status(routine) == "dead"
    assert.is_true(done, name)
    assert.is_string(name)
    assert.is_true(yields > 0)
  end)

  it("has a description", function()
    local text = tostring(thoughtspot.describe "request")
    assert.matches("client:request(request, options)", text, 1, true)
    assert.matches("path (string, required)", text, 1, true)
    assert.equal("Request", thoughtspot.describe "Request".name)
  end)
end)

describe("client:request over HTTPS", function()
  it("works like any call", function()
    local server = sandbox_server.start()
    local client = assert(thoughtspot.new {
      host = server.https, ca_file = server.ca_file,
      username = server.username, password = server.password,
    })
    local groups, err = client:request {
      path = "groups/search", body = { record_size = 5 }, reply = "list",
      safe = true,
    }
    local names = {}
    for user in client:each_object { path = "users/search",
      body = { record_size = -1 }, safe = true } do
      names[#names + 1] = user.name
    end
    local missing, refusal = client:request {
      path = "tags/a/b", method = "PUT", body = { a = 1 },
    }
    local received = server:control "requests"
    client:close()
    server:stop()
    assert.is_table(groups, tostring(err))
    assert.same({ "tsadmin" }, names)
    assert.is_nil(missing)
    assert.equal("not_found", refusal.kind)
    local last = received[#received]
    assert.equal("PUT", last.method)
    assert.equal('{"a":1}', last.body)
    assert.matches("/api/rest/2.0/tags/a/b$", last.path)
  end)
end)
