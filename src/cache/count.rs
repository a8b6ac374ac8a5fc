//! What the cache has done since its start.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What an entry is, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A tile.
    Tile,
    /// Anything else.
    Answer,
}

/// Counts since the start, of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Answers found ready.
    pub hits: u64,
    /// Answers that had to be made or waited for.
    pub misses: u64,
    /// Answers rendered and encoded.
    pub renders: u64,
    /// Entries that had to make room.
    pub evictions: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    pub(super) hits: AtomicU64,
    pub(super) misses: AtomicU64,
    pub(super) renders: AtomicU64,
    pub(super) evictions: AtomicU64,
}

impl Counters {
    pub(super) fn read(&self) -> Counts {
        Counts {
            hits: self.hits.load(Relaxed),
            misses: self.misses.load(Relaxed),
            renders: self.renders.load(Relaxed),
            evictions: self.evictions.load(Relaxed),
        }
    }
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}
