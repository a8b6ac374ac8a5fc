//! Delimited text (CSV and its kin): a file → decoded text → header and rows.
//!
//! Encoding, separator and header line are found out where nobody says them, and what was found is
//! told. Line numbers count from 1 as an editor does. Cells are trimmed. Nothing is interpreted here.

use std::io::Read;
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use thiserror::Error;

/// Files that unpack to more than this are refused: no table or point list of a district comes near it,
/// and a crafted `.gz` must not fill the memory.
pub const MAX_BYTES: u64 = 1 << 30;

/// The header is looked for in this many lines.
const HEADER_LINES: usize = 50;

/// Why a file cannot be read as delimited text.
#[derive(Debug, Error)]
pub enum DelimitedError {
    /// The file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file is too large.
    #[error("{} unpacks to more than {MAX_BYTES} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing in it.
    #[error("{} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// No line has the columns that are needed.
    #[error("no line among the first {HEADER_LINES} of {} has the columns {}; {found}", path.display(), wanted.join(", "))]
    HeaderNotFound {
        /// The file.
        path: PathBuf,
        /// The columns that were looked for.
        wanted: Vec<String>,
        /// The columns of the line that comes nearest.
        found: String,
    },
}

/// A decoded text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// Where it came from.
    pub path: PathBuf,
    /// The text, without byte order mark.
    pub text: String,
    /// The encoding it was read in.
    pub encoding: &'static Encoding,
    /// Whether some bytes made no sense in that encoding and were replaced by U+FFFD.
    pub malformed: bool,
}

/// Reads a file's bytes; a name that ends in `.gz` is unpacked.
///
/// # Errors
/// If the file cannot be read or unpacks to more than [`MAX_BYTES`].
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, DelimitedError> {
    let read = |error| DelimitedError::Read { path: path.to_path_buf(), error };
    let file = std::fs::File::open(path).map_err(read)?;
    let mut bytes = Vec::new();
    let packed = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let count = if packed {
        flate2::read::MultiGzDecoder::new(file).take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else {
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)
    }
    .map_err(read)?;
    if count as u64 > MAX_BYTES {
        return Err(DelimitedError::TooLarge { path: path.to_path_buf() });
    }
    Ok(bytes)
}

/// Reads a text file. A byte order mark decides first, then `encoding`, then UTF-8 if the bytes are
/// valid, then a guess that leans towards German.
///
/// # Errors
/// As [`read_bytes`].
pub fn read_text(path: &Path, encoding: Option<&'static Encoding>) -> Result<TextFile, DelimitedError> {
    let bytes = read_bytes(path)?;
    let encoding =
        Encoding::for_bom(&bytes).map(|(encoding, _)| encoding).or(encoding).unwrap_or_else(|| guess(&bytes));
    let (text, encoding, malformed) = encoding.decode(&bytes);
    Ok(TextFile { path: path.to_path_buf(), text: text.into_owned(), encoding, malformed })
}

/// The encoding of bytes that nobody named.
#[must_use]
pub fn guess(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"de"), chardetng::Utf8Detection::Deny);
    // A single-byte guess other than Western on a German file is a misreading of few umlauts.
    if guess.is_single_byte() { WINDOWS_1252 } else { guess }
}

/// One row below the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line in the file where the row starts; the first is 1.
    pub line: u64,
    /// Cells, trimmed; as many as the row has, which may differ from the header.
    pub cells: Vec<String>,
}

/// A delimited text taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delimited {
    /// The separator that was used.
    pub delimiter: u8,
    /// Line of the header; the first is 1.
    pub header_line: u64,
    /// Column names, trimmed.
    pub columns: Vec<String>,
    /// Rows below the header that are not blank.
    pub rows: Vec<Row>,
}

