//! `f=` and `Accept` → the format of an answer that there is in several (RFC 9110 §12.5.1).
//!
//! What the address says holds whatever a client accepts, so that an address always means the same. Only where it says
//! nothing does `Accept` decide, and then the answer depends on that header. The first format is the default: a client
//! has to name another one to get it, and one that takes none gets the default, as a 406 would help nobody.

use axum::http::{HeaderMap, HeaderValue, header};

use super::answer::Manner;
use super::negotiate::weighted;
use super::problem::Problem;
use super::validators::Cacheability;

/// A format that an answer can be had in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format<Kind> {
    /// What it is for the handler.
    pub kind: Kind,
    /// Its name in addresses, and the end of a file's name.
    pub name: &'static str,
    /// Its media type, as the answer says it.
    pub media_type: &'static str,
}

/// The format that is wanted, and who said so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<Kind> {
    /// The format.
    pub format: Format<Kind>,
    is_in_address: bool,
}

/// Reads what is wanted of `formats`, the first of which is the default.
///
/// # Errors
/// If the address names a format that there is not.
pub(super) fn read<Kind: Copy>(
    formats: &[Format<Kind>],
    given: Option<&str>,
    headers: &HeaderMap,
) -> Result<Wanted<Kind>, Problem> {
    let Some(given) = given else {
        return Ok(Wanted { format: accepted(formats, headers), is_in_address: false });
    };
    let named = formats.iter().find(|format| format.name == given);
    let problem = || Problem::unknown_value("f", "format", given, formats.iter().map(|format| format.name));
    Ok(Wanted { format: *named.ok_or_else(problem)?, is_in_address: true })
}

/// The format with the highest weight; of two that are wanted equally the one that stands first.
fn accepted<Kind: Copy>(formats: &[Format<Kind>], headers: &HeaderMap) -> Format<Kind> {
    let members = || {
        let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(weighted)
    };
    let weight = |format: &Format<Kind>| {
        let name = format.media_type.split(';').next().unwrap_or_default();
        members().filter(|(member, _)| member.eq_ignore_ascii_case(name)).map(|(_, weight)| weight).max()
    };
    let mut best = (formats[0], weight(&formats[0]).unwrap_or(0));
    for format in &formats[1..] {
        let weight = weight(format).unwrap_or(0);
        if weight > best.1 {
            best = (*format, weight);
        }
    }
    best.0
}

impl<Kind> Wanted<Kind> {
    /// How an answer in this format is sent; `stem` is the name of the file it is saved as, without its end.
    pub(super) fn manner(&self, cacheability: Cacheability, stem: Option<&str>) -> Manner {
        let mut manner = Manner::new(HeaderValue::from_static(self.format.media_type), cacheability);
        if !self.is_in_address {
            manner.vary = HeaderValue::from_static("accept, accept-encoding");
        }
        let named = stem.map(|stem| format!("attachment; filename=\"{stem}.{}\"", self.format.name));
        manner.download = named.and_then(|named| HeaderValue::from_str(&named).ok());
        manner
    }
}

/// A part of a file's name: what is safe in every file system and header.
pub(super) fn safe(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMATS: [Format<u8>; 3] = [
        Format { kind: 0, name: "json", media_type: "application/json" },
        Format { kind: 1, name: "csv", media_type: "text/csv; charset=utf-8" },
        Format { kind: 2, name: "geojson", media_type: "application/geo+json" },
    ];

    fn wanted(given: Option<&str>, accept: &str) -> u8 {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        read(&FORMATS, given, &headers).unwrap().format.kind
    }

    #[test]
    fn the_address_decides_before_the_client() {
        assert_eq!(wanted(Some("csv"), "application/geo+json"), 1);
        assert!(read(&FORMATS, Some("xml"), &HeaderMap::new()).unwrap_err().to_string().contains("no format \"xml\""));
    }

    #[test]
    fn only_who_names_another_format_gets_it() {
        for all in
            ["*/*", "", "text/html,application/xml;q=0.9,*/*;q=0.8", "application/json, text/csv", "text/csv;q=0"]
        {
            assert_eq!(wanted(None, all), 0, "{all}");
        }
        assert_eq!(wanted(None, "Text/CSV"), 1);
        assert_eq!(wanted(None, "application/geo+json, */*;q=0.1"), 2);
        assert_eq!(wanted(None, "application/json;q=0.5, text/csv;q=0.6, application/geo+json;q=0.6"), 1);
    }

    #[test]
    fn an_answer_that_depends_on_accept_says_so() {
        let of = |given| read(&FORMATS, given, &HeaderMap::new()).unwrap().manner(Cacheability::Revalidate, Some("a"));
        assert_eq!(of(None).vary, "accept, accept-encoding");
        assert_eq!(of(Some("csv")).vary, "accept-encoding");
        assert_eq!(of(Some("csv")).download.unwrap(), "attachment; filename=\"a.csv\"");
    }
}
