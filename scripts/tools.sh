#!/usr/bin/env bash
# tools.sh NAME...: makes sure that cargo-nextest and cargo-deny are there, at these versions or newer.
# What is missing is compiled into .cache/tools, with a light profile: minutes matter more than the tool's own speed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

NEXTEST=0.9.143
DENY=0.20.2

# Whether a cargo subcommand is there at a version or newer, on PATH or among the project's own tools.
present() {
  local version
  version=$(PATH="$TOOLS_DIR/bin:$PATH" cargo "$1" --version 2>/dev/null | awk 'NR == 1 { print $2 }')
  [ -n "$version" ] && at_least "$version" "$2"
}

# install SUBCOMMAND VERSION [OPTION...]
install() {
  local tool=$1 version=$2
  shift 2
  if present "$tool" "$version"; then return; fi
  stage "installing cargo-$tool $version (compiled once, some minutes)"
  env CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=false \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64 CARGO_PROFILE_RELEASE_STRIP=true CARGO_TARGET_DIR="$TOOLS_DIR/build" \
    cargo install --locked --quiet --root "$TOOLS_DIR" --version "$version" "$@" "cargo-$tool" </dev/null >&2 ||
    die "cargo-$tool could not be installed; cargo's message is above." "Check the network, then run the same command again."
  rm -rf "$TOOLS_DIR/build"
}

for name in "$@"; do
  case $name in
    nextest) install nextest "$NEXTEST" --no-default-features ;;
    deny) install deny "$DENY" ;;
    *) die "tools.sh knows nextest and deny, not '$name'." ;;
  esac
done
