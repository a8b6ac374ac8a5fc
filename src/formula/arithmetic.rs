//! What becomes of states when figures are computed with.
//!
//! | figures | the result is |
//! |---|---|
//! | one is suppressed | suppressed |
//! | the divisor is 0 (also a 0 that is rounded, estimated or provisional) | not applicable |
//! | one has no number | that state; of several: not applicable, unreliable, missing, pending, in this order |
//! | exactly zero times something, or divided by something | zero, whatever the quality of the other |
//! | all have a number | the worst of them: estimated, provisional, rounded, exact, in this order; an exact 0 is zero |
//!
//! For the sum over the parts of an area ([`total`]) the same holds, but a part to which the count is not applicable
//! (what cannot exist there) counts as nothing, unless it is so in all parts.

use super::{Node, Operator};
use crate::value::{Figure, State};

/// Absent states, the one that decides first.
const ABSENT: [State; 5] = [State::Suppressed, State::NotApplicable, State::Unreliable, State::Missing, State::Pending];

/// States with a number, the worst first.
const QUALITY: [State; 4] = [State::Estimated, State::Provisional, State::Rounded, State::Exact];

pub(super) fn value(node: &Node, figures: &[Figure]) -> Figure {
    match node {
        Node::Number(number) => Figure::exact(*number),
        Node::Measure(position) => figures.get(*position).copied().unwrap_or(Figure::absent(State::Missing)),
        Node::Negative(inner) => {
            let inner = value(inner, figures);
            inner.number().map_or(inner, |number| Figure::new(-number, inner.state()))
        }
        Node::Both(operator, left, right) => both(*operator, value(left, figures), value(right, figures)),
    }
}

/// `factor · numerator / denominator`, multiplied first: for counts the product is exact, so that the result is
/// rounded once.
#[must_use]
pub fn quotient(factor: f64, numerator: Figure, denominator: Figure) -> Figure {
    both(Operator::Divide, both(Operator::Multiply, Figure::exact(factor), numerator), denominator)
}

/// The sum over the parts of an area; missing where there is none.
#[must_use]
pub fn total(parts: impl IntoIterator<Item = Figure>) -> Figure {
    let mut parts = parts.into_iter().peekable();
    if parts.peek().is_none() {
        return Figure::absent(State::Missing);
    }
    let mut sum: Option<Figure> = None;
    for part in parts {
        sum = Some(match sum {
            None => part,
            Some(sum) if part.state() == State::NotApplicable => sum,
            Some(sum) if sum.state() == State::NotApplicable => part,
            Some(sum) => both(Operator::Add, sum, part),
        });
    }
    sum.unwrap_or(Figure::absent(State::Missing))
}

