-- whoami, list, show, export, describe: the commands that only read.
--
-- Takes long.

local command = require "spec.support.command"
local json = require "cjson"
local users_command = require "spec.support.users_command"

local ALL_GROUPS = { "Analysts", "Sales" }
local ESC = "\27"

describe("thoughtspot-users", function()
  local sandbox = users_command.ada_and_bob()
  sandbox.users[1].first_login_time_in_millis = 1700000000123
  local users = users_command.stage(sandbox)
  local check, run = users.check, users.run

  describe("whoami", function()
    it("shows the user of the credentials", function()
      local output = check "whoami"
      for _, part in ipairs { users.server.https, "tsadmin", "Primary (0)",
        "ADMINISTRATION", "versions      ", "thoughtspot-users " } do
        assert.truthy(output:find(part, 1, true), output)
      end
      local me = users.document "whoami"
      assert.equal("tsadmin", me.name)
      assert.equal(0, me.org.id)
      assert.same({ "ADMINISTRATION" }, me.privileges)
      assert.truthy(check("whoami --format csv"):find("\nuser,tsadmin\n", 1,
        true))
    end)

    it("shows the version of the cluster, if it is known", function()
      assert.is_nil(users.document "whoami".versions.cluster)
      users.server:control("answer", { method = "GET", path = "system",
        body = { release_version = "10.14.0.cl-1" } })
      assert.equal("10.14.0.cl-1", users.document "whoami".versions.cluster)
      assert.truthy(check "whoami":find("ThoughtSpot 10.14.0.cl-1, ", 1,
        true))
    end)

    it("checks the credentials", function()
      local code, output, errors = run("whoami", {
        environment = { THOUGHTSPOT_PASSWORD = "wrong" },
      })
      assert.equal(2, code)
      assert.equal("", output)
      assert.truthy(errors:find "^thoughtspot%-users: ")
      assert.falsy(errors:find("wrong", 1, true))
    end)
  end)

  it("no command shows a field twice", function()
    for _, line in ipairs { "list", "export -", "show ada", "audit" } do
      local code, output, errors = run(line .. " --fields email,id,email")
      assert.equal(2, code, line)
      assert.equal("", output)
      assert.truthy(errors:find("--fields: email is given twice", 1, true),
        errors)
    end
  end)

  describe("list", function()
    it("prints a table by default", function()
      local output, errors = check "list"
      assert.equal("name     display_name   email                 "
        .. "account_type  account_status  user_groups\n"
        .. "ada      Ada, Countess  ada@acme.test         "
        .. "LOCAL_USER    ACTIVE          Analysts; Sales\n"
        .. "bob      Bob            bob@acme.test         "
        .. "LOCAL_USER    INACTIVE\n"
        .. "tsadmin  Administrator  tsadmin@sandbox.test  "
        .. "LOCAL_USER    ACTIVE\n", output)
      assert.equal("3 users\n", errors)
      output, errors = check "list --quiet --fields name"
      assert.equal("name\nada\nbob\ntsadmin\n", output)
      assert.equal("", errors)
    end)

    it("prints each format", function()
      assert.equal('name,user_groups\nada,"Analysts; Sales"\nbob,\ntsadmin,\n',
        (check "list --fields name,user_groups --format csv"))
      local list = json.decode(
        (check "list --fields name,user_groups --format json"))
      assert.equal("ada", list[1].name)
      assert.equal("Sales", list[1].user_groups[2].name)
      local output = check "list --fields name,user_groups --format jsonl"
      local lines = {}
      for line in output:gmatch "[^\n]+" do
        lines[#lines + 1] = line
      end
      assert.equal('{"name":"bob","user_groups":[]}', lines[2])
      assert.equal("[]\n", (check "list --email x@y.test --format json"))
      assert.equal("", (check "list --email x@y.test --format jsonl"))
      assert.equal("name\n",
        (check "list --email x@y.test --format csv --fields name"))
    end)

    it("filters, sorts and limits", function()
      for flags, names in pairs {
        ["--group Sales"] = "ada", ["--status INACTIVE"] = "bob",
        ["--name b%"] = "bob", ["--email ada@acme.test"] = "ada",
        ["--privilege ADMINISTRATION"] = "tsadmin",
        ["--limit 2"] = "ada bob", ["--sort name --reverse"] =
          "tsadmin bob ada",
        ["--group Sales --group Analysts"] = "ada",
        ["--display-name Bob"] = "bob", ["--type SAML_USER"] = "",
      } do
        local output = check("list --quiet --format csv --fields name "
          .. flags)
        assert.equal(names, (output:gsub("^name\n", ""):gsub("\n$", "")
          :gsub("\n", " ")), flags)
      end
    end)

    it("refuses unknown values", function()
      for line, part in pairs {
        ["list --fields nmae"] = "did you mean name?",
        ["list --status ASLEEP"] = "must be one of 'ACTIVE'",
        ["list --privilege DEVELOPR"] = "thoughtspot-users: --privilege: "
          .. 'there is no value "DEVELOPR"; did you mean DEVELOPER?',
        ["audit --privilege X"] = "the values are ADMINISTRATION, AUTHORING",
        ["list --limit 0"] = "whole number above zero",
        ["list --emial x"] = "Did you mean",
        ["list --format yaml"] = "must be one of 'table'",
        ["list x"] = "too many arguments",
      } do
        local code, output, errors = run(line)
        assert.equal(2, code)
        assert.equal("", output)
        assert.truthy(errors:find(part, 1, true), errors)
      end
      assert.same({}, users.server:control "requests")
    end)

    it("fits the terminal, and colours the state only there",
      function()
        local environment = { COLUMNS = "50" }
        local output = check("list", { terminal = true,
          environment = environment })
        output = output:gsub("\r", "")
        assert.truthy(output:find(ESC .. "[32mACTIVE", 1, true), output)
        assert.truthy(output:find(ESC .. "[33mINACTI", 1, true), output)
        output = output:gsub(ESC .. "%[%d+m", "")
        local text = require "thoughtspot_users.text"
        for line in output:match "name.*tsadm[^\n]*":gmatch "[^\n]+" do
          assert.truthy(text.width(line) <= 50, line)
        end
        for _, no in ipairs { { NO_COLOR = "1" }, { TERM = "dumb" } } do
          output = check("list --quiet", { terminal = true,
            environment = no })
          assert.falsy(output:find(ESC .. "[3", 1, true), output)
        end
        output = check("list --no-color --quiet", { terminal = true })
        assert.falsy(output:find(ESC .. "[3", 1, true), output)
      end)

    it("prints no control characters from the cluster", function()
      users.server:control("reset", { users = { {
        name = "a" .. ESC .. "[2Jda", display_name = "A\194\155da\r\nB",
        email = "a\226\128\174@acme.test",
      } } })
      for _, format in ipairs { "table", "csv", "json", "jsonl" } do
        local output = check("list --no-color --quiet --format " .. format,
          { terminal = true })
        assert.falsy(output:gsub("\r\n", "\n"):find "[\r\27]", format)
        assert.falsy(output:find("\194\155", 1, true), format)
      end
      local output = check "list"
      assert.truthy(output:find("a\\e[2Jda", 1, true), output)
    end)

    it("prints an error as one JSON document", function()
      users.server:control("fail", { endpoint = "search_users", times = 9,
        fault = "server_error" })
      local document, code, errors = users.document "list"
      assert.equal(2, code)
      assert.equal("server", document.error.kind)
      assert.equal(500, document.error.status)
      assert.equal(2, document.exit_code)
      assert.truthy(errors:find("HTTP 500", 1, true))
    end)
  end)

  describe("show", function()
    it("shows all fields of the named users", function()
      local output = check "show ada BOB"
      assert.truthy(output:find("display_name +Ada, Countess\n"))
      assert.truthy(output:find("user_groups +Analysts; Sales\n"))
      assert.truthy(output:find("first_login_time_in_millis +2023%-11%-14T"))
      assert.truthy(output:find("\n\nid +%S+\nname +bob\n"), output)
      local list = users.document "show bob ada"
      assert.equal("bob", list[1].name)
      assert.same({}, list[1].user_groups)
      assert.equal(1700000000123, list[2].first_login_time_in_millis)
      local id = users.user "ada".id
      assert.equal("name\nada\n", (check("show --format csv --fields name "
        .. id)))
    end)

    it("reads names, with marks, comments and other line ends", function()
      local output = check("show - --format csv --fields name", {
        input = "\239\187\191ada # left\r\n# nobody\r\n\r\nbob\r\n",
      })
      assert.equal("name\nada\nbob\n", output)
    end)

    it("lists all users that were not found", function()
      local output
      local document, code, errors = users.document "show ada nobody no.one"
      assert.equal(2, code)
      assert.truthy(errors:find("nobody: there is no such user\n"))
      assert.truthy(errors:find("no.one: there is no such user\n"))
      assert.truthy(document.error.message:find "nobody")
      for name, part in pairs {
        ["ada\226\128\139"] = "zero-width space",
        ["u\204\136nal"] = "combining mark",
        ["ada\194\160"] = "no-break space", ["ada "] = "ends with white space",
      } do
        local _, _, why = run("show '" .. name .. "'")
        assert.truthy(why:find("there is no such user; the name ", 1, true))
        assert.truthy(why:find(part, 1, true), why)
      end
      code, output, errors = run("show -", { input = "# none\n" })
      assert.equal(2, code)
      assert.equal("", output)
      assert.truthy(errors:find("no names on standard input", 1, true))
      code, output, errors = run("show -", { input = "\255\254a\0" })
      assert.equal(2, code, output)
      assert.truthy(errors:find("standard input: is UTF-16", 1, true), errors)
    end)

    it("keeps a # inside a name", function()
      local code, _, errors = run("show -", { input = "ada#1\n" })
      assert.equal(2, code)
      assert.truthy(errors:find("ada#1: there is no such user", 1, true))
    end)
  end)

  describe("export", function()
    it("writes all users as CSV", function()
      local output = check "export"
      assert.truthy(output:find("\n[^\n]*,ada,\"Ada, Countess\",ada@acme.test,"
        .. "LOCAL_USER,ACTIVE,\"Analysts;Sales\",Primary,%d+%-%d%d%-%d%dT"))
      local _, lines = output:gsub("\n", "")
      assert.equal(4, lines)
      assert.equal(output, (check "export -"))
      assert.is_nil(command.read "-")
      assert.is_nil(command.read "-.part")
    end)

    it("writes a complete file or none", function()
      local path = users.folder .. "/users.csv"
      local output, errors = check("export " .. path)
      assert.equal("", output)
      assert.equal(path .. ": 3 users\n", errors)
      assert.truthy(command.read(path):find("bob@acme.test", 1, true))
      users.server:control("fail", { endpoint = "search_users", times = 9,
        fault = "server_error" })
      local code
      code, output, errors = run("export " .. path .. ".new")
      assert.equal("", output)
      assert.equal(2, code)
      assert.truthy(errors:find("HTTP 500", 1, true))
      assert.is_nil(command.read(path .. ".new"))
      assert.equal("users.csv\n", (command.check("ls " .. users.folder)))
    end)

    it("names the file that it cannot write", function()
      for path, reason in pairs {
        [users.folder .. "/none/x.csv"] = "No such file or directory",
        ["/dev/full"] = "No space left on device",
      } do
        local code, _, errors = run("export " .. path)
        assert.equal(2, code)
        assert.equal(("thoughtspot-users: %s: %s\n"):format(path, reason),
          errors)
      end
    end)

    it("writes to a pipe or a device, and does not replace it", function()
      local pipe = users.folder .. "/pipe"
      command.check("mkfifo " .. pipe)
      local _, output = run("export --quiet " .. pipe
        .. " & timeout 30 cat " .. pipe .. "; wait; test -p " .. pipe
        .. " && echo still a pipe", {
          before = "timeout 30 " })
      assert.truthy(output:find("bob@acme.test", 1, true), output)
      assert.truthy(output:find "still a pipe\n$", output)
    end)

    it("writes to the target of a symbolic link", function()
      local path = users.folder .. "/real.csv"
      local link = users.folder .. "/link.csv"
      command.write(path, "old")
      command.check("ln -s real.csv " .. link)
      check("export --quiet " .. link)
      assert.truthy(command.read(path):find("bob@acme.test", 1, true))
      command.check("test -L " .. link)
    end)

    it("does not replace a directory", function()
      local code, _, errors = run("export " .. users.folder)
      assert.equal(2, code)
      assert.truthy(errors:find "^thoughtspot%-users: [^\n]*\n$", errors)
      assert.equal("", (command.check("ls -d " .. users.folder
        .. ".* 2>&1 | grep part || true")))
    end)

    it("shows no progress on a dumb terminal", function()
      local output = check("export " .. users.folder .. "/users.csv", {
        terminal = true, environment = { TERM = "dumb" },
      })
      assert.falsy(output:find "[\27]", output)
      assert.falsy(output:find("3/3", 1, true), output)
    end)

    it("shows progress on the terminal, but not in the output", function()
      local output = check("export " .. users.folder .. "/users.csv", {
        terminal = true,
      })
      assert.truthy(output:find("3/3 users", 1, true), output)
    end)

    it("leaves times empty that never happened, and writes whole "
      .. "seconds", function()
      local output = check "export"
      assert.truthy(output:find(",2023-11-14T22:13:20Z\n", 1, true), output)
      users.server:control("reset", { users = { {
        name = "eve", first_login_time_in_millis = 0,
      } } })
      assert.equal("user_identifier,first_login\neve,\ntsadmin,\n",
        (check "export --fields user_identifier,first_login"))
    end)

    it("writes formulas unchanged, except with --excel", function()
      users.server:control("reset", { users = {
        { name = "=ada", display_name = "+1 (A)", email = "a-b@acme.test" },
      } })
      assert.truthy(check "export":find(",=ada,+1 (A),a-b@acme.test,", 1,
        true))
      local output = check "export --excel"
      assert.truthy(output:find "^\239\187\191id,")
      assert.truthy(output:find(",'=ada,'+1 (A),a-b@acme.test,", 1, true))
    end)

    it("names groups so that they can be read back", function()
      users.server:control("reset", {
        groups = { "A;B", " Sales", "12", "Plain",
          "00000000-0000-4000-8000-0000000000ff" },
        orgs = { "Acme", "7" },
        users = { { name = "ada", orgs = { "Primary", "Acme", "7" },
          groups = { "A;B", " Sales", "12", "Plain",
            "00000000-0000-4000-8000-0000000000ff" } } },
      })
      local ids = {}
      for _, group in ipairs(users.user "ada".user_groups) do
        ids[group.name] = group.id
      end
      assert.equal(("group_identifiers,org_identifiers\n"
        .. '"%s;%s;%s;Plain;%s","Primary;Acme;2"\n,"Primary;Acme;2"\n'):format(
          ids["A;B"], ids[" Sales"], ids["12"],
          ids["00000000-0000-4000-8000-0000000000ff"]),
        (check "export --fields group_identifiers,org_identifiers"))
    end)

    it("distinguishes groups with the same name in several orgs", function()
      users.server:control("reset", {
        groups = { "Sales", { name = "Sales", org = "Acme" }, "Analysts" },
        orgs = { "Acme" },
        users = { { name = "ada", orgs = { "Primary", "Acme" },
          groups = { "Sales", "Analysts" } } },
      })
      assert.equal(3, #users.user "ada".user_groups)
      local output, errors =
        check "export --name ada --fields user_identifier,group_identifiers"
      assert.equal("user_identifier,group_identifiers\n"
        .. 'ada,"Sales;Analysts"\n', output)
      assert.truthy(errors:find("1 of the users are also in groups of "
        .. "other orgs, which are left out: see --org-id", 1, true), errors)
      check("export | " .. users_command.program() .. " plan --check -")
      -- If the org of groups is unknown, all are written as GUIDs.
      users.server:control("fail", { endpoint = "search_groups", status = 403,
        body = "{}" })
      output = check "export --name ada --fields group_identifiers"
      local groups = users.user "ada".user_groups
      assert.equal(("group_identifiers\n\"%s;%s;%s\"\n"):format(
        groups[1].id, groups[2].id, groups[3].id), output)
    end)

    it("writes JSON that sync can read", function()
      local list = json.decode((check "export --format json"))
      assert.equal("ada", list[1].user_identifier)
      assert.same(ALL_GROUPS, list[1].group_identifiers)
      local output = check "export --format jsonl --fields user_identifier"
      assert.equal('{"user_identifier":"ada"}\n{"user_identifier":"bob"}\n'
        .. '{"user_identifier":"tsadmin"}\n', output)
    end)

    it("hides control characters on a terminal, and keeps them elsewhere",
      function()
        users.server:control("reset", { users = {
          { name = "ada", display_name = "A" .. ESC .. "[2Jda" },
        } })
        local output = check "export --fields display_name"
        assert.truthy(output:find("\nA" .. ESC .. "[2Jda\n", 1, true))
        output = check("export --quiet --fields display_name", {
          terminal = true,
        })
        assert.truthy(output:find("A\\e[2Jda", 1, true), output)
      end)
  end)

  describe("describe", function()
    it("shows requests and results", function()
      assert.truthy(check "describe":find("create_user  ", 1, true))
      assert.truthy(check "describe create_user":find(
        "client:create_user(request, options)", 1, true))
      assert.equal("ImportUser", (users.document "describe ImportUser").name)
      local code, _, errors = run "describe creat_user"
      assert.equal(2, code)
      assert.truthy(errors:find("did you mean create_user? "
        .. "thoughtspot-users describe lists the endpoints", 1, true), errors)
      assert.truthy(check "describe create_user":find(
        "Returns User (thoughtspot-users describe User), or nil", 1, true))
      assert.same({}, users.server:control "requests")
    end)
  end)

  describe("--verbose", function()
    it("logs requests and replies, and no secrets", function()
      local output, errors = check "whoami --verbose --format json"
      assert.truthy(errors:find("\nthoughtspot: get_current_user_info HTTP "
        .. "200, ", 1, true), errors)
      assert.falsy((output .. errors):find("secret", 1, true))
      assert.falsy((output .. errors):find("sandbox-token", 1, true))
    end)
  end)
end)
