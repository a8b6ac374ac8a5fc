//! What an indicator's values are compared with: references, targets and breaks, for `/indicators/{id}`, the values and
//! the profiles. A reference that is an area has its released values, as everywhere.

use std::collections::BTreeMap;

use serde::Serialize;

use super::figures::{Number, remark};
use crate::config::{LayerId, Reference, ReferenceValues, SeriesBreak, Target, Text};
use crate::release::{Audience, Indicator, Release};
use crate::value::{Period, State};

/// Values to compare with, period by period.
#[derive(Serialize)]
pub(super) struct ReferenceRow<'a> {
    title: &'a Text,
    /// The area that has these values.
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<ReferenceArea<'a>>,
    /// Where given values come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    periods: Option<Vec<Period>>,
    values: Vec<Number>,
    states: BTreeMap<Period, State>,
}

#[derive(Serialize)]
struct ReferenceArea<'a> {
    layer: &'a LayerId,
    key: &'a str,
}

/// What is to be reached.
#[derive(Serialize)]
pub(super) struct TargetText<'a> {
    value: Number,
    period: Option<Period>,
    title: Option<&'a Text>,
    source: &'a Text,
    date: Option<&'a str>,
}

/// A break in the series.
#[derive(Serialize)]
pub(super) struct Break<'a> {
    period: Period,
    reason: &'a Text,
}

/// References with the periods that they have themselves.
pub(super) fn references<'a>(release: &'a Release, indicator: &'a Indicator) -> Vec<ReferenceRow<'a>> {
    let rows = indicator.config.references.iter().filter_map(|reference| {
        let periods = match &reference.values {
            ReferenceValues::Given { values, .. } => values.keys().copied().collect(),
            ReferenceValues::Area { layer, .. } => indicator.series(layer, &Audience::Public)?.periods().to_vec(),
        };
        let mut row = row(release, indicator, reference, &periods)?;
        row.periods = Some(periods);
        Some(row)
    });
    rows.collect()
}

/// References in these periods, for a profile that has the periods already.
pub(super) fn references_in<'a>(
    release: &'a Release,
    indicator: &'a Indicator,
    periods: &[Period],
) -> Vec<ReferenceRow<'a>> {
    indicator.config.references.iter().filter_map(|reference| row(release, indicator, reference, periods)).collect()
}

/// `None` for an area that is not there; the load has told so.
fn row<'a>(
    release: &'a Release,
    indicator: &'a Indicator,
    reference: &'a Reference,
    periods: &[Period],
) -> Option<ReferenceRow<'a>> {
    let mut values = Vec::with_capacity(periods.len());
    let mut states = BTreeMap::new();
    let (area, source) = match &reference.values {
        ReferenceValues::Given { values: given, source } => {
            for period in periods {
                let number = given.get(period).copied();
                values.push(Number(number));
                if number.is_none() {
                    states.insert(*period, State::Missing);
                }
            }
            (None, Some(source))
        }
        ReferenceValues::Area { layer, key } => {
            let (feature, record) = release.layer(layer.as_str())?.find(key)?;
            let series = indicator.series(layer, &Audience::Public)?;
            for period in periods {
                let value = series.value(feature, *period);
                values.push(value.map_or(Number(None), Number::from));
                if let Some(state) = value.map_or(Some(State::Missing), remark) {
                    states.insert(*period, state);
                }
            }
            (Some(ReferenceArea { layer, key: &record.key }), None)
        }
    };
    Some(ReferenceRow { title: &reference.title, area, source, periods: None, values, states })
}

pub(super) fn targets<'a>(targets: &'a [Target]) -> Vec<TargetText<'a>> {
    let text = |target: &'a Target| TargetText {
        value: Number(Some(target.value)),
        period: target.period,
        title: target.title.as_ref(),
        source: &target.source,
        date: target.date.as_deref(),
    };
    targets.iter().map(text).collect()
}

pub(super) fn breaks(breaks: &[SeriesBreak]) -> Vec<Break<'_>> {
    breaks.iter().map(|found| Break { period: found.period, reason: &found.reason }).collect()
}
