//! What was found out about a file, for people and for programs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::changes::Changes;
use super::detect::Detected;
use super::sums::Sums;
use super::tidy::{Tidy, decimal_comma};
use super::{Imported, Options};
use crate::config::{RecipeKeyKind, RecipeMeasureFile, RecipePeriodPlace};
use crate::message;
use crate::report::{Finding, Language, Message, Report, Severity};

/// Measures that are named of many.
const SHOWN: usize = 12;

/// One thing that was found out: its name, and what it is.
pub type Fact = (Message, Message);

/// The lines that say what was recognised.
pub(super) fn facts(facts: &mut Vec<Fact>, detected: &Detected<'_>, tidy: &Tidy, sums: &Sums) {
    let recipe = &detected.recipe;
    let mut add = |name: Message, text: Message| facts.push((name, text));
    if let Some(recognised) = &detected.recognised {
        add(message!("recognised"), recognised.clone());
    }
    if let Some(title) = &detected.title {
        add(message!("title"), title.into());
    }
    if !detected.alike.is_empty() {
        let sheets = std::iter::once(&detected.frame).chain(&detected.alike);
        let sheets: Vec<String> = sheets.map(|frame| format!("\"{}\"", frame.sheet.name)).collect();
        add(message!("sheet"), message!("{sheets}, read together", sheets = sheets.join(", ")));
    }
    if let Some(sheet) = &recipe.sheet {
        add(message!("sheet"), format!("\"{sheet}\"").into());
    }
    let rows: Vec<String> = recipe.header.iter().map(u64::to_string).collect();
    if !rows.is_empty() {
        add(message!("header"), message!("row {rows}", rows = rows.join(", ")));
    }
    let columns = Message::joined(recipe.key.columns.iter().map(|name| in_words(name)), " + ");
    add(message!("keys"), message!("{columns}: {keys}", columns, keys = levels(tidy, recipe.key.kind)));
    let periods: Vec<String> = tidy.periods().iter().map(ToString::to_string).collect();
    let span = match periods.as_slice() {
        [] => message!("none"),
        [only] => only.into(),
        [first, .., last] => message!("{first} to {last} ({n} period[s])", first, last, n = periods.len()),
    };
    let place = place(recipe.period.from, recipe.period.column.as_deref());
    add(message!("period"), message!("{span}, from {place}", span, place));
    for (measure, title) in recipe.measures.iter().zip(&detected.titles).take(SHOWN) {
        let unit = measure.unit.as_ref().map_or_else(String::new, |unit| format!(" [{unit}]"));
        let title = if *title == measure.id || title.is_empty() { String::new() } else { format!(": {title}") };
        add(message!("measure"), format!("{}{title}{unit}", measure.id).into());
    }
    if recipe.measures.len() > SHOWN {
        add(message!("measure"), message!("and {n} more, all in the recipe", n = recipe.measures.len() - SHOWN));
    }
    let states = tidy
        .states()
        .into_iter()
        .map(|(state, count)| message!("{count} {state}", count = count.to_string(), state = state.told()));
    let states = Message::joined(states, ", ");
    let areas = message!("{n} area[s]", n = tidy.keys.len());
    add(message!("figures"), message!("{n} figure[s] on {areas}: {states}", n = tidy.values.len(), areas, states));
    let again = if tidy.duplicates == 0 { message!("none") } else { tidy.duplicates.to_string().into() };
    add(message!("duplicates"), again);
    add(message!("sum check"), sum_check(tidy, sums));
}

fn in_words(column: &str) -> Message {
    match column.strip_prefix('[').and_then(|letter| letter.strip_suffix(']')) {
        Some(name) => message!("column {name}", name),
        None => message!("column \"{name}\"", name = column),
    }
}

/// How many keys there are of each length.
fn levels(tidy: &Tidy, kind: RecipeKeyKind) -> Message {
    match kind {
        RecipeKeyKind::Own => return message!("{n} key[s] of the atlas's own", n = tidy.keys.len()),
        RecipeKeyKind::Name => return message!("{n} name[s] of areas", n = tidy.keys.len()),
        RecipeKeyKind::Official => {}
    }
    let mut found = Vec::new();
    if tidy.keys.iter().any(|key| key.text == "DG") {
        found.push(message!("Germany"));
    }
    for digits in [2, 3, 5, 7, 8, 9, 10, 11, 12] {
        let n = tidy.keys.iter().filter(|key| key.text != "DG" && key.text.len() == digits).count();
        let said = match digits {
            _ if n == 0 => continue,
            2 => message!("{n} state[s] (2 digits)", n),
            3 => message!("{n} region[s] (3 digits)", n),
            5 => message!("{n} district[s] (5 digits)", n),
            7 => message!("{n} association[s] (7 digits)", n),
            8 => message!("{n} municipalit[y|ies] or association[s] (8 digits)", n),
            9 => message!("{n} association[s] (9 digits)", n),
            10 => message!("{n} municipalit[y|ies] (10 digits)", n),
            11 => message!("{n} member municipalit[y|ies] (11 digits)", n),
            _ => message!("{n} municipalit[y|ies] (12 digits)", n),
        };
        found.push(said);
    }
    Message::joined(found, ", ")
}

