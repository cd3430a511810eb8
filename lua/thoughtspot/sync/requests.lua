--- Creates the requests of an action.
--
-- They contain only differences, and never replace: groups and orgs that are
-- not named are kept.

local requests = {}

local function identifiers(units, kind)
  local list
  for index, entry in ipairs(units and units[kind] or {}) do
    local id = entry.id
    list = list or {}
    list[index] = type(id) == "number" and ("%d"):format(id) or id
      or entry.name
  end
  return list
end

local function update(action, fields, units, operation)
  local request = fields or {}
  request.group_identifiers = identifiers(units, "groups")
  request.org_identifiers = identifiers(units, "orgs")
  if units then
    request.operation = operation
  end
  return { endpoint = "update_user", action.id, request }
end

local function removal(action)
  return update(action, nil, action.remove, "REMOVE")
end

-- Returns whether an update revokes access, because of the status in a row.
local function locks_out(action)
  local status = action.action == "update" and action.change
    and action.change.account_status
  return status and status.to ~= "ACTIVE" or false
end

local function logout(action)
  return { endpoint = "force_logout_users",
    { user_identifiers = { action.id } } }
end

-- Phase of a run = function(action, context), which returns its requests in
-- that phase, in order; nil: none.
local makers = {
  create = {
    [1] = function(action, context)
      local request = { name = action.user, password = context.password }
      for name, value in pairs(action.set) do
        request[name] = value
      end
      request.group_identifiers = identifiers(action.add, "groups")
      request.org_identifiers = identifiers(action.add, "orgs")
      return { { endpoint = "create_user", request } }
    end,
  },
  update = {
    [2] = function(action)
      if not (action.change or action.add) then
        return nil
      end
      local fields = {}
      for name, change in pairs(action.change or {}) do
        fields[name] = change.to
      end
      return {
        update(action, fields, action.add, "ADD"),
        locks_out(action) and logout(action) or nil,
      }
    end,
    [3] = function(action)
      return action.remove and { removal(action) } or nil
    end,
  },
  strip = {
    [4] = function(action)
      return { removal(action) }
    end,
  },
  deactivate = {
    -- Locks out first, because later requests may fail.
    [4] = function(action, context)
      local list = {}
      if action.change then
        list[1] = { endpoint = "deactivate_user", gives_link = true,
          { user_identifier = action.id, base_url = context.host } }
      end
      list[#list + 1] = logout(action)
      list[#list + 1] = action.remove and removal(action) or nil
      return list
    end,
  },
  delete = {
    [5] = function(action)
      return { { endpoint = "delete_user", action.id } }
    end,
  },
}

--- The number of phases; each ends before the next begins.
requests.phases = 5

--- Returns the requests of an action in a phase.
-- @param context { host, password }
-- @return list of { endpoint, … }, with the arguments of the call; or nil
function requests.of(action, phase, context)
  local make = makers[action.action][phase]
  return make and make(action, context)
end

--- Returns whether an action is about a leaver.
function requests.is_leaving(action)
  return makers[action.action][4] ~= nil or makers[action.action][5] ~= nil
    or locks_out(action)
end

--- Returns whether an action logs a user out.
function requests.logs_out(action)
  return action.action == "deactivate" or locks_out(action)
end

return requests
