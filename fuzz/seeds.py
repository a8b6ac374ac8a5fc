#!/usr/bin/env python3
"""Makes the seeds of all fuzz targets in fuzz/seeds/TARGET: small files made here by hand and, where ../shared/data lies
beside the project, real ones cut down. Python 3.9 or newer, nothing else. Run from anywhere."""

import gzip
import io
import random
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE / "seeds"
DATA = HERE.parent.parent / "shared" / "data"
MOST_BYTES = 12_000


def write(target, name, content):
    folder = OUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / re.sub(r"[^\w.-]", "_", name)).write_bytes(content if isinstance(content, bytes) else content.encode())


def parts(**named):
    """One input of several files; a double underscore stands for a dot."""
    return parts_of([(name.replace("__", "."), content) for name, content in named.items()])


def parts_of(named):
    bytes_of = lambda content: content if isinstance(content, bytes) else content.encode()
    return b"\n".join(b"--" + name.encode() + b"--\n" + bytes_of(content) for name, content in named)


# --- protobuf ---------------------------------------------------------------------------------------------------------


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def zigzag(number):
    return varint((number << 1) ^ (number >> 63) if number < 0 else number << 1)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def packed(number, values, code=varint):
    return field(number, b"".join(code(value) for value in values))


def deltas(values):
    return [value - before for before, value in zip([0, *values], values)]


