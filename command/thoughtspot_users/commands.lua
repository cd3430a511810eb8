--- The subcommands, in the order of the help, as thoughtspot_users.arguments
-- takes them. All but their names and summaries is in the files of commands/;
-- a file is loaded when a part of one of its commands is first read.

-- Name, file, summary.
local ROWS = {
  { "whoami", "whoami", "Check the credentials, and show their user." },
  { "list", "list", "List users." },
  { "show", "show", "Show all fields of some users." },
  { "export", "export", "Write all users as CSV for plan and sync." },
  { "plan", "sync", "Show what would synchronize the users with a source." },
  { "apply", "sync", "Apply a plan, or resume one." },
  { "sync", "sync", "Synchronize the users with a source: plan, ask, apply." },
  { "create", "create", "Create a user." },
  { "update", "update", "Change users." },
  { "delete", "single", "Delete users permanently." },
  { "activate", "single", "Activate inactive users." },
  { "deactivate", "single", "Deactivate users, who can no longer sign in." },
  { "logout", "single", "End all sessions of users, who can sign in again." },
  { "offboard", "offboard",
    "Lock users out: deactivate, log out, remove from groups." },
  { "passwords", "passwords", "Set new random passwords, stored in a file." },
  { "audit", "audit",
    "List users who are inactive, never signed in or in no group." },
  { "describe", "describe",
    "Describe what a call of the API takes and returns." },
  { "completion", "completion", "Print the completion script for a shell." },
  { "manual", "manual", "Print the manual page." },
  { "help", "help", "Show the help of a command, or of all commands." },
}

local commands = { list = {}, by_name = {} }

-- Adds what a file says about its commands.
local function load(file)
  for _, described in ipairs(require("thoughtspot_users.commands." .. file)) do
    local command = setmetatable(commands.by_name[described.name], nil)
    for key, value in pairs(described) do
      command[key] = value
    end
  end
end

for index, row in ipairs(ROWS) do
  local command = setmetatable({ name = row[1], summary = row[3] }, {
    __index = function(command, key)
      load(row[2])
      return command[key]
    end,
  })
  commands.list[index] = command
  commands.by_name[row[1]] = command
end

return commands
