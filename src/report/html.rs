//! A report as one page that needs nothing else: no script, no further file. For departments that only get the page.
//!
//! Long lists are folded (`<details>`), on paper everything is open. Colours pass WCAG 2.1 AA on white and on the
//! dark background, and no colour says what no word says.

use std::fmt::{self, Write};

use jiff::Timestamp;

use super::groups::{meaning, name, place};
use super::{Case, Finding, Language, Message, Report, Severity};
use crate::message;

/// Cases of a finding that are open; the rest is folded.
const OPEN_CASES: usize = 10;

/// The page's look.
const STYLE: &str = include_str!("html.css");

impl Report {
    /// The report as a page of HTML. `title` is the atlas's, if it is known.
    ///
    /// # Panics
    /// Never: it writes to memory.
    #[must_use]
    pub fn to_html(&self, language: Language, title: Option<&str>, at: Timestamp) -> String {
        let mut out = String::new();
        Page { language, out: &mut out }.report(self, title, at).expect("invariant: memory can be written");
        out
    }
}

struct Page<'o> {
    language: Language,
    out: &'o mut String,
}

/// Text inside an element or a quoted attribute.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                // what a terminal or an editor would act on has no place on a page
                letter if letter.is_control() => f.write_char('\u{fffd}')?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

impl Page<'_> {
    fn report(&mut self, report: &Report, title: Option<&str>, at: Timestamp) -> fmt::Result {
        let code = self.language.code();
        let heading = match title {
            Some(title) => {
                format!("{} {}", self.said("Check report"), self.say(&message!("of the atlas {title}", title)))
            }
            None => self.said("Check report"),
        };
        let time = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        let time = self.say(&message!("as of {time}", time));
        let worst = report.findings.iter().map(|finding| finding.severity).max();
        let mood = worst.map_or("fine", class);
        write!(
            self.out,
            "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{heading}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{heading}</h1>\n\
             <p class=\"verdict {mood}\"><strong>{verdict}</strong><br>{summary}</p>\n<p class=\"time\">{time}</p>\n</header>\n<main>\n",
            heading = Escaped(&heading),
            verdict = Escaped(&capital(&self.say(&report.verdict()))),
            summary = Escaped(&self.say(&report.summary())),
            time = Escaped(&time),
        )?;
        let groups = report.groups();
        if groups.len() > 1 {
            write!(
                self.out,
                "<nav aria-labelledby=\"files\">\n<h2 id=\"files\">{}</h2>\n<ul>\n",
                Escaped(&capital(&self.said("files")))
            )?;
            for (at, group) in groups.iter().enumerate() {
                let counts = self.counts(&group.findings);
                let title = group.title(self.language);
                writeln!(self.out, "<li><a href=\"#file-{at}\">{}</a> <span>{counts}</span></li>", Escaped(&title))?;
            }
            self.out.write_str("</ul>\n</nav>\n")?;
        }
        for (at, group) in groups.iter().enumerate() {
            let title = group.title(self.language);
            write!(
                self.out,
                "<section aria-labelledby=\"file-{at}\">\n<h2 id=\"file-{at}\">{}</h2>\n",
                Escaped(&title)
            )?;
            for finding in &group.findings {
                self.finding(finding)?;
            }
            self.out.write_str("</section>\n")?;
        }
        self.facts(report)?;
        self.out.write_str("</main>\n</body>\n</html>\n")
    }

    /// How many findings of each severity, without those that there are none of.
    fn counts(&self, findings: &[&Finding]) -> String {
        let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let n = of(Severity::Error);
        let errors = (n > 0).then(|| message!("{n} error[s]", n));
        let n = of(Severity::Warning);
        let warnings = (n > 0).then(|| message!("{n} warning[s]", n));
        let n = of(Severity::Notice);
        let notices = (n > 0).then(|| message!("{n} notice[s]", n));
        self.say(&Message::joined([errors, warnings, notices].into_iter().flatten(), ", "))
    }

    fn finding(&mut self, finding: &Finding) -> fmt::Result {
        let class = class(finding.severity);
        write!(
            self.out,
            "<article class=\"{class}\">\n<h3><span class=\"badge\" title=\"{meaning}\">{severity}</span> {message}</h3>\n",
            meaning = Escaped(&self.say(&meaning(finding.severity))),
            severity = Escaped(&self.say(&name(finding.severity))),
            message = Escaped(&capital(&self.say(&finding.message))),
        )?;
        if !finding.advice.is_empty() {
            let label = capital(&self.said("what to do"));
            let advice = capital(&self.say(&finding.advice));
            writeln!(self.out, "<p class=\"advice\"><strong>{}:</strong> {}</p>", Escaped(&label), Escaped(&advice))?;
        }
        let (open, folded) = finding.cases.split_at(finding.cases.len().min(OPEN_CASES));
        self.cases(finding, open)?;
        if !folded.is_empty() {
            let more = self.say(&message!("and {more} more", more = folded.len()));
            writeln!(self.out, "<details>\n<summary>{}</summary>", Escaped(&more))?;
            self.cases(finding, folded)?;
            self.out.write_str("</details>\n")?;
        }
        writeln!(self.out, "<p class=\"code\">{}</p>\n</article>", Escaped(finding.code))
    }

    fn cases(&mut self, finding: &Finding, cases: &[Case]) -> fmt::Result {
        if cases.is_empty() {
            return Ok(());
        }
        self.out.write_str("<ul class=\"cases\">\n")?;
        for case in cases {
            let (place, detail) = (self.say(&place(finding, case)), self.say(&case.detail));
            self.out.write_str("<li>")?;
            if !place.is_empty() {
                write!(self.out, "<b>{}</b>{}", Escaped(&place), if detail.is_empty() { "" } else { ": " })?;
            }
            writeln!(self.out, "{}</li>", Escaped(&detail))?;
        }
        self.out.write_str("</ul>\n")
    }

    fn facts(&mut self, report: &Report) -> fmt::Result {
        if report.facts.is_empty() {
            return Ok(());
        }
        let title = capital(&self.said("what was read"));
        write!(self.out, "<section aria-labelledby=\"read\">\n<h2 id=\"read\">{}</h2>\n<dl>\n", Escaped(&title))?;
        let mut last = None;
        for fact in &report.facts {
            if last != Some(&fact.subject) {
                writeln!(self.out, "<dt>{}</dt>", Escaped(&capital(&self.say(&fact.subject))))?;
                last = Some(&fact.subject);
            }
            writeln!(self.out, "<dd>{}</dd>", Escaped(&self.say(&fact.text)))?;
        }
        self.out.write_str("</dl>\n</section>\n")
    }

    fn say(&self, message: &Message) -> String {
        message.in_language(self.language)
    }

    fn said(&self, text: &str) -> String {
        self.say(&text.into())
    }
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    }
}

