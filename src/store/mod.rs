//! One layer's features in Web Mercator: repaired, cut into shared arcs, in an R-tree.
//!
//! [`Areas`] for polygons, [`Places`] for points. Features are known by their index, the same as in
//! `release::Layer::features`. In go positions in lon/lat (areas) or Mercator (places), out come
//! Mercator metres. Areas are built by `territory` in steps, a file each: `repair` (valid polygons on a grid of
//! one centimetre) with `antimeridian` (cut where the map ends), `arcs` (each border once), `noding` (neighbours that miss each other by a hand's
//! breadth), `coverage` (what overlaps or gapes is reported), `importance` (what may go at which tolerance),
//! `label` (where the name stands), `survey` (what stays valid when snapped), and the R-tree in `areas`. Places go
//! into an R-tree, and where there are too many for a zoom into `clusters`.

mod antimeridian;
mod arcs;
mod areas;
mod budget;
mod cells;
mod centimetre;
mod clusters;
mod coverage;
mod findings;
mod frame;
mod importance;
mod label;
mod noding;
mod outline;
mod places;
mod pole;
mod repair;
mod survey;
mod territory;

pub use areas::{AreaInput, Areas};
pub use budget::{Coarsened, Fullness};
pub use clusters::{Cluster, Clusters, Crowding};
pub use outline::Outline;
pub use places::{Place, Places};

/// Index of a feature in its layer.
pub type FeatureIndex = u32;
