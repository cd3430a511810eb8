--- The routes of a sandbox: what a request is for, what its body holds, and
-- who may ask it.

local schema = require "thoughtspot.sandbox.schema"

-- Below /api/rest/2.0/. The fields of a body are marked with "!" where they
-- are required; 'admin' asks for a privilege, 'open' for no token.
local routes = {
  {
    name = "search_users", path = "users/search",
    fields = "user_identifier display_name name_pattern visibility email "
      .. "group_identifiers privileges account_type account_status "
      .. "notify_on_share show_onboarding_experience "
      .. "onboarding_experience_completed org_identifiers "
      .. "home_liveboard_identifier favorite_metadata record_offset "
      .. "record_size sort_options role_identifiers "
      .. "include_favorite_metadata include_variable_values",
  },
  {
    name = "create_user", path = "users/create", admin = true,
    fields = "name! display_name! password email! account_type "
      .. "account_status org_identifiers group_identifiers visibility "
      .. "notify_on_share show_onboarding_experience "
      .. "onboarding_experience_completed home_liveboard_identifier "
      .. "favorite_metadata preferred_locale use_browser_language "
      .. "extended_properties extended_preferences trigger_welcome_email "
      .. "trigger_activation_email",
  },
  {
    name = "update_user", path = "users/([^/]+)/update", admin = true,
    fields = "name display_name visibility email account_status "
      .. "notify_on_share show_onboarding_experience "
      .. "onboarding_experience_completed account_type group_identifiers "
      .. "home_liveboard_identifier favorite_metadata org_identifiers "
      .. "operation preferred_locale use_browser_language "
      .. "extended_properties extended_preferences",
  },
  { name = "delete_user", path = "users/([^/]+)/delete", admin = true },
  {
    name = "import_users", path = "users/import", admin = true,
    fields = "users! default_password dry_run delete_unspecified_users",
  },
  {
    name = "change_user_password", path = "users/change-password",
    admin = true,
    fields = "user_identifier! current_password! new_password!",
  },
  {
    name = "reset_user_password", path = "users/reset-password",
    admin = true, fields = "user_identifier! new_password!",
  },
  {
    name = "activate_user", path = "users/activate", admin = true,
    fields = "user_identifier! auth_token! password! properties",
  },
  {
    name = "deactivate_user", path = "users/deactivate", admin = true,
    fields = "user_identifier! base_url!",
  },
  {
    name = "force_logout_users", path = "users/force-logout", admin = true,
    fields = "user_identifiers",
  },
  {
    name = "get_full_access_token", path = "auth/token/full", open = true,
    fields = "username! password secret_key validity_time_in_sec org_id "
      .. "email display_name auto_create group_identifiers user_parameters",
  },
  {
    name = "validate_token", path = "auth/token/validate", fields = "token!",
  },
  {
    name = "revoke_token", path = "auth/token/revoke",
    fields = "user_identifier token",
  },
  {
    name = "get_current_user_info", path = "auth/session/user",
    method = "GET",
  },
  {
    name = "get_current_user_token", path = "auth/session/token",
    method = "GET",
  },
}

for _, route in ipairs(routes) do
  route.pattern = "/api/rest/2%.0/" .. route.path:gsub("%-", "%%-") .. "$"
  route.method = route.method or "POST"
  route.body = route.fields and schema.object(route.fields)
end

local function decode_percent(text)
  return (text:gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

--- Whether there is a route of that name.
function routes.has(name)
  for _, route in ipairs(routes) do
    if route.name == name then
      return true
    end
  end
  return false
end

--- Finds the route of a request.
-- @param method of HTTP
-- @param path of the URL, as it was sent
-- @return the route, and the identifier that its path holds; or nil
function routes.find(method, path)
  for _, route in ipairs(routes) do
    local start, _, identifier = path:find(route.pattern)
    if start and route.method == method then
      return route, identifier and decode_percent(identifier)
    end
  end
end

return routes
