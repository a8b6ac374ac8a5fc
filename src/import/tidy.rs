//! Values as they come out of a delivery, and as they are written: one row per area, period and measure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::value::{Figure, Period, State};

/// An area key of a delivery.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TidyKey {
    /// The key with its zeros, or the name.
    pub(super) text: String,
    /// Name beside it.
    pub(super) name: String,
    /// Row where it stands first.
    pub(super) line: u64,
    /// Layer and key of the areas of the atlas that it means.
    pub(super) places: Vec<(usize, String)>,
}

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TidyValue {
    pub(super) line: u64,
    pub(super) key: u32,
    pub(super) measure: u16,
    pub(super) period: Period,
    /// Order within the year, see [`super::when::When`].
    pub(super) within: u16,
    pub(super) figure: Figure,
}

/// A row with sums and without a key.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SumRow {
    pub(super) line: u64,
    pub(super) label: String,
    /// By value column.
    pub(super) figures: Vec<Option<f64>>,
}

/// Everything that was read from a delivery.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tidy {
    pub(super) keys: Vec<TidyKey>,
    pub(super) measures: Vec<String>,
    pub(super) values: Vec<TidyValue>,
    pub(super) sum_rows: Vec<SumRow>,
    /// Measure and period of every value column, where a column has one of its own.
    pub(super) columns: Vec<(Option<u16>, Option<Period>)>,
    pub(super) duplicates: u64,
}

/// One line of a tidy table: key, period, measure and figure.
pub(super) type Line = ((String, Period, String), Figure);

impl Tidy {
    pub(super) fn key(&self, value: &TidyValue) -> Option<&TidyKey> {
        self.keys.get(value.key as usize)
    }

    pub(super) fn periods(&self) -> BTreeSet<Period> {
        self.values.iter().map(|value| value.period).collect()
    }

    /// How many figures are in each state.
    pub(super) fn states(&self) -> Vec<(State, usize)> {
        let count = |state| self.values.iter().filter(|value| value.figure.state() == state).count();
        State::ALL.into_iter().map(|state| (state, count(state))).filter(|(_, count)| *count > 0).collect()
    }

    /// The figures on areas of the atlas, by key, period and measure. An area that stands in two layers under two keys (a
    /// municipality that is its own association) has one line, under the key of the level that the delivery speaks of.
    pub(super) fn lines(&self) -> BTreeMap<(String, Period, String), Figure> {
        let mut lines = BTreeMap::new();
        for value in &self.values {
            let (Some(key), Some(measure)) = (self.key(value), self.measures.get(usize::from(value.measure))) else { continue };
            if value.figure.state() == State::Missing {
                continue;
            }
            if let Some((_, key)) = key.places.first() {
                lines.entry((key.clone(), value.period, measure.clone())).or_insert(value.figure);
            }
        }
        lines
    }
}

/// A tidy table as text: `key;period;indicator;value;state`, decimal comma, ordered.
pub(super) fn to_csv(lines: &BTreeMap<(String, Period, String), Figure>) -> String {
    let mut text = String::from("key;period;indicator;value;state\n");
    for ((key, period, measure), figure) in lines {
        let number = figure.number().map_or_else(String::new, decimal_comma);
        // writing to a String does not fail
        let _ = writeln!(text, "{};{period};{measure};{number};{}", cell(key), figure.state());
    }
    text
}

/// A number with a decimal comma, without groups.
pub(super) fn decimal_comma(number: f64) -> String {
    number.to_string().replace('.', ",")
}

fn cell(text: &str) -> String {
    if text.contains([';', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
