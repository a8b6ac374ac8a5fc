//! The first 127 bytes of a PMTiles archive, version 3 §3.

use crate::archive::{Content, Packing};

/// Length of the header.
pub(super) const HEADER_BYTES: usize = 127;

/// A part of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// The header, checked against the length of its file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    pub(super) root: Section,
    pub(super) metadata: Section,
    pub(super) leaves: Section,
    pub(super) data: Section,
    pub(super) tiles: u64,
    /// How directories and metadata are packed.
    pub(super) internal: Packing,
    /// How tiles are packed; `None` if the archive does not say.
    pub(super) packing: Option<Packing>,
    pub(super) content: Content,
    pub(super) min_zoom: u8,
    pub(super) max_zoom: u8,
    /// West, south, east, north in degrees.
    pub(super) bounds: [f64; 4],
    pub(super) center_zoom: u8,
    /// Longitude and latitude in degrees.
    pub(super) center: [f64; 2],
}

/// What is wrong with a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Damaged(String),
    Unsupported(String),
}

impl Header {
    pub(super) fn read(bytes: &[u8; HEADER_BYTES], file_len: u64) -> Result<Self, Fault> {
        let long = |at: usize| bytes[at..at + 8].iter().rev().fold(0_u64, |long, byte| long << 8 | u64::from(*byte));
        let degrees = |at: usize| {
            let whole = i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
            f64::from(whole) / 1e7
        };
        if bytes[7] != 3 {
            return Err(Fault::Unsupported(format!("it is PMTiles {}; version 3 is read here", bytes[7])));
        }
        let section = |at: usize, name: &str| {
            let section = Section { offset: long(at), length: long(at + 8) };
            match section.offset.checked_add(section.length) {
                Some(end) if end <= file_len => Ok(section),
                _ => Err(Fault::Damaged(format!(
                    "its {name} is said to be {} bytes from byte {} on, but the file has {file_len} bytes",
                    section.length, section.offset
                ))),
            }
        };
        let packing = |code: u8, of: &str| match code {
            0 => Ok(None),
            1 => Ok(Some(Packing::None)),
            2 => Ok(Some(Packing::Gzip)),
            3 => Ok(Some(Packing::Brotli)),
            4 => Ok(Some(Packing::Zstd)),
            other => {
                Err(Fault::Unsupported(format!("its {of} are packed in a way numbered {other}, which is not known")))
            }
        };
        let content = match bytes[99] {
            1 => Content::Mvt,
            2 => Content::Png,
            3 => Content::Jpeg,
            4 => Content::Webp,
            5 => Content::Avif,
            6 => Content::Mlt,
            0 => return Err(Fault::Unsupported("it does not say what its tiles are".to_owned())),
            other => return Err(Fault::Unsupported(format!("its tiles are of kind {other}, which is not known"))),
        };
        let (min_zoom, max_zoom) = (bytes[100], bytes[101]);
        if min_zoom > max_zoom {
            return Err(Fault::Damaged(format!("its first zoom {min_zoom} lies beyond its last, {max_zoom}")));
        }
        let Some(internal) = packing(bytes[97], "directories")? else {
            return Err(Fault::Unsupported("it does not say how its directories are packed".to_owned()));
        };
        Ok(Self {
            root: section(8, "root directory")?,
            metadata: section(24, "metadata")?,
            leaves: section(40, "part with leaf directories")?,
            data: section(56, "part with tiles")?,
            tiles: long(72),
            internal,
            packing: packing(bytes[98], "tiles")?,
            content,
            min_zoom,
            max_zoom,
            bounds: [102, 106, 110, 114].map(degrees),
            center_zoom: bytes[118],
            center: [119, 123].map(degrees),
        })
    }
}
