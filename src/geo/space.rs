//! The two coordinate spaces of the program, and the way between them.

/// Radius of the sphere of EPSG:3857 in metres (the semi-major axis of WGS 84).
pub const EARTH_RADIUS_M: f64 = 6_378_137.0;

/// Width and height of the Web Mercator square in metres.
pub const WORLD_WIDTH_M: f64 = 2.0 * std::f64::consts::PI * EARTH_RADIUS_M;

/// Latitude at which the Web Mercator square ends: `atan(sinh(π))` in degrees.
pub const MAX_LATITUDE_DEG: f64 = 85.051_128_779_806_59;

/// Degrees rounded to about a centimetre: more digits say nothing and cost bytes.
#[must_use]
pub fn degrees(value: f64) -> f64 {
    (value * 1e7).round() / 1e7
}

/// A position in one of the coordinate spaces, as an `x`/`y` pair.
pub trait Position: Copy + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// Builds a position from its axes, east first.
    fn from_xy(x: f64, y: f64) -> Self;
    /// East-west axis.
    fn x(self) -> f64;
    /// South-north axis; grows northwards in both spaces.
    fn y(self) -> f64;
}

/// Longitude and latitude in degrees (WGS 84, longitude first as in GeoJSON).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LonLat {
    /// Degrees east of Greenwich.
    pub lon_deg: f64,
    /// Degrees north of the equator.
    pub lat_deg: f64,
}

/// Web Mercator (EPSG:3857) in metres; `x` grows eastwards, `y` northwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mercator {
    /// Metres east of Greenwich.
    pub x: f64,
    /// Metres north of the equator.
    pub y: f64,
}

impl Position for LonLat {
    fn from_xy(x: f64, y: f64) -> Self {
        Self { lon_deg: x, lat_deg: y }
    }
    fn x(self) -> f64 {
        self.lon_deg
    }
    fn y(self) -> f64 {
        self.lat_deg
    }
}

impl Position for Mercator {
    fn from_xy(x: f64, y: f64) -> Self {
        Self { x, y }
    }
    fn x(self) -> f64 {
        self.x
    }
    fn y(self) -> f64 {
        self.y
    }
}

impl LonLat {
    /// Projects to Web Mercator. Latitudes beyond ±[`MAX_LATITUDE_DEG`] are moved to that limit.
    ///
    /// Formula: EPSG Guidance Note 7-2, "Popular Visualisation Pseudo Mercator" (method 1024).
    #[must_use]
    pub fn to_mercator(self) -> Mercator {
        let lat = self.lat_deg.clamp(-MAX_LATITUDE_DEG, MAX_LATITUDE_DEG).to_radians();
        Mercator {
            x: EARTH_RADIUS_M * self.lon_deg.to_radians(),
            y: EARTH_RADIUS_M * (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln(),
        }
    }
}

impl Mercator {
    /// The inverse of [`LonLat::to_mercator`].
    #[must_use]
    pub fn to_lon_lat(self) -> LonLat {
        LonLat {
            lon_deg: (self.x / EARTH_RADIUS_M).to_degrees(),
            lat_deg: (self.y / EARTH_RADIUS_M).sinh().atan().to_degrees(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A micrometre in degrees of latitude, rounded up: far below what any boundary file resolves.
    const TOLERANCE_DEG: f64 = 1e-11;

    proptest! {
        #[test]
        fn unprojecting_a_projected_position_gives_it_back(lon in -180.0..180.0_f64, lat in -85.0..85.0_f64) {
            let back = LonLat { lon_deg: lon, lat_deg: lat }.to_mercator().to_lon_lat();
            prop_assert!((back.lon_deg - lon).abs() < TOLERANCE_DEG * 10.0);
            prop_assert!((back.lat_deg - lat).abs() < TOLERANCE_DEG * 10.0);
        }
    }

    #[test]
    fn the_latitude_limit_is_the_top_of_the_square() {
        let top = LonLat { lon_deg: 0.0, lat_deg: 90.0 }.to_mercator();
        assert!((top.y - WORLD_WIDTH_M / 2.0).abs() < 1e-6);
    }
}
