//! What an import changes in the atlas: new, changed, gone, and the ten largest changes.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::atlas::Atlas;
use super::lines::Lines;
use super::tidy::decimal_comma;
use crate::config::RecipeFile;
use crate::message;
use crate::report::Message;
use crate::value::{Figure, Period, State};

/// Changes that are named.
const NAMED: usize = 10;

/// One figure that is another one now.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Area key.
    pub key: String,
    /// When.
    pub period: Period,
    /// What.
    pub measure: String,
    /// As the atlas has it; small counts that are kept secret are not named.
    pub before: Message,
    /// As the delivery has it.
    pub after: Message,
}

/// The difference between a delivery and what the atlas has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Figures that the atlas does not have yet.
    pub new: usize,
    /// Figures that are others.
    pub changed: usize,
    /// Figures that the atlas has of these measures and the delivery does not.
    pub gone: usize,
    /// Figures that stay.
    pub same: usize,
    /// The largest changes, in relation to the figure before.
    pub largest: Vec<Change>,
    /// Periods of which the atlas has figures and the delivery has none.
    pub gone_periods: Vec<Period>,
}

impl Changes {
    /// One line for people.
    #[must_use]
    pub fn to_message(&self) -> Message {
        let count = |count: usize| count.to_string();
        let (new, changed, gone, same) = (count(self.new), count(self.changed), count(self.gone), count(self.same));
        let mut parts = vec![message!(
            "against the atlas: {new} new, {changed} changed, {gone} gone, {same} as before",
            new,
            changed,
            gone,
            same
        )];
        if !self.gone_periods.is_empty() {
            let periods = self.gone_periods.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            parts.push(message!("the atlas has {periods}, the file has not", periods));
        }
        if !self.largest.is_empty() {
            parts.push(message!("the largest of {n} change[s]:", n = self.changed));
        }
        Message::joined(parts, "; ")
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "new": self.new,
            "changed": self.changed,
            "gone": self.gone,
            "same": self.same,
            "gone_periods": self.gone_periods.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "largest": self.largest.iter().map(|change| json!({
                "key": change.key,
                "period": change.period.to_string(),
                "measure": change.measure,
                "before": change.before.to_string(),
                "after": change.after.to_string(),
            })).collect::<Vec<_>>(),
        })
    }
}

/// Compares the lines of a delivery with those that the atlas has of the same measures.
pub(super) fn compare(atlas: &Atlas, recipe: &RecipeFile, lines: &Lines) -> Changes {
    let mut measures: Vec<String> = recipe.measures.iter().map(|measure| measure.id.clone()).collect();
    measures.dedup();
    let file = atlas.root.join("data/values").join(format!("{}.csv", recipe.output));
    let held = atlas.holds(Path::new(&file), &measures);
    let periods: BTreeSet<Period> = lines.iter().map(|((_, period, _), _)| period).collect();
    let mut changes = Changes::default();
    let mut all = Vec::new();
    let gone = |changes: &mut Changes, period: Period, figure: Figure| {
        if figure.state() != State::Missing {
            changes.gone += 1;
            if !periods.contains(&period) && !changes.gone_periods.contains(&period) {
                changes.gone_periods.push(period);
            }
        }
    };
    let mut held = held.iter().peekable();
    for (place, after) in lines.iter() {
        while let Some(((_, period, _), figure)) = held.next_if(|(before, _)| *before < place) {
            gone(&mut changes, period, figure);
        }
        match held.next_if(|(before, _)| *before == place) {
            None => changes.new += 1,
            Some((_, before)) if same(before, after) => changes.same += 1,
            Some((_, before)) => {
                changes.changed += 1;
                all.push((place, before, after));
            }
        }
    }
    held.for_each(|((_, period, _), figure)| gone(&mut changes, period, figure));
    changes.gone_periods.sort_unstable();
    all.sort_by(|(_, one, now), (_, other, then)| size(*other, *then).total_cmp(&size(*one, *now)));
    all.truncate(NAMED);
    changes.largest = all.into_iter().map(|(place, before, after)| change(atlas, place, before, after)).collect();
    changes
}

fn change(atlas: &Atlas, (key, period, measure): (&str, Period, &str), before: Figure, after: Figure) -> Change {
    let least = atlas.least_count(measure);
    let (before, after) = (said(before, least), said(after, least));
    Change { key: key.to_owned(), period, measure: measure.to_owned(), before, after }
}

fn same(before: Figure, after: Figure) -> bool {
    let close = match (before.number(), after.number()) {
        (Some(before), Some(after)) => (before - after).abs() <= 1e-9 * before.abs().max(1.0),
        (None, None) => true,
        _ => false,
    };
    close && before.state() == after.state()
}

/// How large a change is: the part of the figure before; a figure that comes or goes is larger than any.
fn size(before: Figure, after: Figure) -> f64 {
    match (before.number(), after.number()) {
        (Some(before), Some(after)) if before != 0.0 => ((after - before) / before).abs(),
        (Some(_), Some(after)) => after.abs() + 1.0,
        (None, None) => 0.0,
        _ => f64::MAX,
    }
}

fn said(figure: Figure, least: Option<u32>) -> Message {
    match figure.number() {
        Some(number) if least.is_some_and(|least| number > 0.0 && number < f64::from(least)) => {
            message!("below {least}", least = least.unwrap_or_default().to_string())
        }
        Some(number) if figure.state().is_plain() => decimal_comma(number).into(),
        Some(number) => message!("{number} ({state})", number = decimal_comma(number), state = figure.state().told()),
        None => figure.state().told(),
    }
}
