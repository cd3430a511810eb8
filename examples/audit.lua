-- Audits users: lists those who are not active, have never logged in, or are
-- in no group.
--
--   lua audit.lua [--json]
--
-- Writes a table, or with --json a JSON object on a line for each user.
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY
-- or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN.

package.path = (arg[0]:match "^.*/" or "./") .. "?.lua;" .. package.path
local command = require "command"
local json = require "cjson".new()

local flags = command.arguments({ json = false }, 0, 0)
local client = command.client()

-- A finding, and whether it is one of a user.
local findings = {
  { "inactive", function(user)
    return user.account_status ~= nil and user.account_status ~= "ACTIVE"
  end },
  { "never logged in", function(user)
    return (user.first_login_time_in_millis or 0) == 0
  end },
  { "no groups", function(user)
    return #(user.user_groups or {}) == 0
  end },
}

local rows = {}

local function audit()
  local progress = command.progress "users"
  local count = 0
  local fields = {
    "id", "name", "email", "account_status", "first_login_time_in_millis",
    "user_groups",
  }
  for user in client:each_user({}, { fields = fields }) do
    local found = {}
    for _, finding in ipairs(findings) do
      if finding[2](user) then
        found[#found + 1] = finding[1]
      end
    end
    if #found > 0 then
      rows[#rows + 1] = {
        id = user.id, name = user.name, email = user.email, findings = found,
      }
    end
    count = count + 1
    progress(count)
  end
  progress(count, count)
end

command.run(audit)
table.sort(rows, function(a, b)
  return a.name < b.name
end)

if flags.json then
  for _, row in ipairs(rows) do
    command.print(json.encode(row))
  end
  command.finish {}
end
local widths = { #"name", #"e-mail" }
for _, row in ipairs(rows) do
  widths[1] = math.max(widths[1], #row.name)
  widths[2] = math.max(widths[2], #(row.email or ""))
end
local shape = ("%%-%ds  %%-%ds  %%s"):format(widths[1], widths[2])
command.print(shape:format("name", "e-mail", "findings"))
for _, row in ipairs(rows) do
  command.print(shape:format(row.name, row.email or "",
    table.concat(row.findings, ", ")))
end
command.finish {}
