#!/usr/bin/env bash
# Starts the real binary on a free port with the bundled atlas, runs the browser tests against it and
# stops the server it started. Some tests start servers of their own, with small atlases.
set -eu
cd "$(dirname "$0")/.."
log=$(mktemp)
target/debug/kreisel serve . --listen 127.0.0.1:0 >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
url=""
for _ in $(seq 1 600); do
  url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$log" | head -n 1 || true)
  [ -n "$url" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$log" >&2; exit 1; }
  sleep 0.1
done
[ -n "$url" ] || { echo "the server did not say its address:" >&2; cat "$log" >&2; exit 1; }
KREISEL_PROGRAM="$PWD/target/debug/kreisel"
export KREISEL_PROGRAM
cd web && KREISEL_URL="$url" npm run test:browser
