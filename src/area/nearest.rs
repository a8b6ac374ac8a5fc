//! What a key without area may have been meant to be.
//!
//! Nothing is joined by a suggestion; it stands in the report, so that a person can mend the table. First other keys of
//! the same or the surrounding area, then keys and names that look alike.

use strsim::{jaro_winkler, osa_distance};

use super::directory::{Directory, Place, Resolved};
use super::key::{AreaKey, KeyKind};
use super::reading::{Manner, Reading, Spelling, readings};
use crate::message;
use crate::report::Message;

/// Candidates that one message names.
const SHOWN: usize = 3;
/// Edits between two official keys that still count as alike: one digit, or two that changed places.
/// Official keys stand close together; two edits lead to half the county.
const EDITS: usize = 1;
/// Likeness of names, from 0 to 1, above which they are worth naming.
const LIKENESS: f64 = 0.88;

/// Finds candidates in a directory.
pub struct Nearest<'a, F> {
    /// The areas.
    pub directory: &'a Directory<'a>,
    /// Whether an area has a row already, which makes it the less probable one; `None` for areas that are no candidates.
    pub has_row: F,
}

impl<F: Fn(Place) -> Option<bool>> Nearest<'_, F> {
    /// What to say of a key that means no area; empty if nothing is like it.
    pub fn describe(&self, text: &str) -> Message {
        if is_scientific(text) {
            return "a number in scientific notation, whose last digits are lost; format the column as text".into();
        }
        let mut known: Vec<Message> = Vec::new();
        for (place, why) in self.related(text) {
            known.push(message!("{area} ({why})", area = self.directory.label(place), why));
        }
        if !known.is_empty() {
            known.dedup();
            known.truncate(SHOWN);
            return message!("nearest: {known}", known = Message::joined(known, ", "));
        }
        // a Samtgemeinde or its member: say what it is, even where no layer shows it
        if let Some(reading) = all_readings(text).into_iter().find(|reading| is_telling(reading.manner.spelling)) {
            return message!(
                "{manner}; that would be {key}, which no layer has",
                manner = reading.manner.told(),
                key = reading.key
            );
        }
        let alike = self.alike(text);
        if !alike.is_empty() {
            return message!("nearest: {alike}", alike = alike.join(", "));
        }
        let full = format!("0{text}");
        let alike = if may_lack_zero(text) { self.alike(&full) } else { Vec::new() };
        if alike.is_empty() { Message::default() } else { message!("nearest: {alike}", alike = alike.join(", ")) }
    }

    /// Whether a text is another key of an area that has no row of its own.
    pub fn spells_lonely_area(&self, text: &str) -> bool {
        let related = self.related(text).into_iter();
        related.filter(|(_, why)| *why != ITS_ASSOCIATION).any(|(place, _)| (self.has_row)(place) == Some(false))
    }

    /// Areas whose keys follow from a text, the most probable first, with the reason.
    fn related(&self, text: &str) -> Vec<(Place, Message)> {
        let mut found: Vec<(Place, Message)> = Vec::new();
        let mut add = |places: &[Place], why: Message| {
            for place in places {
                if (self.has_row)(*place).is_some() && found.iter().all(|(known, _)| known != place) {
                    found.push((*place, why.clone()));
                }
            }
        };
        for resolved in [self.directory.resolve(text), self.directory.by_name(text)] {
            if let Resolved::Ambiguous(choices) = resolved {
                for (place, manner) in choices {
                    add(&[place], reason(manner, "as it stands"));
                }
            }
        }
        for reading in all_readings(text) {
            add(self.directory.places(reading.kind, &reading.key), reason(reading.manner, "as it stands"));
            for (kind, key, why) in relatives(&reading) {
                add(self.directory.places(kind, &key), why.into());
            }
        }
        found
    }

    /// Keys and names that look like the text: areas without rows before areas that have some.
    fn alike(&self, text: &str) -> Vec<String> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let lower = text.trim().to_lowercase();
        let mut found: Vec<(bool, u32, u64, Place)> = Vec::new();
        for (layer, listed) in self.directory.layers().iter().enumerate() {
            for (feature, key) in listed.keys.iter().enumerate() {
                let place = Place { layer, feature };
                let Some(taken) = (self.has_row)(place) else { continue };
                let key = key.as_str();
                let distance = if digits && listed.kind.digits().is_some() {
                    digits_apart(text, key)
                } else {
                    let name = listed.names.get(feature).map(|name| name.to_lowercase());
                    texts_apart(&lower, &key.to_lowercase(), name.as_deref())
                };
                if let Some(distance) = distance {
                    found.push((taken, distance, numbers_apart(text, key), place));
                }
            }
        }
        found.sort_by_key(|(taken, distance, apart, place)| (*taken, *distance, *apart, *place));
        // where areas without rows are alike, those that have their own rows are no help
        let free = found.iter().filter(|(taken, ..)| !taken).count();
        let shown = if free > 0 { free.min(SHOWN) } else { SHOWN };
        let mut names: Vec<String> = found.iter().take(shown).map(|(.., place)| self.directory.label(*place)).collect();
        names.dedup();
        names
    }
}

fn reason(manner: Manner, otherwise: &str) -> Message {
    if manner == Manner::WRITTEN { otherwise.into() } else { manner.told() }
}

