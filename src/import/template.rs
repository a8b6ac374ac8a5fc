//! `--as ID` for an indicator of the catalogue, or of the atlas: which measures it is computed from, and which columns of
//! the delivery hold them.
//!
//! What is found is renamed in the recipe, so that the next delivery of the same file has the same measures. Measures that
//! the delivery lacks may stand in the atlas already, such as the population under a share of it.

use std::fs;

use super::atlas::Atlas;
use super::detect::{Detected, rename};
use crate::catalogue::{self, CatalogueMeasure, Template};
use crate::message;
use crate::report::Message;

/// How far a delivery goes with a template of the catalogue.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) template: &'static Template,
    /// Measures that neither the delivery nor the atlas has; with any, the template only fits a ready figure.
    pub(super) lacking: Vec<String>,
    /// `[[tables]]` of the atlas that hold the others, as text.
    pub(super) tables: String,
}

/// Gives the measures of a first import the names that the indicator `id` knows them by; `named` if it was told which one
/// it shows. `None` if the catalogue has no such indicator, or the atlas has one of its own.
pub(super) fn assign(id: &str, detected: &mut Detected<'_>, atlas: Option<&Atlas>, named: bool) -> Option<Use> {
    let own = atlas.and_then(|atlas| atlas.indicator(id));
    let template = catalogue::indicator(id);
    let wanted: Vec<String> = match (own, template) {
        (Some(own), _) => own.formula.measures().map(|measure| measure.as_str().to_owned()).collect(),
        (None, Some(template)) => template.measures(),
        (None, None) => vec![id.to_owned()],
    };
    let places = places(&wanted, detected, named);
    let mut tables = String::new();
    let mut lacking = Vec::new();
    for (measure, _) in wanted.iter().zip(&places).filter(|(_, place)| place.is_none()) {
        match atlas.and_then(|atlas| tables_with(atlas, measure)) {
            Some(text) if !tables.contains(&text) => tables.push_str(&text),
            Some(_) => {}
            None => lacking.push(measure.clone()),
        }
    }
    if places.iter().all(Option::is_none) {
        lacking.clone_from(&wanted);
    }
    if lacking.is_empty() {
        for (measure, place) in wanted.iter().zip(&places) {
            if let Some(place) = place {
                rename(&mut detected.recipe.measures, *place, measure);
            }
        }
        detected.main = places.into_iter().flatten().next().unwrap_or(detected.main);
    } else {
        rename(&mut detected.recipe.measures, detected.main, id);
    }
    detected.indicator = Some(id.to_owned());
    template.filter(|_| own.is_none()).map(|template| Use { template, lacking, tables })
}

/// The column of each measure: by its id, or by the catalogue's words. A single measure is what the table shows.
fn places(wanted: &[String], detected: &Detected<'_>, named: bool) -> Vec<Option<usize>> {
    let measures = &detected.recipe.measures;
    if let [only] = wanted {
        let known = (!named).then(|| measures.iter().position(|measure| measure.id == *only)).flatten();
        let words = || catalogue::measure_of(only).filter(|_| !named).and_then(|known| known.among(&detected.titles));
        return vec![known.or_else(words).or(Some(detected.main))];
    }
    let known = |wanted: &String| measures.iter().position(|measure| measure.id == *wanted);
    let mut places: Vec<Option<usize>> = wanted.iter().map(known).collect();
    // a column that is known for one measure is not another's: what was doubtful may be clear without it
    loop {
        let free = |(place, title): (usize, &String)| {
            if places.contains(&Some(place)) { String::new() } else { title.clone() }
        };
        let titles: Vec<String> = detected.titles.iter().enumerate().map(free).collect();
        let mut open = wanted.iter().enumerate().filter(|(measure, _)| places.get(*measure) == Some(&None));
        let found = open.find_map(|(measure, id)| Some((measure, catalogue::measure_of(id)?.among(&titles)?)));
        let Some((measure, place)) = found else { return places };
        places[measure] = Some(place);
    }
}

/// The tables of an indicator of the atlas that reads a measure, as text for another description.
fn tables_with(atlas: &Atlas, measure: &str) -> Option<String> {
    let reads = |indicator: &&crate::config::IndicatorConfig| {
        indicator.formula.measures().any(|known| known.as_str() == measure)
    };
    let indicator = atlas.config.indicators.iter().find(reads)?;
    let text = fs::read_to_string(atlas.root.join(&indicator.file)).ok()?;
    let file: toml::Table = toml::from_str(&text).ok()?;
    let tables = file.get("tables")?.as_array()?;
    let text = tables.iter().filter_map(|table| Some(format!("[[tables]]\n{}\n", toml::to_string(table).ok()?)));
    Some(text.collect())
}

/// A measure with its name, for people.
pub(super) fn called(id: &str) -> Message {
    match catalogue::measure_of(id) {
        Some(CatalogueMeasure { de, en, .. }) => message!("{id} ({name})", id, name = Message::both(*de, *en)),
        None => id.into(),
    }
}
