//! A small atlas of the Heidekreis as it was in 2015: true keys and names, squares for borders.

use std::fs;
use std::path::{Path, PathBuf};

use kreisel::import::{self, Imported, Options};
use kreisel::report::{Finding, Language};
use tempfile::TempDir;

use crate::german::{assert_german, english_in};

/// AGS and name of the municipalities of 2015 (VG250), the association's ARS of each.
pub(crate) const MUNICIPALITIES: [(&str, &str, &str); 24] = [
    ("03358001", "Ahlden (Aller)", "033585401"),
    ("03358002", "Bispingen", "033580002"),
    ("03358003", "Böhme", "033585402"),
    ("03358004", "Bomlitz", "033580004"),
    ("03358005", "Buchholz (Aller)", "033585403"),
    ("03358006", "Eickeloh", "033585401"),
    ("03358007", "Essel", "033585403"),
    ("03358008", "Bad Fallingbostel", "033580008"),
    ("03358009", "Frankenfeld", "033585402"),
    ("03358010", "Gilten", "033585403"),
    ("03358011", "Grethem", "033585401"),
    ("03358012", "Hademstorf", "033585401"),
    ("03358013", "Häuslingen", "033585402"),
    ("03358014", "Hodenhagen", "033585401"),
    ("03358015", "Lindwedel", "033585403"),
    ("03358016", "Munster", "033580016"),
    ("03358017", "Neuenkirchen", "033580017"),
    ("03358018", "Rethem (Aller)", "033585402"),
    ("03358019", "Schneverdingen", "033580019"),
    ("03358020", "Schwarmstedt", "033585403"),
    ("03358021", "Soltau", "033580021"),
    ("03358022", "Walsrode", "033580022"),
    ("03358023", "Wietzendorf", "033580023"),
    ("03358501", "Osterheide", "033589501"),
];

const ASSOCIATIONS: [(&str, &str); 3] =
    [("033585401", "Ahlden"), ("033585402", "Rethem/Aller"), ("033585403", "Schwarmstedt")];

fn geojson(areas: &[(&str, &str)]) -> String {
    let squares = areas.iter().enumerate().map(|(place, (key, name))| {
        let (west, south) = (9.0 + 0.02 * place as f64, 52.5);
        let (east, north) = (west + 0.01, south + 0.01);
        format!(
            r#"{{"type":"Feature","properties":{{"key":"{key}","name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
        )
    });
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, squares.collect::<Vec<_>>().join(","))
}

/// The atlas in a folder of its own.
pub(crate) fn heidekreis() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "atlas.toml",
        "id = \"heidekreis\"\ntitle = \"Heidekreis\"\npublisher = \"Test\"\n[[themes]]\nid = \"population\"\ntitle = \"Bevölkerung\"\n",
    );
    let layer = |title: &str, file: &str, kind: &str| {
        format!(
            "kind = \"area\"\ntitle = \"{title}\"\nname = \"name\"\n[source]\nfile = \"../data/{file}.geojson\"\n[key]\ncolumn = \"key\"\nkind = \"{kind}\"\n\
             [provenance]\nsource = \"Test\"\nlicense = \"CC0-1.0\"\nattribution = \"Test\"\n"
        )
    };
    for (title, file, kind) in [
        ("Gemeinden", "municipalities", "ags"),
        ("Samtgemeinden", "associations", "association"),
        ("Kreis", "districts", "district"),
    ] {
        write(&format!("layers/{file}.toml"), &layer(title, file, kind));
    }
    let municipalities: Vec<(&str, &str)> = MUNICIPALITIES.iter().map(|(key, name, _)| (*key, *name)).collect();
    let alone = MUNICIPALITIES.iter().filter(|(.., association)| !association.starts_with("033585"));
    let associations: Vec<(&str, &str)> =
        ASSOCIATIONS.into_iter().chain(alone.map(|(_, name, key)| (*key, *name))).collect();
    write("data/municipalities.geojson", &geojson(&municipalities));
    write("data/associations.geojson", &geojson(&associations));
    write("data/districts.geojson", &geojson(&[("03358", "Heidekreis")]));
    folder
}

/// The shared data beside the repository; `None`, with a note, where it is not there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/indicators").join(name);
    if !path.exists() {
        eprintln!("passed over: {} is not here", path.display());
    }
    path.exists().then_some(path)
}

/// Imports one file.
pub(crate) fn import(file: &Path, options: Options) -> Imported {
    let options = Options { files: vec![file.to_path_buf()], ..options };
    let mut done = import::run(&options).unwrap();
    assert_eq!(done.len(), 1);
    let done = done.remove(0);
    assert_german(&done.report);
    let mut said = Vec::new();
    done.write_text(&mut said, &options, Language::De).unwrap();
    for line in String::from_utf8(said).unwrap().lines().skip(1) {
        let english = english_in(line);
        assert!(english.is_empty(), "{english:#?}");
    }
    done
}

/// Imports one file into an atlas.
pub(crate) fn import_into(file: &Path, atlas: &Path) -> Imported {
    import(file, Options { into: Some(atlas.to_path_buf()), ..Options::default() })
}

/// The lines of a tidy table of an atlas, without its header.
pub(crate) fn table(atlas: &Path, name: &str) -> Vec<String> {
    let text = fs::read_to_string(atlas.join("data/values").join(format!("{name}.csv"))).unwrap();
    let mut lines = text.lines().map(str::to_owned);
    assert_eq!(lines.next().as_deref(), Some("key;period;indicator;value;state"));
    lines.collect()
}

/// What was found out, by name.
pub(crate) fn fact(imported: &Imported, name: &str) -> String {
    let texts: Vec<&str> = imported.facts.iter().filter(|(known, _)| *known == name).map(|(_, text)| &**text).collect();
    assert!(!texts.is_empty(), "no {name} in {:#?} {:#?}", imported.facts, imported.report);
    texts.join("\n")
}

/// The finding with this code.
pub(crate) fn finding<'i>(imported: &'i Imported, code: &str) -> &'i Finding {
    let found = imported.report.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} in {:#?}", imported.report.findings))
}

/// Where a finding's cases are: line, column, key and what was met.
pub(crate) fn cases(finding: &Finding) -> Vec<String> {
    let of = |case: &kreisel::report::Case| {
        let line = case.line.map(|line| line.to_string()).unwrap_or_default();
        format!(
            "{line}|{}|{}|{}",
            case.column.clone().unwrap_or_default(),
            case.key.clone().unwrap_or_default(),
            case.detail
        )
    };
    finding.cases.iter().map(of).collect()
}
