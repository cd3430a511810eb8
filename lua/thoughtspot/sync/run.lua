--- Makes the calls of a plan, phase by phase, and records their outcomes.
--
-- before_leaver, on_link and on_progress are the caller's functions and may
-- raise. Then nothing more is sent, but calls in flight are awaited and
-- recorded.

local batch = require "thoughtspot.bulk.batch"
local core = require "thoughtspot.core"
local stop_reason = require "thoughtspot.bulk.stop_reason"
local requests = require "thoughtspot.sync.requests"

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local Run = {}
Run.__index = Run

--- Prepares a run; sends nothing yet.
-- @param client that makes the calls
-- @param actions what is left to do, in order
-- @param settings { report, journal, passwords, host, total, options }
function Run.new(client, actions, settings)
  return setmetatable({
    client = client, actions = actions, report = settings.report,
    journal = settings.journal, passwords = settings.passwords,
    host = settings.host, options = settings.options,
    total = settings.total, finished = settings.total - #actions,
    -- Action number = number of its requests that have no reply yet; false
    -- once it has ended.
    pending = {},
    -- Action number = true, once before_leaver was called.
    asked = {},
    -- Why nothing more is sent, and the error that one of the caller's
    -- functions raised.
    stopped = nil, raised = nil,
  }, Run)
end

local function stop(self, reason, raised)
  self.stopped = self.stopped or reason
  self.raised = self.raised or raised
end

-- Calls one of the caller's functions. Returns true and what it returns, or
-- false.
local function call(self, name, ...)
  local called, value, err = pcall(self.options[name], ...)
  if not called then
    stop(self, name .. " raised an error", value
      or name .. ": raised an error without a message")
    return false
  end
  return true, value, err
end

-- Records an outcome in the journal. If that fails, nothing more is sent,
-- because it could not be recorded.
local function note(self, action, state, err)
  local noted, fault = self.journal:note(action, state, err)
  if not noted then
    stop(self, "the journal cannot be written", fault)
  end
  return noted, fault
end

local function advance(self)
  self.finished = self.finished + 1
  if self.options.on_progress then
    call(self, "on_progress", self.finished, self.total)
  end
end

local function succeed(self, action)
  self.pending[action.n] = false
  note(self, action, "done")
  self.report.done[#self.report.done + 1] = action
  advance(self)
end

local function consider(self, err)
  local reason = stop_reason(err, "run", #self.report.failures,
    self.options.stop_after)
  if reason then
    stop(self, reason)
  end
end

local function fail(self, action, err)
  self.pending[action.n] = false
  local failures = self.report.failures
  failures[#failures + 1] = { n = action.n, action = action, err = err }
  note(self, action, "failed", err)
  consider(self, err)
  advance(self)
end

-- Calls before_leaver for a user: true, or nil and an error.
local function may_leave(self, action)
  if not self.options.before_leaver or self.asked[action.n]
    or not requests.is_leaving(action) then
    return true
  end
  self.asked[action.n] = true
  local called, value, err = call(self, "before_leaver", {
    id = action.id, name = action.user, action = action.action,
  })
  if not called then
    return nil
  elseif value then
    return true
  end
  if type(err) ~= "table" or not err.kind then
    err = core.error("cancelled", "before_leaver refused: "
      .. tostring(err))
  end
  return nil, err
end

-- Prepares the next request of a task. Returns an exchange; or nil and an
-- error; or nil: the run was stopped.
local function prepare(self, task)
  local request = task.list[task.at]
  local exchange, err = self.client:prepare(request.endpoint,
    unpack(request))
  if not exchange then
    return nil, err
  end
  if self.client.endpoints[request.endpoint].effect == "once" then
    local noted, fault = note(self, task.action, "sent")
    if not noted then
      exchange:cancel()
      return nil, fault
    end
  end
  return exchange
end

local function start(self, task)
  if task.at == 1 then
    local may, err = may_leave(self, task.action)
    if not may then
      return nil, err
    end
  end
  return prepare(self, task)
end

-- Returns the exchange of the next request, and its task; nil: there is none.
-- @param waiting tasks whose next request can be sent
local function next_call(self, tasks, waiting)
  while not self.stopped do
    local task = table.remove(waiting)
    if not task then
      tasks.at = tasks.at + 1
      task = tasks[tasks.at]
    end
    if not task then
      return nil
    elseif self.pending[task.action.n] ~= false then
      local exchange, err = start(self, task)
      if exchange then
        return exchange, task
      elseif err then
        fail(self, task.action, err)
      end
    end
  end
end

local function finish(self, task, waiting, value, err)
  local action = task.action
  if value == nil then
    fail(self, action, err)
    return
  end
  local link = task.list[task.at].gives_link and type(value) == "table"
    and value.activation_link
  if type(link) == "string" and self.options.on_link then
    call(self, "on_link", { id = action.id, name = action.user,
      action = action.action }, link)
  end
  task.at = task.at + 1
  self.pending[action.n] = self.pending[action.n] - 1
  if task.list[task.at] then
    waiting[#waiting + 1] = task
  elseif self.pending[action.n] == 0 then
    succeed(self, action)
  end
end

local function run_phase(self, tasks)
  local waiting = {}
  tasks.at = 0
  batch.run_concurrently(self.client, self.options.concurrency, function()
    return next_call(self, tasks, waiting)
  end, function(task, value, err)
    finish(self, task, waiting, value, err)
  end)
end

-- Returns the tasks of each phase: { action, list of its requests, at = index
-- of the next one }. An action with requests in two phases ends after the
-- second.
local function make_tasks(self)
  local phases = {}
  for phase = 1, requests.phases do
    phases[phase] = {}
    for _, action in ipairs(self.actions) do
      local list = self.pending[action.n] ~= false
        and requests.of(action, phase, {
          host = self.host, password = self.passwords[action.n],
        })
      if list then
        table.insert(phases[phase], { action = action, list = list, at = 1 })
        self.pending[action.n] = (self.pending[action.n] or 0) + #list
      end
    end
  end
  return phases
end

-- Cancels the actions that were not sent, or have requests left.
local function cancel_rest(self)
  local failures = self.report.failures
  for _, action in ipairs(self.actions) do
    if self.pending[action.n] ~= false then
      self.pending[action.n] = false
      failures[#failures + 1] = {
        n = action.n, action = action,
        err = core.error("cancelled", "was not sent: "
          .. tostring(self.stopped)),
      }
    end
  end
end

--- Performs the actions.
-- @return nil, or the error that one of the caller's functions raised
function Run:perform()
  for _, action in ipairs(self.actions) do
    if action.needs_password and not self.passwords[action.n] then
      fail(self, action, core.error("argument", "a plan's file contains no "
        .. "passwords; make a new plan", "create_user", "password"))
    end
  end
  for _, tasks in ipairs(make_tasks(self)) do
    if not self.stopped then
      run_phase(self, tasks)
    end
  end
  cancel_rest(self)
  return self.raised
end

return Run
