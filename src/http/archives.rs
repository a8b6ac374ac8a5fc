//! Tiles that lie finished in archives: passed on as they are stored where the client takes them so.
//!
//! An archive that is asked for alone may hold anything. Together with other layers it has to hold Mapbox
//! Vector Tiles: those are put together by writing one behind the other, as long as no layer inside has the
//! name of another. A client asks a source for tiles down to its last zoom, and cannot be told that one of
//! its layers ended before: so an archive that does is given alone only.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::HeaderValue;
use axum::response::Response;

use super::addresses::TileAddress;
use super::answer::{Manner, respond};
use super::ask::Ask;
use super::problem::Problem;
use super::state::{Served, ServerState};
use super::{negotiate, tile_format, tiles};
use crate::archive::{Archive, Content, Packing};
use crate::cache::{CacheError, Effort, Encoding, Entry, Key, TileFormat, TileKey};
use crate::geo::TileCoord;
use crate::release::{ArchiveLayer, Audience, Layer, Release};
use crate::tile::{self, Selection};

/// Whether finished tiles are among what is selected.
pub(super) fn are_in(release: &Release, selection: &Selection) -> bool {
    !release.archives.is_empty() && selection.layers.iter().any(|id| release.archive(id.as_str()).is_some())
}

/// Whether these can be put together into one tile.
///
/// # Errors
/// If not; the problem says why and what would be right.
pub(super) fn check(layers: &[&Layer], archives: &[&ArchiveLayer]) -> Result<(), Problem> {
    if archives.is_empty() || layers.len() + archives.len() == 1 {
        return Ok(());
    }
    let refused = |archive: &ArchiveLayer, why: &str| {
        let reason = format!("\"{}\" {why}; ask for it alone", archive.config.id);
        Err(Problem::parameter("layers", reason))
    };
    let last_zoom = layers.iter().map(|layer| layer.config.tiles.max_zoom);
    let last_zoom = last_zoom.chain(archives.iter().map(|archive| archive.archive.description().max_zoom)).max();
    let own = layers.iter().flat_map(|layer| [Some(layer.config.id.to_string()), layer.label_layer()]);
    let mut names: BTreeSet<String> = own.flatten().collect();
    for archive in archives {
        let description = archive.archive.description();
        if description.content != Content::Mvt {
            return refused(archive, &format!("holds {}", description.content.media_type()));
        }
        if Some(description.max_zoom) != last_zoom {
            return refused(archive, &format!("ends at zoom {}, before other layers", description.max_zoom));
        }
        if description.layer_names().next().is_none() {
            return refused(archive, "does not say which layers its tiles have");
        }
        for name in description.layer_names() {
            if !names.insert(name.to_owned()) {
                return refused(archive, &format!("has a layer \"{name}\" as others have"));
            }
        }
    }
    Ok(())
}

/// Whether the tiles of a selection can be had in a format. Vector tiles of archives are turned into MapLibre Tiles like
/// any; nothing is turned into anything else.
///
/// # Errors
/// If not; the problem says what there is.
pub(super) fn check_format(
    release: &Release,
    selection: &Selection,
    format: Option<TileFormat>,
) -> Result<(), Problem> {
    let Some(alone) = alone(release, selection) else { return Ok(()) };
    let content = alone.archive.description().content;
    match (content, format) {
        (_, None) | (Content::Mvt, _) | (Content::Mlt, Some(TileFormat::Mlt)) => Ok(()),
        _ => {
            let reason =
                format!("\"{}\" holds {}, and nothing else is made of it", alone.config.id, content.media_type());
            Err(Problem::parameter("f", reason))
        }
    }
}

/// The format of a selection that can be had in one only.
pub(super) fn only_format(release: &Release, selection: &Selection) -> Option<TileFormat> {
    let alone = alone(release, selection)?;
    (alone.archive.description().content == Content::Mlt).then_some(TileFormat::Mlt)
}

/// The archive that is all of a selection.
fn alone<'a>(release: &'a Release, selection: &Selection) -> Option<&'a ArchiveLayer> {
    match &selection.layers[..] {
        [only] => release.archive(only.as_str()),
        _ => None,
    }
}

