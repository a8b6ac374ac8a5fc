//! The tiles that can hold something, in the order of PMTiles.
//!
//! Each zoom is reached by a descent from the tile above all others. A tile is gone into only if the box
//! of a feature touches it; inside the boxes of large areas [`cover`] tells the tiles that lie beside the
//! area from those inside it. Where nothing but the insides of areas is left, all tiles below are alike, and
//! come as one [`Stretch`]. So the work follows what there is, not how large the world is.

use std::sync::Arc;

use crate::archive::children;
use crate::config::TileConfig;
use crate::export::plan::Plan;
use crate::geo::{Bounds, Mercator, TileCoord};
use crate::release::{Layer, LayerFeatures, Release};
use crate::store::FeatureIndex;
use crate::tile::cover::{self, Cover};

/// All tiles of one zoom below a tile. They are alike; mostly it is one tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) above: TileCoord,
    pub(super) zoom: u8,
}

impl Stretch {
    /// Number of tiles.
    pub(super) fn tiles(self) -> u64 {
        1 << (2 * u32::from(self.zoom - self.above.zoom()))
    }

    /// Its first tile, which speaks for all.
    pub(super) fn first(self) -> TileCoord {
        let mut first = self.above;
        while first.zoom() < self.zoom {
            let Some(child) = children(first).first().copied() else { return first };
            first = child;
        }
        first
    }

    /// Visits the tiles in order.
    pub(super) fn each<E>(self, visit: &mut impl FnMut(TileCoord) -> Result<(), E>) -> Result<(), E> {
        if self.above.zoom() >= self.zoom {
            return visit(self.above);
        }
        children(self.above).into_iter().try_for_each(|above| Self { above, ..self }.each(visit))
    }
}

/// A feature that may have a part in a tile.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    layer: u16,
    feature: FeatureIndex,
    /// Whether it fills all tiles below.
    whole: bool,
}

#[derive(Clone)]
struct Node {
    coord: TileCoord,
    near: Arc<[Candidate]>,
}

/// Whether areas are looked at, or only their boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Areas,
    Boxes,
}

#[derive(Clone)]
pub(super) struct Walk<'a> {
    layers: Vec<&'a Layer>,
    last_zoom: u8,
    zooms: std::ops::RangeInclusive<u8>,
    zoom: u8,
    stack: Vec<Node>,
    look: Look,
    /// How the layers' tiles of the zoom are made.
    configs: Vec<TileConfig>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(release: &'a Release, plan: &Plan) -> Self {
        Self::looking(release, plan, Look::Areas)
    }

    /// About how many tiles the walk will meet; seen quickly, and no fewer than there are.
    pub(super) fn count(release: &'a Release, plan: &Plan) -> u64 {
        Self::looking(release, plan, Look::Boxes).map(Stretch::tiles).sum()
    }

    fn looking(release: &'a Release, plan: &Plan, look: Look) -> Self {
        let layers: Vec<&Layer> = plan.selection.layers.iter().filter_map(|id| release.layer(id.as_str())).collect();
        let last_zoom = layers.iter().map(|layer| layer.config.tiles.max_zoom).max().unwrap_or(0);
        Self { layers, last_zoom, zooms: plan.zooms(), zoom: 0, stack: Vec::new(), look, configs: Vec::new() }
    }

    /// All features of the layers that have tiles at a zoom, at the tile above all others.
    fn begin(&mut self, zoom: u8) {
        self.zoom = zoom;
        self.configs = self.layers.iter().map(|layer| layer.tiles_at(zoom)).collect();
        let mut near = Vec::new();
        for (at, layer) in (0..).zip(&self.layers) {
            let shown = (layer.config.tiles.min_zoom..=self.last_zoom).contains(&zoom);
            let count =
                if shown { FeatureIndex::try_from(layer.features.len()).unwrap_or(FeatureIndex::MAX) } else { 0 };
            near.extend((0..count).map(|feature| Candidate { layer: at, feature, whole: false }));
        }
        if let (false, Ok(coord)) = (near.is_empty(), TileCoord::new(0, 0, 0)) {
            self.stack.push(Node { coord, near: near.into() });
        }
    }

    /// Those of the candidates that may have a part in a tile or below it.
    fn near(&self, coord: TileCoord, candidates: &[Candidate]) -> Vec<Candidate> {
        let windows: Vec<Bounds<Mercator>> =
            self.configs.iter().map(|config| cover::window(coord, self.zoom, config)).collect();
        let lies = |candidate: &Candidate| {
            let at = usize::from(candidate.layer);
            if candidate.whole {
                return Some(*candidate);
            }
            match &self.layers[at].geometry {
                LayerFeatures::Places(places) => {
                    windows[at].contains(places.shown_at(candidate.feature)).then_some(*candidate)
                }
                LayerFeatures::Areas(areas) => {
                    let bounds = areas.feature_bounds(candidate.feature);
                    if !windows[at].intersects(bounds) {
                        return None;
                    }
                    let around = bounds.contains(windows[at].min()) && bounds.contains(windows[at].max());
                    if self.look == Look::Boxes || !around {
                        return Some(*candidate);
                    }
                    match cover::of_area(areas, candidate.feature, coord, self.zoom, &self.configs[at]) {
                        Cover::Outside => None,
                        Cover::Whole => Some(Candidate { whole: true, ..*candidate }),
                        Cover::Part => Some(*candidate),
                    }
                }
            }
        };
        candidates.iter().filter_map(lies).collect()
    }
}

impl Iterator for Walk<'_> {
    type Item = Stretch;

    fn next(&mut self) -> Option<Stretch> {
        loop {
            let Some(node) = self.stack.pop() else {
                let zoom = self.zooms.next()?;
                self.begin(zoom);
                continue;
            };
            let near = self.near(node.coord, &node.near);
            if near.is_empty() {
                continue;
            }
            let alike = near.iter().all(|candidate| candidate.whole);
            if alike || node.coord.zoom() == self.zoom {
                return Some(Stretch { above: node.coord, zoom: self.zoom });
            }
            let near: Arc<[Candidate]> = near.into();
            let below = children(node.coord).into_iter().rev();
            self.stack.extend(below.map(|coord| Node { coord, near: Arc::clone(&near) }));
        }
    }
}
