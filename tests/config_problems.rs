//! What a broken description is told: every problem at once, each with file, line and what would be right.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic like the test itself")]

mod german;

use std::fs;
use std::path::Path;

use kreisel::config::{self, Config, LayerId};
use kreisel::report::{Case, Language, Report};
use proptest::prelude::*;
use tempfile::TempDir;

const ATLAS: &str = r#"id = "example"
title = "Beispiel"
publisher = "Landkreis"

[[themes]]
id = "people"
title = "Menschen"

[view]
layer = "districts"
indicator = "share"
"#;

const DISTRICTS: &str = r#"kind = "area"
title = { de = "Kreise", en = "Districts" }
order = 2
name = "GEN"

[source]
file = "../data/districts.geojson"
filter = "GF = 4"

[key]
column = "ARS"
kind = "district"

[attributes.zweck]
title = "Zweck"
[attributes.bez]
column = "BEZ"
title = "Bezeichnung"

[provenance]
source = "Amt"
license = "dl-de/by-2-0"
attribution = "© Amt"
"#;

const TOWNS: &str = r#"kind = "area"
title = "Gemeinden"
order = 1

[source]
file = "../data/towns.zip"
member = "GEM"
crs = "EPSG:25832"

[key]
column = "AGS"
kind = "ags"

[parent]
layer = "districts"
column = "AGS"
digits = 5

[tiles]
max_zoom = 12

[provenance]
source = "Amt"
license = "dl-de/by-2-0"
attribution = "© Amt"
"#;

const SCHOOLS: &str = r##"kind = "facility"
title = "Schulen"
category = "type"

[source]
file = "../data/schools.csv"
x = "lon"
y = "lat"

[categories.primary]
title = "Grundschule"
matches = ["GS"]
color = "#c0392b"
[categories.grammar]
title = "Gymnasium"

[provenance]
source = "Amt"
date = "2021-01"
license = "dl-de/by-2-0"
attribution = "© Amt"
"##;

const SHARE: &str = r#"title = "Anteil"
theme = "people"
unit = "%"
measure = "ratio"
layers = ["districts", "towns"]
numerator = "young"
denominator = "all"

[[tables]]
file = "../data/values.csv"

[[tables]]
file = "../data/more.csv"
layout = "measures"
year = 2015
columns = { "Einwohner" = "all" }

[privacy]
min_numerator = 3

[[breaks]]
period = 2011
reason = "Zensus"

[provenance]
source = "Amt"
license = "dl-de/by-2-0"
attribution = "© Amt"
"#;

const STYLE: &str = r#"{
  "version": 8,
  "sources": {
    "atlas": { "type": "vector", "url": "/tiles/districts,towns?indicators=share" }
  },
  "layers": [
    { "id": "fill", "type": "fill", "source": "atlas", "source-layer": "towns" },
    { "id": "names", "type": "symbol", "source": "atlas", "source-layer": "districts_label" }
  ]
}
"#;

const FILES: [(&str, &str); 6] = [
    ("atlas.toml", ATLAS),
    ("layers/districts.toml", DISTRICTS),
    ("layers/towns.toml", TOWNS),
    ("layers/schools.toml", SCHOOLS),
    ("indicators/share.toml", SHARE),
    ("styles/map.json", STYLE),
];

/// Of a protected indicator on parts and totals there is a warning, which is tested elsewhere.
const ON_ONE_LAYER: (&str, &str, &str) = ("indicators/share.toml", "[\"districts\", \"towns\"]", "[\"towns\"]");

/// The good atlas with some of its texts exchanged: file, what is there, what shall be there.
fn atlas(changes: &[(&str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for part in ["layers", "indicators", "styles", "data"] {
        fs::create_dir(root.join(part)).unwrap();
    }
    for data in ["districts.geojson", "towns.zip", "schools.csv", "values.csv", "more.csv", "values.xlsx"] {
        fs::write(root.join("data").join(data), "").unwrap();
    }
    for (name, text) in FILES {
        let mut text = text.to_owned();
        for (file, old, new) in changes {
            if *file == name {
                assert!(text.contains(old), "{name} has no {old}");
                text = text.replacen(old, new, 1);
            }
        }
        fs::write(root.join(name), text).unwrap();
    }
    folder
}

fn load(root: &Path) -> (Option<Config>, Report) {
    let mut report = Report::default();
    let config = config::load(root, &mut report);
    german::assert_german(&report);
    (config, report)
}

/// All cases of a code in a file.
fn cases<'r>(report: &'r Report, code: &str, file: &str) -> Vec<&'r Case> {
    report
        .findings
        .iter()
        .filter(|finding| finding.code == code && finding.file.as_deref() == Some(Path::new(file)))
        .flat_map(|finding| &finding.cases)
        .collect()
}

