//! Ids: short names that stand in URLs, tile attributes and file names.

use std::fmt;

use serde::Serialize;

use crate::message;
use crate::report::Message;

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdError(pub String);

impl IdError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        message!(
            "\"{text}\" is not an id: ids are lower-case letters, digits and _, start with a letter and have at most 64 characters",
            text = self.0
        )
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for IdError {}

fn check(text: &str) -> Result<String, IdError> {
    let fits = text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if fits { Ok(text.to_owned()) } else { Err(IdError(text.to_owned())) }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(String);

        impl $name {
            /// Checks a text.
            ///
            /// # Errors
            /// If it is not an id.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check(text).map(Self)
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// Names a layer: the stem of its file in `layers/`.
    LayerId
}
id! {
    /// Names an indicator: the stem of its file in `indicators/`.
    IndicatorId
}
id! {
    /// Names what a table counts or measures: the entry of its `indicator` column. An indicator is
    /// computed from one measure or from two.
    MeasureId
}
id! {
    /// Names a facility category.
    CategoryId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_can_stand_in_a_url_and_an_attribute_name() {
        assert!(LayerId::new("municipalities_2019").is_ok());
        for wrong in ["", "Kreise", "a-b", "a b", "1a", "_a", "a:b", "ä"] {
            assert_eq!(LayerId::new(wrong), Err(IdError(wrong.to_owned())));
        }
    }
}
