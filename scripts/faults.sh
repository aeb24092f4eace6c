#!/usr/bin/env bash
# Builds the server with failpoints and runs a campaign of faults (docs/testing.md). Arguments go to throughline-faults.
#   ROUNDS=1 SEED=1   rounds of each kind, and which campaign
#   KINDS=zombie,full only these kinds
# A full disk needs root and loop devices: without them those kinds are listed as skipped.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

rounds=${ROUNDS:-1} seed=${SEED:-1} kinds=${KINDS:-}
bash scripts/server-with-failpoints.sh
if [ "$(id -u)" -eq 0 ] && ! have mkfs.ext4; then apt_install "mkfs.ext4 is needed for disks that fill." e2fsprogs; fi

out=$TARGET_DIR/crash
work=$(mktemp -d "$out/faults-XXXXXX")
# What an interrupted campaign left mounted.
# shellcheck disable=SC2317 # called when the script ends
unmount() {
  local folder
  for folder in "$work"/*/*/; do
    if mountpoint -q "$folder"; then umount -l "$folder" || true; fi
  done
}
postgres="" shim=""
# shellcheck disable=SC2317 # called when the script ends
finish() {
  unmount
  if [ -n "$shim" ]; then rm -rf "$shim"; fi
  if [ -n "$postgres" ]; then bash scripts/test-postgres.sh stop "$postgres"; fi
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Not below this folder: LD_PRELOAD takes a space in a path for its end. The linker's compiler is there, else nothing here would
# have been built.
shim=$(mktemp -d /tmp/throughline-shim-XXXXXX)
cc -shared -fPIC -O1 -o "$shim/shim.so" runtime/server/tests/server/shim.c
if [ -z "${THROUGHLINE_TEST_POSTGRES:-}" ]; then
  stage "PostgreSQL: starting a private server"
  postgres=$(bash scripts/test-postgres.sh start $$)
  export THROUGHLINE_TEST_POSTGRES=$postgres
fi

args=(--server "$out/throughline" --bundle "$TARGET_DIR/debug/bundle" --shim "$shim/shim.so" --rounds "$rounds" --seed "$seed")
if [ -n "$kinds" ]; then args+=(--only "$kinds"); fi
stage "campaign of faults: $rounds rounds of each kind, seed $seed"
code=0
"$TARGET_DIR/debug/throughline-faults" "${args[@]}" --work "$work" "$@" || code=$?
# What a violation was found in stays.
if [ "$code" -eq 0 ]; then rm -rf "$work"; else note "the data is in $work"; fi
exit "$code"
