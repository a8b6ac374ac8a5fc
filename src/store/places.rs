//! Points in an R-tree.

use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};
use xxhash_rust::xxh3::Xxh3;

use crate::geo::{Bounds, Mercator};
use crate::store::FeatureIndex;

/// The points of one facility layer.
#[derive(Debug, Default)]
pub struct Places {
    positions: Vec<Mercator>,
    tree: RTree<GeomWithData<[f64; 2], FeatureIndex>>,
}

impl Places {
    /// Indexes positions.
    #[must_use]
    pub fn build(positions: Vec<Mercator>) -> Self {
        let points =
            positions.iter().zip(0..).map(|(position, index)| GeomWithData::new([position.x, position.y], index));
        // a position that is not a number has no place in the tree; it keeps its index
        let points = points.filter(|point| point.geom().iter().all(|axis| axis.is_finite())).collect();
        Self { tree: RTree::bulk_load(points), positions }
    }

    /// Hashes everything that the answers depend on.
    pub fn hash_into(&self, hash: &mut Xxh3) {
        for position in &self.positions {
            hash.update(&position.x.to_le_bytes());
            hash.update(&position.y.to_le_bytes());
        }
    }

    /// Number of features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Box around all features.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds<Mercator>> {
        Bounds::around(
            self.positions.iter().copied().filter(|position| position.x.is_finite() && position.y.is_finite()),
        )
    }

    /// A feature's position.
    ///
    /// # Panics
    /// If there is no such feature.
    #[must_use]
    pub fn position(&self, feature: FeatureIndex) -> Mercator {
        self.positions[feature as usize]
    }

    /// Features inside or on the border of `bounds`, ascending.
    #[must_use]
    pub fn query(&self, bounds: Bounds<Mercator>) -> Vec<FeatureIndex> {
        let (min, max) = (bounds.min(), bounds.max());
        let envelope = AABB::from_corners([min.x, min.y], [max.x, max.y]);
        let mut found: Vec<_> = self.tree.locate_in_envelope(envelope).map(|point| point.data).collect();
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_on_the_border_of_the_box_is_found_and_indexes_ascend() {
        let places =
            Places::build([(5.0, 5.0), (1.0, 1.0), (0.0, 0.0), (5.1, 5.0)].map(|(x, y)| Mercator { x, y }).to_vec());
        let found = places.query(Bounds::between(Mercator { x: 0.0, y: 0.0 }, Mercator { x: 5.0, y: 5.0 }));
        assert_eq!(found, [0, 1, 2]);
    }

    #[test]
    fn points_at_one_place_are_all_found() {
        let places = Places::build(vec![Mercator { x: 1.0, y: 1.0 }; 40]);
        assert_eq!(places.query(Bounds::between(Mercator { x: 1.0, y: 1.0 }, Mercator { x: 1.0, y: 1.0 })).len(), 40);
    }

    #[test]
    fn no_points_are_no_features_and_no_box() {
        let places = Places::build(Vec::new());
        assert!(places.is_empty() && places.bounds().is_none());
    }
}
