//! The official key of an area: text with its leading zeros, never a number.
//!
//! A layer says which [`KeyKind`] its keys are. Reading a key repairs only what has one possible
//! meaning (a single lost leading zero at exactly one digit too few) and says that it did; everything
//! else that does not fit is refused with the reason. Sources: domain of the keys as in the
//! Gemeindeverzeichnis (GV-ISys): ARS = Land 2, Regierungsbezirk 1, Kreis 2, Verband 4, Gemeinde 3;
//! AGS = ARS without the Verband.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

use crate::report::counted;

/// Which system of keys a layer or a table uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
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
}

/// A key that has been checked against its kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct AreaKey(String);

/// A key as read, and whether a lost leading zero was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadKey {
    /// The key, complete.
    pub key: AreaKey,
    /// Whether it was one digit short and got its zero back.
    pub zero_restored: bool,
}

/// Why a text is not a key of the expected kind.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AreaKeyError {
    /// There is nothing there.
    #[error("the key is empty")]
    Empty,
    /// Something else than digits.
    #[error("\"{given}\" is not a key of {digits} digits")]
    NotDigits {
        /// The text.
        given: String,
        /// Digits that a key of the kind has.
        digits: usize,
    },
    /// Too many digits, or too few to tell what is missing.
    #[error("\"{given}\" has {} where {digits} are expected", counted(*count, "{n} digit[s]"))]
    Length {
        /// The text.
        given: String,
        /// Its digits.
        count: usize,
        /// Digits that a key of the kind has.
        digits: usize,
    },
}

impl AreaKey {
    /// Reads a key of a kind, repairing one lost leading zero.
    ///
    /// # Errors
    /// If the text is empty, has other characters than digits, or another number of digits.
    pub fn read(text: &str, kind: KeyKind) -> Result<ReadKey, AreaKeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AreaKeyError::Empty);
        }
        let Some(digits) = kind.digits() else {
            return Ok(ReadKey { key: Self(text.to_owned()), zero_restored: false });
        };
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AreaKeyError::NotDigits { given: text.to_owned(), digits });
        }
        // The Länder 01 to 09 lose their zero in a spreadsheet; a full key never starts with "00".
        match text.len() {
            len if len == digits => Ok(ReadKey { key: Self(text.to_owned()), zero_restored: false }),
            len if len + 1 == digits && !text.starts_with('0') => {
                Ok(ReadKey { key: Self(format!("0{text}")), zero_restored: true })
            }
            count => Err(AreaKeyError::Length { given: text.to_owned(), count, digits }),
        }
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

/// The numeric id of a feature in a tile: the upper 52 bits of the key's xxh3-64 hash, never 0.
///
/// It depends on the key alone, so it is the same at every zoom, in every year and release. JavaScript holds whole
/// numbers of 53 bits; one less leaves room for the sign of the difference of two ids, which is what MapLibre GL JS
/// reads from a MapLibre Tile. Two keys of one layer with the same id are refused at load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FeatureId(u64);

impl FeatureId {
    /// The id that belongs to a key.
    #[must_use]
    pub fn of(key: &str) -> Self {
        Self((xxh3_64(key.as_bytes()) >> 12).max(1))
    }

    /// The id as a number below 2^52.
    #[must_use]
    pub fn as_u64(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lost_zero_is_restored_and_said() {
        assert_eq!(
            AreaKey::read("3358002", KeyKind::Ags),
            Ok(ReadKey { key: AreaKey("03358002".to_owned()), zero_restored: true })
        );
        assert_eq!(AreaKey::read(" 03358002 ", KeyKind::Ags).map(|read| read.zero_restored), Ok(false));
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        // a member key of the statistics offices or a damaged ARS; never an AGS
        assert!(matches!(AreaKey::read("03358401001", KeyKind::Ags), Err(AreaKeyError::Length { count: 11, .. })));
        assert!(matches!(AreaKey::read("03358401001", KeyKind::Ars), Err(AreaKeyError::Length { count: 11, .. })));
        assert!(matches!(AreaKey::read("335800", KeyKind::Ags), Err(AreaKeyError::Length { .. })));
        assert!(matches!(AreaKey::read("3358002.0", KeyKind::Ags), Err(AreaKeyError::NotDigits { .. })));
        assert_eq!(AreaKey::read("  ", KeyKind::Own), Err(AreaKeyError::Empty));
    }

    #[test]
    fn a_damaged_ars_gets_its_zero_back() {
        assert_eq!(AreaKey::read("33585401000", KeyKind::Ars).map(|read| read.key.0), Ok("033585401000".to_owned()));
    }

    #[test]
    fn a_feature_id_and_the_difference_of_two_fit_javascript() {
        for key in ["", "0", "03358002", "03358024"] {
            let id = FeatureId::of(key).as_u64();
            assert!((1..1 << 52).contains(&id), "{key}: {id}");
        }
    }
}
