//! `--as ID` of an indicator of the catalogue: its template, with the delivery's columns in their places.

use std::fs;
use std::path::Path;

use kreisel::import::{Imported, Options};
use kreisel::release::Audience;
use kreisel::value::State;
use kreisel::{config, release, report::Report};

use crate::atlas::{fact, finding, heidekreis, import, table};
use crate::files::bytes;

fn import_as(text: &str, id: &str, atlas: &Path, measures: &[&str]) -> Imported {
    let options = Options {
        into: Some(atlas.into()),
        indicator: Some(id.into()),
        measures: measures.iter().map(|measure| (*measure).to_owned()).collect(),
        ..Options::default()
    };
    import(&bytes("lieferung.csv", text.as_bytes()).path(), options)
}

fn description(atlas: &Path, id: &str) -> String {
    fs::read_to_string(atlas.join(format!("indicators/{id}.toml"))).unwrap()
}

/// The newest released value of a municipality: its state and number.
fn released(atlas: &Path, id: &str, key: &str) -> (State, Option<f64>) {
    let mut report = Report::default();
    let config = config::load(atlas, &mut report).unwrap_or_else(|| panic!("{report:#?}"));
    let release = release::build(config, report).unwrap_or_else(|(_, report)| panic!("{report:#?}"));
    let layer = release.layer("municipalities").unwrap();
    let (feature, _) = layer.find(key).unwrap();
    let series = release.indicator(id).unwrap().series(&layer.config.id, &Audience::Public).unwrap();
    let value = series.value(feature, series.newest().unwrap()).unwrap();
    (value.state(), value.number())
}

const JOB_CENTRE: &str = "AGS;Gemeinde;Jahr;Leistungsberechtigte unter 15 Jahren;Kinder unter 15 Jahren\n\
    03358002;Bispingen;2023;90;900\n03358008;Bad Fallingbostel;2023;300;1500\n03358016;Munster;2023;7;2000\n";

#[test]
fn a_catalogue_indicator_gets_its_formula_privacy_rule_and_words_from_the_template() {
    let atlas = heidekreis();
    let done = import_as(JOB_CENTRE, "sgb2_rate_u15", atlas.path(), &[]);
    assert!(!done.refused, "{:#?}", done.report);
    assert!(fact(&done, "indicator").starts_with("sgb2_rate_u15 of the catalogue: "));
    let lines = table(atlas.path(), "sgb2_rate_u15");
    assert!(lines.contains(&"03358002;2023;sgb2_u15;90;exact".to_owned()), "{lines:?}");
    assert!(lines.contains(&"03358002;2023;age_0_14;900;exact".to_owned()), "{lines:?}");
    let text = description(atlas.path(), "sgb2_rate_u15");
    for part in [
        "numerator = \"sgb2_u15\"",
        "factor = 100",
        "min_numerator = 10",
        "direction = \"lower\"",
        "department = ",
        "layers = [\"municipalities\"]",
        "file = \"../data/values/sgb2_rate_u15.csv\"",
        // the small atlas has no theme "social"
        "theme = \"population\"            # Bitte prüfen",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(released(atlas.path(), "sgb2_rate_u15", "03358002"), (State::Exact, Some(10.0)));
    assert_eq!(released(atlas.path(), "sgb2_rate_u15", "03358016"), (State::Suppressed, None));
    // next year, in another order, by the recipe
    let next = "Jahr;AGS;Gemeinde;Kinder unter 15 Jahren;Leistungsberechtigte unter 15 Jahren\n2024;03358002;Bispingen;800;100\n";
    let options = Options {
        into: Some(atlas.path().into()),
        recipe: Some(atlas.path().join("recipes/sgb2_rate_u15.toml")),
        ..Options::default()
    };
    let done = import(&bytes("neu.csv", next.as_bytes()).path(), options);
    assert!(!done.refused, "{:#?}", done.report);
    assert_eq!(released(atlas.path(), "sgb2_rate_u15", "03358002"), (State::Exact, Some(12.5)));
}

#[test]
fn a_ready_share_is_imported_as_it_is_and_the_rule_that_cannot_be_kept_is_told() {
    let atlas = heidekreis();
    let text = "AGS;Gemeinde;Quote 2023 in %\n03358002;Bispingen;8,4\n03358008;Bad Fallingbostel;9,1\n";
    let done = import_as(text, "sgb2_rate_u15", atlas.path(), &[]);
    assert!(!done.refused, "{:#?}", done.report);
    assert!(finding(&done, "catalogue-ready-figure").message.contains("sgb2_u15 ("));
    let text = description(atlas.path(), "sgb2_rate_u15");
    assert!(text.contains("value = \"sgb2_rate_u15\"") && text.contains("direction = \"lower\""), "{text}");
    for part in ["numerator", "factor", "min_", "[measures]"] {
        assert!(!text.contains(part), "{part} in {text}");
    }
    assert_eq!(released(atlas.path(), "sgb2_rate_u15", "03358008"), (State::Exact, Some(9.1)));
}

#[test]
fn measures_that_are_missing_are_named_and_may_stand_in_the_atlas_or_be_told() {
    let atlas = heidekreis();
    let cards = "AGS;Gemeinde;Jahr;Inhaber der Karte\n03358002;Bispingen;2023;13\n03358008;Bad Fallingbostel;2023;26\n";
    let told = ["volunteer_cards=inhaber karte"];
    let done = import_as(cards, "volunteer_card_holders", atlas.path(), &told);
    assert!(done.refused);
    let message = &finding(&done, "measures-missing").message;
    assert!(message.contains("population (population)") && !message.contains("volunteer_cards"), "{message}");
    let people =
        "AGS;Gemeinde;Jahr;Einwohner insgesamt\n03358002;Bispingen;2023;6500\n03358008;Bad Fallingbostel;2023;13000\n";
    assert!(!import_as(people, "pop_total", atlas.path(), &[]).refused);
    let done = import_as(cards, "volunteer_card_holders", atlas.path(), &told);
    assert!(!done.refused, "{:#?}", done.report);
    assert_eq!(released(atlas.path(), "volunteer_card_holders", "03358002"), (State::Exact, Some(2.0)));
    let text = description(atlas.path(), "volunteer_card_holders");
    assert!(text.contains("pop_total.csv") && text.contains("volunteer_card_holders.csv"), "{text}");
    // without words for it, the column is not guessed
    let done = import_as(&cards.replace("Inhaber der Karte", "x"), "volunteer_card_holders", heidekreis().path(), &[]);
    assert!(finding(&done, "measures-missing").message.contains("volunteer_cards ("));
}
