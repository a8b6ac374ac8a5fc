//! The points of a facility layer: an R-tree over all, and clusters for the zooms at which they are too many.

use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};
use xxhash_rust::xxh3::Xxh3;

use crate::area::FeatureId;
use crate::geo::{Bounds, GridPosition, Mercator, TileCoord, WORLD_WIDTH_M};
use crate::store::FeatureIndex;
use crate::store::centimetre::Centimetre;
use crate::store::clusters::{Cluster, Clusters, Crowding};

/// A facility as the store has to know it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Where it is.
    pub position: Mercator,
    /// Its feature id.
    pub id: FeatureId,
    /// Which of the layer's categories it has, in their order.
    pub category: u16,
}

/// The points of one facility layer.
#[derive(Debug, Default)]
pub struct Places {
    features: Vec<Place>,
    tree: RTree<GeomWithData<[f64; 2], FeatureIndex>>,
    clusters: Option<Clusters>,
}

impl Places {
    /// Indexes places; each is given at every zoom.
    #[must_use]
    pub fn build(places: Vec<Place>) -> Self {
        let points = places.iter().zip(0..).filter(|(place, _)| place.is_somewhere()).map(|(place, index)| {
            let shown = place.shown();
            GeomWithData::new([shown.x, shown.y], index)
        });
        let tree = RTree::bulk_load(points.collect());
        Self { features: places, tree, clusters: None }
    }

    /// Indexes places, and clusters them as `crowding` says.
    #[must_use]
    pub fn build_crowded(places: Vec<Place>, crowding: &Crowding) -> Self {
        let clusters = Clusters::build(&places, crowding);
        Self { clusters: Some(clusters), ..Self::build(places) }
    }

    /// Hashes everything that the answers depend on.
    pub fn hash_into(&self, hash: &mut Xxh3) {
        for Place { position, id, category } in &self.features {
            hash.update(&position.x.to_le_bytes());
            hash.update(&position.y.to_le_bytes());
            hash.update(&id.as_u64().to_le_bytes());
            hash.update(&category.to_le_bytes());
        }
        let crowding = self.clusters.as_ref().map(Clusters::crowding);
        // it is small, and the text of it names every setting
        hash.update(format!("{crowding:?}").as_bytes());
    }

    /// Number of features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Box around all features.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds<Mercator>> {
        let somewhere = self.features.iter().filter(|place| place.is_somewhere());
        Bounds::around(somewhere.map(|place| place.position))
    }

    /// A feature's position.
    ///
    /// # Panics
    /// If there is no such feature.
    #[must_use]
    pub fn position(&self, feature: FeatureIndex) -> Mercator {
        self.features[feature as usize].position
    }

    /// A feature's id.
    ///
    /// # Panics
    /// If there is no such feature.
    #[must_use]
    pub fn id(&self, feature: FeatureIndex) -> FeatureId {
        self.features[feature as usize].id
    }

    /// The clusters; `None` if every facility is given at every zoom.
    #[must_use]
    pub fn clusters(&self) -> Option<&Clusters> {
        self.clusters.as_ref()
    }

    /// Features inside or on the border of `bounds`, ascending.
    #[must_use]
    pub fn query(&self, bounds: Bounds<Mercator>) -> Vec<FeatureIndex> {
        let mut found: Vec<_> = self.locate(bounds).collect();
        found.sort_unstable();
        found
    }

    /// What is given in a tile, and in the `margin_m` around it: at crowded zooms clusters, many of them of one
    /// facility, else each facility as a cluster of its own. From north to south, as symbols are drawn that
    /// stand in front of each other; no order of the input matters.
    ///
    /// Without a margin each facility is in one tile of every zoom.
    #[must_use]
    pub fn in_tile(&self, coord: TileCoord, margin_m: f64) -> Vec<Cluster> {
        let bounds = coord.bounds().grown(margin_m);
        let is_here = |feature: FeatureIndex| {
            let at = self.shown_at(feature);
            TileCoord::around(at, coord.zoom()) == coord || (margin_m > 0.0 && bounds.contains(at))
        };
        let level = self.clusters.as_ref().and_then(|clusters| clusters.level(coord.zoom()));
        let mut found: Vec<Cluster> = match level {
            Some(level) => {
                let near = level.near(&self.features, coord, u32::from(margin_m > 0.0));
                near.filter(|cluster| is_here(cluster.feature())).copied().collect()
            }
            // what lies on the border may be a rounding away from the tile's bounds
            None => self.locate(bounds.grown(1e-3)).filter(|feature| is_here(*feature)).map(Cluster::of_one).collect(),
        };
        found.sort_by_cached_key(|cluster| self.features[cluster.feature() as usize].drawing_order());
        found
    }

    /// Where a feature is drawn: at its position, or on the border of the Mercator square if it lies beyond.
    ///
    /// # Panics
    /// If there is no such feature.
    #[must_use]
    pub fn shown_at(&self, feature: FeatureIndex) -> Mercator {
        self.features[feature as usize].shown()
    }

    fn locate(&self, bounds: Bounds<Mercator>) -> impl Iterator<Item = FeatureIndex> {
        let (min, max) = (bounds.min(), bounds.max());
        let envelope = AABB::from_corners([min.x, min.y], [max.x, max.y]);
        self.tree.locate_in_envelope(envelope).map(|point| point.data)
    }
}

