--- Creates the manual page from the tables of the subcommands.

local arguments = require "thoughtspot_users.arguments"
local core = require "thoughtspot.core"
local environment = require "thoughtspot.environment"
local failure = require "thoughtspot_users.failure"
local wording = require "thoughtspot_users.wording"

local manual = {}

-- Escapes a text for roff.
local function plain(value)
  return (value:gsub("\\", "\\e"):gsub("%-", "\\-")
    :gsub("\n([.'])", "\n\\&%1"):gsub("^([.'])", "\\&%1"))
end

local function bold(value)
  return "\\fB" .. plain(value) .. "\\fR"
end

local function italic(value)
  return "\\fI" .. plain(value) .. "\\fR"
end

-- Formats "-q --quiet" and its value as a line of the page.
local function option_line(row)
  local names = {}
  for name in row[1]:gmatch "%S+" do
    names[#names + 1] = bold(name)
  end
  return table.concat(names, ", ") .. (row[2] and " " .. italic(row[2]) or "")
end

local function add_options(lines, rows)
  for _, row in ipairs(rows) do
    lines[#lines + 1] = ".TP\n" .. option_line(row)
    lines[#lines + 1] = plain(arguments.describe(row))
  end
end

local function argument_text(row)
  local name = italic(row[1]:upper():gsub("^NAMES$", "NAME"))
  if row.args == "+" then
    return name .. " ..."
  elseif row.args == "?" then
    return "[" .. name .. "]"
  end
  return name
end

local function add_command(lines, command)
  local heading = { bold(command.name) }
  for _, row in ipairs(command.arguments or {}) do
    heading[#heading + 1] = argument_text(row)
  end
  lines[#lines + 1] = ".SS " .. table.concat(heading, " ")
  lines[#lines + 1] = plain(command.description or command.summary)
  for _, row in ipairs(command.arguments or {}) do
    lines[#lines + 1] = ".TP\n" .. italic(row[1]:upper()
      :gsub("^NAMES$", "NAME"))
    lines[#lines + 1] = plain(row[2])
  end
  add_options(lines, command.options or {})
end

local EXIT_CODES = {}
for index, row in ipairs(failure.codes) do
  EXIT_CODES[index] = {
    ("%d"):format(row.code), wording.sentence(row.meaning),
  }
end

local ENVIRONMENT = {}
for index, row in ipairs(environment.rows) do
  ENVIRONMENT[index] = { row.variable, wording.sentence(row.doc) }
end
for _, row in ipairs {
  { "THOUGHTSPOT_DEFAULT_PASSWORD", "Password of users whom sync "
    .. "creates, if their row has none." },
  { "THOUGHTSPOT_DEBUG", "Does what --verbose does, unless it is empty or "
    .. "0." },
  { "HTTPS_PROXY, ALL_PROXY, NO_PROXY", "Proxies, as for curl." },
  { "NO_COLOR", "Disables colours, if it is not empty." },
} do
  table.insert(ENVIRONMENT, row)
end

local function add_terms(lines, rows)
  for _, row in ipairs(rows) do
    lines[#lines + 1] = ".TP\n" .. bold(row[1]) .. "\n" .. plain(row[2])
  end
end

--- Returns the page for man.
-- @param commands list, as in thoughtspot_users.commands
function manual.page(commands)
  local lines = {
    (".TH THOUGHTSPOT\\-USERS 1 \"\" \"lua-thoughtspot %s\" \"User Commands\"")
      :format(core._VERSION),
    ".SH NAME",
    "thoughtspot\\-users \\- manages the users of a ThoughtSpot cluster",
    ".SH SYNOPSIS",
    ".B thoughtspot\\-users",
    "[\\fIflags\\fR] \\fICOMMAND\\fR [\\fIarguments\\fR]",
    ".SH DESCRIPTION",
    plain("Finds, exports, creates, changes, deactivates and deletes users, "
      .. "and synchronizes them with a directory. Results go to standard "
      .. "output, everything else to standard error. Commands that "
      .. "deactivate, log out or delete users ask for confirmation; without "
      .. "a terminal they require --yes, and deletions also --max-deletes."),
    ".SH COMMANDS",
  }
  for _, command in ipairs(commands) do
    add_command(lines, command)
  end
  lines[#lines + 1] = ".SH FLAGS OF ALL COMMANDS"
  add_options(lines, arguments.global)
  lines[#lines + 1] = ".SH CREDENTIALS\n" .. plain("Flags take "
    .. "precedence over the environment, which takes precedence over a "
    .. "profile: the one that --profile names, else \"default\". A profile "
    .. "is a member of the JSON object in the profiles file, and has host, "
    .. "username, org_id, ca_file, and a secret key: the first line that "
    .. "secret_key_command prints, or that of the file secret_key_file, "
    .. "which only you may be able to read.")
  lines[#lines + 1] = ".SH EXIT STATUS"
  add_terms(lines, EXIT_CODES)
  lines[#lines + 1] = ".SH ENVIRONMENT"
  add_terms(lines, ENVIRONMENT)
  lines[#lines + 1] = ".SH FILES\n.TP\n"
    .. bold "${XDG_CONFIG_HOME:-~/.config}/thoughtspot/profiles.json"
    .. "\nThe profiles."
  return table.concat(lines, "\n") .. "\n"
end

return manual
