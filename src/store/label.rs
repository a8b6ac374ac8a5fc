//! Where an area's label goes: the pole of inaccessibility of its largest polygon, once for all zooms.
//!
//! The search runs on a coarse copy of the polygon, which is many times faster and moves the pole by
//! less than the precision asked for; what it finds is checked against the exact polygon.

use geo::InteriorPoint;

use crate::geo::{Mercator, Place, Polygon, Ring, place, twice_area};
use crate::store::centimetre::{Centimetre, area_m2};
use crate::store::pole;

/// The coarse copy leaves out what matters less than this part of the polygon's size (the root of
/// its area).
const COARSENESS: f64 = 1.0 / 40.0;

/// The pole is searched to this part of the polygon's size.
const PRECISION: f64 = 1.0 / 25.0;

/// The polygon that carries the label: the one with the largest area, holes not counted.
pub(super) fn largest(polygons: &[Polygon<Centimetre>]) -> Option<usize> {
    let area = |polygon: &Polygon<Centimetre>| polygon.rings().map(|ring| twice_area(ring)).sum::<i128>();
    // of equal ones the first
    polygons.iter().enumerate().rev().max_by_key(|(_, polygon)| area(polygon)).map(|(at, _)| at)
}

/// Root of the polygon's area in metres.
pub(super) fn size_m(polygon: &Polygon<Centimetre>) -> f64 {
    area_m2(twice_area(&polygon.exterior)).abs().sqrt()
}

/// Tolerance in metres of the copy that [`pole()`] wants beside the exact polygon.
pub(super) fn coarse_tolerance_m(polygon: &Polygon<Centimetre>) -> f64 {
    size_m(polygon) * COARSENESS
}

/// The pole of inaccessibility of `exact`, searched on its `coarse` copy.
pub(super) fn pole(exact: &Polygon<Centimetre>, coarse: &Polygon<Mercator>) -> Mercator {
    let precision_m = (size_m(exact) * PRECISION).max(0.01);
    let exact_m = || exact_mercator(exact);
    let search = |polygon: &Polygon<Mercator>| pole::pole(polygon, precision_m);
    let in_scanline = |polygon: &Polygon<Mercator>| {
        to_geo(polygon).interior_point().map(|point| Mercator { x: point.x(), y: point.y() })
    };
    let attempts: [&dyn Fn() -> Option<Mercator>; 3] =
        [&|| search(coarse), &|| search(&exact_m()), &|| in_scanline(&exact_m())];
    attempts
        .iter()
        .filter_map(|attempt| attempt())
        .find(|position| is_inside(exact, *position))
        .unwrap_or_else(|| exact.exterior[0].to_mercator())
}

fn is_inside(polygon: &Polygon<Centimetre>, position: Mercator) -> bool {
    let position = Centimetre::nearest(position);
    place(position, &polygon.exterior) == Place::Inside
        && polygon.holes.iter().all(|hole| place(position, hole) == Place::Outside)
}

fn exact_mercator(polygon: &Polygon<Centimetre>) -> Polygon<Mercator> {
    let ring = |ring: &Ring<Centimetre>| ring.iter().map(|vertex| vertex.to_mercator()).collect();
    Polygon { exterior: ring(&polygon.exterior), holes: polygon.holes.iter().map(ring).collect() }
}

fn to_geo(polygon: &Polygon<Mercator>) -> geo::Polygon {
    let line = |ring: &Ring<Mercator>| ring.iter().map(|vertex| geo::Coord { x: vertex.x, y: vertex.y }).collect();
    geo::Polygon::new(line(&polygon.exterior), polygon.holes.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::GridPosition;

    fn square(low: i32, high: i32) -> Ring<Centimetre> {
        [(low, low), (high, low), (high, high), (low, high)].map(|(x, y)| Centimetre::from_steps(x, y)).to_vec()
    }

    fn pole_of(polygon: &Polygon<Centimetre>) -> Mercator {
        pole(polygon, &exact_mercator(polygon))
    }

    #[test]
    fn the_label_of_a_square_is_its_middle() {
        let middle = pole_of(&Polygon { exterior: square(0, 10_000), holes: Vec::new() });
        assert!((middle.x - 50.0).abs() < 1.0 && (middle.y - 50.0).abs() < 1.0, "{middle:?}");
    }

    #[test]
    fn the_label_of_a_ring_shaped_area_is_not_in_its_hole() {
        let mut hole = square(2_000, 8_000);
        hole.reverse();
        let polygon = Polygon { exterior: square(0, 10_000), holes: vec![hole] };
        assert!(is_inside(&polygon, pole_of(&polygon)));
    }

    #[test]
    fn an_area_of_a_few_centimetres_has_a_label_too() {
        let polygon = Polygon { exterior: square(0, 3), holes: Vec::new() };
        assert!(is_inside(&polygon, pole_of(&polygon)));
    }
}
