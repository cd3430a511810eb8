#!/bin/sh
# Starts a sandbox of our own, runs the quick start against it, and stops it.
# Called by `make demo`, with the Lua to use.
set -eu

unset THOUGHTSPOT_SECRET_KEY THOUGHTSPOT_TOKEN THOUGHTSPOT_ORG_ID
settings=$("$1" spec/support/sandbox_server.lua start)
eval "$settings"
trap '"$1" spec/support/sandbox_server.lua stop "$SANDBOX_FOLDER"' EXIT
export THOUGHTSPOT_HOST THOUGHTSPOT_CA_FILE THOUGHTSPOT_USERNAME \
  THOUGHTSPOT_PASSWORD
"$1" examples/quickstart.lua
