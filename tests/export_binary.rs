//! `kreisel export` as its users start it: the bundled atlas, refusals, an interruption.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use kreisel::archive::Archive;
use serde_json::Value;

fn kreisel(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kreisel"));
    command.env_remove("KREISEL_LOG").env("LC_ALL", "en_GB.UTF-8").current_dir(folder).arg("export");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    kreisel(folder).args(arguments).output().expect("the binary can be started")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn outside_any_atlas_the_bundled_one_is_exported_and_counted() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let output = run(folder.path(), &["--to", "x.pmtiles", "--max-zoom", "8", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    assert!(said["tiles"].as_u64() >= Some(6), "{said}");
    assert_eq!(said["zooms"].as_array().map(Vec::len), Some(6), "zooms 3 to 8");
    assert!(said["largest"]["packed_bytes"].as_u64() > Some(0), "{said}");
    let archive = Archive::open(&folder.path().join("x.pmtiles")).expect("the archive can be opened");
    assert_eq!(archive.description().tiles, said["tiles"].as_u64());
    let left = fs::read_dir(folder.path()).expect("can be listed").count();
    assert_eq!(left, 1, "only the archive is left");

    let again = run(folder.path(), &["--to", "x.pmtiles", "--max-zoom", "8"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("--force"), "{}", text(&again.stderr));
    let forced = run(folder.path(), &["--to", "x.pmtiles", "--max-zoom", "3", "--force"]);
    assert!(text(&forced.stdout).contains("1 tile,"), "{}{}", text(&forced.stdout), text(&forced.stderr));
    let mut german = kreisel(folder.path());
    let german = german.env("LC_ALL", "de_DE.UTF-8").args(["--to", "y.pmtiles", "--max-zoom", "3"]).output();
    let german = german.expect("the binary can be started");
    assert!(text(&german.stdout).contains("1 Kachel,"), "{}{}", text(&german.stdout), text(&german.stderr));
}

#[test]
fn a_folder_and_wrong_options_are_refused_with_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (arguments, code, said) in [
        (&["--to", "site"][..], 1, ".pmtiles or .mbtiles"),
        (&["--to", "x.pmtiles", "--years", "2015"], 2, "--indicators"),
        (&["--to", "x.pmtiles", "--layers", "rivers"], 1, "there are: "),
        (&[], 2, "--to"),
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
    }
    assert_eq!(fs::read_dir(folder.path()).expect("can be listed").count(), 0, "nothing is left");
}

#[test]
fn an_export_that_is_killed_leaves_no_target_and_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let whole = folder.path().join("whole.pmtiles");
    assert_eq!(run(folder.path(), &["--to", "whole.pmtiles", "--max-zoom", "10"]).status.code(), Some(0));

    let mut child = kreisel(folder.path())
        .args(["--to", "x.pmtiles", "--max-zoom", "10"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary can be started");
    let work_file = folder.path().join("x.pmtiles.resume");
    let begun = || fs::metadata(&work_file).is_ok_and(|file| file.len() > 1000);
    while !begun() && child.try_wait().expect("can be asked").is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("can be killed");
    let finished_first = child.wait().expect("ends").success();
    let target = folder.path().join("x.pmtiles");
    assert_eq!(target.exists(), finished_first, "a target is whole or not there");

    let again = run(folder.path(), &["--to", "x.pmtiles", "--max-zoom", "10", "--force"]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    if !finished_first {
        assert!(text(&again.stderr).contains("going on"), "{}", text(&again.stderr));
    }
    let bytes = |path: &Path| fs::read(path).expect("can be read");
    assert!(bytes(&target) == bytes(&whole));
}
