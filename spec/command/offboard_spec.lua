-- offboard: locks users out, and takes their groups away.

local command = require "spec.support.command"
local users_command = require "spec.support.users_command"

describe("offboard", function()
  local users = users_command.stage(users_command.ada_and_bob())
  local run = users.run
  local links

  before_each(function()
    links = users.folder .. "/links.csv"
  end)

  local function offboard(names, options)
    return run("offboard " .. names .. " --yes --links " .. links, options)
  end

  it("deactivates, logs out, removes groups, and saves the activation "
    .. "link", function()
    local code, output, errors = offboard "ada"
    assert.equal(0, code, errors)
    assert.equal("offboarded ada\n", output)
    assert.equal("  ada (Ada, Countess), ACTIVE, in 2 groups\n", errors)
    assert.equal("INACTIVE", users.user "ada".account_status)
    assert.same({}, users.group_names "ada")
    assert.truthy(command.read(links):find("^[%d-]+T[%d:]+Z,ada,"
      .. users.server.https:gsub("%p", "%%%0") .. "/#/activate%?id="))
    assert.equal("600", users_command.mode_of(links))
    assert.same({ "get_current_user_info", "search_users",
      "deactivate_user", "force_logout_users", "get_current_user_info",
      "search_groups", "search_groups", "update_user", "search_users" },
      users.calls())
  end)

  it("needs no file, and does not print the link", function()
    local code, output, errors = run "offboard ada --yes"
    assert.equal(0, code, errors)
    assert.falsy((output .. errors):find("activate?", 1, true))
    assert.equal("INACTIVE", users.user "ada".account_status)
  end)

  it("can be run again, from a list with a byte order mark", function()
    local options = { input = "\239\187\191ada # left\n# nobody\n\nbob\n" }
    assert.equal(0, (offboard("-", options)))
    local before = command.read(links)
    assert.truthy(before:find ",ada,.*,bob,")
    assert.equal(0, (offboard("-", options)))
    assert.equal(before, command.read(links))
  end)

  it("does nothing when a name is wrong, or when it cannot ask", function()
    local code, _, errors = run "offboard ada nobody --yes"
    assert.equal(2, code)
    assert.truthy(errors:find("nobody", 1, true))
    code, _, errors = run "offboard ada ADA"
    assert.equal(2, code)
    assert.truthy(errors:find("Offboard 1 user: deactivate", 1, true))
    assert.truthy(errors:find("--yes", 1, true))
    assert.equal("ACTIVE", users.user "ada".account_status)
    assert.equal(2, #users.group_names "ada")
  end)

  it("asks on a terminal", function()
    local code = run("offboard ada", { terminal = true, input = "n\n" })
    assert.equal(2, code)
    assert.equal("ACTIVE", users.user "ada".account_status)
    local output
    code, output = run("offboard ada", { terminal = true, input = "y\n" })
    assert.equal(0, code)
    assert.truthy(output:find("1/1 users offboarded", 1, true), output)
    assert.equal("INACTIVE", users.user "ada".account_status)
  end)

  it("refuses its own user", function()
    local code, _, errors = offboard "ada tsadmin"
    assert.equal(2, code)
    assert.truthy(errors:find("tsadmin: is the user that this command acts",
      1, true))
    assert.equal("ACTIVE", users.user "ada".account_status)
  end)

  it("deactivates users whose groups cannot be removed", function()
    users.server:control("fail", { endpoint = "update_user",
      fault = "server_error" })
    local code, _, errors = offboard "ada"
    assert.equal(1, code)
    assert.truthy(errors:find
      "\nada: left to do: remove from groups: update_user: ")
    assert.equal("INACTIVE", users.user "ada".account_status)
    assert.equal(2, #users.group_names "ada")
    assert.equal(0, (offboard "ada"))
    assert.same({}, users.group_names "ada")
  end)

  it("logs out and removes groups when it cannot deactivate", function()
    users.server:control("fail", { endpoint = "deactivate_user",
      fault = "server_error" })
    local code, _, errors = offboard "ada"
    assert.equal(1, code)
    assert.truthy(errors:find
      "\nada: left to do: deactivate and store the link: deactivate_user: ")
    assert.equal(1, users.called "force_logout_users")
    assert.same({}, users.group_names "ada")
  end)

  it("detects a change that the cluster confirmed but did not make", function()
    users.server:control("quirks", { ignore_writes = true })
    local code, output, errors = offboard "ada"
    users.server:control("quirks", { ignore_writes = false })
    assert.equal(1, code)
    assert.equal("", output)
    assert.truthy(errors:find("\nada: the cluster accepted the change, but "
      .. "the user is still in 2 groups\n", 1, true), errors)
    local document
    users.server:control("reset", { users = { { name = "eve" } } })
    users.server:control("fail", { endpoint = "deactivate_user", status = 200,
      body = '{"activation_link":"https://x.test/#/activate?id=1&token=t"}' })
    document, code = users.document "offboard eve --yes"
    assert.equal(1, code)
    assert.equal("not in effect", document[1].state)
  end)

  it("requests a lost activation link again", function()
    users.server:control("fail", { endpoint = "deactivate_user",
      fault = "reset", applied = true })
    assert.equal(1, (offboard "ada"))
    assert.equal("INACTIVE", users.user "ada".account_status)
    assert.equal("", command.read(links))
    assert.equal(0, (offboard "ada"))
    assert.truthy(command.read(links):find ",ada,https")
  end)

  it("requests an expired activation link again", function()
    command.write(links, "2001-01-01T00:00:00Z,bob,old\n")
    assert.equal(0, (offboard "bob"))
    assert.truthy(command.read(links):find ",bob,old\n[^\n]*,bob,https")
  end)

  it("says when the cluster returns no link", function()
    users.server:control("fail", { endpoint = "deactivate_user", status = 200,
      body = "{}", applied = true })
    local code, _, errors = offboard "bob"
    assert.equal(1, code)
    assert.truthy(errors:find("bob: left to do: deactivate and store the "
      .. "link: ", 1, true), errors)
  end)

  it("says when the link cannot be written", function()
    local before = users_command.fill(links)
    local code, _, errors = offboard("ada", { before = before })
    assert.equal(1, code)
    assert.truthy(errors:find("\nada: left to do: deactivate and store the "
      .. "link: " .. links .. ": ", 1, true), errors)
    assert.same({}, users.group_names "ada")
  end)

  it("writes no link into a line that was cut", function()
    command.write(links, "2001-01-01T00:00:00Z,eve,https://x.test/#/act")
    assert.equal(0, (offboard "ada"))
    assert.truthy(command.read(links):find("^2001%-01%-01T00:00:00Z,eve,"
      .. "https://x%.test/#/act\n[%d-]+T[%d:]+Z,ada,https[^\n]+\n$"))
  end)

  it("makes the file of links private, and says so", function()
    command.write(links, "")
    command.check("chmod 644 " .. links)
    local code, _, errors = offboard "ada"
    assert.equal(0, code)
    assert.equal("600", users_command.mode_of(links))
    assert.truthy(errors:find(links .. ": had permissions for others", 1,
      true), errors)
    _, _, errors = offboard "bob"
    assert.falsy(errors:find("permissions", 1, true), errors)
  end)

  it("removes groups of its own org only, and lists the others", function()
    users.server:control("reset", {
      groups = { "Analysts", { name = "Sales", org = "Acme" }, "All" },
      orgs = { "Acme" },
      users = { { name = "ada", orgs = { "Primary", "Acme" },
        groups = { "Analysts", "Sales", "All" } } },
    })
    local code, output, errors = run "offboard ada --yes"
    assert.equal(0, code, errors)
    assert.equal("offboarded ada, still in 1 group of other orgs: --org-id\n",
      output)
    assert.same({ "Sales", "All" }, users.group_names "ada")
    code, output = run "offboard ada --yes --org-id 1"
    assert.equal(0, code)
    assert.equal("offboarded ada\n", output)
    assert.same({ "All" }, users.group_names "ada")
  end)

  it("prints one JSON document, with the failures", function()
    users.server:control("fail", { endpoint = "update_user",
      fault = "server_error" })
    local document, code = users.document "offboard ada bob --yes"
    assert.equal(1, code)
    assert.equal(2, #document)
    assert.equal("left to do: remove from groups", document[1].detail)
    assert.equal("server", document[1].error.kind)
    assert.equal("done", document[2].state)
  end)
end)
