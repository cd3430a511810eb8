-- How specs are run.

local command = require "spec.support.command"
local quote = command.quote

describe("run.sh", function()
  local folder

  before_each(function()
    folder = command.new_folder()
  end)

  after_each(function()
    command.remove(folder)
  end)

  local function line_for(...)
    local line = "sh spec/support/run.sh " .. quote(command.lua()) .. " --"
    for index, text in ipairs { ... } do
      local path = ("%s/case%d_spec.lua"):format(folder, index)
      command.write(path, text)
      line = line .. " " .. path
    end
    return line
  end

  local function run(...)
    return command.run("mkdir -p " .. folder .. "/tmp && TMPDIR=" .. folder
      .. "/tmp " .. line_for(...))
  end

  it("says what passed, what failed, what was skipped, and why", function()
    local code, output = run([[
      it("is well", function() end)
      it("is unwell", function() assert.equal(1, 2) end)
      it("is not here", function() pending "there is none" end)]])
    assert.equal(1, code)
    assert.matches("\nskipped [^\n]*case1_spec.lua:3: is not here: "
      .. "there is none\n", output)
    assert.matches("\nfailed [^\n]*case1_spec.lua:2: is unwell\n", output)
    assert.matches("\n1 passed, 1 failed, 1 skipped\n$", output)
    assert.equal("", command.check("ls " .. folder .. "/tmp"))
  end)

  it("passes when all do", function()
    local code, output = run [[it("is well", function() end)]]
    assert.equal(0, code)
    assert.matches("\n1 passed, 0 failed\n$", output)
  end)

  it("counts files that crash or do not load", function()
    local code, output = run [[it("ends", function() os.exit(3) end)]]
    assert.equal(1, code)
    assert.matches("\n0 passed, 1 failed\n$", output)
    assert.matches("\nfailed: [^\n]*case1_spec.lua: exit code 3\n", output)
    code, output = run "nonsense"
    assert.equal(1, code)
    assert.matches("\n0 passed, 1 failed\n$", output)
  end)

  -- So do sanitizers and valgrind that find a leak or an error.
  it("counts files whose process fails after the last spec", function()
    local code, output = run [[
      it("is well", function() end)
      require "busted".subscribe({ "exit" }, function() os.exit(9) end)]]
    assert.equal(1, code)
    assert.matches("\nfailed: [^\n]*case1_spec.lua: exit code 9\n", output)
    assert.matches("\n1 passed, 1 failed\n$", output)
  end)

  it("ends with Ctrl-C, and leaves neither servers nor files", function()
    local line = line_for(([[
      it("starts a server", function()
        local server = require("spec.support.sandbox_server").start()
        os.execute("cp " .. server.folder .. "/pid %s/seen.new")
        os.execute("mv %s/seen.new %s/seen")
        os.execute "sleep 100"
      end)]]):format(folder, folder, folder))
    local code = command.run(([[
      mkdir %s/tmp
      export TMPDIR=%s/tmp
      env --default-signal=INT %s &
      pid=$!
      until [ -e %s/seen ]; do sleep 0.01; done
      kill -INT $pid
      wait $pid]]):format(folder, folder, line, folder))
    assert.equal(130, code)
    assert.is_false(command.is_running(command.read(folder .. "/seen")))
    assert.equal("", command.check("ls " .. folder .. "/tmp"))
  end)
end)
