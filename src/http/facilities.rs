//! `/facilities/{layer}`: the facilities of a layer as a list; with `at`, those that exist then.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value};

use super::answer::{Addresses, to_json};
use super::ask::Ask;
use super::figures::{attributes, degrees};
use super::path::Path;
use super::problem::{Problem, quoted};
use super::selection::layer_names;
use super::state::{Served, ServerState};
use crate::area::FeatureId;
use crate::config::{CategoryId, LayerId};
use crate::release::{FeatureRecord, Layer, LayerFeatures, Release};
use crate::store::{FeatureIndex, Places};
use crate::value::Period;

#[derive(Serialize)]
struct List<'a> {
    release: &'a str,
    layer: &'a LayerId,
    facilities: Vec<Facility<'a>>,
}

#[derive(Serialize)]
struct Facility<'a> {
    key: &'a str,
    id: FeatureId,
    name: &'a str,
    category: Option<&'a CategoryId>,
    position: [f64; 2],
    opened: Option<i16>,
    closed: Option<i16>,
    attributes: Map<String, Value>,
}

/// `/facilities/{layer}`
pub(super) async fn list(
    State(state): State<Arc<ServerState>>,
    Path(layer): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let query = ask.query(&["at"])?;
    facility_layer(&ask.served.release, &layer)?;
    let at = query.get("at").map(year).transpose()?;
    let normal = match at {
        Some(at) => format!("/facilities/{layer}?at={at}"),
        None => format!("/facilities/{layer}"),
    };
    let render = move |served: &Served, _: &str| {
        let Ok((layer, places)) = facility_layer(&served.release, &layer) else { return Vec::new() };
        let open = |feature: &FeatureRecord| at.is_none_or(|at| is_open(feature, at));
        let features = (0..).zip(&layer.features).filter(|(_, feature)| open(feature));
        let facilities = features.map(|(index, feature)| facility(layer, places, index, feature));
        to_json(&List { release: &served.id, layer: &layer.config.id, facilities: facilities.collect() })
    };
    state.answer_json(&ask, &query, normal, Addresses::None, render).await
}

/// The year of `at`: a year or a day. Facilities are known by the years in which they exist.
fn year(text: &str) -> Result<i16, Problem> {
    let period = Period::read(text).filter(|_| !text.contains('/'));
    let reason = || format!("\"{}\" is neither a year such as 2015 nor a day such as 2024-08-01", quoted(text));
    period.map(Period::as_year).ok_or_else(|| Problem::parameter("at", reason()))
}

/// Whether a facility exists in a year, as far as its years are known.
fn is_open(feature: &FeatureRecord, year: i16) -> bool {
    feature.opened.is_none_or(|opened| opened <= year) && feature.closed.is_none_or(|closed| year <= closed)
}

fn facility_layer<'a>(release: &'a Release, id: &str) -> Result<(&'a Layer, &'a Places), Problem> {
    let places = |layer: &'a Layer| match &layer.geometry {
        LayerFeatures::Places(places) => Some((layer, places)),
        LayerFeatures::Areas(_) => None,
    };
    let known = || release.layers.iter().filter(|layer| layer.config.as_facility().is_some());
    let found = release.layer(id).and_then(places);
    let problem = || Problem::unknown("facility layer", id, known().map(|layer| &layer.config.id));
    found.ok_or_else(|| problem().or_titles(layer_names(known())))
}

fn facility<'a>(layer: &Layer, places: &Places, index: FeatureIndex, feature: &'a FeatureRecord) -> Facility<'a> {
    let position = places.position(index).to_lon_lat();
    Facility {
        key: &feature.key,
        id: feature.id,
        name: &feature.name,
        category: feature.category.as_ref(),
        position: [degrees(position.lon_deg), degrees(position.lat_deg)],
        opened: feature.opened,
        closed: feature.closed,
        attributes: attributes(layer, feature),
    }
}
