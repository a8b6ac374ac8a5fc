//! How the facilities of a layer are given at zooms where they would lie on top of each other.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FacilityLayer, TileConfig};

/// What becomes of facilities that are too near to each other to be drawn apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PointsMode {
    /// Each is given at every zoom.
    All,
    /// They are given as one cluster with their counts.
    Cluster,
    /// One of them is given and says for how many it stands.
    Thin,
}

/// The checked keys of `[tiles]` that are for facility layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointsConfig {
    /// What the file says; `None` = by the number of facilities, see [`FacilityLayer::points_mode`].
    pub given: Option<PointsMode>,
    /// First zoom at which every facility is given; `None` = the layer's last zoom.
    pub exact_from: Option<u8>,
    /// Least distance of two points in pixels of a tile that is drawn [`PointsConfig::TILE_PX`] wide;
    /// `None` = the mode's default.
    pub spacing_px: Option<f64>,
}

impl PointsConfig {
    /// Layers of up to this many facilities are given whole, unless their file says otherwise: they make a
    /// tile of at most some hundred kilobytes, however they lie.
    pub const MOST_GIVEN_WHOLE: usize = 5_000;
    /// The width at which MapLibre draws a tile.
    pub const TILE_PX: f64 = 512.0;
    /// A cluster is a disc with a number in it, and two of them should not touch.
    pub const CLUSTER_SPACING_PX: f64 = 48.0;
    /// Two small symbols side by side.
    pub const THIN_SPACING_PX: f64 = 16.0;

    /// The zooms of a layer at which not every facility is given.
    #[must_use]
    pub fn crowded_zooms(&self, tiles: &TileConfig) -> Range<u8> {
        tiles.min_zoom..self.exact_from.unwrap_or(tiles.max_zoom)
    }

    /// Least distance of two points in pixels.
    #[must_use]
    pub fn spacing_px(&self, mode: PointsMode) -> f64 {
        let default = if mode == PointsMode::Thin { Self::THIN_SPACING_PX } else { Self::CLUSTER_SPACING_PX };
        self.spacing_px.unwrap_or(default)
    }
}

impl FacilityLayer {
    /// How so many facilities are given. Large layers are clustered; where facilities come and go with the
    /// years they are thinned, because a sum over all years would be right for no year.
    #[must_use]
    pub fn points_mode(&self, facilities: usize) -> PointsMode {
        let has_years = self.opened_column.is_some() || self.closed_column.is_some();
        match self.points.given {
            Some(given) => given,
            None if facilities <= PointsConfig::MOST_GIVEN_WHOLE => PointsMode::All,
            None if has_years => PointsMode::Thin,
            None => PointsMode::Cluster,
        }
    }
}
