//! The loose rings of a shapefile record → polygons with holes.
//!
//! A shapefile does not say which hole lies in which ring. Its rule is the winding (exteriors clockwise, holes
//! counter-clockwise; Esri, "Shapefile Technical Description", 1998, p. 8), and some writers ignore it. So
//! winding proposes and containment decides where both contradict: a hole that lies in no exterior is an
//! exterior, and where all rings wind the same way a ring inside of another is a hole.

use std::cmp::Ordering;

use crate::geo::{Bounds, Polygon, Position, Ring, doubled_area, open_ring};

/// Polygons and what had to be mended.
#[derive(Debug, PartialEq)]
pub(super) struct Assembled<P> {
    pub(super) polygons: Vec<Polygon<P>>,
    /// Rings with fewer than three distinct vertices.
    pub(super) dropped: usize,
    /// Rings that did not end where they start.
    pub(super) closed: usize,
    /// Rings whose winding contradicts their place.
    pub(super) turned: usize,
}

struct Candidate<P> {
    ring: Ring<P>,
    doubled_area: f64,
    bounds: Bounds<P>,
}

/// Groups rings, which may be closed or open.
pub(super) fn assemble<P: Position>(rings: Vec<Ring<P>>) -> Assembled<P> {
    let mut assembled = Assembled { polygons: Vec::new(), dropped: 0, closed: 0, turned: 0 };
    let mut candidates: Vec<Candidate<P>> = Vec::with_capacity(rings.len());
    for mut ring in rings {
        let was_closed = open_ring(&mut ring);
        if !has_three_distinct(&ring) {
            assembled.dropped += 1;
            continue;
        }
        assembled.closed += usize::from(!was_closed);
        let Some(bounds) = Bounds::around(ring.iter().copied()) else { continue };
        candidates.push(Candidate { doubled_area: doubled_area(&ring), ring, bounds });
    }
    let roles = roles(&candidates);
    assembled.turned =
        candidates.iter().zip(&roles).filter(|(ring, role)| is_clockwise(ring) == role.is_some()).count();
    // exteriors keep the order of the file, holes follow into theirs
    let mut position = vec![usize::MAX; candidates.len()];
    let mut holes = Vec::new();
    for (index, (candidate, role)) in candidates.into_iter().zip(&roles).enumerate() {
        if let Some(exterior) = role {
            holes.push((*exterior, candidate.ring));
        } else {
            position[index] = assembled.polygons.len();
            assembled.polygons.push(Polygon { exterior: candidate.ring, holes: Vec::new() });
        }
    }
    for (exterior, hole) in holes {
        if let Some(polygon) = assembled.polygons.get_mut(position[exterior]) {
            polygon.holes.push(hole);
        }
    }
    assembled
}

fn is_clockwise<P>(candidate: &Candidate<P>) -> bool {
    candidate.doubled_area < 0.0
}

/// For each ring the exterior whose hole it is; `None` for exteriors.
fn roles<P: Position>(rings: &[Candidate<P>]) -> Vec<Option<usize>> {
    let clockwise = rings.iter().filter(|ring| is_clockwise(ring)).count();
    if rings.len() == 1 || clockwise == rings.len() && !any_nested(rings) {
        return vec![None; rings.len()];
    }
    if clockwise == 0 || clockwise == rings.len() {
        return by_nesting(rings);
    }
    let exterior_of = |hole: usize| {
        let around = |outer: &usize| is_clockwise(&rings[*outer]) && contains(&rings[*outer], &rings[hole]);
        (0..rings.len()).filter(around).min_by(|a, b| size(&rings[*a]).total_cmp(&size(&rings[*b])))
    };
    (0..rings.len()).map(|index| if is_clockwise(&rings[index]) { None } else { exterior_of(index) }).collect()
}

fn size<P>(candidate: &Candidate<P>) -> f64 {
    candidate.doubled_area.abs()
}

fn any_nested<P: Position>(rings: &[Candidate<P>]) -> bool {
    let inside = |inner: usize| (0..rings.len()).any(|outer| contains(&rings[outer], &rings[inner]));
    (0..rings.len()).any(inside)
}

/// Every second level of nesting is a hole.
fn by_nesting<P: Position>(rings: &[Candidate<P>]) -> Vec<Option<usize>> {
    let around = |inner: usize| -> Vec<usize> {
        (0..rings.len()).filter(|outer| contains(&rings[*outer], &rings[inner])).collect()
    };
    let role = |inner: usize| {
        let around = around(inner);
        let is_hole = around.len() % 2 == 1;
        let nearest = around.into_iter().min_by(|a, b| size(&rings[*a]).total_cmp(&size(&rings[*b])));
        nearest.filter(|_| is_hole)
    };
    (0..rings.len()).map(role).collect()
}

