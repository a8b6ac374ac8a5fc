//! How coarse each zoom must be so that its fullest tile keeps to a number of bytes.
//!
//! The rule: the tolerance of the whole zoom is doubled, once or twice, until the geometry and attributes of the
//! zoom's fullest tile are within the budget. The whole zoom, not the one tile, so that a border is the
//! same on both sides of a tile's edge; and at load, so that no tile is rendered twice. Nothing is left out
//! but vertices. The bytes are counted as the tile's encoding counts them, along the arcs, before clipping
//! and snapping; buffers are not counted.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::config::TileConfig;
use crate::geo::{Lattice, Unit};
use crate::store::importance::Rank;
use crate::store::{Areas, FeatureIndex};

/// How often the tolerance may be doubled.
const DOUBLINGS: usize = 2;

/// The tolerances that are tried, as multiples of the layer's. Beyond four times the default, which is one pixel
/// of a tile 512 pixels wide, an eye would see it.
const FACTORS: [f64; DOUBLINGS + 1] = [1.0, 2.0, 4.0];

/// A zoom that is simplified further than the layer's tolerance says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coarsened {
    /// The zoom.
    pub zoom: u8,
    /// The tolerance there, as a multiple of the layer's.
    pub factor: f64,
    /// Bytes of the fullest tile without this.
    pub bytes_before: usize,
    /// Bytes of the fullest tile with it; above the budget if two doublings are not enough.
    pub bytes: usize,
}

/// A doubling that saves less than this part is not made: attributes fill the tile then, not vertices.
const WORTH_PARTS: usize = 10;

/// A tile of so few bytes is rendered faster than another thread is woken for it.
const LIGHT_BYTES: usize = 16_000;

/// So many zooms before the last one are looked at as one, first.
const SURELY_LIGHT_ZOOMS: u8 = 2;

/// How full the tiles of a layer are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fullness {
    /// Zooms that are simplified further, ascending.
    pub coarsened: Vec<Coarsened>,
    /// From this zoom on every tile is so light that it may be rendered where it is asked for; beyond the last zoom
    /// if none is.
    pub light_from: u8,
}

/// Bytes by tile and doubling.
type Bins = HashMap<(i32, i32), [usize; DOUBLINGS + 1]>;

impl Areas {
    /// Finds the zooms that need a larger tolerance than the layer's and looks at the features again with it.
    /// `tag_bytes` is what a feature's attributes take in a tile.
    #[must_use]
    pub fn keep_to_budget(&mut self, tiles: &TileConfig, tag_bytes: impl Fn(FeatureIndex) -> usize + Sync) -> Fullness {
        let uses = self.uses();
        let last = tiles.max_zoom;
        let mut fullness = Fullness { coarsened: Vec::new(), light_from: last + 1 };
        // where tiles are light even with all vertices of the last zoom, deeper ones need no look
        let deep = last.saturating_sub(SURELY_LIGHT_ZOOMS).max(tiles.min_zoom);
        let [most, ..] = self.fullest_tile(deep, last, tiles, 0, &uses, &tag_bytes);
        if most <= LIGHT_BYTES.min(tiles.budget_bytes) {
            fullness.light_from = deep;
        }
        for zoom in (tiles.min_zoom..fullness.light_from).rev() {
            let [bytes, ..] = self.fullest_tile(zoom, zoom, tiles, 0, &uses, &tag_bytes);
            if bytes <= LIGHT_BYTES && fullness.light_from == zoom + 1 {
                fullness.light_from = zoom;
            }
            if bytes > tiles.budget_bytes {
                fullness.coarsened.push(self.coarsened(zoom, tiles, bytes, &uses, &tag_bytes));
            }
        }
        fullness.coarsened.reverse();
        for zoom in &fullness.coarsened {
            let mut survey = std::mem::take(&mut self.survey);
            survey.look_again(self, zoom.zoom, tiles.tolerance_units_at(zoom.zoom) * zoom.factor);
            self.survey = survey;
        }
        fullness
    }

    fn features(&self) -> impl Iterator<Item = FeatureIndex> + use<> {
        (0..).take(self.len())
    }

