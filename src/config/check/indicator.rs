//! `indicators/*.toml` → [`IndicatorConfig`].

use std::collections::BTreeMap;

use super::super::document::KeyPath;
use super::super::file::{
    BreakFile, ClassMethodFile, ClassesFile, IndicatorFile, LayerKindFile, PeriodFile, PrivacyFile, TableFile,
};
use super::super::named::Named;
use super::super::problem::{Cause, Problems, unknown};
use super::super::{
    Breaks, ClassesConfig, Formula, IndicatorConfig, IndicatorId, LayerId, Measure, MeasureId, PeriodStates,
    PrivacyRule, SeriesBreak, TableConfig,
};
use super::layer::RESERVED;
use super::{Known, formula, id, named, optional_text, provenance, reference, table, text, text_or_empty};
use crate::message;
use crate::report::Message;
use crate::succession::Weight;
use crate::value::Period;

pub(in super::super) fn check(
    stem: &str,
    file: IndicatorFile,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Option<IndicatorConfig> {
    let top = KeyPath::top;
    let name = id(IndicatorId::new, stem, &KeyPath::root(), problems);
    if RESERVED.contains(&stem) {
        let detail = message!(
            "features have these attributes anyway: {names}; name the file otherwise",
            names = RESERVED.join(", ")
        );
        problems.add(Cause::ReservedName, &KeyPath::root(), detail);
    }
    let title = text(file.title.clone(), &top("title"), problems);
    let description = text_or_empty(file.description.clone(), &top("description"), problems);
    let unit = text(file.unit.clone(), &top("unit"), problems);
    let department = optional_text(file.department.clone(), &top("department"), problems);
    if let Some(themes) = known.themes
        && themes.iter().all(|theme| theme.id != file.theme)
    {
        let known = themes.iter().map(|theme| named(&theme.id, Some(&theme.title)));
        let detail = unknown("theme", &file.theme, known);
        problems.add(Cause::UnknownReference, &top("theme"), message!("{detail} (in atlas.toml)", detail));
    }
    let layers = layers(stem, &file.layers, known, problems);
    let caveat = optional_text(file.caveat.clone(), &top("caveat"), problems);
    let states = states(&file, problems);
    let formula = formula::check(stem, &file, problems);
    let own = formula.as_ref().filter(|_| formula::is_value(&file)).and_then(|formula| formula.measures().next());
    let tables = tables(file.tables, own, known, problems);
    if let (Some(formula), Some(tables)) = (&formula, &tables) {
        formula::check_measures_are_read(formula, tables, problems);
    }
    let references = reference::references(file.references, &file.layers, problems);
    let targets = reference::targets(file.targets, problems);
    let privacy = privacy(&file.privacy, file.measure, formula.as_ref(), problems);
    let conversion = conversion(&file.conversion, formula.as_ref(), problems);
    let breaks = breaks(file.breaks, problems);
    let classes = classes(file.classes, problems);
    let provenance = provenance(file.provenance, problems);
    Some(IndicatorConfig {
        id: name?,
        file: problems.file.clone(),
        title: title?,
        description: description?,
        theme: file.theme,
        order: file.order,
        unit: unit?,
        decimals: file.decimals.unwrap_or_else(|| file.measure.default_decimals()),
        direction: file.direction,
        measure: file.measure,
        layers: layers?,
        caveat: caveat?,
        statistic: file.statistic,
        formula: formula?,
        aggregate: file.aggregate,
        states,
        tables: tables?,
        privacy,
        conversion: conversion?,
        breaks: breaks?,
        references: references?,
        targets: targets?,
        classes: classes?,
        department: department?,
        provenance: provenance?,
    })
}

fn layers(stem: &str, names: &[String], known: &Known<'_>, problems: &mut Problems<'_>) -> Option<Vec<LayerId>> {
    for (index, name) in names.iter().enumerate() {
        let at = KeyPath::top("layers").index(index);
        if names[..index].contains(name) {
            problems.add(Cause::DuplicateName, &at, message!("layer \"{name}\" stands in the list twice", name));
            continue;
        }
        let Some(layer) = known.layer(name, &at, problems) else { continue };
        if layer.kind != LayerKindFile::Area {
            let detail =
                message!("\"{name}\" is {kind}; values belong to areas", name, kind = Message::from(layer.kind.said()));
            problems.add(Cause::UnknownReference, &at, detail);
        }
        if layer.attributes.contains_key(stem) {
            let detail = message!(
                "layers/{name}.toml publishes an attribute `{stem}`, and tiles would have two of it; rename this file or the attribute",
                name,
                stem
            );
            problems.add(Cause::DuplicateName, &at, detail);
        }
    }
    names.iter().map(|name| LayerId::new(name).ok()).collect()
}

fn tables(
    files: Vec<TableFile>,
    own: Option<&MeasureId>,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Option<Vec<TableConfig>> {
    let mut tables = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        tables.push(table::check(file, own, &KeyPath::top("tables").index(index), known, problems));
    }
    tables.into_iter().collect()
}

fn privacy(
    file: &PrivacyFile,
    measure: Measure,
    formula: Option<&Formula>,
    problems: &mut Problems<'_>,
) -> PrivacyRule {
    let at = KeyPath::top("privacy");
    if let Some(formula) = formula {
        check_rule_has_counts(file, measure, formula, problems);
    }
    if let Some(base) = file.round_to.filter(|base| !PrivacyRule::BASES.contains(base)) {
        problems.add(Cause::InvalidValue, &at.key("round_to"), message!("round_to = {base}; write 3, 5 or 10", base));
    }
    if file.hide_zero && file.min_numerator.is_none() && file.min_complement.is_none() {
        let detail = "`hide_zero` belongs to `min_numerator` or `min_complement`: a 0 alone is no small count";
        problems.add(Cause::KeyWithoutMeaning, &at.key("hide_zero"), detail);
    }
    let rule = PrivacyRule {
        min_numerator: file.min_numerator,
        min_denominator: file.min_denominator,
        min_complement: file.min_complement,
        hide_zero: file.hide_zero,
        round_to: file.round_to,
        protected_by_source: file.protected_by_source,
    };
    if rule.protected_by_source && rule.protects() {
        let detail = "the source has protected the figures already; a second rule would only look like protection";
        problems.add(Cause::Contradiction, &at.key("protected_by_source"), detail);
    }
    rule
}

/// A rule that nothing can be measured by would look like protection and give none.
fn check_rule_has_counts(file: &PrivacyFile, measure: Measure, formula: &Formula, problems: &mut Problems<'_>) {
    let at = KeyPath::top("privacy");
    let mut idle = |key: &str, given: bool, detail: &str| {
        if given {
            problems.add(Cause::KeyWithoutMeaning, &at.key(key), detail);
        }
    };
    let instead = if formula.is_imported() {
        "a ratio that is read as such has no count to go by; give `numerator` and `denominator` instead"
    } else {
        "the formula has no single numerator to go by; write it as one fraction, 100 * (a + b) / c"
    };
    if formula.fraction().is_none() {
        idle("min_numerator", file.min_numerator.is_some(), instead);
        idle("round_to", file.round_to.is_some(), instead);
    }
    if !formula.has_denominator() {
        let detail = if measure == Measure::Count || formula.fraction().is_some() || formula.is_imported() {
            "there is no denominator; give `numerator` and `denominator` instead of the value itself"
        } else {
            instead
        };
        idle("min_denominator", file.min_denominator.is_some(), detail);
        idle("min_complement", file.min_complement.is_some(), detail);
    }
}

/// Years whose figures are not final.
fn states(file: &IndicatorFile, problems: &mut Problems<'_>) -> PeriodStates {
    let both = file.provisional.iter().find(|year| file.estimated.contains(year));
    if let Some(year) = both {
        let detail = message!("{year} also stands in `estimated`; an estimate needs no second word", year);
        problems.add(Cause::Contradiction, &KeyPath::top("provisional"), detail);
    }
    PeriodStates { provisional: file.provisional.clone(), estimated: file.estimated.clone() }
}

fn conversion(
    given: &BTreeMap<String, Weight>,
    formula: Option<&Formula>,
    problems: &mut Problems<'_>,
) -> Option<BTreeMap<MeasureId, Weight>> {
    let Some(formula) = formula else { return Some(BTreeMap::new()) };
    let measures: Vec<&MeasureId> = formula.measures().collect();
    let mut conversion = BTreeMap::new();
    for (name, weight) in given {
        if let Some(measure) = measures.iter().find(|measure| measure.as_str() == name) {
            conversion.insert((*measure).clone(), *weight);
        } else {
            let detail = unknown("measure", name, measures.iter().map(|measure| Named::plain(measure.as_str())));
            problems.add(Cause::UnknownReference, &KeyPath::top("conversion").key(name), detail);
        }
    }
    (conversion.len() == given.len()).then_some(conversion)
}

fn breaks(files: Vec<BreakFile>, problems: &mut Problems<'_>) -> Option<Vec<SeriesBreak>> {
    let mut breaks: Vec<Option<SeriesBreak>> = Vec::new();
    let mut known = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        let at = KeyPath::top("breaks").index(index);
        let (period, said) = match &file.period {
            PeriodFile::Year(year) => (Period::year(*year), year.to_string()),
            PeriodFile::Text(text) => (Period::read(text), text.clone()),
        };
        match period {
            None => {
                let detail = message!("\"{said}\" is no period; write 2011, \"2015/16\" or \"2015-08-01\"", said);
                problems.add(Cause::InvalidValue, &at.key("period"), detail);
            }
            Some(period) if known.contains(&period) => {
                let detail = message!("a break in {period} stands above; put both reasons into one", period);
                problems.add(Cause::DuplicateName, &at.key("period"), detail);
            }
            Some(period) => known.push(period),
        }
        let reason = text(file.reason, &at.key("reason"), problems);
        breaks.push(period.zip(reason).map(|(period, reason)| SeriesBreak { period, reason }));
    }
    let mut breaks: Vec<SeriesBreak> = breaks.into_iter().collect::<Option<_>>()?;
    breaks.sort_by_key(|found| found.period);
    Some(breaks)
}

