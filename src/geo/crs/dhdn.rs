//! DHDN, the datum of the Gauss-Krüger systems: which of its two shifts a position takes.
//!
//! EPSG has one seven-parameter shift for the western states and another, rated better, for the eastern states. PROJ
//! chooses between them by position, and so do we: a position takes the eastern one if it lies in the box around that
//! shift's area of use, drawn in the system's own coordinates. `docs/decisions/0008` says why.

use std::ops::RangeInclusive;

use proj4rs::Proj;

/// EPSG:1777, "DHDN to WGS 84 (2)", western states: metres, arc seconds, ppm, as position vector rotation.
pub(super) const WESTERN: &str = "+ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7";

/// EPSG:15869, "DHDN to WGS 84 (3)", eastern states, written in the same way.
const EASTERN: &str = "+ellps=bessel +towgs84=612.4,77,440.2,-0.054,0.057,-2.797,2.55";

/// The area of use of EPSG:15869 in degrees on DHDN.
const WEST_EAST: (f64, f64) = (9.92, 15.04);
const SOUTH_NORTH: (f64, f64) = (50.2, 54.74);

/// Steps in which a side of the area is followed into the system's coordinates; PROJ takes as many.
const STEPS: u8 = 20;

/// Where a system on DHDN takes the eastern shift.
pub(super) struct East {
    /// The system with the eastern shift.
    pub(super) system: Proj,
    /// The box in the system's own coordinates, borders included.
    x: RangeInclusive<f64>,
    y: RangeInclusive<f64>,
}

impl East {
    /// `None` where the system does not use the eastern shift: it is not on DHDN, brings a shift of its own, or is
    /// zone 1, 2 or 5. Those are systems of the former West Germany only, says EPSG (5 is a corner of Bavaria), and
    /// their areas of use do not meet the eastern states.
    pub(super) fn of(code: Option<u16>, definition: &str) -> Option<Self> {
        let is_western_only = matches!(code, Some(31466 | 31469 | 5676 | 5679 | 5680));
        if is_western_only || !definition.contains(WESTERN) {
            return None;
        }
        let system = Proj::from_proj_string(&definition.replace(WESTERN, EASTERN)).ok()?;
        // the same shift on both sides is none: this only projects
        let geographic = Proj::from_proj_string(&format!("+proj=longlat {EASTERN} +no_defs")).ok()?;
        let (mut x, mut y) = ((f64::INFINITY, f64::NEG_INFINITY), (f64::INFINITY, f64::NEG_INFINITY));
        for (lon, lat) in sides() {
            let mut point = (lon.to_radians(), lat.to_radians(), 0.0);
            proj4rs::transform::transform(&geographic, &system, &mut point).ok()?;
            let unit = if system.is_latlong() { 1_f64.to_degrees() } else { 1.0 };
            x = (x.0.min(point.0 * unit), x.1.max(point.0 * unit));
            y = (y.0.min(point.1 * unit), y.1.max(point.1 * unit));
        }
        Some(Self { system, x: x.0..=x.1, y: y.0..=y.1 })
    }

    /// Whether a position takes the eastern shift; in the system's own coordinates, east first.
    pub(super) fn takes(&self, x: f64, y: f64) -> bool {
        self.x.contains(&x) && self.y.contains(&y)
    }
}

/// Positions along the four sides of the area, corners included.
fn sides() -> impl Iterator<Item = (f64, f64)> {
    let along = |(from, to): (f64, f64), step: u8| from + (to - from) * f64::from(step) / f64::from(STEPS);
    (0..=STEPS).flat_map(move |step| {
        let (lon, lat) = (along(WEST_EAST, step), along(SOUTH_NORTH, step));
        [(lon, SOUTH_NORTH.0), (lon, SOUTH_NORTH.1), (WEST_EAST.0, lat), (WEST_EAST.1, lat)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The borders of the boxes as PROJ 9.5.1 has them, found by bisection (`tests/reference/crs.py` prints them).
    #[test]
    fn the_boxes_are_those_of_proj_to_a_centimetre() {
        let boxes = [
            (31467, 9, [3_559_246.573, 5_562_928.340, 3_931_045.970, 6_084_415.336]),
            (31468, 12, [4_351_516.360, 5_562_523.703, 4_717_004.800, 6_071_900.655]),
        ];
        for (code, meridian, expected) in boxes {
            let zone = meridian / 3;
            let definition = format!(
                "+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0={zone}500000 +y_0=0 {WESTERN} +units=m +no_defs"
            );
            let east = East::of(Some(code), &definition).expect("the zone uses the eastern shift");
            let got = [*east.x.start(), *east.y.start(), *east.x.end(), *east.y.end()];
            for (got, expected) in got.into_iter().zip(expected) {
                assert!((got - expected).abs() < 0.01, "EPSG:{code}: {got} instead of {expected}");
            }
        }
    }

    #[test]
    fn systems_of_the_west_alone_and_of_other_datums_have_no_east() {
        assert!(East::of(Some(31466), &format!("+proj=tmerc +lon_0=6 {WESTERN}")).is_none());
        assert!(
            East::of(None, "+proj=tmerc +lon_0=12 +ellps=bessel +towgs84=612.4,77,440.2,-0.054,0.057,-2.797,2.55")
                .is_none()
        );
    }
}
