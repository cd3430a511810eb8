# To be sourced by a script that has set $lua. Starts a sandbox with people in
# it, exports the variables that a client reads, and stops it when the script
# ends, in whatever way. $sandbox_port is the port of the sandbox; empty: any
# free port. The script may define stop_more to stop its own processes.

# The sandbox must not be confused with the user's cluster.
not_for_sandbox="THOUGHTSPOT_SECRET_KEY THOUGHTSPOT_TOKEN \
THOUGHTSPOT_TOKEN_FILE THOUGHTSPOT_ORG_ID"
# shellcheck disable=SC2086
unset $not_for_sandbox

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

# In its own session, so that an interrupt does not leave it half started.
settings=$(setsid -w "$lua" spec/support/sandbox_server.lua start \
  ${sandbox_port:-})
eval "$settings"
export THOUGHTSPOT_HOST THOUGHTSPOT_CA_FILE THOUGHTSPOT_USERNAME \
  THOUGHTSPOT_PASSWORD
