-- Calls inside nginx, in each of its phases, and clean-up after calls that end
-- early.
--
-- Takes long.

local cjson = require("cjson").new()
local server = require "spec.nginx.server"
local SLOWER = tonumber(os.getenv "SLOWER" or 1)
local open_files = require "spec.support.open_files"
local stage = require "spec.nginx.stage"

describe("in nginx", function()
  local nginx = stage.set()
  local act, latency = nginx.act, nginx.latency
  local it_with_many = open_files.suffice(256) and it or pending

  describe("a call", function()
    for _, phase in ipairs { "rewrite", "access" } do
      it("waits in the phase " .. phase, function()
        assert.equal("found user1", nginx.application:get("/" .. phase))
      end)
    end

    it("waits in the phase content", function()
      assert.equal(1, act("shared").found)
    end)

    it("waits in a timer", function()
      assert.equal("found user1", act "timer")
    end)

    for _, phase in ipairs { "init", "init_worker" } do
      it("blocks in the phase " .. phase, function()
        assert.equal("found user1", act("result?of=" .. phase))
      end)
    end

    for _, phase in ipairs { "header_filter", "body_filter" } do
      it("is refused in the phase " .. phase, function()
        local answer = nginx.application:get("/" .. phase)
        assert.matches("^argument: .*phase " .. phase, answer)
        assert.matches("ngx.timer.at", answer, 1, true)
      end)
    end

    it("is refused in the phase log, and sends nothing", function()
      nginx.application:get "/log"
      assert.matches("ngx.timer.at", act "result?of=log", 1, true)
      assert.is_nil(cjson.decode(nginx.upstream:get "/counts")["users/search"])
    end)
  end)

  describe("the next call waits at most two seconds for a call", function()
    for _, at in ipairs { "asking", "store", "provider", "login", "backoff",
      "permit", "event" } do
      it("that is killed: " .. at, function()
        local next_call = act("stuck?at=" .. at)
        assert.is_true(next_call.found, next_call.err)
        assert.is_true(next_call.seconds < 2 * SLOWER, next_call.seconds)
        assert.is_false(next_call.locked)
      end)
    end
  end)

  it("never sleeps for less than a millisecond", function()
    act "many?threads=20&calls=5"
    local file = io.open(nginx.application.folder .. "/error.log")
    local log = file:read "*a"
    file:close()
    assert.is_nil(log:find("ngx.sleep(0)", 1, true))
  end)

  -- And one for each poller.
  it("creates a semaphore for each thread that waits, not for each call",
    function()
      local outcome = act "semaphores?threads=20&calls=20"
      assert.equal(400, outcome.found)
      assert.is_true(outcome.created <= 25, outcome.created)
    end)

  describe("leaves nothing behind", function()
    it("when light threads are killed", function()
      assert.equal(1, act "kill?threads=10")
      nginx.upstream:get "/wait?name=aborted&count=10"
    end)

    it("when the garbage collector finds a stream", function()
      local sockets = act "collect"
      assert.is_true(sockets.during > sockets.before)
      assert.is_true(sockets.after <= sockets.before)
    end)

    it("when clients go away", function()
      local pids = {}
      for index = 1, 3 do
        pids[index] = nginx.application:ask "/do/never"
      end
      nginx.upstream:get "/wait?name=users/search&count=3"
      os.execute("kill " .. table.concat(pids, " "))
      nginx.upstream:get "/wait?name=aborted&count=3"
      assert.equal("found user1", nginx.application:get "/access")
    end)

    it("when a worker exits at once", function()
      local other = server.start("spec/nginx/application.conf", {
        WORKERS = 1, UPSTREAM = nginx.upstream.url,
      })
      assert.equal("found user1", other:get "/access")
      nginx.upstream:get "/reset"
      other:ask "/do/never"
      nginx.upstream:get "/wait?name=users/search&count=1"
      other:signal "TERM"
      nginx.upstream:get "/wait?name=aborted&count=1"
      other:wait()
      assert.same({}, other:errors())
      other:remove()
    end)

    it_with_many("when it reloads under load, and loses nothing", function()
      latency(0.02)
      local load, requests = nginx.load()
      local old = nginx.application:workers()
      local report = assert(load:batch("search_users", requests, {
        concurrency = 50,
        on_progress = function(done)
          if done == 200 or done == 500 then
            nginx.application:signal "HUP"
          end
        end,
      }))
      load:close()
      assert.same({}, report.failures)
      for _, pid in ipairs(old) do
        nginx.application.wait_for_end(pid)
      end
    end)
  end)
end)
