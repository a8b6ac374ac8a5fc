//! Rings that touch themselves or each other, but do not cross → valid polygons, without rounding.
//!
//! What snapping does to narrow places is nearly always this: two vertices of a ring fall together, a
//! vertex falls on an edge, or a strip falls flat. Every vertex on an edge becomes a vertex of it, edges there and
//! back again cancel each other, and what is left is the border of faces. No position is moved or made
//! up, and it takes a tenth of the time that the overlay does.

use super::contact::{Edge, Meeting, all_edges, each_pair, meeting};
use super::faces::{faces_of_edges, place_of};
use super::grid::{GridPosition, Place, between, turn, twice_area};
use super::{Polygon, Ring};

/// The polygons that the rings enclose; `None` if they cross, enclose a place twice or run the wrong way around one,
/// which is the overlay's business.
#[must_use]
pub fn parted<P: GridPosition>(rings: &[&[P]]) -> Option<Vec<Polygon<P>>> {
    let all = all_edges(rings);
    let mut starts = vec![0];
    starts.extend(rings.iter().scan(0, |edges, ring| {
        *edges += ring.len();
        Some(*edges)
    }));
    let number = |edge: &Edge<P>| starts[edge.ring as usize] + edge.index as usize;
    let mut inserted: Vec<(usize, P)> = Vec::new();
    let crossing = each_pair(&all, |a, b| match meeting(a, b) {
        Meeting::Apart => Ok(()),
        Meeting::Crossing => Err(()),
        Meeting::Touch => {
            for (edge, other) in [(a, b), (b, a)] {
                let ends = [other.from, other.to].into_iter().filter(|end| is_inside(edge, *end));
                inserted.extend(ends.map(|end| (number(edge), end)));
            }
            Ok(())
        }
    });
    crossing.ok()?;
    let polygons = faces_of_edges(cancelled(pieces(&all, inserted))?)?;
    // a ring turned inside out belongs to no polygon, and what lies in it may be enclosed less often than once
    let is_whole =
        signed_area(rings.iter().copied()) == signed_area(polygons.iter().flat_map(Polygon::rings).map(Vec::as_slice));
    (is_whole && is_apart(&polygons)).then_some(polygons)
}

fn signed_area<'a, P: GridPosition + 'a>(rings: impl Iterator<Item = &'a [P]>) -> i128 {
    rings.map(twice_area).sum()
}

/// Whether a position lies on the edge and is none of its ends.
fn is_inside<P: GridPosition>(edge: &Edge<P>, at: P) -> bool {
    at != edge.from
        && at != edge.to
        && turn(edge.from, edge.to, at) == 0
        && between(edge.from.x(), edge.to.x(), at.x())
        && between(edge.from.y(), edge.to.y(), at.y())
}

/// The edges, cut at the positions inserted into them.
fn pieces<P: GridPosition>(all: &[Edge<P>], mut inserted: Vec<(usize, P)>) -> Vec<(P, P)> {
    inserted.sort_unstable();
    inserted.dedup();
    let mut pieces = Vec::with_capacity(all.len() + inserted.len());
    let mut rest = inserted.as_slice();
    for (number, edge) in all.iter().enumerate() {
        let own = rest.partition_point(|(of, _)| *of <= number);
        let (cuts, further) = rest.split_at(own);
        rest = further;
        // positions are ordered by their axes, and so they are along an edge, forwards or backwards
        let mut from = edge.from;
        let mut add = |to: P| pieces.push((std::mem::replace(&mut from, to), to));
        if edge.from < edge.to {
            for (_, at) in cuts {
                add(*at);
            }
        } else {
            for (_, at) in cuts.iter().rev() {
                add(*at);
            }
        }
        add(edge.to);
    }
    pieces
}

/// What is left when edges there and back again cancel each other; `None` if an edge is left twice.
fn cancelled<P: GridPosition>(mut pieces: Vec<(P, P)>) -> Option<Vec<(P, P)>> {
    let ends = |(from, to): &(P, P)| (*from.min(to), *from.max(to));
    pieces.sort_unstable_by_key(ends);
    let mut left = Vec::with_capacity(pieces.len());
    for same in pieces.chunk_by(|a, b| ends(a) == ends(b)) {
        let forwards = same.iter().filter(|(from, to)| from < to).count();
        let backwards = same.len() - forwards;
        let (low, high) = ends(&same[0]);
        match (forwards.checked_sub(backwards), backwards.checked_sub(forwards)) {
            (Some(0), _) => {}
            (Some(1), _) => left.push((low, high)),
            (_, Some(1)) => left.push((high, low)),
            _ => return None,
        }
    }
    Some(left)
}

