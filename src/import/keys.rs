//! Keys in deliveries, and the areas of an atlas that they mean.
//!
//! A text is looked at as the official keys are written: 2 digits for a Land, 5 for a Kreis, 8 for a Gemeinde, 9 for a
//! Gemeindeverband, 12 for the Regionalschlüssel; and as the regional statistics offices write them: a Samtgemeinde with 8
//! digits of which the sixth is 4, its members with 11 (Heidekreis, domain of the keys in docs/data.md). A lost leading
//! zero is put back where only one length is possible.

use std::collections::{BTreeMap, BTreeSet};

use crate::area::KeyKind;

/// Areas of one layer of an atlas.
#[derive(Clone, Debug)]
pub struct LayerAreas {
    /// The layer's id.
    pub layer: String,
    /// The layer's title, German.
    pub title: String,
    /// System of its keys.
    pub kind: KeyKind,
    /// Key and name of every area.
    pub areas: Vec<(String, String)>,
}

/// Areas of all layers of an atlas.
#[derive(Clone, Debug, Default)]
pub struct Areas {
    layers: Vec<LayerAreas>,
    keys: Vec<BTreeSet<String>>,
    names: BTreeMap<String, BTreeSet<(usize, String)>>,
    districts: BTreeSet<String>,
}

/// An official key as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyText {
    /// Digits with their zeros, or `DG`.
    pub(super) text: String,
    /// Whether a lost zero was put back.
    pub(super) zero_restored: bool,
}

/// Reads an official key; `None` if the text is none.
pub(super) fn official(text: &str) -> Option<KeyText> {
    if text == "DG" {
        return Some(KeyText { text: text.to_owned(), zero_restored: false });
    }
    // `03 3 58 002` and `3358002.0` are ways of spreadsheets
    let digits: String = text.strip_suffix(".0").unwrap_or(text).chars().filter(|letter| !letter.is_whitespace()).collect();
    if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let restored = match digits.len() {
        1 | 4 | 7 | 10 => true,
        // 11 digits that begin with no Land are a Regionalschlüssel without its zero; others are a member's key
        11 | 8 => !has_land(&digits),
        _ => false,
    };
    let text = if restored { format!("0{digits}") } else { digits };
    let fits = matches!(text.len(), 2 | 3 | 5 | 8 | 9 | 11 | 12) && has_land(&text);
    fits.then_some(KeyText { text, zero_restored: restored })
}

fn has_land(digits: &str) -> bool {
    digits.get(..2).and_then(|land| land.parse::<u8>().ok()).is_some_and(|land| (1..=16).contains(&land))
}

/// Whether a text is a key and surely nothing else: short numbers and years may be anything.
pub(super) fn surely_official(text: &str) -> bool {
    let year = text.len() == 4 && text.parse().is_ok_and(|year| crate::table::PLAUSIBLE_YEARS.contains(&year));
    !year && text.len() >= 2 && official(text).is_some()
}

/// The key of the larger area that the offices' tables count this one in; `None` at the top.
pub(super) fn parent(key: &str) -> Option<&str> {
    match key.len() {
        2 if key != "DG" => Some("DG"),
        5 => key.get(..2),
        8 | 9 => key.get(..5),
        11 => key.get(..8),
        12 => key.get(..9),
        _ => None,
    }
}

