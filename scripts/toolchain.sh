#!/usr/bin/env bash
# Makes sure that cargo (the pinned version), a C compiler and Node are there. Installs what it may, else says what to install.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

# The version that a command prints as its second word, or nothing.
version_of() { "$@" --version 2>/dev/null | awk '{ print $2; exit }' || true; }

# An installed toolchain of another name (say, stable) that is the pinned version.
same_version_elsewhere() {
  local name
  while read -r name _; do
    case $name in "$pinned"*) continue ;; esac
    if [ "$(RUSTUP_TOOLCHAIN=$name version_of rustc)" = "$pinned" ]; then
      printf '%s\n' "$name"
      return
    fi
  done < <(rustup toolchain list 2>/dev/null)
}

# Names the toolchain outright: cargo then no longer checks rust-toolchain.toml's components and targets,
# which would fail every command where they cannot be downloaded.
use_toolchain() {
  mkdir -p .cache
  printf 'export RUSTUP_TOOLCHAIN=%q\n' "$1" >.cache/toolchain.env
  export RUSTUP_TOOLCHAIN=$1
}

check_rustup_toolchain() {
  if rustup toolchain list 2>/dev/null | grep -q "^$pinned-"; then
    rustup_has_everything || use_toolchain "$pinned"
    return
  fi
  stage "installing Rust $pinned with rustup"
  if timeout 900 rustup toolchain install "$pinned" --no-self-update --profile minimal --component clippy --component rustfmt </dev/null >&2; then
    rustup_has_everything || use_toolchain "$pinned"
    return
  fi
  local other
  other=$(same_version_elsewhere)
  [ -n "$other" ] || die "Rust $pinned is not installed and rustup could not download it." \
    "Check the network, then: rustup toolchain install $pinned"
  note "using the installed toolchain $other, which is Rust $pinned"
  use_toolchain "$other"
}

# Whether the pinned toolchain has what rust-toolchain.toml lists.
rustup_has_everything() {
  local targets
  targets=$(rustup target list --toolchain "$pinned" --installed 2>/dev/null || true)
  printf '%s\n' "$targets" | grep -q '^wasm32-unknown-unknown$'
}

check_rust() {
  rm -f .cache/toolchain.env
  unset RUSTUP_TOOLCHAIN
  if have rustup; then
    check_rustup_toolchain
  elif have cargo; then
    at_least "$(version_of cargo)" "$pinned" || die "This cargo is older than Rust $pinned." \
      "Install rustup (https://rustup.rs) and run the same command again."
  else
    die "Rust is not installed." "Install rustup (https://rustup.rs) and run the same command again."
  fi
  cargo --version >/dev/null || die "cargo does not start; its message is above."
}

check_c_compiler() {
  if ! have cc || ! printf '#include <stdio.h>\n' | cc -E - >/dev/null 2>&1; then
    apt_install "A C compiler with libc's headers is needed (SQLite and ring are C)." gcc libc6-dev
  fi
}

check_node() {
  if ! have node || ! have npm; then apt_install "Node and npm are needed to build the code step." nodejs npm; fi
  local version
  version=$(node --version)
  at_least "${version#v}" 18.0.0 || die "Node $version is too old: 18 or newer is needed." "Install a newer Node and run the same command again."
}

check_rust
check_c_compiler
check_node
stage "toolchain: $(cargo --version), $(cc --version | sed -n 1p), node $(node --version)"
