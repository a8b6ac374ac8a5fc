//! One layer's features in one tile: query, simplify, clip, snap. No attributes, no values.
//!
//! In go the store's [`Areas`] in Mercator metres, out come shapes on the tile's grid (`y` down), in the order
//! of the store: one after the other in the same [`Drawing`], or kept as [`TileFeature`]s. All of it depends on
//! the layer and the tile's address alone.

use crate::config::TileConfig;
use crate::geo::{Polygon, Ring, TileCoord, mended, within};
use crate::store::{Areas, FeatureIndex, Outline};
use crate::tile::clip::clip;
use crate::tile::drawing::Drawing;
use crate::tile::grid::{Exact, Grid, Unit, Window};
use crate::tile::settle::{draw_standing, least_square, settled, snapped};

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

/// The areas that may have a part in the tile or its buffer, ascending.
#[must_use]
pub fn near(areas: &Areas, coord: TileCoord, config: &TileConfig) -> Vec<FeatureIndex> {
    areas.query(Grid::of(coord, config).buffered_bounds())
}

/// Draws those of the areas [`near`] a tile that have a part in it or its buffer, one after the other. An area that is
/// smaller than a unit is a square of one unit, so that none vanishes at any zoom.
pub fn each_area(
    areas: &Areas,
    near: &[FeatureIndex],
    coord: TileCoord,
    config: &TileConfig,
    mut each: impl FnMut(FeatureIndex, &Drawing),
) {
    let grid = Grid::of(coord, config);
    let tolerance_m = grid.to_metres(config.tolerance_units_at(coord.zoom()));
    let (mut outline, mut drawing) = (Outline::default(), Drawing::default());
    for feature in near.iter().copied() {
        drawing.clear();
        draw(areas, feature, &grid, tolerance_m, &mut outline, &mut drawing);
        if !drawing.is_empty() {
            each(feature, &drawing);
        }
    }
}

/// As [`each_area`], kept.
#[must_use]
pub fn of_areas(areas: &Areas, coord: TileCoord, config: &TileConfig) -> Vec<TileFeature> {
    let mut features = Vec::new();
    each_area(areas, &near(areas, coord, config), coord, config, |feature, drawing| {
        features.push(TileFeature { feature, shape: TileShape::Polygons(drawing.polygons()) });
    });
    features
}

/// Label points of the areas [`near`] a tile: each in the one tile that it lies in, never in a buffer.
#[must_use]
pub fn of_labels(areas: &Areas, near: &[FeatureIndex], coord: TileCoord, config: &TileConfig) -> Vec<TileFeature> {
    let grid = Grid::of(coord, config);
    let own = near.iter().copied().filter(|feature| TileCoord::around(areas.label(*feature), coord.zoom()) == coord);
    // a point on the far edge would be left out by clients that draw each tile's own points only
    let inside = |axis: i32| axis.clamp(0, i32::try_from(config.extent).unwrap_or(i32::MAX) - 1);
    let points = own.map(|feature| {
        let at = grid.place(areas.label(feature)).snapped();
        TileFeature { feature, shape: TileShape::Point(Unit { x: inside(at.x), y: inside(at.y) }) }
    });
    points.collect()
}

fn draw(
    areas: &Areas,
    feature: FeatureIndex,
    grid: &Grid,
    tolerance_m: f64,
    outline: &mut Outline,
    drawing: &mut Drawing,
) {
    let window = grid.window();
    let bounds = areas.feature_bounds(feature);
    let is_inside = window.holds(grid.place(bounds.min())) && window.holds(grid.place(bounds.max()));
    let stands = areas.stands(feature, grid.lattice(), tolerance_m);
    areas.outline(feature, tolerance_m, (!is_inside).then(|| grid.buffered_bounds()), outline);
    // a ring is reversed, because `y` is turned over
    let rings = outline.rings().map(|(ring, _)| ring.iter().rev().map(|vertex| grid.place(*vertex)));
    if is_inside && stands {
        draw_standing(rings, drawing);
    } else if let Ok(clipped) = clip(rings.map(Iterator::collect).collect(), window) {
        drawing.add_polygons(&settled(clipped, stands, window));
    } else {
        areas.outline(feature, tolerance_m, None, outline);
        drawing.add_polygons(&clip_on_grid(outline, grid, window));
    }
    if drawing.is_empty() {
        let label = grid.place(areas.label(feature));
        if window.holds(label) {
            drawing.add_polygons(&[least_square(label)]);
        }
    }
}

/// The rare way, for shapes whose borders run through all four corners of the window: snap first, then
/// let the overlay clip.
fn clip_on_grid(outline: &Outline, grid: &Grid, window: Window) -> Vec<Polygon<Unit>> {
    let rings = outline.rings().map(|(ring, _)| ring.iter().rev().map(|vertex| grid.place(*vertex)).collect());
    let window: Ring<Unit> = window.corners().map(Exact::snapped).to_vec();
    mended(within(&snapped(rings), &window))
}
