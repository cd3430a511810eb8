--- describe: what the calls of the API take and return.

local describe = require "thoughtspot.describe"
local errors = require "thoughtspot_users.errors"
local failure = require "thoughtspot_users.failure"
local json = require "thoughtspot_users.json"

local FIELD_ORDER = {
  "name", "type", "doc", "required", "list", "values", "default",
}

local function run(context)
  local described = failure.check(describe(context.flags.call))
  local output = context.output
  if output.format.has_objects then
    output:document(context.flags.call and described or json.list(described),
      FIELD_ORDER)
  else
    output:line(errors.for_shell(tostring(described)))
  end
end

return {
  {
    name = "describe",
    description = "Without CALL, lists the calls. Also describes the tables "
      .. "that calls take and return, such as User or ImportUser.",
    arguments = {
      { "call", "A call, or the name of a table.", args = "?",
        words = describe() },
    },
    run = run,
  },
}
