//! Files that are no text whatever their name says: workbooks above all.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// What bytes are that people rename to `.csv`, and what to do; `None` for text.
pub(super) fn foreign_format(bytes: &[u8], encoding: &'static Encoding) -> Option<&'static str> {
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    workbook(bytes).or(match bytes {
        [b'P', b'K', 3, 4, ..] => Some("a zip archive; unpack it"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF; ask for the table as CSV"),
        [0x1f, 0x8b, ..] => Some("gzip without the ending .gz; rename it"),
        _ if !wide && bytes.contains(&0) => Some("binary data; save it as CSV"),
        _ => None,
    })
}

/// Whether bytes are a spreadsheet program's own file, whatever its name says, and what to do; `None` for all others.
///
/// New ones are zip archives that begin with a list of contents (ECMA-376 part 2) or the name of the format (ISO/IEC
/// 26300-3); older ones begin with the mark of a compound file (MS-CFB 2.2).
#[must_use]
pub fn workbook(bytes: &[u8]) -> Option<&'static str> {
    // an entry's name stands in the archive as it is, and so does the content of an entry that is not packed
    let names = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    match bytes {
        [b'P', b'K', 3, 4, ..] if names(b"[Content_Types].xml") => {
            Some("an Excel workbook; save the sheet as \"CSV UTF-8\"")
        }
        [b'P', b'K', 3, 4, ..] if names(b"application/vnd.oasis.opendocument") => {
            Some("a LibreOffice document; save the sheet as CSV (UTF-8)")
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("an old Excel workbook; save the sheet as \"CSV UTF-8\""),
        _ => None,
    }
}
