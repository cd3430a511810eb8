--- export: all users as a file that plan and sync read.

local columns = require "thoughtspot_users.columns"
local csv = require "thoughtspot_users.csv"
local describe = require "thoughtspot.describe"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local filters = require "thoughtspot_users.filters"
local fold = require "thoughtspot.fold"
local json = require "thoughtspot_users.json"
local org_groups = require "thoughtspot_users.org_groups"
local progress = require "thoughtspot_users.progress"
local terminal = require "thoughtspot_users.terminal"
local text = require "thoughtspot_users.text"

-- Columns that a source can have, named like fields of ImportUser = the field
-- of User that they show. Then columns for information only.
local SHOWN_AS = {
  id = "id", user_identifier = "name", group_identifiers = "user_groups",
  org_identifiers = "orgs", home_liveboard_identifier = "home_liveboard",
  created = "creation_time_in_millis", changed = "modification_time_in_millis",
  first_login = "first_login_time_in_millis",
}

local DEFAULT_FIELDS = "id,user_identifier,display_name,email,account_type,"
  .. "account_status,group_identifiers,org_identifiers,created,changed,"
  .. "first_login"

-- All possible columns.
local KNOWN = { "id" }
for _, field in ipairs(describe("ImportUser").fields) do
  if not field.secret and not field.schema then
    KNOWN[#KNOWN + 1] = field.name
  end
end
for _, name in ipairs { "created", "changed", "first_login" } do
  KNOWN[#KNOWN + 1] = name
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
-- @param org { groups = set of GUIDs or nil, others = number of users with
--   further groups }
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
  local value = user[SHOWN_AS[name] or name]
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

-- Format = function(names, options, org), which returns the beginning, a
-- function(user) that returns a row, and the end.
local writers = {}

-- CSV, which can be read back unchanged whatever the users contain.
function writers.csv(names, options, org)
  return (options.excel and "\239\187\191" or "") .. csv.line(names, #names),
    function(user)
      local cells = {}
      for index, name in ipairs(names) do
        local cell = cell_of(value_of(user, name, org), options.excel)
        cells[index] = cell and options.is_shown and text.clean(cell) or cell
      end
      return csv.line(cells, #names)
    end, ""
end

local function object(names, user, org)
  local made = {}
  for _, name in ipairs(names) do
    made[name] = value_of(user, name, org)
  end
  return json.encode(made, names)
end

function writers.jsonl(names, _, org)
  return "", function(user)
    return object(names, user, org) .. "\n"
  end, ""
end

function writers.json(names, _, org)
  local separator = ""
  return "[", function(user)
    local row = separator .. object(names, user, org)
    separator = ",\n"
    return row
  end, "]\n"
end

-- Reads the users and writes them, one after the other.
-- @param write function(piece), which raises if it fails
-- @return the number of users
local function export(context, names, options, write)
  local fields, org = { "id" }, { others = 0 }
  for _, name in ipairs(names) do
    fields[#fields + 1] = name ~= "id" and (SHOWN_AS[name] or name) or nil
    if name == "group_identifiers" then
      org.groups = org_groups.read(context:client())
    end
  end
  local first, row, last = writers[options.format](names, options, org)
  local count_up, count = progress.start("users", context.flags.quiet
    or options.is_shown), 0
  write(first)
  for user in filters.each_user(context, { fields = fields }) do
    write(row(user))
    count = count + 1
    count_up(count)
  end
  write(last)
  count_up(count, count)
  if org.others > 0 then
    context.output:note(("%d of the users are also in groups of other orgs, "
      .. "which are left out: see --org-id"):format(org.others))
  end
  return count
end

-- Writes a file that is visible only once it is complete; writes directly to a
-- device or a pipe.
local function export_to_file(context, names, options, path)
  local place = files.place_of(path)
  -- No other run writes to it, because addresses are random.
  local part = place and ("%s.%s.part"):format(place,
    tostring {}:match "%x+$")
  local function check(value, err)
    return value or failure.raise(path .. ": "
      .. tostring(err):gsub("^.*: ", ""))
  end
  local file = check(io.open(part or path, "wb"))
  local done, count = pcall(function()
    local written = export(context, names, options, function(piece)
      check(file:write(piece))
    end)
    check(file:flush())
    return written
  end)
  file:close()
  if not done then
    if part then
      os.remove(part)
    end
    error(count, 0)
  elseif not part then
    return count
  end
  local renamed, err = os.rename(part, place)
  if not renamed then
    os.remove(part)
    check(nil, err)
  end
  return count
end

local function run(context)
  local flags, output = context.flags, context.output
  local names = columns.parse(flags.fields or DEFAULT_FIELDS, KNOWN)
  local path = flags.file ~= "-" and flags.file or nil
  local options = {
    format = output.format == "table" and "csv" or output.format,
    excel = flags.excel, is_shown = not path and terminal.is(io.stdout),
  }
  if path then
    local count = export_to_file(context, names, options, path)
    output:note(("%s: %s"):format(path, count == 1 and "1 user"
      or count .. " users"))
    output:document({ file = path, users = count }, { "file", "users" })
  elseif options.format == "json" then
    -- An incomplete document would be invalid.
    local pieces = {}
    export(context, names, options, function(piece)
      pieces[#pieces + 1] = piece
    end)
    output:write(table.concat(pieces))
    output.has_document = true
  else
    export(context, names, options, function(piece)
      output:write(piece)
    end)
  end
end

return {
  {
    name = "export",
    takes_fields = true,
    description = "Writes all users, or those that match the filters, as CSV "
      .. "(or in the format of --format), which plan and sync can read. FILE "
      .. "appears once it is complete; without FILE, or with -, the users go "
      .. "to standard output. --fields selects the columns.",
    arguments = {
      { "file", "The file to write.", args = "?" },
    },
    options = (function()
      local options = {
        { "--excel", nil, "For a spreadsheet: adds a byte order mark, and an "
          .. "apostrophe before values that look like formulas. Such a file "
          .. "is not for plan and sync." },
      }
      for _, option in ipairs(filters.options) do
        options[#options + 1] = option
      end
      return options
    end)(),
    run = run,
  },
}
