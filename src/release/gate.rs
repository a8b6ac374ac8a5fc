//! The gate: disclosure control. The only place where a [`ReleasedValue`] is made.
//!
//! In: a [`RawSeries`] and the rule in its indicator's description. Out: a [`Series`] in the same
//! order, in which every number may be shown to everybody. The steps, in this order:
//!
//! 1. **Primary suppression** (`is_secret`): small counts, small denominators, and what the source
//!    keeps secret.
//!    A value that was converted from former areas is secret if any of them would be.
//! 2. **Complementary suppression**: what could be computed back from totals, other years or other
//!    indicators. It belongs here, between 1 and 3, because it works on the unrounded figures of all
//!    series of a release together and must know what step 1 hid. It is not done: until then, an
//!    atlas must not publish totals beside their parts where parts are secret.
//! 3. **Rounding** (`rounded`) to the indicator's decimals. It comes last so that a rule is never
//!    applied to a rounded count.

use crate::config::{IndicatorConfig, Measure};
use crate::indicator::{RawCell, RawSeries};
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

/// Lets a raw series through the gate: applies the indicator's rule and rounds to its decimals.
///
/// Features and periods keep their order; nothing depends on anything but the arguments.
pub(super) fn pass(indicator: &IndicatorConfig, raw: &RawSeries) -> Series {
    let release = |(position, cell): (usize, &RawCell)| {
        // a sum beside all its parts but one gives that one away
        let parts = raw.converted.get(&position).map_or(&[][..], Vec::as_slice);
        if is_secret(indicator, cell) || parts.iter().any(|part| is_secret(indicator, part)) {
            return ReleasedValue(Figure::absent(State::Suppressed));
        }
        ReleasedValue(rounded(cell.value, indicator.decimals))
    };
    Series {
        periods: raw.periods.clone(),
        values: raw.cells.iter().enumerate().map(release).collect(),
        converted: raw.converted.keys().copied().collect(),
    }
}

/// Primary suppression of one cell.
///
/// * The source says secret: of the value, the numerator or the denominator.
/// * The numerator is above 0 and below the minimum. Parts of people (estimated counts) are no
///   exception, and a zero that is not exactly zero ("less than half of the last digit", an
///   estimate) may be a small count. Exactly zero is published.
/// * The denominator is below the minimum: then nothing is published, not even zero, nor that the
///   denominator is 0.
fn is_secret(indicator: &IndicatorConfig, cell: &RawCell) -> bool {
    let figures = [Some(cell.value), cell.numerator, cell.denominator];
    if figures.into_iter().flatten().any(|figure| figure.state() == State::Suppressed) {
        return true;
    }
    let imported_count = (indicator.measure == Measure::Count).then_some(cell.value);
    let small_numerator = match (indicator.privacy.min_numerator, cell.numerator.or(imported_count)) {
        (Some(minimum), Some(numerator)) => is_small_count(numerator, f64::from(minimum)),
        _ => false,
    };
    let small_denominator = match (indicator.privacy.min_denominator, cell.denominator.and_then(Figure::number)) {
        (Some(minimum), Some(denominator)) => denominator < f64::from(minimum),
        _ => false,
    };
    small_numerator || small_denominator
}

fn is_small_count(count: Figure, minimum: f64) -> bool {
    match (count.number(), count.state()) {
        (Some(number), State::Rounded | State::Estimated) => number < minimum,
        (Some(number), _) => number < minimum && number != 0.0,
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