/// Whether no polygon lies in another, and no hole in another; `false` too where that is hard to say.
fn is_apart<P: GridPosition>(polygons: &[Polygon<P>]) -> bool {
    let outside = |inner: &Ring<P>, outer: &Ring<P>| place_of(inner, outer) == Place::Outside;
    let in_hole =
        |inner: &Ring<P>, polygon: &Polygon<P>| polygon.holes.iter().any(|hole| place_of(inner, hole) == Place::Inside);
    let others = |at: usize| polygons.iter().enumerate().filter(move |(other, _)| *other != at);
    polygons.iter().enumerate().all(|(at, polygon)| {
        let inner = &polygon.exterior;
        others(at).all(|(_, other)| outside(inner, &other.exterior) || in_hole(inner, other))
            && polygon.holes.iter().enumerate().all(|(at, hole)| {
                polygon.holes.iter().enumerate().all(|(other, around)| other == at || outside(hole, around))
            })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geo::{Fill, fill, first_contact, tidy};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct At(i32, i32);

    impl GridPosition for At {
        fn from_steps(x: i32, y: i32) -> Self {
            Self(x, y)
        }
        fn x(self) -> i32 {
            self.0
        }
        fn y(self) -> i32 {
            self.1
        }
    }

    fn ring(corners: &[(i32, i32)]) -> Ring<At> {
        corners.iter().map(|(x, y)| At(*x, *y)).collect()
    }

    fn area(polygons: &[Polygon<At>]) -> i128 {
        polygons.iter().flat_map(Polygon::rings).map(|ring| twice_area(ring)).sum()
    }

    #[test]
    fn a_neck_that_has_become_one_vertex_parts_a_ring_in_two() {
        let pinched = ring(&[(0, 0), (20, 0), (10, 10), (20, 20), (0, 20), (10, 10)]);
        let polygons = parted(&[&pinched]).expect("rings only touch");
        assert_eq!((polygons.len(), area(&polygons)), (2, 400));
    }

    #[test]
    fn a_vertex_on_an_edge_parts_the_ring_there() {
        let touching = ring(&[(0, 0), (20, 0), (20, 20), (10, 0), (0, 20)]);
        let polygons = parted(&[&touching]).expect("rings only touch");
        assert_eq!((polygons.len(), area(&polygons)), (2, 400));
    }

    #[test]
    fn a_strip_without_width_vanishes() {
        let barbell = ring(&[
            (0, 0),
            (10, 0),
            (10, 4),
            (20, 4),
            (20, 0),
            (30, 0),
            (30, 10),
            (20, 10),
            (20, 4),
            (10, 4),
            (10, 10),
            (0, 10),
        ]);
        let polygons = parted(&[&barbell]).expect("rings only touch");
        assert_eq!((polygons.len(), area(&polygons)), (2, 400));
    }

    #[test]
    fn crossings_and_what_is_enclosed_twice_are_left_to_the_overlay() {
        assert!(parted(&[&ring(&[(0, 0), (20, 20), (20, 0), (0, 20)])]).is_none());
        let square = ring(&[(0, 0), (20, 0), (20, 20), (0, 20)]);
        let inner = ring(&[(0, 0), (10, 5), (5, 10)]);
        assert!(parted(&[&square, &inner]).is_none());
        assert!(parted(&[&square, &square]).is_none());
    }

    #[test]
    fn a_ring_turned_inside_out_is_left_to_the_overlay() {
        // a triangle inside of a larger one that runs the wrong way: enclosed once, and once less
        assert!(parted(&[&ring(&[(7, 4), (3, 0), (5, 3), (3, 1), (3, 0), (0, 1)])]).is_none());
    }

    proptest! {
        #[test]
        fn parting_gives_what_the_overlay_gives(corners in prop::collection::vec((0..9_i32, 0..9_i32), 3..12)) {
            let mut tangle = ring(&corners);
            tidy(&mut tangle);
            prop_assume!(tangle.len() >= 3);
            if let Some(polygons) = parted(&[&tangle]) {
                prop_assert_eq!(area(&polygons), area(&fill(&[tangle], Fill::Positive)));
                for rings in polygons.iter().flat_map(Polygon::rings) {
                    prop_assert_eq!(first_contact(&[rings]), None);
                }
            }
        }
    }
}
