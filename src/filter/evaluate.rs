//! Expression and attributes → true, false or unknown (`None`).

use std::borrow::Cow;
use std::cmp::Ordering;

use super::parse::{Expression, Operand};
use super::token::Comparison;
use crate::attribute::Attribute;

/// Whether an expression holds; `None` is unknown.
pub(super) fn holds<'a>(expression: &Expression, attribute: &impl Fn(&str) -> &'a Attribute) -> Option<bool> {
    match expression {
        Expression::Constant(bool) => Some(*bool),
        Expression::All(parts) => all(parts.iter().map(|part| holds(part, attribute))),
        Expression::Any(parts) => any(parts.iter().map(|part| holds(part, attribute))),
        Expression::Not(part) => holds(part, attribute).map(|holds| !holds),
        Expression::IsNull(operand) => Some(Scalar::of(operand, attribute).is_none()),
        Expression::Compare(left, comparison, right) => {
            let (left, right) = (Scalar::of(left, attribute)?, Scalar::of(right, attribute)?);
            Some(fits(*comparison, left.compare(&right)))
        }
        Expression::In(operand, list) => {
            let value = Scalar::of(operand, attribute)?;
            any(list.iter().map(|entry| Some(value.compare(&Scalar::of(entry, attribute)?) == Ordering::Equal)))
        }
        Expression::Between(operand, low, high) => {
            let value = Scalar::of(operand, attribute)?;
            let low = Scalar::of(low, attribute).map(|low| value.compare(&low) != Ordering::Less);
            let high = Scalar::of(high, attribute).map(|high| value.compare(&high) != Ordering::Greater);
            all([low, high].into_iter())
        }
        Expression::Like(operand, pattern) => Some(is_like(&Scalar::of(operand, attribute)?.text(), pattern)),
    }
}

/// AND: false wins, then unknown.
fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts.by_ref() {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

/// OR: true wins, then unknown.
fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all(parts.map(|part| part.map(|holds| !holds))).map(|none| !none)
}

fn fits(comparison: Comparison, ordering: Ordering) -> bool {
    match comparison {
        Comparison::Equal => ordering.is_eq(),
        Comparison::Unequal => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    }
}

/// A value that is not null.
#[derive(Debug)]
enum Scalar<'v> {
    Text(&'v str),
    /// A number of the expression as it is written, or of a column.
    Number(Option<&'v str>, f64),
    Bool(bool),
}

impl<'v> Scalar<'v> {
    fn of<'a: 'v>(operand: &'v Operand, attribute: &impl Fn(&str) -> &'a Attribute) -> Option<Self> {
        Some(match operand {
            Operand::Text(text) => Self::Text(text),
            Operand::Number(spelled, number) => Self::Number(Some(spelled), *number),
            Operand::Bool(bool) => Self::Bool(*bool),
            Operand::Column(name) => match attribute(name) {
                Attribute::Null => return None,
                Attribute::Bool(bool) => Self::Bool(*bool),
                Attribute::Text(text) => Self::Text(text),
                // NaN is what some writers put for "nothing".
                other => Self::Number(None, other.as_number().filter(|number| !number.is_nan())?),
            },
        })
    }

    /// As text: a number of the expression as it is written, a column's without needless decimals.
    fn text(&self) -> Cow<'v, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(Some(spelled), _) => Cow::Borrowed(spelled),
            Self::Number(None, number) => Cow::Owned(Attribute::Number(*number).to_string()),
            Self::Bool(bool) => Cow::Borrowed(if *bool { "true" } else { "false" }),
        }
    }

    /// As number, if nothing is lost by it: a text with leading zeros is a key.
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(_, number) => Some(*number),
            Self::Text(text) => plain_number(text),
            Self::Bool(_) => None,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let numeric = matches!(self, Self::Number(..)) || matches!(other, Self::Number(..));
        let quoted_against_column =
            matches!((self, other), (Self::Text(_), Self::Number(None, _)) | (Self::Number(None, _), Self::Text(_)));
        let numbers = self.number().zip(other.number()).filter(|_| numeric && !quoted_against_column);
        match numbers.and_then(|(left, right)| left.partial_cmp(&right)) {
            Some(ordering) => ordering,
            None => self.text().cmp(&other.text()),
        }
    }
}

fn plain_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let key_like = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain && !key_like { text.parse().ok() } else { None }
}

/// Whether a text fits a pattern: `%` is any run of characters, `_` is one, `\` takes the next as it is.
///
/// Greedy with one point of return, so the cost is at most text × pattern (never exponential).
fn is_like(text: &str, pattern: &str) -> bool {
    enum Part {
        Any,
        One,
        Char(char),
    }
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        parts.push(match char {
            '%' => Part::Any,
            '_' => Part::One,
            '\\' => Part::Char(chars.next().unwrap_or('\\')),
            char => Part::Char(char),
        });
    }
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut part) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match parts.get(part) {
            Some(Part::Any) => {
                retry = Some((part + 1, at));
                part += 1;
                continue;
            }
            Some(Part::One) => {}
            Some(Part::Char(char)) if *char == text[at] => {}
            _ => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    (part, at) = (after, from + 1);
                    continue;
                }
                None => return false,
            },
        }
        part += 1;
        at += 1;
    }
    parts[part..].iter().all(|part| matches!(part, Part::Any))
}
