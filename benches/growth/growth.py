"""Measures how Kreisel's cost grows with what it is given, and draws it. See README.md."""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "peers"))

import draw  # noqa: E402
import flame  # noqa: E402
import servers  # noqa: E402
import synthetic  # noqa: E402

PARTS = ("load", "zoom", "border", "facilities", "connections", "flame")
VERTICES_PER_AREA = 192
AREAS = (100, 1_000, 3_000, 10_000, 30_000, 50_000)
LONGER = (50, 500, 1_920, 5_000, 9_600)  # vertices of each of 1,000 areas
BORDER_SPACING_M = 1.0
BORDER_SIDES_M = (5_000, 12_500, 25_000, 75_000, 250_000)
INSIDE_SIDE_M = 25_000
INSIDE_SPACINGS_M = (300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3)
FACILITIES = (10_000, 100_000, 300_000, 1_000_000)
FACILITY_ZOOMS = (6, 9, 12, 14)
CONNECTIONS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
TILES = {0: 1, 1: 1, 2: 1, 3: 2, 4: 4, 5: 10, 6: 20, 7: 40, 8: 60, 9: 100, 10: 150, 11: 200, 12: 250, 13: 300, 14: 300}
GERMANY = (6.0, 47.4, 15.0, 54.9)
SEED = 20160101

Tile = tuple[int, int, int]


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    sine = math.sin(math.radians(lat))
    x, y = lon / 360 + 0.5, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return zoom, int(x * 2**zoom), int(y * 2**zoom)


