//! Why there is no export.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::archive::ArchiveError;

/// Why there is no export. Each says what would be right.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The target's name tells no format.
    #[error(
        "cannot export to {}: the name must end in .pmtiles or .mbtiles (a folder cannot be written yet)",
        target.display()
    )]
    Format {
        /// The target.
        target: PathBuf,
    },
    /// There is a file already.
    #[error("{} is there already; --force overwrites it", target.display())]
    Exists {
        /// The target.
        target: PathBuf,
    },
    /// An option asks for what is not there.
    #[error("--{option}: {reason}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// Nothing of the selection has a place.
    #[error("there is nothing to export: the layers have no features")]
    Empty,
    /// The archive cannot be written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file beside it cannot be read or written.
    #[error("cannot use {}: {error}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Another export is under way.
    #[error("another export to {} is under way", target.display())]
    UnderWay {
        /// The target.
        target: PathBuf,
    },
}

impl ExportError {
    pub(super) fn file(file: &Path, error: io::Error) -> Self {
        Self::File { file: file.to_path_buf(), error }
    }
}
