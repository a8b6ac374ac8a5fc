"""What was measured → pictures, as SVG and as PNG."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, NullFormatter  # noqa: E402

BLUE, GREEN, RED, GREY, ORANGE = "#1f5f99", "#2f8f5b", "#b3372b", "#777777", "#cc7a00"
plt.rcParams.update({
    "font.size": 10, "axes.grid": True, "grid.color": "#dddddd", "grid.linewidth": 0.7, "axes.axisbelow": True,
    "axes.spines.top": False, "axes.spines.right": False, "figure.facecolor": "white", "savefig.facecolor": "white",
    "axes.titlesize": 11, "axes.titleweight": "bold", "legend.frameon": False, "svg.hashsalt": "kreisel", "svg.fonttype": "none",
})


def counted(number: float, _=None) -> str:
    """10 k, 3 M."""
    for size, unit in ((1e6, " M"), (1e3, " k")):
        if abs(number) >= size:
            return f"{number / size:g}{unit}"
    return f"{number:g}"


def log_axis(axis, marks=None) -> None:
    axis.set_major_formatter(FuncFormatter(counted))
    axis.set_minor_formatter(NullFormatter())
    if marks is not None:
        axis.set_ticks(marks)


def save(figure, images: Path, name: str, foot: str) -> None:
    figure.text(0.01, 0.008, foot, fontsize=8, color="#555555")
    figure.tight_layout(rect=(0, 0.035, 1, 1))
    images.mkdir(parents=True, exist_ok=True)
    figure.savefig(images / f"{name}.svg", metadata={"Date": None})
    figure.savefig(images / f"{name}.png", dpi=110, metadata={"Software": None})
    plt.close(figure)


def load(found: dict, images: Path, foot: str) -> None:
    figure, (time, memory) = plt.subplots(1, 2, figsize=(11, 4.6))
    series = [("areas of 192 vertices, 100 to 50,000 of them", found["areas"], BLUE, "o"),
              ("1,000 areas, 48 to 9,600 vertices each", found["longer"], GREEN, "s")]
    for name, rows, colour, mark in series:
        x = [row["vertices"] for row in rows]
        time.loglog(x, [row["seconds"] for row in rows], color=colour, marker=mark, label=name)
        time.loglog(x, [row["cpu_seconds"] for row in rows], color=colour, marker=mark, linestyle=":", alpha=0.6, markersize=4)
        memory.loglog(x, [row["peak_bytes"] / 1e6 for row in rows], color=colour, marker=mark, label=f"at most: {name}")
        memory.loglog(x, [row["rest_bytes"] / 1e6 for row in rows], color=colour, marker=mark, linestyle="--", alpha=0.7, markersize=4,
                      label="at rest, after it")
    germany = found["germany"]
    time.loglog(germany["vertices"], germany["seconds"], "*", color=RED, markersize=14, label="German municipalities (VG250)")
    memory.loglog(germany["vertices"], germany["peak_bytes"] / 1e6, "*", color=RED, markersize=14, label="German municipalities: at most")
    memory.loglog(germany["vertices"], germany["rest_bytes"] / 1e6, "*", color=RED, markersize=9, fillstyle="none", label="German municipalities: at rest")
    everything = sorted(row["vertices"] for row in found["areas"] + found["longer"])
    memory.loglog(everything, [3 * 16 * count / 1e6 for count in everything], color=GREY, linewidth=1, linestyle="-.", label="three times the coordinates (16 bytes)")
    time.set_title("Start to the first tile")
    time.set_ylabel("seconds (dotted: CPU seconds)")
    memory.set_title("Memory of the process")
    memory.set_ylabel("resident memory, MB")
    for axes in (time, memory):
        axes.set_xlabel("vertices of all areas")
        log_axis(axes.xaxis)
        log_axis(axes.yaxis)
        axes.legend(fontsize=8, loc="upper left")
    save(figure, images, "growth-load", foot)


def zoom(rows: list, images: Path, foot: str) -> None:
    figure, axes = plt.subplots(figsize=(7.5, 4.4))
    x = [row["zoom"] for row in rows]
    axes.semilogy(x, [row["cpu_ms"] for row in rows], color=BLUE, marker="o", label="CPU of the server")
    for row in rows:
        axes.vlines(row["zoom"], min(row["all_cpu_ms"]), max(row["all_cpu_ms"]), color=BLUE, alpha=0.35, linewidth=4)
    axes.set_title("A cold tile by zoom: all German municipalities")
    axes.set_xlabel("zoom")
    axes.set_ylabel("CPU of the server per tile, ms")
    axes.set_xticks(x)
    log_axis(axes.yaxis)
    size = axes.twinx()
    size.grid(False)
    size.spines["right"].set_visible(True)
    size.semilogy(x, [row["bytes"] / 1000 for row in rows], color=ORANGE, marker="s", linestyle="--", markersize=4, label="size, gzip")
    size.set_ylabel("mean size of a tile, gzip, kB", color=ORANGE)
    log_axis(size.yaxis)
    lines = axes.get_lines()[:1] + size.get_lines()[:1]
    axes.legend(lines, [line.get_label() for line in lines], loc="upper right")
    save(figure, images, "growth-zoom", foot)


def border(found: dict, images: Path, foot: str) -> None:
    figure, (outside, inside) = plt.subplots(1, 2, figsize=(11, 4.4), sharey=True)
    for axes, rows, name in ((outside, found["outside"], "vertices"), (inside, found["inside"], "vertices_in_tile")):
        x = [row[name] for row in rows]
        axes.loglog(x, [row["cpu_ms"] for row in rows], color=BLUE, marker="o")
        for at, row in zip(x, rows):
            axes.vlines(at, min(row["all_cpu_ms"]), max(row["all_cpu_ms"]), color=BLUE, alpha=0.35, linewidth=4)
        axes.yaxis.set_tick_params(labelleft=True)
        log_axis(axes.xaxis)
        log_axis(axes.yaxis, [0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2])
        axes.set_ylabel("CPU of the server per cold tile, ms")
    outside.set_title("z14, border outside of the tile grows")
    outside.set_xlabel("vertices of the whole border of the area in the tile, one a metre\n(about 1,500 of them in the tile, always)")
    inside.set_title("z14, border inside of the tile grows")
    inside.set_xlabel("vertices of the border in the tile, about\n(the area is always 25 km wide)")
    top = max(max(row["all_cpu_ms"]) for rows in found.values() for row in rows)
    outside.set_ylim(0.02, max(1.0, top * 1.3))
    save(figure, images, "growth-border", foot)


def facilities(rows: list, images: Path, foot: str) -> None:
    figure, (tiles, time, memory) = plt.subplots(1, 3, figsize=(13, 4.4))
    x = [row["facilities"] for row in rows]
    colours = dict(zip(("6", "9", "12", "14"), (RED, ORANGE, GREEN, BLUE)))
    for zoom, colour in colours.items():
        tiles.loglog(x, [row["zooms"][zoom]["cpu_ms"] for row in rows], color=colour, marker="o", label=f"zoom {zoom}")
        for row in rows:
            every = row["zooms"][zoom]["all_cpu_ms"]
            tiles.vlines(row["facilities"], min(every), max(every), color=colour, alpha=0.35, linewidth=4)
    tiles.set_title("A cold tile with facilities in it")
    tiles.set_ylabel("CPU of the server per tile, ms")
    tiles.legend(fontsize=9)
    time.loglog(x, [row["seconds"] for row in rows], color=BLUE, marker="o", label="seconds")
    time.loglog(x, [row["cpu_seconds"] for row in rows], color=BLUE, marker="o", linestyle=":", alpha=0.6, label="CPU seconds")
    time.set_title("Start to the first tile")
    time.set_ylabel("seconds")
    time.legend(fontsize=9)
    memory.loglog(x, [row["peak_bytes"] / 1e6 for row in rows], color=BLUE, marker="o", label="at most, while loading")
    memory.loglog(x, [row["rest_bytes"] / 1e6 for row in rows], color=BLUE, marker="o", linestyle="--", alpha=0.7, label="at rest, after it")
    memory.set_title("Memory of the process")
    memory.set_ylabel("resident memory, MB")
    memory.legend(fontsize=9)
    for axes in (tiles, time, memory):
        axes.set_xlabel("facilities (CSV with five columns)")
        log_axis(axes.xaxis, x)
    log_axis(tiles.yaxis, [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2])
    log_axis(time.yaxis, [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10])
    log_axis(memory.yaxis, [20, 50, 100, 200, 500, 1000])
    save(figure, images, "growth-facilities", foot)


def connections(found: dict, images: Path, foot: str) -> None:
    figure, (latency, cpu) = plt.subplots(1, 2, figsize=(11, 4.6))
    for name, colour in (("cold", BLUE), ("hot", RED)):
        rows = found[name]
        x = [row["connections"] for row in rows]
        latency.loglog(x, [row["median_ms"] for row in rows], color=colour, marker="o", label=f"{name}: median")
        latency.loglog(x, [row["p99_ms"] for row in rows], color=colour, marker="^", linestyle="--", markersize=5, label=f"{name}: 99 %")
        cpu.loglog(x, [row["cpu_ms"] for row in rows], color=colour, marker="o", label=name)
    latency.set_title("Latency, the load generator on the same two cores")
    latency.set_ylabel("ms until the answer is there")
    cpu.set_title("CPU of the server per tile")
    cpu.set_ylabel("CPU, ms")
    for axes in (latency, cpu):
        axes.set_xlabel("connections asking at once")
        axes.set_xticks([row["connections"] for row in found["cold"]])
        log_axis(axes.xaxis, [row["connections"] for row in found["cold"]])
        log_axis(axes.yaxis)
        axes.legend(fontsize=9)
    log_axis(cpu.yaxis, [0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
    save(figure, images, "growth-connections", foot)


def all_pictures(result: dict, images: Path) -> None:
    foot = f"{result.get('version', '')}, release build, {result.get('cores')} cores, {result.get('processor')}; benches/growth/run; bars: least and most of the rounds"
    for name, picture in (("load", load), ("zoom", zoom), ("border", border), ("facilities", facilities), ("connections", connections)):
        if name in result:
            picture(result[name], images, foot)
