#!/usr/bin/env bash
# Builds the server with failpoints and runs a crash campaign (docs/testing.md). Arguments go to throughline-crash.
#   KILLS=300 SEED=1   how many kills, and which campaign; from 1,000 on it goes on where an earlier one was interrupted
#   LANES=4            servers at work on each store at a time
#   RELEASE=1          builds as a release is built, for long campaigns
#   BREAK=fault        builds that fault in; then the campaign must find it
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

kills=${KILLS:-300} seed=${SEED:-1} fault=${BREAK:-} lanes=${LANES:-}
# A lane waits more than it works: long campaigns take as many as keep the processors busy.
if [ -z "$lanes" ]; then if [ "$kills" -ge 1000 ]; then lanes=4; else lanes=2; fi; fi
if [ -n "$fault" ]; then features=throughline-server/faults; else features=; fi
bash scripts/server-with-failpoints.sh "$features"
out=$TARGET_DIR/crash

if [ -z "${THROUGHLINE_TEST_POSTGRES:-}" ]; then
  stage "PostgreSQL: starting a private server"
  THROUGHLINE_TEST_POSTGRES=$(bash scripts/test-postgres.sh start $$)
  export THROUGHLINE_TEST_POSTGRES
  trap 'bash scripts/test-postgres.sh stop "$THROUGHLINE_TEST_POSTGRES"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
fi

args=(--server "$out/throughline" --bundle "$TARGET_DIR/debug/bundle" --kills "$kills" --seed "$seed" --lanes "$lanes")
if [ -n "$fault" ]; then args+=(--break "$fault"); fi
if [ "$kills" -ge 1000 ]; then args+=(--progress "$out/progress.jsonl" --segment 25); fi
work=$(mktemp -d "$out/work-XXXXXX")
stage "crash campaign: $kills kills, seed $seed${fault:+, with the fault $fault}"
code=0
"$out/throughline-crash" "${args[@]}" --work "$work" "$@" || code=$?
# What a violation was found in stays.
if [ "$code" -eq 0 ]; then rm -rf "$work"; else note "the data is in $work"; fi
exit "$code"
