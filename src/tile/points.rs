//! A facility layer in one tile: facilities, and clusters that stand for several.
//!
//! In go the store's [`Places`] in Mercator metres, out come positions on the tile's grid (`y` down), in the order
//! of the store. All of it depends on the layer and the tile's address alone, so that counts are encoded with
//! the geometry; only the attributes of facilities are joined later.
//!
//! Without a buffer every facility is in exactly one tile of each zoom, itself or in a cluster, so that sums
//! over tiles are right. Clients that draw points lose nothing: they draw each from the tile that owns it,
//! across the border.

use std::cmp::Ordering;

use crate::area::FeatureId;
use crate::config::{PointsMode, TileConfig};
use crate::geo::TileCoord;
use crate::release::Layer;
use crate::store::{Cluster, FeatureIndex, Places};
use crate::tile::attributes;
use crate::tile::encode::{EncodedShapes, LayerEncoder, TagValue};
use crate::tile::grid::{Grid, Unit};
use crate::tile::part::BESIDE_SHAPE;

/// One point in a tile.
#[derive(Clone, Debug, PartialEq)]
pub struct TilePoint {
    /// What stands there.
    pub cluster: Cluster,
    /// Where it stands.
    pub at: Unit,
}

/// Facilities and clusters in the tile, and in its buffer where it has one.
#[must_use]
pub fn of_places(places: &Places, coord: TileCoord, config: &TileConfig) -> Vec<TilePoint> {
    let grid = Grid::of(coord, config);
    let extent = i32::try_from(config.extent).unwrap_or(i32::MAX);
    // snapping must not carry a point over the border: on the far edge, clients that draw each tile's own points
    // would lose it, and one of the buffer they would draw twice
    let keep_side = |axis: i32, owner: u32, here: u32| match owner.cmp(&here) {
        Ordering::Less => axis.min(-1),
        Ordering::Equal => axis.clamp(0, extent - 1),
        Ordering::Greater => axis.max(extent),
    };
    let found = places.in_tile(coord, grid.to_metres(f64::from(config.buffer_units))).into_iter();
    let points = found.map(|cluster| {
        let position = places.shown_at(cluster.feature());
        let (at, owner) = (grid.place(position).snapped(), TileCoord::around(position, coord.zoom()));
        let at = Unit { x: keep_side(at.x, owner.x(), coord.x()), y: keep_side(at.y, owner.y(), coord.y()) };
        TilePoint { cluster, at }
    });
    points.collect()
}

/// The points of a facility layer in one tile, encoded, with what depends on the layer alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EncodedPoints {
    points: Vec<EncodedPoint>,
    shapes: EncodedShapes,
    /// Facilities per category of all clusters, one cluster after the other.
    counts: Vec<(u16, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct EncodedPoint {
    /// The facility that stands there.
    feature: FeatureIndex,
    /// For how many facilities it stands.
    count: u32,
    /// If it is given as a cluster: its id, and how many of [`EncodedPoints::counts`] are its own.
    cluster: Option<(FeatureId, usize)>,
}

impl EncodedPoints {
    pub(super) fn of(places: &Places, coord: TileCoord, config: &TileConfig) -> Self {
        let mut encoded = Self::default();
        let points = of_places(places, coord, config);
        encoded.points.reserve_exact(points.len());
        for TilePoint { cluster, at } in points {
            let clusters = places.clusters().filter(|all| cluster.count() > 1 && all.mode() == PointsMode::Cluster);
            let given = clusters.map(|clusters| {
                let counts = clusters.counts(&cluster);
                encoded.counts.extend_from_slice(&counts);
                (clusters.id(places.id(cluster.feature()), coord.zoom()), counts.len())
            });
            encoded.points.push(EncodedPoint { feature: cluster.feature(), count: cluster.count(), cluster: given });
            encoded.shapes.push_point(at);
        }
        encoded.shapes.shrink();
        encoded
    }

    pub(super) fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    /// About as many bytes as the points take in a tile.
    pub(super) fn room(&self) -> usize {
        self.len() * BESIDE_SHAPE + self.shapes.size()
    }

    /// Bytes it takes in memory.
    pub(super) fn size(&self) -> usize {
        self.points.len() * (size_of::<EncodedPoint>() + size_of::<usize>())
            + self.counts.len() * size_of::<(u16, u32)>()
            + self.shapes.size()
    }

    /// Puts attributes beside the points: those of the facilities, and counts.
    pub(super) fn join(&self, layer: &Layer, encoder: &mut LayerEncoder) {
        let names = if self.is_empty() { Vec::new() } else { count_names(layer) };
        let mut counts = self.counts.iter();
        for (point, shape) in self.points.iter().zip(self.shapes.iter()) {
            if let Some((id, categories)) = point.cluster {
                let per_category = counts.by_ref().take(categories).filter_map(|(category, number)| {
                    Some((names.get(usize::from(*category))?.as_str(), whole(*number)))
                });
                let of_all = [("cluster", TagValue::Bool(true)), (COUNT, whole(point.count))];
                encoder.add(id.as_u64(), shape, of_all.into_iter().chain(per_category));
            } else {
                let record = &layer.features[point.feature as usize];
                let own = attributes::of_feature(layer, record, point.feature, &[]);
                let stands_for = (point.count > 1).then(|| (COUNT, whole(point.count)));
                encoder.add(record.id.as_u64(), shape, own.chain(stands_for));
            }
        }
    }
}

/// How many facilities a point stands for, if more than one.
const COUNT: &str = "count";

/// Names of the attributes that count the facilities of each category: `count:hospital`.
fn count_names(layer: &Layer) -> Vec<String> {
    let categories = layer.config.as_facility().map_or(&[][..], |facility| &facility.categories);
    categories.iter().map(|category| format!("{COUNT}:{}", category.id)).collect()
}

fn whole(number: u32) -> TagValue<'static> {
    TagValue::Integer(i64::from(number))
}
