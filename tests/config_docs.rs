//! What is generated from the configuration's types and committed is what the types say today.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic like the test itself")]

use std::fs;
use std::path::{Path, PathBuf};

use kreisel::config::{self, reference, schema};
use kreisel::report::Report;

/// The same text as in the file, or, with `KREISEL_UPDATE=1`, written to it.
fn is_fresh(file: &Path, text: &str) {
    if std::env::var_os("KREISEL_UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let committed = fs::read_to_string(file).unwrap_or_default();
    assert!(
        committed == text,
        "{} is not what the code says; renew it with `KREISEL_UPDATE=1 cargo test --test config_docs` and commit it",
        file.display()
    );
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

#[test]
fn the_schemas_for_editors_are_fresh() {
    for (name, schema) in schema::all() {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        is_fresh(&docs().join("schemas").join(name), &text);
    }
}

#[test]
fn the_reference_page_is_fresh() {
    is_fresh(&docs().join("configuration.md"), &reference::page());
}

#[test]
fn the_example_of_a_recipe_can_be_followed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recipe.toml");
    fs::write(&file, reference::RECIPE.1).unwrap();
    let mut report = Report::default();
    assert!(config::read_recipe(&file, &mut report).is_some(), "{:#?}", report.findings);
}

#[test]
fn the_catalogue_page_is_fresh() {
    is_fresh(&docs().join("indicators.md"), &kreisel::catalogue::page());
}

/// The examples lean on a district layer and data files that the page does not show.
#[test]
fn the_examples_of_the_reference_page_are_an_atlas() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    for (name, text) in reference::EXAMPLES {
        write(name, text);
    }
    let area = reference::EXAMPLES[1].1;
    let parent = area.find("[parent]").unwrap()..area.find("[attributes.type]").unwrap();
    write("layers/districts.toml", &area.replace(&area[parent], "").replace("\"ags\"", "\"district\""));
    for data in [
        "basemap.pmtiles",
        "boundaries/vg250.zip",
        "facilities/arztpraxen.csv",
        "values/under_18.csv",
        "values/einwohner.csv",
    ] {
        write(&format!("data/{data}"), "");
    }
    let mut report = Report::default();
    assert!(config::load(folder.path(), &mut report).is_some(), "{:#?}", report.findings);
    assert_eq!(report.findings, []);
}
