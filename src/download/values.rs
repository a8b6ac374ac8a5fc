//! One indicator's values on one layer for some periods.

use crate::config::Language;
use crate::release::{Indicator, Layer, Release, Series};
use crate::value::Period;

/// What a table of values is written from.
#[derive(Clone, Copy, Debug)]
pub struct ValueTable<'a> {
    /// The release they belong to.
    pub release: &'a Release,
    /// The indicator.
    pub indicator: &'a Indicator,
    /// The layer.
    pub layer: &'a Layer,
    /// Its released values.
    pub series: &'a Series,
    /// The periods, ascending.
    pub periods: &'a [Period],
    /// The language of the texts in it, and of the way numbers are written.
    pub language: Language,
}
