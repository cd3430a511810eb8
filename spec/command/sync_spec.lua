-- plan, apply, sync: users kept in step with a directory.
--
-- Takes long.

local applying = require "thoughtspot_users.applying"
local command = require "spec.support.command"
local json = require "cjson"
local Output = require "thoughtspot_users.output"
local sync = require "thoughtspot.sync"
local users_command = require "spec.support.users_command"

local ALL_GROUPS = { "Analysts", "Sales" }

describe("thoughtspot-users", function()
  local users = users_command.stage(users_command.ada_and_bob())
  local check, run = users.check, users.run
  local file

  before_each(function()
    file = users.folder .. "/people.csv"
  end)

  local function write(text)
    command.write(file, text)
  end

  -- Runs a command that must be refused before anything is changed.
  local function refused(line, part, options)
    local code, output, errors = run(line, options)
    assert.equal(2, code, output .. errors)
    assert.truthy(errors:find(part, 1, true), errors)
    for _, endpoint in ipairs(users.calls()) do
      assert.truthy(endpoint:find "^search_" or endpoint
        == "get_current_user_info" or endpoint == "import_users", endpoint)
    end
    return errors
  end

  local PEOPLE = "user_identifier,display_name,email,group_identifiers,"
    .. "notify_on_share\r\nada,Ada Lovelace,ada@acme.test,Analysts;Sales,\r\n"
    .. "bob,Bob,,,\r\neve,Eve,eve@acme.test,Sales,false\r\n"

  describe("sync", function()
    it("shows what would change, and asks", function()
      write(PEOPLE)
      local code, output, errors = run("sync " .. file)
      assert.equal(2, code)
      assert.truthy(errors:find("Create 1, update 1 on " .. users.server.https
        .. "? There is no terminal to ask on; give --yes.", 1, true), errors)
      assert.truthy(output:find("+ create      eve  Eve, eve@acme.test", 1,
        true), output)
      assert.truthy(output:find("~ update      ada  display_name: Ada, "
        .. "Countess -> Ada Lovelace", 1, true))
      assert.truthy(output:find "1 to create, 1 to update; 1 unchanged.")
      assert.falsy(users.user "eve")
      assert.equal("Ada, Countess", users.user "ada".display_name)
    end)

    it("makes the changes with --yes, and has nothing to do "
      .. "afterwards", function()
      write(PEOPLE)
      local output, errors = check("sync " .. file .. " --yes")
      assert.equal("", errors)
      assert.truthy(output:find "\n2 done\n$", output)
      assert.equal("Ada Lovelace", users.user "ada".display_name)
      assert.is_false(users.user "eve".notify_on_share)
      assert.same({ "Sales" }, users.group_names "eve")
      assert.equal("bob@acme.test", users.user "bob".email)
      local before = #users.calls()
      assert.truthy(check("sync " .. file):find "Nothing to do; 3 unchanged")
      assert.equal("", (check("sync --quiet --yes " .. file)))
      local calls = users.calls()
      for index = before + 1, #calls do
        assert.truthy(calls[index]:find "^search_" or calls[index]
          == "get_current_user_info", calls[index])
      end
    end)

    it("asks on a terminal, and shows progress there", function()
      write(PEOPLE)
      local code, output = run("sync " .. file, {
        terminal = true, input = "n\n",
      })
      assert.equal(2, code)
      assert.truthy(output:find("Create 1, update 1", 1, true), output)
      assert.truthy(output:find("[y/N]", 1, true))
      assert.falsy(users.user "eve")
      code, output = run("sync " .. file, { terminal = true, input = "y\n" })
      assert.equal(0, code)
      assert.truthy(output:find("2/2 changes", 1, true), output)
      assert.truthy(users.user "eve")
    end)

    it("reads what spreadsheets write", function()
      write("\239\187\191user_identifier;display_name;"
        .. "group_identifiers;notify_on_share;email\r"
        .. 'ada;Ada, Countess;"Sales;Analysts";FALSE;\r'
        .. "eve;Eve;;True;e@acme.test\r")
      check("sync " .. file .. " --yes")
      assert.is_false(users.user "ada".notify_on_share)
      assert.is_true(users.user "eve".notify_on_share)
      assert.same(ALL_GROUPS, users.group_names "ada")
    end)

    it("ignores trailing spaces in names", function()
      write("name,display_name,email\nada ,\"Ada, Countess\",\n"
        .. "bob,Bob,\n")
      local _, errors = check("sync " .. file
        .. " --yes --scope-group Analysts --leavers deactivate")
      assert.truthy(errors:find('row 2: user_identifier: the white space '
        .. 'around "ada" was removed', 1, true), errors)
      assert.equal("ACTIVE", users.user "ada".account_status)
      assert.falsy(users.user "ada ")
    end)

    it("counts rows as in the file", function()
      write "name,display_name\n\nada,Ada\nADA,Ada\n"
      refused("sync --yes " .. file, 'row 4, ADA: user_identifier: "ADA" is '
        .. "already in row 3")
      write("id,name\n" .. users.user("ada").id .. ",bob\n")
      local _, output = run("plan --scope-all --leavers strip --groups Sales "
        .. file)
      assert.matches("bob +row 2 has its name, with another GUID", output)
    end)

    it("names the option of a wrong scope", function()
      write "name\nada\n"
      refused("sync --yes --leavers deactivate --scope-group '' " .. file,
        "--scope-group: an item of the list is empty")
      refused("sync --yes --leavers deactivate --scope-name '' " .. file,
        "--scope-name: is empty, which would mean everybody")
      refused("sync --yes --leavers deactivate --scope-group Stuff " .. file,
        '--scope-group: there is no group called "Stuff"')
    end)

    it("reports names that look like others, and creates none", function()
      users.server:control("reset", { users = { { name = "\195\188nal" } } })
      write("name\nu\204\136nal\n")
      assert.truthy(check("sync " .. file):find "Nothing to do; 1 unchanged")
      write("name,display_name,email\na\226\128\139da,A,a@acme.test\n")
      refused("sync --yes " .. file, "U+200B")
    end)

    it("knows groups and orgs by their ids", function()
      local ids = {}
      for index, group in ipairs(users.user "ada".user_groups) do
        ids[index] = group.id
      end
      write("user_identifier,group_identifiers,org_identifiers\nada,"
        .. table.concat(ids, ";") .. ",0\n")
      assert.truthy(check("sync " .. file):find "Nothing to do")
      write("user_identifier,group_identifiers\nbob," .. ids[1] .. "\n")
      local output = check("plan " .. file)
      assert.truthy(output:find("groups: + ", 1, true), output)
    end)

    it("changes nothing when the source has an invalid value", function()
      write("user_identifier,display_name,email,group_identifiers,"
        .. "account_type\nbob,Bob,,,LOCAL\neve,Eve,e@acme.test,Nobody,\n")
      local errors = refused("sync --yes " .. file, "nothing was done:\n")
      assert.truthy(errors:find("row 2, bob: account_type: ", 1, true), errors)
      assert.truthy(errors:find("LOCAL_USER", 1, true))
      write("user_identifier,display_name,email,group_identifiers\n"
        .. "eve,Eve,e@acme.test,Nobody\n")
      refused("sync --yes " .. file, "row 2, eve: group_identifiers: ")
      write("user_identifier,display_name\neve,Eve\n")
      refused("sync --yes " .. file, "row 2, eve: email: is required")
      write("user_identifier,display_name\neve,Eve\n,Bob\nEve,Eve\n")
      errors = refused("sync --yes " .. file, "row 3: user_identifier: ")
      assert.truthy(errors:find("row 4, Eve: user_identifier: ", 1, true),
        errors)
      assert.falsy(users.user "eve")
      local document, code = users.document("sync --yes " .. file)
      assert.equal(2, code)
      assert.truthy(document.error.message:find("row 3", 1, true))
    end)

    it("takes the default password from the environment", function()
      write(PEOPLE)
      check("sync --yes " .. file, {
        environment = { THOUGHTSPOT_DEFAULT_PASSWORD = "first one 1!" },
      })
      check("whoami", { environment = { THOUGHTSPOT_USERNAME = "eve",
        THOUGHTSPOT_PASSWORD = "first one 1!" } })
    end)

    it("writes no secret anywhere", function()
      write("user_identifier,display_name,email,password\n"
        .. "eve,Eve,e@acme.test,hunter2-and-more\n")
      local journal = users.folder .. "/journal"
      local output, errors = check("sync --yes --verbose --journal "
        .. journal .. " " .. file)
      local text = output .. errors .. command.read(journal)
      for _, secret in ipairs { "hunter2", "sandbox-token", "\"secret\"" } do
        assert.falsy(text:find(secret, 1, true), text)
      end
      check("whoami", { environment = { THOUGHTSPOT_USERNAME = "eve",
        THOUGHTSPOT_PASSWORD = "hunter2-and-more" } })
      assert.equal("600", users_command.mode_of(journal))
    end)

    it("refuses options that make no sense", function()
      write(PEOPLE)
      for flags, part in pairs {
        ["--map emial=x"] = "did you mean email?",
        ["--map x"] = "expected FIELD=COLUMN",
        ["--map =x"] = 'there is no field ""',
        ["--map email="] = "expected FIELD=COLUMN",
        [ [[--map 'email="x']] ] = "expected FIELD=COLUMN",
        [ [[--map 'email="x"y']] ] = "expected FIELD=COLUMN",
        ["--map email=x,y"] = 'quote a column whose name has a comma',
        ["--map email=x,email=y"] = 'email has two columns, "x" and "y"',
        ["--leavers deactivate"] = "--leavers deactivate needs a scope",
        ["--scope-all --scope-name x%"] = "cannot be combined with another "
          .. "scope",
        ["--create salary"] = "expected FIELD=VALUE",
        ["--create salary=9"] = '--create: there is no field "salary"; the '
          .. "fields are id, user_identifier",
        ["--create emial=x"] = "did you mean email?",
        ["--max-leavers many"] = "or a percentage such as 10%",
        ["--max-leavers 101%"] = 'such as 10%, got "101%"',
        ["--groups ''"] = "--groups: is empty",
        ["--protect x --protect ''"] = "--protect: is empty",
        ["--journal ''"] = "--journal: is empty",
        ["--map ''"] = "--map: is empty",
        ["--from xml"] = "must be one of 'csv'",
      } do
        refused("sync --yes " .. file .. " " .. flags, part)
      end
      assert.same({}, users.server:control "requests")
    end)

    it("never makes a plan from an empty source", function()
      for from, text in pairs { csv = "name,email\n", json = "[]",
        jsonl = "", ldif = "version: 1\n" } do
        write(text)
        refused("sync --from " .. from .. " --yes --scope-all --leavers "
          .. "deactivate --max-leavers 100% " .. file, "empty")
      end
    end)
  end)

  describe("sync, as it runs every night,", function()
    local EVERYBODY = "name,display_name,email,group_identifiers\n"
      .. "ada,Ada Lovelace,ada@acme.test,Analysts\n"
      .. "bob,Bob,bob@acme.test,Analysts\neve,Eve,eve@acme.test,Analysts\n"
    local WITHOUT_EVE = EVERYBODY:gsub("eve[^\n]*\n", "")

    local function nightly(more)
      return run("sync --quiet --yes --reactivate --groups Analysts "
        .. "--scope-group Analysts --leavers deactivate " .. file .. " "
        .. (more or ""))
    end

    it("adds, activates and updates, and is quiet afterwards", function()
      write(EVERYBODY)
      local code, output, errors = nightly()
      assert.equal("", errors)
      assert.equal(0, code)
      for _, part in ipairs { "+ create      eve", "~ update      ada",
        "~ update      bob  account_status: INACTIVE -> ACTIVE", "3 done" } do
        assert.truthy(output:find(part, 1, true), output)
      end
      assert.equal("Ada Lovelace", users.user "ada".display_name)
      assert.same({ "Analysts" }, users.group_names "bob")
      assert.equal("ACTIVE", users.user "bob".account_status)
      assert.same({ "Analysts" }, users.group_names "eve")
      -- Groups that are not managed are left alone.
      assert.same(ALL_GROUPS, users.group_names "ada")
      code, output = nightly()
      assert.equal(0, code)
      assert.equal("", output)
    end)

    it("deactivates and logs out leavers, and takes them back",
      function()
        write(EVERYBODY)
        assert.equal(0, (nightly()))
        write(WITHOUT_EVE)
        local code, output, errors = nightly()
        assert.equal(0, code, errors)
        assert.truthy(output:find("- deactivate  eve", 1, true), output)
        assert.equal("INACTIVE", users.user "eve".account_status)
        assert.same({}, users.group_names "eve")
        assert.equal(1, users.called "deactivate_user")
        assert.equal(1, users.called "force_logout_users")
        write(EVERYBODY)
        code, output = nightly()
        assert.equal(0, code, output)
        assert.equal("ACTIVE", users.user "eve".account_status)
        assert.same({ "Analysts" }, users.group_names "eve")
      end)

    it("makes up the next night for what failed", function()
      write(EVERYBODY)
      assert.equal(0, (nightly()))
      write(WITHOUT_EVE)
      users.server:control("fail", { endpoint = "force_logout_users",
        fault = "server_error" })
      local code, _, errors = nightly()
      assert.equal(1, code)
      assert.truthy(errors:find "^eve: deactivate: force_logout_users: ",
        errors)
      code = nightly()
      assert.equal(0, code)
      assert.same({}, users.group_names "eve")
    end)

    it("says when the cluster leaves a user inactive", function()
      write "name\nada\nbob\n"
      users.server:control("fail", { endpoint = "update_user", status = 204 })
      local code, output, errors = nightly()
      assert.equal(1, code, output)
      local said = "bob: the cluster accepted the change, but account_status "
        .. "is INACTIVE, not ACTIVE"
      assert.truthy(errors:find(said, 1, true), errors)
      for _, format in ipairs { "csv", "jsonl" } do
        users.server:control("fail", { endpoint = "update_user",
          status = 204 })
        code, output, errors = nightly("--format " .. format)
        assert.equal(1, code, output)
        assert.truthy(errors:find(said, 1, true), errors)
        assert.truthy(output:find("not in effect", 1, true), output)
        assert.falsy(output:find("done", 1, true), output)
      end
    end)

    it("leaves alone what the directory does not mention", function()
      write "name,display_name\nada,\n"
      local code, output, errors = nightly()
      assert.equal("", errors)
      assert.equal(0, code)
      assert.equal("", output)
    end)

    it("does not trust a directory that lost most of its people", function()
      write(EVERYBODY)
      assert.equal(0, (nightly()))
      write(EVERYBODY:gsub("ada[^\n]*\n", ""):gsub("eve[^\n]*\n", ""))
      local code, output, errors = nightly()
      assert.equal(4, code)
      assert.truthy(errors:find("over a limit: 2 leavers, 1 allowed", 1,
        true), errors)
      assert.truthy(output:find("Is the source complete?", 1, true))
      assert.equal("ACTIVE", users.user "eve".account_status)
      -- It does not ask about changes that it would not make.
      assert.equal(4, (run("sync --scope-group Analysts --leavers deactivate "
        .. file)))
      local document
      document, code = users.document("sync --yes --scope-group Analysts "
        .. "--leavers deactivate " .. file)
      assert.equal(4, code)
      assert.equal(2, #document.plan.withheld)
      assert.equal(4, document.exit_code)
      code = nightly "--max-leavers 2"
      assert.equal(0, code)
      assert.equal("INACTIVE", users.user "eve".account_status)
    end)

    it("makes the changes within the limits with --partial", function()
      write(EVERYBODY)
      assert.equal(0, (nightly()))
      write(EVERYBODY:gsub("ada[^\n]*\n", ""):gsub("eve[^\n]*\n", "")
        .. "zoe,Zoe,z@acme.test,Analysts\n")
      local code, _, errors = nightly "--partial"
      assert.equal(4, code, errors)
      assert.truthy(users.user "zoe")
      assert.equal("ACTIVE", users.user "eve".account_status)
    end)

    it("keeps people in the group of --in-group", function()
      local function keep_group()
        return run("sync --quiet --yes --in-group Sales --scope-group Sales "
          .. "--leavers deactivate --max-leavers 1 " .. file)
      end
      write "name,display_name,email\nbob,,\neve,Eve,eve@acme.test\n"
      local code, output, errors = keep_group()
      assert.equal(0, code, output .. errors)
      assert.same({ "Sales" }, users.group_names "bob")
      assert.same({ "Sales" }, users.group_names "eve")
      -- Members of the group who are not in the directory are leavers; their
      -- other groups are not touched.
      assert.equal("INACTIVE", users.user "ada".account_status)
      assert.same({ "Analysts" }, users.group_names "ada")
      code, output = keep_group()
      assert.equal(0, code)
      assert.equal("", output)
      write "name,group_identifiers\nbob,\neve,Analysts\n"
      code, output, errors = keep_group()
      assert.equal(2, code, output)
      assert.truthy(errors:find("row 3, eve has groups and row 2, bob has "
        .. "none", 1, true), errors)
      write "name,group_identifiers\nbob,Analysts\neve,Sales;Analysts\n"
      assert.equal(0, (keep_group()))
      assert.same(ALL_GROUPS, users.group_names "bob")
    end)

    it("saves the links of leavers with --links", function()
      write(EVERYBODY)
      assert.equal(0, (nightly()))
      write(WITHOUT_EVE)
      local links = users.folder .. "/links.csv"
      assert.equal(0, (nightly("--links " .. links)))
      assert.truthy(command.read(links):find ",eve,https")
      assert.equal("600", users_command.mode_of(links))
    end)
  end)

  describe("plan", function()
    it("never writes, and never asks", function()
      write(PEOPLE)
      for _, format in ipairs { "table", "csv", "json", "jsonl" } do
        local output = check("plan --format " .. format .. " " .. file)
        assert.truthy(output:find("eve", 1, true))
      end
      for _, request in ipairs(users.server:control "requests") do
        assert.truthy(request.endpoint:find "^search_" or request.endpoint:find
          "^get_" or request.endpoint == "import_users"
          and request.body:find '"dry_run":true', request.endpoint)
      end
    end)

    it("says by its exit code whether there is something to do", function()
      write(PEOPLE)
      assert.equal(3, (run("plan --check " .. file)))
      assert.equal(3, (run("plan --check --format json " .. file)))
      write "name\nada\n"
      assert.equal(0, (run("plan --check " .. file)))
      write "name,display_name,email\nzoe,Zoe,z@acme.test\n"
      assert.equal(4, (run("plan --check --scope-all --leavers deactivate "
        .. "--max-leavers 0 " .. file)))
    end)

    it("prints JSON", function()
      write(PEOPLE)
      local document = users.document("plan " .. file)
      assert.equal(users.server.https, document.host)
      assert.equal("create", document.actions[1].action)
      assert.equal("Ada Lovelace",
        document.actions[2].change.display_name.to)
      assert.same({ create = 1, update = 1, strip = 0, deactivate = 0,
        delete = 0, unchanged = 1 }, document.counts)
      local output = check("plan --format csv " .. file)
      assert.truthy(output:find("\n2,update,ada,[%x-]+,\"display_name: "))
      output = check("plan --format jsonl " .. file)
      assert.equal("eve", json.decode(output:match "^[^\n]+").user)
    end)

    it("tells false from what is not there", function()
      users.server:control("reset", { users = { { name = "ada",
        notify_on_share = false } } })
      write "name,notify_on_share,preferred_locale\nada,true,de-DE\n"
      local output = check("plan --format csv " .. file)
      assert.truthy(output:find("notify_on_share: false -> true", 1, true),
        output)
      assert.truthy(output:find("preferred_locale: none -> de-DE", 1, true))
    end)

    it("has nothing to do for an export", function()
      users.server:control("reset", {
        groups = { "Analysts", "A;B", " Sales", "All", "12", "Legal",
          "\194\160Legal" },
        orgs = { "Acme", "7" },
        users = {
          { name = "Ada", display_name = 'Ada "A",\nCountess',
            groups = { "Analysts", "A;B", " Sales", "All", "12" },
            orgs = { "Primary", "Acme", "7" } },
          { name = "-bob", display_name = " Bob ", email = "bob@acme.test",
            account_type = "SAML_USER", account_status = "INACTIVE" },
          { name = "=1+1", display_name = "", email = "" },
          { name = "sep=;", display_name = "a\rb\tc" },
          { name = "K\195\164the", display_name = "\27[2J" },
          { name = "u\204\136nal", first_login_time_in_millis = 0 },
          { name = "z\226\128\139w", groups = { "\194\160Legal" } },
          { name = "blank", display_name = "  ", email = " " },
          { name = "unseen", display_name = "\226\128\139" },
        },
      })
      for _, format in ipairs { "csv", "json", "jsonl" } do
        local path = users.folder .. "/all." .. format
        check("export --format " .. format .. " " .. path)
        local output = check("plan --check --scope-all --leavers deactivate "
          .. path)
        assert.truthy(output:find("Nothing to do; 10 unchanged", 1, true),
          output)
      end
      local code, output, errors = run("export | " .. users_command.program()
        .. " plan --check -")
      assert.equal(0, code, output .. errors)
    end)

    it("maps columns whose names have commas and quotes", function()
      local code, _, errors = run("plan - --map 'user_identifier = "
        .. [["Log, in" , display_name="The ""Name""",email=Mail']], { input =
        '"Log, in","The ""Name""",Mail\nada,Ada L,ada@acme.test\n' })
      assert.equal(0, code, errors)
    end)

    it("reads LDIF and JSON", function()
      command.write(users.folder .. "/x.ldif", "dn: uid=ada,dc=acme\n"
        .. "uid: ada\ncn:: QWRhIEw=\nmail: ada@acme.test\n"
        .. "memberOf: cn=Sales,ou=groups,dc=acme\n")
      local document = users.document("plan --map group_identifiers=memberOf "
        .. users.folder .. "/x.ldif")
      assert.equal("Ada L", document.actions[1].change.display_name.to)
      -- A group that the source never names is not removed.
      assert.is_nil(document.actions[1].remove)
      local code, _, errors = run("plan -", { input =
        '[{"user_identifier":"ada","display_nam":"x"}]' })
      assert.equal(2, code)
      assert.truthy(errors:find("display_name", 1, true), errors)
    end)

    it("prints no control characters from a source", function()
      write "name,display_name\nada,\"A\27[2Jda\"\n"
      local output = check("plan " .. file, { terminal = true })
      assert.falsy(output:gsub("\27%[[%d;]*[mK]", ""):find("\27", 1, true),
        output)
    end)
  end)

  describe("apply", function()
    local plan

    before_each(function()
      plan = users.folder .. "/plan.jsonl"
      write(PEOPLE)
    end)

    it("makes the changes of a plan, once", function()
      local _, errors = check("plan --out " .. plan .. " " .. file)
      assert.equal(plan .. ": apply it with thoughtspot-users apply " .. plan
        .. "\n", errors)
      assert.equal("600", users_command.mode_of(plan))
      refused("apply " .. plan, "give --yes")
      assert.truthy(check("apply --yes " .. plan):find "\n2 done\n$")
      assert.truthy(users.user "eve")
      local before = #users.calls()
      local output = check("apply " .. plan)
      assert.equal("0 done, 2 already in effect\n", output)
      assert.equal(before, #users.calls())
    end)

    it("says in words for the shell how to apply it", function()
      local path = command.quote(users.folder .. "/it's a plan")
      local _, errors = check("plan --out " .. path .. " " .. file)
      assert.equal(users.folder .. "/it's a plan: apply it with "
        .. "thoughtspot-users apply " .. path .. "\n", errors)
      assert.truthy(check("apply --yes " .. path))
    end)

    it("says of whom the plan is", function()
      check("plan --out " .. plan .. " " .. file)
      local errors = refused("apply --yes " .. plan, "the plan was made as "
        .. "tsadmin; this client acts as ada", {
          environment = { THOUGHTSPOT_USERNAME = "ada",
            THOUGHTSPOT_PASSWORD = false,
            THOUGHTSPOT_SECRET_KEY = "sandbox-secret-key" },
        })
      assert.truthy(errors:find "^thoughtspot%-users: the plan was")
    end)

    it("does not overwrite a plan", function()
      check("plan --out " .. plan .. " " .. file)
      write "name,email\nada,new@acme.test\n"
      refused("plan --out " .. plan .. " " .. file, "contains something else")
    end)

    it("requires the number of deletions besides --yes", function()
      write "name\nada\n"
      local line = "plan --scope-name b% --leavers delete --delete-after 0 "
      check(line .. "--out " .. plan .. " " .. file)
      refused("apply --yes " .. plan, "--yes alone does not confirm deletions")
      local code = run("apply --yes --max-deletes 0 " .. plan)
      assert.equal(4, code)
      assert.truthy(users.user "bob")
      check("apply --yes --max-deletes 1 " .. plan)
      assert.falsy(users.user "bob")
    end)

    it("asks for that number on a terminal", function()
      write "name\nada\n"
      local line = "sync --scope-name b% --leavers delete --delete-after 0 "
        .. file
      local code, output = run(line, { terminal = true, input = "y\n" })
      assert.equal(2, code)
      assert.truthy(output:find("Type the number of users", 1, true), output)
      assert.truthy(users.user "bob")
      check(line, { terminal = true, input = "1\n" })
      assert.falsy(users.user "bob")
    end)

    it("fails only the entries that have changed since", function()
      check("plan --out " .. plan .. " " .. file)
      check "update ada --display-name Other"
      local document, code = users.document("apply --yes " .. plan)
      assert.equal(1, code)
      assert.equal(1, #document.report.done)
      assert.equal("ada", document.report.failures[1].user)
      assert.equal("conflict", document.report.failures[1].error.kind)
    end)

    it("refuses a plan for another cluster, and other files", function()
      check("plan --out " .. plan .. " " .. file)
      local text = command.read(plan)
      command.write(plan, (text:gsub('{"end".*$', "")))
      refused("apply --yes " .. plan, "has no end")
      command.write(plan, "nonsense\n")
      refused("apply --yes " .. plan, "is not the header of a plan")
      refused("apply --yes " .. users.folder .. "/none", "none")
    end)

    it("prints rows as CSV and JSON lines", function()
      check("plan --out " .. plan .. " " .. file)
      local output = check("apply --yes --format csv " .. plan)
      assert.truthy(output:find "^n,action,user,id,state,error\n1,create,eve,")
      assert.truthy(output:find "\n2,update,ada,[%x-]+,done,\n$")
      output = check("apply --yes --format jsonl " .. plan)
      assert.truthy(output:find '^{"n":1,"action":"create"', output)
    end)
  end)

  it("has an error in its document if it cannot look whether all is in effect",
    function()
      local output, written = Output.new { format = "json" }, {}
      function output.write(_, text)
        written[#written + 1] = text
      end
      function output.complain() end
      local apply = sync.apply
      function sync.apply()
        return nil, "lost", { done = { { n = 1, action = "update",
          user = "ada" } }, already = {}, failures = {}, withheld = {},
          not_in_effect = {} }
      end
      local ran, code = pcall(applying.run, {
        flags = { yes = true }, output = output, client = function() end,
      }, { actions = {}, withheld = {} })
      sync.apply = apply
      assert.is_true(ran, code)
      assert.equal(1, code)
      local document = json.decode(table.concat(written))
      assert.equal("ada", document.report.done[1].user)
      assert.same({ kind = "fault", message = "lost" }, document.error)
      assert.equal(1, document.exit_code)
    end)
end)
