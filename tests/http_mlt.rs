//! `/tiles…` as MapLibre Tile: who gets it, what caches are told, and what TileJSON says.

mod http_support;

use axum::http::{Method, StatusCode};
use http_support::{Server, path_of};
use kreisel::cache::{CacheError, Encoding, Key, TileFormat, TileKey};
use kreisel::geo::TileCoord;
use kreisel::release::Audience;
use kreisel::tile::{Selection, Years};
use mlt_core::Parser;
use serde_json::json;

const MVT: &str = "application/vnd.mapbox-vector-tile";
const MLT: &str = "application/vnd.maplibre-tile";

/// The tile of the small atlas; see `tests/http_tiles.rs`.
const TILE: &str = "/tiles/municipalities,districts/8/134/84";

/// Names of the layers in a MapLibre Tile.
fn layers(bytes: &[u8]) -> Vec<String> {
    let layers = Parser::default().parse_layers(bytes).expect("the body is a MapLibre Tile");
    layers.iter().map(|layer| layer.as_layer01().expect("a layer of tag 1").name().to_owned()).collect()
}

#[tokio::test]
async fn the_address_says_the_format_whatever_the_client_accepts() {
    let server = Server::new();
    for (address, media_type) in [
        (format!("{TILE}?f=mlt"), MLT),
        (format!("{TILE}.mlt"), MLT),
        (format!("{TILE}.mlt?f=mlt"), MLT),
        (format!("{TILE}?f=mvt"), MVT),
        (format!("{TILE}.mvt"), MVT),
        (format!("{TILE}.pbf"), MVT),
    ] {
        for accept in ["*/*", MLT, MVT] {
            let answer = server.ask(Method::GET, &address, &[("accept", accept)]).await;
            assert_eq!(answer.header("content-type"), media_type, "{address}, {accept}");
            assert_eq!(answer.header("vary"), "accept-encoding", "{address} does not depend on Accept");
        }
    }
}

#[tokio::test]
async fn where_the_address_says_nothing_accept_decides_and_caches_are_told() {
    let server = Server::new();
    for (accept, media_type) in [(MLT, MLT), ("*/*", MVT), (MVT, MVT), ("image/png", MVT)] {
        let answer = server.ask(Method::GET, TILE, &[("accept", accept)]).await;
        assert_eq!(answer.header("content-type"), media_type, "{accept}");
        assert_eq!(answer.header("vary"), "accept, accept-encoding", "{accept}");
        let tag = answer.header("etag");
        let again = server.ask(Method::GET, TILE, &[("accept", accept), ("if-none-match", tag)]).await;
        assert_eq!((again.status, again.header("vary")), (StatusCode::NOT_MODIFIED, "accept, accept-encoding"));
    }
    assert_eq!(server.get(TILE).await.header("content-type"), MVT, "without the header");
}

#[tokio::test]
async fn each_format_and_encoding_has_a_tag_of_its_own() {
    let server = Server::new();
    let mut tags = Vec::new();
    for format in ["mvt", "mlt"] {
        let path = format!("{TILE}?f={format}&indicators=residents&years=all");
        let plain = server.get(&path).await;
        for encoding in ["identity", "gzip", "br", "zstd"] {
            let answer = server.ask(Method::GET, &path, &[("accept-encoding", encoding)]).await;
            assert_eq!(answer.decoded(), plain.body, "{path}, {encoding}");
            tags.push(answer.header("etag").to_owned());
        }
    }
    let other = server.ask(Method::GET, TILE, &[("accept", MLT), ("if-none-match", &tags[0])]).await;
    assert_eq!(other.status, StatusCode::OK, "the tag of another format is no match");
    let count = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), count);
}

#[tokio::test]
async fn however_it_is_asked_for_it_is_one_tile_with_the_layers_of_the_vector_tile() {
    let server = Server::new();
    let first = server.get(&format!("{TILE}?f=mlt")).await;
    assert_eq!(
        layers(&first.body),
        ["municipalities", "municipalities_label", "districts", "districts_label"],
        "in display order"
    );
    let by_suffix = server.get(&format!("{TILE}.mlt")).await;
    let by_accept = server.ask(Method::GET, TILE, &[("accept", MLT)]).await;
    assert_eq!((&by_suffix.body, &by_accept.body), (&first.body, &first.body));
    assert_eq!(server.state.cache.counts(kreisel::cache::Kind::Tile).renders, 1);
}

#[tokio::test]
async fn an_empty_tile_is_204_in_either_format() {
    let server = Server::new();
    let empty = server.get("/tiles/municipalities/8/0/0.mlt").await;
    assert_eq!((empty.status, empty.body.len()), (StatusCode::NO_CONTENT, 0));
}

#[tokio::test]
async fn a_format_that_does_not_exist_or_contradicts_the_suffix_is_refused() {
    let server = Server::new();
    let problem = server.problem(&format!("{TILE}?f=mtl"), 400).await;
    assert_eq!(problem["allowed"], json!(["mvt", "mlt"]));
    server.problem("/tiles/municipalities?f=png", 400).await;
    let problem = server.problem(&format!("{TILE}.pbf?f=mlt"), 400).await;
    assert!(problem["detail"].as_str().unwrap().contains("the address ends in \".mvt\""), "{problem}");
}

#[tokio::test]
async fn tilejson_passes_the_format_on_and_says_how_to_decode() {
    let server = Server::new();
    for (query, encoding, media_type) in [
        ("?f=mlt", json!("mlt"), MLT),
        ("?f=mlt&indicators=residents", json!("mlt"), MLT),
        ("?f=mvt", json!(null), MVT),
    ] {
        let tilejson = server.json(&format!("/tiles/municipalities{query}")).await;
        assert_eq!(tilejson["encoding"], encoding, "{query}");
        let template = path_of(tilejson["tiles"][0].as_str().unwrap());
        for parameter in query.trim_start_matches('?').split('&') {
            assert!(template.contains(parameter), "{template} has {parameter}");
        }
        let answer = server.get(&template.replace("{z}/{x}/{y}", "8/134/84")).await;
        assert_eq!(answer.header("content-type"), media_type, "{query}");
    }
    let plain = server.json("/tiles/municipalities").await;
    assert_eq!(plain.get("encoding"), None);
    assert!(!plain["tiles"][0].as_str().unwrap().contains("f="), "{plain}");
}

#[tokio::test]
async fn a_conversion_that_fails_is_told_and_not_kept() {
    let server = Server::new();
    let key = || {
        Key::Tile(TileKey {
            release: "r1".into(),
            audience: Audience::Public,
            selection: Selection { layers: Vec::new(), indicators: Vec::new(), years: Years::Newest }.into(),
            coord: TileCoord::new(0, 0, 0).expect("the tile exists"),
            format: TileFormat::Mlt,
            encoding: Encoding::Gzip,
        })
    };
    let failed = CacheError::Failed("the encoder refused".to_owned());
    let refused = failed.clone();
    assert_eq!(server.state.cache.get_or_try_render(key(), || Err(refused)).await, Err(failed));
    let entry = server.state.cache.get_or_try_render(key(), || Ok(b"tile".to_vec())).await;
    assert_eq!(entry.expect("the next one is asked anew").bytes, "tile");
}
