--- completion: what makes a shell complete the command line.

local METHODS = {
  bash = "get_bash_complete", zsh = "get_zsh_complete",
  fish = "get_fish_complete",
}

local function run(context)
  local parser = context.parser
  context.output:write(parser[METHODS[context.flags.shell]](parser))
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
