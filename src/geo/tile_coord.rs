//! The address of a tile in WebMercatorQuad (OGC 17-083r4, Annex D.1): `z`/`x`/`y`, `y` grows southwards.

use thiserror::Error;

use super::{Bounds, LonLat, Mercator, WORLD_WIDTH_M};

/// The deepest zoom that is served anywhere. At this zoom a tile unit is below two millimetres.
pub const MAX_ZOOM: u8 = 22;

/// A tile's address. Only addresses that exist can be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileCoord {
    zoom: u8,
    x: u32,
    y: u32,
}

/// Why a tile address does not exist.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TileCoordError {
    /// The zoom is deeper than [`MAX_ZOOM`].
    #[error("zoom {0} does not exist; zooms are 0 to {MAX_ZOOM}")]
    Zoom(u8),
    /// Column or row lies outside the grid of that zoom.
    #[error("{axis} {given} does not exist at zoom {zoom}; it is 0 to {max}")]
    OutsideGrid {
        /// `x` or `y`.
        axis: char,
        /// What was asked for.
        given: u32,
        /// The zoom asked for.
        zoom: u8,
        /// The last column or row of that zoom.
        max: u32,
    },
}

impl TileCoord {
    /// Checks an address.
    ///
    /// # Errors
    /// If the zoom is too deep or the column or row lies outside that zoom's grid.
    pub fn new(zoom: u8, x: u32, y: u32) -> Result<Self, TileCoordError> {
        if zoom > MAX_ZOOM {
            return Err(TileCoordError::Zoom(zoom));
        }
        let max = (1_u32 << zoom) - 1;
        for (axis, given) in [('x', x), ('y', y)] {
            if given > max {
                return Err(TileCoordError::OutsideGrid { axis, given, zoom, max });
            }
        }
        Ok(Self { zoom, x, y })
    }

    /// The tile that holds a position. A position on a border belongs to the tile east or south of it.
    ///
    /// # Panics
    /// Never for zooms up to [`MAX_ZOOM`]; deeper zooms are clamped to it.
    #[must_use]
    pub fn containing(position: LonLat, zoom: u8) -> Self {
        Self::around(position.to_mercator(), zoom)
    }

    /// The same for a position in Mercator; positions beyond the square belong to the tile next to them.
    #[must_use]
    pub fn around(position: Mercator, zoom: u8) -> Self {
        let zoom = zoom.min(MAX_ZOOM);
        let tiles = 1_u32 << zoom;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the grid")]
        let index = |fraction: f64| (fraction * f64::from(tiles)).floor().clamp(0.0, f64::from(tiles - 1)) as u32;
        Self { zoom, x: index(position.x / WORLD_WIDTH_M + 0.5), y: index(0.5 - position.y / WORLD_WIDTH_M) }
    }

    /// Zoom level.
    #[must_use]
    pub fn zoom(self) -> u8 {
        self.zoom
    }

    /// Column, from west to east.
    #[must_use]
    pub fn x(self) -> u32 {
        self.x
    }

    /// Row, from north to south.
    #[must_use]
    pub fn y(self) -> u32 {
        self.y
    }

    /// Side of the tile in metres of Web Mercator.
    #[must_use]
    pub fn width_m(self) -> f64 {
        WORLD_WIDTH_M / f64::from(1_u32 << self.zoom)
    }

    /// The square the tile covers, without buffer.
    #[must_use]
    pub fn bounds(self) -> Bounds<Mercator> {
        let width = self.width_m();
        let west = f64::from(self.x) * width - WORLD_WIDTH_M / 2.0;
        let north = WORLD_WIDTH_M / 2.0 - f64::from(self.y) * width;
        Bounds::between(Mercator { x: west, y: north }, Mercator { x: west + width, y: north - width })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_outside_the_grid_is_refused_with_the_allowed_range() {
        assert_eq!(
            TileCoord::new(3, 8, 0).map_err(|error| error.to_string()),
            Err("x 8 does not exist at zoom 3; it is 0 to 7".to_owned())
        );
        assert_eq!(TileCoord::new(23, 0, 0), Err(TileCoordError::Zoom(23)));
    }

    #[test]
    fn soltau_lies_in_the_tile_that_the_osm_wiki_formula_names() {
        // (9.8434 + 180) / 360 · 1024 = 539.999; (1 − asinh(tan 52.9866°) / π) / 2 · 1024 = 333.633
        let tile = TileCoord::containing(LonLat { lon_deg: 9.8434, lat_deg: 52.9866 }, 10);
        assert_eq!((tile.x(), tile.y()), (539, 333));
        assert!(tile.bounds().contains(LonLat { lon_deg: 9.8434, lat_deg: 52.9866 }.to_mercator()));
    }
}
