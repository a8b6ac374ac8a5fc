//! Clipped rings → polygons on the grid that MVT 2.1 §4.3.4.4 calls valid.
//!
//! Snapping moves vertices by up to half a unit, so rings can collapse, touch or cross themselves.
//! What collapsed is dropped. If an exact test finds no contact between edges, rings are only sorted
//! into exteriors and holes; otherwise the overlay puts them right. Both keep the parts of the plane
//! that the rings enclose at least once in the positive direction. As the borders of neighbours cancel
//! each other, every place stays covered by at least one of them.

use crate::geo::{Fill, Place, Polygon, Ring};
use crate::geo::{GridPosition, fill, first_contact, place, tidy, twice_area};
use crate::tile::clip::ExactRing;
use crate::tile::grid::{Exact, Unit};

/// Rings after snapping: repeated vertices and spikes are gone, and so are rings without area.
pub(super) fn snap(rings: impl IntoIterator<Item = ExactRing>) -> Vec<Ring<Unit>> {
    let snapped = rings.into_iter().filter_map(|ring| {
        let mut ring: Ring<Unit> = ring.into_iter().map(Exact::snapped).collect();
        tidy(&mut ring);
        (ring.len() >= 3 && twice_area(&ring) != 0).then_some(ring)
    });
    snapped.collect()
}

/// The polygons that the rings of one feature enclose: exteriors with a positive area, holes with a
/// negative one.
pub(super) fn settle(rings: Vec<Ring<Unit>>) -> Vec<Polygon<Unit>> {
    match &rings[..] {
        [] => Vec::new(),
        all if first_contact(&all.iter().map(Vec::as_slice).collect::<Vec<_>>()).is_none() => sort_out(rings),
        all => mended(fill(all, Fill::Positive)),
    }
}

/// What the overlay gives, tidied: it may leave vertices in the middle of a spike of its own making.
pub(super) fn mended(polygons: Vec<Polygon<Unit>>) -> Vec<Polygon<Unit>> {
    let usable = |ring: &mut Ring<Unit>| {
        tidy(ring);
        ring.len() >= 3 && twice_area(ring) != 0
    };
    let tidied = polygons.into_iter().filter_map(|mut polygon| {
        polygon.holes.retain_mut(usable);
        usable(&mut polygon.exterior).then_some(polygon)
    });
    tidied.collect()
}

/// Sorts rings that have no contact into exteriors and their holes. A ring counts only if it divides
/// what is enclosed from what is not: simplification can turn a ring inside out, or leave a part
/// inside another.
fn sort_out(rings: Vec<Ring<Unit>>) -> Vec<Polygon<Unit>> {
    let rings: Vec<Sorted> = rings.into_iter().map(Sorted::of).collect();
    if let [only] = &rings[..] {
        let polygon = || Polygon { exterior: only.ring.clone(), holes: Vec::new() };
        return if only.twice_area > 0 { vec![polygon()] } else { Vec::new() };
    }
    let around = |inner: &Sorted| rings.iter().filter(|outer| outer.encloses(inner)).collect::<Vec<_>>();
    let mut exteriors: Vec<(&Sorted, Polygon<Unit>)> = Vec::new();
    let mut holes = Vec::new();
    for ring in &rings {
        let outside: i64 = around(ring).iter().map(|outer| outer.sign()).sum();
        match (outside > 0, outside + ring.sign() > 0) {
            (false, true) => exteriors.push((ring, Polygon { exterior: ring.ring.clone(), holes: Vec::new() })),
            (true, false) => holes.push(ring),
            _ => {}
        }
    }
    for hole in holes {
        let owner = exteriors.iter_mut().filter(|(exterior, _)| exterior.encloses(hole));
        if let Some((_, polygon)) = owner.min_by_key(|(exterior, _)| exterior.twice_area) {
            polygon.holes.push(hole.ring.clone());
        }
    }
    exteriors.into_iter().map(|(_, polygon)| polygon).collect()
}

/// A ring with what is asked about it often.
struct Sorted {
    ring: Ring<Unit>,
    twice_area: i128,
    low: Unit,
    high: Unit,
}

impl Sorted {
    fn of(ring: Ring<Unit>) -> Self {
        let start = ring[0];
        let (low, high) = ring.iter().fold((start, start), |(low, high), at| {
            (Unit { x: low.x.min(at.x), y: low.y.min(at.y) }, Unit { x: high.x.max(at.x), y: high.y.max(at.y) })
        });
        Self { twice_area: twice_area(&ring), ring, low, high }
    }

    fn sign(&self) -> i64 {
        if self.twice_area > 0 { 1 } else { -1 }
    }

    /// Whether the other ring lies inside; as they have no contact, one vertex speaks for it.
    fn encloses(&self, inner: &Self) -> bool {
        let at = inner.ring[0];
        !std::ptr::eq(self, inner)
            && (self.low.x..=self.high.x).contains(&at.x())
            && (self.low.y..=self.high.y).contains(&at.y())
            && place(at, &self.ring) == Place::Inside
    }
}

/// The least that is left of an area: the square of one unit that holds `position`.
pub(super) fn least_square(position: Exact) -> Polygon<Unit> {
    let corner = Exact { x: position.x.floor(), y: position.y.floor() }.snapped();
    let square = [(0, 0), (1, 0), (1, 1), (0, 1)];
    let exterior = square.map(|(x, y)| Unit { x: corner.x.saturating_add(x), y: corner.y.saturating_add(y) }).to_vec();
    Polygon { exterior, holes: Vec::new() }
}
