//! Facility layers of an atlas from workbooks, with offers, with an extract of OpenStreetMap, in two sources at once:
//! what a planner writes, and what `check` says.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic like the test itself")]

use std::fs;
use std::path::{Path, PathBuf};

use kreisel::attribute::Attribute;
use kreisel::config::{self, OFFER_ATTRIBUTES, SourceConfig};
use kreisel::release::{self, Layer, Release};
use kreisel::report::{Finding, Report};
use kreisel::source::{self, FeatureSet};
use kreisel::{init, release::FeatureRecord};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

const PROVENANCE: &str =
    "[provenance]\nsource = \"Landkreis\"\nlicense = \"dl-de/by-2-0\"\nattribution = \"© Landkreis\"\n";
const OSM_PROVENANCE: &str = "[provenance]\nsource = \"OpenStreetMap\"\nlicense = \"ODbL-1.0\"\n\
                              attribution = \"© OpenStreetMap contributors\"\n";

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

/// A new example atlas with further files.
fn atlas(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    init::create(folder.path(), None).unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn load(folder: &Path) -> Result<Release, Report> {
    release::load(folder)
}

fn layer<'r>(release: &'r Release, id: &str) -> &'r Layer {
    release.layers.iter().find(|layer| layer.config.id.as_str() == id).unwrap()
}

fn finding<'r>(report: &'r Report, code: &str) -> &'r Finding {
    let found = report.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} in {:#?}", report.findings))
}

/// Sheets of rows, as a workbook.
fn workbook(path: &Path, sheets: &[(&str, &[&[&str]])]) {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number).unwrap(),
                    Err(_) => sheet.write_string(row, column, *cell).unwrap(),
                };
            }
        }
    }
    book.save(path).unwrap();
}

const COUNSELLING: &str = "kind = \"facility\"\ntitle = \"Beratung\"\nname = \"Name\"\n";
const CATEGORY: &str = "[categories.counselling]\ntitle = \"Beratung\"\n";

#[test]
fn a_workbook_gives_the_same_facilities_as_its_text_with_excels_rows() {
    let Some(text) = shared("heidekreis/hk_schulen_2019.csv") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schools.xlsx");
    let mut reader = csv::Reader::from_path(&text).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let records: Vec<Vec<String>> =
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    let (title, blank) = (vec!["Schulen".to_owned()], Vec::new());
    let rows: Vec<Vec<&str>> = [&title, &blank, &header]
        .into_iter()
        .chain(&records)
        .map(|cells| cells.iter().map(String::as_str).collect())
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    workbook(&path, &[("Hinweise", &[&["Stand 2019"]]), ("Schulen", &rows)]);
    let open = |path: &Path| {
        let points = Some(config::PointColumns { x: "lon".to_owned(), y: "lat".to_owned() });
        source::open(&SourceConfig { points, ..SourceConfig::of(path) }, &mut Report::default()).unwrap()
    };
    let (of_text, of_book): (FeatureSet, FeatureSet) = (open(&text), open(&path));
    assert_eq!((of_book.features.len(), &of_book.columns), (100, &of_text.columns));
    for (number, (text, book)) in of_text.features.iter().zip(&of_book.features).enumerate() {
        assert_eq!(text.shape, book.shape);
        assert_eq!(text.attributes, book.attributes);
        assert_eq!(book.row, number as u64 + 4, "title, blank row, header, then the first");
    }
}

#[test]
fn a_sheet_is_found_by_its_columns_or_its_name_and_what_is_wrong_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xlsx");
    let places: &[&[&str]] = &[&["Name", "lon", "lat"], &["A", "9.7", "53"], &["B", "", ""], &["C", "9,8", "abc"]];
    workbook(&path, &[("Alt", places), ("Neu", places), ("Hinweise", &[&["nichts"]])]);
    let points = Some(config::PointColumns { x: "lon".to_owned(), y: "lat".to_owned() });
    let mut config = SourceConfig { points, ..SourceConfig::of(&path) };
    let refused = |config: &SourceConfig| source::open(config, &mut Report::default()).unwrap_err().to_string();
    assert!(
        refused(&config).ends_with("has several sheets; set `sheet` in the layer file to one of: Alt, Neu, Hinweise")
    );
    config.sheet = Some("alte".to_owned());
    assert!(refused(&config).ends_with("has no sheet \"alte\"; its sheets are: Alt, Neu, Hinweise"));
    config.sheet = Some("Hinweise".to_owned());
    assert!(refused(&config).contains("x.xlsx/Hinweise has no column \"lon\""), "{}", refused(&config));
    config.sheet = Some("neu".to_owned());
    let mut report = Report::default();
    assert_eq!(source::open(&config, &mut report).unwrap().features.len(), 1);
    assert_eq!(finding(&report, "no-coordinates").cases[0].line, Some(3));
    assert_eq!(finding(&report, "bad-coordinate").cases[0].line, Some(4));
}

