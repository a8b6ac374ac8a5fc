//! Rings on an integer grid that cross or touch → polygons that are valid as OGC Simple Features want it.
//!
//! The overlay itself is `i_overlay`'s; crossings are rounded to the grid. Its own cut into valid polygons
//! (option `ogc`) breaks its own assertions on some inputs in 4.5, so [`super::faces`] makes it. Vertices that lie on a
//! straight line are kept, because a neighbour may have a corner there.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;

use super::faces::faces;
use super::grid::GridPosition;
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
    let mut overlay = Overlay::new_custom(vertices, options, i_overlay::core::solver::Solver::default());
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
