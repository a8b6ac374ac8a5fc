"""The findings as Markdown."""

from __future__ import annotations


def rows(head: list[str], body: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def number(value: float | None, digits: int = 3) -> str:
    """So many significant digits, no exponents."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    text = f"{float(f'{value:.{digits}g}'):,.10f}".rstrip("0").rstrip(".")
    return text


def ratio(other: float | None, own: float | None) -> str:
    return "–" if not own or other is None else number(other / own, 3)


def mib(value: float) -> str:
    return number(value / 2**20)


def cold(result: dict) -> list[str]:
    parts = []
    for scenario, peers in result.get("cold", {}).items():
        done = {name: row for name, row in peers.items() if "zooms" in row}
        if not done:
            continue
        zooms = list(next(iter(done.values()))["zooms"])
        own = done.get("kreisel")
        parts.append(f"### Cold, {scenario}: CPU of the server, ms per tile\n")
        parts.append(rows(["server", "mixed", "× Kreisel", *(f"z{zoom}" for zoom in zooms), "start s", "memory MiB"], [
            [name, number(row["cpu_ms"]), ratio(row["cpu_ms"], own and own["cpu_ms"]),
             *(number(row["zooms"][zoom]["cpu_ms"]) for zoom in zooms), number(row["start_seconds"], 2), mib(row["memory"])]
            for name, row in done.items()]))
        parts.append(f"### Cold, {scenario}: latency at 8 connections, median / 99 % in ms\n")
        parts.append(rows(["server", *(f"z{zoom}" for zoom in zooms)], [
            [name, *(f"{number(row['zooms'][zoom]['median_ms'])} / {number(row['zooms'][zoom]['p99_ms'])}" for zoom in zooms)]
            for name, row in done.items()]))
        for name, row in peers.items():
            if "zooms" not in row:
                parts.append(f"{name}: {row['error']}\n")
    return parts


def concurrency(result: dict) -> list[str]:
    peers = {name: row for name, row in result.get("concurrency", {}).items() if row}
    if not peers:
        return []
    counts = ("1", "8", "64")
    head = ["server", *(f"{count}: {what}" for count in counts for what in ("median", "99 %", "tiles/s"))]
    body = [[name, *(number(row[count][what]) if count in row else "–"
                     for count in counts for what in ("median_ms", "p99_ms", "tiles_per_second"))] for name, row in peers.items()]
    zooms = sorted({int(zoom) for row in peers.values() for part in row.values() for zoom in part["zooms"]})
    parts = ["### Cold, areas: all zooms mixed, latency in ms by connections (the load generator shares the cores)\n", rows(head, body)]
    for count in counts:
        parts.append(f"### Cold, areas: latency by zoom at {count} connections, median / 99 % in ms\n")
        parts.append(rows(["server", *(f"z{zoom}" for zoom in zooms)], [
            [name, *(f"{number(row[count]['zooms'][str(zoom)]['median_ms'])} / {number(row[count]['zooms'][str(zoom)]['p99_ms'])}"
                     for zoom in zooms)] for name, row in peers.items() if count in row]))
    return parts


def hot(result: dict) -> list[str]:
    peers = result.get("hot")
    if not peers:
        return []

    def middle(values: list[float]) -> float:
        return sorted(values)[len(values) // 2]
    own = middle(peers["bare"]["cpu_us"]) if "bare" in peers else None
    return ["### Hot: a few tiles again and again, 8 keep-alive connections\n",
            rows(["server", "CPU µs per tile", "× bare axum", "rounds", "median µs", "99 % µs", "bytes"], [
                [name, number(middle(row["cpu_us"])), ratio(middle(row["cpu_us"]), own), ", ".join(number(v) for v in row["cpu_us"]),
                 number(middle(row["median_us"])), number(middle(row["p99_us"])), number(row["bytes"], 6)] for name, row in peers.items()])]


def load(result: dict) -> list[str]:
    found = result.get("load")
    if not found:
        return []

    def line(name: str, runs: list[dict]) -> list[str]:
        return [name, number(min(run["seconds"] for run in runs)), ", ".join(number(run["seconds"]) for run in runs),
                number(sum(run["cpu_seconds"] for run in runs) / len(runs))]
    body = [line("kreisel, start to first tile", found["kreisel"])]
    if found["ogr2ogr"]:
        body.append(line("ogr2ogr into PostGIS, index included", found["ogr2ogr"]))
    after = max(run["bytes"] for run in found["kreisel"])
    rest = max(run["bytes_at_rest"] for run in found["kreisel"])
    coordinates = found["coordinate_bytes"]
    return ["### Load: the zipped shapefile of all municipalities\n", rows(["what", "best s", "all s", "mean CPU s"], body),
            f"Kreisel's memory: {mib(rest)} MiB at rest after the load, {mib(after)} MiB at most during it, "
            f"{mib(found['kreisel_bytes_after_cold_tiles'])} MiB at most with the cold tiles; coordinates {mib(coordinates)} MiB (ratios "
            f"{ratio(rest, coordinates)}, {ratio(after, coordinates)} and {ratio(found['kreisel_bytes_after_cold_tiles'], coordinates)}).\n"]


# content that says something in one scenario only
ONLY_IN = {"areas": "areas", "vertices": "areas", "facilities": "facilities", "attributes": "years"}


def content(result: dict) -> list[str]:
    parts = []
    for scenario, peers in result.get("content", {}).items():
        zooms = [zoom for zoom in next(iter(peers.values()))["content"]]
        for title, name in (("bytes on the wire (gzip)", "wire_bytes"), ("bytes without encoding", "identity_bytes"), ("areas", "areas"),
                            ("facilities", "facilities"), ("vertices of areas", "vertices"), ("most attributes of an area", "attributes")):
            if scenario != ONLY_IN.get(name, scenario):
                continue
            parts.append(f"### Tiles, {scenario}: {title}, mean per tile\n")
            parts.append(rows(["server", *(f"z{zoom}" for zoom in zooms)], [
                [peer, *(number(found["content"][zoom][name], 4) for zoom in zooms)] for peer, found in peers.items()]))
        judged = {peer: found["fidelity"] for peer, found in peers.items() if "fidelity" in found}
        if judged:
            parts.append("### Tiles, areas: intersection over union with the exact geometry, mean / smallest; absent areas of all\n")
            parts.append(rows(["server", *(f"z{zoom}" for zoom in zooms)], [
                [peer, *(f"{row[zoom]['iou_mean']:.4f} / {row[zoom]['iou_min']:.3f}; {row[zoom]['absent']} of {row[zoom]['areas']}" for zoom in zooms)]
                for peer, row in judged.items()]))
    return parts


def export(result: dict) -> list[str]:
    found = result.get("export")
    if not found:
        return []
    return ["### The whole pyramid of the areas, zooms 0 to 14, every feature\n",
            rows(["what", "seconds", "CPU s", "MiB"], [
                [name, number(row["seconds"]), number(row["cpu_seconds"]), mib(row["bytes"])] if "seconds" in row else [name, "not available", "–", "–"]
                for name, row in found.items()])]


# design targets, as ratios of the peers' figures to Kreisel's unless said otherwise
def verdicts(result: dict) -> list[str]:
    areas = result.get("cold", {}).get("areas", {})
    own = areas.get("kreisel", {}).get("cpu_ms")
    body = []

    def judge(what: str, value: float | None, limit: float, least: bool = True) -> None:
        if value is not None:
            met = value >= limit if least else value <= limit
            body.append([what, f"{'≥' if least else '≤'} {number(limit)}", number(value), "met" if met else "**missed**"])

    def times(name: str, scenario: str = "areas") -> float | None:
        row, mine = (result.get("cold", {}).get(scenario, {}).get(key, {}) for key in (name, "kreisel"))
        return row["cpu_ms"] / mine["cpu_ms"] if "cpu_ms" in row and "cpu_ms" in mine else None
    judge("cold CPU, Martin with PostGIS ÷ Kreisel", times("martin-postgis"), 15)
    judge("cold CPU, Martin with PostGIS and ten years ÷ Kreisel", times("martin-postgis", "years"), 15)
    judge("cold CPU, geojson-vt ÷ Kreisel", times("geojson-vt"), 15)
    judge("cold CPU, Martin's GeoJSON ÷ Kreisel", times("martin-geojson"), 300)
    judge("cold CPU, Martin with prepared PMTiles ÷ Kreisel", times("martin-pmtiles"), 1)
    if own and "zooms" in areas.get("martin-postgis", {}):
        for zoom in ("5", "6", "7", "8"):
            pair = [areas[name]["zooms"][zoom]["median_ms"] for name in ("martin-postgis", "kreisel")]
            judge(f"cold median latency z{zoom}, Martin with PostGIS ÷ Kreisel", pair[0] / pair[1], 30)
    waits = result.get("concurrency", {})
    if "64" in waits.get("kreisel", {}) and "64" in waits.get("martin-postgis", {}):
        judge("99 % at 64 connections ÷ median of Martin with PostGIS", waits["kreisel"]["64"]["p99_ms"] / waits["martin-postgis"]["64"]["median_ms"], 1, False)
    heat = result.get("hot", {})
    if "bare" in heat and "kreisel" in heat:
        middle = {name: sorted(heat[name]["cpu_us"])[len(heat[name]["cpu_us"]) // 2] for name in ("bare", "kreisel")}
        judge("hot CPU, Kreisel ÷ bare axum", middle["kreisel"] / middle["bare"], 1.25, False)
    loads = result.get("load")
    if loads:
        if loads["ogr2ogr"]:
            judge("load, Kreisel ÷ ogr2ogr", min(r["seconds"] for r in loads["kreisel"]) / min(r["seconds"] for r in loads["ogr2ogr"]), 1, False)
        for when, key in (("at rest after the load", "bytes_at_rest"), ("at most during the load", "bytes")):
            judge(f"memory {when} ÷ bytes of coordinates", max(run[key] for run in loads["kreisel"]) / loads["coordinate_bytes"], 3, False)
    exports = result.get("export", {})
    if "seconds" in exports.get("kreisel", {}) and "seconds" in exports.get("tippecanoe", {}):
        judge("pyramid, tippecanoe ÷ Kreisel", exports["tippecanoe"]["seconds"] / exports["kreisel"]["seconds"], 5)
    return ["### Against the limits of the design\n", rows(["what", "limit", "measured", ""], body)] if body else []


def markdown(result: dict) -> str:
    versions = ", ".join(f"{name} {text}" for name, text in result["versions"].items())
    tiles = ", ".join(f"z{zoom} {count}" for zoom, count in result["tiles"].items())
    parts = [f"{result['cores']} cores; {versions}.\n", f"Tiles: {tiles}; {result['rounds']} rounds.\n"]
    parts += [f"Without {name}: {reason}.\n" for name, reason in result["absent"].items()]
    for part in (verdicts, cold, concurrency, hot, load, content, export):
        parts += part(result)
    return "\n".join(parts)
