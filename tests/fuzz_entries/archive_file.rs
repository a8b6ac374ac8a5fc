//! A PMTiles or MBTiles file → its description, and the tiles at addresses all over it.
//!
//! Promise: an error, or a description whose zooms, bounds and centre exist; every tile an error or bytes within their
//! limit.

use kreisel::archive::{Archive, tile_number};
use kreisel::geo::{MAX_ZOOM, TileCoord};

use super::parts::{folder, write};

/// Runs one input.
pub(crate) fn run(input: &[u8]) {
    let folder = folder();
    write(folder.path(), "tiles", input);
    let Ok(archive) = Archive::open(&folder.path().join("tiles")) else { return };
    let description = archive.description();
    assert!(description.min_zoom <= description.max_zoom && description.max_zoom <= MAX_ZOOM);
    if let Some(bounds) = description.bounds {
        let [west, south, east, north] = bounds.to_west_south_east_north();
        assert!((-180.0..=180.0).contains(&west) && (-180.0..=180.0).contains(&east) && west <= east, "{bounds:?}");
        assert!((-90.0..=90.0).contains(&south) && (-90.0..=90.0).contains(&north) && south <= north, "{bounds:?}");
    }
    if let Some((at, zoom)) = description.center {
        assert!(at.lon_deg.is_finite() && at.lat_deg.is_finite() && zoom <= MAX_ZOOM, "{at:?}");
    }
    assert!(!description.content.media_type().is_empty());
    let _ = description.layer_names().count();
    for zoom in [0, 1, description.min_zoom, description.max_zoom, MAX_ZOOM] {
        let last = (1_u32 << zoom) - 1;
        for (x, y) in [(0, 0), (last, last), (last / 2, last / 3), (last.min(5), last.min(7))] {
            let coord = TileCoord::new(zoom, x, y).expect("exists");
            let _ = tile_number(coord);
            if let Ok(Some(tile)) = archive.tile(coord)
                && let Ok(unpacked) = archive.unpack(&tile, coord)
            {
                assert!(unpacked.len() <= 64 << 20);
            }
        }
    }
}