    /// By arc, how many rings run along it.
    fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.borders.arcs.len()];
        for ring in self.all_rings() {
            self.borders.rings.steps(ring).iter().for_each(|step| uses[step.arc()] += 1);
        }
        uses
    }

    fn coarsened(
        &self,
        zoom: u8,
        tiles: &TileConfig,
        bytes_before: usize,
        uses: &[usize],
        tag_bytes: &(impl Fn(FeatureIndex) -> usize + Sync),
    ) -> Coarsened {
        let all = self.fullest_tile(zoom, zoom, tiles, DOUBLINGS, uses, tag_bytes);
        let within = |most: usize| (0..=DOUBLINGS).find(|doublings| all[*doublings] <= most);
        // where no tolerance is enough, the least that saves about as much as the largest
        let most_saved = all[DOUBLINGS] + all[DOUBLINGS] / WORTH_PARTS;
        let doublings = within(tiles.budget_bytes).or_else(|| within(most_saved)).unwrap_or(DOUBLINGS);
        let factor = FACTORS[doublings];
        Coarsened { zoom, factor, bytes_before, bytes: all[doublings] }
    }

    /// Bytes of the fullest tile of a zoom with the vertices of another one, the same or a finer, by doublings of the
    /// tolerance up to `doublings`.
    fn fullest_tile(
        &self,
        zoom: u8,
        finest: u8,
        tiles: &TileConfig,
        doublings: usize,
        uses: &[usize],
        tag_bytes: &(impl Fn(FeatureIndex) -> usize + Sync),
    ) -> [usize; DOUBLINGS + 1] {
        let lattice = Lattice::of(finest, tiles.extent);
        let tolerance_m = tiles.tolerance_units_at(finest) / lattice.units_per_m();
        let ranks: Vec<Rank> =
            FACTORS.iter().take(doublings + 1).map(|factor| Rank::of(tolerance_m * factor)).collect();
        // a tile's side has a power of two units
        let side = tiles.extent.max(1).ilog2() + u32::from(finest - zoom);
        let tile = |at: Unit| (at.x >> side, at.y >> side);
        let along = |mut bins: Bins, arc: usize| {
            if uses[arc] == 0 {
                return bins;
            }
            let mut last = [None; DOUBLINGS + 1];
            // neighbouring vertices mostly lie in the same tile
            let mut here: Option<((i32, i32), [usize; DOUBLINGS + 1])> = None;
            let mut put = |here: Option<((i32, i32), [usize; DOUBLINGS + 1])>| {
                if let Some((tile, bytes)) = here {
                    bins.entry(tile).or_default().iter_mut().zip(bytes).for_each(|(sum, bytes)| *sum += bytes);
                }
            };
            for (vertex, rank) in self.borders.arcs.arc(arc).iter().zip(self.borders.arcs.ranks(arc)) {
                if *rank < ranks[0] {
                    continue;
                }
                let at = lattice.snapped(vertex.to_mercator());
                let tile = tile(at);
                if here.is_none_or(|(known, _)| known != tile) {
                    put(here.replace((tile, [0; DOUBLINGS + 1])));
                }
                let Some((_, bytes)) = &mut here else { continue };
                for ((_, last), bytes) in
                    ranks.iter().zip(&mut last).zip(bytes).filter(|((least, _), _)| rank >= *least)
                {
                    let from: Unit = last.unwrap_or(at);
                    *bytes += uses[arc] * (varint_bytes(at.x - from.x) + varint_bytes(at.y - from.y));
                    *last = Some(at);
                }
            }
            put(here);
            bins
        };
        let merge = |mut into: Bins, from: Bins| {
            for (tile, bytes) in from {
                into.entry(tile).or_default().iter_mut().zip(bytes).for_each(|(sum, bytes)| *sum += bytes);
            }
            into
        };
        let mut bins = (0..self.borders.arcs.len()).into_par_iter().fold(Bins::new, along).reduce(Bins::new, merge);
        for feature in self.features() {
            let at = tile(lattice.snapped(self.label(feature)));
            bins.entry(at).or_default().iter_mut().for_each(|sum| *sum += tag_bytes(feature));
        }
        let largest = |mut most: [usize; DOUBLINGS + 1], bytes: &[usize; DOUBLINGS + 1]| {
            most.iter_mut().zip(bytes).for_each(|(most, bytes)| *most = (*most).max(*bytes));
            most
        };
        bins.values().fold([0; DOUBLINGS + 1], largest)
    }
}

/// Bytes of a coordinate's step as a zigzag varint.
fn varint_bytes(step: i32) -> usize {
    let zigzag = u64::from((step << 1 ^ step >> 31).cast_unsigned());
    (64 - (zigzag | 1).leading_zeros() as usize).div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{LonLat, Polygon};
    use crate::report::Report;
    use crate::store::AreaInput;

    /// A coast of `vertices` vertices around a disc, rough at every scale.
    fn coast(vertices: u32) -> Areas {
        let ring = (0..vertices).map(|step| {
            let turn = f64::from(step) / f64::from(vertices) * std::f64::consts::TAU;
            let rough = (turn * 37.0).sin() * 0.05 + f64::from(step * 7919 % 101) / 2000.0;
            LonLat { lon_deg: 9.5 + (1.0 + rough) * turn.cos(), lat_deg: 52.9 + (0.6 + rough) * turn.sin() }
        });
        let polygon = Polygon { exterior: ring.collect(), holes: Vec::new() };
        let input = AreaInput { key: "coast".to_owned(), polygons: vec![polygon] };
        Areas::build(vec![input], "test", &mut Report::default())
    }

    #[test]
    fn a_layer_that_keeps_to_its_budget_is_left_alone() {
        let mut areas = coast(2_000);
        let fullness = areas.keep_to_budget(&TileConfig::default(), |_| 100);
        assert_eq!(fullness.coarsened, []);
        assert_eq!(fullness.light_from, 0);
    }

    #[test]
    fn the_tolerance_of_a_zoom_is_doubled_until_its_fullest_tile_keeps_to_the_budget() {
        let mut areas = coast(60_000);
        let tiles = TileConfig { budget_bytes: 10_000, ..TileConfig::default() };
        let Fullness { coarsened, light_from } = areas.keep_to_budget(&tiles, |_| 100);
        assert!(!coarsened.is_empty());
        assert!(light_from > coarsened[coarsened.len() - 1].zoom && light_from <= 14, "{light_from}");
        assert!(coarsened.iter().any(|zoom| zoom.factor > 1.0 && zoom.bytes <= tiles.budget_bytes), "{coarsened:?}");
        for zoom in &coarsened {
            assert!(zoom.bytes_before > tiles.budget_bytes, "{zoom:?}");
            assert!(zoom.bytes < zoom.bytes_before || zoom.factor <= 1.0, "{zoom:?}");
        }
    }
}
