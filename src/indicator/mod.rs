//! Raw values by area and period: rows joined to areas by key, and the formula.
//!
//! What comes out, [`RawSeries`], may be named only here and in `release`, where the gate turns it
//! into released values. Nothing here does I/O.
//!
//! The steps of [`join`]: every key text of a table is looked up once in the directory of all areas (`keys`); rows
//! become figures, those of former areas by `conversion`, in a `grid` of areas and periods per measure; `series` makes
//! numerators, denominators and values of them, from the smallest areas to the largest, so that `sums` over the parts can stand in for what no table gives;
//! what has no partner on either side is reported with its nearest (`partners`).

mod conversion;
mod grid;
mod keys;
mod partners;
mod rows;
mod series;
mod sums;

use std::collections::{BTreeMap, BTreeSet};

use conversion::Conversion;
use keys::KeyIndex;
use rows::Rows;
use series::Assembly;
pub use sums::{Hierarchy, Link};

use crate::area::{AreaKey, Directory, KeyKind};
use crate::config::{IndicatorConfig, LayerId, MeasureId};
use crate::message;
use crate::report::{Case, Finding, Report};
use crate::succession::Lineage;
use crate::table::Table;
use crate::table::cases::Cases;
use crate::value::{Figure, Period, State, Validity};

/// The keys of one area layer, in the order of its features.
#[derive(Clone, Copy, Debug)]
pub struct LayerKeys<'a> {
    /// The layer.
    pub layer: &'a LayerId,
    /// System of its keys.
    pub kind: KeyKind,
    /// One key per feature.
    pub keys: &'a [AreaKey],
    /// Name per feature, for messages.
    pub names: &'a [String],
    /// Position of the layer in the directory.
    pub in_directory: usize,
    /// When each exists; empty = all, always.
    pub valid: &'a [Validity],
    /// The areas that were there before these.
    pub lineage: &'a Lineage,
    /// Position of their keys in the directory, if there are any.
    pub former_in_directory: Option<usize>,
}

/// One area and period before disclosure control.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawCell {
    /// The indicator's figure, not rounded.
    pub value: Figure,
    /// What was counted; `None` where the indicator is imported as a ratio.
    pub numerator: Option<Figure>,
    /// Out of how many; `None` where there is no denominator.
    pub denominator: Option<Figure>,
    /// Of a numerator of several measures, the one that is nearest to a small count: the smallest number that is not
    /// exactly 0.
    pub smallest: Option<Figure>,
    /// The numerator is the sum over the parts of this [`Link`] of the hierarchy.
    pub numerator_from: Option<u16>,
    /// The denominator is the sum over the parts of this [`Link`] of the hierarchy.
    pub denominator_from: Option<u16>,
}

/// One indicator on one layer before disclosure control: `cells[feature * periods.len() + period]`.
#[derive(Clone, Debug, PartialEq)]
pub struct RawSeries {
    /// The layer.
    pub layer: LayerId,
    /// Periods for which any area has a row, ascending; for a ratio a row of both measures.
    pub periods: Vec<Period>,
    /// One cell per feature and period; areas without a row are [`crate::value::State::Missing`].
    pub cells: Vec<RawCell>,
    /// Positions of cells that were made of figures of former areas, with the cells of those areas; and of cells whose
    /// figure a table gives beside those of former areas.
    pub former: BTreeMap<usize, Vec<RawCell>>,
    /// Positions of the latter.
    pub given: BTreeSet<usize>,
    /// Positions of cells that are sums over converted ones.
    pub summed: BTreeSet<usize>,
}

