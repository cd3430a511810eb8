-- Imports users from CSV: says what would change, asks, and does it.
--
--   lua import_users.lua FILE [--dry-run | --yes]
--
-- The first line of FILE ("-": the standard input) names the columns, which
-- are fields of thoughtspot.describe "ImportUser"; user_identifier and
-- display_name have to be there. Lists (group_identifiers, org_identifiers)
-- have semicolons between their items. An empty value leaves a field alone.
-- The columns that export_users.lua writes are taken, or left alone where
-- nothing can be imported from them.
--
-- --dry-run   only says what would change, and lets the cluster check it
-- --yes       does not ask
--
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN. The password of created users
-- that have none in FILE: THOUGHTSPOT_DEFAULT_PASSWORD.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local csv = require "csv"
local thoughtspot = require "thoughtspot"

local flags, arguments = command.arguments(
  { ["dry-run"] = false, yes = false }, 1, 1)

-- The rows, and their numbers in FILE.
local rows, columns, numbers = csv.read(arguments[1])
if not rows then
  command.fail(columns)
end

-- --- From text to users ----------------------------------------------------

local function fields_of(schema)
  local fields = {}
  for _, field in ipairs(thoughtspot.describe(schema).fields) do
    fields[field.name] = field
  end
  return fields
end
local fields, user_fields = fields_of "ImportUser", fields_of "User"

-- Columns of export_users.lua that are the cluster's to set.
local left_alone = {
  id = true, created = true, changed = true, first_login = true,
}

local booleans = { ["true"] = true, ["false"] = false }

