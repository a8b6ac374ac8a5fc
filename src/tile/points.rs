//! A facility layer in one tile: facilities, and clusters that stand for several.
//!
//! In go the store's [`Places`] in Mercator metres, out come positions on the tile's grid (`y` down), in the order
//! of the store. All of it depends on the layer and the tile's address alone.
//!
//! Without a buffer every facility is in exactly one tile of each zoom, itself or in a cluster, so that sums
//! over tiles are right. Clients that draw points lose nothing: they draw each from the tile that owns it,
//! across the border.

use std::cmp::Ordering;

use crate::config::{PointsMode, TileConfig};
use crate::geo::TileCoord;
use crate::release::Layer;
use crate::store::{Cluster, Clusters, Places};
use crate::tile::attributes;
use crate::tile::encode::{LayerEncoder, Tag, TagValue};
use crate::tile::geometry::TileShape;
use crate::tile::grid::{Grid, Unit};

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

/// The bytes of a facility layer's part of a tile.
pub(super) fn encode(layer: &Layer, places: &Places, coord: TileCoord) -> Vec<u8> {
    let config = &layer.config.tiles;
    let names = CountNames::of(layer);
    let mut encoder = LayerEncoder::new(layer.config.id.as_str(), config.extent);
    for TilePoint { cluster, at } in of_places(places, coord, config) {
        let record = &layer.features[cluster.feature() as usize];
        let shape = TileShape::Point(at);
        match places.clusters().filter(|_| cluster.count() > 1) {
            Some(clusters) if clusters.mode() != PointsMode::Thin => {
                encoder.add(clusters.id(record.id, coord.zoom()).as_u64(), &shape, names.tags(clusters, &cluster));
            }
            _ => {
                let own = attributes::of_feature(layer, record, cluster.feature(), &[]);
                let stands_for = (cluster.count() > 1).then(|| (COUNT, count(cluster.count())));
                encoder.add(record.id.as_u64(), &shape, own.chain(stands_for));
            }
        }
    }
    encoder.finish()
}

/// How many facilities a point stands for, if more than one.
const COUNT: &str = "count";

fn count(count: u32) -> TagValue<'static> {
    TagValue::Integer(i64::from(count))
}

/// Names of the attributes that count the facilities of each category: `count:hospital`.
struct CountNames(Vec<String>);

impl CountNames {
    fn of(layer: &Layer) -> Self {
        let categories = layer.config.as_facility().map_or(&[][..], |facility| &facility.categories);
        Self(categories.iter().map(|category| format!("{COUNT}:{}", category.id)).collect())
    }

    fn tags(&self, clusters: &Clusters, cluster: &Cluster) -> Vec<Tag<'_>> {
        let per_category = clusters.counts(cluster).into_iter().filter_map(|(category, number)| {
            let name = self.0.get(usize::from(category))?;
            Some((name.as_str(), count(number)))
        });
        [("cluster", TagValue::Bool(true)), (COUNT, count(cluster.count()))].into_iter().chain(per_category).collect()
    }
}
