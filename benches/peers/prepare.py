"""What every server gets: the same areas, facilities and values, in the form it reads. Each step is kept in the
state folder and done again only when it is missing (PostGIS is loaded for each run)."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).parent
YEARS = range(2015, 2025)
FACILITIES = {
    "schools": ("schulen_de_2019.csv.gz", "name"),
    "hospitals": ("krankenhaeuser_de_2020.csv.gz", "hospital_name"),
}
# the same areas from the same file: the land parts, key and name
AREAS = ["-nlt", "PROMOTE_TO_MULTI", "-sql", "SELECT AGS AS key, GEN AS name FROM VG250_GEM WHERE GF = 4"]
# every feature in every tile, borders kept shared; else the defaults
TIPPECANOE = ["-Z0", "-z14", "-r1", "-b4", "--no-feature-limit", "--no-tile-size-limit",
              "--no-tiny-polygon-reduction", "--no-simplification-of-shared-nodes", "-q", "-f"]


def residents(key: str, year: int) -> int:
    """The invented indicator, the same for every server."""
    return 500 + (int(key) * 31 + (year - 2015) * 97) % 90_000


def columns(key: str) -> dict[str, int]:
    """The attributes of ten years as Kreisel names them: the newest year, then each."""
    return {"residents": residents(key, YEARS[-1])} | {f"residents:{year}": residents(key, year) for year in YEARS}


def run(command: list[str], **options) -> dict[str, float]:
    """Runs a program to its end; its wall and CPU time in seconds."""
    start = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {' '.join(map(str, command))}")
    return {"seconds": time.monotonic() - start, "cpu_seconds": usage.ru_utime + usage.ru_stime}


def geojson(state: Path, data: Path) -> None:
    """The layers in WGS 84, areas without and with values."""
    areas = state / "municipalities.geojson"
    if not areas.exists():
        partial = state / "partial.geojson"
        partial.unlink(missing_ok=True)
        run(["ogr2ogr", "-f", "GeoJSON", partial, f"/vsizip/{boundaries(data)}", "-t_srs", "EPSG:4326",
             "-lco", "COORDINATE_PRECISION=7", *AREAS, "-nln", "municipalities"])
        partial.rename(areas)
    with_values = state / "municipalities_years.geojson"
    if not with_values.exists():
        content = json.loads(areas.read_text())
        for feature in content["features"]:
            feature["properties"] |= columns(feature["properties"]["key"])
        with_values.write_text(json.dumps(content, ensure_ascii=False))
    for layer, (file, name) in FACILITIES.items():
        target = state / f"{layer}.geojson"
        if not target.exists():
            target.write_text(json.dumps({"type": "FeatureCollection", "features": points(data / "facilities" / file, layer, name)},
                                         ensure_ascii=False))


def points(file: Path, layer: str, name: str) -> list[dict]:
    """The facilities of a table; of several rows with one id the first."""
    features, seen = [], set()
    with gzip.open(file, "rt", encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["id"] in seen or not row["lon"]:
                continue
            seen.add(row["id"])
            properties = {"key": row["id"], "category": layer.rstrip("s")} | ({"name": row[name]} if row[name] else {})
            geometry = {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]}
            features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return features


def atlas(state: Path, data: Path) -> None:
    """Kreisel's descriptions: the whole, and one with nothing but the areas (for load and memory)."""
    for name, kept in (("atlas", lambda _: True), ("atlas_areas", lambda path: path.name in ("atlas.toml", "municipalities.toml"))):
        target = state / name
        shutil.rmtree(target, ignore_errors=True)
        for source in (HERE / "atlas").rglob("*.toml"):
            if kept(source):
                copy = target / source.relative_to(HERE / "atlas")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(source.read_text().replace("@DATA@", str(data)))
        for folder in ("layers", "indicators", "styles"):
            (target / folder).mkdir(exist_ok=True)
    keys = [feature["properties"]["key"] for feature in json.loads((state / "municipalities.geojson").read_text())["features"]]
    with (state / "atlas" / "values.csv").open("w", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(["key", "period", "indicator", "value"])
        table.writerows((key, year, "residents", residents(key, year)) for key in keys for year in YEARS)


def boundaries(data: Path) -> Path:
    return data / "boundaries" / "vg250_2016-01-01_utm32s.zip"


INTO_POSTGIS = ["--config", "PG_USE_COPY", "YES", "-t_srs", "EPSG:3857", "-lco", "GEOMETRY_NAME=geom", "-lco", "FID=gid", "-overwrite"]


def areas_into_postgis(data: Path, database: str, name: str) -> dict[str, float]:
    """Areas as Kreisel gets them, straight from the zip, reprojected and indexed: the time of this is compared."""
    return run(["ogr2ogr", "-f", "PostgreSQL", f"PG:{database}", *INTO_POSTGIS, f"/vsizip/{boundaries(data)}", *AREAS, "-nln", name])


def postgis(state: Path, data: Path, database: str, psql) -> None:
    """Areas, facilities, values, functions, statistics."""
    psql("CREATE EXTENSION IF NOT EXISTS postgis; DROP TABLE IF EXISTS municipalities, schools, hospitals, residents CASCADE")
    areas_into_postgis(data, database, "municipalities")
    for layer in FACILITIES:
        run(["ogr2ogr", "-f", "PostgreSQL", f"PG:{database}", *INTO_POSTGIS, state / f"{layer}.geojson", "-nln", layer])
    names = list(columns("0"))
    fields = ", ".join(f'"{name}" integer' for name in names)
    psql(f"CREATE TABLE residents (key text PRIMARY KEY, {fields})")
    keys = [feature["properties"]["key"] for feature in json.loads((state / "municipalities.geojson").read_text())["features"]]
    rows = "\n".join("\t".join([key, *map(str, columns(key).values())]) for key in keys)
    psql(f"COPY residents FROM stdin;\n{rows}\n\\.\n")
    functions = (HERE / "postgis" / "tiles.sql").read_text()
    psql(functions.replace("@YEARS@", ", ".join(f'value."{name}"' for name in names)))
    psql("VACUUM ANALYZE")


PYRAMIDS = {
    "areas": {"municipalities": "municipalities"},
    "years": {"municipalities": "municipalities_years"},
    "facilities": {"municipalities": "municipalities", "schools": "schools", "hospitals": "hospitals"},
}


def pyramid(state: Path, tippecanoe: str, scenario: str, target: Path) -> dict[str, float]:
    """PMTiles of a scenario with every feature: its time and its bytes."""
    named = [part for layer, file in PYRAMIDS[scenario].items() for part in ("-L", f"{layer}:{state / file}.geojson")]
    took = run([tippecanoe, "-o", target, *TIPPECANOE, *named], env=os.environ | {"TMPDIR": str(state)})
    return took | {"bytes": target.stat().st_size}


def pyramids(state: Path, tippecanoe: str) -> None:
    """The pyramids that Martin and nginx serve; those that are there stay."""
    for scenario in PYRAMIDS:
        target, partial = state / f"{scenario}.pmtiles", state / f"{scenario}.partial.pmtiles"
        if not target.exists():
            pyramid(state, tippecanoe, scenario, partial)
            partial.rename(target)


def missing(data: Path) -> list[str]:
    """Files of the shared data that are not there."""
    files = [boundaries(data), *(data / "facilities" / file for file, _ in FACILITIES.values())]
    return [str(file) for file in files if not file.exists()]


def version(command: list[str]) -> str:
    """The first number with dots in what a program says of itself."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "absent"
    found = re.search(r"\d+(\.\d+)+", answer.stdout + answer.stderr)
    return found.group() if found else "unknown"
