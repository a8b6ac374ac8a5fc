//! `value`, `numerator` and `denominator`, or `formula` of an indicator → its [`Formula`], with units checked.

use super::super::document::KeyPath;
use super::super::file::IndicatorFile;
use super::super::named::Named;
use super::super::problem::{Cause, Problems, unknown};
use super::super::{Formula, Measure, MeasureId, TableConfig, TableLayout};
use super::id;
use crate::formula::{Unit, UnitError};
use crate::message;
use crate::report::Message;

/// Whether the value stands in the tables as it is.
pub(super) fn is_value(file: &IndicatorFile) -> bool {
    file.formula.is_none() && file.numerator.is_none() && file.denominator.is_none()
}

/// `stem` is the measure where nothing else is said.
pub(super) fn check(stem: &str, file: &IndicatorFile, problems: &mut Problems<'_>) -> Option<Formula> {
    let top = KeyPath::top;
    if let (Some(value), Some(_)) = (&file.value, file.numerator.as_ref().or(file.denominator.as_ref())) {
        let detail = message!("value = \"{value}\" is the value itself, numerator and denominator compute it", value);
        problems.add(Cause::Contradiction, &top("value"), detail);
    }
    if file.formula.is_some() {
        let others = [
            ("value", file.value.is_some()),
            ("numerator", file.numerator.is_some()),
            ("denominator", file.denominator.is_some()),
            ("factor", file.factor.is_some()),
        ];
        for (key, _) in others.into_iter().filter(|(_, given)| *given) {
            let detail = message!("`formula` says all of it; leave `{key}` out", key);
            problems.add(Cause::Contradiction, &top(key), detail);
        }
    } else if is_value(file) && file.factor.is_some() {
        let detail = "`factor` belongs to `numerator` and `denominator`";
        problems.add(Cause::KeyWithoutMeaning, &top("factor"), detail);
    }
    let formula = match &file.formula {
        Some(text) => Formula::read(text)
            .map_err(|error| problems.add(Cause::FormulaSyntax, &top("formula"), error.told()))
            .ok()?,
        None if is_value(file) => value(stem, file, problems)?,
        None => ratio(file, problems)?,
    };
    check_units(file, &formula, problems);
    check_kind(file, &formula, problems);
    Some(formula)
}

fn value(stem: &str, file: &IndicatorFile, problems: &mut Problems<'_>) -> Option<Formula> {
    let measure = match &file.value {
        // a stem that is no id has been noted already
        None => MeasureId::new(stem).ok()?,
        Some(name) => id(MeasureId::new, name, &KeyPath::top("value"), problems)?,
    };
    Some(Formula::measure(measure, file.measure))
}

fn ratio(file: &IndicatorFile, problems: &mut Problems<'_>) -> Option<Formula> {
    let top = KeyPath::top;
    let mut part = |key: &str, other: &str, name: Option<&String>| {
        let Some(name) = name else {
            let detail = message!("`{other}` is given, so `{key}` is needed: {other} alone is no ratio", other, key);
            problems.add(Cause::MissingKey, &top(key), detail);
            return None;
        };
        id(MeasureId::new, name, &top(key), problems)
    };
    let numerator = part("numerator", "denominator", file.numerator.as_ref());
    let denominator = part("denominator", "numerator", file.denominator.as_ref());
    let factor = file.factor.unwrap_or(Formula::DEFAULT_FACTOR);
    if !factor.is_finite() || factor <= 0.0 {
        let detail = message!("factor = {factor}; write a number above 0, such as 100 for per cent", factor);
        problems.add(Cause::InvalidValue, &top("factor"), detail);
    }
    Some(Formula::ratio(factor, &numerator?, &denominator?))
}

/// Notes what is added although it is not of one kind, and units of measures that the formula does not have.
fn check_units(file: &IndicatorFile, formula: &Formula, problems: &mut Problems<'_>) {
    for (measure, unit) in &file.measures {
        let at = KeyPath::top("measures").key(measure);
        if !formula.measures().any(|known| known.as_str() == measure) {
            let known: Vec<&str> = formula.measures().map(MeasureId::as_str).collect();
            let known = known.iter().map(|known| Named::plain(known));
            problems.add(Cause::UnknownReference, &at, unknown("measure in the formula", measure, known));
        }
        if Unit::read(unit).is_none() {
            let detail =
                message!("\"{unit}\" is not a unit; write a word such as persons, two as in euro/persons, or %", unit);
            problems.add(Cause::InvalidValue, &at, detail);
        }
    }
    let key = if file.formula.is_some() { "formula" } else { "numerator" };
    match formula.expression().unit(|measure| unit(file, measure)) {
        Err(error) => problems.add(Cause::UnitMismatch, &KeyPath::top(key), told(file, &error)),
        // the unit of people's texts is free; of per cent it is known what it means
        Ok(found) => {
            let percent = matches!(&file.unit, super::TextFile::German(unit) | super::TextFile::Both { de: unit, .. } if unit.trim() == "%");
            let declared = formula.measures().all(|measure| file.measures.contains_key(measure.as_str()));
            if percent && declared && !found.is_number() {
                let detail = message!(
                    "unit = \"%\", but what is computed is {found}; per cent are of the same kind",
                    found = found.told()
                );
                problems.add(Cause::UnitMismatch, &KeyPath::top("unit"), detail);
            }
        }
    }
    if let (true, Some(fraction)) = (file.privacy.min_complement.is_some(), formula.fraction())
        && let Some(denominator) = &fraction.denominator
    {
        let of = |sum: &crate::formula::Sum| {
            let position = sum.measures().next()?;
            let measure = formula.measures().nth(position)?;
            file.measures.get(measure.as_str())
        };
        if let (Some(over), Some(under)) = (of(&fraction.numerator), of(denominator))
            && over != under
        {
            let detail = message!("{over} are no part of {under}: there are none that are not counted", over, under);
            problems.add(Cause::KeyWithoutMeaning, &KeyPath::top("privacy").key("min_complement"), detail);
        }
    }
}

