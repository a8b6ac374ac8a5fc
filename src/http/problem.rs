//! Every way in which a request can go wrong → one answer: status and problem details (RFC 9457).
//!
//! The body names what was asked, what is wrong and what would be right; `allowed` and `nearest` say
//! it to programs. The body of a 500 says nothing of the inside: the log has it, once, from here.
//! No problem is kept by a cache.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiserror::Error;

use crate::cache::CacheError;
use crate::config::Named;

/// Media type of all problems.
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Seconds after which a client may try again when the server was too busy.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// Names nearer than this (Jaro-Winkler, 0 to 1) are offered as what was probably meant.
const NEAR: f64 = 0.8;

/// How many near names are offered.
const MOST_NEAR: usize = 3;

/// Longest piece of the request that is repeated in an answer, in characters.
const MOST_QUOTED: usize = 80;

/// What went wrong with a request.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Problem {
    /// No such path.
    #[error("there is nothing at this path; \"allowed\" lists what there is")]
    UnknownPath {
        /// Path templates that exist.
        known: Vec<String>,
    },
    /// The path exists, the thing it names does not.
    #[error("there is no {what} \"{given}\"{}", by_title(meant))]
    Unknown {
        /// What kind of thing, in the words of the interface.
        what: &'static str,
        /// The name asked for.
        given: String,
        /// Names that exist.
        known: Vec<String>,
        /// Name and title of the things whose title was asked for.
        meant: Vec<(String, String)>,
    },
    /// No layer asked for has tiles at this zoom.
    #[error("zoom {zoom} is outside the range of the layers asked for, which is {min} to {max}")]
    ZoomOutside {
        /// The zoom asked for.
        zoom: u8,
        /// First zoom of any of them.
        min: u8,
        /// Last zoom of any of them.
        max: u8,
    },
    /// A tile address that cannot exist.
    #[error("{0}")]
    Coordinate(String),
    /// A path whose percent-encoded bytes are no text.
    #[error("the path is not UTF-8; names in it are percent-encoded UTF-8, such as %C3%BC for ü")]
    Path,
    /// A query that cannot be read as `name=value` pairs.
    #[error("the query cannot be read: {0}")]
    Query(String),
    /// A parameter that this path does not take.
    #[error("parameter \"{given}\" is not known here")]
    UnknownParameter {
        /// Its name.
        given: String,
        /// Parameters that this path takes.
        known: Vec<String>,
    },
    /// A parameter whose value does not fit.
    #[error("parameter \"{name}\": {reason}")]
    Parameter {
        /// Its name.
        name: &'static str,
        /// What is wrong, with the value.
        reason: String,
        /// The part of the value that near names are looked for; empty for none.
        given: String,
        /// Values that would be right.
        allowed: Vec<String>,
    },
    /// The request does not say a usable host, and `public_url` is not set.
    #[error("the request's host name cannot be used for addresses: {0}")]
    Host(String),
    /// The release asked for is not the one that is served.
    #[error("release \"{given}\" is not served any more; the current release is \"{current}\"")]
    ReleaseGone {
        /// The release asked for.
        given: String,
        /// The one that is served.
        current: String,
        /// The same address without the parameter.
        url: String,
    },
    /// Another method than GET, HEAD or OPTIONS.
    #[error("method {0} is not allowed; everything here is read with GET or HEAD")]
    Method(String),
    /// There is no release yet.
    #[error("the atlas is still being loaded")]
    NotReady,
    /// More requests than the server works on at the same time.
    #[error("the server works on as many requests as it may; try again in a moment")]
    Busy,
    /// The answer took too long.
    #[error("no answer within {0} seconds; try again in a moment")]
    Timeout(u64),
    /// A fault of the server. The text is for the log only.
    #[error("the server has a fault; the operator finds it in the log under this request's id")]
    Internal(String),
}

/// The body.
#[derive(Serialize)]
struct Details<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    instance: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    allowed: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearest: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

impl Problem {
    /// A thing that does not exist, with what does.
    pub fn unknown(what: &'static str, given: &str, known: impl IntoIterator<Item = impl ToString>) -> Self {
        let known = known.into_iter().map(|name| name.to_string()).collect();
        Self::Unknown { what, given: quoted(given), known, meant: Vec::new() }
    }

