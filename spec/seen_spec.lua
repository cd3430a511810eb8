-- The core's set of ids, for the users that a list has already returned.

local core = require "thoughtspot.core"
local Model = require "spec.support.cluster_model"
local torture = require "spec.support.torture"

local Seen = core.seen

-- The same with Lua tables.
local function new_model(window)
  local young, old, count, total = {}, {}, 0, 0
  local model = {}
  function model.rank(id)
    return young[id] or old[id]
  end
  function model.remember(id)
    local rank, is_known = model.rank(id), true
    if not rank then
      is_known, total = false, total + 1
      rank = total
    end
    if not young[id] then
      young[id], count = rank, count + 1
      if count == window then
        young, old, count = {}, young, 0
      end
    end
    return rank, is_known
  end
  return model
end

local function ids(users)
  local list = {}
  for index, user in ipairs(users) do
    list[index] = user.id or "hidden"
  end
  return list
end

local function users_of(...)
  local users = {}
  for index, id in ipairs { ... } do
    users[index] = { id = id or nil, name = "n" .. index }
  end
  return users
end

describe("the set of seen ids", function()
  it("agrees with a model, whatever the window", function()
    for seed, window in ipairs { 1, 2, 3, 7, 64, 65, 500 } do
      local roll = Model.dice(seed)
      local seen, model = Seen.new(window), new_model(window)
      for _ = 1, 5000 do
        local id = ("x"):rep(roll(20) - 1) .. roll(4 * window)
        assert.equal(model.rank(id), seen:rank(id))
        local rank, is_known = model.remember(id)
        local its_rank, its_known = seen:remember(id)
        assert.same({ rank, is_known }, { its_rank, its_known })
      end
    end
  end)

  it("distinguishes ids that differ in one byte", function()
    local seen, id = Seen.new(5000), ("\0"):rep(40)
    local count = 0
    for length = 1, 40 do
      for place = 1, length do
        count = count + 1
        local other = id:sub(1, place - 1) .. "a" .. id:sub(place + 1, length)
        assert.same({ count, false }, { seen:remember(other) })
      end
    end
    assert.equal(count, seen.total)
    assert.equal(1, seen:rank "a")
  end)

  it("counts new ids", function()
    local seen = Seen.new(10)
    for _, id in ipairs { "a", "b", "a", "c" } do
      seen:remember(id)
    end
    assert.equal(3, seen.total)
  end)

  it("treats a number as its text", function()
    local seen = Seen.new(10)
    seen:remember(17)
    assert.equal(1, seen:rank "17")
    assert.equal(1, seen:rank(17))
  end)

  it("refuses values that are not ids", function()
    local seen = Seen.new(10)
    for _, value in ipairs { true, {}, "", core.null } do
      assert.is_nil(seen:rank(value))
      assert.error(function()
        seen:remember(value)
      end)
    end
    assert.is_nil(seen:rank(nil))
  end)

  it("forgets ids outside the window", function()
    for _, window in ipairs { 0, -1, 2e9, 0 / 0 } do
      assert.error(function()
        Seen.new(window)
      end)
    end
  end)

  it("forgets everybody when it is closed, and can be used on", function()
    local seen = Seen.new(10)
    seen:remember "a"
    seen:close()
    seen:close()
    assert.is_nil(seen:rank "a")
    assert.is_false((select(2, seen:remember "a")))
    assert.is_truthy(seen:rank "a")
  end)

  it("refuses other objects", function()
    assert.error(function()
      Seen.rank(core, "a")
    end)
    assert.error(function()
      Seen.close(core)
    end)
  end)

  it("frees its memory when it is closed", function()
    assert.equal("freed", torture.run [[
      collectgarbage "stop"
      local seen = core.seen.new(100)
      local before = memory.live()
      for id = 1, 1000 do
        seen:remember("id" .. id)
      end
      assert(memory.live() > before)
      seen:close()
      print(memory.live() == before and "freed" or "kept")]])
  end)

  it("frees its memory, even when memory runs out", function()
    assert.equal("failed", torture.run [[
      local n, failures, fired, ok, err = 0, 0, nil, nil, nil
      repeat
        n = n + 1
        fired, ok, err = memory.attempt("core", n, function()
          local seen = core.seen.new(100)
          for id = 1, 1000 do
            seen:remember("id" .. id)
          end
          seen:sift({ { id = "a" }, { id = "b" } }, 1, 0)
        end)
        if not ok then
          assert(tostring(err):find "not enough memory", err)
          failures = failures + 1
        end
        collectgarbage()
        collectgarbage()
        assert(memory.live() == 0)
      until not fired
      print(failures > 5 and "failed" or "never failed")]])
  end)
end)

describe("filtering a list", function()
  it("keeps the new ones, in order", function()
    local seen = Seen.new(10)
    seen:remember "b"
    local users = users_of("a", "b", "c", "a", "d")
    local last = users[5]
    assert.same({ 5, 4 }, { seen:sift(users, 1, 0) })
    assert.same({ "a", "c", "d" }, ids(users))
    assert.equal(last, users[3])
    assert.equal(4, seen.total)
  end)

  it("begins anywhere, and appends to the kept ones", function()
    local seen = Seen.new(10)
    local users = users_of("a", "x", "y", "b", "c")
    assert.same({ 2, 2 }, { seen:sift(users, 4, 1) })
    assert.same({ "a", "b", "c" }, ids(users))
    users = users_of("a", "x")
    assert.same({ 0, 0 }, { seen:sift(users, 3, 1) })
    assert.same({ "a" }, ids(users))
  end)

  it("returns the rank of the last one, new or not", function()
    local seen = Seen.new(10)
    seen:sift(users_of("a", "b", "c"), 1, 0)
    assert.same({ 2, 1 }, { seen:sift(users_of("d", "a"), 1, 0) })
    assert.equal(4, seen.total)
  end)

  it("ends before one without an id", function()
    for _, id in ipairs { false, "", true, core.null } do
      local seen = Seen.new(10)
      local users = users_of("a", "b", id, "c")
      assert.same({ 2, 2 }, { seen:sift(users, 1, 0) })
      assert.same({ "a", "b" }, ids(users))
      assert.is_nil(seen:rank "c")
    end
  end)

  it("removes the ids", function()
    local seen = Seen.new(10)
    local users = users_of("a", "b")
    seen:sift(users, 1, 0, true)
    assert.same({ { name = "n1" }, { name = "n2" } }, users)
    assert.equal(2, seen:rank "b")
  end)
end)
