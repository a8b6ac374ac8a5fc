//! Boxes on the centimetre grid, and how to find out of many those that meet a window.

use std::ops::Range;

use crate::geo::{Bounds, GridPosition, Mercator};
use crate::store::centimetre::Centimetre;
use crate::store::importance::Rank;

/// An axis-parallel box on the grid; its border belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    low: (i32, i32),
    high: (i32, i32),
}

impl Frame {
    /// The smallest box around positions; `None` if there are none.
    pub(super) fn around(positions: impl IntoIterator<Item = Centimetre>) -> Option<Self> {
        positions.into_iter().map(Self::at).reduce(Self::union)
    }

    /// The box that is one position.
    pub(super) fn at(position: Centimetre) -> Self {
        let corner = (position.x(), position.y());
        Self { low: corner, high: corner }
    }

    /// The smallest box on the grid that holds `bounds`.
    pub(super) fn covering(bounds: Bounds<Mercator>) -> Self {
        // one step more than the nearest is beyond
        let (low, high) = (Centimetre::nearest(bounds.min()), Centimetre::nearest(bounds.max()));
        Self { low: (low.x() - 1, low.y() - 1), high: (high.x() + 1, high.y() + 1) }
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self {
            low: (self.low.0.min(other.low.0), self.low.1.min(other.low.1)),
            high: (self.high.0.max(other.high.0), self.high.1.max(other.high.1)),
        }
    }

    pub(super) fn holds(&self, at: Centimetre) -> bool {
        (self.low.0..=self.high.0).contains(&at.x()) && (self.low.1..=self.high.1).contains(&at.y())
    }

    /// Whether the boxes share at least a position.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.low.0 <= other.high.0
            && other.low.0 <= self.high.0
            && self.low.1 <= other.high.1
            && other.low.1 <= self.high.1
    }
}

/// What is known of a span of items: the box around them and the highest rank among them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) frame: Frame,
    pub(super) rank: Rank,
}

impl Span {
    pub(super) fn union(self, other: Self) -> Self {
        Self { frame: self.frame.union(other.frame), rank: self.rank.max(other.rank) }
    }
}

/// Items in a span of the lowest level, and spans in a span of each level above.
const FAN: usize = 32;

/// Levels of the highest pyramid: lists are counted in 32 bits.
const LEVELS: usize = 7;

/// Many lists of items, each with a pyramid of spans over it: 32 items, 32 times 32, and on to the
/// whole list. What a window does not meet is passed over in one step, however long it is.
#[derive(Debug)]
pub(super) struct Pyramids {
    spans: Vec<Span>,
    /// List `i` has the spans `starts[i]..starts[i + 1]`, level by level, the lowest first.
    starts: Vec<u32>,
}

impl Default for Pyramids {
    fn default() -> Self {
        Self { spans: Vec::new(), starts: vec![0] }
    }
}

impl Pyramids {
    /// Adds a list; nothing is visited of an empty one.
    pub(super) fn add(&mut self, items: impl ExactSizeIterator<Item = Span>) {
        let mut level = self.spans.len();
        for (at, item) in items.enumerate() {
            self.join(at, item);
        }
        while self.spans.len() > level + 1 {
            let above = self.spans.len();
            for at in level..above {
                self.join(at - level, self.spans[at]);
            }
            level = above;
        }
        self.starts.push(u32::try_from(self.spans.len()).unwrap_or(u32::MAX));
    }

    /// Adds the item at place `at` of a level to that level's spans.
    fn join(&mut self, at: usize, item: Span) {
        match self.spans.last_mut() {
            Some(span) if !at.is_multiple_of(FAN) => *span = span.union(item),
            _ => self.spans.push(item),
        }
    }

    /// The span over a whole list, which has at least one item.
    pub(super) fn whole(&self, list: usize) -> Span {
        self.spans[self.starts[list + 1] as usize - 1]
    }

