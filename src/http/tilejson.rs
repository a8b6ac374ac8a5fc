//! `/tiles/{layers}`: the TileJSON 3.0.0 of a selection; `/tiles`: which layers there are.
//!
//! Everything in it comes from the descriptions of layers and indicators. The tile address names the
//! release and passes the parameters on, so that a client that follows it needs to know nothing more.

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
use super::{archives, selection, tile_format};
use crate::cache::TileFormat;
use crate::config::Text;
use crate::tile::Selection;
use crate::tileset::Tileset;

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
    /// None where they are not known or the tiles are pictures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vector_layers: Vec<serde_json::Value>,
    kreisel: Extension,
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
        let layers = served.release.layers.iter().map(|layer| (&layer.config.id, &layer.config.title));
        let archives = served.release.archives.iter().map(|archive| (&archive.config.id, &archive.config.title));
        let layers = layers.chain(archives).map(|(id, title)| ListedLayer {
            id: id.as_str(),
            title,
            tilejson: format!("{base}/tiles/{id}"),
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
    archives::check_format(&ask.served.release, &selection, format)?;
    let normal = format!("/tiles/{}?{}", selection::join(&selection.layers), parameters(&selection, format));
    let render = move |served: &Served, base: &str| to_json(&describe(served, &selection, format, base));
    state.answer_json(&ask, &query, normal, Addresses::Absolute, render).await
}

fn describe(served: &Served, selection: &Selection, format: Option<TileFormat>, base: &str) -> TileJson {
    let tileset = Tileset::of(&served.release, selection);
    let format = format.or_else(|| archives::only_format(&served.release, selection));
    TileJson {
        tilejson: "3.0.0",
        name: tileset.name,
        description: tileset.description,
        attribution: tileset.attribution.join(" | "),
        version: "1.0.0",
        scheme: "xyz",
        tiles: [template(served, selection, format, base)],
        encoding: format.filter(|format| *format != TileFormat::Mvt).map(tile_format::name),
        minzoom: tileset.min_zoom,
        maxzoom: tileset.max_zoom,
        bounds: tileset.bounds.map(|bounds| bounds.to_west_south_east_north().map(degrees)),
        center: tileset.center.map(|(at, zoom)| (degrees(at.lon_deg), degrees(at.lat_deg), zoom)),
        vector_layers: tileset.vector_layers,
        kreisel: Extension { release: served.release.id.clone(), invented: tileset.invented },
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