fn place(place: RecipePeriodPlace, column: Option<&str>) -> Message {
    match place {
        RecipePeriodPlace::Column => column.map(in_words).unwrap_or_default(),
        RecipePeriodPlace::Header => message!("the header"),
        RecipePeriodPlace::Title => message!("a line above the header"),
        RecipePeriodPlace::Sheet => message!("the sheet's name"),
        RecipePeriodPlace::File => message!("the file's name"),
        RecipePeriodPlace::Told => message!("what was told"),
    }
}

fn sum_check(tidy: &Tidy, sums: &Sums) -> Message {
    let mut parts = Vec::new();
    if let Some(sum) = &sums.example {
        let key = tidy.keys.get(sum.whole as usize);
        let name = key.map_or_else(String::new, |key| {
            if key.name.is_empty() { key.text.clone() } else { format!("{} {}", key.text, key.name) }
        });
        let measure = tidy.measures.get(usize::from(sum.measure)).cloned().unwrap_or_default();
        let (given, period) = (decimal_comma(sum.given), sum.period);
        parts.push(message!(
            "{name}: {n} row[s] add up to {given} ({measure} {period})",
            name,
            n = sum.parts,
            given,
            measure,
            period
        ));
    }
    let all = sums.agree + sums.differ.len();
    if all > 0 {
        let (agree, all) = (sums.agree.to_string(), all.to_string());
        parts.push(message!("{agree} of {all} larger areas are the sum of their parts", agree, all));
    }
    let right =
        sums.sum_rows.iter().filter(|(.., sum, given)| (sum - given).abs() <= 1e-6 * given.abs().max(1.0)).count();
    if !sums.sum_rows.is_empty() {
        let right = right.to_string();
        parts.push(message!("{right} of {n} figure[s] in sum rows agree", right, n = sums.sum_rows.len()));
    }
    if !sums.rates.is_empty() {
        parts.push(message!("{n} measure[s] [does|do] not add up, as rates and means do not", n = sums.rates.len()));
    }
    if parts.is_empty() { message!("no row is the whole of others") } else { Message::joined(parts, "; ") }
}

/// Whether a measure is a share, a rate, a mean or an index: by its unit and name, and by figures with decimals.
pub(super) fn is_ratio(measure: &RecipeMeasureFile, tidy: &Tidy, position: u16) -> bool {
    const WORDS: [&str; 14] = [
        "quote",
        "anteil",
        "rate",
        "durchschnitt",
        "dichte",
        "je ",
        "index",
        "quotient",
        "score",
        "mittel",
        "alter",
        "share",
        "mean",
        "grad",
    ];
    let unit = measure.unit.as_deref().unwrap_or_default().to_lowercase();
    if ["anzahl", "personen", "einwohner", "fälle"].contains(&unit.as_str()) {
        return false;
    }
    let label =
        format!("{} {} {}", measure.id.replace('_', " "), measure.column, measure.parts.join(" ")).to_lowercase();
    if matches!(unit.as_str(), "%" | "prozent" | "jahre" | "promille" | "‰" | "index")
        || unit.starts_with("je ")
        || unit.contains(" je ")
    {
        return true;
    }
    if WORDS.iter().any(|word| label.contains(word)) {
        return true;
    }
    let numbers =
        || tidy.values.iter().filter(move |value| value.measure == position).filter_map(|value| value.figure.number());
    numbers().filter(|number| number.fract() != 0.0).count() * 2 > numbers().count()
}

