//! What every request passes on its way in and out: id, counting, log, limits.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::cors::{Any as AnyOrigin, CorsLayer};

use super::answer::X_RELEASE;
use super::problem::Problem;
use super::state::ServerState;
use super::{NO_ROUTE, ROUTES};

/// Carries the request's id, in and out.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from a client.
const MOST_ID_BYTES: usize = 64;

/// Seconds for which a browser may remember the answer to a preflight: a day.
const PREFLIGHT_AGE: Duration = Duration::from_hours(24);

/// Outermost: gives the request an id, completes problems with path and log entry, counts, logs.
pub(super) async fn observe(State(state): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request, &state);
    let route = route(&request);
    let method = request.method().clone();
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        if let Problem::Internal(reason) = &problem {
            tracing::error!(request_id = ?id, %method, %uri, reason, "a request failed by a fault of the server");
        }
        complete(&mut response, &problem, &method, uri.path_and_query().map_or("", |path| path.as_str()));
    }
    let duration = started.elapsed();
    state.metrics.count(route, response.status().as_u16(), duration);
    tracing::debug!(
        request_id = ?id, %method, %uri, status = response.status().as_u16(), duration_us = duration.as_micros(),
        "request"
    );
    response.headers_mut().insert(X_REQUEST_ID, id);
    response
}

/// Puts the body with the request's path in place of the one without, keeping other layers' headers.
fn complete(response: &mut Response, problem: &Problem, method: &Method, instance: &str) {
    let whole = problem.to_response(instance);
    if method != Method::HEAD {
        *response.body_mut() = whole.into_body();
    }
    // the router's length belongs to the body without the path
    response.headers_mut().remove(header::CONTENT_LENGTH);
}

/// The client's id if it is harmless, else one of our own: the process's start and a number.
fn request_id(request: &Request, state: &ServerState) -> HeaderValue {
    if let Some(given) = request.headers().get(X_REQUEST_ID) {
        let harmless = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if !given.is_empty() && given.len() <= MOST_ID_BYTES && given.as_bytes().iter().all(harmless) {
            return given.clone();
        }
    }
    HeaderValue::from(state.metrics.next_request())
}

/// The route's template, for counters with few labels.
fn route(request: &Request) -> &'static str {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    matched.and_then(|matched| ROUTES.iter().copied().find(|route| *route == matched)).unwrap_or(NO_ROUTE)
}

/// Sheds load beyond the limit and gives up what takes too long. The work that others wait for goes on.
pub(super) async fn limit(State(state): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let Ok(_place) = state.requests.try_acquire() else {
        return Problem::Busy.into_response();
    };
    let seconds = state.limits.request_timeout_s;
    match tokio::time::timeout(Duration::from_secs(seconds), next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::Timeout(seconds).into_response(),
    }
}

/// A panic in a handler → 500. The text is for the log only.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over by value")]
pub(super) fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::Internal(format!("panic: {}", text.unwrap_or("without a text"))).into_response()
}

/// Any origin may read everything: it is all public and there are no cookies. Answers do not depend on
/// the origin, so caches need not tell origins apart.
pub(super) fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .allow_headers(AnyOrigin)
        .expose_headers([header::ETAG, header::CONTENT_DISPOSITION, header::RETRY_AFTER, X_RELEASE, X_REQUEST_ID])
        .max_age(PREFLIGHT_AGE)
        .vary([])
}
