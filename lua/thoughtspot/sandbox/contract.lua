-- luacheck: no max line length

--- The published contract, as far as a sandbox needs it: plain data, because a
-- sandbox runs where the core does not. It is derived from the endpoint table:
-- make docs.

-- Where the API begins, and the paths below it. 'admin' means that a privilege
-- is required; 'request' is the schema of the body.
-- derived: routes

local base = "/api/rest/2.0/"

local routes = {
  { name = "search_users", method = "POST", path = "users/search", request = "SearchUsersRequest" },
  { name = "create_user", method = "POST", path = "users/create", admin = true, request = "CreateUserRequest" },
  { name = "update_user", method = "POST", path = "users/{user_identifier}/update", admin = true, request = "UpdateUserRequest" },
  { name = "delete_user", method = "POST", path = "users/{user_identifier}/delete", admin = true },
  { name = "import_users", method = "POST", path = "users/import", admin = true, request = "ImportUsersRequest" },
  { name = "change_user_password", method = "POST", path = "users/change-password", admin = true, request = "ChangeUserPasswordRequest" },
  { name = "reset_user_password", method = "POST", path = "users/reset-password", admin = true, request = "ResetUserPasswordRequest" },
  { name = "activate_user", method = "POST", path = "users/activate", admin = true, request = "ActivateUserRequest" },
  { name = "deactivate_user", method = "POST", path = "users/deactivate", admin = true, request = "DeactivateUserRequest" },
  { name = "force_logout_users", method = "POST", path = "users/force-logout", admin = true, request = "ForceLogoutUsersRequest" },
  { name = "search_groups", method = "POST", path = "groups/search", request = "SearchGroupsRequest" },
  { name = "search_orgs", method = "POST", path = "orgs/search", admin = true, request = "SearchOrgsRequest" },
  { name = "get_full_access_token", method = "POST", path = "auth/token/full", request = "GetFullAccessTokenRequest" },
  { name = "validate_token", method = "POST", path = "auth/token/validate", request = "ValidateTokenRequest" },
  { name = "revoke_token", method = "POST", path = "auth/token/revoke", request = "RevokeTokenRequest" },
  { name = "get_current_user_info", method = "GET", path = "auth/session/user" },
  { name = "get_current_user_token", method = "GET", path = "auth/session/token" },
}

-- end derived

-- Name = list of fields: name; type, as Lua knows it, or "integer"; 'list' if
-- it is a list of that; 'required'; 'values', separated by spaces; 'schema' of
-- an object.
-- derived: schemas

