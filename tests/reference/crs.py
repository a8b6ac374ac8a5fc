"""Reference values for tests/crs_reference.rs, from PROJ itself.

Made with pyproj 3.7.2 (PROJ 9.5.1, EPSG v11.022), no grid files installed:

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install pyproj==3.7.2
    /tmp/reference/bin/python tests/reference/crs.py

crs.csv      positions in each CRS and where PROJ puts them: crs, x, y, lon_deg, lat_deg, operation.
             For DHDN (EPSG:31466-31469, 4314) the operation is fixed to EPSG:1777 "DHDN to WGS 84 (2)";
             rows whose operation starts with "default:" hold what PROJ chooses by itself there without
             grid files, which differs in the eastern states (EPSG:15869 "DHDN to WGS 84 (3)").
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

# Places all over Germany, on both sides of every zone border and at the outermost corners.
PLACES = [
    (9.8436, 52.9855), (9.5946, 52.8646), (9.6959, 52.8681), (8.4130, 54.9079), (14.9875, 51.1551),
    (6.0200, 51.0500), (10.1787, 47.2703), (13.4050, 52.5200), (7.5886, 47.5596), (13.0000, 54.4000),
    (6.6500, 53.5600), (12.0800, 50.6200), (10.5000, 51.0000), (7.8421, 47.9990), (11.5761, 48.1372),
]


def to_wgs84(code, description=None):
    """PROJ's transformation to WGS 84, lon/lat order; the one with `description` in its name if given."""
    group = TransformerGroup(code, 4326, always_xy=True)
    if description is None:
        return group.transformers[0]
    return next(t for t in group.transformers if description in t.description)


def rows():
    for code in CODES + DHDN:
        crs = CRS.from_epsg(code)
        wanted = "DHDN to WGS 84 (2)" if code in DHDN else None
        transformer = to_wgs84(code, wanted)
        digits = 7 if crs.is_geographic else 2
        for lon, lat in PLACES:
            x, y = transformer.transform(lon, lat, direction="INVERSE")
            x, y = round(x, digits), round(y, digits)
            lon_ref, lat_ref = transformer.transform(x, y)
            yield f"EPSG:{code}", x, y, lon_ref, lat_ref, transformer.description.replace(";", ",")
        if code in DHDN:
            default = Transformer.from_crs(code, 4326, always_xy=True)
            for lon, lat in PLACES:
                x, y = transformer.transform(lon, lat, direction="INVERSE")
                x, y = round(x, digits), round(y, digits)
                lon_ref, lat_ref = default.transform(x, y)
                yield f"EPSG:{code}", x, y, lon_ref, lat_ref, "default: " + default.get_last_used_operation().description


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
