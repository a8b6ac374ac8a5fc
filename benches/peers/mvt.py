"""Mapbox Vector Tile 2.1 → layers with keys, geometry and vertices. Only what the comparison needs."""

from __future__ import annotations


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place after it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data: bytes):
    """Number and value of each field of a message; bytes of length-delimited ones."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {kind} at byte {at} does not belong into a vector tile")
        yield tag >> 3, value


def packed(data: bytes) -> list[int]:
    values, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def paths(commands: list[int]) -> list[list[tuple[int, int]]]:
    """The points or rings of a geometry in tile units, rings open."""
    result, x, y, at = [], 0, 0, 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            continue
        for _ in range(count):
            dx, dy = commands[at], commands[at + 1]
            at += 2
            x += (dx >> 1) ^ -(dx & 1)
            y += (dy >> 1) ^ -(dy & 1)
            if command == 1:
                result.append([])
            result[-1].append((x, y))
    return result


class Feature:
    """One feature: its area key (None where it has none) and its geometry, decoded when asked for."""

    def __init__(self, key: str | None, attributes: int, geometry: bytes):
        self.key = key
        self.attributes = attributes
        self.geometry = geometry

    def paths(self) -> list[list[tuple[int, int]]]:
        return paths(packed(self.geometry))


def layers(tile: bytes) -> dict[str, list[Feature]]:
    """The features of each layer; `key` is the attribute of that name."""
    result = {}
    for number, message in fields(tile):
        if number != 3:
            continue
        name, raw, keys, values = "", [], [], []
        for part, content in fields(message):
            if part == 1:
                name = content.decode()
            elif part == 2:
                raw.append(content)
            elif part == 3:
                keys.append(content.decode())
            elif part == 4:
                values.append(content)
        features = result.setdefault(name, [])
        for content in raw:
            tags, geometry = [], b""
            for part, value in fields(content):
                if part == 2:
                    tags = packed(value)
                elif part == 4:
                    geometry = value
            key = None
            for name_index, value_index in zip(tags[::2], tags[1::2]):
                if keys[name_index] == "key":
                    key = next((value.decode() for part, value in fields(values[value_index]) if part == 1), None)
            features.append(Feature(key, len(tags) // 2, geometry))
    return result