def fields(message):
    """Number, wire type and value of each field."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = number()
        if key & 7 == 0:
            yield key >> 3, 0, number()
        elif key & 7 == 2:
            length = number()
            yield key >> 3, 2, message[at : at + length]
            at += length
        else:
            raise ValueError("neither a number nor bytes")


# --- tiles and archives -----------------------------------------------------------------------------------------------


def vector_tile(kind=3):
    square = [9, 50, 34, 26, 40, 0, 0, 40, 39, 0, 15]
    point = [17, 10, 14, 3, 9]
    line = [9, 4, 4, 18, 0, 16, 16, 0]
    geometry = {1: point, 2: line, 3: square}[kind]
    values = [field(1, "Soltau"), varint(2 << 3 | 5) + struct.pack("<f", 1.5), varint(3 << 3 | 1) + struct.pack("<d", 2.5)]
    values += [field(4, 7), field(5, 9), varint(6 << 3) + zigzag(-3), field(7, 1)]
    features = []
    for number in range(1, 4):
        tags = [0, number % 3, 1, (number + 2) % 7, 2, 3 + number]
        features.append(field(2, field(1, number) + packed(2, tags) + field(3, kind) + packed(4, geometry)))
    layer = field(15, 2) + field(1, f"layer{kind}") + b"".join(features)
    layer += b"".join(field(3, key) for key in ("name", "cases", "rate")) + b"".join(field(4, v) for v in values)
    return field(3, layer + field(5, 4096))


def pmtiles(internal, tile, leaf=False):
    """PMTiles 3 with three tiles, directories packed with gzip or not at all."""
    pack = gzip.compress if internal == 2 else bytes
    tiles = tile * 2
    entries = [(0, 1, len(tile), 0), (1, 3, len(tile), len(tile)), (5, 1, len(tile), 0)]

    def directory(entries):
        columns = [deltas([e[0] for e in entries]), [e[1] for e in entries], [e[2] for e in entries]]
        columns.append([e[3] + 1 for e in entries])
        return pack(varint(len(entries)) + b"".join(varint(v) for column in columns for v in column))

    root, leaves = directory(entries), b""
    if leaf:
        leaves = root
        root = directory([(0, 0, len(leaves), 0)])
    metadata = pack(b'{"name":"Probe","vector_layers":[{"id":"layer3","fields":{"name":"String"}}]}')
    at = 127
    head = b"PMTiles\x03"
    for section in (root, metadata, leaves, tiles):
        head += struct.pack("<QQ", at, len(section))
        at += len(section)
    head += struct.pack("<QQQ", 5, 3, 2) + bytes([1, internal, 2 if tile[:2] == b"\x1f\x8b" else 1, 1, 0, 2])
    head += struct.pack("<iiii", 90_000_000, 520_000_000, 100_000_000, 530_000_000) + bytes([1])
    head += struct.pack("<ii", 95_000_000, 525_000_000)
    return head + root + metadata + leaves + tiles


def mbtiles(tile, page_size, view=False):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.mbtiles"
        base = sqlite3.connect(path)
        base.execute(f"PRAGMA page_size = {page_size}")
        base.execute("CREATE TABLE metadata (name text, value text)")
        base.executemany(
            "INSERT INTO metadata VALUES (?, ?)",
            [("name", "Probe"), ("format", "pbf"), ("bounds", "9,52,10,53"), ("center", "9.5,52.5,1"), ("minzoom", "0"),
             ("maxzoom", "2"), ("json", '{"vector_layers":[{"id":"layer3","fields":{}}]}')][: 3 if view else 7],
        )
        table = "raw" if view else "tiles"
        base.execute(f"CREATE TABLE {table} (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        for zoom, x, y in [(0, 0, 0), (1, 0, 0), (1, 1, 1), (2, 2, 1)]:
            base.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", (zoom, x, y, tile))
        if view:
            base.execute("CREATE VIEW tiles AS SELECT * FROM raw")
        else:
            base.execute("CREATE UNIQUE INDEX place ON tiles (zoom_level, tile_column, tile_row)")
        base.commit()
        base.close()
        return path.read_bytes()


def tiles_and_archives():
    for kind in (1, 2, 3):
        write("tile_decoder", f"made_{kind}", vector_tile(kind))
    write("tile_decoder", "made_all", b"".join(vector_tile(kind) for kind in (1, 2, 3)))
    tile = vector_tile()
    for name, packed_tile in (("plain", tile), ("gzip", gzip.compress(tile)), ("zlib", zlib.compress(tile))):
        write("archive_file", f"pm_{name}", pmtiles(1, packed_tile))
        write("archive_file", f"pm_leaf_{name}", pmtiles(1, packed_tile, leaf=True))
        write("archive_file", f"pm_packed_{name}", pmtiles(2, packed_tile))
    write("archive_file", "mb", mbtiles(gzip.compress(tile), 512))
    write("archive_file", "mb_view", mbtiles(gzip.compress(tile), 512, view=True))
    write("archive_file", "mb_1024", mbtiles(b"\x28\xb5\x2f\xfd" + tile, 1024))
    fixtures = DATA / "mvt" / "mvt-fixtures.zip"
    if fixtures.exists():
        with zipfile.ZipFile(fixtures) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith((".mvt", ".pbf")) and 0 < entry.file_size <= MOST_BYTES:
                    content = archive.read(entry)
                    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
                    write("tile_decoder", entry.filename, content)


# --- polygons ---------------------------------------------------------------------------------------------------------


def polygons():
    dice = random.Random(20)
    for number in range(60):
        size = dice.choice([20, 60, 120, 300])
        kinds = [0, 0, 0, 0, 160, 170, 205, 220, 235, 244, 252][: dice.choice([4, 6, 9, 11])]
        corner = lambda: bytes([dice.choice(kinds), dice.randrange(-6, 7) & 255, dice.randrange(-6, 7) & 255])
        head = bytes(dice.randrange(256) for _ in range(5))
        write("clipper", f"made_{number:02}", head + b"".join(corner() for _ in range(size)))


# --- shapefiles -------------------------------------------------------------------------------------------------------

UTM32 = (HERE.parent / "benches" / "etrs89_utm32.prj").read_text()


def shp(kind, records, z=False):
    body, index = b"", b""
    for number, content in enumerate(records, 1):
        index += struct.pack(">ii", (100 + len(body)) // 2, len(content) // 2)
        body += struct.pack(">ii", number, len(content) // 2) + content
    box = struct.pack("<8d", 5e5, 5.8e6, 6e5, 5.9e6, 0, 0, 0, 0)
    head = lambda size: struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + size) // 2) + struct.pack("<2i", 1000, kind) + box
    return head(len(body)) + body, head(len(index)) + index


def polygon_record(rings, kind=5):
    points = [point for ring in rings for point in ring]
    starts, count = [], 0
    for ring in rings:
        starts.append(count)
        count += len(ring)
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    record = struct.pack("<i4d2i", kind, min(xs), min(ys), max(xs), max(ys), len(rings), len(points))
    record += struct.pack(f"<{len(rings)}i", *starts) + b"".join(struct.pack("<2d", *point) for point in points)
    if kind in (15, 25):
        record += struct.pack("<2d", 0, 9) + struct.pack(f"<{len(points)}d", *[1.0] * len(points))
    return record


def dbf(columns, rows, code_page=0x03):
    head = struct.pack("<4BIHH", 3, 126, 1, 1, len(rows), 32 + 32 * len(columns) + 1, 1 + sum(c[2] for c in columns))
    head += bytes(17) + bytes([code_page]) + bytes(2)
    for name, kind, length, decimals in columns:
        head += name.encode().ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([length, decimals]) + bytes(14)
    text = lambda cell, column: cell.encode("cp1252")[: column[2]].ljust(column[2])
    return head + b"\r" + b"".join(b" " + b"".join(map(text, row, columns)) for row in rows) + b"\x1a"


def square(x, y, side):
    return [(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)]


def shapefiles():
    areas = [[square(5.3e5, 5.85e6, 9e3), square(5.32e5, 5.852e6, -2e3)], [square(5.39e5, 5.85e6, 9e3)]]
    columns = [("AGS", "C", 8, 0), ("GEN", "C", 12, 0), ("EWZ", "N", 9, 0), ("KFL", "F", 12, 3), ("DAT", "D", 8, 0)]
    columns += [("AKTIV", "L", 1, 0)]
    rows = [("03358002", "Bispingen", "6527", "128.200", "20231231", "T"), ("03358008", "Böhme", "", "*", "", "?")]
    for kind in (5, 15, 25):
        main, index = shp(kind, [polygon_record(rings, kind) for rings in areas])
        write("shapefile", f"made_{kind}", parts(shp=main, shx=index, dbf=dbf(columns, rows), prj=UTM32, cpg="1252"))
    points, index = shp(1, [struct.pack("<i2d", 1, 9.7, 52.9), struct.pack("<i", 0)])
    write("shapefile", "made_points", parts(shp=points, dbf=dbf(columns, rows), crs="EPSG:4326", filter="EWZ > 5"))
    multi, index = shp(8, [struct.pack("<i4di4d", 8, 9, 52, 10, 53, 2, 9.5, 52.5, 9.6, 52.6)])
    write("shapefile", "made_multipoint", parts(shp=multi, shx=index, dbf=dbf(columns, rows[:1]), crs="EPSG:4326"))
    packed_parts = io.BytesIO()
    with zipfile.ZipFile(packed_parts, "w", zipfile.ZIP_DEFLATED) as archive:
        main, index = shp(5, [polygon_record(rings) for rings in areas])
        for name, content in (("shp", main), ("shx", index), ("dbf", dbf(columns, rows)), ("prj", UTM32.encode())):
            archive.writestr(f"folder/Gemeinden.{name}", content)
    write("shapefile", "made_zip", packed_parts.getvalue())
    for outer in sorted((DATA / "awkward").glob("*.zip")) if DATA.exists() else []:
        with zipfile.ZipFile(outer) as archive:
            of_stem = {}
            for entry in archive.infolist():
                stem, _, extension = entry.filename.rpartition(".")
                if extension.lower() in ("shp", "shx", "dbf", "prj", "cpg"):
                    of_stem.setdefault(stem, {})[extension.lower()] = entry
                elif extension.lower() == "zip" and 0 < entry.file_size <= MOST_BYTES:
                    write("shapefile", f"{outer.stem}_{entry.filename}", archive.read(entry))
            for stem, found in of_stem.items():
                if "shp" in found and sum(entry.file_size for entry in found.values()) <= MOST_BYTES:
                    contents = [(name, archive.read(entry)) for name, entry in found.items()]
                    if "prj" not in found:
                        contents.append(("crs", b"EPSG:4326"))
                    write("shapefile", f"{outer.stem}_{stem}", parts_of(contents))
    real_municipality()


def real_municipality():
    """The shortest record of the Heidekreis's municipalities with its attributes."""
    path = DATA / "heidekreis" / "hk_gemeinden_vg250_2016_utm32.zip"
    if not path.exists():
        return
    with zipfile.ZipFile(path) as archive:
        of = {Path(name).suffix.lower(): archive.read(name) for name in archive.namelist()}
    main, at, records = of[".shp"], 100, []
    while at < len(main):
        (length,) = struct.unpack_from(">i", main, at + 4)
        records.append(main[at + 8 : at + 8 + 2 * length])
        at += 8 + 2 * length
    number = min(range(len(records)), key=lambda place: len(records[place]))
    body, index = shp(5, [records[number]])
    table = of[".dbf"]
    head, row = struct.unpack_from("<HH", table, 8)
    one = table[:4] + struct.pack("<I", 1) + table[8:head] + table[head + number * row : head + (number + 1) * row]
    write("shapefile", "real_municipality", parts(shp=body, shx=index, dbf=one, prj=of[".prj"]))


