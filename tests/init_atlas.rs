//! `kreisel init`: a new atlas is complete, in order, and written whole or not at all.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic like the test itself")]
#![expect(clippy::print_stderr, reason = "a test that is left out says so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kreisel::config::{self, Config};
use kreisel::geo::{Position, Shape};
use kreisel::init::{self, Boundaries, InitError};
use kreisel::report::Report;
use kreisel::source::{self, FeatureSet};
use serde_json::Value;

/// The country's boundary files, if they lie beside the project.
fn boundary_file(name: &str) -> Option<PathBuf> {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/boundaries")).join(name);
    if file.exists() {
        return Some(file);
    }
    eprintln!("{} is not here; the test is left out", file.display());
    None
}

fn load(root: &Path) -> Config {
    let mut report = Report::default();
    let config = config::load(root, &mut report);
    assert_eq!(report.findings, []);
    config.unwrap()
}

/// Builds the release and gives what it has to say.
fn serves(root: &Path) -> kreisel::release::Release {
    let mut report = Report::default();
    let config = config::load(root, &mut report).unwrap();
    let release = kreisel::release::build(config, report).unwrap();
    assert_eq!(release.report.findings, []);
    release
}

fn features(config: &Config, layer: &str) -> FeatureSet {
    let layer = config.layers.iter().find(|found| found.id.as_str() == layer).unwrap();
    let mut report = Report::default();
    let set = source::open(&layer.source, &mut report).unwrap();
    assert_eq!(report.findings, []);
    set
}

fn column(set: &FeatureSet, name: &str) -> Vec<String> {
    let column = set.column(name).unwrap();
    set.features.iter().map(|feature| feature.attributes[column].to_text().unwrap_or_default()).collect()
}

fn layer_ids(config: &Config) -> Vec<&str> {
    config.layers.iter().map(|layer| layer.id.as_str()).collect()
}

/// Positions in lon/lat of the county, generously.
fn lies_around_heidekreis(shape: &Shape<kreisel::geo::LonLat>) -> bool {
    shape.positions().all(|at| (9.2..10.4).contains(&at.x()) && (52.5..53.4).contains(&at.y()))
}

#[test]
fn an_atlas_without_boundaries_is_an_example_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("neu");
    init::create(&place, None).unwrap();
    let config = load(&place);
    assert_eq!(layer_ids(&config), ["areas", "facilities"]);
    assert!(config.layers.iter().all(|layer| layer.provenance.invented));
    assert!(config.indicators.iter().all(|indicator| indicator.provenance.invented));
    assert!(config.atlas.notice.as_ref().unwrap().de.contains("erfunden"));
    let areas = features(&config, "areas");
    assert_eq!(column(&areas, "key"), ["B1", "B2", "B3", "B4"]);
    assert_eq!(features(&config, "facilities").features.len(), 3);
    serves(&place);
    for file in ["README.md", "schemas/layer.schema.json", "schemas/atlas.schema.json", "schemas/indicator.schema.json"]
    {
        assert!(place.join(file).is_file(), "{file}");
    }
    // nothing is left beside it
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn every_file_for_people_names_the_schema_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("neu");
    init::create(&place, None).unwrap();
    for name in ["atlas.toml", "layers/areas.toml", "layers/facilities.toml", "indicators/example.toml"] {
        let file = place.join(name);
        let text = fs::read_to_string(&file).unwrap();
        let schema = text.lines().next().unwrap().strip_prefix("#:schema ").unwrap();
        let schema = file.parent().unwrap().join(schema);
        let _: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    }
}

#[test]
fn an_empty_folder_is_filled_and_one_with_something_in_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    init::create(folder.path(), None).unwrap();
    load(folder.path());
    let before = fs::read_to_string(folder.path().join("atlas.toml")).unwrap();
    let error = init::create(folder.path(), None).unwrap_err();
    assert!(matches!(error, InitError::NotEmpty { .. }));
    assert!(
        error.to_string().contains("is not empty, it holds README.md, atlas.toml, data, indicators, layers and 2 more"),
        "{error}"
    );
    assert_eq!(fs::read_to_string(folder.path().join("atlas.toml")).unwrap(), before);
}

