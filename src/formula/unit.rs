//! What a measure counts, and what may be added to what: persons to persons, never persons to euros.
//!
//! Units are words, compared as they are written; nothing is converted (hectares are not added to square
//! kilometres). A product of measures multiplies their units, a quotient divides them, a number has none.

use std::collections::BTreeMap;
use std::fmt;

use super::{Node, Operator};
use crate::message;
use crate::report::Message;

/// The unit of a measure or of a formula's value: words with exponents, none for a pure number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit(BTreeMap<String, i8>);

/// Figures of different units are added or subtracted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// Whether they are added, not subtracted.
    pub added: bool,
    /// The part of the formula before the sign.
    pub left: String,
    /// Its unit.
    pub left_unit: Unit,
    /// The part behind the sign.
    pub right: String,
    /// Its unit.
    pub right_unit: Unit,
}

impl UnitError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        let Self { left, right, .. } = self;
        let (left_unit, right_unit) = (self.left_unit.told(), self.right_unit.told());
        if self.added {
            message!(
                "`{left}` ({left_unit}) and `{right}` ({right_unit}) cannot be added",
                left,
                left_unit,
                right,
                right_unit
            )
        } else {
            message!(
                "`{left}` ({left_unit}) and `{right}` ({right_unit}) cannot be subtracted",
                left,
                left_unit,
                right,
                right_unit
            )
        }
    }
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for UnitError {}

impl Unit {
    /// A pure number: `%`, `1`, an index.
    #[must_use]
    pub fn number() -> Self {
        Self::default()
    }

    /// A unit of one word.
    #[must_use]
    pub fn word(word: &str) -> Self {
        Self(BTreeMap::from([(word.to_owned(), 1)]))
    }

    /// As it is told; a pure number in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        if self.is_number() { message!("a number") } else { self.to_string().into() }
    }

    /// Reads `persons`, `euro/persons`, `hours*places`, `%` or `1`; `None` if it is nothing of the kind.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut unit = Self::default();
        let mut exponent = 1;
        let mut rest = text.trim();
        loop {
            let end = rest.find(['*', '/']).unwrap_or(rest.len());
            let word = rest.get(..end)?.trim();
            let is_word = word.chars().all(|char| char.is_alphanumeric() || "_€²³%".contains(char));
            if word.is_empty() || word.len() > 32 || !is_word {
                return None;
            }
            if word != "%" && word != "1" {
                unit = unit.times(&Self(BTreeMap::from([(word.to_owned(), exponent)])), 1);
            }
            let Some(sign) = rest.get(end..).and_then(|rest| rest.chars().next()) else { return Some(unit) };
            exponent = if sign == '/' { -1 } else { 1 };
            rest = rest.get(end + 1..)?;
        }
    }

    /// Whether figures of this unit can be added up over areas: persons can, shares and euros per person cannot.
    #[must_use]
    pub fn is_additive(&self) -> bool {
        !self.0.is_empty() && self.0.values().all(|exponent| *exponent > 0)
    }

    /// Whether it is a pure number, such as a share.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.0.is_empty()
    }

    fn times(&self, other: &Self, sign: i8) -> Self {
        let mut product = self.0.clone();
        for (word, exponent) in &other.0 {
            let sum = product.entry(word.clone()).or_insert(0);
            *sum = sum.saturating_add(exponent.saturating_mul(sign));
        }
        product.retain(|_, exponent| *exponent != 0);
        Self(product)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |sign: i8| {
            let words = self.0.iter().filter(move |(_, exponent)| exponent.signum() == sign);
            words.flat_map(|(word, exponent)| std::iter::repeat_n(word.as_str(), usize::from(exponent.unsigned_abs())))
        };
        let over: Vec<&str> = side(1).collect();
        let under: Vec<&str> = side(-1).collect();
        match (over.is_empty(), under.is_empty()) {
            (true, true) => f.write_str("a number"),
            (_, true) => f.write_str(&over.join("*")),
            (true, false) => write!(f, "1/{}", under.join("/")),
            (false, false) => write!(f, "{}/{}", over.join("*"), under.join("/")),
        }
    }
}

