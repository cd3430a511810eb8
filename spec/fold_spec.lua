-- Names are compared as people compare them, in every locale.

local fold = require "thoughtspot.fold"

local ZERO_WIDTH, NO_BREAK, MARK = "\226\128\139", "\194\160", "\239\187\191"

describe("names", function()
  it("are equal except for case and invisible characters", function()
    for left, right in pairs {
      ["ADA"] = "ada", [" ada\t"] = "ada", [NO_BREAK .. "ada"] = "ada",
      ["ada" .. ZERO_WIDTH] = "ada", [MARK .. "Ada"] = "ada",
      ["a" .. ZERO_WIDTH .. "da"] = "ada",
      ["Zoe\204\136"] = "zoë", ["ŽANA"] = "z\204\140ana",
      ["ΑΛΈΞΗΣ"] = "αλέξης", ["ИВАН"] = "иван", ["Й"] = "и\204\134",
      ["NGUYỄN"] = "nguye\204\130\204\131n", ["Å"] = "a\204\138",
    } do
      assert.equal(fold.key(left), fold.key(right))
      assert.is_true(fold.same_key(left, right))
    end
  end)

  it("are not equal otherwise", function()
    for left, right in pairs {
      ada = "adas", ["a da"] = "ada", ["zoe"] = "zoë", ["ådmin"] = "admin",
      ["i"] = "ı", ["straße"] = "strasse", [""] = "a",
    } do
      assert.is_false(fold.same_key(left, right), left)
    end
  end)

  it("do not depend on the locale", function()
    local before = os.setlocale(nil, "ctype")
    local key = fold.key "ISTANBUL \201\202"
    for _, locale in ipairs { "C", "tr_TR.UTF-8", "C.UTF-8", "de_DE.UTF-8" } do
      os.setlocale(locale, "ctype")
      assert.equal("istanbul \201\202", key)
      assert.equal(key, fold.key "ISTANBUL \201\202")
    end
    os.setlocale(before, "ctype")
  end)

  it("are trimmed at the ends only", function()
    assert.equal("a" .. NO_BREAK .. "b",
      fold.trim(" " .. NO_BREAK .. ZERO_WIDTH .. "a" .. NO_BREAK .. "b\r\n"
        .. MARK .. " "))
    assert.equal("", fold.trim(NO_BREAK .. " " .. ZERO_WIDTH))
    assert.equal("é", fold.trim "é")
  end)

  it("show invisible characters", function()
    assert.equal("U+200B", fold.find_invisible("a" .. ZERO_WIDTH))
    assert.equal("U+00A0", fold.find_invisible("a" .. NO_BREAK .. "b"))
    assert.equal("U+FEFF", fold.find_invisible(MARK .. "a"))
    assert.equal("U+0009", fold.find_invisible "a\tb")
    assert.is_nil(fold.find_invisible "zoë b")
  end)
end)
