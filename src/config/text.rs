//! Texts in the languages of the interface, and where data comes from.

use std::path::PathBuf;

use serde::Serialize;

pub use crate::report::Language;

/// A text that people read, in both languages. A file that gives only German has it in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The text in one language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }
}

/// Where data comes from and what may be done with it. It travels to every output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// Who published it, and under which name.
    pub source: Text,
    /// Address of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// State of the data, as ISO 8601 date, month or year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Short name of the licence, such as `dl-de/by-2-0`.
    pub license: String,
    /// Address of the licence text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_url: Option<String>,
    /// The line that has to stand beside every map and table made from it.
    pub attribution: String,
    /// Whether the data is invented for demonstration. Shown wherever it is shown.
    pub invented: bool,
    /// The file that says so, relative to the atlas, as messages name it.
    #[serde(skip)]
    pub described_in: PathBuf,
}
