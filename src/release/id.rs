//! What goes into a release: its files, and the release id, a content hash of them.

use crate::message;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use crate::config::{self, ArchiveConfig, Config, IndicatorConfig, LayerConfig};
use crate::report::{Finding, Report};

/// Hashes the atlas's files and the program's version. The same files give the same id on every
/// machine; a changed byte gives another. 12 hexadecimal digits of xxh3-128.
pub(super) fn of(config: &Config, report: &mut Report) -> String {
    let mut hash = Xxh3::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    for path in files(config) {
        if let Err(error) = add(&path, &mut hash) {
            report.add(Finding::error("file-unreadable", message!("cannot read: {error}", error)).in_file(&path));
        }
    }
    format!("{:032x}", hash.digest128())[..12].to_owned()
}

/// Adds a file's length and bytes, piece by piece: an archive may be larger than the memory.
fn add(path: &Path, hash: &mut Xxh3) -> io::Result<()> {
    let mut file = File::open(path)?;
    hash.update(&file.metadata()?.len().to_le_bytes());
    let mut piece = vec![0; 1 << 18];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => hash.update(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Every file that goes into the release, in a fixed order.
fn files(config: &Config) -> Vec<PathBuf> {
    let mut files = files_of(&config.root, &config.layers, &config.indicators, &config.archives);
    files.extend(config.atlas.successions.clone());
    files
}

/// Every file that goes into the release of an atlas folder, as far as its descriptions can be followed. A file that
/// is named and not there is among them, and so is a folder of which everything goes in.
#[must_use]
pub fn inputs(root: &Path) -> Vec<PathBuf> {
    match config::read(root, &mut Report::default()) {
        Ok(config) => {
            let sources = config.layers.iter().map(|layer| layer.source.path.clone());
            let folders = sources.filter(|path| path.is_dir());
            folders.chain(files(&config)).collect()
        }
        Err(sound) => [sound.named, files_of(root, &sound.layers, &sound.indicators, &[])].concat(),
    }
}

fn files_of(
    root: &Path,
    layers: &[LayerConfig],
    indicators: &[IndicatorConfig],
    archives: &[ArchiveConfig],
) -> Vec<PathBuf> {
    let mut files = vec![root.join("atlas.toml")];
    files.extend(layers.iter().map(|layer| root.join(&layer.file)));
    files.extend(indicators.iter().map(|indicator| root.join(&indicator.file)));
    files.extend(below(&root.join("styles"), 2));
    for layer in layers {
        files.extend(with_companions(&layer.source.path));
        files.extend(layer.source.addresses.iter().flat_map(|list| with_companions(&list.path)));
    }
    for table in indicators.iter().flat_map(|indicator| &indicator.tables) {
        files.push(table.path.clone());
    }
    for archive in archives {
        files.push(root.join(&archive.file));
        files.push(archive.path.clone());
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|file| seen.insert(file.clone()));
    files
}

/// Folders in folders that a source looks into; see `source`.
const SOURCE_DEPTH: usize = 8;

/// A shapefile is several files with one stem, in any case; a folder is all that lies in it.
fn with_companions(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        return below(path, SOURCE_DEPTH);
    }
    match (path.extension(), path.parent(), path.file_stem()) {
        (Some(end), Some(folder), Some(stem)) if end.eq_ignore_ascii_case("shp") => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let same = |file: &PathBuf| file.file_stem().is_some_and(|other| other.eq_ignore_ascii_case(stem));
            below(folder, 1).into_iter().filter(same).collect()
        }
        _ => vec![path.to_path_buf()],
    }
}

/// The files in a folder and in the folders inside it, `depth` levels down, sorted.
fn below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let inside = |path: PathBuf| {
        if path.is_dir() && depth > 1 {
            below(&path, depth - 1)
        } else {
            Vec::from_iter(path.is_file().then_some(path))
        }
    };
    paths.into_iter().flat_map(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shapefile_goes_in_with_its_companions_in_any_case_and_a_folder_with_all_that_lies_in_it() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("has a parent")).expect("can be made");
            std::fs::write(&path, name).expect("can be written");
            path
        };
        let (shp, dbf) = (place("a.shp"), place("A.DBF"));
        let nested = place("vg250/ebenen/GEM.dbf");
        let mut companions = with_companions(&shp);
        companions.sort();
        assert_eq!(companions, [dbf.clone(), shp.clone()]);
        assert_eq!(with_companions(folder.path()), [dbf, shp, nested]);
    }
}
