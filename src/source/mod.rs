//! Geometry files → features in lon/lat with attributes.

use thiserror::Error;

use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::geo::{LonLat, Shape};
use crate::report::Report;

/// One feature as its file gave it, in lon/lat.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Record number in the file; the first is 1.
    pub row: u64,
    /// Attributes in the order of [`FeatureSet::columns`].
    pub attributes: Vec<Attribute>,
    /// Geometry. Features with null or unusable geometry are left out and reported.
    pub shape: Shape<LonLat>,
}

/// The features of one file that passed the filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureSet {
    /// Column names in file order.
    pub columns: Vec<String>,
    /// Features in file order.
    pub features: Vec<Feature>,
}

impl FeatureSet {
    /// Index of a column: exact match first, then without regard to case.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column == name);
        exact.or_else(|| self.columns.iter().position(|column| column.eq_ignore_ascii_case(name)))
    }
}

/// Why a file gives no features at all.
#[derive(Debug, Error)]
pub enum SourceError {}

/// Reads a file.
///
/// # Errors
/// If the file as a whole cannot be used; single bad features are left out and reported.
pub fn open(_config: &SourceConfig, _report: &mut Report) -> Result<FeatureSet, SourceError> {
    unimplemented!()
}
