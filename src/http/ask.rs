//! One request, as a handler sees it: the release it belongs to, its address, what the client takes.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};

use super::base_url::base_url;
use super::negotiate;
use super::problem::Problem;
use super::query::Query;
use super::state::{Served, ServerState};
use crate::cache::{Effort, Encoding};

/// A request.
#[derive(Debug)]
pub struct Ask {
    /// The release that was served when the request came, or the one before it where the address names that one; it
    /// is kept until the answer is made.
    pub served: Arc<Served>,
    /// Path and query.
    pub uri: Uri,
    /// The request's headers.
    pub headers: HeaderMap,
}

impl Ask {
    /// The parameters; `release` is known everywhere.
    ///
    /// # Errors
    /// If one is unknown, repeated or empty, or if the release is not the one that is served.
    pub fn query(&self, known: &[&str]) -> Result<Query, Problem> {
        Query::read(&self.uri, &self.served, known)
    }

    /// The encoding to answer in.
    #[must_use]
    pub fn encoding(&self, effort: Effort) -> Encoding {
        negotiate::encoding(&self.headers, effort)
    }

    /// The address of this server as the client sees it, without trailing slash.
    ///
    /// # Errors
    /// If neither the configuration nor the request says it.
    pub fn base_url(&self) -> Result<String, Problem> {
        base_url(self.served.release.atlas.server.public_url.as_deref(), &self.headers, &self.uri)
    }
}

impl FromRequestParts<Arc<ServerState>> for Ask {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<ServerState>) -> Result<Self, Problem> {
        let served = state.asked_for(parts.uri.query()).ok_or(Problem::NotReady)?;
        // taken, not copied: no extractor after this one reads headers
        Ok(Self { served, uri: parts.uri.clone(), headers: std::mem::take(&mut parts.headers) })
    }
}
