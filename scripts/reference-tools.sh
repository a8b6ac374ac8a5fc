#!/usr/bin/env bash
# Readers that tests compare with: shapely (GEOS) for tiles, openpyxl for workbooks, PDFium and Pillow for printed maps. Puts them
# into .venv; without Python the tests say that they passed that part over.
set -u
cd "$(dirname "$0")/.."
[ -x .venv/bin/python ] && .venv/bin/python -c "import shapely, openpyxl, pypdfium2, PIL" 2>/dev/null && exit 0
if python3 -m venv .venv && .venv/bin/python -m pip install --quiet --disable-pip-version-check "shapely>=2.1,<3" "openpyxl>=3.1,<4" \
  "pypdfium2>=4,<6" "pillow>=11"; then
  exit 0
fi
rm -rf .venv
echo "shapely, openpyxl, pypdfium2 and pillow could not be installed: nothing is compared with them in this run" >&2
