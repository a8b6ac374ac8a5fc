//! A sheet of a workbook (`.xlsx`, `.xlsb`, `.xls`, `.ods`) → point features, by [`points`].
//!
//! The sheet is the one that the layer file names, or the only visible one with the wanted columns. Title rows above
//! the header do no harm. Rows count as Excel does. A cell with an error or with a formula that was never computed is
//! empty, and is reported.

use std::path::{Path, PathBuf};

use super::member::Look;
use super::points::{self, PointTable};
use super::{GeometryKind, RawSet, SourceError};
use crate::config::SourceConfig;
use crate::delimited::{Row, same_column};
use crate::report::{Case, Finding, Report};
use crate::sheet::{self, Dialect, Kind, Sheet, Workbook};

/// The header is looked for in this many rows.
const HEADER_ROWS: usize = 50;

/// Reads the rows that the filter takes.
pub(super) fn read(config: &SourceConfig, report: &mut Report) -> Result<RawSet, SourceError> {
    let dialect = Dialect { delimiter: config.delimiter, encoding: config.encoding };
    let book = sheet::open(&config.path, dialect, report)?;
    let wanted = points::wanted(config);
    let sheet = choose(&book, config.sheet.as_deref(), &wanted)?;
    let file = label(&book, sheet);
    let table = take_apart(sheet, &file, &wanted, report)?;
    points::read(table, &file, config, report)
}

/// The likeliest table of each visible sheet, by the sheet's name.
pub(super) fn look(path: &Path, rows: usize) -> Result<Vec<(String, Look)>, SourceError> {
    let mut unheard = Report::default();
    let book = sheet::open(path, Dialect::default(), &mut unheard)?;
    let mut looks = Vec::new();
    for sheet in visible(&book) {
        let PointTable { columns, rows: all } = take_apart(sheet, path, &[], &mut unheard)?;
        let first = all.iter().take(rows).map(|row| PointTable::attributes(row, columns.len())).collect();
        let look = Look { kind: GeometryKind::None, records: all.len() as u64, crs: None, first, columns };
        looks.push((sheet.name.clone(), look));
    }
    Ok(looks)
}

/// Sheets with anything in them that the spreadsheet program shows; all, if it shows none.
fn visible(book: &Workbook) -> Vec<&Sheet> {
    let filled: Vec<&Sheet> = book.sheets.iter().filter(|sheet| sheet.height() > 0).collect();
    let shown: Vec<&Sheet> = filled.iter().copied().filter(|sheet| !sheet.hidden).collect();
    if shown.is_empty() { filled } else { shown }
}

/// The sheet that is named; without a name the only one, or the only one with the wanted columns.
fn choose<'b>(book: &'b Workbook, name: Option<&str>, wanted: &[&str]) -> Result<&'b Sheet, SourceError> {
    let file = || book.path.clone();
    let sheets = || visible(book).iter().map(|sheet| sheet.name.clone()).collect::<Vec<_>>();
    if let Some(name) = name {
        let exact = book.sheets.iter().find(|sheet| sheet.name == name);
        let found = exact.or_else(|| book.sheets.iter().find(|sheet| same_column(sheet.name.trim(), name.trim())));
        let unknown = || SourceError::UnknownSheet { file: file(), sheet: name.to_owned(), sheets: sheets() };
        return found.ok_or_else(unknown);
    }
    let candidates = visible(book);
    if let [only] = candidates.as_slice() {
        return Ok(only);
    }
    let mut with_columns = candidates.iter().filter(|sheet| !wanted.is_empty() && header(sheet, wanted).is_ok());
    match (with_columns.next(), with_columns.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(SourceError::SeveralSheets { file: file(), sheets: sheets() }),
    }
}

/// The file as messages name it: with the sheet, where there are several.
fn label(book: &Workbook, sheet: &Sheet) -> PathBuf {
    if visible(book).len() > 1 || sheet.hidden { book.path.join(&sheet.name) } else { book.path.clone() }
}

/// Position of the header and how many wanted columns it has; with none wanted, or if no row has all of them, `Err`
/// with the likeliest: the one with the most of them, and then with the most filled cells.
fn header(sheet: &Sheet, wanted: &[&str]) -> Result<usize, usize> {
    let mut likeliest = (0, (0, 0));
    for (position, row) in sheet.rows().take(HEADER_ROWS).enumerate() {
        let hits = wanted.iter().filter(|name| row.cells().any(|cell| same_column(cell.text, name))).count();
        if hits == wanted.len() && hits > 0 {
            return Ok(position);
        }
        let filled = row.cells().filter(|cell| !cell.is_empty()).count();
        if (hits, filled) > likeliest.1 {
            likeliest = (position, (hits, filled));
        }
    }
    Err(likeliest.0)
}

fn take_apart(sheet: &Sheet, file: &Path, wanted: &[&str], report: &mut Report) -> Result<PointTable, SourceError> {
    let (at, found) = match header(sheet, wanted) {
        Ok(at) => (at, true),
        Err(at) => (at, wanted.is_empty()),
    };
    let Some(head) = sheet.row(at) else {
        return Err(SourceError::HeaderRowMissing {
            file: file.to_path_buf(),
            row: 0,
            columns: Vec::new(),
            missing: owned(wanted),
        });
    };
    let columns: Vec<String> = head.cells().map(|cell| cell.text.to_owned()).collect();
    if !found {
        let missing = wanted.iter().copied().filter(|name| !columns.iter().any(|column| same_column(column, name)));
        return Err(SourceError::HeaderRowMissing {
            file: file.to_path_buf(),
            row: head.number,
            missing: owned(&missing.collect::<Vec<_>>()),
            columns: columns.into_iter().filter(|column| !column.is_empty()).collect(),
        });
    }
    let mut without_result = Vec::new();
    let mut rows = Vec::with_capacity(sheet.height());
    for row in sheet.rows().skip(at + 1) {
        let mut cells = Vec::with_capacity(columns.len());
        for (column, cell) in row.cells().enumerate() {
            if matches!(cell.kind, Kind::Error | Kind::Formula) {
                let name = columns.get(column).filter(|name| !name.is_empty());
                let name = name.cloned().unwrap_or_else(|| sheet::column_letters(column));
                without_result.push(Case::line(row.number).in_column(name).saying(cell.text));
                cells.push(String::new());
            } else {
                cells.push(cell.text.to_owned());
            }
        }
        // a sheet does not say where its rows end; cells beyond the header are told as in a text
        if cells.len() < columns.len() {
            cells.resize(columns.len(), String::new());
        }
        rows.push(Row { line: row.number, cells });
    }
    if !without_result.is_empty() {
        let message = "cells with an error or a formula that was never computed count as empty";
        let advice = "open the workbook, let it compute, mend the errors and save it";
        report
            .add(Finding::warning("cell-without-result", message).in_file(file).advise(advice).at_all(without_result));
    }
    Ok(PointTable { columns, rows })
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
