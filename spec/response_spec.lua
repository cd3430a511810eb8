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

local html = "a page of HTML instead of a reply: a proxy, a login page or a "
  .. "maintenance page answers in the cluster's place"

describe("a reply without a body", function()
  it("is true, whatever 2xx comes with whatever body", function()
    assert.is_true(none(204))
    assert.is_true(none(204, ""))
    assert.is_true(none(200, "{}"))
    assert.is_true(none(200, "not JSON"))
    assert.is_true(none(202, ""))
    assert.is_true(none(200, "{}", { ["Content-Type"] = "application/json" }))
  end)

  it("is no page of HTML", function()
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
    assert.same({}, object(200, "{}"))
    assert.same({ a = 1 }, object(201, '{"a":1}'))
  end)

  it("of another shape cannot be read", function()
    for _, body in ipairs { "[]", '[{"a":1}]', "1", '"x"', "null", "true",
      '{"a":1', '{"a":1}}', '{"a":}', "{'a':1}", "{", " ", "garbage",
      '{"a":1} {"b":2}', '{"a":"\\ud800"}' } do
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
    assert.same({ a = 1 }, support.outcome(exchange, 200, '{"a":1}'))
    assert.has_error(function() exchange:result() end,
      "the result was taken before")
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

  it("keeps the fields that are wanted", function()
    local exchange = support.client {}:prepare("search_users", {},
      { fields = { "id", "orgs" } })
    assert.same({ { id = "1", orgs = { { id = 0, name = "x" } } }, {} },
      support.outcome(exchange, 200, '[{"name":"ada","id":"1","orgs":'
        .. '[{"id":0,"name":"x"}]},{"email":"e"}]'))
  end)

  it("can be taken object by object", function()
    local exchange = support.client {}:prepare("search_users")
    assert.is_nil(exchange:take())
    assert.equal("done",
      (support.answer(exchange, 200, '[{"a":1},{"a":2},{"a":3}]')))
    assert.equal(3, exchange:waiting())
    assert.same({ a = 1 }, exchange:take())
    assert.equal(2, exchange:waiting())
    assert.same({ { a = 2 }, { a = 3 } }, exchange:result())
    assert.is_nil(exchange:take())
    assert.equal(0, exchange:waiting())
  end)

  it("as a stream is true in the end", function()
    local exchange = support.client {}:prepare("search_users", {},
      { stream = true })
    assert.equal("done", (support.answer(exchange, 200, '[{"a":1},{"a":2}]')))
    assert.same({ a = 1 }, exchange:take())
    assert.same({ a = 2 }, exchange:take())
    assert.is_nil(exchange:take())
    assert.is_true(exchange:result())
  end)

  it("as a stream gives what came before it broke", function()
    local exchange = support.client {}:prepare("search_users", {},
      { stream = true })
    assert.equal("done", (support.answer(exchange, 200, '[{"a":1},{"a":')))
    assert.same({ a = 1 }, exchange:take())
    assert.same({}, { exchange:take() })
    local value, err = exchange:result()
    assert.is_nil(value)
    assert.equal("decode", err.kind)
  end)
end)

describe("a reply that is too large", function()
  it("is given up", function()
    local client = support.client { max_response_bytes = 50 }
    local _, err = support.outcome(client:prepare("search_users"), 200,
      '[{"a":"' .. ("x"):rep(60) .. '"}]')
    assert.equal("limit", err.kind)
    _, err = support.outcome(client:prepare("search_users"), 200,
      "[" .. ('{"a":"0123456789"},'):rep(5) .. "{}]")
    assert.equal("limit", err.kind)
    assert.matches("^cannot read the reply: ", err.message)
    assert.same({ { a = 1 } }, support.outcome(client:prepare("search_users"),
      200, '[{"a":1' .. (" "):rep(100) .. "}]"))
  end)

  it("may be a stream of any length", function()
    local client = support.client { max_response_bytes = 50 }
    local exchange = client:prepare("search_users", {}, { stream = true })
    assert.equal("done", (support.answer(exchange, 200,
      "[" .. ('{"a":"0123456789"},'):rep(100) .. "{}]")))
    for _ = 1, 100 do
      assert.same({ a = "0123456789" }, exchange:take())
    end
    assert.same({}, exchange:take())
    assert.is_true(exchange:result())
  end)
end)

describe("a reply that sends elsewhere", function()
  it("is not followed", function()
    local err = fails("gateway", "the host sends elsewhere: "
      .. "https://login.test/?a=b", none(302, "",
      { Location = "https://login.test/?a=b" }))
    assert.equal(302, err.status)
    assert.equal("no", err.applied)
    fails("gateway", "the host sends elsewhere", none(301))
    fails("gateway", "the host sends elsewhere: /a b",
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
    assert.equal("not_found", select(2, none(404, "<html>")).kind)
    assert.is_nil(select(2, core.new {}).status)
  end)
end)
