//! Why a file gives no sheets.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{MAX_CELLS, MAX_FILE_BYTES};
use crate::delimited::DelimitedError;
use crate::message;
use crate::report::Message;

/// Why a file gives no sheets.
#[derive(Debug)]
pub enum SheetError {
    /// The system does not give the file.
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// It is text, but cannot be read as such.
    Text(DelimitedError),
    /// The file is too large.
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// What is packed in it is too much: a mistake, or an attack.
    UnpacksToTooMuch {
        /// The file.
        path: PathBuf,
        /// The bound in bytes.
        limit: u64,
    },
    /// There are more cells than fit.
    TooManyCells {
        /// The file.
        path: PathBuf,
        /// The sheet, if there are several.
        sheet: String,
        /// Whether the cells are far apart: the range between them is too large.
        claimed: bool,
    },
    /// It is something else.
    NoTable {
        /// The file.
        path: PathBuf,
        /// What it is, and what to do.
        what: &'static str,
    },
    /// A workbook that only opens with a password.
    Password {
        /// The file.
        path: PathBuf,
    },
    /// An archive without a table, or with several.
    NotOneTable {
        /// The archive.
        path: PathBuf,
        /// Names of the tables in it.
        tables: Vec<String>,
    },
    /// There is nothing in any sheet.
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It breaks the rules of its own format.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// What the reader says.
        reason: String,
    },
}

impl SheetError {
    /// Stable name of the cause, as findings have it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } | Self::Text(DelimitedError::Read { .. }) => "file-unreadable",
            Self::Text(DelimitedError::Empty { .. }) | Self::Empty { .. } => "table-empty",
            Self::TooLarge { .. } | Self::TooManyCells { .. } => "table-too-large",
            Self::UnpacksToTooMuch { .. } => "archive-too-large",
            Self::NoTable { .. } | Self::Text(_) => "no-table",
            Self::Password { .. } => "password",
            Self::NotOneTable { .. } => "not-one-table",
            Self::Damaged { .. } => "file-damaged",
        }
    }
}

impl SheetError {
    /// What is wrong and what to do, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        let mb = |bytes: u64| (bytes >> 20).to_string();
        match self {
            Self::Read { path, error } => message!("cannot read {path}: {error}", path = path.display(), error),
            Self::Text(error) => error.told(),
            Self::TooLarge { path } => message!(
                "{path} has more than {limit} MB; split it, or take the years and areas out that are not needed",
                path = path.display(),
                limit = mb(MAX_FILE_BYTES)
            ),
            Self::UnpacksToTooMuch { path, limit } => message!(
                "{path} unpacks to more than {limit} MB, which no table of a district does",
                path = path.display(),
                limit = mb(*limit)
            ),
            Self::TooManyCells { path, sheet, claimed } => {
                let (path, limit) = (place(path, sheet), MAX_CELLS.to_string());
                if *claimed {
                    message!("{path} has room for more than {limit} cells; split it by years or sheets", path, limit)
                } else {
                    message!("{path} has more than {limit} cells; split it by years or sheets", path, limit)
                }
            }
            Self::NoTable { path, what } => {
                message!("{path} is no table but {what}", path = path.display(), what = Message::from(*what))
            }
            Self::Password { path } => {
                message!("{path} is protected by a password; open it, and save it without one", path = path.display())
            }
            Self::NotOneTable { path, tables } => {
                let path = path.display();
                if tables.is_empty() {
                    message!("{path} holds no table; unpack it and import one file after the other", path)
                } else {
                    message!(
                        "{path} holds {n} tables: {tables}; unpack it and import one file after the other",
                        path,
                        n = tables.len(),
                        tables = some(tables)
                    )
                }
            }
            Self::Empty { path } => message!("{path} has no cell with anything in it", path = path.display()),
            Self::Damaged { path, what, reason } => message!(
                "{path} is damaged, it cannot be read as {what}: {reason}; open it in a spreadsheet program and save it again",
                path = path.display(),
                what = Message::from(*what),
                reason = Message::from(reason)
            ),
        }
    }
}

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for SheetError {}

impl From<DelimitedError> for SheetError {
    fn from(error: DelimitedError) -> Self {
        Self::Text(error)
    }
}

fn place(path: &Path, sheet: &str) -> Message {
    let path = path.display();
    if sheet.is_empty() { path.to_string().into() } else { message!("{path}, sheet \"{sheet}\",", path, sheet) }
}

fn some(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown}, …") } else { shown }
}