fn both(operator: Operator, left: Figure, right: Figure) -> Figure {
    let either = |state: State| left.state() == state || right.state() == state;
    if either(State::Suppressed) {
        return Figure::absent(State::Suppressed);
    }
    if operator == Operator::Divide && right.number() == Some(0.0) {
        return Figure::absent(State::NotApplicable);
    }
    let (Some(one), Some(other)) = (left.number(), right.number()) else {
        return Figure::absent(ABSENT.into_iter().find(|state| either(*state)).unwrap_or(State::Missing));
    };
    let nothing = match operator {
        Operator::Multiply => either(State::Zero),
        Operator::Divide => left.state() == State::Zero,
        Operator::Add | Operator::Subtract => false,
    };
    if nothing {
        return Figure::exact(0.0);
    }
    let state = QUALITY.into_iter().find(|state| either(*state)).unwrap_or(State::Exact);
    let number = match operator {
        Operator::Add => one + other,
        Operator::Subtract => one - other,
        Operator::Multiply => one * other,
        Operator::Divide => one / other,
    };
    Figure::new(number, state)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Expression;
    use super::*;

    fn any_figure() -> impl Strategy<Value = Figure> {
        (0..State::ALL.len(), 0.0..1e6_f64).prop_map(|(state, number)| Figure::new(number.round(), State::ALL[state]))
    }

    fn figure(state: State) -> Figure {
        if state == State::Zero { Figure::exact(0.0) } else { Figure::new(6.0, state) }
    }

    /// The table of the module, spelled out: rows are the left figure, columns the right, both 6 where they have a
    /// number. Written down from the words of the documentation.
    const STATES: &str = "
        a / b          exact zero rounded estimated provisional missing pending not_applicable unreliable suppressed
        exact          exact not_applicable rounded estimated provisional missing pending not_applicable unreliable suppressed
        zero           zero not_applicable zero zero zero missing pending not_applicable unreliable suppressed
        rounded        rounded not_applicable rounded estimated provisional missing pending not_applicable unreliable suppressed
        estimated      estimated not_applicable estimated estimated estimated missing pending not_applicable unreliable suppressed
        provisional    provisional not_applicable provisional estimated provisional missing pending not_applicable unreliable suppressed
        missing        missing not_applicable missing missing missing missing missing not_applicable unreliable suppressed
        pending        pending not_applicable pending pending pending missing pending not_applicable unreliable suppressed
        not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable suppressed
        unreliable     unreliable not_applicable unreliable unreliable unreliable unreliable unreliable not_applicable unreliable suppressed
        suppressed     suppressed suppressed suppressed suppressed suppressed suppressed suppressed suppressed suppressed suppressed

        a + b          exact zero rounded estimated provisional missing pending not_applicable unreliable suppressed
        exact          exact exact rounded estimated provisional missing pending not_applicable unreliable suppressed
        zero           exact zero rounded estimated provisional missing pending not_applicable unreliable suppressed
        rounded        rounded rounded rounded estimated provisional missing pending not_applicable unreliable suppressed
        estimated      estimated estimated estimated estimated estimated missing pending not_applicable unreliable suppressed
        provisional    provisional provisional provisional estimated provisional missing pending not_applicable unreliable suppressed
        missing        missing missing missing missing missing missing missing not_applicable unreliable suppressed
        pending        pending pending pending pending pending missing pending not_applicable unreliable suppressed
        not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable not_applicable suppressed
        unreliable     unreliable unreliable unreliable unreliable unreliable unreliable unreliable not_applicable unreliable suppressed
        suppressed     suppressed suppressed suppressed suppressed suppressed suppressed suppressed suppressed suppressed suppressed

        total          exact zero rounded estimated provisional missing pending not_applicable unreliable suppressed
        exact          exact exact rounded estimated provisional missing pending exact unreliable suppressed
        zero           exact zero rounded estimated provisional missing pending zero unreliable suppressed
        rounded        rounded rounded rounded estimated provisional missing pending rounded unreliable suppressed
        estimated      estimated estimated estimated estimated estimated missing pending estimated unreliable suppressed
        provisional    provisional provisional provisional estimated provisional missing pending provisional unreliable suppressed
        missing        missing missing missing missing missing missing missing missing unreliable suppressed
        pending        pending pending pending pending pending missing pending pending unreliable suppressed
        not_applicable exact zero rounded estimated provisional missing pending not_applicable unreliable suppressed
        unreliable     unreliable unreliable unreliable unreliable unreliable unreliable unreliable unreliable unreliable suppressed
        suppressed     suppressed suppressed suppressed suppressed suppressed suppressed suppressed suppressed suppressed suppressed
    ";

    #[test]
    fn states_are_computed_with_as_the_table_says() {
        let lines: Vec<&str> = STATES.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let mut checked = 0;
        for block in lines.chunks(11) {
            let (name, columns) = block[0].split_once("  ").expect("a head");
            let state = |name: &str| State::from_name(name).unwrap_or_else(|| panic!("no state {name}"));
            for row in &block[1..] {
                let mut words = row.split_whitespace();
                let left = state(words.next().expect("a state"));
                for (right, expected) in columns.split_whitespace().map(state).zip(words) {
                    let pair = [figure(left), figure(right)];
                    let result = match name {
                        "total" => total(pair),
                        text => Expression::parse(text).expect("a formula").value(&pair),
                    };
                    assert_eq!(result.state(), state(expected), "{name}: {left} {right}");
                    checked += 1;
                }
            }
        }
        assert_eq!(checked, 300);
    }

    #[test]
    fn a_share_is_computed_without_a_second_rounding() {
        let ratio = |over: f64, under: f64| quotient(100.0, Figure::exact(over), Figure::exact(under)).number();
        assert_eq!(ratio(29.0, 200.0), Some(14.5));
        assert_eq!(ratio(1.0, 3.0), Some(100.0 / 3.0));
    }

    #[test]
    fn no_parts_make_no_sum() {
        assert_eq!(total([]).state(), State::Missing);
        assert_eq!(total([Figure::exact(3.0), Figure::exact(4.0)]).number(), Some(7.0));
    }

    proptest! {
        #[test]
        fn whatever_is_suppressed_stays_suppressed(other in any_figure(), first: bool, operator in 0_usize..4) {
            let secret = Figure::absent(State::Suppressed);
            let pair = if first { [secret, other] } else { [other, secret] };
            let text = ["a + b", "a - b", "100 * a / b", "a * b"][operator];
            prop_assert_eq!(Expression::parse(text).expect("a formula").value(&pair).state(), State::Suppressed);
            prop_assert_eq!(total(pair).state(), State::Suppressed);
        }

        #[test]
        fn a_sum_does_not_depend_on_the_order_of_its_parts(parts in prop::collection::vec(any_figure(), 1..12)) {
            let forwards = total(parts.iter().copied());
            let backwards = total(parts.iter().rev().copied());
            prop_assert_eq!(forwards.state(), backwards.state());
            prop_assert_eq!(forwards.number(), backwards.number(), "whole numbers add up exactly");
        }

        #[test]
        fn the_sum_of_sums_is_the_sum_of_all(parts in prop::collection::vec(any_figure(), 2..12), cut in 1_usize..11) {
            let cut = cut.min(parts.len() - 1);
            let of_two = total([total(parts[..cut].iter().copied()), total(parts[cut..].iter().copied())]);
            let of_all = total(parts.iter().copied());
            prop_assert_eq!((of_two.state(), of_two.number()), (of_all.state(), of_all.number()));
        }
    }
}
