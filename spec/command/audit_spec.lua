-- audit: users whom somebody should look at, and counts.

local users_command = require "spec.support.users_command"

describe("audit", function()
  local users = users_command.stage {
    groups = { "Analysts", "Sales", "All" }, orgs = { "Acme" },
    users = {
      { name = "ada", email = "ada@acme.test",
        groups = { "Analysts", "Sales" }, orgs = { "Primary", "Acme" },
        first_login_time_in_millis = 1700000000000 },
      { name = "bob", email = "bob@ACME.test", groups = { "All" },
        account_status = "INACTIVE", first_login_time_in_millis = 0 },
      { name = "eve", groups = { "Sales" },
        first_login_time_in_millis = 1700000000000 },
    },
  }
  local run = users.run

  it("prints a table", function()
    local code, output, errors = run "audit"
    assert.equal(0, code, errors)
    assert.equal("name     email                 findings\n"
      .. "bob      bob@ACME.test         inactive, never signed in, "
      .. "no groups\n"
      .. "tsadmin  tsadmin@sandbox.test  never signed in, no groups\n",
      output)
    assert.truthy(errors:find("2 of 4 users; the API reports the first "
      .. "sign-in, "
      .. "not the last", 1, true))
  end)

  it("prints CSV and JSON", function()
    local document = users.document "audit"
    assert.equal("bob", document[1].name)
    assert.same({ "inactive", "never signed in", "no groups" },
      document[1].findings)
    local code, output = run "audit --format csv --fields name,findings"
    assert.equal(0, code)
    assert.truthy(output:find('bob,"inactive, never signed in, no groups"', 1,
      true))
    code, output = run "audit --group Sales --format json"
    assert.equal(0, code)
    assert.equal("[]\n", output)
  end)

  it("refuses to select fields of counts", function()
    local code, output, errors = run "audit --by group --fields name"
    assert.equal(2, code)
    assert.equal("", output)
    assert.truthy(errors:find("--fields: cannot be combined with --by", 1,
      true))
  end)

  it("counts by domain, group and org", function()
    for what, rows in pairs {
      domain = "acme.test,2,1\n,1,1\nsandbox.test,1,1\n",
      group = "Sales,2,2\n,1,1\nAll,1,0\nAnalysts,1,1\n",
    } do
      local code, output, errors = run("audit --format csv --by " .. what)
      assert.equal(0, code, errors)
      assert.equal(what .. ",users,active\n" .. rows, output)
    end
    local document = users.document "audit --by org"
    assert.same({ org = "Primary", users = 4, active = 3 }, document[1])
    local _, output = run "audit --by domain"
    assert.truthy(output:find "\n%(none%) +1 +1\n")
  end)
end)
