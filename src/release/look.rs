//! An atlas whose descriptions are refused → the errors in the files that they name, so that a person who mends
//! the descriptions does not meet the columns in the next round.
//!
//! Everything that can be followed is read as [`super::build()`] reads it; only errors are kept, because counts and
//! warnings of half an atlas would mislead. Nothing is released.

use std::path::Path;

use super::Release;
use super::build::{build, read_indicators, read_layers};
use crate::config::{self, Sound};
use crate::report::{Case, Finding, Report, Severity};
use crate::succession::Successions;

/// Reads an atlas folder completely.
///
/// # Errors
/// The report, if any finding is an error.
pub fn load(root: &Path) -> Result<Release, Report> {
    let mut report = Report::default();
    match config::read(root, &mut report) {
        Ok(config) => build(config, report).map_err(|(_, report)| report),
        Err(sound) => {
            look(&sound, &mut report);
            Err(report.relative_to(root))
        }
    }
}

/// Adds the errors in the files of an atlas that [`crate::config::read`] refused, and names what could not be
/// looked at.
pub fn look(sound: &Sound, report: &mut Report) {
    let mut found = Report::default();
    let layers = read_layers(&sound.layers, &mut found);
    read_indicators(&sound.indicators, &layers, &Successions::default(), &mut found);
    found.findings.retain(|finding| finding.severity == Severity::Error);
    found.facts.clear();
    report.append(found);
    if !sound.broken.is_empty() {
        let message = "the files that these descriptions name could not be looked at; more may come";
        let cases = sound.broken.iter().map(|file| Case::detail(file.display().to_string()));
        report.add(
            Finding::notice("more-may-come", message)
                .advise("run check again when the errors in the descriptions are mended")
                .at_all(cases),
        );
    }
}
