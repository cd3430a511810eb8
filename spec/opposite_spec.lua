-- What lists show of their opposite order, and how many users are requested
-- there.

local fake = require "spec.support.fake"
local list_reader = require "spec.support.list_reader"

local min = math.min

local function user(number)
  return { id = "id-" .. number, name = "user" .. number }
end

-- A cluster of so many users, and what it was asked for in the opposite order:
-- a list of texts. Options, which may change:
--   count     users
--   limit     the most rows of a reply
--   ignores   whether it ignores the order
--   opposite  function(place), the number of the user who is there in the
--             opposite order; otherwise, that is just the reverse
--   hides     function(number), whether it hides a user
local function cluster(options)
  local asked = {}
  local client = fake.client {
    ["users/search"] = function(body)
      local sort = body.sort_options and body.sort_options.order
        and body.sort_options
      local is_opposite = sort and sort.order == "DESC"
      if is_opposite then
        asked[#asked + 1] = ("%s %d"):format(sort.field_name, body.record_size)
      end
      local page = {}
      for place = body.record_offset + 1, min(options.count,
        body.record_offset + min(body.record_size, options.limit or 1000)) do
        local number = place
        if is_opposite and not options.ignores then
          number = options.opposite and options.opposite(place)
            or options.count + 1 - place
        end
        if not (options.hides and options.hides(number)) then
          page[#page + 1] = user(number)
        end
      end
      return 200, fake.list(page)
    end,
  }
  return client, asked
end

local function count(client, filter)
  local total = 0
  for _ in client:each_user(filter) do
    total = total + 1
  end
  return total
end

describe("the opposite order", function()
  it("is compared by few users once it was just the reverse", function()
    local client, asked = cluster { count = 60 }
    for _ = 1, 3 do
      assert.equal(60, count(client))
    end
    assert.same({ "CREATED 100", "CREATED 8", "CREATED 8" }, asked)
  end)

  it("is compared by few users once it was ignored", function()
    local client, asked = cluster { count = 60, ignores = true }
    for _ = 1, 3 do
      assert.equal(60, count(client))
    end
    assert.same({ "CREATED 100", "CREATED 8", "CREATED 8" }, asked)
  end)

  it("is compared by many users if it is another one", function()
    local options = { count = 60, opposite = function(place)
      return place * 7 % 61
    end }
    local client, asked = cluster(options)
    for _ = 1, 2 do
      assert.equal(60, count(client))
    end
    assert.same({ "CREATED 100", "CREATED 100" }, asked)
    -- It was the reverse, and is another.
    client, asked = cluster(options)
    local other = options.opposite
    for _, opposite in ipairs { false, other, other, false, false } do
      options.opposite = opposite or nil
      assert.equal(60, count(client))
    end
    assert.same({ "CREATED 100", "CREATED 8", "CREATED 100", "CREATED 100",
      "CREATED 100", "CREATED 8" }, asked)
  end)

  it("is not known by fewer than fifty users", function()
    local options = { count = 49 }
    local client, asked = cluster(options)
    assert.equal(49, count(client))
    options.count = 50
    assert.equal(50, count(client))
    assert.equal(50, count(client))
    assert.same({ "CREATED 100", "CREATED 100", "CREATED 8" }, asked)
  end)

  it("costs short lists no request more", function()
    local options = { count = 60 }
    local client, asked = cluster(options)
    assert.equal(60, count(client))
    for users = 0, 9 do
      options.count = users
      assert.equal(users, count(client))
    end
    assert.equal(11, #asked)
    assert.equal("CREATED 10000", asked[2])
    assert.equal("CREATED 100", asked[10])
    assert.equal("CREATED 8", asked[11])
  end)

  it("is known for each order that filters ask for", function()
    local client, asked = cluster { count = 60 }
    local by_name = { sort_options = { field_name = "NAME", order = "ASC" } }
    for _, filter in ipairs { {}, by_name, {}, by_name } do
      assert.equal(60, count(client, filter))
    end
    assert.same({ "CREATED 100", "NAME 100", "CREATED 8", "NAME 8" }, asked)
  end)

  it("is compared by many users if few of them are shown", function()
    local options = { count = 60 }
    local client, asked = cluster(options)
    assert.equal(60, count(client))
    function options.hides(number)
      return number == 55
    end
    assert.equal(59, count(client))
    assert.same({ "CREATED 100", "CREATED 8", "CREATED 100" }, asked)
  end)

  it("shows users behind hidden ones by few users, too", function()
    local options = { count = 60 }
    local client, asked = cluster(options)
    assert.equal(60, count(client))
    options.count, options.limit = 400, 10
    function options.hides(number)
      return number > 60 and number <= 360
    end
    assert.equal(100, count(client))
    assert.equal("CREATED 8", asked[2])
  end)

  it("hides nobody, whatever was known", function()
    for users = 0, 200, 7 do
      for run = 0, 100, 25 do
        for _, size in ipairs { 5, 10, 1000 } do
          local function reply(offset, rows, is_reversed)
            local page = {}
            for place = offset + 1, min(offset + min(rows, 25),
              users + run + 9) do
              local number = is_reversed and users + run + 10 - place or place
              if number <= users or number > users + run then
                page[#page + 1] = { id = number }
              end
            end
            return page
          end
          local result = list_reader.read(reply, size, { [""] = true })
          for number = 1, result.ended and users + run + 9 or 0 do
            local is_shown = number <= users or number > users + run
            assert.equal(is_shown and 1 or nil, result.times[number])
          end
        end
      end
    end
  end)

  it("is requested again if the reply breaks off", function()
    local breaks = 2
    local asked = {}
    local result = list_reader.read(function(offset, size, is_reversed)
      local page = {}
      for place = offset + 1, min(offset + size, 60) do
        page[#page + 1] = { id = is_reversed and 61 - place or place }
      end
      asked[#asked + 1] = is_reversed and "reversed" or offset
      if is_reversed and breaks > 0 then
        breaks = breaks - 1
        return { page[1], page[2] }, true
      end
      return page
    end, 1000)
    assert.is_true(result.ended)
    assert.same({ 0, 60, 52, 112, "reversed", "reversed", "reversed" }, asked)
  end)
end)
