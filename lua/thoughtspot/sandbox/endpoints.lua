--- Implements the endpoints of a sandbox.
--
-- A handler is function(store, call): it returns a status and the text of a
-- body, or refuses. A call is a table: request, the body; identifier, from
-- the path; caller and session, of the token; quirks.

local errors = require "thoughtspot.sandbox.errors"
local json = require "thoughtspot.sandbox.json"
local search = require "thoughtspot.sandbox.search"

local refuse = errors.refuse

-- Users that an import does not delete when they are not listed.
local KEPT_USERS = { tsadmin = true, guest = true, system = true, su = true }

local PRIMARY_ORG = 0
local ACTIVATION_DAYS = 14
local DAY = 24 * 60 * 60 * 1000
local DEFAULT_VALIDITY = 300
local SESSION_VALIDITY = 24 * 60 * 60

local endpoints = {}

local function need_user(store, identifier)
  return store:user(identifier) or errors.refuse_unknown(identifier)
end

-- Fields that are copied as they are.
local plain_fields = {
  "name", "display_name", "password", "email", "account_type",
  "account_status", "visibility", "notify_on_share",
  "show_onboarding_experience", "onboarding_experience_completed",
  "home_liveboard_identifier", "preferred_locale", "use_browser_language",
  "extended_properties", "extended_preferences",
}

local function pick(request)
  local fields = {}
  for _, name in ipairs(plain_fields) do
    fields[name] = request[name]
  end
  if fields.use_browser_language then
    fields.preferred_locale = json.null
  end
  return fields
end

local function check_free(store, name)
  if store:user(name) then
    refuse(409, 10002, "a user named " .. name .. " exists already")
  end
end

-- Returns a set of groups or orgs.
-- @param find function(identifier) that returns one of them, or nil
local function set_of(identifiers, find)
  local set = {}
  for _, identifier in ipairs(identifiers) do
    set[find(identifier) or errors.refuse_unknown(identifier)] = true
  end
  return set
end

-- Returns the set that results from a change to a set.
-- @param change set of entries
-- @param operation "ADD" adds them, "REMOVE" removes them, and "REPLACE" puts
--   them in place of all entries in reach
-- @param in_reach function(entry)
local function merge(current, change, operation, in_reach)
  local set = {}
  for entry, value in pairs(current) do
    if operation ~= "REPLACE" or not in_reach(entry) then
      set[entry] = value
    end
  end
  for entry, value in pairs(change) do
    set[entry] = operation ~= "REMOVE" and value or nil
  end
  return set
end

local function always()
  return true
end

-- Adds the groups, orgs and favourites of a request to the fields of a user.
-- The request names groups of one org; groups of other orgs stay.
-- @param user the current state, or { groups, orgs, favorites }
local function add_sets(store, fields, user, request, org_id)
  local operation = request.operation or "REPLACE"
  if request.group_identifiers then
    local groups = set_of(request.group_identifiers, function(identifier)
      return store:group(identifier, org_id)
    end)
    fields.groups = merge(user.groups, groups, operation, function(group)
      return group.org_id == org_id
    end)
  end
  if request.org_identifiers then
    local orgs = set_of(request.org_identifiers, function(identifier)
      return store:org(identifier)
    end)
    fields.orgs = merge(user.orgs, orgs, operation, always)
  end
  if request.favorite_metadata then
    local favorites = {}
    for _, favorite in ipairs(request.favorite_metadata) do
      if not favorite.identifier then
        refuse(400, 10002, "favorite_metadata needs an identifier")
      end
      favorites[favorite.identifier] = favorite.type or "LIVEBOARD"
    end
    fields.favorites = merge(user.favorites, favorites, operation, always)
  end
end

local function fields_of_new_user(store, request, call)
  local fields = pick(request)
  fields.groups, fields.favorites = {}, {}
  fields.orgs = { [store:org(tostring(PRIMARY_ORG))] = true }
  fields.author_id = call.caller.id
  add_sets(store, fields, fields, request, call.session.org_id)
  return fields
end

local function changes_of_user(store, user, request, call)
  local fields = pick(request)
  if call.quirks.ignore_activation and fields.account_status == "ACTIVE" then
    fields.account_status = nil
  end
  fields.modifier_id = call.caller.id
  add_sets(store, fields, user, request, call.session.org_id)
  return fields
end

