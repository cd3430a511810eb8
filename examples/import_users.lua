-- Imports users from CSV: says what would change, asks, and does it.
--
--   lua import_users.lua FILE [--yes]
--
-- The first line of FILE ("-": the standard input) names the columns, which
-- are fields of thoughtspot.describe "ImportUser"; user_identifier and
-- display_name have to be there. Lists (group_identifiers, org_identifiers)
-- have semicolons between their items. An empty value leaves a field alone.
--
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN. The password of created users
-- that have none in FILE: THOUGHTSPOT_DEFAULT_PASSWORD.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local csv = require "csv"
local thoughtspot = require "thoughtspot"

local flags, arguments = command.arguments(
  "usage: import_users.lua FILE [--yes]", { yes = false })
if #arguments ~= 1 then
  command.fail "usage: import_users.lua FILE [--yes]"
end

local rows, columns = csv.read(arguments[1])
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
local fields, shown = fields_of "ImportUser", fields_of "User"

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
    return booleans[text] == nil and text or booleans[text]
  end
  return text
end

for _, column in ipairs(columns) do
  local field = fields[column]
  if not field or field.schema then
    command.fail(("there is no column \"%s\" to import; see "
      .. "thoughtspot.describe \"ImportUser\""):format(column))
  end
  for _, row in ipairs(rows) do
    row[column] = row[column] and convert(field, row[column])
  end
end

-- --- The plan --------------------------------------------------------------

local client = command.client()

-- A field of ImportUser = the field of User that shows it.
local shown_as = {
  group_identifiers = "user_groups", org_identifiers = "orgs",
}

local function read_users()
  local wanted = { "id", "name" }
  for _, column in ipairs(columns) do
    local field = shown_as[column] or column
    wanted[#wanted + 1] = shown[field] and field
  end
  local users = {}
  for user in client:each_user({}, { fields = wanted }) do
    users[user.id], users[user.name:lower()] = user, user
  end
  return users
end

local function show(value)
  if type(value) ~= "table" then
    return value == nil and "(nothing)" or tostring(value)
  end
  local items = {}
  for index, item in ipairs(value) do
    items[index] = type(item) == "table" and item.name or item
  end
  table.sort(items)
  return #items > 0 and table.concat(items, ";") or "(none)"
end

-- What a row changes of a user: a list of lines.
local function changes(row, user)
  local lines = {}
  for _, column in ipairs(columns) do
    local new, old = row[column], user[shown_as[column] or column]
    local stays = new == nil or column == "user_identifier"
    if not stays and fields[column].secret then
      lines[#lines + 1] = column .. ": set"
    elseif not stays and show(new) ~= show(old) then
      lines[#lines + 1] = ("%s: %s -> %s"):format(column, show(old),
        show(new))
    end
  end
  return lines
end

local read, users = pcall(read_users)
if not read then
  command.fail(users)
end

local to_import, created, updated = {}, 0, 0
for _, row in ipairs(rows) do
  local name = row.user_identifier
  local user = name and users[name] or users[(name or ""):lower()]
  local lines = user and changes(row, user)
  if not user then
    created = created + 1
    print("create " .. (name or "(no user_identifier)"))
  elseif #lines > 0 then
    updated = updated + 1
    print("update " .. name)
    for _, line in ipairs(lines) do
      print("  " .. line)
    end
  end
  if not user or #lines > 0 then
    to_import[#to_import + 1] = row
  end
end
print(("%d to create, %d to update, %d as they are"):format(created, updated,
  #rows - created - updated))
if #to_import == 0 then
  os.exit(0, true)
end

-- --- Dry run, question, import ---------------------------------------------

local function import(dry_run)
  local report, err = client:import_in_batches(to_import, {
    dry_run = dry_run,
    default_password = os.getenv "THOUGHTSPOT_DEFAULT_PASSWORD",
    on_progress = command.progress(dry_run and "checked" or "imported"),
  })
  if not report then
    command.fail(err)
  end
  for _, failure in ipairs(report.failures) do
    failure.name = failure.item.user_identifier or "row " .. failure.index
  end
  return report
end

local checked = import(true)
if #checked.failures > 0 then
  io.stderr:write "The cluster refuses this; nothing was changed:\n"
  for _, failure in ipairs(checked.failures) do
    io.stderr:write("  ", failure.name, ": ", tostring(failure.err), "\n")
  end
  os.exit(2, true)
end
if not command.confirm("Do it?", flags.yes) then
  command.fail "nothing was changed"
end
local report = import(false)
print(("created %d, updated %d"):format(#report.users_added,
  #report.users_updated))
command.finish(report.failures)
