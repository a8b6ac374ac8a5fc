//! What the files of an atlas look like from outside: name, size, times. No file is opened.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folders of an atlas, besides the files that its descriptions name: a file that is missing may appear there.
const FOLDERS: [&str; 4] = ["layers", "indicators", "styles", "data"];

/// Folders in folders that are looked into.
const DEPTH: usize = 8;

/// Every file with what changes when somebody writes into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Snapshot(BTreeMap<PathBuf, Stamp>);

/// Size and times. The time of change is on Unix only; it tells a file that was put in place of another with the same
/// size and date.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    size_bytes: u64,
    modified: Option<SystemTime>,
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let changed = {
            use std::os::unix::fs::MetadataExt;
            (metadata.ctime(), metadata.ctime_nsec())
        };
        #[cfg(not(unix))]
        let changed = (0, 0);
        Self { size_bytes: metadata.len(), modified: metadata.modified().ok(), changed }
    }
}

impl Snapshot {
    /// Looks at the folders of an atlas and at further files and folders, which need not be there.
    pub(super) fn take<'a>(root: &Path, named: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        let mut files = Self::default();
        files.add(root.join("atlas.toml"));
        for folder in FOLDERS {
            files.add_folder(&root.join(folder), DEPTH);
        }
        for path in named {
            if path.is_dir() {
                files.add_folder(path, DEPTH);
            } else {
                files.add(path.clone());
            }
        }
        files
    }

    fn add(&mut self, file: PathBuf) {
        if let Ok(metadata) = std::fs::metadata(&file)
            && metadata.is_file()
        {
            self.0.insert(file, Stamp::of(&metadata));
        }
    }

    /// Links to folders are not followed below the first: they may lead in a circle.
    fn add_folder(&mut self, folder: &Path, depth: usize) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if is_passing(&entry.file_name().to_string_lossy()) {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth > 1 => self.add_folder(&entry.path(), depth - 1),
                Ok(kind) if !kind.is_dir() => self.add(entry.path()),
                _ => {}
            }
        }
    }

    /// Files that are other than they were, that are new, or that are gone.
    pub(super) fn changed_since<'a>(&'a self, earlier: &'a Self) -> Vec<&'a Path> {
        let other = self.0.iter().filter(|(file, stamp)| earlier.0.get(*file) != Some(*stamp));
        let gone = earlier.0.keys().filter(|file| !self.0.contains_key(*file));
        other.map(|(file, _)| file.as_path()).chain(gone.map(PathBuf::as_path)).collect()
    }
}

/// Whether a file belongs to a program that is writing, and goes when it is done: Excel's `~$figures.xlsx`,
/// the `.~lock.figures.ods#` of Calc, editors' `.figures.csv.swp`, `figures.csv~` and `#figures.csv#`, a download
/// that is under way. Excel's own nameless `1A2B3C4D` is a file for a moment, and settles.
fn is_passing(name: &str) -> bool {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    name.starts_with(['.', '#'])
        || name.starts_with("~$")
        || name.ends_with('~')
        || ["tmp", "swp", "part", "crdownload"].iter().any(|known| end.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_writes_beside_a_file_is_passed_over() {
        let passing =
            ["~$x.xlsx", ".~lock.x.ods#", ".x.csv.swp", "x.csv~", "#x.csv#", "lu1234.tmp", "x.zip.part", "A.TMP"];
        for name in passing {
            assert!(is_passing(name), "{name}");
        }
        for name in ["x.csv", "x~1.csv", "tmp", "part.csv", "Bericht #3.xlsx"] {
            assert!(!is_passing(name), "{name}");
        }
    }

    #[test]
    fn a_file_that_appears_changes_or_goes_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (root, data) = (folder.path(), folder.path().join("data/2024"));
        std::fs::create_dir_all(&data).unwrap();
        std::fs::write(data.join("a.csv"), "1").unwrap();
        std::fs::write(data.join("b.csv"), "1").unwrap();
        let beside = tempfile::tempdir().unwrap();
        let named = [beside.path().join("c.csv")];
        let before = Snapshot::take(root, &named);
        assert!(before.changed_since(&before.clone()).is_empty());
        std::fs::remove_file(data.join("a.csv")).unwrap();
        std::fs::write(data.join("b.csv"), "12").unwrap();
        std::fs::write(&named[0], "").unwrap();
        std::fs::write(root.join("notes.csv"), "not of the atlas").unwrap();
        let after = Snapshot::take(root, &named);
        let mut changed = after.changed_since(&before);
        changed.sort();
        let mut expected = [data.join("a.csv"), data.join("b.csv"), named[0].clone()];
        expected.sort();
        assert_eq!(changed, expected);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_put_in_place_of_another_of_the_same_size_and_date_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let date = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
            std::fs::write(&path, text).unwrap();
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(date).unwrap();
            path
        };
        let file = place("data/a.csv", "1");
        let before = Snapshot::take(folder.path(), &[]);
        std::fs::rename(place("b.csv", "2"), &file).unwrap();
        assert_eq!(Snapshot::take(folder.path(), &[]).changed_since(&before), [file]);
    }
}
