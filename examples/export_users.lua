-- Exports all users to CSV.
--
--   lua export_users.lua [FILE]
--
-- Writes to the standard output, or to FILE, which appears when it is whole.
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local csv = require "csv"

local _, arguments = command.arguments("usage: export_users.lua [FILE]", {})
local path = arguments[1]

local function time(milliseconds)
  return milliseconds and os.date("!%Y-%m-%dT%H:%M:%SZ", milliseconds / 1000)
end

local function names(list)
  local found = {}
  for index, entry in ipairs(list or {}) do
    found[index] = entry.name
  end
  return table.concat(found, ";")
end

-- A column, the field that it comes from, and how it is written.
local columns = {
  { "id", "id" },
  { "name", "name" },
  { "display_name", "display_name" },
  { "email", "email" },
  { "account_type", "account_type" },
  { "account_status", "account_status" },
  { "groups", "user_groups", names },
  { "orgs", "orgs", names },
  { "created", "creation_time_in_millis", time },
  { "changed", "modification_time_in_millis", time },
  { "first_login", "first_login_time_in_millis", time },
}

local headings, fields = {}, {}
for index, column in ipairs(columns) do
  headings[index], fields[index] = column[1], column[2]
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

local progress = command.progress "users"
local count = 0

local function export()
  assert(output:write(csv.line(headings, #columns)))
  for user in client:each_user({}, { fields = fields }) do
    local values = {}
    for index, column in ipairs(columns) do
      local value = user[column[2]]
      values[index] = column[3] and column[3](value) or value
    end
    assert(output:write(csv.line(values, #columns)))
    count = count + 1
    progress(count)
  end
  assert(output:flush())
end

local done, failure = pcall(export)
progress(count, count)
if not done then
  if path then
    os.remove(path .. ".part")
  end
  command.fail(failure)
end
if path then
  output:close()
  assert(os.rename(path .. ".part", path))
end
