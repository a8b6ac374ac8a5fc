//! Final bytes with their validator.

use bytes::Bytes;
use xxhash_rust::xxh3::xxh3_128;

use crate::cache::encoding::{Effort, Encoding};

/// Below this size an encoding's own frame eats what it saves.
const MIN_COMPRESSED_BYTES: usize = 200;

/// What is smaller by less than a fiftieth is not worth the client's work.
const MIN_SAVING_PARTS: usize = 50;

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
        let etag = if encoding == Encoding::Identity { etag } else { tagged(&etag, encoding) };
        Self { bytes, encoding, etag }
    }

    /// The same content in another encoding; itself where that saves nothing.
    #[must_use]
    pub fn encoded(&self, encoding: Encoding, effort: Effort) -> Self {
        if encoding == Encoding::Identity || self.bytes.len() < MIN_COMPRESSED_BYTES {
            return self.clone();
        }
        let limit = self.bytes.len() - self.bytes.len() / MIN_SAVING_PARTS;
        match encoding.encode(&self.bytes, effort) {
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
