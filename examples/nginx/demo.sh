#!/bin/sh
# Starts a sandbox with some people, and the page with it, until it is
# interrupted. Called by `make demo-nginx`, with the Lua to use; the page is at
# http://127.0.0.1:8080, or at the port in PORT.
set -eu

lua=$1
root=$(pwd)
port=${PORT:-8080}
case $port in
*[!0-9]*)
  echo "PORT=$port is not a number" >&2
  exit 2
  ;;
esac
page=$(mktemp -d)
stop_more() {
  [ ! -e "$page/pid" ] || "$lua" spec/support/nginx.lua stop "$page"
  rm -rf "$page"
}
. examples/with_sandbox.sh

cp examples/nginx/*.lua examples/nginx/style.css "$page"
sed -e '1i @USER@' -e 's/127\.0\.0\.1:8080/127.0.0.1:@PORT1@/' \
  -e 's/error_log stderr/error_log error.log/' examples/nginx/nginx.conf \
  >"$page/template"
port=$(
  LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;;" \
    LUA_CPATH="$root/build/luajit/?.so;;" \
    setsid -w "$lua" spec/support/nginx.lua start "$page" "$page/template" \
    "$port"
)
echo "The page is ready. Ctrl-C stops it; PORT=8081 make demo-nginx uses another port."
echo "http://127.0.0.1:$port/"
# Waits until nginx ends by itself, or this script is interrupted. The wait is
# in the background, because a shell handles no signals while a command runs in
# the foreground.
flock "$page/lock" true &
wait "$!"
cat "$page/error.log" >&2
exit 1
