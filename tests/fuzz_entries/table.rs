//! Tables as departments deliver them → sheets, figures, a tidy table, places.
//!
//! An input with a part `text` is that text: read as values in each layout, as a list of places, and by `import`. One
//! with other parts is a workbook's package of these parts, with right checksums. One without parts is a file as it is:
//! an `.xls`, a `.gz`, a zip. `recipe.toml`, `sheet`, `year` and `dialect` say how it is read. Promise: a refusal that
//! is told in both languages, or figures that are numbers, in years that are plausible.

use std::collections::BTreeMap;
use std::path::Path;

use kreisel::config::{MeasureId, PointColumns, SourceConfig, TableConfig, TableLayout};
use kreisel::import::{self, Options};
use kreisel::report::{Report, Severity};
use kreisel::sheet::{self, Dialect};
use kreisel::table;
use kreisel::value::Period;

use super::parts::{self, Part, folder, parts, write};
use super::shapefile;
use super::told::{assert_said, assert_told};

/// Runs one input.
pub(crate) fn run(input: &[u8]) {
    let folder = folder();
    let parts = parts(input);
    let settings = ["recipe.toml", "sheet", "year", "dialect"];
    let named = |part: &&Part<'_>| !settings.contains(&part.name);
    let file = if let Some(text) = parts::find(&parts, "text") {
        write(folder.path(), "delivery.csv", text);
        folder.path().join("delivery.csv")
    } else if parts.iter().any(|part| named(&part)) {
        let members: Vec<Part<'_>> =
            parts.iter().filter(named).map(|part| Part { name: part.name, bytes: part.bytes }).collect();
        write(folder.path(), "delivery.xlsx", &parts::zip(&members));
        folder.path().join("delivery.xlsx")
    } else {
        write(folder.path(), "delivery.xls", input);
        folder.path().join("delivery.xls")
    };
    let dialect = parts::text(&parts, "dialect").unwrap_or_default();
    let dialect = Dialect {
        delimiter: dialect.bytes().next().filter(|byte| b";,\t|".contains(byte)),
        encoding: dialect.get(1..).and_then(|label| encoding(label.trim())),
    };
    as_sheets(&file, dialect);
    if file.extension().is_some_and(|extension| extension == "csv") {
        as_values(&file, dialect);
    }
    as_places(&file, dialect, parts::text(&parts, "sheet"));
    as_delivery(&file, folder.path(), &parts);
}

fn encoding(label: &str) -> Option<&'static encoding_rs::Encoding> {
    encoding_rs::Encoding::for_label(label.as_bytes())
}

fn as_sheets(file: &Path, dialect: Dialect) {
    let mut report = Report::default();
    let opened = sheet::open(file, dialect, &mut report);
    assert_told(&report);
    match opened {
        Ok(book) => {
            let cells = book.sheets.iter().flat_map(sheet::Sheet::rows).map(|row| row.cells().count()).sum::<usize>();
            assert!(cells <= sheet::MAX_CELLS * book.sheets.len(), "bounded");
            assert!(book.sheets.iter().all(|sheet| sheet.rows().all(|row| row.width() <= sheet.width())));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// All layouts of a table of figures, with the columns that a file has where nobody names others.
fn as_values(file: &Path, dialect: Dialect) {
    let measure = || MeasureId::new("cases").expect("is an id");
    let layouts = [
        TableLayout::Tidy {
            period: TableLayout::DEFAULT_PERIOD.to_owned(),
            measure: TableLayout::DEFAULT_MEASURE.to_owned(),
            value: TableLayout::DEFAULT_VALUE.to_owned(),
            state: Some(TableLayout::DEFAULT_STATE.to_owned()),
            territory: Some("territory".to_owned()),
        },
        TableLayout::Years { measure: measure() },
        TableLayout::Measures {
            period: Period::year(2023),
            period_column: None,
            columns: BTreeMap::from([(TableLayout::DEFAULT_VALUE.to_owned(), measure())]),
        },
        TableLayout::Measures {
            period: None,
            period_column: Some(TableLayout::DEFAULT_PERIOD.to_owned()),
            columns: BTreeMap::from([(TableLayout::DEFAULT_VALUE.to_owned(), measure())]),
        },
    ];
    for layout in layouts {
        let config = TableConfig {
            path: file.to_path_buf(),
            key: TableConfig::DEFAULT_KEY.to_owned(),
            layout,
            delimiter: dialect.delimiter,
            encoding: dialect.encoding,
            decimal: None,
            territory: None,
        };
        let mut report = Report::default();
        let opened = table::open(&config, &mut report);
        assert_told(&report);
        match opened {
            Ok(table) => {
                for value in &table.values {
                    assert!(!table.key_of(value).is_empty());
                    assert!(usize::from(value.measure) < table.measures.len());
                    assert!(table::PLAUSIBLE_YEARS.contains(&value.period.as_year()), "{}", value.period);
                    assert!(value.figure.number().is_none_or(f64::is_finite), "{:?}", value.figure);
                }
                assert!(table.dashes.iter().all(|at| (*at as usize) < table.values.len()));
            }
            Err(error) => {
                assert_said(&error.told());
                assert!(!error.to_finding(&config, file).message.is_empty());
            }
        }
    }
}

fn as_places(file: &Path, dialect: Dialect, sheet: Option<&str>) {
    let points = Some(PointColumns { x: "lon".to_owned(), y: "lat".to_owned() });
    let config = SourceConfig {
        points,
        sheet: sheet.map(|name| name.trim().to_owned()),
        delimiter: dialect.delimiter,
        encoding: dialect.encoding,
        ..SourceConfig::of(file)
    };
    let _ = shapefile::read(&config);
}

/// What `kreisel import` would say, without an atlas: nothing is written.
fn as_delivery(file: &Path, folder: &Path, parts: &[Part<'_>]) {
    let recipe = parts::find(parts, "recipe.toml").map(|recipe| {
        write(folder, "recipe.toml", recipe);
        folder.join("recipe.toml")
    });
    let options = Options {
        files: vec![file.to_path_buf()],
        recipe,
        sheet: parts::text(parts, "sheet").map(|name| name.trim().to_owned()),
        year: parts::text(parts, "year").and_then(|year| year.trim().parse().ok()),
        dry_run: true,
        ..Options::default()
    };
    match import::run(&options) {
        Ok(done) => {
            for one in done {
                assert_told(&one.report);
                let errors = one.report.count(Severity::Error);
                assert!(!one.refused || errors > 0, "who refuses says why");
                serde_json::to_string(&one.json).expect("is JSON");
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
