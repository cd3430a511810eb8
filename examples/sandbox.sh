#!/bin/sh
# Runs a sandbox with some people until it is interrupted, and prints lines to
# paste into another terminal. Called by `make sandbox`, with the Lua to use;
# PORT sets the port of the sandbox.
set -eu

lua=$1
root=$(pwd)
case ${PORT:-} in
*[!0-9]*)
  echo "PORT=$PORT is not a number" >&2
  exit 2
  ;;
esac
sandbox_port=${PORT:-}
. examples/with_sandbox.sh

# Lua 5.2 and later first look for a variable with their version.
suffix=$("$lua" -e 'local version = _VERSION:match "%d%.%d"
  print(version == "5.1" and "" or "_" .. version:gsub("%.", "_"))')
cat <<END
A sandbox is ready. Paste this into another terminal:

$(printf '%s\n' "$settings" | sed -n 's/^THOUGHTSPOT_/export &/p')
unset $not_for_sandbox LUA_INIT
export NO_PROXY=localhost,127.0.0.1 no_proxy=localhost,127.0.0.1
export LUA_PATH$suffix='$root/lua/?.lua;$root/lua/?/init.lua;;'
export LUA_CPATH$suffix='$root/build/${lua##*/}/?.so;;'
cd '$root'
export LUA='$lua' PATH='$root/command':"\$PATH"
thoughtspot-users audit

Ctrl-C stops it. PORT=8443 make sandbox uses a port of your choice.
$THOUGHTSPOT_HOST
END
# Waits until the server ends by itself, or this script is interrupted. The
# wait is in the background, because a shell handles no signals while a command
# runs in the foreground.
flock "$SANDBOX_FOLDER/lock" true &
wait "$!"
echo "The sandbox ended unexpectedly." >&2
exit 1
