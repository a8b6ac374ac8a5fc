//! `/` and the files of the page, from inside the binary; without them, a page that says how to get them.
//!
//! `web/dist` is built by `make build` and embedded by the compiler; a binary built without it works in
//! every other way. In debug builds the files are read from the folder, so that the page can be
//! worked on without compiling.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::Response;
use bytes::Bytes;
use rust_embed::RustEmbed;

use super::answer::{Addresses, JSON, Manner, respond};
use super::ask::Ask;
use super::negotiate::{PageFormat, encoding, page_format};
use super::problem::Problem;
use super::state::ServerState;
use super::validators::Cacheability;
use super::{ROUTES, atlas};
use crate::cache::{AnswerKey, Effort, Key};
use crate::release::Audience;

/// The page's files.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Files;

/// Files below this folder have a hash of their content in the name.
const HASHED: &str = "assets/";

/// Stands in the place of the release in the cache keys of the page's files: they belong to the binary.
const NO_RELEASE: &str = "page";

/// Shown where the binary has no page inside.
const PLACEHOLDER: &str = include_str!("placeholder.html");

/// What the page may do: load from this server only. MapLibre makes its worker and some pictures from
/// memory (`blob:`), and pictures from `data:`; it needs no style in the document.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; \
                      object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors *";

/// `/`: the page for people, a list of links for programs.
pub(super) async fn index(State(state): State<Arc<ServerState>>, ask: Ask) -> Result<Response, Problem> {
    let query = ask.query(&["f"])?;
    let format = match query.get("f") {
        Some("json") => PageFormat::Json,
        Some("html") => PageFormat::Html,
        Some(other) => return Err(Problem::unknown_value("f", "format", other, ["html", "json"])),
        None => page_format(&ask.headers),
    };
    let vary = HeaderValue::from_static("accept, accept-encoding");
    if format == PageFormat::Json {
        let mut manner = Manner::new(JSON, query.cacheability);
        manner.vary = vary;
        // the same bytes, so the same entry
        return state.answer(&ask, "/atlas", Addresses::Absolute, manner, atlas::render).await;
    }
    let html = file("index.html").unwrap_or(Bytes::from_static(PLACEHOLDER.as_bytes()));
    let mut response = answer(&state, &ask.headers, "index.html", html, Cacheability::Revalidate).await?;
    response.headers_mut().insert(header::VARY, vary);
    Ok(response)
}

/// Any other path: a file of the page, or nothing.
pub(super) async fn file_or_unknown(
    State(state): State<Arc<ServerState>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = uri.path().trim_start_matches('/');
    let Some(bytes) = file(path) else {
        return Err(Problem::UnknownPath { known: ROUTES.iter().map(ToString::to_string).collect() });
    };
    let cacheability = if path.starts_with(HASHED) { Cacheability::Immutable } else { Cacheability::Revalidate };
    answer(&state, &headers, path, bytes, cacheability).await
}

fn file(path: &str) -> Option<Bytes> {
    Files::get(path).map(|file| match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    })
}

async fn answer(
    state: &ServerState,
    headers: &HeaderMap,
    path: &str,
    bytes: Bytes,
    cacheability: Cacheability,
) -> Result<Response, Problem> {
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let charset = if media_type.type_() == mime_guess::mime::TEXT { "; charset=utf-8" } else { "" };
    let media_type = HeaderValue::from_str(&format!("{}{charset}", media_type.essence_str()))
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let key = Key::Answer(AnswerKey {
        release: NO_RELEASE.into(),
        audience: Audience::Public,
        base_url: String::new(),
        // debug builds read the folder anew: the length tells most changes apart
        path_and_query: format!("{path}#{}", bytes.len()),
        encoding: encoding(headers, Effort::Usual),
    });
    let entry = state.cache.get_or_render(key, move || bytes.to_vec()).await?;
    let mut response = respond(headers, None, entry, Manner::new(media_type, cacheability));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static("camera=(), microphone=(), geolocation=(self)"));
    Ok(response)
}

/// Not among the header names that the `http` crate knows.
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
