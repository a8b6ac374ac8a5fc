//! What a key without partner may have been meant to be.
//!
//! Nothing is joined by a suggestion; it stands in the report, so that a person can mend the table.
//! First by the structure of German keys (domain: GV-ISys and the spellings of regionalstatistik.de,
//! where Niedersachsen's `03358401` and `033585401` are the same Samtgemeinde), then by likeness.

use strsim::{jaro_winkler, osa_distance};

use super::keys::{KeyIndex, Place};

/// Candidates that one message names.
const SHOWN: usize = 3;
/// Edits between two official keys that still count as alike: one digit, or two that changed places.
/// Official keys stand close together; two edits lead to half the county.
const EDITS: usize = 1;
/// Likeness of names, from 0 to 1, above which they are worth naming.
const LIKENESS: f64 = 0.88;

/// Finds candidates in the keys of all layers; `has_partner[layer][feature]` tells which areas have rows.
pub(super) struct Candidates<'a> {
    pub(super) index: &'a KeyIndex<'a>,
    pub(super) has_partner: &'a [Vec<bool>],
}

impl Candidates<'_> {
    /// What to say of a key that means no area; empty if nothing is like it, with or without a lost zero.
    pub(super) fn describe(&self, text: &str) -> String {
        let said = self.describe_spelling(text);
        if said.is_empty() && may_lack_zero(text) { self.describe_spelling(&format!("0{text}")) } else { said }
    }

    fn describe_spelling(&self, text: &str) -> String {
        let derived = derived(text);
        let known: Vec<String> = derived
            .iter()
            .filter_map(|candidate| {
                Some(format!("{} ({})", self.name(self.index.exact(&candidate.key)?), candidate.why))
            })
            .collect();
        if !known.is_empty() {
            return format!("nearest: {}", known.join(", "));
        }
        // a Samtgemeinde or its member: say what it is, even where no layer shows it
        if let Some(candidate) = derived.first().filter(|candidate| candidate.telling) {
            return format!("{}; that would be {}, which no layer has", candidate.why, candidate.key);
        }
        let alike = self.alike(text);
        if alike.is_empty() { String::new() } else { format!("nearest: {}", alike.join(", ")) }
    }

    /// Whether a text is another spelling of an area that has no row of its own.
    pub(super) fn spells_lonely_area(&self, text: &str) -> bool {
        let lonely = |place: Place| !self.has_partner[place.layer][place.feature];
        derived(text).iter().any(|candidate| self.index.exact(&candidate.key).is_some_and(lonely))
    }

    fn name(&self, place: Place) -> String {
        let layer = &self.index.layers()[place.layer];
        let key = &layer.keys[place.feature];
        match layer.names.get(place.feature).filter(|name| !name.is_empty() && *name != key.as_str()) {
            Some(name) => format!("{key} {name}"),
            None => key.to_string(),
        }
    }

    /// Keys and names that look like the text: areas without rows before areas that have some.
    fn alike(&self, text: &str) -> Vec<String> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let lower = text.to_lowercase();
        let mut found: Vec<(bool, u32, u64, Place)> = Vec::new();
        for (layer, keys) in self.index.layers().iter().enumerate() {
            for (feature, key) in keys.keys.iter().enumerate() {
                let key = key.as_str();
                let distance = if digits && keys.kind.digits().is_some() {
                    digits_apart(text, key)
                } else {
                    let name = keys.names.get(feature).map(|name| name.to_lowercase());
                    texts_apart(&lower, &key.to_lowercase(), name.as_deref())
                };
                let taken = self.has_partner[layer][feature];
                if let Some(distance) = distance {
                    found.push((taken, distance, numbers_apart(text, key), Place { layer, feature }));
                }
            }
        }
        found.sort_by_key(|(taken, distance, apart, place)| (*taken, *distance, *apart, place.layer, place.feature));
        // where areas without rows are alike, those that have their own rows are no help
        let free = found.iter().filter(|(taken, ..)| !taken).count();
        let shown = if free > 0 { free.min(SHOWN) } else { SHOWN };
        let mut names: Vec<String> = found.iter().take(shown).map(|(.., place)| self.name(*place)).collect();
        names.dedup();
        names
    }
}

/// Whether a text looks like an official key of the Länder 01 to 09 that a spreadsheet made a number of.
fn may_lack_zero(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && !text.starts_with('0') && matches!(text.len(), 4 | 7 | 8 | 10 | 11)
}

/// Edits between two keys of the same length in the same district; `None` if they are too far apart.
pub(super) fn digits_apart(text: &str, key: &str) -> Option<u32> {
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

/// A key that another spelling of it gives.
struct Derived {
    key: String,
    why: &'static str,
    /// Whether the spelling alone tells what it is.
    telling: bool,
}

/// Other spellings of the same area, the most probable first.
fn derived(text: &str) -> Vec<Derived> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let digits: String = whole.chars().filter(|c| !c.is_whitespace()).collect();
    let mut found = Vec::new();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return found;
    }
    if digits != text {
        spellings(&digits, &mut found);
        found.insert(0, Derived { key: digits.clone(), why: "without blanks and decimals", telling: false });
    }
    spellings(&digits, &mut found);
    if !digits.starts_with('0') {
        let full = format!("0{digits}");
        found.push(Derived { key: full.clone(), why: "with its leading zero", telling: false });
        spellings(&full, &mut found);
    }
    found
}