#[test]
fn a_refused_boundary_file_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no.zip");
    fs::write(&file, "this is no zip").unwrap();
    let boundaries = Boundaries { file, county: "03358".to_owned() };
    assert!(matches!(init::create(&folder.path().join("neu"), Some(&boundaries)), Err(InitError::Boundaries(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_2016_file_gives_heidekreis_with_24_municipalities() {
    let Some(file) = boundary_file("vg250_2016-01-01_utm32s.zip") else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("heidekreis");
    let init::Created { report, county } =
        init::create(&place, Some(&Boundaries { file, county: "3358".to_owned() })).unwrap();
    assert_eq!(county.as_deref(), Some("Landkreis Heidekreis (03358)"));
    assert!(report.findings.iter().any(|finding| finding.code == "zero-restored"));
    assert!(report.facts.iter().any(|fact| fact.subject == "VG250_KRS" && fact.text == "9 rows of water left out"));
    let config = load(&place);
    assert_eq!(config.atlas.id, "heidekreis");
    assert_eq!(config.atlas.publisher.de, "Landkreis Heidekreis");
    // the file has no associations
    assert_eq!(layer_ids(&config), ["municipalities", "county", "districts"]);
    let municipalities = features(&config, "municipalities");
    let keys: BTreeSet<String> = column(&municipalities, "AGS").into_iter().collect();
    assert_eq!((municipalities.features.len(), keys.len()), (24, 24));
    assert!(keys.contains("03358004") && keys.contains("03358501"));
    assert!(column(&municipalities, "GEN").contains(&"Häuslingen".to_owned()));
    assert!(municipalities.features.iter().all(|feature| lies_around_heidekreis(&feature.shape)));
    let districts = features(&config, "districts");
    // 38 districts and 8 towns of their own; Göttingen and Osterode merged at the end of that year
    assert_eq!(districts.features.len(), 46);
    assert_eq!(column(&features(&config, "county"), "GEN"), ["Heidekreis"]);
    let provenance = &config.layers[0].provenance;
    assert_eq!(provenance.attribution, "© GeoBasis-DE / BKG 2016 (Daten verändert)");
    assert_eq!(provenance.date.as_deref(), Some("2016-01-01"));
    assert_eq!(provenance.license, "dl-de/by-2-0");
}

#[test]
fn the_official_2021_bundle_in_gauss_krueger_gives_heidekreis_as_it_comes() {
    let Some(file) = boundary_file("vg5000_2021-01-01_gk3.shape.ebenen.zip") else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("heidekreis");
    init::create(&place, Some(&Boundaries { file, county: "Heidekreis".to_owned() })).unwrap();
    let config = load(&place);
    assert_eq!(layer_ids(&config), ["municipalities", "associations", "county", "districts"]);
    let municipalities = features(&config, "municipalities");
    assert_eq!(municipalities.features.len(), 23);
    assert!(column(&municipalities, "AGS").contains(&"03358024".to_owned()));
    assert!(municipalities.features.iter().all(|feature| lies_around_heidekreis(&feature.shape)));
    let associations = features(&config, "associations");
    let keys = column(&associations, "ARS");
    assert!(keys.contains(&"033585401".to_owned()), "{keys:?}");
    assert!(keys.iter().all(|key| key.len() == 9 && key.starts_with("03358")));
    assert_eq!(features(&config, "districts").features.len(), 45);
    assert_eq!(config.layers[0].provenance.attribution, "© GeoBasis-DE / BKG 2021 (Daten verändert)");
    assert_eq!(config.layers[0].provenance.date.as_deref(), Some("2021-01-01"));
    serves(&place);
    // the example table knows every municipality
    let table = fs::read_to_string(place.join("data/values/example.csv")).unwrap();
    assert_eq!(table.lines().count(), 1 + 23 * 3);
    assert!(table.contains("\n03358024;Walsrode;2022;example;"));
}

#[test]
fn a_file_with_nothing_but_the_ars_gives_municipalities_with_an_ags() {
    let Some(file) = boundary_file("vg250_gem_2022_zensus_simplified_utm32.zip") else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("neu");
    init::create(&place, Some(&Boundaries { file, county: "03358".to_owned() })).unwrap();
    let config = load(&place);
    assert_eq!(layer_ids(&config), ["municipalities"]);
    let municipalities = features(&config, "municipalities");
    assert_eq!(municipalities.features.len(), 23);
    assert!(column(&municipalities, "AGS").contains(&"03358024".to_owned()));
    assert_eq!(config.layers[0].name_column, None);
}

#[test]
fn an_unknown_county_is_told_with_the_nearest_of_the_real_file() {
    let Some(file) = boundary_file("vg5000_2021-01-01_gk3.shape.ebenen.zip") else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("neu");
    let told = |county: &str| {
        let boundaries = Boundaries { file: file.clone(), county: county.to_owned() };
        init::create(&place, Some(&boundaries)).unwrap_err().to_string()
    };
    let error = told("Heidkreis");
    assert!(
        error.contains("no county \"Heidkreis\" among the 401 of the file; nearest are: 03358 Landkreis Heidekreis"),
        "{error}"
    );
    let error = told("03399");
    assert!(error.contains("nearest are: 033"), "{error}");
    let error = told("03358024");
    assert_eq!(
        error,
        "\"03358024\" is no county; the area with the key 03358024 lies in 03358 Landkreis Heidekreis: give --county 03358"
    );
    let error = told("schneverdingen");
    assert!(
        error.ends_with("Schneverdingen (03358019) lies in 03358 Landkreis Heidekreis: give --county 03358"),
        "{error}"
    );
    let error = told("Soltau-Fallingbostel");
    assert!(error.starts_with("no county"), "{error}");
    assert!(!place.exists());
}

#[test]
fn a_county_is_found_without_the_word_before_its_name() {
    let Some(file) = boundary_file("vg5000_2021-01-01_gk3.shape.ebenen.zip") else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("neu");
    let created = init::create(&place, Some(&Boundaries { file, county: "Hannover".to_owned() })).unwrap();
    assert_eq!(created.county.as_deref(), Some("Region Hannover (03241)"));
    assert_eq!(load(&place).atlas.publisher.de, "Region Hannover");
}

#[test]
fn an_upload_whose_municipalities_have_no_shapes_is_told_so() {
    let Some(file) = boundary_file("vg250_2021-01-01_utm32s_teilmenge.zip") else { return };
    let folder = tempfile::tempdir().unwrap();
    let boundaries = Boundaries { file, county: "03358".to_owned() };
    let error = init::create(&folder.path().join("neu"), Some(&boundaries)).unwrap_err().to_string();
    assert!(error.contains("VG250_GEM (a table without shapes)"), "{error}");
}
