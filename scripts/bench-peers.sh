#!/usr/bin/env bash
# Installs the systems that `make bench-peers` measures beside ours, from npm, into a cache folder outside the repository.
# What is installed at the version that tests/bench/peers names is left as it is. Prints the folder.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

folder=${BENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/throughline-bench}

if ! have node || ! have npm; then
  die "The peers run on Node.js, which is not installed." "Please install Node.js 20 or later with npm."
fi
mkdir -p "$folder"

# The folder of Node's headers, for modules that are compiled here.
node_prefix=$(node -p 'require("path").resolve(process.execPath, "../..")')

# n8n's SQLite module ships without a binary of its own: it is compiled.
after_n8n() {
  local module=$1/node_modules/sqlite3 gyp
  [ -f "$module/build/Release/node_sqlite3.node" ] && return
  gyp=$(npm root -g 2>/dev/null)/npm/node_modules/node-gyp/bin/node-gyp.js
  if [ ! -f "$gyp" ]; then gyp=$(find "$node_prefix" -path '*node-gyp/bin/node-gyp.js' -print -quit 2>/dev/null); fi
  [ -f "$gyp" ] || die "n8n's SQLite module must be compiled, and npm's node-gyp was not found."
  [ -f "$node_prefix/include/node/node.h" ] || die "n8n's SQLite module must be compiled, and Node's headers are not at $node_prefix/include/node." \
    "On Debian: sudo apt-get install -y libnode-dev"
  stage "n8n: compiling its SQLite module"
  (cd "$module" && node "$gyp" rebuild --nodedir="$node_prefix" >build.log 2>&1) || {
    tail -n 20 "$module/build.log" >&2
    die "n8n's SQLite module could not be compiled; the end of its log is above."
  }
}

# install NAME: what tests/bench/peers/NAME/package.json names.
install() {
  local name=$1 wanted=tests/bench/peers/$1/package.json
  local to=$folder/$name
  if [ ! -f "$to/installed" ] || ! cmp -s "$wanted" "$to/installed"; then
    stage "$name: installing from npm into $to (some minutes the first time)"
    mkdir -p "$to"
    rm -f "$to/installed"
    cp "$wanted" "$to/package.json"
    # Their install scripts would fetch binaries from elsewhere; what is needed is compiled below.
    (cd "$to" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error >npm.log 2>&1 </dev/null) || {
      tail -n 20 "$to/npm.log" >&2
      die "npm could not install $name; the end of its log is above."
    }
  fi
  if [ "$name" = n8n ]; then after_n8n "$to"; fi
  cp "$wanted" "$to/installed"
}

for name in ${BENCH_PEERS_ONLY:-restate node-red n8n}; do install "$name"; done
printf '%s\n' "$folder"
