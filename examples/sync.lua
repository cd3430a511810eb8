-- Keeps the users of the group Staff in step with a directory, for example
-- from cron:
--   psql -AtF "$(printf '\t')" -o staff.tsv -c 'select login, name, mail,
--     groups from staff' && lua sync.lua staff.tsv
-- A line has a login, a name, an e-mail address, and groups separated by ";".
-- Credentials: THOUGHTSPOT_HOST, THOUGHTSPOT_USERNAME, THOUGHTSPOT_SECRET_KEY.

local sync = require "thoughtspot.sync"
local client = assert(require "thoughtspot".from_env())

local people = {}
for line in io.lines(arg[1]) do
  local login, name, mail, groups =
    line:match "^([^\t]+)\t([^\t]+)\t([^\t]+)\t([^\t]*)$"
  assert(login, "not a line of four values: " .. line)
  people[#people + 1] = {
    user_identifier = login, display_name = name, email = mail,
    group_identifiers = "Staff" .. (groups == "" and "" or ";" .. groups),
  }
end

local plan, err, problems = sync.plan(client, people, {
  scope = { group_identifiers = { "Staff" } }, leavers = "deactivate",
})
for _, problem in ipairs(problems or {}) do
  print(("row %d: %s"):format(problem.index, problem.message))
end
-- tostring, because assert in Lua 5.1 does not accept a table.
print((assert(plan, tostring(err))))
local report = assert(sync.apply(client, plan))
print(report)
os.exit(#report.failures == 0 and #report.not_in_effect == 0 and 0 or 1)
