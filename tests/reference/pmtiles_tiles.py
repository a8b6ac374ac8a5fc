"""Lists what the reference reader of PMTiles (package `pmtiles`) finds in an archive, as JSON."""

import gzip
import json
import sys

from pmtiles.reader import MmapSource, Reader, all_tiles

with open(sys.argv[1], "rb") as file:
    source = MmapSource(file)
    header = Reader(source).header()
    tiles = [
        {"z": z, "x": x, "y": y, "bytes": len(gzip.decompress(data))}
        for (z, x, y), data in all_tiles(source)
    ]
    json.dump(
        {
            "clustered": header["clustered"],
            "addressed": header["addressed_tiles_count"],
            "contents": header["tile_contents_count"],
            "tiles": tiles,
        },
        sys.stdout,
    )
