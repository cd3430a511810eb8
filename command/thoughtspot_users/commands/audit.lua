--- audit: users who need attention, and counts.

local columns = require "thoughtspot_users.columns"
local failure = require "thoughtspot_users.failure"
local filters = require "thoughtspot_users.filters"
local joined = require "thoughtspot_users.joined"
local json = require "thoughtspot_users.json"
local progress = require "thoughtspot_users.progress"

-- A finding, and a function that returns whether it applies to a user.
local FINDINGS = {
  { "inactive", function(user)
    return user.account_status ~= nil and user.account_status ~= "ACTIVE"
  end },
  { "never signed in", function(user)
    return (user.first_login_time_in_millis or 0) == 0
  end },
  { "no groups", function(user)
    for _, group in ipairs(user.user_groups or {}) do
      if group.name ~= "All" then
        return false
      end
    end
    return true
  end },
}

local FIELDS = {
  "id", "name", "email", "account_status", "first_login_time_in_millis",
  "user_groups",
}

-- What is counted = the required fields, and the keys of a user.
local COUNTS = {
  domain = { { "email" }, function(user)
    return { (user.email or ""):match "@([^@]+)$" or "" }
  end },
  group = { { "user_groups" }, function(user)
    local keys = {}
    for _, group in ipairs(user.user_groups or {}) do
      keys[#keys + 1] = group.name or group.id or "?"
    end
    return #keys > 0 and keys or { "" }
  end },
  org = { { "orgs" }, function(user)
    local keys = {}
    for _, org in ipairs(user.orgs or {}) do
      keys[#keys + 1] = org.name or org.id and ("%.0f"):format(org.id) or "?"
    end
    return #keys > 0 and keys or { "" }
  end },
}

local function each_user(context, fields, handle)
  local count_up, count = progress.start("users", context.flags.quiet, true),
    0
  for user in filters.each_user(context, { fields = fields }) do
    handle(user)
    count = count + 1
    count_up(count)
  end
  count_up(count, count)
  return count
end

local function plain(name)
  local function value(record)
    return record[name]
  end
  return { name = name, text = value, value = value }
end

-- Counts users by a kind of key: rows { users, active, [what] = key }, the
-- most frequent first.
local function count_by(context, what)
  local fields, keys_of = COUNTS[what][1], COUNTS[what][2]
  local rows, by_key = {}, {}
  each_user(context, { "id", "account_status", fields[1] }, function(user)
    for _, key in ipairs(keys_of(user)) do
      key = what == "domain" and key:lower() or key
      local row = by_key[key]
      if not row then
        row = { users = 0, active = 0, [what] = key }
        by_key[key] = row
        rows[#rows + 1] = row
      end
      row.users = row.users + 1
      row.active = row.active + (user.account_status == "ACTIVE" and 1 or 0)
    end
  end)
  table.sort(rows, function(a, b)
    if a.users ~= b.users then
      return a.users > b.users
    end
    return a[what] < b[what]
  end)
  return rows
end

local function number(name)
  local column = plain(name)
  column.text = function(row)
    return ("%d"):format(row[name])
  end
  return column
end

local function write_counts(output, what, rows)
  local first = plain(what)
  if output.format.is_for_people then
    first.text = function(row)
      return row[what] ~= "" and row[what] or "(none)"
    end
  end
  local records = output:records { first, number "users", number "active" }
  for _, row in ipairs(rows) do
    records:add(row)
  end
  records:close()
end

local function find(context)
  local rows = {}
  local count = each_user(context, FIELDS, function(user)
    local found = json.list()
    for _, finding in ipairs(FINDINGS) do
      if finding[2](user) then
        found[#found + 1] = finding[1]
      end
    end
    if #found > 0 then
      rows[#rows + 1] = {
        id = user.id, name = user.name, email = user.email, findings = found,
      }
    end
  end)
  table.sort(rows, function(a, b)
    return (a.name or "") < (b.name or "")
  end)
  return rows, count
end

local function run(context)
  local flags, output = context.flags, context.output
  if flags.by and flags.fields then
    failure.raise "--fields: cannot be combined with --by"
  elseif flags.by then
    write_counts(output, flags.by, count_by(context, flags.by))
    return failure.DONE
  end
  local known = { "id", "name", "email", "findings" }
  local rows, count = find(context)
  local list = {}
  local defaults = output.format.is_for_people
    and { "name", "email", "findings" } or known
  for index, name in ipairs(columns.parse(flags.fields, known, defaults)) do
    list[index] = plain(name)
    if name == "findings" then
      list[index].text = function(row)
        return table.concat(row.findings, ", ")
      end
    end
  end
  local records = output:records(list)
  for _, row in ipairs(rows) do
    records:add(row)
  end
  records:close()
  if output.format.is_for_people then
    output:note(("%d of %d users; the API reports the first sign-in, not the "
      .. "last"):format(#rows, count))
  end
  return failure.DONE
end

local options = joined({
  { "--by", "WHAT", "Count users by domain, group or org instead.",
    choices = { "domain", "group", "org" } },
}, filters.options)

return {
  {
    name = "audit",
    takes_fields = true,
    description = "Lists users who are not active, have never signed in, or "
      .. "are in no group except All; or counts all users by domain of the "
      .. "e-mail address, group or org. The API returns only the first "
      .. "sign-in of a user, not the last.",
    options = options,
    run = run,
  },
}
