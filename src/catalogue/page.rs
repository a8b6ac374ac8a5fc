//! The page of the catalogue, `docs/indicators.md`, made from the templates themselves.

use std::fmt::Write;

use super::{Summary, categories, indicators};

const INTRODUCTION: &str = "\
<!-- Generated from src/catalogue. Renew it with `KREISEL_UPDATE=1 cargo test --test config_docs`. -->

# Indicators and facility categories that come with Kreisel

Ready descriptions for district social planning: definition, unit, formula, privacy rule, source and what to mind. They
lie in [`src/catalogue/indicators/`](../src/catalogue/indicators): copy one into `indicators/` of your atlas, and enter
your layers, your table and the date. The **measures** are what the table has to hold: column `indicator` of a tidy
table, or the right side of `columns`.

Privacy rules are proposals from German practice; whoever delivers the figures may ask for more. `n<k` keeps counts from 1
to k-1 secret, `rest<k` also those who are not counted, `N<k` publishes nothing where fewer than k are counted out of.

";

const CATEGORIES: &str = "\
## Facility categories

A category of a facility layer that has one of these ids needs no title, symbol or colour of its own:
`[categories.kita]` alone is enough. The tags are those of OpenStreetMap, which knows places but no capacities.

| id | German | English | OpenStreetMap |
|---|---|---|---|
";

/// The whole page.
#[must_use]
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut theme = String::new();
    for template in indicators() {
        let Some(summary) = template.summary() else { continue };
        if summary.theme != theme {
            theme.clone_from(&summary.theme);
            line(&mut page, &format!("## `theme = \"{theme}\"`\n"));
        }
        section(&mut page, template.id, &template.measures(), &summary);
    }
    page.push_str(CATEGORIES);
    for category in categories() {
        let id = category.id;
        let osm = if category.osm.is_empty() { "–".to_owned() } else { format!("`{}`", category.osm) };
        line(&mut page, &format!("| `{id}` | {} | {} | {osm} |", category.de, category.en));
    }
    page
}

fn section(page: &mut String, id: &str, measures: &[String], summary: &Summary) {
    line(page, &format!("### `{id}`: {} ({})\n", summary.title.de, summary.title.en));
    line(page, &format!("{} {}\n", summary.description.de, summary.description.en));
    line(page, &format!("*{} {}*\n", summary.caveat.de, summary.caveat.en));
    line(page, "| | |\n|---|---|");
    line(page, &format!("| value | {} |", formula(id, summary)));
    let units = |measure: &String| match summary.measures.get(measure) {
        Some(unit) => format!("`{measure}` ({unit})"),
        None => format!("`{measure}`"),
    };
    line(page, &format!("| measures | {} |", measures.iter().map(units).collect::<Vec<_>>().join(", ")));
    let unit = if summary.unit.de == summary.unit.en {
        summary.unit.de.clone()
    } else {
        format!("{} ({})", summary.unit.de, summary.unit.en)
    };
    line(page, &format!("| unit, direction | {unit}, {} |", summary.direction));
    line(page, &format!("| privacy | {} |", privacy(summary)));
    line(page, &format!("| source | {}; {} |\n", summary.provenance.source.en, summary.provenance.license));
}

fn formula(id: &str, summary: &Summary) -> String {
    match (&summary.formula, &summary.numerator, &summary.denominator) {
        (Some(formula), ..) => format!("`{formula}`"),
        (None, Some(numerator), Some(denominator)) => {
            format!("`{} * {numerator} / {denominator}`", summary.factor.unwrap_or(100.0))
        }
        _ if summary.measure == "count" => format!("`{}`", summary.value.as_deref().unwrap_or(id)),
        _ => format!("`{}` as the source gives it, never computed again", summary.value.as_deref().unwrap_or(id)),
    }
}

fn privacy(summary: &Summary) -> String {
    let rule = |key: &str, sign: &str| summary.privacy.get(key).map(|least| format!("{sign}<{least}"));
    let rules: Vec<String> = [rule("min_numerator", "n"), rule("min_complement", "rest"), rule("min_denominator", "N")]
        .into_iter()
        .flatten()
        .collect();
    if rules.is_empty() { "none".to_owned() } else { rules.join(", ") }
}

fn line(page: &mut String, text: &str) {
    writeln!(page, "{text}").expect("a String takes every text");
}
