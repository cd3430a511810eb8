--- Reads the users again, before and after a plan is applied: finds what is
-- left of an action, and what has not come into effect.

local cluster = require "thoughtspot.sync.cluster"
local compare = require "thoughtspot.sync.compare"
local core = require "thoughtspot.core"
local fold = require "thoughtspot.fold"
local protect = require "thoughtspot.sync.protect"
local requests = require "thoughtspot.sync.requests"

local recheck = {}

local function conflict(action, message)
  return core.error("conflict", ("%s: %s since the plan was made"):format(
    action.user, message))
end

-- Returns the fields of users that actions concern.
local function fields_of(actions)
  local mentioned = {}
  for _, action in ipairs(actions) do
    for _, fields in ipairs { action.set or {}, action.change or {} } do
      for name in pairs(fields) do
        mentioned[name] = true
      end
    end
  end
  return compare.merge(compare.fields(mentioned), protect.fields,
    { "modification_time_in_millis", "user_groups", "orgs" })
end

--- Reads the users that actions concern, in one pass over all users.
-- @return { by_id, by_key }, by GUID and, for new users, by the key of their
--   name; or nil and an error
function recheck.read(client, actions)
  local ids, keys = {}, {}
  for _, action in ipairs(actions) do
    if action.id then
      ids[action.id] = true
    else
      keys[fold.key(action.user)] = true
    end
  end
  local found = { by_id = {}, by_key = {} }
  local read, err = cluster.each_user(client, {}, fields_of(actions),
    function(user)
      if ids[user.id] then
        found.by_id[user.id] = user
      end
      local key = fold.key(user.name)
      if keys[key] then
        found.by_key[key] = user
      end
    end)
  if not read then
    return nil, err
  end
  return found
end

local function is_in(entries, wanted)
  for _, entry in ipairs(type(entries) == "table" and entries or {}) do
    if wanted.id == nil and entry.name == wanted.name
      or wanted.id ~= nil and entry.id == wanted.id then
      return true
    end
  end
  return false
end

local shown = { groups = "user_groups", orgs = "orgs" }

-- Returns those of some groups and orgs that a user has ('present' is true) or
-- lacks (false): { groups, orgs }, or nil.
local function remaining(units, user, present)
  local rest
  for kind, field in pairs(shown) do
    for _, entry in ipairs(units and units[kind] or {}) do
      if is_in(user[field], entry) == present then
        rest = rest or {}
        rest[kind] = rest[kind] or {}
        table.insert(rest[kind], entry)
      end
    end
  end
  return rest
end

-- --- What is left to do ----------------------------------------------------

-- Each of these functions returns the rest of an action; nil: nothing is left;
-- or nil and an error.

local function creation(action, found, was_sent)
  local user = found.by_key[fold.key(action.user)]
  if not user then
    return action
  end
  if not was_sent then
    for name, wanted in pairs(action.set) do
      if not compare.is_same(user, name, wanted) then
        return nil, conflict(action, "a user of that name was created")
      end
    end
    if remaining(action.add, user, false) then
      return nil, conflict(action, "a user of that name was created without "
        .. "its groups or orgs")
    end
  end
  return nil
end

local function is_still(user, name, from)
  return compare.value(user, name) == from
    or from ~= nil and compare.is_same(user, name, from)
end

local function changes(action, user)
  local rest
  for name, change in pairs(action.change or {}) do
    if not compare.is_same(user, name, change.to) then
      if not is_still(user, name, change.from) then
        return nil, conflict(action, name .. " has changed")
      end
      rest = rest or {}
      rest[name] = change
    end
  end
  return rest
end

local function with(action, change, add, remove)
  return {
    n = action.n, action = action.action, user = action.user, id = action.id,
    change = change, add = add, remove = remove,
  }
end

local function update(action, user)
  local change, err = changes(action, user)
  if err then
    return nil, err
  end
  local add = remaining(action.add, user, false)
  local remove = remaining(action.remove, user, true)
  if not (change or add or remove) then
    return nil
  end
  return with(action, change, add, remove)
end

local function delete(action, user)
  if not compare.is_inactive(user) then
    return nil, conflict(action, "the account was activated")
  elseif user.modification_time_in_millis ~= action.modified then
    return nil, conflict(action, "the user was changed")
  end
  return action
end

local deciders = { update = update, strip = update, deactivate = update,
  delete = delete }

local function is_renamed(action, user)
  local to = action.change and action.change.name
  return not fold.same_key(user.name, action.user)
    and not (to and fold.same_key(user.name, to.to))
end

--- Returns what is left of an action.
-- @param found as recheck.read returns it
-- @param rules as protect.new returns them: who never leaves
-- @param was_sent whether an earlier run may have done it
-- @return the action, or the rest of it; nil: nothing is left; or nil and an
--   error of kind "conflict"
function recheck.action(action, found, rules, was_sent)
  if action.action == "create" then
    return creation(action, found, was_sent)
  end
  local user = found.by_id[action.id]
  if not user then
    if action.action == "delete" then
      return nil
    end
    return nil, conflict(action, "the user was deleted")
  elseif is_renamed(action, user) then
    return nil, conflict(action, ("the user was renamed to %q"):format(
      user.name))
  end
  if requests.is_leaving(action) then
    local reason = protect.reason(rules, user)
    if reason then
      return nil, core.error("conflict", ("%s never leaves: %s"):format(
        action.user, reason))
    end
  end
  return deciders[action.action](action, user)
end

-- --- What has not come into effect -----------------------------------------

local function add_names(list, action, field, units, wanted)
  for _, kind in ipairs { "groups", "orgs" } do
    for _, entry in ipairs(units and units[kind] or {}) do
      list[#list + 1] = {
        user = action.user, field = kind,
        wanted = (wanted and "+ " or "- ") .. tostring(entry.name),
        is = field[kind],
      }
    end
  end
end

local function names_of(user)
  local texts = {}
  for kind, field in pairs(shown) do
    local names = {}
    for _, entry in ipairs(type(user[field]) == "table" and user[field] or {})
    do
      names[#names + 1] = tostring(entry.name)
    end
    table.sort(names)
    texts[kind] = table.concat(names, ", ")
  end
  return texts
end

local function check_fields(list, action, user, fields)
  local names = {}
  for name in pairs(fields) do
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do
    if not compare.is_same(user, name, fields[name]) then
      list[#list + 1] = {
        user = action.user, field = name, wanted = fields[name],
        is = compare.value(user, name),
      }
    end
  end
end

--- Adds to a list the parts of an action that are not in effect, as far as the
-- cluster shows.
-- @param found as recheck.read returns it
-- @param list of { user, field, wanted, is }
function recheck.effect(action, found, list)
  local user = action.id and found.by_id[action.id]
    or not action.id and found.by_key[fold.key(action.user)] or nil
  if action.action == "delete" or not user then
    if (user == nil) ~= (action.action == "delete") then
      list[#list + 1] = {
        user = action.user, field = "user",
        wanted = action.action == "delete" and "deleted" or "there",
        is = user and "there" or "not there",
      }
    end
    return
  end
  local fields = {}
  for name, change in pairs(action.change or {}) do
    fields[name] = change.to
  end
  for name, value in pairs(action.set or {}) do
    fields[name] = value
  end
  check_fields(list, action, user, fields)
  local names = names_of(user)
  add_names(list, action, names, remaining(action.add, user, false), true)
  add_names(list, action, names, remaining(action.remove, user, true), false)
end

return recheck