class Server(servers.Peer):
    """The program over one atlas."""

    name = "kreisel"

    def __init__(self, state: Path, atlas: Path):
        super().__init__(state)
        self.atlas = atlas

    def command(self, cached: bool, scenario: str) -> list:
        return [os.environ["KREISEL"], "serve", self.atlas, "--listen", f"127.0.0.1:{self.port}"]

    def path(self, scenario: str, z: int, x: int, y: int) -> str:
        return f"/tiles/{scenario}/{z}/{x}/{y}"

    def now(self, field: str) -> int:
        """`VmHWM` or `VmRSS` in bytes."""
        lines = Path(f"/proc/{self.roots()[0]}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


class Bench:
    """One run."""

    def __init__(self, options: argparse.Namespace):
        self.state: Path = options.state
        self.data: Path = options.data
        self.rounds: int = options.rounds
        self.kept = self.state / "result.json"
        self.result: dict = json.loads(self.kept.read_text()) if self.kept.exists() else {}

    def keep(self, part: str, found) -> None:
        self.result[part] = found
        self.result["version"] = subprocess.run([os.environ["KREISEL"], "--version"], capture_output=True, text=True, check=True).stdout.strip()
        self.result["cores"] = servers.CORES
        models = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        self.result["processor"] = models[0] if models else "unknown processor"
        self.kept.write_text(json.dumps(self.result, indent=1))

    # --- atlases ---

    def atlas(self, name: str, layer: str, source: str, key: str, tail: str) -> Path:
        folder = self.state / name
        (folder / "layers").mkdir(parents=True, exist_ok=True)
        for empty in ("indicators", "styles"):
            (folder / empty).mkdir(exist_ok=True)
        (folder / "atlas.toml").write_text('id = "growth"\ntitle = { de = "Wachstum", en = "Growth" }\n'
                                           'publisher = { de = "Niemand", en = "Nobody" }\n'
                                           + (f'\n[view]\nlayer = "{layer}"\n' if layer == "areas" else ""))
        provenance = ('\n[provenance]\nsource = { de = "Erfunden", en = "Invented" }\ndate = "2026"\nlicense = "CC0-1.0"\n'
                      'attribution = "erfunden"\ninvented = true\n')
        (folder / "layers" / f"{layer}.toml").write_text(
            f'kind = "{"area" if layer == "areas" else "facility"}"\ntitle = {{ de = "Wachstum", en = "Growth" }}\n'
            f"{tail}\n[source]\n{source}\n[key]\n{key}\n{provenance}")
        return folder

    def land(self, columns: int, rows: int, vertices: int) -> tuple[Path, int]:
        name = f"land_{columns}x{rows}_{vertices}"
        folder, file = self.state / name, self.state / f"{name}.shp"
        counted = self.state / f"{name}.count"
        if not counted.exists():
            counted.write_text(str(synthetic.land(file, columns, rows, vertices, 280_000 / columns)))
        self.atlas(name, "areas", f'file = "{file}"', 'column = "KEY"\nkind = "own"', 'name = "NAME"\n')
        return folder, int(counted.read_text())

    def coast(self, side_m: float, spacing_m: float) -> tuple[Path, int]:
        name = f"coast_{side_m:.0f}_{spacing_m}"
        file, counted = self.state / f"{name}.shp", self.state / f"{name}.count"
        if not counted.exists():
            counted.write_text(str(synthetic.coast(file, side_m, spacing_m)))
        folder = self.atlas(name, "areas", f'file = "{file}"', 'column = "KEY"\nkind = "own"', 'name = "NAME"\n')
        return folder, int(counted.read_text())

    def places(self, count: int) -> Path:
        name = f"places_{count}"
        file = self.state / f"{name}.csv"
        if not file.exists():
            synthetic.facilities(file, count)
        categories = "".join(f'\n[categories.kind{n}]\ntitle = {{ de = "Art {n}", en = "Kind {n}" }}\nmatches = ["kind{n}"]\n' for n in range(4))
        source = f'file = "{file}"\nx = "lon"\ny = "lat"\ncrs = "EPSG:4326"'
        folder = self.atlas(name, "places", source, 'column = "id"', 'name = "name"\ncategory = "kind"\n' )
        layer = folder / "layers" / "places.toml"
        layer.write_text(layer.read_text() + categories)
        return folder

    def germany(self) -> Path:
        name = "germany"
        file = self.data / "boundaries" / "vg250_2016-01-01_utm32s.zip"
        if not file.exists():
            raise SystemExit(f"the German municipalities are not there: {file}; set PEERS_DATA to the folder of the data")
        source = f'file = "{file}"\nmember = "VG250_GEM"\nfilter = "GF = 4"'
        return self.atlas(name, "areas", source, 'column = "AGS"\nkind = "ags"', 'name = "GEN"\n')

    # --- measuring ---

    def started(self, atlas: Path, work, layer: str = "areas"):
        server = Server(self.state, atlas)
        try:
            seconds = server.start(False, layer, (14, 0, 0))
            return work(server, seconds)
        finally:
            server.stop()

    def loaded(self, atlas: Path, layer: str = "areas") -> dict:
        """Seconds, CPU seconds, and memory at most and at rest; of several loads the median of each."""
        def once(server: Server, seconds: float) -> dict:
            cpu = servers.Spent(server.roots())
            time.sleep(1.5)
            return {"seconds": seconds, "cpu_seconds": max(cpu.nanoseconds / 1e9, cpu.ticks / servers.TICK),
                    "peak_bytes": server.now("VmHWM"), "rest_bytes": server.now("VmRSS")}
        rounds = [self.started(atlas, once, layer) for _ in range(self.rounds)]
        return {name: statistics.median(found[name] for found in rounds) for name in rounds[0]}

    def ask(self, server: Server, paths: list[str], connections: int, repeat: int = 1) -> tuple[float, list[tuple[int, int, float]]]:
        """CPU seconds of the server; status, bytes and milliseconds of each answer."""
        listed = self.state / "paths.txt"
        listed.write_text("\n".join(paths) + "\n")
        before = servers.Spent(server.roots())
        answer = subprocess.run([os.environ["ASK"], f"127.0.0.1:{server.port}", listed, str(connections), str(repeat)],
                                capture_output=True, text=True, check=True)
        time.sleep(0.02)
        spent = servers.Spent(server.roots()).since(before)
        rows = [line.split() for line in answer.stdout.splitlines()]
        return spent, [(int(status), int(size), float(took) / 1000) for _, status, size, took in rows]

    def with_content(self, atlas: Path, layer: str, candidates: list[Tile], wanted: int) -> list[Tile]:
        """Those of the candidates that have something in them."""
        def look(server: Server, _: float) -> list[Tile]:
            _, answers = self.ask(server, [server.path(layer, *tile) for tile in candidates], 1)
            # over one connection answers come in the order of the questions
            return [tile for tile, answer in zip(candidates, answers) if answer[0] == 200][:wanted]
        return self.started(atlas, look, layer)

    def cold(self, atlas: Path, layer: str, sets: dict[int, list[Tile]]) -> dict[int, dict]:
        """CPU per tile of a server that has never been asked for these, for each set; the median of the rounds."""
        def once(server: Server, _: float) -> dict[int, tuple[float, float]]:
            self.ask(server, [server.path(layer, 14, 4 + n, 4) for n in range(8)], 1)  # empty tiles: connections and threads are there
            asked = {name: self.ask(server, [server.path(layer, *tile) for tile in tiles], 4) for name, tiles in sets.items()}
            return {name: (spent / len(sets[name]) * 1000, statistics.mean(answer[1] for answer in answers))
                    for name, (spent, answers) in asked.items()}
        rounds = [self.started(atlas, once, layer) for _ in range(self.rounds)]
        return {name: {"cpu_ms": statistics.median(each[name][0] for each in rounds), "all_cpu_ms": [each[name][0] for each in rounds],
                       "bytes": rounds[0][name][1], "tiles": len(tiles)} for name, tiles in sets.items()}

    def german_tiles(self) -> dict[int, list[Tile]]:
        kept = self.state / "german_tiles.json"
        if not kept.exists():
            generator, tiles, atlas = random.Random(SEED), {}, self.germany()
            west, south, east, north = GERMANY
            for zoom, wanted in TILES.items():
                drawn = {tile_at(generator.uniform(west, east), generator.uniform(south, north), zoom): None for _ in range(3 * wanted + 20)}
                tiles[zoom] = self.with_content(atlas, "areas", list(drawn), wanted)
            kept.write_text(json.dumps(tiles))
        return {int(zoom): [tuple(tile) for tile in tiles] for zoom, tiles in json.loads(kept.read_text()).items()}

    # --- parts ---

    def load(self) -> None:
        found: dict = {"areas": [], "longer": [], "facilities": []}
        for count in AREAS:
            columns = round((count * 0.7) ** 0.5)
            rows = round(count / columns)
            atlas, vertices = self.land(columns, rows, VERTICES_PER_AREA)
            found["areas"].append({"areas": columns * rows, "vertices": vertices, **self.loaded(atlas)})
            print(found["areas"][-1], file=sys.stderr)
        for each in LONGER:
            atlas, vertices = self.land(25, 40, each)
            found["longer"].append({"areas": 1000, "vertices": vertices, **self.loaded(atlas)})
            print(found["longer"][-1], file=sys.stderr)
        found["germany"] = {"areas": 11_299, "vertices": 1_880_000, **self.loaded(self.germany())}
        self.keep("load", found)

    def zoom(self) -> None:
        tiles, atlas = self.german_tiles(), self.germany()
        self.keep("zoom", [{"zoom": zoom, **self.cold(atlas, "areas", {zoom: tiles[zoom]})[zoom]} for zoom in TILES])

    def border_tiles(self, side_m: float) -> list[Tile]:
        """Tiles of zoom 14 along the west and the south sides of the coasts, drawn evenly."""
        generator = random.Random(SEED)
        found: dict[Tile, None] = {}
        for _ in range(800):
            x, y = generator.choice(synthetic.coasts(side_m))
            along = generator.uniform(0.1, 0.9) * side_m
            found[tile_at(*degrees(x, y + along), 14)] = None
            found[tile_at(*degrees(x + along, y), 14)] = None
        return list(found)[:300]

    def border(self) -> None:
        found: dict = {"outside": [], "inside": []}
        for side_m in BORDER_SIDES_M:
            atlas, vertices = self.coast(side_m, BORDER_SPACING_M)
            tiles = self.with_content(atlas, "areas", self.border_tiles(side_m), 200)
            found["outside"].append({"vertices": vertices, **self.cold(atlas, "areas", {14: tiles})[14]})
            print(found["outside"][-1], file=sys.stderr)
        for spacing_m in INSIDE_SPACINGS_M:
            atlas, vertices = self.coast(INSIDE_SIDE_M, spacing_m)
            tiles = self.with_content(atlas, "areas", self.border_tiles(INSIDE_SIDE_M), 200)
            # a tile of zoom 14 is 2446 m wide in Mercator, about 1500 m on the ground here
            found["inside"].append({"vertices_in_tile": 1_500 / spacing_m, "vertices": vertices, **self.cold(atlas, "areas", {14: tiles})[14]})
            print(found["inside"][-1], file=sys.stderr)
        self.keep("border", found)

    def facilities(self) -> None:
        found = []
        for count in FACILITIES:
            atlas = self.places(count)
            generator = random.Random(SEED)
            lines = (self.state / f"places_{count}.csv").read_text().splitlines()[1:]
            tiles = {}
            for zoom in FACILITY_ZOOMS:
                drawn = {tile_at(*map(float, generator.choice(lines).rsplit(",", 2)[1:]), zoom): None for _ in range(4 * TILES[zoom])}
                tiles[zoom] = list(drawn)[:TILES[zoom]]
            del lines
            # JSON has text for keys
            cold = {str(zoom): row for zoom, row in self.cold(atlas, "places", tiles).items()}
            row = {"facilities": count, **self.loaded(atlas, "places"), "zooms": cold}
            found.append(row)
            print(row, file=sys.stderr)
        self.keep("facilities", found)

    def connections(self) -> None:
        tiles, atlas = self.german_tiles(), self.germany()
        mixed = [tile for zoom in range(8, 15) for tile in tiles[zoom]]
        random.Random(SEED).shuffle(mixed)
        found: dict = {"cold": [], "hot": [], "tiles": len(mixed)}

        def row(number: int, spent: float, answers: list) -> dict:
            took = sorted(answer[2] for answer in answers)
            return {"connections": number, "cpu_ms": spent / len(took) * 1000, "median_ms": statistics.median(took),
                    "p99_ms": took[int(0.99 * len(took))], "asked": len(took)}

        for number in CONNECTIONS:
            def cold(server: Server, _: float) -> dict:
                self.ask(server, [server.path("areas", 14, 4 + n, 4) for n in range(8)], 8)
                return row(number, *self.ask(server, [server.path("areas", *tile) for tile in mixed], number))
            rounds = [self.started(atlas, cold) for _ in range(self.rounds)]
            found["cold"].append({name: statistics.median(each[name] for each in rounds) for name in rounds[0]})

        def hot(server: Server, _: float) -> None:
            some = [server.path("areas", *tile) for tile in mixed[:200]]
            self.ask(server, some, 8)
            for number in CONNECTIONS:
                rounds = [row(number, *self.ask(server, some, number, 100)) for _ in range(self.rounds)]
                found["hot"].append({name: statistics.median(each[name] for each in rounds) for name in rounds[0]})
        self.started(atlas, hot)
        self.keep("connections", found)

    def flame(self) -> None:
        """Samples of the server's stacks under cold tiles of all zooms from 5 on."""
        tiles, atlas = self.german_tiles(), self.germany()
        mixed = [tile for zoom in range(5, 15) for tile in tiles[zoom]]
        random.Random(SEED).shuffle(mixed)
        recorded = self.state / "perf.data"
        folded: Counter = Counter()

        def work(server: Server, _: float) -> None:
            command = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "999", "--call-graph", "dwarf,16384", "-o", str(recorded),
                       "-p", str(server.roots()[0])]
            perf = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            time.sleep(1)
            self.ask(server, [server.path("areas", *tile) for tile in mixed], 4)
            time.sleep(0.3)
            perf.send_signal(signal.SIGINT)
            perf.wait()
        if not shutil.which("perf"):
            print("perf is not installed: no flame graph", file=sys.stderr)
            return
        # a tile is cold once only: a server for each look
        for _ in range(2 * self.rounds):
            self.started(atlas, work)
            script = subprocess.run(["perf", "script", "-i", str(recorded), "-F", "comm,ip,sym", "--no-inline"], capture_output=True, text=True, check=True)
            folded += flame.fold(script.stdout)
        (self.state / "folded.txt").write_text("".join(f"{';'.join(stack)} {count}\n" for stack, count in sorted(folded.items())))
        recorded.unlink()


