local cjson = require "cjson"
local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

-- What is made of an object, to which what makes it a user is added for the
-- way.
local function decode(text, options)
  local client = support.client(options)
  local user, err = support.outcome(client:prepare("get_current_user_info"),
    200, (text:gsub("}(%s*)$", text:find "^%s*{%s*}" and '"id":"g"}%1'
      or ',"id":"g"}%1')))
  if user then
    user.id = nil
  end
  return user, err
end

local subtype = math.type -- luacheck: ignore 143

-- A number with its subtype, where Lua has those.
local function shown(number)
  return (subtype and subtype(number) .. " " or "") .. ("%.17g"):format(number)
end
local function integer(number)
  return (subtype and "integer " or "") .. number
end
local function float(number)
  return (subtype and "float " or "") .. number
end

describe("decoding", function()
  it("makes integers of whole numbers, and floats of others", function()
    for text, expected in pairs {
      ["0"] = integer "0", ["-1"] = integer "-1", ["1.0"] = integer "1",
      ["1e3"] = integer "1000", ["2147483648"] = integer "2147483648",
      ["1764000000123"] = integer "1764000000123", ["0.5"] = float "0.5",
      ["-2.25"] = float "-2.25",
      ["9007199254740992"] = integer "9007199254740992",
      ["-9007199254740992"] = integer "-9007199254740992",
    } do
      local value = decode(('{"a":%s,"b":[%s],"c":{"d":%s}}'):format(text,
        text, text))
      assert.equal(expected, shown(value.a))
      assert.equal(expected, shown(value.b[1]))
      assert.equal(expected, shown(value.c.d))
    end
  end)

  it("keeps a float beyond 2^53 for what it is", function()
    local value = decode '{"a":1e300,"b":18014398509481984}'
    assert.equal(1e300, value.a)
    assert.equal(18014398509481984, value.b)
  end)

  it("keeps times in milliseconds exact", function()
    local value = decode '{"creation_time_in_millis":1764000000123}'
    assert.equal(1764000000123, value.creation_time_in_millis)
    assert.equal("1764000000123",
      ("%.0f"):format(value.creation_time_in_millis))
  end)

  it("leaves members out that are null", function()
    assert.same({ b = 1, c = {}, d = { { e = 2 } } },
      decode '{"a":null,"b":1,"c":{"f":null},"d":[{"e":2,"g":null}]}')
    assert.same({ a = { 1, core.null, 3 } }, decode '{"a":[1,null,3]}')
  end)

  it("keeps null with keep_null", function()
    assert.same({ a = core.null, b = { core.null } },
      decode('{"a":null,"b":[null]}', { keep_null = true }))
    assert.equal(cjson.null, core.null)
  end)

  it("decodes text as it was meant", function()
    assert.same({ a = 'q"\\/\b\f\n\r\té\240\159\152\128\0z' },
      decode('{"a":"q\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00'
        .. '\\u0000z"}'))
  end)

  it("takes 256 levels and no more", function()
    local function nested(levels)
      return ('{"a":'):rep(levels) .. "1" .. ("}"):rep(levels)
    end
    local value = decode(nested(256))
    for _ = 1, 256 do
      value = value.a
    end
    assert.equal(1, value)
    local _, err = decode(nested(257))
    assert.equal("limit", err.kind)
  end)

  it("makes integers, too, of what a cjson with integers leaves", function()
    -- It knows no options.
    assert.equal(subtype and "integer\nfloat\ninteger\n0\n"
      or "number\nnumber\nnumber\n0\n", support.run [[
      local subtype = math.type or type
      local numbers = { ["2e0"] = 2.5 - 0.5, ["2.5"] = 2.5,
        ["1234567890123456"] = 1234567890123456 }
      local private = {
        decode = function(text)
          return numbers[text]
        end,
      }
      package.preload.cjson = function()
        return { null = {}, new = function() return private end }
      end
      local core = require "thoughtspot.core"
      local client = core.new { host = "https://acme.test", token = "t",
        transport = print }
      local exchange = client:prepare "get_current_user_info"
      exchange:step()
      exchange:request()
      exchange:respond(200, nil,
        '{"id":"g","a":2e0,"b":2.5,"c":1234567890123456}')
      local value = exchange:result()
      print(subtype(value.a))
      print(subtype(value.b))
      print(subtype(value.c))
    ]])
  end)

  it("does not touch the shared cjson, nor is touched by it", function()
    local sparse = { cjson.encode_sparse_array() }
    local precision = cjson.encode_number_precision()
    local depth = cjson.decode_max_depth()
    cjson.decode_max_depth(1)
    local ok, value = pcall(decode, '{"a":{"b":1}}')
    cjson.decode_max_depth(depth)
    assert.is_true(ok)
    assert.same({ a = { b = 1 } }, value)
    assert.same(sparse, { cjson.encode_sparse_array() })
    assert.equal(precision, cjson.encode_number_precision())
    assert.equal(depth, cjson.decode_max_depth())
  end)
end)
