//! Reprojection against PROJ: the values and the script that made them lie in `tests/reference/`.

use kreisel::geo::{Crs, LonLat};

/// What the project promises within Germany.
const TOLERANCE_M: f64 = 0.01;

struct Reference<'a> {
    label: &'a str,
    /// The operation in `crs.csv`, dialect and text in `crs_wkt.tsv`.
    about: Vec<&'a str>,
    x: f64,
    y: f64,
    lon_lat: LonLat,
}

/// Distance over the ground, on a sphere: exact enough for centimetres.
fn distance_m(a: LonLat, b: LonLat) -> f64 {
    let north = (a.lat_deg - b.lat_deg) * 111_320.0;
    let east = (a.lon_deg - b.lon_deg) * 111_320.0 * a.lat_deg.to_radians().cos();
    north.hypot(east)
}

fn number(text: &str) -> f64 {
    text.parse().expect("reference values are numbers")
}

fn positions() -> Vec<Reference<'static>> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split(';').collect();
        let lon_lat = LonLat { lon_deg: number(cells[3]), lat_deg: number(cells[4]) };
        Reference { label: cells[0], about: vec![cells[5]], x: number(cells[1]), y: number(cells[2]), lon_lat }
    };
    include_str!("reference/crs.csv").lines().skip(1).map(row).collect()
}

fn texts() -> Vec<Reference<'static>> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let lon_lat = LonLat { lon_deg: number(cells[5]), lat_deg: number(cells[6]) };
        Reference {
            label: cells[0],
            about: vec![cells[1], cells[2]],
            x: number(cells[3]),
            y: number(cells[4]),
            lon_lat,
        }
    };
    include_str!("reference/crs_wkt.tsv").lines().skip(1).map(row).collect()
}

#[test]
fn every_code_agrees_with_proj_to_a_centimetre() {
    for reference in positions() {
        let crs = Crs::from_code(reference.label).expect("the code is known");
        let got = crs.to_lon_lat(reference.x, reference.y).expect("the position is inside");
        let off_m = distance_m(got, reference.lon_lat);
        assert!(off_m < TOLERANCE_M, "{} {} / {} is {off_m} m off", reference.label, reference.x, reference.y);
    }
}

#[test]
fn dhdn_is_compared_where_proj_takes_either_operation() {
    let rows = positions();
    for code in ["EPSG:31467", "EPSG:31468", "EPSG:4314"] {
        for operation in ["DHDN to WGS 84 (2)", "DHDN to WGS 84 (3)"] {
            let is_such = |row: &&Reference| row.label == code && row.about[0].contains(operation);
            let count = rows.iter().filter(is_such).count();
            assert!(count >= 20, "{code}: {count} positions with {operation}");
        }
    }
}

#[test]
fn every_dialect_of_a_prj_agrees_with_proj_to_a_centimetre() {
    for reference in texts() {
        let (dialect, text) = (reference.about[0], reference.about[1]);
        let crs = Crs::from_wkt(text).unwrap_or_else(|error| panic!("{} {dialect}: {error}", reference.label));
        let got = crs.to_lon_lat(reference.x, reference.y).expect("the position is inside");
        let off_m = distance_m(got, reference.lon_lat);
        assert!(off_m < TOLERANCE_M, "{} in {dialect} is {off_m} m off: {crs:?}", reference.label);
    }
}

#[test]
fn every_dialect_of_a_prj_is_recognised_as_its_code() {
    for reference in texts().iter().filter(|reference| reference.label.starts_with("EPSG:")) {
        let crs = Crs::from_wkt(reference.about[1]).expect("the text is read");
        assert_eq!(crs.name(), reference.label, "in {}", reference.about[0]);
    }
}
