-- Programs that people start on a terminal and end with Ctrl-C.

local command = require "spec.support.command"

-- The name of this Lua in the Makefile.
local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match "%d%.%d"

-- Starts a target of make, runs a script once it has printed an address, and
-- presses Ctrl-C. Files: seen, its output; output, the output of the script;
-- rest, its output after the address; tmp, a folder that it should leave
-- empty.
local SESSION = [[
mkdir "$FOLDER/tmp" && mkfifo "$FOLDER/keyboard" "$FOLDER/screen"
export TMPDIR="$FOLDER/tmp"
exec 3<>"$FOLDER/keyboard"
# The shell lets what it puts in the background ignore Ctrl-C.
env --default-signal=INT script -qec "make -s $TARGET LUA=$LUA" /dev/null \
  <"$FOLDER/keyboard" >"$FOLDER/screen" &
exec 4<"$FOLDER/screen"
while read -r line <&4; do
  printf '%s\n' "$line" | tr -d '\r' >>"$FOLDER/seen"
  case $line in http*) break ;; esac
done
cat "$FOLDER"/tmp/*/pid >"$FOLDER/pids"
sh -c "$SCRIPT" script "$FOLDER" >"$FOLDER/output" 2>&1
printf '\003' >&3
cat <&4 >"$FOLDER/rest"
wait $!
]]

-- The user's own settings must not be used for the sandbox.
local SOMEBODY = {
  THOUGHTSPOT_SECRET_KEY = "secret", THOUGHTSPOT_TOKEN = "secret",
  THOUGHTSPOT_TOKEN_FILE = "/nowhere/token",
  THOUGHTSPOT_HOST = "https://acme.invalid", http_proxy = "http://127.0.0.1:1",
  https_proxy = "http://127.0.0.1:1", HTTPS_PROXY = "http://127.0.0.1:1",
  ALL_PROXY = "http://127.0.0.1:1", LUA_INIT = "error 'LUA_INIT'",
  LUA_PATH_5_4 = "/nowhere", LUA_CPATH_5_4 = "/nowhere",
}

for _, one in ipairs {
  {
    target = "sandbox",
    -- Pastes its output into the user's shell.
    script = [[cd / && sed -n -e '/^Ctrl-C/d' -e '/^https:/d' \
      -e '/^export/,$p' "$1/seen" >"$1/pasted" && sh "$1/pasted"]],
    result = function(output)
      assert.matches("\nada.okafor +ada.okafor@acme.test +never", output)
    end,
  },
  {
    target = "demo-nginx", environment = { PORT = "0" },
    script = command.CURL .. ' "$(tail -n 1 "$1/seen")"',
    result = function(output)
      assert.matches("<title>", output, 1, true)
      assert.matches("<b>ada.berg</b>", output, 1, true)
    end,
  },
} do
  describe("make " .. one.target, function()
    local folder, code, errors

    setup(function()
      folder = command.new_folder()
      local environment = {
        FOLDER = folder, LUA = lua, TARGET = one.target, SCRIPT = one.script,
      }
      for _, more in ipairs { SOMEBODY, one.environment or {} } do
        for name, value in pairs(more) do
          environment[name] = value
        end
      end
      local _
      code, _, errors = command.run(SESSION, { environment = environment })
    end)

    teardown(function()
      command.remove(folder)
    end)

    local function read(name)
      return command.read(folder .. "/" .. name)
    end

    it("says how to use it, and prints the address alone on the last "
      .. "line", function()
      assert.matches("\nhttps?://[%w.]+:%d+/?\n$", read "seen", nil, errors)
      one.result(read "output")
    end)

    it("ends with Ctrl-C, and leaves nothing behind", function()
      assert.equal(130, code)
      for pid in read "pids":gmatch "%d+" do
        assert.is_false(command.is_running(pid))
      end
      assert.equal(0, (command.run("rmdir " .. folder .. "/tmp")))
      -- No traceback, and no other output.
      assert.equal("", (read "rest":gsub("%^C", ""):gsub("make[^\n]*\n?", "")
        :gsub("%s", "")))
    end)
  end)
end

-- As a supervisor ends them: only the script gets the signal, not its process
-- group.
local TERMINATION = [[
mkdir "$FOLDER/tmp" && mkfifo "$FOLDER/screen"
export TMPDIR="$FOLDER/tmp"
sh "$PROGRAM" "$LUA" >"$FOLDER/screen" 2>"$FOLDER/errors" &
exec 4<"$FOLDER/screen"
while read -r line <&4; do
  case $line in http*) break ;; esac
done
cat "$FOLDER"/tmp/*/pid >"$FOLDER/pids"
kill -s TERM $!
# What heeds nothing is ended all the same, together with its servers.
timeout 20 cat <&4 >/dev/null || kill -s KILL $! $(cat "$FOLDER/pids")
wait $!
]]

for _, program in ipairs { "examples/sandbox.sh", "examples/nginx/demo.sh" } do
  it(program .. " ends when it is told to, and leaves nothing behind",
    function()
      local folder = command.new_folder()
      local code, _, errors = command.run(TERMINATION, { environment = {
        FOLDER = folder, LUA = command.lua(), PROGRAM = program, PORT = "0",
      } })
      local pids = command.read(folder .. "/pids")
      local empty = (command.run("rmdir " .. folder .. "/tmp"))
      command.remove(folder)
      assert.equal(143, code, errors)
      for pid in pids:gmatch "%d+" do
        assert.is_false(command.is_running(pid))
      end
      assert.equal(0, empty)
    end)
end
