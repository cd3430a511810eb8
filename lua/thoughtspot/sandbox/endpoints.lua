--- What the endpoints of a sandbox do.
--
-- A handler is function(store, request, caller, identifier): it returns a
-- status and the text of a body, or refuses by raising what refuse() makes.

local json = require "thoughtspot.sandbox.json"
local search = require "thoughtspot.sandbox.search"

-- Who is not deleted for not being listed in an import.
local KEPT_USERS = { tsadmin = true, guest = true, system = true, su = true }

local ACTIVATION_DAYS = 14
local DAY = 24 * 60 * 60 * 1000
local DEFAULT_VALIDITY = 300
local SESSION_VALIDITY = 24 * 60 * 60

local endpoints = {}

--- Ends a request with an error.
-- @param status HTTP status
-- @param code the server's own code
function endpoints.refuse(status, code, debug)
  error({ status = status, code = code, debug = debug }, 0)
end
local refuse = endpoints.refuse

-- The error of an object that does not exist has a shape of its own.
local function refuse_unknown(identifier)
  error({ status = 400, code = 13003, unknown = identifier }, 0)
end

local function need_user(store, identifier)
  return store:user(identifier) or refuse_unknown(identifier)
end

local function need_strings(request, ...)
  for _, name in ipairs { ... } do
    local value = request[name]
    if type(value) ~= "string" or value == "" then
      refuse(400, 10002, name .. " is required")
    end
  end
end

-- A set of groups or orgs from their identifiers.
local function resolve(store, kind, identifiers)
  local set = {}
  for _, identifier in ipairs(identifiers) do
    local entry = store[kind](store, identifier)
    set[entry or refuse_unknown(tostring(identifier))] = true
  end
  return set
end

local function given(value)
  return value ~= nil and value ~= json.null
end

-- Fields that are taken over as they are.
local settable = {
  "name", "display_name", "password", "email", "account_type",
  "account_status", "visibility", "notify_on_share",
  "show_onboarding_experience", "onboarding_experience_completed",
  "home_liveboard_identifier", "preferred_locale", "use_browser_language",
  "extended_properties", "extended_preferences",
}

local function pick(request)
  local fields = {}
  for _, name in ipairs(settable) do
    if given(request[name]) then
      fields[name] = request[name]
    end
  end
  return fields
end

local function check_free(store, name)
  if store:user(name) then
    refuse(409, 10002, "a user named " .. name .. " exists already")
  end
end

local function merge(current, change, operation)
  if operation == "REPLACE" then
    return change
  end
  local merged = {}
  for entry in pairs(current) do
    merged[entry] = true
  end
  for entry in pairs(change) do
    merged[entry] = operation == "ADD" or nil
  end
  return merged
end

local function add_memberships(store, fields, request)
  fields.groups = resolve(store, "group", given(request.group_identifiers)
    and request.group_identifiers or {})
  fields.orgs = resolve(store, "org", given(request.org_identifiers)
    and request.org_identifiers or { 0 })
end

function endpoints.search_users(store, request)
  local page = search.page(store, request)
  if not page then
    refuse(400, 10002, "sort_options.field_name is not known")
  end
  local texts = {}
  for index, user in ipairs(page) do
    if user.name == store.dangling_user then
      refuse(404, 10002, "a row of the page refers to a deleted object")
    end
    texts[index] = store:text(user)
  end
  return 200, "[" .. table.concat(texts, ",") .. "]"
end

function endpoints.create_user(store, request, caller)
  need_strings(request, "name", "display_name", "email")
  check_free(store, request.name)
  local fields = pick(request)
  add_memberships(store, fields, request)
  fields.author_id = caller.id
  return 200, store:text(store:add_user(fields))
end

function endpoints.update_user(store, request, caller, identifier)
  local user = need_user(store, identifier)
  local fields = pick(request)
  fields.password = nil
  if fields.name and fields.name:lower() ~= user.name:lower() then
    check_free(store, fields.name)
  end
  local operation = given(request.operation) and request.operation
    or "REPLACE"
  if given(request.group_identifiers) then
    fields.groups = merge(user.groups,
      resolve(store, "group", request.group_identifiers), operation)
  end
  if given(request.org_identifiers) then
    fields.orgs = merge(user.orgs,
      resolve(store, "org", request.org_identifiers), operation)
  end
  fields.modifier_id = caller.id
  store:change_user(user, fields)
  return 204
end

function endpoints.delete_user(store, _, _, identifier)
  store:remove_user(need_user(store, identifier))
  return 204
end

