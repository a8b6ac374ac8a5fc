use std::fs;

use crate::config;
use crate::report::{Finding, Report, Severity};

const PROVENANCE: &str = "[provenance]\nsource = \"Amt\"\nlicense = \"CC0-1.0\"\nattribution = \"Amt\"\n";

/// Reads an atlas with the layers `towns` in `districts` in `states`, and these indicators.
fn load(indicators: &[(&str, &str)]) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writes");
        fs::write(path, text).expect("writes");
    };
    let atlas = "id = \"x\"\ntitle = \"X\"\npublisher = \"X\"\n[[themes]]\nid = \"people\"\ntitle = \"Menschen\"\n";
    write("atlas.toml", atlas.to_owned());
    for (layer, kind, parent) in
        [("towns", "ags", Some("districts")), ("districts", "district", Some("states")), ("states", "state", None)]
    {
        let parent = parent.map_or(String::new(), |parent| format!("[parent]\nlayer = \"{parent}\"\ncolumn = \"k\"\n"));
        let text = format!(
            "kind = \"area\"\ntitle = \"X\"\n[source]\nfile = \"../data/a.geojson\"\n[key]\ncolumn = \"k\"\nkind = \"{kind}\"\n{parent}{PROVENANCE}"
        );
        write(&format!("layers/{layer}.toml"), text);
    }
    for data in ["a.geojson", "a.csv", "b.csv"] {
        write(&format!("data/{data}"), String::new());
    }
    for (name, text) in indicators {
        let text = format!("title = \"X\"\ntheme = \"people\"\nunit = \"X\"\n{text}\n{PROVENANCE}");
        write(&format!("indicators/{name}.toml"), text);
    }
    let mut report = Report::default();
    let config = config::load(folder.path(), &mut report);
    assert!(config.is_some(), "{:?}", report.findings);
    report
}

fn of<'a>(report: &'a Report, code: &str) -> Vec<&'a Finding> {
    report.findings.iter().filter(|finding| finding.code == code).collect()
}

const ELSEWHERE: &str = "privacy-rule-missing-elsewhere";
const TIDY: &str = "[[tables]]\nfile = \"../data/a.csv\"\n";
const COUNT: &str = "measure = \"count\"\nlayers = [\"towns\"]\nvalue = \"sick\"\n";
const SHARE: &str = "measure = \"ratio\"\nlayers = [\"towns\"]\nnumerator = \"sick\"\ndenominator = \"all\"\n";

#[test]
fn a_count_without_the_rule_of_the_share_made_of_it_is_told_with_both_files() {
    let protected = format!("{SHARE}{TIDY}[privacy]\nmin_numerator = 5\n");
    let report = load(&[("share", &protected), ("number", &format!("{COUNT}{TIDY}"))]);
    let found = of(&report, ELSEWHERE);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, Severity::Warning);
    assert_eq!(found[0].file.as_deref(), Some(std::path::Path::new("indicators/number.toml")));
    assert_eq!(
        found[0].cases[0].detail,
        "sick in column value of data/a.csv: indicators/share.toml protects it, indicators/number.toml less \
         (min_numerator = 5 there and none here)"
    );
}

#[test]
fn a_weaker_rule_is_told_and_an_equal_one_is_not() {
    let with = |text: &str, rule: &str| format!("{text}{TIDY}[privacy]\n{rule}\n");
    let strong = with(SHARE, "min_numerator = 5\nmin_denominator = 30");
    let told = |other: &str| of(&load(&[("share", &strong), ("other", other)]), ELSEWHERE).len();
    assert_eq!(told(&with(COUNT, "min_numerator = 3")), 1);
    assert_eq!(told(&with(COUNT, "min_numerator = 5")), 0, "a count has no denominator");
    assert_eq!(told(&with(SHARE, "min_numerator = 5\nmin_denominator = 10")), 1);
    assert_eq!(told(&with(SHARE, "min_numerator = 5")), 1);
    let other_base = SHARE.replace("\"all\"", "\"women\"");
    assert_eq!(told(&with(&other_base, "min_numerator = 5")), 0, "of other people");
    let only_denominator = with(SHARE, "min_denominator = 30");
    let plain = format!("{COUNT}{TIDY}");
    assert_eq!(of(&load(&[("share", &only_denominator), ("other", &plain)]), ELSEWHERE).len(), 1);
}

#[test]
fn other_measures_other_files_and_denominators_are_no_leak() {
    let protected = format!("{SHARE}{TIDY}[privacy]\nmin_numerator = 5\n");
    for other in [
        format!("{}{TIDY}", COUNT.replace("sick", "all")),
        format!("{COUNT}{}", TIDY.replace("a.csv", "b.csv")),
        format!("measure = \"ratio\"\nlayers = [\"towns\"]\nnumerator = \"all\"\ndenominator = \"sick\"\n{TIDY}"),
    ] {
        assert_eq!(of(&load(&[("share", &protected), ("other", &other)]), ELSEWHERE), [] as [&Finding; 0], "{other}");
    }
}

#[test]
fn a_column_is_the_same_under_another_name() {
    let table = |name: &str| {
        format!(
            "[[tables]]\nfile = \"../data/a.csv\"\nlayout = \"measures\"\nyear = 2020\ncolumns = {{ \"Fälle\" = \"{name}\" }}\n"
        )
    };
    let protected = format!("{COUNT}{}[privacy]\nmin_numerator = 5\n", table("sick"));
    let other = format!("{}{}", COUNT.replace("sick", "cases"), table("cases"));
    let report = load(&[("one", &protected), ("other", &other)]);
    assert!(of(&report, ELSEWHERE)[0].cases[0].detail.starts_with("column Fälle of data/a.csv: "));
}

#[test]
fn a_protected_indicator_on_parts_and_totals_is_told() {
    let several = |layers: &str, rule: &str| format!("{}{TIDY}{rule}", COUNT.replace("[\"towns\"]", layers));
    let rule = "[privacy]\nmin_numerator = 5\n";
    let details = |text: &str| {
        let report = load(&[("number", text)]);
        let found = of(&report, "protected-on-several-layers");
        found.iter().flat_map(|finding| &finding.cases).map(|case| case.detail.clone()).collect::<Vec<_>>()
    };
    assert_eq!(details(&several("[\"towns\", \"districts\"]", rule)), ["the areas of towns lie in those of districts"]);
    assert_eq!(details(&several("[\"states\", \"towns\"]", rule)), ["the areas of towns lie in those of states"]);
    assert!(details(&several("[\"towns\", \"districts\"]", "")).is_empty());
    assert!(details(&several("[\"towns\"]", rule)).is_empty());
}
