-- Completion in the shells themselves, and the manual in man.

local command = require "spec.support.command"
local users_command = require "spec.support.users_command"

local quote = command.quote
local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local function has(program)
  return (command.run("command -v " .. program)) == 0
end

-- Line to complete = a word that is offered, and one that is not.
local CASES = {
  { "li", "list", "show" },
  { "list --st", "--status", "--max-deletes" },
  { "list --status ", "INACTIVE", "table" },
  { "list --privilege DEV", "DEVELOPER", "AUTHORING" },
  { "--format ", "jsonl", "list" },
  { "--format json li", "list", "show" },
  { "audit --by ", "domain", "ACTIVE" },
  { "completion ", "fish", "list" },
  { "describe cre", "create_user", "delete_user" },
  { "show --fo", "--format", "--status" },
  { "--host https://acme.test:8443 li", "list", "show" },
  { "--format=json li", "list", "show" },
  { "list --status=", "INACTIVE", "table" },
}

describe("completion", function()
  local folder

  setup(function()
    folder = command.new_folder()
    for _, shell in ipairs { "bash", "zsh", "fish" } do
      local name = shell == "zsh" and "_thoughtspot-users" or shell
      command.check(("%s completion %s >%s/%s"):format(users_command.program(),
        shell, folder, name))
    end
    command.write(folder .. "/people.csv", "")
  end)

  teardown(function()
    command.remove(folder)
  end)

  -- What a shell offers for lines: one word per line, and a line with END
  -- after the words for each.
  local shells = {}
  local END = "==="

  function shells.bash(lines)
    return command.check("cd " .. folder .. " && bash --norc -c " .. quote(
      [=[. ./bash
      for line; do
        words=${line//=/ = }
        COMP_WORDS=(${words//:/ : })
        case $line in *" ") COMP_WORDS+=(""); esac
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
        _thoughtspot_users; printf '%s\n' "${COMPREPLY[@]}" ===
      done]=]) .. " bash " .. lines)
  end

  function shells.fish(lines)
    return (command.check("cd " .. folder .. " && HOME=" .. folder
      .. " fish --no-config -c " .. quote(
      [=[source ./fish
      for line in $argv
        complete -C $line
        echo ===
      end]=]) .. " -- " .. lines .. " 2>&1"):gsub("\t[^\n]*", ""))
  end

  -- On a terminal, because zsh completes only there. It offers words by
  -- compadd.
  local ZSHRC = [=[
    fpath=(%s $fpath); autoload -U compinit; compinit -u -d $ZDOTDIR/dump
    compadd() {
      local -a hits
      if [[ ${@[(I)-[AOD]*]} = 0 ]]; then
        builtin compadd -O hits "$@"
        print -rl -- $hits >>offered
      fi
      builtin compadd "$@"
    }
    offer() {
      [[ $BUFFER != exit ]] || exit
      zle list-choices; print -r '===' >>offered; zle kill-buffer
    }
    zle -N offer; bindkey '^I' offer
    print READY
  ]=]
  local SESSION = [=[
    cd "$1" && rm -f offered keyboard && mkfifo keyboard && exec 3<>keyboard
    exec 4< <(ZDOTDIR=$1 script -qec "zsh -i" /dev/null <keyboard)
    while read -r shown <&4; do
      case $shown in *READY*) break ;; esac
    done
    shift
    printf '%s\t' "$@" exit >&3
    cat <&4 >/dev/null
    cat offered
  ]=]

  function shells.zsh(lines)
    command.write(folder .. "/.zshrc", ZSHRC:format(folder))
    return command.check("bash -c " .. quote(SESSION) .. " bash "
      .. folder .. " " .. lines)
  end

  -- Returns what a shell offers for each of some lines: a list of texts.
  local function offers(shell, lines)
    local quoted = {}
    for index, line in ipairs(lines) do
      quoted[index] = quote("thoughtspot-users " .. line)
    end
    local output = shells[shell](table.concat(quoted, " "))
    local list, text = {}, ""
    for line in output:gmatch "[^\n]+" do
      if line == END then
        list[#list + 1], text = text, ""
      else
        text = text .. line .. "\n"
      end
    end
    assert.equal(#lines, #list, output)
    return list
  end

  local function words_of(text)
    local words = {}
    for word in text:gmatch "[%w_-]+" do
      words[word] = true
    end
    return words
  end

  for _, shell in ipairs { "bash", "fish", "zsh" } do
    it("offers in " .. shell .. " what fits", function()
      if not has(shell) then
        pending(shell .. " is not installed")
        return
      end
      local lines = {}
      for index, case in ipairs(CASES) do
        lines[index] = case[1]
      end
      local list = offers(shell, lines)
      for index, case in ipairs(CASES) do
        local words = words_of(list[index])
        assert.truthy(words[case[2]], case[1] .. "\n" .. list[index])
        assert.falsy(words[case[3]], case[1] .. "\n" .. list[index])
      end
    end)
  end

  it("offers files where a file is wanted", function()
    for _, shell in ipairs { "bash", "fish" } do
      if has(shell) then
        local exported, links, shown = unpack(offers(shell, { "export peo",
          "offboard ada --links peo", "show peo" }))
        assert.truthy(exported:find("people.csv", 1, true), exported)
        assert.truthy(links:find("people.csv", 1, true), links)
        assert.falsy(shown:find("people.csv", 1, true), shown)
      end
    end
  end)
end)

describe("the manual", function()
  it("reads well in man, and has all commands, options and exit "
    .. "codes", function()
    if not has "man" then
      pending "man is not installed"
      return
    end
    local output = command.check(users_command.program() .. " manual "
      .. "| MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -l - | col -b")
    assert.falsy(output:find("warning", 1, true), output)
    for _, subcommand in ipairs(require "thoughtspot_users.commands".list) do
      assert.truthy(output:find("\n   " .. subcommand.name, 1, true),
        subcommand.name)
      for _, row in ipairs(subcommand.options or {}) do
        assert.truthy(output:find(row[1]:match "%-%-%S+", 1, true), row[1])
      end
    end
    for _, part in ipairs { "THOUGHTSPOT_SECRET_KEY", "profiles.json",
      "--profile NAME", "EXIT STATUS", "\n       130 " } do
      assert.truthy(output:find(part, 1, true), part)
    end
  end)
end)
