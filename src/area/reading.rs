//! What a text in a key column may be, by its shape alone.
//!
//! | digits | read as |
//! |---|---|
//! | 2, 5, 9, 12 | Land, Kreis, Gemeindeverband, Gemeinde by ARS |
//! | 8 | Gemeinde by AGS; in Niedersachsen with a 4 in the sixth place a Samtgemeinde (`03358401` = ARS `033585401`) |
//! | 11 | in Niedersachsen the member of a Samtgemeinde (`03358401001` = ARS `033585401001`) |
//! | 7, 10 | in Rheinland-Pfalz a Verbandsgemeinde (`0713101` = ARS `071315001`); ten digits are Kreis 5, Verband 2, Gemeinde 3, as also in boundaries before 2009 (`SHN`) |
//! | 3, `DG` | Regierungsbezirk, Germany: larger than any layer |
//! | with zeros behind | the larger area that the zeros fill up: `03358000`, `033580000000`, `0335800000` are the Kreis |
//! | one digit less, no leading 0 | one of these that has lost its zero |
//!
//! Checked on all rows of the offices' population table (2017): of 489 keys of Niedersachsen with eight digits, the sixth
//! is 0 for 310 Gemeinden, 4 for 153 Samtgemeinden and 5 for 26 gemeindefreie Gebiete.

use std::fmt;

use super::key::{AreaKey, KeyKind};
use super::nuts;
use crate::report::Message;

/// How a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spelling {
    /// As the official key.
    Written,
    /// Zeros behind a larger area's key, up to the length of a smaller one's.
    Padded,
    /// Eight digits for a Samtgemeinde.
    Samtgemeinde,
    /// Seven digits for a Verbandsgemeinde.
    Verbandsgemeinde,
    /// Eleven digits for the member of a Samtgemeinde.
    Member,
    /// Ten digits for a Gemeinde.
    TenDigits,
    /// The ARS, where the AGS is wanted.
    Ars,
    /// A code of the Nomenclature of Territorial Units for Statistics.
    Nuts,
    /// A code of a local administrative unit, `DE_` before the AGS.
    Lau,
    /// The name of the area.
    Name,
}

/// What had to be done to read a text as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Manner {
    /// Blanks, thousands separators or decimals were taken out.
    pub cleaned: bool,
    /// A lost leading zero was put back.
    pub zero_restored: bool,
    /// How it was written.
    pub spelling: Spelling,
}

impl Manner {
    /// Nothing had to be done.
    pub const WRITTEN: Self = Self { cleaned: false, zero_restored: false, spelling: Spelling::Written };
}

impl Manner {
    /// What had to be done, in both languages; empty where nothing had to be.
    #[must_use]
    pub fn told(self) -> Message {
        let spelling = match self.spelling {
            Spelling::Written => "",
            Spelling::Padded => "without the zeros behind it",
            Spelling::Samtgemeinde => "a Samtgemeinde in the statistics offices' spelling",
            Spelling::Verbandsgemeinde => "a Verbandsgemeinde in the statistics offices' spelling",
            Spelling::Member => "a member municipality in the statistics offices' spelling",
            Spelling::TenDigits => "a municipality in ten digits",
            Spelling::Ars => "the AGS of an ARS",
            Spelling::Nuts => "a NUTS code",
            Spelling::Lau => "a LAU code",
            Spelling::Name => "by its name",
        };
        let cleaned = if self.cleaned { "without blanks and decimals" } else { "" };
        let zero = if self.zero_restored { "with its leading zero" } else { "" };
        let done = [cleaned, zero, spelling].into_iter().filter(|text| !text.is_empty());
        Message::joined(done.map(Message::from), ", ")
    }
}

impl fmt::Display for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

/// One way to understand a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// System of the key.
    pub kind: KeyKind,
    /// The key, complete.
    pub key: AreaKey,
    /// What had to be done.
    pub manner: Manner,
}

/// Every way to understand a text as an official key; both lists are empty if it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// Of the text as it stands.
    pub sound: Vec<Reading>,
    /// Of the text with a leading zero that it may have lost.
    pub restored: Vec<Reading>,
    /// Germany or a Regierungsbezirk: an area larger than any layer's, or between two.
    pub beyond: bool,
}

/// Everything that a text may be as an official key, by its shape alone.
#[must_use]
pub fn readings(text: &str) -> Readings {
    let text = text.trim();
    let mut found = Readings::default();
    if ["DG", "D", "DE", "Deutschland"].contains(&text) {
        found.beyond = true;
        return found;
    }
    if let Some((kind, key)) = nuts::find(text) {
        let manner = Manner { spelling: Spelling::Nuts, ..Manner::WRITTEN };
        found.beyond = kind.is_none();
        let reading = |kind| Reading { kind, key: AreaKey::complete(key.to_owned()), manner };
        found.sound.extend(kind.map(reading));
        return found;
    }
    let (text, lau) = text.strip_prefix("DE_").map_or((text, false), |text| (text, true));
    let Some((digits, cleaned)) = cleaned(text) else { return found };
    let manner = Manner { cleaned, ..Manner::WRITTEN };
    found.beyond = digits.len() == 3 && is_state(&digits);
    found.sound = of_digits(&digits, manner);
    if !digits.starts_with('0') {
        let full = format!("0{digits}");
        found.restored = of_digits(&full, Manner { zero_restored: true, ..manner });
        found.beyond |= full.len() == 3 && is_state(&full) && found.sound.is_empty();
    }
    if lau {
        for reading in found.sound.iter_mut().filter(|reading| reading.manner.spelling == Spelling::Written) {
            reading.manner.spelling = Spelling::Lau;
        }
    }
    found
}

