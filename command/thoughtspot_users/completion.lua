--- Creates the completion scripts of shells from the tables of the
-- subcommands.

local arguments = require "thoughtspot_users.arguments"

local completion = {}

local PROGRAM = "thoughtspot-users"

-- Returns whether a value is the name of a file.
local function is_file(name)
  return name == "FILE" or name == "PLAN" or name == "file" or name == "plan"
end

-- Returns the flags of a row: { "-q", "--quiet" }.
local function flags_of(row)
  local flags = {}
  for flag in row[1]:gmatch "%S+" do
    flags[#flags + 1] = flag
  end
  return flags
end

local GLOBAL = {}
for _, row in ipairs(arguments.global) do
  GLOBAL[#GLOBAL + 1] = row
end
GLOBAL[#GLOBAL + 1] = arguments.HELP

-- Returns the values that an option can have, separated by spaces, or nil.
local function values_of(row)
  local values = row.choices or row.values
  return values and table.concat(values, " ")
end

local function all_flags(rows)
  local flags = {}
  for _, row in ipairs(rows) do
    for _, flag in ipairs(flags_of(row)) do
      flags[#flags + 1] = flag
    end
  end
  return table.concat(flags, " ")
end

-- Returns the possible arguments of a command, as words, or nil; and whether
-- they are files.
local function words_of(command)
  local row = command.arguments and command.arguments[1]
  if not row then
    return nil, false
  end
  local words = row.choices or row.words
  return words and table.concat(words, " "), is_file(row[1])
end

-- Quotes a word in single quotes for a shell.
local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function names_of(commands)
  local names = {}
  for index, command in ipairs(commands) do
    names[index] = command.name
  end
  return table.concat(names, " ")
end

-- --- bash ------------------------------------------------------------------

-- Adds lines of a case for the flag before the cursor: the possible values.
local function add_bash_values(lines, rows, indent)
  for _, row in ipairs(rows) do
    if row[2] then
      local reply = values_of(row)
        and ('COMPREPLY=($(compgen -W "%s" -- "$cur"))'):format(
          values_of(row))
        or is_file(row[2]) and 'COMPREPLY=($(compgen -f -- "$cur"))'
        or "COMPREPLY=()"
      lines[#lines + 1] = ("%s%s) %s; return ;;"):format(indent,
        table.concat(flags_of(row), "|"), reply)
    end
  end
end

local function add_bash_command(lines, command)
  local words, files = words_of(command)
  lines[#lines + 1] = ("    %s)"):format(command.name)
  lines[#lines + 1] = '      case "$prev" in'
  add_bash_values(lines, command.options or {}, "        ")
  lines[#lines + 1] = "      esac"
  lines[#lines + 1] = ('      flags="$flags %s"'):format(
    all_flags(command.options or {}))
  lines[#lines + 1] = words and ('      words="%s"'):format(words)
    or files and "      files=yes" or "      :"
  lines[#lines + 1] = "      ;;"
end

function completion.bash(commands)
  local takers = {}
  for _, row in ipairs(arguments.global) do
    if row[2] then
      takers[#takers + 1] = table.concat(flags_of(row), "|")
    end
  end
  local lines = {
    "# bash completion of " .. PROGRAM .. "; source it.",
    "_thoughtspot_users() {",
    "  local cur prev command words files index word last=0",
    ('  local flags="%s"'):format(all_flags(GLOBAL)),
    -- bash splits words at = and :, as in --format=json and in addresses.
    '  local typed=("${COMP_WORDS[0]}")',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do',
    '    if [[ $word == [=:]* || ${typed[last]} == -*= '
      .. '|| ${typed[last]} == *: ]]; then',
    '      typed[last]+="$word"',
    "    else",
    '      typed[++last]="$word"',
    "    fi",
    "  done",
    '  cur="${typed[last]}"',
    '  prev="${typed[last-1]}"',
    '  [[ $cur == --*=* ]] && prev="${cur%%=*}" cur="${cur#*=}"',
    "  for ((index = 1; index < last; index++)); do",
    '    case "${typed[index]}" in',
    ("      %s) ((index++)) ;;"):format(table.concat(takers, "|")),
    "      -*) ;;",
    '      *) command="${typed[index]}"; break ;;',
    "    esac",
    "  done",
    '  case "$prev" in',
  }
  add_bash_values(lines, arguments.global, "    ")
  lines[#lines + 1] = "  esac"
  lines[#lines + 1] = '  case "$command" in'
  lines[#lines + 1] = ('    "") words="%s" ;;'):format(names_of(commands))
  for _, command in ipairs(commands) do
    add_bash_command(lines, command)
  end
  for _, line in ipairs {
    "  esac",
    '  if [[ $cur == -* ]]; then',
    '    COMPREPLY=($(compgen -W "$flags" -- "$cur"))',
    '  elif [[ $files ]]; then',
    '    COMPREPLY=($(compgen -f -- "$cur"))',
    "  else",
    '    COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    "  fi",
    "}",
    "complete -o filenames -F _thoughtspot_users " .. PROGRAM,
  } do
    lines[#lines + 1] = line
  end
  return table.concat(lines, "\n") .. "\n"
end

-- --- zsh -------------------------------------------------------------------

-- Escapes a text for a zsh specification, in which brackets and colons are
-- special.
local function zsh_text(text)
  return (text:gsub("[%[%]:\\]", "\\%0"))
end

local function zsh_value(row)
  if not row[2] then
    return ""
  end
  local values = values_of(row)
  local action = values and "(" .. values .. ")"
    or is_file(row[2]) and "_files" or " "
  return (":%s:%s"):format(zsh_text(row[2]:lower()), action)
end

local function add_zsh_options(lines, rows, indent)
  for _, row in ipairs(rows) do
    local flags = flags_of(row)
    local several = row.many and "*" or "(" .. table.concat(flags, " ") .. ")"
    for _, flag in ipairs(flags) do
      local either = row[2] and flag:find "^%-%-" and "=" or ""
      lines[#lines + 1] = ("%s%s \\"):format(indent, quote(("%s%s%s[%s]%s")
        :format(several, flag, either, zsh_text(row[3]), zsh_value(row))))
    end
  end
end

local function add_zsh_command(lines, command)
  local words, files = words_of(command)
  lines[#lines + 1] = ("        %s)"):format(command.name)
  lines[#lines + 1] = "          _arguments \\"
  add_zsh_options(lines, command.options or {}, "            ")
  add_zsh_options(lines, GLOBAL, "            ")
  local row = command.arguments and command.arguments[1]
  if row then
    lines[#lines + 1] = ("            %s ;;"):format(quote(("%s:%s:%s")
      :format(row.args == "+" and "*" or "1", row[1],
        words and "(" .. words .. ")" or files and "_files" or " ")))
  else
    lines[#lines + 1] = "            && return ;;"
  end
end

function completion.zsh(commands)
  local lines = {
    "#compdef " .. PROGRAM,
    "# zsh completion of " .. PROGRAM
      .. "; as _thoughtspot-users in a directory in $fpath.",
    "_thoughtspot_users() {",
    "  local context state state_descr line",
    "  typeset -A opt_args",
    "  _arguments -C \\",
  }
  add_zsh_options(lines, GLOBAL, "    ")
  lines[#lines + 1] = "    '1:command:->command' '*::argument:->argument'"
  lines[#lines + 1] = "  case $state in"
  lines[#lines + 1] = "    command)"
  lines[#lines + 1] = "      local -a commands"
  lines[#lines + 1] = "      commands=("
  for _, command in ipairs(commands) do
    lines[#lines + 1] = "        " .. quote(command.name .. ":"
      .. command.summary:gsub(":", "\\:"))
  end
  lines[#lines + 1] = "      )"
  lines[#lines + 1] = "      _describe command commands ;;"
  lines[#lines + 1] = "    argument)"
  lines[#lines + 1] = "      case $words[1] in"
  for _, command in ipairs(commands) do
    add_zsh_command(lines, command)
  end
  for _, line in ipairs {
    "      esac ;;", "  esac", "}",
    "if [[ $funcstack[1] = _thoughtspot-users ]]; then",
    '  _thoughtspot_users "$@"',
    "else",
    "  compdef _thoughtspot_users " .. PROGRAM,
    "fi",
  } do
    lines[#lines + 1] = line
  end
  return table.concat(lines, "\n") .. "\n"
end

-- --- fish ------------------------------------------------------------------

local function add_fish_options(lines, rows, condition)
  for _, row in ipairs(rows) do
    local parts = { "complete -c " .. PROGRAM }
    if condition then
      parts[#parts + 1] = "-n " .. quote(condition)
    end
    for _, flag in ipairs(flags_of(row)) do
      parts[#parts + 1] = (flag:find "^%-%-" and "-l " or "-s ")
        .. flag:match "^%-+(.+)$"
    end
    if values_of(row) then
      parts[#parts + 1] = "-x -a " .. quote(values_of(row))
    elseif row[2] then
      parts[#parts + 1] = is_file(row[2]) and "-r -F" or "-x"
    end
    parts[#parts + 1] = "-d " .. quote(row[3])
    lines[#lines + 1] = table.concat(parts, " ")
  end
end

function completion.fish(commands)
  local lines = {
    "# fish completion of " .. PROGRAM
      .. "; as thoughtspot-users.fish in ~/.config/fish/completions.",
    "complete -c " .. PROGRAM .. " -f",
  }
  local is_first = "not __fish_seen_subcommand_from " .. names_of(commands)
  for _, command in ipairs(commands) do
    lines[#lines + 1] = ("complete -c %s -n %s -a %s -d %s"):format(PROGRAM,
      quote(is_first), command.name, quote(command.summary))
  end
  add_fish_options(lines, GLOBAL)
  for _, command in ipairs(commands) do
    local condition = "__fish_seen_subcommand_from " .. command.name
    add_fish_options(lines, command.options or {}, condition)
    local words, files = words_of(command)
    if words then
      lines[#lines + 1] = ("complete -c %s -n %s -a %s"):format(PROGRAM,
        quote(condition), quote(words))
    elseif files then
      lines[#lines + 1] = ("complete -c %s -n %s -F"):format(PROGRAM,
        quote(condition))
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return completion