    /// The same problem, saying which things have what was given as their title: people know things by it.
    #[must_use]
    pub fn or_titles<'n>(mut self, names: impl IntoIterator<Item = Named<'n>>) -> Self {
        let titled = |given: &str| {
            let named =
                names.into_iter().filter_map(|name| Some((name.id.to_owned(), name.title_that_is(given)?.to_owned())));
            named.collect::<Vec<_>>()
        };
        match &mut self {
            Self::Unknown { given, meant, .. } => *meant = titled(given),
            Self::Parameter { given, reason, .. } => {
                let meant = titled(given);
                reason.push_str(&by_title(&meant));
                if let Some((id, _)) = meant.into_iter().next() {
                    *given = id;
                }
            }
            _ => {}
        }
        self
    }

    /// A parameter whose value does not fit.
    pub fn parameter(name: &'static str, reason: impl Into<String>) -> Self {
        Self::Parameter { name, reason: reason.into(), given: String::new(), allowed: Vec::new() }
    }

    /// A parameter that names something that does not exist here, with what does.
    pub fn unknown_value(
        name: &'static str,
        what: &str,
        given: &str,
        known: impl IntoIterator<Item = impl ToString>,
    ) -> Self {
        let given = quoted(given);
        Self::Parameter {
            name,
            reason: format!("there is no {what} \"{given}\""),
            given,
            allowed: known.into_iter().map(|value| value.to_string()).collect(),
        }
    }

    /// The status code: the one place to read which answer the server gives to what.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Coordinate(_)
            | Self::Path
            | Self::Query(_)
            | Self::UnknownParameter { .. }
            | Self::Parameter { .. }
            | Self::Host(_) => StatusCode::BAD_REQUEST,
            Self::UnknownPath { .. } | Self::Unknown { .. } | Self::ZoomOutside { .. } => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::ReleaseGone { .. } => StatusCode::GONE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotReady | Self::Busy | Self::Timeout(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Stable, machine-readable name and title.
    fn name(&self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownPath { .. } => ("unknown-path", "No such path"),
            Self::Unknown { .. } => ("unknown-name", "No such thing"),
            Self::ZoomOutside { .. } => ("zoom-outside-range", "Zoom outside the layer's range"),
            Self::Coordinate(_) => ("impossible-coordinate", "No such tile address"),
            Self::Path => ("unreadable-path", "Path cannot be read"),
            Self::Query(_) => ("unreadable-query", "Query cannot be read"),
            Self::UnknownParameter { .. } => ("unknown-parameter", "No such parameter"),
            Self::Parameter { .. } => ("unfit-parameter", "Parameter does not fit"),
            Self::Host(_) => ("unusable-host", "Host name cannot be used"),
            Self::ReleaseGone { .. } => ("release-gone", "Release is not served any more"),
            Self::Method(_) => ("method-not-allowed", "Method not allowed"),
            Self::NotReady => ("not-ready", "Not ready yet"),
            Self::Busy => ("busy", "Too many requests at once"),
            Self::Timeout(_) => ("timeout", "No answer in time"),
            Self::Internal(_) => ("internal", "Fault of the server"),
        }
    }

    fn known(&self) -> &[String] {
        match self {
            Self::UnknownPath { known } | Self::Unknown { known, .. } | Self::UnknownParameter { known, .. } => known,
            Self::Parameter { allowed, .. } => allowed,
            _ => &[],
        }
    }

    fn nearest(&self) -> Vec<&str> {
        match self {
            Self::Unknown { meant, .. } if !meant.is_empty() => meant.iter().map(|(id, _)| id.as_str()).collect(),
            Self::Unknown { given, known, .. }
            | Self::UnknownParameter { given, known }
            | Self::Parameter { given, allowed: known, .. } => nearest(given, known),
            _ => Vec::new(),
        }
    }

    /// The answer, for the request with this path and query.
    #[must_use]
    pub fn to_response(&self, instance: &str) -> Response {
        let status = self.status();
        let (name, title) = self.name();
        let (release, url) = match self {
            Self::ReleaseGone { current, url, .. } => (Some(current.as_str()), Some(url.as_str())),
            _ => (None, None),
        };
        let details = Details {
            r#type: format!("urn:kreisel:problem:{name}"),
            title,
            status: status.as_u16(),
            detail: self.to_string(),
            instance,
            allowed: self.known(),
            nearest: self.nearest(),
            release,
            url,
        };
        let mut response = Response::new(Body::from(serde_json::to_vec(&details).unwrap_or_default()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, MEDIA_TYPE);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::Method(_) => drop(headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"))),
            Self::NotReady | Self::Busy | Self::Timeout(_) => drop(headers.insert(header::RETRY_AFTER, RETRY_AFTER)),
            _ => {}
        }
        response
    }
}

