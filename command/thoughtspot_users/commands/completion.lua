--- completion: the completion script of a shell.

local completion = require "thoughtspot_users.completion"

local function run(context)
  -- Required here, because the list of commands holds this one.
  local commands = require "thoughtspot_users.commands"
  context.output:write(completion[context.flags.shell](commands.list))
end

return {
  {
    name = "completion",
    description = "bash: source <(thoughtspot-users completion bash); zsh: "
      .. "save as _thoughtspot-users in a directory in $fpath; fish: save as "
      .. "~/.config/fish/completions/thoughtspot-users.fish.",
    arguments = {
      { "shell", "bash, zsh or fish.", choices = { "bash", "zsh", "fish" } },
    },
    run = run,
  },
}
