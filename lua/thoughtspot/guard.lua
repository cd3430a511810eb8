--- Keeps a client from doing away with the user it acts as.

local core = require "thoughtspot.core"

local guard = {}

local function is_inactive(status)
  return status ~= nil and status ~= "ACTIVE"
end

-- Endpoint = function(identifier or request, request): the users that the
-- call would delete, deactivate or log out, and the field that names them.
local destructive_targets = {
  delete_user = function(identifier)
    return { identifier }, "user_identifier"
  end,
  deactivate_user = function(request)
    return { request.user_identifier }, "user_identifier"
  end,
  force_logout_users = function(request)
    return request.user_identifiers, "user_identifiers"
  end,
  update_user = function(identifier, request)
    local inactive = request and is_inactive(request.account_status)
    return inactive and { identifier } or {}, "account_status"
  end,
  import_users = function(request)
    local inactive = {}
    for _, user in ipairs(request.users) do
      if is_inactive(user.account_status) then
        inactive[#inactive + 1] = user.user_identifier
      end
    end
    return inactive, "users"
  end,
}

local function names(identifier, me)
  identifier = identifier:lower()
  return identifier == me.id:lower() or identifier == me.name:lower()
    or me.renamed[identifier] == me.id
end

local function includes_me(identifiers, me)
  for _, identifier in ipairs(identifiers) do
    if names(identifier, me) then
      return true
    end
  end
  return false
end

local function is_listed(users, me)
  for _, user in ipairs(users) do
    if names(user.user_identifier, me) then
      return true
    end
  end
  return false
end

local function refuse(name, field, what)
  return nil, core.error("argument", what
    .. "; to do it all the same, make the client with protect_self = false",
    name, field)
end

--- Checks a call whose arguments are valid.
-- @param name the endpoint
-- @param who_am_i function: the own user { id, name, renamed }, or nil and an
--   error; it is called only when the answer matters
-- @param ... the endpoint's arguments
-- @return true, or nil and an error: nothing was sent then
function guard.check(name, who_am_i, ...)
  local users_of = destructive_targets[name]
  if not users_of then
    return true
  end
  local identifiers, field = users_of(...)
  local request, changes = ...
  local new_name = name == "update_user" and changes and changes.name
  local deletes_others = name == "import_users"
    and request.delete_unspecified_users == true and request.dry_run == false
  if #identifiers == 0 and not deletes_others and not new_name then
    return true
  end
  local me, err = who_am_i()
  if not me then
    return nil, err
  end
  if includes_me(identifiers, me) then
    return refuse(name, field, "\"" .. me.name
      .. "\" is the user that the client acts as")
  end
  if deletes_others and not is_listed(request.users, me) then
    return refuse(name, "users", "\"" .. me.name .. "\", the user that the "
      .. "client acts as, is not in the list and would be deleted")
  end
  -- Whoever renames itself goes by both names from now on: whether and when
  -- it has the new one, only the cluster knows.
  if new_name and names(request, me) then
    me.renamed[new_name:lower()] = me.id
  end
  return true
end

return guard
