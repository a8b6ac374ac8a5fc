"""Data made at run time: a land of crooked squares that share their borders, one area with a border of any length, and
facilities in towns. Shapefiles and CSV; every number follows from the constants here."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np

# the land begins here, in metres of EPSG:25832: the south-west of Lower Saxony
ORIGIN_M = (400_000.0, 5_700_000.0)
# how far a border bends at most, in parts of an area's side
BEND = 0.12
SEED = 20160101
DBF_KEY, DBF_NAME = 8, 24
PRJ = (Path(__file__).parent.parent / "etrs89_utm32.prj").read_text()


def land(path: Path, columns: int, rows: int, vertices: int, side_m: float) -> int:
    """`columns` × `rows` areas with about `vertices` vertices each; the number of all vertices."""
    steps = max(1, vertices // 4)
    share = np.arange(steps) / steps
    generator = np.random.default_rng(SEED)

    def bends(shape: tuple[int, int]) -> np.ndarray:
        """Sideways shifts along each border: waves of falling length that vanish at its ends."""
        sum_of = np.zeros((*shape, steps))
        for wave in (1, 2, 5, 11, 23, 47, 101):
            if wave * 2 < max(steps, 3):
                sum_of += generator.uniform(-1, 1, (*shape, 1)) * np.sin(np.pi * wave * share) / wave
        return sum_of * side_m * BEND

    x0, y0 = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1))
    corner = np.stack([ORIGIN_M[0] + x0 * side_m, ORIGIN_M[1] + y0 * side_m], axis=-1)
    corner += generator.uniform(-0.15, 0.15, corner.shape) * side_m

    def border(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        along = start[..., None, :] + share[None, None, :, None] * (end - start)[..., None, :]
        direction = (end - start) / np.linalg.norm(end - start, axis=-1, keepdims=True)
        normal = np.stack([-direction[..., 1], direction[..., 0]], axis=-1)
        return along + bends(start.shape[:2])[..., None] * normal[..., None, :]

    level = border(corner[:, :-1], corner[:, 1:])  # west to east
    upright = border(corner[:-1], corner[1:])  # south to north
    level_end, upright_end = corner[:, 1:], corner[1:]

    def reversed_border(points: np.ndarray, end: np.ndarray) -> np.ndarray:
        return np.concatenate([end[None], points[:0:-1]])

    rings = []
    for row in range(rows):
        for column in range(columns):
            rings.append(np.concatenate([
                upright[row, column],
                level[row + 1, column],
                reversed_border(upright[row, column + 1], upright_end[row, column + 1]),
                reversed_border(level[row, column], level_end[row, column]),
            ]))
    write_areas(path, rings)
    return sum(len(ring) for ring in rings)


def coasts(side_m: float) -> list[tuple[float, float]]:
    """South-western corners of squares of a size: as many as make about 250 km along one side, 20 at most."""
    count = max(1, min(20, round(250_000 / side_m)))
    across = math.ceil(math.sqrt(count))
    return [(ORIGIN_M[0] + 20_000 + 1.3 * side_m * (number % across), ORIGIN_M[1] + 50_000 + 1.3 * side_m * (number // across))
            for number in range(count)]


def coast(path: Path, side_m: float, spacing_m: float) -> int:
    """Squares with rough borders, a vertex every `spacing_m` metres, so that the atlas is as large whatever the size of
    one; the number of vertices of one."""
    steps = int(side_m / spacing_m)
    along = np.arange(steps) * spacing_m
    generator = np.random.default_rng(SEED)
    rough = generator.uniform(-0.4, 0.4, (4, steps)) * spacing_m
    for length_m in (8000.0, 1900.0, 430.0, 97.0):
        rough += np.sin(along[None] * 2 * np.pi / length_m + generator.uniform(0, 6, (4, 1))) * length_m * 0.03
    sides = [(rough[0], along), (along, side_m + rough[1]), (side_m + rough[2], side_m - along), (side_m - along, rough[3])]
    ring = np.concatenate([np.stack(side, axis=-1) for side in sides])
    # near the corners two sides would cross
    keep = np.ones(len(ring), bool)
    near = max(2, int(400 / spacing_m))
    for corner in range(4):
        keep[np.arange(corner * steps - near, corner * steps + near) % len(ring)] = False
    write_areas(path, [ring[keep] + corner for corner in coasts(side_m)])
    return int(keep.sum())


def write_areas(path: Path, rings: list[np.ndarray]) -> None:
    """A shapefile of polygons with `KEY` and `NAME`."""
    lengths = [44 + 4 + 16 * (len(ring) + 1) for ring in rings]
    everything = np.concatenate(rings)
    box = (*everything.min(axis=0), *everything.max(axis=0), 0, 0, 0, 0)

    def head(size: int) -> bytes:
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, size // 2) + struct.pack("<2i8d", 1000, 5, *box)

    with path.with_suffix(".shp").open("wb") as shp, path.with_suffix(".shx").open("wb") as shx:
        shp.write(head(100 + sum(length + 8 for length in lengths)))
        shx.write(head(100 + 8 * len(rings)))
        at = 100
        for number, (ring, length) in enumerate(zip(rings, lengths), 1):
            shx.write(struct.pack(">2i", at // 2, length // 2))
            closed = np.concatenate([ring, ring[:1]])
            shp.write(struct.pack(">2i", number, length // 2))
            shp.write(struct.pack("<i4d3i", 5, *ring.min(axis=0), *ring.max(axis=0), 1, len(closed), 0))
            shp.write(closed.astype("<f8").tobytes())
            at += 8 + length
    with path.with_suffix(".dbf").open("wb") as dbf:
        dbf.write(struct.pack("<4BIHH20x", 3, 126, 1, 1, len(rings), 97, 1 + DBF_KEY + DBF_NAME))
        for name, width in (("KEY", DBF_KEY), ("NAME", DBF_NAME)):
            dbf.write(name.encode().ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14))
        dbf.write(b"\r")
        for number in range(len(rings)):
            dbf.write(f" {number:08}{f'Gemeinde {number}':24}".encode())
    path.with_suffix(".prj").write_text(PRJ)


def facilities(path: Path, count: int) -> None:
    """Places of four categories, two thirds of them in 400 towns, the others anywhere in Germany's box."""
    generator = np.random.default_rng(SEED)
    towns = generator.uniform((6.5, 47.8), (14.5, 54.5), (400, 2))
    in_towns = towns[generator.integers(0, len(towns), count)] + generator.normal(0, 0.03, (count, 2))
    anywhere = generator.uniform((6.0, 47.5), (15.0, 54.9), (count, 2))
    places = np.where(generator.random((count, 1)) < 2 / 3, in_towns, anywhere)
    kinds = generator.integers(0, 4, count)
    with path.open("w") as file:
        file.write("id,name,kind,lon,lat\n")
        file.writelines(f"{number},Ort {number},kind{kind},{lon:.6f},{lat:.6f}\n"
                        for number, (kind, (lon, lat)) in enumerate(zip(kinds, places)))
