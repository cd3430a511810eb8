--- The application of the specs in nginx, and the cluster that it calls.
--
--   local nginx = require("spec.nginx.stage").set()
--   … nginx.act "shared", nginx.upstream:get "/counts", nginx.application …

local assert = require "luassert"
local busted = require "busted"
local cjson = require("cjson").new()
local server = require "spec.nginx.server"
local thoughtspot = require "thoughtspot"

local stage = {}

--- Runs both during the specs of this describe(), which fail if the
-- application logs an error.
-- @return table: upstream and application, the two servers; act(path), which
--   runs an act of the application, and returns its reply; latency(seconds),
--   which sets the cluster's latency; load(), which returns a client of the
--   application, and the requests of 1,000 searches
function stage.set()
  local nginx = {}

  function nginx.act(path)
    return cjson.decode(nginx.application:get("/do/" .. path))[1]
  end

  function nginx.latency(seconds)
    nginx.upstream:get("/set?latency=" .. seconds)
  end

  function nginx.load()
    local client = assert(thoughtspot.new {
      host = nginx.application.url, token = "mine", rate_limit = false,
      max_retries = 0,
    })
    local requests = {}
    for index = 1, 1000 do
      requests[index] = { record_size = 1 }
    end
    return client, requests
  end

  busted.setup(function()
    nginx.upstream = server.start "spec/nginx/upstream.conf"
    nginx.application = server.start("spec/nginx/application.conf", {
      WORKERS = 1, UPSTREAM = nginx.upstream.url,
    })
  end)

  busted.teardown(function()
    nginx.application:stop()
    nginx.upstream:stop()
  end)

  busted.before_each(function()
    nginx.latency(0)
    nginx.upstream:get "/reset"
  end)

  busted.after_each(function()
    assert.same({}, nginx.application:errors())
  end)

  return nginx
end

return stage
