//! Attribute tables (`.dbf`) → attributes, row by row.
//!
//! Reads dBase III to V and `FoxPro` byte by byte, because a single odd cell must not cost a record: dates of
//! zeros are null, unreadable numbers stay text, a missing end is counted. A number column without decimals
//! gives whole numbers: a key typed as a number has lost its zero here, and gets it back where keys are read.
//!
//! Layout: "dBASE .DBF File Structure" (dbase.com knowledge base); Visual `FoxPro` types from Microsoft's
//! "Table File Structure".

use std::path::Path;

use super::SourceError;
use super::encoding::TextEncoding;
use crate::attribute::Attribute;

/// Size of a field descriptor and of the header before the first of them.
const DESCRIPTOR_BYTES: usize = 32;

/// An attribute table.
#[derive(Debug)]
pub(super) struct Table {
    bytes: Vec<u8>,
    fields: Vec<Field>,
    header_bytes: usize,
    row_bytes: usize,
    declared_rows: u64,
    encoding: TextEncoding,
    origin: EncodingOrigin,
}

#[derive(Debug)]
struct Field {
    name: Vec<u8>,
    kind: u8,
    decimals: u8,
    start: usize,
    length: usize,
}

/// Who says how texts are encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EncodingOrigin {
    /// The layer file.
    Config,
    /// The `.cpg` file.
    Label,
    /// Byte 29 of the `.dbf`.
    LanguageDriver,
    /// The bytes themselves, as nothing else says it.
    Bytes,
    /// The bytes, which contradict what was said; the encoding that was said.
    Contradicted(&'static str),
}

/// One row.
#[derive(Debug, PartialEq)]
pub(super) enum Row {
    /// Its cells.
    Cells(Vec<Attribute>),
    /// It is marked as deleted.
    Deleted,
}

