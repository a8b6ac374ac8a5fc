//! Table files → raw values with their states.

use std::path::PathBuf;

use thiserror::Error;

use crate::config::{MeasureId, TableConfig};
use crate::report::Report;
use crate::value::{Figure, Period};

/// One raw figure as a table gave it. Raw values are named in `table`, `indicator` and `release`
/// only; nothing behind the gate can hold one.
#[derive(Clone, Debug, PartialEq)]
pub struct RawValue {
    /// Line of the file; the first is 1.
    pub line: u64,
    /// The area key as it stands there, not yet read as any kind of key.
    pub key: String,
    /// What is counted.
    pub measure: MeasureId,
    /// When.
    pub period: Period,
    /// The figure.
    pub figure: Figure,
}

/// Everything one table holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The file.
    pub path: PathBuf,
    /// Values in file order.
    pub values: Vec<RawValue>,
}

/// Why a table gives no values at all.
#[derive(Debug, Error)]
pub enum TableError {}

/// Reads a table.
///
/// # Errors
/// If the file as a whole cannot be used; single bad cells are left out and reported.
pub fn open(_config: &TableConfig, _report: &mut Report) -> Result<Table, TableError> {
    unimplemented!()
}
