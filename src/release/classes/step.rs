//! Steps that people count in: 1, 2, 2.5 and 5 times a power of ten.

/// A step: `tenths / 10 · 10^exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    tenths: u8,
    exponent: i32,
}

/// Ten times the factors, the coarsest first.
const TENTHS: [u8; 4] = [50, 25, 20, 10];
/// Decades below the range that are tried; finer steps than that are beyond an `f64`.
const DECADES: i32 = 16;

impl Step {
    /// Steps from the size of a range downwards.
    pub(super) fn descending_from(range: f64) -> impl Iterator<Item = Self> {
        let exponents = decade(range).into_iter().flat_map(|top| (0..DECADES).map(move |down| top - down));
        exponents.flat_map(|exponent| TENTHS.into_iter().map(move |tenths| Self { tenths, exponent }))
    }

    /// The coarsest step that is not larger than a width.
    pub(super) fn at_most(width: f64) -> Option<Self> {
        let exponent = decade(width)?;
        TENTHS.into_iter().map(|tenths| Self { tenths, exponent }).find(|step| step.size() <= width)
    }

    fn size(self) -> f64 {
        self.times(1)
    }

    /// How many steps fit best into a number; `None` if that is beyond exact counting.
    pub(super) fn count(self, number: f64) -> Option<i64> {
        let count = (number / self.size()).round();
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53, checked in the same line")]
        (count.abs() < 9e15).then_some(count as i64)
    }

    /// So many steps. The digits are put together as text, so that 3 steps of 0.1 are 0.3.
    pub(super) fn times(self, count: i64) -> f64 {
        let digits = i128::from(count) * i128::from(self.tenths);
        format!("{digits}e{}", self.exponent - 1).parse().unwrap_or(f64::NAN)
    }

    /// The multiple nearest to a number.
    pub(super) fn nearest(self, number: f64) -> Option<f64> {
        let nearest = self.times(self.count(number)?);
        // 0, never -0
        nearest.is_finite().then_some(nearest + 0.0)
    }
}

/// The power of ten at or below a number.
fn decade(number: f64) -> Option<i32> {
    if number <= 0.0 || !number.is_finite() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the logarithm of a finite f64 lies within ±324")]
    let exponent = number.log10().floor() as i32;
    // the logarithm of 1000 may come out as 2.9999…
    let power = |exponent: i32| format!("1e{exponent}").parse::<f64>().unwrap_or(0.0);
    Some(if power(exponent + 1) <= number { exponent + 1 } else { exponent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_one_two_two_and_a_half_and_five() {
        let at_most = |width| Step::at_most(width).map(Step::size);
        let cases = [(1.0, 1.0), (1.9, 1.0), (2.425, 2.0), (3.0, 2.5), (7.0, 5.0), (0.03, 0.025), (1000.0, 1000.0)];
        for (width, step) in cases {
            assert_eq!(at_most(width), Some(step), "{width}");
        }
        assert_eq!((at_most(0.0), at_most(f64::INFINITY)), (None, None));
        let first: Vec<f64> = Step::descending_from(420.0).take(5).map(Step::size).collect();
        assert_eq!(first, [500.0, 250.0, 200.0, 100.0, 50.0]);
    }

    #[test]
    fn multiples_have_no_more_digits_than_their_step() {
        let tenth = Step::at_most(0.1).expect("a step");
        assert_eq!((tenth.times(3), tenth.nearest(0.749), tenth.nearest(-0.04)), (0.3, Some(0.7), Some(0.0)));
        assert_eq!(tenth.nearest(-0.04).map(f64::to_bits), Some(0));
        assert_eq!(tenth.nearest(1e300), None);
    }
}
