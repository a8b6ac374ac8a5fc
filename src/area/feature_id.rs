//! The number of a feature in tiles.

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

/// The numeric id of a feature in a tile: the upper 52 bits of the key's xxh3-64 hash, never 0.
///
/// It depends on the key alone, so it is the same at every zoom, in every year and release. JavaScript holds whole
/// numbers of 53 bits; one less leaves room for the sign of the difference of two ids, which is what MapLibre GL JS
/// reads from a MapLibre Tile. Two keys of one layer with the same id are refused at load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FeatureId(u64);

impl FeatureId {
    /// The id that belongs to a key.
    #[must_use]
    pub fn of(key: &str) -> Self {
        Self((xxh3_64(key.as_bytes()) >> 12).max(1))
    }

    /// The id as a number below 2^52.
    #[must_use]
    pub fn as_u64(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_id_and_the_difference_of_two_fit_javascript() {
        for key in ["", "0", "03358002", "03358024"] {
            let id = FeatureId::of(key).as_u64();
            assert!((1..1 << 52).contains(&id), "{key}: {id}");
        }
    }
}
