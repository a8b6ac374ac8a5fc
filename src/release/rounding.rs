//! Whether counts that are published rounded can be known exactly all the same.
//!
//! A rounded count leaves a few numbers possible. A total that a table gives is rounded for itself, and says something
//! about its parts: 3 and 3 beside a total of 3 can only be 2 and 2, with base 3. In go the raw series of one indicator
//! and the hierarchy, out comes a warning that names what only one number is possible for. Bounds are drawn together along
//! all sums until nothing changes; sums that were computed here are sums of rounded parts and say nothing more.

use std::collections::BTreeSet;

use crate::config::IndicatorConfig;
use crate::indicator::{Hierarchy, LayerKeys, RawSeries};
use crate::report::{Case, Finding, Report};
use crate::value::Period;

/// Rounds after which bounds that still move are left as they are: they are valid at any time.
const MOST_ROUNDS: usize = 50;

/// Reports counts that can be known exactly although they are rounded.
pub(super) fn report(
    indicator: &IndicatorConfig,
    layers: &[LayerKeys<'_>],
    raw: &[RawSeries],
    hierarchy: &Hierarchy,
    report: &mut Report,
) {
    // of a ratio neither count is published
    let (Some(base), false) = (indicator.privacy.round_to, indicator.formula.has_denominator()) else { return };
    let periods: BTreeSet<Period> = raw.iter().flat_map(|series| series.periods.iter().copied()).collect();
    let mut cases = Vec::new();
    for period in periods {
        let mut bounds = Bounds::new(raw, period, i64::from(base));
        for _ in 0..MOST_ROUNDS {
            if !bounds.draw_together(raw, hierarchy, period) {
                break;
            }
        }
        for (series, of_layer) in raw.iter().zip(&bounds.layers) {
            let Some(keys) = layers.iter().find(|keys| *keys.layer == series.layer) else { continue };
            let known = of_layer.iter().enumerate().filter(|(_, range)| range.is_some_and(|range| range.is_known()));
            cases.extend(known.filter_map(|(feature, _)| {
                let (key, name) = (keys.keys.get(feature)?, keys.names.get(feature)?);
                Some(Case::key(key.as_str()).saying(format!("{name}, {period} ({})", series.layer)))
            }));
        }
    }
    if !cases.is_empty() {
        let message = "counts that are rounded can be computed exactly from a rounded total and the other parts";
        let finding = Finding::warning("rounding-recoverable", message)
            .in_file(&indicator.file)
            .advise("take the total out of the table (with aggregate = true it becomes the sum of rounded parts), or round to more")
            .at_all(cases);
        report.add(finding);
    }
}

/// The least and the largest number that a count can be.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    least: i64,
    most: i64,
    /// Whether it was published as a rounded count of its own.
    given: bool,
}

impl Range {
    fn is_known(&self) -> bool {
        self.given && self.least == self.most
    }
}

/// What every count of one period can be, by layer and feature; `None` where nothing is published.
struct Bounds {
    layers: Vec<Vec<Option<Range>>>,
}

impl Bounds {
    fn new(raw: &[RawSeries], period: Period, base: i64) -> Self {
        let of = |series: &RawSeries| {
            let columns = series.periods.len();
            let Ok(column) = series.periods.binary_search(&period) else { return Vec::new() };
            let cells = series.cells.iter().skip(column).step_by(columns);
            let range = |number: f64| {
                // counts are far below 2^53
                #[expect(clippy::cast_possible_truncation, reason = "a count")]
                let multiple = (number / base as f64 + 0.5).floor() as i64 * base;
                Range { least: (multiple - base / 2).max(0), most: multiple + (base - 1) / 2, given: true }
            };
            cells
                .map(|cell| match cell.numerator_from {
                    None => cell.numerator.and_then(crate::value::Figure::number).map(range),
                    Some(_) => Some(Range { least: 0, most: i64::MAX / 4, given: false }),
                })
                .collect()
        };
        Self { layers: raw.iter().map(of).collect() }
    }

    /// Narrows every whole by its parts and every part by its whole and the other parts; whether anything changed.
    fn draw_together(&mut self, raw: &[RawSeries], hierarchy: &Hierarchy, period: Period) -> bool {
        let mut changed = false;
        for link in &hierarchy.links {
            let place = |layer| raw.iter().position(|series| series.layer == layer);
            let (Some(part_layer), Some(whole_layer)) = (place(link.part.clone()), place(link.whole.clone())) else {
                continue;
            };
            if raw.get(part_layer).is_none_or(|series| series.periods.binary_search(&period).is_err()) {
                continue;
            }
            let wholes = self.layers.get(whole_layer).map_or(0, Vec::len);
            for (whole, parts) in link.parts(wholes).into_iter().enumerate() {
                if !link.incomplete.contains(&whole) && !parts.is_empty() {
                    changed |= self.narrow(part_layer, &parts, whole_layer, whole);
                }
            }
        }
        changed
    }

    fn narrow(&mut self, part_layer: usize, parts: &[usize], whole_layer: usize, whole: usize) -> bool {
        let get = |bounds: &Self, layer: usize, feature: usize| *bounds.layers.get(layer)?.get(feature)?;
        let ranges: Option<Vec<Range>> = parts.iter().map(|part| get(self, part_layer, *part)).collect();
        let (Some(ranges), Some(total)) = (ranges, get(self, whole_layer, whole)) else { return false };
        let least: i64 = ranges.iter().map(|range| range.least).sum();
        let most = ranges.iter().fold(0_i64, |sum, range| sum.saturating_add(range.most));
        let mut changed = self.set(whole_layer, whole, total.least.max(least), total.most.min(most));
        for (part, range) in parts.iter().zip(&ranges) {
            let (others_least, others_most) = (least - range.least, most.saturating_sub(range.most));
            let low = range.least.max(total.least.saturating_sub(others_most));
            let high = range.most.min(total.most.saturating_sub(others_least));
            changed |= self.set(part_layer, *part, low, high);
        }
        changed
    }

    /// Takes narrower bounds; bounds that exclude each other come from totals that are no sums, and are left.
    fn set(&mut self, layer: usize, feature: usize, least: i64, most: i64) -> bool {
        let Some(Some(range)) = self.layers.get_mut(layer).and_then(|of_layer| of_layer.get_mut(feature)) else {
            return false;
        };
        if least > most || (range.least >= least && range.most <= most) {
            return false;
        }
        (range.least, range.most) = (range.least.max(least), range.most.min(most));
        true
    }
}
