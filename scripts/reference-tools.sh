#!/usr/bin/env bash
# The fidelity test compares tiles with shapely (GEOS). Puts it into .venv; without Python the test says
# that it passed that part over.
set -u
cd "$(dirname "$0")/.."
[ -x .venv/bin/python ] && .venv/bin/python -c "import shapely" 2>/dev/null && exit 0
if python3 -m venv .venv && .venv/bin/python -m pip install --quiet --disable-pip-version-check "shapely>=2.1,<3"; then
  exit 0
fi
rm -rf .venv
echo "shapely could not be installed: tiles are not compared with GEOS in this run" >&2
