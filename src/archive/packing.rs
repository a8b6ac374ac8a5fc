//! How bytes are packed, and bounded unpacking.

use std::io::Read;

/// How bytes in an archive are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    None,
    /// Gzip.
    Gzip,
    /// Brotli.
    Brotli,
    /// Zstandard.
    Zstd,
}

/// A tile may be this large unpacked. Tiles above a few MiB are of no use to any client.
const MOST_TILE_BYTES: usize = 64 << 20;

impl Packing {
    /// What bytes are packed with, by how they begin. Neither a vector tile nor a picture begins like
    /// gzip or Zstandard.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// Unpacks bytes; says what is wrong if they are damaged or become more than `limit_bytes`.
    pub(super) fn unpack(self, bytes: &[u8], limit_bytes: usize) -> Result<Vec<u8>, String> {
        match self {
            Self::None if bytes.len() > limit_bytes => Err(too_large(limit_bytes)),
            Self::None => Ok(bytes.to_vec()),
            Self::Gzip => read_to_limit(flate2::read::GzDecoder::new(bytes), limit_bytes),
            Self::Brotli => read_to_limit(brotli::Decompressor::new(bytes, 4096), limit_bytes),
            Self::Zstd => {
                let decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(|error| error.to_string())?;
                read_to_limit(decoder, limit_bytes)
            }
        }
    }
}

fn read_to_limit(packed: impl Read, limit_bytes: usize) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    let limit = limit_bytes as u64 + 1;
    packed.take(limit).read_to_end(&mut unpacked).map_err(|error| format!("cannot be unpacked: {error}"))?;
    if unpacked.len() > limit_bytes { Err(too_large(limit_bytes)) } else { Ok(unpacked) }
}

fn too_large(limit_bytes: usize) -> String {
    format!("unpacks to more than {limit_bytes} bytes")
}

/// A tile as it lies in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How they are packed.
    pub packing: Packing,
}

impl StoredTile {
    /// The tile without its packing.
    ///
    /// # Errors
    /// What is wrong, if it cannot be unpacked or is larger than any client could use.
    pub fn unpacked(&self) -> Result<Vec<u8>, String> {
        self.packing.unpack(&self.bytes, MOST_TILE_BYTES)
    }
}

/// Whether a stored length can be that of a tile.
pub(super) fn is_tile_length(length: u64) -> bool {
    length <= MOST_TILE_BYTES as u64
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_unpacks_to_more_than_the_limit_is_refused_before_it_fills_memory() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&vec![0; 1 << 20]).expect("memory takes everything");
        let gzip = gzip.finish().expect("memory takes everything");
        let zstd = zstd::bulk::compress(&vec![0; 1 << 20], 19).expect("can be packed");
        for (packing, bytes) in [(Packing::Gzip, &gzip), (Packing::Zstd, &zstd)] {
            assert!(bytes.len() < 2000);
            assert_eq!(packing.unpack(bytes, 1 << 20).map(|all| all.len()), Ok(1 << 20));
            assert!(packing.unpack(bytes, (1 << 20) - 1).unwrap_err().contains("more than"));
            assert!(packing.unpack(&bytes[..bytes.len() / 2], 1 << 20).is_err(), "half of it");
            assert_eq!(Packing::of(bytes), packing);
        }
    }
}
