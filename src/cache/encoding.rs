//! Content encodings: names and compressors.

use std::io::Write;

/// A content encoding of HTTP (RFC 9110 §8.4.1; zstd: RFC 9659).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Encoding {
    /// Brotli: smallest of the three at a bearable price.
    Brotli,
    /// Zstandard.
    Zstd,
    /// Gzip.
    Gzip,
    /// As rendered.
    Identity,
}

/// How much work goes into encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// For tiles: they are packed already, so that more work makes them one part in a hundred smaller and
    /// takes twice the time or more.
    Low,
    /// For texts.
    Usual,
}

impl Encoding {
    /// All.
    pub const ALL: [Self; 4] = [Self::Brotli, Self::Zstd, Self::Gzip, Self::Identity];

    /// Those that make bytes fewer, the most wanted first: for texts the smallest, for tiles the one that is
    /// smaller than gzip in half its time.
    #[must_use]
    pub fn preferred(effort: Effort) -> [Self; 3] {
        match effort {
            Effort::Low => [Self::Zstd, Self::Brotli, Self::Gzip],
            Effort::Usual => [Self::Brotli, Self::Zstd, Self::Gzip],
        }
    }

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
    pub(super) fn encode(self, bytes: &[u8], effort: Effort) -> Option<Vec<u8>> {
        let low = effort == Effort::Low;
        match self {
            Self::Identity => Some(bytes.to_vec()),
            Self::Gzip => {
                let level =
                    if low { libdeflater::CompressionLvl::fastest() } else { libdeflater::CompressionLvl::default() };
                let mut compressor = libdeflater::Compressor::new(level);
                let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
                let len = compressor.gzip_compress(bytes, &mut out).ok()?;
                out.truncate(len);
                Some(out)
            }
            Self::Zstd => zstd::bulk::compress(bytes, if low { 2 } else { 3 }).ok(),
            Self::Brotli => {
                let quality = if low { 2 } else { 5 };
                let room = Vec::with_capacity(bytes.len() / 2);
                // buffer size, quality, and the largest window that every decoder must take
                let mut writer = brotli::CompressorWriter::new(room, 16 * 1024, quality, 22);
                writer.write_all(bytes).ok()?;
                Some(writer.into_inner())
            }
        }
    }
}
