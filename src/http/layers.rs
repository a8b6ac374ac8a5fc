//! `/layers`: every layer with all that is said about it. `/areas` and `/facilities` list those of one kind.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::answer::{Addresses, to_json};
use super::ask::Ask;
use super::figures::degrees;
use super::problem::Problem;
use super::state::{Served, ServerState};
use crate::area::KeyKind;
use crate::config::{AreaLayer, FacilityLayer, IndicatorId, LayerId, LayerKind, PointsMode, Provenance, Text};
use crate::release::{ArchiveLayer, Indicator, Layer, Release};
use crate::store::Clusters;
use crate::tileset::bounds;

#[derive(Serialize)]
struct Layers<'a> {
    release: &'a str,
    layers: Vec<Listed<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Listed<'a> {
    Layer(Box<Described<'a>>),
    Archive(DescribedArchive<'a>),
}

#[derive(Serialize)]
struct DescribedArchive<'a> {
    id: &'a LayerId,
    kind: &'static str,
    title: &'a Text,
    description: &'a Text,
    bounds: Option<[f64; 4]>,
    min_zoom: u8,
    max_zoom: u8,
    media_type: &'static str,
    tile_layers: Vec<&'a str>,
    provenance: &'a Provenance,
    links: ArchiveLinks,
}

#[derive(Serialize)]
struct ArchiveLinks {
    tilejson: String,
}

#[derive(Serialize)]
struct Described<'a> {
    id: &'a LayerId,
    kind: &'static str,
    title: &'a Text,
    description: &'a Text,
    count: usize,
    bounds: Option<[f64; 4]>,
    min_zoom: u8,
    max_zoom: u8,
    attributes: Vec<DescribedAttribute<'a>>,
    #[serde(flatten)]
    special: Special<'a>,
    provenance: &'a Provenance,
    links: Links,
}

#[derive(Serialize)]
struct DescribedAttribute<'a> {
    id: &'a str,
    title: &'a Text,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Special<'a> {
    Area {
        key_kind: KeyKind,
        parent: Option<&'a LayerId>,
        valid_from: Option<i16>,
        valid_to: Option<i16>,
        label_layer: Option<String>,
        indicators: Vec<&'a IndicatorId>,
    },
    Facility {
        points: PointsMode,
        exact_from: Option<u8>,
        categories: Vec<DescribedCategory<'a>>,
    },
}

#[derive(Serialize)]
struct DescribedCategory<'a> {
    id: &'a str,
    title: &'a Text,
    symbol: &'a str,
    color: &'a str,
    count: usize,
}

#[derive(Serialize)]
struct Links {
    tilejson: String,
    list: String,
}

/// `/layers`
pub(super) async fn list(State(state): State<Arc<ServerState>>, ask: Ask) -> Result<Response, Problem> {
    answer(&state, &ask, "/layers", |_| true, true).await
}

/// `/areas`
pub(super) async fn list_areas(State(state): State<Arc<ServerState>>, ask: Ask) -> Result<Response, Problem> {
    answer(&state, &ask, "/areas", |layer| layer.config.as_area().is_some(), false).await
}

/// `/facilities`
pub(super) async fn list_facilities(State(state): State<Arc<ServerState>>, ask: Ask) -> Result<Response, Problem> {
    answer(&state, &ask, "/facilities", |layer| layer.config.as_facility().is_some(), false).await
}

async fn answer(
    state: &ServerState,
    ask: &Ask,
    normal: &str,
    wanted: fn(&Layer) -> bool,
    archives: bool,
) -> Result<Response, Problem> {
    let query = ask.query(&[])?;
    let render = move |served: &Served, base: &str| {
        let layers = served.release.layers.iter().filter(|layer| wanted(layer));
        let layers = layers.map(|layer| Listed::Layer(Box::new(describe(&served.release, layer, base))));
        let archives = served.release.archives.iter().filter(|_| archives);
        let archives = archives.map(|archive| Listed::Archive(describe_archive(archive, base)));
        to_json(&Layers { release: &served.id, layers: layers.chain(archives).collect() })
    };
    state.answer_json(ask, &query, normal, Addresses::Absolute, render).await
}

fn describe<'a>(release: &'a Release, layer: &'a Layer, base: &str) -> Described<'a> {
    let config = &layer.config;
    let (kind, special) = match &config.kind {
        LayerKind::Area(area) => ("area", special_area(release, layer, area)),
        LayerKind::Facility(facility) => ("facility", special_facility(layer, facility)),
    };
    let list = if kind == "area" { "areas" } else { "facilities" };
    let attributes = config.attributes.iter();
    Described {
        id: &config.id,
        kind,
        title: &config.title,
        description: &config.description,
        count: layer.features.len(),
        bounds: bounds(&[layer]).map(|bounds| bounds.to_west_south_east_north().map(degrees)),
        min_zoom: config.tiles.min_zoom,
        max_zoom: config.tiles.max_zoom,
        attributes: attributes
            .map(|attribute| DescribedAttribute { id: &attribute.id, title: &attribute.title })
            .collect(),
        special,
        provenance: &config.provenance,
        links: Links { tilejson: format!("{base}/tiles/{}", config.id), list: format!("{base}/{list}/{}", config.id) },
    }
}

fn describe_archive<'a>(layer: &'a ArchiveLayer, base: &str) -> DescribedArchive<'a> {
    let (config, description) = (&layer.config, layer.archive.description());
    DescribedArchive {
        id: &config.id,
        kind: "archive",
        title: &config.title,
        description: &config.description,
        bounds: description.bounds.map(|bounds| bounds.to_west_south_east_north().map(degrees)),
        min_zoom: description.min_zoom,
        max_zoom: description.max_zoom,
        media_type: description.content.media_type(),
        tile_layers: description.layer_names().collect(),
        provenance: &config.provenance,
        links: ArchiveLinks { tilejson: format!("{base}/tiles/{}", config.id) },
    }
}

fn special_area<'a>(release: &'a Release, layer: &'a Layer, area: &'a AreaLayer) -> Special<'a> {
    Special::Area {
        key_kind: area.key.kind,
        parent: area.parent.as_ref().map(|parent| &parent.layer),
        valid_from: area.valid_from,
        valid_to: area.valid_to,
        label_layer: layer.label_layer(),
        indicators: release.indicators_of(&layer.config.id).map(Indicator::id).collect(),
    }
}

fn special_facility<'a>(layer: &'a Layer, facility: &'a FacilityLayer) -> Special<'a> {
    let count = |id| layer.features.iter().filter(|feature| feature.category.as_ref() == Some(id)).count();
    let categories = facility.categories.iter().map(|category| DescribedCategory {
        id: category.id.as_str(),
        title: &category.title,
        symbol: category.symbol.as_deref().unwrap_or(super::sprites::DEFAULT_SYMBOL),
        color: &category.color,
        count: count(&category.id),
    });
    Special::Facility {
        points: layer.clusters().map_or(PointsMode::All, Clusters::mode),
        exact_from: layer.clusters().map(Clusters::exact_from),
        categories: categories.collect(),
    }
}
