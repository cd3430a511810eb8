#!/bin/sh
# Runs a sandbox with some people until it is interrupted, and prints what to
# paste into another terminal. Called by `make sandbox`, with the Lua to use.
set -eu

lua=$1
root=$(pwd)
unset THOUGHTSPOT_SECRET_KEY THOUGHTSPOT_TOKEN THOUGHTSPOT_ORG_ID
settings=
clean_up() {
  trap '' INT TERM HUP
  if [ -n "$settings" ]; then
    eval "$settings"
    "$lua" spec/support/sandbox_server.lua stop "$SANDBOX_FOLDER"
  fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# In a session of its own: an interrupt does not leave it half started.
settings=$(setsid -w "$lua" spec/support/sandbox_server.lua start)
eval "$settings"
export THOUGHTSPOT_HOST THOUGHTSPOT_CA_FILE THOUGHTSPOT_USERNAME \
  THOUGHTSPOT_PASSWORD
"$lua" examples/nginx/seed.lua

cat <<END
A sandbox is ready. Paste this into another terminal:

$(printf '%s\n' "$settings" | sed -n 's/^THOUGHTSPOT_/export &/p')
unset THOUGHTSPOT_SECRET_KEY THOUGHTSPOT_TOKEN THOUGHTSPOT_ORG_ID
export LUA_PATH='$root/lua/?.lua;$root/lua/?/init.lua;;'
export LUA_CPATH='$root/build/${lua##*/}/?.so;;'
cd '$root'
export LUA='$lua' PATH='$root/command':"\$PATH"
thoughtspot-users audit

Ctrl-C here ends it.
END
server=$(cat "$SANDBOX_FOLDER/pid")
while kill -0 "$server" 2>/dev/null; do
  sleep 1
done
