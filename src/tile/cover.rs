//! How an area lies to all tiles of a zoom inside a larger tile, decided once for all of them.
//!
//! Inside an area one tile looks like the next. Whoever makes a whole pyramid renders one of them, and
//! passes over the tiles beside an area that its box alone does not exclude.

use crate::config::TileConfig;
use crate::geo::{Bounds, Mercator, Polygon, TileCoord, WORLD_WIDTH_M};
use crate::store::{Areas, FeatureIndex};

/// How an area lies to tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cover {
    /// No tile has a part of it.
    Outside,
    /// It fills each tile and its buffer, the same way in all.
    Whole,
    /// Anything else.
    Part,
}

/// The part of the plane that the tiles of a zoom inside a tile look at: the tile grown by their buffer.
#[must_use]
pub fn window(within: TileCoord, zoom: u8, config: &TileConfig) -> Bounds<Mercator> {
    // one unit more, so that snapping cannot bring in what lies just outside
    within.bounds().grown(unit_m(zoom, config) * f64::from(config.buffer_units + 1))
}

/// Side of a grid unit in metres of Web Mercator.
fn unit_m(zoom: u8, config: &TileConfig) -> f64 {
    WORLD_WIDTH_M / f64::from(1_u32 << zoom) / f64::from(config.extent)
}

/// How an area lies to the tiles of `zoom` inside the tile `within`.
///
/// # Panics
/// If there is no such feature.
#[must_use]
pub fn of_area(areas: &Areas, feature: FeatureIndex, within: TileCoord, zoom: u8, config: &TileConfig) -> Cover {
    let window = window(within, zoom, config);
    // a label has a tile of its own, and keeps an area that is too small to be seen
    if window.contains(areas.label(feature)) {
        return Cover::Part;
    }
    let tolerance_m = unit_m(zoom, config) * config.tolerance_units_at(zoom);
    let mut cover = Cover::Outside;
    for polygon in areas.polygons_near(feature, tolerance_m, window) {
        match winding(&polygon, window) {
            None => return Cover::Part,
            Some(winding) if winding > 0 => cover = Cover::Whole,
            Some(_) => {}
        }
    }
    cover
}

/// How often a polygon's rings wind around a window; `None` if an edge may touch it.
fn winding(polygon: &Polygon<Mercator>, window: Bounds<Mercator>) -> Option<i64> {
    let (min, max) = (window.min(), window.max());
    let middle_y = f64::midpoint(min.y, max.y);
    let mut winding = 0;
    for ring in polygon.rings() {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let beyond = a.x.max(b.x) < min.x || a.x.min(b.x) > max.x || a.y.max(b.y) < min.y || a.y.min(b.y) > max.y;
            if !beyond {
                return None;
            }
            // crossings of the ray from the window's middle to the east
            if a.x.min(b.x) > max.x {
                winding += i64::from(a.y <= middle_y && b.y > middle_y);
                winding -= i64::from(a.y > middle_y && b.y <= middle_y);
            }
        }
    }
    Some(winding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{LonLat, Ring};
    use crate::report::Report;
    use crate::store::AreaInput;

    fn ring(west: f64, south: f64, east: f64, north: f64) -> Ring<LonLat> {
        let corners = [(west, south), (east, south), (east, north), (west, north)];
        corners.map(|(lon_deg, lat_deg)| LonLat { lon_deg, lat_deg }).to_vec()
    }

    #[test]
    fn a_tile_lies_inside_outside_in_the_hole_or_on_the_border() {
        let polygon = Polygon { exterior: ring(8.0, 50.0, 12.0, 54.0), holes: vec![ring(10.0, 51.0, 11.5, 53.0)] };
        let input = AreaInput { key: "a".to_owned(), polygons: vec![polygon] };
        let areas = Areas::build(vec![input], "test", &mut Report::default());
        let config = TileConfig::default();
        let of = |lon_deg, lat_deg, zoom| {
            let within = TileCoord::containing(LonLat { lon_deg, lat_deg }, zoom);
            of_area(&areas, 0, within, 14, &config)
        };
        assert_eq!(of(9.5, 51.0, 9), Cover::Whole);
        assert_eq!(of(10.7, 52.0, 9), Cover::Outside, "the hole");
        assert_eq!(of(20.0, 52.0, 9), Cover::Outside);
        assert_eq!(of(8.0, 52.0, 9), Cover::Part);
        assert_eq!(of(9.5, 51.0, 3), Cover::Part);
        let label = areas.label(0).to_lon_lat();
        assert_eq!(of(label.lon_deg, label.lat_deg, 14), Cover::Part, "its label lies there");
    }
}
