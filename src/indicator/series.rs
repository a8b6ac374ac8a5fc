//! Entries of all layers → series: numerator, denominator and value of every area and period.
//!
//! Layers are worked through from the smallest areas to the largest. A figure that a table gives comes first; where
//! there is none and the indicator asks for sums, the sum over the parts takes its place, of numerator and denominator
//! each for itself. Rates are computed from these, so that a rate of a larger area is never the mean of rates.

use std::collections::{BTreeMap, BTreeSet};

use super::grid::{Entry, Grid, periods};
use super::sums::{Check, check, sum_over};
use super::{Hierarchy, LayerKeys, RawCell, RawSeries};
use crate::config::{IndicatorConfig, LayerId, PeriodStates};
use crate::formula::Sum;
use crate::message;
use crate::report::{Case, Finding, Report};
use crate::table::Table;
use crate::table::cases::Cases;
use crate::value::{Figure, Period, State};

/// Everything that the series of one indicator are made from.
pub(super) struct Assembly<'a> {
    pub(super) indicator: &'a IndicatorConfig,
    pub(super) tables: &'a [&'a Table],
    pub(super) layers: &'a [LayerKeys<'a>],
    pub(super) hierarchy: &'a Hierarchy,
    /// `entries[layer][measure]`
    pub(super) entries: &'a [Vec<Vec<Entry>>],
}

/// One way to sum up: a link, its parts by larger area, and the series of the parts.
struct Below<'s> {
    link: u16,
    parts: Vec<Vec<usize>>,
    series: &'s RawSeries,
}

/// Numerator or denominator of one cell, and the link it was summed up by.
type Counted = (Figure, Option<u16>);

