//! Rings on an integer grid that cross or touch → polygons that are valid as OGC Simple Features want it.
//!
//! The overlay itself is `i_overlay`'s; crossings are rounded to the grid. Its own cut into valid polygons
//! (option `ogc`) breaks its own assertions on some inputs in 4.5, so [`super::faces`] makes it. Vertices that lie on a
//! straight line are kept, because a neighbour may have a corner there.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;

use super::faces::faces;
use super::grid::{GridPosition, edges};
use super::{Polygon, Ring};

/// Which parts of the plane belong to the result, by the winding number of the rings around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Parts wound an odd number of times: for a single ring that crosses itself.
    Odd,
    /// Parts wound at least once counter-clockwise: for rings whose direction is known to be right.
    Positive,
}

/// The parts that `rings` fill together. As with all functions here, exteriors come counter-clockwise
/// (positive), holes clockwise.
#[must_use]
pub fn fill<P: GridPosition>(rings: &[Ring<P>], rule: Fill) -> Vec<Polygon<P>> {
    let rule = match rule {
        Fill::Odd => FillRule::EvenOdd,
        Fill::Positive => FillRule::Positive,
    };
    overlay(rings, &[], OverlayRule::Subject, rule)
}

/// What `rings` fill, without what `holes` fill; both wound in any direction, none crossing itself.
#[must_use]
pub fn without<P: GridPosition>(rings: &[Ring<P>], holes: &[Ring<P>]) -> Vec<Polygon<P>> {
    overlay(rings, holes, OverlayRule::Difference, FillRule::NonZero)
}

/// What `rings` and `window` both fill; `rings` wound as [`Fill::Positive`] wants it.
#[must_use]
pub fn within<P: GridPosition>(rings: &[Ring<P>], window: &Ring<P>) -> Vec<Polygon<P>> {
    overlay(rings, std::slice::from_ref(window), OverlayRule::Intersect, FillRule::Positive)
}

fn overlay<P: GridPosition>(
    subject: &[Ring<P>],
    clip: &[Ring<P>],
    operation: OverlayRule,
    rule: FillRule,
) -> Vec<Polygon<P>> {
    let Some(frame) = Frame::around(subject.iter().chain(clip).flatten().copied()) else { return Vec::new() };
    let options = IntOverlayOptions::keep_all_points();
    let vertices = subject.iter().chain(clip).map(Vec::len).sum();
    let longest = subject.iter().chain(clip).map(|ring| longest_edge(ring)).max().unwrap_or_default();
    let mut overlay = Overlay::new_custom(vertices, options, solver(vertices, longest / frame.step));
    for (rings, role) in [(subject, ShapeType::Subject), (clip, ShapeType::Clip)] {
        for ring in rings {
            overlay.add_path_iter(ring.iter().map(|position| frame.enter(*position)), role);
        }
    }
    let shapes = overlay.overlay(operation, rule);
    let back = |ring: Vec<IntPoint>| ring.into_iter().map(|point| frame.leave(point)).collect();
    let rings: Vec<Ring<P>> = shapes.into_iter().flatten().map(back).collect();
    faces(&rings)
}

/// How crossings are found. Above 16,000 edges `i_overlay` 4.5 cuts them into columns (whatever but its list is asked
/// for), and counts its way to the height of each cut in single steps: nothing for edges of some kilometres, minutes for
/// thousands of edges among which some go around the earth. Those go through its list.
fn solver(vertices: usize, longest_edge: i64) -> Solver {
    if vertices > 16_000 && longest_edge > 1 << 22 { Solver::LIST } else { Solver::AUTO }
}

/// Width or height of the longest edge, in steps.
fn longest_edge<P: GridPosition>(ring: &Ring<P>) -> i64 {
    let span = |a: i32, b: i32| (i64::from(a) - i64::from(b)).abs();
    edges(ring).map(|(a, b)| span(a.x(), b.x()).max(span(a.y(), b.y()))).max().unwrap_or_default()
}

/// Moves positions near the origin, and makes them coarser where they span more than `i_overlay` can
/// multiply without overflow (2^30 steps): only shapes across a quarter of the earth do.
struct Frame {
    middle: (i64, i64),
    step: i64,
}

impl Frame {
    fn around<P: GridPosition>(mut positions: impl Iterator<Item = P>) -> Option<Self> {
        let first = positions.next()?;
        let (mut low, mut high) = ((first.x(), first.y()), (first.x(), first.y()));
        for position in positions {
            low = (low.0.min(position.x()), low.1.min(position.y()));
            high = (high.0.max(position.x()), high.1.max(position.y()));
        }
        let middle = |low: i32, high: i32| i64::midpoint(i64::from(low), i64::from(high));
        let span = (i64::from(high.0) - i64::from(low.0)).max(i64::from(high.1) - i64::from(low.1));
        Some(Self { middle: (middle(low.0, high.0), middle(low.1, high.1)), step: (span >> 30) + 1 })
    }

