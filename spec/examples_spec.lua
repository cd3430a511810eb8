-- The examples, as their users run them: against a server, by HTTPS.

local command = require "spec.support.command"
local sandbox_server = require "spec.support.sandbox_server"

describe("the example", function()
  local server

  setup(function()
    server = sandbox_server.start()
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    server:control("reset", {
      users = {
        { name = "ada", display_name = "Ada, Countess",
          email = "ada@acme.test" },
        { name = "bob", display_name = "Bob", email = "bob@acme.test" },
      },
    })
  end)

  local function run(line)
    return command.run(command.lua() .. " examples/" .. line, {
      environment = {
        THOUGHTSPOT_HOST = server.https,
        THOUGHTSPOT_CA_FILE = server.ca_file,
        THOUGHTSPOT_USERNAME = server.username,
        THOUGHTSPOT_PASSWORD = server.password,
        THOUGHTSPOT_SECRET_KEY = false,
        THOUGHTSPOT_TOKEN = false,
        THOUGHTSPOT_ORG_ID = false,
      },
    })
  end

  local function user(identifier)
    return (server:control("user", { identifier = identifier }))
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

    it("cleans up after a failure, and after an earlier run", function()
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

  describe("sync", function()
    local function sync_with(text)
      local path = command.new_file(text)
      local code, output, errors = run("sync.lua " .. path)
      command.remove(path)
      return code, output, errors
    end

    it("creates, updates and deactivates, once", function()
      server:control("reset", { groups = { "Staff", "Sales" }, users = {
        { name = "ada", email = "old@acme.test", groups = { "Staff" } },
        { name = "bob", groups = { "Staff" } }, { name = "eve" },
      } })
      local directory = "ada\tAda\tada@acme.test\t\n"
        .. "cem\tCem Ito\tcem@acme.test\tSales\n"
      local code, output, errors = sync_with(directory)
      assert.equal("", errors)
      assert.equal(0, code)
      assert.truthy(output:find("1 to create, 1 to update, 1 to deactivate",
        1, true))
      assert.falsy(output:find("nil", 1, true), output)
      assert.truthy(output:find("\n3 done, 0 failed\n", 1, true))
      assert.equal("ada@acme.test", user "ada".email)
      assert.equal("INACTIVE", user "bob".account_status)
      assert.equal(2, #user "cem".user_groups)
      assert.equal("ACTIVE", user "eve".account_status)
      code, output = sync_with(directory)
      assert.equal(0, code)
      assert.truthy(output:find("\nnothing to do\n", 1, true))
    end)

    it("does nothing when a line or a group is wrong", function()
      for text, message in pairs {
        ["ada\tAda\n"] = "not a line of four values: ada",
        ["ada\tAda\tada@acme.test\tStuff\n"] = "no group called",
        [""] = "the source is empty",
      } do
        local code, output, errors = sync_with(text)
        assert.equal(1, code)
        assert.truthy((output .. errors):find(message, 1, true), errors)
      end
      assert.equal("ada@acme.test", user "ada".email)
    end)
  end)

  describe("cqueues", function()
    local function skip(name)
      it(name, function()
        pending "this Lua has no cqueues"
      end)
    end
    local it = pcall(require, "cqueues") and it or skip

    it("looks up users", function()
      local code, output, errors = run "cqueues.lua ada bob"
      assert.equal("", errors)
      assert.equal(0, code)
      assert.truthy(output:find("ada\t" .. user "ada".id, 1, true))
      assert.truthy(output:find("bob\t" .. user "bob".id, 1, true))
    end)

    it("fails when one is not found", function()
      local code, output, errors = run "cqueues.lua nobody ada"
      assert.equal(1, code)
      assert.truthy(errors:find("nobody: .*not_found"), errors)
      assert.truthy(output:find("ada\t" .. user "ada".id, 1, true))
    end)
  end)
end)
