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
use super::negotiate;
use super::problem::Problem;
use super::state::{Served, ServerState};
use crate::archive::{Archive, Content, Packing};
use crate::cache::{Encoding, Entry, Key, TileFormat, TileKey};
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

/// The tile of a selection with finished tiles in it.
pub(super) async fn tile(state: &ServerState, ask: &Ask, address: TileAddress) -> Result<Response, Problem> {
    let TileAddress { selection, coord, cacheability } = address;
    let release = &ask.served.release;
    let alone = match &selection.layers[..] {
        [only] => release.archive(only.as_str()).map(|layer| layer.archive.description()),
        _ => None,
    };
    let content = alone.map_or(Content::Mvt, |description| description.content);
    // as it is stored, if the client takes it so: packing again costs time and gains little
    let stored = alone.and_then(|description| description.packing).map(encoding_of);
    let encoding = match stored.filter(|encoding| negotiate::takes(&ask.headers, *encoding)) {
        Some(Encoding::Identity) | None if content.is_vector() => ask.encoding(),
        Some(encoding) => encoding,
        None => Encoding::Identity,
    };
    let key = TileKey {
        release: ask.served.id.clone(),
        audience: Audience::Public,
        selection: Arc::clone(&selection),
        coord,
        format: TileFormat::Mvt,
        encoding,
    };
    let served = Arc::clone(&ask.served);
    let read = move || match &selection.layers[..] {
        [only] => stored_tile(&served, only.as_str(), coord, encoding),
        _ => composed(&served, &selection, coord).map(|bytes| Entry::identity(bytes).encoded(encoding)),
    };
    let entry = state.cache.get_or_read(Key::Tile(key), read).await?;
    let media_type = HeaderValue::from_static(content.media_type());
    Ok(respond(&ask.headers, Some(&ask.served), entry, Manner::new(media_type, cacheability)))
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
fn stored_tile(served: &Served, id: &str, coord: TileCoord, encoding: Encoding) -> Result<Entry, String> {
    let archive = archive(served, id)?;
    let Some(tile) = archive.tile(coord).map_err(|error| error.to_string())? else {
        return Ok(Entry::identity(Vec::new()));
    };
    if encoding_of(tile.packing) == encoding {
        return Ok(Entry::stored(tile.bytes, encoding));
    }
    let unpacked = tile.unpacked().map_err(|what| format!("{}: tile {coord:?} {what}", archive.file().display()))?;
    let entry = Entry::identity(unpacked);
    Ok(if archive.description().content.is_vector() { entry.encoded(encoding) } else { entry })
}

/// The tile of several layers, one behind the other.
fn composed(served: &Served, selection: &Selection, coord: TileCoord) -> Result<Vec<u8>, String> {
    let mut bytes = tile::render(&served.release, &Audience::Public, selection, coord);
    let ids = selection.layers.iter().filter(|id| served.release.archive(id.as_str()).is_some());
    for id in ids {
        let tile = archive(served, id.as_str())?.unpacked(coord).map_err(|error| error.to_string())?;
        bytes.extend(tile.unwrap_or_default());
    }
    Ok(bytes)
}

fn archive<'a>(served: &'a Served, id: &str) -> Result<&'a Archive, String> {
    let layer = served.release.archive(id);
    layer.map(|layer| &layer.archive).ok_or_else(|| format!("the release has no archive {id}"))
}