impl Table {
    /// Reads the header. `config` is the encoding of the layer file, `label` the text of the `.cpg` file.
    pub(super) fn parse(
        bytes: Vec<u8>,
        file: &Path,
        config: Option<&'static encoding_rs::Encoding>,
        label: Option<&str>,
    ) -> Result<Self, SourceError> {
        let bad = |reason: &str| SourceError::NotATable { file: file.to_path_buf(), reason: reason.to_owned() };
        let short = || bad("it is shorter than its header");
        let word = |at: usize| Some(usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])));
        let count = bytes.get(4..8).ok_or_else(short)?;
        let declared_rows = u64::from(u32::from_le_bytes([count[0], count[1], count[2], count[3]]));
        let header_bytes = word(8).ok_or_else(short)?;
        let row_bytes = word(10).ok_or_else(short)?;
        if header_bytes <= DESCRIPTOR_BYTES || header_bytes > bytes.len() {
            return Err(bad("its header has an impossible length"));
        }
        let fields = read_fields(&bytes[DESCRIPTOR_BYTES..header_bytes], row_bytes);
        if row_bytes == 0 || fields.is_empty() {
            return Err(bad("it has no columns"));
        }
        let driver = bytes.get(29).copied().and_then(TextEncoding::for_language_driver);
        let mut table = Self {
            bytes,
            fields,
            header_bytes,
            row_bytes,
            declared_rows,
            encoding: TextEncoding::UTF_8,
            origin: EncodingOrigin::Config,
        };
        let label = label.and_then(TextEncoding::for_label);
        (table.encoding, table.origin) = match (config, label, driver) {
            (Some(encoding), ..) => (TextEncoding::Web(encoding), EncodingOrigin::Config),
            (_, Some(encoding), _) => table.checked(encoding, EncodingOrigin::Label),
            (.., Some(encoding)) => table.checked(encoding, EncodingOrigin::LanguageDriver),
            _ if table.utf8() == Utf8::Never => (TextEncoding::WINDOWS_1252, EncodingOrigin::Bytes),
            _ => (TextEncoding::UTF_8, EncodingOrigin::Bytes),
        };
        Ok(table)
    }

    /// What was said, unless the bytes prove it wrong: texts that are not UTF-8 cannot be labelled so, and
    /// umlauts that form valid UTF-8 throughout are never Latin-1.
    fn checked(&self, said: TextEncoding, origin: EncodingOrigin) -> (TextEncoding, EncodingOrigin) {
        match self.utf8() {
            Utf8::Never if said == TextEncoding::UTF_8 => {
                (TextEncoding::WINDOWS_1252, EncodingOrigin::Contradicted(said.name()))
            }
            Utf8::Surely if said.is_single_byte() => (TextEncoding::UTF_8, EncodingOrigin::Contradicted(said.name())),
            _ => (said, origin),
        }
    }

    fn utf8(&self) -> Utf8 {
        let mut verdict = Utf8::Perhaps;
        let texts: Vec<&Field> = self.fields.iter().filter(|field| field.kind == b'C').collect();
        for index in 0..self.rows() {
            for cell in texts.iter().filter_map(|field| self.cell(index, field)).filter(|cell| !cell.is_ascii()) {
                match std::str::from_utf8(trimmed(cell)) {
                    Ok(_) => verdict = Utf8::Surely,
                    // a text as long as its field may end in the middle of a letter
                    Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {}
                    Err(_) => return Utf8::Never,
                }
            }
        }
        verdict
    }

    /// Column names in file order.
    pub(super) fn columns(&self) -> Vec<String> {
        self.fields.iter().map(|field| self.encoding.decode(&field.name).trim().to_owned()).collect()
    }

    /// Rows that are wholly there.
    pub(super) fn rows(&self) -> u64 {
        self.declared_rows.min((self.bytes.len().saturating_sub(self.header_bytes) / self.row_bytes) as u64)
    }

    /// Rows that the header promises.
    pub(super) fn declared_rows(&self) -> u64 {
        self.declared_rows
    }

    /// How texts are read, and who said so.
    pub(super) fn encoding(&self) -> (TextEncoding, &EncodingOrigin) {
        (self.encoding, &self.origin)
    }

    /// One row; the first is 0. `bad` hears of cells that are no number in a column of numbers.
    pub(super) fn row(&self, index: u64, mut bad: impl FnMut(&str, &str)) -> Option<Row> {
        let start = self.start_of(index)?;
        if *self.bytes.get(start)? == b'*' {
            return Some(Row::Deleted);
        }
        let cells = self.fields.iter().map(|field| {
            let Some(cell) = self.cell(index, field) else { return Attribute::Null };
            let (attribute, is_good) = self.attribute(field, cell);
            if !is_good {
                bad(&self.encoding.decode(&field.name), &attribute.to_string());
            }
            attribute
        });
        Some(Row::Cells(cells.collect()))
    }

    fn start_of(&self, index: u64) -> Option<usize> {
        let index = usize::try_from(index).ok().filter(|_| index < self.rows())?;
        Some(self.header_bytes + index * self.row_bytes)
    }

    fn cell(&self, index: u64, field: &Field) -> Option<&[u8]> {
        let start = self.start_of(index)? + field.start;
        self.bytes.get(start..start + field.length)
    }

    /// The value of a cell, and whether it is what its column promises.
    fn attribute(&self, field: &Field, cell: &[u8]) -> (Attribute, bool) {
        let attribute = match field.kind {
            b'N' | b'F' => return number(&self.encoding.decode(trimmed(cell)), field.decimals),
            b'L' => match cell.first() {
                Some(b'T' | b't' | b'Y' | b'y') => Attribute::Bool(true),
                Some(b'F' | b'f' | b'N' | b'n') => Attribute::Bool(false),
                _ => Attribute::Null,
            },
            b'D' => date(&self.encoding.decode(trimmed(cell))),
            b'I' | b'+' => {
                fixed(cell).map_or(Attribute::Null, |bytes| Attribute::Integer(i32::from_le_bytes(bytes).into()))
            }
            b'O' => fixed(cell).map_or(Attribute::Null, |bytes| float(f64::from_le_bytes(bytes))),
            b'B' if field.length == 8 => fixed(cell).map_or(Attribute::Null, |bytes| float(f64::from_le_bytes(bytes))),
            b'Y' => fixed(cell).map_or(Attribute::Null, |bytes| float(i64::from_le_bytes(bytes) as f64 / 1e4)),
            // memos lie in another file, FoxPro's null flags and timestamps say nothing that a map needs
            b'M' | b'B' | b'G' | b'P' | b'0' | b'T' | b'@' => Attribute::Null,
            _ => text(&self.encoding.decode(whole_letters(trimmed(cell), self.encoding))),
        };
        (attribute, true)
    }
}

/// Whether texts are UTF-8.
#[derive(Clone, Copy, PartialEq)]
enum Utf8 {
    /// All is ASCII.
    Perhaps,
    /// There are other letters, and all are valid.
    Surely,
    /// There are bytes that no UTF-8 has.
    Never,
}

fn read_fields(descriptors: &[u8], row_bytes: usize) -> Vec<Field> {
    let descriptors = descriptors.chunks_exact(DESCRIPTOR_BYTES).take_while(|bytes| bytes[0] != 0x0D && bytes[0] != 0);
    let field = |bytes: &[u8]| {
        let name = bytes[..11].split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
        Field {
            name,
            kind: bytes[11].to_ascii_uppercase(),
            decimals: bytes[17],
            start: 0,
            length: usize::from(bytes[16]),
        }
    };
    let mut fields: Vec<Field> = descriptors.map(field).collect();
    let total: usize = 1 + fields.iter().map(|field| field.length).sum::<usize>();
    if total != row_bytes {
        // Clipper and FoxPro keep the high byte of a long text's length where decimals would be
        for field in fields.iter_mut().filter(|field| field.kind == b'C') {
            field.length += usize::from(field.decimals) << 8;
        }
    }
    let mut start = 1;
    for field in &mut fields {
        field.start = start;
        start += field.length;
    }
    // a cell beyond its row would be read from the next one
    fields.retain(|field| field.start + field.length <= row_bytes);
    fields
}

