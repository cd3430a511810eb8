--- describe: what the calls of the API take and return.

local failure = require "thoughtspot_users.failure"
local json = require "thoughtspot_users.json"
local thoughtspot = require "thoughtspot"

local FIELD_ORDER = {
  "name", "type", "doc", "required", "list", "values", "default",
}

local function run(context)
  local described = failure.check(thoughtspot.describe(context.flags.call))
  local output = context.output
  if output.format == "json" or output.format == "jsonl" then
    output:document(context.flags.call and described or json.list(described),
      FIELD_ORDER)
  else
    output:line(tostring(described))
  end
end

return {
  {
    name = "describe",
    summary = "Describe what a call of the API takes and returns.",
    description = "Without CALL, lists the calls. Also describes the tables "
      .. "that calls take and return, such as User or ImportUser.",
    arguments = {
      { "call", "A call, or the name of a table.", args = "?",
        words = thoughtspot.describe() },
    },
    run = run,
  },
}
