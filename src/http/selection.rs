//! `{layers}`, `indicators` and `years` of a request → a checked selection in one normal form.
//!
//! The normal form has layers and indicators in display order and years that exist, so that requests
//! which mean the same share one entry of the cache.

use std::collections::BTreeSet;

use super::archives;
use super::problem::Problem;
use super::query::{Query, list};
use crate::config::{Language, LayerId, Named};
use crate::release::{ArchiveLayer, Audience, Indicator, Layer, Release};
use crate::tile::{Selection, Years};
use crate::value::Period;

/// Layers in one tile.
pub(super) const MOST_LAYERS: usize = 16;

/// Indicators in one tile: with all years of all of them a feature still has fewer attributes than
/// a long statistics table has columns.
pub(super) const MOST_INDICATORS: usize = 16;

/// Parameters of tiles and TileJSON, beside `release`.
pub(super) const PARAMETERS: [&str; 3] = ["indicators", "years", "f"];

/// Reads the selection of a tile request.
///
/// # Errors
/// If a layer, indicator or year does not exist, or is not published together with the others.
pub(super) fn read(release: &Release, layers: &str, query: &Query) -> Result<Selection, Problem> {
    let (layers, archives) = read_layers(release, layers)?;
    archives::check(&layers, &archives)?;
    let indicators = match query.get("indicators") {
        Some(text) => read_indicators(release, &layers, text)?,
        None => Vec::new(),
    };
    let years = match query.get("years") {
        Some(_) if indicators.is_empty() => {
            return Err(years_without_indicators());
        }
        Some(text) => read_years(text, &periods(&indicators, &layers))?,
        None => Years::Newest,
    };
    Ok(Selection {
        layers: layers
            .iter()
            .map(|layer| &layer.config.id)
            .chain(archives.iter().map(|archive| &archive.config.id))
            .cloned()
            .collect(),
        indicators: indicators.iter().map(|indicator| indicator.id().clone()).collect(),
        years,
    })
}

/// Years are asked for, and nothing that has years.
pub(super) fn years_without_indicators() -> Problem {
    Problem::parameter("years", "it says for which years indicators are joined; name some with indicators=")
}

/// The language of a file: `lang`, or German.
///
/// # Errors
/// If it is none of the interface.
pub(super) fn language(query: &Query) -> Result<Language, Problem> {
    match query.get("lang") {
        None | Some("de") => Ok(Language::De),
        Some("en") => Ok(Language::En),
        Some(other) => Err(Problem::unknown_value("lang", "language", other, ["de", "en"])),
    }
}

/// Layers by their ids, in display order, and those of finished tiles.
fn read_layers<'a>(release: &'a Release, text: &str) -> Result<(Vec<&'a Layer>, Vec<&'a ArchiveLayer>), Problem> {
    let given = list("layers", text, MOST_LAYERS)?;
    let ids = || {
        let layers = release.layers.iter().map(|layer| layer.config.id.as_str());
        layers.chain(release.archives.iter().map(|archive| archive.config.id.as_str()))
    };
    if let Some(unknown) = given.iter().find(|id| !ids().any(|known| known == **id)) {
        let archives = release.archives.iter().map(|archive| &archive.config);
        let archives = archives.map(|config| Named::titled(config.id.as_str(), &config.title));
        return Err(Problem::unknown("layer", unknown, ids()).or_titles(layer_names(&release.layers).chain(archives)));
    }
    let layers = release.layers.iter().filter(|layer| given.contains(&layer.config.id.as_str()));
    let archives = release.archives.iter().filter(|archive| given.contains(&archive.config.id.as_str()));
    Ok((layers.collect(), archives.collect()))
}

/// The indicator with this id.
///
/// # Errors
/// If there is none; the problem names those that exist.
pub(super) fn indicator<'a>(release: &'a Release, id: &str) -> Result<&'a Indicator, Problem> {
    let known = || release.indicators.iter().map(|indicator| indicator.id().as_str());
    release.indicator(id).ok_or_else(|| Problem::unknown("indicator", id, known()).or_titles(indicator_names(release)))
}

/// Layers as people may name them.
pub(super) fn layer_names<'a>(layers: impl IntoIterator<Item = &'a Layer>) -> impl Iterator<Item = Named<'a>> {
    layers.into_iter().map(|layer| Named::titled(layer.config.id.as_str(), &layer.config.title))
}

