-- Success needs proof, and only the cluster's own replies say something about
-- a user: how the body of a reply affects the meaning of its status.

local core = require "thoughtspot.core"
local fake = require "spec.support.fake"
local support = require "spec.support.exchange"
local thoughtspot = require "thoughtspot"

local JSON = { ["Content-Type"] = "application/json" }
local HTML = { ["Content-Type"] = "text/html; charset=utf-8" }
local BOM = "\239\187\191"

local function call(name, status, body, headers)
  local client = support.client { max_retries = 0 }
  return support.outcome(assert(support.prepare(client, name)), status, body,
    headers)
end

local function kind_of(name, status, body, headers)
  local value, err = call(name, status, body, headers)
  return value == nil and err.kind or "ok", err
end

-- Bodies that report an error.
local reports = {
  '{"error":{"message":{"code":10002,"debug":"no"}}}',
  '{"error":"no"}', '{"error":true}', '{"error":{}}', '{"Error":"no"}',
  '{"\\u0065rr\\u006Fr":"no"}',
  '{"error":{"code":10002}}', '{"data":{"error":"no"}}',
  '{"data":null,"errors":[{"message":"no"}]}', '{"errors":["no"]}',
  '{"errors":{"name":["no"]}}', '[{"error":{"message":"no"}}]',
  '[{"code":10002,"message":"no"}]',
  '{"status":"error"}', '{"status":"ERROR","message":"no"}',
  '{"status":"FAILED"}', '{"Status":"failure"}', '{"status":500}',
  '{"statusCode":"403"}', '{"status_code":400}', '{"success":false}',
  '{"ok":false}', '{"code":10002,"message":"no"}', '{"code":"FORBIDDEN"}',
  '{"debug":"no","incident_id":"i"}', '{"message":{"debug":"no"}}',
  '{"errorMessage":"no"}', '{"error_description":"no"}', '{"errorCode":7}',
  '{"isError":true}', '{"has_errors":true}', '{"exceptionMessage":"no"}',
  '{"failure":{"reason":"no"}}', '{"type":"error","message":"no"}',
  '{"result":"failed"}', '{"status":{"code":500}}',
  '{"meta":{"status":"error"}}',
  '[{},{"error":"no"}]', '{"error":"no","users_added":null}',
  '{"error":"no","activation_link":null}', '{"error":"no","id":null}',
  '{"title":"Not now","detail":"no"}', '{"fault":{"faultstring":"no"}}',
  '{"detail":"no","title":"Not now"}', '{"detail":"","detail":1,"title":""}',
  '{"success":"false"}', '{"ok":"false","message":"no"}',
  '{"data":{"data":{"error":"no"}}}',
  '{"code":"BAD_USER_INPUT"}', '{"status":"Bad Request"}',
  '{"status":"RESOURCE_EXHAUSTED","message":"later"}',
  '{"status":"DEADLINE_EXCEEDED"}', '{"code":"already_exists"}',
  '{"type":"not-authorized"}', '{"state":"Method Not Allowed"}',
  '{"result":"Conflict"}', '{"code":"NOT_IMPLEMENTED"}',
}

-- JSON that does not report an error.
local harmless = {
  "{}", "true", "null", "false", "0", "17", '""', '"done"', "[]", "[{}]",
  '{"status":"OK"}', '{"status":"UPDATED"}', '{"status":"success"}',
  '{"code":200}', '{"code":0,"message":"ok"}', '{"error":null}',
  '{"error":false}', '{"error":""}', '{"errors":[]}', '{"errors":{}}',
  '{"errorCode":0}', '{"data":{"updateUser":null}}', '{"success":true}',
  '{"failed":[]}', '{"failureCount":0}', '{"no_error":true}',
  '{"result":{"status":"done"}}', '{"type":"user"}',
  '{"message":"the user was updated"}', '{"debug":""}', '{"title":"Done"}',
  '{"\\u0065rror":null}', " \r\n{}\n",
  '{"success":"falsy"}', '{"success":"true"}', '{"success":"no"}',
  '{"detail":"done"}', '{"code":""}', '{"code":"2.5"}',
  -- Deeper than error reports are, and longer than their names.
  '{"data":{"data":{"data":{"error":"no"}}}}',
  '{"the_name_of_a_member_that_is_no_error":"no"}',
}

