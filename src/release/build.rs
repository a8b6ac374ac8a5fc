//! From files to a release: read, join, gate.

use thiserror::Error;

use crate::config::Config;
use crate::release::Release;
use crate::report::Report;

/// Why there is no release. The report that was handed to [`build`] says what is wrong.
#[derive(Debug, Error)]
#[error("the atlas cannot be published: {errors} errors; see the report")]
pub struct BuildError {
    /// Number of findings that stand in the way.
    pub errors: usize,
}

/// Reads everything the configuration names and builds a release.
///
/// # Errors
/// If any finding is an error; `report` then holds everything that was found, and nothing is published.
pub fn build(_config: Config, _report: Report) -> Result<Release, (BuildError, Report)> {
    unimplemented!()
}
