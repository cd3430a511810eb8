local progress = require "thoughtspot.progress"
local thoughtspot = require "thoughtspot"

-- A clock and an output that the spec controls.
local function watch(terminal, what)
  local world = { time = 100, text = "", flushed = 0 }
  local output = {}
  function output.write(_, ...)
    world.text = world.text .. table.concat { ... }
  end
  function output.flush()
    world.flushed = world.flushed + 1
  end
  local show = progress.new(what, output, terminal, function()
    return world.time
  end)
  -- Shows progress after some seconds; returns the output.
  function world.after(seconds, done, total)
    world.time = world.time + seconds
    world.text = ""
    show(done, total)
    return world.text
  end
  return world
end

describe("progress on a terminal", function()
  it("redraws the bar in place", function()
    local world = watch(true, "users")
    assert.equal("\r[===============" .. (" "):rep(15)
      .. "] 50/100 users, 25/s, 0:02 left\27[K", world.after(2, 50, 100))
    assert.equal("\r[======================" .. (" "):rep(8)
      .. "] 75/100 users, 19/s, 0:02 left\27[K", world.after(2, 75, 100))
    assert.equal(2, world.flushed)
  end)

  it("does not draw too often", function()
    local world = watch(true)
    assert.not_equal("", world.after(1, 1, 100))
    assert.equal("", world.after(0.05, 2, 100))
    assert.not_equal("", world.after(0.06, 3, 100))
  end)

  it("ends with a full bar, the time it took and a new line", function()
    local world = watch(true)
    world.after(59, 99, 100)
    assert.equal("\r[" .. ("="):rep(30) .. "] 100/100, 1.7/s, in 1:00\27[K\n",
      world.after(0.01, 100, 100))
  end)

  it("works without a total", function()
    local world = watch(true, "users")
    assert.equal("\r30 users, 10/s\27[K", world.after(3, 30))
    assert.equal("\r[" .. ("="):rep(30) .. "] 40/40 users, 10/s, in 0:04"
      .. "\27[K\n", world.after(1, 40, 40))
  end)

  it("shows minutes and hours", function()
    local world = watch(true)
    assert.truthy(world.after(10, 1, 60):find("9:50 left", 1, true))
    assert.truthy(world.after(10, 1, 1000):find("5:33:00 left", 1, true))
  end)

  it("shows no remaining time before anything is done", function()
    assert.is_nil(watch(true).after(1, 0, 10):find "left")
    assert.is_nil(watch(true).after(0, 1, 10):find "inf")
  end)

  it("shows nothing for zero items", function()
    assert.truthy(watch(true).after(0, 0, 0):find("0/0", 1, true))
  end)
end)

describe("progress elsewhere", function()
  it("writes a line now and then, and one at the end", function()
    local world = watch(false, "users")
    assert.equal("", world.after(1, 1, 40))
    assert.equal("", world.after(8.5, 19, 40))
    assert.equal("20/40 users, 2.0/s, 0:10 left\n", world.after(0.5, 20, 40))
    assert.equal("", world.after(9, 39, 40))
    assert.equal("40/40 users, 2.1/s, in 0:20\n", world.after(0.1, 40, 40))
  end)
end)

describe("thoughtspot.progress", function()
  it("writes to a file as to a log", function()
    local output = io.tmpfile()
    local show = thoughtspot.progress { what = "users", output = output }
    show(1, 2)
    show(2, 2)
    output:seek "set"
    assert.truthy(output:read "*a":find "^2/2 users, [^\n]*\n$")
    output:close()
  end)

  it("can be passed to a batch", function()
    assert.equal("function", type(thoughtspot.progress()))
  end)

  it("raises at the caller's line without a table", function()
    local _, message = pcall(function()
      thoughtspot.progress "users"
    end)
    assert.truthy(message:find("^spec/progress_spec.lua:%d+: "
      .. "thoughtspot.progress: expected a table of options, got string$"))
  end)

  it("raises on wrong use", function()
    local closed = io.tmpfile()
    closed:close()
    for field, value in pairs { what = 5, output = closed, width = 80 } do
      local ok, err = pcall(thoughtspot.progress, { [field] = value })
      assert.is_false(ok)
      assert.equal(field, err.field)
    end
  end)
end)
