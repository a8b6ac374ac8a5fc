//! Sums up the hierarchy: which areas make up which larger areas, and what their figures add up to.
//!
//! A sum is over the areas of *one* layer, so that a joint municipality and its members are never counted twice. It
//! is made only of all parts: where the areas that are known do not fill the larger one, there is none.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::config::LayerId;
use crate::formula::total;
use crate::value::{Figure, Period};

/// The areas of one layer inside those of another.
#[derive(Clone, Debug)]
pub struct Link {
    /// The layer of the parts.
    pub part: LayerId,
    /// The layer of the larger areas.
    pub whole: LayerId,
    /// How many parent links lead from the parts there.
    pub steps: usize,
    /// By feature of the part layer, the feature of the larger area it lies in.
    pub within: Vec<Option<usize>>,
    /// Larger areas that the parts do not fill, or fill more than once: there are no sums for them.
    pub incomplete: BTreeSet<usize>,
    /// Years in which the parts exist.
    pub years: RangeInclusive<i16>,
}

/// Which areas make up which larger areas, over all layers of an atlas.
#[derive(Clone, Debug, Default)]
pub struct Hierarchy {
    /// All pairs of layers of which one lies in the other.
    pub links: Vec<Link>,
}

impl Hierarchy {
    /// Links to the parts of a layer among some layers, nearest parts first.
    pub(super) fn parts_of(&self, whole: &LayerId, among: &[&LayerId]) -> Vec<u16> {
        let fits = |link: &Link| link.whole == *whole && among.contains(&&link.part);
        let mut found: Vec<(usize, u16)> =
            (0..).zip(&self.links).filter(|(_, link)| fits(link)).map(|(index, link)| (link.steps, index)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, index)| index).collect()
    }

    /// Positions of layers in an order in which parts stand before what they make up.
    #[must_use]
    pub fn upwards(&self, layers: &[&LayerId]) -> Vec<usize> {
        let levels = |layer: &LayerId| {
            let below = self.links.iter().filter(|link| link.whole == *layer && layers.contains(&&link.part));
            below.map(|link| link.steps).max().unwrap_or(0)
        };
        let mut order: Vec<usize> = (0..layers.len()).collect();
        // what lies in something has fewer steps below it than that
        order.sort_by_key(|position| layers.get(*position).map_or(0, |layer| levels(layer)));
        order
    }

    /// The link at an index.
    #[must_use]
    pub fn link(&self, index: u16) -> Option<&Link> {
        self.links.get(usize::from(index))
    }
}

impl Link {
    /// Parts of each larger area, by its feature.
    #[must_use]
    pub fn parts(&self, wholes: usize) -> Vec<Vec<usize>> {
        let mut parts = vec![Vec::new(); wholes];
        for (part, whole) in self.within.iter().enumerate() {
            if let Some(list) = whole.and_then(|whole| parts.get_mut(whole)) {
                list.push(part);
            }
        }
        parts
    }

    /// Whether the parts exist in a period. Figures of other years that they have all the same were brought to their
    /// boundaries, and are good enough where there are no others.
    pub(super) fn exists_in(&self, period: Period) -> bool {
        self.years.contains(&period.as_year())
    }
}

/// How a figure that a table gives for a larger area stands to the sum over its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Check {
    /// They agree, or one of them is no final number.
    Fine,
    /// They differ.
    Differs,
}

/// Compares a given figure with the sum. Whole numbers must agree; others within a thousandth, as they were rounded.
/// Figures that are rounded or estimated need not add up.
pub(super) fn check(given: Figure, sum: Figure) -> Check {
    use crate::value::State::{Exact, Provisional, Zero};
    let is_final = |figure: Figure| matches!(figure.state(), Exact | Zero | Provisional);
    let (Some(one), Some(other)) = (given.number(), sum.number()) else { return Check::Fine };
    if !is_final(given) || !is_final(sum) {
        return Check::Fine;
    }
    let whole_numbers = one.fract() == 0.0 && other.fract() == 0.0;
    let tolerance = if whole_numbers { 0.5 } else { 0.001 * one.abs().max(other.abs()) };
    if (one - other).abs() > tolerance { Check::Differs } else { Check::Fine }
}

/// The sum over parts; `None` where there are none.
pub(super) fn sum_over(parts: &[usize], figure: impl Fn(usize) -> Option<Figure>) -> Option<Figure> {
    if parts.is_empty() {
        return None;
    }
    let missing = Figure::absent(crate::value::State::Missing);
    Some(total(parts.iter().map(|part| figure(*part).unwrap_or(missing))))
}
