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
use crate::report::{Finding, Report, Severity, counted};

/// Measures that are named of many.
const SHOWN: usize = 12;

/// The lines that say what was recognised.
pub(super) fn facts(facts: &mut Vec<(&'static str, String)>, detected: &Detected<'_>, tidy: &Tidy, sums: &Sums) {
    let recipe = &detected.recipe;
    if let Some(recognised) = &recipe.recognised {
        facts.push(("recognised", recognised.clone()));
    }
    if let Some(title) = &detected.title {
        facts.push(("title", title.clone()));
    }
    if let Some(sheet) = &recipe.sheet {
        facts.push(("sheet", format!("\"{sheet}\"")));
    }
    let rows: Vec<String> = recipe.header.iter().map(u64::to_string).collect();
    if !rows.is_empty() {
        facts.push(("header", format!("{} {}", if rows.len() == 1 { "row" } else { "rows" }, rows.join(", "))));
    }
    let columns = recipe.key.columns.iter().map(|name| in_words(name)).collect::<Vec<_>>().join(" + ");
    facts.push(("keys", format!("{columns}: {}", levels(tidy, recipe.key.kind))));
    let periods: Vec<String> = tidy.periods().iter().map(ToString::to_string).collect();
    let span = match periods.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [first, .., last] => format!("{first} to {last} ({})", counted(periods.len(), "{n} period[s]")),
    };
    facts.push(("period", format!("{span}, from {}", place(recipe.period.from, recipe.period.column.as_deref()))));
    for (measure, title) in recipe.measures.iter().zip(&detected.titles).take(SHOWN) {
        let unit = measure.unit.as_ref().map_or_else(String::new, |unit| format!(" [{unit}]"));
        let title = if *title == measure.id || title.is_empty() { String::new() } else { format!(": {title}") };
        facts.push(("measure", format!("{}{title}{unit}", measure.id)));
    }
    if recipe.measures.len() > SHOWN {
        facts.push(("measure", format!("and {} more, all in the recipe", recipe.measures.len() - SHOWN)));
    }
    let states: Vec<String> = tidy.states().into_iter().map(|(state, count)| format!("{count} {state}")).collect();
    facts.push(("figures", format!("{}: {}", counted(tidy.values.len(), "{n} figure[s] on ") + &counted(tidy.keys.len(), "{n} area[s]"), states.join(", "))));
    facts.push(("duplicates", if tidy.duplicates == 0 { "none".to_owned() } else { tidy.duplicates.to_string() }));
    facts.push(("sum check", sum_check(tidy, sums)));
}

fn in_words(column: &str) -> String {
    match column.strip_prefix('[').and_then(|letter| letter.strip_suffix(']')) {
        Some(letter) => format!("column {letter}"),
        None => format!("column \"{column}\""),
    }
}

/// How many keys there are of each length.
fn levels(tidy: &Tidy, kind: RecipeKeyKind) -> String {
    match kind {
        RecipeKeyKind::Own => return counted(tidy.keys.len(), "{n} key[s] of the atlas's own"),
        RecipeKeyKind::Name => return counted(tidy.keys.len(), "{n} name[s] of areas"),
        RecipeKeyKind::Official => {}
    }
    let count = |lengths: &[usize]| tidy.keys.iter().filter(|key| key.text != "DG" && lengths.contains(&key.text.len())).count();
    let mut found = Vec::new();
    for (lengths, one, many) in [
        (&[2_usize][..], "state (2 digits)", "states (2 digits)"),
        (&[3], "region (3 digits)", "regions (3 digits)"),
        (&[5], "district (5 digits)", "districts (5 digits)"),
        (&[7], "association (7 digits)", "associations (7 digits)"),
        (&[8], "municipality (8 digits)", "municipalities or associations (8 digits)"),
        (&[9], "association (9 digits)", "associations (9 digits)"),
        (&[10], "municipality (10 digits)", "municipalities (10 digits)"),
        (&[11], "member municipality (11 digits)", "member municipalities (11 digits)"),
        (&[12], "municipality (12 digits)", "municipalities (12 digits)"),
    ] {
        match count(lengths) {
            0 => {}
            1 => found.push(format!("1 {one}")),
            count => found.push(format!("{count} {many}")),
        }
    }
    if tidy.keys.iter().any(|key| key.text == "DG") {
        found.insert(0, "Germany".to_owned());
    }
    found.join(", ")
}

fn place(place: RecipePeriodPlace, column: Option<&str>) -> String {
    match place {
        RecipePeriodPlace::Column => column.map(in_words).unwrap_or_default(),
        RecipePeriodPlace::Header => "the header".to_owned(),
        RecipePeriodPlace::Title => "a line above the header".to_owned(),
        RecipePeriodPlace::Sheet => "the sheet's name".to_owned(),
        RecipePeriodPlace::File => "the file's name".to_owned(),
        RecipePeriodPlace::Told => "what was told".to_owned(),
    }
}

fn sum_check(tidy: &Tidy, sums: &Sums) -> String {
    let mut parts = Vec::new();
    if let Some(sum) = &sums.example {
        let key = tidy.keys.get(sum.whole as usize);
        let name = key.map_or_else(String::new, |key| if key.name.is_empty() { key.text.clone() } else { format!("{} {}", key.text, key.name) });
        let measure = tidy.measures.get(usize::from(sum.measure)).cloned().unwrap_or_default();
        parts.push(format!("{name}: {} add up to {} ({measure} {})", counted(sum.parts, "{n} row[s]"), decimal_comma(sum.given), sum.period));
    }
    if sums.agree + sums.differ.len() > 0 {
        parts.push(format!("{} of {} larger areas are the sum of their parts", sums.agree, sums.agree + sums.differ.len()));
    }
    let right = sums.sum_rows.iter().filter(|(.., sum, given)| (sum - given).abs() <= 1e-6 * given.abs().max(1.0)).count();
    if !sums.sum_rows.is_empty() {
        parts.push(format!("{right} of {} in sum rows agree", counted(sums.sum_rows.len(), "{n} figure[s]")));
    }
    if !sums.rates.is_empty() {
        parts.push(counted(sums.rates.len(), "{n} measure[s] [does|do] not add up, as rates and means do not"));
    }
    if parts.is_empty() { "no row is the whole of others".to_owned() } else { parts.join("; ") }
}

