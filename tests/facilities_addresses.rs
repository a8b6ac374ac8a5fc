//! Tables that have addresses only, matched against a list of addresses: how many are found, and how far from where
//! others say they are.
//!
//! The files lie beside the project and are not part of it; without them these tests pass.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kreisel::config::{PointColumns, SourceConfig};
use kreisel::filter::Filter;
use kreisel::geo::{LonLat, Shape};
use kreisel::report::Report;
use kreisel::source::{self, FeatureSet};

fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(name);
    if !path.is_file() {
        #[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was not tried")]
        {
            eprintln!("skipped: {} is not there", path.display());
        }
        return None;
    }
    Some(path)
}

fn by_address(table: &Path, filter: Option<&str>, list: &Path) -> SourceConfig {
    SourceConfig {
        filter: filter.map(|filter| Filter::parse(filter).expect("is a filter")),
        addresses: Some(Box::new(SourceConfig::of(list))),
        ..SourceConfig::of(table)
    }
}

/// Rows that a finding names.
fn cases(report: &Report, code: &str) -> usize {
    report.findings.iter().filter(|finding| finding.code == code).map(|finding| finding.cases.len()).sum()
}

/// Metres between where each was placed and where its own columns `lon` and `lat` have it, ascending: of exact and of
/// near matches.
fn off(set: &FeatureSet, report: &Report) -> [Vec<f64>; 2] {
    let (lon, lat) = (set.column("lon").expect("has lon"), set.column("lat").expect("has lat"));
    let number = |feature: &source::Feature, column: usize| feature.attributes[column].to_text()?.parse::<f64>().ok();
    let near = report.findings.iter().filter(|finding| finding.code == "address-near");
    let near: HashSet<u64> = near.flat_map(|finding| &finding.cases).filter_map(|case| case.line).collect();
    let mut off = [Vec::new(), Vec::new()];
    for feature in &set.features {
        let Shape::Point(at) = &feature.shape else { continue };
        let Some((lon_deg, lat_deg)) = number(feature, lon).zip(number(feature, lat)) else { continue };
        off[usize::from(near.contains(&feature.row))].push(haversine_m(*at, LonLat { lon_deg, lat_deg }));
    }
    for off in &mut off {
        off.sort_by(f64::total_cmp);
    }
    off
}

fn haversine_m(one: LonLat, other: LonLat) -> f64 {
    let half = |a: f64, b: f64| ((a - b).to_radians() / 2.0).sin().powi(2);
    let (a, b) = (one.lat_deg.to_radians(), other.lat_deg.to_radians());
    let h = half(one.lat_deg, other.lat_deg) + a.cos() * b.cos() * half(one.lon_deg, other.lon_deg);
    2.0 * 6_371_008.8 * h.sqrt().asin()
}

fn share_within(off: &[f64], metres: f64) -> f64 {
    off.iter().filter(|distance| **distance <= metres).count() as f64 / off.len() as f64
}

#[test]
fn schools_of_one_register_are_found_by_the_addresses_of_another() {
    let (Some(schools), Some(list)) =
        (shared("facilities/schulen_de_2019.csv.gz"), shared("facilities/schulen_sachsen_2026_mit_ags.csv.gz"))
    else {
        return;
    };
    let mut report = Report::default();
    let set = source::open(&by_address(&schools, Some("state = 'SN'"), &list), &mut report).expect("is read");
    let [exact, near] = off(&set, &report);
    let lost = cases(&report, "address-not-found") + cases(&report, "no-address");
    // every row with coordinates is found exactly, nearly or not at all, and told
    assert_eq!(set.features.len(), exact.len() + near.len());
    assert!(exact.len() > 950 && lost < 1100, "{} {lost}", exact.len());
    // the older register has bad geocodes of its own (shared/data/README.md); this is what two registers agree on
    assert!(share_within(&exact, 200.0) > 0.92, "{}", share_within(&exact, 200.0));
    assert!(share_within(&near, 1000.0) > 0.75, "{}", share_within(&near, 1000.0));
}

