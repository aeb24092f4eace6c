#!/usr/bin/env bash
# Everything that is judged without running the product: cheapest first.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

bash scripts/toolchain.sh
# shellcheck source=/dev/null
if [ -f .cache/toolchain.env ]; then . ./.cache/toolchain.env; fi

stage "files: lengths and forbidden text"
bash scripts/check-files.sh

if have shellcheck; then
  stage "shellcheck"
  shellcheck --external-sources scripts/*.sh .ci/run
else
  note "shellcheck is not installed: shell scripts are not checked"
fi

if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
  stage "adding rustfmt and clippy with rustup"
  rustup component add --toolchain "${RUSTUP_TOOLCHAIN:-$pinned}" rustfmt clippy </dev/null
fi

stage "cargo fmt --check"
cargo fmt --all --check

stage "cargo clippy"
cargo clippy --locked --workspace --all-targets -- --deny warnings

bash scripts/tools.sh deny
PATH="$root/$TOOLS_DIR/bin:$PATH"
stage "cargo deny: bans, licences, sources"
cargo deny --locked --log-level error check bans licenses sources

# The advisories come from a database on the network; without it the rest still counts.
advisories=$root/.cache/advisory-db
mkdir -p "$advisories"
stage "cargo deny: advisories"
if timeout 120 cargo deny --locked fetch db </dev/null >.cache/advisories.log 2>&1; then
  cargo deny --locked --log-level error check --disable-fetch advisories
else
  note "SKIPPED: the RustSec advisory database could not be fetched ($(grep . .cache/advisories.log | tail -n 1))"
fi
stage "lint: done"
