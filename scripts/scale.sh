#!/usr/bin/env bash
# scale.sh: long histories, many waiting runs, large for-eachs, on the release build; docs/testing.md says what is checked.
#
# RUNS, WAITING, INBOX, ITEMS   how many; 10,000,000 finished runs need 30 GB of disk for each store, one after the other
# STORES=sqlite,postgres PARTS=history,retention,waiting,inbox,each   which
# SMOKE=1                the debug build and wide bounds, small: looks at the form
# THROUGHLINE_BIN=…      measures this binary (its bundle beside it) instead of building one
# OUT=…                  folder for the report and the data; never in memory
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

out=${OUT:-$TARGET_DIR/scale} stores=${STORES:-sqlite,postgres}
arguments=()

if [ -n "${SMOKE:-}" ]; then
  : "${RUNS:=20000}" "${WAITING:=5000}" "${INBOX:=4000}" "${ITEMS:=2000}"
  arguments+=(--loose)
  # CI has built everything for its tests; alone, the build without tests is the smaller one.
  if [ -z "${CI:-}" ]; then bash scripts/build.sh dev; fi
  bench=$TARGET_DIR/debug/throughline-bench
  binary=${THROUGHLINE_BIN:-$TARGET_DIR/debug/throughline}
else
  if [ -z "${THROUGHLINE_BIN:-}" ]; then bash scripts/build.sh release; else bash scripts/toolchain.sh; fi
  # shellcheck source=/dev/null
  if [ -f .cache/toolchain.env ]; then . ./.cache/toolchain.env; fi
  stage "generator: building"
  cargo build --locked --release --package throughline-bench
  bench=$TARGET_DIR/release/throughline-bench
  binary=${THROUGHLINE_BIN:-$TARGET_DIR/dist/throughline}
fi
for program in "$bench" "$binary"; do [ -x "$program" ] || die "$program is not there."; done
mkdir -p "$out"

case $stores in
  *postgres*)
    bash scripts/test-postgres.sh installed || apt_install "PostgreSQL's server is needed." postgresql
    stage "PostgreSQL: starting a private server"
    THROUGHLINE_TEST_POSTGRES=$(bash scripts/test-postgres.sh start $$)
    export THROUGHLINE_TEST_POSTGRES
    trap 'bash scripts/test-postgres.sh stop "$THROUGHLINE_TEST_POSTGRES"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    ;;
esac

stage "scale: $stores"
"$bench" scale --binary "$binary" --out "$out" --stores "$stores" --parts "${PARTS:-history,retention,waiting,inbox,each}" \
  --runs "${RUNS:-10000000}" --waiting "${WAITING:-1000000}" --inbox "${INBOX:-1000000}" --items "${ITEMS:-100000}" "${arguments[@]}"
