//! Rings before snapping → polygons on the tile's grid that MVT 2.1 §4.3.4.4 calls valid.
//!
//! What collapsed is dropped. Rings of a feature that is known to stand (see [`crate::store::Areas::stands`]) are
//! taken as they are; for others, and where the window's border cuts, [`settle`] looks for contacts and
//! mends them.

use crate::geo::{Polygon, Ring, settle, tidy, twice_area};
use crate::tile::clip::ExactRing;
use crate::tile::drawing::Drawing;
use crate::tile::grid::{Exact, Unit, Window};

/// A ring after snapping: repeated vertices and spikes are gone; `None` if it has no area.
fn snap(ring: impl IntoIterator<Item = Exact>) -> Option<(Ring<Unit>, i128)> {
    let mut ring: Ring<Unit> = ring.into_iter().map(Exact::snapped).collect();
    tidy(&mut ring);
    let twice_area = if ring.len() < 3 { 0 } else { twice_area(&ring) };
    (twice_area != 0).then_some((ring, twice_area))
}

/// Rings after snapping, without those that have no area.
pub(super) fn snapped(rings: impl IntoIterator<Item = ExactRing>) -> Vec<Ring<Unit>> {
    rings.into_iter().filter_map(snap).map(|(ring, _)| ring).collect()
}

/// Draws rings that stand, each exterior followed by its holes.
pub(super) fn draw_standing(rings: impl Iterator<Item = impl Iterator<Item = Exact>>, drawing: &mut Drawing) {
    for ring in rings {
        drawing.add_ring(ring.map(Exact::snapped));
    }
}

/// The polygons that clipped rings enclose. If they `stand` but for the cuts, only edges that end on the
/// window's border are looked at.
pub(super) fn settled(rings: impl IntoIterator<Item = ExactRing>, stand: bool, window: Window) -> Vec<Polygon<Unit>> {
    let rings = snapped(rings);
    let [low, _, high, _] = window.corners().map(Exact::snapped);
    let on_border = |at: Unit| [at.x, at.y].iter().any(|axis| *axis == low.x || *axis == high.x);
    settle(rings, stand.then_some(&on_border as &dyn Fn(Unit) -> bool))
}

/// The least that is left of an area: the square of one unit that holds `position`.
pub(super) fn least_square(position: Exact) -> Polygon<Unit> {
    let corner = Exact { x: position.x.floor(), y: position.y.floor() }.snapped();
    let square = [(0, 0), (1, 0), (1, 1), (0, 1)];
    let exterior = square.map(|(x, y)| Unit { x: corner.x.saturating_add(x), y: corner.y.saturating_add(y) }).to_vec();
    Polygon { exterior, holes: Vec::new() }
}
