//! Figures that can hardly be meant: shares above 100, negative counts, years that have not come, lost group marks.

use std::path::Path;

use super::show::is_ratio;
use super::tidy::{Tidy, decimal_comma};
use crate::config::{RecipeFile, RecipeMeasureFile};
use crate::message;
use crate::report::{Case, Finding, Message, Report};

/// Cases that are kept.
const SHOWN: usize = 20;

/// Looks through the figures. Nothing is left out for it.
pub(super) fn check(tidy: &Tidy, recipe: &RecipeFile, file: &Path, report: &mut Report) {
    let of = |measure: u16| {
        let id = tidy.measures.get(usize::from(measure));
        id.and_then(|id| recipe.measures.iter().find(|known| known.id == *id))
    };
    let mut facts: Vec<(bool, bool)> = Vec::new();
    for measure in 0..u16::try_from(tidy.measures.len()).unwrap_or(u16::MAX) {
        let numbers = || {
            tidy.values.iter().filter(move |value| value.measure == measure).filter_map(|value| value.figure.number())
        };
        let share = of(measure).is_some_and(|measure| {
            let label = format!("{} {}", measure.column, measure.parts.join(" ")).to_lowercase();
            let percent =
                measure.unit.as_deref().is_some_and(|unit| matches!(unit.to_lowercase().as_str(), "%" | "prozent"));
            percent && !label.contains("veränderung") && !label.contains("zunahme") && !label.contains("grad")
        });
        let negative = numbers().filter(|number| *number < 0.0).count();
        let count = of(measure).is_some_and(|known| !is_ratio(known, tidy, measure) && !is_balance(known))
            && negative > 0
            && negative * 2 < numbers().count();
        facts.push((share, count));
    }
    let mut shares = Vec::new();
    let mut negatives = Vec::new();
    let mut lost = Vec::new();
    let thousands: Vec<bool> = (0..tidy.measures.len()).map(|measure| loses_groups(tidy, measure)).collect();
    for value in &tidy.values {
        let Some(number) = value.figure.number() else { continue };
        let (share, count) = facts.get(usize::from(value.measure)).copied().unwrap_or_default();
        let case = || {
            let id = tidy.measures.get(usize::from(value.measure)).cloned().unwrap_or_default();
            let key = tidy.key(value).map(|key| key.text.clone()).unwrap_or_default();
            Case::line(value.line).in_column(id).with_key(key).saying(decimal_comma(number))
        };
        if share && !(0.0..=100.0).contains(&number) {
            shares.push(case());
        }
        if count && number < 0.0 {
            negatives.push(case());
        }
        if thousands.get(usize::from(value.measure)) == Some(&true) && number.fract() != 0.0 {
            lost.push(case());
        }
    }
    let mut add = |code, cases: Vec<Case>, message: Message, advice: Message| {
        if !cases.is_empty() {
            report.add(
                Finding::warning(code, message).in_file(file).advise(advice).at_all(cases.into_iter().take(SHOWN)),
            );
        }
    };
    let n = shares.len();
    add(
        "share-implausible",
        shares,
        message!("{n} share[s] in per cent [lies|lie] outside 0 to 100", n),
        message!("check the figure and its unit; it was imported as it is"),
    );
    let n = negatives.len();
    add(
        "count-negative",
        negatives,
        message!("{n} count[s] [is|are] below zero", n),
        message!("if -1 or -9 stands for a state, say so in symbols of the recipe"),
    );
    let n = lost.len();
    add(
        "number-group-lost",
        lost,
        message!("{n} number[s] with three decimals stand among whole numbers", n),
        message!("a spreadsheet may have read 1.234 as 1,234: write 1234 into the cell"),
    );
    let now = jiff::Zoned::now().year();
    let future: Vec<String> =
        tidy.periods().into_iter().filter(|period| period.as_year() > now).map(|period| period.to_string()).collect();
    if !future.is_empty() {
        let cases = future.into_iter().map(Case::detail);
        let finding = Finding::warning("period-future", "figures of a year that has not come yet").in_file(file);
        report.add(finding.advise("right for a forecast; else check the year").at_all(cases));
    }
}

/// Whether a measure may well be below zero: a balance or a change.
fn is_balance(measure: &RecipeMeasureFile) -> bool {
    const PARTS: [&str; 14] = [
        "saldo",
        "salden",
        "veränderung",
        "zunahme",
        "abnahme",
        "zuwachs",
        "wachstum",
        "differenz",
        "überschuss",
        "überschuß",
        "gewinn",
        "bilanz",
        "abweichung",
        "entwicklung",
    ];
    let label = format!("{} {}", measure.column, measure.parts.join(" ")).to_lowercase();
    PARTS.iter().any(|part| label.contains(part))
}

/// Whether a measure is of whole numbers but for a few that have exactly three decimals.
fn loses_groups(tidy: &Tidy, measure: usize) -> bool {
    let numbers = || {
        tidy.values
            .iter()
            .filter(move |value| usize::from(value.measure) == measure)
            .filter_map(|value| value.figure.number())
    };
    let three = |number: f64| (number * 1000.0).fract().abs() < 1e-9 && (number * 100.0).fract() != 0.0;
    let odd = numbers().filter(|number| number.fract() != 0.0).count();
    odd > 0 && odd * 5 <= numbers().count() && numbers().filter(|number| number.fract() != 0.0).all(three)
}
