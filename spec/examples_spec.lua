-- The examples, as their users run them: against a server, by HTTPS.

local command = require "spec.support.command"
local fault = require "spec.support.fault_server"
local sandbox_server = require "spec.support.sandbox_server"

local ALL_GROUPS = { "Analysts", "Sales" }

describe("the example", function()
  local server, folder

  setup(function()
    server = sandbox_server.start()
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    folder = command.new_folder()
    server:control("reset", {
      groups = ALL_GROUPS,
      users = {
        { name = "ada", display_name = "Ada, Countess",
          email = "ada@acme.test", groups = ALL_GROUPS, password = "old",
          first_login_time_in_millis = 1700000000000 },
        { name = "bob", display_name = "Bob", email = "bob@acme.test",
          account_status = "INACTIVE" },
      },
    })
  end)

  after_each(function()
    command.remove(folder)
  end)

  local function run(line, options)
    options = options or {}
    local environment = {
      THOUGHTSPOT_HOST = server.https,
      THOUGHTSPOT_CA_FILE = server.ca_file,
      THOUGHTSPOT_USERNAME = server.username,
      THOUGHTSPOT_PASSWORD = server.password,
      THOUGHTSPOT_SECRET_KEY = false,
      THOUGHTSPOT_TOKEN = false,
      THOUGHTSPOT_ORG_ID = false,
      THOUGHTSPOT_DEFAULT_PASSWORD = false,
    }
    for name, value in pairs(options.environment or {}) do
      environment[name] = value
    end
    line = command.lua() .. " examples/" .. line
    if options.terminal then
      line = "script -qec " .. command.quote(line) .. " /dev/null"
    end
    return command.run(line, {
      input = options.input, environment = environment,
    })
  end

  local function user(identifier)
    local found = server:control("user", { identifier = identifier })
    return found
  end

  local function group_names(identifier)
    local names = {}
    for index, group in ipairs(user(identifier).user_groups) do
      names[index] = group.name
    end
    return names
  end

  -- Runs something as a user: 0 where that user can log in.
  local function log_in(name, password)
    return run("audit.lua", { environment = {
      THOUGHTSPOT_USERNAME = name, THOUGHTSPOT_PASSWORD = password,
    } })
  end

  -- The endpoints that were called, but for mints, in order.
  local function calls()
    local names = {}
    for _, request in ipairs(server:control "requests") do
      if request.endpoint ~= "get_full_access_token" then
        names[#names + 1] = request.endpoint
      end
    end
    return names
  end

  local function called(endpoint)
    local count = 0
    for _, name in ipairs(calls()) do
      count = count + (name == endpoint and 1 or 0)
    end
    return count
  end

  local function in_order(text)
    local lines = {}
    for line in text:gmatch "[^\n]+" do
      lines[#lines + 1] = line
    end
    table.sort(lines)
    return lines
  end

  local function mode_of(path)
    local _, output = command.run("stat -c %a " .. command.quote(path))
    return output:match "%d+"
  end

  describe("quickstart", function()
    it("runs, shows its own users, and leaves nothing behind", function()
      local code, output, errors = run "quickstart.lua"
      assert.equal("", errors)
      assert.equal(0, code)
      assert.truthy(output:find("Ada Lovelace", 1, true))
      assert.falsy(output:find("Bob", 1, true))
      assert.falsy(user "lua-quickstart-grace")
      assert.equal("ada@acme.test", user "ada".email)
    end)

    it("cleans up where it fails, and what an earlier run left", function()
      server:control("reset", { users = { { name = "lua-quickstart-ada" } } })
      server:control("fail", { endpoint = "deactivate_user",
        fault = "server_error" })
      local code, _, errors = run "quickstart.lua"
      assert.equal(2, code)
      assert.truthy(errors:find("deactivate_user: ", 1, true))
      assert.falsy(user "lua-quickstart-ada")
      assert.falsy(user "lua-quickstart-grace")
    end)
  end)

  describe("cqueues", function()
    local function skip(name)
      it(name, function()
        pending "this Lua has no cqueues"
      end)
    end
    local it = pcall(require, "cqueues") and it or skip

    it("looks users up", function()
      local code, output, errors = run "cqueues.lua ada bob"
      assert.equal("", errors)
      assert.equal(0, code)
      assert.truthy(output:find("ada\t" .. user "ada".id, 1, true))
      assert.truthy(output:find("bob\t" .. user "bob".id, 1, true))
    end)

    it("fails where one is not found", function()
      local code, output, errors = run "cqueues.lua nobody ada"
      assert.equal(1, code)
      assert.truthy(errors:find("nobody: .*not_found"), errors)
      assert.truthy(output:find("ada\t" .. user "ada".id, 1, true))
    end)
  end)

  describe("export_users", function()
    it("writes all users as CSV", function()
      local code, output, errors = run "export_users.lua"
      assert.equal("", errors)
      assert.equal(0, code)
      assert.truthy(output:find("\n[^\n]*,ada,\"Ada, Countess\",ada@acme.test,"
        .. "LOCAL_USER,ACTIVE,\"Analysts;Sales\",Primary,%d+%-%d%d%-%d%dT"))
      local _, lines = output:gsub("\n", "")
      assert.equal(4, lines)
    end)

    it("writes a file, whole or not at all", function()
      local path = folder .. "/users.csv"
      assert.equal(0, (run("export_users.lua " .. path)))
      assert.truthy(command.read(path):find("bob@acme.test", 1, true))
      server:control("fail", { endpoint = "search_users", times = 9,
        fault = "server_error" })
      local code, _, errors = run("export_users.lua " .. path .. ".new")
      assert.equal(2, code)
      assert.truthy(errors:find("HTTP 500", 1, true))
      assert.is_nil(command.read(path .. ".new"))
      assert.is_nil(command.read(path .. ".new.part"))
    end)

    it("puts nothing in the place of a folder", function()
      local code, _, errors = run("export_users.lua " .. folder)
      assert.equal(2, code)
      assert.truthy(errors:find "^export_users.lua: [^\n]*\n$", errors)
      assert.is_nil(command.read(folder .. ".part"))
    end)

    it("writes to the standard output for -", function()
      local code, output = run "export_users.lua -"
      assert.equal(0, code)
      assert.truthy(output:find("bob@acme.test", 1, true))
      assert.is_nil(command.read "-")
      assert.is_nil(command.read "-.part")
    end)

    it("shows no progress among the users", function()
      local code, output = run("export_users.lua", { terminal = true })
      assert.equal(0, code)
      assert.equal((select(2, run "export_users.lua")),
        (output:gsub("\r\n", "\n")))
      code, output = run("export_users.lua " .. folder .. "/users.csv", {
        terminal = true,
      })
      assert.equal(0, code)
      assert.truthy(output:find("3/3 users", 1, true), output)
    end)

    it("writes times in whole seconds", function()
      server:control("reset", { users = { {
        name = "ada", first_login_time_in_millis = 1700000000123,
      } } })
      local code, output = run "export_users.lua"
      assert.equal(0, code)
      assert.truthy(output:find(",2023-11-14T22:13:20Z\n", 1, true), output)
    end)

    it("writes formulas as they are, but not for a spreadsheet", function()
      server:control("reset", { users = {
        { name = "=ada", display_name = "+1 (A)", email = "a-b@acme.test" },
      } })
      local _, output = run "export_users.lua"
      assert.truthy(output:find(",=ada,+1 (A),a-b@acme.test,", 1, true))
      _, output = run "export_users.lua --excel"
      assert.truthy(output:find "^\239\187\191id,")
      assert.truthy(output:find(",'=ada,'+1 (A),a-b@acme.test,", 1, true))
    end)

    it("says what is missing in the environment", function()
      local code, _, errors = run("export_users.lua", {
        environment = { THOUGHTSPOT_PASSWORD = false },
      })
      assert.equal(2, code)
      assert.truthy(errors:find("THOUGHTSPOT_SECRET_KEY", 1, true))
    end)

    it("does not know other flags", function()
      local code, _, errors = run "export_users.lua --password x"
      assert.equal(2, code)
      assert.truthy(errors:find("usage:", 1, true))
    end)
  end)

  describe("import_users", function()
    local file

    before_each(function()
      file = folder .. "/users.csv"
      command.write(file, "user_identifier,display_name,email,"
        .. "group_identifiers,notify_on_share\r\n"
        .. "ada,Ada Lovelace,ada@acme.test,Analysts;Sales,\r\n"
        .. "bob,Bob,,,\r\n"
        .. "eve,Eve,eve@acme.test,Sales,false\r\n")
    end)

    it("prints what would change, and asks", function()
      local code, output, errors = run("import_users.lua " .. file)
      assert.equal(2, code)
      assert.truthy(errors:find("--yes", 1, true))
      assert.equal("update ada\n  display_name: Ada, Countess -> Ada Lovelace"
        .. "\ncreate eve\n1 to create, 1 to update, 1 as they are\n", output)
      assert.falsy(user "eve")
      assert.equal("Ada, Countess", user "ada".display_name)
    end)

    it("does it when told so", function()
      local code, output, errors = run("import_users.lua " .. file
        .. " --yes")
      assert.equal("", errors)
      assert.equal(0, code)
      assert.truthy(output:find "created 1, updated 1\n$")
      assert.equal("Ada Lovelace", user "ada".display_name)
      assert.is_false(user "eve".notify_on_share)
      assert.same({ "Sales" }, group_names "eve")
      assert.equal("bob@acme.test", user "bob".email)
    end)

    it("asks on a terminal, and shows progress there", function()
      local code, output = run("import_users.lua " .. file, {
        terminal = true, input = "n\n",
      })
      assert.equal(2, code)
      assert.truthy(output:find("2/2 checked", 1, true), output)
      assert.truthy(output:find("Do it? [y/N]", 1, true))
      assert.falsy(user "eve")
      code, output = run("import_users.lua " .. file, {
        terminal = true, input = "y\n",
      })
      assert.equal(0, code)
      assert.truthy(output:find("2/2 imported", 1, true), output)
      assert.truthy(user "eve")
    end)

    it("has nothing to do the second time", function()
      run("import_users.lua " .. file .. " --yes")
      command.write(file, "user_identifier,display_name\nada,Ada Lovelace\n")
      local code, output = run("import_users.lua " .. file)
      assert.equal(0, code)
      assert.equal("0 to create, 0 to update, 1 as they are\n", output)
    end)

    it("only checks it, in a dry run", function()
      local code, output, errors = run("import_users.lua " .. file
        .. " --dry-run")
      assert.equal("", errors)
      assert.equal(0, code)
      assert.truthy(output:find "\ncreate eve\n.*nothing was changed\n$")
      assert.falsy(user "eve")
    end)

    it("has nothing to do for what was exported", function()
      server:control("reset", {
        groups = { "Analysts", "A;B", " Sales" }, orgs = { "Acme" },
        users = {
          { name = "Ada", display_name = 'Ada "A",\nCountess',
            groups = { "Analysts", "A;B", " Sales" },
            orgs = { "Primary", "Acme" } },
          { name = "-bob", display_name = " Bob ", email = "bob@acme.test",
            account_type = "SAML_USER", account_status = "INACTIVE" },
        },
      })
      local code, output, errors = run("export_users.lua - | " .. command.lua()
        .. " examples/import_users.lua - --yes")
      assert.equal("", errors)
      assert.equal(0, code)
      assert.equal("0 to create, 0 to update, 3 as they are\n", output)
    end)

    it("reads what spreadsheets write", function()
      command.write(file, "\239\187\191user_identifier;display_name;"
        .. "group_identifiers;notify_on_share\r"
        .. 'ada;Ada, Countess;"Sales;Analysts";FALSE\r'
        .. "eve;Eve;;True\r")
      local code, output, errors = run("import_users.lua " .. file .. " --yes")
      assert.equal("", errors)
      assert.equal(0, code)
      assert.equal("update ada\n  notify_on_share: true -> false\n"
        .. "create eve\n1 to create, 1 to update, 0 as they are\n"
        .. "created 1, updated 1\n", output)
      assert.is_false(user "ada".notify_on_share)
      assert.is_true(user "eve".notify_on_share)
    end)

    it("knows groups and orgs by their ids", function()
      local ids = {}
      for index, group in ipairs(user "ada".user_groups) do
        ids[index] = group.id
      end
      command.write(file, "user_identifier,display_name,group_identifiers,"
        .. 'org_identifiers\nada,"Ada, Countess",' .. table.concat(ids, ";")
        .. ",0\n")
      local _, output = run("import_users.lua " .. file)
      assert.equal("0 to create, 0 to update, 1 as they are\n", output)
      command.write(file, "user_identifier,display_name,group_identifiers\n"
        .. "bob,Bob," .. ids[1] .. "\n")
      _, output = run("import_users.lua " .. file .. " --dry-run")
      assert.truthy(output:find("group_identifiers: (nothing) -> " .. ids[1],
        1, true))
    end)

    it("changes nothing where the cluster refuses a row", function()
      command.write(file, "user_identifier,display_name,group_identifiers\n"
        .. "bob,Bob,\neve,Eve,Nobody\n")
      local code, _, errors = run("import_users.lua " .. file .. " --yes")
      assert.equal(2, code, errors)
      assert.truthy(errors:find "\n  row 3, eve: .*not found: Nobody")
      assert.falsy(user "eve")
    end)

    it("does not blame an import where a dry run has no answer", function()
      server:control("fail", { endpoint = "import_users", times = 2,
        fault = "server_error" })
      local code, _, errors = run("import_users.lua " .. file .. " --yes")
      assert.equal(2, code, errors)
      assert.equal("Nothing was changed, for this cannot be imported:\n"
        .. "  row 2, ada: import_users: unexpected (server, HTTP 500, code "
        .. "10038); try again later\n"
        .. "  row 4, eve: import_users: unexpected (server, HTTP 500, code "
        .. "10038); try again later\n", errors)
      assert.falsy(user "eve")
    end)

    it("refuses values that cannot be", function()
      command.write(file, "user_identifier,display_name,account_type\n"
        .. "bob,Bob,\n\neve,Eve,LOCAL\n")
      local code, _, errors = run("import_users.lua " .. file .. " --yes")
      assert.equal(2, code)
      assert.truthy(errors:find("\n  row 4, eve: account_type: ", 1, true))
      assert.truthy(errors:find("did you mean LOCAL_USER", 1, true))
    end)

    -- Refuses a file; returns why.
    local function refusal(text)
      command.write(file, text)
      local code, output, errors = run("import_users.lua " .. file .. " --yes")
      assert.equal(2, code)
      assert.equal("", output)
      return errors
    end

    it("refuses, before it asks the cluster, columns that do not fit",
      function()
        for message, columns in pairs {
          ['no column "mail"'] = "user_identifier,display_name,mail",
          ['no column "name"'] = "id,name,display_name",
          ['no column "favorite_metadata"'] =
            "user_identifier,display_name,favorite_metadata",
          ['two columns "email"'] = "user_identifier,display_name,email,email",
          ['has to be a column "display_name"'] = "user_identifier,email",
          ['has to be a column "user_identifier"'] = "id,display_name",
        } do
          local values = columns:gsub("[%l_]+", "x")
          local errors = refusal(columns .. "\n" .. values .. "\n")
          assert.truthy(errors:find(message, 1, true), errors)
        end
        assert.same({}, server:control "requests")
      end)

    it("refuses rows of the same user", function()
      local errors = refusal("user_identifier,display_name\n"
        .. "eve,Eve\nbob,Bob\nEve,Eve\n")
      assert.truthy(errors:find("rows 2 and 4 are of the same user", 1, true),
        errors)
      errors = refusal "user_identifier,display_name\nbob,Bob\n,Eve\n"
      assert.truthy(errors:find("row 3 has no user_identifier", 1, true))
      assert.same({}, server:control "requests")
      errors = refusal("user_identifier,display_name\nbob,Bob\n"
        .. user "bob".id .. ",Bob\n")
      assert.truthy(errors:find("rows 2 and 3 are of the same user", 1, true),
        errors)
    end)

    it("takes the default password from the environment", function()
      assert.equal(0, (run("import_users.lua " .. file .. " --yes", {
        environment = { THOUGHTSPOT_DEFAULT_PASSWORD = "first one" },
      })))
      assert.equal(0, (log_in("eve", "first one")))
    end)
  end)

  describe("offboard", function()
    local links

    before_each(function()
      links = folder .. "/links.csv"
    end)

    local function offboard(names, options)
      return run("offboard.lua " .. names .. " --yes --links " .. links,
        options)
    end

    it("deactivates, logs out, strips, and keeps the link", function()
      local code, output, errors = offboard "ada"
      assert.equal("", errors)
      assert.equal(0, code)
      assert.truthy(output:find("ada (Ada, Countess), ACTIVE, in 2 groups", 1,
        true))
      assert.equal("INACTIVE", user "ada".account_status)
      assert.same({}, group_names "ada")
      assert.truthy(command.read(links):find("^[%d-]+T[%d:]+Z,ada,"
        .. server.https:gsub("%p", "%%%0") .. "/#/activate%?id="))
      assert.equal("600", mode_of(links))
      assert.same({ "get_current_user_info", "search_users",
        "deactivate_user", "force_logout_users", "update_user" }, calls())
    end)

    it("can be run again, from a list", function()
      local options = { input = "ada # left\n# nobody\n\nbob\n" }
      assert.equal(0, (offboard("-", options)))
      local before = command.read(links)
      assert.truthy(before:find ",ada,.*,bob,")
      assert.equal(0, (offboard("-", options)))
      assert.equal(before, command.read(links))
    end)

    it("takes a # within a name for a part of it", function()
      local code, _, errors = offboard("-", { input = "ada#1\n" })
      assert.equal(2, code)
      assert.truthy(errors:find("ada#1: there is no such user", 1, true))
      assert.equal("ACTIVE", user "ada".account_status)
    end)

    it("does nothing when a name is wrong, or nobody can be asked", function()
      local code, _, errors = run "offboard.lua ada nobody --yes"
      assert.equal(2, code)
      assert.truthy(errors:find("nobody", 1, true))
      code, _, errors = run "offboard.lua ada ADA"
      assert.equal(2, code)
      assert.truthy(errors:find("Offboard 1 user?", 1, true))
      assert.equal("ACTIVE", user "ada".account_status)
      assert.equal(2, #group_names "ada")
    end)

    it("leaves the user alone that it acts as", function()
      local code, _, errors = offboard "ada tsadmin"
      assert.equal(2, code)
      assert.truthy(errors:find "^tsadmin: is the user that this command acts")
      assert.equal("ACTIVE", user "ada".account_status)
    end)

    it("locks out whose groups cannot be taken away", function()
      server:control("fail", { endpoint = "update_user",
        fault = "server_error" })
      local code, _, errors = offboard "ada"
      assert.equal(1, code)
      assert.truthy(errors:find
        "^ada: left to do: take the groups away: update_user: ")
      assert.equal("INACTIVE", user "ada".account_status)
      assert.equal(2, #group_names "ada")
      assert.equal(0, (offboard "ada"))
      assert.same({}, group_names "ada")
    end)

    it("does what can be done for whom it cannot deactivate", function()
      server:control("fail", { endpoint = "deactivate_user",
        fault = "server_error" })
      local code, _, errors = offboard "ada"
      assert.equal(1, code)
      assert.truthy(errors:find
        "^ada: left to do: deactivate and keep the link: deactivate_user: ")
      assert.equal(1, called "force_logout_users")
      assert.same({}, group_names "ada")
    end)

    it("asks again for a link that was lost", function()
      server:control("fail", { endpoint = "deactivate_user", fault = "reset",
        applied = true })
      assert.equal(1, (offboard "ada"))
      assert.equal("INACTIVE", user "ada".account_status)
      assert.equal("", command.read(links))
      assert.equal(0, (offboard "ada"))
      assert.truthy(command.read(links):find ",ada,https")
    end)

    it("asks again for a link that has expired", function()
      command.write(links, "2001-01-01T00:00:00Z,bob,old\n")
      assert.equal(0, (offboard "bob"))
      assert.truthy(command.read(links):find ",bob,old\n[^\n]*,bob,https")
    end)

    it("says where the cluster gives no link", function()
      server:control("fail", { endpoint = "deactivate_user", status = 200,
        body = "{}", applied = true })
      local code, _, errors = offboard "bob"
      assert.equal(1, code)
      assert.truthy(errors:find("the cluster gave no link", 1, true))
    end)

    it("says where the link cannot be written", function()
      links = "/dev/full"
      local code, _, errors = offboard "ada"
      assert.equal(1, code)
      assert.truthy(errors:find
        "^ada: left to do: deactivate and keep the link: /dev/full: ")
      assert.same({}, group_names "ada")
    end)

    it("closes the file of the links to others", function()
      command.write(links, "")
      command.check("chmod 644 " .. links)
      assert.equal(0, (offboard "ada"))
      assert.equal("600", mode_of(links))
    end)
  end)

  describe("audit", function()
    it("prints a table", function()
      local code, output, errors = run "audit.lua"
      assert.equal("", errors)
      assert.equal(0, code)
      assert.equal("name     e-mail                findings\n"
        .. "bob      bob@acme.test         inactive, never logged in, "
        .. "no groups\n"
        .. "tsadmin  tsadmin@sandbox.test  never logged in, no groups\n",
        output)
    end)

    it("prints JSON lines", function()
      local code, output = run "audit.lua --json"
      assert.equal(0, code)
      local first = require "cjson".decode(output:match "^(.-)\n")
      assert.equal("bob", first.name)
      assert.same({ "inactive", "never logged in", "no groups" },
        first.findings)
    end)
  end)

  describe("rotate_passwords", function()
    local file

    before_each(function()
      file = folder .. "/passwords.csv"
    end)

    local function rotate(names, options)
      return run("rotate_passwords.lua " .. names .. " --yes --file " .. file,
        options)
    end

    -- What the last line of a name says: password, state.
    local function noted(name)
      return command.read(file):match("^.*%f[%w]" .. name
        .. ",([^,\n]+),([^,\n]+)\n")
    end

    it("keeps what it sets", function()
      local code, _, errors = rotate "ada bob ADA"
      assert.equal("", errors)
      assert.equal(0, code)
      assert.equal("600", mode_of(file))
      local password, state = noted "ada"
      assert.equal("set", state)
      assert.equal(20, #password)
      assert.equal(0, (log_in("ada", password)))
      assert.equal(2, (log_in("ada", "old")))
      assert.equal("set", select(2, noted "bob"))
      assert.equal(2, called "reset_user_password")
    end)

    it("says of whom it failed, and keeps what may be set", function()
      server:control("fail", { endpoint = "reset_user_password",
        fault = "server_error" })
      local code, _, errors = rotate "ada"
      assert.equal(1, code)
      assert.truthy(errors:find "^ada: reset_user_password: ")
      assert.equal("unknown", select(2, noted "ada"))
      server:control("fail", { endpoint = "reset_user_password",
        status = 400 })
      assert.equal(1, (rotate "ada"))
      assert.equal("not set", select(2, noted "ada"))
      assert.equal(0, (log_in("ada", "old")))
    end)

    it("does nothing when a name is wrong", function()
      local code, _, errors = rotate "ada nobody"
      assert.equal(2, code)
      assert.equal("nobody: there is no such user\n", errors)
      assert.is_nil(command.read(file))
      assert.equal(0, (log_in("ada", "old")))
    end)

    it("leaves the user alone that it acts as", function()
      local code, _, errors = rotate "tsadmin"
      assert.equal(2, code)
      assert.truthy(errors:find "^tsadmin: is the user that this command acts")
      assert.is_nil(command.read(file))
    end)

    it("sets nothing that it cannot write down", function()
      file = "/dev/full"
      local code, _, errors = rotate "ada"
      assert.equal(1, code)
      assert.truthy(errors:find("/dev/full", 1, true))
      assert.equal(0, called "reset_user_password")
    end)

    it("does not take a name for a file", function()
      local code, _, errors = run "rotate_passwords.lua ada bob --yes"
      assert.equal(2, code)
      assert.truthy(errors:find("--file is missing", 1, true))
      assert.same({}, calls())
    end)
  end)

  describe("nightly_sync", function()
    local file

    before_each(function()
      file = folder .. "/directory.csv"
      command.write(file, "name,display_name,email\n"
        .. "ada,Ada Lovelace,ada@acme.test\nbob,Bob,bob@acme.test\n"
        .. "eve,Eve,eve@acme.test\n")
    end)

    local function sync(more)
      return run("nightly_sync.lua " .. file .. " " .. (more or "Analysts"))
    end

    local function let_eve_go()
      assert.equal(0, (sync()))
      command.write(file, "name,display_name,email\n"
        .. "ada,Ada Lovelace,ada@acme.test\nbob,Bob,bob@acme.test\n")
    end

    it("adds, activates and updates, and is quiet afterwards", function()
      local code, output, errors = sync()
      assert.equal("", errors)
      assert.equal(0, code)
      assert.same({ "activate bob", "add eve", "update ada" },
        in_order(output))
      assert.equal("Ada Lovelace", user "ada".display_name)
      assert.same({ "Analysts" }, group_names "bob")
      assert.equal("ACTIVE", user "bob".account_status)
      assert.same({ "Analysts" }, group_names "eve")
      code, output = sync()
      assert.equal(0, code)
      assert.equal("", output)
    end)

    it("only says it, in a dry run", function()
      local code, output = sync "Analysts --dry-run"
      assert.equal(0, code)
      assert.equal("would update ada\nwould activate bob\nwould add eve\n",
        output)
      assert.falsy(user "eve")
    end)

    it("deactivates and logs out who has left", function()
      let_eve_go()
      local code, output, errors = sync()
      assert.equal("", errors)
      assert.equal(0, code)
      assert.equal("deactivate eve\n", output)
      assert.equal("INACTIVE", user "eve".account_status)
      assert.same({}, group_names "eve")
      local made = calls()
      assert.same({ "deactivate_user", "force_logout_users", "update_user" },
        { made[#made - 2], made[#made - 1], made[#made] })
    end)

    it("finishes the next night what has failed", function()
      let_eve_go()
      server:control("fail", { endpoint = "force_logout_users",
        fault = "server_error" })
      local code, output, errors = sync()
      assert.equal(1, code)
      assert.equal("", output)
      assert.truthy(errors:find "^eve: force_logout_users: ")
      assert.same({ "Analysts" }, group_names "eve")
      code, output = sync()
      assert.equal(0, code)
      assert.equal("deactivate eve\n", output)
      assert.same({}, group_names "eve")
      assert.equal(1, called "deactivate_user")
    end)

    it("takes back who has left", function()
      local everybody = command.read(file)
      let_eve_go()
      assert.equal(0, (sync()))
      command.write(file, everybody)
      local code, output = sync()
      assert.equal(0, code)
      assert.equal("activate eve\n", output)
      assert.equal("ACTIVE", user "eve".account_status)
      assert.same({ "Analysts" }, group_names "eve")
    end)

    it("says where the cluster leaves somebody inactive", function()
      command.write(file, "name\nada\nbob\n")
      server:control("fail", { endpoint = "update_user", status = 204 })
      local code, output, errors = sync()
      assert.equal(1, code)
      assert.equal("", output)
      assert.equal("bob: the cluster left the account inactive; activate it "
        .. "there\n", errors)
    end)

    it("leaves alone what the directory does not say", function()
      command.write(file, "name,display_name\nada,\n")
      local code, output, errors = sync()
      assert.equal("", errors)
      assert.equal(0, code)
      assert.equal("", output)
    end)

    it("names the column that is missing", function()
      command.write(file, "login,email\nada,ada@acme.test\n")
      local code, _, errors = sync()
      assert.equal(2, code)
      assert.truthy(errors:find('no column "name"', 1, true))
      assert.truthy(errors:find("login,email", 1, true))
    end)

    it("refuses people without a name, and with one of another", function()
      command.write(file, "name,email\nada,a@acme.test\n,b@acme.test\n")
      local code, _, errors = sync()
      assert.equal(2, code)
      assert.truthy(errors:find("person 2 has no name", 1, true))
      command.write(file, "name\nada\nAda\n")
      code, _, errors = sync()
      assert.equal(2, code)
      assert.truthy(errors:find("two people named Ada", 1, true))
    end)

    it("asks once for a group that there is not", function()
      local code, output, errors = sync "Nobody"
      assert.equal(2, code)
      assert.equal("", output)
      assert.truthy(errors:find "^nightly_sync.lua: [^\n]*Nobody[^\n]*\n$")
      assert.equal(0, called "create_user")
    end)

    it("does not believe a directory that lost its people", function()
      sync()
      command.write(file, "name,display_name,email\n")
      local code, _, errors = sync()
      assert.equal(2, code)
      assert.truthy(errors:find("3 of 3 users would be deactivated", 1, true))
      assert.equal("ACTIVE", user "eve".account_status)
    end)
  end)

  describe("command", function()
    local scripts = {
      "audit", "export_users", "import_users", "nightly_sync", "offboard",
      "quickstart", "rotate_passwords",
    }
    if pcall(require, "cqueues") then
      scripts[#scripts + 1] = "cqueues"
    end

    for _, name in ipairs(scripts) do
      it(name .. " explains itself", function()
        for _, flag in ipairs { "--help", "-h" } do
          local code, output, errors = run(name .. ".lua " .. flag)
          assert.equal("", errors)
          assert.equal(0, code)
          assert.truthy(output:find("\n  lua " .. name .. ".lua", 1, true))
          assert.truthy(output:find("THOUGHTSPOT_HOST", 1, true))
          assert.truthy(output:find("130 interrupted", 1, true))
        end
        assert.same({}, calls())
      end)

      it(name .. " refuses arguments that it does not know", function()
        local code, _, errors = run(name .. ".lua -x")
        assert.equal(2, code)
        assert.truthy(errors:find("there is no -x", 1, true))
        assert.truthy(errors:find("usage:\n  lua " .. name .. ".lua", 1, true))
        assert.same({}, calls())
      end)

      it(name .. " fails where its output is lost", function()
        local code, _, errors = run(name .. ".lua -h >/dev/full")
        assert.equal(1, code)
        assert.truthy(errors:find("standard output: ", 1, true))
      end)
    end

    it("refuses an argument too many", function()
      for _, line in ipairs {
        "audit.lua x", "export_users.lua a x", "import_users.lua a x",
        "nightly_sync.lua a b x", "quickstart.lua x",
      } do
        local code, _, errors = run(line)
        assert.equal(2, code)
        assert.truthy(errors:find("an argument too many: x", 1, true))
      end
    end)

    it("fails where its output is lost", function()
      local code, _, errors = run "audit.lua >/dev/full"
      assert.equal(1, code)
      assert.truthy(errors:find("standard output: ", 1, true))
    end)
  end)

  describe("when interrupted,", function()
    -- It is the interpreter that turns an interrupt into an error; one with
    -- the core inside is a program of ours, and does not.
    local function skip(name)
      it(name, function()
        pending "the core is part of this program"
      end)
    end
    local it = package.preload["thoughtspot.core"] and skip or it
    local faults

    setup(function()
      faults = fault.start()
    end)

    teardown(function()
      faults:stop()
    end)

    -- Runs a command, and interrupts it once a condition of the shell holds.
    local function interrupt(line, case, condition)
      return run(line .. " & pid=$!; while kill -0 $pid 2>/dev/null && ! ("
        .. condition .. "); do :; done; kill -INT $pid; wait $pid", {
        environment = { THOUGHTSPOT_HOST = case.host },
      })
    end

    local USERS = fault.ok '[{"id":"2","name":"ada"},{"id":"3","name":"bob"}]'

    it("says so", function()
      local case = faults:case {
        ["auth/token/full"] = { fault.token "t0ken" },
        ["users/search"] = { fault.hang },
      }
      local code, _, errors = interrupt("audit.lua", case,
        "grep -qs users/search " .. case.files .. ".log")
      assert.equal("audit.lua: interrupted\n", errors)
      assert.equal(130, code)
    end)

    it("says how far it got", function()
      local file = folder .. "/passwords.csv"
      local case = faults:case {
        ["auth/token/full"] = { fault.token "t0ken" },
        ["auth/session/user"] = { fault.ok '{"id":"u1","name":"me"}' },
        ["users/search"] = { USERS },
        ["users/reset-password"] = {
          fault.reply("204 No Content", ""), fault.hang,
        },
      }
      local code, _, errors = interrupt(
        "rotate_passwords.lua ada bob --yes --file " .. file, case,
        "grep -qs ,set$ " .. file)
      assert.equal("rotate_passwords.lua: interrupted, after 1 of 2 passwords "
        .. "reset\n", errors)
      assert.equal(130, code)
      local states = {}
      for state in command.read(file):gmatch ",([^,\n]+)\n" do
        states[#states + 1] = state
      end
      assert.same({ "unknown", "unknown", "set" }, states)
    end)
  end)
end)

describe("CSV", function()
  local csv

  setup(function()
    csv = dofile "examples/csv.lua"
  end)

  it("is read as it is written", function()
    local values = {
      "a;b", "a,b", "a\tb", "plain", 'say "hi"', "two\nlines", " spaced ", "",
    }
    local line = csv.line(values, #values)
    assert.same({ values, values }, (csv.parse(line .. line)))
  end)

  it("has empty values, and no empty lines", function()
    assert.same({ { "a", "", "" }, { "", "b" } },
      (csv.parse "a,,\r\n\r\n,b\n\n"))
    assert.same({ { "a", "" } }, (csv.parse "a,"))
    assert.equal("1,,3\n", csv.line({ 1, nil, 3 }, 3))
  end)

  it("may begin with a byte order mark", function()
    assert.same({ { "a" } }, (csv.parse "\239\187\191a\n"))
  end)

  it("has commas, semicolons or tabs, as its first line has", function()
    assert.same({ { "a", "b" }, { "1,2", "3\t4" } },
      (csv.parse "a;b\n1,2;3\t4"))
    assert.same({ { "a,b", "b" }, { "1;2", "" } },
      (csv.parse '\n"a,b"\tb\n1;2\t'))
    assert.same({ { "a" }, { "1;2" } }, (csv.parse "a\n1;2"))
  end)

  it("has lines that end with LF, CR LF or CR", function()
    local records, rows = csv.parse 'a,b\r"1",2\r\r3,4\n\r\n"5\n\n",6\r7,8'
    assert.same({ { "a", "b" }, { "1", "2" }, { "3", "4" }, { "5\n\n", "6" },
      { "7", "8" } }, records)
    assert.same({ 1, 2, 4, 6, 7 }, rows)
  end)

  it("is refused where a quote does not fit", function()
    for _, text in ipairs { 'x\n\n"a', 'x\n\n"a"b', 'x\n\n"a" ,b' } do
      local records, message = csv.parse(text)
      assert.is_nil(records)
      assert.truthy(message:find("row 3", 1, true))
    end
  end)

  local function read(text)
    local path = command.new_file(text)
    local rows, columns, numbers = csv.read(path)
    command.remove(path)
    return rows, columns, numbers
  end

  it("is read as rows with named values", function()
    local rows, columns, numbers = read "a,b\n1,\n\n,2\n"
    assert.same({ { a = "1" }, { b = "2" } }, rows)
    assert.same({ "a", "b" }, columns)
    assert.same({ 2, 4 }, numbers)
  end)

  it("is refused where values have no column of their own", function()
    local rows, message = read "a,b\n\n1\n"
    assert.is_nil(rows)
    assert.truthy(message:find("row 3 has 1 values for 2 columns", 1, true))
    rows, message = read "a,b,a\n1,2,3\n"
    assert.is_nil(rows)
    assert.truthy(message:find('two columns "a"', 1, true))
  end)

  it("is not a folder", function()
    local rows, message = csv.read "/"
    assert.is_nil(rows)
    assert.truthy(message:find "^/: %a")
  end)
end)
