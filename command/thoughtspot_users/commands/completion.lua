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
    summary = "Write what makes a shell complete this command.",
    description = "bash: source <(thoughtspot-users completion bash); zsh: "
      .. "into a file _thoughtspot-users in a folder of $fpath; fish: into "
      .. "~/.config/fish/completions/thoughtspot-users.fish.",
    arguments = {
      { "shell", "bash, zsh or fish.", choices = { "bash", "zsh", "fish" } },
    },
    run = run,
  },
}
