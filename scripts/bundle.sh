#!/usr/bin/env bash
# bundle.sh FOLDER...: completes the bundle (packs and SDK beside the plugins) and makes it reachable as FOLDER/bundle,
# where a binary in FOLDER looks for it.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

# Makes the second folder a copy of the first, without what builds leave there; touches nothing if it is one already.
copy() {
  if diff -rq --exclude=target --exclude=node_modules "$1" "$2" >/dev/null 2>&1; then return; fi
  rm -rf "$2"
  mkdir -p "$2"
  (cd "$1" && tar -cf - --exclude=target --exclude=node_modules .) | tar -xf - -C "$2"
}

# The SDK's crates inherit from the workspace; in the bundle they get a workspace of their own, with the same entries.
sdk_workspace() {
  printf '# The SDK as shipped: generated from the repository'\''s Cargo.toml.\n[workspace]\nresolver = "3"\nmembers = ["rust", "rust-macros"]\n'
  awk '
    /^\[/ { wanted = ($0 == "[workspace.package]" || $0 == "[workspace.dependencies]" || $0 ~ /^\[workspace\.lints\./); if (wanted) print "" }
    wanted && /path = "(runtime|tests|plugins)\// { next }
    wanted { gsub(/path = "sdk\//, "path = \""); if ($0 != "") print }
  ' Cargo.toml
}

mkdir -p "$BUNDLE_DIR/plugins"
if [ -d packs ]; then copy packs "$BUNDLE_DIR/packs"; fi
rm -rf "$BUNDLE_DIR/sdk.new"
copy sdk "$BUNDLE_DIR/sdk.new"
sdk_workspace >"$BUNDLE_DIR/sdk.new/Cargo.toml"
copy "$BUNDLE_DIR/sdk.new" "$BUNDLE_DIR/sdk"
rm -rf "$BUNDLE_DIR/sdk.new"

for folder in "$@"; do
  case $folder in
    */dist) copy "$BUNDLE_DIR" "$folder/bundle" ;;
    *) ln -sfn ../bundle "$folder/bundle" ;;
  esac
done
