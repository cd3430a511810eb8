--- The state of a sandbox: users, groups, orgs and tokens.

local json = require "thoughtspot.sandbox.json"

local Store = {}
Store.__index = Store

--- Creates an empty store.
-- @param clock function: epoch seconds
function Store.new(clock)
  return setmetatable({
    clock = clock,
    last_id = 0,
    users = {},         -- by GUID
    users_by_name = {}, -- by name in lower case
    groups = {},        -- list of { id, name, org_id }
    orgs = {},          -- list of { id, name }
    tokens = {},        -- token = { user_id, org_id, created, expires }
    sorted = {},        -- order = list of users, until a write
  }, Store)
end

--- Returns milliseconds since the epoch.
function Store:now()
  return math.floor(self.clock() * 1000)
end

--- Returns a new GUID; the nth one of every store is the same.
function Store:guid()
  self.last_id = self.last_id + 1
  return ("00000000-0000-4000-8000-%012x"):format(self.last_id)
end

--- Adds a group, whose name is unique in its org.
-- @param holds_all whether all users of the org are always members
function Store:add_group(name, org_id, holds_all)
  self.groups[#self.groups + 1] = {
    id = self:guid(), name = name, org_id = org_id, holds_all = holds_all,
  }
end

--- Adds an org; the numbers start at 0.
function Store:add_org(name)
  self.orgs[#self.orgs + 1] = { id = #self.orgs, name = name }
end

local function is_named(entry, identifier)
  return entry.name == identifier or tostring(entry.id) == identifier
end

--- Returns the group with a name or GUID in an org, or nil.
function Store:group(identifier, org_id)
  for _, group in ipairs(self.groups) do
    if group.org_id == org_id and is_named(group, identifier) then
      return group
    end
  end
end

--- Returns the org with a name or number, which is given as text; or nil.
function Store:org(identifier)
  for _, org in ipairs(self.orgs) do
    if is_named(org, identifier) then
      return org
    end
  end
end

--- Returns the set of groups or orgs that have one of several names or ids.
-- @param kind "groups" or "orgs"
function Store:matching(kind, identifiers)
  local set = {}
  for _, entry in ipairs(self[kind]) do
    for _, identifier in ipairs(identifiers) do
      set[entry] = set[entry] or is_named(entry, identifier) or nil
    end
  end
  return set
end

--- Returns the user with a name or GUID, or nil.
function Store:user(identifier)
  return self.users[identifier] or self.users_by_name[identifier:lower()]
end

-- Adds a user to the groups that have all users of its orgs.
local function add_to_all(store, user)
  for _, group in ipairs(store.groups) do
    if group.holds_all then
      user.groups[group] = user.orgs[store:org(tostring(group.org_id))]
    end
  end
end

-- Drops what was derived from the users, after a write.
local function touch(store, user)
  add_to_all(store, user)
  user.text = nil
  store.sorted = {}
end

--- Adds a user.
-- @param fields table: as in create_user, and password, privileges, roles;
--   groups and orgs as sets { [entry] = true }, favorites as
--   { [identifier] = type }
function Store:add_user(fields)
  local user = {
    id = self:guid(),
    account_type = "LOCAL_USER",
    account_status = "ACTIVE",
    visibility = "SHARABLE",
    notify_on_share = true,
    show_onboarding_experience = true,
    onboarding_experience_completed = false,
    super_user = false,
    system_user = false,
    privileges = {},
    roles = {},
    groups = {},
    orgs = {},
    favorites = {},
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

--- Deletes a user, and its tokens.
function Store:remove_user(user)
  self:log_out(user)
  self.users[user.id] = nil
  self.users_by_name[user.name:lower()] = nil
  touch(self, user)
end

--- Mints a token for a user.
-- @param lifetime seconds
function Store:add_token(user, org_id, lifetime)
  local now = self:now()
  local token = "sandbox-token-" .. self:guid()
  self.tokens[token] = {
    user_id = user.id, org_id = org_id, created = now,
    expires = now + lifetime * 1000,
  }
  return token, self.tokens[token]
end

--- Returns the data of a token, or nil if it has expired.
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

--- Returns all users in an order, which is cached until the next write.
-- @param field a field_name of sort_options
-- @param descending boolean
function Store:in_order(field, descending)
  local name = field .. (descending and "-" or "+")
  local list = self.sorted[name]
  if not list then
    local key, keys = sort_keys[field], {}
    list = {}
    for _, user in pairs(self.users) do
      list[#list + 1] = user
      keys[user] = key(user)
    end
    table.sort(list, function(a, b)
      local first, second = keys[a], keys[b]
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

-- There are no Liveboards and Answers whose names could be looked up: the
-- identifier serves as id and name.
local function favorites_of(user)
  local entries = json.list()
  for identifier, kind in pairs(user.favorites) do
    entries[#entries + 1] = { id = identifier, name = identifier, type = kind }
  end
  table.sort(entries, function(a, b)
    return a.id < b.id
  end)
  return entries
end

-- Fields that a reply has as they are; null if unset.
local plain_fields = {
  "id", "name", "display_name", "visibility", "author_id", "account_type",
  "account_status", "email", "notify_on_share", "show_onboarding_experience",
  "onboarding_experience_completed", "preferred_locale",
  "use_browser_language", "modifier_id", "first_login_time_in_millis",
  "expiration_time_in_millis", "super_user", "system_user",
}
-- Other fields of a reply that depend on the user.
local other_fields = {
  "creation_time_in_millis", "modification_time_in_millis", "user_groups",
  "orgs", "current_org", "privileges", "home_liveboard", "favorite_metadata",
  "extended_properties", "extended_preferences",
}
local constants = {
  can_change_password = true, complete_detail = true, deleted = false,
  deprecated = false, external = false, hidden = false,
  is_first_login = false, welcome_email_sent = false,
  parent_type = "GROUP", group_mask = json.null, tenant_id = json.null,
  owner_id = json.null, user_parameters = json.null,
  access_control_properties = json.null, variable_values = json.null,
  user_inherited_groups = json.list(), tags = json.list(),
  incomplete_details = {}, org_privileges = {},
}

local user_fields = {}
for _, fields in ipairs { plain_fields, other_fields } do
  for _, name in ipairs(fields) do
    user_fields[#user_fields + 1] = name
  end
end
local encode_user = json.encoder(user_fields, constants)

-- Returns the fields of a user that are not constant, as a reply has them.
local function view(store, user)
  local shown = {}
  for _, name in ipairs(plain_fields) do
    shown[name] = user[name]
  end
  shown.creation_time_in_millis = user.created
  shown.modification_time_in_millis = user.modified
  shown.user_groups = entries_of(store.groups, user.groups)
  shown.orgs = entries_of(store.orgs, user.orgs)
  shown.current_org = shown.orgs[1]
  shown.privileges = json.list(user.privileges)
  shown.home_liveboard = user.home_liveboard_identifier
    and { id = user.home_liveboard_identifier, name = json.null }
  shown.extended_properties = user.extended_properties or {}
  shown.extended_preferences = user.extended_preferences or {}
  return shown
end

-- Returns the members of a group.
local function members_of(store, group)
  local members = json.list()
  for _, user in ipairs(store:in_order "NAME") do
    if user.groups[group] then
      members[#members + 1] = { id = user.id, name = user.name }
    end
  end
  return members
end

--- Returns a group as JSON, as in replies.
-- @param with_users whether its members are shown
function Store:group_text(group, with_users)
  local org = self:org(tostring(group.org_id))
  return json.encode {
    id = group.id, name = group.name, display_name = group.name,
    visibility = "SHARABLE", type = "LOCAL_GROUP", description = json.null,
    orgs = json.list { { id = ("%d"):format(org.id), name = org.name } },
    users = with_users and members_of(self, group) or json.list(),
    sub_groups = json.list(), privileges = json.list(),
    roles = json.list(), default_liveboards = json.list(), tags = json.list(),
    system_group = group.holds_all or false, complete_detail = true,
    deleted = false, deprecated = false, external = false, hidden = false,
    parent_type = "GROUP",
  }
end

--- Returns an org as JSON, as in replies.
function Store.org_text(_, org)
  return json.encode {
    id = org.id, name = org.name, status = "ACTIVE", visibility = "SHOW",
    description = json.null,
  }
end

--- Returns a user as JSON, as in replies, without the password. The text is
-- cached until the user changes.
-- @param more table, or nil: favorites, whether to include these, and org_id,
--   the org that the user is logged in to
function Store:text(user, more)
  if more then
    local shown = view(self, user)
    if more.favorites then
      shown.favorite_metadata = favorites_of(user)
    end
    for _, org in ipairs(self.orgs) do
      if org.id == more.org_id then
        shown.current_org = org
      end
    end
    return encode_user(shown)
  end
  user.text = user.text or encode_user(view(self, user))
  return user.text
end

return Store
