--- The subcommands, in the order of the help.

local commands = { list = {}, by_name = {} }

for _, name in ipairs {
  "whoami", "list", "show", "export", "sync", "create", "update", "single",
  "offboard", "passwords", "audit", "describe", "completion", "manual", "help",
} do
  for _, command in ipairs(require("thoughtspot_users.commands." .. name)) do
    commands.list[#commands.list + 1] = command
    commands.by_name[command.name] = command
  end
end

return commands
