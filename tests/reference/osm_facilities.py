"""Facilities in OpenStreetMap extracts by GDAL's OSM driver and shapely: counts and mean places for tests/facilities_osm.rs.

    python3 osm_facilities.py FILE.osm.pbf KEY=VALUE…

Points are nodes; multipolygons are closed ways and relations. Of these the centroid of the outer rings counts, or a
place inside where the centroid lies outside. GDAL's osmconf.ini as delivered makes closed ways with amenity, leisure,
landuse and others areas.
"""

import json
import subprocess
import sys

from shapely.geometry import MultiPolygon, Polygon, shape


def features(path, layer, where):
    out = subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path, layer, "-where", where],
        check=True, capture_output=True, text=True,
    ).stdout
    return json.loads(out)["features"]


def main(path, tags):
    for tag in tags:
        key, value = tag.split("=")
        points = features(path, "points", f"other_tags LIKE '%\"{key}\"=>\"{value}\"%'")
        areas = features(path, "multipolygons", f"{key} = '{value}'")
        places = [shape(feature["geometry"]) for feature in points]
        for feature in areas:
            area = MultiPolygon([Polygon(part.exterior) for part in shape(feature["geometry"]).geoms])
            centre = area.centroid
            places.append(centre if area.contains(centre) else area.representative_point())
        count = max(len(places), 1)
        ways = sum(feature["properties"].get("osm_way_id") is not None for feature in areas)
        x, y = sum(place.x for place in places) / count, sum(place.y for place in places) / count
        name = path.split("/")[-1]
        print(f"{name} {tag}: {len(points)} nodes, {ways} ways, {len(areas) - ways} relations, mean {x:.7f} {y:.7f}")


main(sys.argv[1], sys.argv[2:])
