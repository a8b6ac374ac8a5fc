//! The gate: disclosure control. The only place where a [`ReleasedValue`] is made.
//!
//! In: the [`RawSeries`] of an indicator on all its layers and the rule in its description. Out: a [`Series`] for each in
//! the same order, in which every number may be shown to everybody. The steps, in this order:
//!
//! 1. **Primary suppression** (`is_secret`): small counts, small rests, small denominators, and what the source
//!    keeps secret.
//! 2. **Sums of secrets** (`guard`): a sum that was computed over parts is secret if any of them is.
//!    So is a value that was converted from former areas, if any of them would be.
//! 3. **Complementary suppression**: what could be computed back from totals of the tables, other years or other
//!    indicators. It belongs here, because it works on the unrounded figures of all series of a release together and must
//!    know what the steps before hid. It is not done: `recover` tells what it would have to hide.
//! 4. **Rounding of counts** (`guard`), where the rule asks for it: ratios are computed from rounded counts, sums from
//!    rounded parts. So whatever is published follows from rounded counts alone.
//! 5. **Rounding** (`rounded`) to the indicator's decimals. It comes last so that a rule is never
//!    applied to a rounded count.

mod guard;

use crate::config::{IndicatorConfig, Measure};
use crate::indicator::{Hierarchy, RawCell, RawSeries};
use crate::release::Series;
use crate::value::{Figure, State};

/// A figure that has passed disclosure control. Encoders, exporters and handlers take nothing else.
///
/// It can be looked at everywhere and made nowhere but in the gate:
///
/// ```
/// use kreisel::release::ReleasedValue;
/// use kreisel::value::Figure;
///
/// fn shown(value: ReleasedValue) -> Option<f64> {
///     value.number()
/// }
/// let raw = Figure::exact(3.0);
/// assert_eq!(raw.number(), Some(3.0));
/// ```
///
/// ```compile_fail
/// use kreisel::release::ReleasedValue;
/// use kreisel::value::Figure;
///
/// let raw = Figure::exact(3.0);
/// let leak = ReleasedValue(raw); // error: the field is private
/// ```
///
/// ```compile_fail
/// use kreisel::release::ReleasedValue;
/// use kreisel::value::Figure;
///
/// let raw = Figure::exact(3.0);
/// let leak: ReleasedValue = raw.into(); // error: there is no conversion
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReleasedValue(Figure);

impl ReleasedValue {
    /// The number, if one may be shown.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        self.0.number()
    }

    /// How the value is to be read.
    #[must_use]
    pub fn state(self) -> State {
        self.0.state()
    }
}

/// Lets the raw series of one indicator through the gate: applies its rule and rounds to its decimals.
///
/// Series, features and periods keep their order; nothing depends on anything but the arguments.
pub(super) fn pass(indicator: &IndicatorConfig, raw: &[RawSeries], hierarchy: &Hierarchy) -> Vec<Series> {
    let release = |value: Figure| ReleasedValue(rounded(value, indicator.decimals));
    let guarded = guard::guard(indicator, raw, hierarchy);
    let released = raw.iter().zip(guarded).map(|(raw, values)| Series {
        periods: raw.periods.clone(),
        values: values.into_iter().map(release).collect(),
        converted: raw.converted().collect(),
    });
    released.collect()
}

/// Primary suppression of one cell.
///
/// * The source says secret: of the value, the numerator or the denominator.
/// * The numerator, or any measure of it, is above 0 and below the minimum. Parts of people (estimated counts) are no
///   exception, and a zero that is not exactly zero ("less than half of the last digit", an
///   estimate) may be a small count. Exactly zero is published, unless the rule hides it.
/// * The rest, denominator less numerator, is above 0 and below its minimum. That nothing is left is published, unless
///   the rule hides it. A numerator above the denominator is no part of it and has no rest.
/// * The denominator is below the minimum: then nothing is published, not even zero, nor that the
///   denominator is 0.
fn is_secret(indicator: &IndicatorConfig, cell: &RawCell) -> bool {
    let figures = [Some(cell.value), cell.numerator, cell.denominator];
    if figures.into_iter().flatten().any(|figure| figure.state() == State::Suppressed) {
        return true;
    }
    let rule = &indicator.privacy;
    let imported_count = (indicator.measure == Measure::Count).then_some(cell.value);
    let below = |minimum: Option<u32>, count: Option<Figure>| match (minimum, count) {
        (Some(minimum), Some(count)) => is_small_count(count, f64::from(minimum), rule.hide_zero),
        _ => false,
    };
    let small_denominator = match (rule.min_denominator, cell.denominator.and_then(Figure::number)) {
        (Some(minimum), Some(denominator)) => denominator < f64::from(minimum),
        _ => false,
    };
    small_denominator
        || below(rule.min_numerator, cell.numerator.or(imported_count))
        || below(rule.min_numerator, cell.smallest)
        || below(rule.min_complement, complement(cell))
}

/// Those who are not counted: denominator less numerator, in the worse state of both.
fn complement(cell: &RawCell) -> Option<Figure> {
    let (numerator, denominator) = (cell.numerator?, cell.denominator?);
    let rest = denominator.number()? - numerator.number()?;
    let inexact = |figure: Figure| matches!(figure.state(), State::Rounded | State::Estimated);
    let state = if inexact(numerator) || inexact(denominator) { State::Estimated } else { State::Exact };
    (rest >= 0.0).then(|| Figure::new(rest, state))
}

/// Whether a count is too small. Of a balance it is its size that counts.
fn is_small_count(count: Figure, minimum: f64, hide_zero: bool) -> bool {
    match (count.number().map(f64::abs), count.state()) {
        (Some(number), State::Rounded | State::Estimated) => number < minimum,
        (Some(number), _) => number < minimum && (number != 0.0 || hide_zero),
        (None, _) => false,
    }
}

/// A figure with as many decimals as are published; half is rounded away from zero, as everybody
/// learns at school, and on the decimal digits: 2.675 is 2.68 although the nearest `f64` lies below.
///
/// A number that becomes 0 without being zero gets the state rounded: "less than half of the last
/// digit, but more than nothing". All other states stay.
fn rounded(figure: Figure, decimals: u8) -> Figure {
    let Some(number) = figure.number() else { return figure };
    let short = to_decimals(number, decimals);
    match figure.state() {
        State::Exact if short == 0.0 && number != 0.0 => Figure::new(0.0, State::Rounded),
        state => Figure::new(short, state),
    }
}

/// Rounds to decimals, half away from zero; never gives -0.
fn to_decimals(number: f64, decimals: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(decimals));
    let scaled = number * scale;
    // Below 2^53 whole numbers are exact and so is the rounding, unless the digits are near a half.
    let safe = scaled.abs() < 9e15 && ((scaled.abs().fract() - 0.5).abs() > 1e-6);
    let short = if safe { scaled.round() / scale } else { by_digits(number, decimals) };
    if short == 0.0 { 0.0 } else { short }
}

/// Rounds on the shortest decimal digits that give the number back.
fn by_digits(number: f64, decimals: u8) -> f64 {
    let digits = number.abs().to_string();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let kept = usize::from(decimals);
    let Some(next) = fraction.as_bytes().get(kept) else { return number };
    let truncated = format!("{whole}{}", fraction.get(..kept).unwrap_or_default());
    let Ok(units) = truncated.parse::<u128>() else { return number };
    let units = units + u128::from(*next >= b'5');
    let short = format!("{units}e-{decimals}").parse().unwrap_or(number.abs());
    if number < 0.0 { -short } else { short }
}

#[cfg(test)]
pub(super) mod tests;
