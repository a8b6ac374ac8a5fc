"""Small counts that no free source has: invented, seeded, and named `beispiel_…`.

They have the shape of real deliveries: few children per year in small municipalities, so that the
atlas's privacy rules hide some values and publish others; a year not delivered, a year still to come.
Nothing in them is a measurement. Each table is published for one area layer only, so that no sum over
a larger area gives a hidden count away.
"""

import random
from decimal import Decimal
from pathlib import Path

from areas import ASSOCIATION_OF, ASSOCIATIONS, MUNICIPALITIES
from tidy import Figure, Table

SEED = 3358
YEARS = range(2014, 2025)


def binomial(chance: random.Random, count: int, share: float) -> int:
    return sum(chance.random() < share for _ in range(count))


def near(chance: random.Random, expected: float) -> int:
    """A count that varies a little from year to year."""
    return max(1, round(expected * chance.uniform(0.9, 1.1)))


class Invented:
    def __init__(self, data: Path, population: dict[str, int]):
        self.values = data / "values"
        self.population = population | {
            key: sum(population[ags] for ags in MUNICIPALITIES if ASSOCIATION_OF[ags] == key) for key in ASSOCIATIONS
        }

    def build(self):
        self.school_entry()
        self.basic_income()
        self.day_care()
        self.per_inhabitant("beispiel_ehrenamt.csv", MUNICIPALITIES, "volunteer_cards", (0.001, 0.006), 0.03)
        self.per_inhabitant("beispiel_bibliothek.csv", ASSOCIATIONS, "library_users", (0.05, 0.14), -0.02)

    def school_entry(self):
        """Children examined before school, those found to need language support, those with obesity."""
        chance, table = random.Random(f"{SEED}-seu"), Table()
        for key in MUNICIPALITIES:
            language, obesity = chance.uniform(0.12, 0.32), chance.uniform(0.03, 0.08)
            for year in YEARS:
                examined = near(chance, self.population[key] * 0.0095)
                growth = 1 + 0.025 * (year - YEARS[0])
                found = {
                    "seu_examined": examined,
                    "seu_finding": binomial(chance, examined, language * growth),
                    "seu_obesity_finding": binomial(chance, examined, obesity * growth),
                }
                for measure, count in found.items():
                    # one delivery that never came, to show what a gap looks like
                    gap = key == "03358017" and year == 2020
                    table.put(key, year, measure, Figure.absent("missing") if gap else Figure.exact(count))
        self.write(table, "beispiel_schuleingang.csv")

    def basic_income(self):
        """Children under 15, and those in families on basic income support."""
        chance, table = random.Random(f"{SEED}-sgb2"), Table()
        for key in MUNICIPALITIES:
            share = chance.uniform(0.05, 0.20)
            for year in YEARS:
                children = near(chance, self.population[key] * 0.137)
                count = binomial(chance, children, share * (1.15 if year >= 2016 else 1.0))
                pending = key in ("03358016", "03358023") and year == YEARS[-1]
                for measure, number in (("age_0_14", children), ("sgb2_u15", count)):
                    table.put(key, year, measure, Figure.absent("pending") if pending else Figure.exact(number))
        self.write(table, "beispiel_grundsicherung.csv")

    def day_care(self):
        """Children in day care, and those whose family mainly speaks another language than German."""
        chance, table = random.Random(f"{SEED}-kita"), Table()
        for key in ASSOCIATIONS:
            share = chance.uniform(0.05, 0.24)
            for year in YEARS:
                children = near(chance, self.population[key] * 0.029)
                growth = 1 + 0.04 * (year - YEARS[0])
                table.put(key, year, "kita_children", Figure.exact(children))
                table.put(key, year, "kita_other_language", Figure.exact(binomial(chance, children, share * growth)))
        self.write(table, "beispiel_kita.csv")

    def per_inhabitant(self, name: str, keys: list[str], measure: str, shares: tuple[float, float], growth: float):
        chance, table = random.Random(f"{SEED}-{measure}"), Table()
        for key in keys:
            share = chance.uniform(*shares)
            for year in YEARS:
                inhabitants = near(chance, self.population[key])
                expected = share * (1 + growth * (year - YEARS[0]))
                table.put(key, year, "inhabitants", Figure.exact(inhabitants))
                table.put(key, year, measure, Figure.exact(binomial(chance, inhabitants, expected)))
        self.write(table, name)

    def write(self, table: Table, name: str):
        for figure in table.values.values():
            assert figure.number is None or figure.number == figure.number.to_integral_value() >= Decimal(0)
        table.write(self.values / name, mark="Beispieldaten, erfunden")