/// Every way in which an official key can stand in a layer.
fn readings(key: &str) -> Vec<(KeyKind, String)> {
    let part = |range: std::ops::Range<usize>| key.get(range).unwrap_or_default();
    let mut found = Vec::new();
    match key.len() {
        2 => found.push((KeyKind::State, key.to_owned())),
        5 => {
            found.push((KeyKind::District, key.to_owned()));
            // a city without municipalities is its own municipality
            found.push((KeyKind::Ags, format!("{key}000")));
            found.push((KeyKind::Association, format!("{key}0000")));
            found.push((KeyKind::Ars, format!("{key}0000000")));
        }
        8 => {
            let (district, sixth, rest) = (part(0..5), part(5..6), part(6..8));
            found.push((KeyKind::Ags, key.to_owned()));
            let association = match sixth {
                "4" if key.starts_with("03") => format!("{district}54{rest}"),
                "5" if key.starts_with("03") => format!("{district}95{rest}"),
                _ => format!("{district}0{sixth}{rest}"),
            };
            if sixth == "0" {
                found.push((KeyKind::Ars, format!("{association}{}", part(5..8))));
            }
            found.push((KeyKind::Association, association));
            if key.ends_with("000") {
                found.push((KeyKind::District, district.to_owned()));
            }
        }
        9 => {
            found.push((KeyKind::Association, key.to_owned()));
            if part(5..6) == "0" {
                found.push((KeyKind::Ags, format!("{}{}", part(0..5), part(6..9))));
                found.push((KeyKind::Ars, format!("{key}{}", part(6..9))));
            }
        }
        11 => {
            found.push((KeyKind::Ags, format!("{}{}", part(0..5), part(8..11))));
            found.push((KeyKind::Ars, format!("{}5{}", part(0..5), part(5..11))));
        }
        12 => {
            found.push((KeyKind::Ars, key.to_owned()));
            let ags = format!("{}{}", part(0..5), part(9..12));
            if ags.ends_with("000") {
                found.push((KeyKind::District, part(0..5).to_owned()));
            }
            found.push((KeyKind::Ags, ags));
            // an association's own members are not the association
            if matches!(part(5..6), "0" | "9") {
                found.push((KeyKind::Association, part(0..9).to_owned()));
            }
        }
        _ => {}
    }
    found
}

impl Areas {
    /// Puts the areas of an atlas together.
    #[must_use]
    pub fn new(layers: Vec<LayerAreas>) -> Self {
        let keys = layers.iter().map(|layer| layer.areas.iter().map(|(key, _)| key.clone()).collect()).collect();
        let mut names: BTreeMap<String, BTreeSet<(usize, String)>> = BTreeMap::new();
        let mut districts = BTreeSet::new();
        for (position, layer) in layers.iter().enumerate() {
            for (key, name) in &layer.areas {
                names.entry(plain_name(name)).or_default().insert((position, key.clone()));
                let local = matches!(layer.kind, KeyKind::Ags | KeyKind::Ars | KeyKind::Association);
                districts.extend(key.get(..5).filter(|_| local).map(str::to_owned));
            }
        }
        Self { layers, keys, names, districts }
    }

    /// The layers.
    #[must_use]
    pub fn layers(&self) -> &[LayerAreas] {
        &self.layers
    }

    /// Whether the atlas has no area at all.
    pub(super) fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// Layer and key of every area that an official key means.
    pub(super) fn of_key(&self, key: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (kind, reading) in readings(key) {
            for (position, layer) in self.layers.iter().enumerate() {
                if layer.kind == kind && self.keys.get(position).is_some_and(|keys| keys.contains(&reading)) {
                    found.push((position, reading.clone()));
                }
            }
        }
        found
    }

    /// Layer and key of every area with this key of the atlas's own.
    pub(super) fn of_own(&self, text: &str) -> Vec<(usize, String)> {
        let own = self.layers.iter().enumerate().filter(|(_, layer)| layer.kind == KeyKind::Own);
        own.filter(|(position, _)| self.keys.get(*position).is_some_and(|keys| keys.contains(text)))
            .map(|(position, _)| (position, text.to_owned()))
            .collect()
    }

    /// Layer and key of the area with this name: one per layer, or nothing where a layer has several.
    pub(super) fn of_name(&self, text: &str) -> Vec<(usize, String)> {
        let Some(found) = self.names.get(&plain_name(text)) else { return Vec::new() };
        let once = |layer: usize| found.iter().filter(|(other, _)| *other == layer).count() == 1;
        let first: Vec<(usize, String)> = found.iter().filter(|(layer, _)| once(*layer)).cloned().collect();
        // a county and a town of one name are two areas: only one Kreis level or one local level is meant
        let local = |layer: &usize| {
            self.layers.get(*layer).is_some_and(|layer| !matches!(layer.kind, KeyKind::District | KeyKind::State))
        };
        if first.iter().any(|(layer, _)| local(layer)) {
            first.into_iter().filter(|(layer, _)| local(layer)).collect()
        } else {
            first
        }
    }