#[test]
fn offers_are_found_by_usual_column_names_and_read_where_they_have_a_form() {
    let layer_file = format!(
        "{COUNSELLING}attributes = {{ operator = {{}}, opening_hours = {{}}, barrier_free = {{}}, last_checked = {{}} }}\n\
         [source]\nfile = \"../data/facilities/b.csv\"\nx = \"lon\"\ny = \"lat\"\n{CATEGORY}{PROVENANCE}"
    );
    let table = "Name;Träger;Öffnungszeiten;rollstuhlgerecht;Stand;lon;lat\n\
                 A;Kreis;Mo–Fr 8–12 Uhr;ja;31.05.2024;9.76;53.01\n\
                 B;Verein;nach Absprache;Rampe;neulich;9.77;53.01\n";
    let folder = atlas(&[("layers/advice.toml", &layer_file), ("data/facilities/b.csv", table)]);
    let release = load(folder.path()).unwrap();
    let layer = layer(&release, "advice");
    assert_eq!(layer.config.attributes[1].title.de, "Öffnungszeiten");
    let texts =
        |record: &FeatureRecord| -> Vec<String> { record.attributes.iter().filter_map(Attribute::to_text).collect() };
    assert_eq!(texts(&layer.features[0]), ["Kreis", "Mo-Fr 08:00-12:00", "yes", "2024-05-31"]);
    assert_eq!(texts(&layer.features[1]), ["Verein", "nach Absprache", "Rampe", "neulich"]);
    for code in ["opening-hours-unreadable", "barrier-free-unreadable", "date-unreadable"] {
        assert_eq!(finding(&release.report, code).cases[0].line, Some(3), "{code}");
    }
    assert_eq!(
        &*finding(&release.report, "opening-hours-respelled").cases[0].detail,
        "\"Mo–Fr 8–12 Uhr\" read as Mo-Fr 08:00-12:00"
    );
}

#[test]
fn an_attribute_that_is_not_usual_needs_a_title() {
    let layer_file = format!(
        "{COUNSELLING}attributes = {{ colour = {{}} }}\n\
         [source]\nfile = \"../data/facilities/facilities.csv\"\nx = \"lon\"\ny = \"lat\"\n{CATEGORY}{PROVENANCE}"
    );
    let report = load(atlas(&[("layers/advice.toml", &layer_file)]).path()).unwrap_err();
    let detail = &finding(&report, "missing-key").cases[0].detail;
    assert!(detail.contains("an attribute needs a title, unless it is one of: description, operator"), "{}", &**detail);
}

#[test]
fn a_facility_in_two_sources_is_named_with_both_keys_and_files() {
    let layer_file = |file: &str| {
        format!(
            "{COUNSELLING}[key]\ncolumn = \"id\"\n[source]\nfile = \"../data/facilities/{file}\"\nx = \"lon\"\ny = \"lat\"\n{CATEGORY}{PROVENANCE}"
        )
    };
    let own = "id;Name;lon;lat\nk1;Suchtberatung Beispiel (erfunden);9.7600;53.0100\nk2;Beratung 1;9.90;53.00\n";
    // 0.001 degrees of latitude are 111 m, 0.0005 half of it
    let other = "id;Name;lon;lat\nw1;Suchtberatung Beispiel, erfunden;9.7600;53.0105\n\
                 w2;Suchtberatung Beispiel (erfunden);9.7600;53.0111\nw3;Beratung 2;9.90;53.00\n";
    let folder = atlas(&[
        ("layers/a.toml", &layer_file("own.csv")),
        ("layers/b.toml", &layer_file("verband.csv")),
        ("data/facilities/own.csv", own),
        ("data/facilities/verband.csv", other),
    ]);
    let release = load(folder.path()).unwrap();
    let twice: Vec<&Finding> = release.report.findings.iter().filter(|found| found.code == "facility-twice").collect();
    let cases: Vec<(&str, &str)> = twice
        .iter()
        .flat_map(|finding| finding.cases.iter())
        .map(|case| (case.key.as_deref().unwrap_or_default(), &*case.detail))
        .collect();
    // w2 is 122 m from k1, but 67 m from w1
    assert_eq!(
        cases,
        [
            ("k1", "Suchtberatung Beispiel (erfunden); 56 m away Suchtberatung Beispiel, erfunden (w1 in verband.csv)"),
            ("w1", "Suchtberatung Beispiel, erfunden; 67 m away Suchtberatung Beispiel (erfunden) (w2 in verband.csv)"),
        ]
    );
    assert_eq!((layer(&release, "a").features.len(), layer(&release, "b").features.len()), (2, 3), "nothing is merged");
}

