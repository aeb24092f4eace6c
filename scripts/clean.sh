#!/usr/bin/env bash
# Removes what builds leave behind. The data folder and the tools stay.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

cargo clean --quiet
rm -rf .cache/toolchain.env .cache/guest.env .cache/debian-rust .cache/advisories.log
find plugins sdk \( -name node_modules -o -name dist \) -prune -type d -exec rm -rf {} +
stage "removed $TARGET_DIR and the build caches (data and .cache/tools stay)"
