-- Interrupts, at each stage; and what others can see meanwhile.

local command = require "spec.support.command"
local fault = require "spec.support.fault_server"
local users_command = require "spec.support.users_command"

describe("thoughtspot-users, when interrupted,", function()
  -- It is the interpreter that turns an interrupt into an error; one with
  -- the core inside is a program of ours, and does not.
  local function skip(name)
    it(name, function()
      pending "the core is part of this program"
    end)
  end
  local it = package.preload["thoughtspot.core"] and skip or it
  local faults, folder

  setup(function()
    faults = fault.start()
  end)

  teardown(function()
    faults:stop()
  end)

  before_each(function()
    folder = command.new_folder()
  end)

  after_each(function()
    command.remove(folder)
  end)

  -- Runs a line, and once a condition of the shell holds, another one and
  -- then the interrupt.
  local function interrupt(line, case, condition, meanwhile)
    local users = users_command.new {
      https = case.host, username = "tsadmin", password = "a-long-secret",
    }
    -- The shell lets what it puts in the background ignore interrupts.
    return users.run(line, {
      before = "env --default-signal=INT ",
      after = " & pid=$!; while kill -0 $pid 2>/dev/null && ! (" .. condition
        .. "); do :; done; " .. (meanwhile or "") .. " kill -INT $pid; "
        .. "wait $pid",
      environment = { THOUGHTSPOT_CA_FILE = false },
    })
  end

  local function has_request(case, path)
    return ("grep -qs %s %s.log"):format(path, case.files)
  end

  local TOKEN = { fault.token "t0ken-of-the-run" }
  local ME = { fault.ok '{"id":"u1","name":"me"}' }
  local USERS = fault.ok '[{"id":"2","name":"ada"},{"id":"3","name":"bob"}]'

  it("says so while it logs in", function()
    local case = faults:case { ["auth/token/full"] = { fault.hang } }
    local code, output, errors = interrupt("list", case,
      has_request(case, "auth/token/full"))
    assert.equal("thoughtspot-users: interrupted\n", errors)
    assert.equal("", output)
    assert.equal(130, code)
  end)

  it("says so while it reads, as one document too", function()
    local case = faults:case {
      ["auth/token/full"] = TOKEN, ["users/search"] = { fault.hang },
    }
    local code, output = interrupt("audit --format json", case,
      has_request(case, "users/search"))
    assert.equal(130, code)
    local document = require "cjson".decode(output)
    assert.equal("interrupted", document.error.kind)
    assert.equal(130, document.exit_code)
  end)

  it("leaves no part of an export", function()
    local case = faults:case {
      ["auth/token/full"] = TOKEN, ["users/search"] = { fault.hang },
    }
    local code = interrupt("export " .. folder .. "/users.csv", case,
      has_request(case, "users/search"))
    assert.equal(130, code)
    assert.equal(0, (command.run("rmdir " .. folder)))
  end)

  it("says how far it got, and how to go on", function()
    local file = folder .. "/passwords.csv"
    local case = faults:case {
      ["auth/token/full"] = TOKEN, ["auth/session/user"] = ME,
      ["users/search"] = { USERS },
      ["users/reset-password"] = {
        fault.reply("204 No Content", ""), fault.hang,
      },
    }
    local code, _, errors = interrupt("passwords ada bob --yes --file "
      .. file, case, "grep -qs ,set$ " .. file)
    assert.equal("thoughtspot-users: interrupted, after 1 of 2 passwords "
      .. "reset; " .. file .. " says which are set\n", errors)
    assert.equal(130, code)
    local states = {}
    for state in command.read(file):gmatch ",([^,\n]+)\n" do
      states[#states + 1] = state
    end
    assert.same({ "unknown", "unknown", "set" }, states)
  end)

  it("shows no secret among the processes, in output or files", function()
    local case = faults:case {
      ["auth/token/full"] = TOKEN, ["users/search"] = { fault.hang },
    }
    local code, output, errors = interrupt("list --verbose", case,
      has_request(case, "users/search"),
      "cat /proc/$pid/cmdline | tr '\\0' ' '; ls -A " .. folder .. ";")
    assert.equal(130, code)
    assert.truthy(output:find("thoughtspot-users list --verbose", 1, true),
      output)
    for _, secret in ipairs { "a-long-secret", "t0ken-of-the-run" } do
      assert.falsy((output .. errors):find(secret, 1, true))
    end
  end)
end)
