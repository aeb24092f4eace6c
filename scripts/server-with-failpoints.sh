#!/usr/bin/env bash
# Builds what campaigns need: the server with failpoints in target/crash, the usual binaries and the connectors.
#   server-with-failpoints.sh [FEATURES]   further features, separated by commas
#   RELEASE=1   as a release is built, the campaign's own program too: longer to build, and more kills a second
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

features=throughline-server/failpoints${1:+,$1}

bash scripts/build.sh dev
# shellcheck source=/dev/null
if [ -f .cache/toolchain.env ]; then . ./.cache/toolchain.env; fi
bash scripts/test-postgres.sh installed || apt_install "PostgreSQL's server is needed by campaigns." postgresql

out=$TARGET_DIR/crash
mkdir -p "$out"
stage "server with failpoints: building (only this repository's crates)"
if [ -n "${RELEASE:-}" ]; then
  cargo build --locked --release --package throughline-server --package throughline-crash --bins --features "$features"
  from=release
else
  cargo build --locked --workspace --bins --features "$features"
  from=debug
fi
for program in throughline throughline-crash; do
  cp -f "$TARGET_DIR/$from/$program" "$out/$program.new"
  mv -f "$out/$program.new" "$out/$program"
done
# The usual binary back in its place: nothing is compiled again.
if [ "$from" = debug ]; then cargo build --locked --workspace --bins --quiet; fi
