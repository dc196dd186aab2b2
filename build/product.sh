# shellcheck shell=bash
# The product as people run it, built once into artifacts/p38: the server compiled beside .NET, the command as machine code. Sourced
# after needs.sh by ./p38, and by ./test, whose tests of the command run what is built here.

product="$root/artifacts/p38"

product_is_current() {
  [ -e "$product/.built" ] && [ -z "$(find "$root/src" "$root/runtime" "$root/build/product.sh" \
    "$root/Directory.Build.props" "$root/Directory.Packages.props" -newer "$product/.built" -type f \
    -not -path '*/obj/*' -not -path '*/bin/*' -not -path '*/node_modules/*' -not -path '*/__pycache__/*' -print -quit)" ]
}

# publish_or_die FOLDER ARGUMENTS...: publishes server and command into FOLDER; says what it is at, and what went wrong.
publish_or_die() {
  local folder=$1; shift
  publish_part "the server, 1 of 2" "$root/src/Project38.Server" -p:Ahead=true -o "$folder" "$@"
  publish_part "the command, 2 of 2" "$root/src/Project38.Cli" -p:Native=true -o "$folder" "$@"
}

# publish_part WHAT PROJECT ARGUMENTS...: one of them, with a word each half minute, so that a slow machine does not look like a dead one.
publish_part() {
  local what=$1 project=$2 log code started=$SECONDS; shift 2
  log=$(mktemp)
  say "  $what"
  # The code comes as a line; until then reading it times out, with a status above 128.
  {
    if dotnet publish "$project" -c Release --nologo -v quiet "$@" >"$log" 2>&1; then echo 0; else echo $?; fi
  } | {
    until read -r -t 30 code; do
      [ $? -gt 128 ] || exit 1
      say "  still $what, after $((SECONDS - started)) s"
    done
    exit "$code"
  } || {
    grep -E 'error|warning' "$log" | sort -u | head -n 15 >&2 || true
    die "The build failed. The whole log is in $log."
  }
  rm -f "$log"
}

# build_product: builds it unless it is current.
build_product() {
  product_is_current && return
  if [ ! -w "$root" ] || { [ -e "$root/artifacts" ] && [ ! -w "$root/artifacts" ]; }; then
    die "p38 must be built here first, and $(id -un) may not write to $root." "Run './p38 doctor' once as its owner, or use a clone of your own."
  fi
  need_dotnet
  mkdir -p "$root/artifacts"
  # Two first commands at once: the second waits, and finds it built.
  exec 8>"$root/artifacts/.build-lock"
  flock -n 8 || { say "Waiting for the build that another command has begun"; flock 8; }
  if product_is_current; then exec 8>&-; return; fi
  rm -rf "$product.new" && mkdir "$product.new" && touch "$product.new/.built"
  say "Building once (about two minutes, more where the machine is busy)"
  publish_or_die "$product.new"
  rm -rf "$product"
  mv "$product.new" "$product"
  exec 8>&-
}
