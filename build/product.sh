# shellcheck shell=bash
# The product as people run it, built once into artifacts/p38: the server compiled beside .NET, the command as machine code. Sourced
# after needs.sh by ./p38, and by ./test, whose tests of the command run what is built here.

product="$root/artifacts/p38"

product_is_current() {
  [ -e "$product/.built" ] && [ -z "$(find "$root/src" "$root/runtime" "$root/build/product.sh" \
    "$root/Directory.Build.props" "$root/Directory.Packages.props" -newer "$product/.built" -type f \
    -not -path '*/obj/*' -not -path '*/bin/*' -not -path '*/node_modules/*' -not -path '*/__pycache__/*' -print -quit)" ]
}

# publish FOLDER ARGUMENTS...: publishes server and command into FOLDER.
publish() {
  local folder=$1; shift
  dotnet publish "$root/src/Project38.Server" -c Release -p:Ahead=true -o "$folder" --nologo -v quiet "$@" &&
    dotnet publish "$root/src/Project38.Cli" -c Release -p:Native=true -o "$folder" --nologo -v quiet "$@"
}

# publish_or_die FOLDER ARGUMENTS...: the same, and shows what went wrong.
publish_or_die() {
  local log
  log=$(mktemp)
  if ! publish "$@" >"$log" 2>&1; then
    grep -E 'error|warning' "$log" | sort -u | head -n 15 >&2 || true
    die "The build failed. The whole log is in $log."
  fi
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
  flock 8
  if product_is_current; then exec 8>&-; return; fi
  rm -rf "$product.new" && mkdir "$product.new" && touch "$product.new/.built"
  say "Building once (about two minutes)"
  publish_or_die "$product.new"
  rm -rf "$product"
  mv "$product.new" "$product"
  exec 8>&-
}
