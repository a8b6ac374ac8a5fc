//! Next year's delivery of the same file, by the recipe; what would change; nothing half-written.

use std::fs;
use std::path::{Path, PathBuf};

use kreisel::import::{Imported, Options};
use kreisel::{config, release, report::Report};

use crate::atlas::{cases, finding, heidekreis, import, import_into, table};
use crate::files::{bytes, leftovers};

const FIRST: &str = "Kitaplätze im Heidekreis\n\nAGS;Gemeinde;2022;2023\n03358002;Bispingen;405;412\n03358008;Bad Fallingbostel;510;.\n03358016;Munster;600;-\n";
const NEXT: &str = "Kitaplätze im Heidekreis\nStand 1.3.2024\n\nAGS;Gemeinde;2022;2023;2024\n03358002;Bispingen;405;415;420\n03358008;Bad Fallingbostel;510;520;530\n03358017;Neuenkirchen;1;2;3\n";

fn again(file: &Path, atlas: &Path, dry_run: bool) -> Imported {
    let recipe = Some(atlas.join("recipes/kitas.toml"));
    import(file, Options { into: Some(atlas.into()), recipe, dry_run, ..Options::default() })
}

fn snapshot(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push((path.clone(), fs::read(&path).unwrap())) }
        }
    }
    found.sort();
    found
}

