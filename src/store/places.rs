//! Points in an R-tree.

use crate::geo::{Bounds, Mercator};
use crate::store::FeatureIndex;

/// The points of one facility layer.
#[derive(Debug, Default)]
pub struct Places {}

impl Places {
    /// Indexes positions.
    #[must_use]
    pub fn build(_positions: Vec<Mercator>) -> Self {
        unimplemented!()
    }

    /// Number of features.
    #[must_use]
    pub fn len(&self) -> usize {
        unimplemented!()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Box around all features.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds<Mercator>> {
        unimplemented!()
    }

    /// A feature's position.
    #[must_use]
    pub fn position(&self, _feature: FeatureIndex) -> Mercator {
        unimplemented!()
    }

    /// Features inside or on the border of `bounds`, ascending.
    #[must_use]
    pub fn query(&self, _bounds: Bounds<Mercator>) -> Vec<FeatureIndex> {
        unimplemented!()
    }
}
