//! A file that is read by position and must stay as it was when it was opened.
//!
//! A memory map would be a little faster, and would end the whole process where somebody cuts the file
//! short; reading by position gives an error.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::archive::ArchiveError;

/// The file.
#[derive(Debug)]
pub(super) struct Watched {
    path: PathBuf,
    file: File,
    state: State,
}

/// What changes when somebody writes into a file.
#[derive(Debug, PartialEq, Eq)]
struct State {
    len: u64,
    modified: Option<SystemTime>,
}

impl State {
    fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl Watched {
    pub(super) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let read = |error| ArchiveError::read(path, error);
        let file = File::open(path).map_err(read)?;
        let metadata = file.metadata().map_err(read)?;
        if metadata.is_dir() {
            return Err(ArchiveError::UnknownKind { file: path.to_path_buf(), found: "a folder".to_owned() });
        }
        Ok(Self { path: path.to_path_buf(), file, state: State::of(&metadata) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn len(&self) -> u64 {
        self.state.len
    }

    /// Whether nobody has written into the file.
    pub(super) fn check(&self) -> Result<(), ArchiveError> {
        let now = self.file.metadata().map_err(|error| ArchiveError::read(&self.path, error))?;
        if State::of(&now) == self.state { Ok(()) } else { Err(ArchiveError::Changed { file: self.path.clone() }) }
    }

    /// Fills a buffer from a position on.
    pub(super) fn read_into(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ArchiveError> {
        read_exact_at(&self.file, buffer, offset).map_err(|error| ArchiveError::read(&self.path, error))
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                buffer = &mut buffer[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}
