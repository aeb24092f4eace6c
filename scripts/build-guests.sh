#!/usr/bin/env bash
# build-guests.sh THROUGHLINE: builds every connector under plugins/ and puts it, as a component, into the bundle.
# THROUGHLINE is the binary that encodes core modules. Nothing is rewritten that has not changed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

throughline=${1:?usage: build-guests.sh THROUGHLINE}
target=wasm32-unknown-unknown
guests=$TARGET_DIR/guests
bundle=$BUNDLE_DIR/plugins
# shellcheck source=/dev/null
. ./.cache/guest.env

# Registry and checkout paths stay out of the modules, so the same source gives the same bytes anywhere.
# Separated by the unit separator: plain RUSTFLAGS would split a path at its space.
guest_flags() {
  printf -- '--remap-path-prefix=%s=/cargo\x1f--remap-path-prefix=%s=/throughline' "${CARGO_HOME:-$HOME/.cargo}" "$root"
}

guest_cargo() {
  local -a settings=(CARGO_TARGET_DIR="$guests" CARGO_ENCODED_RUSTFLAGS="$(guest_flags)") extra=()
  if [ "$GUEST_TOOLCHAIN" = debian ]; then
    settings+=(RUSTC="$GUEST_RUSTC" RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$GUEST_LINKER")
    if [ -n "$GUEST_LIBRARIES" ]; then settings+=(LD_LIBRARY_PATH="$GUEST_LIBRARIES"); fi
    extra=(-Z 'build-std=std,panic_abort')
  fi
  env "${settings[@]}" cargo "$@" "${extra[@]}"
}

# The one place that knows how a core module becomes a connector.
encode() {
  rm -f "$2"
  "$throughline" plugin build --prebuilt "$1" --out "$2" </dev/null >/dev/null && [ -s "$2" ]
}

# Moves a fresh file over the old one only where they differ.
replace_if_changed() { if cmp -s "$1" "$2"; then rm -f "$1"; else mv -f "$1" "$2"; fi; }

build_rust() {
  local manifest id name
  local -a ids=() names=() selected=()
  for manifest in plugins/*/Cargo.toml; do
    [ -f "$manifest" ] || continue
    name=$(package_name "$manifest")
    ids+=("$(basename -- "$(dirname -- "$manifest")")")
    names+=("$name")
    selected+=(--package "$name")
  done
  [ "${#ids[@]}" -gt 0 ] || { note "no Rust connectors yet"; return; }
  stage "connectors: building ${ids[*]}"
  guest_cargo build --lib --locked --profile guest --target "$target" "${selected[@]}"
  local i core
  for i in "${!ids[@]}"; do
    id=${ids[$i]}
    core=$guests/$target/guest/$(printf '%s' "${names[$i]}" | tr - _).wasm
    encode "$core" "$guests/$id.wasm.new" || die "the connector $id could not be encoded; the message is above."
    replace_if_changed "$guests/$id.wasm.new" "$bundle/$id.wasm"
  done
}

# Every JavaScript guest: a folder with package-lock.json whose `npm run build` writes dist/<id>.wasm.
build_javascript() {
  local lock folder id stamp
  for lock in plugins/*/package-lock.json; do
    [ -f "$lock" ] || continue
    folder=$(dirname -- "$lock")
    id=$(basename -- "$folder")
    stamp=$guests/$id.sources
    sources "$folder" >"$stamp.new"
    if [ -f "$bundle/$id.wasm" ] && cmp -s "$stamp.new" "$stamp"; then
      rm "$stamp.new"
      continue
    fi
    stage "$id: npm install, npm run build"
    # Not `npm ci`: it refuses a lock that lacks optional bindings for platforms their publisher never released.
    (cd "$folder" && npm install --no-save --no-audit --no-fund --loglevel=error </dev/null && npm run --silent build </dev/null) >&2 ||
      die "$folder could not be built; npm's message is above."
    cp -f "$folder/dist/$id.wasm" "$guests/$id.wasm.new"
    replace_if_changed "$guests/$id.wasm.new" "$bundle/$id.wasm"
    mv -f "$stamp.new" "$stamp"
  done
}

# What a JavaScript guest is made of, by content, with the contract it implements.
sources() {
  local -a folders=("$1" sdk/wit)
  if [ -d sdk/js ]; then folders+=(sdk/js); fi
  find "${folders[@]}" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print0 | sort -z | xargs -0 sha256sum
}

# Connectors whose source is gone leave the bundle too.
drop_removed() {
  local file
  for file in "$bundle"/*.wasm; do
    [ -f "$file" ] || continue
    if [ ! -d "plugins/$(basename -- "$file" .wasm)" ]; then rm -f "$file"; fi
  done
}

mkdir -p "$bundle"
build_rust
build_javascript
drop_removed
