# shellcheck shell=bash
# What the product and its tests need from the system, and how it gets there. Sourced by ./p38 and ./test.
#
# Everything a machine may lack comes from Debian (apt-get) or from npm by the committed lock file. After that no
# command of ours needs the network. Where installing is not allowed, the exact command to run is printed instead.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# The SDK itself stops where libicu is missing, unless told that no culture is needed.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

say() { printf '%s\n' "$*" >&2; }
die() { say "$1"; shift; for line in "$@"; do say "  $line"; done; exit 6; }

# need PACKAGE CHECK...: remembers PACKAGE as missing unless the CHECK command succeeds.
missing=()
need() {
  local package=$1; shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

# What the built product needs where it runs. Chromium is not in it: it is large, few agents need it, and a call that does says what to
# install.
need_to_serve() {
  need bubblewrap command -v bwrap
  need python3 test -x /usr/bin/python3
  need python3-pytest /usr/bin/python3 -I -c 'import pytest'
  need tzdata test -e /usr/share/zoneinfo/Asia/Jerusalem
  need util-linux command -v setpriv
  need nodejs command -v node
}

need_to_build() {
  need gcc command -v gcc
  need libc6-dev test -e /usr/include/stdlib.h
  ruff_is_current || need npm command -v npm
}

need_to_run() {
  need_to_serve
  need_to_build
}

need_to_cross() {
  need gcc-aarch64-linux-gnu command -v aarch64-linux-gnu-gcc
  need libc6-dev-arm64-cross test -e /usr/aarch64-linux-gnu/include/stdlib.h
  need qemu-user-static command -v qemu-aarch64-static
}

need_to_test() {
  need_to_run
  npm_is_current tests/conformance || need npm command -v npm
  need postgresql find_postgres
  need pgbouncer find_pgbouncer
  need mkdocs command -v mkdocs
  need mkdocs-material /usr/bin/python3 -I -c 'from mkdocs.utils import get_theme_dir; get_theme_dir("material")'
  need chromium test -x /usr/lib/chromium/chromium
  need git command -v git
  need curl command -v curl
  need zsh command -v zsh
  need fish command -v fish
  need systemd command -v systemd-analyze
  need python3-yaml /usr/bin/python3 -I -c 'import yaml'
}

find_pgbouncer() { test -x /usr/sbin/pgbouncer || command -v pgbouncer; }

find_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

# install_missing: brings the packages that `need` found missing, or says how.
install_missing() {
  [ ${#missing[@]} -eq 0 ] && return
  local install=(apt-get install -y --no-install-recommends "${missing[@]}")
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
      sudo=(sudo)
    else
      die "These packages are missing: ${missing[*]}. Installing them needs root. Run once:" "sudo apt-get update && sudo ${install[*]}"
    fi
  fi
  command -v apt-get >/dev/null 2>&1 ||
    die "These packages are missing, and there is no apt-get here to bring them:" "${missing[*]}"

  say "Installing once: ${missing[*]}"
  local log
  log=$(mktemp)
  # The packages' own services are none of our business: policy-rc.d is not touched, PostgreSQL's cluster is not used.
  if ! { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    die "Installing failed. Mend what is said above, or run yourself:" "apt-get update && ${install[*]}"
  fi
  rm -f "$log"
  missing=()
}

ruff_is_current() { npm_is_current runtime/ruff; }

# npm_is_current FOLDER: whether what its committed lock file names is installed.
npm_is_current() {
  cmp -s "$root/$1/package-lock.json" "$root/$1/node_modules/.installed-lock.json"
}

# install_ruff: the one ruff there is, by the committed lock file.
install_ruff() { install_npm ruff runtime/ruff; }

# install_conformance: the official tests of MCP servers, by the committed lock file.
install_conformance() { install_npm "the conformance suite of MCP" tests/conformance; }

# install_npm NAME FOLDER
install_npm() {
  local name=$1 folder=$2 log
  ! npm_is_current "$folder" || return 0
  say "Installing once: $name, from its npm lock file"
  log=$(mktemp)
  if ! npm ci --prefix "$root/$folder" --ignore-scripts --no-audit --no-fund >"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    die "$name could not be installed. Run yourself:" "npm ci --prefix $root/$folder"
  fi
  rm -f "$log"
  cp "$root/$folder/package-lock.json" "$root/$folder/node_modules/.installed-lock.json"
}

need_dotnet() {
  command -v dotnet >/dev/null 2>&1 || die "The .NET 10 SDK is missing: no 'dotnet' on PATH." \
    "Install it from your distribution (package dotnet-sdk-10.0), then run this again."
  local sdk
  sdk=$(cd "$root" && dotnet --version 2>/dev/null) || sdk=""
  case "$sdk" in
    10.*) ;;
    *) die "The .NET 10 SDK is missing: 'dotnet --version' says '${sdk:-nothing}'." \
      "Install package dotnet-sdk-10.0, then run this again." ;;
  esac
  # The SDK wants a home to write to; a service user may have none.
  if [ ! -w "${HOME:-/nonexistent}" ]; then
    DOTNET_CLI_HOME="${TMPDIR:-/tmp}/dotnet-home-$(id -u)"
    NUGET_PACKAGES="$DOTNET_CLI_HOME/packages"
    export DOTNET_CLI_HOME NUGET_PACKAGES
  fi
}