def degrees(x: float, y: float) -> tuple[float, float]:
    """UTM zone 32 on GRS 80 to degrees: the inverse series of Krüger to the third order, a metre or so here (Karney 2011,
    "Transverse Mercator with an accuracy of a few nanometers", eq. 11 and 36)."""
    flattening = 1 / 298.257222101
    n = flattening / (2 - flattening)
    radius = 6_378_137 / (1 + n) * (1 + n**2 / 4)
    xi, eta = y / (0.9996 * radius), (x - 500_000) / (0.9996 * radius)
    beta = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)
    xi_, eta_ = xi, eta
    for order, factor in enumerate(beta, 1):
        xi_ -= factor * math.sin(2 * order * xi) * math.cosh(2 * order * eta)
        eta_ -= factor * math.cos(2 * order * xi) * math.sinh(2 * order * eta)
    chi = math.asin(math.sin(xi_) / math.cosh(eta_))
    delta = (2 * n - 2 * n**2 / 3 - 2 * n**3, 7 * n**2 / 3 - 8 * n**3 / 5, 56 * n**3 / 15)
    latitude = chi + sum(factor * math.sin(2 * order * chi) for order, factor in enumerate(delta, 1))
    longitude = math.atan2(math.sinh(eta_), math.cos(xi_))
    return 9 + math.degrees(longitude), math.degrees(latitude)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--prepare-only", action="store_true", help="make the data and choose the tiles, measure nothing")
    parser.add_argument("--draw-only", action="store_true")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    options.state.mkdir(parents=True, exist_ok=True)
    bench = Bench(options)
    if options.prepare_only:
        for count in AREAS:
            columns = round((count * 0.7) ** 0.5)
            bench.land(columns, round(count / columns), VERTICES_PER_AREA)
        for each in LONGER:
            bench.land(25, 40, each)
        for side_m in BORDER_SIDES_M:
            bench.coast(side_m, BORDER_SPACING_M)
        for spacing_m in INSIDE_SPACINGS_M:
            bench.coast(INSIDE_SIDE_M, spacing_m)
        for count in FACILITIES:
            bench.places(count)
        bench.german_tiles()
        return
    if not options.draw_only:
        for part in options.parts:
            print(f"{time.strftime('%H:%M:%S')} {part}", file=sys.stderr)
            getattr(bench, part)()
    options.images.mkdir(parents=True, exist_ok=True)
    draw.all_pictures(bench.result, options.images)
    folded = options.state / "folded.txt"
    if folded.exists():
        flame.draw(folded, options.images / "growth-flame.svg")


if __name__ == "__main__":
    main()
