//! Keys in deliveries, and the areas of an atlas that they mean: [`crate::area`] with what an import needs beside it.
//!
//! Before anything is looked up, a column of keys has to be found among columns of numbers, and rows have to be told apart
//! by how far up they stand. For both the digits are kept as the statistics offices write them, with their zeros: 2 for a
//! Land, 5 for a Kreis, 8 for a Gemeinde or Samtgemeinde, 11 for the member of a Samtgemeinde, 7 and 10 in
//! Rheinland-Pfalz, 9 and 12 of the Regionalschlüssel.

use crate::area::{AreaKey, Directory, KeyKind, Listed, Nearest, Place, Resolved, Stranger, readings};
use crate::message;
use crate::report::Message;

/// Areas of one layer, or the former areas behind them.
#[derive(Clone, Debug)]
pub struct LayerAreas {
    /// The layer's id.
    pub layer: String,
    /// Whether these are areas that became those of the layer.
    pub former: bool,
    /// System of its keys.
    pub kind: KeyKind,
    /// Key of every area.
    pub keys: Vec<AreaKey>,
    /// Name of every area.
    pub names: Vec<String>,
    /// Key of the larger area of every area.
    pub parents: Vec<Option<String>>,
}

/// Areas of all layers of an atlas.
#[derive(Debug)]
pub struct Areas<'a> {
    layers: &'a [LayerAreas],
    directory: Directory<'a>,
}

/// An official key as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyText {
    /// Digits with their zeros, `DG`, or a code of NUTS.
    pub(super) text: String,
    /// Whether a lost zero was put back.
    pub(super) zero_restored: bool,
}

/// Reads an official key; `None` if the text is none.
pub(super) fn official(text: &str) -> Option<KeyText> {
    let found = readings(text);
    if found.beyond && !text.starts_with(|first: char| first.is_ascii_digit()) {
        return Some(KeyText { text: "DG".to_owned(), zero_restored: false });
    }
    if found.sound.is_empty() && found.restored.is_empty() && !found.beyond {
        return None;
    }
    // decimals and blanks are ways of spreadsheets
    let plain = text.strip_suffix(".0").unwrap_or(text);
    let digits: String =
        plain.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '.' | ',' | '\'')).collect();
    let zero_restored = found.sound.is_empty() && !found.restored.is_empty();
    Some(KeyText { text: if zero_restored { format!("0{digits}") } else { digits }, zero_restored })
}

/// Whether a text is a key and surely nothing else: short numbers and years may be anything.
pub(super) fn surely_official(text: &str) -> bool {
    let year = text.len() == 4 && text.parse().is_ok_and(|year| crate::table::PLAUSIBLE_YEARS.contains(&year));
    let number = text.bytes().all(|byte| byte.is_ascii_digit());
    !year && text.len() >= 2 && (number || text == "DG") && official(text).is_some()
}

/// The key of the larger area that the offices' tables count this one in; `None` at the top.
pub(super) fn parent(key: &str) -> Option<&str> {
    match key.len() {
        2 if key != "DG" => Some("DG"),
        5 => key.get(..2),
        7..=9 => key.get(..5),
        // in Rheinland-Pfalz two digits for the Verbandsgemeinde, 00 where there is none
        10 if key.get(5..7) == Some("00") => key.get(..5),
        10 => key.get(..7),
        11 => key.get(..8),
        12 => key.get(..9),
        _ => None,
    }
}

impl<'a> Areas<'a> {
    /// Puts the areas of an atlas together.
    #[must_use]
    pub fn new(layers: &'a [LayerAreas]) -> Self {
        let listed = layers.iter().map(|layer| Listed {
            kind: layer.kind,
            keys: &layer.keys,
            names: &layer.names,
            parents: &layer.parents,
        });
        Self { layers, directory: Directory::new(listed.collect()) }
    }

