"""What is in the tiles: bytes, features and vertices for each zoom, and with shapely how well the areas agree with
their exact geometry. A server that is fast because it leaves things out shows it here."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path

import mvt
from sample import project

try:
    import shapely
    from shapely import affinity
except ImportError:
    shapely = None

EXTENT = 4096
# tiles of a zoom that are compared with the exact geometry
EXACT = {5: 2, 6: 3, 7: 4}
EXACT_ELSE = 12
# an area of less than so many square units in the tile may be left out by any server
SPECK = 4.0


def body(answer: tuple[int, bytes]) -> bytes:
    """A tile without its encoding."""
    return gzip.decompress(answer[1]) if answer[1][:2] == b"\x1f\x8b" else answer[1]


def content(fetch, tiles: list[tuple[int, int, int]]) -> dict[int, dict[str, float]]:
    """Means over the tiles of each zoom. `fetch` gives status and bytes as they came over the wire."""
    zooms: dict[int, list[dict[str, float]]] = defaultdict(list)
    for tile in tiles:
        answer = fetch(tile)
        identity = body(answer)
        layers = mvt.layers(identity)
        areas = layers.get("municipalities", [])
        zooms[tile[0]].append({
            "wire_bytes": len(answer[1]), "identity_bytes": len(identity), "areas": len({feature.key for feature in areas}),
            "area_features": len(areas), "vertices": sum(len(path) for feature in areas for path in feature.paths()),
            "facilities": sum(len(layers.get(layer, ())) for layer in ("schools", "hospitals")),
            "attributes": max((feature.attributes for feature in areas), default=0),
        })
    return {zoom: {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]} for zoom, rows in zooms.items()}


class Exact:
    """The exact areas in the unit square of Web Mercator."""

    def __init__(self, geojson: Path):
        self.keys, shapes = [], []
        for feature in json.loads(geojson.read_text())["features"]:
            geometry = feature["geometry"]
            polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            parts = [shapely.Polygon(rings[0], rings[1:]) for rings in
                     ([[project(*point[:2]) for point in ring] for ring in polygon] for polygon in polygons)]
            shapes.append(shapely.make_valid(shapely.MultiPolygon(parts)))
            self.keys.append(feature["properties"]["key"])
        self.shapes = shapes
        self.tree = shapely.STRtree(shapes)
        self.known: dict[tuple[int, int, int], dict[str, object]] = {}

    def within(self, z: int, x: int, y: int) -> dict[str, object]:
        """Key → exact geometry inside the tile, in tile units."""
        if (z, x, y) not in self.known:
            self.known[z, x, y] = self.clip(z, x, y)
        return self.known[z, x, y]

    def clip(self, z: int, x: int, y: int) -> dict[str, object]:
        side = 2.0**-z
        frame = shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side)
        result = {}
        for index in self.tree.query(frame, predicate="intersects"):
            part = shapely.intersection(self.shapes[index], frame)
            scale = EXTENT / side
            part = affinity.affine_transform(part, [scale, 0, 0, scale, -x * EXTENT, -y * EXTENT])
            if part.area >= SPECK:
                result[self.keys[index]] = part
        return result


def shape(features: list[mvt.Feature]):
    """The geometry of an area's features inside the tile; by the specification exteriors have a positive area."""
    polygons = []
    for feature in features:
        for ring in feature.paths():
            if len(ring) < 3:
                continue
            doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))
            if doubled > 0:
                polygons.append((ring, []))
            elif polygons and doubled < 0:
                polygons[-1][1].append(ring)
    parts = [shapely.make_valid(shapely.Polygon(outer, holes)) for outer, holes in polygons]
    return shapely.intersection(shapely.union_all(parts), shapely.box(0, 0, EXTENT, EXTENT))


def fidelity(fetch, tiles: list[tuple[int, int, int]], exact: Exact) -> dict[int, dict[str, float]]:
    """Intersection over union of each area with its exact geometry in the tile, and areas that are absent."""
    chosen: dict[int, list] = defaultdict(list)
    for tile in tiles:
        if len(chosen[tile[0]]) < EXACT.get(tile[0], EXACT_ELSE):
            chosen[tile[0]].append(tile)
    result = {}
    for zoom, members in chosen.items():
        scores, absent = [], 0
        for tile in members:
            by_key = defaultdict(list)
            for feature in mvt.layers(body(fetch(tile))).get("municipalities", []):
                by_key[feature.key].append(feature)
            for key, true in exact.within(*tile).items():
                if key not in by_key:
                    absent += 1
                    continue
                got = shape(by_key[key])
                scores.append(shapely.intersection(got, true).area / shapely.union(got, true).area)
        scores.sort()
        result[zoom] = {"areas": len(scores) + absent, "absent": absent, "iou_mean": sum(scores) / max(len(scores), 1),
                        "iou_min": scores[0] if scores else 0.0}
    return result