# --- tables -----------------------------------------------------------------------------------------------------------

TEXTS = {
    "tidy": "key;period;indicator;value;state\n03358002;2023;cases;12;\n03358008;2023;cases;.;suppressed\n03358;2022/23;cases;1.204,5;\n",
    "years": "key;2015;2016;2017\n03358002;1;2;-\n03358008;3,5;x;/\n",
    "measures": "key,period,value\n03358002,31.12.2022,\"12.5\"\n3358008,2023,1e+05\n",
    "wide": "AGS;Gemeinde;Plätze 2022;Plätze 2023\n03358002;Bispingen;405;412\n03358008;Bad Fallingbostel;1.204;*\nSumme;;1609;1700\n\n1) ohne Tagespflege\nQuelle: Landkreis\n",
    "genesis": "GENESIS-Tabelle: 12411-01\nTitel;;;\n;;2015;2016\nDG;Deutschland;1;2\n03358;  Heidekreis;3;.\n\"© Statistische \"\"Ämter\"\"\"\n",
    "ffcsv": "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label\n12411;Fortschreibung;STAG;Stichtag;2022-12-31;GEMEIN;Gemeinden;03358002;Bispingen;6527;Anzahl;BEVSTD;Bevölkerung\n",
    "places": "name,lon,lat,category\nHeidekreis-Klinikum,9.84,52.98,hospital\nApotheke,\"9,7\",52.9,pharmacy\n",
    "addresses": "Name\tStraße\tPLZ\tOrt\nSchule\tHauptstraße 5\t29614\tSoltau\n",
    "months": "Berichtsmonat;AGS;Stadtteil;Alo;SvB\n202306;03358021;033580211;120;2100\n202306;03358021;SUM;131;3030\n",
    "sep": "\ufeffsep=|\r\nkey|2015\r\n03358002|\"a\"\"b\nc\"\r\n",
}

