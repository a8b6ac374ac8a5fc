//! `/atlas`: what the atlas says about itself, for the page and other clients.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::answer::{Addresses, to_json};
use super::ask::Ask;
use super::figures::degrees;
use super::problem::Problem;
use super::state::{Served, ServerState};
use crate::config::{IndicatorId, LayerId, Provenance, Text};
use crate::release::{Layer, Release};
use crate::tileset::{attribution, bounds};

#[derive(Serialize)]
struct Atlas<'a> {
    release: &'a str,
    built_at: String,
    id: &'a str,
    title: &'a Text,
    description: &'a Text,
    publisher: &'a Text,
    contact: Option<&'a str>,
    notice: Option<&'a Text>,
    languages: [&'static str; 2],
    themes: Vec<Theme<'a>>,
    view: View<'a>,
    attribution: Vec<String>,
    invented: bool,
    links: Links,
}

/// A theme, also for the catalogue of indicators.
#[derive(Serialize)]
pub(super) struct Theme<'a> {
    id: &'a str,
    title: &'a Text,
}

#[derive(Serialize)]
struct View<'a> {
    bounds: Option<[f64; 4]>,
    layer: Option<&'a LayerId>,
    indicator: Option<&'a IndicatorId>,
}

/// Where to go from the atlas, also for programs that ask for `/`.
#[derive(Serialize)]
pub(super) struct Links {
    layers: String,
    indicators: String,
    areas: String,
    facilities: String,
    tiles: String,
    styles: String,
    sprite: String,
    health: String,
}

/// `/atlas`
pub(super) async fn get(State(state): State<Arc<ServerState>>, ask: Ask) -> Result<Response, Problem> {
    let query = ask.query(&[])?;
    state.answer_json(&ask, &query, "/atlas", Addresses::Absolute, render).await
}

/// The atlas as JSON bytes.
#[must_use]
pub(super) fn render(served: &Served, base: &str) -> Vec<u8> {
    let release = &served.release;
    let atlas = &release.atlas;
    to_json(&Atlas {
        release: &served.id,
        built_at: release.built_at.to_string(),
        id: &atlas.id,
        title: &atlas.title,
        description: &atlas.description,
        publisher: &atlas.publisher,
        contact: atlas.contact.as_deref(),
        notice: atlas.notice.as_ref(),
        languages: ["de", "en"],
        themes: themes(release),
        view: view(release),
        attribution: attribution(provenances(release)),
        invented: provenances(release).any(|provenance| provenance.invented),
        links: Links {
            layers: format!("{base}/layers"),
            indicators: format!("{base}/indicators"),
            areas: format!("{base}/areas"),
            facilities: format!("{base}/facilities"),
            tiles: format!("{base}/tiles"),
            styles: format!("{base}/styles"),
            sprite: format!("{base}/sprites/atlas"),
            health: format!("{base}/health"),
        },
    })
}

/// Themes in display order.
#[must_use]
pub(super) fn themes(release: &Release) -> Vec<Theme<'_>> {
    release.atlas.themes.iter().map(|(id, title)| Theme { id, title }).collect()
}

fn provenances(release: &Release) -> impl Iterator<Item = &Provenance> {
    let of_layers = release.layers.iter().map(|layer| &layer.config.provenance);
    let of_archives = release.archives.iter().map(|archive| &archive.config.provenance);
    of_layers.chain(of_archives).chain(release.indicators.iter().map(|indicator| &indicator.config.provenance))
}

/// What is shown first: what `atlas.toml` names, else the first area layer and its first indicator.
fn view(release: &Release) -> View<'_> {
    let first = || release.layers.iter().find(|layer| layer.config.as_area().is_some());
    let named = release.atlas.view.layer.as_ref().and_then(|id| release.layer(id.as_str()));
    let layer: Option<&Layer> = named.or_else(first);
    let first_indicator = || Some(release.indicators_of(&layer?.config.id).next()?.id());
    let view_bounds = release.atlas.view.bounds.or_else(|| bounds(&[layer?]));
    View {
        bounds: view_bounds.map(|bounds| bounds.to_west_south_east_north().map(degrees)),
        layer: layer.map(|layer| &layer.config.id),
        indicator: release.atlas.view.indicator.as_ref().or_else(first_indicator),
    }
}