#[test]
fn a_good_atlas_is_read_without_a_word() {
    let folder = atlas(&[ON_ONE_LAYER]);
    let (config, report) = load(folder.path());
    assert_eq!(report.findings, []);
    let config = config.unwrap();
    let ids: Vec<&str> = config.layers.iter().map(|layer| layer.id.as_str()).collect();
    assert_eq!(ids, ["schools", "towns", "districts"]);
    let districts = &config.layers[2];
    assert_eq!(districts.source.path, folder.path().join("data/districts.geojson"));
    assert_eq!(districts.file, Path::new("layers/districts.toml"));
    let attributes: Vec<(&str, &str)> =
        districts.attributes.iter().map(|found| (found.id.as_str(), found.column.as_str())).collect();
    assert_eq!(attributes, [("zweck", "zweck"), ("bez", "BEZ")]);
    let parent = config.layers[1].as_area().unwrap().parent.as_ref().unwrap();
    assert_eq!((&parent.layer, parent.digits), (&LayerId::new("districts").unwrap(), Some(5)));
    let categories: Vec<&str> =
        config.layers[0].as_facility().unwrap().categories.iter().map(|found| found.id.as_str()).collect();
    assert_eq!(categories, ["primary", "grammar"]);
    assert_eq!(config.indicators[0].decimals, 1);
}

