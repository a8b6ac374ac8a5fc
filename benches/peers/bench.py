"""Measures Kreisel beside its peers: the same data, the same tiles, in alternation. See README.md."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import judge
import prepare
import sample
import servers
import table

Tile = tuple[int, int, int]
PARTS = ("load", "cold", "concurrency", "hot", "content", "export")
# It renders on the threads that serve its connections: while they are busy with a tile of the first zooms, other
# connections get 408. So it is asked over one connection, in one round, and not at other concurrencies.
SLOW = {"martin-geojson"}
HOT_ZOOMS = range(8, 15)
HOT_PER_ZOOM = 4
# after which the threads of the load have ended
AT_REST_SECONDS = 1.5
HOT_PEERS = ("kreisel", "bare", "nginx", "martin-pmtiles", "martin-postgis")


def ask(peer: servers.Peer, paths: list[str], connections: int, repeat: int = 1) -> tuple[float, list[tuple[int, int, int, float]]]:
    """CPU seconds of the server, and index, status, bytes and milliseconds of each answer."""
    listed = peer.state / "paths.txt"
    listed.write_text("\n".join(paths) + "\n")
    before = servers.Spent(peer.roots())
    answer = subprocess.run([os.environ["ASK"], f"127.0.0.1:{peer.port}", listed, str(connections), str(repeat)],
                            capture_output=True, text=True, check=False)
    time.sleep(0.02)
    spent = servers.Spent(peer.roots()).since(before)
    if answer.returncode != 0:
        raise RuntimeError(f"{peer.name}: {answer.stderr.strip()}")
    rows = [line.split() for line in answer.stdout.splitlines()]
    answers = [(int(index), int(status), int(size), float(took) / 1000) for index, status, size, took in rows]
    wrong = [row for row in answers if row[1] not in (200, 204)]
    if wrong:
        raise RuntimeError(f"{peer.name}: {len(wrong)} of {len(answers)} answers failed, first {paths[wrong[0][0]]} with {wrong[0][1]}")
    return spent, answers


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Bench:
    """One run: the peers, the sample and what was found."""

    def __init__(self, options: argparse.Namespace):
        self.state: Path = options.state
        self.data: Path = options.data
        self.rounds: int = options.rounds
        self.postgres = servers.Postgres(self.state)
        every = [servers.Kreisel(self.state), servers.MartinPostgis(self.state, self.postgres), servers.MartinSimplified(self.state, self.postgres),
                 servers.MartinPmtiles(self.state), servers.GeojsonVt(self.state), servers.Nginx(self.state), servers.Bare(self.state),
                 servers.MartinGeojson(self.state)]
        known = [peer.name for peer in every]
        unknown = set(options.only or ()) - set(known)
        if unknown:
            raise SystemExit(f"no peer is called {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        self.peers = []
        self.result: dict = {"rounds": self.rounds, "cores": servers.CORES, "absent": {}}
        for peer in every:
            if options.only and peer.name not in options.only:
                continue
            reason = peer.unavailable()
            if reason:
                self.result["absent"][peer.name] = reason
                print(f"without {peer.name}: {reason}", file=sys.stderr)
            else:
                self.peers.append(peer)
        self.running: list[servers.Peer] = []

    def peer(self, name: str) -> servers.Peer | None:
        return next((peer for peer in self.peers if peer.name == name), None)

    def run(self, peer: servers.Peer, scenario: str, work, cached: bool = False, probe: Tile | None = None):
        """Starts a peer fresh, waits for the tile `probe`, does the work, stops it whatever happens."""
        self.running.append(peer)
        try:
            started = peer.start(cached, scenario, probe or self.warm_up[0])
            return work(started)
        finally:
            peer.stop()
            self.running.remove(peer)

    def prepare(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        note("data")
        prepare.geojson(self.state, self.data)
        prepare.atlas(self.state, self.data)
        self.tiles, self.warm_up = sample.load(self.state)
        self.zooms: dict[int, list[Tile]] = defaultdict(list)
        for tile in self.tiles:
            self.zooms[tile[0]].append(tile)
        self.result["tiles"] = {zoom: len(tiles) for zoom, tiles in self.zooms.items()}
        names = {peer.name for peer in self.peers}
        if any(name.startswith("martin-postgis") for name in names):
            note("PostGIS")
            self.postgres.start()
            prepare.postgis(self.state, self.data, self.postgres.database, self.postgres.sql)
            self.postgres.warm()
        if names & {"martin-pmtiles", "nginx"}:
            note("tippecanoe")
            prepare.pyramids(self.state, os.environ["TIPPECANOE"])
        if "nginx" in names:
            self.static()
        self.result["versions"] = {
            "kreisel": prepare.version([os.environ["KREISEL"], "--version"]), "martin": prepare.version([os.environ["MARTIN"], "--version"]),
            "tippecanoe": prepare.version([os.environ["TIPPECANOE"], "--version"]), "nginx": prepare.version(["nginx", "-v"]),
            "node": prepare.version(["node", "--version"]), "postgresql": prepare.version([self.postgres.programs / "postgres", "--version"]),
            "gdal": prepare.version(["ogr2ogr", "--version"]),
        }
        if self.postgres.process:
            self.result["versions"]["postgis"] = self.postgres.sql("SELECT postgis_lib_version()").strip()

    def static(self) -> None:
        """The prepared tiles of the sample as gzipped files for nginx."""
        source = servers.MartinPmtiles(self.state)
        for scenario in servers.SCENARIOS:
            folder = self.state / "static" / scenario
            if folder.exists():
                continue

            def write(_, scenario=scenario, folder=folder):
                for z, x, y in self.tiles + self.warm_up:
                    body = source.fetch(source.path(scenario, z, x, y))[1]
                    file = folder / str(z) / str(x) / f"{y}.pbf.gz"
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(body)

            self.run(source, scenario, write)

    def load(self) -> None:
        """From the zipped shapefile to the first tile, beside `ogr2ogr` of the same file into PostGIS."""
        kreisel = servers.KreiselAreas(self.state)
        found: dict = {"kreisel": [], "ogr2ogr": []}
        for _ in range(max(self.rounds, 3)):
            def work(started):
                cpu = servers.Spent(kreisel.roots())
                run = {"seconds": started, "cpu_seconds": cpu.seconds(), "bytes": kreisel.memory()}
                time.sleep(AT_REST_SECONDS)
                found["kreisel"].append(run | {"bytes_at_rest": kreisel.memory("VmRSS")})
            self.run(kreisel, "areas", work)
            if self.postgres.process:
                before = servers.Spent([self.postgres.process.pid])
                took = prepare.areas_into_postgis(self.data, self.postgres.database, "load_probe")
                took["cpu_seconds"] += servers.Spent([self.postgres.process.pid]).since(before)
                found["ogr2ogr"].append(took)

        def busy(_):
            ask(kreisel, [kreisel.path("areas", *tile) for tile in self.tiles], 8)
            return kreisel.memory()
        found["kreisel_bytes_after_cold_tiles"] = self.run(kreisel, "areas", busy)
        found["coordinate_bytes"] = 16 * (self.state / "municipalities.geojson").read_text().count("], [")
        self.result["load"] = found

    def cold(self) -> None:
        """Unique tiles, zoom by zoom, over 8 connections."""
        found: dict = {scenario: {} for scenario in servers.SCENARIOS}
        for number in range(self.rounds):
            for scenario in servers.SCENARIOS:
                for peer in self.peers:
                    if scenario not in peer.scenarios or (number > 0 and peer.name in SLOW):
                        continue
                    note(f"cold, round {number + 1}: {peer.name}, {scenario}")
                    kept = found[scenario].setdefault(peer.name, {"rounds": [], "memory": [], "start_seconds": []})

                    def work(started, peer=peer, scenario=scenario, kept=kept):
                        connections = 1 if peer.name in SLOW else 8
                        ask(peer, [peer.path(scenario, *tile) for tile in self.warm_up], connections)
                        zooms = {}
                        for zoom, tiles in self.zooms.items():
                            cpu, answers = ask(peer, [peer.path(scenario, *tile) for tile in tiles], connections)
                            zooms[zoom] = {"cpu_ms": cpu * 1000 / len(tiles), "ms": [row[3] for row in answers],
                                           "bytes": statistics.mean(row[2] for row in answers)}
                        kept["rounds"].append(zooms)
                        kept["memory"].append(peer.memory())
                        kept["start_seconds"].append(started)
                    self.attempt(peer, scenario, work, kept)
        self.result["cold"] = {scenario: {name: self.summary(kept) for name, kept in peers.items()} for scenario, peers in found.items()}

    def attempt(self, peer: servers.Peer, scenario: str, work, kept: dict) -> None:
        """A peer that fails loses its row, not the run."""
        try:
            self.run(peer, scenario, work)
        except (RuntimeError, OSError) as error:
            kept["error"] = str(error)
            print(f"{peer.name}, {scenario}: {error}", file=sys.stderr)

    def summary(self, kept: dict) -> dict:
        if not kept["rounds"]:
            return {"error": kept.get("error", "no round ended")}
        count = {zoom: len(tiles) for zoom, tiles in self.zooms.items()}
        zooms = {}
        for zoom in count:
            latencies = [value for zoom_row in kept["rounds"] for value in zoom_row[zoom]["ms"]]
            zooms[zoom] = {"cpu_ms": statistics.median(row[zoom]["cpu_ms"] for row in kept["rounds"]),
                           "median_ms": statistics.median(latencies), "p99_ms": percentile(latencies, 0.99),
                           "bytes": kept["rounds"][0][zoom]["bytes"]}
        mixed = [sum(row[zoom]["cpu_ms"] * count[zoom] for zoom in count) / sum(count.values()) for row in kept["rounds"]]
        return {"cpu_ms": statistics.median(mixed), "cpu_ms_rounds": mixed, "zooms": zooms, "memory": max(kept["memory"]),
                "start_seconds": statistics.median(kept["start_seconds"])}

    def concurrency(self) -> None:
        """The same tiles once more, shuffled, over 1, 8 and 64 connections: what a client waits."""
        order = random.Random(sample.SEED).sample(self.tiles, len(self.tiles))
        found: dict = defaultdict(dict)
        for connections in (1, 8, 64):
            kept: dict = defaultdict(lambda: {"every": [], "cpu_ms": [], "rate": []})
            for number in range(self.rounds):
                for peer in self.peers:
                    if "areas" not in peer.scenarios or peer.name in SLOW:
                        continue
                    note(f"{connections} connections, round {number + 1}: {peer.name}")

                    def work(_, peer=peer, connections=connections, kept=kept[peer.name]):
                        ask(peer, [peer.path("areas", *tile) for tile in self.warm_up], connections)
                        start = time.monotonic()
                        cpu, answers = ask(peer, [peer.path("areas", *tile) for tile in order], connections)
                        kept["rate"].append(len(order) / (time.monotonic() - start))
                        kept["cpu_ms"].append(cpu * 1000 / len(order))
                        kept["every"].append([(order[index][0], took) for index, _status, _size, took in answers])
                    self.attempt(peer, "areas", work, {})
            for name, row in kept.items():
                if row["every"]:
                    found[name][connections] = self.waits(row)
        self.result["concurrency"] = found

    def waits(self, row: dict) -> dict:
        """Latency over all zooms and by zoom: the median of the rounds."""
        def over(values_of) -> dict:
            rounds = [values_of(answers) for answers in row["every"]]
            return {"median_ms": statistics.median(statistics.median(values) for values in rounds),
                    "p99_ms": statistics.median(percentile(values, 0.99) for values in rounds)}
        every = over(lambda answers: [took for _, took in answers])
        zooms = {zoom: over(lambda answers, zoom=zoom: [took for at, took in answers if at == zoom]) for zoom in sorted(self.zooms)}
        return every | {"cpu_ms": statistics.median(row["cpu_ms"]), "tiles_per_second": statistics.median(row["rate"]), "zooms": zooms}

    def hot(self) -> None:
        """A few tiles again and again, caches on; the bare handler returns Kreisel's bytes."""
        tiles = [tile for zoom in HOT_ZOOMS for tile in self.zooms[zoom][:HOT_PER_ZOOM]]
        kreisel = self.peer("kreisel")
        if kreisel:
            shutil.rmtree(self.state / "hot", ignore_errors=True)

            def keep(_):
                for z, x, y in tiles:
                    file = self.state / "hot" / str(z) / str(x) / str(y)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(kreisel.fetch(kreisel.path("areas", z, x, y))[1])
            self.run(kreisel, "areas", keep)
        found: dict = defaultdict(lambda: {"cpu_us": [], "median_us": [], "p99_us": [], "bytes": 0})
        for number in range(max(self.rounds, 5)):
            for name in HOT_PEERS:
                peer = self.peer(name)
                if not peer:
                    continue
                note(f"hot, round {number + 1}: {name}")

                def work(_, peer=peer, name=name):
                    paths = [peer.path("areas", *tile) for tile in tiles]
                    ask(peer, paths, 8, 20)
                    cpu, answers = ask(peer, paths, 8, 1000)
                    took = [row[3] * 1000 for row in answers]
                    row = found[name]
                    row["cpu_us"].append(cpu * 1e6 / len(answers))
                    row["median_us"].append(statistics.median(took))
                    row["p99_us"].append(percentile(took, 0.99))
                    row["bytes"] = statistics.mean(answer[2] for answer in answers)
                self.run(peer, "areas", work, cached=True, probe=tiles[0])
        self.result["hot"] = found

    def content(self) -> None:
        """What the tiles hold."""
        exact = judge.Exact(self.state / "municipalities.geojson") if judge.shapely else None
        if not exact:
            print("without shapely: tiles are not compared with the exact geometry", file=sys.stderr)
        found: dict = defaultdict(dict)
        for scenario in servers.SCENARIOS:
            for peer in self.peers:
                if scenario not in peer.scenarios:
                    continue
                note(f"content: {peer.name}, {scenario}")

                def work(_, peer=peer, scenario=scenario):
                    def fetch(tile):
                        return peer.fetch(peer.path(scenario, *tile))
                    found[scenario][peer.name] = {"content": judge.content(fetch, self.tiles)}
                    if exact and scenario == "areas":
                        found[scenario][peer.name]["fidelity"] = judge.fidelity(fetch, self.tiles, exact)
                self.attempt(peer, scenario, work, {})
        self.result["content"] = found

    def export(self) -> None:
        """The whole pyramid of the areas, zooms 0 to 14, with every feature."""
        target = self.state / "export.pmtiles"

        def kreisel():
            took = prepare.run([os.environ["KREISEL"], "export", self.state / "atlas_areas", "--to", target], stderr=subprocess.DEVNULL)
            return took | {"bytes": target.stat().st_size}

        def tippecanoe():
            return prepare.pyramid(self.state, os.environ["TIPPECANOE"], "areas", target)
        found: dict = {}
        for work in (kreisel, tippecanoe):
            note(f"export: {work.__name__}")
            target.unlink(missing_ok=True)
            try:
                found[work.__name__] = work()
            except (RuntimeError, OSError) as error:
                found[work.__name__] = {"error": str(error)}
        target.unlink(missing_ok=True)
        self.result["export"] = found

    def close(self) -> None:
        for peer in self.running:
            peer.stop()
        self.postgres.stop()


def note(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Kreisel beside its peers")
    parser.add_argument("--state", type=Path, required=True, help="folder for everything made on the way")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--only", type=lambda text: text.split(","), help="peers, separated by commas; kreisel is not added by itself")
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS), help=f"of {','.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=3, help="alternations of the cold part")
    options = parser.parse_args()
    absent = prepare.missing(options.data)
    if absent:
        raise SystemExit("the shared data is not there; missing: " + ", ".join(absent))
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        raise SystemExit(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    bench = Bench(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    try:
        bench.prepare()
        for part in PARTS:
            if part in options.parts:
                note(part)
                getattr(bench, part)()
                # what is there is there, also when a later part fails
                (options.state / "result.json").write_text(json.dumps(bench.result, indent=1))
    finally:
        bench.close()
    text = table.markdown(json.loads((options.state / "result.json").read_text()))
    (options.state / "result.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
