local json = require "thoughtspot.sandbox.json"
local locales = require "spec.support.locales"

describe("JSON of the sandbox", function()
  it("writes an empty list as a list, and null for unset fields", function()
    assert.equal("[]", json.encode(json.list()))
    assert.equal("{}", json.encode {})
    assert.equal('{"a":[],"b":null,"c":[{"d":false}]}', json.encode {
      a = json.list {}, b = json.null, c = { { d = false } },
    })
  end)

  it("writes members in the order of their names", function()
    assert.equal('{"a":1,"b":2,"c":3}', json.encode { c = 3, a = 1, b = 2 })
  end)

  it("writes objects of the same members faster, but not differently",
    function()
      for _, constants in ipairs {
        {}, { a = 1 }, { c = "c" }, { e = json.list(), f = {} },
        { a = false, c = json.null, e = 2.5, f = "\"" },
      } do
        local encode = json.encoder({ "d", "b" }, constants)
        for _, members in ipairs {
          { b = 1, d = { x = "\n" } }, { b = json.list(), d = false },
        } do
          local all = {}
          for _, some in ipairs { members, constants } do
            for name, value in pairs(some) do
              all[name] = value
            end
          end
          assert.equal(json.encode(all), encode(members))
        end
      end
      assert.equal('{"a":1,"b":null,"d":null}',
        json.encoder({ "d", "b" }, { a = 1 }) {})
    end)

  it("writes integers without a fraction, and others exactly", function()
    assert.equal("[1,-2,1700000000123]",
      json.encode { 1.0, -2, 1700000000123 })
    local fraction = 0.1 + 0.2
    assert.equal(fraction, json.decode(json.encode { fraction })[1])
  end)

  it("writes fractions the same in every locale", function()
    for _, name in ipairs { "de_DE", "fa_IR" } do
      local output, why = locales.run(name, [[
        print(require("thoughtspot.sandbox.json").encode {
          0.5, -12.25, 1 / 2^40, -2^70, 7 })
      ]])
      if not output then
        pending(why)
        return
      end
      assert.equal("[0.5,-12.25,9.0949470177292824e-13,"
        .. "-1180591620717411303424,7]", output:match "^(.-)\n")
    end
  end)

  it("writes null for numbers that JSON does not have", function()
    assert.equal("[null,null,null]",
      json.encode { math.huge, -math.huge, 0 / 0 })
  end)

  it("escapes characters that a string must not contain", function()
    local text = 'a"b\\c\n\r\t\0\127 Ä 字'
    assert.equal('["a\\"b\\\\c\\n\\r\\t\\u0000\\u007f Ä 字"]',
      json.encode { text })
    assert.equal(text, json.decode(json.encode { text })[1])
  end)

  it("returns nil for invalid JSON", function()
    for _, text in ipairs { "", "{", "nul", "null", "NaN", "[1,]" } do
      assert.is_nil(json.decode(text))
    end
    assert.same({ a = { 1, 2 } }, json.decode '{"a":[1,2]}')
  end)

  it("has the null of lua-cjson", function()
    assert.equal(require("cjson").null, json.null)
    assert.equal(json.null, json.decode('[null]')[1])
  end)
end)
