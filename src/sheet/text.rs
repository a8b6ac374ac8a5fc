//! Delimited text → one sheet.

use std::path::Path;

use encoding_rs::{UTF_8, WINDOWS_1252};

use super::{Dialect, Format, Kind, Sheet, SheetError};
use crate::delimited::{self, Row, TextFile};
use crate::message;
use crate::report::{Case, Finding, Message, Report};

/// Lines that are named of many.
const SHOWN: usize = 5;

/// Reads a text file as a sheet.
pub(super) fn read(
    path: &Path,
    bytes: Vec<u8>,
    dialect: Dialect,
    report: &mut Report,
) -> Result<(Format, Vec<Sheet>), SheetError> {
    if let Some(what) = markup(&bytes) {
        return Err(SheetError::NoTable { path: path.to_path_buf(), what });
    }
    let file = match mixed(path, &bytes, dialect, report) {
        Some(file) => file,
        None => delimited::decode(path, bytes, dialect.encoding)?,
    };
    if file.malformed {
        let message = message!("some bytes make no sense in {encoding}", encoding = file.encoding.name());
        let advice = message!("save the file as \"CSV UTF-8\", or say encoding = \"windows-1252\" in the recipe");
        report.add(Finding::warning("encoding-doubtful", message).in_file(path).advise(advice));
    }
    if file.text.trim().is_empty() {
        return Err(SheetError::Empty { path: path.to_path_buf() });
    }
    let delimiter = dialect.delimiter.unwrap_or_else(|| delimited::separator(&file));
    let mut sheet = Sheet::new("");
    let mut rows = delimited::rows(&file, delimiter);
    let mut row = Row::default();
    while rows.read_into(&mut row) {
        if !sheet.push(row.line, row.cells.iter().map(|cell| (Kind::Text, cell.as_str()))) {
            return Err(SheetError::TooManyCells { path: path.to_path_buf(), sheet: String::new(), claimed: false });
        }
    }
    if rows.quote_left_open() {
        let message = message!("a quotation mark is opened and never closed; everything behind it became one cell");
        let advice = message!("close the quotation mark or take it out");
        report.add(Finding::warning("quote-open", message).in_file(path).advise(advice).at(Case::line(row.line)));
    }
    if sheet.width() == 1 && sheet.height() > 1 {
        let message = message!(
            "the separator {separator} divides no line into columns",
            separator = Message::from(delimited::separator_name(delimiter))
        );
        let advice = message!("save the file as CSV with a semicolon between the columns");
        report.add(Finding::warning("separator-missing", message).in_file(path).advise(advice));
    }
    Ok((Format::Text { delimiter, encoding: file.encoding.name() }, vec![sheet]))
}

/// Pages and XML that portals deliver under the name `.xls`.
fn markup(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.get(..512.min(bytes.len()))?;
    let start = String::from_utf8_lossy(start).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<table") {
        return Some("a web page, whatever its name says; open it in a spreadsheet program and save it as .xlsx");
    }
    start.starts_with("<?xml").then_some("XML; open it in a spreadsheet program and save it as .xlsx")
}

/// A file of which some lines are UTF-8 and others are not, put together from two sources: each line is read in its own
/// encoding, and told.
fn mixed(path: &Path, bytes: &[u8], dialect: Dialect, report: &mut Report) -> Option<TextFile> {
    if dialect.encoding.is_some() || bytes.contains(&0) || std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let lines = || bytes.split_inclusive(|byte| *byte == b'\n');
    let wide = |line: &&[u8]| !line.is_ascii() && std::str::from_utf8(line).is_ok();
    // a single such line may be chance: "Ã¤" is a text of Windows, if an odd one
    if lines().filter(wide).count() < 2 {
        return None;
    }
    let mut text = String::with_capacity(bytes.len());
    let mut others = Vec::new();
    for (number, line) in (1_u64..).zip(lines()) {
        if let Ok(line) = std::str::from_utf8(line) {
            text.push_str(line);
        } else {
            others.push(number);
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0);
        }
    }
    let message = message!(
        "{n} line[s] [is|are] not in UTF-8 as the others are; [it was|they were] read as Windows-1252",
        n = others.len()
    );
    let cases = others.iter().take(SHOWN).map(|line| Case::line(*line));
    let advice = message!("look at the umlauts in these lines; the file was put together from two sources");
    report.add(Finding::warning("encoding-mixed", message).in_file(path).advise(advice).at_all(cases));
    let text = text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned);
    Some(TextFile { path: path.to_path_buf(), text, encoding: UTF_8, malformed: false })
}
