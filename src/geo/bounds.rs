//! Axis-parallel boxes, typed by the space they lie in.

use super::{LonLat, MAX_LATITUDE_DEG, Mercator, Position};

/// An axis-parallel box. Never empty: `min` is not beyond `max` on either axis. It does not wrap
/// around the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds<P> {
    min: P,
    max: P,
}

impl<P: Position> Bounds<P> {
    /// The box between two opposite corners, given in any order.
    #[must_use]
    pub fn between(a: P, b: P) -> Self {
        Self {
            min: P::from_xy(a.x().min(b.x()), a.y().min(b.y())),
            max: P::from_xy(a.x().max(b.x()), a.y().max(b.y())),
        }
    }

    /// The smallest box around positions; `None` if there are none.
    #[must_use]
    pub fn around(positions: impl IntoIterator<Item = P>) -> Option<Self> {
        let mut positions = positions.into_iter();
        let first = positions.next()?;
        Some(positions.fold(Self { min: first, max: first }, Self::with))
    }

    /// South-western corner.
    #[must_use]
    pub fn min(self) -> P {
        self.min
    }

    /// North-eastern corner.
    #[must_use]
    pub fn max(self) -> P {
        self.max
    }

    /// The box that also holds `position`.
    #[must_use]
    pub fn with(self, position: P) -> Self {
        Self {
            min: P::from_xy(self.min.x().min(position.x()), self.min.y().min(position.y())),
            max: P::from_xy(self.max.x().max(position.x()), self.max.y().max(position.y())),
        }
    }

    /// The box that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        self.with(other.min).with(other.max)
    }

    /// The box grown by `margin` (in the space's unit) on all four sides.
    #[must_use]
    pub fn grown(self, margin: f64) -> Self {
        Self::between(
            P::from_xy(self.min.x() - margin, self.min.y() - margin),
            P::from_xy(self.max.x() + margin, self.max.y() + margin),
        )
    }

    /// Whether the boxes share at least a point; borders count.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.min.x() <= other.max.x()
            && other.min.x() <= self.max.x()
            && self.min.y() <= other.max.y()
            && other.min.y() <= self.max.y()
    }

    /// Whether a position lies inside or on the border.
    #[must_use]
    pub fn contains(self, position: P) -> bool {
        (self.min.x()..=self.max.x()).contains(&position.x()) && (self.min.y()..=self.max.y()).contains(&position.y())
    }
}

impl Bounds<Mercator> {
    /// The same box in degrees.
    #[must_use]
    pub fn to_lon_lat(self) -> Bounds<LonLat> {
        Bounds::between(self.min.to_lon_lat(), self.max.to_lon_lat())
    }
}

impl Bounds<LonLat> {
    /// West, south, east, north in degrees: the order of GeoJSON's `bbox` and TileJSON's `bounds`.
    #[must_use]
    pub fn to_west_south_east_north(self) -> [f64; 4] {
        [self.min.lon_deg, self.min.lat_deg, self.max.lon_deg, self.max.lat_deg]
    }
}

impl LonLat {
    /// The box that Web Mercator can show.
    pub const MERCATOR_SQUARE: Bounds<Self> = Bounds {
        min: Self { lon_deg: -180.0, lat_deg: -MAX_LATITUDE_DEG },
        max: Self { lon_deg: 180.0, lat_deg: MAX_LATITUDE_DEG },
    };
}
