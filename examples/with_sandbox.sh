# To be sourced by a script that has set $lua: starts a sandbox with people in
# it, exports what a client reads, and stops it when the script ends, whichever
# way. $sandbox_port is the port of the sandbox, or empty for one that is free.
# The script may define stop_more, for what it has started itself.

# Nobody's cluster is taken for the sandbox.
unset THOUGHTSPOT_SECRET_KEY THOUGHTSPOT_TOKEN THOUGHTSPOT_ORG_ID

settings=
stop_all() {
  trap '' INT TERM HUP
  if command -v stop_more >/dev/null; then
    stop_more
  fi
  if [ -n "$settings" ]; then
    "$lua" spec/support/sandbox_server.lua stop "$SANDBOX_FOLDER"
  fi
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# In a session of its own: an interrupt does not leave it half started.
settings=$(setsid -w "$lua" spec/support/sandbox_server.lua start \
  ${sandbox_port:-})
eval "$settings"
export THOUGHTSPOT_HOST THOUGHTSPOT_CA_FILE THOUGHTSPOT_USERNAME \
  THOUGHTSPOT_PASSWORD
