//! What is fuzzed: one entry per kind of input that comes from elsewhere, each a function of bytes that panics where
//! a promise is broken.
//!
//! The targets in `fuzz/` feed the entries with what the engine invents, `tests/fuzz_corpus.rs` with what was found
//! worth keeping: both run the same code. An entry goes the way that a file takes in the program, and then holds what
//! came out to the promises of the module that made it.
//!
//! An input that stands for several files is one text with a line `--NAME--` in front of each ([`parts`]), so that the
//! engine's cuts and copies move parts around without destroying lengths or checksums.

#![allow(dead_code, reason = "each fuzz target and the replay use a part of it")]

pub(crate) mod archive_file;
pub(crate) mod clipper;
#[path = "../decoded/mod.rs"]
mod decoded;
pub(crate) mod language;
pub(crate) mod osm_extract;
pub(crate) mod parts;
pub(crate) mod shapefile;
pub(crate) mod table;
pub(crate) mod tile_decoder;
pub(crate) mod told;

/// Runs one input.
type Entry = fn(&[u8]);

/// All entries, by the name of their target and corpus.
pub(crate) const ALL: [(&str, Entry); 7] = [
    ("tile_decoder", tile_decoder::run),
    ("archive_file", archive_file::run),
    ("clipper", clipper::run),
    ("shapefile", shapefile::run),
    ("table", table::run),
    ("osm_extract", osm_extract::run),
    ("language", language::run),
];
