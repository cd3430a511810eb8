local core = require "thoughtspot.core"
local command = require "spec.support.command"

local quote, run = command.quote, command.check

describe("a private file", function()
  local folder

  before_each(function()
    folder = run "mktemp -d":match "%S+"
  end)

  after_each(function()
    run("rm -rf " .. quote(folder))
  end)

  local function mode(path)
    return (run("stat -c %a " .. quote(path)):match "%d+")
  end

  it("is created for its owner only, whatever the umask", function()
    local path = folder .. "/plan"
    local file = assert(core.open_private(path))
    assert.equal("file", io.type(file))
    assert(file:write "one\n")
    assert.is_true(core.sync(file))
    assert(file:close())
    assert.equal("600", mode(path))
    assert.equal("one\n", run("cat " .. quote(path)))
  end)

  it("loses the permissions of others", function()
    local path = folder .. "/plan"
    run("echo old > " .. quote(path) .. " && chmod 664 " .. quote(path))
    local file = assert(core.open_private(path))
    assert.equal("600", mode(path))
    file:close()
  end)

  it("is read from the start, and appended to", function()
    local path = folder .. "/plan"
    run("printf 'one\\n' > " .. quote(path))
    local file = assert(core.open_private(path))
    assert.equal("one\n", file:read "*a")
    file:seek "end"
    assert(file:write "two\n")
    file:seek "set"
    assert.equal("one\ntwo\n", file:read "*a")
    file:close()
    assert.equal("one\ntwo\n", run("cat " .. quote(path)))
  end)

  it("leaves no descriptor open when it is refused", function()
    local path = folder .. "/plan"
    -- Not all descriptors: popen needs one more until its child runs.
    local function descriptors()
      return tonumber(run("ls -l /proc/$PPID/fd | grep -c " .. quote(path)))
    end
    local file = assert(core.open_private(path))
    collectgarbage()
    collectgarbage "stop"
    local before = descriptors()
    for _ = 1, 20 do
      assert.is_nil((core.open_private(path)))
    end
    local after = descriptors()
    collectgarbage "restart"
    assert.equal(1, before)
    assert.equal(1, after)
    file:close()
  end)

  it("cannot be opened twice until it is closed", function()
    local path = folder .. "/plan"
    local file = assert(core.open_private(path))
    local second, message = core.open_private(path)
    assert.is_nil(second)
    assert.equal(path .. ": is in use by another run", message)
    file:close()
    assert(core.open_private(path)):close()
  end)

  it("stays locked while a child process holds it", function()
    local path = folder .. "/plan"
    local file = assert(core.open_private(path))
    -- A child that outlives the file must not keep the lock.
    local child = assert(io.popen("cat >" .. quote(folder .. "/sink"), "w"))
    -- Once its shell has begun, its copy of the descriptor is closed.
    repeat
      command.pause()
    until command.read(folder .. "/sink")
    file:close()
    assert(core.open_private(path)):close()
    child:close()
  end)

  it("is not a link, a directory, a pipe or a file with two links", function()
    local function refusal(path)
      local file, message = core.open_private(path)
      assert.is_nil(file)
      return message:sub(#path + 3)
    end
    run(("cd %s && touch plan && ln -s plan link && ln -s gone broken "
      .. "&& mkfifo pipe && touch first && ln first second"):format(
      quote(folder)))
    assert.equal("is a symbolic link", refusal(folder .. "/link"))
    assert.equal("is a symbolic link", refusal(folder .. "/broken"))
    assert.equal("is not a regular file", refusal(folder .. "/pipe"))
    assert.equal("has a second name (a hard link)",
      refusal(folder .. "/first"))
    assert.equal("Is a directory", refusal(folder))
    assert.equal("No such file or directory", refusal(folder .. "/no/plan"))
    assert.equal("", run("ls " .. quote(folder .. "/no") .. " 2>/dev/null; :"))
  end)

  it("must belong to this user", function()
    if run "id -u":match "%d+" ~= "0" then
      return
    end
    local path = folder .. "/plan"
    run(("touch %s && chown 65534 %s"):format(quote(path), quote(path)))
    local file, message = core.open_private(path)
    assert.is_nil(file)
    assert.equal(path .. ": belongs to another user", message)
  end)

  it("requires a path, and an open file", function()
    assert.has_error(function() core.open_private() end)
    assert.has_error(function() core.sync "plan" end)
    local file = assert(io.tmpfile())
    file:close()
    assert.has_error(function() core.sync(file) end)
  end)

  it("need not be on a disk", function()
    local pipe = assert(io.popen("cat >/dev/null", "w"))
    pipe:write "x"
    assert.is_true(core.sync(pipe))
    pipe:close()
  end)

  it("is not opened where the io library may open nothing", function()
    local original = io.open
    io.open = function() -- luacheck: ignore 122
      return nil, "/dev/null: Too many open files"
    end
    local opened, message = pcall(core.open_private, folder .. "/plan")
    io.open = original -- luacheck: ignore 122
    assert.is_false(opened)
    assert.matches("the io library cannot open /dev/null$", message)
    assert.is_nil(command.read(folder .. "/plan"))
  end)

  it("reports a failed write", function()
    local full = io.open("/dev/full", "w")
    if not full then
      return
    end
    full:write "x"
    local synced, message = core.sync(full)
    assert.is_nil(synced)
    assert.equal("No space left on device", message)
    pcall(full.close, full)
  end)
end)
