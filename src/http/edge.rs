//! What every request passes on its way in and out: id, counting, log, limits.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::state::ServerState;
use super::{NO_ROUTE, ROUTES};

/// Carries the request's id, in and out.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from a client.
const MOST_ID_BYTES: usize = 64;

/// Seconds for which a browser may remember the answer to a preflight: a day.
const PREFLIGHT_AGE_S: HeaderValue = HeaderValue::from_static("86400");

/// Any origin, any header. Pages of other origins may read all headers of an answer, as there are no
/// credentials for which the star would not count.
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Methods that everything answers.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// Routes that no limit applies to.
const WATCHING: [&str; 2] = ["/health", "/metrics"];

/// What the edge does for every request, in one layer: each layer of its own costs a copy of everything
/// inside it, and a hot tile's whole time is a few microseconds.
///
/// It gives the request an id, answers preflights, sheds load, gives up what takes too long, completes
/// problems with the path, counts and logs.
pub(super) async fn pass(State(state): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request, &state);
    let route = route(&request);
    let method = request.method().clone();
    let uri = request.uri().clone();
    let mut response =
        if method == Method::OPTIONS { preflight() } else { limited(&state, route, request, next).await };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        if let Problem::Internal(reason) = &problem {
            tracing::error!(request_id = ?id, %method, %uri, reason, "a request failed by a fault of the server");
        }
        complete(&mut response, &problem, &method, uri.path_and_query().map_or("", |path| path.as_str()));
    }
    let duration = started.elapsed();
    let status = response.status().as_u16();
    state.metrics.count(route, status, duration);
    tracing::debug!(request_id = ?id, %method, %uri, status, duration_us = duration.as_micros(), "request");
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANY);
    headers.insert(X_REQUEST_ID, id);
    response
}

/// Sheds load beyond the limit and gives up what takes too long; the work that others wait for goes on.
/// A server that sheds load can still be watched.
async fn limited(state: &ServerState, route: &str, request: Request, next: Next) -> Response {
    if WATCHING.contains(&route) {
        return next.run(request).await;
    }
    let Ok(_place) = state.requests.try_acquire() else {
        return Problem::Busy.into_response();
    };
    let seconds = state.limits.request_timeout_s;
    match tokio::time::timeout(Duration::from_secs(seconds), next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::Timeout(seconds).into_response(),
    }
}

/// What a browser asks before it reads from another origin (Fetch standard, "CORS protocol"). Everything is
/// public and there are no cookies, so any origin may read everything, and answers do not depend on it.
fn preflight() -> Response {
    let mut response = Response::default();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ANY);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE_S);
    headers.insert(header::ALLOW, METHODS);
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
    let own = state.metrics.next_request_id();
    HeaderValue::try_from(own).expect("invariant: hexadecimal digits and a hyphen fit into a header")
}

/// The route's template, for counters with few labels.
fn route(request: &Request) -> &'static str {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    matched.and_then(|matched| ROUTES.iter().copied().find(|route| *route == matched)).unwrap_or(NO_ROUTE)
}

/// A panic in a handler → 500. The text is for the log only.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over by value")]
pub(super) fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::Internal(format!("panic: {}", text.unwrap_or("without a text"))).into_response()
}
