//! A formula as one fraction of sums: `factor · (a + b) / (c + d)`.
//!
//! Privacy rules go by numerator and denominator, and sums over areas are sums of both; so both have to be found,
//! whatever the spelling: `100 * a / b`, `a / b * 100`, `100 * (b - c) / b` and `100 - 100 * c / b` all have them.
//! Formulas that are no such fraction (products of measures, several denominators) can be computed, but neither
//! protected by minimum counts nor summed up.

use super::{Node, Operator, arithmetic};
use crate::value::Figure;

/// A sum of measures, each with a number in front of it. The smallest of these is 1 or -1, so that where people are
/// counted it is people that are compared with a minimum, and not hundreds of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum {
    /// Position of the measure, and its number; never empty, no number is 0.
    terms: Vec<(usize, f64)>,
}

/// `factor · numerator / denominator`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fraction {
    /// The number before the fraction.
    pub factor: f64,
    /// What is counted.
    pub numerator: Sum,
    /// Out of how many; `None` = there is none, the value is a count.
    pub denominator: Option<Sum>,
}

impl Sum {
    /// The sum of these figures, one per measure of the formula.
    #[must_use]
    pub fn value(&self, figures: &[Figure]) -> Figure {
        let term = |(position, number): &(usize, f64)| {
            let measure = Node::Measure(*position);
            // a factor of 1 would only cost
            if (number - 1.0).abs() < f64::EPSILON {
                measure
            } else {
                Node::both(Operator::Multiply, Node::Number(*number), measure)
            }
        };
        let sum = self.terms.iter().map(term).reduce(|sum, term| Node::both(Operator::Add, sum, term));
        sum.map_or(Figure::absent(crate::value::State::Missing), |sum| arithmetic::value(&sum, figures))
    }

    /// Positions of its measures.
    pub fn measures(&self) -> impl Iterator<Item = usize> + '_ {
        self.terms.iter().map(|(position, _)| *position)
    }

    /// Whether measures are subtracted in it, so that it may be below zero.
    #[must_use]
    pub fn is_balance(&self) -> bool {
        self.terms.iter().any(|(_, number)| *number < 0.0)
    }
}

impl Fraction {
    /// The value that a numerator and a denominator make.
    #[must_use]
    pub fn value(&self, numerator: Figure, denominator: Option<Figure>) -> Figure {
        match denominator {
            Some(denominator) => arithmetic::quotient(self.factor, numerator, denominator),
            None => arithmetic::quotient(self.factor, numerator, Figure::exact(1.0)),
        }
    }
}

/// `constant + Σ number · measure`.
#[derive(Clone, Debug, Default, PartialEq)]
struct Linear {
    constant: f64,
    terms: Vec<(usize, f64)>,
}

impl Linear {
    fn constant(constant: f64) -> Self {
        Self { constant, terms: Vec::new() }
    }

    fn as_constant(&self) -> Option<f64> {
        self.terms.is_empty().then_some(self.constant)
    }

    fn times(&self, number: f64) -> Self {
        let terms = self.terms.iter().map(|(position, own)| (*position, own * number));
        Self { constant: self.constant * number, terms: terms.filter(|(_, number)| *number != 0.0).collect() }
    }

    fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.constant += other.constant;
        for (position, number) in &other.terms {
            match sum.terms.iter_mut().find(|(known, _)| known == position) {
                Some((_, own)) => *own += number,
                None => sum.terms.push((*position, *number)),
            }
        }
        sum.terms.retain(|(_, number)| *number != 0.0);
        sum
    }

    /// The product, where one of the two is a number.
    fn product(&self, other: &Self) -> Option<Self> {
        match (self.as_constant(), other.as_constant()) {
            (Some(number), _) => Some(other.times(number)),
            (_, Some(number)) => Some(self.times(number)),
            _ => None,
        }
    }

    /// As a sum with its smallest number made 1, and what that was divided by. `None` with a constant in it.
    fn normal(&self) -> Option<(f64, Sum)> {
        if self.constant != 0.0 || self.terms.is_empty() {
            return None;
        }
        let least = self.terms.iter().map(|(_, number)| number.abs()).fold(f64::INFINITY, f64::min);
        let terms = self.terms.iter().map(|(position, number)| (*position, number / least)).collect();
        Some((least, Sum { terms }))
    }
}

/// A formula on its way: `over / under`.
struct Over {
    over: Linear,
    under: Linear,
}

/// The formula as a fraction of sums, if it is one.
pub(super) fn find(node: &Node) -> Option<Fraction> {
    let Over { over, under } = over(node)?;
    let (factor, numerator) = over.normal()?;
    if let Some(number) = under.as_constant() {
        return (number != 0.0).then_some(Fraction { factor: factor / number, numerator, denominator: None });
    }
    let (divisor, denominator) = under.normal()?;
    Some(Fraction { factor: factor / divisor, numerator, denominator: Some(denominator) })
}

