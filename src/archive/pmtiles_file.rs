//! Reading PMTiles, version 3.

use std::path::Path;

use serde_json::{Map, Value};

use crate::archive::directory::Directory;
use crate::archive::header::{Fault, HEADER_BYTES, Header, Section};
use crate::archive::packing::is_tile_length;
use crate::archive::watched::Watched;
use crate::archive::{ArchiveError, Description, Packing, StoredTile, bounds_of, position, tile_number};
use crate::geo::{MAX_ZOOM, TileCoord};

/// Largest directory or metadata, packed. The specification wants root directories below 16 KiB; leaf
/// directories of the whole world have some hundred.
const MOST_PACKED_BYTES: u64 = 16 << 20;

/// Largest directory, unpacked: some million entries.
const MOST_DIRECTORY_BYTES: usize = 16 << 20;

/// Largest metadata, unpacked. Some makers put statistics of every attribute in.
const MOST_METADATA_BYTES: usize = 32 << 20;

/// Directories below directories. The specification wants at most one level of leaves.
const MOST_LEVELS: usize = 4;

/// An open archive. The root directory is in memory; leaf directories are read when they are needed.
#[derive(Debug)]
pub(super) struct PmTiles {
    file: Watched,
    header: Header,
    root: Directory,
}

impl PmTiles {
    pub(super) fn open(file: Watched) -> Result<(Description, Self), ArchiveError> {
        let mut bytes = [0; HEADER_BYTES];
        if file.len() < HEADER_BYTES as u64 {
            return Err(ArchiveError::damaged(file.path(), "it ends inside its header"));
        }
        file.read_into(0, &mut bytes)?;
        let header = Header::read(&bytes, file.len()).map_err(|fault| match fault {
            Fault::Damaged(what) => ArchiveError::damaged(file.path(), what),
            Fault::Unsupported(what) => ArchiveError::unsupported(file.path(), what),
        })?;
        let root = directory(&file, header.root, header.internal, "the root directory")?;
        let metadata = metadata(&file, &header)?;
        let [west, south, east, north] = header.bounds;
        let center = position(header.center[0], header.center[1]).filter(|_| header.center_zoom <= MAX_ZOOM);
        let description = Description {
            content: header.content,
            min_zoom: header.min_zoom.min(MAX_ZOOM),
            max_zoom: header.max_zoom.min(MAX_ZOOM),
            bounds: bounds_of(west, south, east, north),
            center: center.map(|at| (at, header.center_zoom)),
            packing: header.packing,
            tiles: Some(header.tiles).filter(|tiles| *tiles > 0),
            metadata,
        };
        Ok((description, Self { file, header, root }))
    }

    pub(super) fn tile(&self, coord: TileCoord) -> Result<Option<StoredTile>, ArchiveError> {
        let number = tile_number(coord);
        let mut entry = self.root.find(number);
        for _ in 0..MOST_LEVELS {
            let Some(found) = entry else { return Ok(None) };
            let what = || format!("the directory of tile {}/{}/{}", coord.zoom(), coord.x(), coord.y());
            if found.run > 0 {
                self.file.check()?;
                return self.stored(found.offset, found.length, coord).map(Some);
            }
            let section = self.inside(self.header.leaves, found.offset, u64::from(found.length), &what())?;
            self.file.check()?;
            entry = directory(&self.file, section, self.header.internal, &what())?.find(number);
        }
        let what = format!("its directories lie more than {MOST_LEVELS} levels deep");
        Err(ArchiveError::damaged(self.file.path(), what))
    }

    fn stored(&self, offset: u64, length: u32, coord: TileCoord) -> Result<StoredTile, ArchiveError> {
        let what = format!("tile {}/{}/{}", coord.zoom(), coord.x(), coord.y());
        let length = u64::from(length);
        let section = self.inside(self.header.data, offset, length, &what)?;
        if !is_tile_length(length) {
            let what = format!("{what} is said to have {length} bytes");
            return Err(ArchiveError::damaged(self.file.path(), what));
        }
        let bytes = read(&self.file, section)?;
        let packing = self.header.packing.unwrap_or_else(|| Packing::of(&bytes));
        Ok(StoredTile { bytes, packing })
    }

    /// A part of a section, if it lies inside.
    fn inside(&self, section: Section, offset: u64, length: u64, what: &str) -> Result<Section, ArchiveError> {
        match offset.checked_add(length) {
            Some(end) if end <= section.length => Ok(Section { offset: section.offset + offset, length }),
            _ => Err(ArchiveError::damaged(
                self.file.path(),
                format!("{what} is said to lie beyond the end: {length} bytes from {offset} on of {}", section.length),
            )),
        }
    }
}

/// The bytes of a section whose length was checked against a limit.
fn read(file: &Watched, section: Section) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = vec![0; usize::try_from(section.length).unwrap_or(0)];
    file.read_into(section.offset, &mut bytes)?;
    Ok(bytes)
}

fn unpacked(
    file: &Watched,
    section: Section,
    packing: Packing,
    limit_bytes: usize,
    what: &str,
) -> Result<Vec<u8>, ArchiveError> {
    let damaged = |path: &Path, fault: String| ArchiveError::damaged(path, format!("{what} {fault}"));
    if section.length > MOST_PACKED_BYTES {
        return Err(damaged(file.path(), format!("is said to have {} bytes", section.length)));
    }
    packing.unpack(&read(file, section)?, limit_bytes).map_err(|fault| damaged(file.path(), fault))
}

fn directory(file: &Watched, section: Section, packing: Packing, what: &str) -> Result<Directory, ArchiveError> {
    let bytes = unpacked(file, section, packing, MOST_DIRECTORY_BYTES, what)?;
    Directory::decode(&bytes).map_err(|fault| ArchiveError::damaged(file.path(), format!("{what} {fault}")))
}

fn metadata(file: &Watched, header: &Header) -> Result<Map<String, Value>, ArchiveError> {
    if header.metadata.length == 0 {
        return Ok(Map::new());
    }
    let bytes = unpacked(file, header.metadata, header.internal, MOST_METADATA_BYTES, "its metadata")?;
    serde_json::from_slice(&bytes)
        .map_err(|error| ArchiveError::damaged(file.path(), format!("its metadata is no JSON object: {error}")))
}