describe("a success status", function()
  for _, name in ipairs(core.describe()) do
    it("of " .. name .. " proves nothing beside an error", function()
      for _, body in ipairs(reports) do
        for _, mark in ipairs { "", BOM, "\n " } do
          local kind, err = kind_of(name, 200, mark .. body, JSON)
          local is_list = body:find "^%[" and "decode"
          assert.is_true(kind == "api" or kind == is_list, name .. body)
          assert.equal(200, err.status)
          local safe = core.describe(name).effect == "safe"
            or name == "import_users" -- a dry run
          assert.equal(safe and "no" or "maybe", err.applied)
        end
      end
    end)
  end

  it("counts without a body, or with JSON, where nothing is expected",
    function()
      for _, status in ipairs { 200, 202, 204 } do
        assert.is_true((call("delete_user", status, "")))
        assert.is_true((call("delete_user", status, nil, HTML)))
        assert.is_true((call("delete_user", status, " \r\n")))
        assert.is_true((call("delete_user", status, BOM)))
        for _, body in ipairs(harmless) do
          assert.is_true((call("delete_user", status, body, JSON)), body)
          assert.is_true((call("delete_user", status, BOM .. body)), body)
        end
      end
    end)

  it("proves nothing with text or an HTML page", function()
    for _, body in ipairs { "OK", "done.", "404 page not found", "{oops}",
      "true story", "{}{}", '{"a":1', "[", "'quoted'", "\0", "{}garbage",
      "<html>", " <!DOCTYPE html>", "<?xml version='1.0'?><error/>",
      BOM .. "<html>log in</html>", "\239\187<html>", "-", "01" } do
      local kind, err = kind_of("delete_user", 200, body)
      assert.equal("gateway", kind, body)
      assert.equal("maybe", err.applied)
      assert.not_equal("ok", kind_of("create_user", 200, body), body)
      assert.not_equal("ok", kind_of("search_users", 200, body), body)
    end
  end)

  it("recognizes an HTML page after a byte order mark", function()
    for _, name in ipairs { "search_users", "create_user", "update_user" } do
      for _, headers in ipairs { {}, JSON, HTML } do
        assert.equal("gateway",
          kind_of(name, 200, BOM .. "\n<html>log in</html>", headers))
      end
    end
  end)

  it("recognizes JSON whatever its Content-Type", function()
    local user = '{"id":"g","name":"ada"}'
    for _, content_type in ipairs { "text/html", "text/plain", "", "garbage",
      "application/problem+json" } do
      local headers = { ["Content-Type"] = content_type }
      assert.equal("ada", call("create_user", 200, user, headers).name)
      assert.equal("ada",
        call("search_users", 200, "[" .. user .. "]", headers)[1].name)
      assert.equal("not_found", kind_of("delete_user", 404,
        '{"debug":"x"}', headers))
    end
  end)

  it("proves nothing without any of the object's fields", function()
    for name, objects in pairs {
      create_user = { "{}", '{"a":1}', '{"id":null}', '{"data":{"id":"g"}}',
        '{"email":"a@acme.test"}', '{"id":""}', '{"id":{}}', '{"name":7}',
        '{"user":{"id":"g","name":"ada"}}', "null", "[]", "true" },
      activate_user = { "{}", '{"message":"activated"}' },
      deactivate_user = { "{}", '{"message":"deactivated"}' },
      import_users = { "{}", '{"users":[]}', '{"users_added":"none"}' },
      get_full_access_token = { "{}", '{"access_token":"t"}' },
      get_current_user_info = { "{}", '{"userName":"ada"}' },
      validate_token = { "{}", '{"valid":true}' },
    } do
      for _, body in ipairs(objects) do
        local kind, err = kind_of(name, 200, body)
        assert.equal("decode", kind, name .. body)
        assert.is_string(err.message)
      end
    end
  end)

  it("counts with some of the object's fields", function()
    for name, objects in pairs {
      create_user = { '{"id":"g"}', '{"name":"ada","email":null}' },
      deactivate_user = { '{"activation_link":null}' },
      import_users = { '{"users_added":null}', '{"users_deleted":[]}',
        '{"users_added":{}}' },
    } do
      for _, body in ipairs(objects) do
        assert.is_table((call(name, 200, body)), body)
      end
    end
  end)

  it("counts when other fields are requested", function()
    local exchange = support.client {}:prepare("get_current_user_info",
      { fields = { "email" } })
    assert.same({ email = "e" },
      support.outcome(exchange, 200, '{"id":"g","email":"e"}'))
    exchange = support.client {}:prepare("get_current_user_info",
      { fields = { "email" } })
    assert.is_nil((support.outcome(exchange, 200, '{"email":"e"}')))
  end)
end)

