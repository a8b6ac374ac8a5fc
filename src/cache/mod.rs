//! What was made once: final bytes by key, and the geometry parts of tiles; bounded in bytes.
//!
//! In goes a key and a way to render the identity bytes; out come the bytes in the key's encoding,
//! with their validator. On a miss they are rendered and encoded once, however many ask at the same
//! time. [`Parts`] keeps what a tile has before any value, so
//! that another indicator or year clips nothing again. This is the only module that knows moka.
//!
//! * The release's id is part of every key, so nothing ever clears the cache: entries of an old
//!   release are no longer asked for and age out.
//! * A fill runs in a task of its own: a client that hangs up does not abort what others wait for.
//! * Tiles and other answers have budgets of their own: anybody can make up hosts and spellings under which
//!   the same answer is asked for, and that must not push tiles out.
//! * Rendering and compressing run on the blocking pool, at most `render_concurrency` at a time; more
//!   than `waiting` fills at once are refused, so that hanging clients cannot pile up work. Only what is known
//!   to be light is made where it is asked for.
//!
//! It does not know HTTP: which encoding a client takes is the business of `http`.

mod count;
mod encoding;
mod entry;
mod key;
mod parts;

pub use count::{Counts, Kind};
pub use encoding::{Effort, Encoding};
pub use entry::Entry;
pub use key::{AnswerKey, Key, TileFormat, TileKey};
pub use parts::{PartCounts, Parts};

use std::fmt;
use std::sync::Arc;

use moka::future::Cache as Moka;
use thiserror::Error;
use tokio::sync::Semaphore;

use crate::cache::count::{Counters, count};

/// Bytes an entry costs besides its bytes and texts: moka's node, queues and map slot, and the key's struct.
const ENTRY_OVERHEAD_BYTES: usize = 256;

/// The part of the bytes that is for answers other than tiles: an eighth. A district's answers are some
/// MiB; its tiles are many times that.
const ANSWER_PARTS: u64 = 8;

/// The part of the bytes that is for geometry parts: a quarter.
const GEOMETRY_PARTS: u64 = 4;

/// Why there are no bytes.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CacheError {
    /// Too many fills wait already.
    #[error("too many answers are being made already")]
    Busy,
    /// The code that renders has a fault.
    #[error("rendering failed: {0}")]
    Failed(String),
}

/// Limits of the cache and of the work behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all entries and geometry parts together: five eighths for tiles, two for geometry parts, one
    /// for other answers.
    pub bytes: u64,
    /// Fills worked on at the same time.
    pub render_concurrency: usize,
    /// Fills worked on or waiting at the same time.
    pub waiting: usize,
}

/// The cache. Cloning it gives another handle to the same one.
#[derive(Clone)]
pub struct Cache {
    tiles: Moka<Key, Entry>,
    answers: Moka<Key, Entry>,
    parts: Parts,
    shared: Arc<Shared>,
}

struct Shared {
    working: Semaphore,
    waiting: Arc<Semaphore>,
    tiles: Counters,
    answers: Counters,
}

