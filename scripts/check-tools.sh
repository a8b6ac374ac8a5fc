#!/usr/bin/env bash
# Says in one go which tools are missing or too old. Everything else is fetched by cargo and npm.
set -u
missing=0

# need NAME COMMAND VERSION_FOUND VERSION_WANTED HOW
need() {
  if [ -z "$3" ]; then
    echo "$1 is missing: $1 $4 or newer is needed. $5" >&2
    missing=1
  elif [ "$(printf '%s\n%s\n' "$4" "$3" | sort -V | head -n 1)" != "$4" ]; then
    echo "$1 $3 is too old: $4 or newer is needed. $5" >&2
    missing=1
  fi
}

rust=$(rustc --version 2>/dev/null | awk '{print $2}')
node=$(node --version 2>/dev/null | tr -d v)
need Rust rustc "${rust:-}" 1.95.0 "Install it with rustup."
need Node.js node "${node:-}" 20.19.0 "Install it from your distribution or nodejs.org; npm comes with it."
if ! command -v cc >/dev/null; then
  echo "A C compiler is missing: install gcc or clang (Debian: apt-get install build-essential)." >&2
  missing=1
fi
exit $missing
