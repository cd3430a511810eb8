--- Records the outcomes of a plan's actions: in the plan, and in a file, if
-- there is one, that contains the plan and the outcomes.

local core = require "thoughtspot.core"
local format = require "thoughtspot.sync.format"

local Journal = {}
Journal.__index = Journal

local function timestamp()
  return os.date "!%Y-%m-%dT%H:%M:%SZ"
end

local function io_error(message)
  return core.error("argument", message, nil, "journal")
end

-- Writes a text, and flushes it to the disk if required. Returns true, or nil
-- and an error.
local function write(self, text, at_once)
  local written, message = self.file:write(text)
  if written and at_once then
    written, message = core.sync(self.file)
  end
  if not written then
    return nil, io_error(("%s: %s"):format(self.path, message))
  end
  return true
end

-- Appends a line if there is a file. Returns as write.
local function append(self, entry, at_once)
  if not self.file then
    return true
  end
  local line = self.lead .. format.encode(entry) .. "\n"
  self.lead = ""
  return write(self, line, at_once)
end

-- Reads the outcomes from the file, or writes the plan to it if it is empty.
-- Returns true, or nil and an error.
local function take_up(self, plan)
  local text = format.write(plan)
  local content, message = self.file:read "*a"
  if not content then
    return nil, io_error(("%s: %s"):format(self.path, message))
  elseif content == "" then
    return write(self, text, true)
  end
  local found
  found, message = format.read(content)
  if not found then
    return nil, format.error(self.path, message)
  elseif format.write(found) ~= text then
    return nil, format.error(self.path, "contains another plan")
  end
  -- Ends the incomplete line of a run that died, so that our lines are
  -- complete.
  self.lead = content:sub(-1) == "\n" and "" or "\n"
  self.file:seek "end"
  plan.outcomes = found.outcomes
  return true
end

--- Opens the journal of a plan; its file is locked until it is closed.
-- @param path of the file, created if missing; or false: no file
-- @param plan whose outcomes are replaced by those in the file
-- @return the journal; or nil and an error
function Journal.open(path, plan)
  local self = setmetatable({ path = path, plan = plan, lead = "" }, Journal)
  plan.outcomes = plan.outcomes or {}
  if not path then
    return self
  end
  local file, message = core.open_private(path)
  if not file then
    return nil, io_error(message)
  end
  self.file = file
  local taken, err = take_up(self, plan)
  if not taken then
    file:close()
    return nil, err
  end
  return self
end

--- Records the start of a run.
function Journal:begin()
  return append(self, { run = "began", at = timestamp() }, true)
end

--- Records the state of an action.
-- @param state "sent", "done", "already" or "failed"
-- @param err of a failed action
-- @return true, or nil and an error: then nothing may be sent
function Journal:note(action, state, err)
  local outcome = {
    n = action.n, at = timestamp(), state = state,
    kind = err and err.kind, applied = err and err.applied,
  }
  self.plan.outcomes[action.n] = outcome
  return append(self, outcome, state == "sent")
end

--- Ends a run.
-- @param report of it
function Journal:finish(report)
  return append(self, {
    run = "ended", at = timestamp(), done = #report.done,
    failed = #report.failures,
  }, true)
end

function Journal:close()
  if self.file then
    self.file:close()
  end
end

return Journal