impl Place {
    /// A position that is not a number has no place in tree and clusters; the feature keeps its index.
    pub(super) fn is_somewhere(&self) -> bool {
        self.position.x.is_finite() && self.position.y.is_finite()
    }

    pub(super) fn shown(&self) -> Mercator {
        let limit_m = WORLD_WIDTH_M / 2.0;
        Mercator { x: self.position.x.clamp(-limit_m, limit_m), y: self.position.y.clamp(-limit_m, limit_m) }
    }

    /// From north to south, from west to east, and by id where facilities share a place.
    fn drawing_order(&self) -> (std::cmp::Reverse<i32>, i32, FeatureId) {
        let at = Centimetre::nearest(self.position);
        (std::cmp::Reverse(at.y()), at.x(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place((x, y): (f64, f64)) -> Place {
        Place { position: Mercator { x, y }, id: FeatureId::of(&format!("{x} {y}")), category: 0 }
    }

    #[test]
    fn a_point_on_the_border_of_the_box_is_found_and_indexes_ascend() {
        let places = Places::build([(5.0, 5.0), (1.0, 1.0), (0.0, 0.0), (5.1, 5.0)].map(place).to_vec());
        let found = places.query(Bounds::between(Mercator { x: 0.0, y: 0.0 }, Mercator { x: 5.0, y: 5.0 }));
        assert_eq!(found, [0, 1, 2]);
    }

    #[test]
    fn points_at_one_place_are_all_found() {
        let places = Places::build(vec![place((1.0, 1.0)); 40]);
        assert_eq!(places.query(Bounds::between(Mercator { x: 1.0, y: 1.0 }, Mercator { x: 1.0, y: 1.0 })).len(), 40);
    }

    #[test]
    fn no_points_are_no_features_and_no_box() {
        let places = Places::build(Vec::new());
        assert!(places.is_empty() && places.bounds().is_none());
    }

    #[test]
    fn a_position_that_is_no_number_is_given_nowhere_and_spoils_nothing() {
        let crowding = Crowding { mode: crate::config::PointsMode::Cluster, zooms: 0..3, spacing: 0.1 };
        let places = [(f64::NAN, 0.0), (1.0, 1.0), (0.0, f64::INFINITY)].map(place).to_vec();
        let places = Places::build_crowded(places, &crowding);
        for zoom in 0..=3 {
            let tile = TileCoord::around(Mercator { x: 1.0, y: 1.0 }, zoom);
            assert_eq!(places.in_tile(tile, 0.0).iter().map(Cluster::feature).collect::<Vec<_>>(), [1], "zoom {zoom}");
        }
    }

    #[test]
    fn points_are_given_from_north_to_south() {
        let places = Places::build([(5.0, 1.0), (1.0, 3.0), (2.0, 2.0)].map(place).to_vec());
        let tile = TileCoord::around(Mercator { x: 1.0, y: 1.0 }, 4);
        assert_eq!(places.in_tile(tile, 0.0).iter().map(Cluster::feature).collect::<Vec<_>>(), [1, 2, 0]);
    }
}
