//! `/areas/{layer}`: the areas of a layer as a list. `/areas/{layer}/{key}`: one area's profile.
//!
//! Everything in a profile is computed from released values: a suppressed figure of a sibling counts
//! in no mean, and a mean says of how many it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value};

use super::answer::{Addresses, Manner, to_json};
use super::ask::Ask;
use super::base_url::segment;
use super::figures::{Number, ParentLink, attributes, degrees, remark};
use super::path::Path;
use super::problem::Problem;
use super::reference::{Break, ReferenceRow, TargetText, breaks, references_in, targets};
use super::selection::layer_names;
use super::state::{Served, ServerState};
use super::within::facilities_in;
use crate::area::FeatureId;
use crate::config::{Direction, IndicatorId, LayerId, Measure, Named, Text};
use crate::release::{Audience, FeatureRecord, Indicator, Layer, LayerFeatures, Release, Series};
use crate::store::{Areas, FeatureIndex};
use crate::value::{Period, State as ValueState};

#[derive(Serialize)]
struct List<'a> {
    release: &'a str,
    layer: &'a LayerId,
    areas: Vec<Area<'a>>,
}

#[derive(Serialize)]
struct Area<'a> {
    key: &'a str,
    id: FeatureId,
    name: &'a str,
    parent: Option<ParentLink<'a>>,
    bounds: [f64; 4],
    label: [f64; 2],
    attributes: Map<String, Value>,
}

#[derive(Serialize)]
struct Profile<'a> {
    release: &'a str,
    layer: &'a LayerId,
    #[serde(flatten)]
    area: Area<'a>,
    indicators: Vec<ProfileIndicator<'a>>,
    facilities: Vec<Facilities<'a>>,
    links: Links,
}

/// The facilities of one layer that lie in the area.
#[derive(Serialize)]
struct Facilities<'a> {
    layer: &'a LayerId,
    /// `None` where there are too many to look at.
    keys: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct ProfileIndicator<'a> {
    id: &'a IndicatorId,
    theme: &'a str,
    title: &'a Text,
    unit: &'a Text,
    decimals: u8,
    direction: Direction,
    measure: Measure,
    source: &'a Text,
    invented: bool,
    periods: &'a [Period],
    #[serde(flatten)]
    row: Row,
    parent: Option<Row>,
    siblings: Siblings,
    breaks: Vec<Break<'a>>,
    references: Vec<ReferenceRow<'a>>,
    targets: Vec<TargetText<'a>>,
}

/// One area's values: a number or null per period, and the states that have to be said.
#[derive(Serialize)]
struct Row {
    values: Vec<Number>,
    states: BTreeMap<Period, ValueState>,
    /// Periods whose values were made of figures of former areas.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    converted: Vec<Period>,
}

/// The areas beside this one, per period.
#[derive(Serialize)]
struct Siblings {
    count: Vec<usize>,
    mean: Vec<Number>,
    median: Vec<Number>,
}

#[derive(Serialize)]
struct Links {
    list: String,
    tilejson: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

/// `/areas/{layer}` as JSON; [`super::area_files`] has read what is asked for.
pub(super) async fn list(state: &ServerState, ask: &Ask, layer: String, manner: Manner) -> Result<Response, Problem> {
    let normal = format!("/areas/{layer}");
    let render = move |served: &Served, _: &str| {
        let Ok((layer, areas)) = area_layer(&served.release, &layer) else { return Vec::new() };
        let areas =
            (0..).zip(&layer.features).map(|(index, feature)| area(&served.release, layer, areas, index, feature));
        to_json(&List { release: &served.id, layer: &layer.config.id, areas: areas.collect() })
    };
    state.answer(ask, normal, Addresses::None, manner, render).await
}

/// `/areas/{layer}/{key}`
pub(super) async fn profile(
    State(state): State<Arc<ServerState>>,
    Path((layer, key)): Path<(String, String)>,
    ask: Ask,
) -> Result<Response, Problem> {
    let query = ask.query(&[])?;
    let (found, _) = area_layer(&ask.served.release, &layer)?;
    if found.find(&key).is_none() {
        return Err(unknown_area(found, &key));
    }
    let normal = format!("/areas/{layer}/{key}");
    let render = move |served: &Served, base: &str| {
        let Ok((layer, areas)) = area_layer(&served.release, &layer) else { return Vec::new() };
        let Some((index, feature)) = layer.find(&key) else { return Vec::new() };
        to_json(&describe(served, layer, areas, index, feature, base))
    };
    state.answer_json(&ask, &query, normal, Addresses::Absolute, render).await
}

/// The area layer with this id.
pub(super) fn area_layer<'a>(release: &'a Release, id: &str) -> Result<(&'a Layer, &'a Areas), Problem> {
    let areas = |layer: &'a Layer| match &layer.geometry {
        LayerFeatures::Areas(areas) => Some((layer, areas)),
        LayerFeatures::Places(_) => None,
    };
    let known = || release.layers.iter().filter(|layer| layer.config.as_area().is_some());
    let found = release.layer(id).and_then(areas);
    let problem = || Problem::unknown("area layer", id, known().map(|layer| &layer.config.id));
    found.ok_or_else(|| problem().or_titles(layer_names(known())))
}

