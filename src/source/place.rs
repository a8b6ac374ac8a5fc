//! Features in a file's own coordinates → features in lon/lat.
//!
//! The CRS is known here. What is checked: every coordinate is a place on earth, inside of the area the CRS is
//! made for; a zone number in front of the easting is recognised; nothing lies at 0/0 by mistake. A feature
//! with one bad vertex is left out as a whole, because an area with a piece missing would pass unnoticed.

use std::path::Path;

use rayon::prelude::*;

use super::remark::{Remark, Remarks};
use super::{Feature, SourceError};
use crate::attribute::Attribute;
use crate::geo::{Bounds, Crs, LonLat, Polygon, Position, Shape};
use crate::message;
use crate::report::{Finding, Message, Report};

/// A position in a file's own CRS, east first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct FileXy {
    x: f64,
    y: f64,
}

impl Position for FileXy {
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

/// A feature in its file's coordinates.
#[derive(Clone, Debug)]
pub(super) struct RawFeature {
    pub(super) row: u64,
    pub(super) attributes: Vec<Attribute>,
    pub(super) shape: Shape<FileXy>,
}

/// A feature at 0/0 is a mistake if the others are further away than this.
const STRAY_DEG: f64 = 10.0;

/// A box around Germany in degrees, generous by a quarter of a degree.
const GERMANY_WEST_SOUTH_EAST_NORTH: [f64; 4] = [5.5, 47.0, 15.5, 55.5];

/// Turns all features to lon/lat, in parallel; `crs` was said by the file or the layer file.
pub(super) fn to_lon_lat(
    features: Vec<RawFeature>,
    crs: Crs,
    file: &Path,
    remarks: &mut Remarks,
    report: &mut Report,
) -> Vec<Feature> {
    let crs = with_zone_prefix(crs, &features, file, report);
    let placed: Vec<_> =
        features.into_par_iter().with_min_len(16).map(|feature| (feature.row, place(feature, &crs))).collect();
    let mut features = Vec::with_capacity(placed.len());
    for (row, placed) in placed {
        match placed {
            Ok(feature) => features.push(feature),
            Err((remark, detail)) => remarks.add(remark, row, detail),
        }
    }
    leave_out_strays(&mut features, remarks);
    warn_if_swapped(&features, file, report);
    features
}

/// State data often carry EPSG:25832 or 25833 in the `.prj` and the zone number in the coordinates.
fn with_zone_prefix(crs: Crs, features: &[RawFeature], file: &Path, report: &mut Report) -> Crs {
    let first = features.iter().flat_map(|feature| feature.shape.positions()).find(|position| position.x.is_finite());
    let Some(prefixed) = first.and_then(|position| crs.with_zone_prefix(position.x)) else { return crs };
    let message =
        message!("eastings carry a zone number in front although the CRS is {crs}; read as {prefixed}", crs, prefixed);
    let advice = "nothing needs to be done; `crs = \"EPSG:4647\"` (zone 32) or \"EPSG:5650\" (zone 33) in the layer file says the same";
    report.add(Finding::warning("zone-prefixed-easting", message).in_file(file).advise(advice));
    prefixed
}

fn place(feature: RawFeature, crs: &Crs) -> Result<Feature, (Remark, Message)> {
    if let Shape::Point(position) = &feature.shape
        && position.x == 0.0
        && position.y == 0.0
    {
        return Err((Remark::NullIsland, Message::default()));
    }
    let shape = reproject(&feature.shape, crs).map_err(|detail| (Remark::BadCoordinate, detail.into()))?;
    let is_outside = |area: &Bounds<LonLat>| shape.bounds().is_some_and(|bounds| !area.intersects(bounds));
    if crs.area().as_ref().is_some_and(is_outside) {
        let at = feature.shape.positions().next().map_or(String::new(), |at| format!("{} / {}", at.x, at.y));
        return Err((Remark::OutsideArea, at.into()));
    }
    Ok(Feature { row: feature.row, attributes: feature.attributes, shape })
}

/// The shape in lon/lat, or the first position that is none.
fn reproject(shape: &Shape<FileXy>, crs: &Crs) -> Result<Shape<LonLat>, String> {
    let step = |position: &FileXy| crs.to_lon_lat(position.x, position.y).map_err(|error| error.to_string());
    // collecting results would not know how many there are, and take up to twice the room
    let ring = |ring: &Vec<FileXy>| {
        let mut placed = Vec::with_capacity(ring.len());
        ring.iter().try_for_each(|position| step(position).map(|position| placed.push(position)))?;
        Ok::<_, String>(placed)
    };
    match shape {
        Shape::Point(position) => step(position).map(Shape::Point),
        Shape::Polygons(polygons) => {
            let polygon = |polygon: &Polygon<FileXy>| {
                let holes = polygon.holes.iter().map(ring).collect::<Result<Vec<_>, _>>()?;
                Ok::<_, String>(Polygon { exterior: ring(&polygon.exterior)?, holes })
            };
            polygons.iter().map(polygon).collect::<Result<Vec<_>, _>>().map(Shape::Polygons)
        }
    }
}

/// An area around 0° / 0° far from all others comes from empty coordinates, not from the Gulf of Guinea.
fn leave_out_strays(features: &mut Vec<Feature>, remarks: &mut Remarks) {
    let origin = LonLat::from_xy(0.0, 0.0);
    let is_at_origin =
        |feature: &Feature| feature.shape.bounds().is_some_and(|bounds| bounds.grown(1e-9).contains(origin));
    let (at_origin, others): (Vec<&Feature>, Vec<&Feature>) =
        features.iter().partition(|feature| is_at_origin(feature));
    let rest = others.iter().filter_map(|feature| feature.shape.bounds()).reduce(Bounds::union);
    let Some(rest) = rest.filter(|_| !at_origin.is_empty()) else { return };
    let is_stray = |feature: &Feature| {
        is_at_origin(feature) && feature.shape.bounds().is_some_and(|bounds| !bounds.grown(STRAY_DEG).intersects(rest))
    };
    features.retain(|feature| {
        let stray = is_stray(feature);
        if stray {
            remarks.add(Remark::NullIsland, feature.row, "");
        }
        !stray
    });
}

/// German places with latitude and longitude in each other's column lie off Somalia.
fn warn_if_swapped(features: &[Feature], file: &Path, report: &mut Report) {
    let [west, south, east, north] = GERMANY_WEST_SOUTH_EAST_NORTH;
    let germany = Bounds::between(LonLat::from_xy(west, south), LonLat::from_xy(east, north));
    let swapped = features.iter().filter(|feature| {
        let first = feature.shape.positions().next();
        first.is_some_and(|at| germany.contains(LonLat::from_xy(at.lat_deg, at.lon_deg)))
    });
    if !features.is_empty() && swapped.count() * 2 > features.len() {
        let message =
            "longitude and latitude look exchanged: most features lie off Somalia, where Germany would be mirrored";
        let advice = "exchange `x` and `y` in the layer file, or the order of the coordinates in the file";
        report.add(Finding::warning("axes-exchanged", message).in_file(file).advise(advice));
    }
}

/// Refuses coordinates that cannot be degrees when nobody says what they are; `None` if they can.
pub(super) fn refuse_unless_degrees(features: &[RawFeature], file: &Path) -> Option<SourceError> {
    let first = |feature: &RawFeature| feature.shape.positions().find(|at| at.x.is_finite() && at.y.is_finite());
    let positions: Vec<FileXy> = features.iter().filter_map(first).collect();
    let are_metres = positions.iter().filter(|at| at.x.abs() > 180.0 || at.y.abs() > 90.0).count();
    if are_metres * 2 <= positions.len() {
        return None;
    }
    let hint = positions.first().map_or_else(Message::default, |at| hint(at.x, at.y));
    Some(SourceError::CrsMissing { file: file.to_path_buf(), hint })
}

/// What a coordinate pair looks like in Germany.
pub(super) fn hint(x: f64, y: f64) -> Message {
    let is_northing = (5_200_000.0..6_200_000.0).contains(&y);
    let guess = match x {
        _ if (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y) => "degrees: \"EPSG:4326\"",
        _ if is_northing && (100_000.0..1_000_000.0).contains(&x) => "UTM: \"EPSG:25832\" or \"EPSG:25833\"",
        _ if is_northing && (32e6..33e6).contains(&x) => "UTM with the zone in front: \"EPSG:4647\"",
        _ if is_northing && (33e6..34e6).contains(&x) => "UTM with the zone in front: \"EPSG:5650\"",
        _ if is_northing && (2.4e6..2.7e6).contains(&x) => "Gauss-Krüger zone 2: \"EPSG:31466\"",
        _ if is_northing && (3.3e6..3.8e6).contains(&x) => "Gauss-Krüger zone 3: \"EPSG:31467\"",
        _ if is_northing && (4.3e6..4.7e6).contains(&x) => "Gauss-Krüger zone 4: \"EPSG:31468\"",
        _ if is_northing && (5.3e6..5.7e6).contains(&x) => "Gauss-Krüger zone 5: \"EPSG:31469\"",
        _ if (4.0e6..4.7e6).contains(&x) && (2.6e6..3.6e6).contains(&y) => "\"EPSG:3035\"",
        _ if (6e5..1.8e6).contains(&x) && (5.9e6..7.4e6).contains(&y) => "Web Mercator: \"EPSG:3857\"",
        _ => return message!("; the first coordinates are {x} / {y}", x, y),
    };
    message!("; the first coordinates, {x} / {y}, look like {guess}", x, y, guess)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(row: u64, x: f64, y: f64) -> RawFeature {
        RawFeature { row, attributes: Vec::new(), shape: Shape::Point(FileXy { x, y }) }
    }

    fn square(row: u64, x: f64, y: f64, side: f64) -> RawFeature {
        let at = |x, y| FileXy { x, y };
        let exterior = vec![at(x, y), at(x + side, y), at(x + side, y + side), at(x, y + side)];
        let shape = Shape::Polygons(vec![Polygon { exterior, holes: Vec::new() }]);
        RawFeature { row, attributes: Vec::new(), shape }
    }

    fn placed(features: Vec<RawFeature>, crs: &str) -> (Vec<u64>, Report) {
        let (mut remarks, mut report) = (Remarks::default(), Report::default());
        let crs = Crs::from_code(crs).expect("known");
        let features = to_lon_lat(features, crs, Path::new("x"), &mut remarks, &mut report);
        remarks.report(Path::new("x"), &mut report);
        (features.iter().map(|feature| feature.row).collect(), report)
    }

    fn codes(report: &Report) -> Vec<&'static str> {
        report.findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_facility_at_null_island_is_left_out_and_named() {
        let (rows, report) = placed(vec![point(1, 9.5, 52.8), point(2, 0.0, 0.0)], "4326");
        assert_eq!((rows, codes(&report)), (vec![1], vec!["null-island"]));
        assert_eq!(report.findings[0].cases[0].line, Some(2));
    }

    #[test]
    fn a_polygon_at_zero_is_left_out_in_degrees_and_in_metres() {
        let (rows, report) = placed(vec![square(1, 9.5, 52.8, 0.1), square(2, 0.0, 0.0, 0.1)], "4326");
        assert_eq!((rows, codes(&report)), (vec![1], vec!["null-island"]));
        let features = vec![square(1, 540_000.0, 5_857_000.0, 1000.0), square(2, 0.0, 0.0, 1000.0)];
        let (rows, report) = placed(features, "25832");
        assert_eq!((rows, codes(&report)), (vec![1], vec!["outside-crs-area"]));
    }

    #[test]
    fn an_area_with_one_vertex_that_is_no_place_is_left_out() {
        let mut broken = square(2, 9.5, 52.8, 0.1);
        if let Shape::Polygons(polygons) = &mut broken.shape {
            polygons[0].exterior[2].y = f64::NAN;
        }
        let (rows, report) = placed(vec![square(1, 9.0, 52.0, 0.1), broken, point(3, 190.0, 52.0)], "4326");
        assert_eq!((rows, codes(&report)), (vec![1], vec!["bad-coordinate"]));
    }

    #[test]
    fn a_zone_in_front_of_the_easting_is_told() {
        let (rows, report) = placed(vec![point(1, 32_540_000.0, 5_857_000.0)], "25832");
        assert_eq!((rows, codes(&report)), (vec![1], vec!["zone-prefixed-easting"]));
    }

    #[test]
    fn exchanged_axes_are_told() {
        let (_, report) = placed(vec![point(1, 52.8, 9.5), point(2, 52.9, 9.6)], "4326");
        assert_eq!(codes(&report), vec!["axes-exchanged"]);
    }

    #[test]
    fn metres_without_a_crs_are_refused_with_a_guess() {
        assert!(refuse_unless_degrees(&[point(1, 9.5, 52.8)], Path::new("x")).is_none());
        let error = refuse_unless_degrees(&[point(1, 392_000.0, 5_820_000.0)], Path::new("x")).expect("are metres");
        assert_eq!(
            error.to_string(),
            "x does not say in which CRS its coordinates are; set `crs` in the layer file; the first coordinates, \
             392000 / 5820000, look like UTM: \"EPSG:25832\" or \"EPSG:25833\""
        );
    }
}
