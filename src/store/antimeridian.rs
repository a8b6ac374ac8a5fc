//! Areas that cross the antimeridian → their parts on either side of it.
//!
//! A file gives such an area with longitudes that leap from 180° to −180°. Taken as they stand, its border would run
//! around the earth; RFC 7946 (§3.1.9) wants it cut. So the area is turned to the other side of the earth, where nothing
//! leaps, repaired there, cut along the line that was the antimeridian, and turned back.

use crate::geo::{GridPosition, LonLat, Mercator, Polygon, Ring, WORLD_WIDTH_M, edges, within};
use crate::store::centimetre::Centimetre;

/// An edge that is longer goes the other way around. A whole turn is the border of a box around the world.
const LEAP_DEG: std::ops::Range<f64> = 180.000_01..359.999_99;

/// The polygons of an area on the other side of the earth, if they leap where they are and do not there.
pub(super) fn turned(polygons: &[Polygon<LonLat>]) -> Option<Vec<Polygon<LonLat>>> {
    if !leap(polygons) {
        return None;
    }
    let ring = |ring: &Ring<LonLat>| ring.iter().map(|at| opposite(*at)).collect();
    let polygon = |polygon: &Polygon<LonLat>| Polygon {
        exterior: ring(&polygon.exterior),
        holes: polygon.holes.iter().map(ring).collect(),
    };
    let turned: Vec<_> = polygons.iter().map(polygon).collect();
    (!leap(&turned)).then_some(turned)
}

/// The same place as seen from the other side: half a turn further.
pub(super) fn opposite(at: LonLat) -> LonLat {
    let half_turn_deg = if at.lon_deg < 0.0 { 180.0 } else { -180.0 };
    LonLat { lon_deg: at.lon_deg + half_turn_deg, ..at }
}

/// Valid polygons on the other side, cut at the antimeridian and turned back.
pub(super) fn turned_back(polygons: Vec<Polygon<Centimetre>>) -> Vec<Polygon<Centimetre>> {
    polygons.into_iter().flat_map(cut).map(turned_back_whole).collect()
}

fn leap(polygons: &[Polygon<LonLat>]) -> bool {
    let leaps = |(a, b): (LonLat, LonLat)| LEAP_DEG.contains(&(a.lon_deg - b.lon_deg).abs());
    polygons.iter().flat_map(Polygon::rings).any(|ring| edges(ring).any(leaps))
}

/// What lies west and east of the middle, where the antimeridian is.
fn cut(polygon: Polygon<Centimetre>) -> Vec<Polygon<Centimetre>> {
    let Some(((west, south), (east, north))) = corners(&polygon.exterior) else { return Vec::new() };
    if west >= 0 || east <= 0 {
        return vec![polygon];
    }
    let rings: Vec<Ring<Centimetre>> = std::iter::once(polygon.exterior).chain(polygon.holes).collect();
    let side = |from: i32, to: i32| {
        let corners = [(from, south), (to, south), (to, north), (from, north)];
        within(&rings, &corners.map(|(x, y)| Centimetre::from_steps(x, y)).to_vec())
    };
    [side(west, 0), side(0, east)].concat()
}

/// The south-western and the north-eastern corner of the box around a ring.
fn corners(ring: &Ring<Centimetre>) -> Option<((i32, i32), (i32, i32))> {
    let corners = ring.iter().map(|at| ((at.x(), at.y()), (at.x(), at.y())));
    corners.reduce(|(low, high), (at, _)| ((low.0.min(at.0), low.1.min(at.1)), (high.0.max(at.0), high.1.max(at.1))))
}

fn turned_back_whole(mut polygon: Polygon<Centimetre>) -> Polygon<Centimetre> {
    // the overlay may miss the middle by a step
    let is_west = polygon.exterior.iter().map(|vertex| i64::from(vertex.x())).sum::<i64>() < 0;
    let by = if is_west { half_turn() } else { -half_turn() };
    let rings = std::iter::once(&mut polygon.exterior).chain(&mut polygon.holes);
    let back = |x: i32| (x + by).clamp(-half_turn(), half_turn());
    rings.flatten().for_each(|vertex| *vertex = Centimetre::from_steps(back(vertex.x()), vertex.y()));
    polygon
}

/// Half the world in steps of the grid.
fn half_turn() -> i32 {
    Centimetre::nearest(Mercator { x: WORLD_WIDTH_M / 2.0, y: 0.0 }).x()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;
    use crate::store::{AreaInput, Areas};

    fn ring(corners: &[(f64, f64)]) -> Ring<LonLat> {
        corners.iter().map(|(lon_deg, lat_deg)| LonLat { lon_deg: *lon_deg, lat_deg: *lat_deg }).collect()
    }

    fn build(rings: &[&[(f64, f64)]]) -> (Vec<Polygon<Mercator>>, Vec<&'static str>) {
        let [exterior, holes @ ..] = rings else { panic!("an exterior") };
        let polygon = Polygon { exterior: ring(exterior), holes: holes.iter().map(|hole| ring(hole)).collect() };
        let mut report = Report::default();
        let input = AreaInput { key: "far".to_owned(), polygons: vec![polygon] };
        let areas = Areas::build(vec![input], "test", &mut report);
        (areas.polygons(0, 0.0), report.findings.iter().map(|finding| finding.code).collect())
    }

    /// Western and eastern end of each polygon in whole degrees.
    fn spans_deg(polygons: &[Polygon<Mercator>]) -> Vec<(f64, f64)> {
        let span = |polygon: &Polygon<Mercator>| {
            let lon_deg = polygon.exterior.iter().map(|at| at.to_lon_lat().lon_deg);
            lon_deg.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
        };
        let mut spans: Vec<_> = polygons.iter().map(span).map(|(low, high)| (low.round(), high.round())).collect();
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        spans
    }

    #[test]
    fn an_area_across_the_antimeridian_becomes_a_part_on_either_side_and_is_told() {
        let (polygons, codes) = build(&[&[(177.0, -19.0), (-178.0, -19.0), (-178.0, -15.0), (177.0, -15.0)]]);
        assert_eq!(spans_deg(&polygons), [(-180.0, -178.0), (177.0, 180.0)]);
        assert_eq!(codes, ["antimeridian-crossed"]);
    }

    #[test]
    fn a_hole_on_the_antimeridian_is_open_to_both_sides() {
        let hole = [(179.0, -18.0), (179.0, -16.0), (-179.0, -16.0), (-179.0, -18.0)];
        let (polygons, _) = build(&[&[(177.0, -19.0), (-177.0, -19.0), (-177.0, -15.0), (177.0, -15.0)], &hole]);
        assert_eq!(spans_deg(&polygons), [(-180.0, -177.0), (177.0, 180.0)]);
        assert!(polygons.iter().all(|polygon| polygon.holes.is_empty() && polygon.exterior.len() == 8), "{polygons:?}");
    }

    #[test]
    fn a_box_around_the_world_and_areas_elsewhere_are_left_alone() {
        let world = [(-180.0, -80.0), (180.0, -80.0), (180.0, 80.0), (-180.0, 80.0)];
        assert_eq!(build(&[&world]).1, Vec::<&str>::new());
        let wide = [(-100.0, 10.0), (70.0, 10.0), (70.0, 20.0), (-100.0, 20.0)];
        let (polygons, codes) = build(&[&wide]);
        assert_eq!((spans_deg(&polygons), codes), (vec![(-100.0, 70.0)], vec![]));
    }
}