fn indicator_names(release: &Release) -> impl Iterator<Item = Named<'_>> {
    release.indicators.iter().map(|indicator| Named::titled(indicator.id().as_str(), &indicator.config.title))
}

/// Indicators by their ids, in display order; each is published for one of the layers at least.
///
/// # Errors
/// If one does not exist or is not published for any of them.
pub(super) fn read_indicators<'a>(
    release: &'a Release,
    layers: &[&Layer],
    text: &str,
) -> Result<Vec<&'a Indicator>, Problem> {
    let given = list("indicators", text, MOST_INDICATORS)?;
    let published = |indicator: &&Indicator| layers.iter().any(|layer| is_published(indicator, &layer.config.id));
    let known = || release.indicators.iter().filter(published).map(Indicator::id);
    for &id in &given {
        match release.indicator(id) {
            None => {
                let problem = Problem::unknown_value("indicators", "indicator", id, known());
                return Err(problem.or_titles(indicator_names(release)));
            }
            Some(indicator) if !published(&indicator) => {
                return Err(Problem::Parameter {
                    name: "indicators",
                    reason: format!("\"{id}\" is not published for the layers asked for"),
                    given: String::new(),
                    allowed: known().map(ToString::to_string).collect(),
                });
            }
            Some(_) => {}
        }
    }
    Ok(release.indicators.iter().filter(|indicator| given.contains(&indicator.id().as_str())).collect())
}

fn is_published(indicator: &Indicator, layer: &LayerId) -> bool {
    indicator.series(layer, &Audience::Public).is_some()
}

/// Periods of any of the indicators on any of the layers.
pub(super) fn periods(indicators: &[&Indicator], layers: &[&Layer]) -> BTreeSet<Period> {
    let series = indicators
        .iter()
        .flat_map(|indicator| layers.iter().filter_map(|layer| indicator.series(&layer.config.id, &Audience::Public)));
    series.flat_map(|series| series.periods().iter().copied()).collect()
}

/// Reads `2015..2024`, `2015,2016` or `all` against the years that exist.
///
/// # Errors
/// If the text is none of these, a listed year does not exist, or a range holds none that does.
pub(super) fn read_years(text: &str, existing: &BTreeSet<Period>) -> Result<Years, Problem> {
    Years::read(text, existing).map_err(|reason| no_year(reason, existing))
}

fn no_year(reason: String, existing: &BTreeSet<Period>) -> Problem {
    let allowed = existing.iter().map(ToString::to_string).collect();
    Problem::Parameter { name: "years", reason, given: String::new(), allowed }
}

/// The selection's parameters as a query, without `?`; empty if it has none.
#[must_use]
pub(super) fn to_query(selection: &Selection) -> String {
    let mut query = String::new();
    if !selection.indicators.is_empty() {
        query.push_str("indicators=");
        query.push_str(&join(&selection.indicators));
        match &selection.years {
            Years::Newest => {}
            Years::All => query.push_str("&years=all"),
            Years::These(years) => {
                query.push_str("&years=");
                query.push_str(&join(years));
            }
        }
    }
    query
}

/// Names with commas between.
#[must_use]
pub(super) fn join(names: &[impl ToString]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn existing() -> BTreeSet<Period> {
        [2015, 2016, 2018].into_iter().filter_map(Period::year).collect()
    }

    fn these(years: &[i16]) -> Years {
        Years::These(years.iter().copied().filter_map(Period::year).collect())
    }

    #[test]
    fn years_that_mean_the_same_have_one_form() {
        assert_eq!(read_years("2016,2015", &existing()), Ok(these(&[2015, 2016])));
        assert_eq!(read_years("2014..2017", &existing()), Ok(these(&[2015, 2016])));
        for all in ["all", "2015,2016,2018", "1990..2030"] {
            assert_eq!(read_years(all, &existing()), Ok(Years::All), "{all}");
        }
    }

    #[test]
    fn a_year_without_figures_is_refused_with_those_that_have_some() {
        for wrong in ["2017", "2019..2024", "2018..2015", "15", "2015..", "..", "2015..x", "+201", "2015,2015", "-201"]
        {
            assert!(matches!(read_years(wrong, &existing()), Err(Problem::Parameter { name: "years", .. })), "{wrong}");
        }
        let Err(Problem::Parameter { allowed, .. }) = read_years("2017", &existing()) else {
            panic!("2017 is refused")
        };
        assert_eq!(allowed, ["2015", "2016", "2018"]);
    }
}
