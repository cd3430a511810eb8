--- Reads lists that change meanwhile, from clusters that handle pages in
-- arbitrary ways. Unless it raises, reading must not miss users who stay, nor
-- return a user twice.

local thoughtspot = require "thoughtspot"
local fake = require "spec.support.fake"
local list_reader = require "spec.support.list_reader"
local Model = require "spec.support.cluster_model"

local pages = {}

-- Ways to handle a page.
local habits = {
  function() return {} end,
  function(roll) return { cap = 3 + roll(20) } end,
  function(roll) return { default = 4 + roll(20) } end,
  function(roll) return { hidden = 1 + roll(9) } end,
  function(roll) return { gaps = roll(30) } end,
  function(roll) return { cap = 9 + roll(20), hidden = 2 + roll(7) } end,
  function(roll) return { many = roll(30) } end,
  function() return { fewer = "one" } end,
  function() return { fewer = "half" } end,
  function(roll) return { many = roll(30), hidden = 1 + roll(9) } end,
  function() return { deaf = true } end,
  function(roll) return { deaf = true, cap = roll(12) } end,
  function(roll) return { deaf = true, few = true, cap = 3 + roll(9) } end,
  function() return { few = true } end,
  function(roll) return { few = true, cap = 3 + roll(20) } end,
}

local function traits_of(roll)
  local traits = habits[roll(#habits)](roll)
  if roll(4) == 1 then
    -- Nothing else changes where rows are passed over.
    traits.bad = roll(4)
    return traits
  end
  if traits.few then
    -- Replies that are cut anywhere look like the end if users go and as many
    -- come; and small ones get nowhere if users come.
    if roll(2) == 1 then
      traits.inserts = traits.cap and 0 or roll(4) - 1
    else
      traits.deletes = traits.cap and 0 or roll(4) - 1
    end
    return traits
  end
  traits.inserts = roll(4) - 1
  traits.deletes = roll(4) - 1
  if roll(3) == 1 then
    traits.moves = 1
  elseif roll(2) == 1 then
    traits.ties = 2
  end
  return traits
end

local function connect(model, sent)
  return assert(thoughtspot.new {
    host = "https://cluster.test", token = "given", rate_limit = false,
    transport = function(request)
      local offset = tonumber(request.body:match '"record_offset":(%d+)')
      local size = tonumber(request.body:match '"record_size":(-?%d+)')
      local page = model:reply(offset, size,
        request.body:find '"order":"DESC"' ~= nil)
      if not page then
        return { status = 404, body = fake.failure(10002, "group is gone") }
      end
      sent.more = sent.more or size > 0 and #page > size
      local users = {}
      for index, row in ipairs(page) do
        users[index] = { id = row.id, name = row.id }
      end
      return { status = 200, body = fake.list(users) }
    end,
  })
end

local SIZES = { 1, 2, 3, 5, 8, 10, 12, 30, 100, -1 }

local function size_of(roll, traits)
  local size = SIZES[roll(#SIZES)]
  -- Replies of one or two users cannot begin with two who are known, as is
  -- necessary if users change places.
  return traits.fewer and (traits.moves or traits.ties) and size > 0
    and size < 5 and 5 or size
end

-- Forgives that rows were skipped that were reported, unless the cluster has
-- shown that it sends more rows than are requested: then it is not known which
-- of them it cannot return.
local function forgive(model, skipped, sent)
  for index, row in ipairs(model.all) do
    row.bad = row.bad or skipped[index - 1] and not sent.more
  end
end

-- Returns nil, or what is wrong with what was read.
local function judge(model, times, ended)
  local lost, doubles = model:judge(times)
  if doubles > 0 then
    return doubles .. " users came twice"
  elseif ended and lost > 0 then
    return lost .. " users were lost"
  end
end

-- Reads a list with a client.
local function attack_client(seed)
  local roll = Model.dice(seed)
  local count, traits = roll(60) - 1, traits_of(roll)
  local model = Model.new(roll, count, traits)
  local times, skipped, sent = {}, {}, {}
  local ended, err = pcall(function()
    for user in connect(model, sent):each_user({}, {
      page_size = size_of(roll, traits), prefetch = roll(3) - 1,
      on_skipped = function(row)
        skipped[row.offset] = traits.bad ~= nil
      end,
    }) do
      times[user.id] = (times[user.id] or 0) + 1
      assert(model.requests < 2000, "too many requests")
    end
  end)
  if not ended and type(err) ~= "table" then
    return err
  end
  if not traits.inserts then
    forgive(model, skipped, sent)
  end
  return judge(model, times, ended)
end

-- Reads a list without a client, which is faster.
local function attack_ranges(seed)
  local roll = Model.dice(seed)
  local count, traits = roll(60) - 1, traits_of(roll)
  local model, sent = Model.new(roll, count, traits), {}
  local result = list_reader.read(function(offset, size, is_reversed)
    local rows, broken = model:reply(offset, size, is_reversed)
    sent.more = sent.more or rows and size > 0 and #rows > size
    return rows, broken
  end, size_of(roll, traits))
  if not traits.inserts then
    forgive(model, result.skipped, sent)
  end
  return judge(model, result.times, result.ended)
end

-- Lists that are read without a client, for each one that is read with it.
local MORE = 9

--- Reads lists, and judges what was read.
-- @param seed number
-- @return nil, or what is wrong; and the number of lists
function pages.attack(seed)
  local wrong = attack_client(seed)
  for more = 1, MORE do
    local other = attack_ranges(seed * MORE + more)
    wrong = wrong or other and ("list %d: %s"):format(more, other)
  end
  return wrong, 1 + MORE
end

return pages