#[test]
fn the_next_delivery_is_read_by_the_recipe_with_its_new_year() {
    let atlas = heidekreis();
    assert!(!import_into(&bytes("kitas.csv", FIRST.as_bytes()).path(), atlas.path()).refused);
    let done = again(&bytes("lieferung.csv", NEXT.as_bytes()).path(), atlas.path(), false);
    assert!(!done.refused, "{:#?}", done.report);
    let lines = table(atlas.path(), "kitas");
    assert!(lines.contains(&"03358002;2024;kitas;420;exact".to_owned()), "{lines:?}");
    assert!(lines.iter().all(|line| !line.starts_with("03358016")), "{lines:?}");
    assert_eq!(leftovers(atlas.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_dry_run_shows_new_changed_and_gone_and_writes_nothing() {
    let atlas = heidekreis();
    import_into(&bytes("kitas.csv", FIRST.as_bytes()).path(), atlas.path());
    let before = snapshot(atlas.path());
    let done = again(&bytes("lieferung.csv", NEXT.as_bytes()).path(), atlas.path(), true);
    let changes = done.changes.unwrap();
    assert_eq!((changes.new, changes.changed, changes.gone, changes.same), (2 + 3, 2, 2, 2));
    let first = &changes.largest[0];
    assert_eq!((first.key.as_str(), &*first.before, &*first.after), ("03358008", "suppressed", "520"));
    assert!(changes.largest.iter().any(|change| change.before == "412" && change.after == "415"));
    assert_eq!(snapshot(atlas.path()), before);
}

#[test]
fn a_delivery_with_another_layout_is_refused_with_what_differs() {
    let atlas = heidekreis();
    let two = "AGS;Gemeinde;Jahr;Plätze;Kinder\n03358002;Bispingen;2022;405;390\n03358002;Bispingen;2023;410;400\n03358008;Bad Fallingbostel;2022;510;505\n03358008;Bad Fallingbostel;2023;520;515\n";
    assert!(!import_into(&bytes("kitas.csv", two.as_bytes()).path(), atlas.path()).refused);
    let before = snapshot(atlas.path());
    let renamed = two.replace("Kinder", "Belegte Plätze");
    let done = again(&bytes("neu.csv", renamed.as_bytes()).path(), atlas.path(), false);
    assert!(done.refused);
    let told = cases(finding(&done, "layout-changed"));
    assert_eq!(
        told,
        ["|||the column \"Kinder\"", "|||its header reads: AGS | Gemeinde | Jahr | Plätze | Belegte Plätze"]
    );
    assert_eq!(snapshot(atlas.path()), before);
    // columns in another order are still the same file
    let moved =
        "Gemeinde;Jahr;Kinder;AGS;Plätze\nBispingen;2024;391;03358002;406\nBad Fallingbostel;2024;5;03358008;6\n";
    let done = again(&bytes("neu.csv", moved.as_bytes()).path(), atlas.path(), false);
    assert!(!done.refused, "{:#?}", done.report);
    assert!(table(atlas.path(), "kitas").contains(&"03358002;2024;plaetze;406;exact".to_owned()));
}

#[test]
fn what_is_there_is_not_overwritten_without_force() {
    let atlas = heidekreis();
    let made = bytes("kitas.csv", FIRST.as_bytes());
    import_into(&made.path(), atlas.path());
    let before = snapshot(atlas.path());
    let done = import_into(&made.path(), atlas.path());
    assert!(done.refused);
    assert_eq!(finding(&done, "file-there").message, "data/values/kitas.csv is there already");
    assert_eq!(snapshot(atlas.path()), before);
    let forced = import(&made.path(), Options { into: Some(atlas.path().into()), force: true, ..Options::default() });
    assert!(!forced.refused, "{:#?}", forced.report);
}

#[test]
fn what_an_import_writes_loads_as_it_is() {
    let atlas = heidekreis();
    let done = import_into(&bytes("kitas.csv", FIRST.as_bytes()).path(), atlas.path());
    assert!(!done.refused, "{:#?}", done.report);
    let mut report = Report::default();
    let config = config::load(atlas.path(), &mut report).unwrap();
    let release = release::build(config, report).unwrap();
    assert_eq!(release.indicators.len(), 1);
    assert!(config::read_recipe(&atlas.path().join("recipes/kitas.toml"), &mut Report::default()).is_some());
}

#[test]
fn an_atlas_that_would_not_load_any_more_is_put_back() {
    let atlas = heidekreis();
    import_into(&bytes("kitas.csv", FIRST.as_bytes()).path(), atlas.path());
    let before = snapshot(atlas.path());
    // the indicator reads a measure that the next table does not have any more
    let recipe = atlas.path().join("recipes/kitas.toml");
    let text = fs::read_to_string(&recipe).unwrap();
    let other = atlas.path().join("other.toml");
    let id = text.lines().find(|line| line.starts_with("id = ")).unwrap();
    fs::write(&other, text.replace(id, "id = \"anders\"")).unwrap();
    let options = Options { into: Some(atlas.path().into()), recipe: Some(other.clone()), ..Options::default() };
    let done = import(&bytes("lieferung.csv", NEXT.as_bytes()).path(), options);
    fs::remove_file(other).unwrap();
    assert!(done.refused);
    assert_eq!(snapshot(atlas.path()), before);
    assert_eq!(leftovers(atlas.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_recipe_overrides_symbols_and_names_what_stands_for_a_state() {
    let atlas = heidekreis();
    let text = "AGS;Fälle 2023\n03358002;-9\n03358008;12\n03358016;.\n03358017;14\n";
    let made = bytes("faelle.csv", text.as_bytes());
    import_into(&made.path(), atlas.path());
    assert!(table(atlas.path(), "faelle").contains(&"03358002;2023;faelle;-9;exact".to_owned()));
    let recipe = atlas.path().join("recipes/faelle.toml");
    let told = fs::read_to_string(&recipe).unwrap() + "\n[symbols]\n\"-9\" = \"suppressed\"\n\".\" = \"missing\"\n";
    fs::write(&recipe, told).unwrap();
    let done =
        import(&made.path(), Options { into: Some(atlas.path().into()), recipe: Some(recipe), ..Options::default() });
    assert!(!done.refused, "{:#?}", done.report);
    let lines = table(atlas.path(), "faelle");
    assert!(lines.contains(&"03358002;2023;faelle;;suppressed".to_owned()), "{lines:?}");
    assert!(lines.iter().all(|line| !line.starts_with("03358016")), "{lines:?}");
}

#[test]
fn a_mistake_in_a_recipe_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("kitas.toml");
    fs::write(&recipe, "output = \"kitas\"\n\n[key]\ncolums = [\"AGS\"]\n").unwrap();
    let made = bytes("kitas.csv", FIRST.as_bytes());
    let options = Options { files: vec![made.path()], recipe: Some(recipe), ..Options::default() };
    let error = kreisel::import::run(&options).unwrap_err().to_string();
    assert!(error.contains("line 4") && error.contains("colums"), "{error}");
}
