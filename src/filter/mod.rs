//! Filter expressions: which features of a file are taken.
//!
//! In goes a text, out comes a [`Filter`] that says yes or no to a feature's attributes. The language
//! is the part of CQL2 text (OGC 21-065r2) that a boundary file needs: comparisons `= <> < <= > >=`,
//! `AND`, `OR`, `NOT`, `IN (…)`, `BETWEEN … AND …`, `LIKE` with `%` and `_` (escaped by `\`),
//! `IS NULL`, parentheses, `TRUE` and `FALSE`; texts in single quotes, columns bare or in double
//! quotes. Keywords are written in any case; `LIKE` and column names in the case of the file.
//! No functions, arithmetic, geometry or dates.
//!
//! **Null** is neither equal nor unequal to anything: a comparison with it is unknown, `AND`, `OR` and
//! `NOT` follow three-valued logic (21-065r2 §6.3, as SQL), and only what is true is taken.
//!
//! **Texts and numbers.** A text in quotes is compared as text, also with a numeric column
//! (`GF = '4'`). A number is compared as number with a numeric column and with a text that is plainly
//! a number (`GF = 4` finds `'4'`), but never with a text with leading zeros: those are keys, and are
//! compared as they are written (`AGS = 3358` does not find `'03358'`).

mod evaluate;
mod parse;
mod token;

pub use token::FilterError;

use crate::attribute::Attribute;

use evaluate::holds;
use parse::{Expression, Operand};

/// A parsed filter expression.
///
/// ```
/// use kreisel::attribute::Attribute;
/// use kreisel::filter::Filter;
///
/// let filter = Filter::parse("GF = 4 AND AGS LIKE '03358%'")?;
/// assert_eq!(filter.columns(), ["GF", "AGS"]);
/// let (land, key) = (Attribute::Integer(4), Attribute::Text("03358002".to_owned()));
/// assert!(filter.matches(|column| if column == "GF" { &land } else { &key }));
/// # Ok::<(), kreisel::filter::FilterError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    text: String,
    expression: Expression,
}

impl Filter {
    /// Reads an expression.
    ///
    /// # Errors
    /// If it is not one; the error says where, and what would fit there.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self { text: text.to_owned(), expression: parse::parse(text)? })
    }

    /// The expression as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The columns it names, each once, in the order in which they stand there.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = Vec::new();
        self.expression.visit_operands(&mut |operand| {
            if let Operand::Column(name) = operand
                && !columns.contains(&name.as_str())
            {
                columns.push(name.as_str());
            }
        });
        columns
    }

    /// Whether a feature is taken. `attribute` finds a column's value.
    pub fn matches<'a>(&self, attribute: impl Fn(&str) -> &'a Attribute) -> bool {
        holds(&self.expression, &attribute) == Some(true)
    }
}

#[cfg(test)]
mod tests;
