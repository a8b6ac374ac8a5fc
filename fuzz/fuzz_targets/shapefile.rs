//! Feeds `tests/fuzz_entries/shapefile.rs` with what the engine invents.

#![no_main]

#[path = "../../tests/fuzz_entries/mod.rs"]
mod fuzz_entries;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_entries::shapefile::run(input));
