//! Released features → bytes of a Mapbox Vector Tile 2.1.
//!
//! [`geometry`] asks the store, simplifies (by threshold), clips to the tile and its buffer, snaps to
//! the grid, drops what collapsed and mends what crosses itself; `attributes` looks up what stands
//! beside it; [`encode`] writes. Geometry needs neither release nor values, so that both can be kept
//! apart. In go Mercator metres, out come tile units (`y` down). No input or output happens here.

mod attributes;
mod clip;
pub mod cover;
pub mod encode;
pub mod geometry;
mod grid;
mod settle;
mod years;

pub use grid::Unit;

use crate::config::{IndicatorId, LayerId};
use crate::geo::TileCoord;
use crate::release::{Audience, Layer, LayerFeatures, Release};
use crate::tile::attributes::Column;
use crate::tile::encode::LayerEncoder;
use crate::tile::geometry::TileFeature;
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
    let once = selection.layers.iter().enumerate().filter(|(at, id)| !selection.layers[..*at].contains(id));
    let layers = once.filter_map(|(_, id)| release.layer(id.as_str()));
    let layers: Vec<&Layer> = layers.collect();
    let archives = selection.layers.iter().filter_map(|id| release.archive(id.as_str()));
    let last_zooms = layers.iter().map(|layer| layer.config.tiles.max_zoom);
    let last_zooms = last_zooms.chain(archives.map(|archive| archive.archive.description().max_zoom));
    let last_zoom = last_zooms.max().unwrap_or(0);
    let shown = layers.into_iter().filter(|layer| (layer.config.tiles.min_zoom..=last_zoom).contains(&coord.zoom()));
    shown
        .flat_map(|layer| render_layer(layer, &attributes::columns(release, audience, layer, selection), coord))
        .collect()
}

/// A layer's bytes, and after them those of its label layer.
fn render_layer(layer: &Layer, columns: &[Column], coord: TileCoord) -> Vec<u8> {
    let config = &layer.config.tiles;
    let features = match &layer.geometry {
        LayerFeatures::Areas(areas) => geometry::of_areas(areas, coord, config),
        LayerFeatures::Places(places) => geometry::of_places(places, coord, config),
    };
    let mut encoder = LayerEncoder::new(layer.config.id.as_str(), config.extent);
    for TileFeature { feature, shape } in &features {
        let record = &layer.features[*feature as usize];
        encoder.add(record.id.as_u64(), shape, attributes::of_feature(layer, record, *feature, columns));
    }
    let mut bytes = encoder.finish();
    if let (Some(name), LayerFeatures::Areas(areas)) = (layer.label_layer(), &layer.geometry) {
        let mut encoder = LayerEncoder::new(&name, config.extent);
        for TileFeature { feature, shape } in &geometry::of_labels(areas, coord, config) {
            let record = &layer.features[*feature as usize];
            encoder.add(record.id.as_u64(), shape, attributes::of_label(record, *feature, columns));
        }
        bytes.extend(encoder.finish());
    }
    bytes
}
