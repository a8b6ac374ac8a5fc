//! The grid on which borders are compared: centimetres of Web Mercator.
//!
//! Vertices within one cell are one vertex. The grid is also how arcs are kept in memory: 8 bytes a
//! vertex, at most 7 mm beside the position in the file (on the ground in Germany about 4 mm), which is
//! finer than any boundary is measured.

use crate::geo::{GridPosition, Mercator, WORLD_WIDTH_M};

/// Steps of the grid per metre.
const STEPS_PER_M: f64 = 100.0;

/// Metres per step: a product costs a tenth of a quotient, and vertices are turned to metres all the time.
const M_PER_STEP: f64 = 1.0 / STEPS_PER_M;

/// A position in centimetres of Web Mercator; `x` grows eastwards, `y` northwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Centimetre {
    x: i32,
    y: i32,
}

impl Centimetre {
    /// The grid position nearest to `position`; what lies outside the Mercator square is moved to its
    /// border.
    pub(super) fn nearest(position: Mercator) -> Self {
        let limit_m = WORLD_WIDTH_M / 2.0;
        // `round` is a call into the C library on processors that the build may not count on
        let rounded = |steps: f64| steps + 0.5_f64.copysign(steps);
        #[expect(clippy::cast_possible_truncation, reason = "half the world is 2.004e9 cm, below i32::MAX")]
        let step = |metres: f64| rounded(metres.clamp(-limit_m, limit_m) * STEPS_PER_M) as i32;
        Self { x: step(position.x), y: step(position.y) }
    }

    /// A number that is ordered as positions are; one comparison instead of two.
    pub(super) fn ordinal(self) -> u64 {
        let unsigned = |step: i32| u64::from(step.cast_unsigned() ^ 1 << 31);
        unsigned(self.x) << 32 | unsigned(self.y)
    }

    /// The position in metres.
    pub(super) fn to_mercator(self) -> Mercator {
        Mercator { x: f64::from(self.x) * M_PER_STEP, y: f64::from(self.y) * M_PER_STEP }
    }
}

impl GridPosition for Centimetre {
    fn from_steps(x: i32, y: i32) -> Self {
        Self { x, y }
    }
    fn x(self) -> i32 {
        self.x
    }
    fn y(self) -> i32 {
        self.y
    }
}

/// Twice an area in square grid steps, in square metres (not twice).
pub(super) fn area_m2(twice_area: i128) -> f64 {
    twice_area as f64 / (2.0 * STEPS_PER_M * STEPS_PER_M)
}
