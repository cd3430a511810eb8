-- Interrupts, at each stage; and what other users can see meanwhile.
--
-- Takes long.

local command = require "spec.support.command"
local fault = require "spec.support.fault_server"
local users_command = require "spec.support.users_command"

describe("thoughtspot-users, when interrupted,", function()
  -- The standard interpreter turns an interrupt into an error; the test
  -- program with the core inside does not.
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

  -- Runs a line; once a condition of the shell holds, runs another one and
  -- sends the interrupt.
  local function interrupt(line, case, condition, meanwhile)
    local users = users_command.new {
      https = case.host, username = "tsadmin", password = "a-long-secret",
    }
    -- Background processes of the shell ignore interrupts.
    return users.run(line, {
      before = "env --default-signal=INT ",
      after = " & pid=$!; " .. command.await("$pid", condition) .. "; "
        .. (meanwhile or "") .. " kill -INT $pid; wait $pid",
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

  it("says so while it reads, with --json too", function()
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

  it("leaves no partial export", function()
    local case = faults:case {
      ["auth/token/full"] = TOKEN, ["auth/session/user"] = ME,
      ["groups/search"] = { fault.ok "[]" }, ["users/search"] = { fault.hang },
    }
    local code = interrupt("export " .. folder .. "/users.csv", case,
      has_request(case, "users/search"))
    assert.equal(130, code)
    assert.equal(0, (command.run("rmdir " .. folder)))
  end)

  it("leaves alone what another export wrote meanwhile", function()
    local path = folder .. "/users.csv"
    local ONE = fault.ok '[{"id":"2","name":"ada"}]'
    local case = faults:case {
      ["auth/token/full"] = TOKEN, ["users/search"] = { fault.hang },
    }
    local other = faults:case {
      ["auth/token/full"] = TOKEN,
      ["users/search"] = { ONE, fault.ok "[]" },
    }
    local code = interrupt("export --fields email " .. path, case,
      has_request(case, "users/search"), ("THOUGHTSPOT_HOST=%s %s export "
        .. "--fields user_identifier --format jsonl %s >/dev/null;"):format(
        other.host, users_command.program(), path))
    assert.equal(130, code)
    assert.equal('{"user_identifier":"ada"}\n', command.read(path))
  end)

  it("says how far it got, and how to continue", function()
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
      .. "reset; " .. file .. " lists which passwords are set\n", errors)
    assert.equal(130, code)
    local states = {}
    for state in command.read(file):gmatch ",([^,\n]+)\n" do
      states[#states + 1] = state
    end
    assert.same({ "unknown", "unknown", "set" }, states)
  end)

  it("says nothing about users that were only read", function()
    local case = faults:case {
      ["auth/token/full"] = TOKEN, ["auth/session/user"] = ME,
      ["users/search"] = { fault.ok '[{"id":"2","name":"ada"}]' },
      ["users/force-logout"] = { fault.hang },
    }
    local code, _, errors = interrupt("logout ada --yes --quiet", case,
      has_request(case, "users/force-logout"))
    assert.equal("thoughtspot-users: interrupted\n", errors)
    assert.equal(130, code)
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

describe("a killed run of thoughtspot-users", function()
  local function skip(name)
    it(name, function()
      pending "the core is part of this program"
    end)
  end
  local it = package.preload["thoughtspot.core"] and skip or it
  local users = users_command.stage {}
  local journal

  local NAMES = { "carl", "dora", "emil", "fred" }

  before_each(function()
    journal = users.folder .. "/journal"
    local lines = { "name,display_name,email" }
    for _, name in ipairs(NAMES) do
      lines[#lines + 1] = ("%s,%s,%s@acme.test"):format(name, name, name)
    end
    command.write(users.folder .. "/people.csv",
      table.concat(lines, "\n") .. "\n")
  end)

  local function until_journal_has(text)
    return command.await("$pid", "grep -qs " .. command.quote(text) .. " "
      .. journal)
  end

  -- Runs a line, and sends a signal to it once the journal contains a text.
  local function break_off(line, text, signal)
    users.server:control("latency", { seconds = 0.1 })
    local code, output, errors = users.run(line, {
      before = "env --default-signal=INT ",
      after = (" & pid=$!; %s; kill -%s $pid; wait $pid"):format(
        until_journal_has(text), signal),
    })
    users.server:control("latency", { seconds = 0 })
    users.server:control "settle" -- what was sent comes into effect
    return code, output, errors
  end

  local function created()
    local times = {}
    for _, request in ipairs(users.server:control "requests") do
      if request.endpoint == "create_user" then
        local name = request.body:match '"name":"(%a+)"'
        times[name] = (times[name] or 0) + 1
      end
    end
    return times
  end

  local SYNC = "sync --yes --concurrency 1 --journal "

  for _, case in ipairs {
    { "interrupted before the first answer", '"state":"sent"', "INT", 130 },
    { "interrupted in the middle", '"state":"done"', "INT", 130 },
    { "killed in the middle", '"state":"done"', "KILL", 137 },
  } do
    it("goes on, and creates nobody twice: " .. case[1], function()
      local code, _, errors = break_off(SYNC .. journal .. " " .. users.folder
        .. "/people.csv", case[2], case[3])
      assert.equal(case[4], code, errors)
      if case[3] == "INT" then
        assert.truthy(errors:find("resume with thoughtspot-users apply "
          .. journal, 1, true), errors)
        assert.truthy(errors:find("interrupted", 1, true))
      end
      assert.falsy(users.user "fred")
      code, _, errors = users.run("apply --yes " .. journal)
      assert.equal(0, code, errors)
      if case[2]:find "done" then
        assert.truthy(errors:find "^%d of 4 changes were already done\n$",
          errors)
      end
      local times = created()
      for _, name in ipairs(NAMES) do
        assert.truthy(users.user(name), name)
        assert.equal(1, times[name], name)
      end
      local before = #users.calls()
      code = users.run("apply --yes " .. journal)
      assert.equal(0, code)
      assert.equal(before, #users.calls())
    end)
  end

  it("goes on with the journal, which has the outcomes, not with the plan",
    function()
      local plan = users.folder .. "/plan"
      assert.equal(0, (users.run("plan --out " .. plan .. " " .. users.folder
        .. "/people.csv")))
      local code, _, errors = break_off("apply --yes --concurrency 1 "
        .. "--journal " .. journal .. " " .. plan, '"state":"sent"', "INT")
      assert.equal(130, code, errors)
      assert.truthy(errors:find("resume with thoughtspot-users apply "
        .. journal, 1, true), errors)
    end)

  it("keeps a second run out", function()
    users.server:control("latency", { seconds = 0.1 })
    local line = SYNC .. journal .. " " .. users.folder .. "/people.csv"
    local code, output, errors = users.run(line, {
      after = (" & pid=$!; %s; %s apply --yes %s; echo second $?; wait $pid")
        :format(until_journal_has '"state":"sent"', users_command.program(),
          journal),
    })
    users.server:control("latency", { seconds = 0 })
    assert.equal(0, code, errors)
    assert.truthy(output:find("\nsecond 2\n", 1, true), output)
    assert.truthy(errors:find("is in use by another run", 1, true), errors)
    assert.equal(1, created().fred)
  end)

  it("finishes although nobody reads its output", function()
    local _, _, errors = users.run("sync --yes " .. users.folder
      .. "/people.csv", { after = " | true" })
    assert.equal("", errors)
    -- The pipe may be closed before the first change, but not in the middle.
    local count = 0
    for _, name in ipairs(NAMES) do
      count = count + (users.user(name) and 1 or 0)
    end
    assert.truthy(count == 0 or count == #NAMES, count)
    for _, line in ipairs { "plan " .. users.folder .. "/people.csv",
      "export", "audit", "show tsadmin", "describe", "manual" } do
      _, _, errors = users.run(line .. " --quiet", { after = " | true" })
      assert.equal("", errors)
    end
  end)
end)
