rockspec_format = "3.0"
package = "thoughtspot-users"
version = "0.2.0-1"
source = {
  url = "git+https://github.com/lua-thoughtspot/lua-thoughtspot.git",
  tag = "v0.2.0",
  dir = "lua-thoughtspot/command",
}
description = {
  summary = "Manages the users of a ThoughtSpot cluster, from the shell.",
  detailed = [[
    Lists, exports, creates, changes, offboards and audits the users of a
    ThoughtSpot cluster, and keeps them in step with a directory: CSV, JSON or
    LDIF. Shows what it will do, asks, and says what became of it; in a
    terminal, in cron and in CI.]],
  license = "MIT",
  labels = { "thoughtspot", "rest", "commandline" },
}
dependencies = {
  "lua >= 5.1",
  "lua-thoughtspot",
  "argparse >= 0.7.0",
}
build = {
  type = "builtin",
  modules = {
    -- derived: command_modules

    ["thoughtspot_users.apply_output"] = "thoughtspot_users/apply_output.lua",
    ["thoughtspot_users.applying"] = "thoughtspot_users/applying.lua",
    ["thoughtspot_users.arguments"] = "thoughtspot_users/arguments.lua",
    ["thoughtspot_users.columns"] = "thoughtspot_users/columns.lua",
    ["thoughtspot_users.commands"] = "thoughtspot_users/commands.lua",
    ["thoughtspot_users.commands.audit"] =
      "thoughtspot_users/commands/audit.lua",
    ["thoughtspot_users.commands.completion"] =
      "thoughtspot_users/commands/completion.lua",
    ["thoughtspot_users.commands.create"] =
      "thoughtspot_users/commands/create.lua",
    ["thoughtspot_users.commands.describe"] =
      "thoughtspot_users/commands/describe.lua",
    ["thoughtspot_users.commands.export"] =
      "thoughtspot_users/commands/export.lua",
    ["thoughtspot_users.commands.help"] =
      "thoughtspot_users/commands/help.lua",
    ["thoughtspot_users.commands.list"] =
      "thoughtspot_users/commands/list.lua",
    ["thoughtspot_users.commands.manual"] =
      "thoughtspot_users/commands/manual.lua",
    ["thoughtspot_users.commands.offboard"] =
      "thoughtspot_users/commands/offboard.lua",
    ["thoughtspot_users.commands.passwords"] =
      "thoughtspot_users/commands/passwords.lua",
    ["thoughtspot_users.commands.show"] =
      "thoughtspot_users/commands/show.lua",
    ["thoughtspot_users.commands.single"] =
      "thoughtspot_users/commands/single.lua",
    ["thoughtspot_users.commands.sync"] =
      "thoughtspot_users/commands/sync.lua",
    ["thoughtspot_users.commands.update"] =
      "thoughtspot_users/commands/update.lua",
    ["thoughtspot_users.commands.whoami"] =
      "thoughtspot_users/commands/whoami.lua",
    ["thoughtspot_users.completion"] = "thoughtspot_users/completion.lua",
    ["thoughtspot_users.context"] = "thoughtspot_users/context.lua",
    ["thoughtspot_users.csv"] = "thoughtspot_users/csv.lua",
    ["thoughtspot_users.defaults"] = "thoughtspot_users/defaults.lua",
    ["thoughtspot_users.errors"] = "thoughtspot_users/errors.lua",
    ["thoughtspot_users.exported"] = "thoughtspot_users/exported.lua",
    ["thoughtspot_users.failure"] = "thoughtspot_users/failure.lua",
    ["thoughtspot_users.files"] = "thoughtspot_users/files.lua",
    ["thoughtspot_users.filters"] = "thoughtspot_users/filters.lua",
    ["thoughtspot_users.formats"] = "thoughtspot_users/formats.lua",
    ["thoughtspot_users.joined"] = "thoughtspot_users/joined.lua",
    ["thoughtspot_users.json"] = "thoughtspot_users/json.lua",
    ["thoughtspot_users.ldif"] = "thoughtspot_users/ldif.lua",
    ["thoughtspot_users.links"] = "thoughtspot_users/links.lua",
    ["thoughtspot_users.main"] = "thoughtspot_users/main.lua",
    ["thoughtspot_users.manual"] = "thoughtspot_users/manual.lua",
    ["thoughtspot_users.names"] = "thoughtspot_users/names.lua",
    ["thoughtspot_users.org_groups"] = "thoughtspot_users/org_groups.lua",
    ["thoughtspot_users.outcomes"] = "thoughtspot_users/outcomes.lua",
    ["thoughtspot_users.output"] = "thoughtspot_users/output.lua",
    ["thoughtspot_users.password"] = "thoughtspot_users/password.lua",
    ["thoughtspot_users.person"] = "thoughtspot_users/person.lua",
    ["thoughtspot_users.plan_output"] = "thoughtspot_users/plan_output.lua",
    ["thoughtspot_users.planning"] = "thoughtspot_users/planning.lua",
    ["thoughtspot_users.progress"] = "thoughtspot_users/progress.lua",
    ["thoughtspot_users.questions"] = "thoughtspot_users/questions.lua",
    ["thoughtspot_users.request_options"] =
      "thoughtspot_users/request_options.lua",
    ["thoughtspot_users.settings"] = "thoughtspot_users/settings.lua",
    ["thoughtspot_users.source"] = "thoughtspot_users/source.lua",
    ["thoughtspot_users.sources.complete"] =
      "thoughtspot_users/sources/complete.lua",
    ["thoughtspot_users.sources.csv"] = "thoughtspot_users/sources/csv.lua",
    ["thoughtspot_users.sources.json"] = "thoughtspot_users/sources/json.lua",
    ["thoughtspot_users.sources.ldif"] = "thoughtspot_users/sources/ldif.lua",
    ["thoughtspot_users.sources.reading"] =
      "thoughtspot_users/sources/reading.lua",
    ["thoughtspot_users.table"] = "thoughtspot_users/table.lua",
    ["thoughtspot_users.terminal"] = "thoughtspot_users/terminal.lua",
    ["thoughtspot_users.text"] = "thoughtspot_users/text.lua",
    ["thoughtspot_users.verify"] = "thoughtspot_users/verify.lua",
    ["thoughtspot_users.wording"] = "thoughtspot_users/wording.lua",

-- end derived
  },
  install = {
    bin = { ["thoughtspot-users"] = "thoughtspot-users" },
  },
}
