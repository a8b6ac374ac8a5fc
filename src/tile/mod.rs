//! Released features → bytes of a Mapbox Vector Tile 2.1; [`mlt`] makes a MapLibre Tile of them.
//!
//! [`geometry`] asks the store, simplifies (by threshold), clips to the tile and its buffer, snaps to
//! the grid, drops what collapsed and mends what crosses itself; [`encode`] turns it to bytes. That is the
//! expensive half, a [`GeometryPart`], and depends on neither release nor values. [`assemble`] joins what
//! `attributes` looks up: the cheap half. In go Mercator metres, out come tile units (`y` down). No input or
//! output happens here.

mod attributes;
mod clip;
pub mod cover;
mod drawing;
pub mod encode;
pub mod geometry;
mod grid;
pub mod mlt;
mod part;
pub mod points;
mod settle;
mod years;

pub use drawing::Drawing;
pub use grid::Unit;
pub use part::GeometryPart;

use std::sync::Arc;

use crate::config::{IndicatorId, LayerId};
use crate::geo::TileCoord;
use crate::release::{Audience, Layer, LayerFeatures, Release};
use crate::tile::attributes::Column;
use crate::tile::encode::LayerEncoder;
use crate::value::Period;

/// Which years of the selected indicators are joined, besides the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Years {
    /// Only the newest, as attribute `a`.
    #[default]
    Newest,
    /// Also every year, as `a:2015` …
    All,
    /// Also these years; sorted, each once.
    These(Vec<Period>),
}

/// What a tile is asked to hold. Layers and indicators are in the order of the request; both exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Selection {
    /// One or more layers.
    pub layers: Vec<LayerId>,
    /// Indicators to join to the area layers among them.
    pub indicators: Vec<IndicatorId>,
    /// Years to join.
    pub years: Years,
}

/// Renders a tile. Empty bytes mean that nothing of the selected layers lies in it. A layer
/// contributes from its first zoom to the last zoom of all selected layers: a client that gets several
/// layers from one source asks for deeper tiles as long as any of them has some, and would lose the
/// others. A layer that is selected twice comes once. Tiles of archives are not added here.
#[must_use]
pub fn render(release: &Release, audience: &Audience, selection: &Selection, coord: TileCoord) -> Vec<u8> {
    let part = |layer: &Layer| Arc::new(GeometryPart::render(layer, coord));
    assemble(release, audience, selection, coord.zoom(), part)
}

/// As [`render`], with geometry parts that somebody may have kept.
#[must_use]
pub fn assemble(
    release: &Release,
    audience: &Audience,
    selection: &Selection,
    zoom: u8,
    part: impl Fn(&Layer) -> Arc<GeometryPart>,
) -> Vec<u8> {
    let once = selection.layers.iter().enumerate().filter(|(at, id)| !selection.layers[..*at].contains(id));
    let layers = once.filter_map(|(_, id)| release.layer(id.as_str()));
    let layers: Vec<&Layer> = layers.collect();
    let archives = selection.layers.iter().filter_map(|id| release.archive(id.as_str()));
    let last_zooms = layers.iter().map(|layer| layer.config.tiles.max_zoom);
    let last_zooms = last_zooms.chain(archives.map(|archive| archive.archive.description().max_zoom));
    let last_zoom = last_zooms.max().unwrap_or(0);
    let shown = layers.into_iter().filter(|layer| (layer.config.tiles.min_zoom..=last_zoom).contains(&zoom));
    let mut tile = Vec::new();
    for layer in shown {
        let part = part(layer);
        if !part.is_empty() {
            join(layer, &part, &attributes::columns(release, audience, layer, selection), &mut tile);
        }
    }
    tile
}

/// Whether any tile of the selection at this zoom takes less time to render than another thread to wake: areas
/// whose fullest tile has few bytes, with few figures.
#[must_use]
pub fn is_light(release: &Release, selection: &Selection, zoom: u8) -> bool {
    let mut layers = selection.layers.iter().filter_map(|id| release.layer(id.as_str()));
    let are_few = selection.layers.len() <= 4 && selection.indicators.len() <= 4 && selection.years == Years::Newest;
    let has_light_tiles = |layer: &Layer| {
        let (last, light_from) = (layer.config.tiles.max_zoom, layer.fullness.light_from);
        matches!(layer.geometry, LayerFeatures::Areas(_)) && (light_from..=last).contains(&zoom)
    };
    are_few && layers.all(has_light_tiles)
}

/// Joins attributes to a layer's geometry: the layer's bytes, and after them those of its label layer.
fn join(layer: &Layer, part: &GeometryPart, columns: &[Column], tile: &mut Vec<u8>) {
    let extent = layer.config.tiles.extent;
    let (features, bytes) = (part.features.len() + part.points.len(), part.features.room() + part.points.room());
    let mut encoder = LayerEncoder::with_room(layer.config.id.as_str(), extent, features, bytes);
    for (feature, shape) in part.features.iter() {
        let record = &layer.features[feature as usize];
        encoder.add(record.id.as_u64(), shape, attributes::of_feature(layer, record, feature, columns));
    }
    part.points.join(layer, &mut encoder);
    encoder.finish_into(tile);
    if let Some(name) = layer.label_layer() {
        let mut encoder = LayerEncoder::with_room(&name, extent, part.labels.len(), part.labels.room());
        for (feature, shape) in part.labels.iter() {
            let record = &layer.features[feature as usize];
            encoder.add(record.id.as_u64(), shape, attributes::of_label(record, feature, columns));
        }
        encoder.finish_into(tile);
    }
}
