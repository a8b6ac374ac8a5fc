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
pub(super) struct Survey {
    stands: Vec<u16>,
    /// By zoom, the tolerance at which the features were looked at, in units.
    tolerance_units: [f64; ZOOMS as usize],
}

impl Survey {
    /// Looks at all features with the tolerance that layers have unless their file says otherwise.
    pub(super) fn of(areas: &Areas) -> Self {
        let tolerance_units = [TileConfig::default().tolerance_units; ZOOMS as usize];
        let look = |outline: &mut Outline, feature: usize| {
            let bits = (0..ZOOMS).zip(tolerance_units).map(|(zoom, units)| bit(areas, feature, zoom, units, outline));
            bits.fold(0, |all, bit| all | bit)
        };
        let stands = (0..areas.len()).into_par_iter().map_init(Outline::default, look).collect();
        Self { stands, tolerance_units }
    }

    /// Looks at all features again at one zoom, with another tolerance in units.
    pub(super) fn look_again(&mut self, areas: &Areas, zoom: u8, tolerance_units: f64) {
        let Some(known) = self.tolerance_units.get_mut(usize::from(zoom)) else { return };
        *known = tolerance_units;
        self.stands.par_iter_mut().enumerate().for_each_init(Outline::default, |outline, (feature, bits)| {
            *bits = *bits & !(1 << zoom) | bit(areas, feature, zoom, tolerance_units, outline);
        });
    }

    /// Whether a feature is known to stand; `false` also where nothing is known.
    pub(super) fn stands(&self, feature: FeatureIndex, lattice: Lattice, tolerance_m: f64) -> bool {
        let zoom = lattice.depth().wrapping_sub(at_zoom(0).depth());
        let known = self.tolerance_units.get(zoom as usize).map(|units| Rank::of(units / lattice.units_per_m()));
        known == Some(Rank::of(tolerance_m))
            && self.stands.get(feature as usize).is_some_and(|bits| bits >> zoom & 1 == 1)
    }
}

/// The lattice of a zoom of tiles with the default extent.
fn at_zoom(zoom: u8) -> Lattice {
    Lattice::of(zoom, TileConfig::default().extent)
}

/// The bit of one zoom if the feature stands there, else none.
fn bit(areas: &Areas, feature: usize, zoom: u8, tolerance_units: f64, outline: &mut Outline) -> u16 {
    let lattice = at_zoom(zoom);
    let feature = FeatureIndex::try_from(feature).unwrap_or(FeatureIndex::MAX);
    areas.outline(feature, tolerance_units / lattice.units_per_m(), None, outline);
    u16::from(is_clean(outline, lattice)) << zoom
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
