//! What a load has to say: facts and findings.
//!
//! Every module that reads something takes a `&mut Report` and writes down what it read, repaired
//! or left out. Nothing is dropped without a finding that counts it. `kreisel check` prints the
//! report, `/health` counts it, and a load fails only on a finding of [`Severity::Error`].

mod catalogue;
mod count;
mod groups;
mod html;
mod json;
mod language;
mod message;
mod text;

use std::path::{Path, PathBuf};

use serde::Serialize;

pub use catalogue::german_texts;
pub use count::counted;
pub use language::Language;
pub use message::{Argument, Given, Message, Shown};
pub use text::{Detail, Manner};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing was left out, and what was repaired had one possible meaning.
    Notice,
    /// Something was repaired or left out; the rest is published.
    Warning,
    /// Something cannot be published as described; `check` ends with exit code 1.
    Error,
}

/// One occurrence of a finding: where exactly, and what was met there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Line of a text file, or record number of a shapefile or table row; the first is 1.
    pub line: Option<u64>,
    /// Column name, or TOML key path.
    pub column: Option<String>,
    /// Area key or facility key as it stands in the file.
    pub key: Option<String>,
    /// What was met, and the nearest candidates where there are some.
    pub detail: Message,
}

impl Case {
    /// A case at a line or record number.
    #[must_use]
    pub fn line(line: u64) -> Self {
        Self { line: Some(line), ..Self::default() }
    }

    /// A case at a key.
    #[must_use]
    pub fn key(key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..Self::default() }
    }

    /// A case that only has a text.
    #[must_use]
    pub fn detail(detail: impl Into<Message>) -> Self {
        Self { detail: detail.into(), ..Self::default() }
    }

    /// Adds the column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// Adds the key.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Adds what was met.
    #[must_use]
    pub fn saying(mut self, detail: impl Into<Message>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// One cause, the file it was met in, what to do about it, and every place where it occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Stable, machine-readable name of the cause, such as `unknown-crs`.
    pub code: &'static str,
    /// The file, relative to the atlas where it lies inside.
    pub file: Option<PathBuf>,
    /// What happened, lower case, no full stop.
    pub message: Message,
    /// What the reader can do about it.
    pub advice: Message,
    /// Every place where it was met; empty if the finding is about the file as a whole.
    pub cases: Vec<Case>,
}

impl Finding {
    /// A finding without file, advice or cases yet.
    #[must_use]
    pub fn new(severity: Severity, code: &'static str, message: impl Into<Message>) -> Self {
        Self { severity, code, file: None, message: message.into(), advice: Message::default(), cases: Vec::new() }
    }

    /// An error: see [`Severity::Error`].
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<Message>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning: see [`Severity::Warning`].
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<Message>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A notice: see [`Severity::Notice`].
    #[must_use]
    pub fn notice(code: &'static str, message: impl Into<Message>) -> Self {
        Self::new(Severity::Notice, code, message)
    }

    /// Names the file.
    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Self {
        self.file = Some(file.to_path_buf());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<Message>) -> Self {
        self.advice = advice.into();
        self
    }

    /// Adds one place.
    #[must_use]
    pub fn at(mut self, case: Case) -> Self {
        self.cases.push(case);
        self
    }

    /// Adds places.
    #[must_use]
    pub fn at_all(mut self, cases: impl IntoIterator<Item = Case>) -> Self {
        self.cases.extend(cases);
        self
    }
}

/// One thing that was read, with its counts: the good news of `check`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about: a layer, an indicator, a file.
    pub subject: Message,
    /// One sentence, lower case, no full stop, with numbers.
    pub text: Message,
}

/// Facts and findings of one load, in the order in which they were met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What was read.
    pub facts: Vec<Fact>,
    /// What was met on the way.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Notes something that was read.
    pub fn fact(&mut self, subject: impl Into<Message>, text: impl Into<Message>) {
        self.facts.push(Fact { subject: subject.into(), text: text.into() });
    }

    /// Adds a finding. A finding with the same code, file, message and severity takes up the cases.
    pub fn add(&mut self, finding: Finding) {
        let same = self.findings.iter_mut().find(|known| {
            known.code == finding.code
                && known.severity == finding.severity
                && known.file == finding.file
                && known.message == finding.message
        });
        match same {
            Some(known) => {
                for case in finding.cases {
                    if !known.cases.contains(&case) {
                        known.cases.push(case);
                    }
                }
            }
            None => self.findings.push(finding),
        }
    }

    /// Takes up everything another report holds.
    pub fn append(&mut self, other: Report) {
        self.facts.extend(other.facts);
        for finding in other.findings {
            self.add(finding);
        }
    }

    /// The report with files below `root` named relative to it, as people know them.
    #[must_use]
    pub fn relative_to(mut self, root: &Path) -> Self {
        for fact in &mut self.facts {
            if let Ok(inside) = Path::new(&*fact.subject).strip_prefix(root) {
                fact.subject = inside.display().to_string().into();
            }
        }
        for file in self.findings.iter_mut().filter_map(|finding| finding.file.as_mut()) {
            if let Ok(inside) = file.strip_prefix(root) {
                *file = inside.to_path_buf();
            }
        }
        self
    }

    /// Whether anything cannot be published as described.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many findings there are of one severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}