fn all_readings(text: &str) -> Vec<Reading> {
    let found = readings(text);
    found.sound.into_iter().chain(found.restored).collect()
}

/// Whether the spelling alone tells what it is.
fn is_telling(spelling: Spelling) -> bool {
    matches!(spelling, Spelling::Samtgemeinde | Spelling::Verbandsgemeinde | Spelling::Member)
}

const ITS_ASSOCIATION: &str = "its association";

/// Keys of the same area, if it is alone, and of the association around it.
fn relatives(reading: &Reading) -> Vec<(KeyKind, AreaKey, &'static str)> {
    let key = reading.key.as_str();
    let complete = |key: String| AreaKey::complete(key);
    match (reading.kind, key.split_at_checked(5)) {
        (KeyKind::Ags, Some((district, own))) => ["0", "9"]
            .map(|group| (KeyKind::Association, complete(format!("{district}{group}{own}")), "as association"))
            .into(),
        (KeyKind::Association, Some((district, group))) => {
            let own = group.strip_prefix(['0', '9']);
            own.map(|own| (KeyKind::Ags, complete(format!("{district}{own}")), "as AGS")).into_iter().collect()
        }
        (KeyKind::Ars, _) => {
            let group = key.get(..9).map(|group| (KeyKind::Association, complete(group.to_owned()), ITS_ASSOCIATION));
            group.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a spreadsheet has made a number of a long key: `3.35854E+10`.
fn is_scientific(text: &str) -> bool {
    let split = text.trim().split_once(['E', 'e']);
    split.is_some_and(|(mantissa, exponent)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        exponent.strip_prefix('+').is_some_and(digits) && digits(&mantissa.replace(['.', ','], ""))
    })
}

/// Whether a text looks like an official key of the Länder 01 to 09 that a spreadsheet made a number of.
fn may_lack_zero(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && !text.starts_with('0') && matches!(text.len(), 4 | 7 | 8 | 10 | 11)
}

/// Edits between two keys of the same length in the same district; `None` if they are too far apart.
pub(crate) fn digits_apart(text: &str, key: &str) -> Option<u32> {
    let near = text.len() == key.len() && (text.len() < 8 || text.get(..5) == key.get(..5));
    let edits = if near { osa_distance(text, key) } else { usize::MAX };
    (edits <= EDITS).then(|| u32::try_from(edits).unwrap_or(u32::MAX))
}

/// Unlikeness of lower-case texts in thousandths; `None` if they are too unlike.
fn texts_apart(text: &str, key: &str, name: Option<&str>) -> Option<u32> {
    let likeness = jaro_winkler(text, key).max(name.map_or(0.0, |name| jaro_winkler(text, name)));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a likeness lies between 0 and 1")]
    let apart = ((1.0 - likeness) * 1000.0) as u32;
    (likeness >= LIKENESS).then_some(apart)
}

fn numbers_apart(text: &str, key: &str) -> u64 {
    match (text.parse::<u64>(), key.parse::<u64>()) {
        (Ok(one), Ok(other)) => one.abs_diff(other),
        _ => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::super::directory::Listed;
    use super::*;

    fn read(kind: KeyKind, list: &[(&str, &str)]) -> (Vec<AreaKey>, Vec<String>) {
        let keys = list.iter().map(|(key, _)| AreaKey::read(key, kind).expect("a key").key).collect();
        (keys, list.iter().map(|(_, name)| (*name).to_owned()).collect())
    }

    #[test]
    fn other_spellings_and_near_keys_are_named() {
        let (ags, ags_names) = read(
            KeyKind::Ags,
            &[
                ("03358001", "Ahlden (Aller)"),
                ("03358002", "Bispingen"),
                ("03358008", "Bad Fallingbostel"),
                ("03358024", "Walsrode"),
            ],
        );
        let (groups, group_names) = read(KeyKind::Association, &[("033585401", "Ahlden"), ("033580002", "Bispingen")]);
        let directory = Directory::new(vec![
            Listed { kind: KeyKind::Ags, keys: &ags, names: &ags_names, parents: &[] },
            Listed { kind: KeyKind::Association, keys: &groups, names: &group_names, parents: &[] },
        ]);
        let has_row = |place: Place| Some(!(place.layer == 0 && place.feature == 3));
        let nearest = Nearest { directory: &directory, has_row };
        let offices = "in the statistics offices' spelling";
        for (text, expected) in [
            ("03358402", format!("a Samtgemeinde {offices}; that would be 033585402, which no layer has")),
            ("03358401003", "nearest: 033585401 Ahlden (its association)".into()),
            ("03358004", "nearest: 03358024 Walsrode".into()),
            ("3358022", "nearest: 03358024 Walsrode".into()),
            ("Bispinge", "nearest: 03358002 Bispingen, 033580002 Bispingen".into()),
            ("Ahlden", "nearest: 033585401 Ahlden (by its name), 03358001 Ahlden (Aller) (by its name)".into()),
            ("033580008", "nearest: 03358008 Bad Fallingbostel (as AGS)".into()),
            ("3.3585401E+10", "a number in scientific notation".into()),
            ("03358016", String::new()),
            ("99999999", String::new()),
        ] {
            let said = nearest.describe(text);
            assert!(said.starts_with(&expected) && said.is_empty() == expected.is_empty(), "{text}: {said}");
        }
    }
}