/// Names the keys, where they are few enough to be read, and otherwise where they are listed.
fn unknown_area(layer: &Layer, key: &str) -> Problem {
    const MOST_LISTED: usize = 500;
    let keys = layer.features.iter().map(|feature| feature.key.as_str());
    let names = layer.features.iter().map(|feature| Named { id: &feature.key, titles: [&feature.name, ""] });
    if layer.features.len() <= MOST_LISTED {
        Problem::unknown("area", key, keys).or_titles(names)
    } else {
        Problem::unknown("area", key, [format!("see /areas/{}", layer.config.id)]).or_titles(names)
    }
}

fn area<'a>(
    release: &'a Release,
    layer: &'a Layer,
    areas: &Areas,
    index: FeatureIndex,
    feature: &'a FeatureRecord,
) -> Area<'a> {
    let label = areas.label(index).to_lon_lat();
    Area {
        key: &feature.key,
        id: feature.id,
        name: &feature.name,
        parent: parent(release, feature),
        bounds: areas.feature_bounds(index).to_lon_lat().to_west_south_east_north().map(degrees),
        label: [degrees(label.lon_deg), degrees(label.lat_deg)],
        attributes: attributes(layer, feature),
    }
}

fn parent<'a>(release: &'a Release, feature: &'a FeatureRecord) -> Option<ParentLink<'a>> {
    let parent = feature.parent.as_ref()?;
    let found = release.layer(parent.layer.as_str()).and_then(|layer| layer.find(&parent.key));
    let name = found.map_or(parent.key.as_str(), |(_, record)| record.name.as_str());
    Some(ParentLink { layer: &parent.layer, key: &parent.key, name })
}

fn describe<'a>(
    served: &'a Served,
    layer: &'a Layer,
    areas: &Areas,
    index: FeatureIndex,
    feature: &'a FeatureRecord,
    base: &str,
) -> Profile<'a> {
    let release = &served.release;
    let area = area(release, layer, areas, index, feature);
    let siblings = siblings(layer, feature);
    let indicators = release
        .indicators_of(&layer.config.id)
        .filter_map(|indicator| profile_indicator(release, layer, index, feature, indicator, &siblings))
        .collect();
    let id = &layer.config.id;
    let parent = area.parent.as_ref().map(|parent| format!("{base}/areas/{}/{}", parent.layer, segment(parent.key)));
    Profile {
        release: &served.id,
        layer: id,
        area,
        indicators,
        facilities: facilities(release, areas, index),
        links: Links { list: format!("{base}/areas/{id}"), tilejson: format!("{base}/tiles/{id}"), parent },
    }
}

/// What lies in the area, by facility layer in display order.
fn facilities<'a>(release: &'a Release, areas: &Areas, index: FeatureIndex) -> Vec<Facilities<'a>> {
    let layers = release.layers.iter().filter(|layer| layer.config.as_facility().is_some());
    let inside = |layer: &'a Layer| {
        let found = facilities_in(areas, index, layer)?;
        Some(found.into_iter().map(|place| layer.features[place as usize].key.as_str()).collect())
    };
    layers.map(|layer| Facilities { layer: &layer.config.id, keys: inside(layer) }).collect()
}

