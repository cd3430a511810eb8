--- The columns of an export: those that a source can have, and further ones
-- for information.

local columns = require "thoughtspot_users.columns"
local describe = require "thoughtspot.describe"
local fold = require "thoughtspot.fold"
local json = require "thoughtspot_users.json"

local exported = {}

-- Columns that the cluster sets, and the fields of User that they show. A
-- source may have them; they change nothing.
local FOR_INFORMATION = {
  { "created", "creation_time_in_millis" },
  { "changed", "modification_time_in_millis" },
  { "first_login", "first_login_time_in_millis" },
}

-- Field of ImportUser = the field of User that shows it, if its name differs.
local SHOWN_AS = {
  user_identifier = "name", group_identifiers = "user_groups",
  org_identifiers = "orgs", home_liveboard_identifier = "home_liveboard",
}

--- Names of all columns.
exported.names = { "id" }
for _, field in ipairs(describe("ImportUser").fields) do
  if not field.secret and not field.schema then
    table.insert(exported.names, field.name)
  end
end

--- Names of the columns that are exported if none are given.
exported.defaults = {
  "id", "user_identifier", "display_name", "email", "account_type",
  "account_status", "group_identifiers", "org_identifiers",
}

--- Set of the names of columns that a source may have and that are not read.
exported.read_only = {}

for _, row in ipairs(FOR_INFORMATION) do
  local name, field = row[1], row[2]
  SHOWN_AS[name], exported.read_only[name] = field, true
  table.insert(exported.names, name)
  table.insert(exported.defaults, name)
end

--- Returns the field of User that a column shows.
function exported.field_of(name)
  return SHOWN_AS[name] or name
end

local GUID = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-"
  .. ("%x"):rep(12) .. "$"

-- Returns how a list refers to a group or an org: by its name if that can be
-- read back unchanged, else by its id.
local function identify(entry)
  local name, id = entry.name, entry.id
  if type(id) == "number" then
    id = ("%.0f"):format(id)
  end
  local fits = name and name ~= "" and fold.trim(name) == name
    and not name:find ";" and not name:find "^%d+$" and not name:find(GUID)
  return fits and name or id
end

-- Returns the groups of a user: those of the org, in which names are unique;
-- or if these are not known, all of them, by GUID.
local function groups_of(user, org)
  local found, has_others = json.list(), false
  for _, group in ipairs(user.user_groups or {}) do
    if not org.groups then
      found[#found + 1] = group.id
    elseif org.groups[group.id] then
      found[#found + 1] = identify(group)
    else
      has_others = true
    end
  end
  org.others = org.others + (has_others and 1 or 0)
  return found
end

local function orgs_of(user)
  local found = json.list()
  for index, org in ipairs(user.orgs or {}) do
    found[index] = identify(org)
  end
  return found
end

-- Returns the value of a column, as in a source.
local function value_of(user, name, org)
  local value = user[exported.field_of(name)]
  if name == "group_identifiers" then
    return groups_of(user, org)
  elseif name == "org_identifiers" then
    return orgs_of(user)
  elseif name == "home_liveboard_identifier" then
    return value and (value.id or value.name)
  elseif type(value) == "number" then
    return columns.time(value)
  elseif type(value) == "string" and fold.trim(value) == "" then
    -- A source would refuse it, because it cannot be intended.
    return nil
  end
  return value
end

-- Returns a value as the text of a cell.
local function cell_of(value, is_for_excel)
  if type(value) == "table" then
    value = table.concat(value, ";")
  elseif value ~= nil then
    value = tostring(value)
  end
  if is_for_excel and value and value:find "^[=+@\t\r-]" then
    return "'" .. value
  end
  return value
end

--- Returns columns, as thoughtspot_users.formats takes them.
-- @param list of names
-- @param org { groups = set of GUIDs or nil, others }: the groups of the org
--   in which the command acts; the number of users with groups of other orgs
--   is added to others
-- @param is_for_excel whether to put an apostrophe before what looks like a
--   formula
function exported.columns(list, org, is_for_excel)
  local found = {}
  for index, name in ipairs(list) do
    local function value(user)
      return value_of(user, name, org)
    end
    found[index] = {
      name = name, value = value,
      text = function(user)
        return cell_of(value(user), is_for_excel)
      end,
    }
  end
  return found
end

return exported
