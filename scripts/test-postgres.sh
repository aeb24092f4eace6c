#!/usr/bin/env bash
# A private PostgreSQL for tests. It never outlives its use: a watcher stops it and removes its folder.
#
#   test-postgres.sh start PID   starts one that lives as long as the process PID; prints its URL; POSTGRES_OPTIONS has further
#                                options of its server
#   test-postgres.sh share       prints the URL of one per user, started if needed, stopped a minute after its last use
#   test-postgres.sh stop URL    stops the one at URL now
#   test-postgres.sh down URL MODE  ends the one at URL and keeps its data: fast, immediate, kill (SIGKILL of the first process), crash (of all)
#   test-postgres.sh up URL      starts it again
#   test-postgres.sh folder URL  prints the folder of the one at URL
#   test-postgres.sh psql        prints the path of the psql that belongs to it
#   test-postgres.sh programs    prints the folder of PostgreSQL's programs
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

IDLE_SECONDS=60
# Root's server runs as another user, who may not reach a private TMPDIR.
if [ "$(id -u)" -eq 0 ]; then base=/tmp; else base=${TMPDIR:-/tmp}; fi
umask 077
shared=$base/throughline-test-postgres-$(id -u)

# The folder of PostgreSQL's programs: initdb is not on PATH on Debian.
programs() {
  local folder found=""
  for folder in /usr/lib/postgresql/*/bin; do
    if [ -x "$folder/initdb" ]; then found=$folder; fi
  done
  if [ -z "$found" ] && have pg_config && [ -x "$(pg_config --bindir)/initdb" ]; then found=$(pg_config --bindir); fi
  if [ -z "$found" ] && have initdb; then found=$(dirname -- "$(readlink -f "$(command -v initdb)")"); fi
  printf '%s' "$found"
}

# PostgreSQL refuses to run as root: there it runs as an unprivileged user.
unprivileged() {
  if [ "$(id -u)" -ne 0 ]; then
    "$@"
  elif id postgres >/dev/null 2>&1; then
    setpriv --reuid postgres --regid "$(id -g postgres)" --clear-groups "$@"
  else
    setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups "$@"
  fi
}

random_word() { od -An -N 18 -tx1 /dev/urandom | tr -d ' \n'; }

# A port that nothing listens on now; start tries another when it loses the race.
candidate_port() { printf '%s' $((20000 + ($(od -An -N 2 -tu2 /dev/urandom) % 12000))); }

# run_server FOLDER PORT: starts the server of an initialised folder, with the options that it was made with.
run_server() {
  local options="-c listen_addresses=127.0.0.1 -c port=$2 -c unix_socket_directories= -c max_connections=300 -c shared_buffers=64MB -c jit=off"
  if [ -f "$1/options" ]; then options+=" $(cat "$1/options")"; fi
  # 9>&- : the server must not keep the lock that `share` holds.
  (cd / && unprivileged "$(programs)/pg_ctl" --pgdata "$1/data" --silent --wait --timeout 60 --log "$1/data/server.log" \
    --options "$options" \
    start </dev/null >/dev/null 2>&1 9>&-)
}

# launch FOLDER: initialises and starts a server in FOLDER/data; writes FOLDER/url.
launch() {
  local folder=$1 bin port try password
  bin=$(programs)
  [ -n "$bin" ] || die "PostgreSQL's server is not installed." "On Debian: sudo apt-get install -y postgresql"
  password=$(random_word)
  chmod 711 "$folder"
  mkdir -p "$folder/data"
  printf '%s' "$password" >"$folder/password"
  if [ -n "${POSTGRES_OPTIONS:-}" ]; then printf '%s' "$POSTGRES_OPTIONS" >"$folder/options"; fi
  if [ "$(id -u)" -eq 0 ]; then
    chown -R "$(unprivileged id -u)" "$folder/data" "$folder/password"
  fi
  (cd / && unprivileged "$bin/initdb" --pgdata "$folder/data" --username throughline --pwfile "$folder/password" \
    --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 >"$folder/log" 2>&1) || { cat "$folder/log" >&2; die "initdb failed; its message is above."; }
  rm -f "$folder/password"
  # fsync stays on: a test that passes without it proves nothing about durability.
  for try in 1 2 3 4 5; do
    port=$(candidate_port)
    if run_server "$folder" "$port"; then
      printf 'postgres://throughline:%s@127.0.0.1:%s/postgres\n' "$password" "$port" >"$folder/url.new"
      mv "$folder/url.new" "$folder/url"
      return
    fi
    note "PostgreSQL did not start on port $port (try $try)"
  done
  tail -n 20 "$folder/data/server.log" >&2 || true
  die "PostgreSQL did not start; the end of its log is above."
}

# Stops the server in FOLDER, waits for it, removes everything.
end() {
  local folder=$1
  if [ -f "$folder/data/postmaster.pid" ]; then
    (cd / && unprivileged "$(programs)/pg_ctl" --pgdata "$folder/data" --silent --wait --mode immediate stop >/dev/null 2>&1) || true
  fi
  # A campaign of faults puts it on a small disk.
  if mountpoint -q "$folder/data"; then umount -l "$folder/data" || true; fi
  rm -rf "$folder"
}

alive() { [ -f "$1/data/postmaster.pid" ] && kill -0 "$(head -n 1 "$1/data/postmaster.pid")" 2>/dev/null; }

# Detached from the caller, so that neither Ctrl-C nor a kill of the tests takes it along.
detach() { setsid bash "$root/scripts/test-postgres.sh" "$@" </dev/null >/dev/null 2>&1 9>&- & }

start() {
  local folder
  folder=$(mktemp -d "$base/throughline-postgres-XXXXXX")
  detach watch "$1" "$folder"
  launch "$folder"
  cat "$folder/url"
}

# Ends the server when its owner is gone.
watch() {
  while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
  end "$2"
}

share() {
  mkdir -p "$shared"
  [ -O "$shared" ] || die "$shared belongs to another user."
  exec 9>"$shared.lock"
  flock 9
  if ! alive "$shared" || [ ! -f "$shared/url" ]; then
    end "$shared"
    mkdir -p "$shared"
    launch "$shared"
    detach watch-idle
  fi
  touch "$shared/used"
  cat "$shared/url"
}

# Ends the shared server once nobody has asked for it nor been connected to it for a while.
watch_idle() {
  local url clients
  url=$(cat "$shared/url")
  while sleep 10; do
    exec 9>"$shared.lock"
    flock 9
    alive "$shared" || break
    clients=$(PGCONNECT_TIMEOUT=5 "$(psql_path)" "$url" -XAtc \
      "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()" 2>/dev/null || echo 0)
    if [ "$clients" -gt 0 ]; then touch "$shared/used"; fi
    if [ $(($(date +%s) - $(stat -c %Y "$shared/used"))) -ge "$IDLE_SECONDS" ]; then break; fi
    exec 9>&-
  done
  end "$shared"
}

stop() {
  local folder
  for folder in "$base"/throughline-postgres-* "$shared"; do
    if [ -f "$folder/url" ] && [ "$(cat "$folder/url")" = "$1" ]; then end "$folder"; fi
  done
}

# The folder of the server at URL.
folder_of() {
  local folder
  for folder in "$base"/throughline-postgres-*; do
    if [ -f "$folder/url" ] && [ "$(cat "$folder/url")" = "$1" ]; then printf '%s' "$folder"; return; fi
  done
  die "there is no server at $1."
}

down() {
  local folder first children
  folder=$(folder_of "$1")
  first=$(head -n 1 "$folder/data/postmaster.pid")
  if [ "$2" = kill ]; then
    kill -9 "$first"
  elif [ "$2" = crash ]; then
    # The first one first: it would start again what dies. A child may be gone by itself.
    read -r -a children <"/proc/$first/task/$first/children" || true
    kill -9 "$first"
    kill -9 "${children[@]}" 2>/dev/null || true
  else
    (cd / && unprivileged "$(programs)/pg_ctl" --pgdata "$folder/data" --silent --wait --mode "$2" stop >/dev/null)
  fi
}

up() {
  local folder port try
  folder=$(folder_of "$1")
  port=${1##*:}
  port=${port%%/*}
  # After a kill the old processes need a moment to notice.
  for try in $(seq 1 50); do
    if run_server "$folder" "$port"; then return; fi
    sleep 0.2
  done
  tail -n 20 "$folder/data/server.log" >&2 || true
  die "PostgreSQL did not start again after $try tries; the end of its log is above."
}

psql_path() { if [ -x "$(programs)/psql" ]; then printf '%s/psql\n' "$(programs)"; else command -v psql; fi; }

case ${1:-} in
  start) start "${2:?usage: test-postgres.sh start PID}" ;;
  share) share ;;
  stop) stop "${2:?usage: test-postgres.sh stop URL}" ;;
  down) down "${2:?usage: test-postgres.sh down URL MODE}" "${3:?usage: test-postgres.sh down URL MODE}" ;;
  up) up "${2:?usage: test-postgres.sh up URL}" ;;
  folder) folder_of "${2:?usage: test-postgres.sh folder URL}" ;;
  psql) psql_path ;;
  programs) printf '%s\n' "$(programs)" ;;
  installed) [ -n "$(programs)" ] ;;
  watch) watch "$2" "$3" ;;
  watch-idle) watch_idle ;;
  *) die "usage: test-postgres.sh start PID | share | stop URL | down URL MODE | up URL | folder URL | psql | programs | installed" ;;
esac
