local cjson = require "cjson"
local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local everything_about_a_user = {
  account_type = "SAML_USER",
  account_status = "INACTIVE",
  org_identifiers = { "0", "north" },
  group_identifiers = { "staff" },
  visibility = "NON_SHARABLE",
  notify_on_share = false,
  show_onboarding_experience = core.null,
  onboarding_experience_completed = true,
  home_liveboard_identifier = "lb",
  favorite_metadata = { { identifier = "lb", type = "LIVEBOARD" }, {} },
  preferred_locale = "de-CH",
  use_browser_language = false,
}

local function user_and(fields)
  local all = {}
  for _, part in ipairs { everything_about_a_user, fields } do
    for name, value in pairs(part) do
      all[name] = value
    end
  end
  return all
end

local table_of_parameter = { { type = "LOGICAL_TABLE", identifier = "t" } }

-- Each endpoint with all its fields, and what has to go out. A body is that
-- of a member a line, for it to be read.
local calls = {
  search_users = {
    arguments = { {
      user_identifier = "ada", display_name = "Ada", name_pattern = "a%",
      visibility = "SHARABLE", email = "ada@acme.test",
      group_identifiers = {}, privileges = { "DEVELOPER", "BYPASSRLS" },
      account_type = "LOCAL_USER", account_status = "ACTIVE",
      notify_on_share = true, show_onboarding_experience = false,
      onboarding_experience_completed = core.null,
      org_identifiers = { "0" }, home_liveboard_identifier = "lb",
      favorite_metadata = { { type = "ANSWER", identifier = "a" } },
      record_offset = 20, record_size = -1,
      sort_options = { order = "ASC", field_name = "NAME" },
      role_identifiers = { "r" }, include_favorite_metadata = true,
      include_variable_values = false,
    } },
    path = "users/search",
    body = {
      [["user_identifier":"ada"]], [["display_name":"Ada"]],
      [["name_pattern":"a%"]], [["visibility":"SHARABLE"]],
      [["email":"ada@acme.test"]], [["group_identifiers":[]==],
      [["privileges":["DEVELOPER","BYPASSRLS"]==],
      [["account_type":"LOCAL_USER"]], [["account_status":"ACTIVE"]],
      [["notify_on_share":true]], [["show_onboarding_experience":false]],
      [["onboarding_experience_completed":null]],
      [["org_identifiers":["0"]==], [["home_liveboard_identifier":"lb"]],
      [["favorite_metadata":[{"identifier":"a","type":"ANSWER"}]==],
      [["record_offset":20]], [["record_size":-1]],
      [["sort_options":{"field_name":"NAME","order":"ASC"}]],
      [["role_identifiers":["r"]==], [["include_favorite_metadata":true]],
      [["include_variable_values":false]],
    },
  },
}
