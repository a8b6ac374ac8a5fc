//! `Accept-Encoding` and `Accept` → what the client gets (RFC 9110 §12.4.2, §12.5.1, §12.5.3).

use axum::http::{HeaderMap, header};

use crate::cache::{Effort, Encoding};

/// The encoding to answer in.
///
/// The highest weight wins, and among equals the first of [`Encoding::preferred`]. Identity is taken if the
/// header is missing, if nothing else is wanted, or if it is wanted more. A client that refuses
/// everything gets identity: a 406 would help nobody.
#[must_use]
pub(super) fn encoding(headers: &HeaderMap, effort: Effort) -> Encoding {
    let weights = Weights::of(headers);
    let identity = weights.named(Encoding::Identity).unwrap_or(0);
    let mut best = (Encoding::Identity, 0);
    for encoding in Encoding::preferred(effort) {
        let weight = weights.of_encoding(encoding);
        if weight > best.1 && weight >= identity {
            best = (encoding, weight);
        }
    }
    best.0
}

/// Whether the client takes an encoding, even if it would rather have another one.
#[must_use]
pub(super) fn takes(headers: &HeaderMap, encoding: Encoding) -> bool {
    encoding == Encoding::Identity || Weights::of(headers).of_encoding(encoding) > 0
}

/// What a client says of encodings, in thousandths, so that weights compare exactly.
struct Weights {
    /// In the order of [`Encoding::ALL`]; `None` = not named.
    named: [Option<u16>; 4],
    wildcard: Option<u16>,
}

impl Weights {
    fn of(headers: &HeaderMap) -> Self {
        let mut weights = Self { named: [None; 4], wildcard: None };
        for value in headers.get_all(header::ACCEPT_ENCODING) {
            let Ok(value) = value.to_str() else { continue };
            for (name, weight) in value.split(',').map(weighted) {
                if name == "*" {
                    weights.wildcard = Some(weight);
                } else if let Some(position) = position(name) {
                    weights.named[position] = Some(weight);
                }
            }
        }
        weights
    }

    fn named(&self, encoding: Encoding) -> Option<u16> {
        position(encoding.token()).and_then(|position| self.named[position])
    }

    fn of_encoding(&self, encoding: Encoding) -> u16 {
        self.named(encoding).or(self.wildcard).unwrap_or(0)
    }
}

fn position(name: &str) -> Option<usize> {
    match name {
        "br" => Some(0),
        "zstd" => Some(1),
        "gzip" => Some(2),
        "identity" => Some(3),
        _ if name.eq_ignore_ascii_case("x-gzip") => Some(2),
        _ => Encoding::ALL.iter().position(|encoding| name.eq_ignore_ascii_case(encoding.token())),
    }
}

/// What a page asked for at `/` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageFormat {
    /// The page.
    Html,
    /// Links for programs.
    Json,
}

/// HTML or JSON by `Accept`; HTML where both are wanted equally or the header is missing.
#[must_use]
pub(super) fn page_format(headers: &HeaderMap) -> PageFormat {
    let (mut html, mut json) = (None, None);
    let mut any = 0;
    let mut named = false;
    for value in headers.get_all(header::ACCEPT) {
        let Ok(value) = value.to_str() else { continue };
        for (name, weight) in value.split(',').map(weighted) {
            named = true;
            match name {
                "text/html" | "application/xhtml+xml" => html = html.max(Some(weight)),
                "application/json" | "application/*" => json = json.max(Some(weight)),
                "*/*" => any = weight,
                _ => {}
            }
        }
    }
    let json = json.unwrap_or(0);
    if named && json > 0 && json > html.unwrap_or(0).max(any) || json > 0 && html.is_none() && json >= any {
        PageFormat::Json
    } else {
        PageFormat::Html
    }
}

/// A list member's name and weight in thousandths. A weight that cannot be read counts as 1, like none.
#[must_use]
pub(super) fn weighted(member: &str) -> (&str, u16) {
    let mut parts = member.split(';');
    let name = parts.next().unwrap_or_default().trim();
    let weight = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())?
    });
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
    let thousandths = weight.map_or(1000, |weight| (weight.clamp(0.0, 1.0) * 1000.0).round() as u16);
    (name, thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(value: &str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
        encoding(&headers, Effort::Usual)
    }

    fn page(value: &str) -> PageFormat {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        page_format(&headers)
    }

    #[test]
    fn browsers_and_programs_get_what_they_can_read() {
        assert_eq!(accepts("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(accepts("gzip, deflate"), Encoding::Gzip);
        assert_eq!(accepts("GZIP"), Encoding::Gzip);
        assert_eq!(accepts("zstd;q=0.9, gzip;q=0.5"), Encoding::Zstd);
        assert_eq!(encoding(&HeaderMap::new(), Effort::Low), Encoding::Identity);
        assert_eq!(accepts(""), Encoding::Identity);
        assert_eq!(accepts("deflate"), Encoding::Identity);
    }

    #[test]
    fn weights_rule_and_a_weight_of_zero_refuses() {
        assert_eq!(accepts("br;q=0.1, gzip;q=0.2"), Encoding::Gzip);
        assert_eq!(accepts("br;q=0, *;q=0.5"), Encoding::Zstd);
        assert_eq!(accepts("identity, gzip;q=0.5"), Encoding::Identity);
        assert_eq!(accepts("identity;q=0"), Encoding::Identity);
        assert_eq!(accepts("*"), Encoding::Brotli);
        assert_eq!(accepts("gzip; q = 0.000 , br;q=bad"), Encoding::Brotli);
    }

    #[test]
    fn a_browser_gets_the_page_and_a_program_that_asks_gets_json() {
        assert_eq!(page("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), PageFormat::Html);
        assert_eq!(page("application/json"), PageFormat::Json);
        assert_eq!(page("application/json, */*"), PageFormat::Json);
        assert_eq!(page("*/*"), PageFormat::Html);
        assert_eq!(page("text/html;q=0.5, application/json"), PageFormat::Json);
        assert_eq!(page_format(&HeaderMap::new()), PageFormat::Html);
    }
}
