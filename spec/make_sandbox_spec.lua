-- The sandbox that people start by hand, as they do: on a terminal.

local command = require "spec.support.command"

-- The name that make knows this Lua by.
local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match "%d%.%d"

-- Starts it, pastes what it says into a shell that has nothing set, and
-- presses Ctrl-C. Files: pasted, what is pasted; output, what that wrote; pid,
-- of the server; tmp, a folder that it is to leave empty.
local SESSION = [[
cd "$FOLDER" && mkdir tmp && mkfifo keyboard screen && cd - >/dev/null
export TMPDIR="$FOLDER/tmp"
exec 3<>"$FOLDER/keyboard"
# The shell lets what it puts in the background ignore Ctrl-C.
env --default-signal=INT script -qec "make -s sandbox LUA=$LUA" /dev/null \
  <"$FOLDER/keyboard" >"$FOLDER/screen" &
exec 4<"$FOLDER/screen"
while read -r line <&4; do
  printf '%s\n' "$line" | tr -d '\r' >>"$FOLDER/seen"
  case $line in Ctrl-C*) break ;; esac
done
cat "$FOLDER"/tmp/*/pid >"$FOLDER/pid"
sed -n -e '/^Ctrl-C/d' -e '/^export/,$p' "$FOLDER/seen" >"$FOLDER/pasted"
cd /
env -i PATH="$PATH" sh "$FOLDER/pasted" >"$FOLDER/output" 2>&1
printf '\003' >&3
cat <&4 >"$FOLDER/rest"
wait $!
]]

describe("make sandbox", function()
  local folder, code, errors

  setup(function()
    folder = command.new_folder()
    local _
    code, _, errors = command.run(SESSION, {
      environment = {
        FOLDER = folder, LUA = lua,
        -- Somebody's cluster is not taken for the sandbox.
        THOUGHTSPOT_SECRET_KEY = "secret", THOUGHTSPOT_TOKEN = "secret",
      },
    })
  end)

  teardown(function()
    command.remove(folder)
  end)

  local function read(name)
    return command.read(folder .. "/" .. name)
  end

  it("says how to use the command", function()
    local pasted = read "pasted"
    assert.truthy(pasted:find("\nthoughtspot-users audit\n", 1, true),
      pasted .. errors)
    local output = read "output"
    assert.truthy(output:find "^name +email +findings\n", output)
    assert.truthy(output:find("ada.berg@acme.test", 1, true))
  end)

  it("ends with Ctrl-C, and leaves nothing behind", function()
    assert.equal(130, code)
    assert.is_false(command.is_running(read "pid"))
    assert.equal(0, (command.run("rmdir " .. folder .. "/tmp")))
  end)
end)