/// Whether a ring lies inside of another; common vertices and borders do not count against it.
fn contains<P: Position>(outer: &Candidate<P>, inner: &Candidate<P>) -> bool {
    if std::ptr::eq(outer, inner) || size(outer) <= size(inner) {
        return false;
    }
    if !outer.bounds.contains(inner.bounds.min()) || !outer.bounds.contains(inner.bounds.max()) {
        return false;
    }
    let verdict = inner.ring.iter().map(|vertex| side(&outer.ring, *vertex)).find(|side| *side != Side::On);
    // all vertices on the border: the middle of an edge tells
    let middle = || {
        let (a, b) = (inner.ring[0], inner.ring[1]);
        side(&outer.ring, P::from_xy(f64::midpoint(a.x(), b.x()), f64::midpoint(a.y(), b.y())))
    };
    verdict.unwrap_or_else(middle) != Side::Out
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    In,
    On,
    Out,
}

/// Crossing-number test (Shimrat 1962) with the border told apart.
fn side<P: Position>(ring: &[P], at: P) -> Side {
    let mut is_in = false;
    let Some(mut a) = ring.last().copied() else { return Side::Out };
    for b in ring.iter().copied() {
        if at == b {
            return Side::On;
        }
        if (a.y() > at.y()) != (b.y() > at.y()) {
            let cross = (b.x() - a.x()) * (at.y() - a.y()) - (at.x() - a.x()) * (b.y() - a.y());
            match cross.partial_cmp(&0.0) {
                Some(Ordering::Greater) if b.y() > a.y() => is_in = !is_in,
                Some(Ordering::Less) if b.y() < a.y() => is_in = !is_in,
                Some(Ordering::Equal) => return Side::On,
                _ => {}
            }
        } else if is_level(a, at) && is_level(b, at) && (a.x() > at.x()) != (b.x() > at.x()) {
            return Side::On;
        }
        a = b;
    }
    if is_in { Side::In } else { Side::Out }
}

#[expect(clippy::float_cmp, reason = "a vertex lies on a level border only if its northing is the very same")]
fn is_level<P: Position>(a: P, b: P) -> bool {
    a.y() == b.y()
}

/// Whether a ring encloses anything at all.
pub(super) fn has_three_distinct<P: Position>(ring: &[P]) -> bool {
    let Some(first) = ring.first() else { return false };
    let Some(second) = ring.iter().find(|vertex| *vertex != first) else { return false };
    ring.iter().any(|vertex| vertex != first && vertex != second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::LonLat;

    fn square(x: f64, y: f64, side: f64, clockwise: bool) -> Ring<LonLat> {
        let mut ring = vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)];
        if clockwise {
            ring.reverse();
        }
        ring.into_iter().map(|(x, y)| LonLat::from_xy(x, y)).collect()
    }

    fn holes(assembled: &Assembled<LonLat>) -> Vec<usize> {
        assembled.polygons.iter().map(|polygon| polygon.holes.len()).collect()
    }

    #[test]
    fn holes_go_to_the_exterior_around_them_and_islands_in_lakes_stay_exteriors() {
        let rings = vec![
            square(0.0, 0.0, 10.0, true),
            square(20.0, 0.0, 10.0, true),
            square(22.0, 2.0, 6.0, false),
            square(24.0, 4.0, 1.0, true),
            square(2.0, 2.0, 1.0, false),
        ];
        let assembled = assemble(rings);
        assert_eq!((holes(&assembled), assembled.turned), (vec![1, 1, 0], 0));
        assert_eq!(assembled.polygons[1].holes[0][0], LonLat::from_xy(22.0, 2.0));
    }

    #[test]
    fn a_single_ring_is_an_exterior_whichever_way_it_winds() {
        let assembled = assemble(vec![square(0.0, 0.0, 1.0, false)]);
        assert_eq!((holes(&assembled), assembled.turned), (vec![0], 1));
    }

    #[test]
    fn where_all_rings_wind_the_same_way_containment_decides() {
        for clockwise in [true, false] {
            let rings = vec![square(0.0, 0.0, 10.0, clockwise), square(2.0, 2.0, 1.0, clockwise)];
            assert_eq!(holes(&assemble(rings)), vec![1], "clockwise: {clockwise}");
        }
    }

    #[test]
    fn a_hole_that_lies_in_no_exterior_is_an_exterior() {
        let assembled = assemble(vec![square(0.0, 0.0, 10.0, true), square(20.0, 0.0, 1.0, false)]);
        assert_eq!((holes(&assembled), assembled.turned), (vec![0, 0], 1));
    }

    #[test]
    fn a_hole_that_touches_its_exterior_is_found_inside() {
        let assembled = assemble(vec![square(0.0, 0.0, 10.0, true), square(0.0, 0.0, 1.0, false)]);
        assert_eq!(holes(&assembled), vec![1]);
    }

    #[test]
    fn rings_without_area_are_dropped_and_unclosed_ones_closed() {
        let at = LonLat::from_xy;
        let mut open = square(0.0, 0.0, 1.0, true);
        open.pop();
        let assembled =
            assemble(vec![open, vec![at(1.0, 1.0), at(2.0, 2.0), at(1.0, 1.0)], vec![], vec![at(1.0, 1.0)]]);
        assert_eq!((assembled.polygons.len(), assembled.dropped, assembled.closed), (1, 3, 1));
        assert_eq!(assembled.polygons[0].exterior.len(), 4);
    }
}
