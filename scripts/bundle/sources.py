"""Readers for the files beside the project: GENESIS exports, GV-ISys, VG250-EW, INKAR, IRIS and GISD.

Each returns figures by key as the file has them; nothing is added up or renamed here.
"""

import csv
import gzip
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import shapefile
import xlrd

from tidy import Figure


def genesis_rows(path: Path) -> list[list[str]]:
    """Rows of a regionalstatistik.de export that carry a key of digits in the first or second cell."""
    raw = gzip.decompress(path.read_bytes())
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("iso-8859-1")
    rows = csv.reader(io.StringIO(text), delimiter=";")
    return [row for row in rows if len(row) > 2 and (row[0].isdigit() or row[1].isdigit())]


def genesis(path: Path, columns: dict[str, int]) -> dict[tuple[str, int, str], Figure]:
    """Figures by (key, year, measure) of a table whose rows start with `period;key;name`."""
    figures = {}
    for row in genesis_rows(path):
        if not row[1].isdigit():
            continue
        year = int(row[0][-4:])
        for measure, column in columns.items():
            figures[row[1], year, measure] = Figure.read(row[column])
    return figures


def population_2008_2015(path: Path) -> dict[tuple[str, int], Figure]:
    """12411-01-01-5: rows `key;name;` and per year, the newest first, total, men, women."""
    return {
        (row[0], 2015 - block): Figure.read(row[2 + 3 * block])
        for row in genesis_rows(path)
        if row[0].isdigit()
        for block in range(8)
    }


def age_groups_2015(path: Path) -> dict[str, list[Figure]]:
    """12411-02-03-5: 17 age groups and the total, both sexes."""
    return {row[0]: [Figure.read(cell) for cell in row[2:20]] for row in genesis_rows(path) if row[0].isdigit()}


def gvisys(path: Path) -> dict[str, tuple[Decimal, int]]:
    """Gemeindeverzeichnis: AGS -> (area in km², population). The key is split over five columns."""
    figures = {}
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[1]
    for row in sheet.iter_rows(values_only=True):
        if str(row[0]).strip() == "60":  # municipalities, those without one included
            ags = f"{row[2]}{row[3]}{row[4]}{row[6]}"
            assert len(ags) == 8 and ags.isdigit(), ags
            figures[ags] = (Decimal(str(row[8])), int(row[9]))
    return figures


def vg250_ew(path: Path) -> dict[str, tuple[Decimal, int]]:
    """VG250-EW: AGS -> (area in km², population)."""
    with zipfile.ZipFile(path) as archive:
        [member] = [name for name in archive.namelist() if name.endswith("VG250_GEM.dbf")]
        reader = shapefile.Reader(dbf=io.BytesIO(archive.read(member)), encoding="utf-8")
        rows = [record.as_dict() for record in reader.iterRecords()]
    return {row["AGS"]: (Decimal(str(row["KFL"])), row["EWZ"]) for row in rows if row["GF"] == 4}


def inkar(path: Path) -> dict[tuple[str, int], Figure]:
    """INKAR workbook: sheet "Daten", names in the first row, years in the second."""
    with open("/dev/null", "w") as silent:  # xlrd warns about the container, the cells are fine
        sheet = xlrd.open_workbook(path, logfile=silent).sheet_by_name("Daten")
    years = {column: int(float(sheet.cell_value(1, column))) for column in range(3, sheet.ncols)}
    figures = {}
    for row in range(2, sheet.nrows):
        key = str(sheet.cell_value(row, 0)).strip()
        for column, year in years.items():
            value = sheet.cell_value(row, column)
            if isinstance(value, float):
                figures[key, year] = Figure.exact(round(value, 2))
            else:
                figures[key, year] = Figure.read(str(value))
    return figures


def iris(path: Path) -> dict[tuple[str, int], Figure]:
    """IRIS: two header rows, then a 9-digit key, a name and one column per year 1998-2022."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="iso-8859-1")), delimiter=";"))
    years = [int(title[-4:]) for title in rows[1][2:]]
    return {
        (row[0], year): Figure.absent("missing") if not cell.strip() else Figure.exact(cell.replace(",", "."))
        for row in rows[2:]
        for year, cell in zip(years, row[2:], strict=True)
    }


def gisd(path: Path) -> dict[tuple[str, int], Figure]:
    """GISD release: long format `id,name,year,gisd_score`."""
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    key = next(name for name in rows.fieldnames if name.endswith("_id"))
    return {(row[key], int(row["year"])): Figure.exact(row["gisd_score"]) for row in rows}
