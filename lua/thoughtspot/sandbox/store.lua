--- What a sandbox remembers: users, groups, orgs and tokens.

local json = require "thoughtspot.sandbox.json"

local Store = {}
Store.__index = Store

--- @param clock function: epoch seconds
function Store.new(clock)
  return setmetatable({
    clock = clock,
    last_id = 0,
    users = {},         -- by GUID
    users_by_name = {}, -- by name in lower case
    groups = {},        -- lists of { id, name }
    orgs = {},
    tokens = {},        -- token = { user_id, org_id, created, expires }
    sorted = {},        -- order = list of users, until a write
  }, Store)
end

--- Milliseconds since the epoch.
function Store:now()
  return math.floor(self.clock() * 1000)
end

--- A new GUID; a store makes the same ones in the same order each time.
function Store:guid()
  self.last_id = self.last_id + 1
  return ("00000000-0000-4000-8000-%012x"):format(self.last_id)
end

function Store:add_group(name)
  self.groups[#self.groups + 1] = { id = self:guid(), name = name }
end

--- @param id number, or nil: the next one
function Store:add_org(name, id)
  self.orgs[#self.orgs + 1] = { id = id or #self.orgs, name = name }
end

local function find(list, identifier)
  for _, entry in ipairs(list) do
    if tostring(entry.id) == identifier or entry.name == identifier then
      return entry
    end
  end
end

--- The group of a name or GUID, or nil.
function Store:group(identifier)
  return find(self.groups, identifier)
end

--- The org of a name or number, or nil.
function Store:org(identifier)
  if type(identifier) == "number" then
    identifier = ("%d"):format(identifier)
  end
  return find(self.orgs, identifier)
end

--- The user of a name or GUID, or nil.
function Store:user(identifier)
  return self.users[identifier]
    or self.users_by_name[tostring(identifier):lower()]
end

-- After a write: what was derived from the users is derived again.
local function touch(store, user)
  user.text = nil
  store.sorted = {}
end

--- Adds a user.
-- @param fields table: as in create_user, and password, privileges; groups
--   and orgs as sets { [entry] = true }
function Store:add_user(fields)
  local user = {
    id = self:guid(),
    account_type = "LOCAL_USER",
    account_status = "ACTIVE",
    visibility = "SHARABLE",
    notify_on_share = true,
    show_onboarding_experience = true,
    onboarding_experience_completed = false,
    privileges = {},
    groups = {},
    orgs = {},
    created = self:now(),
  }
  for name, value in pairs(fields) do
    user[name] = value
  end
  user.modified = user.created
  self.users[user.id] = user
  self.users_by_name[user.name:lower()] = user
  touch(self, user)
  return user
end

--- Sets fields of a user.
function Store:change_user(user, fields)
  if fields.name then
    self.users_by_name[user.name:lower()] = nil
    self.users_by_name[fields.name:lower()] = user
  end
  for name, value in pairs(fields) do
    user[name] = value
  end
  user.modified = self:now()
  touch(self, user)
end

--- Deletes a user, and with it what logged it in.
function Store:remove_user(user)
  self:log_out(user)
  self.users[user.id] = nil
  self.users_by_name[user.name:lower()] = nil
  touch(self, user)
end

--- @param lifetime seconds
function Store:add_token(user, org_id, lifetime)
  local now = self:now()
  local token = "sandbox-token-" .. self:guid()
  self.tokens[token] = {
    user_id = user.id, org_id = org_id, created = now,
    expires = now + lifetime * 1000,
  }
  return token, self.tokens[token]
end

--- What a token stands for, or nil once it has expired.
function Store:token(token)
  local session = self.tokens[token]
  if session and session.expires > self:now() then
    return session
  end
end

--- Ends the sessions of a user, or of all users.
function Store:log_out(user)
  for token, session in pairs(self.tokens) do
    if not user or session.user_id == user.id then
      self.tokens[token] = nil
    end
  end
end

local sort_keys = {
  NAME = function(user) return user.name:lower() end,
  DISPLAY_NAME = function(user) return user.display_name:lower() end,
  AUTHOR = function(user) return user.author_id or "" end,
  CREATED = function(user) return user.created end,
  MODIFIED = function(user) return user.modified end,
}

--- All users in an order, which is kept until the next write.
-- @param field a field_name of sort_options, or nil: NAME; the real server's
--   order without sort_options is not documented
-- @param descending boolean
function Store:in_order(field, descending)
  local key = sort_keys[field or "NAME"]
  if not key then
    return nil
  end
  local name = (field or "NAME") .. (descending and "-" or "+")
  local list = self.sorted[name]
  if not list then
    list = {}
    for _, user in pairs(self.users) do
      list[#list + 1] = user
    end
    table.sort(list, function(a, b)
      local first, second = key(a), key(b)
      if first == second then
        return a.id < b.id
      elseif descending then
        return second < first
      end
      return first < second
    end)
    self.sorted[name] = list
  end
  return list
end

local function entries_of(list, set)
  local entries = json.list()
  for _, entry in ipairs(list) do
    if set[entry] then
      entries[#entries + 1] = { id = entry.id, name = entry.name }
    end
  end
  return entries
end

-- Fields that a reply holds as they are; null, where they are not set.
local plain_fields = {
  "id", "name", "display_name", "visibility", "author_id", "account_type",
  "account_status", "email", "notify_on_share", "show_onboarding_experience",
  "onboarding_experience_completed", "preferred_locale",
  "use_browser_language", "modifier_id", "first_login_time_in_millis",
  "expiration_time_in_millis",
}
local constants = {
  can_change_password = true, complete_detail = true, deleted = false,
  deprecated = false, external = false, hidden = false, super_user = false,
  system_user = false, is_first_login = false, welcome_email_sent = false,
  parent_type = "GROUP", group_mask = json.null, tenant_id = json.null,
  owner_id = json.null, user_parameters = json.null,
  access_control_properties = json.null, variable_values = json.null,
}

--- A user as replies show it: everything but the password.
function Store:view(user)
  local view = {}
  for name, value in pairs(constants) do
    view[name] = value
  end
  for _, name in ipairs(plain_fields) do
    local value = user[name]
    view[name] = value == nil and json.null or value
  end
  view.creation_time_in_millis = user.created
  view.modification_time_in_millis = user.modified
  view.user_groups = entries_of(self.groups, user.groups)
  view.user_inherited_groups = json.list()
  view.orgs = entries_of(self.orgs, user.orgs)
  view.current_org = view.orgs[1] or json.null
  view.privileges = json.list(user.privileges)
  view.tags = json.list()
  view.favorite_metadata = json.list()
  view.home_liveboard = user.home_liveboard_identifier
    and { id = user.home_liveboard_identifier, name = json.null } or json.null
  view.incomplete_details = {}
  view.org_privileges = {}
  view.extended_properties = user.extended_properties or {}
  view.extended_preferences = user.extended_preferences or {}
  return view
end

--- The same as JSON, which is kept until the user changes.
function Store:text(user)
  if not user.text then
    user.text = json.encode(self:view(user))
  end
  return user.text
end

return Store
