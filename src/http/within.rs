//! Which facilities lie in an area: those whose position is inside of its border, by the even-odd rule, in Web Mercator.
//!
//! A position on the border itself may count to either side.

use crate::geo::{Mercator, Polygon};
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
    Some(near.into_iter().filter(|place| is_inside(&polygons, places.position(*place))).collect())
}

/// Whether a ray to the east crosses the rings an odd number of times: holes and islands in them need no care.
fn is_inside(polygons: &[Polygon<Mercator>], at: Mercator) -> bool {
    let crossings = polygons.iter().flat_map(Polygon::rings).flat_map(|ring| edges(ring)).filter(|(a, b)| {
        let straddles = (a.y > at.y) != (b.y > at.y);
        straddles && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x)
    });
    crossings.count() % 2 == 1
}

/// The ring's edges, the closing one too.
fn edges(ring: &[Mercator]) -> impl Iterator<Item = (Mercator, Mercator)> {
    let next = ring.iter().copied().cycle().skip(1);
    ring.iter().copied().zip(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(from: f64, to: f64) -> Vec<Mercator> {
        [(from, from), (to, from), (to, to), (from, to)].map(|(x, y)| Mercator { x, y }).to_vec()
    }

    #[test]
    fn a_place_in_a_hole_is_outside_and_one_on_an_island_in_it_is_inside() {
        let polygons = [
            Polygon { exterior: square(0.0, 10.0), holes: vec![square(2.0, 8.0)] },
            Polygon { exterior: square(4.0, 6.0), holes: Vec::new() },
        ];
        let found = [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, -1.0].map(|at| is_inside(&polygons, Mercator { x: at, y: at }));
        assert_eq!(found, [true, false, true, false, true, false, false]);
    }

    #[test]
    fn a_corner_at_the_height_of_a_place_is_counted_once() {
        let diamond = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)].map(|(x, y)| Mercator { x, y }).to_vec();
        let polygons = [Polygon { exterior: diamond, holes: Vec::new() }];
        assert!(is_inside(&polygons, Mercator { x: -0.5, y: 0.0 }));
        assert!(!is_inside(&polygons, Mercator { x: -2.0, y: 0.0 }));
        assert!(!is_inside(&polygons, Mercator { x: 2.0, y: 0.0 }));
    }
}
