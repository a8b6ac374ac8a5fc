//! Rules on OpenStreetMap tags: which features are facilities of a category.
//!
//! A rule is one text, as the catalogue of categories and layer files write it: alternatives with `;` between them, each
//! one or more conditions:
//!
//! ```text
//! amenity=pharmacy; healthcare=pharmacy
//! amenity=school with isced:level=2 or 3
//! amenity=doctors without healthcare:speciality
//! amenity=college with name~VHS
//! ```
//!
//! `key=*` takes any value, `key~text` a value that has the text in it, in any case. Where a tag has several values
//! (`isced:level=1;2`), one that fits is enough (OpenStreetMap wiki, "Semi-colon value separator").

use std::fmt;

use crate::message;
use crate::report::Message;

/// A rule on tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRule {
    text: String,
    alternatives: Vec<Vec<Condition>>,
}

/// How closely tags fit a rule: of several rules the one with the most conditions on values knows best, and then the
/// one with the most other conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fit {
    values: usize,
    others: usize,
}

/// One condition on one tag.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    key: String,
    want: Want,
    /// Whether it must not hold.
    not: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Want {
    Anything,
    OneOf(Vec<String>),
    Containing(String),
}

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRuleError {
    /// What cannot be read.
    pub part: String,
}

impl TagRuleError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        message!(
            "\"{part}\" is no condition on a tag; write key=value, key=* or key~text, several joined by `with` or `without`, alternatives by `;`",
            part = self.part
        )
    }
}

impl fmt::Display for TagRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for TagRuleError {}

impl TagRule {
    /// Reads a rule.
    ///
    /// # Errors
    /// If a part of it is no condition.
    pub fn parse(text: &str) -> Result<Self, TagRuleError> {
        let alternatives = text.split(';').map(alternative).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { text: text.trim().to_owned(), alternatives })
    }

    /// The rule as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How closely a feature fits, whose tags `value` finds by their key; `None` if it does not.
    pub fn fit<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<Fit> {
        let holds = |conditions: &&Vec<Condition>| conditions.iter().all(|condition| condition.holds(&value));
        let closeness = |conditions: &Vec<Condition>| {
            let values = conditions.iter().filter(|condition| condition.is_on_value()).count();
            Fit { values, others: conditions.len() - values }
        };
        self.alternatives.iter().filter(holds).map(closeness).max()
    }
}

impl Condition {
    fn holds<'v>(&self, value: &impl Fn(&str) -> Option<&'v str>) -> bool {
        let found = value(&self.key).is_some_and(|value| {
            value.split(';').map(str::trim).any(|value| match &self.want {
                Want::Anything => value != "no",
                Want::OneOf(wanted) => wanted.iter().any(|wanted| wanted == value),
                Want::Containing(part) => value.to_lowercase().contains(part),
            })
        });
        found != self.not
    }

    fn is_on_value(&self) -> bool {
        !self.not && self.want != Want::Anything
    }
}

/// `key=value with key=value without key`
fn alternative(text: &str) -> Result<Vec<Condition>, TagRuleError> {
    let mut conditions = Vec::new();
    for part in text.split(" with ") {
        let mut parts = part.split(" without ");
        conditions.push(condition(parts.next().unwrap_or_default(), false)?);
        for part in parts {
            conditions.push(condition(part, true)?);
        }
    }
    Ok(conditions)
}

fn condition(text: &str, not: bool) -> Result<Condition, TagRuleError> {
    let text = text.trim();
    let wrong = || TagRuleError { part: text.to_owned() };
    let (key, want) = match (text.split_once('='), text.split_once('~')) {
        (Some((key, "*")), _) => (key, Want::Anything),
        (Some((key, values)), _) => {
            let values: Vec<String> = values.split(" or ").map(|value| value.trim().to_owned()).collect();
            if values.iter().any(|value| value.is_empty() || value.contains('=')) {
                return Err(wrong());
            }
            (key, Want::OneOf(values))
        }
        (None, Some((key, part))) if !part.trim().is_empty() => (key, Want::Containing(part.trim().to_lowercase())),
        (None, _) if not => (text, Want::Anything),
        _ => return Err(wrong()),
    };
    let key = key.trim();
    if key.is_empty() || key.contains(char::is_whitespace) {
        return Err(wrong());
    }
    Ok(Condition { key: key.to_owned(), want, not })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(rule: &str, tags: &[(&str, &'static str)]) -> Option<Fit> {
        let rule = TagRule::parse(rule).expect("is a rule");
        rule.fit(|key| tags.iter().find(|(known, _)| *known == key).map(|(_, value)| *value))
    }

    #[test]
    fn a_feature_fits_if_all_conditions_of_one_alternative_hold() {
        let rule = "amenity=school with isced:level=2 or 3; amenity=school with school=secondary";
        assert!(fit(rule, &[("amenity", "school"), ("isced:level", "1;2")]).is_some());
        assert!(fit(rule, &[("amenity", "school"), ("school", "secondary")]).is_some());
        assert!(fit(rule, &[("amenity", "school"), ("isced:level", "1")]).is_none());
        assert!(fit(rule, &[("amenity", "school")]).is_none());
        assert!(fit(rule, &[("isced:level", "2")]).is_none());
    }

    #[test]
    fn without_any_value_and_part_of_a_value_are_conditions() {
        let doctors = |speciality: &[(&'static str, &'static str)]| [&[("amenity", "doctors")], speciality].concat();
        let general = "amenity=doctors without healthcare:speciality";
        assert!(fit(general, &doctors(&[])).is_some());
        assert!(fit(general, &doctors(&[("healthcare:speciality", "urology")])).is_none());
        let other = "amenity=doctors with healthcare:speciality=* without healthcare:speciality=general";
        assert!(fit(other, &doctors(&[("healthcare:speciality", "urology")])).is_some());
        assert!(fit(other, &doctors(&[("healthcare:speciality", "general")])).is_none());
        assert!(fit("name~vhs", &[("name", "VHS Heidekreis")]).is_some());
        assert!(fit("healthcare=*", &[("healthcare", "no")]).is_none(), "a tag can say that something is not there");
    }

    #[test]
    fn the_rule_with_more_conditions_on_values_fits_closer() {
        let tags = [("amenity", "doctors"), ("healthcare:speciality", "paediatrics")];
        let child = fit("amenity=doctors with healthcare:speciality=paediatrics", &tags);
        let any = fit("amenity=doctors with healthcare:speciality=*", &tags);
        let doctor = fit("amenity=doctors; healthcare=doctor", &tags);
        assert!(child > any && any > doctor && doctor.is_some());
    }

    #[test]
    fn what_is_no_condition_is_named() {
        for (rule, part) in [
            ("", ""),
            ("pharmacy", "pharmacy"),
            ("amenity=pharmacy;", ""),
            ("amenity=", "amenity="),
            ("amenity=school with primary", "primary"),
            ("amenity=school with school=primary or isced:level=1", "school=primary or isced:level=1"),
            ("the amenity=x", "the amenity=x"),
        ] {
            assert_eq!(TagRule::parse(rule).expect_err(rule).part, part, "{rule}");
        }
    }
}
