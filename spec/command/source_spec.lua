-- The people of a source, whichever format it has.

local command = require "spec.support.command"
local failure = require "thoughtspot_users.failure"
local source = require "thoughtspot_users.source"

describe("a source", function()
  local folder

  before_each(function()
    folder = command.new_folder()
  end)

  after_each(function()
    command.remove(folder)
  end)

  local function read(text, options)
    options = options or {}
    local path = folder .. "/" .. (options.name or "people.csv")
    command.write(path, text)
    return source.read(path, options.from, options.map)
  end

  local function refusal(text, options)
    local done, err = pcall(read, text, options)
    assert.is_false(done, "was not refused: " .. text)
    assert.is_true(failure.is(err), tostring(err))
    assert.equal(2, err.code)
    return tostring(err)
  end

  local ADA = { user_identifier = "ada", display_name = "Ada" }

  describe("of CSV", function()
    it("has people, each with its line", function()
      local found = read("user_identifier,display_name,group_identifiers,"
        .. "notify_on_share\nada,Ada, A ;B,\n\nbob,,,FALSE\n")
      assert.same({
        { user_identifier = "ada", display_name = "Ada",
          group_identifiers = { "A", "B" } },
        { user_identifier = "bob", notify_on_share = false },
      }, found.people)
      assert.same({ "row 2, ada", "row 4, bob" }, found.places)
    end)

    it("understands the yes and no of spreadsheets", function()
      for said, truth in pairs {
        TRUE = true, yes = true, ["1"] = true, [" True "] = true,
        FALSE = false, No = false, ["0"] = false,
      } do
        assert.equal(truth, read("user_identifier,notify_on_share\nada,"
          .. said .. "\n").people[1].notify_on_share)
      end
      assert.truthy(refusal("user_identifier,notify_on_share\nada,perhaps\n")
        :find('row 2: notify_on_share: expected true or false', 1, true))
    end)

    it("is refused where a spreadsheet has lost a value", function()
      for _, value in ipairs { "#N/A", "#REF!", "#NAME?", "#DIV/0!", "#NV",
        "#BEZUG!", "####", "Err:508", " #VALUE! " } do
        for _, line in ipairs { value .. ",Ada", "ada," .. value } do
          local message = refusal("user_identifier,display_name\n" .. line)
          assert.truthy(message:find("is an error of a spreadsheet", 1, true),
            message)
        end
      end
      for _, name in ipairs { "4.5E+11", '"4,50012E+15"', "1E+06" } do
        for _, column in ipairs { "user_identifier", "id" } do
          local message = refusal(column .. ",display_name\n" .. name
            .. ",Ada")
          assert.truthy(message:find("row 2: " .. column .. ": ", 1, true))
          assert.truthy(message:find("the first digits only", 1, true))
        end
      end
    end)

    it("with a GUID is only reported where a spreadsheet may have lost a "
      .. "value", function()
      local found = read("id,user_identifier,display_name\n"
        .. "3f0d,1E+15,#N/A\n")
      assert.same({ { id = "3f0d", user_identifier = "1E+15",
        display_name = "#N/A" } }, found.people)
      assert.equal(2, #found.notes)
      assert.truthy(found.notes[1]:find("row 2: user_identifier: 1E+15 is a "
        .. "number", 1, true), found.notes[1])
    end)

    it("may have values that resemble those", function()
      for _, name in ipairs { "1e4", "4500E11", "E+11", "#1", "#sales", "N/A" }
      do
        assert.equal(name, read("user_identifier,password\n" .. name
          .. ",#REF!\n").people[1].user_identifier)
      end
      assert.equal("4.5E+11", read "user_identifier,display_name\nada,4.5E+11"
        .people[1].display_name)
    end)

    it("takes a lone semicolon for an empty list", function()
      assert.same({}, read("user_identifier,group_identifiers\nada,;\n")
        .people[1].group_identifiers)
    end)

    it("reads what export writes, and keeps the user's name", function()
      assert.same({ { id = "1", user_identifier = "ada" } },
        read("id,name,created,changed,first_login\n1,ada,x,y,z\n").people)
    end)

    it("trims white space, and says so", function()
      local found = read "User_Identifier , display_name\n ada , Ada \n"
      assert.same({ { user_identifier = "ada", display_name = " Ada " } },
        found.people)
      assert.equal('row 2: user_identifier: the white space around "ada" was '
        .. "removed", found.notes[1])
    end)

    it("reports names with invisible characters", function()
      local found = read("user_identifier,email\n"
        .. "a\226\128\139da,a@acme.test\neve,e\194\160e@acme.test\n")
      assert.same({
        "row 2: user_identifier: contains a zero-width space (U+200B), which "
          .. "is invisible",
        "row 3: email: contains a no-break space (U+00A0), which is invisible",
      }, found.notes)
      -- A person with a GUID is identified by it.
      assert.same({}, read("id,user_identifier\n1,a\226\128\139da\n").notes)
    end)

    it("refuses unsuitable columns", function()
      for text, part in pairs {
        ["user_identifier,mail\na,b\n"] = 'unknown column "mail"; did you '
          .. 'mean "email"?',
        ["user_identifier,favorite_metadata\na,b\n"] = "favorite_metadata",
        ["user_identifier,email,email\na,b,c\n"] = 'two columns "email"',
        ["name,user_identifier\na,b\n"] = 'two columns "user_identifier"',
        ["login,email\na,b\n"] = 'unknown column "login"',
        ["display_name,email\na,b\n"] = 'a column '
          .. '"user_identifier" is required; the first line has '
          .. '"display_name", "email"',
        ["user_identifier,email\na\n"] = "row 2 has 1 values for 2 columns",
        ["user_identifier,\na,b\n"] = "row 2 has a value in column 2",
      } do
        local message = refusal(text)
        assert.truthy(message:find(part, 1, true), message)
      end
      assert.truthy(refusal(""):find("is empty", 1, true))
    end)

    it("ignores white space around the names of columns, and blank values",
      function()
        assert.same({ { user_identifier = "ada" } },
          read("user_identifier\194\160,\226\128\139display_name,email,"
            .. "group_identifiers,notify_on_share,account_status,\194\160\n"
            .. "ada, ,\t,  ,\194\160,\226\128\139,\n").people)
        assert.same({ { user_identifier = "ada",
          group_identifiers = { "A", "B" } } },
          read("user_identifier;group_identifiers\nada;\"A; ;B;\"\n").people)
        -- A password may consist of anything.
        assert.same({ { user_identifier = "ada", password = "  " } },
          read("user_identifier,password\nada,  \n").people)
      end)

    it("says what a file is that is no CSV", function()
      for content, what in pairs {
        ["\208\207\17\224\161\177\26\225\0\0"] = "workbook",
        ["PK\3\4\20\0"] = "workbook",
        ["%PDF-1.7\n%\226\227\207\211\n"] = "PDF",
        ["\n<!DOCTYPE html><html>log in</html>"] = "HTML",
        ["\239\187\191<?xml version='1.0'?>"] = "XML",
        ["u\0s\0e\0r\0,\0e\0"] = "UTF-16",
      } do
        local message = refusal(content)
        assert.truthy(message:find(what, 1, true), message)
      end
    end)

    it("skips empty rows and columns", function()
      assert.same({ ADA }, read("user_identifier,display_name,\nada,Ada,\n"
        .. ",,\n , ,\n").people)
    end)

    it("takes other columns with a map", function()
      local map = { user_identifier = "Login", email = "E-Mail" }
      assert.same({ { user_identifier = "ada", email = "a@acme.test",
        display_name = "Ada" } }, read("login,e-mail,display_name,salary\n"
        .. "ada,a@acme.test,Ada,9\n", { map = map }).people)
      assert.truthy(refusal("login,display_name\nada,Ada\n", { map = map })
        :find('no column "E-Mail"', 1, true))
    end)

    it("can take several fields from one column", function()
      local map = { user_identifier = "Mail", email = "mail",
        display_name = "MAIL", preferred_locale = "Mail" }
      assert.same({ { user_identifier = "a@acme.test", email = "a@acme.test",
        display_name = "a@acme.test", preferred_locale = "a@acme.test" } },
        read("Mail\na@acme.test\n", { map = map }).people)
      assert.same({ { user_identifier = "a@acme.test",
        email = "a@acme.test" } }, read("email\na@acme.test\n", {
          map = { user_identifier = "email" } }).people)
    end)

    it("refuses two columns with the same name", function()
      assert.truthy(refusal("Login,Mail,login\nada,a@acme.test,bob\n", {
        map = { user_identifier = "Login", email = "Mail" },
      }):find('there are two columns "Login"', 1, true))
      assert.truthy(refusal("user_identifier,email,Email\nada,a@b.c,d@e.f\n")
        :find('there are two columns "email"', 1, true))
    end)
  end)

  describe("of another encoding", function()
    it("is refused, with its name", function()
      for text, part in pairs {
        ["\255\254u\0s\0"] = "is UTF-16", ["\254\255\0u\0s"] = "is UTF-16",
        ["u\0s\0e\0r\0"] = "is UTF-16", ["\0u\0s\0e"] = "is UTF-16",
        ["user_identifier,display_name\nada,K\228the\n"] = "line 2 is not "
          .. "UTF-8 (byte 0xE4), but perhaps Latin-1",
        ["PK\3\4xx"] = "is a workbook", ["\31\139xx"] = "is compressed",
      } do
        local message = refusal(text)
        assert.truthy(message:find(part, 1, true), message)
      end
      assert.truthy(refusal("\255\254u\0"):find("CSV UTF-8", 1, true))
    end)
  end)

  describe("of JSON", function()
    it("is a list, or an object with one", function()
      local list = '[{"user_identifier":"ada","display_name":"Ada",'
        .. '"email":null,"group_identifiers":[]}]'
      local ada = { user_identifier = "ada", display_name = "Ada",
        group_identifiers = {} }
      assert.same({ ada }, read(list, { name = "x.json" }).people)
      for member, what in pairs {
        ['"error":"no access"'] = "error", ['"errors":[{}]'] = "errors",
        ['"truncated":true'] = "truncated", ['"next":"/x?page=2"'] = "next",
        ['"@odata.nextLink":"https://x.test"'] = "@odata.nextLink",
      } do
        assert.truthy(refusal('{"users":' .. list .. "," .. member .. "}", {
          name = "x.json" }):find('incomplete, because it has "' .. what, 1,
          true))
      end
      assert.same({ ada }, read('{"next":null,"errors":[],"truncated":false,'
        .. '"error":"","total":1,"users":' .. list .. "}",
        { name = "x.json" }).people)
      assert.same({ ada }, read('\239\187\191{"users":' .. list .. "}",
        { name = "people" }).people)
    end)

    it("is refused if it is a page of a longer list", function()
      local list = '"users":[{"user_identifier":"ada"},'
        .. '{"user_identifier":"bob"}]'
      for member, what in pairs {
        ['"total":3'] = "total", ['"totalResults":40'] = "totalResults",
        ['"total_count":"17"'] = "total_count", ['"count":9'] = "count",
        ['"recordsTotal":3'] = "recordsTotal",
        ['"meta":{"total":12}'] = "meta.total",
        ['"nextPageToken":"x"'] = "nextPageToken",
        ['"next_cursor":"d8"'] = "next_cursor",
        ['"pagination":{"next_url":"/u?o=2"}'] = "pagination.next_url",
        ['"paging":{"cursors":{"next":"q"}}'] = "paging.cursors.next",
        ['"_links":{"next":{"href":"/u"}}'] = "_links.next",
        ['"links":[{"rel":"self"},{"rel":"next"}]'] = "links.next",
        ['"isLast":false'] = "isLast", ['"last":false'] = "last",
        ['"hasMore":true'] = "hasMore", ['"has_next_page":true']
          = "has_next_page", ['"moreRecords":1'] = "moreRecords",
        ['"page":{"totalPages":2,"number":0}'] = "page.totalPages",
        ['"pages":3'] = "pages", ['"offset":100'] = "offset",
        ['"startIndex":101'] = "startIndex",
        ['"resultTruncated":true'] = "resultTruncated",
        ['"complete":false'] = "complete",
      } do
        local message = refusal("{" .. member .. "," .. list .. "}",
          { name = "x.json" })
        assert.truthy(message:find('incomplete, because it has "' .. what
          .. '"', 1, true), member .. ": " .. message)
      end
      for _, member in ipairs {
        '"total":2', '"totalResults":"2"', '"count":2', '"nextRun":"Monday"',
        '"next_cursor":""', '"_links":{"self":{"href":"/u"}}',
        '"links":[{"rel":"self"}]', '"isLast":true', '"hasMore":false',
        '"page":{"totalPages":1,"number":0}', '"offset":0', '"startIndex":1',
        '"complete":true', '"groups":[{"name":"Total","count":12}]',
        '"made":"2026-09-30"', '"pages":1', '"truncated":"false"',
        '"nextSyncToken":"x"', '"company":{"total_employees":900}',
        '"next_review_start":"2027-01-01"', '"moreover":true',
      } do
        assert.equal(2, #read("{" .. member .. "," .. list .. "}",
          { name = "x.json" }).people, member)
      end
    end)

    it("may be JSON lines", function()
      local lines = '{"name":"ada","display_name":"Ada"}\r\n\n'
        .. '{"user_identifier":"bob"}'
      for _, name in ipairs { "x.jsonl", "x.ndjson", "people" } do
        local found = read(lines, { name = name })
        assert.same({ ADA, { user_identifier = "bob" } }, found.people)
        assert.same({ "line 1, ada", "line 3, bob" }, found.places)
      end
    end)

    it("refuses unknown members, unless there is a map",
      function()
        local text = '[{"login":"ada","display_name":"Ada","salary":9}]'
        assert.same({ { login = "ada", display_name = "Ada", salary = 9 } },
          read(text, { name = "x.json" }).people)
        assert.same({ ADA }, read(text, { name = "x.json",
          map = { user_identifier = "login" } }).people)
        assert.truthy(refusal(text, { name = "x.json",
          map = { user_identifier = "logon" } }):find('nobody has "logon"', 1,
            true))
      end)

    it("is refused when it does not hold people", function()
      for text, part in pairs {
        ["[{]"] = "is not JSON", ["7"] = "expected a JSON list",
        ["[7]"] = "person 1 is not a JSON object",
        ['{"a":1}'] = "expected a JSON list",
        ['[{"name":"a"},null]'] = "person 2 is not a JSON object",
        ['[{"name":"a"},null,{"name":"b"}]'] = "person 2 is not",
        ['[null,{"name":"b"}]'] = "person 1 is not a JSON object",
        ['[{"name":"a","user_identifier":"b"}]'] = 'person 1 has both "name" '
          .. 'and "user_identifier"',
      } do
        local message = refusal(text, { from = "json" })
        assert.truthy(message:find(part, 1, true), message)
      end
      assert.truthy(refusal('{"name":"a"}\n{', { from = "jsonl" })
        :find("line 2 is not JSON", 1, true))
    end)
  end)

  describe("of LDIF", function()
    local DUMP = "version: 1\n\ndn: ou=people,dc=acme\n"
      .. "objectClass: organizationalUnit\n\n"
      .. "dn: uid=ada,ou=people,dc=acme\nobjectClass: inetOrgPerson\n"
      .. "uid: ada\ncn: Ada\nmail: ada@acme.test\n"
      .. "memberOf: cn=Sales,ou=groups,dc=acme\n"
      .. "memberOf: cn=Analysts,ou=groups,dc=acme\n\n"
      .. "dn: cn=bob,ou=people,dc=acme\nobjectClass: user\n"
      .. "sAMAccountName: bob\ncn: b\ndisplayName: Bob\n"

    it("takes people only, no other entries", function()
      for _, name in ipairs { "x.ldif", "dump" } do
        local found = read(DUMP, { name = name })
        assert.same({
          { user_identifier = "ada", display_name = "Ada",
            email = "ada@acme.test" },
          { user_identifier = "bob", display_name = "Bob" },
        }, found.people)
        assert.truthy(found.notes[1]:find("1 of 3 entries are not people", 1,
          true))
      end
    end)

    it("is refused if the directory has returned a part of a list", function()
      local text = "dn: uid=cy,dc=a\nuid: cy\nmemberOf:\n"
        .. "memberOf;range=0-1: cn=A,dc=a\nmemberOf;range=0-1: cn=B,dc=a\n"
      local mapped = { name = "x.ldif",
        map = { group_identifiers = "memberOf" } }
      assert.truthy(refusal(text, mapped):find("line 1, uid=cy,dc=a: "
        .. "group_identifiers: the directory has returned a part of memberof "
        .. "only, up to value 1", 1, true))
      assert.equal("cy", read(text, { name = "x.ldif" }).people[1]
        .user_identifier)
      assert.same({ "A", "B", "C" }, read(text
        .. "memberOf;range=2-*: cn=C,dc=a\n", mapped).people[1]
        .group_identifiers)
    end)

    it("reports a person with several names", function()
      local found = read("dn: uid=b,dc=a\nuid: ann\nuid: b\ncn: Ann\n"
        .. "mail: a@acme.test\nmail: b@acme.test\n", { name = "x.ldif" })
      assert.equal("ann", found.people[1].user_identifier)
      assert.equal(1, #found.notes)
      assert.truthy(found.notes[1]:find("line 1, uid=b,dc=a: user_identifier: "
        .. "has 2 values, of which ann is used", 1, true), found.notes[1])
    end)

    it("takes other attributes with a map", function()
      local found = read(DUMP, { name = "x.ldif", map = {
        group_identifiers = "memberof" } })
      assert.same({ "Sales", "Analysts" }, found.people[1].group_identifiers)
      assert.same({}, found.people[2].group_identifiers)
      assert.truthy(refusal(DUMP, { name = "x.ldif", map = {
        group_identifiers = "groups" } }):find('nobody has "groups"', 1, true))
    end)
  end)

  it("must exist, and must not be a directory", function()
    for _, path in ipairs { "/", folder .. "/none" } do
      local done, err = pcall(source.read, path)
      assert.is_false(done)
      assert.truthy(tostring(err):find(path, 1, true))
    end
  end)
end)
