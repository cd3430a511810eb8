--- Makes calls through the module in an nginx whose workers are killed and
-- reloaded, and whose clients disconnect. All replies must be right, only
-- killed workers may cancel requests, and the next call must succeed.

local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"
local server = require "spec.nginx.server"
local command = require "spec.support.command"
local Model = require "spec.support.cluster_model"

local soak = {}

local CALLS = 300

local Soak = {}
Soak.__index = Soak

--- Starts a cluster, and an nginx with the module before it.
function soak.start()
  local upstream = server.start "spec/nginx/upstream.conf"
  local application = server.start("spec/nginx/application.conf", {
    WORKERS = 2, UPSTREAM = upstream.url,
  })
  return setmetatable({
    upstream = upstream, application = application,
    reloads = 0, kills = 0, aborts = 0, calls = 0, errors_seen = 0,
  }, Soak)
end

function Soak:stop()
  self.application:stop()
  self.upstream:stop()
end

local deeds = {
  function(self)
    self.reloads = self.reloads + 1
    self.application:signal "HUP"
  end,
  function(self, roll)
    local workers = self.application:workers()
    if #workers > 0 then
      self.kills = self.kills + 1
      command.run("kill -KILL " .. workers[roll(#workers)])
    end
  end,
  function(self)
    -- A client that disconnects: the reply to the call before never comes.
    self.aborts = self.aborts + 1
    local client = self.application:ask "/do/never"
    command.run("kill -KILL " .. client)
  end,
  function(self, roll)
    self.upstream:get("/set?latency=" .. roll(20) / 1000)
  end,
}

local function load(self, roll)
  local client = assert(thoughtspot.new {
    host = self.application.url, token = "mine", rate_limit = false,
    max_retries = 0, timeout = 20,
  })
  -- Once: no call can lose two tokens.
  self.upstream:get "/revoke"
  local requests, wrong = {}, nil
  for index = 1, CALLS do
    requests[index] = { record_size = 1 }
  end
  local kills = self.kills
  local report = assert(client:batch("search_users", requests, {
    concurrency = 1 + roll(30),
    on_progress = function()
      if roll(25) == 1 then
        deeds[roll(#deeds)](self, roll)
      end
    end,
  }))
  client:close()
  self.calls = self.calls + CALLS
  for index = 1, CALLS do
    local users = report.results[index]
    if users and not (#users == 1 and users[1].name == "user1") then
      wrong = "a call was answered wrongly"
    end
  end
  for _, failure in ipairs(report.failures) do
    local is_broken_off = failure.err.kind == "network"
      or failure.err.kind == "connect"
    if not (is_broken_off and self.kills > kills) then
      wrong = "a call failed: " .. tostring(failure.err)
    end
  end
  return wrong
end

-- A worker that was killed; and one that ended while a timer ran, whose
-- connection nginx numbers -2.
local excused = { "exited on signal 9", "open socket #-2 left" }

local function is_excused(line)
  for _, text in ipairs(excused) do
    if line:find(text, 1, true) then
      return true
    end
  end
end

-- Returns the first new error in the log that is not expected.
local function find_error(self)
  local errors = self.application:errors()
  local first = self.errors_seen + 1
  self.errors_seen = #errors
  for index = first, #errors do
    if not is_excused(errors[index]) then
      return errors[index]
    end
  end
end

--- Attacks the application, and judges its next call and its log.
-- @param seed number
-- @return nil, or what is wrong
function Soak:attack(seed)
  local wrong = load(self, Model.dice(seed))
  if wrong then
    return wrong
  end
  local began = core.now()
  local answer = self.application:get "/access"
  if answer ~= "found user1" then
    return "the next call: " .. answer
  elseif core.now() - began > 5 then
    return "the next call was held up"
  end
  return find_error(self)
end

return soak
