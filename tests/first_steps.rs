//! What a planner meets who adds a first spreadsheet to a new atlas: every usual slip is told with its cure.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic like the test itself")]

use std::fs;
use std::path::Path;

use kreisel::report::{Finding, Report, Severity};
use kreisel::{config, init, release};
use tempfile::TempDir;

const PROVENANCE: &str =
    "[provenance]\nsource = \"Landkreis\"\nlicense = \"dl-de/by-2-0\"\nattribution = \"© Landkreis\"\n";

/// A new example atlas (areas B1 to B4) with further files.
fn atlas(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    init::create(folder.path(), None).unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// An indicator as the documentation shows it, with its table's description.
fn indicator(changes: &[(&str, &str)], table: &str) -> String {
    let mut head =
        "title = { de = \"Kitaplätze\", en = \"Day-care places\" }\ntheme = \"education\"\nunit = \"Plätze\"\n\
                    measure = \"count\"\nlayers = [\"areas\"]\n"
            .to_owned();
    for (old, new) in changes {
        assert!(head.contains(old), "{old}");
        head = head.replace(old, new);
    }
    format!("{head}tables = [{{ file = \"../data/values/kita.csv\"{table} }}]\n\n{PROVENANCE}")
}

/// What `kreisel check` reports.
fn check(root: &Path) -> Report {
    let mut report = Report::default();
    match config::read(root, &mut report) {
        Ok(config) => match release::build(config, report) {
            Ok(release) => release.report,
            Err((_, report)) => report,
        },
        Err(sound) => {
            release::look(&sound, &mut report);
            report.relative_to(root)
        }
    }
}

fn finding<'r>(report: &'r Report, code: &str) -> &'r Finding {
    let found = report.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} in {:#?}", report.findings))
}

/// The report of an atlas with one indicator `kita` over one table.
fn one(changes: &[(&str, &str)], table: &str, csv: &str) -> Report {
    let toml = indicator(changes, table);
    let folder = atlas(&[("indicators/kita.toml", toml.as_bytes()), ("data/values/kita.csv", csv.as_bytes())]);
    check(folder.path())
}

#[test]
fn a_table_as_german_excel_writes_it_is_read_without_a_word() {
    let toml = indicator(&[("\"count\"", "\"ratio\"")], ", layout = \"years\", key = \"Schlüssel\"");
    let csv = "Kitas;;;\r\n;;;\r\nSchlüssel;Name;2023;2024\r\nB1;Nördlich;1.234,5;12,5\r\nB2;b;1;2\r\nB3;c;2;3\r\nB4;d;3;4\r\n";
    let windows: Vec<u8> = csv.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let marked = format!("\u{feff}{csv}").into_bytes();
    for bytes in [windows, marked] {
        let folder = atlas(&[("indicators/kita.toml", toml.as_bytes()), ("data/values/kita.csv", &bytes)]);
        let report = check(folder.path());
        assert!(report.findings.is_empty(), "{:#?}", report.findings);
        assert!(report.facts.iter().any(|fact| fact.text.contains("header in line 3")), "{:#?}", report.facts);
    }
}

#[test]
fn columns_of_years_without_a_layout_are_told_what_to_write_and_where() {
    let report = one(&[], "", "AGS;Name;2022;2023;2024;2025\nB1;a;1;2;3;4\n");
    let found = finding(&report, "column-missing");
    assert_eq!(
        found.advice,
        "in indicators/kita.toml: there is one column per year (2022, 2023, 2024, …), so write layout = \"years\" and key = \
         \"AGS\" beside the file"
    );
    assert!(found.message.contains("the likeliest header is line 1: AGS, Name, 2022"), "{}", found.message);
}

#[test]
fn columns_of_measures_without_a_layout_are_told_what_to_write() {
    let report = one(&[], "", "AGS;Name;Plätze\nB1;a;1\n");
    let advice = &finding(&report, "column-missing").advice;
    assert!(advice.contains("layout = \"measures\", key = \"AGS\", year = 2024"), "{advice}");
    assert!(advice.contains("columns = { \"Plätze\" ="), "{advice}");
}