    /// Goes through the list of `len` items from first to last and shows `visit` stretches of it: short ones
    /// of up to 32 items that may meet the window, and with `false` stretches of any length whose box does
    /// not. Stretches without an item of at least `rank` are left out.
    pub(super) fn visit(
        &self,
        list: usize,
        len: usize,
        rank: Rank,
        window: Option<&Frame>,
        mut visit: impl FnMut(Range<usize>, bool),
    ) {
        let spans = &self.spans[self.starts[list] as usize..self.starts[list + 1] as usize];
        if spans.is_empty() {
            return;
        }
        if let [only] = spans {
            // by far the most lists are short
            if only.rank >= rank {
                visit(0..len, window.is_none_or(|window| window.meets(&only.frame)));
            }
            return;
        }
        let mut levels = [Level { first: 0, items: FAN }; LEVELS];
        let mut top = 0;
        while levels[top].first + 1 < spans.len() && top + 1 < LEVELS {
            let Level { first, items } = levels[top];
            top += 1;
            levels[top] = Level { first: first + len.div_ceil(items), items: items * FAN };
        }
        let search = Search { spans, levels, len, rank, window };
        search.descend(top, 0, &mut visit);
    }
}

/// A level of a pyramid: where its spans start, and how many items each has.
#[derive(Clone, Copy)]
struct Level {
    first: usize,
    items: usize,
}

struct Search<'a> {
    spans: &'a [Span],
    levels: [Level; LEVELS],
    len: usize,
    rank: Rank,
    window: Option<&'a Frame>,
}

impl Search<'_> {
    /// Visits the span at place `at` of a level.
    fn descend(&self, level: usize, at: usize, visit: &mut impl FnMut(Range<usize>, bool)) {
        let Level { first, items } = self.levels[level];
        let span = &self.spans[first + at];
        if span.rank < self.rank {
            return;
        }
        let range = at * items..((at + 1) * items).min(self.len);
        if self.window.is_some_and(|window| !window.meets(&span.frame)) {
            visit(range, false);
        } else if level == 0 {
            visit(range, true);
        } else {
            let below = self.levels[level - 1].items;
            for child in range.start / below..range.end.div_ceil(below) {
                self.descend(level - 1, child, visit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: i32) -> Frame {
        Frame::at(Centimetre::from_steps(x, 0))
    }

    fn pyramids(lists: &[i32]) -> Pyramids {
        let mut pyramids = Pyramids::default();
        for len in lists {
            let items: Vec<_> = (0..*len)
                .map(|x| Span { frame: at(x), rank: if x % 100 == 0 { Rank::KEPT } else { Rank::of(0.0) } })
                .collect();
            pyramids.add(items.into_iter());
        }
        pyramids
    }

    #[test]
    fn each_item_is_visited_once_and_in_order() {
        for len in [1, 31, 32, 33, 1023, 1024, 1025, 4095, 32_768, 40_000] {
            let pyramids = pyramids(&[3, len, 300]);
            for window in [None, Some(Frame { low: (40, 0), high: (60, 0) }), Some(at(-5))] {
                let mut next = 0;
                let len = usize::try_from(len).expect("small");
                pyramids.visit(1, len, Rank::of(0.0), window.as_ref(), |range, _| {
                    assert_eq!(range.start, next);
                    next = range.end;
                });
                assert_eq!(next, len);
            }
        }
    }

    #[test]
    fn what_lies_outside_is_visited_in_few_steps_and_what_ranks_too_low_not_at_all() {
        let pyramids = pyramids(&[10_000]);
        let window = Frame { low: (5000, 0), high: (5010, 0) };
        let mut visits = Vec::new();
        pyramids.visit(0, 10_000, Rank::of(0.0), Some(&window), |range, seen| visits.push((range, seen)));
        let seen: usize = visits.iter().filter(|(_, seen)| *seen).map(|(range, _)| range.len()).sum();
        assert!((11..=64).contains(&seen) && visits.len() < 80, "{visits:?}");
        let mut few = 0;
        pyramids.visit(0, 10_000, Rank::KEPT, None, |_, _| few += 1);
        assert_eq!(few, 100);
    }
}
