//! `indicators/*.toml` → [`IndicatorConfig`].

use super::super::document::KeyPath;
use super::super::file::{
    BreakFile, ClassMethodFile, ClassesFile, IndicatorFile, LayerKindFile, PrivacyFile, TableFile,
};
use super::super::named::Named;
use super::super::problem::{Cause, Problems, unknown};
use super::super::{
    Breaks, ClassesConfig, Formula, IndicatorConfig, IndicatorId, LayerId, Measure, MeasureId, PrivacyRule,
    SeriesBreak, TableConfig, TableLayout,
};
use super::layer::RESERVED;
use super::{Known, id, named, optional_text, provenance, table, text, text_or_empty};
use crate::message;
use crate::report::Message;
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
    let formula = formula(stem, &file, problems);
    let own = match &formula {
        Some(Formula::Imported { value }) => Some(value),
        _ => None,
    };
    let tables = tables(file.tables, own, known, problems);
    if let (Some(formula), Some(tables)) = (&formula, &tables) {
        check_measures_are_read(formula, tables, problems);
    }
    let privacy = privacy(&file.privacy, file.measure, formula.as_ref(), problems);
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
        formula: formula?,
        tables: tables?,
        privacy,
        breaks: breaks?,
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

fn formula(stem: &str, file: &IndicatorFile, problems: &mut Problems<'_>) -> Option<Formula> {
    let top = KeyPath::top;
    if let (Some(value), Some(_)) = (&file.value, file.numerator.as_ref().or(file.denominator.as_ref())) {
        let detail = message!("value = \"{value}\" is the value itself, numerator and denominator compute it", value);
        problems.add(Cause::Contradiction, &top("value"), detail);
    }
    if file.numerator.is_none() && file.denominator.is_none() {
        if file.factor.is_some() {
            let detail = "`factor` belongs to `numerator` and `denominator`";
            problems.add(Cause::KeyWithoutMeaning, &top("factor"), detail);
        }
        let (name, path) = match &file.value {
            Some(name) => (name.as_str(), top("value")),
            None => (stem, KeyPath::root()),
        };
        // a stem that is no id has been noted already
        return if file.value.is_none() {
            MeasureId::new(name).ok().map(|value| Formula::Imported { value })
        } else {
            id(MeasureId::new, name, &path, problems).map(|value| Formula::Imported { value })
        };
    }
    ratio(file, problems)
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
    if file.measure == Measure::Count {
        let detail = "measure = \"count\" with numerator and denominator; what is computed from them is a \"ratio\"";
        problems.add(Cause::Contradiction, &top("measure"), detail);
    }
    let factor = file.factor.unwrap_or(Formula::DEFAULT_FACTOR);
    if !factor.is_finite() || factor <= 0.0 {
        let detail = message!("factor = {factor}; write a number above 0, such as 100 for per cent", factor);
        problems.add(Cause::InvalidValue, &top("factor"), detail);
    }
    Some(Formula::Ratio { numerator: numerator?, denominator: denominator?, factor })
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

/// Notes measures that none of the tables can hold. Tidy tables may hold any.
fn check_measures_are_read(formula: &Formula, tables: &[TableConfig], problems: &mut Problems<'_>) {
    let mut read: Vec<&MeasureId> = Vec::new();
    for table in tables {
        match &table.layout {
            TableLayout::Tidy { .. } => return,
            TableLayout::Years { measure } => read.push(measure),
            TableLayout::Measures { columns, .. } => read.extend(columns.values()),
        }
    }
    let keys = match formula {
        Formula::Imported { .. } => ["value", ""],
        Formula::Ratio { .. } => ["numerator", "denominator"],
    };
    for (key, measure) in keys.into_iter().zip(formula.measures()) {
        if !read.contains(&measure) {
            let detail = unknown(
                "measure in the tables",
                measure.as_str(),
                read.iter().map(|measure| Named::plain(measure.as_str())),
            );
            problems.add(Cause::UnknownReference, &KeyPath::top(key), detail);
        }
    }
}

fn privacy(
    file: &PrivacyFile,
    measure: Measure,
    formula: Option<&Formula>,
    problems: &mut Problems<'_>,
) -> PrivacyRule {
    let at = KeyPath::top("privacy");
    // A rule that nothing can be measured by would look like protection and give none.
    if let Some(Formula::Imported { .. }) = formula {
        if file.min_denominator.is_some() {
            let detail = "there is no denominator; give `numerator` and `denominator` instead of the value itself";
            problems.add(Cause::KeyWithoutMeaning, &at.key("min_denominator"), detail);
        }
        if file.min_numerator.is_some() && measure == Measure::Ratio {
            let detail =
                "a ratio that is read as such has no count to go by; give `numerator` and `denominator` instead";
            problems.add(Cause::KeyWithoutMeaning, &at.key("min_numerator"), detail);
        }
    }
    PrivacyRule { min_numerator: file.min_numerator, min_denominator: file.min_denominator }
}

fn breaks(files: Vec<BreakFile>, problems: &mut Problems<'_>) -> Option<Vec<SeriesBreak>> {
    let mut breaks: Vec<Option<SeriesBreak>> = Vec::new();
    let mut years = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        let at = KeyPath::top("breaks").index(index);
        if years.contains(&file.period) {
            let detail = message!("a break in {period} stands above; put both reasons into one", period = file.period);
            problems.add(Cause::DuplicateName, &at.key("period"), detail);
        }
        years.push(file.period);
        let reason = text(file.reason, &at.key("reason"), problems);
        breaks.push(Period::year(file.period).zip(reason).map(|(period, reason)| SeriesBreak { period, reason }));
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
