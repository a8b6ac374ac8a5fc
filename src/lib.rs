//! Kreisel: a tile and vector-map server for district atlases.
//!
//! The modules stand in the order in which the data walks through the house. From `geo` down, a
//! module imports only what stands above it; `tests/architecture.rs` holds the code to that.
//!
//! ```text
//! source ──► store ───────────────┐
//!                                 ├──► release ──► tile ──► cache ──► http
//! table ───► indicator ───────────┘   (the gate)
//! ```
//!
//! * **Load:** [`config::load`] → [`release::build`]: for each layer [`source::open`] (file to
//!   features in lon/lat) and [`store`] (Mercator, repaired, shared arcs, R-tree); for each indicator
//!   [`table`] and [`indicator`] (rows to raw values by area and period); then the gate in
//!   [`release`], behind which only released values exist.
//! * **Tile request:** [`http`] → [`cache`] → on a miss [`tile::render`]: query, clip, snap, encode.
//!
//! `ARCHITECTURE.md` in the repository tells both journeys in full and lists the invariants.

pub mod report;

pub mod geo;

pub mod area;
pub mod attribute;
pub mod delimited;
pub mod filter;
pub mod tags;
pub mod value;

pub mod formula;
pub mod succession;

pub mod catalogue;

pub mod config;

pub mod archive;
pub mod sheet;
pub mod source;
pub mod table;

pub mod indicator;
pub mod store;

pub mod release;

pub mod tile;

pub mod texts;
pub mod tileset;

pub mod export;

pub mod download;

pub mod cache;

pub mod http;

pub mod reload;

pub mod init;

pub mod import;

pub mod bundled;
