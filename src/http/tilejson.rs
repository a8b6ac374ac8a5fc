//! `/tiles/{layers}`: the TileJSON 3.0.0 of a selection; `/tiles`: which layers there are.
//!
//! Everything in it comes from the descriptions of layers and indicators. The tile address names the
//! release and passes the parameters on, so that a client that follows it needs to know nothing more.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::answer::{Addresses, to_json};
use super::ask::Ask;
use super::figures::degrees;
use super::path::Path;
use super::problem::Problem;
use super::state::{Served, ServerState};
use super::{selection, texts, tile_format};
use crate::cache::TileFormat;
use crate::config::{LayerKind, PointsMode, Provenance, Text};
use crate::geo::{Bounds, LonLat, Position};
use crate::release::{Audience, Indicator, Layer};
use crate::store::Clusters;
use crate::tile::{Selection, Years};
use crate::value::Period;

#[derive(Serialize)]
struct TileJson {
    tilejson: &'static str,
    name: String,
    description: String,
    attribution: String,
    version: &'static str,
    scheme: &'static str,
    tiles: [String; 1],
    /// Not of TileJSON: MapLibre GL JS reads here how to decode the tiles. Left out for MVT, its default.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    minzoom: u8,
    maxzoom: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<[f64; 4]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    center: Option<(f64, f64, u8)>,
    vector_layers: Vec<VectorLayer>,
    kreisel: Extension,
}

#[derive(Serialize)]
struct VectorLayer {
    id: String,
    description: String,
    minzoom: u8,
    maxzoom: u8,
    fields: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Extension {
    release: String,
    invented: bool,
}

#[derive(Serialize)]
struct List<'a> {
    release: &'a str,
    layers: Vec<ListedLayer<'a>>,
}

#[derive(Serialize)]
struct ListedLayer<'a> {
    id: &'a str,
    title: &'a Text,
    tilejson: String,
}

/// `/tiles`
pub(super) async fn list(State(state): State<Arc<ServerState>>, ask: Ask) -> Result<Response, Problem> {
    let query = ask.query(&[])?;
    let render = |served: &Served, base: &str| {
        let listed = |layer: &'_ Layer| format!("{base}/tiles/{}", layer.config.id);
        let layers = served.release.layers.iter().map(|layer| ListedLayer {
            id: layer.config.id.as_str(),
            title: &layer.config.title,
            tilejson: listed(layer),
        });
        to_json(&List { release: &served.id, layers: layers.collect() })
    };
    state.answer_json(&ask, &query, "/tiles", Addresses::Absolute, render).await
}

/// `/tiles/{layers}`
pub(super) async fn get(
    State(state): State<Arc<ServerState>>,
    Path(layers): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let query = ask.query(&selection::PARAMETERS)?;
    let selection = selection::read(&ask.served.release, &layers, &query)?;
    let format = tile_format::read(query.get("f"))?;
    let normal = format!("/tiles/{}?{}", selection::join(&selection.layers), parameters(&selection, format));
    let render = move |served: &Served, base: &str| to_json(&describe(served, &selection, format, base));
    state.answer_json(&ask, &query, normal, Addresses::Absolute, render).await
}

