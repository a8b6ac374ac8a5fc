//! A made-up country: hexagons with crooked borders that neighbours share vertex for vertex.
//!
//! Deterministic: corners and borders are moved by a hash of where they are. For tests and benches; the
//! constants are chosen so that [`Coverage::COUNTRY`] resembles the municipalities of Germany (about
//! 11,000 areas, about 190 vertices each, on 850 km by 650 km).

use std::f64::consts::PI;

use kreisel::geo::{LonLat, Polygon};
use kreisel::store::AreaInput;

/// Size and detail of a made-up country.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coverage {
    /// Areas from west to east.
    pub(crate) columns: i32,
    /// Areas from south to north.
    pub(crate) rows: i32,
    /// Each border has `2^detail` segments.
    pub(crate) detail: u32,
    /// Distance between the middles of two areas side by side, in degrees of longitude.
    pub(crate) spacing_deg: f64,
}

impl Coverage {
    /// About as much as the municipalities of Germany: 11,400 areas of 192 vertices.
    #[allow(dead_code, reason = "not every test and bench that shares this file uses it")]
    pub(crate) const COUNTRY: Self = Self { columns: 95, rows: 120, detail: 5, spacing_deg: 0.09 };
    /// About as much as one county: 30 areas of 192 vertices.
    #[allow(dead_code, reason = "not every test and bench that shares this file uses it")]
    pub(crate) const COUNTY: Self = Self { columns: 5, rows: 6, detail: 5, spacing_deg: 0.09 };

    /// How far a corner is moved at most, in parts of the spacing.
    const CORNER_SHIFT: f64 = 0.12;
    /// How far the middle of a segment is moved sideways at most, in parts of its length.
    const BEND: f64 = 0.2;
    /// South-western end of the country.
    const ORIGIN: LonLat = LonLat { lon_deg: 6.0, lat_deg: 47.5 };

    /// All areas, keys `00000000` upwards, row by row.
    pub(crate) fn areas(self) -> Vec<AreaInput> {
        let cells = (0..self.rows).flat_map(|row| (0..self.columns).map(move |column| (column, row)));
        let area = |(number, (column, row)): (usize, (i32, i32))| AreaInput {
            key: format!("{number:08}"),
            polygons: vec![Polygon { exterior: self.ring(column, row), holes: Vec::new() }],
        };
        cells.enumerate().map(area).collect()
    }

    /// The ring of one hexagon. Corners are numbered on a lattice of half spacings, so that three
    /// hexagons name their common corner alike.
    fn ring(self, column: i32, row: i32) -> Vec<LonLat> {
        let (x, y) = (2 * column + row.rem_euclid(2), 3 * row);
        let corners = [(x, y - 2), (x + 1, y - 1), (x + 1, y + 1), (x, y + 2), (x - 1, y + 1), (x - 1, y - 1)];
        let mut ring = Vec::new();
        for at in 0..corners.len() {
            let (from, to) = (corners[at], corners[(at + 1) % corners.len()]);
            let (low, high) = (from.min(to), from.max(to));
            let mut border = vec![self.corner(low)];
            bend(self.corner(low), self.corner(high), hash(&[low.0, low.1, high.0, high.1]), self.detail, &mut border);
            border.push(self.corner(high));
            if low != from {
                border.reverse();
            }
            border.pop();
            ring.extend(border);
        }
        ring
    }

    fn corner(self, (x, y): (i32, i32)) -> LonLat {
        let noise = hash(&[x, y]);
        let (angle, far) = (unit(noise) * 2.0 * PI, unit(hash(&[y, x, 1])) * Self::CORNER_SHIFT * self.spacing_deg);
        // a degree of latitude is about 1.6 degrees of longitude long here
        LonLat {
            lon_deg: Self::ORIGIN.lon_deg + f64::from(x) * self.spacing_deg / 2.0 + far * angle.cos(),
            lat_deg: Self::ORIGIN.lat_deg + (f64::from(y) * self.spacing_deg / 12_f64.sqrt() + far * angle.sin()) / 1.6,
        }
    }
}

/// Midpoint displacement: adds the vertices between `from` and `to`.
fn bend(from: LonLat, to: LonLat, seed: u64, depth: u32, line: &mut Vec<LonLat>) {
    if depth == 0 {
        return;
    }
    let aside = (unit(seed) * 2.0 - 1.0) * Coverage::BEND;
    let middle = LonLat {
        lon_deg: f64::midpoint(from.lon_deg, to.lon_deg) - aside * (to.lat_deg - from.lat_deg),
        lat_deg: f64::midpoint(from.lat_deg, to.lat_deg) + aside * (to.lon_deg - from.lon_deg) / 2.56,
    };
    bend(from, middle, scramble(seed.wrapping_add(1)), depth - 1, line);
    line.push(middle);
    bend(middle, to, scramble(seed.wrapping_add(2)), depth - 1, line);
}

/// The finaliser of splitmix64 (Steele, Lea and Flood 2014).
fn scramble(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn hash(numbers: &[i32]) -> u64 {
    numbers.iter().fold(0, |hash, number| scramble(hash ^ u64::from(number.cast_unsigned())))
}

/// A number from 0 to 1.
fn unit(hash: u64) -> f64 {
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}
