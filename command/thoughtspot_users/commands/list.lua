--- list: finds users.

local columns = require "thoughtspot_users.columns"
local filters = require "thoughtspot_users.filters"
local joined = require "thoughtspot_users.joined"
local progress = require "thoughtspot_users.progress"
local terminal = require "thoughtspot_users.terminal"
local wording = require "thoughtspot_users.wording"

local DEFAULT_FIELDS = { "name", "display_name", "email", "account_type",
  "account_status", "user_groups" }

local function run(context)
  local flags, output = context.flags, context.output
  local fields = columns.parse(flags.fields, columns.names, DEFAULT_FIELDS)
  local records = output:records(columns.of(fields))
  -- On a terminal that shows the users, progress would be mixed with them.
  local is_shown = terminal.is(io.stdout) and not output.format.is_whole
  local count_up = progress.start("users", flags.quiet or is_shown, true)
  for user in filters.each_user(context, {
    fields = fields, limit = flags.limit,
  }) do
    records:add(user)
    count_up(records.count)
    if output.lost then
      break -- nobody reads any more
    end
  end
  count_up(records.count, records.count)
  records:close()
  if output.format.is_for_people then
    output:note(wording.count(records.count, "user"))
  end
end

local options = joined(filters.options, {
  { "--limit", "N", "Largest number of users to list.", kind = "positive" },
  { "--sort", "FIELD", "Field to sort by.",
    choices = filters.sort_fields },
  { "--reverse", nil, "Reverse the order." },
})

return {
  {
    name = "list",
    takes_fields = true,
    description = "Lists the users that match all filters; without filters, "
      .. "all users. --fields selects the columns.",
    options = options,
    run = run,
  },
}