impl Delimited {
    /// Takes a text apart. The header is the first line that has all `wanted` columns (without regard
    /// to case); with none wanted it is the first line that is not blank.
    ///
    /// # Errors
    /// If the text is empty or no line near the top has the wanted columns.
    pub fn parse(file: &TextFile, delimiter: Option<u8>, wanted: &[&str]) -> Result<Self, DelimitedError> {
        if file.text.trim().is_empty() {
            return Err(DelimitedError::Empty { path: file.path.clone() });
        }
        let candidates: Vec<u8> = delimiter.map_or_else(|| by_frequency(&file.text), |delimiter| vec![delimiter]);
        let mut nearest: Option<(usize, Vec<String>)> = None;
        for delimiter in candidates {
            let rows = split(&file.text, delimiter);
            let has = |row: &Row, column: &str| row.cells.iter().any(|cell| cell.eq_ignore_ascii_case(column));
            for (position, row) in rows.iter().take(HEADER_LINES).enumerate() {
                let hits = wanted.iter().filter(|column| has(row, column)).count();
                if hits == wanted.len() {
                    let header = row.clone();
                    return Ok(Self {
                        delimiter,
                        header_line: header.line,
                        columns: header.cells,
                        rows: rows.into_iter().skip(position + 1).collect(),
                    });
                }
                if nearest.as_ref().is_none_or(|(best, _)| hits > *best) {
                    nearest = Some((hits, row.cells.clone()));
                }
            }
        }
        let found =
            nearest.map_or_else(String::new, |(_, cells)| format!("the nearest line has: {}", cells.join(", ")));
        let wanted = wanted.iter().map(|column| (*column).to_owned()).collect();
        Err(DelimitedError::HeaderNotFound { path: file.path.clone(), wanted, found })
    }

    /// Index of a column: exact match first, then without regard to case.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column == name);
        exact.or_else(|| self.columns.iter().position(|column| column.eq_ignore_ascii_case(name)))
    }
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

/// All rows that are not blank.
fn split(text: &str, delimiter: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let bytes = text.as_bytes();
    // csv places a record before the blank lines that precede it; the line is counted from its first cell
    let (mut counted, mut line) = (0, 1);
    let rows = reader.records().filter_map(Result::ok).map(|record| {
        let start = record.position().map_or(counted, |position| usize::try_from(position.byte()).unwrap_or(counted));
        let blank = bytes.iter().skip(start).take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        line += bytes.iter().take(start + blank).skip(counted).filter(|byte| **byte == b'\n').count() as u64;
        counted = start + blank;
        Row { line, cells: record.iter().map(str::to_owned).collect() }
    });
    rows.filter(|row| row.cells.iter().any(|cell| !cell.is_empty())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> TextFile {
        TextFile { path: PathBuf::from("x.csv"), text: text.to_owned(), encoding: UTF_8, malformed: false }
    }

    #[test]
    fn the_header_is_found_below_title_lines() {
        let parsed = Delimited::parse(&text("Bevölkerung\n\nAGS;Name;2015\n03358002;Bispingen;6404\n"), None, &["AGS"]);
        let parsed = parsed.expect("has a header");
        assert_eq!((parsed.header_line, parsed.delimiter), (3, b';'));
        assert_eq!(
            parsed.rows,
            vec![Row { line: 4, cells: vec!["03358002".into(), "Bispingen".into(), "6404".into()] }]
        );
    }

    #[test]
    fn a_decimal_comma_does_not_become_a_separator() {
        let parsed = Delimited::parse(&text("key\tvalue\n1\t1,5\n2\t2,5\n3\t3,5\n"), None, &["key"]).expect("parses");
        assert_eq!(parsed.delimiter, b'\t');
    }

    #[test]
    fn a_missing_column_is_named_together_with_what_is_there() {
        let error = Delimited::parse(&text("Schluessel,Wert\n1,2\n"), None, &["AGS"]).expect_err("has no such column");
        assert_eq!(
            error.to_string(),
            "no line among the first 50 of x.csv has the columns AGS; the nearest line has: Schluessel, Wert"
        );
    }

    #[test]
    fn windows_1252_is_recognised_where_utf_8_fails() {
        assert_eq!(guess(b"M\xfcnster;H\xe4uslingen"), WINDOWS_1252);
        assert_eq!(guess("Häuslingen".as_bytes()), UTF_8);
    }
}
