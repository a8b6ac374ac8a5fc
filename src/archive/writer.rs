//! Writing an archive, tile by tile in the order of [`tile_number`](crate::archive::tile_number).
//!
//! Contents are numbered from 0 in the order in which they first come; a content that came before is
//! named by its number alone, and lies in the file once. Same calls, same bytes: no time stamps, no
//! hashing with a random start.

use std::path::Path;

use serde_json::{Map, Value};

use crate::archive::ArchiveError;
use crate::archive::mbtiles_writer::MbTilesWriter;
use crate::archive::pmtiles_writer::PmTilesWriter;
use crate::geo::{Bounds, LonLat, TileCoord};

/// The two kinds of archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PMTiles 3.
    PmTiles,
    /// MBTiles 1.3.
    MbTiles,
}

impl Format {
    /// What a file's name says; `None` if it is neither.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let end = path.extension()?.to_str()?.to_ascii_lowercase();
        match end.as_str() {
            "pmtiles" => Some(Self::PmTiles),
            "mbtiles" => Some(Self::MbTiles),
            _ => None,
        }
    }
}

/// What an archive of vector tiles says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Imprint {
    /// First zoom with tiles.
    pub min_zoom: u8,
    /// Last zoom with tiles.
    pub max_zoom: u8,
    /// Box around the features.
    pub bounds: Bounds<LonLat>,
    /// Where to look first, and at which zoom.
    pub center: (LonLat, u8),
    /// `name`, `description`, `attribution`, `version`, `type`, `vector_layers` and the like.
    pub metadata: Map<String, Value>,
}

/// An archive of gzip-packed Mapbox Vector Tiles that is being written.
pub struct ArchiveWriter(Body);

#[expect(clippy::large_enum_variant, reason = "there is one per export")]
enum Body {
    PmTiles(PmTilesWriter),
    MbTiles(MbTilesWriter),
}

impl ArchiveWriter {
    /// Begins a file; one that is there already is overwritten.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn create(path: &Path, format: Format, imprint: &Imprint) -> Result<Self, ArchiveError> {
        Ok(Self(match format {
            Format::PmTiles => Body::PmTiles(PmTilesWriter::create(path, imprint)?),
            Format::MbTiles => Body::MbTiles(MbTilesWriter::create(path, imprint)?),
        }))
    }

    /// Adds a tile. `packed` is the content of that number, packed with gzip, and not looked at where the number
    /// came before.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn add(&mut self, coord: TileCoord, content: u64, packed: &[u8]) -> Result<(), ArchiveError> {
        match &mut self.0 {
            Body::PmTiles(writer) => writer.add(coord, content, packed),
            Body::MbTiles(writer) => writer.add(coord, content, packed),
        }
    }

    /// Writes what stands at the end, and ends the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn finish(self) -> Result<(), ArchiveError> {
        match self.0 {
            Body::PmTiles(writer) => writer.finish(),
            Body::MbTiles(writer) => writer.finish(),
        }
    }
}
