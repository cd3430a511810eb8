--- The options of a sandbox, and the orgs, groups and users with which it
-- begins. Invalid options raise a string.

local names = require "thoughtspot.sandbox.names"

local seed = {}

-- What a sandbox has unless its options say otherwise.
local SECRET_KEY = "sandbox-secret-key"
local ADMIN = { name = "tsadmin", password = "secret" }

--- The options: name; type; doc; annotation, the LuaCATS type, if it is not
-- the type; default, as text. The documentation is derived from these rows.
seed.options = {
  {
    name = "admin", type = "table", annotation = "thoughtspot.SandboxAdmin",
    default = ('{ name = "%s", password = "%s" }'):format(ADMIN.name,
      ADMIN.password),
    doc = "the administrator",
  },
  {
    name = "secret_key", type = "string",
    default = ('"%s"'):format(SECRET_KEY),
    doc = "secret key of trusted authentication",
  },
  {
    name = "orgs", type = "table", annotation = "string[]",
    doc = 'names of orgs; org 0, "Primary", is always there',
  },
  {
    name = "groups", type = "table",
    annotation = "(string|thoughtspot.SandboxGroup)[]",
    doc = "names of groups, or { name, org } with the name of an org",
  },
  {
    name = "group_all", type = "boolean", default = "false",
    doc = "whether each org has the group All, in which its users are and "
      .. "which they cannot leave",
  },
  {
    name = "users", type = "table", annotation = "thoughtspot.SandboxUser[]",
    doc = "users besides the administrator",
  },
  {
    name = "quirks", type = "table", annotation = "thoughtspot.SandboxQuirks",
    doc = "switches for the behaviour of some clusters",
  },
  {
    name = "clock", type = "function", annotation = "fun(): number",
    default = "os.time", doc = "returns epoch seconds",
  },
}

--- The fields of the users: name; annotation, the LuaCATS type; doc. A field
-- without doc means what it means in User.
seed.user_fields = {
  { name = "name", annotation = "string", required = true },
  { name = "display_name", annotation = "string", default = "the name" },
  { name = "email", annotation = "string" },
  { name = "password", annotation = "string", doc = "to log in with" },
  { name = "account_type", annotation = "thoughtspot.UserAccountType" },
  { name = "account_status", annotation = "thoughtspot.UserAccountStatus" },
  { name = "visibility", annotation = "thoughtspot.UserVisibility" },
  { name = "notify_on_share", annotation = "boolean" },
  { name = "show_onboarding_experience", annotation = "boolean" },
  { name = "onboarding_experience_completed", annotation = "boolean" },
  { name = "home_liveboard_identifier", annotation = "string", doc = "GUID" },
  { name = "preferred_locale", annotation = "string" },
  { name = "use_browser_language", annotation = "boolean" },
  { name = "extended_properties", annotation = "table<string, any>" },
  { name = "extended_preferences", annotation = "table<string, any>" },
  { name = "first_login_time_in_millis", annotation = "number" },
  { name = "expiration_time_in_millis", annotation = "number" },
  { name = "privileges", annotation = "string[]" },
  { name = "roles", annotation = "string[]", doc = "names of roles" },
  {
    name = "favorites", annotation = "table<string, thoughtspot.FavoriteType>",
    doc = "GUIDs of Liveboards and Answers, each with its type",
  },
  { name = "groups", annotation = "string[]", doc = "names of groups" },
  {
    name = "orgs", annotation = "string[]", default = '{ "Primary" }',
    doc = "names of orgs",
  },
  { name = "super_user", annotation = "boolean" },
  { name = "system_user", annotation = "boolean" },
}

local options_by_name = names.index(seed.options)
local user_fields_by_name = names.index(seed.user_fields)

--- Checks the options of a sandbox; see thoughtspot.sandbox.
function seed.check(options)
  if type(options) ~= "table" then
    error("sandbox: expected a table of options, got " .. type(options), 0)
  end
  names.check("option", options, options_by_name, 0)
  for name, value in pairs(options) do
    local expected = options_by_name[name].type
    if type(value) ~= expected then
      error(("sandbox: option %s: expected a %s, got %s"):format(name,
        expected, type(value)), 0)
    end
  end
end

-- Returns the entries of a store that a list names; all must exist.
local function entries_of(store, kind, list)
  local found = {}
  for _, name in ipairs(list) do
    local entries = store:matching(kind, { name })
    if next(entries) == nil then
      error("sandbox: nothing in " .. kind .. " is called " .. name, 0)
    end
    for entry in pairs(entries) do
      found[entry] = true
    end
  end
  return found
end

local function seed_user(store, user)
  if type(user) ~= "table" then
    error("sandbox: expected a table as a user, got " .. type(user), 0)
  end
  names.check("field of a user called", user, user_fields_by_name, 0)
  if type(user.name) ~= "string" then
    error("sandbox: a user needs a name", 0)
  end
  local fields = {}
  for name, value in pairs(user) do
    fields[name] = value
  end
  fields.display_name = user.display_name or user.name
  fields.groups = entries_of(store, "groups", user.groups or {})
  fields.orgs = entries_of(store, "orgs", user.orgs or { "Primary" })
  store:add_user(fields)
end

--- Adds to an empty store what the options ask for.
function seed.fill(store, options)
  store.secret_key = options.secret_key or SECRET_KEY
  store:add_org "Primary"
  local all_orgs = { "Primary" }
  for _, name in ipairs(options.orgs or {}) do
    store:add_org(name)
    all_orgs[#all_orgs + 1] = name
  end
  for _, org in ipairs(options.group_all and store.orgs or {}) do
    store:add_group("All", org.id, true)
  end
  for _, group in ipairs(options.groups or {}) do
    group = type(group) == "table" and group or { name = group }
    local org = next(entries_of(store, "orgs", { group.org or "Primary" }))
    store:add_group(group.name, org.id)
  end
  local admin = options.admin or {}
  seed_user(store, {
    name = admin.name or ADMIN.name, display_name = "Administrator",
    email = "tsadmin@sandbox.test",
    password = admin.password or ADMIN.password,
    privileges = { "ADMINISTRATION" }, orgs = all_orgs,
  })
  for _, user in ipairs(options.users or {}) do
    seed_user(store, user)
  end
end

return seed
