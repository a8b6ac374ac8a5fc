//! One layer's features in Web Mercator: repaired, cut into shared arcs, in an R-tree.
//!
//! [`Areas`] for polygons, [`Places`] for points. Features are known by their index, the same as in
//! `release::Layer::features`.

mod areas;
mod places;

pub use areas::{AreaInput, Areas};
pub use places::Places;

/// Index of a feature in its layer.
pub type FeatureIndex = u32;
