--- Synchronizes the users of a cluster with a directory.
--
--   local sync = require "thoughtspot.sync"
--   local plan, err, problems = sync.plan(client, people, {
--     scope = { group_identifiers = { "Staff" } }, leavers = "deactivate",
--   })
--   print(plan)
--   local report, err = sync.apply(client, plan)
--
-- sync.plan only reads; sync.apply does what the plan says and nothing else.
-- doc/sync.md is the guide.

local apply = require "thoughtspot.sync.apply"
local core = require "thoughtspot.core"
local format = require "thoughtspot.sync.format"
local make_plan = require "thoughtspot.sync.plan"
local plan_text = require "thoughtspot.sync.text"

---@type thoughtspot.sync
local sync = {}

local Plan = {}
Plan.__index = Plan

-- Plan = the passwords of new users, by the number of the action. They are not
-- in the plan, because plans are shown and stored.
local passwords = setmetatable({}, { __mode = "k" })

--- Returns the text of a plan.
-- @param options table, or nil: all, whether all actions are listed. Otherwise
--   the first fifty of each kind are, and the number of the others
function Plan:text(options)
  return plan_text(self, options or {})
end

Plan.__tostring = Plan.text

--- Writes a plan to a file that only its owner can read; sync.apply adds the
-- outcomes of the actions. Passwords are not written.
-- @param path of a new or an empty file, or of the file of this plan
-- @return true, or nil and an error
function Plan:write(path)
  if type(path) ~= "string" or path == "" then
    error("write: expected a path, got " .. (path == "" and "an empty string"
      or type(path)), 2)
  end
  local text = format.write(self)
  local file, message = core.open_private(path)
  if not file then
    return nil, core.error("argument", message, nil, "path")
  end
  local content = file:read "*a"
  local written = true
  if content == "" then
    written, message = file:write(text)
    if written then
      written, message = core.sync(file)
    end
  elseif not content or content:sub(1, #text) ~= text then
    written, message = nil, "contains something else; write to a new file"
  end
  file:close()
  if not written then
    return nil, core.error("argument", path .. ": " .. message, nil, "path")
  end
  self.path = path
  return true
end

local function expect_client(name, client)
  if type(client) ~= "table" or type(client.core) ~= "userdata" then
    error(("%s: expected a client, got %s"):format(name, type(client)), 3)
  end
end

local function expect_options(name, options)
  if options ~= nil and type(options) ~= "table" then
    error(("%s: expected a table of options, got %s"):format(name,
      type(options)), 3)
  end
end

--- Compares a directory with a cluster. Only reads.
-- @param client a client
-- @param people list of rows, or function that returns the next one, then nil
--   (if it returns nil and an error, or raises, there is no plan). A row has
--   the fields of ImportUser (thoughtspot.describe "ImportUser"), and id, a
--   GUID; for new users also trigger_activation_email and
--   trigger_welcome_email. user_identifier or id is required; for new users
--   also display_name and email. Absent fields change nothing; an empty list
--   means "none". Groups and orgs may be given as one text, "A;B"
-- @param options table, or nil; see doc/sync.md
-- @return the plan { host, org_id, acts_as, made, people, in_scope, scope,
--   actions, kept, left, withheld, limits, counts }; or nil and an error; if
--   the source has errors, also the list of all of them { index, field,
--   message }
function sync.plan(client, people, options)
  expect_client("sync.plan", client)
  expect_options("sync.plan", options)
  if type(people) ~= "table" and type(people) ~= "function" then
    error("sync.plan: expected a list of people or a function, got "
      .. type(people), 2)
  end
  local plan, secrets, problems = make_plan(client, people, options or {})
  if not plan then
    return nil, secrets, problems
  end
  setmetatable(plan, Plan)
  passwords[plan] = secrets
  return plan
end

--- Applies a plan, or resumes one that a run has not finished.
-- @param client a client of the host, org and user that the plan was made with
-- @param plan as sync.plan or sync.read returns it
-- @param options table, or nil; see doc/sync.md
-- @return the report { done, already, failures, withheld, not_in_effect };
--   each action is in one of the first four lists:
--     done        actions that were done now
--     already     actions of which nothing was left to do
--     failures    { n, action, err } of those that failed or were not sent
--     withheld    { limit, count, allowed, of, action } of those over a limit
--     not_in_effect   { user, field, wanted, is } of what has not come into
--                 effect, although it was done
--   Or nil and an error: nothing was sent. Or nil, an error and the report so
--   far
function sync.apply(client, plan, options)
  expect_client("sync.apply", client)
  expect_options("sync.apply", options)
  if getmetatable(plan) ~= Plan then
    error("sync.apply: expected a plan, got " .. type(plan), 2)
  end
  return apply(client, plan, options or {}, passwords[plan] or {})
end

--- Reads a plan from a file, with the outcomes of its actions.
-- @return the plan; or nil and an error
function sync.read(path)
  if type(path) ~= "string" then
    error("sync.read: expected a path, got " .. type(path), 2)
  end
  local file, message = io.open(path, "rb")
  local content
  if file then
    content, message = file:read "*a"
    file:close()
  end
  if not content then
    return nil, core.error("argument", message, nil, "path")
  end
  local plan, fault = format.read(content)
  if not plan then
    return nil, format.error(path, fault)
  end
  plan.path, plan.was_read = path, true
  return setmetatable(plan, Plan)
end

return sync
