"""Judges decoded tiles against the exact geometry, with shapely and nothing of ours.

usage: tile_fidelity.py TILES.json AREAS.geojson

TILES.json: {"extent": 4096, "buffer": 64, "tiles": [{"z", "x", "y", "areas": {key: [polygon, ...]}}]}
with polygons as lists of closed rings in tile units (y down). AREAS.geojson has a property "key".

Per zoom it prints the smallest and the mean IoU of an area with the exact one, the largest width of an
overlap of two areas and of a gap in tile units, the number of vertices, and the area with the smallest IoU.
It exits with 1 if from zoom 10 an IoU is below 0.995, if an overlap or a gap is wider than one unit at any
zoom, if a polygon is invalid, or if an area is nowhere at some zoom.

The IoU of an area is that of all its parts together, tile by tile without buffers: the part of an area that
is a few units wide in one tile is bound by the grid, whatever made it.
"""

import json
import math
import sys
from collections import defaultdict

import shapely
from shapely.geometry import Polygon, box, shape
from shapely.ops import unary_union

RADIUS_M = 6378137.0


def to_world(lon, lat):
    """Lon/lat in degrees -> the unit square of Web Mercator, y down (OSM wiki, "Slippy map tilenames")."""
    x = (lon + 180.0) / 360.0
    y = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2.0 * math.pi)
    return x, y


def moved(geometry, step):
    """The geometry with every position moved by step."""
    return shapely.transform(geometry, lambda all: [step(x, y) for x, y in all])


def width(geometry):
    """Width of the widest place: twice the largest inset that leaves anything (to 1/32 unit)."""
    if geometry.is_empty or geometry.area == 0.0:
        return 0.0
    low, high = 0.0, 64.0
    while high - low > 1 / 64:
        middle = (low + high) / 2
        if geometry.buffer(-middle, quad_segs=4).is_empty:
            high = middle
        else:
            low = middle
    return 2 * low


def main():
    with open(sys.argv[1]) as file:
        dump = json.load(file)
    with open(sys.argv[2]) as file:
        collection = json.load(file)
    exact = {}
    for feature in collection["features"]:
        world = moved(shape(feature["geometry"]), to_world)
        exact[feature["properties"]["key"]] = shapely.make_valid(world)
    extent, buffer = dump["extent"], dump["buffer"]
    window = box(-buffer, -buffer, extent + buffer, extent + buffer)
    inner = box(0, 0, extent, extent)
    both, either = defaultdict(float), defaultdict(float)
    overlaps, gaps, vertices, invalid = defaultdict(float), defaultdict(float), defaultdict(int), 0
    seen = defaultdict(set)
    for tile in dump["tiles"]:
        z = tile["z"]
        scale = 2.0**z * extent
        drawn = {}
        for key, polygons in tile["areas"].items():
            parts = [Polygon(rings[0], rings[1:]) for rings in polygons]
            vertices[z] += sum(len(ring) for rings in polygons for ring in rings)
            invalid += sum(not part.is_valid for part in parts)
            drawn[key] = unary_union(parts)
            seen[z].add(key)
        whole = []
        for key, area in exact.items():
            on_tile = moved(area, lambda x, y: (x * scale - tile["x"] * extent, y * scale - tile["y"] * extent))
            part = shapely.make_valid(on_tile).intersection(window)
            whole.append(part)
            part, found = part.intersection(inner), drawn.get(key, Polygon()).intersection(inner)
            both[z, key] += found.intersection(part).area
            either[z, key] += found.union(part).area
        keys = sorted(drawn)
        for at, key in enumerate(keys):
            for other in keys[at + 1 :]:
                if drawn[key].intersects(drawn[other]):
                    common = drawn[key].intersection(drawn[other])
                    # squares of one unit stand for areas that are smaller than that
                    if min(drawn[key].area, drawn[other].area) > 1.0:
                        overlaps[z] = max(overlaps[z], width(common))
        # a gap is what lies inside the country, more than the tolerance away from its outline
        cover, country = unary_union(list(drawn.values())), unary_union(whole)
        filled = unary_union([Polygon(part.exterior) for part in getattr(cover, "geoms", [cover]) if part.geom_type == "Polygon"])
        gaps[z] = max(gaps[z], width(filled.difference(cover).intersection(country)))
    failed = invalid > 0
    print(f"invalid polygons: {invalid}")
    print("zoom  IoU min  IoU mean  overlap   gap  vertices  absent  worst")
    for z in sorted(seen):
        ious = {key: both[z, key] / either[z, key] for key in exact}
        worst = min(ious, key=ious.get)
        mean = sum(ious.values()) / len(ious)
        absent = len(exact) - len(seen[z])
        print(
            f"{z:4} {ious[worst]:8.4f} {mean:9.4f} {overlaps[z]:8.2f} {gaps[z]:5.2f} {vertices[z]:9} {absent:7}"
            f"  {worst}, {either[z, worst]:.0f} square units"
        )
        failed |= absent > 0 or overlaps[z] > 1.0 or gaps[z] > 1.0
        failed |= z >= 10 and ious[worst] < 0.995
    sys.exit(1 if failed else 0)


main()
