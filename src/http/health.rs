//! `/health`: 200 once there is a release, 503 before; which release, what its load had to say, and
//! whether a later load failed. Public, so it counts findings and quotes none.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::answer::{JSON, to_json};
use super::state::{FailedReload, ServerState};
use crate::report::{Severity, counted};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    release: Option<String>,
    built_at: Option<String>,
    findings: Findings,
    failed_reload: Option<Failed>,
}

#[derive(Serialize)]
struct Failed {
    at: String,
    summary: String,
    findings: Findings,
}

#[derive(Default, Serialize)]
struct Findings {
    errors: usize,
    warnings: usize,
    notices: usize,
}

/// `/health`
pub(super) async fn get(State(state): State<Arc<ServerState>>) -> Response {
    let served = state.current();
    let report = served.as_ref().map(|served| &served.release.report);
    let health = Health {
        status: if served.is_some() { "ok" } else { "loading" },
        release: served.as_ref().map(|served| served.id.to_string()),
        built_at: served.as_ref().map(|served| served.release.built_at.to_string()),
        findings: report.map_or_else(Findings::default, |report| Findings {
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            notices: report.count(Severity::Notice),
        }),
        failed_reload: state.failed_reload().as_ref().map(failed),
    };
    let status = if served.is_some() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let headers = [(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, headers, to_json(&health)).into_response()
}

fn failed(reload: &FailedReload) -> Failed {
    let FailedReload { at, errors, warnings, notices } = *reload;
    let summary = counted(errors, "the files were changed and have {n} error[s]: the release before is still served");
    Failed { at: at.to_string(), summary, findings: Findings { errors, warnings, notices } }
}
