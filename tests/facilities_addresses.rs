//! Tables that have addresses only, matched against a list of addresses: how many are found, and how far from where
//! others say they are.
//!
//! The files lie beside the project and are not part of it; without them these tests pass.

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

/// Metres between where each was placed and where its own columns `lon` and `lat` have it, ascending, with a remark of
/// the row.
fn off(set: &FeatureSet) -> Vec<f64> {
    let (lon, lat) = (set.column("lon").expect("has lon"), set.column("lat").expect("has lat"));
    let number = |feature: &source::Feature, column: usize| feature.attributes[column].to_text()?.parse::<f64>().ok();
    let mut off: Vec<f64> = set
        .features
        .iter()
        .filter_map(|feature| {
            let Shape::Point(at) = &feature.shape else { return None };
            let own = LonLat { lon_deg: number(feature, lon)?, lat_deg: number(feature, lat)? };
            Some(haversine_m(*at, own))
        })
        .collect();
    off.sort_by(f64::total_cmp);
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
    let off = off(&set);
    let (near, lost) = (cases(&report, "address-near"), cases(&report, "address-not-found") + cases(&report, "no-address"));
    let found = set.features.len();
    eprintln!("SN: {found} found ({near} nearly), {lost} not; median {:.0} m, within 200 m {:.3}, 1 km {:.3}", off[off.len() / 2], share_within(&off, 200.0), share_within(&off, 1000.0));
    for finding in &report.findings { eprintln!("{} {} {}", finding.code, finding.cases.len(), &*finding.message); for case in finding.cases.iter().step_by(finding.cases.len() / 12 + 1) { eprintln!("    {:?} {}", case.line, &*case.detail); } }
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
    let off = off(&set);
    let (near, lost) = (cases(&report, "address-near"), cases(&report, "address-not-found"));
    eprintln!("BE: {} found ({near} nearly), {lost} not; median {:.0} m, within 200 m {:.3}, 1 km {:.3}", set.features.len(), off[off.len() / 2], share_within(&off, 200.0), share_within(&off, 1000.0));
    for finding in &report.findings { eprintln!("{} {} {}", finding.code, finding.cases.len(), &*finding.message); for case in finding.cases.iter().step_by(finding.cases.len() / 12 + 1) { eprintln!("    {:?} {}", case.line, &*case.detail); } }
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
    for (table, filter) in
        [(hospitals, None), (schools, Some("address LIKE '%Soltau%' OR address LIKE '%Walsrode%'"))]
    {
        let mut report = Report::default();
        let set = source::open(&by_address(&table, filter, &list), &mut report).expect("is read");
        let off = off(&set);
        let near = cases(&report, "address-near");
        eprintln!("HK: {} found ({near} nearly), {} not; off {off:.0?}", set.features.len(), cases(&report, "address-not-found"));
        for finding in &report.findings { eprintln!("{} {} {}", finding.code, finding.cases.len(), &*finding.message); for case in &finding.cases { eprintln!("    {:?} {}", case.line, &*case.detail); } }
    }
}

#[test]
fn the_list_may_be_in_any_crs_and_what_it_lacks_is_named_and_not_placed() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("can be written");
        folder.path().join(name)
    };
    let list = write("list.csv", "Straße;Hausnr;PLZ;Ort;Rechtswert;Hochwert\nPoststraße;12;29664;Walsrode;540000;5857000\n");
    let table = write("t.csv", "Name;Straße;Hausnummer;PLZ;Ort\nA;Poststr.;12;29664;Walsrode\nB;Poststr.;80;29664;Walsrode\nC;;;29664;Walsrode\n");
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
