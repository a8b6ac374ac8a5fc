//! The third space: the grid of one tile.
//!
//! Units count from the tile's north-western corner, `x` to the east, `y` to the **south**; the tile is
//! `0..extent` on both axes and its buffer lies beyond. [`Exact`] is a position before, [`Unit`] one
//! after snapping. Because `y` is turned over, a ring that runs counter-clockwise in Mercator has to be
//! reversed to have a positive area here, as MVT 2.1 §4.3.4.4 wants it of exterior rings.

use crate::config::TileConfig;
use crate::geo::{Bounds, GridPosition, Mercator, TileCoord};

/// A position on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    /// Units east of the tile's western edge.
    pub x: i32,
    /// Units south of the tile's northern edge.
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

/// A position in units that is not snapped yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Exact {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Exact {
    /// The nearest position on the grid. Halves go up, not away from zero, so that two tiles snap a
    /// vertex in their common buffer alike. What does not fit 32 bits is moved to where it does.
    pub(super) fn snapped(self) -> Unit {
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, which is what is wanted")]
        let snap = |axis: f64| (axis + 0.5).floor() as i32;
        Unit { x: snap(self.x), y: snap(self.y) }
    }
}

/// The square that geometry is clipped to: the tile and its buffer, from `low` to `high` on both axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Window {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Window {
    /// Whether a position lies inside and not on the border.
    pub(super) fn holds(self, position: Exact) -> bool {
        self.low < position.x && position.x < self.high && self.low < position.y && position.y < self.high
    }

    /// The four corners in the order of a positive ring.
    pub(super) fn corners(self) -> [Exact; 4] {
        let Self { low, high } = self;
        [(low, low), (high, low), (high, high), (low, high)].map(|(x, y)| Exact { x, y })
    }
}

/// The way from Mercator to one tile's grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    bounds: Bounds<Mercator>,
    units_per_m: f64,
    extent: f64,
    buffer: f64,
}

impl Grid {
    pub(super) fn of(coord: TileCoord, config: &TileConfig) -> Self {
        let extent = f64::from(config.extent);
        let units_per_m = extent / coord.width_m();
        Self { bounds: coord.bounds(), units_per_m, extent, buffer: f64::from(config.buffer_units) }
    }

    /// A position in units.
    pub(super) fn place(&self, position: Mercator) -> Exact {
        Exact {
            x: (position.x - self.bounds.min().x) * self.units_per_m,
            y: (self.bounds.max().y - position.y) * self.units_per_m,
        }
    }

    /// Tile and buffer in units.
    pub(super) fn window(&self) -> Window {
        Window { low: -self.buffer, high: self.extent + self.buffer }
    }

    /// Tile and buffer in metres.
    pub(super) fn buffered_bounds(&self) -> Bounds<Mercator> {
        self.bounds.grown(self.to_metres(self.buffer))
    }

    /// A length in units, in metres.
    pub(super) fn to_metres(self, units: f64) -> f64 {
        units / self.units_per_m
    }
}
