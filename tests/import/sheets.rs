//! Workbooks as `LibreOffice` writes them: years as sheets, notes, passwords. `tests/fixtures/workbooks/make.sh` made them.

use std::fs;
use std::path::{Path, PathBuf};

use kreisel::import::Options;

use crate::atlas::{cases, fact, finding, heidekreis, import, import_into, table};
use crate::files::{bytes, workbook};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/workbooks").join(name)
}

#[test]
fn years_as_sheets_are_read_together_and_next_years_sheet_too() {
    for ending in ["ods", "xlsx", "xls"] {
        let atlas = heidekreis();
        let done = import_into(&fixture(&format!("kitas.{ending}")), atlas.path());
        assert!(!done.refused, "{:#?}", done.report);
        assert_eq!(fact(&done, "sheet"), "\"2022\", \"2023\", read together", "{ending}");
        assert_eq!(
            table(atlas.path(), "kitas"),
            [
                "03358002;2022;kitas;4;exact",
                "03358002;2022;plaetze;405;exact",
                "03358002;2023;kitas;5;exact",
                "03358002;2023;plaetze;412;exact",
                "03358008;2022;kitas;6;exact",
                "03358008;2022;plaetze;;suppressed",
                "03358008;2023;kitas;7;exact",
                "03358008;2023;plaetze;510;exact",
            ],
            "{ending}"
        );
        assert_eq!(cases(finding(&done, "sheet-hidden")), ["|||\"Ablage\""], "{ending}");
        // next year the workbook has a sheet more, and one that is something else
        let mut book = rust_xlsxwriter::Workbook::new();
        for (year, places) in [("2022", 405.0), ("2023", 412.0), ("2024", 420.0)] {
            let sheet = book.add_worksheet().set_name(year).unwrap();
            for (column, name) in (0..).zip(["AGS", "Gemeinde", "Kitas", "Plätze"]) {
                sheet.write(0, column, name).unwrap();
            }
            sheet.write(1, 0, "03358002").unwrap().write(1, 1, "Bispingen").unwrap();
            sheet.write(1, 2, 5).unwrap().write(1, 3, places).unwrap();
        }
        book.add_worksheet().set_name("Hinweise").unwrap().write(0, 0, "Stand der Daten").unwrap();
        let recipe = Some(atlas.path().join("recipes/kitas.toml"));
        let options = Options { into: Some(atlas.path().into()), recipe, ..Options::default() };
        let done = import(&workbook("neu.xlsx", book).path(), options);
        assert!(!done.refused, "{:#?}", done.report);
        let lines = table(atlas.path(), "kitas");
        assert!(lines.contains(&"03358002;2024;plaetze;420;exact".to_owned()), "{lines:?}");
        assert_eq!(lines.len(), 6, "{lines:?}");
    }
}

#[test]
fn one_of_several_sheets_can_be_named_and_sheets_of_one_year_are_not_mixed() {
    let atlas = heidekreis();
    let into = || Some(atlas.path().to_path_buf());
    let named = Options { into: into(), sheet: Some("2022".into()), ..Options::default() };
    assert!(!import(&fixture("kitas.ods"), named).refused);
    assert_eq!(table(atlas.path(), "kitas").len(), 4);
    // the same columns twice for one year: which is which nobody can know
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, places) in [("2023 Krippe", 12.0), ("2023 Kindergarten", 40.0)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (column, name) in (0..).zip(["AGS", "Gemeinde", "Plätze"]) {
            sheet.write(0, column, name).unwrap();
        }
        for (row, (key, name)) in (1..).zip([("03358002", "Bispingen"), ("03358008", "Bad Fallingbostel")]) {
            sheet.write(row, 0, key).unwrap().write(row, 1, name).unwrap().write(row, 2, places).unwrap();
        }
    }
    let done = import(&workbook("plaetze.xlsx", book).path(), Options { into: into(), ..Options::default() });
    assert!(!done.refused, "{:#?}", done.report);
    assert_eq!(cases(finding(&done, "sheet-unread")), ["|||\"2023 Kindergarten\""]);
    assert_eq!(table(atlas.path(), "plaetze").len(), 2);
}

#[test]
fn notes_in_cells_are_shown_or_it_is_told_that_they_are_not_read() {
    for ending in ["ods", "xlsx"] {
        let done =
            import(&fixture(&format!("kitas.{ending}")), Options { sheet: Some("2023".into()), ..Options::default() });
        let told = cases(finding(&done, "cell-note"));
        assert_eq!(told, ["2|D||\"ohne Waldkita & Hort seit August\""], "{ending}");
    }
    let done = import(&fixture("kitas.xls"), Options::default());
    assert!(finding(&done, "cell-note-unread").advice.contains(".xlsx"));
    let done = import(&fixture("kitas.ods"), Options { sheet: Some("2022".into()), ..Options::default() });
    assert!(done.report.findings.iter().all(|finding| !finding.code.starts_with("cell-note")));
}

#[test]
fn workbooks_with_a_password_are_refused_with_what_to_do() {
    let refused = |path: &Path| {
        let done = import(path, Options::default());
        assert!(done.refused, "{}", path.display());
        let said = finding(&done, "password");
        assert_eq!(said.message, "is protected by a password; open it, and save it without one", "{}", path.display());
    };
    refused(&fixture("secret.ods"));
    refused(&fixture("secret.xlsx"));
    // an XLS says it by a record (FILEPASS) behind the one that begins the workbook
    let mut old = fs::read(fixture("kitas.xls")).unwrap();
    let begin = [0x09, 0x08, 0x10, 0x00, 0x00, 0x06, 0x05, 0x00];
    let behind = old.windows(begin.len()).position(|bytes| bytes == begin).unwrap() + 4 + 0x10;
    old.splice(behind..behind + 2, [0x2f, 0x00]);
    refused(&bytes("secret.xls", &old).path());
}
