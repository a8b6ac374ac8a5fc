//! Every input that fuzzing has found worth keeping still keeps its promises; see `fuzz/README.md`.

mod fuzz_entries;

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("can be listed").path()).collect();
    files.sort();
    files
}

/// Runs the corpus of one target and what once broke it. The name of the file that fails is the last one printed.
#[expect(clippy::print_stdout, reason = "cargo shows it of a test that fails")]
fn replay(target: &str) {
    let (_, run) = fuzz_entries::ALL.iter().find(|(name, _)| *name == target).expect("is a target");
    let folders = ["corpus", "found"].map(|kind| Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(kind));
    let found = folders[1].join(target);
    let mut inputs = files(&folders[0].join(target));
    assert!(!inputs.is_empty(), "{target} has a corpus");
    if found.is_dir() {
        inputs.extend(files(&found));
    }
    for path in inputs {
        println!("{}", path.display());
        run(&fs::read(&path).expect("can be read"));
    }
}

#[test]
fn tiles_of_other_makers_are_decoded_or_refused() {
    replay("tile_decoder");
}

#[test]
fn archives_of_other_makers_are_read_or_refused() {
    replay("archive_file");
}

#[test]
fn polygons_of_any_shape_give_valid_tiles() {
    replay("clipper");
}

#[test]
fn shapefiles_of_any_bytes_are_read_or_refused() {
    replay("shapefile");
}

#[test]
fn tables_of_any_bytes_are_read_or_refused() {
    replay("table");
}

#[test]
fn extracts_of_any_bytes_are_read_or_refused() {
    replay("osm_extract");
}

#[test]
fn texts_of_any_letters_are_understood_or_refused() {
    replay("language");
}

#[test]
fn every_entry_has_a_target() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("can be read");
    for (name, _) in fuzz_entries::ALL {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} has no target in fuzz/Cargo.toml");
    }
}
