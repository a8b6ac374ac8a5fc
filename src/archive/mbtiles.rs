//! Reading MBTiles 1.3: a SQLite file with the tables `metadata` and `tiles`.
//!
//! The connection is opened once, for reading only, and takes no locks: the file must not be written to
//! while it is served, as with PMTiles.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use serde_json::{Map, Value};

use crate::archive::packing::is_tile_length;
use crate::archive::watched::Watched;
use crate::archive::{ArchiveError, Content, Description, Packing, StoredTile, bounds_of, position};
use crate::geo::{MAX_ZOOM, TileCoord};

const TILE: &str = "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3";

/// Steps of SQLite's machine that one question may take, about half a second. A tile takes a hundred with an index, and
/// five for each tile of the archive without; but tables may be views that count for ever.
const MOST_STEPS: u64 = 50_000_000;

/// After so many steps they are counted.
const STRIDE: i32 = 10_000;

/// Bytes of one value at most: a tile that is too large is told as such, and what is larger is not even made.
const MOST_VALUE_BYTES: i32 = 80 << 20;

/// Names and values of the metadata at most; real ones have twenty.
const MOST_METADATA_ROWS: usize = 1000;

/// All of them together.
const MOST_METADATA_BYTES: usize = 32 << 20;

/// An open archive.
#[derive(Debug)]
pub(super) struct MbTiles {
    file: Watched,
    /// Steps that the present question has taken.
    steps: Arc<AtomicU64>,
    /// SQLite wants one caller at a time. Tiles asked for before are in the cache above.
    connection: Mutex<Connection>,
}

impl MbTiles {
    pub(super) fn open(file: Watched) -> Result<(Description, Self), ArchiveError> {
        let sql = |error: rusqlite::Error| ArchiveError::damaged(file.path(), told(&error));
        // `immutable` keeps SQLite from looking for a journal and from locking
        let uri = format!("file:{}?immutable=1", percent_encoded(&file.path().to_string_lossy()));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&uri, flags).map_err(sql)?;
        let steps = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&steps);
        let is_too_long = move || counted.fetch_add(u64::from(STRIDE.unsigned_abs()), Ordering::Relaxed) > MOST_STEPS;
        connection.progress_handler(STRIDE, Some(is_too_long)).map_err(sql)?;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MOST_VALUE_BYTES).map_err(sql)?;
        // views and functions that the file defines have no say over anything but itself
        connection.pragma_update(None, "trusted_schema", false).map_err(sql)?;
        connection.prepare_cached(TILE).map_err(|error| {
            ArchiveError::damaged(file.path(), format!("it has no table of tiles as MBTiles 1.3 has it: {error}"))
        })?;
        let metadata = metadata(&connection).map_err(sql)?;
        steps.store(0, Ordering::Relaxed);
        let (min_zoom, max_zoom) = zooms(&connection, &metadata, &file)?;
        let content = match metadata.get("format").and_then(Value::as_str) {
            Some("pbf" | "mvt") => Content::Mvt,
            Some("mlt") => Content::Mlt,
            Some("png") => Content::Png,
            Some("jpg" | "jpeg") => Content::Jpeg,
            Some("webp") => Content::Webp,
            Some(other) => {
                let what = format!("its tiles are of format \"{other}\"; pbf, mlt, png, jpg and webp are");
                return Err(ArchiveError::unsupported(file.path(), what));
            }
            None => return Err(ArchiveError::unsupported(file.path(), "its metadata names no format")),
        };
        let description = describe(content, (min_zoom, max_zoom), metadata);
        Ok((description, Self { file, steps, connection: Mutex::new(connection) }))
    }

    pub(super) fn tile(&self, coord: TileCoord) -> Result<Option<StoredTile>, ArchiveError> {
        self.file.check()?;
        // rows grow northwards in MBTiles
        let row = (1_u32 << coord.zoom()) - 1 - coord.y();
        // a poisoned lock holds a connection as good as any: it has no state of its own
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let named = || format!("tile {}/{}/{}", coord.zoom(), coord.x(), coord.y());
        let sql =
            |error: rusqlite::Error| ArchiveError::damaged(self.file.path(), format!("{}: {}", named(), told(&error)));
        self.steps.store(0, Ordering::Relaxed);
        let mut statement = connection.prepare_cached(TILE).map_err(sql)?;
        let found = statement.query_row((coord.zoom(), coord.x(), row), |row| match row.get_ref(0)? {
            ValueRef::Blob(bytes) if is_tile_length(bytes.len() as u64) => Ok(Ok(bytes.to_vec())),
            ValueRef::Blob(bytes) => Ok(Err(format!("has {} bytes", bytes.len()))),
            other => Ok(Err(format!("is {} and no blob", other.data_type()))),
        });
        match found.optional().map_err(sql)? {
            None => Ok(None),
            Some(Ok(bytes)) => Ok(Some(StoredTile { packing: Packing::of(&bytes), bytes })),
            Some(Err(what)) => Err(ArchiveError::damaged(self.file.path(), format!("{} {what}", named()))),
        }
    }
}

