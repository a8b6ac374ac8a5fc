//! Which features stay valid when they are simplified and snapped, found out once for the zooms that show many.
//!
//! Where a vertex is snapped to is the same in every tile of a zoom, so one look at load spares each tile
//! the search for contacts, which would be most of its cost. A bit for each feature and zoom is kept, no
//! geometry. It is about the default tolerance and extent; a layer with others is looked at tile by tile.

use rayon::prelude::*;

use crate::config::TileConfig;
use crate::geo::{Lattice, Ring, Unit, stands, tidy, twice_area};
use crate::store::importance::Rank;
use crate::store::outline::Outline;
use crate::store::{Areas, FeatureIndex};

/// Zooms that are looked at. At deeper ones a tile shows so little that it can look itself.
const ZOOMS: u8 = 11;

/// By feature, a bit for each zoom at which it stands.
#[derive(Debug, Default)]
pub(super) struct Survey(Vec<u16>);

impl Survey {
    /// Looks at all features.
    pub(super) fn of(areas: &Areas) -> Self {
        let config = TileConfig::default();
        let zooms: Vec<_> = (0..ZOOMS).map(|zoom| Lattice::of(zoom, config.extent)).collect();
        let look = |outline: &mut Outline, feature: usize| {
            let feature = FeatureIndex::try_from(feature).unwrap_or(FeatureIndex::MAX);
            let bits = zooms.iter().enumerate().map(|(zoom, lattice)| {
                areas.outline(feature, config.tolerance_units / lattice.units_per_m(), None, outline);
                u16::from(is_clean(outline, *lattice)) << zoom
            });
            bits.fold(0, |all, bit| all | bit)
        };
        Self((0..areas.len()).into_par_iter().map_init(Outline::default, look).collect())
    }

    /// Whether a feature is known to stand; `false` also where nothing is known.
    pub(super) fn stands(&self, feature: FeatureIndex, lattice: Lattice, tolerance_m: f64) -> bool {
        let config = TileConfig::default();
        let zoom = lattice.depth().wrapping_sub(Lattice::of(0, config.extent).depth());
        zoom < u32::from(ZOOMS)
            && Rank::of(tolerance_m) == Rank::of(config.tolerance_units / lattice.units_per_m())
            && self.0.get(feature as usize).is_some_and(|bits| bits >> zoom & 1 == 1)
    }
}

/// Whether the rings, snapped, are valid polygons as they are; those that collapse are left out.
fn is_clean(outline: &Outline, lattice: Lattice) -> bool {
    let mut rings: Vec<(Ring<Unit>, bool)> = Vec::with_capacity(outline.rings.len());
    let mut is_owned = false;
    for (vertices, is_hole) in outline.rings() {
        // a ring that runs counter-clockwise northwards does so backwards southwards
        let mut ring: Ring<Unit> = vertices.iter().rev().map(|vertex| lattice.snapped(*vertex)).collect();
        tidy(&mut ring);
        let twice_area = twice_area(&ring);
        let is_collapsed = ring.len() < 3 || twice_area == 0;
        if is_collapsed {
            is_owned &= is_hole;
            continue;
        }
        if (twice_area < 0) != is_hole || (is_hole && !is_owned) {
            return false;
        }
        is_owned = true;
        rings.push((ring, is_hole));
    }
    stands(&rings)
}