#[test]
fn the_rows_of_one_school_for_each_of_its_school_types_are_named() {
    let Some(schools) = shared("heidekreis/hk_schulen_2019.csv") else { return };
    // independently: pairs of rows with the same name at the same place, columns 2, 8 and 9
    let mut reader = csv::Reader::from_path(&schools).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let same =
        |a: &csv::StringRecord, b: &csv::StringRecord| a[2].trim() == b[2].trim() && a[8] == b[8] && a[9] == b[9];
    let pairs: usize =
        rows.iter().enumerate().map(|(at, one)| rows[at + 1..].iter().filter(|other| same(one, other)).count()).sum();
    let layer_file = format!(
        "kind = \"facility\"\ntitle = \"Schulen\"\nname = \"name\"\n[key]\ncolumn = \"id\"\n\
         [source]\nfile = \"{}\"\nx = \"lon\"\ny = \"lat\"\n[categories.school]\ntitle = \"Schule\"\n{PROVENANCE}",
        schools.display()
    );
    let release = load(atlas(&[("layers/schools.toml", &layer_file)]).path()).unwrap();
    let found = finding(&release.report, "facility-twice").cases.len();
    assert!(pairs == 75 && found >= pairs, "{pairs} {found}");
}

#[test]
fn an_extract_is_a_layer_with_its_categories_and_its_licence_is_asked_for() {
    let Some(extract) = shared("osm/monaco-2016.osm.pbf") else { return };
    let layer_file = |provenance: &str, rule: &str| {
        format!(
            "kind = \"facility\"\ntitle = \"OSM\"\nattributes = {{ phone = {{}}, website = {{}} }}\n\
             [source]\nfile = \"{}\"\n\
             [categories.pharmacy]\ntitle = \"Apotheke\"\n{rule}[categories.hospital]\ntitle = \"Krankenhaus\"\nosm = \"amenity=hospital\"\n{provenance}",
            extract.display()
        )
    };
    let good = layer_file(OSM_PROVENANCE, "osm = \"amenity=pharmacy\"\n");
    let release = load(atlas(&[("layers/osm.toml", &good)]).path()).unwrap();
    let osm = layer(&release, "osm");
    let count = |id: &str| {
        osm.features.iter().filter(|record| record.category.as_ref().is_some_and(|own| own.as_str() == id)).count()
    };
    // shared/data/README.md: 23 pharmacies, 5 hospitals
    assert_eq!((count("pharmacy"), count("hospital"), osm.features.len()), (23, 5, 28));
    assert!(osm.features.iter().all(|record| record.key.starts_with("node/")));
    assert_eq!(osm.config.provenance.attribution, "© OpenStreetMap contributors");

    let details = |layer: &str| {
        let report = load(atlas(&[("layers/osm.toml", layer)]).path()).unwrap_err();
        let cases = report.findings.iter().flat_map(|finding| &finding.cases);
        cases.map(|case| case.detail.to_string()).collect::<Vec<_>>().join("\n")
    };
    let told = details(&layer_file(PROVENANCE, "osm = \"amenity\"\n"));
    for part in [
        "attribution = \"© OpenStreetMap contributors\"",
        "license = \"ODbL-1.0\"",
        "\"amenity\" is no condition on a tag",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let told = details(&good.replace(&extract.display().to_string(), "../data/facilities/facilities.csv"));
    assert!(told.contains("`osm` is for a layer whose source is an .osm.pbf file"), "{told}");
}

#[test]
fn the_documentation_lists_every_usual_attribute_with_its_column_names() {
    for page in ["docs/own-data.md", "docs/eigene-daten.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        for known in &OFFER_ATTRIBUTES {
            let start = format!("| `{}` | ", known.id);
            let row = text.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("{page}: {start}"));
            assert!(row.ends_with(&format!("| `{}` |", known.hsds)), "{page}: {row}");
            for name in known.column_names() {
                assert!(row.to_lowercase().contains(&name.to_lowercase()), "{page}: {name} in {row}");
            }
        }
    }
}