-- What an import would do: { added, updated, deleted }, lists of entries
-- { user, row }.
local function plan_import(store, request)
  local plan = { added = {}, updated = {}, deleted = {} }
  local listed = {}
  for index, row in ipairs(request.users) do
    if type(row) ~= "table" then
      refuse(400, 10002, "users[" .. index .. "] is not an object")
    end
    need_strings(row, "user_identifier", "display_name")
    local user = store:user(row.user_identifier)
    if user then
      listed[user] = true
      plan.updated[#plan.updated + 1] = { user = user, row = row }
    else
      plan.added[#plan.added + 1] = { row = row }
    end
  end
  if request.delete_unspecified_users == true then
    for _, user in ipairs(store:in_order("NAME")) do
      if not listed[user] and not KEPT_USERS[user.name] then
        plan.deleted[#plan.deleted + 1] = { user = user }
      end
    end
  end
  return plan
end

local function carry_out(store, plan, default_password, caller)
  for _, entry in ipairs(plan.added) do
    local fields = pick(entry.row)
    fields.name = entry.row.user_identifier
    fields.password = fields.password or default_password
    fields.author_id = caller.id
    add_memberships(store, fields, entry.row)
    entry.user = store:add_user(fields)
  end
  for _, entry in ipairs(plan.updated) do
    local fields = pick(entry.row)
    if given(entry.row.group_identifiers) then
      fields.groups = resolve(store, "group", entry.row.group_identifiers)
    end
    if given(entry.row.org_identifiers) then
      fields.orgs = resolve(store, "org", entry.row.org_identifiers)
    end
    fields.modifier_id = caller.id
    store:change_user(entry.user, fields)
  end
  for _, entry in ipairs(plan.deleted) do
    store:remove_user(entry.user)
  end
end

local function report(entries)
  if #entries == 0 then
    return json.null
  end
  local list = json.list()
  for index, entry in ipairs(entries) do
    list[index] = {
      id = entry.user and entry.user.id or json.null,
      name = entry.user and entry.user.name or entry.row.user_identifier,
    }
  end
  return list
end

function endpoints.import_users(store, request, caller)
  if type(request.users) ~= "table" then
    refuse(400, 10002, "users is required")
  end
  local plan = plan_import(store, request)
  -- The groups and orgs of every row are looked up before anything changes.
  for _, row in ipairs(request.users) do
    add_memberships(store, {}, row)
  end
  if request.dry_run == false then
    carry_out(store, plan, request.default_password, caller)
  end
  return 200, json.encode {
    users_added = report(plan.added),
    users_updated = report(plan.updated),
    users_deleted = report(plan.deleted),
  }
end

function endpoints.change_user_password(store, request)
  need_strings(request, "user_identifier", "current_password",
    "new_password")
  local user = need_user(store, request.user_identifier)
  if user.password ~= request.current_password then
    refuse(400, 10002, "the current password is not right")
  end
  store:change_user(user, { password = request.new_password })
  return 204
end

function endpoints.reset_user_password(store, request)
  need_strings(request, "user_identifier", "new_password")
  store:change_user(need_user(store, request.user_identifier),
    { password = request.new_password })
  return 204
end

function endpoints.deactivate_user(store, request)
  need_strings(request, "user_identifier", "base_url")
  local user = need_user(store, request.user_identifier)
  local token = store:guid()
  store:change_user(user, {
    account_status = "INACTIVE",
    activation = { token = token, expires = store:now()
      + ACTIVATION_DAYS * DAY },
  })
  store:log_out(user)
  return 200, json.encode {
    activation_link = ("%s/#/activate?id=%s&token=%s"):format(
      request.base_url:gsub("/+$", ""), user.id, token),
  }
end

function endpoints.activate_user(store, request)
  need_strings(request, "user_identifier", "auth_token", "password")
  local user = need_user(store, request.user_identifier)
  local activation = user.activation
  if not activation or activation.token ~= request.auth_token
    or activation.expires <= store:now() then
    refuse(400, 10002, "the activation token is not valid")
  end
  user.activation = nil
  store:change_user(user, {
    account_status = "ACTIVE", password = request.password,
  })
  return 200, store:text(user)
end

function endpoints.force_logout_users(store, request)
  local identifiers = request.user_identifiers
  if not given(identifiers) or #identifiers == 0 then
    store:log_out()
    return 204
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

-- auto_create: a user that does not exist is created, one that does gets the
-- groups of the request.
local function provision(store, request)
  local user = store:user(request.username)
  local fields = {
    display_name = request.display_name or request.username,
    email = request.email,
  }
  if given(request.group_identifiers) then
    fields.groups = resolve(store, "group", request.group_identifiers)
  end
  if user then
    store:change_user(user, fields)
    return user
  end
  fields.name = request.username
  fields.orgs = resolve(store, "org", { 0 })
  return store:add_user(fields)
end

local function log_in(store, request)
  local by_key = given(request.secret_key)
    and request.secret_key == store.secret_key
  if by_key and request.auto_create == true then
    return provision(store, request)
  end
  local user = store:user(request.username)
  local by_password = user and given(request.password) and not store.mfa
    and user.password == request.password
  if not user or not (by_key or by_password)
    or user.account_status ~= "ACTIVE" then
    refuse(401, 10097, "the credentials are not valid")
  end
  return user
end

function endpoints.get_full_access_token(store, request)
  need_strings(request, "username")
  local user = log_in(store, request)
  -- Only a number selects an org; the server passes over anything else.
  local org_id = type(request.org_id) == "number" and request.org_id or 0
  local org = store:org(org_id)
  if not org or not user.orgs[org] then
    refuse(400, 13090, "no access to the org")
  end
  local lifetime = given(request.validity_time_in_sec)
    and request.validity_time_in_sec or DEFAULT_VALIDITY
  local token, session = store:add_token(user, org_id, lifetime)
  return 200, json.encode(token_view(token, session, user))
end

function endpoints.validate_token(store, request)
  need_strings(request, "token")
  local session = store:token(request.token)
  if not session then
    refuse(400, 10002, "the token is not valid")
  end
  local view = token_view(nil, session, store.users[session.user_id])
  view.valid_for_username = nil
  view.token_type = "Bearer"
  return 200, json.encode(view)
end

function endpoints.revoke_token(store, request)
  if given(request.token) then
    store.tokens[request.token] = nil
  elseif given(request.user_identifier) then
    store:log_out(need_user(store, request.user_identifier))
  end
  return 204
end

function endpoints.get_current_user_info(store, _, caller)
  return 200, store:text(caller)
end

function endpoints.get_current_user_token(store, _, caller, _, session)
  local token, new_session = store:add_token(caller, session.org_id,
    SESSION_VALIDITY)
  local view = token_view(token, new_session, caller)
  view.scope = nil
  return 200, json.encode(view)
end

return endpoints
