//! `/health` and `/metrics`: what the operator sees.

mod http_support;

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use http_support::{Server, fixture, load};
use kreisel::config::ServerConfig;
use kreisel::http::ServerState;
use kreisel::report::{Case, Finding, Report};

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
    assert!(health["failed_reload"].is_null());
}

#[tokio::test]
async fn a_failed_reload_is_counted_and_quotes_nothing_and_the_old_release_stays() {
    let server = Server::new();
    let release = server.release();
    let mut report = Report::default();
    report.add(Finding::error("value-not-read", "613 is kept secret").at(Case::line(3).saying("613")));
    report.add(Finding::warning("odd", "odd"));
    server.state.reload_failed(&report);
    let answer = server.get("/health").await;
    assert!(!answer.text().contains("613"), "{}", answer.text());
    let health = answer.json();
    assert_eq!((&health["status"], &health["release"]), (&"ok".into(), &release.into()));
    let failed = &health["failed_reload"];
    assert_eq!(failed["findings"], serde_json::json!({"errors": 1, "warnings": 1, "notices": 0}));
    assert!(failed["at"].as_str().unwrap().ends_with('Z'));
    assert!(failed["summary"].as_str().unwrap().contains("1 error:"), "{failed}");
    let metrics = server.get("/metrics").await.text();
    assert!(metrics.contains("kreisel_reloads_total{result=\"failed\"} 1\n"), "{metrics}");
    assert!(metrics.contains("kreisel_reload_failed 1\n"), "{metrics}");

    server.state.replace(load(fixture()));
    assert!(server.json("/health").await["failed_reload"].is_null());
    assert!(server.get("/metrics").await.text().contains("kreisel_reload_failed 0\n"));
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