/// The tile of a selection with finished tiles in it.
pub(super) async fn tile(state: &ServerState, ask: &Ask, address: TileAddress) -> Result<Response, Problem> {
    let TileAddress { selection, coord, format, cacheability } = address;
    let alone = alone(&ask.served.release, &selection).map(|layer| layer.archive.description());
    let content = alone.map_or(Content::Mvt, |description| description.content);
    let negotiated = format.is_none() && content == Content::Mvt;
    let format = match content {
        Content::Mvt => format.unwrap_or_else(|| tile_format::accepted(&ask.headers)),
        Content::Mlt => TileFormat::Mlt,
        // pictures have none; the key needs one
        _ => TileFormat::Mvt,
    };
    let as_stored = content != Content::Mvt || format == TileFormat::Mvt;
    // packed as it is stored, if the client takes it so: packing again costs time and gains little
    let stored = alone.filter(|_| as_stored).and_then(|description| description.packing).map(encoding_of);
    let encoding = match stored.filter(|encoding| negotiate::takes(&ask.headers, *encoding)) {
        Some(Encoding::Identity) | None if content.is_vector() => ask.encoding(Effort::Low),
        Some(encoding) => encoding,
        None => Encoding::Identity,
    };
    let key = TileKey {
        release: ask.served.id.clone(),
        audience: Audience::Public,
        selection: Arc::clone(&selection),
        coord,
        format,
        encoding,
    };
    let served = Arc::clone(&ask.served);
    let make = move || match &selection.layers[..] {
        [only] if as_stored => stored_tile(&served, only.as_str(), coord, encoding),
        _ => {
            let bytes = tiles::in_format(composed(&served, &selection, coord)?, format, &selection, coord)?;
            Ok(Entry::identity(bytes).encoded(encoding, Effort::Low))
        }
    };
    let entry = state.cache.get_or_make(Key::Tile(key), make).await?;
    let media_type = if as_stored && alone.is_some() {
        HeaderValue::from_static(content.media_type())
    } else {
        tile_format::media_type(format)
    };
    let mut manner = Manner::new(media_type, cacheability);
    if negotiated {
        manner.vary = HeaderValue::from_static("accept, accept-encoding");
    }
    Ok(respond(&ask.headers, Some(&ask.served), entry, manner))
}

fn encoding_of(packing: Packing) -> Encoding {
    match packing {
        Packing::None => Encoding::Identity,
        Packing::Gzip => Encoding::Gzip,
        Packing::Brotli => Encoding::Brotli,
        Packing::Zstd => Encoding::Zstd,
    }
}

/// One archive's tile in an encoding; as it is stored if that is the encoding.
fn stored_tile(served: &Served, id: &str, coord: TileCoord, encoding: Encoding) -> Result<Entry, CacheError> {
    let archive = archive(served, id)?;
    let Some(tile) = archive.tile(coord).map_err(|error| failed(&error))? else {
        return Ok(Entry::identity(Vec::new()));
    };
    if encoding_of(tile.packing) == encoding {
        return Ok(Entry::stored(tile.bytes, encoding));
    }
    let entry = Entry::identity(archive.unpack(&tile, coord).map_err(|error| failed(&error))?);
    Ok(if archive.description().content.is_vector() { entry.encoded(encoding, Effort::Low) } else { entry })
}

/// The vector tile of several layers, one behind the other.
fn composed(served: &Served, selection: &Selection, coord: TileCoord) -> Result<Vec<u8>, CacheError> {
    let mut bytes = tile::render(&served.release, &Audience::Public, selection, coord);
    let ids = selection.layers.iter().filter(|id| served.release.archive(id.as_str()).is_some());
    for id in ids {
        let tile = archive(served, id.as_str())?.unpacked(coord).map_err(|error| failed(&error))?;
        bytes.extend(tile.unwrap_or_default());
    }
    Ok(bytes)
}

fn archive<'a>(served: &'a Served, id: &str) -> Result<&'a Archive, CacheError> {
    let layer = served.release.archive(id);
    layer.map(|layer| &layer.archive).ok_or_else(|| failed(&format!("the release has no archive {id}")))
}

/// For the log; the client is told no more than that there is a fault.
fn failed(error: &dyn std::fmt::Display) -> CacheError {
    CacheError::Failed(error.to_string())
}