    /// The layers.
    #[must_use]
    pub fn layers(&self) -> &'a [LayerAreas] {
        self.layers
    }

    /// Whether the atlas has no area at all.
    pub(super) fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// Layer and key of every area that a key means.
    pub(super) fn of_key(&self, key: &str) -> Vec<(usize, String)> {
        self.named(self.directory.resolve(key))
    }

    /// Layer and key of every area with this key of the atlas's own.
    pub(super) fn of_own(&self, text: &str) -> Vec<(usize, String)> {
        let mut found = self.of_key(text);
        found.retain(|(layer, _)| self.layers.get(*layer).is_some_and(|layer| layer.kind == KeyKind::Own));
        found
    }

    /// Layer and key of the one area with this name; nothing where several may be meant.
    pub(super) fn of_name(&self, text: &str) -> Vec<(usize, String)> {
        let mut places = self.named(self.directory.by_name(text));
        // a town that is its own association is a municipality first
        let place = |layer: &usize| {
            self.layers.get(*layer).map_or(u8::MAX, |layer| match layer.kind {
                KeyKind::Ags => 0,
                KeyKind::Ars => 1,
                KeyKind::Own => 2,
                KeyKind::Association => 3,
                KeyKind::District => 4,
                KeyKind::State => 5,
            })
        };
        places.sort_by_key(|(layer, _)| place(layer));
        places
    }

    /// The areas that a key or a name may mean, where it may mean several.
    pub(super) fn choices(&self, text: &str) -> Vec<String> {
        for resolved in [self.directory.resolve(text), self.directory.by_name(text)] {
            if let Resolved::Ambiguous(choices) = resolved {
                let mut labels: Vec<String> =
                    choices.into_iter().map(|(place, _)| self.directory.label(place)).collect();
                labels.dedup();
                return labels;
            }
        }
        Vec::new()
    }

    /// Places as layer and key, those of the level of which the text spoke first.
    fn named(&self, resolved: Resolved) -> Vec<(usize, String)> {
        let Resolved::Found(found) = resolved else { return Vec::new() };
        let own = |place: &Place| self.layers.get(place.layer).is_some_and(|layer| layer.kind.level() == found.level);
        let mut places = found.places.clone();
        places.sort_by_key(|place| (!own(place), *place));
        places.into_iter().map(|place| (place.layer, self.directory.key(place).to_owned())).collect()
    }

    /// Whether a key without an area belongs to a county that the atlas shows in parts, so that it should have one.
    pub(super) fn should_know(&self, key: &str) -> bool {
        let all: Vec<usize> = (0..self.layers.len()).collect();
        key.len() > 5 && self.directory.stranger(key, &all) == Stranger::Unknown
    }

    /// What areas are like a key or a name; empty where none is.
    pub(super) fn nearest(&self, text: &str) -> Message {
        let choices = self.choices(text);
        if !choices.is_empty() {
            let choices = Message::joined(choices.into_iter().map(Message::from), ", ");
            return message!("may be one of: {choices}", choices);
        }
        Nearest { directory: &self.directory, has_row: |_| Some(false) }.describe(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_the_digits_by_which_they_stand_above_one_another() {
        let read = |text: &str| official(text).map(|key| key.text);
        for (text, key) in [
            ("3358002", "03358002"),
            ("03358401001", "03358401001"),
            ("713101", "0713101"),
            ("DG", "DG"),
            ("3358", "03358"),
            ("03358002.0", "03358002"),
        ] {
            assert_eq!(read(text).as_deref(), Some(key), "{text}");
        }
        let chain = |key: &'static str| std::iter::successors(Some(key), |key| parent(key)).collect::<Vec<_>>();
        assert_eq!(chain("03358401001"), ["03358401001", "03358401", "03358", "03", "DG"]);
        assert_eq!(chain("0713101001"), ["0713101001", "0713101", "07131", "07", "DG"]);
        assert_eq!(chain("0713100007"), ["0713100007", "07131", "07", "DG"]);
        assert_eq!(chain("033580002002"), ["033580002002", "033580002", "03358", "03", "DG"]);
    }

    #[test]
    fn numbers_and_years_are_no_keys() {
        for text in ["", "2015", "85942", "Summe", "03358X02", "00358002", "0", "DE93"] {
            assert!(!surely_official(text), "{text}");
        }
    }
}
