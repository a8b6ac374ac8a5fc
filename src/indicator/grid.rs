//! The figures of one measure on one layer, by area and period.

use std::collections::{BTreeSet, HashMap};

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
}

/// Figures by area and period.
#[derive(Debug)]
pub(super) struct Grid {
    columns: HashMap<Period, usize>,
    cells: Vec<Option<Entry>>,
}

impl Grid {
    /// Puts entries in their places. `repeated` is called with an entry whose place is taken, and the
    /// one that has it; empty cells give way and are never called a repetition.
    pub(super) fn new(
        features: usize,
        periods: &[Period],
        entries: &[Entry],
        mut repeated: impl FnMut(&Entry, &Entry),
    ) -> Self {
        let columns: HashMap<Period, usize> = periods.iter().copied().zip(0..).collect();
        let mut cells: Vec<Option<Entry>> = vec![None; features * periods.len()];
        for entry in entries {
            let Some(column) = columns.get(&entry.period) else { continue };
            let cell = &mut cells[entry.feature * periods.len() + column];
            match cell {
                Some(first) if first.figure.state() != State::Missing => {
                    if entry.figure.state() != State::Missing {
                        repeated(entry, first);
                    }
                }
                _ => *cell = Some(*entry),
            }
        }
        Self { columns, cells }
    }

    /// The figure of an area in a period; missing where no row gave one.
    pub(super) fn figure(&self, feature: usize, period: Period) -> Figure {
        let cell = self.columns.get(&period).and_then(|column| self.cells.get(feature * self.columns.len() + column));
        cell.copied().flatten().map_or(Figure::absent(State::Missing), |entry| entry.figure)
    }
}

/// Periods in which any area has a row.
pub(super) fn periods(entries: &[Entry]) -> BTreeSet<Period> {
    entries.iter().map(|entry| entry.period).collect()
}
