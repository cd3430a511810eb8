local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local function headers_of(client, options)
  local exchange = assert(client:prepare("delete_user", "ada", options))
  return support.send(exchange).headers
end

local refusals = {
  { "", "x", "a header needs a name" },
  { "a b", "x", "is not a valid header name" },
  { "a:b", "x", "is not a valid header name" },
  { "a\r\nb", "x", "is not a valid header name" },
  { "a\0b", "x", "is not a valid header name" },
  { "é", "x", "is not a valid header name" },
  { "X-A", "x\r\nX-B: y", "must not contain control characters" },
  { "X-A", "x\0", "must not contain control characters" },
  { "X-A", "\127", "must not contain control characters" },
}
for _, name in ipairs { "Authorization", "Connection", "Content-Encoding",
  "Content-Length", "Content-Type", "Expect", "Host", "TE", "Trailer",
  "Transfer-Encoding", "Upgrade", "authorization", "HOST" } do
  refusals[#refusals + 1] = { name, "x", "is set by the client itself" }
end

describe("headers", function()
  for _, case in ipairs(refusals) do
    local name, value, message = case[1], case[2], case[3]
    it(("are refused: %q = %q"):format(name, value), function()
      local headers = { [name] = value }
      local path = "headers." .. name:gsub("%c", "?")
      local client, err = core.new { host = support.host, token = "t",
        headers = headers }
      assert.is_nil(client)
      assert.equal("argument", err.kind)
      assert.equal(path, err.field)
      assert.equal(path .. ": " .. message, err.message)
      err = support.refusal(support.client {}, "delete_user", "ada",
        { headers = headers })
      assert.equal(path, err.field)
      assert.equal("delete_user", err.endpoint)
    end)
  end

  it("are tables of strings", function()
    for message, headers in pairs {
      ["headers.X-A: expected a string"] = { ["X-A"] = 1 },
      ["headers: expected header names as keys, got the key 1"] = { "X-A" },
      ["headers: expected a table"] = "X-A: b",
    } do
      local _, err = core.new { host = support.host, token = "t",
        headers = headers }
      assert.equal(message, err.message:sub(1, #message))
    end
  end)

  it("of the client are sent with every call, those of the call first",
    function()
      local client = support.client { headers = { ["X-A"] = "1",
        ["X-B"] = "2", ["Accept-Language"] = "de\tCH" } }
      local headers = headers_of(client, { headers = { ["x-a"] = "3",
        ["X-C"] = "" } })
      assert.equal("3", headers["x-a"])
      assert.is_nil(headers["X-A"])
      assert.equal("2", headers["X-B"])
      assert.equal("", headers["X-C"])
      assert.equal("de\tCH", headers["Accept-Language"])
      assert.equal("1", headers_of(client)["X-A"])
    end)

  it("replace the client's own Accept and User-Agent", function()
    local headers = headers_of(support.client { headers = {
      ["user-agent"] = "me", ACCEPT = "text/plain" } })
    assert.equal("me", headers["user-agent"])
    assert.equal("text/plain", headers.ACCEPT)
    assert.is_nil(headers.Accept)
    assert.is_nil(headers["User-Agent"])
  end)

  it("name the program, then the library", function()
    local own = "lua%-thoughtspot/" .. core._VERSION:gsub("%.", "%%.")
      .. " %(Lua[^;]*; libcurl/[%d.]+%)$"
    assert.matches("^" .. own, headers_of(support.client {})["User-Agent"])
    assert.matches("^my tool/1 " .. own,
      headers_of(support.client { user_agent = "my tool/1" })["User-Agent"])
    local _, err = core.new { host = support.host, token = "t",
      user_agent = "a\nb" }
    assert.equal("user_agent", err.field)
    assert.equal("user_agent: must not contain control characters",
      err.message)
  end)

  describe("of a reply", function()
    local function retry_after(headers)
      local exchange = support.client {}:prepare("delete_user", "ada",
        { max_retries = 0 })
      local _, err = support.outcome(exchange, 429, nil, headers)
      return err.retry_after
    end

    it("are found in any case, and trimmed", function()
      for _, name in ipairs { "Retry-After", "retry-after", "RETRY-AFTER" } do
        assert.equal(7, retry_after { [name] = " \t7 \r\n" })
      end
      assert.equal(7, retry_after { ["Retry-After"] = 7 })
    end)

    it("are matched by the whole name", function()
      for _, name in ipairs { "Retry-Afte", "Retry-After2", "X-Retry-After",
        "" } do
        assert.is_nil(retry_after { [name] = "7" })
      end
    end)

    it("that are not strings are ignored", function()
      assert.equal(7, retry_after { "x", [true] = "y", Date = {},
        ["Retry-After"] = "7" })
    end)
  end)
end)