/// Joins an indicator's tables to the layers it is published for.
///
/// `tables` are in the order of [`IndicatorConfig::tables`]; `directory` has the areas of these and all other
/// layers. Every key without partner on either side
/// is reported with the nearest candidates; a later row for the same area, period and measure is
/// left out and reported, unless it says that the figure is secret: that always wins. Where the indicator asks for it,
/// `hierarchy` says over which areas larger areas are summed up.
pub fn join(
    indicator: &IndicatorConfig,
    tables: &[&Table],
    layers: &[LayerKeys<'_>],
    directory: &Directory<'_>,
    hierarchy: &Hierarchy,
    report: &mut Report,
) -> Vec<RawSeries> {
    let roles: Vec<&MeasureId> = indicator.formula.measures().collect();
    report_unknown_measures(indicator, tables, report);
    report_idle_rules(indicator, report);
    let index = KeyIndex::new(layers, directory);
    let mut rows = Rows::new(indicator, &roles, &index);
    for (position, table) in tables.iter().enumerate() {
        let territory = indicator.tables.get(position).and_then(|config| config.territory);
        rows.take(table, territory, report);
    }
    report_dashes(indicator, tables, &index, report);
    let (mut sorted, partners) = rows.finish();
    partners.report_rows(tables, &index, report);
    let mut converted = Vec::with_capacity(layers.len());
    for ((layer, entries), former) in layers.iter().zip(&mut sorted.present).zip(&sorted.former) {
        let LayerKeys { keys, names, lineage, .. } = *layer;
        let conversion = Conversion { indicator, roles: &roles, lineage, keys, names };
        let of_layer = conversion.run(entries, former, report);
        for (own, converted) in entries.iter_mut().zip(&of_layer.entries) {
            own.extend(converted);
        }
        converted.push(of_layer);
    }
    let assembly = Assembly { indicator, tables, layers, hierarchy, entries: &sorted.present };
    let mut series = assembly.run(report);
    for (position, (series, converted)) in series.iter_mut().zip(&converted).enumerate() {
        let former = sorted.former.get(position).map_or(&[][..], Vec::as_slice);
        series.former = assembly.former(position, &series.periods, former, &converted.parts);
        let given = converted.given.iter().filter_map(|(area, period)| series.position(*area, *period));
        series.given = given.collect();
    }
    mark_sums(&mut series, hierarchy);
    partners.report_areas(indicator, layers, &series, report);
    report_idle_states(indicator, &series, report);
    series
}

/// Marks the sums over converted figures, from the smallest areas to the largest.
fn mark_sums(series: &mut [RawSeries], hierarchy: &Hierarchy) {
    let layers: Vec<LayerId> = series.iter().map(|series| series.layer.clone()).collect();
    for whole in hierarchy.upwards(&layers.iter().collect::<Vec<_>>()) {
        let mut summed = BTreeSet::new();
        let mut converted: BTreeMap<u16, BTreeSet<(usize, Period)>> = BTreeMap::new();
        let Some(sums) = series.get(whole) else { continue };
        for (at, cell) in sums.cells.iter().enumerate() {
            for index in cell.numerator_from.into_iter().chain(cell.denominator_from) {
                let of_link = converted.entry(index).or_insert_with(|| wholes_of(index, series, hierarchy));
                let feature = at / sums.periods.len().max(1);
                let period = sums.periods.get(at % sums.periods.len().max(1));
                if period.is_some_and(|period| of_link.contains(&(feature, *period))) {
                    summed.insert(at);
                }
            }
        }
        if let Some(series) = series.get_mut(whole) {
            series.summed = summed;
        }
    }
}

/// The larger areas of a link, and the periods, for which a part has a converted figure.
fn wholes_of(index: u16, series: &[RawSeries], hierarchy: &Hierarchy) -> BTreeSet<(usize, Period)> {
    let Some(link) = hierarchy.link(index) else { return BTreeSet::new() };
    let Some(parts) = series.iter().find(|series| series.layer == link.part) else { return BTreeSet::new() };
    let columns = parts.periods.len().max(1);
    let whole = |at: usize| {
        Some((link.within.get(at / columns).copied().flatten()?, parts.periods.get(at % columns).copied()?))
    };
    parts.converted().filter_map(whole).collect()
}

impl RawSeries {
    /// Position of the cell of a feature in a period.
    fn position(&self, feature: usize, period: Period) -> Option<usize> {
        Some(feature * self.periods.len() + self.periods.binary_search(&period).ok()?)
    }

    /// Positions of cells that were made of figures of former areas, or are sums over such.
    pub(crate) fn converted(&self) -> impl Iterator<Item = usize> {
        let made = self.former.keys().copied().filter(|position| !self.given.contains(position));
        made.chain(self.summed.iter().copied())
    }

    /// All periods of one feature.
    pub(crate) fn row(&self, feature: usize) -> &[RawCell] {
        let start = feature * self.periods.len();
        self.cells.get(start..start + self.periods.len()).unwrap_or_default()
    }
}

/// Reports measures of the formula that no table has, with those that are there.
pub fn report_unknown_measures(indicator: &IndicatorConfig, tables: &[&Table], report: &mut Report) {
    for role in indicator.formula.measures() {
        if tables.iter().all(|table| table.measure(role).is_none()) {
            let known: BTreeSet<&str> =
                tables.iter().flat_map(|table| &table.measures).map(MeasureId::as_str).collect();
            let known: Vec<&str> = known.into_iter().collect();
            let nearest = known.iter().max_by(|one, other| {
                let likeness = |text: &&str| strsim::jaro_winkler(text, role.as_str());
                likeness(one).total_cmp(&likeness(other))
            });
            let list = known.join(", ");
            let advice = match nearest {
                Some(nearest) => message!("the tables have: {list}; the nearest is {nearest}", list, nearest),
                None => message!("the tables have: {list}", list),
            };
            report.add(
                Finding::error("measure-unknown", message!("no table has the measure \"{role}\"", role))
                    .in_file(&indicator.file)
                    .advise(advice),
            );
        }
    }
}

/// Dashes in a column of imported means or rates. The offices define the dash as exactly zero (and so it is read);
/// but where nobody was counted, a mean is not zero, it cannot be.
fn report_dashes(indicator: &IndicatorConfig, tables: &[&Table], index: &KeyIndex<'_>, report: &mut Report) {
    let Some(measure) = indicator.formula.measures().next().filter(|_| indicator.formula.is_imported()) else { return };
    for table in tables {
        let Some(measure) = table.measure(measure) else { continue };
        let mut cases = Cases::default();
        let values = table.dashes.iter().filter_map(|position| table.values.get(*position as usize));
        for value in values.filter(|value| value.measure == measure && value.figure.state() == State::Zero) {
            let key = table.key_of(value);
            if !index.find(key, false).places.is_empty() {
                cases.push(|| Case::line(value.line).with_key(key).saying(value.period.to_string()));
            }
        }
        if cases.count() > 0 {
            let message = message!(
                "{n} dash[es] in a column of rates, means or indices [is|are] read as exactly zero",
                n = cases.count()
            );
            let finding = Finding::warning("dash-in-ratio", message).in_file(&table.path);
            let advice = "where there is no rate or mean, write x into the cell, or not_applicable into a column state; where it is \
                          zero, write 0";
            report.add(cases.give_to(finding.advise(advice)));
        }
    }
}

/// Privacy rules that have nothing to be applied to.
fn report_idle_rules(indicator: &IndicatorConfig, report: &mut Report) {
    let mut idle = Vec::new();
    if indicator.formula.fraction().is_none() && indicator.privacy.min_numerator.is_some() {
        idle.push("privacy.min_numerator");
    }
    if !indicator.formula.has_denominator() && indicator.privacy.min_denominator.is_some() {
        idle.push("privacy.min_denominator");
    }
    if !idle.is_empty() {
        let message = "the privacy rule cannot be applied: the value is imported and its counts are not known";
        report.add(
            Finding::warning("privacy-rule-idle", message)
                .in_file(&indicator.file)
                .advise("name numerator and denominator instead of the value, or take the rule out")
                .at_all(idle.into_iter().map(|rule| Case::default().in_column(rule))),
        );
    }
}

/// Years that are said to be provisional or estimated and of which there is no figure.
fn report_idle_states(indicator: &IndicatorConfig, series: &[RawSeries], report: &mut Report) {
    let known: BTreeSet<i16> =
        series.iter().flat_map(|series| &series.periods).map(|period| period.as_year()).collect();
    let named = [("provisional", &indicator.states.provisional), ("estimated", &indicator.states.estimated)];
    let named = named.into_iter().flat_map(|(key, years)| years.iter().map(move |year| (key, year)));
    let idle: Vec<Case> = named
        .filter(|(_, year)| !known.contains(year))
        .map(|(key, year)| Case::default().in_column(key).saying(year.to_string()))
        .collect();
    if !idle.is_empty() && !known.is_empty() {
        let finding =
            Finding::notice("state-without-period", "no table has figures of years that are called not final");
        let advice = "take the years out, or add their rows";
        report.add(finding.in_file(&indicator.file).advise(advice).at_all(idle));
    }
}

#[cfg(test)]
mod tests;
