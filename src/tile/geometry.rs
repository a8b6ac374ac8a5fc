//! One layer's features in one tile: query, simplify, clip, snap. No attributes, no values.
//!
//! In go the store's [`Areas`] and [`Places`] in Mercator metres, out come [`TileFeature`]s on the
//! tile's grid (`y` down), in the order of the store. All of it depends on the layer and the tile's address
//! alone.

use crate::config::TileConfig;
use crate::geo::{Mercator, Polygon, Ring, TileCoord, within};
use crate::store::{Areas, FeatureIndex, Places};
use crate::tile::clip::{ExactRing, clip};
use crate::tile::grid::{Exact, Grid, Unit, Window};
use crate::tile::settle::{least_square, mended, settle, snap};

/// The last zoom is what clients enlarge for all zooms beyond; there, this part of the tolerance holds.
const LAST_ZOOM_TOLERANCE: f64 = 0.25;

/// One feature's geometry in a tile.
#[derive(Clone, Debug, PartialEq)]
pub struct TileFeature {
    /// Its index in the layer.
    pub feature: FeatureIndex,
    /// Its geometry; never empty.
    pub shape: TileShape,
}

/// Geometry on a tile's grid.
#[derive(Clone, Debug, PartialEq)]
pub enum TileShape {
    /// One position.
    Point(Unit),
    /// Polygons of open rings: exteriors with a positive area by the surveyor's formula, holes with a
    /// negative one; valid as MVT 2.1 §4.3.4.4 wants them.
    Polygons(Vec<Polygon<Unit>>),
}

/// Areas that have a part in the tile or its buffer. An area that is smaller than a unit is a square of
/// one unit, so that none vanishes at any zoom.
#[must_use]
pub fn of_areas(areas: &Areas, coord: TileCoord, config: &TileConfig) -> Vec<TileFeature> {
    let grid = Grid::of(coord, config);
    let tolerance_m = grid.to_metres(tolerance_units(coord.zoom(), config));
    let found = areas.query(grid.buffered_bounds()).into_iter();
    let features = found.filter_map(|feature| {
        let polygons = area(areas, feature, &grid, tolerance_m);
        (!polygons.is_empty()).then_some(TileFeature { feature, shape: TileShape::Polygons(polygons) })
    });
    features.collect()
}

/// Label points of areas: each in the one tile that it lies in, never in a buffer.
#[must_use]
pub fn of_labels(areas: &Areas, coord: TileCoord, config: &TileConfig) -> Vec<TileFeature> {
    let grid = Grid::of(coord, config);
    let found = areas.query(coord.bounds()).into_iter();
    let own = found.filter(|feature| TileCoord::around(areas.label(*feature), coord.zoom()) == coord);
    // a point on the far edge would be left out by clients that draw each tile's own points only
    let inside = |axis: i32| axis.clamp(0, i32::try_from(config.extent).unwrap_or(i32::MAX) - 1);
    let points = own.map(|feature| {
        let at = grid.place(areas.label(feature)).snapped();
        TileFeature { feature, shape: TileShape::Point(Unit { x: inside(at.x), y: inside(at.y) }) }
    });
    points.collect()
}

/// Places in the tile or its buffer, borders included. Clients need those in the buffer to let symbols
/// of two tiles make room for each other.
#[must_use]
pub fn of_places(places: &Places, coord: TileCoord, config: &TileConfig) -> Vec<TileFeature> {
    let grid = Grid::of(coord, config);
    let found = places.query(grid.buffered_bounds()).into_iter();
    let points = found.map(|feature| TileFeature {
        feature,
        shape: TileShape::Point(grid.place(places.position(feature)).snapped()),
    });
    points.collect()
}

/// How much is simplified at a zoom, in units.
pub(super) fn tolerance_units(zoom: u8, config: &TileConfig) -> f64 {
    let share = if zoom >= config.max_zoom { LAST_ZOOM_TOLERANCE } else { 1.0 };
    config.tolerance_units * share
}

fn area(areas: &Areas, feature: FeatureIndex, grid: &Grid, tolerance_m: f64) -> Vec<Polygon<Unit>> {
    let window = grid.window();
    let mut rings: Vec<Ring<Unit>> = Vec::new();
    for polygon in areas.polygons_near(feature, tolerance_m, grid.buffered_bounds()) {
        let exact: Vec<ExactRing> = polygon.rings().map(|ring| to_units(ring, grid)).collect();
        let Ok(clipped) = clip(exact, window) else {
            return clip_on_grid(&areas.polygons(feature, tolerance_m), grid, window);
        };
        rings.extend(snap(clipped));
    }
    let polygons = settle(rings);
    let label = grid.place(areas.label(feature));
    if polygons.is_empty() && window.holds(label) { vec![least_square(label)] } else { polygons }
}

/// A ring in units. It is reversed, because `y` is turned over.
fn to_units(ring: &Ring<Mercator>, grid: &Grid) -> ExactRing {
    ring.iter().rev().map(|vertex| grid.place(*vertex)).collect()
}

/// The rare way, for shapes whose borders run through all four corners of the window: snap first, then
/// let the overlay clip.
fn clip_on_grid(polygons: &[Polygon<Mercator>], grid: &Grid, window: Window) -> Vec<Polygon<Unit>> {
    let rings = snap(polygons.iter().flat_map(Polygon::rings).map(|ring| to_units(ring, grid)));
    let window: Ring<Unit> = window.corners().map(Exact::snapped).to_vec();
    mended(within(&rings, &window))
}
