#!/bin/sh
# Runs the specs: run.sh [--without PATTERN] COMMAND... [-- ARGUMENT...]
# COMMAND is an interpreter, perhaps with a wrapper such as valgrind before it.
# The ARGUMENTS are busted's: spec files or options. Without any, all specs
# run: JOBS processes in parallel (default: four more than there are processors,
# because many wait), first those of the files that take long; then, one by one,
# those of the files that must run alone. GROUP is the number of files per
# process, except for those that take long (default 4): with more, the
# interpreter and its modules start less often. SLOWEST=N names the N slowest
# tests.
#
# All files that the specs write are in a folder of this run: in TMPDIR, or in
# memory, because a journal waits for the disk. However the run ends, its
# servers are stopped and the folder is removed.
set -u

without=
if [ "$1" = --without ]; then
  without=$2
  shift 2
fi
command=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  command="$command $1"
  shift
done
[ $# = 0 ] || shift

# Whether the folder in memory can be used: it has a gigabyte of room, and
# programs in it may be run.
memory=/dev/shm
suits() {
  [ -w "$memory" ] && ! grep -q " $memory [^ ]* [^ ]*noexec" /proc/mounts &&
    [ "$(df -Pk "$memory" | awk 'NR == 2 { print $4 }')" -gt 1048576 ]
}

if [ -z "${TMPDIR:-}" ] && suits 2>/dev/null; then
  TMPDIR=$memory
  export TMPDIR
fi
TMPDIR=$(mktemp -d)
export TMPDIR
chmod 1777 "$TMPDIR" # a spec becomes another user

stop_servers() {
  for lock in "$TMPDIR"/*/lock "$TMPDIR"/*/tmp/*/lock; do
    if [ -e "$lock" ] && ! flock -n "$lock" true; then
      kill -s KILL -- "-$(cat "${lock%lock}pid")"
      flock -w 5 "$lock" true
    fi
  done 2>/dev/null
}

# Runs a command that Ctrl-C does not reach, because Lua would turn it into an
# error, and busted into a failed test. Here Ctrl-C ends the whole run.
running=
apart() {
  setsid env --default-signal=INT "$@" &
  running=$!
  wait "$running"
  running=
}

clean_up() {
  trap '' INT TERM HUP
  [ -z "$running" ] || kill -s KILL -- "-$running"
  stop_servers
  rm -rf "$TMPDIR"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# A hundred connections need as many open files, if the limit can be raised.
if [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -lt 1024 ]; then
  ulimit -n 1024 2>/dev/null || ulimit -S -n "$(ulimit -H -n)"
fi

reports=$TMPDIR/reports
mkdir "$reports"
SPEC_CERTIFICATES=$TMPDIR/certificates # made by the first spec that needs them
export reports command SPEC_CERTIFICATES

# Runs busted with these arguments. Keeps its report, with a note if the process
# failed but no spec did: it crashed, or a sanitizer or valgrind has complained.
RUN='
REPORT=$(mktemp "$reports/XXXXXX")
export REPORT
$command spec/support/busted.lua "$@"
status=$?
if ! grep -q "^[0-9]* passed, [1-9]" "$REPORT" &&
  { [ $status != 0 ] || ! [ -s "$REPORT" ]; }; then
  printf "\nfailed: busted %s: exit code %s\n" "$*" "$status"
  echo "0 passed, 1 failed"
fi >>"$REPORT"'

if [ $# -gt 0 ]; then
  apart sh -c "$RUN" run "$@"
else
  files=$(find spec -name '*_spec.lua' | grep -v "${without:-^$}" |
    xargs ls -S)
  alone=$(echo "$files" | xargs grep -l '^-- Runs alone')
  files=$(echo "$files" | grep -vxF "${alone:-none}")
  long=$(echo "$files" | xargs grep -l '^-- Takes long')
  {
    echo "$long"
    echo "$files" | grep -vxF "${long:-none}" | xargs -n "${GROUP:-4}"
  } >"$TMPDIR/files"
  jobs=${JOBS:-$(($(nproc 2>/dev/null || echo 1) + 4))}
  apart xargs -a "$TMPDIR/files" -P "$jobs" -L 1 sh -c "$RUN" run
  for file in $alone; do
    apart sh -c "$RUN" run "$file"
  done
fi

printf '\n\n'
cat "$reports"/* | sed -n -e '/^[0-9]* passed, /d' -e '/^took /d' -e p
if [ -n "${SLOWEST:-}" ]; then
  sed -n 's/^took //p' "$reports"/* | sort -rn | head -n "$SLOWEST"
fi
cat "$reports"/* | awk '
  /^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; skipped += $5 }
  END {
    printf "%d passed, %d failed", passed, failed
    if (skipped > 0) printf ", %d skipped", skipped
    printf "\n"
    exit failed > 0
  }'
