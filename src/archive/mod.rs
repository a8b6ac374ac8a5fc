//! Tile archives: a pyramid of finished tiles in one file, PMTiles 3 or MBTiles, read and written.
//!
//! In goes a path, out come the archive's [`Description`] and its tiles as they are stored, by address
//! (`y` grows southwards here, whatever the file does). Nothing in a file is trusted: every length and
//! offset is checked before it is used, and everything unpacked has a limit. What a tile holds is not
//! looked at.
//!
//! The file is opened once and stays open; reading a tile reads from it and opens nothing. Who writes
//! into the file afterwards gets errors, not wrong tiles: see [`ArchiveError::Changed`].

mod directory;
mod error;
mod header;
mod mbtiles;
mod mbtiles_writer;
mod packing;
mod place;
mod pmtiles_file;
mod pmtiles_writer;
mod watched;
mod writer;

pub use error::ArchiveError;
pub use packing::{Packing, StoredTile};
pub use place::{children, tile_number};
pub use writer::{ArchiveWriter, Format, Imprint};

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::archive::mbtiles::MbTiles;
use crate::archive::pmtiles_file::PmTiles;
use crate::archive::watched::Watched;
use crate::geo::{Bounds, LonLat, TileCoord};

/// What an archive's tiles are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Mapbox Vector Tiles.
    Mvt,
    /// MapLibre Tiles.
    Mlt,
    /// PNG pictures.
    Png,
    /// JPEG pictures.
    Jpeg,
    /// WebP pictures.
    Webp,
    /// AVIF pictures.
    Avif,
}

impl Content {
    /// Media type of one tile.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Mvt => "application/vnd.mapbox-vector-tile",
            Self::Mlt => "application/vnd.maplibre-tile",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }

    /// Whether the tiles hold features and not a picture.
    #[must_use]
    pub fn is_vector(self) -> bool {
        matches!(self, Self::Mvt | Self::Mlt)
    }
}

/// What an archive says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// What its tiles are.
    pub content: Content,
    /// First zoom with tiles.
    pub min_zoom: u8,
    /// Last zoom with tiles.
    pub max_zoom: u8,
    /// Box around its tiles; `None` if it says none that exists.
    pub bounds: Option<Bounds<LonLat>>,
    /// Where to look first, and at which zoom; `None` if it says none that exists.
    pub center: Option<(LonLat, u8)>,
    /// How its tiles are packed; `None` if that differs or is not said.
    pub packing: Option<Packing>,
    /// Number of tiles; `None` if it does not say.
    pub tiles: Option<u64>,
    /// Everything else: `name`, `attribution`, `vector_layers` and what its maker put there.
    pub metadata: Map<String, Value>,
}

impl Description {
    /// The layers inside a vector tile, as TileJSON describes them; none if the archive does not say.
    #[must_use]
    pub fn vector_layers(&self) -> &[Value] {
        self.metadata.get("vector_layers").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The names of those layers.
    pub fn layer_names(&self) -> impl Iterator<Item = &str> {
        self.vector_layers().iter().filter_map(|layer| layer.get("id")?.as_str())
    }
}

/// An open archive.
#[derive(Debug)]
pub struct Archive {
    file: PathBuf,
    description: Description,
    body: Body,
}

#[derive(Debug)]
enum Body {
    PmTiles(PmTiles),
    MbTiles(MbTiles),
}

impl Archive {
    /// Opens an archive. Which kind it is, its first bytes tell.
    ///
    /// # Errors
    /// If the file cannot be read, is neither PMTiles 3 nor MBTiles, or is damaged where it describes
    /// itself.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let watched = Watched::open(path)?;
        let mut magic = [0; 16];
        let known = magic.len().min(usize::try_from(watched.len()).unwrap_or(usize::MAX));
        watched.read_into(0, &mut magic[..known])?;
        let (description, body) = if magic.starts_with(b"PMTiles") {
            let (description, archive) = PmTiles::open(watched)?;
            (description, Body::PmTiles(archive))
        } else if magic == *b"SQLite format 3\0" {
            let (description, archive) = MbTiles::open(watched)?;
            (description, Body::MbTiles(archive))
        } else {
            return Err(ArchiveError::unknown_kind(path, &magic));
        };
        Ok(Self { file: path.to_path_buf(), description, body })
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What it says about itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// One tile as it is stored; `None` if there is none at this address. Reads from the file.
    ///
    /// # Errors
    /// If the file cannot be read, has been changed since it was opened, or is damaged here.
    pub fn tile(&self, coord: TileCoord) -> Result<Option<StoredTile>, ArchiveError> {
        let zooms = self.description.min_zoom..=self.description.max_zoom;
        if !zooms.contains(&coord.zoom()) {
            return Ok(None);
        }
        match &self.body {
            Body::PmTiles(archive) => archive.tile(coord),
            Body::MbTiles(archive) => archive.tile(coord),
        }
    }

    /// One tile without its packing; `None` if there is none at this address.
    ///
    /// # Errors
    /// As [`Self::tile`], and if it cannot be unpacked.
    pub fn unpacked(&self, coord: TileCoord) -> Result<Option<Vec<u8>>, ArchiveError> {
        self.tile(coord)?.map(|tile| self.unpack(&tile, coord)).transpose()
    }

    /// A tile of this archive without its packing.
    ///
    /// # Errors
    /// If it cannot be unpacked.
    pub fn unpack(&self, tile: &StoredTile, coord: TileCoord) -> Result<Vec<u8>, ArchiveError> {
        tile.unpacked().map_err(|what| {
            let at = format!("tile {}/{}/{}", coord.zoom(), coord.x(), coord.y());
            ArchiveError::damaged(&self.file, format!("{at} {what}"))
        })
    }
}

/// A box in degrees, if the numbers are one.
fn bounds_of(west: f64, south: f64, east: f64, north: f64) -> Option<Bounds<LonLat>> {
    let (min, max) = (position(west, south)?, position(east, north)?);
    (west < east && south < north).then(|| Bounds::between(min, max))
}

/// A position in degrees, if the numbers are one.
fn position(lon_deg: f64, lat_deg: f64) -> Option<LonLat> {
    let exists = lon_deg.abs() <= 180.0 && lat_deg.abs() <= 90.0;
    exists.then_some(LonLat { lon_deg, lat_deg })
}
