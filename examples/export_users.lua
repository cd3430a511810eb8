-- Exports all users to CSV, which import_users.lua reads.
--
--   lua export_users.lua [FILE] [--excel]
--
-- Writes to the standard output, or to FILE, which appears when it is whole.
--
-- --excel   for a spreadsheet: marked as UTF-8; and values that it would take
--           for formulas, which begin with = + - or @, get an apostrophe in
--           front, which would become part of them if they were imported
--
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local csv = require "csv"
local core = require "thoughtspot.core"

local flags, arguments = command.arguments({ excel = false }, 0, 1)
local path = arguments[1] ~= "-" and arguments[1] or nil

local function time(milliseconds)
  return milliseconds and os.date("!%Y-%m-%dT%H:%M:%SZ",
    math.floor(milliseconds / 1000))
end

local function names(list)
  local found = {}
  for index, entry in ipairs(list or {}) do
    -- Where a list cannot hold the name, it holds the id.
    local name = entry.name
    local fits = name and name:match "^%s*([^;]-)%s*$" == name
    found[index] = fits and name or entry.id
  end
  return table.concat(found, ";")
end

-- Columns that can be imported have the names of thoughtspot.describe
-- "ImportUser". A column, the field that it comes from, and how it is written.
local columns = {
  { "id", "id" },
  { "user_identifier", "name" },
  { "display_name", "display_name" },
  { "email", "email" },
  { "account_type", "account_type" },
  { "account_status", "account_status" },
  { "group_identifiers", "user_groups", names },
  { "org_identifiers", "orgs", names },
  { "created", "creation_time_in_millis", time },
  { "changed", "modification_time_in_millis", time },
  { "first_login", "first_login_time_in_millis", time },
}

local headings, fields = {}, {}
for index, column in ipairs(columns) do
  headings[index], fields[index] = column[1], column[2]
end

local function text(user, column)
  local value = user[column[2]]
  value = column[3] and column[3](value) or value
  if flags.excel and value and value:find "^[=+@\t\r-]" then
    return "'" .. value
  end
  return value
end

local client = command.client()
local output = io.stdout
if path then
  local err
  output, err = io.open(path .. ".part", "w")
  if not output then
    command.fail(err)
  end
end

-- A terminal shows the users.
local progress = function() end
if path or not core.is_terminal(io.stdout) then
  progress = command.progress "users"
end
local count = 0

local function export()
  assert(output:write(flags.excel and "\239\187\191" or "",
    csv.line(headings, #columns)))
  for user in client:each_user({}, { fields = fields }) do
    local values = {}
    for index, column in ipairs(columns) do
      values[index] = text(user, column)
    end
    assert(output:write(csv.line(values, #columns)))
    count = count + 1
    progress(count)
  end
  assert(output:flush())
  if path then
    assert(output:close())
    assert(os.rename(path .. ".part", path))
  end
end

local done, failure = pcall(export)
if not done and path then
  os.remove(path .. ".part")
end
command.conclude(done, failure)
progress(count, count)
command.finish {}
