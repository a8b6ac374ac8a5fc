//! Tells cargo when the page that is embedded into the binary has changed. It builds nothing: the page
//! needs Node, and the binary must compile without it.

use std::path::Path;

fn main() {
    // A folder that is watched but not there would make every build start anew.
    let watched = ["web/dist", "web"].into_iter().find(|folder| Path::new(folder).is_dir());
    println!("cargo::rerun-if-changed={}", watched.unwrap_or("build.rs"));
}
