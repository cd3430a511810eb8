--- Makes a plan from a source and the flags.

local arguments = require "thoughtspot_users.arguments"
local csv = require "thoughtspot_users.csv"
local defaults = require "thoughtspot_users.defaults"
local describe = require "thoughtspot.describe"
local failure = require "thoughtspot_users.failure"
local joined = require "thoughtspot_users.joined"
local json = require "thoughtspot_users.json"
local person = require "thoughtspot_users.person"
local progress = require "thoughtspot_users.progress"
local source = require "thoughtspot_users.source"
local wording = require "thoughtspot_users.wording"

local planning = {}

-- Returns the values that a field of an endpoint's request can have.
local function values_of(endpoint, name)
  for _, field in ipairs(describe(endpoint).request.fields) do
    if field.name == name then
      return field.values
    end
  end
end

-- Returns the description of an option of sync.plan.
local function described(description, name)
  return defaults(description, "PlanOptions", name)
end

-- The options that describe a scope, and the field of the filter that each
-- fills in. An empty value is refused by the plan.
local SCOPES = {
  { "--scope-group", "GROUP", "Scope: users in a group (may be repeated). "
    .. "The scope is the users whose absence from the source counts.",
    many = true, may_be_empty = true, field = "group_identifiers" },
  { "--scope-org", "ORG", "Scope: users in an org (may be repeated).",
    many = true, may_be_empty = true, field = "org_identifiers" },
  { "--scope-type", "TYPE", "Scope: users with an account type.",
    choices = values_of("search_users", "account_type"),
    field = "account_type" },
  { "--scope-name", "PATTERN", "Scope: users whose name matches; % for any "
    .. "characters.", may_be_empty = true, field = "name_pattern" },
}

--- Options of plan and sync.
planning.options = joined({
  { "--from", "FORMAT", "Format of FILE; by default, recognized by its name "
    .. "and content.", choices = source.formats },
  { "--map", "FIELD=COLUMN,...", "Columns, members or attributes from which "
    .. "fields are read." },
  { "--in-group", "GROUP", "Group to which all people of the source belong, "
    .. "in addition to the groups in their rows (may be repeated).",
    many = true },
}, SCOPES, {
  { "--scope-all", nil, "Scope: everybody." },
  { "--leavers", "WHAT", described("What happens to users in scope who are "
    .. "not in the source. keep: nothing; strip: they are removed from the "
    .. "managed groups; deactivate: they are also deactivated and logged out; "
    .. "delete: those inactive and unchanged for --delete-after days are "
    .. "deleted, and the others deactivated", "leavers"),
    choices = { "keep", "strip", "deactivate", "delete" } },
  { "--delete-after", "DAYS", described("Days for which a user is inactive "
    .. "and unchanged before --leavers delete deletes the user",
    "delete_after"), kind = "count" },
  { "--groups", "WHAT", described("Managed groups, from which users may be "
    .. "removed. named: those named in the source; add: none; or a list A;B",
    "groups") },
  { "--orgs", "WHAT", described("The same for orgs", "orgs") },
  { "--no-create", nil, "Do not create users." },
  { "--create", "FIELD=VALUE", "Field for all new users, such as "
    .. "account_type=SAML_USER (may be repeated).", many = true },
  { "--no-update", nil, "Do not update users." },
  { "--reactivate", nil, "Activate inactive users who are in the source." },
  { "--rename", nil, "Rename users whose row has their GUID and another "
    .. "name." },
  { "--update-sso", nil, "Update the e-mail address and display name of "
    .. "SAML_USER and OIDC_USER, too." },
  { "--protect", "NAME", "User who is never a leaver: a name, a GUID, or a "
    .. "pattern with * (may be repeated).", many = true },
  { "--no-protect-admins", nil, "Treat administrators as leavers, too." },
  { "--max-leavers", "N", described("Largest number of users who lose "
    .. "access, such as 5 or 10%", "max_leavers"), kind = "limit" },
  { "--max-deletes", "N", described("Largest number of users who are deleted",
    "max_deletes"), kind = "limit" },
  { "--max-removals", "N", described("Largest number of people who stay and "
    .. "lose a group or an org", "max_removals"), kind = "limit" },
  { "--max-updates", "N", described("Largest number of people who are updated",
    "max_updates"), kind = "limit" },
})

-- Reads FIELD=COLUMN at a position of --map. A column with a comma or a quote
-- in its name is quoted as in CSV.
-- @return the field, the column, and the position after it; or nil
local function read_pair(given, at)
  local field, start = given:match("^%s*([^=,]-)%s*=%s*()", at)
  if not field then
    return nil
  elseif given:sub(start, start) == '"' then
    local column, after = csv.read_quoted(given, start)
    local blank = after and given:match("^%s*()", after)
    local ends = blank == #given + 1
      or blank and given:sub(blank, blank) == ","
    return field, column, ends and blank
  end
  local column, after = given:match("^([^,]-)%s*()%f[,%z]", start)
  return field, column, after
end

-- Parses "user_identifier=login,email=mail" to a table.
local function parse_map(given)
  local map, at = {}, 1
  given = given or ""
  while given:find("[^%s,]", at) do
    at = given:match("^[%s,]*()", at)
    local field, column, after = read_pair(given, at)
    if not after or column == "" then
      failure.raise(("--map: expected FIELD=COLUMN, got \"%s\"; quote a "
        .. "column whose name has a comma: FIELD=\"COLUMN\""):format(
        given:sub(at)))
    elseif not person.field(field) then
      failure.raise(("--map: there is no field \"%s\"; %s"):format(field,
        wording.hint(field, person.names, "fields")))
    elseif map[field] then
      failure.raise(("--map: %s has two columns, \"%s\" and \"%s\""):format(
        field, map[field], column))
    end
    map[field], at = column, after
  end
  return map
