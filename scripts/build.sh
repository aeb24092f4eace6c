#!/usr/bin/env bash
# build.sh dev|test|release: everything that `throughline serve` needs. Nothing is rebuilt that has not changed.
# dev     -> target/debug/throughline with target/debug/bundle, for `make run`
# test    -> the same and the tests themselves, in one call: apart, crates that tests widen would be built twice
# release -> target/dist/throughline with target/dist/bundle
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

kind=${1:?usage: build.sh dev|test|release}

bash scripts/toolchain.sh
# toolchain.sh may have chosen another toolchain's name.
# shellcheck source=/dev/null
if [ -f .cache/toolchain.env ]; then . ./.cache/toolchain.env; fi
bash scripts/guest-target.sh
bash scripts/web.sh build

case $kind in
  dev)
    stage "server: building (the first time takes some minutes; later only what changed)"
    # --workspace: the same features as the tests have, so that both share one set of dependencies.
    cargo build --locked --workspace --bins
    out=$TARGET_DIR/debug
    ;;
  test)
    stage "server and tests: building (the first time takes some minutes; later only what changed)"
    cargo build --locked --workspace --bins --tests
    out=$TARGET_DIR/debug
    ;;
  release)
    stage "server: building the release binary (takes some minutes)"
    cargo build --locked --release --package throughline-server
    out=$TARGET_DIR/dist
    mkdir -p "$out"
    cp -f "$TARGET_DIR/release/throughline" "$out/throughline.new"
    mv -f "$out/throughline.new" "$out/throughline"
    ;;
  *) die "build.sh knows dev, test and release, not '$kind'." ;;
esac

bash scripts/build-guests.sh "$out/throughline"
bash scripts/bundle.sh "$out"
stage "built $out/throughline"
