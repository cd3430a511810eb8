#!/bin/sh
# Starts a sandbox with some people, and the page on top of it, until it is
# interrupted. Called by `make demo-nginx`, with the Lua to use; the page is
# at http://127.0.0.1:8080, or at another PORT of the environment.
set -eu

lua=$1
port=${PORT:-8080}
folder=$(mktemp -d)
settings=$("$lua" spec/support/sandbox_server.lua start)
eval "$settings"
export THOUGHTSPOT_HOST THOUGHTSPOT_CA_FILE THOUGHTSPOT_USERNAME \
  THOUGHTSPOT_PASSWORD
nginx=
clean_up() {
  if [ -n "$nginx" ]; then
    kill "$nginx" 2>/dev/null || :
    wait "$nginx" || :
  fi
  "$lua" spec/support/sandbox_server.lua stop "$SANDBOX_FOLDER"
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$lua" examples/nginx/seed.lua

cp examples/nginx/*.lua examples/nginx/style.css "$folder"
sed "s/127\.0\.0\.1:8080/127.0.0.1:$port/" examples/nginx/nginx.conf \
  >"$folder/nginx.conf"
root=$(pwd)
main="daemon off;"
if [ "$(id -u)" = 0 ]; then
  main="$main user root;"
fi
echo "http://127.0.0.1:$port/ (interrupt to end)"
LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;;" \
  LUA_CPATH="$root/build/luajit/?.so;;" \
  nginx -p "$folder" -c nginx.conf -e stderr -g "$main" &
nginx=$!
wait "$nginx"
