#!/usr/bin/env bash
# decide.sh: from a person's yes to the write, and many who decide at once, on the release build; docs/testing.md says what is checked.
#
# DECISIONS=1000 RACES=10000 AT_ONCE=100   how many: timed; racing; of these about one proposal
# STORES=sqlite,postgres                   which
# SMOKE=1                                  the debug build and wide bounds, small: CI runs this
# THROUGHLINE_BIN=…                        measures this binary (its bundle beside it) instead of building one
# OUT=…                                    folder for the report and the data; never in memory
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

out=${OUT:-$TARGET_DIR/decide} stores=${STORES:-sqlite,postgres}
arguments=()

if [ -n "${SMOKE:-}" ]; then
  : "${DECISIONS:=40}" "${RACES:=1000}" "${AT_ONCE:=50}"
  arguments+=(--loose)
  # CI has built everything for its tests; alone, the build without tests is the smaller one.
  if [ -z "${CI:-}" ]; then bash scripts/build.sh dev; fi
  bench=$TARGET_DIR/debug/throughline-bench
  binary=${THROUGHLINE_BIN:-$TARGET_DIR/debug/throughline}
else
  if [ -z "${THROUGHLINE_BIN:-}" ]; then bash scripts/build.sh release; else bash scripts/toolchain.sh; fi
  # shellcheck source=/dev/null
  if [ -f .cache/toolchain.env ]; then . ./.cache/toolchain.env; fi
  stage "load generator: building"
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

stage "decide: $stores"
"$bench" decide --binary "$binary" --out "$out" --stores "$stores" --decisions "${DECISIONS:-1000}" \
  --races "${RACES:-10000}" --at-once "${AT_ONCE:-100}" "${arguments[@]}"
