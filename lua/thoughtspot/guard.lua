--- Keeps a client from deleting, deactivating or logging out the user that it
-- acts as.
--
-- No endpoint is known by name: the roles of fields in the endpoint table say
-- which users a call affects.

local core = require "thoughtspot.core"
local fold = require "thoughtspot.fold"

local guard = {}

-- Returns a table: role = name of the field that has it; and 'lists', with
-- { name, roles } of each field that is a list of objects with roles. Returns
-- false if no field has a role.
local function roles_of(schema)
  local roles, any = { lists = {} }, false
  for _, field in ipairs(schema and schema.fields or {}) do
    local inner = field.list and field.schema and roles_of(field.schema)
    if field.role then
      roles[field.role] = field.name
    elseif inner then
      table.insert(roles.lists, { name = field.name, roles = inner })
    end
    any = any or field.role or inner
  end
  return any and roles
end

--- Finds out how an endpoint names the users that it deletes, deactivates or
-- logs out.
-- @param description of the endpoint, as core.describe gives it
-- @return a plan for guard.check; false: it names none
function guard.plan(description)
  local roles = roles_of(description.request)
  local path = description.path_parameter
  if path and path.role == "target" then
    roles = roles or { lists = {} }
    roles.path = path.name
  end
  return roles
end

-- An account that is not ACTIVE cannot sign in.
local function is_inactive(status)
  return status ~= nil and status ~= core.null and status ~= "ACTIVE"
end

-- Adds { identifier, field } for each user that a request, or an object in it,
-- deletes, deactivates or logs out.
local function add_targets(targets, roles, object, identifier, field)
  if not roles.status or is_inactive(object[roles.status]) then
    local named = identifier or object[roles.target]
    field = field or roles.status or roles.path or roles.target
    for _, each in ipairs(type(named) == "table" and named or { named }) do
      targets[#targets + 1] = { identifier = each, field = field }
    end
  end
  for _, list in ipairs(roles.lists) do
    for _, item in ipairs(object[list.name] or {}) do
      add_targets(targets, list.roles, item, nil, list.name)
    end
  end
end

-- Returns whether an identifier names a user { id, name, renamed }: true or
-- false; or nil: only the cluster can tell, because it may compare letters
-- beyond ASCII in its own way.
local function names(identifier, user)
  if fold.same_key(identifier, user.id) or fold.same_key(identifier, user.name)
    or user.renamed[fold.key(identifier)] == user.id then
    return true
  elseif (identifier .. user.name):find "[\128-\255]" then
    return nil
  end
  return false
end

-- As names, for an identifier that keeps a user from being deleted. In another
-- spelling, except for the case of ASCII letters, it may name somebody else,
-- or a user to be created.
local function spares(identifier, user)
  if identifier == user.name or identifier:lower() == user.id:lower() then
    return true
  elseif not (identifier .. user.name):find "[\128-\255]" then
    return names(identifier, user)
  elseif fold.likeness(identifier) == fold.likeness(user.name) then
    return nil
  end
  return false
end

-- Returns all users that the lists of a request name, targets or not.
local function listed(roles, request)
  local users = {}
  for _, list in ipairs(roles.lists) do
    for _, item in ipairs(request[list.name] or {}) do
      users[#users + 1] = { identifier = item[list.roles.target] }
    end
  end
  return users
end

local function refuse(name, field, what)
  return nil, core.error("argument", what
    .. "; to allow it, create the client with protect_self = false",
    name, field)
end

-- Returns the first target that is the client's own user, or nil; or nil and
-- an error.
-- @param is_me names, or spares
local function find_me(targets, me, ask, is_me)
  local unclear = {}
  for _, target in ipairs(targets) do
    local mine = is_me(target.identifier, me)
    if mine then
      return target
    elseif mine == nil then
      unclear[#unclear + 1] = target
    end
  end
  for _, target in ipairs(unclear) do
    local mine, err = ask.finds(target.identifier, me.id)
    if mine or err then
      return mine and target or nil, err
    end
  end
end

-- Returns whether a request deletes all users that it does not list.
local function takes_others(plan, request)
  return plan.others ~= nil and request[plan.others] == true
    and request[plan.dry_run] == false
end

-- Checks that the own user is none of the targets. Returns true, or nil and an
-- error, as the next function.
local function check_targets(name, targets, me, ask)
  local mine, err = find_me(targets, me, ask, names)
  if mine then
    return refuse(name, mine.field, "\"" .. me.name
      .. "\" is the user that the client acts as")
  end
  return err == nil or nil, err
end

-- Checks that the own user is in the list of those who are not deleted.
local function check_others(name, plan, request, me, ask)
  local spared, err = find_me(listed(plan, request), me, ask, spares)
  if not spared and not err then
    return refuse(name, plan.lists[1].name, "\"" .. me.name .. "\", the user "
      .. "that the client acts as, is not in the list and would be deleted")
  end
  return err == nil or nil, err
end

--- Checks a call with valid arguments.
-- @param name the endpoint
-- @param plan of the endpoint, as guard.plan returns it
-- @param ask table of two functions, called only if needed: who_am_i() returns
--   the own user { id, name, renamed }, or nil and an error; finds(identifier,
--   id) returns whether the cluster finds the user with that GUID by an
--   identifier, or nil and an error
-- @param ... the endpoint's arguments
-- @return true, or nil and an error: nothing was sent then
function guard.check(name, plan, ask, ...)
  local identifier, request = nil, (...)
  if plan.path then
    identifier, request = ...
  end
  request = request or {}
  local targets, others = {}, takes_others(plan, request)
  add_targets(targets, plan, request, identifier)
  local new_name = plan.new_name and request[plan.new_name]
  if #targets == 0 and not others and not new_name then
    return true
  end
  local me, err = ask.who_am_i()
  if not me then
    return nil, err
  end
  local allowed
  allowed, err = check_targets(name, targets, me, ask)
  if allowed and others then
    allowed, err = check_others(name, plan, request, me, ask)
  end
  if not allowed then
    return nil, err
  end
  -- If the client renames its own user, both names are protected from now on,
  -- because only the cluster knows whether and when the new one applies.
  if new_name and names(identifier, me) then
    me.renamed[fold.key(new_name)] = me.id
  end
  return true
end

return guard
