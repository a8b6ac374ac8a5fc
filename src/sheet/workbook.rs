//! Sheets of workbooks, read with `calamine`.
//!
//! A damaged workbook can make a reader panic: that is caught here and told as damage, as nothing of the reader's state is
//! used afterwards.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, DataRef, Dimensions, Ods, Reader, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use super::package::Package;
use super::{Kind, MAX_CELLS, Sheet, SheetError};
use crate::message;
use crate::report::{Case, Finding, Report};

type Bytes = Cursor<Vec<u8>>;

/// Cells that one merged range may fill.
const MAX_MERGED: u64 = 100_000;

/// One cell on its way from the reader to the sheet.
type Placed = (u32, u32, Kind, String);

/// Sheets of an `.xlsx` file.
pub(super) fn xlsx(
    path: &Path,
    bytes: Bytes,
    package: &Package,
    report: &mut Report,
) -> Result<Vec<Sheet>, SheetError> {
    tell(path, package, report);
    let guard = Guard { path, what: "an Excel workbook" };
    let mut book: Xlsx<Bytes> = guard.run(|| {
        Xlsx::new(bytes).map_err(|error| (matches!(error, calamine::XlsxError::Password), error.to_string()))
    })?;
    let mut sheets = Vec::new();
    for (name, hidden) in names(book.sheets_metadata()) {
        let merged = guard.run(|| Ok(book.merge_cells_by_sheet_name(&name).unwrap_or_default()))?;
        let (cells, percent) = guard.run(|| xlsx_cells(&mut book, &name))?;
        let mut sheet = fill(path, &name, hidden, cells, &merged)?;
        sheet.percent_columns = percent;
        sheet.notes = package.notes.get(&name).cloned().unwrap_or_default();
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Cells of one sheet in the file's order, and the columns that are shown as per cent.
fn xlsx_cells(book: &mut Xlsx<Bytes>, name: &str) -> Result<(Vec<Placed>, Vec<usize>), (bool, String)> {
    let said = |error: calamine::XlsxError| (false, error.to_string());
    let mut reader = book.worksheet_cells_reader(name).map_err(said)?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(said)? {
        let (row, column) = cell.pos;
        match kind_and_text(&cell.value) {
            (Kind::Empty, _) if cell.formula.is_some() => cells.push((row, column, Kind::Formula, String::new())),
            (Kind::Empty, _) => {}
            (kind, text) => cells.push((row, column, kind, text)),
        }
        if cells.len() > MAX_CELLS {
            break;
        }
    }
    drop(reader);
    let percent = percent_columns(book, name, &cells).unwrap_or_default();
    Ok((cells, percent))
}

/// Columns of which most numbers are shown as per cent.
fn percent_columns(book: &mut Xlsx<Bytes>, name: &str, cells: &[Placed]) -> Option<Vec<usize>> {
    /// Rows that are looked at: the format of a column is the same from top to bottom.
    const LOOKED_AT: u32 = 2_000;
    // a share is a number below some hundreds; whoever has larger ones only has no per cent
    if !cells.iter().any(|(_, _, kind, text)| *kind == Kind::Number && text.contains('.')) {
        return None;
    }
    let styles = book.worksheet_style(name).ok()?;
    let mut columns: std::collections::BTreeMap<u32, (u32, u32)> = std::collections::BTreeMap::new();
    for (row, column, kind, _) in cells.iter().filter(|(row, ..)| *row < LOOKED_AT) {
        if *kind != Kind::Number {
            continue;
        }
        let count = columns.entry(*column).or_default();
        count.0 += 1;
        let format = styles.get((*row, *column)).and_then(|style| style.number_format.as_ref());
        count.1 += u32::from(format.is_some_and(|format| format.format_code.contains('%')));
    }
    let most = columns.into_iter().filter(|(_, (numbers, percent))| percent * 2 > *numbers);
    Some(most.map(|(column, _)| column as usize).collect())
}

/// Sheets of an `.xlsb` file.
pub(super) fn xlsb(
    path: &Path,
    bytes: Bytes,
    package: &Package,
    report: &mut Report,
) -> Result<Vec<Sheet>, SheetError> {
    tell(path, package, report);
    let guard = Guard { path, what: "a binary Excel workbook" };
    let mut book: Xlsb<Bytes> = guard.run(|| Xlsb::new(bytes).map_err(|error| (false, error.to_string())))?;
    let mut sheets = Vec::new();
    for (name, hidden) in names(book.sheets_metadata()) {
        let cells = guard.run(|| {
            let said = |error: calamine::XlsbError| (false, error.to_string());
            let mut reader = book.worksheet_cells_reader(&name).map_err(said)?;
            let mut cells = Vec::new();
            while let Some(cell) = reader.next_cell().map_err(said)? {
                let (row, column) = cell.get_position();
                let (kind, text) = kind_and_text(cell.get_value());
                if kind != Kind::Empty {
                    cells.push((row, column, kind, text));
                }
                if cells.len() > MAX_CELLS {
                    break;
                }
            }
            Ok(cells)
        })?;
        sheets.push(fill(path, &name, hidden, cells, &[])?);
    }
    Ok(sheets)
}

/// Sheets of an `.xls` file; its container has been checked.
pub(super) fn xls(path: &Path, bytes: Bytes) -> Result<Vec<Sheet>, SheetError> {
    let guard = Guard { path, what: "an old Excel workbook" };
    let mut book: Xls<Bytes> = guard
        .run(|| Xls::new(bytes).map_err(|error| (matches!(error, calamine::XlsError::Password), error.to_string())))?;
    let mut sheets = Vec::new();
    for (name, hidden) in names(book.sheets_metadata()) {
        let merged = guard.run(|| Ok(book.merge_cells_by_sheet_name(&name).unwrap_or_default()))?;
        let cells = guard.run(|| {
            book.worksheet_range(&name).map(|range| of_range(&range)).map_err(|error| (false, error.to_string()))
        })?;
        sheets.push(fill(path, &name, hidden, cells, &merged)?);
    }
    Ok(sheets)
}

/// Sheets of an `.ods` file.
pub(super) fn ods(path: &Path, bytes: Bytes, package: &Package, report: &mut Report) -> Result<Vec<Sheet>, SheetError> {
    tell(path, package, report);
    let guard = Guard { path, what: "an OpenDocument spreadsheet" };
    let mut book: Ods<Bytes> = guard
        .run(|| Ods::new(bytes).map_err(|error| (matches!(error, calamine::OdsError::Password), error.to_string())))?;
    let mut sheets = Vec::new();
    for (name, hidden) in names(book.sheets_metadata()) {
        let cells = guard.run(|| {
            book.worksheet_range(&name).map(|range| of_range(&range)).map_err(|error| (false, error.to_string()))
        })?;
        let mut sheet = fill(path, &name, hidden, cells, &[])?;
        sheet.notes = package.notes.get(&name).cloned().unwrap_or_default();
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Names of the sheets that have cells, and whether they are hidden.
fn names(sheets: &[calamine::Sheet]) -> Vec<(String, bool)> {
    let with_cells = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    with_cells.map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect()
}

/// What is in a package beside its cells.
fn tell(path: &Path, package: &Package, report: &mut Report) {
    if package.unread_notes > 0 {
        tell_unread_notes(path, report);
    }
    if package.macros {
        let advice = message!("nothing to do; save the table as .xlsx if you pass it on");
        report.add(
            Finding::notice("workbook-macros", "the workbook has macros; they are not run")
                .in_file(path)
                .advise(advice),
        );
    }
    if package.links > 0 {
        let message = message!(
            "cells of the workbook look into other files; what stands here is what they said when it was last saved"
        );
        let advice = message!("open it with the other files at hand and save it, if the figures may be old");
        let case = Case::detail(message!("{n} other file[s]", n = package.links));
        report.add(Finding::warning("workbook-links", message).in_file(path).advise(advice).at(case));
    }
}

/// Notes that are in the file, in a form that is not read.
pub(super) fn tell_unread_notes(path: &Path, report: &mut Report) {
    let message = message!("the workbook has notes in cells, and in this format they are not read");
    let advice = message!("save it as .xlsx to see them here; no figure depends on them");
    report.add(Finding::notice("cell-note-unread", message).in_file(path).advise(advice));
}

fn of_range(range: &calamine::Range<Data>) -> Vec<Placed> {
    let (top, left) = range.start().unwrap_or_default();
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    range
        .used_cells()
        .map(|(row, column, value)| {
            let (kind, text) = kind_and_text(&by_reference(value));
            (top.saturating_add(place(row)), left.saturating_add(place(column)), kind, text)
        })
        .collect()
}

fn by_reference(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn kind_and_text(value: &DataRef<'_>) -> (Kind, String) {
    match value {
        DataRef::Empty => (Kind::Empty, String::new()),
        DataRef::Int(number) => (Kind::Number, number.to_string()),
        DataRef::Float(number) => (Kind::Number, number.to_string()),
        DataRef::SharedString(text) => (Kind::Text, (*text).to_owned()),
        DataRef::Bool(value) => (Kind::Text, value.to_string()),
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            (Kind::Date, format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTime(date) => (Kind::Number, date.as_f64().to_string()),
        DataRef::DateTimeIso(text) => (Kind::Date, text.get(..10).unwrap_or(text).to_owned()),
        DataRef::String(text) | DataRef::DurationIso(text) => (Kind::Text, text.clone()),
        DataRef::Error(error) => (Kind::Error, error.to_string()),
    }
}

/// Puts cells into a sheet, row by row, with merged ranges filled.
fn fill(
    path: &Path,
    name: &str,
    hidden: bool,
    mut cells: Vec<Placed>,
    merged: &[Dimensions],
) -> Result<Sheet, SheetError> {
    let full = |claimed| SheetError::TooManyCells { path: path.to_path_buf(), sheet: name.to_owned(), claimed };
    if cells.len() > MAX_CELLS {
        return Err(full(false));
    }
    cells.sort_by_key(|(row, column, ..)| (*row, *column));
    spread(&mut cells, merged);
    // a cell far to the right makes its row long: what counts is the sum
    let rows = cells.chunk_by(|one, other| one.0 == other.0);
    let claimed: usize = rows.map(|row| row.last().map_or(0, |last| last.1 as usize + 1)).sum();
    if claimed > MAX_CELLS {
        return Err(full(true));
    }
    let mut sheet = Sheet::new(name);
    sheet.hidden = hidden;
    for row in cells.chunk_by(|one, other| one.0 == other.0) {
        let mut cells = Vec::new();
        for (_, column, kind, text) in row {
            cells.resize((*column as usize).max(cells.len()), (Kind::Empty, ""));
            if cells.len() == *column as usize {
                cells.push((*kind, text.as_str()));
            }
        }
        if !sheet.push(u64::from(row.first().map_or(0, |cell| cell.0)) + 1, cells) {
            return Err(full(false));
        }
    }
    Ok(sheet)
}

/// Copies the text of every merged range into all its cells, inside of the rows and columns that are in use.
fn spread(cells: &mut Vec<Placed>, merged: &[Dimensions]) {
    let Some(last_row) = cells.last().map(|cell| cell.0) else { return };
    let last_column = cells.iter().map(|cell| cell.1).max().unwrap_or(0);
    let mut added = Vec::new();
    for range in merged {
        let found = cells.binary_search_by_key(&range.start, |(row, column, ..)| (*row, *column));
        let Some((.., kind, text)) = found.ok().and_then(|at| cells.get(at)) else { continue };
        let (bottom, right) = (range.end.0.min(last_row), range.end.1.min(last_column));
        if range.len() > MAX_MERGED || added.len() as u64 > MAX_MERGED {
            continue;
        }
        for row in range.start.0..=bottom {
            for column in range.start.1..=right {
                if (row, column) != range.start {
                    added.push((row, column, *kind, text.clone()));
                }
            }
        }
    }
    cells.extend(added);
    cells.sort_by_key(|(row, column, ..)| (*row, *column));
    cells.dedup_by_key(|(row, column, ..)| (*row, *column));
}

/// Runs a reader so that its errors and panics become refusals.
struct Guard<'a> {
    path: &'a Path,
    what: &'static str,
}

impl Guard<'_> {
    /// The error is whether a password is missing, and what the reader says.
    fn run<T>(&self, read: impl FnOnce() -> Result<T, (bool, String)>) -> Result<T, SheetError> {
        let damaged = |reason| SheetError::Damaged { path: self.path.to_path_buf(), what: self.what, reason };
        match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Ok(done)) => Ok(done),
            Ok(Err((true, _))) => Err(SheetError::Password { path: self.path.to_path_buf() }),
            Ok(Err((false, reason))) => Err(damaged(reason)),
            Err(_) => Err(damaged("its parts contradict each other".to_owned())),
        }
    }
}
