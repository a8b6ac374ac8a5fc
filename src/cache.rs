//! Final bytes by key: tiles and other answers, encoded once, bounded in bytes.
//!
//! In goes a key and a way to render the identity bytes; out come the bytes in the key's encoding,
//! with their validator. On a miss the identity entry is rendered once, however many ask at the same
//! time, and the encoded entries are derived from it. This is the only module that knows moka.
//!
//! * The release's id is part of every key, so nothing ever clears the cache: entries of an old
//!   release are no longer asked for and age out.
//! * A fill runs in a task of its own: a client that hangs up does not abort what others wait for.
//! * Tiles and other answers have budgets of their own: anybody can make up hosts and spellings under which
//!   the same answer is asked for, and that must not push tiles out.
//! * Rendering and compressing run on the blocking pool, at most `render_concurrency` at a time; more
//!   than `waiting` fills at once are refused, so that hanging clients cannot pile up work.
//!
//! It does not know HTTP: which encoding a client takes is the business of `http`.

use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use moka::future::Cache as Moka;
use thiserror::Error;
use tokio::sync::Semaphore;
use xxhash_rust::xxh3::xxh3_128;

use crate::geo::TileCoord;
use crate::release::Audience;
use crate::tile::Selection;

/// Bytes an entry costs besides its bytes and texts: moka's node, queues and map slot, and the key's struct.
const ENTRY_OVERHEAD_BYTES: usize = 256;

/// Below this size an encoding's own frame eats what it saves.
const MIN_COMPRESSED_BYTES: usize = 200;

/// What is smaller by less than a fiftieth is not worth the client's work.
const MIN_SAVING_PARTS: usize = 50;

/// The part of the bytes that is for answers other than tiles: an eighth. A district's answers are some
/// MiB; its tiles are many times that.
const ANSWER_PARTS: u64 = 8;

/// A content encoding of HTTP (RFC 9110 §8.4.1; zstd: RFC 9659).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Encoding {
    /// Brotli, quality 5: smallest of the three at a bearable price.
    Brotli,
    /// Zstandard, level 3.
    Zstd,
    /// Gzip, level 6.
    Gzip,
    /// As rendered.
    Identity,
}

impl Encoding {
    /// All, the most wanted first.
    pub const ALL: [Self; 4] = [Self::Brotli, Self::Zstd, Self::Gzip, Self::Identity];

    /// The token in `Accept-Encoding` and `Content-Encoding`.
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// Encodes bytes; `None` if the encoder fails, which none does on bytes in memory.
    fn encode(self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Identity => Some(bytes.to_vec()),
            Self::Gzip => {
                let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
                let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
                let len = compressor.gzip_compress(bytes, &mut out).ok()?;
                out.truncate(len);
                Some(out)
            }
            Self::Zstd => zstd::bulk::compress(bytes, 3).ok(),
            Self::Brotli => {
                // buffer size, quality 5, and the largest window that every decoder must take
                let mut writer = brotli::CompressorWriter::new(Vec::with_capacity(bytes.len() / 2), 16 * 1024, 5, 22);
                writer.write_all(bytes).ok()?;
                Some(writer.into_inner())
            }
        }
    }
}

/// Format of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TileFormat {
    /// Mapbox Vector Tile 2.1.
    Mvt,
}

/// Everything a tile's bytes depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TileKey {
    /// Id of the release.
    pub release: Arc<str>,
    /// Who it is for.
    pub audience: Audience,
    /// Layers, indicators and years.
    pub selection: Arc<Selection>,
    /// Where.
    pub coord: TileCoord,
    /// In which format.
    pub format: TileFormat,
    /// In which encoding.
    pub encoding: Encoding,
}

/// Everything the bytes of any other answer depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AnswerKey {
    /// Id of the release.
    pub release: Arc<str>,
    /// Who it is for.
    pub audience: Audience,
    /// Address of the server as the client sees it; empty where the answer has no absolute address.
    pub base_url: String,
    /// Path and query in normal form, without the release; what means the same has the same.
    pub path_and_query: String,
    /// In which encoding.
    pub encoding: Encoding,
}

