local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

-- The outcome of an endpoint of each kind of reply.
local function none(status, body, headers)
  return support.outcome(support.client { max_retries = 0 }:prepare(
    "delete_user", "ada"), status, body, headers)
end
local function object(status, body, headers)
  return support.outcome(support.prepare(support.client { max_retries = 0 },
    "create_user"), status, body, headers)
end
local function list(status, body, headers)
  return support.outcome(support.client { max_retries = 0 }:prepare(
    "search_users"), status, body, headers)
end

local function fails(kind, message, value, err)
  assert.is_nil(value)
  assert.equal(kind, err.kind)
  assert.equal(message, err.message)
  return err
end

local html = "an HTML page instead of a reply: a proxy, a login page or a "
  .. "maintenance page replied in place of the cluster"

describe("a reply without a body", function()
  it("is true, with any 2xx status and any body", function()
    assert.is_true(none(204))
    assert.is_true(none(204, ""))
    assert.is_true(none(200, "{}"))
    assert.is_true(none(202, ""))
    assert.is_true(none(200, "{}", { ["Content-Type"] = "application/json" }))
  end)

  it("is not an HTML page", function()
    assert.equal("maybe", fails("gateway", html, none(200, "<html>")).applied)
    fails("gateway", html, none(200, " \r\n\t<!DOCTYPE html>"))
    fails("gateway", html, none(200, "down",
      { ["Content-Type"] = "Text/HTML; charset=utf-8" }))
  end)
end)

describe("a reply that is an object", function()
  it("is that object", function()
    assert.same({ id = "g", name = "ada", orgs = { { id = 0 } }, new = 1 },
      object(200, ' {"id":"g","name":"ada","orgs":[{"id":0}],"new":1}\n'))
    assert.same({ id = "g", a = 1 }, object(201, '{"a":1,"id":"g"}'))
  end)

  it("of another shape cannot be read", function()
    for _, body in ipairs { "[]", '[{"a":1}]', "1", '"x"', "null", "true",
      '{"a":1', '{"a":1}}', '{"a":}', "{'a':1}", "{", " ", "garbage",
      '{"a":1} {"b":2}' } do
      local value, err = object(200, body)
      assert.is_nil(value)
      assert.equal("decode", err.kind)
      assert.matches("^cannot read the reply: .*, after %d+ bytes$",
        err.message)
      assert.equal(200, err.status)
      assert.equal("maybe", err.applied)
    end
    assert.equal("maybe",
      fails("decode", "the reply is empty", object(200, "")).applied)
    fails("decode", "the reply is empty", object(204))
    fails("gateway", html, object(200, "<html>"))
  end)

  it("is read once", function()
    local exchange = support.prepare(support.client {}, "create_user")
    assert.same({ id = "g" }, support.outcome(exchange, 200, '{"id":"g"}'))
    local _, err = pcall(exchange.result, exchange)
    assert.matches("its result taken", err)
  end)
end)

