"""Tidy tables: one row per value, `key;period;indicator;value;state`, UTF-8, decimal comma.

A value is a number with a state, or a state alone; a symbol of a source never becomes a number.
"""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

# What the statistics offices mean by their symbols.
SYMBOLS = {
    "-": "zero",
    ".": "suppressed",
    "x": "not_applicable",
    "X": "not_applicable",
    "/": "unreliable",
    "...": "pending",
    "": "missing",
}


@dataclass(frozen=True)
class Figure:
    number: Decimal | None
    state: str

    @staticmethod
    def exact(number) -> "Figure":
        number = Decimal(str(number))
        return Figure(number, "zero" if number == 0 else "exact")

    @staticmethod
    def absent(state: str) -> "Figure":
        return Figure(None, state)

    @staticmethod
    def read(text: str) -> "Figure":
        """A cell of a statistics office's table: decimal comma, or a symbol."""
        text = text.strip()
        if text in SYMBOLS:
            state = SYMBOLS[text]
            return Figure(Decimal(0), state) if state == "zero" else Figure.absent(state)
        number = Decimal(text.replace(",", "."))
        # beside "-" for nothing, a printed 0 is "less than half of the last digit"
        return Figure(number, "rounded" if number == 0 else "exact")


def add(figures: list[Figure]) -> Figure:
    """Sum of counts; unknown as soon as one of them is."""
    for figure in figures:
        if figure.number is None:
            return Figure.absent(figure.state)
    return Figure.exact(sum(figure.number for figure in figures))


class Table:
    """Values by (key, period, measure)."""

    def __init__(self):
        self.values: dict[tuple[str, int, str], Figure] = {}

    def put(self, key: str, period: int, measure: str, figure: Figure):
        place = (key, period, measure)
        assert place not in self.values, f"{place} is there twice"
        self.values[place] = figure

    def get(self, key: str, period: int, measure: str) -> Figure | None:
        return self.values.get((key, period, measure))

    def number(self, key: str, period: int, measure: str) -> Decimal:
        return self.values[key, period, measure].number

    def put_sum(self, key: str, period: int, measure: str, parts: list[str]):
        """The sum over `parts`, if there is a value for all of them."""
        figures = [self.get(part, period, measure) for part in parts]
        if all(figure is not None for figure in figures):
            self.put(key, period, measure, add(figures))

    def periods(self, measure: str) -> list[int]:
        return sorted({period for _, period, name in self.values if name == measure})

    def without(self, keys: set[str], before: int) -> "Table":
        """The values but for those of some areas before a year."""
        chosen = Table()
        for place, figure in self.values.items():
            if place[0] not in keys or place[1] >= before:
                chosen.values[place] = figure
        return chosen

    def part(self, measures: list[str], periods: list[int] | None = None) -> "Table":
        """The values of some measures, of some periods or of all."""
        chosen = Table()
        for place, figure in self.values.items():
            if place[2] in measures and (periods is None or place[1] in periods):
                chosen.values[place] = figure
        return chosen

    def write(self, path: Path, mark: str | None = None):
        """`mark` fills a last column `quelle`, where every single row must say that it is invented."""
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ["key;period;indicator;value;state" + (";quelle" if mark else "")]
        for (key, period, measure), figure in sorted(self.values.items(), key=lambda item: (item[0][2], item[0])):
            number = "" if figure.number is None else f"{figure.number.normalize():f}".replace(".", ",")
            lines.append(f"{key};{period};{measure};{number};{figure.state}" + (f";{mark}" if mark else ""))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{path}: {len(self.values)} values")