impl Imported {
    /// Writes what was found out for people: what was recognised, what changes, what was met, what to do next.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_text(&self, out: &mut impl Write, options: &Options, language: Language) -> io::Result<()> {
        writeln!(out, "{}", self.file.display())?;
        let said = |message: &Message| message.in_language(language);
        let width = self.facts.iter().map(|(name, _)| said(name).chars().count()).max().unwrap_or(0);
        let mut before = String::new();
        for (name, text) in &self.facts {
            let name = said(name);
            let shown = if name == before { "" } else { &name };
            writeln!(out, "  {shown:width$}  {}", said(text))?;
            before = name;
        }
        if let Some(changes) = &self.changes {
            writeln!(out, "\n  {}", said(&changes.to_message()))?;
            for change in &changes.largest {
                let change = format!(
                    "{} {} {}: {} → {}",
                    change.key,
                    change.period,
                    change.measure,
                    said(&change.before),
                    said(&change.after)
                );
                writeln!(out, "  - {change}")?;
            }
        }
        for severity in [Severity::Error, Severity::Warning, Severity::Notice] {
            for finding in self.report.findings.iter().filter(|finding| finding.severity == severity) {
                write_finding(out, finding, language)?;
            }
        }
        writeln!(out)?;
        for line in self.end(options) {
            writeln!(out, "{}", said(&line))?;
        }
        Ok(())
    }

    /// What was written, and what is to do.
    fn end(&self, options: &Options) -> Vec<Message> {
        if self.refused {
            return vec![message!("refused: nothing was written")];
        }
        let Some(atlas) = &options.into else {
            return vec![message!("nothing was written; with --into ATLAS the figures come into an atlas")];
        };
        let mut lines = Vec::new();
        for path in &self.written {
            let path = atlas.join(path);
            let path = path.display();
            lines.push(if options.dry_run {
                message!("would write: {path}", path)
            } else {
                message!("written: {path}", path)
            });
        }
        let atlas = atlas.display();
        let described = self.written.iter().find(|path| path.starts_with("indicators"));
        match described {
            _ if options.dry_run => {}
            Some(path) => {
                let path = path.display();
                lines.push(message!(
                    "next: fill in {path} where it says \"Bitte prüfen\", then look at it with: kreisel serve {atlas}",
                    path,
                    atlas
                ));
            }
            None => lines.push(message!("next: kreisel serve {atlas}", atlas)),
        }
        lines
    }
}

/// Cases that are shown of a finding.
const SHOWN_CASES: usize = 5;

fn write_finding(out: &mut impl Write, finding: &Finding, language: Language) -> io::Result<()> {
    let said = |message: &Message| message.in_language(language);
    let severity = match finding.severity {
        Severity::Error => message!("error"),
        Severity::Warning => message!("warning"),
        Severity::Notice => message!("notice"),
    };
    writeln!(out, "\n  {} [{}] {}", said(&severity), finding.code, said(&finding.message))?;
    for case in finding.cases.iter().take(SHOWN_CASES) {
        let line = case.line.map(|line| said(&message!("row {rows}", rows = line.to_string())));
        let place: Vec<String> = line.into_iter().chain(case.column.clone()).chain(case.key.clone()).collect();
        let between = if place.is_empty() || case.detail.is_empty() { "" } else { ": " };
        writeln!(out, "  - {}{between}{}", place.join(", "), said(&case.detail))?;
    }
    if finding.cases.len() > SHOWN_CASES {
        let n = finding.cases.len() - SHOWN_CASES;
        writeln!(out, "  - {}", said(&message!("and {n} more (--format json lists them)", n)))?;
    }
    if !finding.advice.is_empty() {
        writeln!(out, "  → {}", said(&finding.advice))?;
    }
    Ok(())
}

/// The measures of a recipe for programs.
pub(super) fn measures(detected: &Detected<'_>) -> Vec<Value> {
    let all = detected.recipe.measures.iter().zip(&detected.titles);
    all.map(|(measure, title)| json!({ "id": measure.id, "title": title, "column": measure.column, "parts": measure.parts, "unit": measure.unit })).collect()
}

/// Everything for programs.
pub(super) fn json(
    file: &Path,
    facts: &[Fact],
    changes: Option<&Changes>,
    written: &[PathBuf],
    refused: bool,
    measures: &[Value],
    report: &Report,
) -> Value {
    let mut detected = serde_json::Map::new();
    for (name, text) in facts {
        let entry = detected.entry(name.to_string()).or_insert_with(|| json!([]));
        if let Some(list) = entry.as_array_mut() {
            list.push(json!(text.to_string()));
        }
    }
    json!({
        "file": file.display().to_string(),
        "refused": refused,
        "detected": detected,
        "measures": measures,
        "changes": changes.map(Changes::to_json),
        "files": written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        "report": report.to_json(),
    })
}