/// The areas with the same larger area, or all of the layer where there is none; the area itself is one.
fn siblings(layer: &Layer, feature: &FeatureRecord) -> Vec<FeatureIndex> {
    let beside = (0..).zip(&layer.features).filter(|(_, other)| other.parent == feature.parent);
    beside.map(|(index, _)| index).collect()
}

fn profile_indicator<'a>(
    release: &'a Release,
    layer: &Layer,
    index: FeatureIndex,
    feature: &FeatureRecord,
    indicator: &'a Indicator,
    siblings: &[FeatureIndex],
) -> Option<ProfileIndicator<'a>> {
    let series = indicator.series(&layer.config.id, &Audience::Public)?;
    let parent = feature.parent.as_ref().and_then(|parent| {
        let series_of_parent = indicator.series(&parent.layer, &Audience::Public)?;
        let (index, _) = release.layer(parent.layer.as_str())?.find(&parent.key)?;
        Some(row(series.periods(), series_of_parent, index))
    });
    let config = &indicator.config;
    Some(ProfileIndicator {
        id: &config.id,
        theme: &config.theme,
        title: &config.title,
        unit: &config.unit,
        decimals: config.decimals,
        direction: config.direction,
        measure: config.measure,
        source: &config.provenance.source,
        invented: config.provenance.invented,
        periods: series.periods(),
        row: row(series.periods(), series, index),
        parent,
        siblings: compare(series, siblings, config.decimals),
        breaks: breaks(&config.breaks),
        references: references_in(release, indicator, series.periods()),
        targets: targets(&config.targets),
    })
}

fn row(periods: &[Period], series: &Series, index: FeatureIndex) -> Row {
    let is_converted = |period: &&Period| series.is_converted(index, **period);
    let converted = periods.iter().filter(is_converted).copied().collect();
    let mut row = Row { values: Vec::with_capacity(periods.len()), states: BTreeMap::new(), converted };
    for period in periods {
        let value = series.value(index, *period);
        row.values.push(value.map_or(Number(None), Number::from));
        match value.map(remark) {
            Some(None) => {}
            Some(Some(state)) => drop(row.states.insert(*period, state)),
            // a period that the other layer's series does not have
            None => drop(row.states.insert(*period, ValueState::Missing)),
        }
    }
    row
}

fn compare(series: &Series, siblings: &[FeatureIndex], decimals: u8) -> Siblings {
    let mut compared = Siblings { count: Vec::new(), mean: Vec::new(), median: Vec::new() };
    for period in series.periods() {
        let numbers = siblings.iter().filter_map(|index| series.value(*index, *period)?.number()).collect();
        let (mean, median) = mean_and_median(numbers, &mut compared.count);
        compared.mean.push(Number(mean.map(|mean| rounded(mean, decimals))));
        compared.median.push(Number(median.map(|median| rounded(median, decimals))));
    }
    compared
}

fn mean_and_median(mut numbers: Vec<f64>, counts: &mut Vec<usize>) -> (Option<f64>, Option<f64>) {
    counts.push(numbers.len());
    if numbers.is_empty() {
        return (None, None);
    }
    numbers.sort_by(f64::total_cmp);
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    let middle = numbers.len() / 2;
    let median =
        if numbers.len() % 2 == 1 { numbers[middle] } else { f64::midpoint(numbers[middle - 1], numbers[middle]) };
    (Some(mean), Some(median))
}

/// One decimal more than the values themselves have.
fn rounded(number: f64, decimals: u8) -> f64 {
    let factor = 10_f64.powi(i32::from(decimals) + 1);
    (number * factor).round() / factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_median_are_of_the_numbers_that_there_are() {
        let mut counts = Vec::new();
        assert_eq!(mean_and_median(vec![4.0, 1.0, 10.0], &mut counts), (Some(5.0), Some(4.0)));
        assert_eq!(mean_and_median(vec![4.0, 1.0], &mut counts), (Some(2.5), Some(2.5)));
        assert_eq!(mean_and_median(Vec::new(), &mut counts), (None, None));
        assert_eq!(counts, [3, 2, 0]);
        assert_eq!(rounded(12.3456, 1).to_bits(), 12.35_f64.to_bits());
    }
}