function endpoints.search_users(store, call)
  local page = search.page(store, call.request)
  local more = call.request.include_favorite_metadata
    and { favorites = true } or nil
  local texts = {}
  for index, user in ipairs(page) do
    if user.name == call.quirks.dangling_user then
      refuse(404, 10002, "a row of the page refers to a deleted object")
    end
    texts[index] = store:text(user, more)
  end
  return 200, "[" .. table.concat(texts, ",") .. "]"
end

local function texts_of(entries, text_of)
  local texts = {}
  for index, entry in ipairs(entries) do
    texts[index] = text_of(entry)
  end
  return 200, "[" .. table.concat(texts, ",") .. "]"
end

function endpoints.search_groups(store, call)
  local request = call.request
  return texts_of(search.groups(store, request, call.session.org_id),
    function(group)
      return store:group_text(group, request.include_users ~= false)
    end)
end

function endpoints.search_orgs(store, call)
  return texts_of(search.orgs(store, call.request), function(org)
    return store:org_text(org)
  end)
end

function endpoints.create_user(store, call)
  check_free(store, call.request.name)
  local fields = fields_of_new_user(store, call.request, call)
  return 200, store:text(store:add_user(fields))
end

function endpoints.update_user(store, call)
  local user = need_user(store, call.identifier)
  local name = call.request.name
  if name == "" then
    refuse(400, 10002, "name is empty")
  elseif name and name:lower() ~= user.name:lower() then
    check_free(store, name)
  end
  local fields = changes_of_user(store, user, call.request, call)
  if not call.quirks.ignore_writes then
    store:change_user(user, fields)
  end
  return 204
end

function endpoints.delete_user(store, call)
  local user = need_user(store, call.identifier)
  if not call.quirks.ignore_writes then
    store:remove_user(user)
  end
  return 204
end

