-- LDIF, as in RFC 2849 and as ldapsearch writes it.

local ldif = require "thoughtspot_users.ldif"

local function attributes(text)
  local entries, err = ldif.parse(text)
  assert.is_nil(err)
  local list = {}
  for index, entry in ipairs(entries) do
    list[index] = entry.attributes
  end
  return list, entries
end

describe("LDIF", function()
  it("has entries with attributes and values", function()
    local list, entries = attributes("version: 1\n\ndn: uid=ada,dc=acme\n"
      .. "uid: ada\nMail: a@acme.test\nmail: b@acme.test\n\n\n"
      .. "dn: uid=bob,dc=acme\r\nuid:bob\r\n")
    assert.same({ { uid = { "ada" }, mail = { "a@acme.test", "b@acme.test" } },
      { uid = { "bob" } } }, list)
    assert.equal("uid=bob,dc=acme", entries[2].dn)
    assert.equal(9, entries[2].line)
  end)

  it("joins folded lines, and skips folded comments", function()
    assert.same({ { cn = { "Ada Lovelace" } } }, (attributes(
      "# a comment\n  that goes on\ndn: x\ncn: Ada Lo\n vel\n ace\n")))
  end)

  it("decodes base64", function()
    assert.same({ { cn = { "K\195\164the" } } },
      (attributes "dn:: w6Q=\ncn:: S8OkdGhl\n"))
    assert.same({ { cn = { "" }, sn = { "a" } } },
      (attributes "dn: x\ncn::\nsn:: YQ==\n"))
    assert.same({ { cn = { "Ada Lovelace" } } },
      (attributes "dn: x\ncn:: QWRhIE\n xvdmVsYWNl\n"))
  end)

  it("drops the options of attributes", function()
    assert.same({ { cn = { "Ada" } } },
      (attributes "dn: x\ncn;lang-en: Ada\n"))
  end)

  it("has values with options only where there are none without", function()
    local text = "dn: x\n%s\n"
    for lines, names in pairs {
      ["cn;lang-fr: Adeline\ncn: Ada"] = { "Ada" },
      ["cn: Ada\ncn;lang-fr: Adeline"] = { "Ada" },
      ["cn;binary:: QWRh\ncn: Lovelace"] = { "Ada", "Lovelace" },
      ["cn;lang-fr: A\ncn;lang-de;phonetic: B"] = { "A", "B" },
      ["CN:\nCn;range=0-*: A"] = { "A" },
    } do
      assert.same({ { cn = names } }, (attributes(text:format(lines))), lines)
    end
  end)

  it("names the line of an error", function()
    for text, message in pairs {
      ["dn: x\nno colon here\n"] = "line 2 has no attribute",
      ["dn: x\ncn:: !!\n"] = "line 2 has a value of cn that is not base64",
      ["dn: x\ncn:: YQ=\n"] = "line 2 has a value of cn",
      ["dn: x\njpegPhoto:< file:///etc/passwd\n"] = "is not supported",
      ["dn: x\ndn: y\n"] = "line 2 begins an entry inside another",
      ["dn: x\nchangetype: delete\n"] = "line 2 is a change (delete)",
      ["uid: ada\n"] = "line 1 is outside",
    } do
      local entries, err = ldif.parse(text)
      assert.is_nil(entries)
      assert.truthy(err:find(message, 1, true), err)
    end
  end)

  it("is refused when the search ended with an error", function()
    local search = "dn: x\nuid: ada\n\nsearch: 2\nresult: %s\n\n"
      .. "# numResponses: 2\n# numEntries: %d\n"
    assert.same({ { uid = { "ada" } } },
      (attributes(search:format("0 Success", 1))))
    for _, case in ipairs {
      { "4 Size limit exceeded", 1, "is incomplete: result 4 Size limit" },
      { "0 Success", 2, "1 of 2 entries" },
    } do
      local entries, err = ldif.parse(search:format(case[1], case[2]))
      assert.is_nil(entries)
      assert.truthy(err:find(case[3], 1, true), err)
    end
  end)

  it("takes the names of groups from their distinguished names", function()
    for dn, name in pairs {
      ["CN=Sales,OU=Groups,DC=acme,DC=test"] = "Sales",
      ["cn=Sales\\, North, ou=x"] = "Sales, North",
      ["CN=K\\C3\\A4se,DC=acme"] = "K\195\164se",
      ["Sales"] = "Sales", ["a=b"] = "a=b", ["A, B"] = "A, B",
    } do
      assert.equal(name, ldif.first_value(dn))
    end
  end)
end)
