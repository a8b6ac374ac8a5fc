//! Content encodings: names and compressors.

use std::cell::RefCell;
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
    /// For tiles: they are packed already, so that more work makes them at most one part in a hundred smaller (with gzip
    /// often none) and takes twice the time or more.
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
        match self {
            Self::Identity => Some(bytes.to_vec()),
            Self::Gzip | Self::Zstd => COMPRESSORS.with_borrow_mut(|compressors| match effort {
                Effort::Low => compressors.low.encode(self, bytes),
                Effort::Usual => compressors.usual.encode(self, bytes),
            }),
            Self::Brotli => {
                let quality = match effort {
                    Effort::Low => 2,
                    Effort::Usual => 5,
                };
                let room = Vec::with_capacity(bytes.len() / 2);
                // buffer size, quality, and the largest window that every decoder must take
                let mut writer = brotli::CompressorWriter::new(room, 16 * 1024, quality, 22);
                writer.write_all(bytes).ok()?;
                Some(writer.into_inner())
            }
        }
    }
}

thread_local! {
    /// Each thread of the pool keeps its compressors: to make one costs more than to compress a small tile.
    static COMPRESSORS: RefCell<Compressors> = const { RefCell::new(Compressors {
        low: Compressor { gzip_level: 1, zstd_level: 2, gzip: None, zstd: None, room: Vec::new() },
        usual: Compressor { gzip_level: 6, zstd_level: 3, gzip: None, zstd: None, room: Vec::new() },
    }) };
}

struct Compressors {
    low: Compressor,
    usual: Compressor,
}

/// Gzip and Zstandard at one effort, made when they are first wanted.
struct Compressor {
    gzip_level: i32,
    zstd_level: i32,
    gzip: Option<libdeflater::Compressor>,
    zstd: Option<zstd::bulk::Compressor<'static>>,
    /// Where compressed bytes go before their number is known.
    room: Vec<u8>,
}

/// A room larger than this is not kept.
const MOST_ROOM_BYTES: usize = 4 << 20;

impl Compressor {
    fn encode(&mut self, encoding: Encoding, bytes: &[u8]) -> Option<Vec<u8>> {
        let len = match encoding {
            Encoding::Gzip => {
                if self.gzip.is_none() {
                    let level = libdeflater::CompressionLvl::new(self.gzip_level).ok()?;
                    self.gzip = Some(libdeflater::Compressor::new(level));
                }
                let gzip = self.gzip.as_mut()?;
                self.room.resize(gzip.gzip_compress_bound(bytes.len()).max(self.room.len()), 0);
                gzip.gzip_compress(bytes, &mut self.room).ok()?
            }
            Encoding::Zstd => {
                if self.zstd.is_none() {
                    self.zstd = zstd::bulk::Compressor::new(self.zstd_level).ok();
                }
                let zstd = self.zstd.as_mut()?;
                self.room.resize(zstd::zstd_safe::compress_bound(bytes.len()).max(self.room.len()), 0);
                zstd.compress_to_buffer(bytes, &mut self.room[..]).ok()?
            }
            Encoding::Brotli | Encoding::Identity => return None,
        };
        let encoded = self.room[..len].to_vec();
        if self.room.len() > MOST_ROOM_BYTES {
            self.room = Vec::new();
        }
        Some(encoded)
    }
}
