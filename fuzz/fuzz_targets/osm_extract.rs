//! Feeds `tests/fuzz_entries/osm_extract.rs` with what the engine invents.

#![no_main]

#[path = "../../tests/fuzz_entries/mod.rs"]
mod fuzz_entries;

// The reader of blocks panics where one breaks its rules, and `source` makes a refusal of that. The engine's own hook would
// end the process first; without it, the engine sees the panics that nobody catches.
libfuzzer_sys::fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| ())),
    |input: &[u8]| fuzz_entries::osm_extract::run(input)
);