/// Whether a measure is a share, a rate, a mean or an index: by its unit and name, and by figures with decimals.
pub(super) fn is_ratio(measure: &RecipeMeasureFile, tidy: &Tidy, position: u16) -> bool {
    const WORDS: [&str; 14] = [
        "quote", "anteil", "rate", "durchschnitt", "dichte", "je ", "index", "quotient", "score", "mittel", "alter", "share",
        "mean", "grad",
    ];
    let unit = measure.unit.as_deref().unwrap_or_default().to_lowercase();
    if ["anzahl", "personen", "einwohner", "fälle"].contains(&unit.as_str()) {
        return false;
    }
    let label = format!("{} {} {}", measure.id.replace('_', " "), measure.column, measure.parts.join(" ")).to_lowercase();
    if matches!(unit.as_str(), "%" | "prozent" | "jahre" | "promille" | "‰" | "index") || unit.starts_with("je ") || unit.contains(" je ") {
        return true;
    }
    if WORDS.iter().any(|word| label.contains(word)) {
        return true;
    }
    let numbers = || tidy.values.iter().filter(move |value| value.measure == position).filter_map(|value| value.figure.number());
    numbers().filter(|number| number.fract() != 0.0).count() * 2 > numbers().count()
}

impl Imported {
    /// Writes what was found out for people: what was recognised, what changes, what was met, what to do next.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_text(&self, out: &mut impl Write, options: &Options) -> io::Result<()> {
        writeln!(out, "{}", self.file.display())?;
        let width = self.facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut before = "";
        for (name, text) in &self.facts {
            let shown = if *name == before { "" } else { name };
            writeln!(out, "  {shown:width$}  {text}")?;
            before = name;
        }
        if let Some(changes) = &self.changes {
            writeln!(out, "\n  {}", changes.to_text())?;
            for change in &changes.largest {
                writeln!(out, "  - {} {} {}: {} → {}", change.key, change.period, change.measure, change.before, change.after)?;
            }
        }
        for severity in [Severity::Error, Severity::Warning, Severity::Notice] {
            for finding in self.report.findings.iter().filter(|finding| finding.severity == severity) {
                write_finding(out, finding)?;
            }
        }
        writeln!(out)?;
        self.write_end(out, options)
    }

    fn write_end(&self, out: &mut impl Write, options: &Options) -> io::Result<()> {
        let Some(atlas) = options.into.as_ref().map(|atlas| atlas.display()) else {
            if !self.refused {
                writeln!(out, "nothing was written; with --into ATLAS the figures come into an atlas")?;
            }
            return Ok(());
        };
        if self.refused {
            return writeln!(out, "refused: nothing was written");
        }
        let verb = if options.dry_run { "would write" } else { "written" };
        for path in &self.written {
            writeln!(out, "{verb}: {}", options.into.as_deref().unwrap_or(Path::new("")).join(path).display())?;
        }
        let described = self.written.iter().find(|path| path.starts_with("indicators"));
        match described {
            Some(path) if !options.dry_run => {
                writeln!(out, "next: fill in {} where it says \"Bitte prüfen\", then look at it with: kreisel serve {atlas}", path.display())
            }
            _ if !options.dry_run => writeln!(out, "next: kreisel serve {atlas}"),
            _ => Ok(()),
        }
    }
}

/// Cases that are shown of a finding.
const SHOWN_CASES: usize = 5;

fn write_finding(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    writeln!(out, "\n  {severity} [{}] {}", finding.code, finding.message)?;
    for case in finding.cases.iter().take(SHOWN_CASES) {
        let line = case.line.map(|line| format!("row {line}"));
        let place: Vec<String> = line.into_iter().chain(case.column.clone()).chain(case.key.clone()).collect();
        let between = if place.is_empty() || case.detail.is_empty() { "" } else { ": " };
        writeln!(out, "  - {}{between}{}", place.join(", "), case.detail)?;
    }
    if finding.cases.len() > SHOWN_CASES {
        writeln!(out, "  - and {} more (--format json lists them)", finding.cases.len() - SHOWN_CASES)?;
    }
    if !finding.advice.is_empty() {
        writeln!(out, "  → {}", finding.advice)?;
    }
    Ok(())
}

/// The measures of a recipe for programs.
pub(super) fn measures(detected: &Detected<'_>) -> Vec<Value> {
    let all = detected.recipe.measures.iter().zip(&detected.titles);
    all.map(|(measure, title)| json!({ "id": measure.id, "title": title, "column": measure.column, "parts": measure.parts, "unit": measure.unit })).collect()
}

/// Everything for programs.
#[expect(clippy::too_many_arguments, reason = "the parts of one answer")]
pub(super) fn json(
    file: &Path,
    facts: &[(&'static str, String)],
    changes: Option<&Changes>,
    written: &[PathBuf],
    refused: bool,
    measures: &[Value],
    report: &Report,
) -> Value {
    let mut detected = serde_json::Map::new();
    for (name, text) in facts {
        let entry = detected.entry((*name).to_owned()).or_insert_with(|| json!([]));
        if let Some(list) = entry.as_array_mut() {
            list.push(json!(text));
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
