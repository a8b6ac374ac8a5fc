//! Positions in square cells: what lies near a place, without looking at all.
//!
//! A hash grid: cells are counted into as many buckets as there are positions, so that it is built in two
//! passes and takes 8 bytes a position, however far apart they lie.

use crate::geo::Mercator;

/// Positions, by index, in the cells they lie in.
pub(super) struct Cells {
    side_m: f64,
    /// Where each bucket begins in `members`; one more at the end.
    starts: Vec<u32>,
    members: Vec<u32>,
}

type Cell = (i64, i64);

impl Cells {
    /// Sorts positions into cells of a side.
    pub(super) fn of(positions: impl ExactSizeIterator<Item = Mercator> + Clone, side_m: f64) -> Self {
        let buckets = positions.len().next_power_of_two();
        let mut cells = Self { side_m, starts: vec![0; buckets + 1], members: vec![0; positions.len()] };
        for position in positions.clone() {
            let bucket = cells.bucket(cells.cell(position));
            cells.starts[bucket + 1] += 1;
        }
        for bucket in 0..buckets {
            cells.starts[bucket + 1] += cells.starts[bucket];
        }
        let mut free = cells.starts.clone();
        for (index, position) in (0..).zip(positions) {
            let bucket = cells.bucket(cells.cell(position));
            cells.members[free[bucket] as usize] = index;
            free[bucket] += 1;
        }
        cells
    }

    /// The positions that may be nearer than a cell's side, and some that are not; one may come twice.
    pub(super) fn around(&self, position: Mercator) -> impl Iterator<Item = usize> {
        let (column, row) = self.cell(position);
        let near = (-1..=1).flat_map(move |down| (-1..=1).map(move |right| (column + right, row + down)));
        near.flat_map(|cell| {
            let bucket = self.bucket(cell);
            &self.members[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
        })
        .map(|member| *member as usize)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and cells far outside are only passed over"
    )]
    fn cell(&self, position: Mercator) -> Cell {
        ((position.x / self.side_m).floor() as i64, (position.y / self.side_m).floor() as i64)
    }

    /// Multiplication spreads neighbouring cells (Knuth, TAOCP 6.4): the factors are odd and without a pattern.
    fn bucket(&self, (column, row): Cell) -> usize {
        let mixed = column.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ row.cast_unsigned().wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        let spread = mixed.wrapping_mul(0x1656_67b1_9e37_79f9) >> 32;
        spread as usize & (self.starts.len() - 2)
    }
}
