#!/usr/bin/env bash
# Builds what is missing and starts the demo. exec: signals reach the server itself, and nothing is left behind.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

bash scripts/build.sh dev
stage "starting the demo; its data is in ${DATA:-./data}"
exec "$TARGET_DIR/debug/throughline" serve --demo --data "${DATA:-./data}" --listen "127.0.0.1:${PORT:-8790}"