fn describe(served: &Served, selection: &Selection, format: Option<TileFormat>, base: &str) -> TileJson {
    let release = &served.release;
    let layers: Vec<&Layer> = selection.layers.iter().filter_map(|id| release.layer(id.as_str())).collect();
    let indicators: Vec<&Indicator> =
        selection.indicators.iter().filter_map(|id| release.indicator(id.as_str())).collect();
    let minzoom = layers.iter().map(|layer| layer.config.tiles.min_zoom).min().unwrap_or(0);
    let maxzoom = layers.iter().map(|layer| layer.config.tiles.max_zoom).max().unwrap_or(0);
    let bounds = bounds(&layers);
    let titles: Vec<&str> = layers.iter().map(|layer| layer.config.title.de.as_str()).collect();
    let descriptions: Vec<String> = layers.iter().map(|layer| texts::one_line(&layer.config.description)).collect();
    TileJson {
        tilejson: "3.0.0",
        name: titles.join(", "),
        description: descriptions.join(" "),
        attribution: attribution(provenances(&layers, &indicators)).join(" | "),
        version: "1.0.0",
        scheme: "xyz",
        tiles: [template(served, selection, format, base)],
        encoding: format.filter(|format| *format != TileFormat::Mvt).map(tile_format::name),
        minzoom,
        maxzoom,
        bounds: bounds.map(|bounds| bounds.to_west_south_east_north().map(degrees)),
        center: bounds.map(|bounds| center(bounds, minzoom, maxzoom)),
        vector_layers: layers
            .iter()
            .flat_map(|layer| vector_layers(layer, maxzoom, &indicators, &selection.years))
            .collect(),
        kreisel: Extension {
            release: release.id.clone(),
            invented: provenances(&layers, &indicators).any(|provenance| provenance.invented),
        },
    }
}

/// The parameters that are passed on to the tiles, without `?`.
fn parameters(selection: &Selection, format: Option<TileFormat>) -> String {
    let format = format.map(|format| format!("f={}", tile_format::name(format)));
    let both = [Some(selection::to_query(selection)), format];
    both.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
}

/// The address of a selection's tiles.
fn template(served: &Served, selection: &Selection, format: Option<TileFormat>, base: &str) -> String {
    let parameters = parameters(selection, format);
    let and = if parameters.is_empty() { "" } else { "&" };
    let layers = selection::join(&selection.layers);
    format!("{base}/tiles/{layers}/{{z}}/{{x}}/{{y}}?release={}{and}{parameters}", served.id)
}

fn provenances<'a>(layers: &'a [&Layer], indicators: &'a [&Indicator]) -> impl Iterator<Item = &'a Provenance> {
    let of_layers = layers.iter().map(|layer| &layer.config.provenance);
    of_layers.chain(indicators.iter().map(|indicator| &indicator.config.provenance))
}

/// The lines that have to stand beside a map, each once; invented data says so.
#[must_use]
pub(super) fn attribution<'a>(provenances: impl Iterator<Item = &'a Provenance>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut invented = false;
    for provenance in provenances {
        invented |= provenance.invented;
        if !lines.contains(&provenance.attribution) {
            lines.push(provenance.attribution.clone());
        }
    }
    if invented {
        lines.push(texts::one_line(&texts::invented()));
    }
    lines
}

/// Box around all layers in degrees.
#[must_use]
pub(super) fn bounds(layers: &[&Layer]) -> Option<Bounds<LonLat>> {
    let boxes = layers.iter().filter_map(|layer| layer.bounds());
    boxes.reduce(Bounds::union).map(Bounds::to_lon_lat)
}

/// The middle, and a zoom at which about the whole is seen: 360° fill a map of one tile at zoom 0.
fn center(bounds: Bounds<LonLat>, minzoom: u8, maxzoom: u8) -> (f64, f64, u8) {
    let (min, max) = (bounds.min(), bounds.max());
    let width_deg = (max.x() - min.x()).max(1e-6);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the layers' zooms")]
    let zoom = (360.0 / width_deg).log2().floor().clamp(f64::from(minzoom), f64::from(maxzoom)) as u8;
    (degrees(f64::midpoint(min.x(), max.x())), degrees(f64::midpoint(min.y(), max.y())), zoom)
}

/// The tile layers of one layer: its features, and its label points. They are there to the last zoom of the source.
fn vector_layers(layer: &Layer, maxzoom: u8, indicators: &[&Indicator], years: &Years) -> Vec<VectorLayer> {
    let title = texts::one_line(&layer.config.title);
    let minzoom = layer.config.tiles.min_zoom;
    let mut joined = BTreeMap::new();
    for indicator in indicators {
        indicator_fields(layer, indicator, years, &mut joined);
    }
    let labels = layer.label_layer().map(|id| {
        let description = format!("{}: {title}", texts::one_line(&texts::labels()));
        let fields = names(layer).into_iter().chain(joined.clone()).collect();
        VectorLayer { id, description, minzoom, maxzoom, fields }
    });
    let fields = names(layer).into_iter().chain(own_fields(layer)).chain(joined).collect();
    let features = VectorLayer { id: layer.config.id.to_string(), description: title, minzoom, maxzoom, fields };
    std::iter::once(features).chain(labels).collect()
}

