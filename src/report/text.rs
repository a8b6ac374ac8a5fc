//! A report as text for people: what it comes to, the findings file by file, then what was read.

use std::io::{self, Write};

use super::groups::{meaning, name, place};
use super::{Case, Finding, Language, Message, Report, Severity};
use crate::message;

/// How much a person gets to see of a finding with many cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The first few cases, and how many more there are.
    Short,
    /// Every case.
    Full,
}

/// How a report is written for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// In which language.
    pub language: Language,
    /// How much of it.
    pub detail: Detail,
    /// Whether with the colours of a terminal (ECMA-48, "SGR").
    pub colours: bool,
}

impl Manner {
    /// Plain and short.
    #[must_use]
    pub fn plain(language: Language) -> Self {
        Self { language, detail: Detail::Short, colours: false }
    }
}

/// Cases shown of a finding in [`Detail::Short`].
const SHORT_CASES: usize = 5;

const BOLD: &str = "1";
const DIM: &str = "2";

impl Report {
    /// Writes the report for people.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_text(&self, out: &mut impl Write, manner: Manner) -> io::Result<()> {
        Writer { out, manner }.report(self)
    }
}

struct Writer<'o, W> {
    out: &'o mut W,
    manner: Manner,
}

impl<W: Write> Writer<'_, W> {
    fn report(&mut self, report: &Report) -> io::Result<()> {
        let verdict = self.say(&report.verdict());
        let worst = report.findings.iter().map(|finding| finding.severity).max();
        let verdict = self.coloured(&verdict, worst.map_or("32", colour));
        let summary = self.say(&report.summary());
        writeln!(self.out, "{verdict}: {summary}")?;
        for group in report.groups() {
            let title = group.title(self.manner.language);
            let title = self.coloured(&title, BOLD);
            writeln!(self.out, "\n{title}")?;
            for finding in group.findings {
                self.finding(finding)?;
            }
        }
        if !report.facts.is_empty() {
            let title = self.say(&"what was read".into());
            let title = self.coloured(&title, BOLD);
            writeln!(self.out, "\n{title}")?;
            for fact in &report.facts {
                writeln!(self.out, "  {}: {}", self.say(&fact.subject), self.say(&fact.text))?;
            }
        }
        let severities = [Severity::Error, Severity::Warning, Severity::Notice];
        let met = severities.into_iter().filter(|severity| report.count(*severity) > 0);
        let key: Vec<String> =
            met.map(|severity| format!("{}: {}", self.say(&name(severity)), self.say(&meaning(severity)))).collect();
        if !key.is_empty() {
            writeln!(self.out)?;
        }
        for line in key {
            let line = self.coloured(&line, DIM);
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let severity = self.say(&name(finding.severity));
        let severity = self.coloured(&severity, colour(finding.severity));
        let code = self.coloured(&format!("[{}]", finding.code), DIM);
        writeln!(self.out, "  {severity} {code} {}", self.say(&finding.message))?;
        let shown = match self.manner.detail {
            Detail::Full => finding.cases.len(),
            // one more case takes the line that "and 1 more" would
            Detail::Short if finding.cases.len() <= SHORT_CASES + 1 => finding.cases.len(),
            Detail::Short => SHORT_CASES,
        };
        for case in finding.cases.iter().take(shown) {
            writeln!(self.out, "    - {}", self.case(finding, case))?;
        }
        if shown < finding.cases.len() {
            let more = message!("and {more} more (--all lists them)", more = finding.cases.len() - shown);
            writeln!(self.out, "    - {}", self.say(&more))?;
        }
        if !finding.advice.is_empty() {
            writeln!(self.out, "    → {}", self.say(&finding.advice))?;
        }
        Ok(())
    }

    fn case(&self, finding: &Finding, case: &Case) -> String {
        let place = self.say(&place(finding, case));
        match (place.is_empty(), case.detail.is_empty()) {
            (true, _) => self.say(&case.detail),
            (false, true) => place,
            (false, false) => format!("{place}: {}", self.say(&case.detail)),
        }
    }

    fn say(&self, message: &Message) -> String {
        message.in_language(self.manner.language)
    }

    fn coloured(&self, text: &str, colour: &str) -> String {
        if self.manner.colours { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Red, yellow, blue: bold, so that they can be read on dark and light.
fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Notice => "1;34",
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn text(report: &Report, manner: Manner) -> String {
        let mut out = Vec::new();
        let report = report.clone().relative_to(Path::new("/atlas"));
        report.write_text(&mut out, manner).expect("writes to memory");
        String::from_utf8(out).expect("is UTF-8")
    }

    fn sample() -> Report {
        let mut report = Report::default();
        report.fact("layer kreise", "45 areas");
        report.add(Finding::notice("small", "a small thing").in_file(Path::new("/atlas/data/a.csv")));
        report.add(
            Finding::error("crs-unknown", "the file does not say its CRS")
                .in_file(Path::new("/atlas/data/x.shp"))
                .advise("set source.crs")
                .at(Case::line(3).in_column("AGS").with_key("03358").saying("odd")),
        );
        report.add(Finding::warning("odd", "an odd thing").in_file(Path::new("/atlas/data/a.csv")));
        report
    }

    #[test]
    fn a_person_reads_what_it_comes_to_then_file_by_file_the_worst_first() {
        assert_eq!(
            text(&sample(), Manner::plain(Language::En)),
            "the atlas cannot be published like this: 1 error, 1 warning, 1 notice\n\n\
             data/x.shp\n  error [crs-unknown] the file does not say its CRS\n    \
             - line 3, column AGS, key 03358: odd\n    → set source.crs\n\n\
             data/a.csv\n  warning [odd] an odd thing\n  notice [small] a small thing\n\n\
             what was read\n  layer kreise: 45 areas\n\n\
             error: stands in the way: nothing is published until it is mended\n\
             warning: something was repaired or left out; the rest is published\n\
             notice: worth knowing; nothing was left out\n"
        );
    }

    #[test]
    fn a_german_report_says_places_in_german() {
        let german = text(&sample(), Manner::plain(Language::De));
        assert!(
            german.starts_with("So lässt sich der Atlas nicht veröffentlichen: 1 Fehler, 1 Warnung, 1 Hinweis\n"),
            "{german}"
        );
        assert!(german.contains("    - Zeile 3, Spalte „AGS“, Schlüssel 03358: odd\n"), "{german}");
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let coloured = text(&sample(), Manner { colours: true, ..Manner::plain(Language::En) });
        assert!(coloured.contains("\u{1b}[1;31merror\u{1b}[0m"));
        let mut plain = String::new();
        let mut pieces = coloured.split('\u{1b}');
        plain.push_str(pieces.next().unwrap_or_default());
        pieces.for_each(|piece| plain.push_str(piece.split_once('m').expect("a colour ends with m").1));
        assert_eq!(plain, text(&sample(), Manner::plain(Language::En)));
    }

    #[test]
    fn many_cases_are_cut_for_people_and_counted() {
        let mut report = Report::default();
        report.add(Finding::warning("many", "many").at_all((1..=20).map(Case::line)));
        assert!(text(&report, Manner::plain(Language::En)).contains("and 15 more"));
        assert!(text(&report, Manner { detail: Detail::Full, ..Manner::plain(Language::En) }).contains("line 20"));
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
