//! The formula of an indicator on one area and period, with the states of what goes in.
//!
//! | numerator or denominator | the ratio is |
//! |---|---|
//! | one is suppressed | suppressed |
//! | the denominator is 0 | not applicable |
//! | one has no number | that state; of two: not applicable, unreliable, missing, pending, in this order |
//! | the numerator is exactly zero | zero, whatever the quality of the denominator |
//! | both have a number | the worse of both: estimated, provisional, rounded, exact, in this order |

use crate::value::{Figure, State};

/// Absent states, the one that decides first.
const ABSENT: [State; 5] = [State::Suppressed, State::NotApplicable, State::Unreliable, State::Missing, State::Pending];

/// States with a number, the worst first.
const QUALITY: [State; 4] = [State::Estimated, State::Provisional, State::Rounded, State::Exact];

/// `factor · numerator / denominator`, multiplied first: for counts the product is exact, so that
/// the result is rounded once.
#[must_use]
pub(super) fn ratio(factor: f64, numerator: Figure, denominator: Figure) -> Figure {
    let either = |state: State| numerator.state() == state || denominator.state() == state;
    if either(State::Suppressed) {
        return Figure::absent(State::Suppressed);
    }
    if denominator.number() == Some(0.0) {
        return Figure::absent(State::NotApplicable);
    }
    match (numerator.number(), denominator.number()) {
        (Some(_), Some(_)) if numerator.state() == State::Zero => Figure::exact(0.0),
        (Some(over), Some(under)) => {
            let state = QUALITY.into_iter().find(|state| either(*state)).unwrap_or(State::Exact);
            Figure::new(factor * over / under, state)
        }
        _ => Figure::absent(ABSENT.into_iter().find(|state| either(*state)).unwrap_or(State::Missing)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_figure() -> impl Strategy<Value = Figure> {
        (0..State::ALL.len(), 0.0..1e6_f64).prop_map(|(state, number)| Figure::new(number.round(), State::ALL[state]))
    }

    #[test]
    fn a_share_is_computed_without_a_second_rounding() {
        assert_eq!(ratio(100.0, Figure::exact(29.0), Figure::exact(200.0)).number(), Some(14.5));
        assert_eq!(ratio(100.0, Figure::exact(1.0), Figure::exact(3.0)).number(), Some(100.0 / 3.0));
    }

    #[test]
    fn nothing_out_of_something_is_zero_and_something_out_of_nothing_makes_no_sense() {
        let estimated = Figure::new(50.0, State::Estimated);
        assert_eq!(ratio(100.0, Figure::exact(0.0), estimated).state(), State::Zero);
        assert_eq!(ratio(100.0, Figure::exact(3.0), Figure::exact(0.0)).state(), State::NotApplicable);
        assert_eq!(ratio(100.0, Figure::exact(0.0), Figure::exact(0.0)).state(), State::NotApplicable);
    }

    #[test]
    fn the_worse_quality_and_the_stronger_absence_win() {
        let figure = |state| Figure::new(5.0, state);
        let state = |one, other| ratio(1.0, figure(one), figure(other)).state();
        assert_eq!(state(State::Provisional, State::Estimated), State::Estimated);
        assert_eq!(state(State::Rounded, State::Exact), State::Rounded);
        assert_eq!(state(State::Missing, State::Pending), State::Missing);
        assert_eq!(state(State::Unreliable, State::Missing), State::Unreliable);
        assert_eq!(state(State::Suppressed, State::NotApplicable), State::Suppressed);
    }

    proptest! {
        #[test]
        fn whatever_is_suppressed_stays_suppressed(other in any_figure(), first: bool) {
            let secret = Figure::absent(State::Suppressed);
            let (numerator, denominator) = if first { (secret, other) } else { (other, secret) };
            prop_assert_eq!(ratio(100.0, numerator, denominator).state(), State::Suppressed);
        }

        #[test]
        fn the_order_of_states_does_not_depend_on_the_side(one in any_figure(), other in any_figure()) {
            prop_assume!(one.number().is_none() || other.number().is_none());
            prop_assume!(one.number() != Some(0.0) && other.number() != Some(0.0));
            prop_assert_eq!(ratio(1.0, one, other).state(), ratio(1.0, other, one).state());
        }
    }
}
