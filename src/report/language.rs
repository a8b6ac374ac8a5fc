//! The languages of the interface, and which one a person's environment asks for.

use serde::Serialize;

/// The languages of the interface. German first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    /// The language of a locale as POSIX has it: the first that is set of `LC_ALL`, `LC_MESSAGES` and `LANG`
    /// (POSIX.1-2017, XBD 8.2). German, unless it names another language: the program is made for German offices,
    /// and containers and servers often have no locale, or `C`.
    #[must_use]
    pub fn of_locale(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| get(name).filter(|value| !value.is_empty()));
        let locale = set.unwrap_or_default();
        let language = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
        match language {
            "" | "C" | "POSIX" | "de" => Self::De,
            _ => Self::En,
        }
    }

    /// Its code, as in HTML's `lang`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_unless_the_locale_names_another_language() {
        let of = |set: &[(&str, &str)]| {
            Language::of_locale(|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        for german in ["", "C", "C.UTF-8", "POSIX", "de_DE.UTF-8", "de", "de_AT@euro"] {
            assert_eq!(of(&[("LANG", german)]), Language::De, "{german}");
        }
        assert_eq!(of(&[]), Language::De);
        assert_eq!(of(&[("LANG", "en_GB.UTF-8")]), Language::En);
        assert_eq!(of(&[("LANG", "fr_FR.UTF-8")]), Language::En);
        assert_eq!(of(&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "de_DE.UTF-8")]), Language::De);
        assert_eq!(of(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "en_US.UTF-8"), ("LC_MESSAGES", "")]), Language::En);
    }
}
