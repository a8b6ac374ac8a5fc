//! Delimited text (CSV and its kin): a file → decoded text → header and rows.
//!
//! Encoding, separator and header line are found out where nobody says them, and what was found is
//! told. Line numbers count from 1 as an editor does. Cells are trimmed, and `="text"` is read as the
//! text inside. Nothing is interpreted here.

use std::io::Read;
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
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
    /// The bytes are no text, whatever the name says.
    #[error("{} is not a text file but {what}; save it as CSV", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
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

/// What bytes are that people rename to `.csv`; `None` for text.
fn foreign_format(bytes: &[u8], encoding: &'static Encoding) -> Option<&'static str> {
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    match bytes {
        [b'P', b'K', 3, 4, ..] => Some("a workbook (.xlsx, .ods) or another zip archive"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("an old workbook (.xls)"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF"),
        [0x1f, 0x8b, ..] => Some("gzip without the ending .gz"),
        _ if !wide && bytes.contains(&0) => Some("binary data"),
        _ => None,
    }
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
    /// none wanted it is the first line that is not blank. Excel's `sep=;` line names the separator.
    ///
    /// # Errors
    /// If the text is empty or no line near the top has the wanted columns.
    pub fn find(file: &TextFile, delimiter: Option<u8>, wanted: &[&str]) -> Result<Self, DelimitedError> {
        if file.text.trim().is_empty() {
            return Err(DelimitedError::Empty { path: file.path.clone() });
        }
        let (named, start) = separator_line(&file.text);
        let candidates = delimiter.or(named).map_or_else(|| by_frequency(&file.text), |delimiter| vec![delimiter]);
        let mut nearest: Option<(usize, Vec<String>)> = None;
        for delimiter in candidates {
            let mut rows = Rows::new(&file.text, start, delimiter);
            for _ in 0..HEADER_LINES {
                let Some(row) = rows.next() else { break };
                let has = |column: &&&str| row.cells.iter().any(|cell| same_column(cell, column));
                let hits = wanted.iter().filter(has).count();
                if hits == wanted.len() {
                    return Ok(Self { delimiter, line: row.line, columns: row.cells, end: rows.end });
                }
                let better = |(best, cells): &(usize, Vec<String>)| (hits, row.cells.len()) > (*best, cells.len());
                if nearest.as_ref().is_none_or(better) {
                    nearest = Some((hits, row.cells));
                }
            }
        }
        let found =
            nearest.map_or_else(String::new, |(_, cells)| format!("the nearest line has: {}", cells.join(", ")));
        let wanted = wanted.iter().map(|column| (*column).to_owned()).collect();
        Err(DelimitedError::HeaderNotFound { path: file.path.clone(), wanted, found })
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

/// Excel's first line `sep=;`: the separator, and the byte where the text proper begins.
fn separator_line(text: &str) -> (Option<u8>, usize) {
    let first = text.lines().next().unwrap_or_default();
    match first.trim().strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter @ (b';' | b',' | b'|')]) => (Some(*delimiter), first.len()),
        // the trim has taken a tabulator away
        Some([]) if first.ends_with('\t') => (Some(b'\t'), first.len()),
        _ => (None, 0),
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

    #[test]
    fn line_numbers_are_those_of_an_editor() {
        let source = "\n\nkey;name\r\n\r\n1;\"two\r\nlines\"\r\n\n;;\n2;b\n";
        let parsed = Delimited::parse(&text(source), None, &["key"]).expect("parses");
        let lines: Vec<u64> = parsed.rows.iter().map(|row| row.line).collect();
        assert_eq!((parsed.header_line, lines), (3, vec![5, 9]));
        assert_eq!(parsed.rows[0].cells[1], "two\r\nlines");
    }

    #[test]
    fn a_line_that_names_the_separator_is_obeyed_and_is_no_header() {
        let parsed = Delimited::parse(&text("sep=,\nkey,note\n1,a;b;c\n"), None, &[]).expect("parses");
        assert_eq!((parsed.delimiter, parsed.header_line, parsed.columns.len()), (b',', 2, 2));
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_noticed() {
        let file = text("key;name\n1;a\n2;\"b\n3;c\n4;d\n");
        let mut rows = Header::find(&file, None, &["key"]).expect("has a header").rows(&file);
        assert_eq!(rows.by_ref().count(), 2);
        assert!(rows.quote_left_open());
        let file = text("key;name\n1;a\n2;\"b\n c\"\n");
        let mut rows = Header::find(&file, None, &["key"]).expect("has a header").rows(&file);
        assert_eq!(rows.by_ref().count(), 2);
        assert!(!rows.quote_left_open());
    }

    #[test]
    fn column_names_are_found_in_any_case_with_umlauts() {
        let parsed = Delimited::parse(&text("SCHL\u{dc}SSEL;Wert\n1;2\n"), None, &["schl\u{fc}ssel"]).expect("parses");
        assert_eq!(parsed.column("Schl\u{fc}ssel"), Some(0));
    }

    #[test]
    fn a_workbook_with_the_ending_csv_is_refused_by_its_name() {
        let path = Path::new("x.csv");
        let refused =
            |bytes: &[u8]| decode(path, bytes.to_vec(), None).map(|file| file.text).map_err(|e| e.to_string());
        let message = "x.csv is not a text file but a workbook (.xlsx, .ods) or another zip archive; save it as CSV";
        assert_eq!(refused(b"PK\x03\x04rest"), Err(message.to_owned()));
        assert!(refused(b"\xd0\xcf\x11\xe0rest").is_err());
        assert!(refused(b"key;\0value").is_err());
        assert_eq!(refused(b"k\0;\0v\0"), Ok("k;v".to_owned()));
        assert_eq!(refused(b"\xff\xfek\0;\0v\0"), Ok("k;v".to_owned()));
        assert_eq!(refused(b"\xef\xbb\xbfk;v"), Ok("k;v".to_owned()));
        assert_eq!(refused(b"M\xfcnster"), Ok("M\u{fc}nster".to_owned()));
    }

    #[test]
    fn a_packed_file_is_unpacked() {
        use std::io::Write;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.csv.gz");
        let mut packer =
            flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
        packer.write_all(b"key;v\n1;2\n").unwrap();
        packer.finish().unwrap();
        assert_eq!(read_text(&path, None).expect("reads").text, "key;v\n1;2\n");
    }
}
