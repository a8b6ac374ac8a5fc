//! Which facilities lie in an area: those whose position is inside of its border, by the even-odd rule, in Web Mercator.
//!
//! A position on the border itself may count to either side.

use crate::geo::{Polygon, encloses};
use crate::release::{Layer, LayerFeatures};
use crate::store::{Areas, FeatureIndex};

/// Beyond so many pairs of a facility and a corner of the border, nothing is counted: a request must not keep a core
/// busy. A county with 10,000 corners and 2,000 facilities is below it.
const MOST_PAIRS: usize = 50_000_000;

/// The facilities of a layer that lie in an area, ascending; `None` where there are too many to look at, or it is no
/// layer of facilities.
pub(super) fn facilities_in(areas: &Areas, area: FeatureIndex, layer: &Layer) -> Option<Vec<FeatureIndex>> {
    let LayerFeatures::Places(places) = &layer.geometry else { return None };
    let near = places.query(areas.feature_bounds(area));
    if near.is_empty() {
        return Some(near);
    }
    let polygons = areas.polygons(area, 0.0);
    let corners: usize = polygons.iter().flat_map(Polygon::rings).map(Vec::len).sum();
    if corners.saturating_mul(near.len()) > MOST_PAIRS {
        return None;
    }
    Some(near.into_iter().filter(|place| encloses(&polygons, places.position(*place))).collect())
}