pub(super) fn of(node: &Node, units: &[Unit], names: &[String]) -> Result<Unit, UnitError> {
    match node {
        Node::Number(_) => Ok(Unit::number()),
        Node::Measure(position) => Ok(units.get(*position).cloned().unwrap_or_default()),
        Node::Negative(inner) => of(inner, units, names),
        Node::Both(operator, left, right) => {
            let (left_unit, right_unit) = (of(left, units, names)?, of(right, units, names)?);
            match operator {
                Operator::Multiply => Ok(left_unit.times(&right_unit, 1)),
                Operator::Divide => Ok(left_unit.times(&right_unit, -1)),
                Operator::Add | Operator::Subtract if left_unit == right_unit => Ok(left_unit),
                _ => Err(UnitError {
                    added: *operator == Operator::Add,
                    left: written(left, names),
                    left_unit,
                    right: written(right, names),
                    right_unit,
                }),
            }
        }
    }
}

/// A part of a formula as people write it, with parentheses where they are needed.
fn written(node: &Node, names: &[String]) -> String {
    let inner = |node: &Node| match node {
        Node::Both(Operator::Add | Operator::Subtract, ..) => format!("({})", written(node, names)),
        _ => written(node, names),
    };
    match node {
        Node::Number(number) => number.to_string(),
        Node::Measure(position) => names.get(*position).cloned().unwrap_or_default(),
        Node::Negative(of) => format!("-{}", inner(of)),
        Node::Both(operator @ (Operator::Add | Operator::Subtract), left, right) => {
            format!("{} {} {}", written(left, names), operator.sign(), inner(right))
        }
        Node::Both(operator, left, right) => format!("{} {} {}", inner(left), operator.sign(), inner(right)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Expression;
    use super::*;

    fn unit(text: &str) -> Result<String, String> {
        let of = |name: &str| match name {
            "women" | "men" | "all" => Unit::word("persons"),
            "cost" => Unit::word("euro"),
            "land" => Unit::word("km2"),
            "share" => Unit::number(),
            other => Unit::word(other),
        };
        let found = Expression::parse(text).expect(text).unit(of);
        found.map(|unit| unit.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn like_is_added_to_like_only() {
        assert_eq!(unit("women + men - all"), Ok("persons".to_owned()));
        assert_eq!(
            unit("100 * (women + cost) / all"),
            Err("`women` (persons) and `cost` (euro) cannot be added".to_owned())
        );
        assert_eq!(
            unit("all - 2 * (women + men) / land"),
            Err("`all` (persons) and `2 * (women + men) / land` (persons/km2) cannot be subtracted".to_owned())
        );
        assert_eq!(unit("women + 5"), Err("`women` (persons) and `5` (a number) cannot be added".to_owned()));
        // undeclared measures have units of their own
        assert_eq!(unit("a + b"), Err("`a` (a) and `b` (b) cannot be added".to_owned()));
        assert_eq!(unit("100 - 100 * women / all"), Ok("a number".to_owned()));
    }

    #[test]
    fn products_and_quotients_make_units() {
        assert_eq!(unit("100 * women / all"), Ok("a number".to_owned()));
        assert_eq!(unit("all / land"), Ok("persons/km2".to_owned()));
        assert_eq!(unit("cost / all / land"), Ok("euro/km2/persons".to_owned()));
        assert_eq!(unit("share / all"), Ok("1/persons".to_owned()));
        assert_eq!(unit("women * cost"), Ok("euro*persons".to_owned()));
    }

    #[test]
    fn a_unit_is_read_from_words() {
        let read = |text: &str| Unit::read(text).map(|unit| unit.to_string());
        assert_eq!(read(" persons "), Some("persons".to_owned()));
        assert_eq!(read("euro / persons"), Some("euro/persons".to_owned()));
        assert_eq!(read("€/km²"), Some("€/km²".to_owned()));
        assert_eq!(read("%"), Some("a number".to_owned()));
        assert_eq!(read("1"), Some("a number".to_owned()));
        for wrong in ["", "per 1,000", "a//b", "/a", "a/"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert!(Unit::word("persons").is_additive());
        for share in ["%", "euro/persons"] {
            assert!(!Unit::read(share).expect(share).is_additive(), "{share}");
        }
    }
}
