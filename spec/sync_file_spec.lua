-- Takes long.

local command = require "spec.support.command"
local support = require "spec.support.sync"
local sync = require "thoughtspot.sync"

local NOW = os.time()

-- A cluster, always the same, and its client.
local function new_cluster()
  local time = NOW - 60 * support.DAY
  local client, sandbox = support.cluster {
    clock = function() return time end,
    groups = { "Staff", "Night \"shift\"\\\n" },
    users = {
      { name = "ada", email = "ada@old.test" },
      { name = "alan", groups = { "Night \"shift\"\\\n" } },
      { name = "bob", account_status = "INACTIVE" },
      { name = "zoë", account_status = "INACTIVE" },
    },
  }
  time = NOW
  return client, sandbox
end

-- A plan with an action of each kind, notes, and limits that are reached.
local function make()
  local client, sandbox = new_cluster()
  local plan = assert(sync.plan(client, {
    { user_identifier = "ada", email = "ada@acme.test",
      group_identifiers = { "Night \"shift\"\\\n" } },
    { user_identifier = "grace", display_name = "Grace",
      email = "grace@acme.test", preferred_locale = "de-DE",
      notify_on_share = false, group_identifiers = { "Staff" } },
    { user_identifier = "bob" },
  }, { scope = {}, leavers = "delete", protect = { "svc-*" },
    max_leavers = "50%" }))
  sandbox.requests = {}
  return plan, client, sandbox
end

-- Every place of a file is tried in memory, and over HTTPS some of them.
local function some()
  return support.over_https() and 50 or 1
end

