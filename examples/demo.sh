#!/bin/sh
# Starts a sandbox of our own, runs the quick start against it, and stops it.
# Called by `make demo`, with the Lua to use.
set -eu

lua=$1
. examples/with_sandbox.sh
"$lua" examples/quickstart.lua
cat <<END

Next: make sandbox keeps such a cluster running, for the examples and your own
scripts. README.md lists the calls, doc/ has the guides.
END