describe("a reply that is a list", function()
  it("is that list", function()
    assert.same({}, list(200, "[]"))
    assert.same({ { a = 1 }, {}, { b = { 2 } } },
      list(200, '[{"a":1},{},{"b":[2]}]'))
  end)

  it("of another shape cannot be read", function()
    for _, body in ipairs { "{}", "[1]", "[[]]", "[null]", '[{"a":1}',
      '[{"a":1},]', '[{"a":1}]]', "" } do
      local value, err = list(200, body)
      assert.is_nil(value)
      assert.equal("decode", err.kind)
      assert.equal("no", err.applied) -- for nothing can have been
    end
  end)

  it("keeps the requested fields", function()
    local exchange = support.client {}:prepare("search_users", {},
      { fields = { "id", "orgs" } })
    assert.same({ { id = "1", orgs = { { id = 0, name = "x" } } }, {} },
      support.outcome(exchange, 200, '[{"name":"ada","id":"1","orgs":'
        .. '[{"id":0,"name":"x"}]},{"email":"e"}]'))
  end)

  it("refuses misspelled fields", function()
    for wanted, message in pairs {
      nmae = "fields[2]: is not a field of User; did you mean name?",
      zzzzzz = "fields[2]: is not a field of User",
    } do
      local exchange, err = support.client {}:prepare("search_users", {},
        { fields = { "id", wanted } })
      assert.is_nil(exchange)
      assert.equal("argument", err.kind)
      assert.equal("fields[2]", err.field)
      assert.equal(message, err.message)
      exchange = support.client { strict = false }:prepare("search_users", {},
        { fields = { "id", wanted } })
      assert.same({ { [wanted] = 1 } },
        support.outcome(exchange, 200, '[{"' .. wanted .. '":1,"name":2}]'))
    end
    assert(support.client {}:prepare("delete_user", "ada",
      { fields = { "whatever" } }))
  end)

  it("keeps fields whose names are written with escapes", function()
    local exchange = support.client {}:prepare("search_users", {},
      { fields = { "id", "name" } })
    assert.same({ { id = "1", name = "ada" }, { id = "2" }, {} },
      support.outcome(exchange, 200, '[{"\\u0069d":"1","n\\u0061me":"ada",'
        .. '"\\u0065mail":"e"},{"id":"2","nam\\u0000e":1,"nam\\u0065s":2},'
        .. '{"email":"e","na\\u006d":3,"\\u00e9":4,"name\\u0000":5}]'))
  end)

  it("can be read object by object", function()
    local exchange = support.client {}:prepare("search_users")
    assert.is_nil(exchange:take())
    assert.equal("done",
      (support.answer(exchange, 200, '[{"a":1},{"a":2},{"a":3}]')))
    assert.same({ a = 1 }, exchange:take())
    assert.same({ { a = 2 }, { a = 3 } }, exchange:result())
  end)

  it("can be read several objects at a time", function()
    local exchange = support.client {}:prepare("search_users")
    assert.is_nil(exchange:take(2))
    assert.equal("done",
      (support.answer(exchange, 200, '[{"a":1},{"a":2},{"a":3}]')))
    assert.same({ { a = 1 }, { a = 2 } }, exchange:take(2))
    assert.same({ { a = 3 } }, exchange:take(2 ^ 40))
    assert.is_nil(exchange:take(2))
    assert.has_error(function() exchange:take(0) end,
      "bad argument #1 to 'take' (expected one or more)")
  end)

  it("is read in slices with a limit", function()
    for count, slices in pairs { [0] = { "0 nil" }, [1] = { "1 nil" },
      [2] = { "2 nil" }, [3] = { "2 true", "1 nil" },
      [4] = { "2 true", "2 nil" } } do
      local exchange = support.client {}:prepare("search_users")
      support.answer(exchange, 200, "[" .. ("{},"):rep(count):sub(1, -2)
        .. "]")
      for _, slice in ipairs(slices) do
        local part, more = exchange:result(2)
        assert.equal(slice, #part .. " " .. tostring(more))
      end
      assert.has_error(function() exchange:result(2) end)
    end
  end)

  it("is complete without a limit", function()
    for _, limit in ipairs { 3, 1e300, math.huge } do
      local exchange = support.client {}:prepare("search_users")
      support.answer(exchange, 200, '[{"a":1},{"a":2},{"a":3}]')
      local users, more = exchange:result(limit)
      assert.equal(3, #users)
      assert.is_nil(more)
    end
  end)

  it("as a stream ends with true", function()
    local exchange = support.client {}:prepare("search_users"):stream()
    assert.equal("done", (support.answer(exchange, 200, '[{"a":1},{"a":2}]')))
    assert.same({ a = 1 }, exchange:take())
    assert.same({ a = 2 }, exchange:take())
    assert.is_nil(exchange:take())
    assert.is_true(exchange:result())
  end)

  it("as a stream returns what came before an error", function()
    local exchange = support.client {}:prepare("search_users"):stream()
    assert.equal("done", (support.answer(exchange, 200, '[{"a":1},{"a":')))
    assert.same({ a = 1 }, exchange:take())
    assert.same({}, { exchange:take() })
    local value, err = exchange:result()
    assert.is_nil(value)
    assert.equal("decode", err.kind)
  end)
end)

describe("a reply that cannot be read", function()
  it("is shown with what was expected", function()
    for body, fault in pairs {
      ["[]"] = "expected an object, after 0 bytes",
      ["17"] = "expected an object, after 0 bytes",
      ['{"name":"ada",}'] = "not valid JSON, after 14 bytes",
    } do
      local err = fails("decode", "cannot read the reply: " .. fault,
        object(200, body))
      assert.equal(body, err.body)
    end
    for body, offset in pairs { ["{}"] = 0, ['[{"a":1},2]'] = 9 } do
      local err = fails("decode", "cannot read the reply: expected a list of "
        .. "objects, after " .. offset .. " bytes", list(200, body))
      assert.equal(body, err.body)
    end
  end)

  it("is shown up to a limit, without the secrets that were sent", function()
    local _, err = support.outcome(support.prepare(support.client {},
      "create_user", { name = "ada", display_name = "A", email = "e",
      password = "hush-hush" }), 200, '["hush-hush' .. ("x"):rep(1e5))
    assert.equal("decode", err.kind)
    assert.equal('["[secret]xxx', err.body:sub(1, 13))
    assert.is_true(#err.body < 5000)
  end)

  it("is not shown where it may hold a secret", function()
    for _, endpoint in ipairs { "get_full_access_token", "deactivate_user",
      "get_current_user_token" } do
      local value, err = support.outcome(support.prepare(support.client {},
        endpoint), 200, '{"token":"abc","activation_link":"abc"')
      assert.is_nil(value)
      assert.equal("decode", err.kind)
      assert.is_nil(err.body)
      for _, field in pairs(err) do
        assert.is_nil(tostring(field):find("abc", 1, true))
      end
    end
  end)

  it("is not shown when a result breaks off or is too large", function()
    local exchange = support.client { max_retries = 0,
      max_response_bytes = 20 }:prepare("search_users")
    local _, err = support.outcome(exchange, 200,
      '[{"name":"' .. ("x"):rep(30) .. '"}]')
    assert.equal("limit", err.kind)
    assert.is_nil(err.body)
  end)
end)

describe("an error that is sent as a success", function()
  local body = '{"error":{"message":{"code":10002,"debug":"bad filter",'
    .. '"incident_id_guid":"i-1","trace_id_guid":"t-1"}}}'

  it("is an error", function()
    for reply_of, applied in pairs { [object] = "maybe", [list] = "no" } do
      local err = fails("api", "bad filter", reply_of(200, body))
      assert.equal(200, err.status)
      assert.equal(10002, err.code)
      assert.equal("i-1", err.incident_id)
      assert.equal("t-1", err.trace_id)
      assert.equal(body, err.body)
      assert.equal(applied, err.applied)
    end
    fails("api", "oops", object(200, '{"error":"oops"}'))
    assert.equal("forbidden", select(2, object(200,
      '{"error":{"code":10023}}')).kind)
  end)

  it("is one where nothing was asked for, in whatever words", function()
    for _, report in ipairs { '"Unauthorized"', '"Internal error"',
      '{"messages":[{"type":"ERROR","text":"x"}]}', '{"success":0}',
      '{"payload":{"error":"x"}}', '{"faultcode":"Server"}',
      '{"status":"REJECTED"}', '{"status":"Timeout"}', '{"state":"ABORTED"}',
      '{"status":"SERVICE_UNAVAILABLE"}' } do
      local value, err = none(200, report)
      assert.is_nil(value, report)
      assert.equal("api", err.kind)
      assert.equal("maybe", err.applied)
    end
    for _, body_of_success in ipairs { '"ok"', '"no error"', "0", "1", "true",
      "null", "[]", '{"messages":[]}', '{"success":1}', '{"default":"x"}',
      '{"status":"DONE"}', '{"payload":{"user":"ada"}}' } do
      assert.is_true(none(200, body_of_success), body_of_success)
    end
  end)

  it("is an error whatever fields are requested", function()
    local exchange = support.client {}:prepare("get_current_user_info",
      { fields = { "id" } })
    fails("api", "bad filter", support.outcome(exchange, 200, body))
  end)

  it("is one for a login, too", function()
    local client = support.login_client { max_retries = 0 }
    local exchange = client:prepare "get_current_user_info"
    support.answer(exchange, 200, body)
    fails("api", "could not log in: bad filter", exchange:result())
  end)

  it("has none of the requested fields", function()
    for _, reply in ipairs { '{"id":"g","error":"x"}',
      '{"name":"ada","error":{"code":1}}' } do
      assert.is_table((object(200, reply)))
    end
  end)
end)

describe("a report of an error in a list", function()
  local REPORT = '{"error":{"message":{"code":10002,"debug":"no such org"}}}'
  local USER = '{"id":"g","name":"ada"}'

  -- The outcome of a stream, and the objects that it gave.
  local function stream(body, options)
    local exchange = support.client { max_retries = 0 }:prepare(
      "search_users", {}, options):stream()
    support.send(exchange)
    exchange:respond(200, {}, body, support.now)
    local taken, one = {}, exchange:take()
    while one do
      taken[#taken + 1] = one
      one = exchange:take()
    end
    assert.equal("done", (exchange:step(support.now)))
    local value, err = exchange:result()
    return taken, value, err
  end

  it("is never returned as an object, in whatever shape", function()
    for _, report in ipairs {
      REPORT, '{"message":"no such org","code":500}', '{"status":"error"}',
      '{"errors":[{"message":"no such org"}]}', '{"errorMessage":"x"}',
      '{"success":false}', '{"id":"","error":"x"}', '{"id":null,"error":"x"}',
      '{"title":"Bad","detail":"no such org"}',
    } do
      local taken, value, err = stream("[" .. report .. "]")
      assert.same({}, taken)
      assert.is_nil(value)
      assert.equal("api", err.kind, report)
      taken, value, err = stream("[" .. USER .. "," .. report .. "," .. USER
        .. "]")
      assert.same({ { id = "g", name = "ada" } }, taken)
      assert.is_nil(value)
      assert.equal("api", err.kind, report)
      value, err = list(200, "[" .. USER .. "," .. report .. "]")
      assert.is_nil(value)
      assert.equal("api", err.kind, report)
    end
  end)

  it("has the reason", function()
    local _, _, err = stream("[" .. REPORT .. "]")
    assert.equal("no such org", err.message)
    _, _, err = stream("[" .. USER .. "," .. REPORT .. "]")
    assert.equal("no such org", err.message)
    assert.equal(10002, err.code)
    assert.equal(REPORT, err.body)
  end)

  it("has the reason although none of its members was requested", function()
    for _, fields in ipairs { { "id" }, { "email" }, { "name", "email" } } do
      local taken, _, err = stream("[" .. REPORT .. "]", { fields = fields })
      assert.same({}, taken)
      assert.equal("no such org", err.message)
      taken, _, err = stream("[" .. USER .. "," .. REPORT .. "," .. USER
        .. "]", { fields = fields })
      assert.equal(1, #taken)
      assert.equal("no such org", err.message)
      assert.equal(10002, err.code)
      assert.equal(REPORT, err.body)
    end
  end)

  it("is not assumed from other members of an object", function()
    for _, one in ipairs {
      '{"id":"g","error":"x"}', '{"error":"x","id":"g"}',
      '{"name":"ada","status":"error"}',
    } do
      assert.equal(1, #(stream("[" .. one .. "]")))
      assert.equal(2, #(stream("[" .. USER .. "," .. one .. "]")))
    end
  end)
end)

describe("an object of a list of which nothing is kept", function()
  -- The outcome of a list of which only the e-mail addresses are kept.
  local function emails(body)
    return support.outcome(support.client { max_retries = 0 }:prepare(
      "search_users", {}, { fields = { "email" } }), 200, body)
  end

  it("is one without the wanted fields", function()
    assert.same({ {}, {}, {} }, (emails('[{"id":"g","name":"ada"},'
      .. '{"email":null,"id":"h","name":"alan"},{"display_name":"Grace"}]')))
  end)

  it("is an error if it has none of the others either", function()
    for _, other in ipairs { "{}", "{ }", '{"foo":1}', '{"foo":{"id":"g"}}' }
    do
      for _, before in ipairs { "", '{"id":"g","email":"ada@acme.test"},',
        '{"name":"ada"},' } do
        local value, err = emails("[" .. before .. other .. ","
          .. '{"id":"h","name":"alan"}]')
        assert.is_nil(value)
        assert.equal("decode", err.kind)
        assert.equal(("cannot read the reply: an object of the list has none "
          .. "of the expected fields, after %d bytes")
          :format(1 + #before + #other), err.message)
      end
    end
  end)

  it("is not one that has a wanted field unknown to the schema", function()
    local exchange = support.client { strict = false }:prepare("search_users",
      {}, { fields = { "foo" } })
    assert.same({ { foo = 1 }, {} }, (support.outcome(exchange, 200,
      '[{"foo":1},{"id":"g"}]')))
  end)

  it("is returned as it came if no fields are requested", function()
    assert.same({ { id = "g" }, {}, { foo = 1 } },
      (list(200, '[{"id":"g"},{},{"foo":1}]')))
  end)

  it("is judged by the first 64 KB of its text", function()
    local filler = ('"x":"%s"'):format(("x"):rep(70000))
    for _, before in ipairs { '"id":"h",', "" } do
      local one = "{" .. before .. filler .. "}"
      assert.same({ {}, {} }, (emails('[{"id":"g"},' .. one .. "]")))
    end
  end)
end)

describe("a reply that is too large", function()
  it("is an error", function()
    local client = support.client { max_response_bytes = 50 }
    local _, err = support.outcome(client:prepare("search_users"), 200,
      '[{"a":"' .. ("x"):rep(60) .. '"}]')
    assert.equal("limit", err.kind)
    assert.equal("raise max_response_bytes", err.hint)
    _, err = support.outcome(client:prepare("get_current_user_info"), 200,
      '{"a":"' .. ("x"):rep(60) .. '"}')
    assert.equal("limit", err.kind)
    assert.equal("raise max_response_bytes", err.hint)
    _, err = support.outcome(client:prepare("search_users"), 200,
      "[" .. ('{"a":"0123456789"},'):rep(5) .. "{}]")
    assert.equal("limit", err.kind)
    assert.equal("read it with client:each_user, or raise max_response_bytes",
      err.hint)
    assert.matches("^cannot read the reply: ", err.message)
    assert.same({ { a = 1 } }, support.outcome(client:prepare("search_users"),
      200, '[{"a":1' .. (" "):rep(100) .. "}]"))
  end)

  it("may be a stream of any length", function()
    local client = support.client { max_response_bytes = 50 }
    local exchange = client:prepare("search_users"):stream()
    assert.equal("done", (support.answer(exchange, 200,
      "[" .. ('{"a":"0123456789"},'):rep(100) .. "{}]")))
    for _ = 1, 100 do
      assert.same({ a = "0123456789" }, exchange:take())
    end
    assert.same({}, exchange:take())
    assert.is_true(exchange:result())
  end)
end)

describe("a redirect", function()
  it("is not followed", function()
    local err = fails("gateway", "the host redirects elsewhere: "
      .. "https://login.test/?a=b", none(302, "",
      { Location = "https://login.test/?a=b" }))
    assert.equal(302, err.status)
    assert.equal("no", err.applied)
    fails("gateway", "the host redirects elsewhere", none(301))
    fails("gateway", "the host redirects elsewhere: /a b",
      none(307, "", { Location = "/a\tb" }))
  end)
end)

describe("statuses", function()
  it("have their kinds", function()
    for status, kind in pairs { [400] = "api", [401] = "auth",
      [403] = "forbidden", [404] = "not_found", [405] = "api",
      [409] = "conflict", [415] = "api", [429] = "rate_limit", [499] = "api",
      [500] = "server", [503] = "server", [599] = "server", [100] = "gateway",
      [304] = "gateway", [999] = "server" } do
      local _, err = none(status, "{}")
      assert.equal(kind, err.kind)
      assert.equal(status, err.status)
    end
    for _, status in ipairs { 500, 502, 503, 504 } do
      assert.equal("gateway", select(2, none(status, "<html>")).kind)
    end
    assert.matches("needs the privilege", select(2, object(403, "{}")).hint)
    assert.is_nil(select(2, list(403, "{}")).hint)
    assert.is_nil(select(2, core.new {}).status)
  end)
end)
