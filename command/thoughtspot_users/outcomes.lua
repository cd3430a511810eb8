--- The outcome for each user, and the exit code that follows.

local errors = require "thoughtspot_users.errors"
local failure = require "thoughtspot_users.failure"

local Outcomes = {}
Outcomes.__index = Outcomes

--- Creates an empty list of outcomes.
-- @param context of the subcommand
-- @param action such as "delete"
-- @param past such as "deleted"
function Outcomes.new(context, action, past)
  return setmetatable({
    output = context.output, action = action, past = past, list = {},
  }, Outcomes)
end

--- Records the outcome for a user.
-- @param user table: name, id
-- @param state "done", "already", "failed" or "not in effect"
-- @param err of a failure, or nil
-- @param detail a text, or nil
function Outcomes:add(user, state, err, detail)
  self.list[#self.list + 1] = {
    user = user, state = state, err = err, detail = detail,
  }
end

--- Iterates over the outcomes that are done.
function Outcomes:done()
  local found = {}
  for _, outcome in ipairs(self.list) do
    if outcome.state == "done" then
      found[#found + 1] = outcome
    end
  end
  return ipairs(found)
end

local function line_of(outcomes, outcome)
  local name = outcome.user.name
  if outcome.state == "done" then
    return ("%s %s"):format(outcomes.past, name), outcome.detail
  end
  return ("%s: %s"):format(name, outcome.detail or outcome.state)
end

local function write_for_people(outcomes)
  local output = outcomes.output
  for _, outcome in ipairs(outcomes.list) do
    if outcome.state == "failed" or outcome.state == "not in effect" then
      output:complain(("%s: %s%s"):format(outcome.user.name,
        outcome.detail and outcome.detail .. ": " or "",
        tostring(outcome.err)))
    else
      local line, detail = line_of(outcomes, outcome)
      output:line(detail and line .. ", " .. detail or line)
    end
  end
end

local function columns_of(outcomes)
  local function column(name, value)
    return {
      name = name, value = value,
      text = function(outcome)
        local shown = value(outcome)
        return type(shown) == "table" and shown.message or shown
      end,
    }
  end
  return {
    column("action", function() return outcomes.action end),
    column("name", function(outcome) return outcome.user.name end),
    column("id", function(outcome) return outcome.user.id end),
    column("state", function(outcome) return outcome.state end),
    column("detail", function(outcome) return outcome.detail end),
    column("error", function(outcome)
      return outcome.err and errors.describe(outcome.err, "state")
    end),
  }
end

local function exit_code(list)
  local failed, out = 0, 0
  for _, outcome in ipairs(list) do
    if outcome.state == "failed" or outcome.state == "not in effect" then
      failed = failed + 1
      local err = outcome.err
      if type(err) == "table" and (err.login_failed
        or err.kind == "cancelled") then
        out = out + 1
      end
    end
  end
  if failed == 0 then
    return failure.DONE
  end
  return out == #list and failure.NOTHING_DONE or failure.SOME_FAILED
end

--- Writes all outcomes.
-- @return the exit code
function Outcomes:finish()
  local output = self.output
  if output.format.is_for_people then
    write_for_people(self)
  else
    local records = output:records(columns_of(self))
    for _, outcome in ipairs(self.list) do
      records:add(outcome)
    end
    records:close()
    -- A cell has no room for a whole error.
    if not output.format.has_objects then
      for _, outcome in ipairs(self.list) do
        if outcome.err then
          output:complain(outcome.user.name .. ": " .. tostring(outcome.err))
        end
      end
    end
  end
  return exit_code(self.list)
end

return Outcomes