/// Names one entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A tile.
    Tile(TileKey),
    /// Anything else.
    Answer(AnswerKey),
}

impl Key {
    /// The encoding asked for.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        match self {
            Self::Tile(tile) => tile.encoding,
            Self::Answer(answer) => answer.encoding,
        }
    }

    fn with_encoding(&self, encoding: Encoding) -> Self {
        let mut key = self.clone();
        match &mut key {
            Self::Tile(tile) => tile.encoding = encoding,
            Self::Answer(answer) => answer.encoding = encoding,
        }
        key
    }

    /// Bytes of the texts the key owns; the release's id is shared by all keys.
    fn text_bytes(&self) -> usize {
        match self {
            Self::Tile(tile) => {
                let layers: usize = tile.selection.layers.iter().map(|id| id.as_str().len() + 24).sum();
                let indicators: usize = tile.selection.indicators.iter().map(|id| id.as_str().len() + 24).sum();
                let years = match &tile.selection.years {
                    crate::tile::Years::These(years) => years.len() * size_of::<crate::value::Period>(),
                    _ => 0,
                };
                layers + indicators + years
            }
            Self::Answer(answer) => answer.base_url.len() + answer.path_and_query.len(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Tile(_) => Kind::Tile,
            Self::Answer(_) => Kind::Answer,
        }
    }
}

/// Final bytes with their validator. Clones share the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The bytes as they go out.
    pub bytes: Bytes,
    /// Their encoding: the key's, or identity where encoding saves nothing.
    pub encoding: Encoding,
    /// Strong entity tag, in quotes: xxh3-128 of the identity bytes, and the encoding.
    pub etag: Bytes,
}

impl Entry {
    /// An entry of identity bytes.
    #[must_use]
    pub fn identity(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let etag = format!("\"{:032x}\"", xxh3_128(&bytes)).into();
        Self { bytes, encoding: Encoding::Identity, etag }
    }

    /// An entry of bytes that come encoded: their own hash is the tag.
    #[must_use]
    pub fn stored(bytes: impl Into<Bytes>, encoding: Encoding) -> Self {
        let Self { bytes, etag, .. } = Self::identity(bytes);
        if encoding == Encoding::Identity {
            return Self { bytes, encoding, etag };
        }
        let etag = tagged(&etag, encoding);
        Self { bytes, encoding, etag }
    }

    /// The same content in another encoding; itself where that saves nothing.
    #[must_use]
    pub fn encoded(&self, encoding: Encoding) -> Self {
        if encoding == Encoding::Identity || self.bytes.len() < MIN_COMPRESSED_BYTES {
            return self.clone();
        }
        let limit = self.bytes.len() - self.bytes.len() / MIN_SAVING_PARTS;
        match encoding.encode(&self.bytes) {
            Some(bytes) if bytes.len() < limit => {
                Self { bytes: bytes.into(), encoding, etag: tagged(&self.etag, encoding) }
            }
            _ => self.clone(),
        }
    }
}

/// The tag of the same content in another encoding.
fn tagged(etag: &[u8], encoding: Encoding) -> Bytes {
    let hash = etag.get(1..etag.len().saturating_sub(1)).unwrap_or_default();
    [b"\"", hash, b"-", encoding.token().as_bytes(), b"\""].concat().into()
}

/// Why there are no bytes.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CacheError {
    /// Too many fills wait already.
    #[error("too many answers are being made already")]
    Busy,
    /// The code that renders has a fault, or what is read has one.
    #[error("making the bytes failed: {0}")]
    Failed(String),
}

/// Limits of the cache and of the work behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all entries together; an eighth of them is for answers other than tiles.
    pub bytes: u64,
    /// Fills worked on at the same time.
    pub render_concurrency: usize,
    /// Fills worked on or waiting at the same time.
    pub waiting: usize,
}

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
    /// Identity bytes rendered.
    pub renders: u64,
    /// Encodings made from identity bytes.
    pub encodes: u64,
    /// Entries that had to make room.
    pub evictions: u64,
}

