//! One attribute of one feature, as its file gave it.

use std::fmt;

/// An attribute's value. Keys are read from it with [`Attribute::to_text`], never as a number.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    /// Nothing: null, or an empty cell.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Text, trimmed.
    Text(String),
}

impl Attribute {
    /// The value as text; `None` for null. Whole numbers come without decimals.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// The value as a number, if it is one; text is not parsed.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "attributes above 2^53 are keys and stay text")]
            Self::Integer(integer) => Some(*integer as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(bool) => write!(f, "{bool}"),
            Self::Integer(integer) => write!(f, "{integer}"),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => write!(f, "{number:.0}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
