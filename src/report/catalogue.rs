//! `de.toml`: English template → German text.

use std::collections::HashMap;
use std::sync::LazyLock;

static GERMAN: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let read = toml::from_str(include_str!("de.toml")).map_err(|error: toml::de::Error| error.message().to_owned());
    read.expect("invariant: de.toml has texts only")
});

/// The German text of an English template.
pub(super) fn german(template: &str) -> Option<&'static str> {
    GERMAN.get(template).map(String::as_str)
}

/// Every template that has a German text, with it.
pub fn german_texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    GERMAN.iter().map(|(english, german)| (english.as_str(), german.as_str()))
}