describe("a reply that is not the cluster's JSON", function()
  local foreign = { "<html><h1>Forbidden</h1></html>", "Forbidden",
    "404 page not found", BOM .. "<html>", "{ \"error\": oops }" }

  it("says nothing about a user", function()
    for _, status in ipairs { 403, 404, 405, 409, 410, 413, 415, 422, 500,
      501, 502, 503, 504 } do
      for _, body in ipairs(foreign) do
        local kind, err = kind_of("update_user", status, body)
        assert.equal("gateway", kind, status .. body)
        assert.falsy(tostring(err):find "privilege")
        assert.equal(status < 500 and "no" or "maybe", err.applied)
      end
    end
    assert.equal("gateway", kind_of("delete_user", 404, ""))
    assert.equal("gateway", kind_of("delete_user", 404, " \n"))
    assert.equal("gateway", kind_of("delete_user", 404, nil, HTML))
  end)

  it("says nothing about a login", function()
    for status, kinds in pairs {
      [401] = "auth", [403] = "forbidden", [404] = "not_found",
      [500] = "server",
    } do
      for body, kind in pairs { ["{}"] = kinds, ["<html>"] = "gateway",
        ["no"] = "gateway" } do
        local exchange = support.login_client { max_retries = 0 }
          :prepare "search_users"
        local _, err = support.outcome(exchange, status, body)
        assert.equal(kind, err.kind)
        assert.matches("^could not log in: ", err.message)
        assert.is_true(err.login_failed)
        assert.falsy(kind == "gateway" and tostring(err):find "password")
      end
    end
  end)

  -- What gateways and frameworks write in JSON.
  local gateways = {
    spring = '{"timestamp":"2026-11-01T09:10:11.123+00:00","status":404,'
      .. '"error":"Not Found","path":"/api/rest/2.0/users/ada/update"}',
    ["spring 6"] = '{"type":"about:blank","title":"Not Found","status":404,'
      .. '"detail":"No static resource x.","instance":"/api/rest/2.0/x"}',
    kong = '{"message":"no Route matched with those values",'
      .. '"request_id":"9d2d"}',
    amazon = '{"message":"Missing Authentication Token"}',
    apigee = '{"fault":{"faultstring":"Unable to identify proxy for host",'
      .. '"detail":{"errorcode":"ApplicationNotFound"}}}',
    express = '{"message":"Cannot POST /api/rest/2.0/users/ada/update",'
      .. '"error":"Not Found","statusCode":404}',
    fastify = '{"message":"Route POST:/api/rest/2.0 not found",'
      .. '"error":"Not Found","statusCode":404}',
    azure = '{ "statusCode": 404, "message": "Resource not found" }',
    laravel = '{"exception":"NotFoundHttpException","path":"\\/api\\/x"}',
    cloudflare = '{"success":false,"errors":[{"code":1020,"message":"no"}],'
      .. '"messages":[],"result":null}',
  }

  it("says nothing about a user if a gateway wrote it in JSON", function()
    for name, body in pairs(gateways) do
      for _, status in ipairs { 403, 404 } do
        local kind, err = kind_of("update_user", status, body)
        assert.equal("gateway", kind, name)
        assert.falsy(tostring(err):find "privilege")
        assert.equal("no", err.applied)
        assert.is_string(err.debug)
        kind = kind_of("search_users", status, BOM .. body)
        assert.equal("gateway", kind, name)
      end
      assert.equal("auth", kind_of("update_user", 401, body))
    end
  end)

  it("is told from the cluster's own", function()
    for _, body in ipairs {
      '{"error":{"message":{"code":10023,"debug":"no"}},"path":"/x"}',
      '{"error":{"message":"no Route matched"}}',
      '{"debug":"cannot post","message":"Cannot POST /x"}',
      '{"message":"Resource not found","incident_id":"i"}',
      '{"message":"Resource not found"}',
      '{"statusCode":404,"message":"User not found","error":"Not Found"}',
      '{"statusCode":404,"message":"Resource not found: ada"}',
      '{"message":"Resource not found","code":10023}',
      '{"message":"ada does not exist","path":"users/ada","fault":null}',
      '{"message":{"debug":"x"},"url":"/x"}',
      '{"title":"Not Found","detail":"no user ada"}',
      '{"success":false,"errors":["no user ada"]}',
      '{"errors":[{"message":"no","path":["/x"]}],"data":null}',
      '["/x"]', '"/x"', "404", "{}", '{"path":7}', '{"url":""}',
    } do
      assert.equal("not_found", kind_of("update_user", 404, body), body)
      assert.equal("forbidden", kind_of("update_user", 403, body), body)
    end
  end)

  -- nginx, of plain HTTP that was sent to its HTTPS port.
  it("with status 400 is about the address, not about credentials", function()
    for _, body in ipairs(foreign) do
      local kind, err = kind_of("update_user", 400, body)
      assert.equal("api", kind)
      assert.matches("check host", err.hint)
      local exchange = support.login_client { max_retries = 0 }
        :prepare "search_users"
      err = select(2, support.outcome(exchange, 400, body))
      assert.matches("check host", err.hint)
      assert.falsy(tostring(err):find "password")
    end
  end)

  it("keeps its kind when it is empty, except for 404", function()
    local kind, err = kind_of("create_user", 403, "")
    assert.equal("forbidden", kind)
    assert.is_nil(err.hint)
    assert.matches("needs the privilege", select(2,
      kind_of("create_user", 403, "{}")).hint)
    assert.equal("server", kind_of("create_user", 500, ""))
    assert.equal("auth", kind_of("create_user", 401, ""))
    assert.equal("api", kind_of("create_user", 413, ""))
  end)

  it("is not about the privileges of a call if the login is denied",
    function()
      for body, hint in pairs { ['{"debug":"no"}'] = "user may log in",
        ['{"code":13090}'] = "org_id", [""] = false } do
        local exchange = support.login_client { max_retries = 0 }
          :prepare("delete_user", "ada")
        local _, err = support.outcome(exchange, 403, body)
        assert.equal("forbidden", err.kind)
        assert.falsy(tostring(err):find "privilege")
        assert.truthy(not hint and err.hint == nil
          or err.hint:find(hint, 1, true))
      end
    end)

  it("renews the token anyway, once", function()
    for body, kind in pairs { ["<html>"] = "gateway", ["who?"] = "gateway",
      [""] = "auth", ["{}"] = "auth", ['{"error":"no"}'] = "auth" } do
      local exchange = support.login_client { max_retries = 0 }
        :prepare "search_users"
      support.mint(exchange)
      support.answer(exchange, 401, body)
      support.mint(exchange, { token = "another-token" })
      local _, err = support.outcome(exchange, 401, body)
      assert.equal(kind, err.kind)
      assert.equal(2, err.attempts)
      exchange = support.login_client { max_retries = 0 }
        :prepare "search_users"
      support.mint(exchange)
      support.answer(exchange, 401, body)
      support.mint(exchange, { token = "another-token" })
      assert.same({}, support.outcome(exchange, 200, "[]"))
    end
  end)
end)

