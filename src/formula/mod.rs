//! Formulas: how an indicator's value comes from what the tables count.
//!
//! In goes a text such as `100 * recipients / residents_under_15`, out comes an [`Expression`] that makes a
//! [`Figure`] of the figures of its measures. The language is small on purpose: names of measures, numbers with a
//! decimal point, `+ - * /` and parentheses, `*` and `/` before `+` and `-`, the same from left to right. No functions,
//! conditions or texts; at most [`MAX_LENGTH`] characters, [`MAX_DEPTH`] levels and [`MAX_MEASURES`] measures.
//!
//! `arithmetic` says what becomes of states, `unit` what may be added to what, and `fraction` finds the numerator and
//! denominator that privacy rules and sums over areas go by.

mod arithmetic;
mod fraction;
mod parse;
mod token;
mod unit;

pub use arithmetic::{quotient, total};
pub use fraction::{Fraction, Sum};
pub use token::FormulaError;
pub use unit::{Unit, UnitError};

use crate::value::Figure;

/// Characters that a formula may have.
pub const MAX_LENGTH: usize = 500;
/// Levels of parentheses and signs that a formula may have.
pub const MAX_DEPTH: usize = 16;
/// Measures that a formula may have.
pub const MAX_MEASURES: usize = 16;

/// A formula that has been read. Its measures are known by their position in [`Self::measures`].
///
/// ```
/// use kreisel::formula::Expression;
/// use kreisel::value::Figure;
///
/// let rate = Expression::parse("100 * recipients / residents_under_15")?;
/// assert_eq!(rate.measures(), ["recipients", "residents_under_15"]);
/// assert_eq!(rate.value(&[Figure::exact(29.0), Figure::exact(200.0)]).number(), Some(14.5));
/// # Ok::<(), kreisel::formula::FormulaError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    measures: Vec<String>,
    node: Node,
    fraction: Option<Fraction>,
}

/// What a formula is made of.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    /// A measure, by its position.
    Measure(usize),
    Negative(Box<Node>),
    Both(Operator, Box<Node>, Box<Node>),
}

/// What is done with two figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Expression {
    /// Reads a formula.
    ///
    /// # Errors
    /// If it is none; the error says where, and what would fit there.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let (node, measures) = parse::parse(text)?;
        Ok(Self::of(text.trim().to_owned(), measures, node))
    }

    /// The measure itself.
    #[must_use]
    pub fn measure(name: &str) -> Self {
        Self::of(name.to_owned(), vec![name.to_owned()], Node::Measure(0))
    }

    /// `factor * numerator / denominator`.
    #[must_use]
    pub fn ratio(factor: f64, numerator: &str, denominator: &str) -> Self {
        let mut measures = vec![numerator.to_owned()];
        if denominator != numerator {
            measures.push(denominator.to_owned());
        }
        // multiplied first: for counts the product is exact, so that the result is rounded once
        let product = Node::both(Operator::Multiply, Node::Number(factor), Node::Measure(0));
        let node = Node::both(Operator::Divide, product, Node::Measure(measures.len() - 1));
        Self::of(format!("{factor} * {numerator} / {denominator}"), measures, node)
    }

    fn of(text: String, measures: Vec<String>, node: Node) -> Self {
        let fraction = fraction::find(&node);
        Self { text, measures, node, fraction }
    }

    /// The formula as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The measures it needs, each once, in the order in which they stand there.
    #[must_use]
    pub fn measures(&self) -> &[String] {
        &self.measures
    }

    /// The value, from one figure per measure. A measure without figure is missing.
    #[must_use]
    pub fn value(&self, figures: &[Figure]) -> Figure {
        arithmetic::value(&self.node, figures)
    }

    /// The same as one fraction of sums, `factor · (a + b) / (c + d)`; `None` where it is none, as with the product of
    /// two measures.
    #[must_use]
    pub fn fraction(&self) -> Option<&Fraction> {
        self.fraction.as_ref()
    }

    /// Whether it is a sum of measures without division: such values can be added up.
    #[must_use]
    pub fn is_additive(&self) -> bool {
        self.fraction.as_ref().is_some_and(|fraction| fraction.denominator.is_none())
    }

    /// The unit of the value, where `unit` knows that of each measure.
    ///
    /// # Errors
    /// If figures of different units are added or subtracted.
    pub fn unit(&self, unit: impl Fn(&str) -> Unit) -> Result<Unit, UnitError> {
        let units: Vec<Unit> = self.measures.iter().map(|measure| unit(measure)).collect();
        unit::of(&self.node, &units, &self.measures)
    }
}

impl Node {
    fn both(operator: Operator, left: Node, right: Node) -> Self {
        Self::Both(operator, Box::new(left), Box::new(right))
    }
}