end

-- Returns the filter that the flags describe, or nil.
local function scope_of(flags)
  local scope = {}
  for _, row in ipairs(SCOPES) do
    local value = flags[arguments.name_of_flag(row[1])]
    if not (row.many and value and #value == 0) then
      scope[row.field] = value
    end
  end
  if next(scope) == nil then
    return flags.scope_all and scope or nil
  elseif flags.scope_all then
    failure.raise("--scope-all means everybody and cannot be combined with "
      .. "another scope")
  end
  return scope
end

-- Returns "named", "add", or the list in "A;B".
local function managed(given)
  if given == nil or given == "named" or given == "add" then
    return given
  end
  return (person.from_text("group_identifiers", given))
end

-- Returns the fields of all new users; false: none are created.
local function creation_of(flags)
  if flags.no_create then
    return false
  end
  local fields
  for _, pair in ipairs(flags.create or {}) do
    local name, value = pair:match "^([%w_]+)=(.*)$"
    if not name then
      failure.raise(("--create: expected FIELD=VALUE, got \"%s\""):format(
        pair))
    elseif not person.field(name) then
      failure.raise(("--create: there is no field \"%s\"; %s"):format(name,
        wording.hint(name, person.names, "fields")))
    end
    local converted, fault = person.from_text(name, value)
    if converted == nil then
      failure.raise(("--create: %s: %s"):format(name, fault or "is empty"))
    end
    fields = fields or {}
    fields[name] = converted
  end
  return fields
end

local function options_of(flags)
  local update
  if flags.no_update then
    update = false
  end
  local protect_admins
  if flags.no_protect_admins then
    protect_admins = false
  end
  return {
    scope = scope_of(flags), leavers = flags.leavers,
    delete_after = flags.delete_after, groups = managed(flags.groups),
    orgs = managed(flags.orgs), create = creation_of(flags), update = update,
    reactivate = flags.reactivate, rename = flags.rename,
    update_sso = flags.update_sso,
    protect = #(flags.protect or {}) > 0 and flags.protect or nil,
    protect_admins = protect_admins,
    max_leavers = flags.max_leavers, max_deletes = flags.max_deletes,
    max_removals = flags.max_removals, max_updates = flags.max_updates,
  }
end

-- Adds all people to groups. People without groups keep theirs; that cannot be
-- combined with people who have groups, because those become managed.
local function add_groups(reading, groups)
  local with, without
  for index, candidate in ipairs(#groups > 0 and reading.people or {}) do
    local named = candidate.group_identifiers
    with = with or named and index
    without = without or not named and index
    if with and without then
      failure.raise(("--in-group: %s has groups and %s has none; either all "
        .. "or none must have groups"):format(reading.places[with],
          reading.places[without]))
    end
    local all, seen = json.list(), {}
    for _, list in ipairs { type(named) == "table" and named or {}, groups } do
      for _, group in ipairs(list) do
        if not seen[group] then
          seen[group], all[#all + 1] = true, group
        end
      end
    end
    candidate.group_identifiers = all
  end
end

-- Gives people without a password that of the environment.
local function add_default_password(people)
  local password = os.getenv "THOUGHTSPOT_DEFAULT_PASSWORD"
  for _, candidate in ipairs(password and password ~= "" and people or {}) do
    candidate.password = candidate.password or password
  end
end

-- Returns the flag that fills in a field of the scope.
local function flag_of_scope(field)
  for _, row in ipairs(SCOPES) do
    if row.field == field then
      return row[1]
    end
  end
  return "--scope"
end

-- Returns an error about an option, with the name of its flag.
local function by_flag(err, leavers)
  local field = type(err) == "table" and err.kind == "argument" and err.field
  if field and field ~= "people" and type(err.message) == "string" then
    local what = err.message:gsub("^[%w_.]+: ", "")
    if field:find "^scope%." then
      return ("%s: %s"):format(
        flag_of_scope(field:match "^scope%.([%w_]+)"), what)
    elseif field == "scope" then
      return ("--leavers %s needs a scope: --scope-group, --scope-org, "
        .. "--scope-type, --scope-name, or --scope-all for everybody")
        :format(leavers)
    end
    return ("--%s: %s"):format(field:gsub("_", "-"):gsub("%..*", ""), what)
  end
  return err
end

--- Reads the source and compares it with the cluster.
-- @param context of the subcommand
-- @param keeps_passwords whether this run applies the plan: only it has the
--   passwords
-- @return the plan
function planning.make(context, keeps_passwords)
  local flags, output = context.flags, context.output
  local options = options_of(flags)
  local reading = source.read(flags.file, flags.from, parse_map(flags.map))
  output:notes(reading.notes)
  add_groups(reading, flags.in_group or {})
  if keeps_passwords then
    add_default_password(reading.people)
  end
  options.on_progress = progress.start("users read", flags.quiet, true)
  local sync = require "thoughtspot.sync"
  local plan, err, problems = sync.plan(context:client(), reading.people,
    options)
  if not plan and problems and #problems > 0 then
    source.refuse(reading, problems)
  end
  failure.check(plan, by_flag(err, flags.leavers))
  for _, list in ipairs { plan.kept, plan.left } do
    for _, entry in ipairs(list) do
      entry.reason = source.with_places(reading, entry.reason)
    end
  end
  return plan
end

return planning