/// A sentence with a capital at its front, unless it begins with a name as it stands in a file.
fn capital(text: &str) -> String {
    let first_word = text.split(' ').next().unwrap_or_default();
    let is_word = first_word.chars().all(|letter| letter.is_lowercase() || letter == ',' || letter == ':');
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if is_word => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn page(report: &Report, language: Language) -> String {
        report.to_html(language, Some("Probe & Sohn"), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn what_stands_in_a_file_stays_text() {
        let mut report = Report::default();
        report.add(
            Finding::error("x", "a <b>")
                .in_file(Path::new("\"><script>.csv"))
                .at(Case::line(1).in_column("<img src=x>").saying("a\u{1b}[31m & </li>")),
        );
        let page = page(&report, Language::De);
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{1b}'), "{page}");
        assert!(page.contains("Probe &amp; Sohn") && page.contains("&amp; &lt;/li&gt;"), "{page}");
    }

    #[test]
    fn the_page_needs_nothing_else_and_says_its_language() {
        let mut report = Report::default();
        report.fact("layer kreise", "45 areas");
        report.add(Finding::warning("many", "many").at_all((1..=20).map(Case::line)));
        for (language, said) in [(Language::De, "und 10 weitere"), (Language::En, "and 10 more")] {
            let page = page(&report, language);
            assert!(page.contains(&format!("<html lang=\"{}\">", language.code())));
            assert!(page.contains(said), "{page}");
            for needs in ["http:", "https:", "src=", "@import", "url("] {
                assert!(!page.contains(needs), "{needs}");
            }
        }
    }
}