local function convert(field, text)
  if field.list then
    local items = {}
    for item in text:gmatch "[^;]+" do
      items[#items + 1] = item:match "^%s*(.-)%s*$"
    end
    return items
  elseif field.type == "boolean" then
    -- What is neither is refused by the dry run, which names the row.
    local value = booleans[text:lower()]
    return value == nil and text or value
  end
  return text
end

-- The columns that are imported.
local imported = {}
for _, column in ipairs(columns) do
  local field = fields[column]
  if field and not field.schema then
    imported[#imported + 1], imported[column] = column, true
  elseif not left_alone[column] then
    command.fail(("there is no column \"%s\" to import; see "
      .. "thoughtspot.describe \"ImportUser\""):format(column))
  end
  for _, row in ipairs(rows) do
    row[column] = imported[column] and row[column]
      and convert(field, row[column])
  end
end

for _, name in ipairs { "user_identifier", "display_name" } do
  if not imported[name] then
    command.fail(("there has to be a column \"%s\""):format(name))
  end
end

-- Each row has to be of another user, or one would undo the other.
-- @param key_of function(identifier): what tells users apart
local function refuse_repeated(key_of)
  local first = {}
  for index, row in ipairs(rows) do
    local identifier = row.user_identifier
    if not identifier then
      command.fail(("row %d has no user_identifier"):format(numbers[index]))
    end
    local key = key_of(identifier)
    if first[key] then
      command.fail(("rows %d and %d are of the same user, %s"):format(
        first[key], numbers[index], identifier))
    end
    first[key] = numbers[index]
  end
end
refuse_repeated(string.lower)

-- --- The plan --------------------------------------------------------------

local client = command.client()

-- A field of ImportUser = the field of User that shows it.
local shown_as = {
  group_identifiers = "user_groups", org_identifiers = "orgs",
  home_liveboard_identifier = "home_liveboard",
}

local function read_users()
  local wanted = { "id", "name" }
  for _, column in ipairs(imported) do
    local field = shown_as[column] or column
    wanted[#wanted + 1] = user_fields[field] and field
  end
  local users = {}
  for user in client:each_user({}, { fields = wanted }) do
    users[user.id], users[user.name:lower()] = user, user
  end
  return users
end

local users = command.run(read_users)

local function find(identifier)
  return users[identifier] or users[identifier:lower()]
end

-- One row may have a user's name, and another the GUID.
refuse_repeated(function(identifier)
  local user = find(identifier)
  return user and user.id or identifier:lower()
end)

-- What a user has in a column, as a list of texts; and what groups and orgs
-- that are given by their ids are called there.
local function shown(user, column)
  local value, list, names = user[shown_as[column] or column], {}, {}
  if type(value) ~= "table" then
    list[1] = value ~= nil and tostring(value) or nil
    return list, names
  end
  for index, entry in ipairs(value.id and { value } or value) do
    list[index] = entry.name or entry.id
    names[tostring(entry.id)] = list[index]
  end
  table.sort(list)
  return list, names
end

-- What a row has in a column, as a list of texts.
local function given(value, names)
  local list = {}
  for index, item in ipairs(type(value) == "table" and value or { value }) do
    list[index] = names[item] or tostring(item)
  end
  table.sort(list)
  return list
end

local function print_list(list)
  return #list > 0 and table.concat(list, ";") or "(nothing)"
end

-- What a row changes of a user: a list of lines.
local function changes(row, user)
  local lines = {}
  for _, column in ipairs(imported) do
    local value = row[column]
    if value ~= nil and fields[column].secret then
      lines[#lines + 1] = column .. ": set"
    elseif value ~= nil and column ~= "user_identifier" then
      local old, names = shown(user, column)
      local new = given(value, names)
      if table.concat(old, "\0") ~= table.concat(new, "\0") then
        lines[#lines + 1] = ("%s: %s -> %s"):format(column, print_list(old),
          print_list(new))
      end
    end
  end
  return lines
end

local to_import, numbers_to_import, created, updated = {}, {}, 0, 0
for index, row in ipairs(rows) do
  local user = find(row.user_identifier)
  local lines = user and changes(row, user)
  if not user then
    created = created + 1
    command.print("create " .. row.user_identifier)
  elseif #lines > 0 then
    updated = updated + 1
    command.print("update " .. row.user_identifier)
    for _, line in ipairs(lines) do
      command.print("  " .. line)
    end
  end
  if not user or #lines > 0 then
    to_import[#to_import + 1] = row
    numbers_to_import[#to_import] = numbers[index]
  end
end
command.print(("%d to create, %d to update, %d as they are"):format(created,
  updated, #rows - created - updated))
if #to_import == 0 then
  command.finish {}
end

-- --- Dry run, question, import ---------------------------------------------

local function import(dry_run)
  local report, err = client:import_in_batches(to_import, {
    dry_run = dry_run,
    default_password = os.getenv "THOUGHTSPOT_DEFAULT_PASSWORD",
    on_progress = command.progress(dry_run and "checked" or "imported"),
  })
  if not report then
    error(err, 0)
  end
  for _, failure in ipairs(report.failures) do
    failure.name = ("row %d, %s"):format(numbers_to_import[failure.index],
      failure.item.user_identifier)
  end
  return report
end

-- Why a dry run failed. A field is one of the row; and where the error says
-- that the import may have been done, there was none.
local function reason(err)
  if err.field then
    return err.field:gsub("^users%[%d+%]%.", "") .. ": " .. err.message
  end
  return err.applied == "maybe" and err.message or tostring(err)
end

local checked = command.run(function()
  return import(true)
end)
if #checked.failures > 0 then
  io.stderr:write "Nothing was changed, for this cannot be imported:\n"
  for _, failure in ipairs(checked.failures) do
    io.stderr:write("  ", failure.name, ": ", reason(failure.err), "\n")
  end
  os.exit(2, true)
end
if flags["dry-run"] then
  command.print "dry run, nothing was changed"
  command.finish {}
end
if not command.confirm("Do it?", flags.yes) then
  command.fail "nothing was changed"
end
local report = command.run(function()
  return import(false)
end)
command.print(("created %d, updated %d"):format(#report.users_added,
  #report.users_updated))
command.finish(report.failures)
