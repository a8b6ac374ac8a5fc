"""How many figures, areas and periods the offices' files hold, counted without Kreisel.

Needs xlrd and openpyxl. Prints one line per file for comparison with FILES in tests/import/real.rs:
    python3 tests/reference/import_counts.py ../shared/data/indicators
"""

import csv
import gzip
import re
import sys
from pathlib import Path

import openpyxl
import xlrd

KEY = re.compile(r"^(DG|\d{2}|\d{3}|\d{5}|\d{7}|\d{8}|\d{10}|\d{11})$")
# GENESIS tables whose third (key in column A) or fourth column says what is counted
PARTS = {"21111-01-03-4", "21121-01-05-4", "22543-01-02-4"}


def genesis(path):
    raw = gzip.open(path).read()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("iso-8859-1")
    table = text.split("\n")[0].split(":")[1].strip(" ;\r")
    figures, areas = 0, set()
    for row in csv.reader(text.split("\n"), delimiter=";"):
        row = [cell.strip() for cell in row]
        at = 0 if row and KEY.match(row[0]) else 1
        if len(row) < 4 or not KEY.match(row[at]):
            continue
        start = at + 2 + (table in PARTS)
        cells = [cell for cell in row[start:] if cell != ""]
        if cells:
            areas.add(row[at])
            figures += len(cells)
    return figures, len(areas)


def inkar(path):
    sheet = xlrd.open_workbook(path, logfile=open("/dev/null", "w")).sheet_by_index(0)
    rows = [sheet.row_values(row) for row in range(2, sheet.nrows)]
    figures = sum(1 for row in rows for cell in row[3:] if cell != "")
    return figures, len({row[0] for row in rows if any(cell != "" for cell in row[3:])})


def gvisys(path):
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    figures, areas = 0, set()
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            if row[0] in ("60", 60):
                key = "".join(str(cell) for cell in row[2:7])
                # area, population by sex, density
                cells = [cell for cell in row[8:13] if cell not in (None, "")]
                if cells and key not in areas:
                    areas.add(key)
                    figures += len(cells)
    return figures, len(areas)


def main(root):
    for folder, ending, count in [("genesis", ".csv.gz", genesis), ("inkar", ".xls", inkar), ("gvisys", ".xlsx", gvisys)]:
        for path in sorted((root / folder).glob(f"*{ending}")):
            if path.name == "04_KreiseVorjahr.xlsx":
                continue
            figures, areas = count(path)
            print(f"{folder}/{path.name}: {figures} figures on {areas} areas")


main(Path(sys.argv[1]))
