//! `/tiles/{layers}/{z}/{x}/{y}`: an address, parameters and `Accept` → a tile's final bytes.
//!
//! 400 for an address that cannot exist, 404 for a layer that does not, or a zoom outside the range of
//! all layers asked for; 204 where nothing lies in the tile, kept by caches like any other tile.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::response::Response;

use super::addresses::TileAddress;
use super::answer::{Manner, respond};
use super::archives;
use super::ask::Ask;
use super::path::Path;
use super::problem::{Problem, quoted};
use super::state::ServerState;
use super::{selection, tile_format};
use crate::cache::{CacheError, Effort, Key, TileFormat, TileKey};
use crate::geo::TileCoord;
use crate::release::{Audience, Layer, Release};
use crate::store::Coarsened;
use crate::tile::{self, Selection};
use crate::tileset;

/// `/tiles/{layers}/{z}/{x}/{y}`
pub(super) async fn get(State(state): State<Arc<ServerState>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let ask = Ask::from_request_parts(&mut parts, &state).await?;
    let address = read_address(&ask, &mut parts).await?;
    if archives::are_in(&ask.served.release, &address.selection) {
        return archives::tile(&state, &ask, address).await;
    }
    let TileAddress { selection, coord, format, cacheability } = address;
    let negotiated = format.is_none();
    let format = format.unwrap_or_else(|| tile_format::accepted(&ask.headers));
    let key = TileKey {
        release: ask.served.id.clone(),
        audience: Audience::Public,
        selection: Arc::clone(&selection),
        coord,
        format,
        encoding: ask.encoding(Effort::Low),
    };
    let simplified = simplified(&ask.served.release, &selection, coord.zoom());
    let is_light = tile::is_light(&ask.served.release, &selection, coord.zoom());
    let served = Arc::clone(&ask.served);
    let parts = state.cache.parts().clone();
    let part = move |layer: &Layer| parts.get(layer, coord);
    let render = move || {
        let vector_tile = tile::assemble(&served.release, &Audience::Public, &selection, coord.zoom(), part);
        in_format(vector_tile, format, &selection, coord)
    };
    let entry = if is_light && format == TileFormat::Mvt {
        state.cache.get_or_render_here(Key::Tile(key), render).await?
    } else {
        state.cache.get_or_try_render(Key::Tile(key), render).await?
    };
    let mut manner = Manner::new(tile_format::media_type(format), cacheability);
    if negotiated {
        manner.vary = HeaderValue::from_static("accept, accept-encoding");
    }
    let mut response = respond(&ask.headers, Some(&ask.served), entry, manner);
    if let Some(simplified) = simplified {
        response.headers_mut().insert("kreisel-simplified", simplified);
    }
    Ok(response)
}

/// Which layers are simplified further at this zoom to keep to their byte budget, and at how many times their
/// tolerance: `municipalities=4`. `None` if none is.
fn simplified(release: &Release, selection: &Selection, zoom: u8) -> Option<HeaderValue> {
    let layers = selection.layers.iter().filter_map(|id| release.layer(id.as_str()));
    let coarsened = layers.filter_map(|layer| {
        let is_shown = |coarsened: &&Coarsened| coarsened.zoom == zoom && coarsened.factor > 1.0;
        let coarsened = layer.fullness.coarsened.iter().find(is_shown)?;
        Some(format!("{}={}", layer.config.id, coarsened.factor))
    });
    let text = coarsened.collect::<Vec<_>>().join(", ");
    if text.is_empty() { None } else { HeaderValue::from_str(&text).ok() }
}

/// The tile in the format asked for.
pub(super) fn in_format(
    vector_tile: Vec<u8>,
    format: TileFormat,
    selection: &Selection,
    coord: TileCoord,
) -> Result<Vec<u8>, CacheError> {
    match format {
        TileFormat::Mvt => Ok(vector_tile),
        TileFormat::Mlt => tile::mlt::from_mvt(&vector_tile).map_err(|error| {
            let coord = format!("{}/{}/{}", coord.zoom(), coord.x(), coord.y());
            CacheError::Failed(format!("tile {coord} of {}: {error}", selection::join(&selection.layers)))
        }),
    }
}

/// What the address means: known from before, or read now.
async fn read_address(ask: &Ask, parts: &mut Parts) -> Result<TileAddress, Problem> {
    let path_and_query = ask.uri.path_and_query().map_or("", PathAndQuery::as_str);
    if let Some(known) = ask.served.addresses.get(path_and_query) {
        return Ok(known);
    }
    let Path((layers, z, x, y)) = Path::<(String, String, String, String)>::from_request_parts(parts, &()).await?;
    let (y, suffix) = tile_format::split_suffix(&y);
    let coord = read_coord(&z, &x, y)?;
    let query = ask.query(&selection::PARAMETERS)?;
    let format = tile_format::of_address(tile_format::read(query.get("f"))?, suffix)?;
    let selection = selection::read(&ask.served.release, &layers, &query)?;
    archives::check_format(&ask.served.release, &selection, format)?;
    check_zoom(&ask.served.release, &selection, coord.zoom())?;
    let address = TileAddress { selection: Arc::new(selection), coord, format, cacheability: query.cacheability };
    ask.served.addresses.keep(path_and_query, address.clone());
    Ok(address)
}

/// Reads `z`, `x` and `y`, without the suffix that `y` may have had: the router can only match whole segments.
fn read_coord(z: &str, x: &str, y: &str) -> Result<TileCoord, Problem> {
    let number = |axis: char, text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse::<u32>().ok() } else { None };
        number.ok_or_else(|| {
            Problem::Coordinate(format!("{axis} is \"{}\"; it is a whole number from 0 on", quoted(text)))
        })
    };
    let (zoom, x, y) = (number('z', z)?, number('x', x)?, number('y', y)?);
    TileCoord::new(u8::try_from(zoom).unwrap_or(u8::MAX), x, y).map_err(|error| Problem::Coordinate(error.to_string()))
}

/// Whether the layers together have tiles at this zoom: from the first zoom of any to the last of any.
fn check_zoom(release: &Release, selection: &Selection, zoom: u8) -> Result<(), Problem> {
    let (min, max) = tileset::zooms(release, selection).unwrap_or((0, 0));
    if (min..=max).contains(&zoom) {
        return Ok(());
    }
    Err(Problem::ZoomOutside { zoom, min, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_exist_is_refused_with_the_reason() {
        for (z, x, y) in [("a", "0", "0"), ("1", "-1", "0"), ("1", "0", "2"), ("1", "0", "0.png"), ("300", "0", "0")] {
            assert!(matches!(read_coord(z, x, y), Err(Problem::Coordinate(_))), "{z}/{x}/{y}");
        }
        for wrong in ["", "+1", "4294967296", "1.0", "１"] {
            assert!(read_coord("5", wrong, "0").is_err(), "{wrong}");
        }
        assert!(read_coord("3", "8", "0").unwrap_err().to_string().contains("0 to 7"));
    }
}
