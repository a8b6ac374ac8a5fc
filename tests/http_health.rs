//! `/health` and `/metrics`: what the operator sees.

mod http_support;

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use http_support::{Server, fixture, load};
use kreisel::config::ServerConfig;
use kreisel::http::ServerState;

#[tokio::test]
async fn a_server_without_release_is_not_ready_and_becomes_ready_with_one() {
    let state = Arc::new(ServerState::starting(ServerConfig::default()));
    let server = Server::of(Arc::clone(&state));
    let before = server.get("/health").await;
    assert_eq!((before.status, &before.json()["status"]), (StatusCode::SERVICE_UNAVAILABLE, &"loading".into()));
    let early = server.get("/layers").await;
    assert_eq!(early.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!early.header("retry-after").is_empty());
    assert_eq!(early.problem()["type"], "urn:kreisel:problem:not-ready");

    state.replace(load(fixture()));
    let health = server.json("/health").await;
    assert_eq!(health["status"], "ok");
    assert_eq!(health["release"], server.release());
    assert!(health["built_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(health["findings"]["errors"], 0);
    assert!(health["last_reload_error"].is_null());
}

#[tokio::test]
async fn a_failed_reload_is_said_and_the_old_release_stays() {
    let server = Server::new();
    let release = server.release();
    server.state.reload_failed("layers/x.toml: no such file");
    let health = server.json("/health").await;
    assert_eq!((&health["status"], &health["release"]), (&"ok".into(), &release.into()));
    assert_eq!(health["last_reload_error"], "layers/x.toml: no such file");
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_tiles_by_render() {
    let server = Server::new();
    for _ in 0..3 {
        server.get("/tiles/municipalities/8/134/84").await;
    }
    server.get("/tiles/nothing/8/134/84").await;
    server.get("/no/such/path").await;
    server.ask(Method::GET, "/layers", &[]).await;
    let answer = server.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let text = answer.text();
    let line = |wanted: &str| {
        text.lines().find(|line| line.starts_with(wanted)).unwrap_or_else(|| panic!("{wanted} is missing in {text}"))
    };
    let route = "/tiles/{layers}/{z}/{x}/{y}";
    assert!(line(&format!("kreisel_requests_total{{route=\"{route}\",status=\"200\"}}")).ends_with(" 3"));
    assert!(line(&format!("kreisel_requests_total{{route=\"{route}\",status=\"404\"}}")).ends_with(" 1"));
    assert!(line("kreisel_requests_total{route=\"none\",status=\"404\"}").ends_with(" 1"));
    assert!(line(&format!("kreisel_request_duration_seconds_count{{route=\"{route}\"}}")).ends_with(" 4"));
    assert!(line("kreisel_tile_renders_total").ends_with(" 1"));
    assert!(line("kreisel_cache_hits_total{kind=\"tile\"}").ends_with(" 2"));
    assert!(line(&format!("kreisel_release_info{{release=\"{}\"}}", server.release())).ends_with(" 1"));
    let bytes: f64 = line("kreisel_cache_size_bytes ").rsplit(' ').next().unwrap().parse().unwrap();
    assert!(bytes > 0.0);
    assert!(text.ends_with("# EOF\n"));
}
