//! Every template of the catalogue is a description that loads, and every category has what a layer needs.

use std::fs;
use std::path::Path;

use kreisel::catalogue;
use kreisel::config::{self, Measure};
use kreisel::report::Report;

const PROVENANCE: &str = "[provenance]\nsource = \"Amt\"\nlicense = \"CC0-1.0\"\nattribution = \"Amt\"\n";

/// An atlas with the layers and themes that the templates name.
fn atlas() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let themes = ["population", "education", "health", "participation", "social"];
    let themes = themes.map(|id| format!("[[themes]]\nid = \"{id}\"\ntitle = \"{id}\"\n")).concat();
    write(folder.path(), "atlas.toml", &format!("id = \"x\"\ntitle = \"X\"\npublisher = \"X\"\n{themes}"));
    for (layer, kind) in [("municipalities", "ags"), ("planning_areas", "own")] {
        let text = format!(
            "kind = \"area\"\ntitle = \"X\"\n[source]\nfile = \"../data/a.geojson\"\n[key]\ncolumn = \"k\"\nkind = \"{kind}\"\n{PROVENANCE}"
        );
        write(folder.path(), &format!("layers/{layer}.toml"), &text);
    }
    write(folder.path(), "data/a.geojson", "");
    folder
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("writes");
    fs::write(path, text).expect("writes");
}

#[test]
fn every_template_is_a_valid_description() {
    let folder = atlas();
    for template in catalogue::indicators() {
        write(folder.path(), &format!("indicators/{}.toml", template.id), template.toml());
        write(folder.path(), &format!("data/values/{}.csv", template.id), "");
    }
    let mut report = Report::default();
    let config = config::load(folder.path(), &mut report);
    assert_eq!(report.findings, []);
    let config = config.expect("loads");
    assert_eq!(config.indicators.len(), catalogue::indicators().len());
    for indicator in &config.indicators {
        let template = catalogue::indicator(indicator.id.as_str()).expect("has a template");
        let measures: Vec<&str> = indicator.formula.measures().map(config::MeasureId::as_str).collect();
        assert_eq!(template.measures(), measures, "{}", indicator.id);
        // what is imported must not be recomputed, and everything else has its counts
        let imported = ["gp_supply_degree", "second_gp_minutes"].contains(&indicator.id.as_str());
        assert_eq!(indicator.formula.is_imported(), imported, "{}", indicator.id);
        assert_eq!(indicator.measure == Measure::Count, indicator.id.as_str() == "pop_total");
        assert!(indicator.caveat.is_some() && indicator.department.is_some(), "{}", indicator.id);
    }
}

#[test]
fn a_template_for_other_layers_and_tables_is_valid_too() {
    let folder = atlas();
    let template = catalogue::indicator("net_migration_rate").expect("is there");
    let tables = "[[tables]]\nfile = \"../data/values/wanderung.csv\"\nlayout = \"measures\"\nkey = \"AGS\"\nyear = 2024\n\
                  columns = { \"Zuzüge\" = \"arrivals\", \"Fortzüge\" = \"departures\", \"Einwohner\" = \"population\" }\n";
    write(folder.path(), "indicators/wanderung.toml", &template.description(&["planning_areas"], tables));
    write(folder.path(), "data/values/wanderung.csv", "");
    let mut report = Report::default();
    let config = config::load(folder.path(), &mut report);
    assert_eq!(report.findings, []);
    assert_eq!(config.expect("loads").indicators[0].layers[0].as_str(), "planning_areas");
}

#[test]
fn a_category_of_the_catalogue_needs_nothing_but_its_id() {
    let folder = atlas();
    let layer = |categories: &str| {
        let text = format!(
            "kind = \"facility\"\ntitle = \"X\"\ncategory = \"art\"\n[source]\nfile = \"../data/a.geojson\"\n{categories}\n{PROVENANCE}"
        );
        write(folder.path(), "layers/places.toml", &text);
        let mut report = Report::default();
        (config::load(folder.path(), &mut report), report)
    };
    let (config, report) =
        layer("[categories.midwife]\n[categories.kita]\ntitle = \"Kinderhaus\"\ncolor = \"#123456\"\n");
    assert_eq!(report.findings, []);
    let config = config.expect("loads");
    let places = config.layers.iter().find_map(|layer| layer.as_facility()).expect("is there");
    let [midwife, kita] = places.categories.as_slice() else { panic!("two categories") };
    assert_eq!(
        (&*midwife.title.de, &*midwife.title.en, midwife.symbol.as_deref()),
        ("Hebamme", "Midwife", Some("midwife"))
    );
    assert_eq!((&*kita.title.de, kita.symbol.as_deref(), &*kita.color), ("Kinderhaus", Some("kita"), "#123456"));
    let (_, report) = layer("[categories.midwive]\n");
    let detail = &report.findings[0].cases[0].detail;
    assert!(detail.contains("did you mean \"midwife\""), "{detail}");
}