/// What went wrong, with what to do about a question that took too long.
fn told(error: &rusqlite::Error) -> String {
    if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) {
        return format!(
            "finding it takes more than {MOST_STEPS} steps; an index on zoom_level, tile_column, tile_row of `tiles` is missing"
        );
    }
    error.to_string()
}

/// A path inside a URI.
fn percent_encoded(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// The table `metadata`, with the JSON inside it unfolded: `vector_layers` lies there.
fn metadata(connection: &Connection) -> Result<Map<String, Value>, rusqlite::Error> {
    let mut metadata = Map::new();
    let mut statement = connection.prepare("SELECT name, value FROM metadata")?;
    let mut rows = statement.query([])?;
    let (mut count, mut bytes) = (0, 0);
    while let Some(row) = rows.next()?.filter(|_| count < MOST_METADATA_ROWS && bytes < MOST_METADATA_BYTES) {
        let text = |column| {
            Ok::<_, rusqlite::Error>(
                String::from_utf8_lossy(row.get_ref(column)?.as_bytes().unwrap_or_default()).into_owned(),
            )
        };
        let (name, value) = (text(0)?, text(1)?);
        (count, bytes) = (count + 1, bytes + name.len() + value.len());
        match serde_json::from_str::<Map<String, Value>>(&value) {
            Ok(inner) if name == "json" => metadata.extend(inner),
            _ => drop(metadata.insert(name, Value::String(value))),
        }
    }
    Ok(metadata)
}

/// First and last zoom: as the metadata says, else as the tiles are, which takes a look at all of them where no index
/// begins with the zoom.
fn zooms(connection: &Connection, metadata: &Map<String, Value>, file: &Watched) -> Result<(u8, u8), ArchiveError> {
    let said = |name: &str| metadata.get(name).and_then(Value::as_str).and_then(|text| text.trim().parse::<i64>().ok());
    let (first, last) = if let (Some(first), Some(last)) = (said("minzoom"), said("maxzoom")) {
        (first, last)
    } else {
        let sql = |error: rusqlite::Error| ArchiveError::damaged(file.path(), told(&error));
        // one at a time: SQLite takes the ends of an index for one of both only
        let select = "SELECT (SELECT min(zoom_level) FROM tiles), (SELECT max(zoom_level) FROM tiles)";
        let found = connection.query_row(select, [], |row| Ok((row.get(0)?, row.get(1)?))).map_err(sql)?;
        let (Some(first), Some(last)) = found else {
            return Err(ArchiveError::unsupported(file.path(), "it holds no tiles"));
        };
        (first, last)
    };
    let zoom = |given: i64| u8::try_from(given).ok().filter(|zoom| *zoom <= MAX_ZOOM);
    match (zoom(first), zoom(last)) {
        (Some(min), Some(max)) if min <= max => Ok((min, max)),
        _ => {
            let what = format!("it is said to have tiles of zooms {first} to {last}; zooms are 0 to {MAX_ZOOM}");
            Err(ArchiveError::damaged(file.path(), what))
        }
    }
}

fn describe(content: Content, (min_zoom, max_zoom): (u8, u8), metadata: Map<String, Value>) -> Description {
    let numbers = |name: &str| -> Vec<f64> {
        let text = metadata.get(name).and_then(Value::as_str).unwrap_or_default();
        text.split(',').filter_map(|number| number.trim().parse().ok()).collect()
    };
    let bounds = match numbers("bounds")[..] {
        [west, south, east, north] => bounds_of(west, south, east, north),
        _ => None,
    };
    let center = match numbers("center")[..] {
        [lon_deg, lat_deg, zoom] if (0.0..=f64::from(MAX_ZOOM)).contains(&zoom) => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 22")]
            let zoom = zoom as u8;
            position(lon_deg, lat_deg).map(|at| (at, zoom))
        }
        _ => None,
    };
    // the specification wants vector tiles packed with gzip; those that are not are told by how they begin
    let packing = content.is_vector().then_some(Packing::Gzip);
    Description { content, min_zoom, max_zoom, bounds, center, packing, tiles: None, metadata }
}