#[derive(Default)]
struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    renders: AtomicU64,
    encodes: AtomicU64,
    evictions: AtomicU64,
}

/// The cache. Cloning it gives another handle to the same one.
#[derive(Clone)]
pub struct Cache {
    tiles: Moka<Key, Entry>,
    answers: Moka<Key, Entry>,
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
        let tiles = entries(limits.bytes - answer_bytes, Arc::clone(&shared));
        let answers = entries(answer_bytes, Arc::clone(&shared));
        Self { tiles, answers, shared }
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
        self.get_or_fill(key, |cache, key| async move { cache.fill(key, render).await }).await
    }

    /// The entry for a key, got by `read` if nobody has it yet. Nothing is derived from it for other encodings:
    /// for what lies encoded somewhere, and is passed on as it is.
    ///
    /// # Errors
    /// If too much work waits already, or if `read` fails.
    pub async fn get_or_read<F>(&self, key: Key, read: F) -> Result<Entry, CacheError>
    where
        F: FnOnce() -> Result<Entry, String> + Send + 'static,
    {
        let fill = |cache: Self, key: Key| async move {
            let kind = key.kind();
            let made = cache.entries(kind).try_get_with(key, async {
                cache.shared.counters(kind).renders.fetch_add(1, Relaxed);
                cache.work(read).await?.map_err(CacheError::Failed)
            });
            made.await.map_err(|error: Arc<CacheError>| (*error).clone())
        };
        self.get_or_fill(key, fill).await
    }

    async fn get_or_fill<F, Filling>(&self, key: Key, fill: F) -> Result<Entry, CacheError>
    where
        F: FnOnce(Self, Key) -> Filling,
        Filling: Future<Output = Result<Entry, CacheError>> + Send + 'static,
    {
        let counters = self.shared.counters(key.kind());
        if let Some(entry) = self.entries(key.kind()).get(&key).await {
            counters.hits.fetch_add(1, Relaxed);
            return Ok(entry);
        }
        counters.misses.fetch_add(1, Relaxed);
        let place = Arc::clone(&self.shared.waiting).try_acquire_owned().map_err(|_| CacheError::Busy)?;
        let filling = fill(self.clone(), key);
        // Detached: whoever waits for this key gets it, even if the one who asked first has gone.
        let fill = tokio::spawn(async move {
            let _place = place;
            filling.await
        });
        fill.await.map_err(|error| CacheError::Failed(error.to_string()))?
    }

    async fn fill<F>(&self, key: Key, render: F) -> Result<Entry, CacheError>
    where
        F: FnOnce() -> Vec<u8> + Send + 'static,
    {
        let encoding = key.encoding();
        let plain = key.with_encoding(Encoding::Identity);
        if encoding == Encoding::Identity {
            return self.identity(plain, render).await;
        }
        // Two keys, so this is no fill inside a fill of the same key, which would never end.
        let made = self.entries(plain.kind()).try_get_with(key, async {
            let identity = self.identity(plain.clone(), render).await?;
            if identity.bytes.len() < MIN_COMPRESSED_BYTES {
                return Ok(identity);
            }
            self.shared.counters(plain.kind()).encodes.fetch_add(1, Relaxed);
            self.work(move || identity.encoded(encoding)).await
        });
        made.await.map_err(|error: Arc<CacheError>| (*error).clone())
    }

    async fn identity<F>(&self, key: Key, render: F) -> Result<Entry, CacheError>
    where
        F: FnOnce() -> Vec<u8> + Send + 'static,
    {
        let kind = key.kind();
        let made = self.entries(kind).try_get_with(key, async {
            self.shared.counters(kind).renders.fetch_add(1, Relaxed);
            self.work(move || Entry::identity(render())).await
        });
        made.await.map_err(|error: Arc<CacheError>| (*error).clone())
    }

    /// Runs CPU work on the blocking pool, in its turn.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, CacheError> {
        let _turn = self.shared.working.acquire().await.map_err(|_| CacheError::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|error| CacheError::Failed(error.to_string()))
    }

    /// Bytes of all entries, with what it costs to keep them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tiles.weighted_size() + self.answers.weighted_size()
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
        let counters = self.shared.counters(kind);
        Counts {
            hits: counters.hits.load(Relaxed),
            misses: counters.misses.load(Relaxed),
            renders: counters.renders.load(Relaxed),
            encodes: counters.encodes.load(Relaxed),
            evictions: counters.evictions.load(Relaxed),
        }
    }

    /// Lets moka do the upkeep that it otherwise does now and then: evictions, sizes.
    pub async fn settle(&self) {
        self.tiles.run_pending_tasks().await;
        self.answers.run_pending_tasks().await;
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
                counted.counters(key.kind()).evictions.fetch_add(1, Relaxed);
            }
        })
        .build()
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::sync::atomic::AtomicUsize;

    use super::*;

    fn cache(bytes: u64) -> Cache {
        Cache::new(Limits { bytes, render_concurrency: 2, waiting: 100 })
    }

    fn key(path: &str, encoding: Encoding) -> Key {
        Key::Answer(AnswerKey {
            release: "r1".into(),
            audience: Audience::Public,
            base_url: String::new(),
            path_and_query: path.to_owned(),
            encoding,
        })
    }

    fn text() -> Vec<u8> {
        "Bispingen, Munster, Soltau. ".repeat(100).into_bytes()
    }

    fn decode(entry: &Entry) -> Vec<u8> {
        let mut out = Vec::new();
        match entry.encoding {
            Encoding::Identity => out.extend_from_slice(&entry.bytes),
            Encoding::Gzip => drop(flate2::read::GzDecoder::new(&entry.bytes[..]).read_to_end(&mut out).unwrap()),
            Encoding::Zstd => out = zstd::decode_all(&entry.bytes[..]).unwrap(),
            Encoding::Brotli => drop(brotli::Decompressor::new(&entry.bytes[..], 4096).read_to_end(&mut out).unwrap()),
        }
        out
    }

    #[tokio::test]
    async fn every_encoding_decodes_to_the_same_bytes_and_has_a_tag_of_its_own() {
        let cache = cache(1 << 20);
        let mut tags = Vec::new();
        for encoding in Encoding::ALL {
            let entry = cache.get_or_render(key("/a", encoding), text).await.unwrap();
            assert_eq!(entry.encoding, encoding);
            assert_eq!(decode(&entry), text());
            tags.push(entry.etag);
        }
        tags.dedup();
        assert_eq!(tags.len(), 4);
        assert_eq!(cache.counts(Kind::Answer).renders, 1, "the identity bytes are rendered once for all encodings");
    }

    #[tokio::test]
    async fn what_gets_no_smaller_stays_as_it_is() {
        let cache = cache(1 << 20);
        let short = cache.get_or_render(key("/short", Encoding::Brotli), || b"short".to_vec()).await.unwrap();
        assert_eq!((short.encoding, &short.bytes[..]), (Encoding::Identity, &b"short"[..]));
        assert!(!short.etag.ends_with(b"-br\""));
        // hashes do not compress
        let noise = (0..512_u64).flat_map(|at| xxhash_rust::xxh3::xxh3_64(&at.to_le_bytes()).to_le_bytes()).collect();
        let entry = cache.get_or_render(key("/noise", Encoding::Gzip), move || noise).await.unwrap();
        assert_eq!(entry.encoding, Encoding::Identity);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn many_who_ask_at_once_cause_one_render() {
        static RENDERS: AtomicUsize = AtomicUsize::new(0);
        let cache = cache(1 << 20);
        let asked = (0..64).map(|at| {
            let cache = cache.clone();
            let encoding = Encoding::ALL[at % 4];
            tokio::spawn(async move {
                let render = || {
                    RENDERS.fetch_add(1, Relaxed);
                    text()
                };
                cache.get_or_render(key("/one", encoding), render).await
            })
        });
        for answer in asked.collect::<Vec<_>>() {
            assert_eq!(decode(&answer.await.unwrap().unwrap()), text());
        }
        assert_eq!(RENDERS.load(Relaxed), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_client_that_hangs_up_does_not_abort_the_fill() {
        let cache = cache(1 << 20);
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let first = cache.clone();
        let asking = tokio::spawn(async move {
            let render = move || {
                wait.recv().unwrap();
                text()
            };
            first.get_or_render(key("/slow", Encoding::Identity), render).await
        });
        while cache.counts(Kind::Answer).renders == 0 {
            tokio::task::yield_now().await;
        }
        asking.abort();
        go.send(()).unwrap();
        let entry = cache.get_or_render(key("/slow", Encoding::Identity), || panic!("rendered twice")).await.unwrap();
        assert_eq!(&entry.bytes[..], &text()[..]);
    }

    #[tokio::test]
    async fn a_panic_in_a_render_is_an_error_and_is_not_kept() {
        let cache = cache(1 << 20);
        let failed = cache.get_or_render(key("/p", Encoding::Gzip), || panic!("broken")).await;
        assert!(matches!(failed, Err(CacheError::Failed(_))), "{failed:?}");
        assert!(cache.get_or_render(key("/p", Encoding::Gzip), text).await.is_ok());
    }

    #[tokio::test]
    async fn the_cache_is_bounded_in_bytes() {
        let cache = cache(20_000);
        for at in 0..50 {
            cache.get_or_render(key(&format!("/{at}"), Encoding::Identity), || vec![7; 1000]).await.unwrap();
            cache.settle().await;
            assert!(cache.bytes() <= 20_000);
        }
        assert!(cache.counts(Kind::Answer).evictions > 20);
    }

    #[tokio::test]
    async fn answers_for_made_up_hosts_push_no_tile_out() {
        let cache = cache(80_000);
        let tile = || {
            let selection = Selection { layers: Vec::new(), indicators: Vec::new(), years: crate::tile::Years::Newest };
            Key::Tile(TileKey {
                release: "r1".into(),
                audience: Audience::Public,
                selection: Arc::new(selection),
                coord: TileCoord::new(0, 0, 0).unwrap(),
                format: TileFormat::Mvt,
                encoding: Encoding::Identity,
            })
        };
        cache.get_or_render(tile(), text).await.unwrap();
        for at in 0..200 {
            // asked for twice each: what is asked for once would not get in anyway
            for _ in 0..2 {
                let key = key(&format!("/{at}"), Encoding::Identity);
                cache.get_or_render(key, || vec![7; 1000]).await.unwrap();
                cache.settle().await;
            }
        }
        assert!(cache.bytes() < 80_000 / ANSWER_PARTS + 4000, "answers keep to their part: {}", cache.bytes());
        cache.get_or_render(tile(), || panic!("the tile is still there")).await.unwrap();
        assert_eq!(cache.counts(Kind::Tile).evictions, 0);
    }

    #[tokio::test]
    async fn one_release_never_answers_for_another() {
        let cache = cache(1 << 20);
        let of = |release: &str| match key("/a", Encoding::Identity) {
            Key::Answer(answer) => Key::Answer(AnswerKey { release: release.into(), ..answer }),
            tile @ Key::Tile(_) => tile,
        };
        cache.get_or_render(of("r1"), || b"one".to_vec()).await.unwrap();
        let two = cache.get_or_render(of("r2"), || b"two".to_vec()).await.unwrap();
        assert_eq!(&two.bytes[..], b"two");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn more_work_than_may_wait_is_refused() {
        let cache = Cache::new(Limits { bytes: 1 << 20, render_concurrency: 1, waiting: 1 });
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let first = cache.clone();
        let asking = tokio::spawn(async move {
            let render = move || {
                wait.recv().unwrap();
                text()
            };
            first.get_or_render(key("/slow", Encoding::Identity), render).await
        });
        while cache.counts(Kind::Answer).renders == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(cache.get_or_render(key("/b", Encoding::Identity), text).await, Err(CacheError::Busy));
        go.send(()).unwrap();
        asking.await.unwrap().unwrap();
    }
}
