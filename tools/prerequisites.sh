# Sourced by ./naap: the tools that the project stands on, and its packages.
# shellcheck shell=bash

readonly NODE_MINIMUM="20.19.4"
readonly JAVA_MINIMUM="17"
# From here on Go fetches the version that a module asks for by itself.
readonly GO_MINIMUM="1.21"

# Prints name, reason and Debian package of every tool: one line each, fields separated by "|".
tool_table() {
  cat <<TOOLS
node|runs the command line, the local ksqlDB and the scraper (>= $NODE_MINIMUM)|nodejs
npm|installs the packages of package-lock.json|npm
java|runs Kafka, Connect and the schema registry, compiles one class for the brokers (JDK >= $JAVA_MINIMUM)|default-jdk-headless
mvn|brings the JVM parts from Maven Central|maven
go|builds MinIO, once (>= $GO_MINIMUM; not needed with a MinIO program named in MINIO_BIN)|golang-go
openssl|makes the certificates of simulated orchestrators|openssl
TOOLS
}

# Whether version $1 is at least version $2 (numbers separated by dots).
version_at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$2" ]
}

# Prints why tool $1 cannot be used; nothing when it can.
tool_problem() {
  local found
  command -v "$1" >/dev/null 2>&1 || { echo "is missing"; return; }
  case "$1" in
    node)
      found="$(node --version | sed 's/^v//')"
      version_at_least "$found" "$NODE_MINIMUM" || echo "is version $found, expected $NODE_MINIMUM or later" ;;
    java)
      found="$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)"
      if ! version_at_least "${found:-0}" "$JAVA_MINIMUM"; then
        echo "is version ${found:-unknown}, expected $JAVA_MINIMUM or later"
      elif ! command -v javac >/dev/null 2>&1 && [ ! -x "$(dirname "$(readlink -f "$(command -v java)")")/javac" ]; then
        echo "comes without its compiler, javac: a JDK is needed"
      fi ;;
    go)
      found="$(go version | sed -n 's/.*go\([0-9][0-9.]*\).*/\1/p')"
      version_at_least "${found:-0}" "$GO_MINIMUM" || echo "is version ${found:-unknown}, expected $GO_MINIMUM or later" ;;
  esac
}

# Whether tool $1 is not needed here: go builds MinIO only, and a MinIO of one's own makes it needless.
tool_is_needless() {
  [ "$1" = go ] || return 1
  [ -n "${MINIO_BIN:-}" ] || command -v minio >/dev/null 2>&1 || minio_is_built
}

minio_is_built() {
  local home="${NAAP_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/naap}"
  compgen -G "$home/minio/*/bin/minio" >/dev/null
}

# Prints "tool|problem|reason|package" for everything that is missing or too old.
missing_tools() {
  local tool reason package problem
  while IFS='|' read -r tool reason package; do
    tool_is_needless "$tool" && continue
    problem="$(tool_problem "$tool")"
    [ -z "$problem" ] || echo "$tool|$problem|$reason|$package"
  done < <(tool_table)
}

can_install_packages() {
  [ "$(id -u)" = 0 ] && [ -r /etc/debian_version ] && command -v apt-get >/dev/null 2>&1
}

# Installs the Debian packages of the tools in $1 (lines of missing_tools), after saying so.
install_packages() {
  local packages
  packages="$(cut -d'|' -f4 <<<"$1" | sort -u | tr '\n' ' ')"
  echo "naap: installs with apt: $packages" >&2
  # shellcheck disable=SC2086
  { DEBIAN_FRONTEND=noninteractive apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >&2 </dev/null || true
}

explain_missing() {
  local tool problem reason package
  while IFS='|' read -r tool problem reason package; do
    echo "naap: $tool $problem. It $reason. Install it: $(install_hint "$tool" "$package")"
  done <<<"$1" >&2
}

install_hint() {
  case "$(uname -s)" in
    Darwin) echo "brew install $(case "$1" in java) echo openjdk@17 ;; mvn) echo maven ;; npm) echo node ;; *) echo "$1" ;; esac)" ;;
    *) echo "sudo apt-get install $2 (Debian, Ubuntu), or your system's package of the same program" ;;
  esac
}

# Ends with 2 when a tool is missing and cannot be installed here.
require_tools() {
  local missing
  missing="$(missing_tools)"
  [ -n "$missing" ] || return 0
  if can_install_packages; then
    install_packages "$missing"
    hash -r
    missing="$(missing_tools)"
    [ -n "$missing" ] || return 0
  fi
  explain_missing "$missing"
  exit 2
}

# Runs npm ci when package-lock.json says something else than what was installed from it last. Several commands may find that at once:
# they take turns, for npm ci begins by removing node_modules.
install_node_modules() {
  node_modules_fit && return 0
  (
    if command -v flock >/dev/null; then flock 9; fi
    node_modules_fit && exit 0
    echo "naap: brings node_modules up to date (npm ci)" >&2
    cd "$NAAP_ROOT" && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error </dev/null >&2 &&
      node "$NAAP_ROOT/tools/lockfile-stamp.js" --write
  ) 9<"$NAAP_ROOT/package-lock.json" || {
    echo "naap: npm ci failed; the lines above say why" >&2
    exit 1
  }
}

# Whether node_modules came from this package-lock.json: the stamp holds its hash and is written at the very end.
node_modules_fit() {
  node "$NAAP_ROOT/tools/lockfile-stamp.js" --check
}