impl Shared {
    fn counters(&self, kind: Kind) -> &Counters {
        match kind {
            Kind::Tile => &self.tiles,
            Kind::Answer => &self.answers,
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("bytes", &self.bytes()).field("entries", &self.len()).finish_non_exhaustive()
    }
}

impl Cache {
    /// An empty cache.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let shared = Arc::new(Shared {
            working: Semaphore::new(limits.render_concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            waiting: Arc::new(Semaphore::new(limits.waiting.clamp(1, Semaphore::MAX_PERMITS))),
            tiles: Counters::default(),
            answers: Counters::default(),
        });
        let answer_bytes = limits.bytes / ANSWER_PARTS;
        let part_bytes = limits.bytes / GEOMETRY_PARTS;
        let tiles = entries(limits.bytes - answer_bytes - part_bytes, Arc::clone(&shared));
        let answers = entries(answer_bytes, Arc::clone(&shared));
        Self { tiles, answers, parts: Parts::new(part_bytes), shared }
    }

    /// The geometry parts of tiles.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    fn entries(&self, kind: Kind) -> &Moka<Key, Entry> {
        match kind {
            Kind::Tile => &self.tiles,
            Kind::Answer => &self.answers,
        }
    }

    /// The bytes for a key, made by `render` (identity bytes) if nobody has them yet.
    ///
    /// # Errors
    /// If too much work waits already, or if `render` panics.
    pub async fn get_or_render<F>(&self, key: Key, render: F) -> Result<Entry, CacheError>
    where
        F: FnOnce() -> Vec<u8> + Send + 'static,
    {
        self.get_or_try_render(key, move || Ok(render())).await
    }

    /// As [`Self::get_or_render`], for what may fail. A failure is not kept.
    ///
    /// # Errors
    /// If too much work waits already, or if `render` fails or panics.
    pub async fn get_or_try_render<F>(&self, key: Key, render: F) -> Result<Entry, CacheError>
    where
        F: FnOnce() -> Result<Vec<u8>, CacheError> + Send + 'static,
    {
        let (encoding, effort) = (key.encoding(), effort(key.kind()));
        // in one piece of work: for a small tile the way to the blocking pool costs more than the tile. The
        // identity bytes are not kept; another encoding is rare, and finds the geometry parts.
        self.get_or_make(key, move || Ok(Entry::identity(render()?).encoded(encoding, effort))).await
    }

    /// As [`Self::get_or_try_render`], on the thread that asks: for what takes less time than to wake another one.
    ///
    /// # Errors
    /// If `render` fails.
    pub async fn get_or_render_here<F>(&self, key: Key, render: F) -> Result<Entry, CacheError>
    where
        F: FnOnce() -> Result<Vec<u8>, CacheError>,
    {
        let (kind, encoding) = (key.kind(), key.encoding());
        let counters = self.shared.counters(kind);
        if let Some(entry) = self.entries(kind).get(&key).await {
            count(&counters.hits);
            return Ok(entry);
        }
        count(&counters.misses);
        let made = self.entries(kind).try_get_with(key, async {
            count(&counters.renders);
            Ok(Entry::identity(render()?).encoded(encoding, effort(kind)))
        });
        made.await.map_err(|error: Arc<CacheError>| (*error).clone())
    }

    /// The entry for a key, made by `make` if nobody has it yet: for what lies encoded somewhere, and is passed on
    /// as it is. A failure is not kept.
    ///
    /// # Errors
    /// If too much work waits already, or if `make` fails or panics.
    pub async fn get_or_make<F>(&self, key: Key, make: F) -> Result<Entry, CacheError>
    where
        F: FnOnce() -> Result<Entry, CacheError> + Send + 'static,
    {
        let counters = self.shared.counters(key.kind());
        if let Some(entry) = self.entries(key.kind()).get(&key).await {
            count(&counters.hits);
            return Ok(entry);
        }
        count(&counters.misses);
        let place = Arc::clone(&self.shared.waiting).try_acquire_owned().map_err(|_| CacheError::Busy)?;
        let cache = self.clone();
        // Detached: whoever waits for this key gets it, even if the one who asked first has gone.
        let fill = tokio::spawn(async move {
            let _place = place;
            cache.fill(key, make).await
        });
        fill.await.map_err(|error| CacheError::Failed(error.to_string()))?
    }

    async fn fill<F>(&self, key: Key, make: F) -> Result<Entry, CacheError>
    where
        F: FnOnce() -> Result<Entry, CacheError> + Send + 'static,
    {
        let kind = key.kind();
        let made = self.entries(kind).try_get_with(key, async {
            count(&self.shared.counters(kind).renders);
            self.work(make).await?
        });
        made.await.map_err(|error: Arc<CacheError>| (*error).clone())
    }

    /// Runs CPU work on the blocking pool, in its turn.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, CacheError> {
        let _turn = self.shared.working.acquire().await.map_err(|_| CacheError::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|error| CacheError::Failed(error.to_string()))
    }

    /// Bytes of all entries and geometry parts, with what it costs to keep them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tiles.weighted_size() + self.answers.weighted_size() + self.parts.bytes()
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.tiles.entry_count() + self.answers.entry_count()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts since the start.
    #[must_use]
    pub fn counts(&self, kind: Kind) -> Counts {
        self.shared.counters(kind).read()
    }

    /// Lets moka do the upkeep that it otherwise does now and then: evictions, sizes.
    pub async fn settle(&self) {
        self.tiles.run_pending_tasks().await;
        self.answers.run_pending_tasks().await;
        self.parts.settle();
    }
}

fn effort(kind: Kind) -> Effort {
    match kind {
        Kind::Tile => Effort::Low,
        Kind::Answer => Effort::Usual,
    }
}

/// A store of entries that together weigh at most so many bytes.
fn entries(most_bytes: u64, counted: Arc<Shared>) -> Moka<Key, Entry> {
    Moka::builder()
        .max_capacity(most_bytes)
        .weigher(|key: &Key, entry: &Entry| {
            let weight = entry.bytes.len() + entry.etag.len() + key.text_bytes() + ENTRY_OVERHEAD_BYTES;
            u32::try_from(weight).unwrap_or(u32::MAX)
        })
        .eviction_listener(move |key, _, cause| {
            if cause.was_evicted() {
                count(&counted.counters(key.kind()).evictions);
            }
        })
        .build()
}

#[cfg(test)]
mod tests;
