local support = require "spec.support.exchange"

local function body_of(name)
  local exchange = assert(support.client {}:prepare("update_user", "ada",
    { name = name }))
  return support.send(exchange).body
end

local function path_of(identifier)
  local exchange = assert(support.client {}:prepare("delete_user",
    identifier))
  return support.send(exchange).url:match("/users/(.*)/delete$")
end

describe("escapes", function()
  it("of JSON are those of RFC 8259", function()
    for text, escaped in pairs {
      ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f",
      ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\1"] = "\\u0001",
      ["\31"] = "\\u001F", ["\11"] = "\\u000B", ["/"] = "/", [" "] = " ",
      ["\127"] = "\127", ["é"] = "é", ["\240\159\152\128"] =
        "\240\159\152\128", ['a"b\nc'] = 'a\\"b\\nc', ['""'] = '\\"\\"',
    } do
      assert.equal('{"name":"' .. escaped .. '"}', body_of(text))
    end
  end)

  it("of paths leave the unreserved characters alone", function()
    for byte = 1, 127 do
      local character = string.char(byte)
      local expected = character:match("^[%w%-._~]$")
        or ("%%%02X"):format(byte)
      if character ~= "." then
        assert.equal(expected, path_of(character))
      end
    end
    assert.equal("...", path_of("..."))
    assert.equal("ada%40acme.test", path_of("ada@acme.test"))
    assert.equal("a%2Fb%3Fc%23d%25", path_of("a/b?c#d%"))
    assert.equal("%C3%A9%F0%9F%98%80", path_of("é\240\159\152\128"))
  end)
end)
