# shellcheck shell=bash disable=SC2034 # what is set here is used by the scripts that read it
# Shared by the scripts beside it: stages with elapsed time, plain failures, packages, the toolchain in use.
# Paths are relative to the repository's root, so that a folder with a space in its name works.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
cd -- "$root" || exit 1

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
# rustup's own default place, for shells that were open before it was installed.
if ! command -v cargo >/dev/null 2>&1 && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
  PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
fi
# The Rust version that rust-toolchain.toml pins.
pinned=$(sed -n 's/^channel *= *"\([^"]*\)".*/\1/p' rust-toolchain.toml)
# Written by toolchain.sh when the pinned toolchain is there under another name.
if [ -f .cache/toolchain.env ]; then
  # shellcheck source=/dev/null
  . ./.cache/toolchain.env
fi

TARGET_DIR=${CARGO_TARGET_DIR:-target}
TOOLS_DIR=${THROUGHLINE_TOOLS:-.cache/tools}
BUNDLE_DIR=$TARGET_DIR/bundle
: "${STAGES_BEGAN:=$(date +%s)}"
export STAGES_BEGAN

# One line per stage, with the seconds since the first one.
stage() { printf '==> [%4ss] %s\n' "$(($(date +%s) - STAGES_BEGAN))" "$*" >&2; }
note() { printf '            %s\n' "$*" >&2; }
die() {
  printf '\nStopped: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# Names a command that failed where nothing else does; a script that failed has said so itself.
set -o errtrace
failed_at() { case $3 in "bash scripts/"*) ;; *) printf '\nStopped: %s line %s: %s\n' "$@" >&2 ;; esac; }
trap 'failed_at "$0" "$LINENO" "$BASH_COMMAND"' ERR

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root, if this user may without being asked for a password.
may_be_root() { [ "$(id -u)" -eq 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

# apt_install WHY PACKAGE...: installs Debian packages, or says what to install and stops.
apt_install() {
  local why=$1
  shift
  if ! have apt-get; then die "$why" "Please install: $*"; fi
  if ! may_be_root; then
    die "$why" "Please install it, for example with" "    sudo apt-get install -y $*" "and run the same command again."
  fi
  stage "installing $* (Debian packages)"
  as_root apt-get update -qq || note "apt-get update failed; trying with the lists at hand"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2 ||
    die "$why" "apt-get could not install: $*" "Its message is above."
}

# at_least HAVE WANT: compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# The package name that a Cargo.toml declares.
package_name() { sed -n 's/^name *= *"\([^"]*\)".*/\1/p' "$1" | head -n 1; }
