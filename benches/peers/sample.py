"""The tiles that are asked: unique, with land of Germany in them, the same in every run.

Points are drawn evenly over Germany's extent in Web Mercator by a fixed generator; a point inside a municipality
makes its tile a member, until the zoom has its number of tiles or no new tile comes up any more.
"""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

# zoom → tiles; the first zooms have fewer than a hundred tiles with land
WANTED = {5: 10, 6: 20, 7: 40, 8: 60, 9: 100, 10: 150, 11: 200, 12: 250, 13: 300, 14: 300}
WARM_UP = 8
SEED = 20160101
GRID = 256


def project(lon: float, lat: float) -> tuple[float, float]:
    """Degrees to the unit square of Web Mercator, y growing southwards."""
    sine = math.sin(math.radians(lat))
    return lon / 360 + 0.5, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


class Land:
    """Is a point of the unit square inside a municipality?"""

    def __init__(self, geojson: Path):
        self.cells: dict[tuple[int, int], list] = {}
        boxes = []
        for feature in json.loads(geojson.read_text())["features"]:
            geometry = feature["geometry"]
            polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            rings = [[project(*point[:2]) for point in ring] for polygon in polygons for ring in polygon]
            xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
            boxes.append((min(xs), min(ys), max(xs), max(ys), rings))
        self.box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        for box in boxes:
            (left, top), (right, bottom) = self.cell(box[0], box[1]), self.cell(box[2], box[3])
            for column in range(left, right + 1):
                for row in range(top, bottom + 1):
                    self.cells.setdefault((column, row), []).append(box)

    def cell(self, x: float, y: float) -> tuple[int, int]:
        west, north, east, south = self.box
        return int((x - west) / (east - west) * GRID), int((y - north) / (south - north) * GRID)

    def __contains__(self, point: tuple[float, float]) -> bool:
        x, y = point
        for west, north, east, south, rings in self.cells.get(self.cell(x, y), ()):
            if west <= x <= east and north <= y <= south:
                inside = False
                for ring in rings:
                    for (ax, ay), (bx, by) in zip(ring, ring[1:]):
                        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                            inside = not inside
                if inside:
                    return True
        return False


def draw(geojson: Path) -> dict[str, list[tuple[int, int, int]]]:
    """The tiles to measure, and a few others to warm a server up."""
    land = Land(geojson)
    west, north, east, south = land.box
    generator = random.Random(SEED)
    tiles = []
    warm_up: list[tuple[int, int, int]] = []
    for zoom, wanted in WANTED.items():
        found: dict[tuple[int, int, int], None] = {}
        spare = WARM_UP if zoom == 12 else 0
        for _ in range(50 * wanted):
            point = (generator.uniform(west, east), generator.uniform(north, south))
            if point in land:
                found[zoom, int(point[0] * 2**zoom), int(point[1] * 2**zoom)] = None
            if len(found) == wanted + spare:
                break
        members = list(found)
        tiles += members[:wanted]
        warm_up += members[wanted:]
    return {"tiles": tiles, "warm_up": warm_up}


def load(state: Path) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """The sample, drawn once and kept."""
    kept = state / "sample.json"
    if not kept.exists():
        kept.write_text(json.dumps(draw(state / "municipalities.geojson")))
    content = json.loads(kept.read_text())
    return [tuple(tile) for tile in content["tiles"]], [tuple(tile) for tile in content["warm_up"]]
