//! Stretches → packed tiles, on all cores.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use libdeflater::{CompressionLvl, Compressor};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use crate::export::plan::{GZIP_LEVEL, Plan};
use crate::export::walk::Stretch;
use crate::release::{Audience, Release};
use crate::tile::{self, Selection};

/// Contents that lie in the archive: hash of the unpacked tile → number.
pub(super) type Known = Arc<RwLock<HashMap<u128, u64>>>;

/// A stretch and what its tiles hold; `None` if that is nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rendered {
    pub(super) stretch: Stretch,
    pub(super) content: Option<Content>,
}

/// What a tile holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Content {
    /// Hash of the unpacked tile.
    pub(super) hash: u128,
    /// Length of the unpacked tile in bytes.
    pub(super) len: u32,
    /// The tile packed with gzip; empty if it lies in the archive already.
    pub(super) packed: Vec<u8>,
}

/// Stretches that follow each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Chunk(pub(super) Vec<Rendered>);

impl Chunk {
    /// Number of tiles, empty ones included.
    pub(super) fn tiles(&self) -> u64 {
        self.0.iter().map(|rendered| rendered.stretch.tiles()).sum()
    }
}

pub(super) struct Renderer<'a> {
    release: &'a Release,
    selection: &'a Selection,
    known: Known,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(release: &'a Release, plan: &'a Plan, known: Known) -> Self {
        Self { release, selection: &plan.selection, known }
    }

    pub(super) fn render(&self, stretches: Vec<Stretch>) -> Chunk {
        let level = CompressionLvl::new(GZIP_LEVEL).unwrap_or_default();
        let rendered = stretches.into_par_iter().map_init(
            || Compressor::new(level),
            |compressor, stretch| Rendered { stretch, content: self.content(stretch, compressor) },
        );
        Chunk(rendered.collect())
    }

    fn content(&self, stretch: Stretch, compressor: &mut Compressor) -> Option<Content> {
        let bytes = tile::render(self.release, &Audience::Public, self.selection, stretch.first());
        if bytes.is_empty() {
            return None;
        }
        let hash = xxh3_128(&bytes);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).contains_key(&hash);
        let packed = if known { Vec::new() } else { gzip(compressor, &bytes) };
        Some(Content { hash, len: u32::try_from(bytes.len()).unwrap_or(u32::MAX), packed })
    }
}

/// Packs bytes with gzip.
fn gzip(compressor: &mut Compressor, bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let len = compressor.gzip_compress(bytes, &mut packed).expect("the bound is enough for every input");
    packed.truncate(len);
    packed.shrink_to_fit();
    packed
}
