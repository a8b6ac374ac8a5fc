//! All tiles' units at one zoom, as one lattice over the world.
//!
//! A tile's side has a power of two units, so the units of neighbouring tiles fit together. A position is
//! counted from the north-western corner of the Web Mercator square, `x` to the east, `y` to the
//! **south**; a tile takes its own corner off. Where a position is snapped to does not depend on the tile
//! that asks.

use super::{GridPosition, Mercator, WORLD_WIDTH_M};

/// A position on a lattice, or on a tile's part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    /// Units east of the north-western corner.
    pub x: i32,
    /// Units south of the north-western corner.
    pub y: i32,
}

impl GridPosition for Unit {
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

/// A lattice of `2^depth` units on each side of the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lattice {
    units_per_m: f64,
    depth: u32,
}

impl Lattice {
    /// The lattice of a zoom whose tiles have `extent` units on each side, a power of two.
    #[must_use]
    pub fn of(zoom: u8, extent: u32) -> Self {
        let depth = u32::from(zoom) + extent.max(1).ilog2();
        Self { units_per_m: f64::from(depth).exp2() / WORLD_WIDTH_M, depth }
    }

    /// How often the world is halved.
    #[must_use]
    pub fn depth(self) -> u32 {
        self.depth
    }

    /// Units per metre of Mercator.
    #[must_use]
    pub fn units_per_m(self) -> f64 {
        self.units_per_m
    }

    /// A position in units, not snapped.
    #[must_use]
    pub fn place(self, position: Mercator) -> (f64, f64) {
        let half = WORLD_WIDTH_M / 2.0;
        ((position.x + half) * self.units_per_m, (half - position.y) * self.units_per_m)
    }

    /// The unit nearest to a position.
    #[must_use]
    pub fn snapped(self, position: Mercator) -> Unit {
        let (x, y) = self.place(position);
        Unit { x: Self::snap(x), y: Self::snap(y) }
    }

    /// An axis of [`Self::place`], less the tile's own corner, on the nearest unit. Halves go up, not away from zero, so
    /// that all tiles snap a vertex alike. What does not fit 32 bits is moved to where it does.
    #[must_use]
    pub fn snap(axis: f64) -> i32 {
        // `floor` is a call into the C library on processors that the build may not count on
        let up = axis + 0.5;
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, which is what is wanted")]
        let towards_zero = up as i32;
        towards_zero.saturating_sub(i32::from(f64::from(towards_zero) > up))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_of_zoom_0_is_a_part_of_the_world() {
        let lattice = Lattice::of(0, 4096);
        let middle = lattice.place(Mercator { x: 0.0, y: 0.0 });
        assert!((middle.0 - 2048.0).abs() < 1e-9 && (middle.1 - 2048.0).abs() < 1e-9);
        assert_eq!((Lattice::snap(0.5), Lattice::snap(-0.5), Lattice::snap(1e12)), (1, 0, i32::MAX));
    }
}