/// File, what is there, what is written instead, code, line, and a part of what is said.
type Slip = (&'static str, &'static str, &'static str, &'static str, u64, &'static str);

const A: &str = "atlas.toml";
const D: &str = "layers/districts.toml";
const T: &str = "layers/towns.toml";
const S: &str = "layers/schools.toml";
const I: &str = "indicators/share.toml";
const M: &str = "styles/map.json";

const SLIPS: &[Slip] = &[
    // keys and types, from the schema
    (
        A,
        "title = \"Beispiel\"",
        "titel = \"Beispiel\"",
        "unknown-key",
        2,
        "did you mean `title`? known here: id, title",
    ),
    (A, "publisher = \"Landkreis\"\n", "", "missing-key", 1, "`publisher` is missing: Who publishes it"),
    (
        A,
        "id = \"people\"",
        "id = \"people\"\ncolour = 1",
        "unknown-key",
        7,
        "`colour` is not known; known here: id, title",
    ),
    (D, "order = 2", "order = \"2\"", "wrong-type", 3, "\"2\" stands in quotes; write 2 (a whole number"),
    (D, "order = 2", "order = 2.0", "wrong-type", 3, "a whole number, such as 0, is expected, 2.0 given"),
    (D, "order = 2", "order = 99999999999", "out-of-range", 3, "99999999999 is out of range"),
    (D, "name = \"GEN\"", "name = 4", "wrong-type", 4, "4 stands without quotes; write \"4\""),
    (
        D,
        "filter = \"GF = 4\"",
        "filter = \"GF = 4\"\nname = \"GEN\"",
        "unknown-key",
        9,
        "belongs to the top of the file",
    ),
    (
        D,
        "kind = \"district\"",
        "kind = \"kreis\"",
        "unknown-choice",
        12,
        "\"kreis\" is none of \"state\", \"district\"",
    ),
    (
        D,
        "title = { de = \"Kreise\", en = \"Districts\" }",
        "title = { de = \"Kreise\" }",
        "missing-key",
        2,
        "`en` is missing",
    ),
    (D, "title = { de = \"Kreise\", en = \"Districts\" }", "title = 7", "wrong-type", 2, "7 stands without quotes"),
    (
        D,
        "title = { de = \"Kreise\", en = \"Districts\" }",
        "title = []",
        "wrong-type",
        2,
        "a text in quotes or a section is expected",
    ),
    (T, "max_zoom = 12", "max_zoom = 25", "out-of-range", 20, "25 is out of range, allowed is from 0 to 22"),
    (T, "[tiles]", "[tile]", "unknown-key", 19, "did you mean `tiles`?"),
    (S, "date = \"2021-01\"", "date = 2021-01-01", "wrong-type", 19, "write \"2021-01-01\""),
    (I, "min_numerator = 3", "min_numerator = 1", "out-of-range", 19, "0 and 1 would keep nothing secret"),
    (I, "measure = \"ratio\"", "factor = nan\nmeasure = \"ratio\"", "out-of-range", 4, "nan is not a finite number"),
    (I, "measure = \"ratio\"", "factor = inf\nmeasure = \"ratio\"", "out-of-range", 4, "inf is not a finite number"),
    (I, "[privacy]", "[classes]\nlimits = [1.0, nan]\n[privacy]", "out-of-range", 19, "nan is not a finite number"),
    (I, "period = 2011", "period = 20111", "out-of-range", 22, "from 1800 to 2200"),
    (
        I,
        "layers = [\"districts\", \"towns\"]",
        "layers = []",
        "out-of-range",
        5,
        "a list of at least 1 is expected, 0 given",
    ),
    (
        I,
        "layers = [\"districts\", \"towns\"]",
        "layers = \"towns\"",
        "wrong-type",
        5,
        "a list in [brackets] is expected",
    ),
    (I, "measure = \"ratio\"", "measure = \"quota\"", "unknown-choice", 4, "none of \"count\", \"ratio\""),
    (I, "[privacy]", "[classes]\nramp = \"bluse\"\n[privacy]", "unknown-choice", 19, "did you mean \"blues\"?"),
    (I, "[privacy]", "[classes]\ncount = 9\n[privacy]", "out-of-range", 19, "from 2 to 7"),
    // syntax
    (A, "title = \"Beispiel\"", "title = Beispiel", "toml-syntax", 2, ""),
    (A, "publisher", "title", "toml-syntax", 3, "duplicate key"),
    (M, "\"version\": 8,", "\"version\": 8", "json-syntax", 3, "at character"),
    // atlas.toml
    (A, "id = \"example\"", "id = \"Mein Atlas\"", "invalid-id", 1, "\"Mein Atlas\" is not an id"),
    (A, "title = \"Beispiel\"", "title = \" \"", "invalid-value", 2, "the text is empty"),
    (A, "layer = \"districts\"", "layer = \"distrikts\"", "unknown-reference", 10, "did you mean \"districts\"?"),
    (A, "layer = \"districts\"", "layer = \"schools\"", "unknown-reference", 10, "is a facility layer"),
    (A, "indicator = \"share\"", "indicator = \"shares\"", "unknown-reference", 11, "did you mean \"share\"?"),
    (A, "[view]", "[view]\nbounds = [53.0, 9.0, 52.0, 10.0]", "invalid-value", 10, "west, south, east, north"),
    (A, "[view]", "[view]\nbounds = [9.0, 53.0]", "out-of-range", 10, "a list of exactly 4 is expected, 2 given"),
    (
        A,
        "[view]",
        "[server]\npublic_url = \"atlas.example.org\"\n[view]",
        "invalid-value",
        10,
        "write it with https://",
    ),
    (
        A,
        "[view]",
        "[[themes]]\nid = \"people\"\ntitle = \"x\"\n[view]",
        "duplicate-name",
        10,
        "a theme \"people\" stands above",
    ),
    // layers
    (
        T,
        "layer = \"districts\"",
        "layer = \"distrits\"",
        "unknown-reference",
        15,
        "no layer \"distrits\"; did you mean \"districts\"?",
    ),
    (T, "layer = \"districts\"", "layer = \"schools\"", "unknown-reference", 15, "is a facility layer"),
    (T, "layer = \"districts\"", "layer = \"towns\"", "parent-cycle", 15, "towns lies in towns"),
    (T, "digits = 5", "digits = 8", "contradiction", 17, "the keys of layer \"districts\" have 5"),
    (T, "towns.zip", "town.zip", "file-missing", 6, "town.zip does not exist; similar there: towns.zip"),
    (T, "../data/towns.zip", "../Data/towns.zip", "file-missing", 6, "nor does its folder"),
    (T, "../data/towns.zip", "..\\\\data\\\\towns.zip", "file-missing", 6, "write / instead of \\"),
    (T, "../data/towns.zip", "https://example.org/x.zip", "file-missing", 6, "download the file"),
    (T, "../data/towns.zip", "../data/values.xlsx", "file-kind", 6, "a table holds points"),
    (T, "../data/towns.zip", "../data/districts.geojson", "key-without-meaning", 7, "has only one layer"),
    (
        T,
        "crs = \"EPSG:25832\"",
        "encoding = \"windows-1255x\"",
        "unknown-encoding",
        8,
        "did you mean \"windows-1252\"?",
    ),
    (T, "EPSG:25832", "EPSG:99999", "unknown-crs", 8, "EPSG:99999"),
    (T, "EPSG:25832", "UTM 32", "unknown-crs", 8, "write it as \"EPSG:25832\""),
    (T, "max_zoom = 12", "min_zoom = 15", "contradiction", 20, "min_zoom = 15 is above max_zoom = 14"),
    (T, "max_zoom = 12", "extent = 5000", "invalid-value", 20, "extent = 5000 is not a power of two"),
    (T, "max_zoom = 12", "buffer = 2000", "out-of-range", 20, "more than a quarter of extent"),
    (T, "[key]\ncolumn = \"AGS\"\nkind = \"ags\"\n", "", "missing-key", 1, "an area layer needs [key]"),
    (T, "order = 1", "valid_from = 2021\nvalid_to = 2019", "contradiction", 3, "is after valid_to = 2019"),
    (T, "order = 1", "category = \"BEZ\"", "key-without-meaning", 3, "`category` is for layers of kind = \"facility\""),
    (D, "filter = \"GF = 4\"", "filter = \"GF == 4\"", "filter-syntax", 8, "at character 5"),
    (D, "[attributes.zweck]", "[attributes.name]", "reserved-name", 14, "`name` is one of the attributes"),
    (D, "[attributes.zweck]", "[attributes.\"a:b\"]", "reserved-name", 14, "has a colon"),
    (D, "[attributes.zweck]", "[attributes.BEZ]", "duplicate-name", 16, "`bez` differs from `BEZ` only in case"),
    (D, "[attributes.zweck]", "[attributes.\"a b\"]", "invalid-id", 14, "is not an attribute name"),
    (D, "../data/districts.geojson", "../data/schools.csv", "file-kind", 7, "a table holds points"),
    (S, "category = \"type\"\n", "", "missing-key", 1, "there are 2 categories"),
    (S, "#c0392b", "red", "invalid-value", 13, "\"red\" is not a colour"),
    (S, "matches = [\"GS\"]", "matches = [\"grammar\"]", "duplicate-name", 12, "also means category"),
    (S, "[categories.grammar]", "[categories.Gymnasium]", "invalid-id", 14, "\"Gymnasium\" is not an id"),
    (S, "x = \"lon\"\n", "", "missing-key", 5, "a table needs `x`"),
    (
        S,
        "[source]",
        "[parent]\nlayer = \"towns\"\ncolumn = \"x\"\n[source]",
        "key-without-meaning",
        5,
        "kind = \"area\"",
    ),
    (S, "date = \"2021-01\"", "date = \"01.2021\"", "invalid-value", 19, "is not a date"),
    (
        T,
        "max_zoom = 12",
        "points = \"thin\"",
        "key-without-meaning",
        20,
        "`points` is for layers of kind = \"facility\"",
    ),
    (
        S,
        "[provenance]",
        "[tiles]\npoints = \"clusters\"\n[provenance]",
        "unknown-choice",
        18,
        "did you mean \"cluster\"?",
    ),
    (S, "[provenance]", "[tiles]\nspacing = 0\n[provenance]", "out-of-range", 18, "from 1 to 512"),
    (
        S,
        "[provenance]",
        "[tiles]\npoints = \"all\"\nspacing = 9\n[provenance]",
        "key-without-meaning",
        19,
        "`spacing` says nothing beside",
    ),
    (S, "[provenance]", "[tiles]\nexact_from = 15\n[provenance]", "contradiction", 18, "above max_zoom = 14"),
    (
        S,
        "[provenance]",
        "[tiles]\nmin_zoom = 9\nexact_from = 9\n[provenance]",
        "contradiction",
        19,
        "not above min_zoom = 9",
    ),
    (
        S,
        "[provenance]",
        "[attributes.count]\ntitle = \"x\"\n[provenance]",
        "reserved-name",
        17,
        "opened, closed, cluster, count",
    ),
    (S, "date = \"2021-01\"", "url = \"www.example.org\"", "invalid-value", 19, "is not an address"),
    // indicators
    (
        I,
        "theme = \"people\"",
        "theme = \"peple\"",
        "unknown-reference",
        2,
        "did you mean \"people\"? there are: people (in atlas.toml)",
    ),
    (I, "\"towns\"]", "\"town\"]", "unknown-reference", 5, "did you mean \"towns\"?"),
    (I, "\"towns\"]", "\"schools\"]", "unknown-reference", 5, "values belong to areas"),
    (I, "\"towns\"]", "\"districts\"]", "duplicate-name", 5, "stands in the list twice"),
    (I, "numerator = \"young\"", "value = \"young\"", "contradiction", 6, "is the value itself"),
    (I, "denominator = \"all\"\n", "", "missing-key", 1, "`denominator` is needed"),
    (I, "numerator = \"young\"\ndenominator = \"all\"", "factor = 10", "key-without-meaning", 6, "`factor` belongs to"),
    (I, "numerator = \"young\"\ndenominator = \"all\"", "", "key-without-meaning", 18, "has no count to go by"),
    (I, "measure = \"ratio\"", "measure = \"count\"", "contradiction", 4, "is a \"ratio\""),
    (I, "denominator = \"all\"", "denominator = \"all\"\nfactor = -1", "invalid-value", 8, "a number above 0"),
    (I, "values.csv", "values.xlsx", "file-kind", 10, "save the sheet as CSV"),
    (I, "values.csv", "valuse.csv", "file-missing", 10, "similar there: values.csv"),
    (I, "year = 2015", "year = 2015\nperiod = \"jahr\"", "contradiction", 15, "`year` is the period of all rows"),
    (I, "year = 2015", "value = \"v\"", "key-without-meaning", 15, "`value` is for layout = \"tidy\""),
    (I, "columns = { \"Einwohner\" = \"all\" }", "", "missing-key", 12, "needs `columns`"),
    (I, "\"Einwohner\" = \"all\"", "\"Einwohner\" = \"All\"", "invalid-id", 16, "\"All\" is not an id"),
    (
        I,
        "layout = \"measures\"\nyear = 2015\ncolumns = { \"Einwohner\" = \"all\" }",
        "layout = \"years\"",
        "missing-key",
        12,
        "needs `measure`",
    ),
    (
        I,
        "[privacy]",
        "[classes]\nlimits = [3.0, 2.0]\n[privacy]",
        "invalid-value",
        19,
        "3 stands before 2; limits ascend",
    ),
    (I, "[privacy]", "[classes]\nmethod = \"manual\"\n[privacy]", "missing-key", 18, "needs `limits`"),
    (
        I,
        "[privacy]",
        "[classes]\nlimits = [3.0]\ncount = 5\n[privacy]",
        "contradiction",
        20,
        "1 limit makes 2 classes, not 5",
    ),
    (
        I,
        "[privacy]",
        "[classes]\nlimits = [3.0]\nmethod = \"equal\"\n[privacy]",
        "contradiction",
        20,
        "`limits` are the classes",
    ),
    (
        I,
        "[privacy]",
        "[[breaks]]\nperiod = 2011\nreason = \"x\"\n[privacy]",
        "duplicate-name",
        25,
        "a break in 2011 stands above",
    ),
    // titles in the place of ids
    (I, "theme = \"people\"", "theme = \"menschen\"", "unknown-reference", 2, "did you mean \"people\" (Menschen)?"),
    (I, "\"towns\"]", "\"gemeinden\"]", "unknown-reference", 5, "did you mean \"towns\" (Gemeinden)?"),
    (T, "layer = \"districts\"", "layer = \"Kreise\"", "unknown-reference", 15, "did you mean \"districts\" (Kreise)?"),
    (A, "layer = \"districts\"", "layer = \"Districts\"", "unknown-reference", 10, "did you mean \"districts\""),
    (A, "indicator = \"share\"", "indicator = \"anteil\"", "unknown-reference", 11, "did you mean \"share\" (Anteil)?"),
    (M, "districts,towns", "districts,gemeinden", "unknown-reference", 4, "did you mean \"towns\" (Gemeinden)?"),
    // styles
    (M, "districts,towns", "districts,town", "unknown-reference", 4, "did you mean \"towns\"?"),
    (M, "indicators=share", "indicators=shares", "unknown-reference", 4, "did you mean \"share\"?"),
    (M, "\"source-layer\": \"towns\"", "\"source-layer\": \"town\"", "unknown-reference", 7, "no tile layer \"town\""),
    (M, "\"version\": 8", "\"version\": 7", "invalid-value", 2, "\"version\": 8"),
];

#[test]
fn every_slip_is_told_with_its_line_and_what_would_be_right() {
    let mut wrong = Vec::new();
    for (file, old, new, code, line, said) in SLIPS {
        let folder = atlas(&[(*file, *old, *new)]);
        let (config, report) = load(folder.path());
        let found = cases(&report, code, file);
        let told = found.iter().any(|case| case.line == Some(*line) && case.detail.contains(said));
        if config.is_some() || !told {
            wrong.push(format!(
                "{file}: {new:?} should be {code} in line {line}: {said}\n    but: {:#?}",
                report.findings
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What parsers of other hands say is English in both languages.
const OF_PARSERS: [&str; 3] = ["toml-syntax", "json-syntax", "filter-syntax"];

#[test]
fn every_slip_is_told_in_german_too() {
    let mut english = Vec::new();
    for (file, old, new, ..) in SLIPS {
        let folder = atlas(&[(*file, *old, *new)]);
        let (_, report) = load(folder.path());
        for finding in &report.findings {
            let details = finding.cases.iter().map(|case| &case.detail).filter(|_| !OF_PARSERS.contains(&finding.code));
            for message in [&finding.message, &finding.advice].into_iter().chain(details) {
                let words =
                    message.split(' ').filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())).count();
                if words > 2 && message.in_language(Language::De) == **message {
                    english.push(format!("{}: {message}", finding.code));
                }
            }
        }
    }
    assert!(english.is_empty(), "{}", english.join("\n"));
}

#[test]
fn a_slip_causes_no_second_finding() {
    // these are known to be two things at once
    let two = [
        "title = Beispiel",
        "titel",
        "publisher",
        "value = \"young\"",
        "[key]",
        "count\"",
        "../data/schools.csv",
        "../Data",
    ];
    for (file, old, new, code, ..) in SLIPS {
        if two.iter().any(|known| new.contains(known) || old.contains(known)) {
            continue;
        }
        let folder = atlas(&[(*file, *old, *new)]);
        let (_, report) = load(folder.path());
        let all: usize = report.findings.iter().map(|finding| finding.cases.len()).sum();
        let mine = cases(&report, code, file).len();
        assert_eq!(all, mine, "{file}: {new:?}: {:#?}", report.findings);
    }
}

#[test]
fn all_problems_of_all_files_come_at_once() {
    let folder = atlas(&[
        (A, "id = \"example\"", "id = 4"),
        (D, "order = 2", "ordr = 2"),
        (D, "column = \"ARS\"", ""),
        (T, "EPSG:25832", "EPSG:25832\"\nfilter = \"GF ="),
        (T, "max_zoom = 12", "extent = 5"),
        (I, "young", "Young"),
        (M, "\"version\": 8", "\"version\": 9"),
    ]);
    let (config, report) = load(folder.path());
    assert!(config.is_none());
    for (file, code) in [
        (A, "wrong-type"),
        (D, "unknown-key"),
        (D, "missing-key"),
        (T, "out-of-range"),
        (I, "invalid-id"),
        (M, "invalid-value"),
    ] {
        assert_eq!(cases(&report, code, file).len(), 1, "{file} {code}: {:#?}", report.findings);
    }
}

#[test]
fn the_same_cause_in_one_file_is_one_finding_with_many_cases() {
    let folder = atlas(&[(D, "order = 2", "ordr = 2\nfoo = 3"), (D, "kind = \"district\"", "bar = 1")]);
    let (_, report) = load(folder.path());
    let findings: Vec<_> = report.findings.iter().filter(|finding| finding.code == "unknown-key").collect();
    assert_eq!(findings.len(), 1);
    let lines: Vec<_> = findings[0].cases.iter().map(|case| case.line).collect();
    assert_eq!(lines, [Some(3), Some(4), Some(13)]);
}

#[test]
fn a_layer_that_cannot_be_read_is_not_called_unknown() {
    let folder = atlas(&[(D, "kind = \"area\"", "kind = ")]);
    let (_, report) = load(folder.path());
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
    assert_eq!(report.findings[0].code, "toml-syntax");
}

#[test]
fn a_file_in_windows_encoding_is_told_and_a_byte_order_mark_is_not() {
    let folder = atlas(&[ON_ONE_LAYER]);
    fs::write(folder.path().join(A), format!("\u{feff}{ATLAS}")).unwrap();
    assert_eq!(load(folder.path()).1.findings, []);
    let text = ATLAS.replace("Beispiel", "Kreis Düren");
    let bytes: Vec<u8> = text.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
    fs::write(folder.path().join(A), bytes).unwrap();
    let (_, report) = load(folder.path());
    assert_eq!(cases(&report, "not-utf8", A)[0].line, Some(2));
}

#[test]
fn a_file_name_that_is_no_id_is_told() {
    let folder = atlas(&[]);
    fs::rename(folder.path().join(S), folder.path().join("layers/Schulen 2020.toml")).unwrap();
    let (_, report) = load(folder.path());
    assert!(
        cases(&report, "invalid-id", "layers/Schulen 2020.toml")[0].detail.contains("\"Schulen 2020\" is not an id")
    );
}

#[test]
fn an_indicator_and_an_attribute_of_the_same_name_are_told() {
    let folder = atlas(&[(D, "[attributes.zweck]", "[attributes.share]")]);
    let (_, report) = load(folder.path());
    assert_eq!(cases(&report, "duplicate-name", I)[0].line, Some(5));
}

#[test]
fn layers_that_lie_in_each_other_are_told_on_both_sides() {
    let parent = "[parent]\nlayer = \"towns\"\ncolumn = \"X\"\n\n[attributes.zweck]";
    let folder = atlas(&[(D, "[attributes.zweck]", parent)]);
    let (_, report) = load(folder.path());
    assert_eq!(cases(&report, "parent-cycle", D)[0].detail, "districts lies in towns lies in districts");
    assert_eq!(cases(&report, "parent-cycle", T)[0].detail, "towns lies in districts lies in towns");
}

#[test]
fn a_folder_that_is_no_atlas_is_told_how_to_become_one() {
    let folder = tempfile::tempdir().unwrap();
    for root in [folder.path().to_path_buf(), folder.path().join("nowhere")] {
        let (config, report) = load(&root);
        assert!(config.is_none());
        assert_eq!(report.findings[0].code, "not-an-atlas");
        assert!(report.findings[0].advice.contains("kreisel init"));
    }
}

#[test]
fn what_is_not_read_is_told() {
    let folder = atlas(&[]);
    fs::write(folder.path().join("layers/districts.toml.bak"), "").unwrap();
    let (config, report) = load(folder.path());
    assert!(config.is_some());
    assert_eq!(cases(&report, "file-ignored", "layers")[0].detail, "districts.toml.bak");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Pieces of a good file are moved, doubled and lost, as happens in an editor.
    #[test]
    fn no_damage_to_a_file_makes_it_panic_or_fail_without_a_word(
        which in 0..FILES.len(),
        from in 0.0..1.0_f64,
        length in 0_usize..30,
        insert in prop::sample::select(vec!["", "\n", "[", "]", "\"", "'", "=", "{", "}", "1", "nan", "true", "ä", ",", "[[x]]\n", "title = 1\n"]),
    ) {
        let (name, text) = FILES[which];
        let chars: Vec<char> = text.chars().collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small length")]
        let from = (from * chars.len() as f64) as usize;
        let to = (from + length).min(chars.len());
        let damaged: String = chars[..from].iter().copied().chain(insert.chars()).chain(chars[to..].iter().copied()).collect();
        let folder = atlas(&[]);
        fs::write(folder.path().join(name), damaged).unwrap();
        let (config, report) = load(folder.path());
        prop_assert_eq!(config.is_none(), report.has_errors());
        // what the schema lets pass, serde must take: its own messages have no key
        let unkeyed = |case: &&Case| case.column.is_none();
        prop_assert!(!cases(&report, "invalid-value", name).iter().any(unkeyed), "{:#?}", report.findings);
    }
}
