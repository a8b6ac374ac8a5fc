//! What an import changes in the atlas: new, changed, gone, and the ten largest changes.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::atlas::Atlas;
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
    size: f64,
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
pub(super) fn compare(
    atlas: &Atlas,
    recipe: &RecipeFile,
    lines: &BTreeMap<(String, Period, String), Figure>,
) -> Changes {
    let mut measures: Vec<String> = recipe.measures.iter().map(|measure| measure.id.clone()).collect();
    measures.dedup();
    let file = atlas.root.join("data/values").join(format!("{}.csv", recipe.output));
    let held = atlas.holds(Path::new(&file), &measures);
    let mut changes = Changes::default();
    let mut all = Vec::new();
    for (place, after) in lines {
        match held.get(place) {
            None => changes.new += 1,
            Some(before) if same(*before, *after) => changes.same += 1,
            Some(before) => {
                let least = atlas.least_count(&place.2);
                changes.changed += 1;
                all.push(Change {
                    key: place.0.clone(),
                    period: place.1,
                    measure: place.2.clone(),
                    before: said(*before, least),
                    after: said(*after, least),
                    size: size(*before, *after),
                });
            }
        }
    }
    for (place, figure) in &held {
        if !lines.contains_key(place) && figure.state() != State::Missing {
            changes.gone += 1;
            let left = lines.keys().any(|(_, period, _)| *period == place.1);
            if !left && !changes.gone_periods.contains(&place.1) {
                changes.gone_periods.push(place.1);
            }
        }
    }
    changes.gone_periods.sort_unstable();
    all.sort_by(|one, other| other.size.total_cmp(&one.size));
    all.truncate(NAMED);
    changes.largest = all;
    changes
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
