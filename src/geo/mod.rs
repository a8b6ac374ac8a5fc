//! Coordinate spaces, shapes, tile coordinates and coordinate reference systems: pure arithmetic.
//!
//! Two spaces meet here and a type keeps them apart: [`LonLat`] (degrees, EPSG:4326 in the order
//! longitude, latitude) for everything that comes from or goes to a file, and [`Mercator`] (metres,
//! EPSG:3857) for everything between `store` and `tile`. The third space, the tile grid, is the
//! business of `tile`; what is exact on any integer grid lies in [`GridPosition`] and the functions
//! around it.

mod bounds;
mod contact;
mod crs;
mod exchange;
mod faces;
mod grid;
mod lattice;
mod mend;
mod settle;
mod shape;
mod space;
mod tile_coord;
mod touch;

pub use bounds::Bounds;
pub use contact::{first_contact, has_contact};
pub use crs::{Crs, CrsError};
pub use exchange::{ShapeBuilder, ShapeError};
pub(crate) use exchange::{doubled_area, open_ring};
pub use grid::{GridPosition, Place, Tidied, edges, extend_tidied, place, tidy, turn, twice_area};
pub use lattice::{Lattice, Unit};
pub use mend::{Fill, fill, within, without};
pub use settle::{mended, settle, stands};
pub use shape::{Polygon, Ring, Shape, encloses};
pub use space::{EARTH_RADIUS_M, LonLat, MAX_LATITUDE_DEG, Mercator, Position, WORLD_WIDTH_M, degrees};
pub use tile_coord::{MAX_ZOOM, TileCoord, TileCoordError};
pub use touch::parted;
