//! A bare axum handler: looks an address up and returns the bytes kept for it. The measure for what Kreisel's
//! checking, negotiation, cache, validators and counting cost on a hot tile.
//!
//! `bare 127.0.0.1:PORT FOLDER`: every file `FOLDER/{z}/{x}/{y}` is a gzipped tile, served at `/tiles/any/{z}/{x}/{y}`.

use std::collections::HashMap;
use std::path::Path as FilePath;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;

type Address = (u8, u32, u32);
type Tiles = Arc<HashMap<Address, Bytes>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(listen), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare ADDRESS FOLDER".into());
    };
    let mut tiles = HashMap::new();
    for z in numbers(folder.as_ref())? {
        for x in numbers(&FilePath::new(&folder).join(z.to_string()))? {
            let column = FilePath::new(&folder).join(z.to_string()).join(x.to_string());
            for y in numbers(&column)? {
                let address = (u8::try_from(z)?, x, y);
                tiles.insert(address, Bytes::from(std::fs::read(column.join(y.to_string()))?));
            }
        }
    }
    let app = Router::new().route("/tiles/{layers}/{z}/{x}/{y}", get(tile)).with_state(Arc::new(tiles));
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

fn numbers(folder: &FilePath) -> Result<Vec<u32>, Box<dyn std::error::Error>> {
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().parse()?)).collect()
}

async fn tile(State(tiles): State<Tiles>, Path((_, z, x, y)): Path<(String, u8, u32, u32)>) -> Response {
    let Some(bytes) = tiles.get(&(z, x, y)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.mapbox-vector-tile")),
        (header::CONTENT_ENCODING, HeaderValue::from_static("gzip")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache")),
    ];
    (headers, bytes.clone()).into_response()
}
