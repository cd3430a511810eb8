local core = require "thoughtspot.core"
local SLOWER = tonumber(os.getenv "SLOWER" or 1)
local thoughtspot = require "thoughtspot"
local server = require "spec.nginx.server"

local found, cqueues = pcall(require, "cqueues")

-- Any scheduler will do that can sleep; this one is an example.
describe("in cqueues, a client", function()
  local function skip(name)
    it(name, function()
      pending "this Lua has no cqueues"
    end)
  end
  local it = found and it or skip

  local upstream, client

  setup(function()
    upstream = server.start "spec/nginx/upstream.conf"
  end)

  teardown(function()
    upstream:stop()
  end)

  before_each(function()
    client = assert(thoughtspot.new {
      host = upstream.url, username = "tsadmin", password = "secret",
      rate_limit = false, sleep = cqueues.sleep,
    })
  end)

  after_each(function()
    client:close()
  end)

  it("waits while other coroutines run", function()
    upstream:get "/set?latency=0.1"
    local loop, done, beats = cqueues.new(), 0, 0
    for _ = 1, 20 do
      loop:wrap(function()
        assert.equal(1, #assert(client:search_users { record_size = 1 }))
        done = done + 1
      end)
    end
    loop:wrap(function()
      while done < 20 do
        beats = beats + 1
        cqueues.sleep(0.001)
      end
    end)
    local began = core.now()
    assert(loop:loop())
    local seconds = core.now() - began
    -- The mint and a call, one after the other; not twenty of them.
    assert.is_true(seconds >= 0.2 and seconds < SLOWER, seconds)
    assert.is_true(beats > 20, beats)
  end)

  it("lets other coroutines run while it reads a long list", function()
    upstream:get "/set?latency=0"
    local loop, count, beats = cqueues.new(), nil, 0
    loop:wrap(function()
      count = #assert(client:search_users { record_size = 5000 })
    end)
    loop:wrap(function()
      while not count do
        beats = beats + 1
        cqueues.sleep(0)
      end
    end)
    assert(loop:loop())
    assert.equal(5000, count)
    assert.is_true(beats > 10, beats)
  end)
end)
