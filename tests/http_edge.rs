//! What holds for every route: methods, CORS, ids, validators, encodings, release addresses, limits.

mod http_support;

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use http_support::{Server, fixture, load};
use kreisel::cache::{AnswerKey, Encoding, Key, Kind};
use kreisel::config::ServerConfig;
use kreisel::http::ServerState;
use kreisel::release::Audience;
use serde_json::json;

/// One address of each kind that answers 200 with a body long enough to be compressed.
const PATHS: [&str; 14] = [
    "/?f=json",
    "/atlas",
    "/layers",
    "/areas/municipalities",
    "/areas/municipalities?f=geojson&indicators=case_rate",
    "/areas/municipalities?f=gpkg&indicators=case_rate",
    "/areas/municipalities/03998001",
    "/facilities/services",
    "/indicators",
    "/indicators/case_rate",
    "/indicators/residents/values?layer=municipalities&f=csv",
    "/tiles/municipalities?indicators=residents&years=all",
    "/styles/map",
    "/styles/indicator_residents",
];

#[tokio::test]
async fn every_answer_is_sent_in_each_encoding_with_a_tag_of_its_own() {
    let server = Server::new();
    for path in PATHS {
        let plain = server.get(path).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}: {}", plain.text());
        assert_eq!(plain.header("content-encoding"), "");
        let mut tags = vec![plain.header("etag").to_owned()];
        for encoding in ["br", "zstd", "gzip"] {
            let encoded = server.ask(Method::GET, path, &[("accept-encoding", encoding)]).await;
            assert_eq!(encoded.header("content-encoding"), encoding, "{path}");
            assert_eq!(encoded.decoded(), plain.body, "{path} {encoding}");
            assert!(encoded.body.len() < plain.body.len());
            tags.push(encoded.header("etag").to_owned());
        }
        assert!(plain.header("vary").contains("accept-encoding"), "{path}: {}", plain.header("vary"));
        assert_eq!(plain.header("x-release"), server.release());
        assert_eq!(plain.header("cache-control"), "public, no-cache", "{path}");
        assert_eq!(plain.header("access-control-allow-origin"), "*");
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4, "{path}: {tags:?}");
        assert!(tags.iter().all(|tag| tag.starts_with('"') && tag.ends_with('"')), "strong: {tags:?}");
    }
}