-- The lines of a text, each with its end.
local function lines_of(text)
  local lines = {}
  for line in text:gmatch "[^\n]*\n" do
    lines[#lines + 1] = line
  end
  return lines
end

support.describe("the file of a plan", function()
  local folder, path

  before_each(function()
    folder = command.new_folder()
    path = folder .. "/plan.jsonl"
  end)

  after_each(function()
    command.remove(folder)
  end)

  local function refusal(text)
    command.write(path, text)
    local plan, err = sync.read(path)
    assert.is_nil(plan)
    assert.equal("argument", err.kind)
    assert.equal("plan", err.field)
    return (err.message:gsub("^plan: " .. path:gsub("%p", "%%%0") .. ": ", ""))
  end

  it("holds all of it", function()
    local plan = make()
    assert.same({ "create grace", "update ada", "deactivate alan",
      "delete zoë" }, support.actions(plan.actions))
    assert.is_true(plan:write(path))
    assert.equal(path, plan.path)
    local read = assert(sync.read(path))
    for _, name in ipairs {
      "host", "org_id", "acts_as", "made", "people", "in_scope", "scope",
      "protect", "actions", "left", "kept", "withheld", "limits", "counts",
    } do
      assert.same(plan[name], read[name], name)
    end
    assert.equal(tostring(plan), tostring(read))
    assert.same({}, read.outcomes)
    assert.equal("600",
      (command.output("stat -c %a " .. command.quote(path)):match "%d+"))
  end)

  it("is JSON lines, with members in the documented order", function()
    local plan = make()
    assert(plan:write(path))
    local text = command.read(path)
    local head = ('{"thoughtspot_sync":1,"host":"%s"'):format(support.host())
    assert.equal(head, text:sub(1, #head))
    local lines = support.lines(path)
    assert.equal(support.host(), lines[1].host)
    for n = 1, 4 do
      assert.equal(n, lines[1 + n].n)
      assert.equal(plan.actions[n].action, lines[1 + n].action)
    end
    local notes = {}
    for index = 6, #lines - 1 do
      notes[#notes + 1] = lines[index].note .. " " .. lines[index].user
    end
    assert.same({ "left bob", "kept tsadmin" }, notes)
    assert.equal(4, lines[#lines]["end"])
  end)

  it("receives the outcomes", function()
    local plan, client = make()
    assert(plan:write(path))
    local before = #support.lines(path)
    assert(sync.apply(client, plan, { concurrency = 1 }))
    local lines, told = support.lines(path), {}
    for index = before + 1, #lines do
      local line = lines[index]
      assert.matches("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", line.at)
      told[#told + 1] = line.run or ("%d %s"):format(line.n, line.state)
    end
    assert.same({ "began", "1 sent", "1 done", "2 done", "3 sent", "3 done",
      "4 sent", "4 done", "ended" }, told)
    local read = assert(sync.read(path))
    for n = 1, 4 do
      assert.equal("done", read.outcomes[n].state)
    end
  end)

  it("has the reason of a failure, and whether it was applied",
    function()
      local plan, client, sandbox = make()
      sandbox:fail { endpoint = "create_user", fault = "reset" }
      assert(plan:write(path))
      assert(sync.apply(client, plan))
      local outcome = sync.read(path).outcomes[1]
      assert.same({ "failed", "network", "maybe" }, { outcome.state,
        outcome.kind, outcome.applied })
    end)

  it("is the journal of a plan in memory, on request", function()
    local plan, client = make()
    assert(sync.apply(client, plan, { journal = path }))
    assert.equal(4, #sync.read(path).actions)
    local again, other_client = make()
    assert(again:write(folder .. "/own"))
    assert(sync.apply(other_client, again, { journal = false }))
    assert.same({}, sync.read(folder .. "/own").outcomes)
  end)

  it("is not overwritten", function()
    local plan = make()
    assert(plan:write(path))
    assert(plan:write(path))
    local other = make()
    other.made = plan.made - 1
    for _, taken in ipairs { command.read(path), "something else\n" } do
      command.write(path, taken)
      local written, err = other:write(path)
      assert.is_nil(written)
      assert.equal("path: " .. path .. ": contains something else; write to "
        .. "a new file", err.message)
      assert.equal(taken, command.read(path))
    end
    command.write(path, "")
    assert(other:write(path))
  end)

  it("can be saved again with the outcomes", function()
    local plan, client = make()
    assert(plan:write(path))
    assert(sync.apply(client, plan))
    local text = command.read(path)
    assert(plan:write(path))
    assert(assert(sync.read(path)):write(path))
    assert.equal(text, command.read(path))
  end)

  it("belongs to one plan", function()
    local plan, client, sandbox = make()
    assert(plan:write(path))
    local other = make()
    other.made = plan.made - 1
    local report, err = sync.apply(client, other, { journal = path })
    assert.is_nil(report)
    assert.equal("plan: " .. path .. ": contains another plan", err.message)
    assert.same({}, sandbox.requests)
  end)

  it("is locked against a second run", function()
    local plan, client, sandbox = make()
    assert(plan:write(path))
    local second, third
    local report = assert(sync.apply(client, plan, {
      on_progress = function()
        second = second or { sync.apply(client, assert(sync.read(path))) }
        third = third or { plan:write(path) }
      end,
    }))
    assert.equal(4, #report.done)
    assert.is_nil(second[1])
    assert.equal("journal: " .. path .. ": is in use by another run",
      second[2].message)
    assert.is_nil(third[1])
    local counts = support.counts(sandbox)
    assert.equal(1, counts.create_user)
  end)

  it("is locked against a second process", function()
    local plan, client, sandbox = make()
    assert(plan:write(path))
    local holder = assert(io.popen(([[exec %s -e '
      local core = require "thoughtspot.core"
      local file = assert(core.open_private(%q))
      assert(io.open(%q, "w")):close()
      io.read()']]):format(command.lua(), path, folder .. "/locked"), "w"))
    repeat
      command.pause()
    until command.read(folder .. "/locked")
    local report, err = sync.apply(client, plan)
    holder:write "\n"
    holder:close()
    assert.is_nil(report)
    assert.equal("journal: " .. path .. ": is in use by another run",
      err.message)
    assert.same({}, sandbox.requests)
    assert(sync.apply(client, plan))
  end)

  it("whose last line is cut anywhere can be continued", function()
    local plan, client = make()
    assert(plan:write(path))
    local head = #command.read(path)
    assert(sync.apply(client, plan, { concurrency = 1 }))
    local whole = command.read(path)
    assert.same(plan.actions, make().actions)
    for cut = head, #whole - 1, some() do
      -- The same cluster, without any of the plan's changes.
      local copy_client, sandbox = new_cluster()
      command.write(path, whole:sub(1, cut))
      local read = assert(sync.read(path))
      local report = assert(sync.apply(copy_client, read))
      assert.same({}, report.failures)
      assert.equal(4, #report.done + #report.already, cut)
      local again = assert(sync.read(path))
      for n = 1, 4 do
        assert.truthy(again.outcomes[n], cut)
      end
      sandbox.requests = {}
      assert.equal(4, #assert(sync.apply(copy_client, again)).already)
      assert.same({}, sandbox.requests)
    end
  end)

  it("that was not written completely is refused", function()
    local plan = make()
    assert(plan:write(path))
    local text = command.read(path)
    for cut = 0, #text - 2, some() do
      local message = refusal(text:sub(1, cut))
      assert.truthy(message:find "is not the header"
        or message:find "no end" or message:find "damaged", message)
    end
    -- Except for the end of the last line.
    command.write(path, text:sub(1, -2))
    assert(sync.read(path))
  end)

  it("that was changed is refused", function()
    local plan = make()
    assert(plan:write(path))
    local lines = lines_of(command.read(path))
    local last = #lines
    local function changed(edit)
      local copy = {}
      for index, line in ipairs(lines) do
        copy[index] = line
      end
      edit(copy)
      return refusal(table.concat(copy))
    end
    local other = "the plan was changed after it was written$"
    assert.matches("line 3: is not the expected action$", changed(
      function(copy) table.remove(copy, 2) end):gsub("line 2", "line 3"))
    assert.matches("is not the expected action$", changed(function(copy)
      copy[2], copy[3] = copy[3], copy[2]
    end))
    assert.matches("is not the expected action$", changed(function(copy)
      table.insert(copy, 4, copy[3])
    end))
    assert.matches("is not the expected action$", changed(function(copy)
      copy[3] = copy[3]:gsub('"update"', '"purge"')
    end))
    assert.matches(other, changed(function(copy)
      copy[3] = copy[3]:gsub("ada@acme", "eve@acme")
    end))
    assert.matches(other, changed(function(copy)
      copy[1] = copy[1]:gsub('"allowed":%d+', '"allowed":9999')
    end))
    assert.matches(other, changed(function(copy)
      table.remove(copy, last - 1)
    end))
    assert.matches("line 3: is damaged", changed(function(copy)
      copy[3] = copy[3]:sub(1, 20) .. "\n"
    end))
    assert.matches("version 2; this library knows version 1$", changed(
      function(copy)
        copy[1] = copy[1]:gsub('"thoughtspot_sync":1', '"thoughtspot_sync":2')
      end))
    assert.matches("^line 1: the header is incomplete$", changed(function(copy)
      copy[1] = copy[1]:gsub('"acts_as"', '"acted_as"')
    end))
    assert.matches("is not the header of a plan$",
      refusal "user_identifier,email\nada,ada@acme.test\n")
  end)

  it("whose outcomes are damaged in the middle is refused", function()
    local plan, client = make()
    assert(plan:write(path))
    assert(sync.apply(client, plan))
    local lines = lines_of(command.read(path))
    for index = #lines - 3, #lines - 1 do
      local line = lines[index]
      lines[index] = line:sub(1, 10) .. "\n"
      assert.matches("is damaged$", refusal(table.concat(lines)))
      lines[index] = '{"n":5,"state":"done"}\n'
      assert.matches("is not an outcome of this plan$",
        refusal(table.concat(lines)))
      lines[index] = '{"n":1,"state":"finished"}\n'
      assert.matches("is not an outcome of this plan$",
        refusal(table.concat(lines)))
      lines[index] = line
    end
  end)

  it("may hold members of a later version", function()
    local plan = make()
    assert(plan:write(path))
    assert(sync.apply((select(2, make())), plan))
    local text = command.read(path) .. '{"weather":"fine"}\n'
    command.write(path, text)
    assert(sync.read(path))
  end)

  it("is read fast, whatever the length of its lines", function()
    local plan = make()
    plan.actions[1].set.display_name = ("long "):rep(40000)
    assert(plan:write(path))
    local began = os.clock()
    assert(sync.read(path))
    assert.is_true(os.clock() - began < 2)
  end)

  it("that does not exist is an error", function()
    local none, err = sync.read(folder .. "/none")
    assert.is_nil(none)
    assert.equal("path: " .. folder .. "/none: No such file or directory",
      err.message)
    assert.has_error(function() sync.read() end,
      "sync.read: expected a path, got nil")
    local plan = make()
    assert.has_error(function() plan:write() end,
      "write: expected a path, got nil")
    assert.has_error(function() plan:write "" end,
      "write: expected a path, got an empty string")
  end)

  it("must not be a link or a directory", function()
    local plan = make()
    command.check(("cd %s && ln -s elsewhere link"):format(
      command.quote(folder)))
    local written, err = plan:write(folder .. "/link")
    assert.is_nil(written)
    assert.matches("is a symbolic link$", err.message)
    written, err = plan:write(folder)
    assert.is_nil(written)
    assert.matches("Is a directory$", err.message)
  end)

  it("stops a run that cannot write to it", function()
    local plan, client, sandbox = make()
    local function full()
      return nil, "No space left on device"
    end
    local core = require "thoughtspot.core"
    local original = core.sync
    local syncs = 0
    core.sync = function(...) -- luacheck: ignore 122
      syncs = syncs + 1
      if syncs > 2 then
        return full()
      end
      return original(...)
    end
    local report, err = sync.apply(client, plan, { journal = path })
    core.sync = original -- luacheck: ignore 122
    assert.is_nil(report)
    assert.equal("journal: " .. path .. ": No space left on device",
      err.message)
    assert.is_nil(support.counts(sandbox).create_user)
  end)
end)
