-- passwords: new random passwords, kept in a file.

local command = require "spec.support.command"
local users_command = require "spec.support.users_command"

describe("passwords", function()
  local users = users_command.stage { users = {
    { name = "ada", email = "ada@acme.test", password = "old" },
    { name = "bob", email = "bob@acme.test" },
  } }
  local run = users.run
  local file

  before_each(function()
    file = users.folder .. "/passwords.csv"
  end)

  local function rotate(names, options)
    return run("passwords " .. names .. " --yes --file " .. file, options)
  end

  -- Password and state in the last line of a user.
  local function noted(name)
    return command.read(file):match("^.*%f[%w]" .. name
      .. ",([^,\n]+),([^,\n]+)\n")
  end

  -- 0 if that user can log in.
  local function log_in(name, password)
    return (run("whoami", { environment = {
      THOUGHTSPOT_USERNAME = name, THOUGHTSPOT_PASSWORD = password,
    } }))
  end

  it("writes them to a file, and refuses -", function()
    for _, line in ipairs { "passwords ada --yes --file -",
      "offboard ada --yes --links -" } do
      local code, _, errors = run(line)
      assert.equal(2, code, line)
      assert.truthy(errors:find("-: must be a file", 1, true), errors)
      assert.is_nil(command.read "-")
    end
  end)

  it("are written when they were set", function()
    local code, output, errors = rotate "ada bob ADA"
    assert.equal("", errors)
    assert.equal(0, code)
    assert.equal("600", users_command.mode_of(file))
    local password, state = noted "ada"
    assert.equal("set", state)
    assert.equal(20, #password)
    assert.falsy(output:find(password, 1, true))
    assert.equal(0, log_in("ada", password))
    assert.equal(2, log_in("ada", "old"))
    assert.equal("set", select(2, noted "bob"))
    assert.equal(2, users.called "reset_user_password")
  end)

  it("are not readable by those who could read the file", function()
    command.write(file, "")
    command.check("chmod 640 " .. file)
    local code, _, errors = rotate "ada"
    assert.equal(0, code)
    assert.equal("600", users_command.mode_of(file))
    assert.truthy(errors:find(file .. ": had permissions for others, which "
      .. "are removed", 1, true), errors)
  end)

  it("are not written into a line that was cut", function()
    command.write(file, "bob,old pass")
    assert.equal(0, (rotate "ada"))
    assert.truthy(command.read(file):find("^bob,old pass\nada,[^,\n]+,unknown"
      .. "\nada,[^,\n]+,set\n$"))
  end)

  it("are written when they may have been set", function()
    users.server:control("fail", { endpoint = "reset_user_password",
      fault = "server_error" })
    local code, _, errors = rotate "ada"
    assert.equal(1, code)
    assert.truthy(errors:find "^ada: reset_user_password: ")
    assert.equal("unknown", select(2, noted "ada"))
    users.server:control("fail", { endpoint = "reset_user_password",
      status = 400 })
    assert.equal(1, (rotate "ada"))
    assert.equal("not set", select(2, noted "ada"))
    assert.equal(0, log_in("ada", "old"))
  end)

  it("are not set when a name is wrong", function()
    local code, _, errors = rotate "ada nobody"
    assert.equal(2, code)
    assert.truthy(errors:find("nobody: there is no such user\n", 1, true))
    assert.is_nil(command.read(file))
    assert.equal(0, log_in("ada", "old"))
  end)

  it("are not set for the command's own user", function()
    local code, _, errors = rotate "tsadmin"
    assert.equal(2, code)
    assert.truthy(errors:find("tsadmin: is the user that this command acts",
      1, true))
    assert.is_nil(command.read(file))
  end)

  it("are not set when the file cannot be written", function()
    local before = users_command.fill(file)
    local code, _, errors = rotate("ada", { before = before })
    assert.equal(1, code)
    assert.truthy(errors:find(file .. ": ", 1, true), errors)
    assert.equal(0, users.called "reset_user_password")
  end)

  it("need a file, and confirmation", function()
    local code, _, errors = run "passwords ada bob --yes"
    assert.equal(2, code)
    assert.truthy(errors:find("--file is required", 1, true))
    assert.same({}, users.calls())
    code, _, errors = run("passwords ada --file " .. file)
    assert.equal(2, code)
    assert.truthy(errors:find("give --yes", 1, true))
    assert.is_nil(command.read(file))
  end)
end)
