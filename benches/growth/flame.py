"""Samples of stacks → a flame graph: one box for each function below its caller, as wide as its share of all samples."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

WIDTH, ROW, TOP, BOTTOM = 1400, 17, 64, 26
LETTER = 6.3  # width of a letter of 11 px in a sans-serif face, on the average
LEAST_SHARE = 0.0008
KERNEL_LEVELS = 4  # of a call into the kernel, and no more
# the first function of ours or of the server's in a stack
STARTS = re.compile(r"kreisel::|hyper|tokio::runtime|axum")

# colour by what a function belongs to; the first that fits
GROUPS = [
    ("kernel", "#c9c9c9", r"^\[k\]"),
    ("compressing (libdeflate)", "#e0b04c", r"deflate|gzip|crc32"),
    ("Kreisel: store", "#4c8fc9", r"kreisel::store"),
    ("Kreisel: tile, geo", "#3fa37a", r"kreisel::(tile|geo)"),
    ("Kreisel: http, cache and others", "#9a7fc7", r"kreisel::"),
    ("connection and threads (hyper, tokio, axum)", "#d98880", r"hyper|tokio|axum|tower|mio|futures"),
    ("allocator, copying", "#b7c66b", r"mi_|malloc|free|alloc::|memcpy|memmove|memset|realloc"),
    ("anything else", "#e3d9c6", r""),
]


def short(symbol: str) -> str:
    """A symbol without its hash, generic arguments and crate paths beyond the last three steps."""
    symbol = re.sub(r"::h[0-9a-f]{16}$", "", symbol)
    symbol = symbol.replace("$LT$", "<").replace("$GT$", ">").replace("$u20$", " ").replace("..", "::").replace("$RF$", "&")
    previous = None
    while previous != symbol:
        previous, symbol = symbol, re.sub(r"<[^<>]*>", "", symbol)
    symbol = symbol.replace("{{closure}}", "{closure}").replace("::::", "::").strip(":_ ")
    return "::".join(symbol.removeprefix("kreisel::").split("::")[-3:]) or "?"


def fold(script: str) -> Counter[tuple[str, ...]]:
    """`perf script -F comm,ip,sym` → how often each stack was met, the outermost function first."""
    found: Counter[tuple[str, ...]] = Counter()
    for sample in re.split(r"\n\s*\n", script):
        lines = sample.strip("\n").split("\n")
        frames = []
        for line in lines[1:]:
            match = re.match(r"\s*([0-9a-f]+)\s+(.*)$", line)
            if match:
                kernel = "[k] " if len(match[1]) == 16 and match[1].startswith("ffff") else ""
                frames.append(kernel + (match[2].strip().replace(";", ",") or "[unknown]"))
        if frames:
            found[tuple(reversed(frames))] += 1
    return found


class Box:
    """A function at one place of the tree."""

    def __init__(self, name: str, whole: str = ""):
        self.name, self.whole, self.count = name, whole, 0
        self.children: dict[str, Box] = {}

    def depth(self, least: float) -> int:
        return 1 + max((child.depth(least) for child in self.children.values() if child.count >= least), default=0)


def tree(folded: Path) -> Box:
    root = Box("all samples")
    for line in folded.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        # what stands below the runtime's own start is the same everywhere and says nothing
        begin = next((place for place, frame in enumerate(frames) if STARTS.search(frame)), 0)
        kernel = next((place for place, frame in enumerate(frames) if place >= begin and frame.startswith("[k]")), len(frames))
        frames = frames[: kernel + KERNEL_LEVELS]
        box = root
        box.count += int(count)
        before = None
        for frame in frames[begin:]:
            name = ("[k] " if frame.startswith("[k]") else "") + short(frame.removeprefix("[k] "))
            if name == before:
                continue
            before = name
            box = box.children.setdefault(name, Box(name, frame))
            box.count += int(count)
    return root


def group(box: Box) -> int:
    return next(place for place, (_, _, pattern) in enumerate(GROUPS) if re.search(pattern, box.whole))


def draw(folded: Path, to: Path) -> None:
    root = tree(folded)
    least = root.count * LEAST_SHARE
    levels = root.depth(least)
    height = TOP + levels * ROW + BOTTOM
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="10" y="20" font-size="15" font-weight="bold">Where a cold tile\'s time goes: all German municipalities, zooms 5 to 14</text>',
    ]
    x = 10.0
    for name, colour, _ in GROUPS:
        out.append(f'<rect x="{x:.0f}" y="31" width="11" height="11" fill="{colour}"/><text x="{x + 15:.0f}" y="41">{html.escape(name)}</text>')
        x += 15 + LETTER * len(name) + 14
    out.append(f'<text x="10" y="{height - 9}" fill="#444">{root.count} samples of the CPU, 999 a second; width = share of the samples, '
               "callers above what they call; boxes below 0.08 % left out; hover for the share</text>")

    def place(box: Box, left: float, level: int) -> None:
        width = box.count / root.count * (WIDTH - 20)
        share = f"{box.count / root.count:.1%}"
        name = f"{box.name} – {share}" if width > 220 else box.name
        room = int((width - 6) / LETTER)
        text = name if len(name) <= room else (name[: room - 1] + "…" if room >= 4 else "")
        colour = "#f0f0f0" if box is root else GROUPS[group(box)][1]
        y = TOP + level * ROW
        out.append(f'<g><title>{html.escape(box.name)}: {share} ({box.count} samples)</title>'
                   f'<rect x="{left:.1f}" y="{y}" width="{max(width - 0.4, 0.3):.1f}" height="{ROW - 1}" fill="{colour}" rx="1"/>'
                   + (f'<text x="{left + 3:.1f}" y="{y + 12}">{html.escape(text)}</text>' if text else "") + "</g>")
        for child in sorted(box.children.values(), key=lambda child: (group(child), -child.count)):
            if child.count >= least:
                place(child, left, level + 1)
                left += child.count / root.count * (WIDTH - 20)

    place(root, 10.0, 0)
    to.write_text("\n".join([*out, "</svg>"]) + "\n")
