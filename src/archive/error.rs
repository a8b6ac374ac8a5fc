//! Why an archive or one of its tiles cannot be read or written.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why an archive or one of its tiles cannot be read or written. Each names the file and what is wrong.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The file cannot be read.
    #[error("cannot read {}: {error}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {reason}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// It is no archive that is read here.
    #[error("{} is {found}; an archive is PMTiles 3 (.pmtiles) or MBTiles (.mbtiles)", file.display())]
    UnknownKind {
        /// The file.
        file: PathBuf,
        /// What it seems to be.
        found: String,
    },
    /// It is one, but holds what is not served here.
    #[error("{} cannot be served: {what}", file.display())]
    Unsupported {
        /// The file.
        file: PathBuf,
        /// What it holds, and what would be right.
        what: String,
    },
    /// Something in it cannot be.
    #[error("{} is damaged: {what}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What, and where.
        what: String,
    },
    /// The file is not the one that was opened.
    #[error(
        "{} has been written to since it was loaded; load the atlas again, and replace archives by renaming",
        file.display()
    )]
    Changed {
        /// The file.
        file: PathBuf,
    },
}

impl ArchiveError {
    pub(super) fn read(file: &Path, error: io::Error) -> Self {
        Self::Read { file: file.to_path_buf(), error }
    }

    pub(super) fn write(file: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Write { file: file.to_path_buf(), reason: reason.to_string() }
    }

    pub(super) fn damaged(file: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { file: file.to_path_buf(), what: what.into() }
    }

    pub(super) fn unsupported(file: &Path, what: impl Into<String>) -> Self {
        Self::Unsupported { file: file.to_path_buf(), what: what.into() }
    }

    pub(super) fn unknown_kind(file: &Path, magic: &[u8]) -> Self {
        let found = match magic {
            _ if magic.starts_with(b"PM") => "PMTiles of a version before 3, to be converted with `pmtiles convert`",
            _ if magic.starts_with(b"PK") => "a zip archive, to be unpacked first",
            _ if magic.starts_with(&[0x1f, 0x8b]) => "packed with gzip, to be unpacked first",
            _ => "neither",
        };
        Self::UnknownKind { file: file.to_path_buf(), found: found.to_owned() }
    }
}