/// Attributes that a feature and its label have.
fn names(layer: &Layer) -> BTreeMap<String, String> {
    let key = if layer.config.as_area().is_some() { "area_key" } else { "facility_key" };
    let described = [("key", texts::field(key)), ("name", texts::field("name"))];
    described.into_iter().map(|(name, text)| (name.to_owned(), texts::one_line(&text))).collect()
}

/// Attributes that only a feature has.
fn own_fields(layer: &Layer) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let mut add = |name: &str, text: &Text| drop(fields.insert(name.to_owned(), texts::one_line(text)));
    match &layer.config.kind {
        LayerKind::Area(area) => {
            if area.parent.is_some() {
                add("parent", &texts::field("parent"));
            }
        }
        LayerKind::Facility(facility) => {
            let categories = facility.categories.iter();
            let names: Vec<String> =
                categories.map(|category| format!("{} = {}", category.id, category.title.de)).collect();
            add("category", &texts::fill(&texts::field("category"), "names", &names.join(", ")));
            if facility.opened_column.is_some() {
                add("opened", &texts::field("opened"));
            }
            if facility.closed_column.is_some() {
                add("closed", &texts::field("closed"));
            }
            match layer.clusters().map(Clusters::mode) {
                Some(PointsMode::Cluster) => {
                    add("cluster", &texts::field("cluster"));
                    add("count", &texts::field("count"));
                    for category in &facility.categories {
                        let title = |title: &str, counted: &str| counted.replace("{category}", title);
                        let counted = texts::field("count_of_category");
                        let text = Text {
                            de: title(&category.title.de, &counted.de),
                            en: title(&category.title.en, &counted.en),
                        };
                        add(&format!("count:{}", category.id), &text);
                    }
                }
                Some(PointsMode::Thin) => add("count", &texts::field("stands_for")),
                Some(PointsMode::All) | None => {}
            }
        }
    }
    for attribute in &layer.config.attributes {
        add(&attribute.id, &attribute.title);
    }
    fields
}

/// The attributes that an indicator adds to a layer: the newest year's, and one for each year selected.
fn indicator_fields(layer: &Layer, indicator: &Indicator, years: &Years, fields: &mut BTreeMap<String, String>) {
    let Some(series) = indicator.series(&layer.config.id, &Audience::Public) else { return };
    let config = &indicator.config;
    let mut add = |attribute: String, year: Option<Period>, newest: bool| {
        let of_language = |title: &str, unit: &str, remark: &str| {
            let year = year.map_or_else(String::new, |year| format!(", {year}"));
            let remark = if newest { format!(", {remark}") } else { String::new() };
            let unit = if unit.is_empty() { String::new() } else { format!(" in {unit}") };
            format!("{title}{unit}{year}{remark}")
        };
        let remark = texts::field("newest");
        let text = Text {
            de: of_language(&config.title.de, &config.unit.de, &remark.de),
            en: of_language(&config.title.en, &config.unit.en, &remark.en),
        };
        let state = texts::fill(&texts::field("state"), "attribute", &attribute);
        fields.insert(format!("{attribute}:state"), texts::one_line(&state));
        fields.insert(attribute, texts::one_line(&text));
    };
    add(config.id.to_string(), series.newest(), true);
    let selected = |period: &Period| match years {
        Years::Newest => false,
        Years::All => true,
        Years::These(these) => these.contains(period),
    };
    for period in series.periods().iter().copied().filter(|period| selected(period)) {
        add(format!("{}:{period}", config.id), Some(period), false);
    }
}