fn trimmed(cell: &[u8]) -> &[u8] {
    let is_padding = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let start = cell.iter().position(|byte| !is_padding(byte)).unwrap_or(cell.len());
    let end = cell.iter().rposition(|byte| !is_padding(byte)).map_or(start, |last| last + 1);
    &cell[start..end]
}

/// Without a letter that the end of the field cuts in two.
fn whole_letters(cell: &[u8], encoding: TextEncoding) -> &[u8] {
    match std::str::from_utf8(cell) {
        Err(error) if encoding == TextEncoding::UTF_8 && error.error_len().is_none() => &cell[..error.valid_up_to()],
        _ => cell,
    }
}

fn text(text: &str) -> Attribute {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    if text.is_empty() { Attribute::Null } else { Attribute::Text(text.to_owned()) }
}

/// Asterisks are what dBase writes where a number does not fit, and Esri writes a very small number for null.
fn number(text: &str, decimals: u8) -> (Attribute, bool) {
    let text = text.trim();
    if text.is_empty() || text.bytes().all(|byte| byte == b'*' || byte == b'-') {
        return (Attribute::Null, true);
    }
    if decimals == 0
        && let Ok(integer) = text.parse()
    {
        return (Attribute::Integer(integer), true);
    }
    let parsed = text.parse().or_else(|_| text.replacen(',', ".", 1).parse::<f64>());
    match parsed.ok().filter(|number| number.is_finite()) {
        Some(number) if number < -1e38 => (Attribute::Null, true),
        Some(number) => (Attribute::Number(number), true),
        None => (Attribute::Text(text.to_owned()), false),
    }
}

/// `20210101` → `2021-01-01`; zeros mean null, anything else stays as it is.
fn date(date: &str) -> Attribute {
    let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    if date.bytes().all(|byte| byte == b'0') {
        Attribute::Null
    } else if is_date {
        Attribute::Text(format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]))
    } else {
        text(date)
    }
}

fn float(number: f64) -> Attribute {
    if number.is_finite() { Attribute::Number(number) } else { Attribute::Null }
}

