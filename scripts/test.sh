#!/usr/bin/env bash
# Builds what the tests run, starts a private PostgreSQL, runs every test. Arguments go to nextest.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

bash scripts/build.sh test
# shellcheck source=/dev/null
if [ -f .cache/toolchain.env ]; then . ./.cache/toolchain.env; fi
bash scripts/tools.sh nextest
bash scripts/test-postgres.sh installed || apt_install "PostgreSQL's server is needed by the tests." postgresql

stage "PostgreSQL: starting a private server"
THROUGHLINE_TEST_POSTGRES=$(bash scripts/test-postgres.sh start $$)
export THROUGHLINE_TEST_POSTGRES
trap 'bash scripts/test-postgres.sh stop "$THROUGHLINE_TEST_POSTGRES"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

bash scripts/web.sh check

stage "tests"
PATH="$root/$TOOLS_DIR/bin:$PATH" cargo nextest run --locked --workspace "$@"
stage "tests: done"