impl IntoResponse for Problem {
    /// The problem travels as an extension: only the outermost layer knows the request's path for the
    /// body's `instance`, and the request's id for the log.
    fn into_response(self) -> Response {
        let mut response = self.to_response("");
        response.extensions_mut().insert(self);
        response
    }
}

impl From<CacheError> for Problem {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::Busy => Self::Busy,
            CacheError::Failed(reason) => Self::Internal(reason),
        }
    }
}

/// A piece of the request as it may stand in an answer: no control characters, not endless.
#[must_use]
pub(super) fn quoted(text: &str) -> String {
    let mut out: String = text.chars().filter(|c| !c.is_control()).take(MOST_QUOTED).collect();
    if text.chars().count() > MOST_QUOTED {
        out.push('…');
    }
    out
}

/// `; did you mean municipalities (Gemeinden)?`; empty if nothing has such a title.
fn by_title(meant: &[(String, String)]) -> String {
    if meant.is_empty() {
        return String::new();
    }
    let names: Vec<String> = meant.iter().map(|(id, title)| format!("{id} ({title})")).collect();
    format!("; did you mean {}?", names.join(" or "))
}

/// The names that were probably meant, nearest first.
fn nearest<'a>(given: &str, known: &'a [String]) -> Vec<&'a str> {
    if given.is_empty() {
        return Vec::new();
    }
    let given = given.to_lowercase();
    let mut near: Vec<(f64, &str)> =
        known.iter().map(|name| (strsim::jaro_winkler(&given, &name.to_lowercase()), name.as_str())).collect();
    near.retain(|(score, _)| *score >= NEAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(MOST_NEAR).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<String> {
        ["municipalities", "districts", "schools"].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_misspelt_name_gets_the_one_that_was_meant() {
        let problem = Problem::unknown("layer", "Municipalitys", known());
        assert_eq!(problem.nearest(), ["municipalities"]);
        assert_eq!(problem.to_string(), "there is no layer \"Municipalitys\"");
        assert_eq!(problem.status(), StatusCode::NOT_FOUND);
        assert!(Problem::unknown("layer", "xyz", known()).nearest().is_empty());
    }

    #[test]
    fn a_title_leads_to_the_name_that_is_meant() {
        let names = || [Named { id: "municipalities", titles: ["Gemeinden", "Municipalities"] }];
        let problem = Problem::unknown("layer", "gemeinden", known()).or_titles(names());
        assert_eq!(problem.to_string(), "there is no layer \"gemeinden\"; did you mean municipalities (Gemeinden)?");
        assert_eq!(problem.nearest(), ["municipalities"]);
        let problem = Problem::unknown_value("layer", "layer", "Gemeinden", known()).or_titles(names());
        assert!(problem.to_string().ends_with("did you mean municipalities (Gemeinden)?"), "{problem}");
        assert_eq!(problem.nearest(), ["municipalities"]);
    }

    #[test]
    fn the_text_of_a_fault_stays_inside() {
        let problem = Problem::Internal("index out of bounds at secret/file.rs".to_owned());
        assert!(!problem.to_string().contains("secret"));
    }

    #[test]
    fn a_quoted_piece_of_a_request_is_short_and_printable() {
        assert_eq!(quoted("a\u{0}b\nc"), "abc");
        assert_eq!(quoted(&"ä".repeat(500)).chars().count(), MOST_QUOTED + 1);
    }
}
