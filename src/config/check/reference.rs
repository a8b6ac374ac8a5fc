//! `[[references]]` and `[[targets]]` of an indicator: what its values are compared with.

use std::collections::BTreeMap;

use super::super::document::KeyPath;
use super::super::file::{ReferenceFile, TargetFile};
use super::super::named::Named;
use super::super::problem::{Cause, Problems, unknown};
use super::super::{LayerId, Reference, ReferenceValues, Target};
use super::{is_date, optional_text, text};
use crate::message;
use crate::value::Period;

pub(super) fn references(
    files: Vec<ReferenceFile>,
    layers: &[String],
    problems: &mut Problems<'_>,
) -> Option<Vec<Reference>> {
    let mut references = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        let at = KeyPath::top("references").index(index);
        let title = text(file.title.clone(), &at.key("title"), problems);
        let values = values(&file, layers, &at, problems);
        references.push(title.zip(values).map(|(title, values)| Reference { title, values }));
    }
    references.into_iter().collect()
}

fn values(
    file: &ReferenceFile,
    layers: &[String],
    at: &KeyPath,
    problems: &mut Problems<'_>,
) -> Option<ReferenceValues> {
    match (&file.layer, &file.key, file.values.is_empty()) {
        (Some(layer), Some(key), true) => {
            if !layers.contains(layer) {
                let known = layers.iter().map(|layer| Named::plain(layer));
                let detail = unknown("layer of this indicator", layer, known);
                problems.add(Cause::UnknownReference, &at.key("layer"), detail);
            }
            Some(ReferenceValues::Area { layer: LayerId::new(layer).ok()?, key: key.trim().to_owned() })
        }
        (None, None, false) => given(file, at, problems),
        (None, None, true) => {
            let detail = "give an area (`layer` and `key`) or `values` by year with their `source`";
            problems.add(Cause::MissingKey, &at.key("values"), detail);
            None
        }
        (_, _, false) => {
            let detail = "the values come from an area or from here, not from both";
            problems.add(Cause::Contradiction, &at.key("values"), detail);
            None
        }
        (layer, ..) => {
            let missing = if layer.is_some() { "key" } else { "layer" };
            let detail = message!("an area is named by `layer` and `key`; `{missing}` is missing", missing);
            problems.add(Cause::MissingKey, &at.key(missing), detail);
            None
        }
    }
}

fn given(file: &ReferenceFile, at: &KeyPath, problems: &mut Problems<'_>) -> Option<ReferenceValues> {
    let Some(source) = &file.source else {
        problems.add(Cause::MissingKey, &at.key("source"), "figures that are written down here need their `source`");
        return None;
    };
    let source = text(source.clone(), &at.key("source"), problems);
    let mut values = BTreeMap::new();
    for (year, number) in &file.values {
        let at = at.key("values").key(year);
        match Period::read(year) {
            Some(period) if number.is_finite() => drop(values.insert(period, *number)),
            Some(_) => problems.add(Cause::InvalidValue, &at, message!("{number} is not a finite number", number)),
            None => {
                problems.add(Cause::InvalidValue, &at, message!("\"{year}\" is not a year; write 2024 = 14.3", year));
            }
        }
    }
    Some(ReferenceValues::Given { values, source: source? })
}

pub(super) fn targets(files: Vec<TargetFile>, problems: &mut Problems<'_>) -> Option<Vec<Target>> {
    let mut targets = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        let at = KeyPath::top("targets").index(index);
        let title = optional_text(file.title, &at.key("title"), problems);
        let source = text(file.source, &at.key("source"), problems);
        if !file.value.is_finite() {
            problems.add(
                Cause::InvalidValue,
                &at.key("value"),
                message!("{value} is not a finite number", value = file.value),
            );
        }
        if let Some(date) = file.date.as_deref().filter(|date| !is_date(date)) {
            let detail = message!("\"{date}\" is not a date; write \"2021-01-31\", \"2021-01\" or \"2021\"", date);
            problems.add(Cause::InvalidValue, &at.key("date"), detail);
        }
        targets.push(title.zip(source).map(|(title, source)| Target {
            value: file.value,
            period: file.period.and_then(Period::year),
            title,
            source,
            date: file.date,
        }));
    }
    targets.into_iter().collect()
}