fn spellings(key: &str, found: &mut Vec<Derived>) {
    let part = |range: std::ops::Range<usize>| key.get(range).unwrap_or_default();
    let district = part(0..5);
    let mut add = |key: String, why, telling| found.push(Derived { key, why, telling });
    match key.len() {
        8 if part(5..6) == "4" && key.starts_with('0') => {
            add(format!("{district}5{}", part(5..8)), "a Samtgemeinde in the statistics offices' spelling", true);
        }
        8 if part(5..6) == "5" => {
            add(format!("{district}9{}", part(5..8)), "a gemeindefreies Gebiet, as association", false);
        }
        8 if part(5..8) == "000" => {
            add(district.to_owned(), "a district with 000 behind it", false);
            add(format!("{district}0000"), "as association", false);
        }
        8 => add(format!("{district}0{}", part(5..8)), "as association", false),
        9 if matches!(part(5..6), "0" | "9") => add(format!("{district}{}", part(6..9)), "as AGS", false),
        11 if key.starts_with('0') => {
            let (association, municipality) = (part(5..8), part(8..11));
            let why = "a member municipality in the statistics offices' spelling";
            add(format!("{district}{municipality}"), why, true);
            add(format!("{district}5{association}{municipality}"), why, true);
            add(format!("{district}5{association}"), "its Samtgemeinde", false);
        }
        12 => {
            add(format!("{district}{}", part(9..12)), "an ARS, as AGS", false);
            add(part(0..9).to_owned(), "an ARS, as association", false);
            if part(5..12) == "0000000" {
                add(district.to_owned(), "an ARS, as district", false);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::area::{AreaKey, KeyKind};
    use crate::config::LayerId;
    use crate::indicator::LayerKeys;

    fn read(kind: KeyKind, list: &[(&str, &str)]) -> (Vec<AreaKey>, Vec<String>) {
        let keys = list.iter().map(|(key, _)| AreaKey::read(key, kind).expect("a key").key).collect();
        (keys, list.iter().map(|(_, name)| (*name).to_owned()).collect())
    }

    #[test]
    fn other_spellings_and_near_keys_are_named() {
        let (ags, ags_names) = read(
            KeyKind::Ags,
            &[
                ("03358001", "Ahlden"),
                ("03358002", "Bispingen"),
                ("03358008", "Bad Fallingbostel"),
                ("03358024", "Walsrode"),
            ],
        );
        let (groups, group_names) = read(KeyKind::Association, &[("033585401", "Ahlden"), ("033580002", "Bispingen")]);
        let (towns, areas) = (LayerId::new("towns").unwrap(), LayerId::new("areas").unwrap());
        let layers = [
            LayerKeys { layer: &towns, kind: KeyKind::Ags, keys: &ags, names: &ags_names },
            LayerKeys { layer: &areas, kind: KeyKind::Association, keys: &groups, names: &group_names },
        ];
        let index = KeyIndex::new(&layers);
        let has_partner = [vec![true, true, true, false], vec![true, true]];
        let candidates = Candidates { index: &index, has_partner: &has_partner };
        let spelling = "in the statistics offices' spelling";
        let cases = [
            ("03358401", format!("nearest: 033585401 Ahlden (a Samtgemeinde {spelling})")),
            (
                "03358401001",
                format!(
                    "nearest: 03358001 Ahlden (a member municipality {spelling}), 033585401 Ahlden (its Samtgemeinde)"
                ),
            ),
            (
                "033585401001",
                "nearest: 03358001 Ahlden (an ARS, as AGS), 033585401 Ahlden (an ARS, as association)".into(),
            ),
            ("03358004", "nearest: 03358024 Walsrode".into()),
            ("03358022", "nearest: 03358024 Walsrode".into()),
            ("3358022", "nearest: 03358024 Walsrode".into()),
            ("3358401", format!("nearest: 033585401 Ahlden (a Samtgemeinde {spelling})")),
            ("Bispinge", "nearest: 03358002 Bispingen, 033580002 Bispingen".into()),
            (
                "3358002.0",
                "nearest: 03358002 Bispingen (with its leading zero), 033580002 Bispingen (as association)".into(),
            ),
            ("03358402", format!("a Samtgemeinde {spelling}; that would be 033585402, which no layer has")),
            ("033580008", "nearest: 03358008 Bad Fallingbostel (as AGS)".into()),
            ("03358016", String::new()),
            ("99999999", String::new()),
        ];
        for (text, expected) in cases {
            assert!(candidates.describe(text).starts_with(&expected), "{text}: {}", candidates.describe(text));
            assert!(!expected.is_empty() || candidates.describe(text).is_empty(), "{text}");
        }
    }
}
