//! Delimited text (CSV and its kin): a file → decoded text → header and rows.
//!
//! Encoding, separator and header line are found out where nobody says them, and what was found is
//! told. Line numbers count from 1 as an editor does. Cells are trimmed, and `="text"` is read as the
//! text inside. Nothing is interpreted here.

mod foreign;
mod header;

use crate::message;
use crate::report::Message;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

pub use foreign::workbook;
pub use header::{Header, missing_column, separator, separator_name};

use foreign::foreign_format;
use header::{HEADER_LINES, missing_columns};

/// Files that unpack to more than this are refused: no table or point list of a district comes near it,
/// and a crafted `.gz` must not fill the memory.
pub const MAX_BYTES: u64 = 1 << 30;

/// Why a file cannot be read as delimited text.
#[derive(Debug)]
pub enum DelimitedError {
    /// The file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file is too large.
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing in it.
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The bytes are no text, whatever the name says.
    NotText {
        /// The file.
        path: PathBuf,
        /// What it is, and what to do.
        what: &'static str,
    },
    /// No line has the columns that are needed.
    HeaderNotFound {
        /// The file.
        path: PathBuf,
        /// The columns that the likeliest header lacks.
        missing: Vec<String>,
        /// Line of the likeliest header; the first is 1.
        line: u64,
        /// Its columns.
        columns: Vec<String>,
        /// What would find the header; starts with a separator, or is empty.
        hint: Message,
    },
}

impl DelimitedError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        match self {
            Self::Read { path, error } => message!("cannot read {path}: {error}", path = path.display(), error),
            Self::TooLarge { path } => {
                message!("{path} unpacks to more than {max_bytes} bytes", path = path.display(), max_bytes = MAX_BYTES)
            }
            Self::Empty { path } => message!("{path} is empty", path = path.display()),
            Self::NotText { path, what } => {
                message!("{path} is not a text file but {what}", path = path.display(), what = Message::from(*what))
            }
            Self::HeaderNotFound { path, missing, line, columns, hint } => message!(
                "{path} has no {columns} in its first {header_lines} lines; the likeliest header is line {line}: {header}{hint}",
                path = path.display(),
                columns = missing_columns(missing, columns),
                header_lines = HEADER_LINES,
                line,
                header = columns.join(", "),
                hint
            ),
        }
    }
}

impl fmt::Display for DelimitedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for DelimitedError {}

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
/// As [`read_bytes`], and if the bytes are a workbook, an archive or otherwise no text.
pub fn read_text(path: &Path, encoding: Option<&'static Encoding>) -> Result<TextFile, DelimitedError> {
    decode(path, read_bytes(path)?, encoding)
}

/// Bytes of a file → text; see [`read_text`].
///
/// # Errors
/// If the bytes are a workbook, an archive or otherwise no text.
pub fn decode(path: &Path, bytes: Vec<u8>, encoding: Option<&'static Encoding>) -> Result<TextFile, DelimitedError> {
    let path = path.to_path_buf();
    let marked = Encoding::for_bom(&bytes).map(|(encoding, _)| encoding);
    let encoding = marked.or(encoding).or_else(|| utf_16_without_mark(&bytes)).unwrap_or_else(|| guess(&bytes));
    if let Some(what) = foreign_format(&bytes, encoding) {
        return Err(DelimitedError::NotText { path, what });
    }
    // Valid UTF-8 becomes the text without a second copy: the file may be large.
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if encoding == UTF_8 && marked.is_none() => {
            return Ok(TextFile { path, text, encoding, malformed: false });
        }
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let (text, encoding, malformed) = encoding.decode(&bytes);
    Ok(TextFile { path, text: text.into_owned(), encoding, malformed })
}

/// "Unicode text" saved without a byte order mark: every other byte of the first characters is zero.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some(UTF_16LE),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some(UTF_16BE),
        _ => None,
    }
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

/// Whether two column names are the same, without regard to case (umlauts included).
#[must_use]
pub fn same_column(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

/// One row below the header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Line in the file where the row starts; the first is 1.
    pub line: u64,
    /// Cells, trimmed; as many as the row has, which may differ from the header.
    pub cells: Vec<String>,
}

/// Rows of a text that are not blank, in file order.
pub struct Rows<'a> {
    reader: csv::Reader<&'a [u8]>,
    record: csv::StringRecord,
    bytes: &'a [u8],
    /// Byte where the reader started.
    start: usize,
    /// Byte up to which line ends are counted.
    counted: usize,
    /// Line in which byte `counted` stands.
    line: u64,
    /// Byte behind the last row that was read.
    end: usize,
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("line", &self.line).field("end", &self.end).finish_non_exhaustive()
    }
}

