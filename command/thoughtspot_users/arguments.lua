--- The command line: an argparse parser derived from the tables of the
-- subcommands.

local argparse = require "argparse"
local defaults = require "thoughtspot_users.defaults"
local failure = require "thoughtspot_users.failure"
local formats = require "thoughtspot_users.formats"
local wording = require "thoughtspot_users.wording"

local arguments = {}

local PROGRAM = "thoughtspot-users"

local CREDENTIALS = [[
Credentials: THOUGHTSPOT_HOST and THOUGHTSPOT_USERNAME with
THOUGHTSPOT_SECRET_KEY or THOUGHTSPOT_PASSWORD, or THOUGHTSPOT_TOKEN; or a
profile in ~/.config/thoughtspot/profiles.json. Flags take precedence over the
environment, which takes precedence over the profile.]]

-- Returns the end of the help.
local function epilog()
  local lines = { CREDENTIALS, "", "Exit codes:" }
  for _, row in ipairs(failure.codes) do
    -- Without the examples, which do not fit in a line.
    lines[#lines + 1] = ("   %-4d %s"):format(row.code,
      row.meaning:match "^[^:]+")
  end
  return table.concat(lines, "\n")
end

local function is_number(least, is_whole)
  return function(value)
    local number = tonumber(value)
    if not number or number ~= number or number < least
      or number == math.huge or is_whole and number % 1 ~= 0 then
      return nil, ("expected a %snumber%s, got \"%s\""):format(
        is_whole and "whole " or "",
        least > 0 and " above zero" or ", zero or more", value)
    end
    return number
  end
end

-- Kind of value of an option = the function that converts it.
local KINDS = {
  limit = function(value)
    local percentage = tonumber(value:match "^(%d+%.?%d*) ?%%$")
    if percentage and percentage <= 100 then
      return value
    end
    local number = is_number(0, true)(value)
    if not number then
      return nil, ("expected a whole number, or a percentage such as 10%%, "
        .. "got \"%s\""):format(value)
    end
    return number
  end,
  seconds = is_number(1e-3),
  count = is_number(0, true),
  positive = is_number(1, true),
}

--- Flags of all subcommands.
arguments.global = {
  { "--profile", "NAME", "Profile to use, from the profiles file." },
  { "--host", "URL", "Address of the cluster, such as "
    .. "https://acme.thoughtspot.cloud." },
  { "--org-id", "N", "Number of the org to act in.", kind = "count" },
  { "--format", "FORMAT", "Format of the results; default: "
    .. formats.default.name .. ".", choices = formats.names },
  { "--fields", "A,B", "Fields to show, of list, show, export and audit." },
  { "-q --quiet", nil, "Show no progress and no notes." },
  { "-v --verbose", nil, "Write each request and reply to standard error; "
    .. "no secrets." },
  { "--no-color", nil, "No colours." },
  { "--timeout", "SECONDS", defaults("Seconds for one attempt of a request",
    "Options", "timeout"), kind = "seconds" },
}

--- Returns the name under which a parsed command line has the value of a flag:
-- "max_deletes" for "--max-deletes".
function arguments.name_of_flag(flag)
  return (flag:match "^%-%-(.+)$":gsub("-", "_"))
end

--- The flag that all subcommands and the command itself have.
arguments.HELP = { "-h --help", nil, "Show this help and exit." }

-- Returns whether a text names all items of a list.
local function names_all(value, items)
  for _, item in ipairs(items) do
    if not value:find(item, 1, true) then
      return false
    end
  end
  return true
end

--- Returns the description of an option for people, with its choices.
function arguments.describe(row)
  local description, choices = row[3], row.choices
  if choices and not names_all(row[2] .. description, choices) then
    description = ("%s One of %s."):format(description,
      table.concat(choices, ", "))
  end
  return description
end

local function is_in(list, value)
  for _, item in ipairs(list) do
    if item == value then
      return true
    end
  end
  return false
end

-- Returns the function that converts the value of an option. An empty one is
-- refused, because it is that of a variable of the shell that is not set.
local function converter_of(row)
  local convert = KINDS[row.kind]
  return function(value)
    if value == "" and not row.may_be_empty then
      return nil, row[1] .. ": is empty"
    elseif row.values and not is_in(row.values, value) then
      return nil, ("%s: there is no value \"%s\"; %s"):format(row[1], value,
        wording.hint(value, row.values, "values"))
    elseif not convert then
      return value
    end
    local read, fault = convert(value)
    return read, fault and row[1] .. ": " .. fault
  end
end

local function add_option(parser, row)
  local option
  if row[2] then
    option = parser:option(row[1]):argname(row[2])
    if row.choices then
      option:choices(row.choices)
    else
      option:convert(converter_of(row))
    end
    if row.many then
      option:count "*"
    else
      option:count "0-1":overwrite(false)
    end
  else
    option = parser:flag(row[1])
  end
  return option:description(arguments.describe(row))
end

local function add_help(parser)
  add_option(parser, arguments.HELP):action(function()
    error({ help = parser:get_help() }, 0)
  end)
end

-- Adds a subcommand, only by its name and summary unless it 'may_run'.
local function add_command(parser, command, may_run)
  local added = parser:command(command.name)
    :summary(command.summary)
    :add_help(false)
  if not may_run then
    return added
  end
  added:description(command.description or command.summary)
  for _, row in ipairs(command.arguments or {}) do
    local argument = added:argument(row[1]):description(row[2])
    if row.args then
      argument:args(row.args)
    end
    if row.choices then
      argument:choices(row.choices)
    end
  end
  for _, row in ipairs(command.options or {}) do
    add_option(added, row)
  end
  add_help(added)
  return added
end

-- Returns the usage lines of a parser.
local function usage_of(parser)
  return (parser:get_usage():gsub("^Usage:", "usage:"))
end

local function set_of(list)
  local set = {}
  for _, value in ipairs(list) do
    set[value] = true
  end
  return set
end

--- Creates the parser of all subcommands. Of those that are not among the
-- arguments, only the names and summaries are looked at.
-- @param commands list of { name, summary, description, arguments = list of
--   { name, description, args, choices }, options = list of { flags, argname,
--   description, choices, values, kind, many, may_be_empty }, takes_fields =
--   whether it has --fields, run = function(context) that returns the exit
--   code }; values are choices that are too many for the help
-- @param argv list of the arguments that will be parsed
-- @return the parser, and those of the subcommands by name
function arguments.parser(commands, version, argv)
  local parser = argparse(PROGRAM)
    :description "Manages the users of a ThoughtSpot cluster."
    :epilog(epilog())
    :add_help(false)
    :command_target "command"
    :help_max_width(79)
    :help_description_margin(26)
  for _, row in ipairs(arguments.global) do
    add_option(parser, row)
  end
  add_option(parser, { "--version", nil, "Show the version and exit." })
    :action(function()
      error({ help = version }, 0)
    end)
  add_help(parser)
  local subparsers, typed = {}, set_of(argv)
  for _, command in ipairs(commands) do
    subparsers[command.name] = add_command(parser, command,
      typed[command.name])
  end
  function parser.error(current, message)
    failure.wrong_use(message, usage_of(current))
  end
  return parser, subparsers
end

--- Prints the help of a subcommand, or of the whole command, and ends the
-- command.
function arguments.help(commands, name)
  local parser, subparsers = arguments.parser(commands, nil, { name })
  error({ help = (name and subparsers[name] or parser):get_help() }, 0)
end

return arguments
