"""Reference values for tests/crs_reference.rs, from PROJ itself.

Made with pyproj 3.7.2 (PROJ 9.5.1, EPSG v11.022), no grid files installed:

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install pyproj==3.7.2
    PROJ_NETWORK=OFF /tmp/reference/bin/python tests/reference/crs.py

crs.csv      positions in each CRS and where PROJ puts them: crs, x, y, lon_deg, lat_deg, operation.
             For DHDN (EPSG:31466-31469, 4314, 3068) PROJ chooses by position: EPSG:1777 "DHDN to WGS 84 (2)"
             or EPSG:15869 "DHDN to WGS 84 (3)". There are rows a metre to both sides of every border between them.
crs_wkt.tsv  well-known texts as PROJ writes them in three dialects, and some as ESRI software leaves them
             in German deliveries, each with one position: label, dialect, wkt, x, y, lon_deg, lat_deg.
"""

import csv
import pathlib
import warnings

import pyproj
from pyproj import CRS, Transformer
from pyproj.transformer import TransformerGroup

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent

CODES = [25832, 25833, 4647, 5650, 32632, 32633, 3034, 3035, 3857, 4326, 4258, 4839, 5243, 2398]
DHDN = [31466, 31467, 31468, 31469, 4314]
# Soldner Berlin is asked about in Berlin only: it is of no use elsewhere.
BERLIN = {3068: [(13.4050, 52.5200), (13.1000, 52.4200), (13.7500, 52.4400)]}
# The systems in which PROJ takes both operations, with a length of about a metre in each.
BOTH = {31467: 1.0, 31468: 1.0, 4314: 1e-5}

# Places all over Germany, on both sides of every zone border and at the outermost corners.
PLACES = [
    (9.8436, 52.9855), (9.5946, 52.8646), (9.6959, 52.8681), (8.4130, 54.9079), (14.9875, 51.1551),
    (6.0200, 51.0500), (10.1787, 47.2703), (13.4050, 52.5200), (7.5886, 47.5596), (13.0000, 54.4000),
    (6.6500, 53.5600), (12.0800, 50.6200), (10.5000, 51.0000), (7.8421, 47.9990), (11.5761, 48.1372),
]

# All eastern states: Mecklenburg-Western Pomerania, Brandenburg, Berlin, Saxony-Anhalt, Saxony, Thuringia.
EASTERN_PLACES = [
    (11.4148, 53.6294), (12.1407, 54.0887), (13.4340, 54.6790), (14.2100, 53.8700), (10.9800, 53.8300),
    (13.0591, 52.4009), (14.3343, 51.7607), (11.8700, 53.0700), (14.5500, 52.3500), (13.8600, 53.3160),
    (13.1000, 52.4200), (13.7500, 52.4400),
    (11.6399, 52.1315), (11.9700, 51.4825), (11.8594, 52.6055), (10.7865, 51.8911),
    (13.7383, 51.0493), (12.3747, 51.3405), (14.9700, 51.1520), (12.1300, 50.4900), (14.8200, 50.8700),
    (11.0287, 50.9787), (12.0821, 50.8772), (10.3150, 50.9747), (10.6931, 50.6092), (9.9400, 50.6500),
]

# Where the areas of use of both operations lie over each other, and just outside of that.
OVERLAPPING_PLACES = [
    (10.5268, 52.2689), (10.4141, 53.2464), (10.9646, 50.2596), (9.9937, 53.5511), (9.9320, 51.5413), (10.6866, 53.8655),
    (11.9170, 50.3135), (11.1950, 54.4370), (9.7320, 52.3759), (11.5783, 49.9456), (9.4797, 51.3127), (9.4469, 54.7937),
    (10.1356, 54.3233), (12.1300, 49.6800),
]


def to_wgs84(code, description=None):
    """PROJ's transformation to WGS 84, lon/lat order; the one with `description` in its name if given."""
    group = TransformerGroup(code, 4326, always_xy=True)
    if description is None:
        return group.transformers[0]
    return next(t for t in group.transformers if description in t.description)


def chosen(transformer, x, y):
    """Where PROJ puts a position by itself, and the operation that it took."""
    lon, lat = transformer.transform(x, y)
    return lon, lat, transformer.get_last_used_operation().description.replace(";", ",")


def border(transformer, inside, outside):
    """The last position that takes the eastern operation on the way from `inside` to `outside`."""
    taken = lambda position: "DHDN to WGS 84 (3)" in chosen(transformer, *position)[2]
    assert taken(inside) and not taken(outside)
    for _ in range(60):
        middle = tuple((a + b) / 2 for a, b in zip(inside, outside))
        inside, outside = (middle, outside) if taken(middle) else (inside, middle)
    return inside


