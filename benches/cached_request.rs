//! A hot tile through the whole router, beside a bare axum handler that returns the same bytes with the
//! same content headers: what routing, checking, negotiation, cache, validators and counting cost
//! together. And the same once more over a loopback connection, as clients meet it: design.md §5 allows
//! 1.25 times the bare handler's time there.
//!
//! Data: the small invented atlas of the tests, its one tile with all areas and all years, zstd.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use axum::routing::get;
use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use http_body_util::BodyExt;
use kreisel::http::{ServerState, router};
use kreisel::report::Report;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tower::ServiceExt;

const TILE: &str = "/tiles/municipalities/8/134/84?indicators=residents,cases&years=all";

fn served() -> Router {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/small"));
    let mut report = Report::default();
    let config = kreisel::config::load(root, &mut report).expect("the small atlas can be read");
    let release = kreisel::release::build(config, report).map_err(|(error, _)| error).expect("it can be published");
    router(Arc::new(ServerState::new(release)))
}

/// A handler with nothing to decide.
fn bare(bytes: Bytes) -> Router {
    let handler = move || async move {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.mapbox-vector-tile")),
            (header::CONTENT_ENCODING, HeaderValue::from_static("zstd")),
            (header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache")),
        ];
        (headers, bytes)
    };
    Router::new().route("/tiles/{layers}/{z}/{x}/{y}", get(handler))
}

fn request() -> Request<Body> {
    let request = Request::get(TILE).header("host", "bench.test").header("accept-encoding", "gzip, deflate, br, zstd");
    request.body(Body::empty()).expect("the request is well-formed")
}

async fn ask(app: &Router) -> Bytes {
    let response = app.clone().oneshot(request()).await.expect("the router always answers");
    assert_eq!(response.headers().get("content-encoding").map(HeaderValue::as_bytes), Some(&b"zstd"[..]));
    response.into_body().collect().await.expect("the body can be read").to_bytes()
}

fn in_memory(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("the runtime starts");
    let app = served();
    let bytes = runtime.block_on(ask(&app));
    let bare = bare(bytes);
    let mut group = criterion.benchmark_group("cached_request/in_memory");
    for (name, app) in [("bare", &bare), ("kreisel", &app)] {
        group.bench_function(name, |bencher| bencher.iter(|| runtime.block_on(async { black_box(ask(app).await) })));
    }
    group.finish();
}

/// Sends one request over an open connection and reads `length` bytes of answer. The request's id is
/// given, so that all answers are equally long and the client need not look into them.
async fn round_trip(stream: &mut TcpStream, buffer: &mut [u8], length: usize) -> usize {
    let request = format!(
        "GET {TILE} HTTP/1.1\r\nhost: bench.test\r\naccept-encoding: gzip, deflate, br, zstd\r\nx-request-id: b\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("the request can be sent");
    let mut read = 0;
    while read < length {
        read += stream.read(&mut buffer[read..]).await.expect("the answer can be read");
    }
    read
}

fn over_loopback(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("the runtime starts");
    let app = served();
    let bytes = runtime.block_on(ask(&app));
    let mut group = criterion.benchmark_group("cached_request/loopback");
    for (name, app) in [("bare", bare(bytes)), ("kreisel", app)] {
        let mut stream = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
            let address = listener.local_addr().expect("the listener has an address");
            tokio::spawn(async move { axum::serve(listener, app).await });
            let stream = TcpStream::connect(address).await.expect("the server listens");
            stream.set_nodelay(true).expect("the option exists");
            stream
        });
        let mut buffer = vec![0; 1 << 16];
        // a server writes an answer this small at once, so the first read has all of it
        let length = runtime.block_on(round_trip(&mut stream, &mut buffer, 1));
        group.bench_function(name, |bencher| {
            bencher.iter(|| runtime.block_on(round_trip(&mut stream, &mut buffer, length)));
        });
    }
    group.finish();
}

criterion_group!(benches, in_memory, over_loopback);
criterion_main!(benches);
