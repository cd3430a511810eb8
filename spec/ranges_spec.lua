-- Takes long.

local Model = require "spec.support.cluster_model"
local list_reader = require "spec.support.list_reader"
local Opposite = require "thoughtspot.bulk.opposite"
local Ranges = require "thoughtspot.bulk.ranges"

-- Reads a model with ranges only. Returns how often each user was read,
-- whether the reading ended, and the offsets of the skipped rows.
local function read(model, size)
  local result = list_reader.read(function(offset, rows, is_reversed)
    return model:reply(offset, rows, is_reversed)
  end, size)
  assert.is_true(model.requests < 1500)
  return result.times, result.ended, result.skipped
end

local SIZES = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 100, -1 }

-- Reads lists of 0 to 59 users, by pages of any size. Returns the number of
-- seeds in which the reading ended without some users, and of those in which
-- it raised.
local function try(seeds, traits, each)
  local losing, raised = 0, 0
  for seed = 1, seeds do
    local roll = Model.dice(seed)
    local model = Model.new(roll, roll(60) - 1, traits)
    local times, ended = read(model, SIZES[roll(#SIZES)])
    local lost, doubles = model:judge(times)
    assert.equal(0, doubles, "seed " .. seed)
    if not ended then
      raised = raised + 1
    elseif lost > 0 then
      losing = losing + 1
    end
    if each then
      each(model, ended)
    end
  end
  return losing, raised
end

-- All users are read, and nothing raises.
local function holds(seeds, traits)
  local losing, raised = try(seeds, traits)
  assert.same({ losing = 0, raised = 0 },
    { losing = losing, raised = raised })
end

-- All users are read, or it raises, in at most so many seeds.
local function holds_or_raises(seeds, traits, most)
  local losing, raised = try(seeds, traits)
  assert.equal(0, losing)
  assert.is_true(raised <= most, raised .. " raised")
end

describe("a list is read completely", function()
  it("when nothing changes", function()
    holds(500, {})
  end)

  it("while one user moves", function()
    holds(1000, { moves = 1 })
  end)

  it("while two users of equal rank come in either order", function()
    holds(1000, { ties = 2 })
  end)

  it("while one of these happens, and users are added and deleted", function()
    holds_or_raises(400, { moves = 1, inserts = 3, deletes = 3 }, 1)
    holds_or_raises(400, { ties = 2, inserts = 3, deletes = 3 }, 1)
  end)

  it("while users are added and deleted", function()
    holds(500, { inserts = 3 })
    holds(500, { deletes = 3 })
    holds(500, { inserts = 20, deletes = 20 })
  end)

  it("from a server that caps replies", function()
    for _, cap in ipairs { 2, 3, 7, 10 } do
      holds(200, { cap = cap })
    end
    holds_or_raises(500, { cap = 7, inserts = 2, deletes = 2 }, 2)
  end)

  it("from a server that takes -1 for its default", function()
    holds(300, { default = 10 })
  end)

  it("from a server that hides rows after it has cut the page", function()
    holds(300, { hidden = 2 })
    holds(300, { hidden = 5 })
    holds(300, { gaps = 10 })
    holds_or_raises(300, { hidden = 3, inserts = 2, deletes = 2 }, 3)
    holds_or_raises(300, { gaps = 30 }, 3)
  end)

  it("from a server that limits replies and hides rows", function()
    holds_or_raises(500, { cap = 12, hidden = 3 }, 10)
    -- Once it is known that replies are limited: more hidden rows in a row
    -- than a reply has.
    for first = 15, 40 do
      local model = Model.new(Model.dice(first), 70, { cap = 7 })
      for index = first, first + 20 do
        model.all[index].hidden = true
      end
      local times, ended = read(model, 20)
      assert.is_true(ended)
      assert.equal(0, (model:judge(times)), "from " .. first)
    end
  end)

  it("from a server that sends one row less, or half of them", function()
    holds(150, { fewer = "one" })
    holds(150, { fewer = "half" })
    holds_or_raises(200, { fewer = "one", inserts = 2, deletes = 2 }, 1)
    holds_or_raises(200, { fewer = "half", inserts = 2, deletes = 2 }, 1)
  end)

  it("from a server that cuts replies anywhere", function()
    holds_or_raises(400, { few = true }, 1)
    holds_or_raises(200, { few = true, cap = 7 }, 1)
    holds_or_raises(200, { few = true, inserts = 2 }, 1)
  end)

  it("from a server that sends more rows than requested", function()
    holds(300, { many = 1 })
    holds(300, { many = 30 })
  end)

  it("around rows that it cannot return", function()
    holds(300, { bad = 1 })
    holds(300, { bad = 5 })
  end)

  it("when replies break off", function()
    holds_or_raises(500, { cut = 9, inserts = 1, deletes = 1 }, 200)
  end)

  it("when one reply is empty, whichever but the last two", function()
    for count = 30, 50 do
      for nth = 2, 4 do
        local model = Model.new(Model.dice(count), count, { empty_at = nth })
        local times, ended = read(model, 10)
        assert.is_true(ended)
        assert.equal(0, (model:judge(times)))
      end
    end
  end)
end)

describe("a list that cannot be read", function()
  it("because one row comes at a time, raises", function()
    local losing, raised = try(200, { cap = 1 }, function(model, ended)
      assert.equal(#model.all < 2, ended)
      assert.is_true(model.requests <= 20)
    end)
    assert.equal(0, losing)
    assert.is_true(raised > 100)
  end)

  it("because the offset is ignored, raises within a few requests",
    function()
      for _, size in ipairs { 10, 100 } do
        local model = Model.new(Model.dice(1), 5000, { deaf = true })
        local _, ended = read(model, size)
        assert.is_false(ended)
        assert.is_true(model.requests <= 20)
      end
      for _, cap in ipairs { 10, 100 } do
        local model = Model.new(Model.dice(1), 5000,
          { deaf = true, cap = cap })
        local _, ended = read(model, 1000)
        assert.is_false(ended)
        assert.is_true(model.requests <= 20)
      end
    end)

  it("because the offset is ignored, raises with few rows, too", function()
    for _, traits in ipairs {
      { deaf = true }, { deaf = true, few = true },
      { deaf = true, hidden = 3 }, { deaf = true, fewer = "half" },
    } do
      local losing = try(100, traits)
      assert.equal(0, losing)
    end
    for cap = 1, 9 do
      local losing, raised = try(60, { deaf = true, cap = cap },
        function(model)
          assert.is_true(model.requests <= 20)
        end)
      assert.equal(0, losing)
      assert.is_true(raised > 50)
      losing = try(40, { deaf = true, cap = cap, inserts = 2, deletes = 2 })
      assert.equal(0, losing)
    end
    for _, cap in ipairs { 12, 25, 40 } do
      local losing = try(100, { deaf = true, cap = cap })
      assert.equal(0, losing)
    end
  end)

  it("because the offset is ignored, raises when all rows were requested and "
    .. "cut",
    function()
      for _, default in ipairs { 1200, 5000 } do
        local model = Model.new(Model.dice(1), 5000,
          { deaf = true, default = default })
        local times, ended = read(model, -1)
        assert.equal(default == 5000, ended)
        assert.equal(default, (function()
          local count = 0
          for _ in pairs(times) do
            count = count + 1
          end
          return count
        end)())
        assert.is_true(model.requests <= 20)
      end
      -- If all replies are cut alike, the order tells.
      for _, cap in ipairs { 63, 100, 500 } do
        local model = Model.new(Model.dice(1), 700, { deaf = true, cap = cap })
        local _, ended = read(model, -1)
        assert.is_false(ended)
        assert.is_true(model.requests <= 20)
      end
    end)

  it("because of extra rows and rows that cannot be returned, raises",
    function()
      for _, traits in ipairs {
        { many = 1, bad = 1 }, { many = 3, bad = 2 }, { many = 30, bad = 2 },
      } do
        for seed = 1, 500 do
          local roll = Model.dice(seed)
          local model = Model.new(roll, roll(60) - 1, traits)
          local reply, are_more = model.reply, false
          function model.reply(self, offset, size)
            local page, broken = reply(self, offset, size)
            are_more = are_more or page and size > 0 and #page > size
            return page, broken
          end
          local times, ended, skipped = read(model, SIZES[roll(#SIZES)])
          for index, row in ipairs(model.all) do
            assert.is_true(not ended or row.bad or times[row.id] ~= nil
              or not are_more and skipped[index - 1], "seed " .. seed)
          end
        end
      end
    end)

  it("because of rows that cannot be returned and hidden rows, raises within "
    .. "some requests", function()
    for _, traits in ipairs {
      { bad = 2, hidden = 3 }, { bad = 2, fewer = "half" },
      { bad = 2, gaps = 10 },
    } do
      local losing = try(200, traits)
      assert.equal(0, losing)
    end
  end)

  it("because the offset is ignored, raises while users are added, too",
    function()
      for seed = 1, 20 do
        local model = Model.new(Model.dice(seed), 300,
          { deaf = true, inserts = 3 })
        local _, ended = read(model, 50)
        assert.is_false(ended)
        assert.is_true(model.requests <= 60)
      end
    end)
end)

describe("what cannot be promised is rare", function()
  it("when rows are skipped while others are added and deleted", function()
    local losing, raised = try(1000,
      { bad = 2, inserts = 2, deletes = 2 })
    assert.is_true(losing <= 1, losing .. " lost")
    assert.is_true(raised <= 5, raised .. " raised")
  end)

  it("when users move, have equal rank, are added and deleted at "
    .. "once", function()
    local losing, raised = try(1000,
      { moves = 1, ties = 2, inserts = 3, deletes = 3 })
    assert.is_true(losing <= 1, losing .. " lost")
    assert.is_true(raised <= 3, raised .. " raised")
  end)

  it("when replies are cut anywhere while users are deleted", function()
    local losing = try(1000, { few = true, deletes = 2 })
    assert.is_true(losing <= 1, losing .. " lost")
  end)

  it("when more rows are hidden than the longest reply has",
    function()
      local losing = try(1000, { gaps = 20, cap = 7 })
      assert.is_true(losing <= 50, losing .. " lost")
    end)
end)

describe("steady deletions", function()
  -- Reads a long list from which so many are deleted before each reply.
  local function requests_for(deletes, size)
    local model = Model.new(Model.dice(deletes), 4000, {})
    local reply = model.reply
    function model.reply(self, ...)
      for _ = 1, deletes do
        self.rows[1].stays = false
        table.remove(self.rows, 1)
      end
      return reply(self, ...)
    end
    local times, ended = read(model, size)
    assert.is_true(ended)
    assert.equal(0, (model:judge(times)))
    return model.requests
  end

  it("do not stop the iteration", function()
    assert.is_true(requests_for(0, 100) <= 45)
    for _, deletes in ipairs { 1, 5, 20, 31 } do
      local requests = requests_for(deletes, 100)
      assert.is_true(requests <= 65, deletes .. ": " .. requests)
    end
  end)

  it("do not stop small pages either", function()
    assert.is_true(requests_for(1, 10) <= 1000)
    assert.is_true(requests_for(10, 10) <= 500)
  end)
end)

describe("a range", function()
  -- Passes rows of a reply to the range, by their numbers.
  local function deal(ranges, range, first, last)
    for number = first, last do
      ranges:is_new(range, "id-" .. number)
      if range.unanchored then
        break
      end
    end
    assert(ranges:finish(range))
  end

  it("that nothing overlaps is read again if new users follow a known one",
    function()
      local ranges = Ranges.new(2, 0, Opposite.new {})
      -- One row comes, the second of the list: it has changed places.
      deal(ranges, ranges:next(math.huge), 2, 2)
      local range = ranges:next(math.huge)
      assert.equal(1, range.offset)
      deal(ranges, range, 2, 5)
      assert.equal(0, ranges:next(math.huge).offset)
    end)

  it("that goes back asks for whole pages, whatever the limit", function()
    local ranges = Ranges.new(100, 0, Opposite.new {})
    deal(ranges, ranges:next(101), 1, 100)
    local range = ranges:next(1)
    assert.equal(1, range.size - range.overlap)
    deal(ranges, range, 200, 200)
    range = ranges:next(1)
    assert.equal(100, range.size)
    assert.is_true(range.offset < 10)
  end)

  it("overlaps more rows after many deletions", function()
    local ranges = Ranges.new(1000, 0, Opposite.new {})
    deal(ranges, ranges:next(math.huge), 1, 1000)
    assert.equal(992, ranges:next(math.huge).offset)
    deal(ranges, ranges:next(math.huge), 1100, 1100)
    deal(ranges, ranges:next(math.huge), 1, 1000)
    assert.equal(968, ranges:next(math.huge).offset)
  end)

  it("beyond the end that is refused is requested within a page", function()
    local ranges = Ranges.new(100, 0, Opposite.new {})
    deal(ranges, ranges:next(math.huge), 1, 50)
    local range = ranges:next(math.huge)
    assert.equal(1000, range.size)
    assert.is_true(ranges:shorten(range))
    range = ranges:next(math.huge)
    assert.equal(50, range.offset)
    assert.equal(100, range.size)
    -- There is nothing to request, if the rows before are in their places.
    assert.is_true(ranges:shorten(range))
    range = ranges:next(math.huge)
    assert.equal(8, range.overlap)
    assert.equal(100, range.size)
    assert.is_false(ranges:shorten(range))
  end)
end)