/// The unit of a measure: the declared one, or one of its own.
fn unit(file: &IndicatorFile, measure: &str) -> Unit {
    file.measures.get(measure).and_then(|unit| Unit::read(unit)).unwrap_or_else(|| Unit::word(measure))
}

fn told(file: &IndicatorFile, error: &UnitError) -> Message {
    let undeclared =
        |text: &str| !text.contains(' ') && text.starts_with(char::is_alphabetic) && !file.measures.contains_key(text);
    let names: Vec<String> = [&error.left, &error.right]
        .into_iter()
        .filter(|text| undeclared(text))
        .map(|name| format!("{name} = \"persons\""))
        .collect();
    if names.is_empty() {
        return error.told();
    }
    message!(
        "{error}; if they count the same, say so: [measures] {names}",
        error = error.told(),
        names = names.join(", ")
    )
}

/// Notes formulas that do not make what `measure` and `aggregate` say.
fn check_kind(file: &IndicatorFile, formula: &Formula, problems: &mut Problems<'_>) {
    let top = KeyPath::top;
    if file.measure == Measure::Count && !formula.expression().is_additive() {
        let detail = match file.formula {
            None => "measure = \"count\" with numerator and denominator; what is computed from them is a \"ratio\"",
            Some(_) => {
                "measure = \"count\" with a formula that divides or multiplies measures; what it computes is a \"ratio\""
            }
        };
        problems.add(Cause::Contradiction, &top("measure"), detail);
    }
    if !file.aggregate {
        return;
    }
    if formula.is_imported() {
        let detail = "the value is a finished ratio, index or mean of the source: it is neither summed nor averaged; give \
                      `numerator` and `denominator`, or rows for the larger areas";
        problems.add(Cause::Contradiction, &top("aggregate"), detail);
    } else if formula.fraction().is_none() {
        let detail = "the formula is not one fraction of sums, so it cannot be computed from sums; write it as \
                      100 * (a + b) / c";
        problems.add(Cause::Contradiction, &top("aggregate"), detail);
    }
    for measure in formula.measures() {
        let unit = unit(file, measure.as_str());
        if !formula.is_imported() && !unit.is_additive() {
            let detail = message!(
                "{measure} is measured in {unit}, which cannot be added up over areas",
                measure,
                unit = told_unit(file, measure)
            );
            problems.add(Cause::Contradiction, &top("aggregate"), detail);
        }
    }
}

fn told_unit<'f>(file: &'f IndicatorFile, measure: &'f MeasureId) -> &'f str {
    file.measures.get(measure.as_str()).map_or(measure.as_str(), String::as_str)
}

/// Notes measures that none of the tables can hold. Tidy tables may hold any.
pub(super) fn check_measures_are_read(formula: &Formula, tables: &[TableConfig], problems: &mut Problems<'_>) {
    let mut read: Vec<&MeasureId> = Vec::new();
    for table in tables {
        match &table.layout {
            TableLayout::Tidy { .. } => return,
            TableLayout::Years { measure } => read.push(measure),
            TableLayout::Measures { columns, .. } => read.extend(columns.values()),
        }
    }
    let written = |key: &str| problems.document.root().get(key).is_some();
    let keys = match (written("formula"), written("numerator")) {
        (true, _) => ["formula", "formula"],
        (_, true) => ["numerator", "denominator"],
        _ => ["value", "value"],
    };
    for (place, measure) in formula.measures().enumerate() {
        if !read.contains(&measure) {
            let known = read.iter().map(|measure| Named::plain(measure.as_str()));
            let detail = unknown("measure in the tables", measure.as_str(), known);
            problems.add(Cause::UnknownReference, &KeyPath::top(keys[place.min(1)]), detail);
        }
    }
}
