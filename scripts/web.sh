#!/usr/bin/env bash
# The web, in web/: web.sh check|build|dev|e2e|shots|guide. Each installs what it needs from npm, as the lock file has it.
#   check   types, lint, unit tests, types of the API as they are published, size of the first script
#   build   web/dist, which the server carries; nothing where it is current
#   dev     with hot reload, against the server at THROUGHLINE_SERVER (http://127.0.0.1:8790)
#   e2e     journeys in Chromium against a server of their own; PROJECT=phone-dark,desktop-light only these of the four
#   shots   a picture of every page under target/shots, with an index page
#   guide   the pictures of docs/guide, from the journey that they show
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

what=${1:?usage: web.sh check|build|dev|e2e|shots|guide}
have npm || apt_install "The web is built with npm." npm

# Installed again only when the lock file is another one.
installed=web/node_modules/.installed
if ! cmp -s web/package-lock.json "$installed"; then
  stage "web: installing from npm"
  (cd web && npm ci --no-audit --no-fund --loglevel=error) >&2
  cp web/package-lock.json "$installed"
fi

PROJECT=${PROJECT:-}
chromium() {
  if [ -z "${CHROMIUM:-}" ] && ! [ -x /usr/bin/chromium ]; then
    apt_install "Chromium is needed to look at the web." chromium
  fi
}

server() {
  if [ -z "${THROUGHLINE_BIN:-}" ]; then
    # CI has built everything for its tests; alone, the build without tests is the smaller one.
    if [ -z "${CI:-}" ] || ! [ -x "$TARGET_DIR/debug/throughline" ]; then bash scripts/build.sh dev; fi
    THROUGHLINE_BIN=$(cd -- "$TARGET_DIR/debug" && pwd -P)/throughline
    export THROUGHLINE_BIN
  fi
}

case $what in
  check)
    stage "web: types, lint, tests"
    (cd web && npm run --silent check)
    stage "web: size"
    # Not built anew where it is current: the server would be, too.
    bash scripts/web.sh build
    (cd web && npm run --silent size)
    ;;
  build)
    # The server is built again when these files are: not touched where nothing is newer. The packs are offered by the first steps.
    if ! [ -f web/dist/index.html ] || [ -n "$(find web/src web/public web/index.html web/package-lock.json web/vite.config.ts \
      web/scripts packs -newer web/dist/index.html -print -quit)" ]; then
      stage "web: building what the server carries"
      (cd web && npm run --silent build -- --logLevel warn)
    fi
    ;;
  dev) (cd web && exec npm run dev) ;;
  e2e)
    chromium
    server
    projects=()
    for project in ${PROJECT//,/ }; do projects+=(--project="$project"); done
    (cd web && npm run --silent e2e -- "${projects[@]}")
    ;;
  shots)
    chromium
    server
    mkdir -p "$TARGET_DIR/shots"
    SHOTS=$(cd -- "$TARGET_DIR/shots" && pwd -P)
    export SHOTS
    (cd web && npm run --silent shots)
    note "look at $TARGET_DIR/shots/index.html"
    ;;
  guide)
    chromium
    server
    (cd web && GUIDE=1 npm run --silent e2e -- --project=desktop-light first-steps -g "one's own")
    note "look at docs/guide/pictures"
    ;;
  *) die "web.sh knows check, build, dev, e2e, shots and guide, not '$what'." ;;
esac
