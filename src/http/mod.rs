//! A release on the wire: routes, answers, error → status, the embedded page. `docs/api.md` is the
//! contract; this is the only module that knows axum.
//!
//! A request takes the current release at its start ([`ask`]) and keeps it. Handlers check parameters
//! and describe how bytes are made; the bytes are made on the blocking pool and kept by
//! [`crate::cache`]; [`answer`] turns them into a response with validators. Nothing here sees a raw
//! value or opens a file.

mod addresses;
mod answer;
mod archives;
mod area_files;
mod areas;
mod ask;
mod atlas;
mod base_url;
mod choropleth;
mod edge;
mod facilities;
mod figures;
mod formats;
mod health;
mod indicators;
mod layers;
mod metrics;
mod negotiate;
mod page;
mod path;
mod problem;
mod query;
mod reference;
mod selection;
mod server;
mod sprites;
mod state;
mod styles;
mod tile_format;
mod tilejson;
mod tiles;
mod validators;
mod values;
mod within;

pub use problem::Problem;
pub use server::serve;
pub use state::{FailedReload, Served, ServerState};

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

/// Path templates of all routes: what a 404 lists, and the labels of the counters.
const ROUTES: [&str; 20] = [
    "/",
    "/health",
    "/metrics",
    "/atlas",
    "/layers",
    "/areas",
    "/areas/{layer}",
    "/areas/{layer}/{key}",
    "/facilities",
    "/facilities/{layer}",
    "/indicators",
    "/indicators/{id}",
    "/indicators/{id}/values",
    "/tiles",
    "/tiles/{layers}",
    "/tiles/{layers}/{z}/{x}/{y}",
    "/styles",
    "/styles/{id}",
    "/sprites",
    "/sprites/{file}",
];

/// Label of requests that no route matches.
const NO_ROUTE: &str = "none";

/// The whole interface as one service.
pub fn router(state: Arc<ServerState>) -> Router {
    Router::new()
        .route("/", get(page::index))
        .route("/atlas", get(atlas::get))
        .route("/layers", get(layers::list))
        .route("/areas", get(layers::list_areas))
        .route("/areas/{layer}", get(area_files::get))
        .route("/areas/{layer}/{key}", get(areas::profile))
        .route("/facilities", get(layers::list_facilities))
        .route("/facilities/{layer}", get(facilities::list))
        .route("/indicators", get(indicators::list))
        .route("/indicators/{id}", get(indicators::get))
        .route("/indicators/{id}/values", get(values::get))
        .route("/tiles", get(tilejson::list))
        .route("/tiles/{layers}", get(tilejson::get))
        .route("/tiles/{layers}/{z}/{x}/{y}", get(tiles::get))
        .route("/styles", get(styles::list))
        .route("/styles/{id}", get(styles::get))
        .route("/sprites", get(sprites::list))
        .route("/sprites/{file}", get(sprites::get))
        .fallback(page::file_or_unknown)
        .route("/health", get(health::get))
        .route("/metrics", get(metrics::get))
        .method_not_allowed_fallback(unknown_method)
        // Inside: a panic becomes an answer before the edge sees it, so it is counted and logged like any.
        .layer(CatchPanicLayer::custom(edge::after_panic))
        // Outermost: sees every answer that leaves, with the time that everything inside took.
        .layer(from_fn_with_state(Arc::clone(&state), edge::pass))
        .with_state(state)
}

async fn unknown_method(method: Method) -> Problem {
    Problem::Method(problem::quoted(method.as_str()))
}
