//! What tells caches whether they may keep an answer, and clients whether theirs is still good.
//!
//! * `ETag` is strong and differs per content encoding (RFC 9110 §8.8.3.3): a shared cache may not
//!   hand one encoding's bytes to a client that validated another's.
//! * `If-None-Match` is compared weakly (§13.1.2), as caches on the way may have weakened a tag.
//! * An address that names the release can never change its answer: `immutable` (RFC 8246). The bare
//!   address may be kept but is asked for each time: `no-cache`, and a `304` costs no body.
//! * An empty tile (204) has the same headers: nothing lies there for the whole of the release.

use axum::http::{HeaderMap, HeaderValue, header};

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cacheability {
    /// For ever: the address names the release.
    Immutable,
    /// As long as the server says each time that it is unchanged.
    Revalidate,
}

impl Cacheability {
    /// The header.
    #[must_use]
    pub fn cache_control(self) -> HeaderValue {
        match self {
            Self::Immutable => HeaderValue::from_static("public, max-age=31536000, immutable"),
            Self::Revalidate => HeaderValue::from_static("public, no-cache"),
        }
    }
}

/// Whether the client has this very answer: any tag in `If-None-Match` is `etag`, or `*`.
#[must_use]
pub(super) fn is_current(headers: &HeaderMap, etag: &[u8]) -> bool {
    let opaque = |tag: &[u8]| tag == etag;
    headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        let value = value.as_bytes().trim_ascii();
        value == b"*" || tags(value).any(opaque)
    })
}

/// The quoted tags of a list, without `W/`. A comma may stand inside the quotes.
fn tags(mut list: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let start = list.iter().position(|byte| *byte == b'"')?;
        let end = start + 1 + list[start + 1..].iter().position(|byte| *byte == b'"')?;
        let tag = &list[start..=end];
        list = &list[end + 1..];
        Some(tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current(value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, value.parse().unwrap());
        is_current(&headers, b"\"abc-br\"")
    }

    #[test]
    fn a_tag_is_found_alone_in_a_list_weakened_and_by_the_star() {
        for held in ["\"abc-br\"", "W/\"abc-br\"", "\"x\", \"abc-br\"", "\"a,b\" ,W/\"abc-br\"", "*", " * "] {
            assert!(current(held), "{held}");
        }
    }

    #[test]
    fn another_encoding_or_a_broken_header_is_no_match() {
        for other in ["\"abc\"", "\"abc-gzip\"", "abc-br", "\"abc-br", "", "\"*\""] {
            assert!(!current(other), "{other}");
        }
        assert!(!is_current(&HeaderMap::new(), b"\"abc\""));
    }
}
