//! Feeds `tests/fuzz_entries/clipper.rs` with what the engine invents.

#![no_main]

#[path = "../../tests/fuzz_entries/mod.rs"]
mod fuzz_entries;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_entries::clipper::run(input));