-- Returns what an import would do: lists of entries { user, name, fields }.
local function plan_import(store, call)
  local added, updated, deleted, listed = {}, {}, {}, {}
  for _, row in ipairs(call.request.users) do
    local user = store:user(row.user_identifier)
    local key = user or row.user_identifier:lower()
    if listed[key] then
      refuse(400, 10002, row.user_identifier .. " is listed twice")
    end
    listed[key] = true
    local fields = user and changes_of_user(store, user, row, call)
      or fields_of_new_user(store, row, call)
    if not fields.password and not (user and user.password) then
      fields.password = call.request.default_password
    end
    if user then
      updated[#updated + 1] = { user = user, name = user.name,
        fields = fields }
    else
      fields.name = row.user_identifier
      added[#added + 1] = { name = fields.name, fields = fields }
    end
  end
  if call.request.delete_unspecified_users then
    for _, user in ipairs(store:in_order("NAME")) do
      if not listed[user] and not KEPT_USERS[user.name:lower()] then
        deleted[#deleted + 1] = { user = user, name = user.name }
      end
    end
  end
  return added, updated, deleted
end

local function report(entries)
  if #entries == 0 then
    return json.null
  end
  local list = json.list()
  for index, entry in ipairs(entries) do
    list[index] = {
      id = entry.user and entry.user.id or json.null, name = entry.name,
    }
  end
  return list
end

function endpoints.import_users(store, call)
  local added, updated, deleted = plan_import(store, call)
  if call.request.dry_run == false then
    for _, entry in ipairs(added) do
      entry.user = store:add_user(entry.fields)
    end
    for _, entry in ipairs(updated) do
      store:change_user(entry.user, entry.fields)
    end
    for _, entry in ipairs(deleted) do
      store:remove_user(entry.user)
    end
  end
  return 200, json.encode {
    users_added = report(added),
    users_updated = report(updated),
    users_deleted = report(deleted),
  }
end

function endpoints.change_user_password(store, call)
  local user = need_user(store, call.request.user_identifier)
  if user.password ~= call.request.current_password then
    refuse(400, 10002, "the current password is wrong")
  end
  store:change_user(user, { password = call.request.new_password })
  return 204
end

function endpoints.reset_user_password(store, call)
  store:change_user(need_user(store, call.request.user_identifier),
    { password = call.request.new_password })
  return 204
end

function endpoints.deactivate_user(store, call)
  local user = need_user(store, call.request.user_identifier)
  local token = store:guid()
  store:change_user(user, {
    account_status = "INACTIVE",
    activation = { token = token, expires = store:now()
      + ACTIVATION_DAYS * DAY },
  })
  store:log_out(user)
  local base_url = call.request.base_url:gsub("/+$", "")
  return 200, json.encode {
    activation_link = ("%s/#/activate?id=%s&token=%s"):format(base_url,
      user.id, token),
  }
end

function endpoints.activate_user(store, call)
  local user = need_user(store, call.request.user_identifier)
  local activation = user.activation
  if not activation or activation.token ~= call.request.auth_token
    or activation.expires <= store:now() then
    refuse(400, 10002, "the activation token is not valid")
  end
  user.activation = nil
  store:change_user(user, {
    account_status = "ACTIVE", password = call.request.password,
  })
  return 200, store:text(user)
end

-- A missing or empty list means every user of the cluster.
function endpoints.force_logout_users(store, call)
  local identifiers = call.request.user_identifiers or {}
  if #identifiers == 0 then
    store:log_out()
  end
  local users = {}
  for index, identifier in ipairs(identifiers) do
    users[index] = need_user(store, identifier)
  end
  for _, user in ipairs(users) do
    store:log_out(user)
  end
  return 204
end

local function token_view(token, session, user)
  return {
    token = token,
    creation_time_in_millis = session.created,
    expiration_time_in_millis = session.expires,
    scope = { access_type = "FULL", org_id = session.org_id,
      metadata_id = json.null },
    valid_for_user_id = user.id,
    valid_for_username = user.name,
  }
end

-- auto_create: creates a missing user, or updates an existing one from the
-- request.
local function provision(store, request, org)
  local user = store:user(request.username)
  local fields = {
    display_name = request.display_name, email = request.email,
  }
  if user then
    add_sets(store, fields, user, request, org.id)
    store:change_user(user, fields)
    return user
  end
  fields.name = request.username
  fields.display_name = fields.display_name or request.username
  fields.groups, fields.orgs = {}, { [org] = true }
  add_sets(store, fields, fields, request, org.id)
  return store:add_user(fields)
end

-- Returns whether the credentials are right. A secret key takes precedence
-- over a password; an empty one counts as absent.
local function is_trusted(store, user, call)
  local request = call.request
  if request.secret_key and request.secret_key ~= "" then
    return request.secret_key == store.secret_key
  end
  return user ~= nil and user.password ~= nil and not call.quirks.mfa
    and user.password == request.password
end

function endpoints.get_full_access_token(store, call)
  local request = call.request
  local user = store:user(request.username)
  if not is_trusted(store, user, call)
    or not (user or request.auto_create)
    or user and user.account_status ~= "ACTIVE" then
    refuse(401, 10097, "the credentials are not valid")
  end
  local lifetime = request.validity_time_in_sec or DEFAULT_VALIDITY
  if lifetime < 1 then
    refuse(400, 10002, "validity_time_in_sec is not positive")
  end
  local org_id = type(request.org_id) == "number" and request.org_id
    or PRIMARY_ORG
  local org = store:org(("%.14g"):format(org_id))
  if not org or user and not user.orgs[org] then
    refuse(400, 13090, "no access to the org")
  end
  if request.auto_create then
    user = provision(store, request, org)
  end
  local token, session = store:add_token(user, org.id, lifetime)
  return 200, json.encode(token_view(token, session, user))
end

function endpoints.validate_token(store, call)
  local session = store:token(call.request.token)
  if not session then
    refuse(400, 10002, "the token is not valid")
  end
  local view = token_view(nil, session, store.users[session.user_id])
  view.valid_for_username = nil
  view.token_type = "Bearer"
  return 200, json.encode(view)
end

function endpoints.revoke_token(store, call)
  local request = call.request
  if not (request.user_identifier or request.token) then
    refuse(400, 10002, "user_identifier or token is required")
  end
  if request.user_identifier then
    store:log_out(need_user(store, request.user_identifier))
  end
  if request.token then
    store.tokens[request.token] = nil
  end
  return 204
end

function endpoints.get_current_user_info(store, call)
  return 200, store:text(call.caller, { org_id = call.session.org_id })
end

function endpoints.get_current_user_token(store, call)
  local token, session = store:add_token(call.caller, call.session.org_id,
    SESSION_VALIDITY)
  local view = token_view(token, session, call.caller)
  view.scope = nil
  return 200, json.encode(view)
end

return endpoints
