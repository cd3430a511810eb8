-- Calls wait although nginx has no timer for the poller.

local SLOWER = tonumber(os.getenv "SLOWER" or 1)
local server = require "spec.nginx.server"

describe("in nginx, calls of two clients wait without a poller", function()
  local upstream

  setup(function()
    upstream = server.start "spec/nginx/upstream.conf"
  end)

  teardown(function()
    upstream:stop()
  end)

  -- Kind of limit = the seconds after which the other program's timer runs.
  for kind, delay in pairs { pending = 3600, running = 0 } do
    it("as no more timers may be " .. kind, function()
      local application = server.start("spec/nginx/few_timers.conf", {
        UPSTREAM = upstream.url, KIND = kind .. "", DELAY = delay,
      })
      local found, seconds = application:get "/":match "^(%d+) (%S+)$"
      assert.equal("30", found)
      assert.is_true(tonumber(seconds) < 2 * SLOWER, seconds)
      application:stop()
    end)
  end
end)