RECIPE = """output = "kita_places"
header = [1]
leave_out = ["Summe"]
[key]
columns = ["AGS"]
name = "Gemeinde"
[period]
from = "header"
[symbols]
"-9" = "suppressed"
[[measures]]
id = "kita_places"
column = "Plätze"
"""

RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_XML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx(rows, shared=(), dimension="A1:D9"):
    relation = lambda number, kind, target: f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
    book = f'<?xml version="1.0"?><workbook xmlns="{SHEET_XML}" xmlns:r="{OFFICE}"><sheets><sheet name="Daten" sheetId="1" r:id="rId1"/></sheets></workbook>'
    styles = f'<?xml version="1.0"?><styleSheet xmlns="{SHEET_XML}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    sheet = f'<?xml version="1.0"?><worksheet xmlns="{SHEET_XML}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData><mergeCells count="1"><mergeCell ref="C1:D1"/></mergeCells></worksheet>'
    comments = f'<?xml version="1.0"?><comments xmlns="{SHEET_XML}"><authors><author>a</author></authors><commentList><comment ref="B2" authorId="0"><text><t>zu</t></text></comment></commentList></comments>'
    strings = "".join(f"<si><t>{text}</t></si>" for text in shared)
    return parts_of(
        [
            ("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
            ("_rels/.rels", RELATIONS.format(relation(1, "officeDocument", "xl/workbook.xml"))),
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", RELATIONS.format(relation(1, "worksheet", "worksheets/sheet1.xml") + relation(2, "sharedStrings", "sharedStrings.xml") + relation(3, "styles", "styles.xml"))),
            ("xl/sharedStrings.xml", f'<?xml version="1.0"?><sst xmlns="{SHEET_XML}" count="{len(shared)}">{strings}</sst>'),
            ("xl/styles.xml", styles),
            ("xl/worksheets/sheet1.xml", sheet),
            ("xl/worksheets/_rels/sheet1.xml.rels", RELATIONS.format(relation(1, "comments", "../comments1.xml"))),
            ("xl/comments1.xml", comments),
        ]
    )


def ods():
    cells = '<table:table-row><table:table-cell office:value-type="string"><text:p>AGS</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="2023"/></table:table-row>'
    cells += '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string"><text:p>03358002</text:p></table:table-cell><table:table-cell table:number-columns-repeated="3" office:value-type="float" office:value="4.5"/></table:table-row>'
    spaces = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text"))
    content = f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="a">{cells}</table:table></office:spreadsheet></office:body></office:document-content>'
    return parts_of([("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)])


def xls():
    """BIFF8 in a compound file: one sheet with texts, numbers, a formula and a merged cell."""
    record = lambda number, content=b"": struct.pack("<HH", number, len(content)) + content
    text = lambda letters: struct.pack("<HB", len(letters), 0) + letters.encode("latin-1")
    begin = lambda kind: record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))
    strings = ["AGS", "Plaetze 2023", "03358002", "03358008"]
    sheet = begin(0x10) + record(0x200, struct.pack("<IIHHH", 0, 3, 0, 2, 0))
    for place, number in (((0, 0), 0), ((0, 1), 1), ((1, 0), 2), ((2, 0), 3)):
        sheet += record(0xFD, struct.pack("<HHHI", *place, 0, number))
    sheet += record(0x203, struct.pack("<HHHd", 1, 1, 0, 412.5)) + record(0x27E, struct.pack("<HHHI", 2, 1, 0, 7 << 2 | 2))
    sheet += record(0xBD, struct.pack("<HHHIHIH", 3, 0, 0, 5 << 2 | 2, 0, 6 << 2 | 2, 1))
    sheet += record(0x06, struct.pack("<HHHdHIH", 2, 2, 0, 3.0, 0, 0, 3) + b"\x1e\x03\x00")
    sheet += record(0xE5, struct.pack("<HHHHH", 1, 0, 0, 2, 3)) + record(0x0A)
    head = begin(0x05) + record(0x42, struct.pack("<H", 1200))
    table = struct.pack("<II", 4, 4) + b"".join(text(letters) for letters in strings)
    tail = record(0xFC, table) + record(0x0A)
    name = b"Daten"
    bound = lambda offset: record(0x85, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name)
    stream = head + bound(len(head) + len(bound(0)) + len(tail)) + tail + sheet
    stream = stream.ljust(4096, b"\0")
    sectors = len(stream) // 512
    entry = lambda name, kind, child, start, size: (
        (name + "\0").encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36) + struct.pack("<III", start, size, 0)
    )
    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432
    return head + struct.pack("<128I", *table) + folder.ljust(512, b"\0") + stream


def tables():
    for name, text in TEXTS.items():
        write("table", name, parts(text=text))
    write("table", "year", parts(text="AGS;Plaetze\n03358002;4\n03358008;5\n", year="2023"))
    write("table", "latin", parts(text=TEXTS["wide"].encode("latin-1"), dialect=";iso-8859-1"))
    write("table", "wide_utf16", parts(text=TEXTS["wide"].encode("utf-16"), dialect=";"))
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>03358002</t></is></c><c r="B2" s="1"><v>0.149</v></c><c r="C2" s="2"><v>45291</v></c><c r="D2"><f>SUM(B2:B3)</f><v>3</v></c></row><row r="3"><c r="A3"><v>3358008</v></c><c r="B3" t="e"><v>#N/A</v></c><c r="C3" t="b"><v>1</v></c></row>'
    write("table", "xlsx", xlsx(rows, ["AGS", "Quote 2023"]))
    write("table", "xlsx_sheet", xlsx(rows, ["lon", "lat"]) + b"\n--sheet--\nDaten")
    write("table", "ods", ods())
    write("table", "xls", xls())
    write("table", "gzip", gzip.compress(TEXTS["wide"].encode(), mtime=0))
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", TEXTS["wide"])
    write("table", "zip", inner.getvalue())
    write("table", "recipe", parts(text=TEXTS["wide"], recipe__toml=RECIPE))
    for path in sorted((DATA / "indicators").rglob("*.csv*")) if DATA.exists() else []:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = content.split(b"\n")
        local = [line for line in lines[12:] if b"03358" in line or b"3358" in line][:6]
        write("table", f"real_{path.name}", parts(text=b"\n".join(lines[:12] + local + lines[-3:])[:MOST_BYTES]))
    for path in sorted((DATA / "facilities").glob("*.csv.gz")) if DATA.exists() else []:
        content = gzip.decompress(path.read_bytes()).split(b"\n")
        write("table", f"real_{path.name}", parts(text=b"\n".join(content[:9])[:MOST_BYTES]))


# --- OpenStreetMap ----------------------------------------------------------------------------------------------------


def blob(kind, content, pack=False):
    body = field(2, len(content)) + field(3, zlib.compress(content)) if pack else field(1, content)
    head = field(1, kind) + field(3, len(body))
    return struct.pack(">I", len(head)) + head + body


def osm_header(*features):
    return b"".join(field(4, feature) for feature in features or ("OsmSchema-V0.6", "DenseNodes"))


def osm_block():
    strings = ["", "amenity", "school", "name", "Grundschule", "type", "multipolygon", "outer", "inner", "doctors"]
    table = field(1, b"".join(field(1, text) for text in strings))
    places = [(97_000_000 + 1000 * (n % 3), 529_000_000 + 1000 * (n // 3)) for n in range(9)]
    dense = packed(1, deltas(range(1, 10)), zigzag) + packed(8, deltas([p[1] for p in places]), zigzag)
    dense += packed(9, deltas([p[0] for p in places]), zigzag) + packed(10, [1, 2, 3, 4, 0, 1, 9] + [0] * 8)
    node = varint(1 << 3) + zigzag(20) + packed(2, [1]) + packed(3, [9]) + varint(8 << 3) + zigzag(529_000_000)
    node += varint(9 << 3) + zigzag(97_000_000)
    way = lambda number, refs, tags: field(1, number) + packed(2, tags[::2]) + packed(3, tags[1::2]) + packed(
        8, deltas(refs), zigzag
    )
    ways = [way(1, [1, 3, 9, 7, 1], [1, 2, 3, 4]), way(2, [1, 2, 5, 4, 1], []), way(3, [3, 2], [1, 9])]
    relation = field(1, 1) + packed(2, [1, 5, 3]) + packed(3, [2, 6, 4]) + packed(8, [7, 8])
    relation += packed(9, deltas([1, 2]), zigzag) + packed(10, [1, 1])
    groups = field(2, field(2, dense)) + field(2, field(1, node)) + field(2, b"".join(field(3, w) for w in ways))
    return table + groups + field(2, field(4, relation)) + field(17, 100) + field(19, 0) + field(20, 0)


def real_osm(path, most_ways):
    """The first block with ways of a real extract: its first texts, and the ways that need no others."""
    content, at = path.read_bytes(), 0
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        size = dict((n, v) for n, _, v in fields(content[at + 4 : at + 4 + length]))[3]
        body = dict((n, v) for n, _, v in fields(content[at + 4 + length : at + 4 + length + size]))
        at += 4 + length + size
        if 3 not in body or at == 4 + length + size:  # the first is the header
            continue
        block = list(fields(zlib.decompress(body[3])))
        texts = [v for n, _, v in fields(next(v for n, _, v in block if n == 1))]
        for number, kind, group in block:
            if number != 2:
                continue
            inside = list(fields(group))
            if not inside or inside[0][0] not in (3, 4):
                continue
            few = lambda way: all(v < 300 for n, _, p in fields(way) if n in (2, 3) for v in numbers(p))
            kept = [field(n, v) for n, _, v in inside if few(v)][:most_ways]
            if kept:
                table = field(1, b"".join(field(1, text) for text in texts[:300]))
                return table + field(2, b"".join(kept))
    return None


def numbers(packed_bytes):
    value = shift = 0
    for byte in packed_bytes:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0


def extracts():
    header, block = osm_header(), osm_block()
    write("osm_extract", "made", blob("OSMHeader", header) + blob("OSMData", block))
    write("osm_extract", "made_packed", blob("OSMHeader", header, True) + blob("OSMData", block, True))
    write("osm_extract", "made_twice", blob("OSMHeader", header) + 2 * blob("OSMData", block) + blob("Other", b"x"))
    write("osm_extract", "made_history", blob("OSMHeader", osm_header("HistoricalInformation")) + blob("OSMData", block))
    for path in sorted((DATA / "osm").glob("*.osm.pbf")) if DATA.exists() else []:
        cut = real_osm(path, 12)
        if cut and len(cut) <= MOST_BYTES:
            write("osm_extract", f"real_{path.name}", blob("OSMHeader", header) + blob("OSMData", cut))


# --- small languages --------------------------------------------------------------------------------------------------

LINES = """GF = 4 AND BSG = 1
NOT (AGS LIKE '03358%' OR EWZ BETWEEN 1 AND 2e3) AND name IS NOT NULL
"Größe" IN ('a', 'it''s', 3) AND x <> -1.5
population / area
1000 * (births - deaths) / population
(a + b - c) / (d * 2) * 100
amenity=school with name=* without operator
healthcare=doctor or clinic;name~kinder
03358002
3358000
DE934
033585401001
1.234.567,89
-1e+05
12,5 p
(85)
2015..2024
2015,2016
2022/23
31.12.2022
2023-06-30
EPSG:25832
http://www.opengis.net/def/crs/EPSG/0/3035
t/km2
Personen / km² * 1000"""


def languages():
    for number, line in enumerate(LINES.split("\n")):
        write("language", f"made_{number:02}", line)
    write("language", "prj_utm", UTM32)
    if DATA.exists():
        for outer in sorted((DATA / "awkward").glob("*.zip")):
            with zipfile.ZipFile(outer) as archive:
                for name in archive.namelist():
                    if name.lower().endswith(".prj"):
                        write("language", f"prj_{outer.stem}_{name}", archive.read(name)[:3000])


if __name__ == "__main__":
    tiles_and_archives()
    polygons()
    shapefiles()
    tables()
    extracts()
    languages()
    for target in sorted(OUT.iterdir()):
        files = list(target.iterdir())
        print(f"{target.name}: {len(files)} seeds, {sum(path.stat().st_size for path in files) // 1000} kB")
