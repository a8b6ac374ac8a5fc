//! Why a file gives no sheets.

use std::path::PathBuf;

use thiserror::Error;

use super::{MAX_CELLS, MAX_FILE_BYTES};
use crate::delimited::DelimitedError;

/// Why a file gives no sheets.
#[derive(Debug, Error)]
pub enum SheetError {
    /// The system does not give the file.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// It is text, but cannot be read as such.
    #[error(transparent)]
    Text(#[from] DelimitedError),
    /// The file is too large.
    #[error("{} has more than {} MB; split it, or take the years and areas out that are not needed", path.display(), MAX_FILE_BYTES >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// What is packed in it is too much: a mistake, or an attack.
    #[error("{} unpacks to more than {} MB, which no table of a district does", path.display(), limit >> 20)]
    UnpacksToTooMuch {
        /// The file.
        path: PathBuf,
        /// The bound in bytes.
        limit: u64,
    },
    /// There are more cells than fit.
    #[error("{} has {} than {MAX_CELLS} cells; split it by years or sheets", place(path, sheet), if *claimed { "room for more" } else { "more" })]
    TooManyCells {
        /// The file.
        path: PathBuf,
        /// The sheet, if there are several.
        sheet: String,
        /// Whether the cells are far apart: the range between them is too large.
        claimed: bool,
    },
    /// It is something else.
    #[error("{} is no table but {what}", path.display())]
    NoTable {
        /// The file.
        path: PathBuf,
        /// What it is, and what to do.
        what: &'static str,
    },
    /// A workbook that only opens with a password.
    #[error("{} is protected by a password; open it, and save it without one", path.display())]
    Password {
        /// The file.
        path: PathBuf,
    },
    /// An archive without a table, or with several.
    #[error("{} holds {}; unpack it and import one file after the other", path.display(), if tables.is_empty() { "no table".to_owned() } else { format!("{} tables: {}", tables.len(), some(tables)) })]
    NotOneTable {
        /// The archive.
        path: PathBuf,
        /// Names of the tables in it.
        tables: Vec<String>,
    },
    /// There is nothing in any sheet.
    #[error("{} has no cell with anything in it", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It breaks the rules of its own format.
    #[error("{} is damaged, it cannot be read as {what}: {reason}; open it in a spreadsheet program and save it again", path.display())]
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

fn place(path: &std::path::Path, sheet: &str) -> String {
    if sheet.is_empty() { path.display().to_string() } else { format!("{}, sheet \"{sheet}\",", path.display()) }
}

fn some(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown}, …") } else { shown }
}
