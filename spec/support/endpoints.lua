--- What each endpoint sends and returns, and who may call it: the values of
-- the published contract, against which specs check the endpoint table. The
-- rows have its order.
--
-- A row: name, effect and reply as core.describe returns them; admin: it
-- requires an administrator; anonymous: it is sent without a token; and a call
-- with all fields: method and path as sent, arguments of the client's method,
-- and body. Line breaks in a body are for readability only.

local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local parameter_tables = { { identifier = "t", type = "LOGICAL_TABLE" } }

local endpoints = {
  {
    name = "search_users", effect = "safe", reply = "list",
    method = "POST", path = "users/search",
    arguments = { {
      user_identifier = "ada", display_name = "Ada", name_pattern = "a%",
      visibility = "SHARABLE", email = "ada@acme.test", group_identifiers = {},
      privileges = { "DEVELOPER", "BYPASSRLS" }, account_type = "LOCAL_USER",
      account_status = "ACTIVE", notify_on_share = true,
      show_onboarding_experience = false,
      onboarding_experience_completed = core.null, org_identifiers = { "0" },
      home_liveboard_identifier = "lb",
      favorite_metadata = { { type = "ANSWER", identifier = "a" } },
      record_offset = 20, record_size = -1,
      sort_options = { order = "ASC", field_name = "NAME" },
      role_identifiers = { "r" }, include_favorite_metadata = true,
      include_variable_values = false,
    } },
    body = [==[
    {"user_identifier":"ada","display_name":"Ada","name_pattern":"a%",
    "visibility":"SHARABLE","email":"ada@acme.test","group_identifiers":[],
    "privileges":["DEVELOPER","BYPASSRLS"],"account_type":"LOCAL_USER",
    "account_status":"ACTIVE","notify_on_share":true,
    "show_onboarding_experience":false,
    "onboarding_experience_completed":null,"org_identifiers":["0"],
    "home_liveboard_identifier":"lb",
    "favorite_metadata":[{"identifier":"a","type":"ANSWER"}],
    "record_offset":20,"record_size":-1,
    "sort_options":{"field_name":"NAME","order":"ASC"},
    "role_identifiers":["r"],"include_favorite_metadata":true,
    "include_variable_values":false}]==],
  },
  {
    name = "create_user", effect = "once", reply = "object", admin = true,
    method = "POST", path = "users/create",
    arguments = { {
      name = "ada", display_name = "Ada", password = "pw",
      email = "ada@acme.test", account_type = "SAML_USER",
      account_status = "INACTIVE", org_identifiers = { "0", "north" },
      group_identifiers = { "staff" }, visibility = "NON_SHARABLE",
      notify_on_share = false, show_onboarding_experience = core.null,
      onboarding_experience_completed = true,
      home_liveboard_identifier = "lb",
      favorite_metadata = {
        { identifier = core.null, type = "LIVEBOARD" }, {},
      },
      preferred_locale = "zh-Hant", use_browser_language = false,
      extended_properties = { team = "blue" }, extended_preferences = {},
      trigger_welcome_email = true, trigger_activation_email = false,
    } },
    body = [==[
    {"name":"ada","display_name":"Ada","password":"pw",
    "email":"ada@acme.test","account_type":"SAML_USER",
    "account_status":"INACTIVE","org_identifiers":["0","north"],
    "group_identifiers":["staff"],"visibility":"NON_SHARABLE",
    "notify_on_share":false,"show_onboarding_experience":null,
    "onboarding_experience_completed":true,
    "home_liveboard_identifier":"lb",
    "favorite_metadata":[{"identifier":null,"type":"LIVEBOARD"},{}],
    "preferred_locale":"zh-Hant","use_browser_language":false,
    "extended_properties":{"team":"blue"},"extended_preferences":{},
    "trigger_welcome_email":true,"trigger_activation_email":false}]==],
  },
  {
    name = "update_user", effect = "idempotent", reply = "none", admin = true,
    method = "POST", path = "users/ada%20%C3%A9/update",
    arguments = { "ada é", {
      name = "ada", display_name = "Ada", visibility = "SHARABLE",
      email = "ada@acme.test", account_status = "LOCKED",
      notify_on_share = core.null, show_onboarding_experience = true,
      onboarding_experience_completed = false, account_type = "LDAP_USER",
      group_identifiers = { "staff" }, home_liveboard_identifier = "lb",
      favorite_metadata = {}, org_identifiers = { "0" }, operation = "ADD",
      preferred_locale = "en-GB", use_browser_language = core.null,
      extended_properties = {}, extended_preferences = { theme = "dark" },
    } },
    body = [==[
    {"name":"ada","display_name":"Ada","visibility":"SHARABLE",
    "email":"ada@acme.test","account_status":"LOCKED",
    "notify_on_share":null,"show_onboarding_experience":true,
    "onboarding_experience_completed":false,"account_type":"LDAP_USER",
    "group_identifiers":["staff"],"home_liveboard_identifier":"lb",
    "favorite_metadata":[],"org_identifiers":["0"],"operation":"ADD",
    "preferred_locale":"en-GB","use_browser_language":null,
    "extended_properties":{},"extended_preferences":{"theme":"dark"}}]==],
  },
  {
    name = "delete_user", effect = "once", reply = "none", admin = true,
    method = "POST", path = "users/ada/delete",
    arguments = { "ada" },
  },
  {
    name = "import_users", effect = "once", reply = "object", admin = true,
    method = "POST", path = "users/import",
    arguments = { {
      users = {
        {
          user_identifier = "ada", display_name = "Ada", password = "pw",
          account_type = "OIDC_USER", account_status = "ACTIVE",
          email = "ada@acme.test", org_identifiers = { "0" },
          group_identifiers = core.null, visibility = "SHARABLE",
          notify_on_share = true, show_onboarding_experience = false,
          onboarding_experience_completed = core.null,
          home_liveboard_identifier = core.null,
          favorite_metadata = { { identifier = "a" } },
          preferred_locale = "ja-JP", use_browser_language = true,
        },
        { user_identifier = "bob", display_name = "", password = core.null },
      },
      default_password = "dp", dry_run = false,
      delete_unspecified_users = true,
    } },
    body = [==[
    {"users":[
    {"user_identifier":"ada","display_name":"Ada","password":"pw",
    "account_type":"OIDC_USER","account_status":"ACTIVE",
    "email":"ada@acme.test","org_identifiers":["0"],
    "group_identifiers":null,"visibility":"SHARABLE",
    "notify_on_share":true,"show_onboarding_experience":false,
    "onboarding_experience_completed":null,
    "home_liveboard_identifier":null,
    "favorite_metadata":[{"identifier":"a"}],
    "preferred_locale":"ja-JP","use_browser_language":true},
    {"user_identifier":"bob","display_name":"","password":null}],
    "default_password":"dp","dry_run":false,
    "delete_unspecified_users":true}]==],
  },
  {
    name = "change_user_password", effect = "once", reply = "none",
    admin = true,
    method = "POST", path = "users/change-password",
    arguments = { {
      current_password = "old", new_password = "new", user_identifier = "ada",
    } },
    body = [==[
    {"current_password":"old","new_password":"new",
    "user_identifier":"ada"}]==],
  },
  {
    name = "reset_user_password", effect = "idempotent", reply = "none",
    admin = true,
    method = "POST", path = "users/reset-password",
    arguments = { {
      new_password = "new", user_identifier = "ada",
    } },
    body = [==[{"new_password":"new","user_identifier":"ada"}]==],
  },
  {
    name = "activate_user", effect = "once", reply = "object", admin = true,
    method = "POST", path = "users/activate",
    arguments = { {
      user_identifier = "ada", auth_token = "a-t", password = "pw",
      properties = "{}",
      activation_link = support.host .. "/#/activate?id=bob&token=b-t",
    } },
    body = [==[
    {"user_identifier":"ada","auth_token":"a-t","password":"pw",
    "properties":"{}"}]==],
  },
  {
    name = "deactivate_user", effect = "once", reply = "object", admin = true,
    method = "POST", path = "users/deactivate",
    arguments = { {
      user_identifier = "ada", base_url = "https://acme.test",
    } },
    body = [==[{"user_identifier":"ada","base_url":"https://acme.test"}]==],
  },
  {
    name = "force_logout_users", effect = "idempotent", reply = "none",
    admin = true,
    method = "POST", path = "users/force-logout",
    arguments = { {
      user_identifiers = { "ada", "bob" },
    } },
    body = [==[{"user_identifiers":["ada","bob"]}]==],
  },
  {
    name = "force_logout_all_users", effect = "once", reply = "none",
    admin = true,
    method = "POST", path = "users/force-logout",
    arguments = { {
      confirm = support.host,
    } },
    body = "{}",
  },
  {
    name = "search_groups", effect = "safe", reply = "list",
    method = "POST", path = "groups/search",
    arguments = { {
      group_identifier = "Staff", name_pattern = "s%", display_name = "Staff",
      description = "all of us", type = "LDAP_GROUP",
      visibility = "SHARABLE", org_identifiers = { "0" },
      user_identifiers = { "ada" }, sub_group_identifiers = { "Night" },
      privileges = { "AUTHORING" }, role_identifiers = { "r" },
      default_liveboard_identifiers = {}, record_offset = 5, record_size = -1,
      sort_options = { field_name = "NAME" }, include_users = false,
      include_sub_groups = core.null,
    } },
    body = [==[
    {"group_identifier":"Staff","name_pattern":"s%","display_name":"Staff",
    "description":"all of us","type":"LDAP_GROUP","visibility":"SHARABLE",
    "org_identifiers":["0"],"user_identifiers":["ada"],
    "sub_group_identifiers":["Night"],"privileges":["AUTHORING"],
    "role_identifiers":["r"],"default_liveboard_identifiers":[],
    "record_offset":5,"record_size":-1,"sort_options":{"field_name":"NAME"},
    "include_users":false,"include_sub_groups":null}]==],
  },
  {
    name = "search_orgs", effect = "safe", reply = "list", admin = true,
    method = "POST", path = "orgs/search",
    arguments = { {
      org_identifier = "North", description = "the north",
      visibility = "HIDDEN", status = "IN_ACTIVE",
      user_identifiers = { "ada" },
    } },
    body = [==[
    {"org_identifier":"North","description":"the north",
    "visibility":"HIDDEN","status":"IN_ACTIVE","user_identifiers":["ada"]}]==],
  },
  {
    name = "get_full_access_token", effect = "idempotent", reply = "object",
    anonymous = true,
    method = "POST", path = "auth/token/full",
    arguments = { {
      username = "ada", password = "pw", secret_key = "sk",
      validity_time_in_sec = 3600, org_id = 7, email = "ada@acme.test",
      display_name = "Ada", auto_create = true,
      group_identifiers = { "staff" },
      user_parameters = {
        objects = parameter_tables,
        runtime_filters = { {
          column_name = "Color", values = { "red", "blue" }, operator = "IN",
          persist = false, objects = parameter_tables,
        } },
        runtime_sorts = { {
          column_name = "Color", order = "DESC", persist = true,
          objects = core.null,
        } },
        parameters = { {
          name = "p", values = {}, persist = core.null,
          objects = parameter_tables,
        } },
      },
    } },
    body = [==[
    {"username":"ada","password":"pw","secret_key":"sk",
    "validity_time_in_sec":3600,"org_id":7,"email":"ada@acme.test",
    "display_name":"Ada","auto_create":true,"group_identifiers":["staff"],
    "user_parameters":{
    "objects":[{"type":"LOGICAL_TABLE","identifier":"t"}],
    "runtime_filters":[{"column_name":"Color","values":["red","blue"],
    "operator":"IN","persist":false,
    "objects":[{"type":"LOGICAL_TABLE","identifier":"t"}]}],
    "runtime_sorts":[{"column_name":"Color","order":"DESC","persist":true,
    "objects":null}],
    "parameters":[{"name":"p","values":[],"persist":null,
    "objects":[{"type":"LOGICAL_TABLE","identifier":"t"}]}]}}]==],
  },
  {
    name = "validate_token", effect = "safe", reply = "object",
    method = "POST", path = "auth/token/validate",
    arguments = { { token = "t" } },
    body = [==[{"token":"t"}]==],
  },
  {
    name = "revoke_token", effect = "idempotent", reply = "none",
    method = "POST", path = "auth/token/revoke",
    arguments = { {
      user_identifier = "ada", token = "t",
    } },
    body = [==[{"user_identifier":"ada","token":"t"}]==],
  },
  {
    name = "get_current_user_info", effect = "safe", reply = "object",
    method = "GET", path = "auth/session/user",
    arguments = {},
  },
  {
    name = "get_current_user_token", effect = "safe", reply = "object",
    method = "GET", path = "auth/session/token",
    arguments = {},
  },
}

return endpoints
