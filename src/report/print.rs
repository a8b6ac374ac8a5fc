//! A report as text for people and as JSON for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Case, Finding, Report, Severity, counted};

/// How much a person gets to see of a finding with many cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The first few cases, and how many more there are.
    Short,
    /// Every case.
    Full,
}

/// Cases shown of a finding in [`Detail::Short`].
const SHORT_CASES: usize = 5;

impl Report {
    /// Writes the report for people: what was read, then the findings, worst first, then a summary.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_text(&self, out: &mut impl Write, detail: Detail) -> io::Result<()> {
        for fact in &self.facts {
            writeln!(out, "{}: {}", fact.subject, fact.text)?;
        }
        for severity in [Severity::Error, Severity::Warning, Severity::Notice] {
            for finding in self.findings.iter().filter(|finding| finding.severity == severity) {
                writeln!(out)?;
                write_finding(out, finding, detail)?;
            }
        }
        writeln!(out)?;
        writeln!(out, "{}", self.summary())
    }

    /// One line: how many findings there are of each severity.
    #[must_use]
    pub fn summary(&self) -> String {
        [
            counted(self.count(Severity::Error), "{n} error[s]"),
            counted(self.count(Severity::Warning), "{n} warning[s]"),
            counted(self.count(Severity::Notice), "{n} notice[s]"),
        ]
        .join(", ")
    }

    /// The report for programs, complete: `summary`, `facts` and `findings`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "summary": {
                "errors": self.count(Severity::Error),
                "warnings": self.count(Severity::Warning),
                "notices": self.count(Severity::Notice),
            },
            "facts": self.facts,
            "findings": self.findings,
        })
    }
}

fn write_finding(out: &mut impl Write, finding: &Finding, detail: Detail) -> io::Result<()> {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    write!(out, "{severity} [{}] ", finding.code)?;
    if let Some(file) = &finding.file {
        write!(out, "{}: ", file.display())?;
    }
    writeln!(out, "{}", finding.message)?;
    let shown = match detail {
        Detail::Full => finding.cases.len(),
        // one more case takes the line that "and 1 more" would
        Detail::Short if finding.cases.len() <= SHORT_CASES + 1 => finding.cases.len(),
        Detail::Short => SHORT_CASES,
    };
    for case in finding.cases.iter().take(shown) {
        writeln!(out, "  - {}", case_line(case))?;
    }
    if shown < finding.cases.len() {
        writeln!(out, "  - and {} more (--all lists them)", finding.cases.len() - shown)?;
    }
    if !finding.advice.is_empty() {
        writeln!(out, "  → {}", finding.advice)?;
    }
    Ok(())
}

fn case_line(case: &Case) -> String {
    let place = [
        case.line.map(|line| format!("line {line}")),
        case.column.clone(),
        case.key.as_ref().map(|key| format!("key {key}")),
    ];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(", ");
    match (place.is_empty(), case.detail.is_empty()) {
        (true, _) => case.detail.clone(),
        (false, true) => place,
        (false, false) => format!("{place}: {}", case.detail),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn text(report: &Report, detail: Detail) -> String {
        let mut out = Vec::new();
        let report = report.clone().relative_to(Path::new("/atlas"));
        report.write_text(&mut out, detail).expect("writes to memory");
        String::from_utf8(out).expect("is UTF-8")
    }

    #[test]
    fn a_person_reads_the_worst_first_and_what_to_do() {
        let mut report = Report::default();
        report.fact("layer kreise", "45 areas");
        report.add(Finding::notice("small", "a small thing"));
        report.add(
            Finding::error("crs-unknown", "the file does not say its CRS")
                .in_file(Path::new("/atlas/data/x.shp"))
                .advise("set source.crs")
                .at(Case::line(3).in_column("AGS").with_key("03358").saying("odd")),
        );
        assert_eq!(
            text(&report, Detail::Short),
            "layer kreise: 45 areas\n\n\
             error [crs-unknown] data/x.shp: the file does not say its CRS\n  \
             - line 3, AGS, key 03358: odd\n  → set source.crs\n\n\
             notice [small] a small thing\n\n\
             1 error, 0 warnings, 1 notice\n"
        );
    }

    #[test]
    fn many_cases_are_cut_for_people_and_counted() {
        let mut report = Report::default();
        report.add(Finding::warning("many", "many").at_all((1..=20).map(Case::line)));
        assert!(text(&report, Detail::Short).contains("and 15 more"));
        assert!(text(&report, Detail::Full).contains("line 20"));
    }

    #[test]
    fn the_same_cause_in_the_same_file_is_one_finding() {
        let mut report = Report::default();
        report.add(Finding::warning("x", "x").at(Case::line(1)));
        report.add(Finding::warning("x", "x").at(Case::line(1)).at(Case::line(2)));
        assert_eq!(report.findings.len(), 1);
        assert_eq!(report.findings[0].cases.len(), 2);
    }
}
