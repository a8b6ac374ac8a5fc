//! Raw values by area and period: rows joined to areas by key, and the formula.
//!
//! What comes out, [`RawSeries`], may be named only here and in `release`, where the gate turns it
//! into released values. Nothing here does I/O.
//!
//! The steps of [`join`]: every key text of a table is looked up once in the directory of all areas (`keys`); rows
//! become figures in a `grid` of areas and periods; the `formula` makes values of one or two grids;
//! what has no partner on either side is reported with its nearest (`partners`).

mod formula;
mod grid;
mod keys;
mod partners;
mod rows;

use crate::message;
use std::collections::BTreeSet;

use grid::{Entry, Grid, periods};
use keys::KeyIndex;
use rows::Rows;

use crate::area::{AreaKey, Directory, KeyKind};
use crate::config::{Formula, IndicatorConfig, LayerId, Measure, MeasureId};
use crate::report::{Case, Finding, Report};
use crate::table::Table;
use crate::table::cases::Cases;
use crate::value::{Figure, Period, State};

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
}

/// Joins an indicator's tables to the layers it is published for.
///
/// `tables` are in the order of [`IndicatorConfig::tables`]; `directory` has the areas of these and all other
/// layers. Every key without partner on either side
/// is reported with the nearest candidates; a later row for the same area, period and measure is
/// left out and reported, unless it says that the figure is secret: that always wins.
pub fn join(
    indicator: &IndicatorConfig,
    tables: &[&Table],
    layers: &[LayerKeys<'_>],
    directory: &Directory<'_>,
    report: &mut Report,
) -> Vec<RawSeries> {
    let roles: Vec<&MeasureId> = indicator.formula.measures().collect();
    report_unknown_measures(indicator, tables, report);
    report_idle_rules(indicator, report);
    let index = KeyIndex::new(layers, directory);
    let mut rows = Rows::new(indicator, &roles, &index);
    for table in tables {
        rows.take(table, report);
    }
    report_dashes(indicator, tables, &index, report);
    let (entries, partners) = rows.finish();
    partners.report_rows(tables, &index, report);
    let both = layers.iter().zip(&entries);
    let series: Vec<RawSeries> =
        both.map(|(layer, entries)| assemble(indicator, tables, layer, entries, report)).collect();
    partners.report_areas(indicator, layers, &series, report);
    series
}

impl RawSeries {
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
    let Formula::Imported { value: measure } = &indicator.formula else { return };
    if indicator.measure != Measure::Ratio {
        return;
    }
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
    let imported = matches!(indicator.formula, Formula::Imported { .. });
    let mut idle = Vec::new();
    if imported && indicator.measure == Measure::Ratio && indicator.privacy.min_numerator.is_some() {
        idle.push("privacy.min_numerator");
    }
    if imported && indicator.privacy.min_denominator.is_some() {
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

/// Rows of one table that are left out because another row has their place.
#[derive(Clone, Default)]
struct Doubles {
    repeated: Cases,
    /// Figures that the other row keeps secret. Their numbers never stand in a message.
    given: Cases,
}

impl Doubles {
    fn report(self, table: &Table, report: &mut Report) {
        if self.given.count() > 0 {
            let message = "rows give a figure that another row or table keeps secret; it is kept secret";
            let finding = Finding::warning("suppressed-and-given", message).in_file(&table.path);
            let advice = "find out which is right, and take the figure out of the file if it is secret";
            report.add(self.given.give_to(finding.advise(advice)));
        }
        if self.repeated.count() > 0 {
            let message = "rows give a figure that another row or table has given already; the first is taken";
            let finding = Finding::warning("duplicate-row", message).in_file(&table.path);
            let advice = "keep one row per area, period and measure in all tables together";
            report.add(self.repeated.give_to(finding.advise(advice)));
        }
    }
}

/// Makes the series of one layer from its entries.
fn assemble(
    indicator: &IndicatorConfig,
    tables: &[&Table],
    layer: &LayerKeys<'_>,
    entries: &[Vec<Entry>],
    report: &mut Report,
) -> RawSeries {
    let periods = common_periods(indicator, layer, entries, report);
    let mut doubles = vec![Doubles::default(); tables.len()];
    let grids: Vec<Grid> = entries
        .iter()
        .map(|entries| {
            Grid::new(layer.keys.len(), &periods, entries, |left_out, taken| {
                let place =
                    || message!("{path} in line {line}", path = tables[taken.table].path.display(), line = taken.line);
                let case = || Case::line(left_out.line).with_key(layer.keys[left_out.feature].as_str());
                let doubles = &mut doubles[left_out.table];
                if taken.is_secret() && !left_out.is_secret() {
                    doubles.given.push(|| {
                        case().saying(message!(
                            "{period} is suppressed by {place}",
                            period = taken.period,
                            place = place()
                        ))
                    });
                } else {
                    let saying = || {
                        message!("{period} has its figure from {place} already", period = taken.period, place = place())
                    };
                    doubles.repeated.push(|| case().saying(saying()));
                }
            })
        })
        .collect();
    for (doubles, table) in doubles.into_iter().zip(tables) {
        doubles.report(table, report);
    }
    let mut above = Cases::default();
    let mut cells = Vec::with_capacity(layer.keys.len() * periods.len());
    for (feature, key) in layer.keys.iter().enumerate() {
        for (position, period) in periods.iter().enumerate() {
            let figure = |grid: &Grid| grid.figure(feature, position);
            let cell = cell(indicator, grids.first().map(figure), grids.get(1).map(figure));
            if is_above_whole(&indicator.formula, &cell) {
                above.push(|| Case::key(key.as_str()).saying(period.to_string()));
            }
            cells.push(cell);
        }
    }
    report_above_whole(indicator, above, report);
    RawSeries { layer: layer.layer.clone(), periods, cells }
}

/// Periods of a layer's series. A ratio has those in which both of its measures have rows: years in
/// which only the population is known would be empty years on the slider.
fn common_periods(
    indicator: &IndicatorConfig,
    layer: &LayerKeys<'_>,
    entries: &[Vec<Entry>],
    report: &mut Report,
) -> Vec<Period> {
    let [numerator, denominator] = entries else {
        return entries.iter().flat_map(|entries| periods(entries)).collect::<BTreeSet<_>>().into_iter().collect();
    };
    let (numerator, denominator) = (periods(numerator), periods(denominator));
    let lacking: Vec<String> = numerator.difference(&denominator).map(ToString::to_string).collect();
    if !lacking.is_empty() && !denominator.is_empty() {
        let message = message!(
            "the denominator has no figures on {layer} for some periods of the numerator",
            layer = layer.layer
        );
        report.add(
            Finding::warning("denominator-lacks-period", message)
                .in_file(&indicator.file)
                .advise("these periods are not published; add the denominator's rows")
                .at(Case::detail(lacking.join(", "))),
        );
    }
    numerator.intersection(&denominator).copied().collect()
}

/// The raw cell of one area and period; `denominator` is there for ratios only.
fn cell(indicator: &IndicatorConfig, first: Option<Figure>, denominator: Option<Figure>) -> RawCell {
    let first = first.unwrap_or(Figure::absent(State::Missing));
    if let (Formula::Ratio { factor, .. }, Some(denominator)) = (&indicator.formula, denominator) {
        let value = formula::ratio(*factor, first, denominator);
        return RawCell { value, numerator: Some(first), denominator: Some(denominator) };
    }
    // an imported count is its own numerator, so that the gate has one rule for both
    let numerator = (indicator.measure == Measure::Count).then_some(first);
    RawCell { value: first, numerator, denominator: None }
}

/// Whether a share in per cent counts more than there are.
fn is_above_whole(formula: &Formula, cell: &RawCell) -> bool {
    let percent = matches!(formula, Formula::Ratio { factor, .. } if (*factor - 100.0).abs() < f64::EPSILON);
    percent && cell.value.number().is_some_and(|share| share > 100.0)
}

fn report_above_whole(indicator: &IndicatorConfig, cases: Cases, report: &mut Report) {
    if cases.count() > 0 {
        let finding = Finding::warning("share-above-100", "the numerator is larger than the denominator")
            .in_file(&indicator.file)
            .advise("check that both count the same people at the same date; the share is published as it is");
        report.add(cases.give_to(finding));
    }
}

#[cfg(test)]
mod tests;
