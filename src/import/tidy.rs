//! Values as they come out of a delivery, and as they are written: one row per area, period and measure.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write;

use super::lines::Lines;
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
    /// By value column: measure, period and number, where it has them.
    pub(super) figures: Vec<(Option<u16>, Option<Period>, Option<f64>)>,
}

/// Everything that was read from a delivery.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tidy {
    pub(super) keys: Vec<TidyKey>,
    pub(super) measures: Vec<String>,
    pub(super) values: Vec<TidyValue>,
    pub(super) sum_rows: Vec<SumRow>,
    pub(super) duplicates: u64,
}

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
    pub(super) fn lines(&self) -> Lines {
        let places: Vec<Option<&String>> = self.keys.iter().map(|key| Some(&key.places.first()?.1)).collect();
        let known = |value: &&TidyValue| {
            value.figure.state() != State::Missing && places.get(value.key as usize).is_some_and(Option::is_some)
        };
        let figures = self.values.iter().filter(known);
        let figures = figures.map(|value| ((value.key, value.period, value.measure), value.figure)).collect();
        let keys: Vec<String> = places.into_iter().map(|key| key.cloned().unwrap_or_default()).collect();
        Lines::new(&keys, &self.measures, figures)
    }

    /// Adds what was read from another sheet; figures that are there already stay as they are, and are counted.
    pub(super) fn add(&mut self, other: Self) {
        let mut keys: HashMap<String, u32> =
            (0..).zip(&self.keys).map(|(position, key)| (key.text.clone(), position)).collect();
        let of_key: Vec<u32> = other
            .keys
            .into_iter()
            .map(|key| {
                *keys.entry(key.text.clone()).or_insert_with(|| {
                    self.keys.push(key);
                    u32::try_from(self.keys.len() - 1).unwrap_or(u32::MAX)
                })
            })
            .collect();
        let known: HashSet<(u32, u16, Period)> =
            self.values.iter().map(|value| (value.key, value.measure, value.period)).collect();
        for mut value in other.values {
            value.key = of_key.get(value.key as usize).copied().unwrap_or(u32::MAX);
            if known.contains(&(value.key, value.measure, value.period)) {
                self.duplicates += 1;
            } else {
                self.values.push(value);
            }
        }
        self.sum_rows.extend(other.sum_rows);
        self.duplicates += other.duplicates;
    }
}

/// A tidy table as text: `key;period;indicator;value;state`, decimal comma, ordered.
pub(super) fn to_csv(lines: &Lines) -> String {
    let mut text = String::from("key;period;indicator;value;state\n");
    for ((key, period, measure), figure) in lines.iter() {
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
