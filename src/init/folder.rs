//! The files of a new atlas → a folder, whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use super::InitError;

/// The files of a new atlas before they are written: path inside the atlas, content.
#[derive(Debug, Default)]
pub(super) struct Files(Vec<(PathBuf, Vec<u8>)>);

impl Files {
    pub(super) fn add(&mut self, path: impl Into<PathBuf>, content: impl Into<Vec<u8>>) {
        self.0.push((path.into(), content.into()));
    }

    /// Writes everything into a folder that does not exist yet.
    fn write(&self, folder: &Path) -> Result<(), InitError> {
        let fail = |path: &Path| {
            let path = path.to_path_buf();
            move |error| InitError::Write { path, error }
        };
        for (name, content) in &self.0 {
            let path = folder.join(name);
            let parent = path.parent().unwrap_or(folder);
            fs::create_dir_all(parent).map_err(fail(parent))?;
            fs::write(&path, content).map_err(fail(&path))?;
        }
        Ok(())
    }
}

/// A folder beside the place where the atlas is to be. It is removed unless it is moved there.
#[derive(Debug)]
pub(super) struct Draft {
    folder: PathBuf,
    place: PathBuf,
}

/// Refuses a place where something is already.
pub(super) fn check_place(place: &Path) -> Result<(), InitError> {
    let Ok(entries) = fs::read_dir(place) else {
        return match place.symlink_metadata() {
            Ok(_) => Err(InitError::NotAFolder { path: place.to_path_buf() }),
            Err(_) => Ok(()),
        };
    };
    let mut found: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    found.sort();
    if found.is_empty() { Ok(()) } else { Err(InitError::NotEmpty { path: place.to_path_buf(), found }) }
}

impl Draft {
    /// Writes the files beside the place, on the same disk, so that moving them there cannot fail half.
    pub(super) fn write(place: &Path, files: &Files) -> Result<Self, InitError> {
        let absolute =
            std::path::absolute(place).map_err(|error| InitError::Write { path: place.to_path_buf(), error })?;
        let name = absolute.file_name().map_or_else(|| "atlas".into(), std::ffi::OsStr::to_string_lossy);
        let parent = absolute.parent().unwrap_or(&absolute);
        let folder = parent.join(format!(".{name}.new-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| InitError::Write { path: folder.clone(), error })?;
        let draft = Self { folder, place: absolute };
        files.write(&draft.folder)?;
        Ok(draft)
    }

    /// Where the files lie for now.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts the folder in its place. An empty folder that is there already keeps its identity (it may be
    /// the current one), so the entries move into it one by one.
    pub(super) fn keep(self) -> Result<(), InitError> {
        let fail = |error| InitError::Write { path: self.place.clone(), error };
        if !self.place.exists() {
            return fs::rename(&self.folder, &self.place).map_err(fail);
        }
        check_place(&self.place)?;
        for entry in fs::read_dir(&self.folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            fs::rename(entry.path(), self.place.join(entry.file_name())).map_err(fail)?;
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Nothing to do about a failure: a hidden folder stays, and the error that led here is told.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
