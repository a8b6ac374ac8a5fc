//! The third space: the grid of one tile.
//!
//! Units count from the tile's north-western corner, `x` to the east, `y` to the **south**; the tile is
//! `0..extent` on both axes and its buffer lies beyond. [`Exact`] is a position before, [`Unit`] one
//! after snapping. Because `y` is turned over, a ring that runs counter-clockwise in Mercator has to be
//! reversed to have a positive area here, as MVT 2.1 §4.3.4.4 wants it of exterior rings.

use crate::config::TileConfig;
pub use crate::geo::Unit;
use crate::geo::{Bounds, Lattice, Mercator, TileCoord};

/// A position in units that is not snapped yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Exact {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Exact {
    /// The nearest position on the grid; see [`Lattice::snap`].
    pub(super) fn snapped(self) -> Unit {
        Unit { x: Lattice::snap(self.x), y: Lattice::snap(self.y) }
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
    lattice: Lattice,
    /// The tile's north-western corner on the lattice.
    corner: (f64, f64),
    extent: f64,
    buffer: f64,
}

impl Grid {
    pub(super) fn of(coord: TileCoord, config: &TileConfig) -> Self {
        let extent = f64::from(config.extent);
        let corner = (f64::from(coord.x()) * extent, f64::from(coord.y()) * extent);
        let lattice = Lattice::of(coord.zoom(), config.extent);
        Self { bounds: coord.bounds(), lattice, corner, extent, buffer: f64::from(config.buffer_units) }
    }

    /// The lattice that the tile's grid is a part of.
    pub(super) fn lattice(&self) -> Lattice {
        self.lattice
    }

    /// A position in units.
    pub(super) fn place(&self, position: Mercator) -> Exact {
        let (x, y) = self.lattice.place(position);
        Exact { x: x - self.corner.0, y: y - self.corner.1 }
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
        units / self.lattice.units_per_m()
    }
}