#[test]
fn columns_with_german_names_are_told_with_the_keys_that_name_them() {
    let report = one(&[], "", "Schlüssel;Jahr;Merkmal;Wert\nB1;2024;kita;1\n");
    let found = finding(&report, "column-missing");
    assert_eq!(
        found.advice,
        "in indicators/kita.toml: name the columns as the file does: write key = \"Schlüssel\", period = \"Jahr\", indicator = \
         \"Merkmal\", value = \"Wert\" beside the file"
    );
    assert!(found.message.starts_with("has no columns \"key\", "), "{}", found.message);
}

#[test]
fn a_table_without_a_year_is_told_to_say_it() {
    let table = ", layout = \"measures\", key = \"AGS\", columns = { \"Plätze\" = \"kita\" }";
    let report = one(&[], table, "AGS;Name;Plätze\nB1;a;1\n");
    let found = finding(&report, "column-missing");
    assert!(found.message.contains("has no column \"period\" in"), "{}", found.message);
    assert!(
        found.advice.starts_with("in indicators/kita.toml: write year = 2024 (the year of all figures)"),
        "{found:?}"
    );
}

#[test]
fn descriptions_and_columns_are_told_in_one_round() {
    let broken = "kind = \"facility\"\ntitle = 5\n";
    let toml = indicator(
        &[("\"education\"", "\"bildung\""), ("[\"areas\"]", "[\"beispielgebiete\"]")],
        ", layout = \"years\", key = \"AGS\"",
    );
    let kitas = format!(
        "kind = \"facility\"\ntitle = \"Kitas\"\nname = \"Nmae\"\ncategory = \"Art\"\n[source]\nfile = \
         \"../data/facilities/kitas.csv\"\nx = \"lon\"\ny = \"lat\"\n[categories.kita]\ntitle = \"Kita\"\n{PROVENANCE}"
    );
    let folder = atlas(&[
        ("indicators/kita.toml", toml.as_bytes()),
        ("data/values/kita.csv", b"Schluessel;Name;2024\nB1;a;1\n"),
        ("layers/broken.toml", broken.as_bytes()),
        ("layers/kitas.toml", kitas.as_bytes()),
        ("data/facilities/kitas.csv", b"Kitas 2024\nName;Typ;Lon;Breite\nA;Kita;9,5;52,5\n"),
    ]);
    let report = check(folder.path());
    let all = format!("{:#?}", report.findings);
    assert!(all.contains("did you mean \\\"education\\\" (Bildung)?"), "{all}");
    let in_files: Vec<&Finding> = report.findings.iter().filter(|finding| finding.code == "column-missing").collect();
    assert_eq!(in_files.len(), 2, "{all}");
    assert!(all.contains("\\\"Nmae\\\" (did you mean \\\"Name\\\"?)"), "{all}");
    assert!(all.contains("has no column \\\"lat\\\""), "{all}");
    assert!(all.contains("write key = \\\"Schluessel\\\" beside the file"), "{all}");
    let more = finding(&report, "more-may-come");
    assert_eq!(more.cases[0].detail, "layers/broken.toml");
    assert!(more.advice.starts_with("run check again"), "{more:?}");
    assert!(report.findings.iter().all(|finding| finding.code != "nothing-joined"), "{all}");
}

#[test]
fn what_windows_hides_of_a_file_name_is_told_with_the_way_out() {
    let toml = indicator(&[], "");
    let folder = atlas(&[("indicators/kita.toml.txt", toml.as_bytes())]);
    let report = check(folder.path());
    let found = finding(&report, "file-ending");
    assert_eq!(found.severity, Severity::Warning);
    assert_eq!(found.cases[0].detail, "rename kita.toml.txt to kita.toml");
    assert!(found.advice.contains("File name extensions"), "{}", found.advice);
    fs::rename(folder.path().join("atlas.toml"), folder.path().join("atlas.toml.txt")).unwrap();
    let report = check(folder.path());
    assert!(finding(&report, "not-an-atlas").advice.starts_with("rename atlas.toml.txt to atlas.toml"));
}

