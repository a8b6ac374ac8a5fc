//! The half of a tile that no value changes: one layer's geometry at one address, encoded.
//!
//! It depends on the layer's geometry and the address alone. Whoever keeps parts by
//! [`Layer::geometry_id`] and address never clips the same borders twice: not for another indicator, year or
//! audience, and not for a release that brings new values for the same borders.

use crate::config::TileConfig;
use crate::geo::TileCoord;
use crate::release::{Layer, LayerFeatures};
use crate::store::{Areas, FeatureIndex};
use crate::tile::encode::{EncodedShape, EncodedShapes};
use crate::tile::geometry::{self, TileFeature};
use crate::tile::points::EncodedPoints;

/// One layer's geometry in one tile, encoded, without attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeometryPart {
    /// Areas.
    pub(super) features: EncodedFeatures,
    /// Label points of areas; none where the layer has no label layer.
    pub(super) labels: EncodedFeatures,
    /// Facilities and clusters of them.
    pub(super) points: EncodedPoints,
}

/// About as many bytes as a feature has in a tile beside its shape: its id and its tags.
pub(super) const BESIDE_SHAPE: usize = 24;

/// Features by index, with their encoded shapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EncodedFeatures {
    features: Vec<FeatureIndex>,
    shapes: EncodedShapes,
}

impl GeometryPart {
    /// Queries, simplifies, clips, snaps and encodes.
    #[must_use]
    pub fn render(layer: &Layer, coord: TileCoord) -> Self {
        let config = &layer.tiles_at(coord.zoom());
        match &layer.geometry {
            LayerFeatures::Areas(areas) => {
                let near = geometry::near(areas, coord, config);
                let labels = layer.label_layer().map(|_| geometry::of_labels(areas, &near, coord, config));
                Self {
                    features: EncodedFeatures::of_areas(areas, &near, coord, config),
                    labels: EncodedFeatures::of(&labels.unwrap_or_default()),
                    points: EncodedPoints::default(),
                }
            }
            LayerFeatures::Places(places) => {
                Self { points: EncodedPoints::of(places, coord, config), ..Self::default() }
            }
        }
    }

    /// Whether nothing of the layer lies in the tile.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.features.features.is_empty() && self.labels.features.is_empty() && self.points.is_empty()
    }

    /// Bytes it takes in memory.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.features.size() + self.labels.size() + self.points.size()
    }
}

impl EncodedFeatures {
    fn of_areas(areas: &Areas, near: &[FeatureIndex], coord: TileCoord, config: &TileConfig) -> Self {
        let mut encoded = Self::default();
        geometry::each_area(areas, near, coord, config, |feature, drawing| {
            encoded.features.push(feature);
            encoded.shapes.push_rings(drawing.rings());
        });
        encoded.features.shrink_to_fit();
        encoded.shapes.shrink();
        encoded
    }

    fn of(features: &[TileFeature]) -> Self {
        let mut shapes = EncodedShapes::default();
        for feature in features {
            shapes.push(&feature.shape);
        }
        shapes.shrink();
        Self { features: features.iter().map(|feature| feature.feature).collect(), shapes }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (FeatureIndex, EncodedShape<'_>)> {
        self.features.iter().copied().zip(self.shapes.iter())
    }

    pub(super) fn len(&self) -> usize {
        self.features.len()
    }

    /// About as many bytes as the features take in a tile: each has an id and tags beside its shape.
    pub(super) fn room(&self) -> usize {
        self.len() * BESIDE_SHAPE + self.shapes.size()
    }

    fn size(&self) -> usize {
        self.features.len() * (size_of::<FeatureIndex>() + size_of::<usize>()) + self.shapes.size()
    }
}