def beside_the_borders(code, transformer):
    """A metre to both sides of every border between the operations, at several places each."""
    metre = BOTH[code]
    inner = [to_wgs84(code, "DHDN to WGS 84 (3)").transform(*place, direction="INVERSE")
             for place in [(10.6, 51.0), (12.4, 52.4), (13.8, 53.3)]]
    far = 1e6 * metre
    for dx, dy in [(-1, 0), (1, 0), (0, -1), (0, 1)]:
        for x, y in inner:
            edge = border(transformer, (x, y), (x + dx * far, y + dy * far))
            print(f"EPSG:{code}: border at {edge[0]:.6f} / {edge[1]:.6f}")
            for side in (-metre, metre):
                yield edge[0] + dx * side, edge[1] + dy * side


def rows():
    for code in CODES + DHDN + list(BERLIN):
        crs = CRS.from_epsg(code)
        is_dhdn = code not in CODES
        there = to_wgs84(code, "DHDN to WGS 84 (2)" if is_dhdn else None)
        choosing = Transformer.from_crs(code, 4326, always_xy=True) if is_dhdn else there
        digits = 7 if crs.is_geographic else 2
        places = BERLIN.get(code, PLACES + (EASTERN_PLACES + OVERLAPPING_PLACES if is_dhdn else []))
        positions = [there.transform(*place, direction="INVERSE") for place in places]
        positions += beside_the_borders(code, choosing) if code in BOTH else []
        for x, y in positions:
            x, y = round(x, digits), round(y, digits)
            lon, lat, operation = chosen(choosing, x, y) if is_dhdn else (*there.transform(x, y), there.description)
            yield f"EPSG:{code}", x, y, lon, lat, operation.replace(";", ",")


# As they stand in real deliveries: no authority, or one in the federal agency's spelling, or a name that the
# parameters contradict.
DELIVERED = {
    "Lambert conic of the federal institute for spatial research": (
        'PROJCS["WGS_1984_Lambert_Conformal_Conic",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",0.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",10.5],PARAMETER["Standard_Parallel_1",48.66666666666666],'
        'PARAMETER["Standard_Parallel_2",53.66666666666666],PARAMETER["Latitude_Of_Origin",51.0],UNIT["Meter",1.0]]', None),
    "UTM 32 with the zone in the easting under the plain name": (
        'PROJCS["WGS_1984_UTM_Zone_32N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],'
        'PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",32500000],'
        'PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",9],PARAMETER["Scale_Factor",0.9996],'
        'PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]', None),
    "Gauss-Krueger 3 with an unquoted authority": (
        'PROJCS["DHDN_3_Degree_Gauss_Zone_3",GEOGCS["GCS_Deutsches_Hauptdreiecksnetz",DATUM["D_Deutsches_Hauptdreiecksnetz",'
        'SPHEROID["Bessel_1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",3500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",9.0],'
        'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0],AUTHORITY["EPSG",31467]]', 31467),
    "Gauss-Krueger 3 under a name of its own": (
        'PROJCS["Landkreis_GK3",GEOGCS["GCS_Deutsches_Hauptdreiecksnetz",DATUM["D_Deutsches_Hauptdreiecksnetz",'
        'SPHEROID["Bessel_1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",3500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",9.0],'
        'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]', 31467),
    "UTM 32 in kilometres": (
        'PROJCS["UTM_32_km",GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",9.0],PARAMETER["Scale_Factor",0.9996],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Kilometer",1000.0]]', None),
}


def wkt_rows():
    place = (9.5946, 52.8646)
    for code in CODES + DHDN:
        crs = CRS.from_epsg(code)
        transformer = to_wgs84(code, "DHDN to WGS 84 (2)" if code in DHDN else None)
        x, y = transformer.transform(*place, direction="INVERSE")
        for dialect in ("WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"):
            text = crs.to_wkt(dialect)
            if text:
                yield f"EPSG:{code}", dialect, text, x, y, *transformer.transform(x, y)
    for label, (text, code) in DELIVERED.items():
        if code is None:
            transformer = Transformer.from_crs(CRS.from_wkt(text), 4326, always_xy=True)
        else:
            transformer = to_wgs84(code, "DHDN to WGS 84 (2)")
        x, y = transformer.transform(*place, direction="INVERSE")
        yield label, "as delivered", text, x, y, *transformer.transform(x, y)


with open(HERE / "crs.csv", "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerow(["crs", "x", "y", "lon_deg", "lat_deg", "operation"])
    writer.writerows((c, x, y, f"{lon:.11f}", f"{lat:.11f}", op) for c, x, y, lon, lat, op in rows())
with open(HERE / "crs_wkt.tsv", "w", encoding="utf-8") as file:
    file.write("label\tdialect\twkt\tx\ty\tlon_deg\tlat_deg\n")
    for label, dialect, text, x, y, lon, lat in wkt_rows():
        file.write(f"{label}\t{dialect}\t{text}\t{x:.9f}\t{y:.9f}\t{lon:.11f}\t{lat:.11f}\n")
print("pyproj", pyproj.__version__, "PROJ", pyproj.proj_version_str)