fn over(node: &Node) -> Option<Over> {
    let whole = |over| Over { over, under: Linear::constant(1.0) };
    match node {
        Node::Number(number) => Some(whole(Linear::constant(*number))),
        Node::Measure(position) => Some(whole(Linear { constant: 0.0, terms: vec![(*position, 1.0)] })),
        Node::Negative(inner) => over(inner).map(|inner| Over { over: inner.over.times(-1.0), ..inner }),
        Node::Both(operator, left, right) => {
            let (left, right) = (over(left)?, over(right)?);
            match operator {
                Operator::Add => add(&left, &right),
                Operator::Subtract => add(&left, &Over { over: right.over.times(-1.0), ..right }),
                Operator::Multiply => {
                    Some(Over { over: left.over.product(&right.over)?, under: left.under.product(&right.under)? })
                }
                Operator::Divide => {
                    Some(Over { over: left.over.product(&right.under)?, under: left.under.product(&right.over)? })
                }
            }
        }
    }
}

/// The sum over one denominator; of two denominators with measures only where they are the same.
fn add(left: &Over, right: &Over) -> Option<Over> {
    if left.under == right.under {
        return Some(Over { over: left.over.plus(&right.over), under: left.under.clone() });
    }
    let over = left.over.product(&right.under)?.plus(&right.over.product(&left.under)?);
    Some(Over { over, under: left.under.product(&right.under)? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Expression;
    use super::*;

    /// `factor, numerator, denominator` in words.
    fn told(text: &str) -> Option<String> {
        let expression = Expression::parse(text).expect(text);
        let names = expression.measures();
        let sum = |sum: &Sum| {
            let terms = sum.terms.iter().map(|(position, number)| format!("{number}{}", names[*position]));
            terms.collect::<Vec<_>>().join(" ")
        };
        let fraction = expression.fraction()?;
        let under = fraction.denominator.as_ref().map_or("1".to_owned(), sum);
        Some(format!("{} | {} | {under}", fraction.factor, sum(&fraction.numerator)))
    }

    #[test]
    fn numerator_and_denominator_are_found_in_every_spelling() {
        for (text, expected) in [
            ("100 * a / b", "100 | 1a | 1b"),
            ("a / b * 100", "100 | 1a | 1b"),
            ("100 * (a / b)", "100 | 1a | 1b"),
            ("a / (b / 100)", "100 | 1a | 1b"),
            ("1000 * (a - b) / c", "1000 | 1a -1b | 1c"),
            ("100 * (a + b) / (c + d)", "100 | 1a 1b | 1c 1d"),
            ("100 - 100 * a / b", "100 | -1a 1b | 1b"),
            ("a / c + b / c", "1 | 1a 1b | 1c"),
            // otherwise one case would look like a hundred to a minimum count
            ("(100 * a + 100 * b) / c", "100 | 1a 1b | 1c"),
            ("a + 2 * b", "1 | 1a 2b | 1"),
            ("a / 2", "0.5 | 1a | 1"),
            ("-a / -b", "1 | -1a | -1b"),
        ] {
            let found = told(text).unwrap_or_else(|| panic!("{text} is a fraction"));
            let sorted = |text: &str| {
                let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
                words.sort();
                words
            };
            assert_eq!(sorted(&found), sorted(expected), "{text}: {found}");
        }
    }

    #[test]
    fn what_is_no_fraction_of_sums_is_none() {
        for text in
            ["a * b", "a * b / c", "a / b + c / d", "a / b / c", "100 / a", "a + 5", "a / (b + 5)", "a - a", "a / 0"]
        {
            assert_eq!(told(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_fraction_has_the_value_of_its_formula(
            which in 0_usize..8, numbers in prop::collection::vec(1_u32..100_000, 4),
        ) {
            let text = [
                "100 * a / b", "a / (b / 100)", "1000 * (a - b) / c", "(100 * a + 50 * b) / (c + 3 * d)", "100 - 100 * a / b",
                "a / c + b / c", "0.5 * a - b", "-(a + b) / -c",
            ][which];
            let expression = Expression::parse(text).expect("a formula");
            let figures: Vec<Figure> = numbers.iter().map(|number| Figure::exact(f64::from(*number))).collect();
            let fraction = expression.fraction().expect("a fraction");
            let denominator = fraction.denominator.as_ref().map(|sum| sum.value(&figures));
            let found = fraction.value(fraction.numerator.value(&figures), denominator).number().expect("a number");
            let expected = expression.value(&figures).number().expect("a number");
            // both are rounded a few times in other orders; what cancels loses digits of the larger part
            prop_assert!((found - expected).abs() <= 1e-9 * (1.0 + expected.abs() + found.abs()) * 1e3, "{found} {expected}");
        }
    }
}
