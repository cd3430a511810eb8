-- Values that a client fills in: the host of an activation link, and the parts
-- of such a link.

local support = require "spec.support.exchange"

local GUID = "1f5a43b1-0000-4000-8000-00000000000a"
local LINK = "https://acme.test/#/activate?id=" .. GUID .. "&token=a%2Fb-c_d="

describe("values filled in", function()
  local function body(options, ...)
    local client = support.client(options or {})
    local exchange, err = client:prepare(...)
    return exchange and support.send(exchange).body, err
  end

  local function activation(request)
    request.password = "pw"
    return body(nil, "activate_user", request)
  end

  it("include the host as base_url of deactivate_user", function()
    for given, expected in pairs {
      ["https://acme.test"] = "https://acme.test",
      ["https://acme.test/"] = "https://acme.test",
      ["https://acme.test:8443/a/b//"] = "https://acme.test:8443/a/b",
    } do
      local request = { user_identifier = "ada" }
      assert.equal(('{"user_identifier":"ada","base_url":"%s"}'):format(
        expected), (body({ host = given }, "deactivate_user", request)))
      -- The caller's table is unchanged.
      assert.same({ user_identifier = "ada" }, request)
    end
  end)

  it("never replace given values", function()
    assert.equal('{"user_identifier":"ada","base_url":"https://b.test"}',
      (body(nil, "deactivate_user", {
        user_identifier = "ada", base_url = "https://b.test",
      })))
    assert.equal('{"user_identifier":"ada","base_url":""}', (body(nil,
      "deactivate_user", { user_identifier = "ada", base_url = "" })))
  end)

  it("begin links only with an address that a browser opens", function()
    for given, fault in pairs {
      ["ftp://b.test"] = "must begin with https:// or http://",
      ["b.test"] = "must begin with https:// or http://",
      ["//b.test"] = "must begin with https:// or http://",
      ["httpss://b.test"] = "must begin with https:// or http://",
      ["https:/b.test"] = "must begin with https:// or http://",
      ["javascript:alert(1)"] = "must begin with https:// or http://",
      [" https://b.test"] = "must begin with https:// or http://",
      ["https://"] = "has no host",
      ["https:///b.test"] = "has no host",
      ["http://:80"] = "has no host",
      ["https://me:pw@b.test"] = "must not contain a user name",
      ["https://b.test/?x=1"] = "must not contain a user name, a query",
      ["https://b.test/#/home"] = "a fragment",
      ["https://b.test\n"] = "white space",
    } do
      local exchange, err = support.client {}:prepare("deactivate_user",
        { user_identifier = "ada", base_url = given })
      assert.is_nil(exchange, given)
      assert.equal("argument", err.kind)
      assert.equal("base_url", err.field)
      assert.truthy(err.message:find(fault, 1, true), err.message)
    end
    for _, given in ipairs { "HTTPS://b.test", "http://b.test:8443/a/b/",
      "https://[::1]", "Http://10.0.0.1" } do
      assert(support.client {}:prepare("deactivate_user",
        { user_identifier = "ada", base_url = given }))
    end
  end)

  it("include user and token of an activation link", function()
    local expected = ('{"user_identifier":"%s","auth_token":"a%%2Fb-c_d=",'
      .. '"password":"pw"}'):format(GUID)
    for _, link in ipairs {
      LINK, "https://b.test/x/#/activate?token=a%2Fb-c_d=&id=" .. GUID,
      LINK .. "&lang=de#top",
    } do
      local request = { activation_link = link }
      assert.equal(expected, (activation(request)))
      assert.same({ activation_link = link, password = "pw" }, request)
    end
  end)

  it("never replace a given user_identifier or token", function()
    assert.equal('{"user_identifier":"ada","auth_token":"a%2Fb-c_d=",'
      .. '"password":"pw"}', (activation {
        activation_link = LINK, user_identifier = "ada",
      }))
  end)

  it("need a valid link", function()
    for link, message in pairs {
      ["https://acme.test/#/activate?id=a"] = "is not an activation link",
      ["https://acme.test/#/activate?xid=a&xtoken=b"] =
        "is not an activation link",
      ["id=a&token=b"] = "is not an activation link",
      [""] = "is empty",
    } do
      local sent, err = activation { activation_link = link }
      assert.is_nil(sent)
      assert.equal("activation_link", err.field)
      assert.matches(message, err.message, 1, true)
      assert.equal("argument", err.kind)
      assert.is_nil(tostring(err):find("token=b", 1, true))
    end
    local _, err = activation { activation_link = 5 }
    assert.matches("activation_link: expected a string", err.message, 1, true)
    _, err = activation {
      activation_link = "https://acme.test/#/activate?id=&token=b",
    }
    assert.equal("user_identifier: is empty", err.message)
  end)

  it("leave missing fields to the validation", function()
    local _, err = activation { user_identifier = "ada" }
    assert.matches("auth_token: is required", err.message, 1, true)
    _, err = activation { auth_token = "t" }
    assert.matches("user_identifier: is required", err.message, 1, true)
    _, err = body(nil, "deactivate_user", {})
    assert.matches("user_identifier: is required", err.message, 1, true)
  end)

  it("keep the link's token out of errors", function()
    local client = support.client {}
    local exchange = assert(client:prepare("activate_user", {
      activation_link = "https://acme.test/#/activate?id=a&token=hush-hush",
      password = "pw",
    }))
    local _, err = support.outcome(exchange, 400,
      '{"error":{"message":"hush-hush is old"}}')
    assert.matches("is old", err.body, 1, true)
    assert.is_nil((tostring(err) .. err.body):find("hush-hush", 1, true))
  end)
end)
