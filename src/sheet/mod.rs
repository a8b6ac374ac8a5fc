//! Any tabular file → sheets of cells, as they stand in the file.
//!
//! In: XLSX, XLSM, XLSB, XLS, ODS, or delimited text in any dialect; each also inside of a `.gz` or as the only table of
//! a `.zip`. Out: a [`Workbook`] of [`Sheet`]s with their cells, merged ranges filled, notes, and Excel's row numbers. What
//! a file is, its bytes say, not its name. Nothing is interpreted here: no header, no key, no symbol.
//!
//! What is unpacked is bounded, declared sizes are not believed, macros are never run, links never followed, formulas
//! never computed: what counts is the result that the spreadsheet program saved beside the formula.
//!
//! Not given, as the readers below do not give it: notes of XLS and XLSB, which are told; percent formats of XLS, XLSB and ODS; colours, fonts and number
//! formats of any file, with one exception (`%` in XLSX).

mod cells;
mod compound;
mod error;
mod package;
mod text;
mod workbook;

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

pub use cells::{Cell, Kind, Row, Sheet, column_letters};
pub use error::SheetError;

use crate::delimited::{self, MAX_BYTES};
use crate::message;
use crate::report::{Message, Report};

/// A file that is larger than this is refused before it is read.
pub const MAX_FILE_BYTES: u64 = 400 << 20;

/// More cells than this are refused: 11,000 municipalities × 1,500 columns fit.
pub const MAX_CELLS: usize = 20_000_000;

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Delimited text.
    Text {
        /// The separator.
        delimiter: u8,
        /// The encoding's name.
        encoding: &'static str,
    },
    /// Excel since 2007.
    Xlsx,
    /// Excel since 2007, binary.
    Xlsb,
    /// Excel until 2003.
    Xls,
    /// The open format of `LibreOffice` and others.
    Ods,
}

impl Format {
    /// As it is told.
    #[must_use]
    pub fn said(&self) -> Message {
        match self {
            Self::Text { delimiter, encoding } => {
                message!(
                    "text, {encoding}, separator {separator}",
                    encoding,
                    separator = Message::from(delimited::separator_name(*delimiter))
                )
            }
            Self::Xlsx => message!("Excel workbook (.xlsx)"),
            Self::Xlsb => message!("binary Excel workbook (.xlsb)"),
            Self::Xls => message!("old Excel workbook (.xls)"),
            Self::Ods => message!("OpenDocument spreadsheet (.ods)"),
        }
    }
}

/// A file taken apart.
#[derive(Clone, Debug)]
pub struct Workbook {
    /// The file.
    pub path: PathBuf,
    /// Name of the member, if it came out of an archive.
    pub member: Option<String>,
    /// What it is.
    pub format: Format,
    /// Its sheets in order; a text file has one, without a name.
    pub sheets: Vec<Sheet>,
}

/// What a description can say about a text file where it is found out wrongly.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dialect {
    /// The separator.
    pub delimiter: Option<u8>,
    /// The encoding.
    pub encoding: Option<&'static encoding_rs::Encoding>,
}

/// Reads a file.
///
/// # Errors
/// If it cannot be read, is no table, holds more than fits, or is damaged beyond use.
pub fn open(path: &Path, dialect: Dialect, report: &mut Report) -> Result<Workbook, SheetError> {
    let file = File { path, member: None, bytes: read_bounded(path)? };
    file.unpacked()?.open(dialect, report)
}

/// A file's bytes, and where they came from.
struct File<'a> {
    path: &'a Path,
    member: Option<String>,
    bytes: Vec<u8>,
}

impl File<'_> {
    /// The table inside of a `.gz` or `.zip`; the file itself where it is neither. One wrapping of each kind is opened.
    fn unpacked(mut self) -> Result<Self, SheetError> {
        if self.bytes.starts_with(&[0x1f, 0x8b]) {
            let mut bytes = Vec::new();
            let unpack = flate2::read::MultiGzDecoder::new(self.bytes.as_slice()).take(MAX_BYTES + 1);
            let count = { unpack }.read_to_end(&mut bytes).map_err(|error| self.damaged("gzip file", error))?;
            if count as u64 > MAX_BYTES {
                return Err(SheetError::UnpacksToTooMuch { path: self.path.to_path_buf(), limit: MAX_BYTES });
            }
            self.bytes = bytes;
        }
        if self.bytes.starts_with(b"PK") && package::what(&self.bytes) == package::What::Archive {
            let (member, bytes) = package::only_table(self.path, &self.bytes)?;
            return Ok(Self { path: self.path, member: Some(member), bytes });
        }
        Ok(self)
    }

    fn damaged(&self, what: &'static str, error: impl std::fmt::Display) -> SheetError {
        SheetError::Damaged { path: self.path.to_path_buf(), what, reason: error.to_string() }
    }

    fn open(self, dialect: Dialect, report: &mut Report) -> Result<Workbook, SheetError> {
        let path = self.path.to_path_buf();
        let member = self.member.clone();
        let (format, sheets) = match self.bytes.get(..4) {
            Some([b'P', b'K', ..]) => {
                let package = package::read(self.path, &self.bytes)?;
                match package.what {
                    package::What::Xlsx => {
                        (Format::Xlsx, workbook::xlsx(self.path, Cursor::new(self.bytes), &package, report)?)
                    }
                    package::What::Xlsb => {
                        (Format::Xlsb, workbook::xlsb(self.path, Cursor::new(self.bytes), &package, report)?)
                    }
                    package::What::Ods => {
                        (Format::Ods, workbook::ods(self.path, Cursor::new(self.bytes), &package, report)?)
                    }
                    package::What::Archive => {
                        return Err(SheetError::NoTable { path, what: "a zip inside of a zip; unpack it" });
                    }
                }
            }
            Some([0xd0, 0xcf, 0x11, 0xe0]) => {
                let (bytes, notes) = compound::clean(self.path, &self.bytes)?;
                if notes {
                    workbook::tell_unread_notes(self.path, report);
                }
                (Format::Xls, workbook::xls(self.path, Cursor::new(bytes))?)
            }
            _ => text::read(self.path, self.bytes, dialect, report)?,
        };
        if sheets.iter().all(|sheet| sheet.height() == 0) {
            return Err(SheetError::Empty { path });
        }
        Ok(Workbook { path, member, format, sheets })
    }
}

/// A file's bytes, if it is not too large.
fn read_bounded(path: &Path) -> Result<Vec<u8>, SheetError> {
    let unreadable = |error| SheetError::Read { path: path.to_path_buf(), error };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?;
    if size.is_dir() {
        return Err(SheetError::NoTable { path: path.to_path_buf(), what: "a folder; name the files in it" });
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(SheetError::TooLarge { path: path.to_path_buf() });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