impl Assembly<'_> {
    /// The series in the order of the layers.
    pub(super) fn run(&self, report: &mut Report) -> Vec<RawSeries> {
        let ids: Vec<&LayerId> = self.layers.iter().map(|layer| layer.layer).collect();
        let mut done: BTreeMap<usize, RawSeries> = BTreeMap::new();
        for position in self.hierarchy.upwards(&ids) {
            let below = self.below(&ids, position, &done);
            let series = self.series(position, &below, report);
            done.insert(position, series);
        }
        done.into_values().collect()
    }

    /// The cells of the former areas behind converted cells of a layer, by position of these; `parts` has the positions of
    /// the former areas by area and period.
    pub(super) fn former(
        &self,
        position: usize,
        periods: &[Period],
        former: &[Vec<Entry>],
        parts: &BTreeMap<(usize, Period), BTreeSet<usize>>,
    ) -> BTreeMap<usize, Vec<RawCell>> {
        let Some(layer) = self.layers.get(position) else { return BTreeMap::new() };
        let grid = |entries: &Vec<Entry>| Grid::new(layer.lineage.former().len(), periods, entries, |_, _| {});
        let grids: Vec<Grid> = former.iter().map(grid).collect();
        let of_cell = |((area, period), parts): (&(usize, Period), &BTreeSet<usize>)| {
            let column = periods.binary_search(period).ok()?;
            let of_part = |part: &usize| {
                let figure = |grid: &Grid| not_final(grid.figure(*part, column), *period, &self.indicator.states);
                let figures: Vec<Figure> = grids.iter().map(figure).collect();
                let place = Place { layer, feature: *part, period: *period };
                self.cell(&figures, place, &[], &mut Findings::default())
            };
            Some((area * periods.len() + column, parts.iter().map(of_part).collect()))
        };
        parts.iter().filter_map(of_cell).collect()
    }

    /// The ways to sum up a layer, nearest parts first; none where the indicator asks for no sums.
    fn below<'s>(&self, ids: &[&LayerId], position: usize, done: &'s BTreeMap<usize, RawSeries>) -> Vec<Below<'s>> {
        let (true, Some(layer)) = (self.indicator.aggregate, self.layers.get(position)) else { return Vec::new() };
        let below = |index: u16| {
            let link = self.hierarchy.link(index)?;
            let part = ids.iter().position(|id| **id == link.part)?;
            Some(Below { link: index, parts: link.parts(layer.keys.len()), series: done.get(&part)? })
        };
        self.hierarchy.parts_of(layer.layer, ids).into_iter().filter_map(below).collect()
    }

    fn series(&self, position: usize, below: &[Below<'_>], report: &mut Report) -> RawSeries {
        let (layer, entries) = (&self.layers[position], &self.entries[position]);
        let periods = self.periods(layer, entries, below, report);
        let grids = self.grids(layer, entries, &periods, report);
        let mut findings = Findings::default();
        let mut cells = Vec::with_capacity(layer.keys.len() * periods.len());
        for feature in 0..layer.keys.len() {
            for (column, period) in periods.iter().enumerate() {
                let figures: Vec<Figure> = grids
                    .iter()
                    .map(|grid| not_final(grid.figure(feature, column), *period, &self.indicator.states))
                    .collect();
                let place = Place { layer, feature, period: *period };
                let cell = self.cell(&figures, place, below, &mut findings);
                let there = layer.valid.get(feature).is_none_or(|valid| valid.has(*period));
                let cell = if there { cell } else { cell.of_none() };
                if self.is_above_whole(&cell) {
                    findings.above_whole.push(|| place.case().saying(period.to_string()));
                }
                cells.push(cell);
            }
        }
        findings.report(self.indicator, layer, report);
        RawSeries {
            layer: layer.layer.clone(),
            periods,
            cells,
            former: BTreeMap::new(),
            given: BTreeSet::new(),
            summed: BTreeSet::new(),
        }
    }

    /// Periods of a layer's series: those in which all measures have rows, or in which its parts have values. Years in
    /// which only the population is known would be empty years on the slider.
    fn periods(
        &self,
        layer: &LayerKeys<'_>,
        entries: &[Vec<Entry>],
        below: &[Below<'_>],
        report: &mut Report,
    ) -> Vec<Period> {
        let own: Vec<BTreeSet<Period>> = entries.iter().map(|entries| periods(entries)).collect();
        let mut common = own.first().cloned().unwrap_or_default();
        for other in &own {
            common.retain(|period| other.contains(period));
        }
        common.extend(below.iter().flat_map(|below| below.series.periods.iter().copied()));
        self.report_lacking(layer, &own, &common, report);
        common.into_iter().collect()
    }

    /// Periods of the numerator that the denominator does not have.
    fn report_lacking(
        &self,
        layer: &LayerKeys<'_>,
        own: &[BTreeSet<Period>],
        common: &BTreeSet<Period>,
        report: &mut Report,
    ) {
        let Some(first) = own.first() else { return };
        let lacking: Vec<String> = first.difference(common).map(ToString::to_string).collect();
        let rest_is_there = own.len() > 1 && own.iter().all(|periods| !periods.is_empty());
        if !lacking.is_empty() && rest_is_there {
            let message = message!(
                "the denominator has no figures on {layer} for some periods of the numerator",
                layer = layer.layer
            );
            report.add(
                Finding::warning("denominator-lacks-period", message)
                    .in_file(&self.indicator.file)
                    .advise("these periods are not published; add the denominator's rows")
                    .at(Case::detail(lacking.join(", "))),
            );
        }
    }

    /// One grid per measure; rows that have no place in it are reported.
    fn grids(
        &self,
        layer: &LayerKeys<'_>,
        entries: &[Vec<Entry>],
        periods: &[Period],
        report: &mut Report,
    ) -> Vec<Grid> {
        let mut doubles = vec![Doubles::default(); self.tables.len()];
        let grids = entries
            .iter()
            .map(|entries| {
                Grid::new(layer.keys.len(), periods, entries, |left_out, taken| {
                    let place = || {
                        message!(
                            "{path} in line {line}",
                            path = self.tables[taken.table].path.display(),
                            line = taken.line
                        )
                    };
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
                            message!(
                                "{period} has its figure from {place} already",
                                period = taken.period,
                                place = place()
                            )
                        };
                        doubles.repeated.push(|| case().saying(saying()));
                    }
                })
            })
            .collect();
        for (doubles, table) in doubles.into_iter().zip(self.tables) {
            doubles.report(table, report);
        }
        grids
    }

    fn cell(&self, figures: &[Figure], place: Place<'_>, below: &[Below<'_>], findings: &mut Findings) -> RawCell {
        let formula = &self.indicator.formula;
        let Some(fraction) = formula.fraction() else {
            let value = formula.expression().value(figures);
            return RawCell { value, ..RawCell::of(value) };
        };
        let (numerator, numerator_from) =
            self.counted(&fraction.numerator, figures, place, below, Side::Numerator, findings);
        let denominator = fraction
            .denominator
            .as_ref()
            .map(|sum| self.counted(sum, figures, place, below, Side::Denominator, findings));
        RawCell {
            value: fraction.value(numerator, denominator.map(|(figure, _)| figure)),
            numerator: Some(numerator),
            denominator: denominator.map(|(figure, _)| figure),
            smallest: if numerator_from.is_none() { smallest(&fraction.numerator, figures) } else { None },
            numerator_from,
            denominator_from: denominator.and_then(|(_, from)| from),
        }
    }

    /// What the tables give, or else the sum over the parts.
    fn counted(
        &self,
        sum: &Sum,
        figures: &[Figure],
        place: Place<'_>,
        below: &[Below<'_>],
        side: Side,
        findings: &mut Findings,
    ) -> Counted {
        let given = sum.value(figures);
        let Some((total, link, n)) = self.total(place, below, side) else { return (given, None) };
        if given.state() == State::Missing {
            return (total, Some(link));
        }
        if check(given, total) == Check::Differs && !self.indicator.privacy.protected_by_source {
            // a sum that nobody may know stands in no message either
            let numbers = given.number().zip(total.number()).filter(|_| !self.indicator.privacy.protects());
            findings.differs.push(|| {
                let period = place.period;
                let detail = if let Some((given, total)) = numbers {
                    let (given, total) = (given.to_string(), total.to_string());
                    message!("{period}: {given} in the table, {total} over {n} part[s]", period, given, total, n)
                } else {
                    message!("{period}: over {n} part[s]", period, n)
                };
                let in_denominator = side == Side::Denominator;
                place.case().saying(if in_denominator { message!("denominator, {detail}", detail) } else { detail })
            });
        }
        (given, None)
    }

    /// The sum over the parts that make up the whole area: figure, link, number of parts. Parts that exist in the
    /// period go before others, nearer ones before farther ones, and a sum before a lack of one.
    fn total(&self, place: Place<'_>, below: &[Below<'_>], side: Side) -> Option<(Figure, u16, usize)> {
        let of = |exists: bool| {
            below.iter().filter_map(move |below| {
                let link = self.hierarchy.link(below.link)?;
                let fits = link.exists_in(place.period) == exists && !link.incomplete.contains(&place.feature);
                let column = below.series.periods.binary_search(&place.period).ok()?;
                let parts = below.parts.get(place.feature).filter(|_| fits)?;
                let figure = |part: usize| {
                    let cell = below.series.row(part).get(column)?;
                    if side == Side::Numerator { cell.numerator } else { cell.denominator }
                };
                Some((sum_over(parts, figure)?, below.link, parts.len()))
            })
        };
        let mut all = of(true).chain(of(false));
        let first = all.next()?;
        let is_there = |found: &(Figure, u16, usize)| found.0.state() != State::Missing;
        if is_there(&first) { Some(first) } else { all.find(is_there).or(Some(first)) }
    }

    /// Whether a share in per cent counts more than there are.
    fn is_above_whole(&self, cell: &RawCell) -> bool {
        let fraction = self.indicator.formula.fraction();
        let percent = fraction
            .is_some_and(|fraction| fraction.denominator.is_some() && (fraction.factor - 100.0).abs() < f64::EPSILON);
        percent && cell.value.number().is_some_and(|share| share > 100.0)
    }
}

