--- Filters of users on the command line, as search_users takes them.

local describe = require "thoughtspot.describe"
local received = require "thoughtspot.received"
local arguments = require "thoughtspot_users.arguments"

local filters = {}

local fields = {}
for _, field in ipairs(describe("search_users").request.fields) do
  fields[field.name] = field
end

local sort_fields = {}
for _, field in ipairs(fields.sort_options.schema.fields) do
  if field.name == "field_name" then
    for index, name in ipairs(field.values) do
      sort_fields[index] = name:lower()
    end
  end
end

--- Fields by which users can be sorted.
filters.sort_fields = sort_fields

-- Flag, its value, its description, and the field of the search.
local ROWS = {
  { "--name", "PATTERN", "Users whose whole name matches; % for any "
    .. "characters.", "name_pattern" },
  { "--display-name", "TEXT", "Users with exactly this display name.",
    "display_name" },
  { "--email", "ADDRESS", "Users with this e-mail address.", "email" },
  { "--group", "GROUP", "Users in a group (name or GUID; may be repeated: in "
    .. "any of them).", "group_identifiers" },
  { "--org", "ORG", "Users in an org (name or number; may be repeated).",
    "org_identifiers" },
  { "--role", "ROLE", "Users with a role (may be repeated).",
    "role_identifiers" },
  { "--privilege", "PRIVILEGE", "Users with a privilege (may be repeated).",
    "privileges" },
  { "--type", "TYPE", "Users with this account type.", "account_type" },
  { "--status", "STATUS", "Users with this account status.",
    "account_status" },
  { "--visibility", "VISIBILITY", "Users with this visibility when sharing.",
    "visibility" },
}

--- Options of subcommands that take filters.
filters.options = {}
for index, row in ipairs(ROWS) do
  local field = fields[row[4]]
  filters.options[index] = {
    row[1], row[2], row[3], many = field.list,
    choices = not field.list and field.values or nil,
    values = field.list and field.values or nil,
  }
end

-- Returns the filter that flags describe.
local function filter_of(flags)
  local filter = {}
  for _, row in ipairs(ROWS) do
    local value = flags[arguments.name_of_flag(row[1])]
    if value ~= nil and not (type(value) == "table" and #value == 0) then
      filter[row[4]] = value
    end
  end
  if flags.sort or flags.reverse then
    filter.sort_options = {
      field_name = flags.sort and flags.sort:upper() or "NAME",
      order = flags.reverse and "DESC" or "ASC",
    }
  end
  return filter
end

--- Iterates over the users that the flags of a subcommand describe; they are
-- safe to read.
-- @param options of client:each_user
function filters.each_user(context, options)
  local next_user, state, _, closing = context:client():each_user(
    filter_of(context.flags), options)
  return function()
    local user = next_user(state)
    return user and received.user(user)
  end, nil, nil, closing
end

return filters