it("a login for an org that is not found has reached the cluster", function()
  local exchange = support.login_client { max_retries = 0 }
    :prepare "search_users"
  local _, err = support.outcome(exchange, 400,
    '{"error":{"message":{"debug":{"code":13003,"debug":"[\\"7\\"]"}}}}')
  assert.equal("not_found", err.kind)
  assert.equal("check username and org_id", err.hint)
end)

describe("a request that is too large", function()
  it("should be sent in smaller batches", function()
    for _, body in ipairs { "<html>413</html>", "too large", "",
      '{"message":"too large"}' } do
      local _, err = kind_of("import_users", 413, body)
      assert.matches("smaller batch_size", err.hint)
      assert.equal("no", err.applied)
      _, err = kind_of("update_user", 413, body)
      assert.matches("send less", err.hint)
    end
  end)
end)

describe("a proxy that rejects the credentials", function()
  it("is named, and not retried", function()
    for _, client in ipairs { support.client {}, support.login_client {} } do
      for _, body in ipairs { "", "<html>", '{"message":"log in"}', "no" } do
        local exchange = client:prepare "search_users"
        local _, err = support.outcome(exchange, 407, body,
          { ["Retry-After"] = "1" })
        assert.equal("connect", err.kind)
        assert.equal(407, err.status)
        assert.equal(1, err.attempts)
        assert.matches("proxy", err.message)
        assert.matches("password of the proxy", err.hint)
        assert.equal("no", err.applied)
      end
    end
  end)

  it("stops a batch", function()
    local asked = 0
    local client = fake.client({ ["*"] = function()
      asked = asked + 1
      return 407, "<html>"
    end }, { max_retries = 3 })
    local report = assert(client:batch("update_user", {
      { "a", {} }, { "b", {} }, { "c", {} }, { "d", {} }, { "e", {} },
      { "f", {} }, { "g", {} } }, { concurrency = 2 }))
    assert.equal(7, report.failed)
    assert.equal(2, asked)
    assert.equal("connect", report.failures[1].err.kind)
    assert.equal("cancelled", report.failures[7].err.kind)
    assert.matches("proxy", report.failures[7].err.message)
  end)
end)

