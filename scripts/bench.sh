#!/usr/bin/env bash
# bench.sh [peers]: builds what is measured, starts a private PostgreSQL, measures; docs/performance.md says what and how.
# peers: installs n8n, Node-RED and Restate first and measures them in turn with ours.
#
# ROUNDS, SECONDS_, WARMUP, CONNECTIONS, RATES   how much; see `make`
# SMOKE=1             the debug build and a few seconds: looks at the form, says nothing about speed
# THROUGHLINE_BIN=…   measures this binary (its bundle beside it) instead of building one
# ALLOCATIONS=1       builds a second binary that counts allocations, and counts them
# SYSTEMS=…           only these: sqlite, postgres, n8n-sqlite, n8n-postgres, node-red, restate
# OUT=…               folder for the result and the data directories; never in memory
# BENCH_CACHE=…       folder for the installed peers
# POSTGRES_OPTIONS=…  options of PostgreSQL's server instead of those that docs/operations.md recommends; empty: as tests have it
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

peers=${1:-}
out=${OUT:-$TARGET_DIR/bench}
arguments=()

if [ -n "${SMOKE:-}" ]; then
  : "${ROUNDS:=1}" "${SECONDS_:=2}" "${WARMUP:=1}" "${CONNECTIONS:=4}" "${RATES:=20}"
  arguments+=(--smoke)
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

if [ -n "${ALLOCATIONS:-}" ]; then
  stage "a server that counts allocations: building"
  # shellcheck source=/dev/null
  if [ -f .cache/toolchain.env ]; then . ./.cache/toolchain.env; fi
  cargo build --locked --release --package throughline-server --features count-allocations
  mkdir -p "$out/counting"
  cp -f "$TARGET_DIR/release/throughline" "$out/counting/throughline"
  ln -sfn "$(realpath -- "$(dirname -- "$binary")/bundle")" "$out/counting/bundle"
  arguments+=(--counting-binary "$out/counting/throughline")
fi

# Makes PostgreSQL's log as long as it may stay. A server that has been at work writes over old segments; a new one would make
# each of them, and flush its zeros, under the load.
fill_log() {
  local statements
  statements=$(for _ in $(seq 1 220); do echo "SELECT pg_logical_emit_message(false, 'bench', ''); SELECT pg_switch_wal();"; done)
  "$(bash scripts/test-postgres.sh psql)" "$1" -XAtq -v ON_ERROR_STOP=1 -o /dev/null <<<"$statements CHECKPOINT;"
}

systems=${SYSTEMS:-sqlite,postgres${peers:+,n8n-sqlite,n8n-postgres,node-red,restate}}
if [ "$peers" = peers ]; then arguments+=(--cache "$(bash scripts/bench-peers.sh)"); fi

case $systems in
  *postgres*)
    bash scripts/test-postgres.sh installed || apt_install "PostgreSQL's server is needed." postgresql
    stage "PostgreSQL: starting a private server"
    # Nothing here weakens what a commit promises.
    if [ -z "${SMOKE:-}" ]; then
      : "${POSTGRES_OPTIONS=-c shared_buffers=1GB -c max_wal_size=8GB -c min_wal_size=4GB -c checkpoint_timeout=15min}"
      export POSTGRES_OPTIONS
    fi
    THROUGHLINE_TEST_POSTGRES=$(bash scripts/test-postgres.sh start $$)
    export THROUGHLINE_TEST_POSTGRES
    trap 'bash scripts/test-postgres.sh stop "$THROUGHLINE_TEST_POSTGRES"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ -n "${POSTGRES_OPTIONS:-}" ]; then
      stage "PostgreSQL: making its log as long as it stays"
      fill_log "$THROUGHLINE_TEST_POSTGRES"
    fi
    ;;
esac

stage "measuring: $systems"
"$bench" --binary "$binary" --out "$out" --systems "$systems" --rounds "${ROUNDS:-3}" --seconds "${SECONDS_:-20}" \
  --warm-up "${WARMUP:-5}" --connections "${CONNECTIONS:-16,64}" --rates "${RATES:-200,500}" "${arguments[@]}"
stage "bench: done"