    fn enter<P: GridPosition>(&self, position: P) -> IntPoint {
        let near = |value: i32, middle: i64| i32::try_from((i64::from(value) - middle).div_euclid(self.step));
        IntPoint::new(
            near(position.x(), self.middle.0).unwrap_or_default(),
            near(position.y(), self.middle.1).unwrap_or_default(),
        )
    }

    fn leave<P: GridPosition>(&self, point: IntPoint) -> P {
        let far = |value: i32, middle: i64| {
            let value = i64::from(value) * self.step + middle;
            i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
        };
        P::from_steps(far(point.x, self.middle.0), far(point.y, self.middle.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{first_contact, twice_area};

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

    /// Number of holes of each polygon, ascending.
    fn holes(polygons: &[Polygon<At>]) -> Vec<usize> {
        let mut holes: Vec<_> = polygons.iter().map(|polygon| polygon.holes.len()).collect();
        holes.sort_unstable();
        holes
    }

    fn area(polygons: &[Polygon<At>]) -> i128 {
        polygons.iter().flat_map(Polygon::rings).map(|ring| twice_area(ring)).sum()
    }

    const SQUARE: [(i32, i32); 4] = [(0, 0), (20, 0), (20, 20), (0, 20)];

    #[test]
    fn contact_is_found_at_crossings_touches_and_overlaps_and_nowhere_else() {
        let square = ring(&SQUARE);
        assert_eq!(first_contact(&[&square]), None);
        assert_eq!(first_contact(&[&square, &ring(&[(5, 5), (9, 5), (5, 9)])]), None);
        assert!(first_contact(&[&ring(&[(0, 0), (20, 20), (20, 0), (0, 20)])]).is_some(), "a figure of eight");
        assert!(first_contact(&[&square, &ring(&[(5, 0), (9, 5), (5, 9)])]).is_some(), "a vertex on an edge");
        assert!(first_contact(&[&square, &ring(&[(5, 0), (9, 0), (5, 9)])]).is_some(), "an edge on an edge");
        assert!(first_contact(&[&ring(&[(0, 0), (9, 0), (4, 0), (4, 9)])]).is_some(), "a spike");
    }

    #[test]
    fn two_parts_that_share_a_vertex_are_two_polygons() {
        let hourglass = ring(&[(0, 0), (20, 0), (10, 10), (20, 20), (0, 20), (10, 10)]);
        assert_eq!(holes(&fill(&[hourglass], Fill::Positive)), [0, 0]);
    }

    #[test]
    fn a_hole_that_touches_its_exterior_at_a_vertex_stays_a_hole() {
        let pinched = ring(&[(0, 0), (20, 0), (20, 20), (0, 20), (0, 10), (8, 14), (8, 6), (0, 10)]);
        let polygons = fill(&[pinched], Fill::Positive);
        assert_eq!(holes(&polygons), [1]);
        assert!(twice_area(&polygons[0].exterior) > 0 && twice_area(&polygons[0].holes[0]) < 0);
    }

    #[test]
    fn a_hole_that_cuts_its_polygon_asunder_makes_two_polygons() {
        let cut = ring(&[(10, 0), (8, 10), (10, 20), (12, 10)]);
        let polygons = fill(&[ring(&SQUARE), cut], Fill::Positive);
        assert_eq!(holes(&polygons), [0, 0]);
        assert_eq!(area(&polygons), 2 * (400 - 40));
    }

    #[test]
    fn an_island_in_a_hole_is_a_polygon_of_its_own() {
        let hole = ring(&[(5, 5), (5, 15), (15, 15), (15, 5)]);
        let island = ring(&[(5, 5), (10, 8), (10, 10), (8, 10)]);
        assert_eq!(holes(&fill(&[ring(&SQUARE), hole, island], Fill::Positive)), [0, 1]);
    }

    #[test]
    fn a_shape_as_large_as_the_grid_does_not_overflow() {
        let (low, high) = (-2_003_750_834, 2_003_750_834);
        let world = ring(&[(low, low), (high, low), (high, high), (low, high)]);
        let polygons = fill(&[world], Fill::Positive);
        let side = i128::from(high) - i128::from(low);
        assert!((area(&polygons) - 2 * side * side).abs() < side * 100, "{polygons:?}");
    }
}
