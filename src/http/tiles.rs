//! `/tiles/{layers}/{z}/{x}/{y}`: an address and parameters → a vector tile's final bytes.
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
use super::selection;
use super::state::ServerState;
use crate::cache::{Key, TileFormat, TileKey};
use crate::geo::TileCoord;
use crate::release::{Audience, Release};
use crate::tile::{self, Selection};
use crate::tileset;

/// Media type of Mapbox Vector Tiles, as registered with IANA.
pub(super) const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/vnd.mapbox-vector-tile");

/// `/tiles/{layers}/{z}/{x}/{y}`
pub(super) async fn get(State(state): State<Arc<ServerState>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let ask = Ask::from_request_parts(&mut parts, &state).await?;
    let address = read_address(&ask, &mut parts).await?;
    if archives::are_in(&ask.served.release, &address.selection) {
        return archives::tile(&state, &ask, address).await;
    }
    let TileAddress { selection, coord, cacheability } = address;
    let key = TileKey {
        release: ask.served.id.clone(),
        audience: Audience::Public,
        selection: Arc::clone(&selection),
        coord,
        format: TileFormat::Mvt,
        encoding: ask.encoding(),
    };
    let served = Arc::clone(&ask.served);
    let render = move || tile::render(&served.release, &Audience::Public, &selection, coord);
    let entry = state.cache.get_or_render(Key::Tile(key), render).await?;
    Ok(respond(&ask.headers, Some(&ask.served), entry, Manner::new(MEDIA_TYPE, cacheability)))
}

/// What the address means: known from before, or read now.
async fn read_address(ask: &Ask, parts: &mut Parts) -> Result<TileAddress, Problem> {
    let path_and_query = ask.uri.path_and_query().map_or("", PathAndQuery::as_str);
    if let Some(known) = ask.served.addresses.get(path_and_query) {
        return Ok(known);
    }
    let Path((layers, z, x, y)) = Path::<(String, String, String, String)>::from_request_parts(parts, &()).await?;
    let coord = read_coord(&z, &x, &y)?;
    let query = ask.query(&selection::PARAMETERS)?;
    let selection = selection::read(&ask.served.release, &layers, &query)?;
    check_zoom(&ask.served.release, &selection, coord.zoom())?;
    let address = TileAddress { selection: Arc::new(selection), coord, cacheability: query.cacheability };
    ask.served.addresses.keep(path_and_query, address.clone());
    Ok(address)
}

/// Reads `z`, `x` and `y`, which may end in `.mvt` or `.pbf`: the router can only match whole segments.
fn read_coord(z: &str, x: &str, y: &str) -> Result<TileCoord, Problem> {
    let y = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).unwrap_or(y);
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
    fn an_address_may_carry_the_suffix_of_a_file() {
        for y in ["333", "333.mvt", "333.pbf"] {
            assert_eq!(read_coord("10", "539", y).unwrap(), TileCoord::new(10, 539, 333).unwrap());
        }
    }

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
