#!/usr/bin/env python3
"""A national atlas and its table, invented: 11,000 areas x 20 years x 10 measures, in the forms in which tables come.

    make.py FOLDER [--large]

FOLDER/atlas has squares for areas; FOLDER/long.csv, wide.csv, wide.xlsx and, with --large, large.csv (300 MB) have figures.
"""

import csv
import json
import random
import sys
import zipfile
from pathlib import Path

AREAS, FIRST, YEARS, MEASURES = 11_000, 2004, 20, 10
LARGE_BYTES = 300 * 1000 * 1000


def keys():
    """AGS as they could be: 16 states with up to 25 districts of up to 30 municipalities."""
    found = []
    for municipality in range(1, 31):
        for state in range(1, 17):
            for district in range(1, 26):
                found.append(f"{state:02}{district:03}{municipality:03}")
    return sorted(found[:AREAS])


def atlas(folder, keys):
    for inner in ("layers", "indicators", "data/values"):
        (folder / inner).mkdir(parents=True, exist_ok=True)
    (folder / "atlas.toml").write_text(
        'id = "national"\ntitle = "Land"\npublisher = "Messung"\n[[themes]]\nid = "people"\ntitle = "Menschen"\n'
    )
    (folder / "layers/municipalities.toml").write_text(
        'kind = "area"\ntitle = "Gemeinden"\nname = "name"\n[source]\nfile = "../data/areas.geojson"\n'
        '[key]\ncolumn = "key"\nkind = "ags"\n'
        '[provenance]\nsource = "Messung"\nlicense = "CC0-1.0"\nattribution = "Messung"\n'
    )
    features = []
    for place, key in enumerate(keys):
        west, south = 6.0 + 0.05 * (place % 160), 47.5 + 0.05 * (place // 160)
        ring = [[west, south], [west + 0.05, south], [west + 0.05, south + 0.05], [west, south + 0.05], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [[[round(x, 6), round(y, 6)] for x, y in ring]]}
        properties = {"key": key, "name": f"Gemeinde {key}"}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "data/areas.geojson").write_text(text)


def figures(random_):
    start = [random_.randint(100, 50_000) for _ in range(MEASURES)]
    return [[value + random_.randint(-50, 50) * year for value in start] for year in range(YEARS)]


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    random_ = random.Random(4)
    all_keys = keys()
    atlas(folder / "atlas", all_keys)
    names = [f"Merkmal {chr(ord('A') + measure)}" for measure in range(MEASURES)]
    years = range(FIRST, FIRST + YEARS)
    rows = [(key, figures(random_)) for key in all_keys]
    with open(folder / "long.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["AGS", "Gemeinde", "Jahr", *names])
        for key, of_key in rows:
            for year, values in zip(years, of_key):
                writer.writerow([key, f"Gemeinde {key}", year, *values])
    header = ["AGS", "Gemeinde"] + [f"{name} {year}" for name in names for year in years]
    wide = ([key, f"Gemeinde {key}"] + [of_key[at][m] for m in range(MEASURES) for at in range(YEARS)] for key, of_key in rows)
    wide = list(wide)
    with open(folder / "wide.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows(wide)
    if "--large" in sys.argv:
        with open(folder / "large.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["AGS", "Gemeinde", "Jahr", "Art der Einrichtung", "Anmerkung", *names[:2]])
            part = 0
            while file.tell() < LARGE_BYTES:
                part += 1
                for key, of_key in rows:
                    for year, values in zip(years, of_key):
                        note = f"ohne Anmerkung, wie an jedem Ort dieser langen Datei {random_.random()}"
                        writer.writerow([key, f"Gemeinde {key}", year, f"Art {part}", note, *values[:2]])
    workbook(folder / "wide.xlsx", [header, *wide])


def workbook(path, rows):
    """The least that is an XLSX: one sheet, texts in the cells, numbers as numbers."""

    def column(at):
        letters = ""
        at += 1
        while at:
            at, rest = divmod(at - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters

    columns = [column(at) for at in range(len(rows[0]))]

    def cell(place, value):
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>'
        '<sheet name="Daten" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zip_:
        for name, text in parts.items():
            zip_.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
        with zip_.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{main}"><sheetData>'.encode())
            for number, row in enumerate(rows, 1):
                cells = "".join(cell(f"{name}{number}", value) for name, value in zip(columns, row))
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


if __name__ == "__main__":
    main()
