--- manual: the manual page.

local manual = require "thoughtspot_users.manual"

local function run(context)
  -- Required here, because the list of commands holds this one.
  local commands = require "thoughtspot_users.commands"
  context.output:write(manual.page(commands.list))
end

return {
  {
    name = "manual",
    description = "Prints the manual page: thoughtspot-users manual | man "
      .. "-l -",
    run = run,
  },
}
