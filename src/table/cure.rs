//! What to write into a table's description so that its columns are found.
//!
//! In go the error and the description, out comes one sentence for a person who has the file open: which layout its
//! header looks like, and the keys of it with the names that stand there.

use super::TableError;
use super::layout::year_in;
use crate::config::{TableConfig, TableLayout};
use crate::delimited::DelimitedError;
use crate::message;
use crate::report::Message;
use crate::value::Period;

/// Years that are named of many.
const SHOWN: usize = 3;

/// Usual names of columns, in lower case.
const PERIODS: [&str; 8] = ["jahr", "stichtag", "zeit", "datum", "berichtsjahr", "year", "date", "time"];
const MEASURES: [&str; 6] = ["merkmal", "indikator", "kennzahl", "indicator", "measure", "variable"];
const VALUES: [&str; 5] = ["wert", "anzahl", "zahl", "value", "count"];

/// The cure; `None` where the message says it all.
pub(super) fn of(error: &TableError, config: &TableConfig) -> Option<Message> {
    match error {
        TableError::File(DelimitedError::HeaderNotFound { missing, columns, hint, .. }) if hint.is_empty() => {
            Some(of_header(config, missing, columns))
        }
        TableError::NoYears { .. } => Some(Message::from(
            "write layout = \"measures\" with year = and columns = { … } if there is one column per measure; leave layout \
             out if there is one row per value",
        )),
        _ => None,
    }
}

fn of_header(config: &TableConfig, missing: &[String], columns: &[String]) -> Message {
    let key = || match likely_key(columns) {
        Some(column) => message!("key = \"{column}\"", column),
        None => Message::from("key = \"the column with the area keys\""),
    };
    let lacks = |name: &str| missing.iter().any(|column| column == name);
    match &config.layout {
        TableLayout::Tidy { period, measure, value, .. } => {
            let years: Vec<&str> =
                columns.iter().map(String::as_str).filter(|name| Period::read(name).is_some()).collect();
            if !years.is_empty() && lacks(value) {
                let shown = years.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
                let more = if years.len() > SHOWN { ", …" } else { "" };
                return message!(
                    "there is one column per year ({shown}{more}), so write layout = \"years\" and {key} beside the file",
                    shown,
                    more,
                    key = key()
                );
            }
            let roles: [(&str, &str, &[&str]); 4] = [
                (&config.key, "key", &[]),
                (period, "period", &PERIODS),
                (measure, "indicator", &MEASURES),
                (value, "value", &VALUES),
            ];
            if lacks(measure) && lacks(value) && likely(columns, &MEASURES).is_none() {
                let period = match likely(columns, &PERIODS) {
                    Some(column) => message!("period = \"{column}\"", column),
                    None => Message::from("year = 2024 (the year of the figures)"),
                };
                return message!(
                    "if there is one column per measure, write layout = \"measures\", {key}, {period} and columns = { \"{columns}\" = \
                     \"the measure's id\" } beside the file; if there is one row per value, name its columns with key, period, \
                     indicator and value",
                    key = key(),
                    period,
                    columns = Message::from(likely_value(columns))
                );
            }
            named(&roles, missing, columns)
        }
        TableLayout::Years { .. } => message!("write {key} beside the file", key = key()),
        TableLayout::Measures { period_column, .. } => {
            let mut cures = Vec::new();
            if lacks(&config.key) {
                cures.push(message!("write {key}", key = key()));
            }
            if period_column.as_ref().is_some_and(|column| lacks(column)) {
                cures.push(Message::from(
                    "write year = 2024 (the year of all figures), or period = \"the column with the year of each row\"",
                ));
            }
            let period = |column: &String| Some(column) == period_column.as_ref();
            if missing.iter().any(|column| *column != config.key && !period(column)) {
                cures.push(Message::from("write the file's own column names on the left in columns = { … }"));
            }
            Message::joined(cures, "; ")
        }
    }
}

/// Which keys of the description name columns that are missing, with the columns that are probably meant.
fn named(roles: &[(&str, &str, &[&str])], missing: &[String], columns: &[String]) -> Message {
    let lacking = roles.iter().filter(|(column, ..)| missing.iter().any(|missing| missing == column));
    let told = |(_, key, usual): &(&str, &str, &[&str])| {
        let column = if usual.is_empty() { likely_key(columns) } else { likely(columns, usual) };
        format!("{key} = \"{}\"", column.unwrap_or("…"))
    };
    let keys: Vec<String> = lacking.map(told).collect();
    message!("name the columns as the file does: write {keys} beside the file", keys = keys.join(", "))
}

/// A column with one of the usual names.
fn likely<'c>(columns: &'c [String], usual: &[&str]) -> Option<&'c str> {
    columns.iter().find(|column| usual.contains(&column.to_lowercase().as_str())).map(String::as_str)
}

/// The column that holds official keys, by its name.
fn likely_key(columns: &[String]) -> Option<&str> {
    let is_key = |name: &&String| {
        let name = name.to_lowercase();
        ["ags", "ars", "rs", "key", "gkz"].contains(&name.as_str())
            || name.contains("schlüssel")
            || name.contains("schluessel")
    };
    columns.iter().find(is_key).map(String::as_str)
}

/// A column that may hold figures: the last one, as names and keys stand at the front.
fn likely_value(columns: &[String]) -> &str {
    columns.last().map_or("the column", |last| if year_in(last).is_some() { "the column" } else { last.as_str() })
}
