//! Tile addresses that were asked for before: path and query → what they mean, read once.
//!
//! Reading an address costs more than finding its tile in the cache. The table belongs to one release
//! and is bounded: each address has one slot, by hash, and the last one asked for holds it. What is
//! kept here was checked when it was read; an address that was refused is never kept.

use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

use super::validators::Cacheability;
use crate::cache::TileFormat;
use crate::geo::TileCoord;
use crate::tile::Selection;

/// Number of slots: a screen shows some dozens of tiles, a class of pupils some hundreds at once.
const SLOTS: usize = 4096;

/// Longest address that is kept, in bytes: all slots together stay below 4 MiB.
const MOST_BYTES: usize = 512;

/// What a tile's address means.
#[derive(Clone, Debug)]
pub(super) struct TileAddress {
    /// Layers, indicators and years.
    pub(super) selection: Arc<Selection>,
    /// Where.
    pub(super) coord: TileCoord,
    /// In which format, if the address says so.
    pub(super) format: Option<TileFormat>,
    /// Whether the address names the release.
    pub(super) cacheability: Cacheability,
}

/// The table.
#[derive(Debug)]
pub(super) struct Addresses {
    slots: Vec<Slot>,
}

/// Locked for the moment in which an entry is compared and copied, or replaced.
type Slot = Mutex<Option<(Box<str>, TileAddress)>>;

impl Addresses {
    pub(super) fn new() -> Self {
        Self { slots: std::iter::repeat_with(Slot::default).take(SLOTS).collect() }
    }

    /// What an address means, if it was asked for lately.
    pub(super) fn get(&self, path_and_query: &str) -> Option<TileAddress> {
        let slot = self.slot(path_and_query).lock().unwrap_or_else(PoisonError::into_inner);
        slot.as_ref().filter(|(known, _)| **known == *path_and_query).map(|(_, address)| address.clone())
    }

    /// Keeps what an address means.
    pub(super) fn keep(&self, path_and_query: &str, address: TileAddress) {
        if path_and_query.len() <= MOST_BYTES {
            let mut slot = self.slot(path_and_query).lock().unwrap_or_else(PoisonError::into_inner);
            *slot = Some((path_and_query.into(), address));
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash will do")]
    fn slot(&self, path_and_query: &str) -> &Slot {
        &self.slots[xxh3_64(path_and_query.as_bytes()) as usize % SLOTS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::Years;

    fn address(zoom: u8) -> TileAddress {
        let selection = Selection { layers: Vec::new(), indicators: Vec::new(), years: Years::Newest };
        TileAddress {
            selection: Arc::new(selection),
            coord: TileCoord::new(zoom, 0, 0).unwrap(),
            format: None,
            cacheability: Cacheability::Revalidate,
        }
    }

    #[test]
    fn an_address_means_what_was_kept_for_it_and_never_what_shares_its_slot() {
        let addresses = Addresses::new();
        for at in 0..3 * SLOTS {
            addresses.keep(&format!("/tiles/a/{at}"), address(u8::try_from(at % 20).unwrap()));
        }
        let mut found = 0;
        for at in 0..3 * SLOTS {
            if let Some(address) = addresses.get(&format!("/tiles/a/{at}")) {
                assert_eq!(usize::from(address.coord.zoom()), at % 20);
                found += 1;
            }
        }
        assert!((SLOTS / 2..=SLOTS).contains(&found), "{found}");
        addresses.keep(&"x".repeat(MOST_BYTES + 1), address(1));
        assert!(addresses.get(&"x".repeat(MOST_BYTES + 1)).is_none(), "what is too long is not kept");
    }
}
