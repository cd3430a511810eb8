-- The display of text from outside.

local json = require "thoughtspot_users.json"
local text = require "thoughtspot_users.text"

describe("text", function()
  it("finds the first byte that is not UTF-8", function()
    for value, at in pairs {
      ["Ada"] = false, ["K\195\164the \226\130\172 \240\159\152\128"] = false,
      ["K\228the"] = 2, ["ab\195"] = 3, ["\192\128"] = 1, ["\237\160\128"] = 1,
      ["\244\144\128\128"] = 1, ["a\128"] = 2, ["\195\164\255"] = 3,
    } do
      assert.equal(at or nil, text.find_invalid(value))
    end
  end)

  it("is shown without control characters", function()
    for value, shown in pairs {
      ["plain"] = "plain", ["K\195\164the"] = "K\195\164the",
      ["a\27[2J\7b"] = "a\\e[2J\\x07b", ["a\nb\r"] = "a\\nb\\r",
      ["\194\155" .. "31m"] = "\\u{009b}31m", ["\127"] = "\\x7f",
      ["\226\128\174evil"] = "\\u{202e}evil", ["a\255b"] = "a\\xffb",
      ["\239\187\191x"] = "\\u{feff}x", ["\0"] = "\\x00",
    } do
      assert.equal(shown, text.clean(value))
    end
    assert.equal("a\nb\\e", text.clean("a\nb\27", true))
  end)

  it("is JSON without control characters", function()
    local value = "\226\128\174a\226\129\167\226\128\142\194\155\27"
      .. "\226\128\148\226\129\165"
    assert.equal('"\\u202ea\\u2067\\u200e\\u009b\\u001b'
      .. '\226\128\148\226\129\165"', json.encode(value))
    assert.equal(value, json.decode("[" .. json.encode(value) .. "]")[1])
  end)

  it("has a width", function()
    for value, width in pairs {
      [""] = 0, ["Ada"] = 3, ["K\195\164the"] = 5,
      ["\230\150\135\229\173\151"] = 4, ["e\204\129"] = 1,
      ["\240\159\152\128"] = 2,
    } do
      assert.equal(width, text.width(value))
    end
  end)

  it("is cut to a width, never inside a character", function()
    assert.equal("Ada", text.cut("Ada", 3, "~"))
    assert.equal("Ad~", text.cut("Adas", 3, "~"))
    assert.equal("\230\150\135~", text.cut("\230\150\135\229\173\151", 3, "~"))
    assert.equal("\195\164~", text.cut("\195\164\195\164\195\164", 2, "~"))
  end)

  it("reports suspicious names", function()
    for name, part in pairs {
      ["ada\226\128\139"] = "zero-width space (U+200B)",
      ["ada\194\160b"] = "no-break space (U+00A0)",
      ["a\27da"] = "control character \\e",
      ["\239\187\191ada"] = "byte order mark",
      ["ada\227\133\164"] = "contains U+3164, which is invisible",
      ["a\205\143da"] = "U+034F", ["ada\239\184\143"] = "U+FE0F",
      ["a\226\128\137da"] = "U+2009",
    } do
      local fault = text.fault_of_name(name)
      assert.truthy(fault and fault:find(part, 1, true), fault)
    end
    for _, name in ipairs { "ada", "\195\188nal", "a b", "o'brien" } do
      assert.is_nil(text.fault_of_name(name))
      assert.is_nil(text.fault_of_new_name(name))
    end
    for name, part in pairs {
      ["u\204\136nal"] = "combining mark (U+0308", ["ada "] = "white space",
      ["ada\226\128\139"] = "zero-width",
    } do
      assert.truthy(text.fault_of_new_name(name):find(part, 1, true))
    end
  end)
end)