fn fixed<const N: usize>(cell: &[u8]) -> Option<[u8; N]> {
    cell.get(..N)?.try_into().ok()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A column of a table made for a test: name, type, length, decimals.
    pub(in crate::source) type Column = (&'static str, u8, u8, u8);

    /// A dBase III table with the given language driver.
    pub(in crate::source) fn table(columns: &[Column], rows: &[&[&[u8]]], driver: u8) -> Vec<u8> {
        let row_bytes = 1 + columns.iter().map(|column| u16::from(column.2)).sum::<u16>();
        let header_bytes = u16::try_from(32 * (columns.len() + 1) + 1).expect("few columns");
        let mut bytes = vec![3, 121, 1, 1];
        bytes.extend(u32::try_from(rows.len()).expect("few rows").to_le_bytes());
        bytes.extend(header_bytes.to_le_bytes());
        bytes.extend(row_bytes.to_le_bytes());
        bytes.extend([0; 17]);
        bytes.extend([driver, 0, 0]);
        for (name, kind, length, decimals) in columns {
            let mut descriptor = [0; 32];
            descriptor[..name.len()].copy_from_slice(name.as_bytes());
            (descriptor[11], descriptor[16], descriptor[17]) = (*kind, *length, *decimals);
            bytes.extend(descriptor);
        }
        bytes.push(0x0D);
        for row in rows {
            bytes.push(b' ');
            for (cell, column) in row.iter().zip(columns) {
                let mut padded = cell.to_vec();
                padded.resize(usize::from(column.2), b' ');
                bytes.extend(padded);
            }
        }
        bytes.push(0x1A);
        bytes
    }

    fn parse(bytes: Vec<u8>, label: Option<&str>) -> Table {
        Table::parse(bytes, Path::new("x.dbf"), None, label).expect("is a table")
    }

    fn cells(table: &Table, index: u64) -> Vec<Attribute> {
        match table.row(index, |_, _| {}) {
            Some(Row::Cells(cells)) => cells,
            other => panic!("no cells but {other:?}"),
        }
    }

    fn named(bytes: &[u8], label: Option<&str>, driver: u8) -> String {
        let table = parse(table(&[("GEN", b'C', 20, 0)], &[&[bytes]], driver), label);
        cells(&table, 0)[0].to_string()
    }

    #[test]
    fn umlauts_survive_whatever_the_label_or_the_code_page_byte_says() {
        for label in ["1252", "ANSI 1252", "windows-1252", "ISO 8859-1", "LATIN1", "88591"] {
            assert_eq!(named(b"H\xE4uslingen", Some(label), 0), "Häuslingen", "{label}");
        }
        assert_eq!(named("Häuslingen".as_bytes(), Some("UTF-8"), 0), "Häuslingen");
        assert_eq!(named(b"H\x84uslingen", None, 0x02), "Häuslingen");
        assert_eq!(named(b"H\xE4uslingen", None, 0x57), "Häuslingen");
        assert_eq!(named(b"H\xE4uslingen", None, 0), "Häuslingen");
        assert_eq!(named("Häuslingen".as_bytes(), None, 0), "Häuslingen");
    }

    #[test]
    fn a_label_that_the_bytes_contradict_is_not_believed() {
        let columns = [("GEN", b'C', 20, 0)];
        let mislabelled = parse(table(&columns, &[&[b"M\xFCnster"]], 0), Some("UTF-8"));
        assert_eq!(cells(&mislabelled, 0)[0].to_string(), "Münster");
        assert_eq!(mislabelled.encoding().1, &EncodingOrigin::Contradicted("UTF-8"));
        let mislabelled = parse(table(&columns, &[&["Münster".as_bytes()]], 0x57), None);
        assert_eq!(cells(&mislabelled, 0)[0].to_string(), "Münster");
    }

    #[test]
    fn a_letter_cut_in_two_by_the_end_of_the_field_is_left_out() {
        let columns = [("GEN", b'C', 2, 0)];
        let table = parse(table(&columns, &[&[b"M\xC3"], &["ü".as_bytes()]], 0), Some("UTF-8"));
        assert_eq!(cells(&table, 0)[0].to_string(), "M");
        assert_eq!(cells(&table, 1)[0].to_string(), "ü");
    }

    #[test]
    fn cells_have_the_type_of_their_column() {
        let columns =
            [("AGS", b'C', 8, 0), ("GF", b'N', 4, 0), ("KFL", b'N', 8, 2), ("BEGINN", b'D', 8, 0), ("L", b'L', 1, 0)];
        let rows: [&[&[u8]]; 2] =
            [&[b"03358024", b"4", b"  1881.46", b"20200101", b"T"], &[b"", b"", b"****", b"00000000", b"?"]];
        let table = parse(table(&columns, &rows, 0), None);
        let text = |text: &str| Attribute::Text(text.to_owned());
        assert_eq!(table.columns(), ["AGS", "GF", "KFL", "BEGINN", "L"]);
        assert_eq!(cells(&table, 0)[0], text("03358024"));
        assert_eq!(cells(&table, 0)[1], Attribute::Integer(4));
        assert_eq!(cells(&table, 0)[3], text("2020-01-01"));
        assert_eq!(cells(&table, 0)[4], Attribute::Bool(true));
        assert!(cells(&table, 1).iter().all(|cell| *cell == Attribute::Null), "a date of zeros does not lose the row");
    }

    #[test]
    fn a_number_that_is_none_stays_text_and_is_told() {
        let table = parse(table(&[("EWZ", b'N', 6, 0)], &[&[b"k.A."], &[b"1,5"]], 0), None);
        let mut told = Vec::new();
        table.row(0, |column, cell| told.push(format!("{column}: {cell}")));
        assert_eq!(told, ["EWZ: k.A."]);
        assert_eq!(cells(&table, 1)[0], Attribute::Number(1.5));
    }

    #[test]
    fn a_table_that_is_cut_off_keeps_its_whole_rows() {
        let mut bytes = table(&[("AGS", b'C', 8, 0)], &[&[b"03358001"], &[b"03358002"]], 0);
        bytes.truncate(bytes.len() - 4);
        let table = parse(bytes, None);
        assert_eq!((table.rows(), table.declared_rows()), (1, 2));
        assert_eq!(table.row(1, |_, _| {}), None);
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_rows_or_a_reason(bytes in proptest::collection::vec(any::<u8>(), 0..400), header in 33u16..200, row in 1u16..40) {
            let mut bytes = bytes;
            if bytes.len() > 12 {
                bytes[8..10].copy_from_slice(&header.to_le_bytes());
                bytes[10..12].copy_from_slice(&row.to_le_bytes());
            }
            if let Ok(table) = Table::parse(bytes, Path::new("x.dbf"), None, None) {
                for index in 0..table.rows().min(50) {
                    table.row(index, |_, _| {});
                }
            }
        }
    }
}
