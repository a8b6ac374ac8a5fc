//! What an export has made, for people and programs.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::geo::TileCoord;
use crate::message;
use crate::report::{Language, Message};

/// What an export has made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The archive.
    pub file: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// Addresses with a tile.
    pub tiles: u64,
    /// Different tiles among them; each lies in the archive once.
    pub distinct: u64,
    /// By zoom.
    pub zooms: Vec<ZoomSummary>,
    /// The largest tile as it travels; `None` if there is none.
    pub largest: Option<LargestTile>,
    /// Addresses that an earlier, interrupted export had finished.
    pub resumed: u64,
    /// Seconds that it took.
    pub seconds: f64,
}

/// One zoom of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ZoomSummary {
    /// The zoom.
    pub zoom: u8,
    /// Addresses with a tile.
    pub tiles: u64,
    /// Tiles that came up at this zoom first.
    pub distinct: u64,
    /// Their bytes, packed.
    pub bytes: u64,
}

/// The largest tile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LargestTile {
    /// Its address, `z/x/y`.
    pub tile: String,
    /// Its bytes, packed.
    pub packed_bytes: u64,
    /// Its bytes, unpacked.
    pub bytes: u64,
    #[serde(skip)]
    zoom: u8,
}

impl LargestTile {
    pub(super) fn new(coord: TileCoord, len: u32, packed_len: usize) -> Self {
        let tile = format!("{}/{}/{}", coord.zoom(), coord.x(), coord.y());
        Self { tile, packed_bytes: packed_len as u64, bytes: u64::from(len), zoom: coord.zoom() }
    }
}

impl Summary {
    pub(super) fn new(file: &Path, zooms: RangeInclusive<u8>) -> Self {
        let zooms = zooms.map(|zoom| ZoomSummary { zoom, tiles: 0, distinct: 0, bytes: 0 });
        Self {
            file: file.to_path_buf(),
            bytes: 0,
            tiles: 0,
            distinct: 0,
            zooms: zooms.collect(),
            largest: None,
            resumed: 0,
            seconds: 0.0,
        }
    }

    pub(super) fn count(&mut self, zoom: u8, tiles: u64) {
        self.tiles += tiles;
        if let Some(of_zoom) = self.zooms.iter_mut().find(|known| known.zoom == zoom) {
            of_zoom.tiles += tiles;
        }
    }

    pub(super) fn count_content(&mut self, tile: &LargestTile) {
        self.distinct += 1;
        if let Some(of_zoom) = self.zooms.iter_mut().find(|known| known.zoom == tile.zoom) {
            of_zoom.distinct += 1;
            of_zoom.bytes += tile.packed_bytes;
        }
        if self.largest.as_ref().is_none_or(|largest| largest.packed_bytes < tile.packed_bytes) {
            self.largest = Some(tile.clone());
        }
    }

    /// The summary for people.
    #[must_use]
    pub fn to_text(&self, language: Language) -> String {
        let mut lines = vec![Message::from("zoom      tiles   distinct        bytes")];
        for ZoomSummary { zoom, tiles, distinct, bytes } in &self.zooms {
            let row = format!("{zoom:>4} {tiles:>10} {distinct:>10} {bytes:>12}");
            lines.push(Message::from(row));
        }
        if let Some(LargestTile { tile, packed_bytes, bytes, .. }) = &self.largest {
            lines.push(message!(
                "largest tile: {tile}, {packed_bytes} bytes packed, {bytes} unpacked",
                tile,
                packed_bytes = *packed_bytes,
                bytes = *bytes
            ));
        }
        if self.resumed > 0 {
            lines.push(message!("{n} address[es] [was|were] finished before", n = self.resumed));
        }
        lines.push(message!(
            "{file}: {bytes} bytes, {tiles}, {distinct} of them different, in {seconds} s",
            file = self.file.display(),
            bytes = self.bytes,
            tiles = message!("{n} tile[s]", n = self.tiles),
            distinct = self.distinct,
            seconds = format!("{:.1}", self.seconds)
        ));
        let lines: Vec<String> = lines.iter().map(|line| line.in_language(language)).collect();
        lines.join("\n")
    }
}
