//! The release id: a content hash of everything that went in.

use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use crate::config::Config;
use crate::report::{Finding, Report};

/// Hashes the atlas's files and the program's version. The same files give the same id on every
/// machine; a changed byte gives another. 12 hexadecimal digits of xxh3-128.
pub(super) fn of(config: &Config, report: &mut Report) -> String {
    let mut hash = Xxh3::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    for path in files(config) {
        match std::fs::read(&path) {
            Ok(bytes) => {
                hash.update(&(bytes.len() as u64).to_le_bytes());
                hash.update(&bytes);
            }
            Err(error) => {
                report.add(Finding::error("file-unreadable", format!("cannot read: {error}")).in_file(&path));
            }
        }
    }
    format!("{:032x}", hash.digest128())[..12].to_owned()
}

/// Every file that goes into the release, in a fixed order.
fn files(config: &Config) -> Vec<PathBuf> {
    let root = &config.root;
    let mut files = vec![root.join("atlas.toml")];
    files.extend(config.layers.iter().map(|layer| root.join(&layer.file)));
    files.extend(config.indicators.iter().map(|indicator| root.join(&indicator.file)));
    files.extend(config.styles.iter().map(|style| root.join("styles").join(format!("{}.json", style.id))));
    files.extend(sorted(&root.join("styles").join("symbols"), |path| path.extension().is_some_and(|end| end == "svg")));
    for layer in &config.layers {
        files.extend(with_companions(&layer.source.path));
    }
    for table in config.indicators.iter().flat_map(|indicator| &indicator.tables) {
        files.push(table.path.clone());
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|file| seen.insert(file.clone()));
    files
}

/// A shapefile is several files with one stem; a folder is all that lies in it.
fn with_companions(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        return sorted(path, |_| true);
    }
    match (path.extension(), path.parent(), path.file_stem()) {
        (Some(end), Some(folder), Some(stem)) if end.eq_ignore_ascii_case("shp") => {
            sorted(folder, |file| file.file_stem() == Some(stem))
        }
        _ => vec![path.to_path_buf()],
    }
}

fn sorted(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_file() && wanted(path)).collect();
    files.sort();
    files
}
