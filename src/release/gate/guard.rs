//! What may be known of every cell: its value after suppression, summing up and rounding of counts.
//!
//! Series are worked through from the smallest areas to the largest. **Sums under rounding** are sums of rounded parts:
//! a total that was rounded for itself could give a part away (3 + 3 beside a total of 3 is 2 + 2, with base 3); the sum of
//! what is published anyway gives nothing away. A total that a table gives is rounded for itself.

use super::is_secret;
use crate::config::IndicatorConfig;
use crate::formula::total;
use crate::indicator::{Hierarchy, RawCell, RawSeries};
use crate::value::{Figure, Period, State};

/// One cell on its way out.
#[derive(Clone, Copy)]
struct Guarded {
    secret: bool,
    /// Rounded, where the rule says so.
    numerator: Option<Figure>,
    denominator: Option<Figure>,
}

/// The series that are done, and where their cells are.
struct Done<'a> {
    raw: &'a [RawSeries],
    hierarchy: &'a Hierarchy,
    cells: Vec<Vec<Guarded>>,
    /// By link, the parts of each larger area; made when first needed.
    parts: Vec<Option<Vec<Vec<usize>>>>,
}

/// Values by series and cell; secret ones have lost their numbers.
pub(super) fn guard(indicator: &IndicatorConfig, raw: &[RawSeries], hierarchy: &Hierarchy) -> Vec<Vec<Figure>> {
    let layers: Vec<_> = raw.iter().map(|series| &series.layer).collect();
    let parts = vec![None; hierarchy.links.len()];
    let mut done = Done { raw, hierarchy, cells: vec![Vec::new(); raw.len()], parts };
    for position in hierarchy.upwards(&layers) {
        let Some(series) = raw.get(position) else { continue };
        let mut cells = Vec::with_capacity(series.cells.len());
        for (index, cell) in series.cells.iter().enumerate() {
            let columns = series.periods.len();
            let place = (index / columns, series.periods[index % columns]);
            let former = series.former.get(&index).map_or(&[][..], Vec::as_slice);
            let guarded = done.cell(indicator, cell, place, series.cells.len() / columns);
            let made = !series.given.contains(&index);
            cells.push(with_former(indicator, guarded, cell, (former, made)));
        }
        done.cells[position] = cells;
    }
    let values = raw.iter().zip(&done.cells);
    values
        .map(|(series, cells)| series.cells.iter().zip(cells).map(|(raw, cell)| value(indicator, raw, cell)).collect())
        .collect()
}

/// What is left of a cell. Under rounding it is computed from rounded counts; where the denominator is rounded to 0
/// there is nothing that could be published, and it is not said whether there was nobody or a few.
fn value(indicator: &IndicatorConfig, raw: &RawCell, cell: &Guarded) -> Figure {
    if cell.secret {
        return Figure::absent(State::Suppressed);
    }
    let fraction = indicator.formula.fraction();
    match (indicator.privacy.round_to, fraction, cell.numerator) {
        (Some(_), Some(fraction), Some(numerator)) => {
            let value = fraction.value(numerator, cell.denominator);
            let lost = cell.denominator.and_then(Figure::number) == Some(0.0);
            if lost { Figure::absent(State::Suppressed) } else { worse(value) }
        }
        _ => raw.value,
    }
}

impl Done<'_> {
    fn cell(&mut self, indicator: &IndicatorConfig, cell: &RawCell, place: (usize, Period), wholes: usize) -> Guarded {
        let base = indicator.privacy.round_to.map(f64::from);
        let own = |figure: Option<Figure>| figure.map(|figure| base.map_or(figure, |base| to_multiple(figure, base)));
        let mut guarded = Guarded {
            secret: is_secret(indicator, cell),
            numerator: own(cell.numerator),
            denominator: own(cell.denominator),
        };
        if let Some(link) = cell.numerator_from {
            let parts = self.parts_of(link, place, wholes);
            guarded.secret |= parts.iter().any(|part| part.secret);
            if base.is_some() {
                guarded.numerator = Some(total(parts.iter().filter_map(|part| part.numerator)));
            }
        }
        if let (Some(link), true) = (cell.denominator_from, base.is_some()) {
            let parts = self.parts_of(link, place, wholes);
            guarded.denominator = Some(total(parts.iter().filter_map(|part| part.denominator)));
        }
        guarded
    }

    /// The cells that make up a larger area in a period.
    fn parts_of(&mut self, link: u16, (whole, period): (usize, Period), wholes: usize) -> Vec<Guarded> {
        let (index, hierarchy) = (usize::from(link), self.hierarchy);
        let Some(link) = hierarchy.link(link) else { return Vec::new() };
        let Some(layer) = self.raw.iter().position(|series| series.layer == link.part) else { return Vec::new() };
        let (periods, cells) = (&self.raw[layer].periods, &self.cells[layer]);
        let Ok(column) = periods.binary_search(&period) else { return Vec::new() };
        let Some(parts) = self.parts.get_mut(index) else { return Vec::new() };
        let parts = parts.get_or_insert_with(|| link.parts(wholes));
        let found = parts.get(whole).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|part| cells.get(part * periods.len() + column).copied()).collect()
    }
}

/// A cell that was made of figures of former areas: secret if any of these would be, because it would give that one away
/// beside the others. Under rounding it is the sum of rounded parts, unless a table gives it; shares of a rounded count
/// would tell what it was before.
fn with_former(
    indicator: &IndicatorConfig,
    mut guarded: Guarded,
    cell: &RawCell,
    (former, made): (&[RawCell], bool),
) -> Guarded {
    if former.is_empty() {
        return guarded;
    }
    guarded.secret |= former.iter().any(|part| is_secret(indicator, part));
    if let Some(base) = indicator.privacy.round_to.map(f64::from).filter(|_| made) {
        let shared_out = |figure: Option<Figure>| figure.is_some_and(|figure| figure.state() == State::Estimated);
        guarded.secret |= shared_out(cell.numerator) || shared_out(cell.denominator);
        let sum = |of: fn(&RawCell) -> Option<Figure>| {
            let parts: Option<Vec<Figure>> = former.iter().map(of).collect();
            let sum = parts.map(|parts| total(parts.into_iter().map(|part| to_multiple(part, base))));
            // a denominator may be converted beside a numerator that the table has for the new area
            sum.filter(|sum| sum.number().is_some())
        };
        guarded.numerator = sum(|part| part.numerator).or(guarded.numerator);
        guarded.denominator = sum(|part| part.denominator).or(guarded.denominator);
    }
    guarded
}

/// A count rounded to the nearest multiple, half upwards. Its state is at least rounded, that of 0 and of what is a
/// multiple already as well: otherwise it would say which zeros are zeros.
fn to_multiple(count: Figure, base: f64) -> Figure {
    count.number().map_or(count, |number| worse(Figure::new((number / base + 0.5).floor() * base, count.state())))
}

/// At least rounded.
fn worse(figure: Figure) -> Figure {
    match (figure.number(), figure.state()) {
        (Some(number), State::Exact | State::Zero) => Figure::new(number, State::Rounded),
        _ => figure,
    }
}
