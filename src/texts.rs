//! The few texts that the program itself says to readers, in both languages, from `texts.json`; everything
//! else comes from the atlas's files.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::config::{PrivacyRule, Text};
use crate::value::State;

static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| serde_json::from_str(include_str!("texts.json")).expect("invariant: texts.json fits its type"));

/// All of them.
#[derive(Debug, Deserialize)]
struct Texts {
    states: BTreeMap<State, Both>,
    fields: BTreeMap<String, Both>,
    formula: BTreeMap<String, Both>,
    privacy: BTreeMap<String, Both>,
    download: BTreeMap<String, Both>,
    labels: Both,
    invented: Both,
}

#[derive(Clone, Debug, Deserialize)]
struct Both {
    de: String,
    en: String,
}

impl Both {
    fn to_text(&self) -> Text {
        Text { de: self.de.clone(), en: self.en.clone() }
    }
}

/// What a state is called.
#[must_use]
pub fn state(state: State) -> Text {
    named(&TEXTS.states, &state)
}

/// What an attribute is, for those that every layer has.
#[must_use]
pub fn field(name: &str) -> Text {
    named(&TEXTS.fields, name)
}

/// A formula's sentence.
#[must_use]
pub fn formula(name: &str) -> Text {
    named(&TEXTS.formula, name)
}

/// A part of a disclosure rule's sentence.
fn privacy(name: &str) -> Text {
    named(&TEXTS.privacy, name)
}

/// A disclosure rule as a sentence.
#[must_use]
pub fn rule(rule: &PrivacyRule) -> Text {
    let with = |name: &str, min: Option<u32>| Some(fill(&privacy(name), "min", &min?.to_string()));
    let plain = |name: &str, holds: bool| holds.then(|| privacy(name));
    let parts = [
        with(if rule.hide_zero { "numerator_and_zero" } else { "numerator" }, rule.min_numerator),
        with(if rule.hide_zero { "complement_and_zero" } else { "complement" }, rule.min_complement),
        with("denominator", rule.min_denominator),
        with("rounded", rule.round_to.map(u32::from)),
        plain("by_source", rule.protected_by_source),
    ];
    let joined = parts.into_iter().flatten().reduce(|first, second| Text {
        de: format!("{}; {}", first.de, second.de),
        en: format!("{}; {}", first.en, second.en),
    });
    joined.unwrap_or_else(|| privacy("none"))
}

/// Labels and names in files that people take away.
#[must_use]
pub fn download(name: &str) -> Text {
    named(&TEXTS.download, name)
}

/// What label points are called.
#[must_use]
pub fn labels() -> Text {
    TEXTS.labels.to_text()
}

/// The remark that data is invented.
#[must_use]
pub fn invented() -> Text {
    TEXTS.invented.to_text()
}

fn named<Name: Ord + ?Sized, Key: Ord + std::borrow::Borrow<Name>>(texts: &BTreeMap<Key, Both>, name: &Name) -> Text {
    texts.get(name).map_or_else(|| Text { de: String::new(), en: String::new() }, Both::to_text)
}

/// The text with `{placeholder}` replaced in both languages.
#[must_use]
pub fn fill(text: &Text, placeholder: &str, value: &str) -> Text {
    let pattern = format!("{{{placeholder}}}");
    Text { de: text.de.replace(&pattern, value), en: text.en.replace(&pattern, value) }
}

/// Both languages in one line, for places that have room for one text: German, and English in
/// parentheses where it differs.
#[must_use]
pub fn one_line(text: &Text) -> String {
    if text.de == text.en { text.de.clone() } else { format!("{} ({})", text.de, text.en) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_name_in_both_languages() {
        for known in State::ALL {
            let text = state(known);
            assert!(!text.de.is_empty() && !text.en.is_empty(), "{known}");
        }
    }

    #[test]
    fn one_line_says_nothing_twice() {
        assert_eq!(one_line(&Text { de: "Name".into(), en: "name".into() }), "Name (name)");
        assert_eq!(one_line(&Text { de: "%".into(), en: "%".into() }), "%");
    }
}
