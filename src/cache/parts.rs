//! Geometry parts of tiles by borders and address.
//!
//! A part depends on nothing but the layer's geometry and the address, so the key is
//! [`Layer::geometry_id`] and not the release: what is joined may change as often as it likes.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use moka::sync::Cache as Moka;

use crate::cache::ENTRY_OVERHEAD_BYTES;
use crate::cache::count::count;
use crate::geo::TileCoord;
use crate::release::Layer;
use crate::tile::GeometryPart;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct PartKey {
    geometry_id: u64,
    coord: TileCoord,
}

/// The geometry parts that are kept. Cloning it gives another handle to the same ones.
#[derive(Clone)]
pub struct Parts {
    kept: Moka<PartKey, Arc<GeometryPart>>,
    counters: Arc<PartCounters>,
}

#[derive(Default)]
struct PartCounters {
    asked: AtomicU64,
    rendered: AtomicU64,
}

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartCounts {
    /// Parts asked for.
    pub asked: u64,
    /// Parts rendered: queried, simplified, clipped, encoded.
    pub rendered: u64,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("bytes", &self.bytes()).field("counts", &self.counts()).finish_non_exhaustive()
    }
}

impl Parts {
    pub(super) fn new(most_bytes: u64) -> Self {
        let kept = Moka::builder()
            .max_capacity(most_bytes)
            .weigher(|_, part: &Arc<GeometryPart>| {
                u32::try_from(part.size() + ENTRY_OVERHEAD_BYTES).unwrap_or(u32::MAX)
            })
            .build();
        Self { kept, counters: Arc::default() }
    }

    /// The layer's part at an address, rendered if nobody has kept it; once, however many ask at the same
    /// time. Takes CPU time: for the blocking pool.
    #[must_use]
    pub fn get(&self, layer: &Layer, coord: TileCoord) -> Arc<GeometryPart> {
        count(&self.counters.asked);
        self.kept.get_with(PartKey { geometry_id: layer.geometry_id, coord }, || {
            count(&self.counters.rendered);
            Arc::new(GeometryPart::render(layer, coord))
        })
    }

    /// Bytes of all parts, with what it costs to keep them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.kept.weighted_size()
    }

    /// Counts since the start.
    #[must_use]
    pub fn counts(&self) -> PartCounts {
        PartCounts { asked: self.counters.asked.load(Relaxed), rendered: self.counters.rendered.load(Relaxed) }
    }

    pub(super) fn settle(&self) {
        self.kept.run_pending_tasks();
    }
}
