--- help: like --help.

local arguments = require "thoughtspot_users.arguments"
local failure = require "thoughtspot_users.failure"
local wording = require "thoughtspot_users.wording"

local function run(context)
  -- Required here, because the list of commands holds this one.
  local commands = require "thoughtspot_users.commands"
  local topic = context.flags.topic
  if topic and not commands.by_name[topic] then
    local names = {}
    for index, command in ipairs(commands.list) do
      names[index] = command.name
    end
    failure.raise(("there is no command \"%s\"; %s"):format(topic,
      wording.hint(topic, names, "commands")))
  end
  arguments.help(commands.list, topic)
end

return {
  {
    name = "help",
    arguments = { { "topic", "A command.", args = "?" } },
    run = run,
  },
}
