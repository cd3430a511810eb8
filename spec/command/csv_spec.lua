-- CSV, as spreadsheets write it, too.

local csv = require "thoughtspot_users.csv"

describe("CSV", function()
  it("reads back what it writes", function()
    local values = {
      "a;b", "a,b", "a\tb", "plain", 'say "hi"', "two\nlines", " spaced ", "",
      "sep=;", "a\rb", '"', " ", '=1+1',
    }
    local line = csv.line(values, #values)
    assert.same({ values, values }, (csv.parse(line .. line)))
  end)

  it("keeps empty values, and skips empty lines", function()
    assert.same({ { "a", "", "" }, { "", "b" } },
      (csv.parse "a,,\r\n\r\n,b\n\n"))
    assert.same({ { "a", "" } }, (csv.parse "a,"))
    assert.equal("1,,3\n", csv.line({ 1, nil, 3 }, 3))
  end)

  it("may begin with a byte order mark", function()
    assert.same({ { "a" } }, (csv.parse "\239\187\191a\n"))
  end)

  it("is separated by commas, semicolons, tabs or bars, whichever the header "
    .. "uses", function()
    assert.same({ { "a", "b" }, { "1,2", "3\t4" } },
      (csv.parse "a;b\n1,2;3\t4"))
    assert.same({ { "a,b", "b" }, { "1;2", "" } },
      (csv.parse '\n"a,b"\tb\n1;2\t'))
    assert.same({ { "a" }, { "1;2" } }, (csv.parse "a\n1;2"))
    assert.same({ { "a", "b" }, { "1,2;3\t4", "5" } },
      (csv.parse "a|b\n1,2;3\t4|5"))
    assert.same({ { "a", "b" }, { "1|2", "3" } }, (csv.parse "a,b\n1|2,3"))
    assert.same({ { "a" }, { "1|2" } }, (csv.parse "a\n1|2"))
  end)

  it("takes the separator from a sep= line", function()
    local records, rows = csv.parse "sep=;\r\na,b;c\r\n1;2\r\n"
    assert.same({ { "a,b", "c" }, { "1", "2" } }, records)
    assert.same({ 2, 3 }, rows)
    assert.same({ { "a", "b;c" } }, (csv.parse "SEP=|\na|b;c"))
    assert.same({ { "sep=x", "b" } }, (csv.parse "sep=x,b"))
    assert.same({ { "a,b", "c" } }, (csv.parse '"sep=;"\r\na,b;c\r\n'))
  end)

  it("may have line ends LF, CR LF or CR", function()
    local records, rows = csv.parse 'a,b\r"1",2\r\r3,4\n\r\n"5\n\n",6\r7,8'
    assert.same({ { "a", "b" }, { "1", "2" }, { "3", "4" }, { "5\n\n", "6" },
      { "7", "8" } }, records)
    assert.same({ 1, 2, 4, 6, 7 }, rows)
  end)

  it("may have spaces before a quote", function()
    assert.same({ { "a", "b" }, { "ada", "Lovelace, A." } },
      (csv.parse 'a, "b"\nada,  "Lovelace, A."'))
  end)

  it("is refused when a quote is misplaced", function()
    for _, text in ipairs { 'x\n\n"a', 'x\n\n"a"b', 'x\n\n"a" ,b',
      'x\n\na"b"', 'x\n\n5"' } do
      local records, message = csv.parse(text)
      assert.is_nil(records)
      assert.truthy(message:find("row 3", 1, true))
    end
  end)
end)
