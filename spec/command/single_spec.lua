-- create, update, delete, activate, deactivate, logout: users by name.

local command = require "spec.support.command"
local users_command = require "spec.support.users_command"

local mode_of = users_command.mode_of

describe("thoughtspot-users", function()
  local users = users_command.stage {
    groups = { "Analysts", "Sales" }, orgs = { "Acme" },
    users = {
      { name = "ada", display_name = "Ada", email = "ada@acme.test",
        groups = { "Analysts", "Sales" } },
      { name = "bob", display_name = "Bob", email = "bob@acme.test",
        account_status = "INACTIVE" },
    },
  }
  local check, run = users.check, users.run

  -- Runs a command that must be refused before anything is changed.
  local function refused(line, part, options)
    local before = #users.calls()
    local code, output, errors = run(line, options)
    assert.equal(2, code, output .. errors)
    assert.equal("", output)
    assert.truthy(errors:find(part, 1, true), errors)
    for index, endpoint in ipairs(users.calls()) do
      assert.truthy(index <= before or endpoint == "search_users"
        or endpoint == "get_current_user_info", endpoint)
    end
  end

  describe("create", function()
    it("creates a user from the options", function()
      local output = check("create eve --display-name 'Eve E' --email "
        .. "eve@acme.test --group Sales --group Analysts --notify-on-share no")
      local eve = users.user "eve"
      assert.equal("created eve, " .. eve.id .. "\n", output)
      assert.equal("Eve E", eve.display_name)
      assert.is_false(eve.notify_on_share)
      assert.equal(2, #users.group_names "eve")
    end)

    it("takes a password from a private file or a pipe", function()
      local path = users.folder .. "/password"
      command.write(path, "first One 1!\nmore\n")
      command.check("chmod 644 " .. path)
      local line = "create eve --display-name Eve --email e@acme.test "
        .. "--password-file "
      refused(line .. path, "can be read by others; run chmod 600")
      command.check("chmod 600 " .. path)
      check(line .. path)
      check("whoami", { environment = { THOUGHTSPOT_USERNAME = "eve",
        THOUGHTSPOT_PASSWORD = "first One 1!" } })
      check("create eva --display-name Eva --email e@acme.test "
        .. "--password-file -", { input = "\239\187\191second One 2!\n" })
      check("whoami", { environment = { THOUGHTSPOT_USERNAME = "eva",
        THOUGHTSPOT_PASSWORD = "second One 2!" } })
    end)

    it("refuses names that only look like others", function()
      for name, part in pairs {
        ["ada "] = "ends with white space",
        ["ada\226\128\139"] = "zero-width space",
        ["u\204\136nal"] = "combining mark",
      } do
        refused("create '" .. name .. "' --display-name A --email a@b.test",
          part)
        refused("update ada --yes --name '" .. name .. "'", part)
      end
      assert.equal(0, users.called "update_user")
    end)

    it("refuses invalid values, and shows why the cluster refuses", function()
      refused("create eve --display-name Eve",
        "thoughtspot-users: --email: is required: e-mail address\n")
      local refusal = users.document "create eve --email e@acme.test"
      assert.equal("argument", refusal.error.kind)
      assert.equal("display_name", refusal.error.field)
      assert.equal("--display-name: is required: name shown in the user "
        .. "interface", refusal.error.message)
      refused("create eve --account-type LOCAL", "must be one of")
      local document, code = users.document(
        "create ADA --display-name A --email a@b.test")
      assert.equal(1, code)
      assert.equal("failed", document[1].state)
      assert.equal("conflict", document[1].error.kind)
    end)
  end)

  describe("update", function()
    it("changes what the options say, and nothing else", function()
      assert.equal("updated ada\nupdated bob\n",
        (check "update ada bob --visibility NON_SHARABLE"))
      assert.equal("NON_SHARABLE", users.user "bob".visibility)
      assert.equal("Ada", users.user "ada".display_name)
      assert.equal(2, #users.group_names "ada")
    end)

    it("adds first, then removes, and never replaces", function()
      check("update bob --add-group Sales --email b@acme.test")
      check("update ada --remove-group Sales --add-group Analysts")
      assert.same({ "Sales" }, users.group_names "bob")
      assert.same({ "Analysts" }, users.group_names "ada")
      local operations = {}
      for _, request in ipairs(users.server:control "requests") do
        if request.endpoint == "update_user" then
          operations[#operations + 1] =
            request.body:match '"operation":"(%u+)"'
        end
      end
      assert.same({ "ADD", "ADD", "REMOVE" }, operations)
    end)

    it("detects changes that did not take effect", function()
      users.server:control("fail", { endpoint = "update_user", status = 204 })
      local document, code = users.document "update ada --email new@acme.test"
      assert.equal(1, code)
      assert.equal("not in effect", document[1].state)
      assert.truthy(document[1].error.message:find("email is still "
        .. "ada@acme.test", 1, true))
    end)

    it("detects groups and orgs that were not added or removed", function()
      for flags, fault in pairs {
        ["bob --add-group Sales"] = "not in the group Sales",
        ["ada --remove-group Sales --email a@b.test"] =
          "still in the group Sales",
        ["ada --add-org Acme"] = "not in the org Acme",
        ["ada --remove-org Primary"] = "still in the org Primary",
      } do
        users.server:control("quirks", { ignore_writes = true })
        local code, _, errors = run("update " .. flags)
        users.server:control("quirks", { ignore_writes = false })
        assert.equal(1, code, flags)
        assert.truthy(errors:find("but the user is "
          .. "" .. fault, 1, true), errors)
      end
      -- Of two groups with the same name, the one in the client's org is
      -- removed.
      users.server:control("reset", {
        groups = { "Sales", { name = "Sales", org = "Acme" } },
        orgs = { "Acme" },
        users = { { name = "ada", orgs = { "Primary", "Acme" },
          groups = { "Sales" } } },
      })
      check("update ada --remove-group Sales")
    end)

    it("refuses to change nothing, and the same user twice", function()
      refused("update ada", "nothing to change")
      refused("update ada bob --name x", "--name can be given for one user "
        .. "only")
      refused("update nobody --email a@b.test", "there is no such user")
    end)
  end)

  describe("delete", function()
    it("requires the number of users besides --yes", function()
      refused("delete ada", "give --yes --max-deletes 1")
      refused("delete ada --yes", "--max-deletes 1 (--yes alone does not")
      refused("delete ada --max-deletes 1", "give --yes")
      assert.equal("deleted ada\n",
        (check "delete ada --yes --max-deletes 1 --quiet"))
      assert.falsy(users.user "ada")
    end)

    it("does nothing over the limit", function()
      local document, code, errors =
        users.document "delete ada bob --yes --max-deletes 1"
      assert.equal(4, code)
      assert.truthy(errors:find("2 users to delete, 1 allowed", 1, true))
      assert.equal(4, document.exit_code)
      assert.truthy(users.user "ada")
    end)

    it("asks for the number on a terminal", function()
      local code, output = run("delete ada bob", {
        terminal = true, input = "1\n",
      })
      assert.equal(2, code)
      assert.truthy(output:find("ada (Ada), ACTIVE, in 2 groups", 1, true))
      assert.truthy(output:find("Type the number of users", 1, true))
      assert.truthy(users.user "ada")
      check("delete ada bob", { terminal = true, input = "2\n" })
      assert.falsy(users.user "ada")
    end)

    it("refuses its own user", function()
      refused("delete ada tsadmin --yes --max-deletes 2",
        "tsadmin: is the user that this command acts as")
    end)

    it("does nothing when a name is wrong, and takes each user "
      .. "once", function()
      refused("delete ada nobody --yes --max-deletes 2",
        "nobody: there is no such user")
      check("delete bob BOB --yes --max-deletes 1")
      assert.equal(1, users.called "delete_user")
    end)

    it("says which name is none", function()
      refused("delete ada '' --yes --max-deletes 2",
        'thoughtspot-users: "": the name is empty\n')
      refused("delete - --yes --max-deletes 2", "a\\x00: the name contains a "
        .. "NUL byte\n", { input = "a\0\n" })
    end)

    it("tells once why no name could be looked up", function()
      local document, code, errors = users.document("update ada bob nobody "
        .. "--email a@b.test", {
          environment = { THOUGHTSPOT_PASSWORD = "wrong" },
        })
      assert.equal(2, code)
      assert.equal("auth", document.error.kind)
      assert.equal(401, document.error.status)
      local _, count = errors:gsub("could not log in", "")
      assert.equal(1, count, errors)
    end)

    it("ends the line of a question that is not answered", function()
      local code, output = run("delete ada", { terminal = true,
        input = "\4" })
      assert.equal(2, code)
      assert.truthy(output:find("continue: [^\n]*\n[^\n]*thoughtspot%-users: "
        .. "nothing was changed"), output)
    end)

    it("reports the outcome for each user", function()
      users.server:control("fail", { endpoint = "delete_user",
        fault = "server_error" })
      local document, code = users.document("delete ada bob --yes "
        .. "--max-deletes 2")
      assert.equal(1, code)
      local states = { document[1].state, document[2].state }
      table.sort(states)
      assert.same({ "done", "failed" }, states)
      users.server:control("fail", { endpoint = "delete_user", status = 204 })
      local left = users.user "ada" and "ada" or "bob"
      document, code = users.document("delete " .. left
        .. " --yes --max-deletes 1")
      assert.equal(1, code)
      assert.equal("not in effect", document[1].state)
    end)

    it("prints a CSV row for each user, and the reason to standard error",
      function()
        users.server:control("fail", { endpoint = "delete_user",
          fault = "server_error" })
        local code, output, errors = run("delete ada --yes --max-deletes 1 "
          .. "--format csv")
        assert.equal(1, code)
        assert.truthy(output:find "^action,name,id,state,detail,error\n"
          .. "delete,ada,[%x-]+,failed,,")
        assert.truthy(errors:find("ada: delete_user: ", 1, true))
      end)
  end)

  describe("deactivate", function()
    it("asks, deactivates and discards the link", function()
      refused("deactivate ada", "give --yes")
      local output = check "deactivate ada --yes"
      assert.equal("deactivated ada\n", output)
      assert.equal("INACTIVE", users.user "ada".account_status)
      assert.falsy(output:find("token", 1, true))
    end)

    it("writes the link to a private file", function()
      local links = users.folder .. "/links.csv"
      check("deactivate ada --yes --links " .. links)
      assert.equal("600", mode_of(links))
      assert.truthy(command.read(links):find("^[%d-]+T[%d:]+Z,ada,"
        .. users.server.https:gsub("%p", "%%%0") .. "/#/activate%?id="))
    end)

    it("says when the link is lost", function()
      local links = users.folder .. "/links.csv"
      local code, _, errors = run("deactivate ada --yes --links " .. links,
        { before = users_command.fill(links) })
      assert.equal(1, code)
      assert.truthy(errors:find("the link was not stored: " .. links .. ": "
        .. "", 1,
        true), errors)
    end)
  end)

  describe("activate", function()
    -- On a terminal whose keys Ctrl-Z and Ctrl-\ do nothing while the password
    -- is typed, because the shell would turn the echo on.
    it("asks for a password without echo", function()
      local links = users.folder .. "/links"
      local path = users.folder .. "/stty"
      check("deactivate ada --yes --links " .. links)
      command.write(path, "#!/bin/sh\necho \"$*\" >>" .. users.folder
        .. "/settings\nexec /usr/bin/stty \"$@\"\n")
      command.check("chmod +x " .. path)
      local code, output = run("activate ada --links " .. links, {
        terminal = true, input = "typed\1\n",
      })
      assert.equal(2, code)
      assert.truthy(output:find("contains a control character", 1, true))
      code, output = run("activate ada --links " .. links, {
        terminal = true, input = "typed One 1!\n", before = "stty -g; ",
        after = "; code=$?; stty -g; exit $code",
        environment = { PATH = users.folder .. ":" .. os.getenv "PATH" },
      })
      assert.equal(0, code, output)
      check("whoami", { environment = { THOUGHTSPOT_USERNAME = "ada",
        THOUGHTSPOT_PASSWORD = "typed One 1!" } })
      local before = output:match "%x+:%x+:%S+"
      assert.equal(before, output:match "(%S+)%s*$")
      assert.truthy(command.read(users.folder .. "/settings"):find(
        "-g\n-echo susp undef quit undef\n" .. before .. "\n", 1, true))
    end)

    it("activates inactive users", function()
      assert.equal("ada: is already active\nactivated bob\n",
        (check "activate bob ada"))
      assert.equal("ACTIVE", users.user "bob".account_status)
    end)

    it("says when the cluster did not", function()
      users.server:control("fail", { endpoint = "update_user", status = 204 })
      local code, output, errors = run "activate bob"
      assert.equal(1, code)
      assert.equal("", output)
      assert.equal("bob: the account is still inactive; activate it in the "
        .. "cluster, or with its link: --links\n", errors)
    end)

    it("uses the saved link and a new password", function()
      local links = users.folder .. "/links.csv"
      check("deactivate ada --yes --links " .. links)
      refused("activate ada --links " .. links, "--password-file")
      check("activate ada --links " .. links .. " --password-file -", {
        input = "a new One 1!\n",
      })
      check("whoami", { environment = { THOUGHTSPOT_USERNAME = "ada",
        THOUGHTSPOT_PASSWORD = "a new One 1!" } })
      local code, _, errors = run("activate bob --links " .. links)
      assert.equal(1, code)
      assert.truthy(errors:find("no link from the last 14 days", 1, true))
    end)
  end)

  describe("logout", function()
    it("logs out the named users, and never everybody", function()
      refused("logout ada", "give --yes")
      assert.equal("logged out ada\nlogged out bob\n",
        (check "logout ada bob --yes"))
      for _, request in ipairs(users.server:control "requests") do
        if request.endpoint == "force_logout_users" then
          assert.truthy(request.body:find '"user_identifiers":%["[%x-]+"%]')
        end
      end
      refused("logout tsadmin --yes", "is the user that this command acts as")
      refused("logout - --yes", "no names on standard input")
    end)
  end)
end)
