#!/usr/bin/env bash
# Makes sure that Rust can build for wasm32-unknown-unknown; writes .cache/guest.env for build-guests.sh.
# rustup's target is the normal way. Where it cannot be had, Debian's packaged compiler builds the standard library itself.
# THROUGHLINE_GUEST_TOOLCHAIN: auto (default), rustup or debian.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

target=wasm32-unknown-unknown
wanted=${THROUGHLINE_GUEST_TOOLCHAIN:-auto}
debian_root=.cache/debian-rust
mkdir -p .cache

installed() { [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; }

from_rustup() {
  if ! installed; then
    have rustup || return 1
    stage "adding Rust's $target target with rustup"
    timeout 300 rustup target add --toolchain "${RUSTUP_TOOLCHAIN:-$pinned}" "$target" </dev/null >&2 || return 1
    installed || return 1
  fi
  printf 'GUEST_TOOLCHAIN=rustup\n' >.cache/guest.env
}

# Unpacked, not installed: no root, and no second compiler on anyone's PATH.
unpack_debian() {
  local packages
  [ ! -x "$debian_root/usr/bin/rustc" ] || return 0
  have apt-get || return 1
  if may_be_root; then as_root apt-get update -qq || true; fi
  packages=$(apt-get -s install --no-install-recommends rustc-web rust-web-src 2>/dev/null | awk '/^Inst /{ print $2 }')
  [ -n "$packages" ] || packages="rustc-web rust-web-src"
  stage "fetching Debian's Rust compiler and the standard library's source (about 120 MB, once)"
  rm -rf "$debian_root" "$debian_root.new"
  mkdir -p "$debian_root.new/packages"
  # shellcheck disable=SC2086 # one word per package
  (cd "$debian_root.new/packages" && apt-get download -qq $packages >&2) || return 1
  local package
  for package in "$debian_root.new/packages"/*.deb; do dpkg-deb -x "$package" "$debian_root.new"; done
  rm -r "$debian_root.new/packages"
  mv "$debian_root.new" "$debian_root"
}

from_debian() {
  local compiler=/usr/bin/rustc libraries="" linker
  # An installed rustc-web with its source serves as it is.
  if [ ! -f /usr/lib/rustlib/src/rust/library/Cargo.lock ] || ! dpkg -s rustc-web >/dev/null 2>&1; then
    unpack_debian || return 1
    compiler=$root/$debian_root/usr/bin/rustc
    libraries=$(dirname -- "$(find "$root/$debian_root/usr/lib" -name 'librustc_driver-*.so' | head -n 1)")
  fi
  linker=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld
  [ -x "$linker" ] || return 1
  LD_LIBRARY_PATH=$libraries "$compiler" -vV >/dev/null || return 1
  {
    printf 'GUEST_TOOLCHAIN=debian\n'
    printf 'GUEST_RUSTC=%q\nGUEST_LIBRARIES=%q\nGUEST_LINKER=%q\n' "$compiler" "$libraries" "$linker"
  } >.cache/guest.env
}

case $wanted in
  auto) from_rustup || { note "rustup cannot provide $target; using Debian's compiler"; from_debian; } ;;
  rustup) from_rustup ;;
  debian) from_debian ;;
  *) die "THROUGHLINE_GUEST_TOOLCHAIN is auto, rustup or debian, not '$wanted'." ;;
esac || die "Rust's $target target is needed to build the connectors, and neither rustup nor Debian could provide it." \
  "Check the network, then: rustup target add $target"