#[test]
fn a_workbook_is_called_a_workbook_whatever_its_name() {
    let excel = b"PK\x03\x04\x14\x00[Content_Types].xml\x00\x00";
    let toml = indicator(&[], "");
    let folder = atlas(&[("indicators/kita.toml", toml.as_bytes()), ("data/values/kita.csv", excel)]);
    let report = check(folder.path());
    assert!(
        finding(&report, "table-unreadable").message.ends_with("an Excel workbook; save the sheet as \"CSV UTF-8\"")
    );
}

#[test]
fn an_unknown_symbol_is_told_with_its_line_and_the_nearest() {
    let kitas = |symbol: &str| {
        format!(
            "kind = \"facility\"\ntitle = \"Kitas\"\n[source]\nfile = \"../data/facilities/kitas.csv\"\nx = \"x\"\ny = \
             \"y\"\n[categories.kita]\ntitle = \"Kita\"\nsymbol = \"{symbol}\"\n{PROVENANCE}"
        )
    };
    let csv = b"x;y\n9,5;52,5\n";
    let folder = atlas(&[("layers/kitas.toml", kitas("hause").as_bytes()), ("data/facilities/kitas.csv", csv)]);
    let report = check(folder.path());
    let found = finding(&report, "symbol-unknown");
    assert_eq!((found.severity, found.file.as_deref()), (Severity::Warning, Some(Path::new("layers/kitas.toml"))));
    assert_eq!(found.cases[0].line, Some(9));
    assert!(found.cases[0].detail.contains("did you mean \"house\"?"), "{found:?}");
    // built in, and the atlas's own
    for (symbol, own) in [("book", None), ("haus", Some("styles/symbols/haus.svg"))] {
        let folder = atlas(&[("layers/kitas.toml", kitas(symbol).as_bytes()), ("data/facilities/kitas.csv", csv)]);
        if let Some(own) = own {
            fs::create_dir_all(folder.path().join("styles/symbols")).unwrap();
            fs::write(folder.path().join(own), "<svg/>").unwrap();
        }
        let report = check(folder.path());
        assert!(report.findings.iter().all(|finding| finding.code != "symbol-unknown"), "{:#?}", report.findings);
    }
}

#[test]
fn a_category_is_found_by_its_title_in_any_case() {
    let kitas = format!(
        "kind = \"facility\"\ntitle = \"Kitas\"\ncategory = \"Art\"\n[source]\nfile = \"../data/facilities/kitas.csv\"\nx = \
         \"x\"\ny = \"y\"\n[categories.kita]\ntitle = \"Kindertagesstätte\"\nmatches = [\"Krippe\"]\n\
         [categories.school]\ntitle = {{ de = \"Schule\", en = \"School\" }}\n{PROVENANCE}"
    );
    let csv =
        "x;y;Art\n9,50;52,5;Kita\n9,51;52,5;KRIPPE\n9,52;52,5;Kindertagesstätte\n9,53;52,5;Schule\n9,54;52,5;Praxis\n";
    let folder = atlas(&[("layers/kitas.toml", kitas.as_bytes()), ("data/facilities/kitas.csv", csv.as_bytes())]);
    let report = check(folder.path());
    assert!(report.facts.iter().any(|fact| fact.text == "4 facilities"), "{:#?}", report.facts);
    assert_eq!(finding(&report, "category-unknown").cases[0].detail, "\"Praxis\" in 1 row, first in row 6");
}

#[test]
fn one_of_something_is_told_in_the_singular() {
    let csv = "key;period;indicator;value\nB1;2024;kita;5\nB2;2024;kita;viele\n";
    let report = one(&[], "", csv);
    let found = finding(&report, "cell-unreadable");
    assert_eq!(found.message, "1 cell is neither a number nor a known symbol and is left out");
    let texts =
        report.facts.iter().map(|fact| &fact.text).chain(report.findings.iter().map(|finding| &finding.message));
    for text in texts {
        let words: Vec<&str> = text.split([' ', ',', '(', ')', ':']).collect();
        let wrong = words.windows(2).find(|pair| pair[0] == "1" && pair[1].ends_with('s') && pair[1] != "is");
        assert_eq!(wrong, None, "{text}");
    }
}