/// The digits of a text, and whether something had to be taken out; `None` if there is anything else than digits
/// with blanks, an apostrophe before them, thousands separators, or decimals that are zero.
pub(super) fn cleaned(text: &str) -> Option<(String, bool)> {
    let text = text.trim().trim_start_matches('\'');
    let whole = [".00", ",00", ".0", ",0"].into_iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let mut groups = whole.split(['.', ',']);
    let grouped = groups.next().is_some_and(|first| (1..=3).contains(&first.len()))
        && groups.clone().count() > 0
        && groups.all(|group| group.len() == 3);
    let kept = |c: &char| !(c.is_whitespace() || grouped && matches!(c, '.' | ','));
    let digits: String = whole.chars().filter(kept).collect();
    let only_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let changed = digits != text;
    only_digits.then_some((digits, changed))
}

fn is_state(digits: &str) -> bool {
    digits.get(..2).and_then(|state| state.parse::<u8>().ok()).is_some_and(|state| (1..=16).contains(&state))
}

/// Readings of digits whose leading zero, if there has to be one, is there.
fn of_digits(digits: &str, manner: Manner) -> Vec<Reading> {
    if !is_state(digits) {
        return Vec::new();
    }
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    let (state, district) = (part(0..2), part(0..5));
    let mut found = Vec::new();
    let mut add = |kind: KeyKind, key: String, spelling: Spelling| {
        found.push(Reading { kind, key: AreaKey::complete(key), manner: Manner { spelling, ..manner } });
    };
    let written = digits.to_owned();
    let lower_saxony_group = state == "03" && part(5..6) == "4";
    match digits.len() {
        2 => add(KeyKind::State, written, Spelling::Written),
        5 => add(KeyKind::District, written, Spelling::Written),
        7 if state == "07" => {
            add(KeyKind::Association, format!("{district}50{}", part(5..7)), Spelling::Verbandsgemeinde);
        }
        8 if lower_saxony_group => {
            add(KeyKind::Association, format!("{district}5{}", part(5..8)), Spelling::Samtgemeinde);
        }
        8 => add(KeyKind::Ags, written, Spelling::Written),
        9 => add(KeyKind::Association, written, Spelling::Written),
        10 if part(5..10) != "00000" => {
            add(KeyKind::Ags, format!("{district}{}", part(7..10)), Spelling::TenDigits);
        }
        11 if lower_saxony_group => {
            add(KeyKind::Ars, format!("{district}5{}{}", part(5..8), part(8..11)), Spelling::Member);
        }
        12 if part(9..12) == "000" && part(5..9) != "0000" => {
            add(KeyKind::Association, part(0..9).to_owned(), Spelling::Padded);
        }
        12 => add(KeyKind::Ars, written, Spelling::Written),
        _ => {}
    }
    let only_zeros = |from: usize| digits.get(from..).is_some_and(|rest| rest.bytes().all(|byte| byte == b'0'));
    if matches!(digits.len(), 8 | 9 | 10 | 12) && only_zeros(5) {
        add(KeyKind::District, district.to_owned(), Spelling::Padded);
    }
    if matches!(digits.len(), 5 | 8 | 10 | 12) && only_zeros(2) {
        add(KeyKind::State, state.to_owned(), Spelling::Padded);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(readings: &[Reading]) -> Vec<String> {
        readings.iter().map(|reading| format!("{:?} {}", reading.kind, reading.key)).collect()
    }

    #[test]
    fn a_shape_says_what_a_text_may_be() {
        let cases: [(&str, &[&str], &[&str]); 16] = [
            ("03", &["State 03"], &[]),
            ("3", &[], &["State 03"]),
            ("03358", &["District 03358"], &[]),
            ("3358", &[], &["District 03358"]),
            ("03358002", &["Ags 03358002"], &[]),
            ("03358501", &["Ags 03358501"], &[]),
            ("03358401", &["Association 033585401"], &[]),
            ("3358401", &[], &["Association 033585401"]),
            ("03358401001", &["Ars 033585401001"], &[]),
            ("33585401000", &[], &["Association 033585401"]),
            ("3358000", &[], &["Ags 03358000", "District 03358"]),
            ("0713100007", &["Ags 07131007"], &[]),
            ("713100007", &[], &["Ags 07131007"]),
            ("10515163", &["Ags 10515163"], &["Association 010515163"]),
            ("3.358.002", &[], &["Ags 03358002"]),
            ("DE_03358002", &["Ags 03358002"], &[]),
        ];
        for (text, sound, restored) in cases {
            let found = readings(text);
            assert_eq!(
                (listed(&found.sound), listed(&found.restored)),
                (sound.iter().map(ToString::to_string).collect(), restored.iter().map(ToString::to_string).collect()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_key_has_no_reading() {
        for text in ["", "Bispingen", "HK-01", "0335800", "3.35854E+10", "03358-002", "033", "031", "DG", "DE93"] {
            let found = readings(text);
            assert!(found.sound.is_empty() && found.restored.is_empty(), "{text}: {found:?}");
            assert_eq!(found.beyond, ["033", "031", "DG", "DE93"].contains(&text), "{text}");
        }
    }
}
