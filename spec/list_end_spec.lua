-- Takes long.

-- Lists that do not change, from servers that limit replies and hide rows or
-- send empty replies: whatever page size is requested.

local Opposite = require "thoughtspot.bulk.opposite"
local Ranges = require "thoughtspot.bulk.ranges"
local list_reader = require "spec.support.list_reader"

local huge, min, floor = math.huge, math.min, math.floor

local CAPS = { huge, 1, 3, 7, 10, 50, 100, 1000 }
local SIZES = { 1, 2, 3, 7, 10, 50, 100, 1000, -1 }

-- Rows that the cluster must have returned before a run of hidden ones, if the
-- end is to be found for certain; or a page, if that is more.
local ENOUGH = 108

-- Users that are remembered.
local WINDOW = 2000

-- Returns a function that answers requests. Options:
--   count       users
--   cap         the most rows of a reply
--   after, run  so many users after the first ones are hidden
--   empty_at    the number of a reply that is empty
local function server(options)
  local requests = 0
  local after, run = options.after or 0, options.run or 0
  return function(offset, size, is_reversed)
    requests = requests + 1
    size = min(size == -1 and huge or size, options.cap or huge)
    local rows = {}
    if requests == options.empty_at then
      return rows
    end
    for place = offset + 1, min(offset + size, options.count) do
      local number = is_reversed and options.count + 1 - place or place
      if number <= after or number > after + run then
        rows[#rows + 1] = { id = number }
      end
    end
    return rows
  end
end

-- Reads a list. Returns whether all users were read once, or it raised, and
-- the result. More hidden users than are remembered may repeat others.
local function is_read(options, size)
  local result = list_reader.read(server(options), size)
  local after, run = options.after or 0, options.run or 0
  local most = run < WINDOW and 1 or 2
  for number = 1, result.ended and options.count or 0 do
    local is_hidden = number > after and number <= after + run
    local times = result.times[number] or 0
    if times < (is_hidden and 0 or 1) or times > most then
      return false, result
    end
  end
  return true, result
end

local function text(options, size)
  return ("page size %d, limit %s: %d after %d of %d users are hidden")
    :format(size, options.cap, options.run, options.after, options.count)
end

-- The rows of a page that the cluster returns.
local function page_of(size, cap)
  return min(size == -1 and 1000 or size, cap)
end

-- Calls a function with each list in which one to three pages are hidden,
-- beginning at the end of a page or within one.
local function each_run(size, cap, page, action)
  for pages = 1, 3 do
    for _, first in ipairs { 0, 1, 2, 4 } do
      for _, more in ipairs { 0, 1, floor(page / 2) } do
        for _, rest in ipairs { 1, page, 2 * page + 1 } do
          local after, run = first * page + more, pages * page
          action({
            cap = cap, after = after, run = run, count = after + run + rest,
          }, size)
        end
      end
    end
  end
end

-- Calls a function with each figure in the table of doc/reading.md: the number
-- of users, the page size, and the number of requests.
local function each_figure(action)
  local sizes
  for line in io.lines "doc/reading.md" do
    local cells = {}
    for cell in line:gmatch "|([^|]+)" do
      cells[#cells + 1] = (cell:gsub(",", ""))
    end
    if line:find "^| users | requests" then
      sizes = {}
      for index = 2, #cells do
        sizes[index] = tonumber(cells[index]:match "of (%d+)") or -1
      end
    elseif sizes and #cells == 0 then
      return
    elseif sizes and tonumber(cells[1]) then
      for index, size in pairs(sizes) do
        action(tonumber(cells[1]), size, tonumber(cells[index]))
      end
    end
  end
end

describe("an ordinary list", function()
  it("costs as many requests as the documentation says", function()
    local figures = 0
    each_figure(function(count, size, requests)
      figures = figures + 1
      local was_read, result = is_read({ count = count }, size)
      assert.is_true(was_read and result.ended)
      assert.equal(requests, result.requests,
        ("%d users, page size %d"):format(count, size))
    end)
    assert.equal(32, figures)
  end)

  -- Expects a number of requests in addition to those for the pages, each of
  -- which begins with the last rows of the one before.
  local function expect_extra(extra, count, size, overlap)
    local pages = math.max(math.ceil((count - overlap) / (size - overlap)), 1)
    if count >= size and (count - size) % (size - overlap) == 0 then
      pages = pages + 1 -- the last one was full
    end
    local was_read, result = is_read({ count = count }, size)
    assert.is_true(was_read and result.ended)
    assert.equal(pages + extra, result.requests, "users " .. count)
  end

  it("needs one extra request", function()
    for _, count in ipairs { 1001, 1992, 1993, 2500, 5000 } do
      expect_extra(1, count, 1000, 8)
    end
  end)

  it("needs four extra requests, if it is too short to tell whether replies "
    .. "are cut or limited", function()
    for count = 1, 45 do
      expect_extra(4, count, 20, 2)
    end
    for _, count in ipairs { 1, 2, 999 } do
      expect_extra(4, count, 1000, 8)
    end
  end)

  it("needs two extra requests, if it is just a page of a thousand",
    function()
      expect_extra(2, 1000, 1000, 8)
    end)

  it("is followed by the request that is sent ahead", function()
    local steps = {}
    for _, count in ipairs { 0, 1, 2, 25, 100, 250, 1000, 1001, 1992 } do
      for _, size in ipairs { 3, 100, 1000, -1 } do
        for _, ignores_order in ipairs { false, true } do
          local reply = server { count = count }
          local ranges, ahead = Ranges.new(size, 0, Opposite.new {}), nil
          repeat
            local range = ranges:next(huge)
            assert.is_true(not ahead or ranges:follows(ahead))
            assert.equal(ahead and ahead.size or range.size, range.size)
            ahead = range.step and ranges:ahead(range, huge)
            steps[ahead and ahead.step or "none"] = true
            ranges:sift(range, reply(range.offset, range.size,
              range.step == "reversed" and not ignores_order))
            assert.is_true(ranges:finish(range))
          until ranges.ended
        end
      end
    end
    assert.same({ none = true, far = true, reversed = true }, steps)
  end)

  it("needs four extra requests, if it is empty", function()
    expect_extra(4, 0, 1000, 8)
  end)

  it("never raises, however few users there are", function()
    for count = 0, 30 do
      for _, size in ipairs(SIZES) do
        local was_read, result = is_read({ count = count }, size)
        assert.is_true(was_read and result.ended, count)
        assert.is_true(size < 10 or result.requests <= 8, result.requests)
      end
    end
  end)
end)

describe("a server that ignores the offset", function()
  it("is found out within twenty requests, however few users it has",
    function()
      for count = 1, 30 do
        for _, size in ipairs(SIZES) do
          local all = server { count = count }
          local result = list_reader.read(function(_, rows)
            return all(0, rows)
          end, size)
          -- With one user or all in one reply, there is nothing to find out.
          assert.is_true(result.requests <= 20, result.requests)
          for number = 1, result.ended and count or 0 do
            assert.equal(1, result.times[number])
          end
        end
      end
    end)
end)

describe("the end of a list is found", function()
  -- Calls a function with all lists for which it is certain, or for which it
  -- is not.
  local function each_list(is_certain, action)
    for _, size in ipairs(SIZES) do
      for _, cap in ipairs(CAPS) do
        local page = page_of(size, cap)
        local enough = math.max(ENOUGH, page + 8)
        each_run(size, cap, cap <= 100 and cap or page, function(options)
          if (options.after >= enough and cap > 2) == is_certain then
            action(options, size)
          end
        end)
      end
    end
  end

  it("however many pages are hidden, if enough rows came before", function()
    local lists = 0
    each_list(true, function(options, size)
      lists = lists + 1
      local was_read, result = is_read(options, size)
      assert.is_true(was_read and result.ended, text(options, size))
    end)
    assert.is_true(lists > 500, lists)
  end)

  it("if one page is hidden, wherever, or it raises", function()
    local lists, raised = 0, 0
    each_list(false, function(options, size)
      if options.run == options.cap and options.cap >= 10 then
        local was_read, result = is_read(options, size)
        assert.is_true(was_read, text(options, size))
        lists, raised = lists + 1, raised + (result.ended and 0 or 1)
      end
    end)
    assert.is_true(lists > 700, lists)
    assert.is_true(raised <= lists / 15, raised)
  end)

  it("if several pages near the beginning are hidden, or it raises", function()
    local lists, raised = 0, 0
    each_list(false, function(options, size)
      if size >= 10 and options.cap >= 10 and options.cap <= 100
        and options.run > options.cap then
        local was_read, result = is_read(options, size)
        lists, raised = lists + 1, raised + (result.ended and 0 or 1)
        assert.is_true(was_read, text(options, size))
      end
    end)
    assert.is_true(lists > 500, lists)
    assert.is_true(raised <= lists / 4, raised)
  end)

  it("soon, if the few users who are shown come last", function()
    for _, size in ipairs { 50, 100, 1000 } do
      for _, run in ipairs { 20, 70, 300, 480 } do
        for _, shown in ipairs { 1, 3, 7, 20 } do
          local was_read, result = is_read({
            cap = huge, after = 0, run = run, count = run + shown,
          }, size)
          assert.is_true(was_read and result.ended)
          assert.is_true(result.requests <= 25, result.requests)
        end
      end
    end
  end)

  it("if the first pages are hidden, however many, or it raises", function()
    for _, size in ipairs { 10, 50, 1000, -1 } do
      for _, cap in ipairs { 10, 50, 1000 } do
        for _, pages in ipairs { 4, 7, 20, 90, 400 } do
          local run = pages * cap
          for _, rest in ipairs { 1, cap, 3 * cap + 1, run } do
            local options = {
              cap = cap, after = 0, run = run, count = run + rest,
            }
            local was_read, result = is_read(options, size)
            assert.is_true(was_read, text(options, size))
            -- As many users as are hidden are found, if they are not too far.
            assert.is_true(result.ended or rest < run or pages > 50,
              text(options, size))
          end
        end
      end
    end
  end)

  it("although one reply is empty, whichever, or it raises", function()
    for _, size in ipairs(SIZES) do
      for _, cap in ipairs(CAPS) do
        local page = page_of(size, cap)
        for _, count in ipairs { 1, 2, page, page + 1, 5 * page + 1 } do
          for nth = 1, cap > 1 and 8 or 1 do
            local options = { cap = cap, count = count, empty_at = nth }
            assert.is_true((is_read(options, size)),
              ("page size %d, limit %s, %d users: %d"):format(size, cap,
                count, nth))
          end
        end
      end
    end
  end)
end)
