//! Final bytes → a response, the same way for all answers: type, encoding, validators, release.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::ask::Ask;
use super::problem::Problem;
use super::query::Query;
use super::state::{Served, ServerState};
use super::validators::{Cacheability, is_current};
use crate::cache::{AnswerKey, CacheError, Effort, Encoding, Entry, Key};
use crate::release::Audience;

/// Names the release an answer belongs to.
pub(super) const X_RELEASE: HeaderName = HeaderName::from_static("x-release");

/// Media type of JSON answers.
pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Whether an answer holds absolute addresses, and so depends on the host it was asked from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// It does.
    Absolute,
    /// It does not.
    None,
}

/// What is said about an answer besides its bytes.
#[derive(Clone, Debug)]
pub struct Manner {
    /// Media type.
    pub media_type: HeaderValue,
    /// How long it may be kept.
    pub cacheability: Cacheability,
    /// Request headers that the answer depends on.
    pub vary: HeaderValue,
    /// File name, for answers that are saved.
    pub download: Option<HeaderValue>,
}

impl Manner {
    /// An answer that depends on `Accept-Encoding` only and is not saved.
    #[must_use]
    pub fn new(media_type: HeaderValue, cacheability: Cacheability) -> Self {
        Self { media_type, cacheability, vary: HeaderValue::from_static("accept-encoding"), download: None }
    }
}

/// The response to a request whose final bytes are known: 200 with them, 204 if they are none, 304 if
/// the client has them. `asked` are the request's headers.
#[must_use]
pub(super) fn respond(asked: &HeaderMap, served: Option<&Served>, entry: Entry, manner: Manner) -> Response {
    let held = is_current(asked, &entry.etag);
    let empty = entry.bytes.is_empty();
    let mut response =
        if held || empty { Response::new(Body::empty()) } else { Response::new(Body::from(entry.bytes)) };
    let headers = response.headers_mut();
    headers.reserve(8);
    if let Ok(etag) = HeaderValue::from_maybe_shared(entry.etag) {
        headers.insert(header::ETAG, etag);
    }
    headers.insert(header::CACHE_CONTROL, manner.cacheability.cache_control());
    headers.insert(header::VARY, manner.vary);
    if let Some(served) = served {
        headers.insert(X_RELEASE, served.header.clone());
    }
    if held {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else if empty {
        *response.status_mut() = StatusCode::NO_CONTENT;
    } else {
        headers.insert(header::CONTENT_TYPE, manner.media_type);
        if entry.encoding != Encoding::Identity {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(entry.encoding.token()));
        }
        if let Some(download) = manner.download {
            headers.insert(header::CONTENT_DISPOSITION, download);
        }
    }
    response
}

impl ServerState {
    /// Answers with bytes that depend on the release, what is asked for and perhaps the host, made
    /// by `render` on the blocking pool unless they are known already. `render` gets the base of all
    /// addresses, empty if there are none in the answer.
    ///
    /// `normal` is the path and query in one form, written from what the handler has read: however a client
    /// spells, orders or encodes the same question, it is one entry of the cache. Everything `render`
    /// depends on has to be in it, except the release.
    ///
    /// # Errors
    /// If the host is needed and unusable, or if the bytes cannot be made.
    pub async fn answer<F>(
        &self,
        ask: &Ask,
        normal: impl Into<String>,
        addresses: Addresses,
        manner: Manner,
        render: F,
    ) -> Result<Response, Problem>
    where
        F: FnOnce(&Served, &str) -> Vec<u8> + Send + 'static,
    {
        self.try_answer(ask, normal, addresses, manner, |served, base| Ok(render(served, base))).await
    }

    /// As [`Self::answer`], for bytes that may not be made. A failure is not kept.
    ///
    /// # Errors
    /// As [`Self::answer`].
    pub async fn try_answer<F>(
        &self,
        ask: &Ask,
        normal: impl Into<String>,
        addresses: Addresses,
        manner: Manner,
        render: F,
    ) -> Result<Response, Problem>
    where
        F: FnOnce(&Served, &str) -> Result<Vec<u8>, CacheError> + Send + 'static,
    {
        let base_url = match addresses {
            Addresses::Absolute => ask.base_url()?,
            Addresses::None => String::new(),
        };
        let key = Key::Answer(AnswerKey {
            release: ask.served.id.clone(),
            audience: Audience::Public,
            base_url: base_url.clone(),
            path_and_query: normal.into(),
            encoding: ask.encoding(Effort::Usual),
        });
        let served = ask.served.clone();
        let entry = self.cache.get_or_try_render(key, move || render(&served, &base_url)).await?;
        Ok(respond(&ask.headers, Some(&ask.served), entry, manner))
    }

    /// Answers with JSON; see [`Self::answer`].
    ///
    /// # Errors
    /// As [`Self::answer`].
    pub async fn answer_json<F>(
        &self,
        ask: &Ask,
        query: &Query,
        normal: impl Into<String>,
        addresses: Addresses,
        render: F,
    ) -> Result<Response, Problem>
    where
        F: FnOnce(&Served, &str) -> Vec<u8> + Send + 'static,
    {
        self.answer(ask, normal, addresses, Manner::new(JSON, query.cacheability), render).await
    }
}

/// A description as JSON bytes.
///
/// # Panics
/// Never: the types in this module have text keys and finite numbers, and write to memory.
#[must_use]
pub(super) fn to_json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("invariant: own types with text keys serialise into memory")
}
