//! Writing MBTiles 1.3: `map` says which content a tile has, `images` holds each content once, and the
//! view `tiles` puts them together.
//!
//! One transaction without a journal: a file that is not ended is thrown away anyway. SQLite lays out its
//! pages by the order of what is written, so the same tiles give the same bytes.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::{Map, Value};

use crate::archive::{ArchiveError, Imprint};
use crate::geo::TileCoord;

const TABLES: &str = "
PRAGMA page_size = 4096;
PRAGMA encoding = 'UTF-8';
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA application_id = 0x4d504258;
BEGIN;
CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE map (
    zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id INTEGER,
    PRIMARY KEY (zoom_level, tile_column, tile_row)
) WITHOUT ROWID;
CREATE TABLE images (tile_id INTEGER PRIMARY KEY, tile_data BLOB);
CREATE VIEW tiles AS
    SELECT map.zoom_level, map.tile_column, map.tile_row, images.tile_data
    FROM map JOIN images ON images.tile_id = map.tile_id;
";

pub(super) struct MbTilesWriter {
    path: PathBuf,
    connection: Connection,
    /// Contents that lie in the file.
    contents: u64,
}

impl MbTilesWriter {
    pub(super) fn create(path: &Path, imprint: &Imprint) -> Result<Self, ArchiveError> {
        if let Err(error) = std::fs::remove_file(path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(ArchiveError::write(path, error));
        }
        let sql = |error: rusqlite::Error| ArchiveError::write(path, error);
        let connection = Connection::open(path).map_err(sql)?;
        connection.execute_batch(TABLES).map_err(sql)?;
        for (name, value) in metadata(imprint) {
            connection.execute("INSERT INTO metadata VALUES (?1, ?2)", (name, value)).map_err(sql)?;
        }
        Ok(Self { path: path.to_path_buf(), connection, contents: 0 })
    }

    pub(super) fn add(&mut self, coord: TileCoord, content: u64, packed: &[u8]) -> Result<(), ArchiveError> {
        self.insert(coord, content, packed).map_err(|error| ArchiveError::write(&self.path, error))
    }

    fn insert(&mut self, coord: TileCoord, content: u64, packed: &[u8]) -> Result<(), rusqlite::Error> {
        let id = i64::try_from(content).unwrap_or(i64::MAX);
        if content >= self.contents {
            self.contents = content + 1;
            self.connection.prepare_cached("INSERT INTO images VALUES (?1, ?2)")?.execute((id, packed))?;
        }
        // rows grow northwards in MBTiles
        let row = (1_u32 << coord.zoom()) - 1 - coord.y();
        let mut statement = self.connection.prepare_cached("INSERT INTO map VALUES (?1, ?2, ?3, ?4)")?;
        statement.execute((coord.zoom(), coord.x(), row, id))?;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), ArchiveError> {
        let done = self.connection.execute_batch("COMMIT;");
        done.and_then(|()| self.connection.close().map_err(|(_, error)| error))
            .map_err(|error| ArchiveError::write(&self.path, error))
    }
}

/// The rows of `metadata`: texts stand alone, everything else in the row `json`.
fn metadata(imprint: &Imprint) -> Vec<(String, String)> {
    let bounds = imprint.bounds.to_west_south_east_north().map(|degrees| degrees.to_string()).join(",");
    let (center, zoom) = imprint.center;
    let mut rows = vec![
        ("format".to_owned(), "pbf".to_owned()),
        ("minzoom".to_owned(), imprint.min_zoom.to_string()),
        ("maxzoom".to_owned(), imprint.max_zoom.to_string()),
        ("bounds".to_owned(), bounds),
        ("center".to_owned(), format!("{},{},{zoom}", center.lon_deg, center.lat_deg)),
    ];
    let mut inner = Map::new();
    for (name, value) in &imprint.metadata {
        match value {
            Value::String(text) => rows.push((name.clone(), text.clone())),
            other => drop(inner.insert(name.clone(), other.clone())),
        }
    }
    rows.push(("json".to_owned(), Value::Object(inner).to_string()));
    rows
}
