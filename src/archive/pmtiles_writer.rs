//! Writing PMTiles, version 3: clustered, runs of equal tiles as one entry, equal contents once.

use std::fs::File;
use std::path::{Path, PathBuf};

use ::pmtiles::{CallerKey, Compression, PmTilesStreamWriter, PmTilesWriter as Builder, TileType};

use crate::archive::place::place;
use crate::archive::{ArchiveError, Imprint};
use crate::geo::TileCoord;

pub(super) struct PmTilesWriter {
    path: PathBuf,
    writer: PmTilesStreamWriter<File, CallerKey<u64>>,
    /// Contents that lie in the file.
    contents: u64,
}

impl PmTilesWriter {
    pub(super) fn create(path: &Path, imprint: &Imprint) -> Result<Self, ArchiveError> {
        let file = File::create(path).map_err(|error| ArchiveError::write(path, error))?;
        let [west, south, east, north] = imprint.bounds.to_west_south_east_north();
        let (center, center_zoom) = imprint.center;
        let metadata = serde_json::to_string(&imprint.metadata).map_err(|error| ArchiveError::write(path, error))?;
        let writer = Builder::new(TileType::Mvt)
            .precompressed(Compression::Gzip)
            .min_zoom(imprint.min_zoom)
            .max_zoom(imprint.max_zoom)
            .bounds(west, south, east, north)
            .center(center.lon_deg, center.lat_deg)
            .center_zoom(center_zoom)
            .metadata(metadata)
            .dedup_by_key::<u64>()
            .create(file)
            .map_err(|error| ArchiveError::write(path, error))?;
        Ok(Self { path: path.to_path_buf(), writer, contents: 0 })
    }

    pub(super) fn add(&mut self, coord: TileCoord, content: u64, packed: &[u8]) -> Result<(), ArchiveError> {
        // bytes are not looked at where the content is known, but an empty tile is passed over
        let packed = if content < self.contents { &[0] } else { packed };
        self.contents = self.contents.max(content + 1);
        let added = self.writer.add_tile(place(coord), packed, Some(content));
        added.map_err(|error| ArchiveError::write(&self.path, error))
    }

    pub(super) fn finish(self) -> Result<(), ArchiveError> {
        self.writer.finalize().map(drop).map_err(|error| ArchiveError::write(&self.path, error))
    }
}
