#!/usr/bin/env bash
# Images the disk of a server under load as power cuts would leave it, and checks each image (docs/testing.md).
# Arguments go to throughline-power-cut. It needs Linux, root without being asked for a password, and a kernel with
# loop devices, ext4 and XFS; what is missing is said, with exit code 2.
#   IMAGES=100 SEED=1   how many images, and which campaign
#   BREAK=fault         builds that fault in; then the campaign must find it
#   OPTIONAL=1          where the machine cannot do it, say so and end well: for CI
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "$0")/lib.sh"

images=${IMAGES:-100} seed=${SEED:-1} fault=${BREAK:-}

# cannot WHAT: this machine lacks something that no package gives.
cannot() {
  if [ -n "${OPTIONAL:-}" ]; then
    stage "power cuts: SKIPPED, nothing was tested: $1"
    exit 0
  fi
  printf '\nStopped: power cuts cannot be played here: %s\n' "$1" >&2
  exit 2
}

# What is started so has mounts and processes of its own, and ends when its caller does. Whatever ends it, kill -9 too, the
# kernel ends those processes, unmounts what they mounted and frees the loop devices.
apart=(setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc)
if [ "$(id -u)" -ne 0 ]; then apart=(sudo -n "${apart[@]}"); fi

# The recipe itself with nothing in it: ext4 in a file on XFS, cloned and mounted.
try_recipe() {
  # shellcheck disable=SC2016 # the inner shell's variables
  "${apart[@]}" bash -euc '
    truncate -s 512M "$1/try.xfs" && mkfs.xfs -q -m reflink=1 "$1/try.xfs"
    mkdir "$1/shelf" "$1/disk"
    mount -t xfs -o loop,discard "$1/try.xfs" "$1/shelf"
    truncate -s 64M "$1/shelf/a" && mkfs.ext4 -q -F "$1/shelf/a"
    cp --reflink=always "$1/shelf/a" "$1/shelf/b"
    mount -t ext4 -o loop "$1/shelf/b" "$1/disk"
    umount "$1/disk" "$1/shelf"' try "$1" 2>&1
}

[ "$(uname -s)" = Linux ] || cannot "it takes Linux; this is $(uname -s)."
may_be_root || cannot "it takes root, or sudo that asks for no password: file systems are mounted."
PATH=$PATH:/usr/sbin:/sbin
for kind in loop xfs ext4; do as_root modprobe "$kind" 2>/dev/null || true; done
for kind in xfs ext4; do
  grep -qw "$kind" /proc/filesystems || cannot "this kernel has no $kind (/proc/filesystems)."
done
[ -e /dev/loop-control ] || cannot "this kernel has no loop devices (/dev/loop-control)."
{ have unshare && have setpriv; } || cannot "unshare or setpriv is missing (package util-linux)."
have mkfs.ext4 || apt_install "mkfs.ext4 is needed by power cuts." e2fsprogs
have mkfs.xfs || apt_install "mkfs.xfs is needed by power cuts." xfsprogs

out=$TARGET_DIR/power-cut
mkdir -p "$out"
work="" mounts="" campaign=""
# shellcheck disable=SC2317 # called when the script ends
clean_up() {
  # The first process of those apart: the others go with it.
  if [ -n "$campaign" ]; then as_root kill -KILL "$campaign" 2>/dev/null || true; fi
  wait || true
  if [ -n "$mounts" ]; then as_root rm -rf --one-file-system "$mounts"; fi
  # What a violation was found in stays.
  if [ -n "$work" ] && [ -n "$(as_root find "$work" -name disk.ext4 -print -quit)" ]; then
    as_root rm -f "$work/disks.xfs"
    note "the data is in $work"
  elif [ -n "$work" ]; then
    as_root rm -rf --one-file-system "$work"
  fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

work=$(mktemp -d "$out/try-XXXXXX")
said=$(try_recipe "$(realpath "$work")") || cannot "$(printf '%s' "$said" | tail -n 1)"
as_root rm -rf --one-file-system "$work"

bash scripts/build.sh dev
# shellcheck source=/dev/null
if [ -f .cache/toolchain.env ]; then . ./.cache/toolchain.env; fi
bash scripts/test-postgres.sh installed || apt_install "PostgreSQL's server is needed by power cuts." postgresql
server=$TARGET_DIR/debug/throughline
if [ -n "$fault" ]; then
  stage "server with faults: building (only this repository's crates)"
  cargo build --locked --workspace --bins --features throughline-server/faults
  server=$out/throughline
  cp -f "$TARGET_DIR/debug/throughline" "$server.new"
  mv -f "$server.new" "$server"
  # The usual binary back in its place: nothing is compiled again.
  cargo build --locked --workspace --bins --quiet
fi

# PostgreSQL is not run by root; and its user may not reach a repository in a private folder.
if id postgres >/dev/null 2>&1; then user=postgres; else user=nobody; fi
if [ "$(id -u)" -ne 0 ]; then user=$(id -un); fi
work=$(mktemp -d "$out/work-XXXXXX")
mounts=$(mktemp -d /tmp/throughline-power-cut-XXXXXX)
chmod 711 "$mounts"
args=(--server "$server" --bundle "$TARGET_DIR/debug/bundle" --work "$(realpath "$work")" --mounts "$mounts"
  --postgres "$(bash scripts/test-postgres.sh programs)" --postgres-user "$(id -u "$user"):$(id -g "$user")"
  --images "$images" --seed "$seed")
if [ -n "$fault" ]; then args+=(--break "$fault"); fi

stage "power cuts: $images images, seed $seed${fault:+, with the fault $fault}"
code=0
# bash is the first process there: it takes in what others leave behind.
# shellcheck disable=SC2016 # the inner shell's variables
"${apart[@]}" bash -c '"$@"; exit $?' power-cut "$TARGET_DIR/debug/throughline-power-cut" "${args[@]}" "$@" </dev/null &
campaign=$!
wait "$campaign" || code=$?
campaign=""
exit "$code"
