-- Runs alone, because it measures time.

local core = require "thoughtspot.core"
local open_files = require "spec.support.open_files"
local stage = require "spec.nginx.stage"
local thoughtspot = require "thoughtspot"

local SLOWER = tonumber(os.getenv "SLOWER" or 1)

local function median(list)
  table.sort(list)
  return list[math.ceil(#list / 2)]
end

-- Returns the lowest result of a function in several tries, because other
-- programs need the processor, too; one try within the limit is enough.
local function least(tries, bar, measure)
  local best = math.huge
  for _ = 1, tries do
    best = math.min(best, measure())
    if best <= bar then
      break
    end
  end
  return best
end

describe("in nginx", function()
  local nginx = stage.set()
  local act = nginx.act
  local it_with_many = open_files.suffice(256) and it or pending

  describe("the poller", function()
    it_with_many("makes 1,000 calls of 50 ms, 100 at a time, in a second",
      function()
        nginx.latency(0.05)
        local seconds = least(3, 1, function()
          local run = act "many?threads=100&calls=10"
          assert.equal(1000, run.found)
          return run.seconds
        end)
        assert.is_true(seconds <= 1, seconds)
        assert.is_true(seconds >= 0.5, seconds)
      end)

    it_with_many("serves 1,000 requests, 100 at a time, in a second",
      function()
        nginx.latency(0.05)
        local load, requests = nginx.load()
        local seconds = least(3, SLOWER, function()
          local began = core.now()
          local report = assert(load:batch("search_users", requests, {
            concurrency = 100,
          }))
          assert.equal(1000, report.succeeded)
          return core.now() - began
        end)
        load:close()
        -- This process sends them, and may be slowed down.
        assert.is_true(seconds <= SLOWER, seconds)
      end)

    it("adds less than 2 ms to the latency", function()
      nginx.latency(0.05)
      local client = assert(thoughtspot.new {
        host = nginx.upstream.url, username = "tsadmin", password = "secret",
      })
      local added = least(3, 1.9, function()
        local times = {}
        for index = 1, 5 do
          local began = core.now()
          assert(client:search_users { record_size = 1 })
          times[index] = (core.now() - began) * 1000
        end
        return act("latency?calls=5").median - median(times)
      end)
      client:close()
      assert.is_true(added < 2, added)
    end)
  end)

  describe("a large reply delays other events by 10 ms at most", function()
    it("as a list of 5,000", function()
      local stall = least(8, 10, function()
        local run = act "page?users=5000"
        assert.equal(5000, run.count)
        return run.stall
      end)
      assert.is_true(stall <= 10, stall)
    end)

    for _, size in ipairs { 1000, -1 } do
      it("iterated over, 20,000 by pages of " .. size, function()
        local stall = least(5, 10, function()
          local run = act("iterate?page_size=" .. size)
          assert.equal(20000, run.count)
          return run.stall
        end)
        assert.is_true(stall <= 10, stall)
      end)
    end

    it("in that of client:request", function()
      local stall = least(5, 10, function()
        local answer = act "request"
        assert.equal(3, answer.found)
        assert.equal(20000, answer.streamed)
        return answer.stall
      end)
      assert.is_true(stall <= 10, stall)
    end)
  end)
end)
