//! An area key that has been checked against its kind.

use crate::message;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reading::{Manner, Spelling, cleaned, readings};
use crate::report::Message;

/// Which system of keys a layer or a table uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Land: 2 digits.
    State,
    /// Kreis or kreisfreie Stadt: 5 digits.
    District,
    /// Gemeindeverband (Samtgemeinde, Verbandsgemeinde, Amt; also the Einheitsgemeinde standing for
    /// itself): the first 9 digits of the ARS.
    Association,
    /// Gemeinde by AGS: 8 digits.
    Ags,
    /// Gemeinde by ARS: 12 digits.
    Ars,
    /// The district's own key: any text.
    Own,
}

/// How far up or down a key reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Land.
    State,
    /// Kreis or kreisfreie Stadt.
    District,
    /// Gemeindeverband.
    Association,
    /// Gemeinde, by AGS or ARS.
    Municipality,
    /// Whatever the district's own keys stand for.
    Own,
}

impl KeyKind {
    /// How many digits a key of this kind has; `None` for [`KeyKind::Own`].
    #[must_use]
    pub fn digits(self) -> Option<usize> {
        match self {
            Self::State => Some(2),
            Self::District => Some(5),
            Self::Association => Some(9),
            Self::Ags => Some(8),
            Self::Ars => Some(12),
            Self::Own => None,
        }
    }

    /// The level of areas with keys of this kind.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::State => Level::State,
            Self::District => Level::District,
            Self::Association => Level::Association,
            Self::Ags | Self::Ars => Level::Municipality,
            Self::Own => Level::Own,
        }
    }
}

/// A key that has been checked against its kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct AreaKey(String);

/// A key as read, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadKey {
    /// The key, complete.
    pub key: AreaKey,
    /// What had to be done to read it.
    pub manner: Manner,
}

/// Why a text is not a key of the expected kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AreaKeyError {
    /// There is nothing there.
    Empty,
    /// Something else than digits.
    NotDigits {
        /// The text.
        given: String,
        /// Digits that a key of the kind has.
        digits: usize,
    },
    /// Too many digits, or too few to tell what is missing.
    Length {
        /// The text.
        given: String,
        /// Its digits.
        count: usize,
        /// Digits that a key of the kind has.
        digits: usize,
    },
}

impl AreaKeyError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        match self {
            Self::Empty => message!("the key is empty"),
            Self::NotDigits { given, digits } => message!("\"{given}\" is not a key of {digits} digits", given, digits),
            Self::Length { given, count, digits } => message!(
                "\"{given}\" has {count} where {digits} are expected",
                given,
                count = message!("{n} digit[s]", n = *count),
                digits
            ),
        }
    }
}

impl fmt::Display for AreaKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for AreaKeyError {}

impl AreaKey {
    /// Reads a key whose kind is known, as written or in any spelling that has one meaning for this kind: with a lost
    /// leading zero, as a number with decimals, with zeros behind it, an ARS for an AGS, a NUTS code for a district.
    ///
    /// # Errors
    /// If the text is empty, or is no key of this kind in any spelling.
    pub fn read(text: &str, kind: KeyKind) -> Result<ReadKey, AreaKeyError> {
        let given = text.trim();
        if given.is_empty() {
            return Err(AreaKeyError::Empty);
        }
        let Some(expected) = kind.digits() else {
            return Ok(ReadKey { key: Self(given.to_owned()), manner: Manner::WRITTEN });
        };
        // the layer says what its keys are: what has the right length is not turned into something else
        let digits = cleaned(given);
        if let Some((digits, was_cleaned)) = &digits {
            let manner = Manner { cleaned: *was_cleaned, ..Manner::WRITTEN };
            if digits.len() == expected {
                return Ok(ReadKey { key: Self(digits.clone()), manner });
            }
            // the Länder 01 to 09 lose their zero in a spreadsheet; a full key never starts with "00"
            if digits.len() + 1 == expected && !digits.starts_with('0') {
                let manner = Manner { zero_restored: true, ..manner };
                return Ok(ReadKey { key: Self(format!("0{digits}")), manner });
            }
        }
        let found = readings(given);
        let mut all = found.sound.into_iter().chain(found.restored);
        let read = all.find_map(|reading| {
            if reading.kind == kind {
                return Some(ReadKey { key: reading.key, manner: reading.manner });
            }
            let from_ars = kind == KeyKind::Ags && reading.kind == KeyKind::Ars;
            let spelling = match reading.manner.spelling {
                Spelling::Written => Spelling::Ars,
                spelling => spelling,
            };
            from_ars.then(|| ReadKey { key: reading.key.to_ags(), manner: Manner { spelling, ..reading.manner } })
        });
        let given = given.to_owned();
        read.ok_or(match digits {
            Some((digits, _)) => AreaKeyError::Length { given, count: digits.len(), digits: expected },
            None => AreaKeyError::NotDigits { given, digits: expected },
        })
    }