    /// Whether a key without an area belongs to a county that the atlas shows in parts, so that it should have one.
    pub(super) fn should_know(&self, key: &str) -> bool {
        key.len() > 5 && key.get(..5).is_some_and(|district| self.districts.contains(district))
    }

    /// Areas with the likest names or keys, for a message.
    pub(super) fn nearest(&self, text: &str) -> Option<String> {
        let plain = plain_name(text);
        let all = self.layers.iter().flat_map(|layer| &layer.areas);
        let likeness = |(key, name): &(String, String)| {
            strsim::normalized_damerau_levenshtein(&plain, &plain_name(name))
                .max(strsim::normalized_damerau_levenshtein(text, key))
        };
        let best = all.max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
        (likeness(best) >= 0.6).then(|| format!("{} ({})", best.1, best.0))
    }
}

/// A name without what lists add to it: case, kind of the municipality, brackets.
pub(super) fn plain_name(name: &str) -> String {
    const KINDS: [&str; 16] = [
        "samtgemeinde", "gemeinde", "einheitsgemeinde", "stadt", "flecken", "landkreis", "kreis", "kreisfreie", "gem.fr.",
        "gemfr.", "bezirk", "sg", "lk", "landeshauptstadt", "hansestadt", "gemeindefreier",
    ];
    let lower = name.to_lowercase();
    let words = lower.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '(' | ')' | '/'));
    let kept: Vec<&str> = words.filter(|word| !word.is_empty() && !KINDS.contains(word)).collect();
    if kept.is_empty() { lower.trim().to_owned() } else { kept.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heidekreis() -> Areas {
        let layer = |layer: &str, kind, areas: &[(&str, &str)]| LayerAreas {
            layer: layer.to_owned(),
            title: layer.to_owned(),
            kind,
            areas: areas.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect(),
        };
        Areas::new(vec![
            layer("municipalities", KeyKind::Ags, &[("03358002", "Bispingen"), ("03358001", "Ahlden (Aller)"), ("03358501", "Osterheide")]),
            layer("associations", KeyKind::Association, &[("033580002", "Bispingen"), ("033585401", "Ahlden"), ("033589501", "Osterheide")]),
            layer("districts", KeyKind::District, &[("03358", "Heidekreis")]),
        ])
    }

    #[test]
    fn every_spelling_of_the_statistics_offices_finds_its_area() {
        let areas = heidekreis();
        let found = |text: &str| -> Vec<String> {
            let key = official(text).map(|key| key.text).unwrap_or_default();
            areas.of_key(&key).into_iter().map(|(_, key)| key).collect()
        };
        assert_eq!(found("03358002"), ["03358002", "033580002"]);
        assert_eq!(found("3358002"), ["03358002", "033580002"]);
        assert_eq!(found("03358401"), ["033585401"]);
        assert_eq!(found("03358401001"), ["03358001"]);
        assert_eq!(found("033585401001"), ["03358001"]);
        assert_eq!(found("33585401001"), ["03358001"]);
        assert_eq!(found("03358501"), ["03358501", "033589501"]);
        assert_eq!(found("3358000"), ["03358"]);
        assert_eq!(found("03358"), ["03358"]);
        assert_eq!(found("3358"), ["03358"]);
        assert!(found("DG").is_empty());
    }

    #[test]
    fn names_are_found_without_their_kind_and_never_in_two_places() {
        let areas = heidekreis();
        assert_eq!(areas.of_name("Bispingen, Gemeinde").len(), 2);
        assert_eq!(areas.of_name("SG Ahlden"), [(1, "033585401".to_owned())]);
        assert_eq!(areas.of_name("Osterheide, gem.fr. Bezirk").len(), 2);
        assert!(areas.of_name("Ahlen").is_empty());
        assert_eq!(areas.nearest("Bisping").as_deref(), Some("Bispingen (03358002)"));
    }

    #[test]
    fn numbers_and_years_are_no_keys() {
        for text in ["", "2015", "85942", "Summe", "03358X02", "99358002", "0"] {
            assert!(!surely_official(text), "{text}");
        }
    }
}
