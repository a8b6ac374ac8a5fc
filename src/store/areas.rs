//! Polygons with shared borders.

use crate::geo::{Bounds, LonLat, Mercator, Polygon};
use crate::report::Report;
use crate::store::FeatureIndex;

/// What comes in: one area's polygons, and its key for messages.
#[derive(Clone, Debug)]
pub struct AreaInput {
    /// The area key as text.
    pub key: String,
    /// Its polygons in lon/lat, as the file gave them.
    pub polygons: Vec<Polygon<LonLat>>,
}

/// The polygons of one area layer.
#[derive(Debug, Default)]
pub struct Areas {}

impl Areas {
    /// Projects, repairs, cuts into shared arcs and indexes. Every repair is reported under `subject`,
    /// the layer's id.
    #[must_use]
    pub fn build(_areas: Vec<AreaInput>, _subject: &str, _report: &mut Report) -> Self {
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

    /// Number of vertices in all arcs.
    #[must_use]
    pub fn vertices(&self) -> usize {
        unimplemented!()
    }

    /// Box around all features.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds<Mercator>> {
        unimplemented!()
    }

    /// Box around one feature.
    #[must_use]
    pub fn feature_bounds(&self, _feature: FeatureIndex) -> Bounds<Mercator> {
        unimplemented!()
    }

    /// Where the feature's label goes: pole of inaccessibility of its largest polygon.
    #[must_use]
    pub fn label(&self, _feature: FeatureIndex) -> Mercator {
        unimplemented!()
    }

    /// Features whose box touches `bounds`, ascending.
    #[must_use]
    pub fn query(&self, _bounds: Bounds<Mercator>) -> Vec<FeatureIndex> {
        unimplemented!()
    }

    /// A feature's polygons with all vertices whose effective area is at least `tolerance_m` squared.
    /// Exterior rings run counter-clockwise in Mercator, holes clockwise; neighbours get the very same
    /// vertices along a shared border.
    #[must_use]
    pub fn polygons(&self, _feature: FeatureIndex, _tolerance_m: f64) -> Vec<Polygon<Mercator>> {
        unimplemented!()
    }
}