describe("find_user", function()
  local function find(identifier, status, body)
    local client = fake.client { ["users/search"] = function()
      return status, body
    end }
    local user, err = client:find_user(identifier)
    assert.is_nil(user)
    return err
  end
  local function unresolved(list)
    return '{"error":{"message":{"debug":{"code":13003,"debug":"' .. list
      .. '"}}}}'
  end

  it("accepts a 404 that names the user", function()
    for identifier, body in pairs {
      ada = unresolved '[\\"ada\\"]',
      ["g-1"] = unresolved '[\\"g-0\\",\\"g-1\\"]',
      bob = '{"message":"There is no user bob."}',
      ["c@acme.test"] = '{"debug":"no such user: c@acme.test"}',
    } do
      assert.equal("not_found", find(identifier, 404, body).kind)
    end
    assert.equal("not_found", find("eve", 200, "[]").kind)
  end)

  it("does not accept a 404 that names something else, or nothing", function()
    for identifier, body in pairs {
      ada = unresolved '[\\"53d3d10e-0000-4000-8000-000000000000\\"]',
      adam = '{"debug":"no such user: ada"}',
      ad = '{"debug":"no such user: ada"}',
      ["d.a"] = '{"debug":"no such user: d.a.b"}',
      bob = "{}", eve = '{"error":{"message":{"code":10002}}}',
    } do
      local err = find(identifier, 404, body)
      assert.equal("api", err.kind)
      assert.matches("does not mean that there is no such user", err.hint)
      assert.equal(404, err.status)
    end
    for _, body in ipairs { "", "<html>ada</html>", "ada" } do
      assert.equal("gateway", find("ada", 404, body).kind)
    end
  end)
end)

describe("a transport that received a write", function()
  it("leaves it in doubt, however it fails", function()
    for _, transport in ipairs {
      function() error "broken" end,
      function() error {} end,
      function() return nil, "broken" end,
      function() end,
      function() return "reply" end,
      function() return {} end,
      function() return { status = "200 OK" } end,
      function() return { status = 200, headers = 7 } end,
      function() return { status = 200, body = {} } end,
      function() return { status = 200, body = "{" } end,
      function() return { status = 500 } end,
    } do
      local client = assert(thoughtspot.new {
        host = "https://cluster.test", token = "t0ken-t0ken",
        transport = transport, max_retries = 0, protect_self = false,
      })
      for _, name in ipairs { "create_user", "update_user", "delete_user" } do
        local value, err
        if name == "create_user" then
          value, err = client:create_user { name = "ada",
            display_name = "Ada", email = "ada@acme.test" }
        else
          value, err = client[name](client, "ada",
            name == "update_user" and { email = "a@acme.test" } or nil)
        end
        assert.is_nil(value)
        assert.equal("maybe", err.applied, tostring(err))
        assert.equal(1, err.attempts)
      end
      local _, err = client:search_users()
      assert.equal("no", err.applied)
    end
  end)
end)
