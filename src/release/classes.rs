//! Class limits and colours: one set per indicator and layer, for all periods, from released values.
//!
//! Suppressed values have no number here, so no limit, minimum or maximum can tell of them.
//!
//! How limits become readable:
//! * **quantile**: the cut points are those of linear interpolation (type 7 of Hyndman & Fan 1996, the
//!   default of numpy and pandas). Each is then replaced by the nearest multiple of the coarsest step
//!   1, 2, 2.5 or 5 · 10ⁿ that moves at most one number in fifty to another class.
//! * **equal**: width and first limit are multiples of such a step, at most an eighth of the width,
//!   so that the classes stay equally wide and cover the range.
//! * **manual**: as they are given.
//!
//! Limits with the same numbers below them are one limit; fewer classes are left then. Where all
//! numbers are equal there is one class.

mod ramp;
mod step;

pub use ramp::RAMPS;
use step::Step;

use crate::config::{Breaks, ClassesConfig};
use crate::release::{ReleasedValue, Series};

/// One number in so many may change its class when a quantile is rounded.
const MOVABLE: usize = 50;

/// Class limits with their colours. Class `i` holds values from `limits[i - 1]` (inclusive) to
/// `limits[i]` (exclusive); the first has no lower, the last no upper limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// Inner limits, ascending; one less than there are classes.
    pub limits: Vec<f64>,
    /// One colour per class, `#rrggbb`, light to dark or from one end of a diverging ramp to the other.
    pub colors: Vec<String>,
    /// Smallest and largest released number of the whole series; `None` if there is none.
    pub range: Option<(f64, f64)>,
}

impl Classes {
    /// Finds the limits for a series. Limits are rounded to what a person can read; classes that
    /// fall together by rounding are dropped.
    #[must_use]
    pub fn find(config: &ClassesConfig, series: &Series) -> Self {
        let mut numbers: Vec<f64> = series.values().filter_map(ReleasedValue::number).collect();
        numbers.sort_by(f64::total_cmp);
        let range = numbers.first().copied().zip(numbers.last().copied());
        let limits = match &config.breaks {
            Breaks::Manual { limits } => manual(limits),
            Breaks::Quantile { classes } => quantile_limits(&numbers, usize::from(*classes)),
            Breaks::Equal { classes } => range.map_or_else(Vec::new, |range| equal_limits(range, *classes)),
        };
        let colors = ramp::colors(&config.ramp, limits.len() + 1);
        Self { limits, colors, range }
    }

    /// Index of the class a number belongs to.
    #[must_use]
    pub fn class_of(&self, number: f64) -> usize {
        self.limits.partition_point(|limit| *limit <= number)
    }
}

/// Given limits, ascending and each once; the description's check has refused anything else already.
fn manual(limits: &[f64]) -> Vec<f64> {
    let mut limits: Vec<f64> = limits.iter().copied().filter(|limit| limit.is_finite()).collect();
    limits.sort_by(f64::total_cmp);
    limits.dedup();
    limits
}

/// Limits between classes with about equally many of the sorted numbers.
fn quantile_limits(numbers: &[f64], classes: usize) -> Vec<f64> {
    let mut limits: Vec<f64> = Vec::new();
    let mut below_last = 0;
    for cut in 1..classes {
        let exact = quantile(numbers, cut, classes);
        let limit = exact.map(|exact| readable(numbers, exact));
        let below = |limit: f64| numbers.partition_point(|number| *number < limit);
        // a limit that parts nothing from what is below it would make an empty class
        if let Some(limit) = limit.filter(|limit| below(*limit) > below_last) {
            below_last = below(limit);
            limits.push(limit);
        }
    }
    limits
}

/// The quantile `part / parts` of sorted numbers by linear interpolation.
fn quantile(sorted: &[f64], part: usize, parts: usize) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let (position, rest) = (last * part / parts, last * part % parts);
    let (low, high) = (*sorted.get(position)?, *sorted.get(position + 1).or(sorted.last())?);
    Some(low + (high - low) * rest as f64 / parts as f64)
}

/// The shortest number near a cut point that leaves almost all numbers on their side of it.
fn readable(sorted: &[f64], exact: f64) -> f64 {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return exact };
    let below = |limit: f64| sorted.partition_point(|number| *number < limit);
    let (wanted, movable) = (below(exact), sorted.len() / MOVABLE);
    let fits = |limit: &f64| *limit > *first && *limit <= *last && below(*limit).abs_diff(wanted) <= movable;
    Step::descending_from(last - first).filter_map(|step| step.nearest(exact)).find(fits).unwrap_or(exact)
}

/// Limits between classes of equal width.
fn equal_limits((first, last): (f64, f64), classes: u8) -> Vec<f64> {
    let width = (last - first) / f64::from(classes.max(1));
    if width <= 0.0 || !width.is_finite() {
        return Vec::new();
    }
    let fine = Step::at_most(width / 8.0);
    let steps = fine.and_then(|step| Some((step, step.count(first)?, step.count(width)?)));
    let limit = |cut: u8| match steps {
        Some((step, start, width)) => step.times(start + i64::from(cut) * width),
        None => first + f64::from(cut) * width,
    };
    (1..classes).map(limit).collect()
}

#[cfg(test)]
mod tests;
