local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local parameter_tables = { { identifier = "t", type = "LOGICAL_TABLE" } }

-- Each endpoint with all of its fields, and the expected request. Line breaks
-- in a body are for readability only.
local calls = {
  search_users = { "POST", "users/search", { {
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
  } }, [==[
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

  create_user = { "POST", "users/create", { {
    name = "ada", display_name = "Ada", password = "pw",
    email = "ada@acme.test", account_type = "SAML_USER",
    account_status = "INACTIVE", org_identifiers = { "0", "north" },
    group_identifiers = { "staff" }, visibility = "NON_SHARABLE",
    notify_on_share = false, show_onboarding_experience = core.null,
    onboarding_experience_completed = true,
    home_liveboard_identifier = "lb",
    favorite_metadata = { { identifier = core.null, type = "LIVEBOARD" }, {} },
    preferred_locale = "zh-Hant", use_browser_language = false,
    extended_properties = { team = "blue" }, extended_preferences = {},
    trigger_welcome_email = true, trigger_activation_email = false,
  } }, [==[
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

  update_user = { "POST", "users/ada%20%C3%A9/update", { "ada é", {
    name = "ada", display_name = "Ada", visibility = "SHARABLE",
    email = "ada@acme.test", account_status = "LOCKED",
    notify_on_share = core.null, show_onboarding_experience = true,
    onboarding_experience_completed = false, account_type = "LDAP_USER",
    group_identifiers = { "staff" }, home_liveboard_identifier = "lb",
    favorite_metadata = {}, org_identifiers = { "0" }, operation = "ADD",
    preferred_locale = "en-GB", use_browser_language = core.null,
    extended_properties = {}, extended_preferences = { theme = "dark" },
  } }, [==[
    {"name":"ada","display_name":"Ada","visibility":"SHARABLE",
    "email":"ada@acme.test","account_status":"LOCKED",
    "notify_on_share":null,"show_onboarding_experience":true,
    "onboarding_experience_completed":false,"account_type":"LDAP_USER",
    "group_identifiers":["staff"],"home_liveboard_identifier":"lb",
    "favorite_metadata":[],"org_identifiers":["0"],"operation":"ADD",
    "preferred_locale":"en-GB","use_browser_language":null,
    "extended_properties":{},"extended_preferences":{"theme":"dark"}}]==],
  },

  delete_user = { "POST", "users/ada/delete", { "ada" } },

  import_users = { "POST", "users/import", { {
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
    default_password = "dp", dry_run = false, delete_unspecified_users = true,
  } }, [==[
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

  change_user_password = { "POST", "users/change-password", { {
    current_password = "old", new_password = "new", user_identifier = "ada",
  } }, [==[
    {"current_password":"old","new_password":"new",
    "user_identifier":"ada"}]==],
  },

  reset_user_password = { "POST", "users/reset-password", { {
    new_password = "new", user_identifier = "ada",
  } }, [==[{"new_password":"new","user_identifier":"ada"}]==] },

  activate_user = { "POST", "users/activate", { {
    user_identifier = "ada", auth_token = "a-t", password = "pw",
    properties = "{}",
    activation_link = support.host .. "/#/activate?id=bob&token=b-t",
  } }, [==[
    {"user_identifier":"ada","auth_token":"a-t","password":"pw",
    "properties":"{}"}]==],
  },

  deactivate_user = { "POST", "users/deactivate", { {
    user_identifier = "ada", base_url = "https://acme.test",
  } }, [==[{"user_identifier":"ada","base_url":"https://acme.test"}]==] },

  force_logout_users = { "POST", "users/force-logout", { {
    user_identifiers = { "ada", "bob" },
  } }, [==[{"user_identifiers":["ada","bob"]}]==] },

  force_logout_all_users = { "POST", "users/force-logout", { {
    confirm = support.host,
  } }, "{}" },

  search_groups = { "POST", "groups/search", { {
    group_identifier = "Staff", name_pattern = "s%", display_name = "Staff",
    description = "all of us", type = "LDAP_GROUP",
    visibility = "SHARABLE", org_identifiers = { "0" },
    user_identifiers = { "ada" }, sub_group_identifiers = { "Night" },
    privileges = { "AUTHORING" }, role_identifiers = { "r" },
    default_liveboard_identifiers = {}, record_offset = 5, record_size = -1,
    sort_options = { field_name = "NAME" }, include_users = false,
    include_sub_groups = core.null,
  } }, [==[
    {"group_identifier":"Staff","name_pattern":"s%","display_name":"Staff",
    "description":"all of us","type":"LDAP_GROUP","visibility":"SHARABLE",
    "org_identifiers":["0"],"user_identifiers":["ada"],
    "sub_group_identifiers":["Night"],"privileges":["AUTHORING"],
    "role_identifiers":["r"],"default_liveboard_identifiers":[],
    "record_offset":5,"record_size":-1,"sort_options":{"field_name":"NAME"},
    "include_users":false,"include_sub_groups":null}]==],
  },

  search_orgs = { "POST", "orgs/search", { {
    org_identifier = "North", description = "the north",
    visibility = "HIDDEN", status = "IN_ACTIVE", user_identifiers = { "ada" },
  } }, [==[
    {"org_identifier":"North","description":"the north",
    "visibility":"HIDDEN","status":"IN_ACTIVE","user_identifiers":["ada"]}]==],
  },

  get_full_access_token = { "POST", "auth/token/full", { {
    username = "ada", password = "pw", secret_key = "sk",
    validity_time_in_sec = 3600, org_id = 7, email = "ada@acme.test",
    display_name = "Ada", auto_create = true, group_identifiers = { "staff" },
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
  } }, [==[
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
    anonymous = true,
  },

  validate_token = { "POST", "auth/token/validate", { { token = "t" } },
    [==[{"token":"t"}]==] },

  revoke_token = { "POST", "auth/token/revoke", { {
    user_identifier = "ada", token = "t",
  } }, [==[{"user_identifier":"ada","token":"t"}]==] },

  get_current_user_info = { "GET", "auth/session/user", {} },

  get_current_user_token = { "GET", "auth/session/token", {} },
}

local function squeeze(body)
  return body and (body:gsub("\n%s*", "")):gsub("^%s+", "")
end

-- The fields of a schema that are missing in a request.
local function not_given(schema, request)
  local missing = {}
  for _, field in ipairs(schema and schema.fields or {}) do
    if request[field.name] == nil then
      missing[#missing + 1] = field.name
    end
  end
  return missing
end

describe("endpoints", function()
  local client

  before_each(function()
    client = support.client {}
  end)

  for _, name in ipairs(core.describe()) do
    it("has all of " .. name .. " on the wire", function()
      local call = assert(calls[name], "the spec misses an endpoint")
      local method, path, arguments, body = unpack(call)
      local request = support.send(assert(client:prepare(name,
        unpack(arguments))))
      assert.equal(method, request.method)
      assert.equal("https://acme.test/api/rest/2.0/" .. path, request.url)
      assert.equal(squeeze(body), request.body)
      local headers = {
        ["Accept"] = "application/json",
        ["User-Agent"] = request.headers["User-Agent"],
        ["Content-Type"] = body and "application/json",
        ["Authorization"] = not call.anonymous and "Bearer fixed-token"
          or nil,
      }
      assert.same(headers, request.headers)
      assert.same({}, not_given(core.describe(name).request,
        arguments[#arguments]))
    end)
  end

  it("send an empty object without a request", function()
    for _, request in ipairs { false, {} } do
      local exchange = client:prepare("search_users", request or nil)
      assert.equal("{}", support.send(exchange).body)
    end
    assert.equal("{}",
      support.send(client:prepare("update_user", "ada")).body)
  end)

  -- Each value that the contract mentions for a field of a request: the
  -- default, the enum values, and null.
  local function shown(field)
    local values = {}
    local default = field.default
    if default == "true" or default == "false" then
      default = default == "true"
    end
    values[1] = tonumber(default) or default
    for _, value in ipairs(field.values or {}) do
      values[#values + 1] = value
    end
    if field.list then
      for index, value in ipairs(values) do
        values[index] = { value }
      end
    end
    if field.nullable then
      values[#values + 1] = core.null
    end
    return values
  end

  -- Calls try(request) for a request with each of these values.
  local function try_all(schema, request, try)
    for _, field in ipairs(schema.fields) do
      for _, value in ipairs(shown(field)) do
        local before = request[field.name]
        request[field.name] = value
        try(field.name, value)
        request[field.name] = before
      end
      if field.schema then
        local before = request[field.name]
        local inner = support.minimal(field.schema)
        request[field.name] = field.list and { inner } or inner
        try_all(field.schema, inner, try)
        request[field.name] = before
      end
    end
  end

  for _, name in ipairs(core.describe()) do
    local schema = core.describe(name).request
    if schema then
      it("take what the contract shows for " .. name, function()
        local request = support.minimal(schema)
        try_all(schema, request, function(field, value)
          local exchange, err = support.prepare(client, name, request)
          assert(exchange, field .. " = " .. tostring(value) .. ": "
            .. tostring(err))
        end)
      end)
    end
  end

  it("send null where the contract allows it", function()
    for call, names in pairs {
      search_users = "sort_options", search_groups = "sort_options",
      get_full_access_token = "user_parameters",
    } do
      local request = support.minimal(core.describe(call).request)
      request[names] = core.null
      local body = support.send(support.prepare(client, call, request)).body
      assert.truthy(body:find('"' .. names .. '":null', 1, true), body)
    end
  end)

  it("are appended to the path prefix of the host", function()
    client = support.client { host = "https://acme.test:8443/ts/" }
    local request = support.send(client:prepare("delete_user", "ada"))
    assert.equal(
      "https://acme.test:8443/ts/api/rest/2.0/users/ada/delete", request.url)
  end)

  describe("with an identifier in the path", function()
    local refusals = {
      { nil, "user_identifier: is required: user (name or GUID)" },
      { "", "user_identifier: is empty" },
      { ".", 'user_identifier: "." cannot be used in a path; use the GUID' },
      { "..", 'user_identifier: ".." cannot be used in a path; use the GUID' },
      { 7, "user_identifier: expected a string (user (name or GUID)), "
        .. "got number" },
      { { "ada" }, "user_identifier: expected a string (user (name or "
        .. "GUID)), got table" },
      { core.null, "user_identifier: is required: user (name or GUID)" },
      { "a\0b", "user_identifier: contains a NUL byte" },
      { "a\255", "user_identifier: is not valid UTF-8 (byte 2)" },
    }
    for index = 1, 9 do
      it("refuse " .. tostring(refusals[index][2]), function()
        for _, name in ipairs { "update_user", "delete_user" } do
          local err = support.refusal(client, name, refusals[index][1])
          assert.equal("argument", err.kind)
          assert.equal(name, err.endpoint)
          assert.equal("user_identifier", err.field)
          assert.equal(refusals[index][2], err.message)
        end
      end)
    end
  end)

  describe("that log out everybody", function()
    it("require the host as it was given", function()
      for _, confirm in ipairs { "acme.test", "https://acme.test/", "" } do
        local err = support.refusal(client, "force_logout_all_users",
          { confirm = confirm })
        assert.equal("confirm", err.field)
        assert.equal("confirm: every user would be logged out; to confirm "
          .. "it, give the client's host, \"https://acme.test\"", err.message)
      end
      assert.equal("confirm", support.refusal(client,
        "force_logout_all_users").field)
    end)

    it("are not reached with a list that is missing or empty", function()
      local lists = { {}, { user_identifiers = {} },
        { user_identifiers = core.null }, { user_identifiers = { nil, "b" } },
        { user_identifiers = { "" } }, { user_identifiers = false } }
      for _, request in ipairs(lists) do
        local err = support.refusal(client, "force_logout_users", request)
        assert.equal("argument", err.kind)
        assert.matches("^user_identifiers", err.field)
      end
      assert.equal("user_identifiers",
        support.refusal(client, "force_logout_users").field)
    end)
  end)

  describe("that delete unlisted users", function()
    local ada = { user_identifier = "ada", display_name = "Ada" }

    local function import(users, dry_run, delete)
      return client:prepare("import_users", { users = users,
        dry_run = dry_run, delete_unspecified_users = delete })
    end

    it("require a list and dry_run", function()
      local _, err = import({}, true, true)
      assert.equal("users: is empty: with delete_unspecified_users every "
        .. "user would be deleted", err.message)
      assert.equal("users", err.field)
      for _, dry_run in ipairs { core.null, false } do
        _, err = import({ ada }, dry_run or nil, true)
        assert.equal("dry_run: must be given as true or false together with "
          .. "delete_unspecified_users", err.message)
        assert.equal("dry_run", err.field)
      end
      assert(import({ ada }, false, true))
      assert(import({ ada }, true, true))
    end)

    it("accept anything when nobody is deleted", function()
      assert(import({}, nil, nil))
      assert(import({}, nil, false))
      assert(import({}, nil, core.null))
    end)
  end)

  it("refuse non-tables, extra arguments and unknown names", function()
    local function raises(message, ...)
      local ok, err = pcall(client.prepare, client, ...)
      assert.is_false(ok)
      assert.matches(message, tostring(err))
    end
    raises("no such endpoint", "search_user")
    raises("table expected, got string", "search_users", "ada")
    raises("table expected, got number", "search_users", {}, 5)
    raises("table expected, got boolean", "delete_user", "ada", true)
    raises("no further argument expected", "search_users", {}, {}, {})
    raises("no further argument expected", "get_current_user_info", {}, {})
  end)
end)
