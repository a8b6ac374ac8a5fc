//! Where the header of a delimited text stands, and what to say where it is not found.

use super::{DelimitedError, Rows, TextFile, column, same_column};
use crate::message;
use crate::report::Message;

/// The header is looked for in this many lines.
pub(super) const HEADER_LINES: usize = 50;

/// Where the header of a text stands; [`Header::rows`] reads what is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The separator that was used.
    pub delimiter: u8,
    /// Line of the header; the first is 1.
    pub line: u64,
    /// Column names, trimmed.
    pub columns: Vec<String>,
    /// Byte of the text behind the header.
    end: usize,
}

impl Header {
    /// Finds the header: the first line that has all `wanted` columns (without regard to case); with
    /// none wanted the likeliest, which is the first of those with the most filled cells. Excel's `sep=;` line names
    /// the separator.
    ///
    /// # Errors
    /// If the text is empty or no line near the top has the wanted columns.
    pub fn find(file: &TextFile, delimiter: Option<u8>, wanted: &[&str]) -> Result<Self, DelimitedError> {
        if file.text.trim().is_empty() {
            return Err(DelimitedError::Empty { path: file.path.clone() });
        }
        let (named, start) = separator_line(&file.text);
        let candidates = delimiter.or(named).map_or_else(|| by_frequency(&file.text), |delimiter| vec![delimiter]);
        let mut likeliest: Option<((usize, usize), Self)> = None;
        for candidate in candidates {
            let mut rows = Rows::new(&file.text, start, candidate);
            for _ in 0..HEADER_LINES {
                let Some(row) = rows.next() else { break };
                let hits = wanted.iter().filter(|column| has(&row.cells, column)).count();
                let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
                let header = Self { delimiter: candidate, line: row.line, columns: row.cells, end: rows.end };
                if hits == wanted.len() && !wanted.is_empty() {
                    return Ok(header);
                }
                // a rarer separator needs a column to speak for it: decimal commas make many cells
                let better = |((most_hits, most_filled), best): &((usize, usize), Self)| {
                    hits > *most_hits || (hits == *most_hits && best.delimiter == candidate && filled > *most_filled)
                };
                if likeliest.as_ref().is_none_or(better) {
                    likeliest = Some(((hits, filled), header));
                }
            }
        }
        let Some((_, likeliest)) = likeliest else { return Err(DelimitedError::Empty { path: file.path.clone() }) };
        if wanted.is_empty() {
            return Ok(likeliest);
        }
        let missing = wanted.iter().filter(|column| !has(&likeliest.columns, column));
        Err(DelimitedError::HeaderNotFound {
            path: file.path.clone(),
            missing: missing.map(|column| (*column).to_owned()).collect(),
            line: likeliest.line,
            columns: likeliest.columns.into_iter().filter(|column| !column.is_empty()).collect(),
            hint: delimiter.map_or_else(Message::default, |told| other_separator(file, told, wanted)),
        })
    }

    /// The rows below the header that are not blank, one at a time.
    #[must_use]
    pub fn rows<'a>(&self, file: &'a TextFile) -> Rows<'a> {
        Rows::new(&file.text, self.end, self.delimiter)
    }

    /// Index of a column: exact match first, then without regard to case.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        column(&self.columns, name)
    }
}

/// A column that is not there, with the one that was probably meant: `"Schluessel" (did you mean "Schlüssel"?)`.
#[must_use]
pub fn missing_column(name: &str, columns: &[String]) -> Message {
    /// Likeness from which on a name is worth offering, from 0 to 1.
    const ENOUGH: f64 = 0.6;
    // what a spreadsheet writes with two dots, people write with an e
    let folded =
        |name: &str| name.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    let likeness = |column: &&String| strsim::normalized_damerau_levenshtein(&folded(name), &folded(column));
    let nearest = columns.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest.filter(|nearest| likeness(nearest) >= ENOUGH) {
        Some(nearest) => message!("\"{name}\" (did you mean \"{nearest}\"?)", name, nearest),
        None => format!("\"{name}\"").into(),
    }
}

/// The columns that are not there, as they stand in a message.
pub(super) fn missing_columns(missing: &[String], columns: &[String]) -> Message {
    let names: Vec<Message> = missing.iter().map(|name| missing_column(name, columns)).collect();
    message!("column[s] {names}", n = names.len(), names = Message::joined(names, ", "))
}

fn has(columns: &[String], name: &str) -> bool {
    columns.iter().any(|column| same_column(column, name))
}

/// What to say where the separator that was told hides a header that another one finds; empty elsewhere.
fn other_separator(file: &TextFile, told: u8, wanted: &[&str]) -> Message {
    match Header::find(file, None, wanted) {
        Ok(found) if found.delimiter != told => message!(
            "; delimiter = {told} is said in the description, but the file has its columns between {delimiter}: leave delimiter out",
            told = separator_name(told),
            delimiter = separator_name(found.delimiter)
        ),
        _ => Message::default(),
    }
}

/// A separator as descriptions write it.
#[must_use]
pub fn separator_name(delimiter: u8) -> String {
    if delimiter == b'\t' { "\"tab\"".to_owned() } else { format!("\"{}\"", char::from(delimiter)) }
}

/// Excel's first line `sep=;`: the separator, and the byte where the text proper begins.
pub(super) fn separator_line(text: &str) -> (Option<u8>, usize) {
    let first = text.lines().next().unwrap_or_default();
    match first.trim().strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter @ (b';' | b',' | b'|')]) => (Some(*delimiter), first.len()),
        // the trim has taken a tabulator away
        Some([]) if first.ends_with('\t') => (Some(b'\t'), first.len()),
        _ => (None, 0),
    }
}

/// The separator of a text without knowing any column: what Excel's `sep=` line names, else the first of those that split
/// most of the first rows alike. A comma comes last, as it may be the decimal mark of cells that something else separates.
#[must_use]
pub fn separator(file: &TextFile) -> u8 {
    /// Rows that are looked at; title lines are few among them.
    const ROWS: usize = 200;
    let (named, start) = separator_line(&file.text);
    if let Some(named) = named {
        return named;
    }
    let splits = |delimiter: &u8| {
        let widths: Vec<usize> =
            Rows::new(&file.text, start, *delimiter).take(ROWS).map(|row| row.cells.len()).collect();
        let wide = widths.iter().filter(|width| **width > 1).count();
        wide * 2 > widths.len()
    };
    let mut candidates = by_frequency(&file.text);
    candidates.sort_by_key(|delimiter| *delimiter == b',');
    let first = candidates.first().copied().unwrap_or(b';');
    candidates.into_iter().find(splits).unwrap_or(first)
}

/// Separators, the one that occurs most in the first lines first.
fn by_frequency(text: &str) -> Vec<u8> {
    let mut delimiters = vec![b';', b'\t', b',', b'|'];
    let count =
        |delimiter: u8| text.lines().take(HEADER_LINES).flat_map(str::bytes).filter(|byte| *byte == delimiter).count();
    // a decimal comma is no separator: a comma only wins if no other separator is there at all
    delimiters.sort_by_key(|delimiter| (*delimiter == b',', std::cmp::Reverse(count(*delimiter))));
    let (mut present, absent): (Vec<u8>, Vec<u8>) = delimiters.into_iter().partition(|delimiter| count(*delimiter) > 0);
    present.extend(absent);
    present
}
