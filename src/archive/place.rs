//! The order of tiles in PMTiles: zoom by zoom, and along a Hilbert curve inside a zoom.
//!
//! The curve of a zoom runs through the four children of each tile of the zoom above before it goes on
//! to the next, so that a descent visits tiles in the archive's order.

use ::pmtiles::{TileCoord as Place, TileId};

use crate::geo::TileCoord;

/// Number of a tile in the order of PMTiles: 0 is `0/0/0`.
///
/// # Panics
/// Never: every tile address that exists has a number.
#[must_use]
pub fn tile_number(coord: TileCoord) -> u64 {
    TileId::from(place(coord)).value()
}

/// The same address in the words of the crate.
pub(super) fn place(coord: TileCoord) -> Place {
    Place::new(coord.zoom(), coord.x(), coord.y()).expect("its zooms go deeper than ours")
}

/// The four tiles below a tile, in the order of PMTiles; none at the deepest zoom.
#[must_use]
pub fn children(coord: TileCoord) -> Vec<TileCoord> {
    let (x, y) = (2 * coord.x(), 2 * coord.y());
    let below = [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)];
    let mut below: Vec<_> =
        below.into_iter().filter_map(|(x, y)| TileCoord::new(coord.zoom() + 1, x, y).ok()).collect();
    below.sort_unstable_by_key(|child| tile_number(*child));
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descent_visits_the_tiles_of_a_zoom_in_the_order_of_their_numbers() {
        let mut level = vec![TileCoord::new(0, 0, 0).unwrap()];
        let mut next = 0;
        for _ in 0..6 {
            for coord in &level {
                assert_eq!(tile_number(*coord), next, "{coord:?}");
                next += 1;
            }
            level = level.into_iter().flat_map(children).collect();
        }
    }

    #[test]
    fn the_numbers_are_those_of_the_specification() {
        for ((zoom, x, y), number) in [((1, 0, 1), 2), ((1, 1, 0), 4), ((2, 0, 0), 5), ((12, 3423, 1763), 19_078_479)] {
            assert_eq!(tile_number(TileCoord::new(zoom, x, y).unwrap()), number);
        }
    }
}
