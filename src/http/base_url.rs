//! The address under which a client sees this server: for the absolute addresses in answers.
//!
//! `public_url` of `atlas.toml` wins. Else it comes from the request's `Host` (HTTP/2: `:authority`),
//! which anybody can write: it is used only if it is a plain host name or address with a port, and
//! it is part of the cache key of every answer that contains it. `X-Forwarded-Proto` is believed if
//! it is exactly `http` or `https`.

use std::fmt::Write;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};

use super::problem::{Problem, quoted};

/// Longest host name: RFC 1035 §2.3.4, with room for a port.
const MOST_HOST_BYTES: usize = 262;

/// The base of all addresses, without trailing slash.
///
/// # Errors
/// If there is neither a configured address nor a usable host in the request.
pub(super) fn base_url(public_url: Option<&str>, headers: &HeaderMap, uri: &Uri) -> Result<String, Problem> {
    if let Some(public_url) = public_url {
        return Ok(public_url.trim_end_matches('/').to_owned());
    }
    let host = match headers.get(header::HOST) {
        Some(host) => host.to_str().map_err(|_| Problem::Host("it is not ASCII".to_owned()))?,
        None => uri.authority().map(Authority::as_str).ok_or_else(|| Problem::Host("it is missing".to_owned()))?,
    };
    let forwarded = headers.get("x-forwarded-proto").and_then(|scheme| scheme.to_str().ok());
    let scheme = if forwarded == Some("https") { "https" } else { "http" };
    Ok(format!("{scheme}://{}", checked_host(host)?))
}

/// A host name or address with an optional port, and nothing else.
fn checked_host(host: &str) -> Result<&str, Problem> {
    let refused = || Problem::Host(format!("\"{}\" is not a host name with an optional port", quoted(host)));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    if host.is_empty() || host.len() > MOST_HOST_BYTES || !host.bytes().all(plain) {
        return Err(refused());
    }
    let authority: Authority = host.parse().map_err(|_| refused())?;
    // a port that is no number up to 65535 is not told apart from no port
    let port_is_read = authority.port_u16().is_some() || host.len() == authority.host().len();
    if authority.host().is_empty() || !port_is_read { Err(refused()) } else { Ok(host) }
}

/// A text as one segment of a path or one value of a query (RFC 3986 §2.3: unreserved stay).
#[must_use]
pub(super) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(host: &str, forwarded: Option<&str>) -> Result<String, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(scheme) = forwarded {
            headers.insert("x-forwarded-proto", scheme.parse().unwrap());
        }
        base_url(None, &headers, &Uri::from_static("/"))
    }

    #[test]
    fn the_host_of_the_request_is_the_base() {
        assert_eq!(base("atlas.example.org:8080", None).as_deref(), Ok("http://atlas.example.org:8080"));
        assert_eq!(base("[::1]:3000", Some("https")).as_deref(), Ok("https://[::1]:3000"));
        assert_eq!(base("a.example", Some("javascript")).as_deref(), Ok("http://a.example"));
        assert_eq!(base("a.example", Some("https, http")).as_deref(), Ok("http://a.example"));
    }

    #[test]
    fn a_host_that_is_more_than_a_host_is_refused() {
        for wrong in ["", "a b", "user@host", "a/b", "a\"b", "a.example:99999999", &"a".repeat(300), "[::1"] {
            assert!(base(wrong, None).is_err(), "{wrong}");
        }
        assert!(base_url(None, &HeaderMap::new(), &Uri::from_static("/")).is_err());
    }

    #[test]
    fn the_configured_address_wins() {
        let base = base_url(Some("https://atlas.example.org/"), &HeaderMap::new(), &Uri::from_static("/"));
        assert_eq!(base.as_deref(), Ok("https://atlas.example.org"));
    }

    #[test]
    fn a_key_of_any_text_fits_into_a_path() {
        assert_eq!(segment("03358002"), "03358002");
        assert_eq!(segment("Süd/1 ?"), "S%C3%BCd%2F1%20%3F");
    }
}