    /// A key made of digits that are known to be complete.
    pub(super) fn complete(key: String) -> Self {
        Self(key)
    }

    /// The AGS within an ARS: its first five and last three digits. Any other key stays as it is.
    #[must_use]
    pub fn to_ags(&self) -> Self {
        match (self.0.len(), self.0.get(..5), self.0.get(9..)) {
            (12, Some(district), Some(municipality)) => Self(format!("{district}{municipality}")),
            _ => self.clone(),
        }
    }

    /// The association that a municipality by AGS would be by itself, if it is in no other.
    #[must_use]
    pub fn to_own_association(&self) -> Option<Self> {
        let (district, own) = self.0.split_at_checked(5)?;
        (own.len() == 3).then(|| Self(format!("{district}0{own}")))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AreaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, kind: KeyKind) -> Option<(String, String)> {
        let read = AreaKey::read(text, kind).ok()?;
        Some((read.key.0, read.manner.to_string()))
    }

    #[test]
    fn a_key_of_a_known_kind_is_read_in_all_its_spellings() {
        let zero = "with its leading zero";
        let member = "a member municipality in the statistics offices' spelling";
        for (text, kind, key, manner) in [
            (" 03358002 ", KeyKind::Ags, "03358002", ""),
            ("3358002", KeyKind::Ags, "03358002", zero),
            ("3358002.0", KeyKind::Ags, "03358002", "without blanks and decimals, with its leading zero"),
            ("03 358 002", KeyKind::Ags, "03358002", "without blanks and decimals"),
            ("033580002002", KeyKind::Ags, "03358002", "the AGS of an ARS"),
            ("03358401001", KeyKind::Ags, "03358001", member),
            ("03358401001", KeyKind::Ars, "033585401001", member),
            ("33585401001", KeyKind::Ars, "033585401001", zero),
            ("33585401000", KeyKind::Ars, "033585401000", zero),
            ("33585401000", KeyKind::Association, "033585401", "with its leading zero, without the zeros behind it"),
            ("03358401", KeyKind::Association, "033585401", "a Samtgemeinde in the statistics offices' spelling"),
            ("10515163", KeyKind::Association, "010515163", zero),
            ("0713101", KeyKind::Association, "071315001", "a Verbandsgemeinde in the statistics offices' spelling"),
            ("0335800000", KeyKind::District, "03358", "without the zeros behind it"),
            ("3358000", KeyKind::District, "03358", "with its leading zero, without the zeros behind it"),
            ("3358", KeyKind::District, "03358", zero),
            ("DE938", KeyKind::District, "03358", "a NUTS code"),
            ("3", KeyKind::State, "03", zero),
            ("HK-01", KeyKind::Own, "HK-01", ""),
        ] {
            assert_eq!(read(text, kind), Some((key.to_owned(), manner.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_of_the_kind_is_refused() {
        let length = |text, kind| matches!(AreaKey::read(text, kind), Err(AreaKeyError::Length { .. }));
        assert!(length("335800", KeyKind::Ags) && length("03358", KeyKind::Ags) && length("03358002", KeyKind::Ars));
        assert!(length("03358", KeyKind::State), "a district is not its state");
        assert!(matches!(AreaKey::read("Bispingen", KeyKind::Ags), Err(AreaKeyError::NotDigits { .. })));
        assert_eq!(AreaKey::read("  ", KeyKind::Own), Err(AreaKeyError::Empty));
    }
}
