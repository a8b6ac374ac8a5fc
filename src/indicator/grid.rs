//! The figures of one measure on one layer, by area and period.

use std::collections::BTreeSet;

use crate::value::{Figure, Period, State};

/// One figure on its way to a place in the grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) feature: usize,
    pub(super) period: Period,
    pub(super) figure: Figure,
    /// Position of the table it comes from.
    pub(super) table: usize,
    pub(super) line: u64,
    /// Whether the row is of the same area under a key of another level; a row of its own comes before it.
    pub(super) lent: bool,
}

impl Entry {
    pub(super) fn is_secret(&self) -> bool {
        self.figure.state() == State::Suppressed
    }
}

/// Figures by area and period.
#[derive(Debug)]
pub(super) struct Grid {
    periods: usize,
    cells: Vec<Option<Entry>>,
}

impl Grid {
    /// Puts entries in their places; `periods` ascend. The first entry keeps its place, but what is
    /// suppressed anywhere is suppressed: a second source must not give away what the first protects.
    /// `repeated` is called with the entry that is left out, and the one that has the place; empty
    /// cells and lent entries give way and are never called a repetition.
    pub(super) fn new(
        features: usize,
        periods: &[Period],
        entries: &[Entry],
        mut repeated: impl FnMut(&Entry, &Entry),
    ) -> Self {
        let mut cells: Vec<Option<Entry>> = vec![None; features * periods.len()];
        for entry in entries {
            let Ok(column) = periods.binary_search(&entry.period) else { continue };
            let cell = &mut cells[entry.feature * periods.len() + column];
            match cell {
                Some(_) if entry.figure.state() == State::Missing => {}
                Some(first) if first.lent != entry.lent && first.is_secret() == entry.is_secret() => {
                    if first.lent {
                        *first = *entry;
                    }
                }
                Some(first) if entry.is_secret() && !first.is_secret() && first.figure.state() != State::Missing => {
                    repeated(first, entry);
                    *first = *entry;
                }
                Some(first) if first.figure.state() != State::Missing => repeated(entry, first),
                _ => *cell = Some(*entry),
            }
        }
        Self { periods: periods.len(), cells }
    }

    /// The figure of an area in the period at a position; missing where no row gave one.
    pub(super) fn figure(&self, feature: usize, period: usize) -> Figure {
        let cell = self.cells.get(feature * self.periods + period).copied().flatten();
        cell.map_or(Figure::absent(State::Missing), |entry| entry.figure)
    }
}

/// Periods in which any area has a row.
pub(super) fn periods(entries: &[Entry]) -> BTreeSet<Period> {
    // rows of one period mostly stand together: only changes go into the set
    let mut periods = BTreeSet::new();
    let mut last = None;
    for entry in entries {
        if last != Some(entry.period) {
            periods.insert(entry.period);
            last = Some(entry.period);
        }
    }
    periods
}
