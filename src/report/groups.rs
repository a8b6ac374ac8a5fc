//! The findings as people go about them: file by file, the worst first; and the words around them.

use std::path::Path;

use super::{Case, Finding, Language, Message, Report, Severity};
use crate::message;

/// The findings of one file.
#[derive(Debug)]
pub(super) struct Group<'r> {
    /// The file; `None` for what is about none.
    pub(super) file: Option<&'r Path>,
    /// Its findings, the worst first.
    pub(super) findings: Vec<&'r Finding>,
}

impl Group<'_> {
    fn worst(&self) -> Severity {
        self.findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Notice)
    }

    /// The file's name, or what stands in its place.
    pub(super) fn title(&self, language: Language) -> String {
        match self.file {
            Some(file) => file.display().to_string(),
            None => Message::from("the atlas as a whole").in_language(language),
        }
    }
}

impl Report {
    /// The findings by file: files with errors first, otherwise in the order in which they were met.
    pub(super) fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for finding in &self.findings {
            let file = finding.file.as_deref();
            match groups.iter_mut().find(|group| group.file == file) {
                Some(group) => group.findings.push(finding),
                None => groups.push(Group { file, findings: vec![finding] }),
            }
        }
        for group in &mut groups {
            group.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.worst()));
        groups
    }

    /// One line: how many findings there are of each severity.
    #[must_use]
    pub fn summary(&self) -> Message {
        let n = self.count(Severity::Error);
        let errors = message!("{n} error[s]", n);
        let n = self.count(Severity::Warning);
        let warnings = message!("{n} warning[s]", n);
        let n = self.count(Severity::Notice);
        Message::joined([errors, warnings, message!("{n} notice[s]", n)], ", ")
    }

    /// What the findings mean for the atlas.
    pub(super) fn verdict(&self) -> Message {
        if self.has_errors() {
            "the atlas cannot be published like this".into()
        } else if self.findings.is_empty() {
            "the atlas is in order".into()
        } else {
            "the atlas can be published".into()
        }
    }
}

/// What a severity is called.
pub(super) fn name(severity: Severity) -> Message {
    match severity {
        Severity::Error => "error".into(),
        Severity::Warning => "warning".into(),
        Severity::Notice => "notice".into(),
    }
}

/// What a severity means.
pub(super) fn meaning(severity: Severity) -> Message {
    match severity {
        Severity::Error => "stands in the way: nothing is published until it is mended".into(),
        Severity::Warning => "something was repaired or left out; the rest is published".into(),
        Severity::Notice => "worth knowing; nothing was left out".into(),
    }
}

/// Where a case of a finding is: line, column or key of a description, area key.
pub(super) fn place(finding: &Finding, case: &Case) -> Message {
    let end = finding.file.as_deref().and_then(Path::extension).unwrap_or_default();
    let is_description = end.eq_ignore_ascii_case("toml") || end.eq_ignore_ascii_case("json");
    let line = case.line.map(|line| message!("line {line}", line = line.to_string()));
    let column = case
        .column
        .as_ref()
        .map(|column| if is_description { column.into() } else { message!("column {column}", column) });
    let key = case.key.as_ref().map(|key| message!("key {key}", key));
    Message::joined([line, column, key].into_iter().flatten(), ", ")
}
