--- export: all users as a file that plan and sync read.

local columns = require "thoughtspot_users.columns"
local csv = require "thoughtspot_users.csv"
local failure = require "thoughtspot_users.failure"
local filters = require "thoughtspot_users.filters"
local json = require "thoughtspot_users.json"
local org_groups = require "thoughtspot_users.org_groups"
local progress = require "thoughtspot_users.progress"
local terminal = require "thoughtspot_users.terminal"
local text = require "thoughtspot_users.text"
local thoughtspot = require "thoughtspot"

-- Columns that a source can have, called as fields of ImportUser are = the
-- field of User that they show. Then those that only tell.
local SHOWN_AS = {
  id = "id", user_identifier = "name", group_identifiers = "user_groups",
  org_identifiers = "orgs", home_liveboard_identifier = "home_liveboard",
  created = "creation_time_in_millis", changed = "modification_time_in_millis",
  first_login = "first_login_time_in_millis",
}

local DEFAULT_FIELDS = "id,user_identifier,display_name,email,account_type,"
  .. "account_status,group_identifiers,org_identifiers,created,changed,"
  .. "first_login"

-- Columns that there can be.
local KNOWN = { "id" }
for _, field in ipairs(thoughtspot.describe("ImportUser").fields) do
  if not field.secret and not field.schema then
    KNOWN[#KNOWN + 1] = field.name
  end
end
for _, name in ipairs { "created", "changed", "first_login" } do
  KNOWN[#KNOWN + 1] = name
end

local GUID = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-"
  .. ("%x"):rep(12) .. "$"

-- Ids of the groups of each name: a name that several carry names none.
local function note_groups(known, user)
  for _, group in ipairs(user.user_groups or {}) do
    if group.name and group.id then
      local id = known[group.name]
      known[group.name] = (id == nil or id == group.id) and group.id or false
    end
  end
end

-- How a list holds a group or an org: by its name if that is read back as it
-- is and names no other one, else by its id.
local function identify(entry, known)
  local name, id = entry.name, entry.id
  if type(id) == "number" then
    id = ("%.0f"):format(id)
  end
  local fits = name and name ~= "" and name:match "^%s*([^;]-)%s*$" == name
    and not name:find "^%d+$" and not name:find(GUID)
    and not (known and known[name] == false)
  return fits and name or id
end

local function identifiers(list, known)
  local found = json.list()
  for _, entry in ipairs(list or {}) do
    found[#found + 1] = identify(entry, known)
  end
  return found
end

-- The value of a column, as a source has it.
local function value_of(user, name, known)
  local value = user[SHOWN_AS[name] or name]
  if name == "group_identifiers" then
    return identifiers(value, known)
  elseif name == "org_identifiers" then
    return identifiers(value)
  elseif name == "home_liveboard_identifier" then
    return value and (value.id or value.name)
  elseif type(value) == "number" then
    return columns.time(value)
  end
  return value
end

-- A value as the text of a cell.
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

local writers = {}

-- CSV, whatever its users hold, is read back as it is.
function writers.csv(names, flags, known, is_shown)
  local function row(user)
    local cells = {}
    for index, name in ipairs(names) do
      local cell = cell_of(value_of(user, name, known), flags.excel)
      cells[index] = cell and is_shown and text.clean(cell) or cell
    end
    return csv.line(cells, #names)
  end
  return {
    first = (flags.excel and "\239\187\191" or "") .. csv.line(names, #names),
    row = row,
  }
end

local function object(names, user, known)
  local made = {}
  for _, name in ipairs(names) do
    local value = value_of(user, name, known)
    -- An empty text would not be left alone where this is read.
    if value ~= "" then
      made[name] = value
    end
  end
  return json.encode(made, names)
end

function writers.jsonl(names, _, known)
  return {
    row = function(user)
      return object(names, user, known) .. "\n"
    end,
  }
end

function writers.json(names, _, known)
  local is_first = true
  return {
    first = "[", last = "]\n",
    row = function(user)
      local separator = is_first and "" or ",\n"
      is_first = false
      return separator .. object(names, user, known)
    end,
  }
end

-- Leaves to a user the groups of the org, each as the one table that all of
-- its users share. Returns whether there were others.
local function keep_groups(user, in_org, shared)
  local kept, others = {}, false
  for _, group in ipairs(user.user_groups or {}) do
    if in_org and not in_org[group.id] then
      others = true
    else
      local key = tostring(group.id) .. "\0" .. tostring(group.name)
      shared[key] = shared[key] or group
      kept[#kept + 1] = shared[key]
    end
  end
  user.user_groups = kept
  return others
end

-- Reads all users, who are kept until the groups of all are known.
local function read_users(context, names)
  local fields, users, known, shared = { "id" }, {}, {}, {}
  local in_org, with_others = nil, 0
  for _, name in ipairs(names) do
    fields[#fields + 1] = name ~= "id" and (SHOWN_AS[name] or name) or nil
    if name == "group_identifiers" then
      in_org = org_groups.read(context:client())
    end
  end
  local count_up = progress.start("users", context.flags.quiet)
  for user in context:client():each_user(filters.of(context.flags), {
    fields = fields,
  }) do
    if keep_groups(user, in_org, shared) then
      with_others = with_others + 1
    end
    note_groups(known, user)
    users[#users + 1] = user
    count_up(#users)
  end
  count_up(#users, #users)
  if with_others > 0 then
    context.output:note(("groups of other orgs, in which %d of the users are, "
      .. "are left out: --org-id"):format(with_others))
  end
  return users, known
end

-- Writes all pieces; returns true, or nil and a message.
local function write_all(write, writer, users)
  local written, err = write(writer.first or "")
  for _, user in ipairs(users) do
    if not written then
      return nil, err
    end
    written, err = write(writer.row(user))
  end
  if written then
    written, err = write(writer.last or "")
  end
  return written, err
end

-- Writes a file that appears when it is whole.
local function write_file(path, writer, users)
  local part = path .. ".part"
  local file = failure.check(io.open(part, "wb"))
  local called, written, err = pcall(write_all, function(piece)
    return file:write(piece)
  end, writer, users)
  local closed, why = file:close()
  if not called then
    os.remove(part)
    error(written, 0)
  elseif not written or not closed then
    os.remove(part)
    failure.raise(("%s: %s"):format(part, tostring(err or why)))
  end
  local renamed
  renamed, err = os.rename(part, path)
  if not renamed then
    os.remove(part)
    failure.raise(err)
  end
end

local function run(context)
  local flags, output = context.flags, context.output
  local names = columns.parse(flags.fields or DEFAULT_FIELDS, KNOWN)
  local format = output.format == "table" and "csv" or output.format
  local path = flags.file ~= "-" and flags.file or nil
  if path then
    -- A place where nothing can be written is found out first.
    failure.check(io.open(path .. ".part", "wb")):close()
    os.remove(path .. ".part")
  end
  local users, known = read_users(context, names)
  local writer = writers[format](names, flags, known,
    not path and terminal.is(io.stdout))
  if path then
    write_file(path, writer, users)
    output:note(("%s: %s"):format(path, #users == 1 and "1 user"
      or #users .. " users"))
    if output.format == "json" or output.format == "jsonl" then
      output:document({ file = path, users = #users }, { "file", "users" })
    end
    return
  end
  write_all(function(piece)
    output:write(piece)
    return true
  end, writer, users)
  output.has_document = true
end

return {
  {
    name = "export",
    takes_fields = true,
    summary = "Write all users as CSV that plan and sync read.",
    description = "Writes all users, or those that the filters find, as CSV "
      .. "(or as --format says) that plan and sync read as it is. FILE "
      .. "appears when it is whole; without FILE, or with -, they go to the "
      .. "standard output. --fields names the columns.",
    arguments = {
      { "file", "The file to write.", args = "?" },
    },
    options = (function()
      local options = {
        { "--excel", nil, "For a spreadsheet: marked as UTF-8, and with an "
          .. "apostrophe before what would be taken for a formula; not to be "
          .. "read again." },
      }
      for _, option in ipairs(filters.options) do
        options[#options + 1] = option
      end
      return options
    end)(),
    run = run,
  },
}
