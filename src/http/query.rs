//! The query of a request → checked parameters.
//!
//! Strict, because a parameter that is silently ignored gives a wrong map: unknown names, repeated
//! names and empty values are refused, and the answer names what would be right.

use axum::http::Uri;

use super::problem::{Problem, quoted};
use super::state::Served;
use super::validators::Cacheability;

/// Longest query that is read at all.
const MOST_BYTES: usize = 4096;

/// The parameters of one request, and what `release` among them means for caches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, String)>,
    /// Immutable where the address names the release that is served.
    pub cacheability: Cacheability,
}

impl Query {
    /// Reads a query that may hold `release` and the parameters in `known`.
    ///
    /// # Errors
    /// If a parameter is unknown, repeated or empty, or if the release is not the one that is served.
    pub fn read(uri: &Uri, served: &Served, known: &[&str]) -> Result<Self, Problem> {
        let mut cacheability = Cacheability::Revalidate;
        let mut pairs = pairs(uri)?;
        for (at, (name, value)) in pairs.iter().enumerate() {
            if name != "release" && !known.contains(&name.as_str()) {
                let known = known.iter().chain(&["release"]).map(|&name| name.to_owned()).collect();
                return Err(Problem::UnknownParameter { given: quoted(name), known });
            }
            if pairs[..at].iter().any(|(earlier, _)| earlier == name) {
                return Err(Problem::Query(format!("parameter \"{name}\" is given twice")));
            }
            if value.is_empty() {
                return Err(Problem::Query(format!("parameter \"{name}\" has no value")));
            }
        }
        if let Some(at) = pairs.iter().position(|(name, _)| name == "release") {
            let (_, given) = pairs.remove(at);
            if given != *served.id {
                let url = without_release(uri);
                return Err(Problem::ReleaseGone { given: quoted(&given), current: served.id.to_string(), url });
            }
            cacheability = Cacheability::Immutable;
        }
        Ok(Self { pairs, cacheability })
    }

    /// A parameter's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, Problem> {
    match uri.query() {
        None | Some("") => Ok(Vec::new()),
        Some(query) if query.len() > MOST_BYTES => {
            Err(Problem::Query(format!("it has {} bytes; {MOST_BYTES} are the most", query.len())))
        }
        Some(_) => axum::extract::Query::try_from_uri(uri)
            .map(|axum::extract::Query(pairs)| pairs)
            .map_err(|error| Problem::Query(quoted(&error.body_text()))),
    }
}

/// Path and query without the release.
fn without_release(uri: &Uri) -> String {
    let rest: Vec<&str> =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.starts_with("release=")).collect();
    if rest.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), rest.join("&")) }
}

/// A comma-separated list with every name once and at most `most` of them.
///
/// # Errors
/// If a name is empty or repeated, or if there are too many.
pub(super) fn list<'a>(name: &'static str, text: &'a str, most: usize) -> Result<Vec<&'a str>, Problem> {
    let mut names: Vec<&str> = Vec::new();
    for given in text.split(',').map(str::trim) {
        if given.is_empty() {
            return Err(Problem::parameter(name, format!("\"{}\" has an empty place between commas", quoted(text))));
        }
        if names.contains(&given) {
            return Err(Problem::parameter(name, format!("\"{}\" is named twice", quoted(given))));
        }
        if names.len() == most {
            return Err(Problem::parameter(name, format!("more than {most} names; {most} are the most at once")));
        }
        names.push(given);
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_each_thing_once() {
        assert_eq!(list("layers", "a, b", 2).unwrap(), ["a", "b"]);
        assert!(list("layers", "a,,b", 9).unwrap_err().to_string().contains("empty place"));
        assert!(list("layers", "a,a", 9).unwrap_err().to_string().contains("twice"));
        assert!(list("layers", "a,b,c", 2).unwrap_err().to_string().contains("more than 2"));
    }

    #[test]
    fn the_address_without_the_release_keeps_the_rest() {
        let uri = Uri::from_static("/tiles/a?years=all&release=x&indicators=b");
        assert_eq!(without_release(&uri), "/tiles/a?years=all&indicators=b");
        assert_eq!(without_release(&Uri::from_static("/tiles/a?release=x")), "/tiles/a");
    }
}