#[test]
fn schools_are_found_by_the_addresses_of_day_care_centres_in_the_same_houses() {
    let (Some(schools), Some(list)) =
        (shared("facilities/schulen_de_2019.csv.gz"), shared("facilities/kitas_berlin_2018.csv.gz"))
    else {
        return;
    };
    let mut report = Report::default();
    let set = source::open(&by_address(&schools, Some("state = 'BE'"), &list), &mut report).expect("is read");
    let [exact, near] = off(&set, &report);
    assert!(exact.len() >= 40 && near.len() >= 100, "{} {}", exact.len(), near.len());
    assert!(share_within(&exact, 200.0) > 0.85, "{}", share_within(&exact, 200.0));
    // two plots further
    assert!(near[near.len() / 2] < 150.0, "{}", near[near.len() / 2]);
}

/// The streets of Soltau and Walsrode as a list: one point each, the middle of the line.
fn streets(folder: &Path) -> Option<PathBuf> {
    let packed = std::fs::File::open(shared("heidekreis/hk_strassen_soltau_walsrode_osm.geojson.gz")?).ok()?;
    let streets: serde_json::Value = serde_json::from_reader(flate2::read::GzDecoder::new(packed)).ok()?;
    let mut list = "Straße;PLZ;Ort;lon;lat\n".to_owned();
    for street in streets["features"].as_array()? {
        let text = |key: &str| street["properties"][key].as_str().unwrap_or_default();
        let mut line = &street["geometry"]["coordinates"];
        while line[0][0].is_array() {
            line = &line[0];
        }
        let middle = if line[0].is_array() { &line[line.as_array()?.len() / 2] } else { line };
        writeln!(list, "{};{};{};{};{}", text("name"), text("postcode"), text("town"), middle[0], middle[1]).ok()?;
    }
    let path = folder.join("streets.csv");
    std::fs::write(&path, list).ok()?;
    Some(path)
}

#[test]
fn a_list_of_streets_places_facilities_in_their_street_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let Some(list) = streets(folder.path()) else { return };
    let (Some(hospitals), Some(schools)) =
        (shared("heidekreis/hk_krankenhaeuser_2020.csv"), shared("heidekreis/hk_schulen_2019.csv"))
    else {
        return;
    };
    // one hospital is in Bad Fallingbostel, of which the list has no street
    for (table, filter, found, lost) in
        [(hospitals, None, 4, 1), (schools, Some("address LIKE '%Soltau%' OR address LIKE '%Walsrode%'"), 29, 0)]
    {
        let mut report = Report::default();
        let set = source::open(&by_address(&table, filter, &list), &mut report).expect("is read");
        let [exact, near] = off(&set, &report);
        assert_eq!((exact.len(), near.len(), cases(&report, "address-not-found")), (0, found, lost));
        assert!(near[near.len() / 2] < 250.0, "{near:?}");
    }
}

#[test]
fn the_list_may_be_in_any_crs_and_what_it_lacks_is_named_and_not_placed() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("can be written");
        folder.path().join(name)
    };
    let list =
        write("list.csv", "Straße;Hausnr;PLZ;Ort;Rechtswert;Hochwert\nPoststraße;12;29664;Walsrode;540000;5857000\n");
    let table = write(
        "t.csv",
        "Name;Straße;Hausnummer;PLZ;Ort\nA;Poststr.;12;29664;Walsrode\nB;Poststr.;80;29664;Walsrode\nC;;;29664;Walsrode\n",
    );
    let mut config = by_address(&table, None, &list);
    let list = config.addresses.as_mut().expect("has a list");
    list.crs = kreisel::geo::Crs::from_code("EPSG:25832").ok();
    list.points = Some(PointColumns { x: "Rechtswert".to_owned(), y: "Hochwert".to_owned() });
    let mut report = Report::default();
    let set = source::open(&config, &mut report).expect("is read");
    assert_eq!(set.features.len(), 1);
    let Shape::Point(at) = &set.features[0].shape else { panic!("is a point") };
    // the same place as in source's own test of EPSG:25832
    assert!((at.lon_deg - 9.594).abs() < 0.01 && (at.lat_deg - 52.86).abs() < 0.01, "{at:?}");
    let lost = report.findings.iter().find(|finding| finding.code == "address-not-found").expect("is told");
    assert_eq!(lost.cases[0].line, Some(3));
    assert_eq!(
        &*lost.cases[0].detail,
        "Poststr. 80, 29664 Walsrode: similar in the list: Poststraße 12, 29664 Walsrode"
    );
    assert_eq!(cases(&report, "no-address"), 1);
}
