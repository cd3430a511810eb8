--- The options of a sandbox, and the orgs, groups and users with which it
--- begins. Invalid options raise a string.

local names = require "thoughtspot.sandbox.names"

local seed = {}

-- Option = its type.
local option_types = {
  admin = "table", secret_key = "string", groups = "table", orgs = "table",
  users = "table", quirks = "table", clock = "function", group_all = "boolean",
}

local user_names = names.set("name display_name email password account_type "
  .. "account_status visibility notify_on_share show_onboarding_experience "
  .. "onboarding_experience_completed home_liveboard_identifier "
  .. "preferred_locale use_browser_language extended_properties "
  .. "extended_preferences first_login_time_in_millis "
  .. "expiration_time_in_millis privileges roles favorites groups orgs "
  .. "super_user system_user")

--- Checks the options of a sandbox; see thoughtspot.sandbox.
function seed.check(options)
  if type(options) ~= "table" then
    error("sandbox: expected a table of options, got " .. type(options), 0)
  end
  names.check("option", options, option_types, 0)
  for name, value in pairs(options) do
    if type(value) ~= option_types[name] then
      error(("sandbox: option %s: expected a %s, got %s"):format(name,
        option_types[name], type(value)), 0)
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
  names.check("field of a user called", user, user_names, 0)
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
    name = admin.name or "tsadmin", display_name = "Administrator",
    email = "tsadmin@sandbox.test", password = admin.password or "secret",
    privileges = { "ADMINISTRATION" }, orgs = all_orgs,
  })
  for _, user in ipairs(options.users or {}) do
    seed_user(store, user)
  end
end

return seed
