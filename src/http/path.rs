//! The names in a request's path, decoded; a path that is no text is a problem like any other.
//!
//! In goes what the router matched; out come the names, percent-decoded. Whether they name anything
//! that exists is the handlers' business.

use axum::extract::FromRequestParts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// The names in the path: axum's extractor, which on its own would refuse in plain text.
#[derive(Debug)]
pub(super) struct Path<T>(pub(super) T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(names)| Self(names)).map_err(|refused| problem(&refused))
    }
}

fn problem(refused: &PathRejection) -> Problem {
    match refused {
        PathRejection::FailedToDeserializePathParams(error)
            if matches!(error.kind(), ErrorKind::InvalidUtf8InPathParam { .. }) =>
        {
            Problem::Path
        }
        // every handler takes texts, as many as its route has names
        other => Problem::Internal(format!("a handler does not fit its route: {}", other.body_text())),
    }
}
