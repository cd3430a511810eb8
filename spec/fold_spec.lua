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
      -- Kelvin, Angstrom and Ohm signs; Hangul; marks in another order.
      ["\226\132\170im"] = "kim", ["\226\132\171"] = "Å",
      ["\226\132\166"] = "Ω", ["한글"] = "\225\132\146\225\133\161"
        .. "\225\134\171\225\132\128\225\133\179\225\134\175",
      ["가힣"] = "\225\132\128\225\133\161\225\132\146\225\133\181"
        .. "\225\135\130",
      ["e\204\129\204\163a"] = "ẹ\204\129a",
      ["o\204\130\204\163"] = "Ộ", ["c\204\140\204\167"] = "ç\204\140",
      -- Latvian, Pinyin, Azerbaijani, Sami, Kazakh, Armenian, Georgian, Greek
      -- with several marks, Japanese, Arabic, Hindi, Tamil.
      ["ĢIRTS"] = "g\204\167irts", ["Ǔ"] = "u\204\140", ["ǘ"] = "ü\204\129",
      ["ƏLİ"] = "əli\204\135", ["ŦǨ"] = "ŧk\204\140", ["ҚӘ"] = "қә",
      ["ԱՐԱ"] = "արա", ["\225\178\144"] = "\225\131\144",
      ["ᾤ"] = "ω\204\147\204\129\205\133", ["\225\189\177"] = "ά",
      ["がぱ"] = "か\227\130\153は\227\130\154",
      ["\216\163"] = "\216\167\217\148",
      ["\224\165\152"] = "\224\164\149\224\164\188",
      ["\224\175\138"] = "\224\175\134\224\174\190",
      -- A directional mark, a filler, a selector, a tag, a control.
      ["ada\216\156"] = "ada", ["\227\133\164ada"] = "ada",
      ["a\239\184\143da"] = "ada", ["ada\243\160\129\161"] = "ada",
      ["ada\194\133"] = "ada", ["\226\160\128ada"] = "ada",
    } do
      assert.equal(fold.key(left), fold.key(right))
      assert.is_true(fold.same_key(left, right))
    end
  end)

  it("are not equal otherwise", function()
    for left, right in pairs {
      ada = "adas", ["a da"] = "ada", ["zoe"] = "zoë", ["ådmin"] = "admin",
      ["i"] = "ı", ["straße"] = "strasse", [""] = "a", ["가"] = "각",
      ["e\204\129\204\130"] = "e\204\130\204\129",
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
    assert.equal("U+009B", fold.find_invisible "a\194\155")
    assert.equal("U+115F", fold.find_invisible "a\225\133\159")
    assert.equal("U+FE0F", fold.find_invisible "a\239\184\143")
    assert.equal("U+E0061", fold.find_invisible "a\243\160\129\161")
    assert.equal("U+1D173", fold.find_invisible "\240\157\133\179")
    assert.equal("U+0009", fold.find_invisible "a\tb")
    for _, seen in ipairs { "zoë b", "한글", "日本", "Ελλάς", "Иван", "भारत",
      "\240\159\152\128", "e\204\129" } do
      assert.is_nil(fold.find_invisible(seen))
    end
  end)

  it("load the tables of other characters when the first is met", function()
    local other = "thoughtspot.characters"
    local loaded = { package.loaded["thoughtspot.fold"],
      package.loaded[other] }
    package.loaded["thoughtspot.fold"], package.loaded[other] = nil, nil
    local new = require "thoughtspot.fold"
    new.key " Ada B.\t"
    new.likeness "ADA 2"
    new.same("ada ", "ADA")
    new.find_decomposed "ada"
    new.find_invisible "ada\t"
    local early = package.loaded[other]
    local key, late = new.key "É", package.loaded[other]
    package.loaded["thoughtspot.fold"], package.loaded[other] = loaded[1],
      loaded[2]
    assert.is_nil(early)
    assert.is_table(late)
    assert.equal(fold.key "é", key)
  end)

  it("show letters that are decomposed", function()
    assert.equal("U+0308", fold.find_decomposed "Zoe\204\136")
    assert.equal("U+309A", fold.find_decomposed "は\227\130\154")
    for _, composed in ipairs { "zoë", "x\204\130", "\204\129", "ada", "",
      "한글", "が" } do
      assert.is_nil(fold.find_decomposed(composed))
    end
  end)

  it("have a likeness, which other spellings share", function()
    for text, like in pairs {
      ["Zo\195\171"] = "zo", zoe = "zo", ["\196\176pek"] = "ipek",
      ["\196\177pek"] = "ipek", ["0012"] = "12", ["000"] = "0", ["0a"] = "0a",
      ["\239\188\161\239\188\145"] = "a1", ["\208\144nna"] = "anna",
      ["\195\134gir"] = "agir", ["S\195\184ren"] = "soren",
      ["\230\151\165"] = "\230\151\165", [""] = "",
    } do
      assert.equal(like, fold.likeness(text), text)
    end
  end)
end)