local schemas = {
  SearchUsersRequest = {
    { name = "user_identifier", type = "string" },
    { name = "display_name", type = "string" },
    { name = "name_pattern", type = "string" },
    { name = "visibility", type = "string", values = "SHARABLE NON_SHARABLE" },
    { name = "email", type = "string" },
    { name = "group_identifiers", type = "string", list = true },
    { name = "privileges", type = "string", list = true, values = "ADMINISTRATION AUTHORING USERDATAUPLOADING DATADOWNLOADING USERMANAGEMENT DATAMANAGEMENT SHAREWITHALL JOBSCHEDULING A3ANALYSIS EXPERIMENTALFEATUREPRIVILEGE BYPASSRLS RANALYSIS DEVELOPER USER_ADMINISTRATION GROUP_ADMINISTRATION SYNCMANAGEMENT CAN_CREATE_CATALOG DISABLE_PINBOARD_CREATION LIVEBOARD_VERIFIER PREVIEW_THOUGHTSPOT_SAGE APPLICATION_ADMINISTRATION SYSTEM_INFO_ADMINISTRATION ORG_ADMINISTRATION ROLE_ADMINISTRATION AUTHENTICATION_ADMINISTRATION BILLING_INFO_ADMINISTRATION CAN_MANAGE_CUSTOM_CALENDAR CAN_CREATE_OR_EDIT_CONNECTIONS CAN_MANAGE_WORKSHEET_VIEWS_TABLES CAN_MANAGE_VERSION_CONTROL THIRDPARTY_ANALYSIS ALLOW_NON_EMBED_FULL_APP_ACCESS CAN_ACCESS_ANALYST_STUDIO CAN_MANAGE_ANALYST_STUDIO PREVIEW_DOCUMENT_SEARCH CAN_MODIFY_FOLDERS CAN_MANAGE_VARIABLES CAN_VIEW_FOLDERS CAN_MANAGE_AGENTSPOT CAN_ACCESS_AGENTSPOT CAN_SETUP_VERSION_CONTROL CAN_MANAGE_WEBHOOKS CAN_DOWNLOAD_VISUALS CAN_DOWNLOAD_DETAILED_DATA CAN_USE_SPOTTER CAN_MANAGE_SPOTTER" },
    { name = "account_type", type = "string", values = "LOCAL_USER LDAP_USER SAML_USER OIDC_USER REMOTE_USER" },
    { name = "account_status", type = "string", values = "ACTIVE INACTIVE EXPIRED LOCKED PENDING SUSPENDED" },
    { name = "notify_on_share", type = "boolean" },
    { name = "show_onboarding_experience", type = "boolean" },
    { name = "onboarding_experience_completed", type = "boolean" },
    { name = "org_identifiers", type = "string", list = true },
    { name = "home_liveboard_identifier", type = "string" },
    { name = "favorite_metadata", type = "table", list = true, schema = "Favorite" },
    { name = "record_offset", type = "integer" },
    { name = "record_size", type = "integer" },
    { name = "sort_options", type = "table", schema = "SortOptions" },
    { name = "role_identifiers", type = "string", list = true },
    { name = "include_favorite_metadata", type = "boolean" },
    { name = "include_variable_values", type = "boolean" },
  },
  Favorite = {
    { name = "identifier", type = "string" },
    { name = "type", type = "string", values = "LIVEBOARD ANSWER" },
  },
  SortOptions = {
    { name = "field_name", type = "string", values = "NAME DISPLAY_NAME AUTHOR CREATED MODIFIED" },
    { name = "order", type = "string", values = "ASC DESC" },
  },
  CreateUserRequest = {
    { name = "name", type = "string", required = true },
    { name = "display_name", type = "string", required = true },
    { name = "password", type = "string" },
    { name = "email", type = "string", required = true },
    { name = "account_type", type = "string", values = "LOCAL_USER LDAP_USER SAML_USER OIDC_USER REMOTE_USER" },
    { name = "account_status", type = "string", values = "ACTIVE INACTIVE EXPIRED LOCKED PENDING SUSPENDED" },
    { name = "org_identifiers", type = "string", list = true },
    { name = "group_identifiers", type = "string", list = true },
    { name = "visibility", type = "string", values = "SHARABLE NON_SHARABLE" },
    { name = "notify_on_share", type = "boolean" },
    { name = "show_onboarding_experience", type = "boolean" },
    { name = "onboarding_experience_completed", type = "boolean" },
    { name = "home_liveboard_identifier", type = "string" },
    { name = "favorite_metadata", type = "table", list = true, schema = "Favorite" },
    { name = "preferred_locale", type = "string", values = "en-CA en-GB en-US de-DE ja-JP zh-CN pt-BR fr-FR fr-CA es-US da-DK es-ES fi-FI sv-SE nb-NO pt-PT nl-NL it-IT ru-RU en-IN de-CH en-NZ es-MX en-AU zh-Hant ko-KR en-DE" },
    { name = "use_browser_language", type = "boolean" },
    { name = "extended_properties", type = "table" },
    { name = "extended_preferences", type = "table" },
    { name = "trigger_welcome_email", type = "boolean" },
    { name = "trigger_activation_email", type = "boolean" },
  },
  UpdateUserRequest = {
    { name = "name", type = "string" },
    { name = "display_name", type = "string" },
    { name = "visibility", type = "string", values = "SHARABLE NON_SHARABLE" },
    { name = "email", type = "string" },
    { name = "account_status", type = "string", values = "ACTIVE INACTIVE EXPIRED LOCKED PENDING SUSPENDED" },
    { name = "notify_on_share", type = "boolean" },
    { name = "show_onboarding_experience", type = "boolean" },
    { name = "onboarding_experience_completed", type = "boolean" },
    { name = "account_type", type = "string", values = "LOCAL_USER LDAP_USER SAML_USER OIDC_USER REMOTE_USER" },
    { name = "group_identifiers", type = "string", list = true },
    { name = "home_liveboard_identifier", type = "string" },
    { name = "favorite_metadata", type = "table", list = true, schema = "Favorite" },
    { name = "org_identifiers", type = "string", list = true },
    { name = "operation", type = "string", values = "ADD REMOVE REPLACE" },
    { name = "preferred_locale", type = "string", values = "en-CA en-GB en-US de-DE ja-JP zh-CN pt-BR fr-FR fr-CA es-US da-DK es-ES fi-FI sv-SE nb-NO pt-PT nl-NL it-IT ru-RU en-IN de-CH en-NZ es-MX en-AU zh-Hant ko-KR en-DE" },
    { name = "use_browser_language", type = "boolean" },
    { name = "extended_properties", type = "table" },
    { name = "extended_preferences", type = "table" },
  },
  ImportUsersRequest = {
    { name = "users", type = "table", list = true, required = true, schema = "ImportUser" },
    { name = "default_password", type = "string" },
    { name = "dry_run", type = "boolean" },
    { name = "delete_unspecified_users", type = "boolean" },
  },
  ImportUser = {
    { name = "user_identifier", type = "string", required = true },
    { name = "display_name", type = "string", required = true },
    { name = "password", type = "string" },
    { name = "account_type", type = "string", values = "LOCAL_USER LDAP_USER SAML_USER OIDC_USER REMOTE_USER" },
    { name = "account_status", type = "string", values = "ACTIVE INACTIVE EXPIRED LOCKED PENDING SUSPENDED" },
    { name = "email", type = "string" },
    { name = "org_identifiers", type = "string", list = true },
    { name = "group_identifiers", type = "string", list = true },
    { name = "visibility", type = "string", values = "SHARABLE NON_SHARABLE" },
    { name = "notify_on_share", type = "boolean" },
    { name = "show_onboarding_experience", type = "boolean" },
    { name = "onboarding_experience_completed", type = "boolean" },
    { name = "home_liveboard_identifier", type = "string" },
    { name = "favorite_metadata", type = "table", list = true, schema = "Favorite" },
    { name = "preferred_locale", type = "string", values = "en-CA en-GB en-US de-DE ja-JP zh-CN pt-BR fr-FR fr-CA es-US da-DK es-ES fi-FI sv-SE nb-NO pt-PT nl-NL it-IT ru-RU en-IN de-CH en-NZ es-MX en-AU zh-Hant ko-KR en-DE" },
    { name = "use_browser_language", type = "boolean" },
  },
  ChangeUserPasswordRequest = {
    { name = "current_password", type = "string", required = true },
    { name = "new_password", type = "string", required = true },
    { name = "user_identifier", type = "string", required = true },
  },
  ResetUserPasswordRequest = {
    { name = "new_password", type = "string", required = true },
    { name = "user_identifier", type = "string", required = true },
  },
  ActivateUserRequest = {
    { name = "user_identifier", type = "string", required = true },
    { name = "auth_token", type = "string", required = true },
    { name = "password", type = "string", required = true },
    { name = "properties", type = "string" },
  },
  DeactivateUserRequest = {
    { name = "user_identifier", type = "string", required = true },
    { name = "base_url", type = "string", required = true },
  },
  ForceLogoutUsersRequest = {
    { name = "user_identifiers", type = "string", list = true, required = true },
  },
  SearchGroupsRequest = {
    { name = "group_identifier", type = "string" },
    { name = "name_pattern", type = "string" },
    { name = "display_name", type = "string" },
    { name = "description", type = "string" },
    { name = "type", type = "string", values = "LOCAL_GROUP LDAP_GROUP TEAM_GROUP TENANT_GROUP" },
    { name = "visibility", type = "string", values = "SHARABLE NON_SHARABLE" },
    { name = "org_identifiers", type = "string", list = true },
    { name = "user_identifiers", type = "string", list = true },
    { name = "sub_group_identifiers", type = "string", list = true },
    { name = "privileges", type = "string", list = true, values = "ADMINISTRATION AUTHORING USERDATAUPLOADING DATADOWNLOADING USERMANAGEMENT DATAMANAGEMENT SHAREWITHALL JOBSCHEDULING A3ANALYSIS EXPERIMENTALFEATUREPRIVILEGE BYPASSRLS RANALYSIS DEVELOPER USER_ADMINISTRATION GROUP_ADMINISTRATION SYNCMANAGEMENT CAN_CREATE_CATALOG DISABLE_PINBOARD_CREATION LIVEBOARD_VERIFIER PREVIEW_THOUGHTSPOT_SAGE APPLICATION_ADMINISTRATION SYSTEM_INFO_ADMINISTRATION ORG_ADMINISTRATION ROLE_ADMINISTRATION AUTHENTICATION_ADMINISTRATION BILLING_INFO_ADMINISTRATION CAN_MANAGE_CUSTOM_CALENDAR CAN_CREATE_OR_EDIT_CONNECTIONS CAN_MANAGE_WORKSHEET_VIEWS_TABLES CAN_MANAGE_VERSION_CONTROL THIRDPARTY_ANALYSIS ALLOW_NON_EMBED_FULL_APP_ACCESS CAN_ACCESS_ANALYST_STUDIO CAN_MANAGE_ANALYST_STUDIO PREVIEW_DOCUMENT_SEARCH CAN_MODIFY_FOLDERS CAN_MANAGE_VARIABLES CAN_VIEW_FOLDERS CAN_MANAGE_AGENTSPOT CAN_ACCESS_AGENTSPOT CAN_SETUP_VERSION_CONTROL CAN_MANAGE_WEBHOOKS CAN_DOWNLOAD_VISUALS CAN_DOWNLOAD_DETAILED_DATA CAN_USE_SPOTTER CAN_MANAGE_SPOTTER" },
    { name = "role_identifiers", type = "string", list = true },
    { name = "default_liveboard_identifiers", type = "string", list = true },
    { name = "record_offset", type = "integer" },
    { name = "record_size", type = "integer" },
    { name = "sort_options", type = "table", schema = "SortOptions" },
    { name = "include_users", type = "boolean" },
    { name = "include_sub_groups", type = "boolean" },
  },
  SearchOrgsRequest = {
    { name = "org_identifier", type = "string" },
    { name = "description", type = "string" },
    { name = "visibility", type = "string", values = "SHOW HIDDEN" },
    { name = "status", type = "string", values = "ACTIVE IN_ACTIVE" },
    { name = "user_identifiers", type = "string", list = true },
  },
  GetFullAccessTokenRequest = {
    { name = "username", type = "string", required = true },
    { name = "password", type = "string" },
    { name = "secret_key", type = "string" },
    { name = "validity_time_in_sec", type = "integer" },
    { name = "org_id", type = "integer" },
    { name = "email", type = "string" },
    { name = "display_name", type = "string" },
    { name = "auto_create", type = "boolean" },
    { name = "group_identifiers", type = "string", list = true },
    { name = "user_parameters", type = "table", schema = "UserParameters" },
  },
  UserParameters = {
    { name = "objects", type = "table", list = true, schema = "ParameterObject" },
    { name = "runtime_filters", type = "table", list = true, schema = "RuntimeFilter" },
    { name = "runtime_sorts", type = "table", list = true, schema = "RuntimeSort" },
    { name = "parameters", type = "table", list = true, schema = "RuntimeParameter" },
  },
  ParameterObject = {
    { name = "type", type = "string", values = "LOGICAL_TABLE" },
    { name = "identifier", type = "string", required = true },
  },
  RuntimeFilter = {
    { name = "column_name", type = "string", required = true },
    { name = "values", type = "string", list = true, required = true },
    { name = "operator", type = "string", required = true, values = "EQ NE LT LE GT GE IN BW CONTAINS BEGINS_WITH ENDS_WITH BW_INC BW_INC_MIN BW_INC_MAX LIKE NOT_IN" },
    { name = "persist", type = "boolean" },
    { name = "objects", type = "table", list = true, schema = "ParameterObject" },
  },
  RuntimeSort = {
    { name = "column_name", type = "string" },
    { name = "order", type = "string", values = "ASC DESC" },
    { name = "persist", type = "boolean" },
    { name = "objects", type = "table", list = true, schema = "ParameterObject" },
  },
  RuntimeParameter = {
    { name = "name", type = "string", required = true },
    { name = "values", type = "string", list = true, required = true },
    { name = "persist", type = "boolean" },
    { name = "objects", type = "table", list = true, schema = "ParameterObject" },
  },
  ValidateTokenRequest = {
    { name = "token", type = "string", required = true },
  },
  RevokeTokenRequest = {
    { name = "user_identifier", type = "string" },
    { name = "token", type = "string" },
  },
}

-- end derived

return { base = base, routes = routes, schemas = schemas }
