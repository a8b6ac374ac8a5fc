"""The peers as processes: how each is configured and started, what its tiles are called, what it spends."""

from __future__ import annotations

import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).parent
CORES = os.cpu_count() or 1
TICK = os.sysconf("SC_CLK_TCK")
SCENARIOS = ("areas", "years", "facilities")
LAYERS = {"areas": "municipalities", "years": "municipalities", "facilities": "municipalities,schools,hospitals"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def family(root: int) -> list[int]:
    """A process and everything it started."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parents[int(entry)] = int(stat(int(entry))[1])
            except OSError:
                pass
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


class Spent:
    """CPU time of processes so far. The kernel's nanoseconds by thread are exact but forget threads that ended; the
    ticks by process remember them but are rounded to 10 ms."""

    def __init__(self, roots: list[int]):
        self.nanoseconds = self.ticks = self.processes = 0
        for root in roots:
            fields = stat(root)
            self.ticks += int(fields[13]) + int(fields[14])  # children that ended
            for pid in family(root):
                try:
                    fields = stat(pid)
                    self.ticks += int(fields[11]) + int(fields[12])
                    self.nanoseconds += sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))
                    self.processes += 1
                except OSError:
                    continue

    def seconds(self) -> float:
        """Seconds since the processes began."""
        return max(self.nanoseconds / 1e9, self.ticks / TICK)

    def since(self, before: Spent) -> float:
        """Seconds between two readings."""
        exact = (self.nanoseconds - before.nanoseconds) / 1e9
        rounded = (self.ticks - before.ticks - self.processes - 1) / TICK
        return max(exact, rounded)


class Peer:
    """One server; `scenarios` is what it is asked for."""

    name = ""
    scenarios = SCENARIOS
    processes: list[subprocess.Popen]

    def __init__(self, state: Path):
        self.state = state
        self.port = 0
        self.processes = []

    def command(self, cached: bool, scenario: str) -> list:
        raise NotImplementedError

    def path(self, scenario: str, z: int, x: int, y: int) -> str:
        raise NotImplementedError

    def unavailable(self) -> str | None:
        """Why this peer cannot be measured here."""
        return None

    def start(self, cached: bool, scenario: str, probe: tuple[int, int, int]) -> float:
        """Starts it and waits for a tile; the seconds that took."""
        self.port = free_port()
        start = time.monotonic()
        log = (self.state / f"{self.name}.log").open("ab")
        command = [str(part) for part in self.command(cached, scenario)]
        environment = os.environ | {"RUST_LOG": "warn"}
        self.processes = [subprocess.Popen(command, stdout=log, stderr=log, env=environment)]
        deadline = start + 300
        while True:
            if self.processes[0].poll() is not None:
                raise RuntimeError(f"{self.name} ended at its start; see {log.name}")
            try:
                if self.fetch(self.path(scenario, *probe))[0] in (200, 204):
                    return time.monotonic() - start
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} served no tile within 300 s; see {log.name}")
            time.sleep(0.01)

    def fetch(self, path: str, encoding: str = "gzip") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request("GET", path, headers={"Accept-Encoding": encoding})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def roots(self) -> list[int]:
        return [process.pid for process in self.processes]

    def memory(self, what: str = "VmHWM") -> int:
        """The most memory it held, in bytes; with `VmRSS` what it holds now."""
        total = 0
        for root in self.roots():
            for pid in family(root):
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                total += next(int(line.split()[1]) * 1024 for line in lines if line.startswith(what))
        return total

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []


class Kreisel(Peer):
    name = "kreisel"
    folder = "atlas"

    def command(self, cached: bool, scenario: str) -> list:
        return [os.environ["KREISEL"], "serve", self.state / self.folder, "--listen", f"127.0.0.1:{self.port}"]

    def path(self, scenario: str, z: int, x: int, y: int) -> str:
        query = "?indicators=residents&years=all" if scenario == "years" else ""
        return f"/tiles/{LAYERS[scenario]}/{z}/{x}/{y}{query}"


class KreiselAreas(Kreisel):
    """An atlas with the areas only, for load and memory."""

    name = "kreisel-areas"
    folder = "atlas_areas"
    scenarios = ("areas",)


class Postgres:
    """A PostgreSQL cluster of its own in the state folder, run by an unprivileged user."""

    def __init__(self, state: Path):
        self.home = state / "postgres"
        self.port = free_port()
        self.process: subprocess.Popen | None = None
        self.user = os.environ.get("PEERS_POSTGRES_USER", "postgres") if os.geteuid() == 0 else None
        self.programs = Path(subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
        self.database = f"host=127.0.0.1 port={self.port} user=peers dbname=peers"

    def start(self) -> None:
        account = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}
        if not (self.home / "PG_VERSION").exists():
            shutil.rmtree(self.home, ignore_errors=True)
            self.home.mkdir(mode=0o700)
            if self.user:
                shutil.chown(self.home, self.user)
            subprocess.run([self.programs / "initdb", "-D", self.home, "-U", "peers", "-A", "trust", "-E", "UTF8", "--locale=C"],
                           check=True, stdout=subprocess.DEVNULL, cwd="/", **account)
        # a quarter of the memory that matters here for pages; JIT off, as it costs more than tile queries take;
        # fsync off, so that loading is not slowed down by the disk (it favours PostgreSQL)
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "shared_buffers": "512MB",
                    "jit": "off", "fsync": "off", "autovacuum": "off", "max_wal_size": "2GB"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = (self.home.parent / "postgres.log").open("ab")
        self.process = subprocess.Popen([self.programs / "postgres", "-D", self.home, *options], stdout=log, stderr=log, cwd="/", **account)
        for _ in range(600):
            ready = subprocess.run([self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False)
            if ready.returncode == 0:
                break
            time.sleep(0.1)
        exists = self.sql("SELECT 1 FROM pg_database WHERE datname = 'peers'", "postgres")
        if not exists.strip():
            self.sql("CREATE DATABASE peers", "postgres")

    def sql(self, text: str, database: str = "peers") -> str:
        command = [self.programs / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "peers", "-d", database, "-qAt", "-v", "ON_ERROR_STOP=1"]
        answer = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise RuntimeError(f"psql: {answer.stderr.strip()}")
        return answer.stdout

    def warm(self) -> None:
        """Everything into the buffers, as in a server that has run for a while."""
        self.sql("SELECT sum(ST_NPoints(geom)) FROM municipalities; SELECT count(*) FROM residents; "
                 "SELECT sum(ST_X(geom)) FROM schools; SELECT sum(ST_X(geom)) FROM hospitals")

    def memory(self) -> int:
        """Shared pages once: the proportional set size of all processes, now."""
        total = 0
        for pid in family(self.process.pid):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
        return total

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)  # fast shutdown
            self.process.wait(60)
            self.process = None


class Martin(Peer):
    """Martin with its tile cache off (cold) or at its defaults (hot), a worker for each core."""

    def config(self, scenario: str) -> dict:
        raise NotImplementedError

    def command(self, cached: bool, scenario: str) -> list:
        settings = {"listen_addresses": f"127.0.0.1:{self.port}", "worker_processes": CORES}
        settings |= {} if cached else {"cache": {"tile_size_mb": 0}}
        file = self.state / f"{self.name}.yaml"
        file.write_text(json.dumps(settings | self.config(scenario)))  # YAML reads JSON
        return [os.environ["MARTIN"], "--config", file]

    def unavailable(self) -> str | None:
        return None if os.access(os.environ["MARTIN"], os.X_OK) else "martin is not installed"

    def path(self, scenario: str, z: int, x: int, y: int) -> str:
        return f"/{self.source(scenario)}/{z}/{x}/{y}"

    def source(self, scenario: str) -> str:
        return scenario


class MartinPostgis(Martin):
    """Table sources; with values a function source."""

    name = "martin-postgis"

    def __init__(self, state: Path, postgres: Postgres):
        super().__init__(state)
        self.postgres = postgres

    def config(self, scenario: str) -> dict:
        common = {"schema": "public", "srid": 3857, "geometry_column": "geom", "id_column": "gid", "extent": 4096, "buffer": 64}
        text = {"key": "text", "name": "text"}
        tables = {
            "municipalities": common | {"table": "municipalities", "geometry_type": "MULTIPOLYGON", "properties": text},
            "schools": common | {"table": "schools", "geometry_type": "POINT", "properties": text | {"category": "text"}},
            "hospitals": common | {"table": "hospitals", "geometry_type": "POINT", "properties": text | {"category": "text"}},
        }
        functions = {name: {"schema": "public", "function": name} for name in ("municipalities_years", "municipalities_simplified")}
        return {"postgres": {"connection_string": f"postgres://peers@127.0.0.1:{self.postgres.port}/peers", "pool_size": CORES,
                             "tables": tables, "functions": functions}}

    def source(self, scenario: str) -> str:
        return {"areas": "municipalities", "years": "municipalities_years", "facilities": LAYERS["facilities"]}[scenario]

    def roots(self) -> list[int]:
        return [*super().roots(), self.postgres.process.pid]

    def memory(self) -> int:
        pids = [pid for process in self.processes for pid in family(process.pid)]
        lines = [line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
        return sum(int(line.split()[1]) * 1024 for line in lines) + self.postgres.memory()


class MartinSimplified(MartinPostgis):
    """The areas through a function that simplifies first."""

    name = "martin-postgis-simplified"
    scenarios = ("areas",)

    def source(self, scenario: str) -> str:
        return "municipalities_simplified"


class MartinGeojson(Martin):
    """A file in memory."""

    name = "martin-geojson"
    scenarios = ("areas",)

    def config(self, scenario: str) -> dict:
        return {"geojson": {"sources": {"municipalities": str(self.state / "municipalities.geojson")}}}

    def source(self, scenario: str) -> str:
        return "municipalities"


class MartinPmtiles(Martin):
    """Tiles made beforehand by tippecanoe, with every feature."""

    name = "martin-pmtiles"

    def config(self, scenario: str) -> dict:
        return {"pmtiles": {"sources": {scenario: str(self.state / f"{scenario}.pmtiles")}}}


class GeojsonVt(Peer):
    name = "geojson-vt"

    def command(self, cached: bool, scenario: str) -> list:
        files = {"areas": ["municipalities"], "years": ["municipalities_years"], "facilities": LAYERS["facilities"].split(",")}[scenario]
        layers = [f"{file.removesuffix('_years')}={self.state / file}.geojson" for file in files]
        return ["node", "--max-old-space-size=3500", self.state / "geojson-vt" / "server.js", self.port, *layers]

    def path(self, scenario: str, z: int, x: int, y: int) -> str:
        return f"/{LAYERS[scenario]}/{z}/{x}/{y}"

    def unavailable(self) -> str | None:
        return None if (self.state / "geojson-vt" / "node_modules").exists() else "geojson-vt is not installed"


class Nginx(Peer):
    """The same prepared tiles as files, gzipped beforehand."""

    name = "nginx"

    def command(self, cached: bool, scenario: str) -> list:
        file = self.state / "nginx.conf"
        file.write_text((HERE / "nginx.conf").read_text().replace("@STATE@", str(self.state)).replace("@PORT@", str(self.port))
                        .replace("@USER@", "user root;" if os.geteuid() == 0 else ""))
        return ["nginx", "-p", self.state, "-e", self.state / "nginx.log", "-c", file]

    def path(self, scenario: str, z: int, x: int, y: int) -> str:
        return f"/{scenario}/{z}/{x}/{y}.pbf"

    def unavailable(self) -> str | None:
        return None if shutil.which("nginx") else "nginx is not installed"


class Bare(Peer):
    """A bare axum handler over Kreisel's own bytes: for the hot tiles only."""

    name = "bare"
    scenarios = ()

    def command(self, cached: bool, scenario: str) -> list:
        return [os.environ["BARE"], f"127.0.0.1:{self.port}", self.state / "hot"]

    def path(self, scenario: str, z: int, x: int, y: int) -> str:
        return f"/tiles/any/{z}/{x}/{y}"