/// Numerator or denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Numerator,
    Denominator,
}

/// One area in one period.
#[derive(Clone, Copy)]
struct Place<'a> {
    layer: &'a LayerKeys<'a>,
    feature: usize,
    period: Period,
}

impl Place<'_> {
    fn case(&self) -> Case {
        Case::key(self.layer.keys.get(self.feature).map_or("", |key| key.as_str()))
    }
}

impl RawCell {
    /// The cell of an area that does not exist then: what nobody delivered, there cannot be.
    fn of_none(self) -> Self {
        let none = |figure: Figure| {
            if figure.state() == State::Missing { Figure::absent(State::NotApplicable) } else { figure }
        };
        Self {
            value: none(self.value),
            numerator: self.numerator.map(none),
            denominator: self.denominator.map(none),
            ..self
        }
    }

    /// A value of which nothing else is known.
    #[must_use]
    pub fn of(value: Figure) -> Self {
        Self { value, numerator: None, denominator: None, smallest: None, numerator_from: None, denominator_from: None }
    }
}

/// A figure of a year that is not final, unless it says worse of itself.
fn not_final(figure: Figure, period: Period, states: &PeriodStates) -> Figure {
    let Some(number) = figure.number() else { return figure };
    if states.estimated.contains(&period.as_year()) {
        Figure::new(number, State::Estimated)
    } else if states.provisional.contains(&period.as_year()) && figure.state() != State::Estimated {
        Figure::new(number, State::Provisional)
    } else {
        figure
    }
}

/// Of several measures the one that a minimum count would hit first.
fn smallest(sum: &Sum, figures: &[Figure]) -> Option<Figure> {
    if sum.measures().count() < 2 {
        return None;
    }
    let inexact = |figure: &Figure| matches!(figure.state(), State::Rounded | State::Estimated);
    let measures = sum.measures().filter_map(|position| figures.get(position).copied());
    let candidates = measures.filter(|figure| figure.number().is_some_and(|number| number != 0.0) || inexact(figure));
    candidates
        .filter_map(|figure| Some((figure.number()?.abs(), figure)))
        .min_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, figure)| figure)
}

/// What is met while cells are made.
#[derive(Default)]
struct Findings {
    above_whole: Cases,
    differs: Cases,
}

impl Findings {
    fn report(self, indicator: &IndicatorConfig, layer: &LayerKeys<'_>, report: &mut Report) {
        if self.above_whole.count() > 0 {
            let finding = Finding::warning("share-above-100", "the numerator is larger than the denominator")
                .in_file(&indicator.file)
                .advise("check that both count the same people at the same date; the share is published as it is");
            report.add(self.above_whole.give_to(finding));
        }
        if self.differs.count() > 0 {
            let message = message!("figures of layer \"{layer}\" are not the sum of their parts", layer = layer.layer);
            let finding = Finding::warning("sum-differs", message)
                .in_file(&indicator.file)
                .advise("find out which is right; the figure of the table is published");
            report.add(self.differs.give_to(finding));
        }
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