#[tokio::test]
async fn a_client_that_holds_the_answer_gets_304_and_only_for_its_encoding() {
    let server = Server::new();
    for path in PATHS {
        let brotli = server.ask(Method::GET, path, &[("accept-encoding", "br")]).await;
        let tag = brotli.header("etag").to_owned();
        let again = server.ask(Method::GET, path, &[("accept-encoding", "br"), ("if-none-match", &tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(again.body.is_empty());
        for name in ["etag", "cache-control", "vary"] {
            assert_eq!(again.header(name), brotli.header(name), "{path}: {name}");
        }
        assert_eq!(again.header("content-type"), "");
        let weak = format!("\"other\", W/{tag}");
        let weak = server.ask(Method::GET, path, &[("accept-encoding", "br"), ("if-none-match", &weak)]).await;
        assert_eq!(weak.status, StatusCode::NOT_MODIFIED);
        let star = server.ask(Method::GET, path, &[("if-none-match", "*")]).await;
        assert_eq!(star.status, StatusCode::NOT_MODIFIED);
        let other = server.ask(Method::GET, path, &[("accept-encoding", "gzip"), ("if-none-match", &tag)]).await;
        assert_eq!(other.status, StatusCode::OK, "{path}: br's tag is not gzip's");
    }
}

#[tokio::test]
async fn head_says_the_same_as_get_without_the_body() {
    let server = Server::new();
    for path in PATHS.iter().chain(&["/no/such/path", "/areas/nothing", "/health"]) {
        let get = server.get(path).await;
        let head = server.ask(Method::HEAD, path, &[]).await;
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty());
        for name in ["content-type", "etag", "cache-control", "vary", "x-release"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn an_address_that_names_the_release_is_immutable() {
    let server = Server::new();
    let release = server.release();
    for path in PATHS {
        let joiner = if path.contains('?') { '&' } else { '?' };
        let answer = server.get(&format!("{path}{joiner}release={release}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{path}");
    }
}

#[tokio::test]
async fn an_address_of_another_release_is_gone_and_says_where_to_go() {
    let server = Server::new();
    let problem = server.problem("/areas/municipalities?release=0123456789ab", 410).await;
    assert_eq!(problem["type"], "urn:kreisel:problem:release-gone");
    assert_eq!(problem["release"], server.release());
    assert_eq!(problem["url"], "/areas/municipalities");
    let path = "/tiles/municipalities?years=all&release=0123456789ab&indicators=residents";
    assert_eq!(server.problem(path, 410).await["url"], "/tiles/municipalities?years=all&indicators=residents");
}

#[tokio::test]
async fn a_replaced_release_answers_at_once_and_the_old_addresses_are_gone() {
    // and nothing is kept for maps that are open
    let limits = ServerConfig { keep_previous_s: 0, ..ServerConfig::default() };
    let state = Arc::new(ServerState::starting(limits));
    state.replace(load(fixture()));
    let server = Server::of(state);
    let before = server.release();
    let copy = tempfile::tempdir().unwrap();
    http_support::copy_folder(fixture(), copy.path());
    let services = copy.path().join("data/services.csv");
    let text = std::fs::read_to_string(&services).unwrap();
    std::fs::write(&services, text.replace("Klinik West", "Klinik Nord")).unwrap();
    assert!(server.get("/facilities/services").await.text().contains("Klinik West"));
    server.state.replace(load(copy.path()));
    assert_ne!(server.release(), before);
    let after = server.get("/facilities/services").await;
    assert!(after.text().contains("Klinik Nord") && !after.text().contains("Klinik West"));
    assert_eq!(server.get(&format!("/facilities/services?release={before}")).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn an_unknown_path_names_what_exists() {
    let server = Server::new();
    for path in
        ["/nothing", "/tiles/a/b", "/collections", "/fonts/x/0-255.pbf", "/..%2f..%2fetc/passwd", "/areas/a/b/c"]
    {
        let problem = server.problem(path, 404).await;
        assert_eq!(problem["instance"], path);
        let allowed = problem["allowed"].as_array().unwrap();
        assert!(
            allowed.contains(&json!("/tiles/{layers}/{z}/{x}/{y}")) && allowed.contains(&json!("/layers")),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn a_path_that_is_no_text_is_a_problem_like_any_other() {
    let server = Server::new();
    for path in [
        "/areas/%FF",
        "/areas/municipalities/%FF",
        "/facilities/%FF",
        "/indicators/%FF",
        "/indicators/%FF/values",
        "/tiles/%FF",
        "/tiles/%FF/1/1/1",
        "/styles/%FF",
        "/sprites/%FF",
    ] {
        let problem = server.problem(path, 400).await;
        assert_eq!(problem["type"], "urn:kreisel:problem:unreadable-path", "{path}");
        assert!(problem["detail"].as_str().unwrap().contains("not UTF-8"), "{problem}");
        assert_eq!(problem["instance"], path);
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_those_that_are_allowed() {
    let server = Server::new();
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        for path in ["/layers", "/health", "/tiles/municipalities/8/134/84"] {
            let answer = server.ask(method.clone(), path, &[]).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
            assert!(answer.problem()["detail"].as_str().unwrap().contains(method.as_str()));
        }
    }
}

#[tokio::test]
async fn any_origin_may_read_and_ask_before() {
    let server = Server::new();
    let preflight = [
        ("origin", "https://zeitung.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "if-none-match"),
    ];
    let answer = server.ask(Method::OPTIONS, "/tiles/municipalities/8/134/84", &preflight).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-allow-methods").contains("GET"));
    assert_eq!(answer.header("access-control-allow-headers"), "*");
    let read = server.ask(Method::GET, "/layers", &[("origin", "https://zeitung.example")]).await;
    assert_eq!(read.header("access-control-allow-origin"), "*");
    assert_eq!(read.header("access-control-expose-headers"), "*");
    assert!(!read.header("vary").contains("origin"), "answers do not depend on the origin");
    assert_eq!(server.get("/nothing").await.header("access-control-allow-origin"), "*", "problems too");
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_a_harmless_one_is_kept() {
    let server = Server::new();
    let first = server.get("/health").await.header("x-request-id").to_owned();
    let second = server.get("/nothing").await.header("x-request-id").to_owned();
    assert!(!first.is_empty() && first != second);
    let restarted = Server::new().get("/health").await.header("x-request-id").to_owned();
    assert!(restarted != first && restarted != second, "the first id of another start is another");
    let kept = server.ask(Method::GET, "/health", &[("x-request-id", "proxy-17.a_b")]).await;
    assert_eq!(kept.header("x-request-id"), "proxy-17.a_b");
    for harmful in ["a b", "<script>", &"x".repeat(65)] {
        let answer = server.ask(Method::GET, "/health", &[("x-request-id", harmful)]).await;
        assert_ne!(answer.header("x-request-id"), harmful);
    }
}

#[tokio::test]
async fn addresses_follow_the_host_and_a_forged_host_is_refused() {
    let server = Server::new();
    let tilejson = async |headers: &[(&str, &str)]| server.ask(Method::GET, "/tiles/districts", headers).await;
    let tiles = tilejson(&[("host", "karten.example:8443"), ("x-forwarded-proto", "https")]).await.json();
    assert!(tiles["tiles"][0].as_str().unwrap().starts_with("https://karten.example:8443/tiles/districts/"), "{tiles}");
    let other = tilejson(&[("host", "b.example")]).await.json();
    assert!(other["tiles"][0].as_str().unwrap().starts_with("http://b.example/"), "no answer for another host");
    let forged = tilejson(&[("host", "a.example/x?\"")]).await;
    assert_eq!(forged.status, StatusCode::BAD_REQUEST);
    assert_eq!(forged.problem()["type"], "urn:kreisel:problem:unusable-host");
}

#[tokio::test]
async fn the_same_question_is_rendered_once_however_it_is_spelled() {
    let server = Server::new();
    let release = server.release();
    for spellings in [
        ["/layers".to_owned(), "/layers?".to_owned(), format!("/layers?release={release}")],
        [
            "/tiles/districts,municipalities?indicators=residents,case_rate&years=2015..2099".to_owned(),
            "/tiles/municipalities,districts?years=all&indicators=case_rate,residents".to_owned(),
            "/tiles/municipalities%2Cdistricts?indicators=case%5Frate,residents&years=all".to_owned(),
        ],
        [
            "/indicators/residents/values?layer=municipalities".to_owned(),
            "/indicators/residents/values?years=all&layer=municipalities&f=json".to_owned(),
            "/indicators/%72esidents/values?layer=%6Dunicipalities".to_owned(),
        ],
        ["/areas/municipalities", "/areas/%6dunicipalities", "/areas/%6Dunicipalities?"].map(str::to_owned),
        ["/styles/map", "/styles/map.json", "/styles/%6Dap"].map(str::to_owned),
    ] {
        let before = server.state.cache.counts(Kind::Answer).renders;
        let first = server.get(&spellings[0]).await;
        for spelling in &spellings {
            let answer = server.get(spelling).await;
            assert_eq!(answer.status, StatusCode::OK, "{spelling}: {}", answer.text());
            assert_eq!(answer.body, first.body, "{spelling}");
        }
        assert_eq!(server.state.cache.counts(Kind::Answer).renders, before + 1, "{spellings:?}");
    }
}

#[tokio::test]
async fn questions_that_differ_share_no_answer() {
    let server = Server::new();
    let paths = [
        "/layers",
        "/areas",
        "/facilities",
        "/indicators",
        "/indicators/residents",
        "/indicators/residents/values?layer=municipalities",
        "/indicators/residents/values?layer=municipalities&f=csv",
        "/indicators/residents/values?layer=municipalities&years=2020",
        "/indicators/residents/values?layer=districts",
        "/tiles",
        "/tiles/municipalities",
        "/tiles/municipalities?indicators=residents",
        "/tiles/municipalities?indicators=residents&years=all",
        "/tiles/municipalities?indicators=residents&years=2020",
        "/styles",
        "/styles/map",
        "/styles/indicator_residents?layer=municipalities",
        "/styles/indicator_residents?layer=municipalities&year=2020",
        "/styles/indicator_residents?layer=districts",
        "/sprites",
        "/sprites/atlas.json",
        "/sprites/atlas@2x.json",
    ];
    let mut bodies = std::collections::HashMap::new();
    for path in paths {
        let answer = server.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert_eq!(bodies.insert(answer.body, path), None, "{path}");
    }
}

#[tokio::test]
async fn parameters_are_strict() {
    let server = Server::new();
    let problem = server.problem("/tiles/municipalities?indicator=residents", 400).await;
    assert_eq!(problem["allowed"], json!(["indicators", "years", "f", "release"]));
    assert_eq!(problem["nearest"][0], "indicators");
    for wrong in
        ["/layers?release=", "/layers?release=a&release=a", "/tiles/municipalities?indicators=%ff", "/layers?x"]
    {
        server.problem(wrong, 400).await;
    }
    server.problem(&format!("/layers?release={}", "x".repeat(5000)), 400).await;
}

#[tokio::test]
async fn more_requests_than_the_limit_are_turned_away_but_the_server_can_be_watched() {
    let mut release = load(fixture());
    release.atlas.server = ServerConfig { request_concurrency: 1, ..ServerConfig::default() };
    let state = Arc::new(ServerState::new(release));
    let server = Server::of(Arc::clone(&state));
    let _taken = state.requests.acquire().await.unwrap();
    let answer = server.get("/layers").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(answer.problem()["type"], "urn:kreisel:problem:busy");
    assert_eq!(server.get("/health").await.status, StatusCode::OK);
    assert_eq!(server.get("/metrics").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let mut release = load(fixture());
    release.atlas.server = ServerConfig { request_timeout_s: 0, render_concurrency: 1, ..ServerConfig::default() };
    let server = Server::of(Arc::new(ServerState::new(release)));
    // the only place for work is taken until the answer has been given up
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (started, has_started) = tokio::sync::oneshot::channel();
    let cache = server.state.cache.clone();
    let slow = tokio::spawn(async move {
        let key = Key::Answer(AnswerKey {
            release: "slow".into(),
            audience: Audience::Public,
            base_url: String::new(),
            path_and_query: String::new(),
            encoding: Encoding::Identity,
        });
        let render = move || {
            started.send(()).expect("the test waits for it");
            wait.recv().expect("the test says when");
            Vec::new()
        };
        cache.get_or_render(key, render).await
    });
    has_started.await.expect("the slow work begins");
    let answer = server.get("/layers").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.problem()["type"], "urn:kreisel:problem:timeout");
    go.send(()).expect("the slow work waits for it");
    assert!(slow.await.expect("it does not panic").is_ok());
}
