//! The small invented atlas behind a router in memory, and what tests read of an answer.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use kreisel::http::{ServerState, router};
use kreisel::release::Release;
use kreisel::report::Report;
use serde_json::Value;
use tower::ServiceExt;

pub(crate) const HOST: &str = "atlas.test";

pub(crate) fn fixture() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/small"))
}

/// Loads an atlas folder as the program does.
pub(crate) fn load(root: &Path) -> Release {
    let mut report = Report::default();
    let config = kreisel::config::load(root, &mut report);
    let Some(config) = config else { panic!("the atlas cannot be read: {report:#?}") };
    match kreisel::release::build(config, report) {
        Ok(release) => release,
        Err((error, report)) => panic!("{error}: {report:#?}"),
    }
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder can be listed") {
        let path = entry.expect("the folder can be listed").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}

/// A server of the small atlas.
pub(crate) struct Server {
    pub(crate) state: Arc<ServerState>,
    pub(crate) app: Router,
}

/// An answer, read to the end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::of(Arc::new(ServerState::new(load(fixture()))))
    }

    pub(crate) fn of(state: Arc<ServerState>) -> Self {
        Self { app: router(Arc::clone(&state)), state }
    }

    pub(crate) fn release(&self) -> String {
        self.state.current().expect("a release is served").id.to_string()
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", HOST);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("the test writes a request that can be sent");
        let response = self.app.clone().oneshot(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body can be read").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    /// The JSON of an answer that must be 200.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.json()
    }

    /// The problem of an answer that must have this status.
    pub(crate) async fn problem(&self, path: &str, status: u16) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text());
        answer.problem()
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("headers are ASCII"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        assert!(self.header("content-type").ends_with("json"), "{}", self.header("content-type"));
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// The body as problem details that agree with the status.
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        assert_eq!(self.header("cache-control"), "no-store");
        let problem: Value = serde_json::from_slice(&self.body).expect("the body is JSON");
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(problem["type"].as_str().is_some_and(|name| name.starts_with("urn:kreisel:problem:")), "{problem}");
        for member in ["title", "detail", "instance"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {problem}");
        }
        problem
    }

    /// The body without its content encoding.
    pub(crate) fn decoded(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self.header("content-encoding") {
            "" => out.clone_from(&self.body),
            "gzip" => drop(flate2::read::GzDecoder::new(&self.body[..]).read_to_end(&mut out).expect("is gzip")),
            "zstd" => out = zstd::decode_all(&self.body[..]).expect("is zstd"),
            "br" => drop(brotli::Decompressor::new(&self.body[..], 4096).read_to_end(&mut out).expect("is brotli")),
            other => panic!("unknown encoding {other}"),
        }
        out
    }
}

/// The address's path and query, for asking the router in memory.
pub(crate) fn path_of(url: &str) -> String {
    let base = format!("http://{HOST}");
    url.strip_prefix(&base).unwrap_or_else(|| panic!("{url} is not an address of {base}")).to_owned()
}