fn classes(file: ClassesFile, problems: &mut Problems<'_>) -> Option<ClassesConfig> {
    let at = KeyPath::top("classes");
    let default = ClassesConfig::default();
    let count = file.count.unwrap_or(ClassesConfig::DEFAULT_COUNT);
    let breaks = match (file.limits, file.method) {
        (Some(_), Some(ClassMethodFile::Quantile | ClassMethodFile::Equal)) => {
            let detail = "`limits` are the classes; quantile and equal find them";
            problems.add(Cause::Contradiction, &at.key("method"), detail);
            None
        }
        (Some(limits), None | Some(ClassMethodFile::Manual)) => manual(limits, file.count, problems),
        (None, Some(ClassMethodFile::Manual)) => {
            let detail = "method = \"manual\" needs `limits`, such as limits = [5.0, 7.5, 10.0]";
            problems.add(Cause::MissingKey, &at.key("limits"), detail);
            None
        }
        (None, Some(ClassMethodFile::Equal)) => Some(Breaks::Equal { classes: count }),
        (None, None | Some(ClassMethodFile::Quantile)) => Some(Breaks::Quantile { classes: count }),
    };
    Some(ClassesConfig { breaks: breaks?, ramp: file.ramp.unwrap_or(default.ramp) })
}

fn manual(limits: Vec<f64>, count: Option<u8>, problems: &mut Problems<'_>) -> Option<Breaks> {
    let at = KeyPath::top("classes");
    if let Some(count) = count.filter(|count| usize::from(*count) != limits.len() + 1) {
        let detail = message!(
            "{n} limit[s] [makes|make] {classes} classes, not {count}; leave `count` out",
            n = limits.len(),
            classes = limits.len() + 1,
            count
        );
        problems.add(Cause::Contradiction, &at.key("count"), detail);
    }
    if let Some(limit) = limits.iter().find(|limit| !limit.is_finite()) {
        problems.add(Cause::InvalidValue, &at.key("limits"), message!("{limit} is not a finite number", limit));
        return None;
    }
    match limits.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => {
            let detail = message!("{first} stands before {second}; limits ascend", first = pair[0], second = pair[1]);
            problems.add(Cause::InvalidValue, &at.key("limits"), detail);
            None
        }
        None => Some(Breaks::Manual { limits }),
    }
}
