//! Released features → bytes of a Mapbox Vector Tile 2.1.
//!
//! Steps: query the store, simplify (by threshold), clip to the tile and its buffer, snap to the grid,
//! drop what collapsed and mend what crosses itself, encode with ids and attributes.

use crate::config::{IndicatorId, LayerId};
use crate::geo::TileCoord;
use crate::release::{Audience, Release};
use crate::value::Period;

/// Which years of the selected indicators are joined, besides the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Years {
    /// Only the newest, as attribute `a`.
    #[default]
    Newest,
    /// Also every year, as `a:2015` …
    All,
    /// Also these years; sorted, each once.
    These(Vec<Period>),
}

/// What a tile is asked to hold. Layers and indicators are in the order of the request; both exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Selection {
    /// One or more layers.
    pub layers: Vec<LayerId>,
    /// Indicators to join to the area layers among them.
    pub indicators: Vec<IndicatorId>,
    /// Years to join.
    pub years: Years,
}

/// Renders a tile. Empty bytes mean that nothing of the selected layers lies in it. Layers whose
/// zoom range does not hold the tile's zoom contribute nothing.
#[must_use]
pub fn render(_release: &Release, _audience: &Audience, _selection: &Selection, _coord: TileCoord) -> Vec<u8> {
    unimplemented!()
}