impl<'a> Rows<'a> {
    fn new(text: &'a str, start: usize, delimiter: u8) -> Self {
        let bytes = text.as_bytes();
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes.get(start..).unwrap_or_default());
        let mut rows = Self { reader, record: csv::StringRecord::new(), bytes, start, counted: 0, line: 1, end: start };
        rows.count_to(start);
        rows
    }

    /// Moves the line count on to a byte.
    fn count_to(&mut self, byte: usize) {
        let part = self.bytes.get(self.counted..byte).unwrap_or_default();
        self.line += count(part, b'\n') as u64;
        self.counted = byte.max(self.counted);
    }

    /// Whether the last row of the text began a quoted cell that is never closed and so took up
    /// all lines behind it: it has line ends inside and an odd number of quotation marks.
    #[must_use]
    pub fn quote_left_open(&self) -> bool {
        let raw = self.bytes.get(self.counted..self.end).unwrap_or_default().trim_ascii_end();
        self.end >= self.bytes.len() && raw.contains(&b'\n') && count(raw, b'"') % 2 == 1
    }
}

impl Rows<'_> {
    /// Reads the next row into one that is used again; `false` at the end. Spares millions of
    /// allocations where rows are looked at once.
    pub fn read_into(&mut self, row: &mut Row) -> bool {
        // The text is valid UTF-8 and rows may differ in length: reading it cannot fail, only end.
        while self.reader.read_record(&mut self.record).unwrap_or(false) {
            let offset = |byte: u64| self.start + usize::try_from(byte).unwrap_or(usize::MAX / 2);
            let begin = self.record.position().map_or(self.end, |position| offset(position.byte()));
            self.end = offset(self.reader.position().byte()).min(self.bytes.len());
            // csv places a record before the blank lines that precede it; the line is that of its first cell
            let blank = self.bytes.get(begin..).unwrap_or_default();
            let blank = blank.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            self.count_to(begin + blank);
            if self.record.iter().any(|cell| !cell.is_empty()) {
                row.line = self.line;
                row.cells.resize_with(self.record.len(), String::new);
                for (cell, text) in row.cells.iter_mut().zip(&self.record) {
                    cell.clear();
                    match formula_text(text) {
                        Some(text) => cell.push_str(text.trim()),
                        None => cell.push_str(text),
                    }
                }
                return true;
            }
        }
        false
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut row = Row { line: 0, cells: Vec::with_capacity(self.record.len()) };
        self.read_into(&mut row).then_some(row)
    }
}

/// All rows of a text that are not blank, from its first line; Excel's `sep=` line is passed over.
#[must_use]
pub fn rows(file: &TextFile, delimiter: u8) -> Rows<'_> {
    Rows::new(&file.text, header::separator_line(&file.text).1, delimiter)
}

/// A delimited text taken apart, all rows at once. Large files are better read with [`Header::rows`].
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
    /// Takes a text apart; the header is found as in [`Header::find`].
    ///
    /// # Errors
    /// As [`Header::find`].
    pub fn parse(file: &TextFile, delimiter: Option<u8>, wanted: &[&str]) -> Result<Self, DelimitedError> {
        let header = Header::find(file, delimiter, wanted)?;
        let rows = header.rows(file).collect();
        Ok(Self { delimiter: header.delimiter, header_line: header.line, columns: header.columns, rows })
    }

    /// Index of a column: exact match first, then without regard to case.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        column(&self.columns, name)
    }
}

/// The text inside `="03358002"`, as keys are written (by this atlas's downloads, too) so that a
/// spreadsheet keeps their zeros; `None` for any other cell, formulas included.
fn formula_text(cell: &str) -> Option<&str> {
    let inside = cell.strip_prefix("=\"")?.strip_suffix('"')?;
    (!inside.contains('"')).then_some(inside)
}

#[expect(clippy::naive_bytecount, reason = "rows are short; a crate for it is not worth its build")]
fn count(bytes: &[u8], wanted: u8) -> usize {
    bytes.iter().filter(|byte| **byte == wanted).count()
}

fn column(columns: &[String], name: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| column == name);
    exact.or_else(|| columns.iter().position(|column| same_column(column, name)))
}

#[cfg(test)]
mod tests;
