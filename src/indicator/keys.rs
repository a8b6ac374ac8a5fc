//! The keys of all layers of an indicator: which areas does a text in a key column mean?

use std::collections::{BTreeSet, HashMap};

use super::LayerKeys;
use crate::area::{AreaKey, KeyKind};

/// One area of one layer, as positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) layer: usize,
    pub(super) feature: usize,
}

/// What a key text means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The areas with this key: at most one per layer.
    pub(super) places: Vec<Place>,
    /// Whether a lost leading zero had to be put back.
    pub(super) zero_restored: bool,
}

/// How far up or down an official key reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Land.
    State,
    /// Kreis.
    District,
    /// Gemeinde and Gemeindeverband in all their spellings.
    Local,
    /// Germany, or a Regierungsbezirk: never a layer's.
    Other,
}

/// Why a key has no area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stranger {
    /// A key of a district or state that the layers do not show.
    Elsewhere,
    /// A key of a level that no layer has.
    OtherLevel,
    /// Everything else: it should have an area.
    Unknown,
}

/// All keys of all layers.
#[derive(Debug)]
pub(super) struct KeyIndex<'a> {
    layers: &'a [LayerKeys<'a>],
    places: Vec<HashMap<&'a str, usize>>,
    /// Districts of which a layer shows parts.
    districts: BTreeSet<&'a str>,
    /// States of which a layer shows more than one district.
    states: BTreeSet<&'a str>,
}

impl<'a> KeyIndex<'a> {
    pub(super) fn new(layers: &'a [LayerKeys<'a>]) -> Self {
        let places = |layer: &LayerKeys<'a>| {
            layer.keys.iter().enumerate().map(|(feature, key)| (key.as_str(), feature)).collect::<HashMap<_, _>>()
        };
        let mut districts = BTreeSet::new();
        let mut districts_by_state: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for layer in layers {
            for key in layer.keys {
                let key = key.as_str();
                match level_of(layer.kind) {
                    Some(Level::Local) => districts.extend(key.get(..5)),
                    Some(Level::District) => {
                        districts_by_state.entry(key.get(..2).unwrap_or(key)).or_default().insert(key);
                    }
                    _ => {}
                }
            }
        }
        let covered = districts_by_state.into_iter().filter(|(_, districts)| districts.len() > 1);
        Self {
            layers,
            places: layers.iter().map(places).collect(),
            districts,
            states: covered.map(|(state, _)| state).collect(),
        }
    }

    pub(super) fn layers(&self) -> &'a [LayerKeys<'a>] {
        self.layers
    }

    /// The areas that a text means. A zero is put back only where no layer has the text as it stands.
    pub(super) fn find(&self, text: &str) -> Meaning {
        let mut written = Meaning::default();
        let mut restored = Meaning { zero_restored: true, ..Meaning::default() };
        for (layer, places) in self.layers.iter().zip(&self.places).enumerate() {
            let Ok(read) = AreaKey::read(text, places.0.kind) else { continue };
            if let Some(feature) = places.1.get(read.key.as_str()) {
                let place = Place { layer, feature: *feature };
                if read.zero_restored { restored.places.push(place) } else { written.places.push(place) }
            }
        }
        if written.places.is_empty() && !restored.places.is_empty() { restored } else { written }
    }

    /// The area with exactly this key, in the first layer that has it.
    pub(super) fn exact(&self, key: &str) -> Option<Place> {
        let mut found = self.places.iter().enumerate();
        found.find_map(|(layer, places)| places.get(key).map(|feature| Place { layer, feature: *feature }))
    }

    /// Why a text that means no area has none.
    pub(super) fn stranger(&self, text: &str) -> Stranger {
        let has = |wanted: Level| self.layers.iter().any(|layer| level_of(layer.kind) == Some(wanted));
        if self.layers.iter().all(|layer| layer.kind == KeyKind::Own) {
            return Stranger::Unknown;
        }
        match level_of_text(text) {
            None => Stranger::Unknown,
            Some((Level::Other, _)) => Stranger::OtherLevel,
            Some((level, _)) if !has(level) => Stranger::OtherLevel,
            Some((Level::State, _)) => Stranger::Elsewhere,
            Some((Level::District, readings)) => {
                let known = readings.iter().any(|key| key.get(..2).is_some_and(|state| self.states.contains(state)));
                if known { Stranger::Unknown } else { Stranger::Elsewhere }
            }
            Some((Level::Local, readings)) => {
                let known =
                    readings.iter().any(|key| key.get(..5).is_some_and(|district| self.districts.contains(district)));
                if known { Stranger::Unknown } else { Stranger::Elsewhere }
            }
        }
    }
}

fn level_of(kind: KeyKind) -> Option<Level> {
    match kind {
        KeyKind::State => Some(Level::State),
        KeyKind::District => Some(Level::District),
        KeyKind::Association | KeyKind::Ags | KeyKind::Ars => Some(Level::Local),
        KeyKind::Own => None,
    }
}

/// The level of a text by its length, as written and with a lost zero put back; `None` if it is no
/// official key. 11 digits are the statistics offices' key of a member municipality, or an ARS that
/// lost its zero.
fn level_of_text(text: &str) -> Option<(Level, Vec<String>)> {
    if text == "DG" {
        return Some((Level::Other, Vec::new()));
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (written, restored) = (|| text.to_owned(), || format!("0{text}"));
    let zero_lost = !text.starts_with('0');
    match text.len() {
        1 if zero_lost => Some((Level::State, vec![restored()])),
        2 => Some((Level::State, vec![written()])),
        3 => Some((Level::Other, Vec::new())),
        4 if zero_lost => Some((Level::District, vec![restored()])),
        5 => Some((Level::District, vec![written()])),
        7 if zero_lost => Some((Level::Local, vec![restored()])),
        8 | 11 if zero_lost => Some((Level::Local, vec![written(), restored()])),
        8 | 9 | 11 | 12 => Some((Level::Local, vec![written()])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LayerId;

    fn keys(kind: KeyKind, keys: &[&str]) -> Vec<AreaKey> {
        keys.iter().map(|key| AreaKey::read(key, kind).expect("a key").key).collect()
    }

    #[test]
    fn a_zero_is_put_back_only_where_no_layer_has_the_text_as_it_stands() {
        let (ags, own) = (keys(KeyKind::Ags, &["03358002"]), keys(KeyKind::Own, &["3358002"]));
        let (id, names) = (LayerId::new("a").expect("an id"), vec![String::new()]);
        let layer = |kind, keys| LayerKeys { layer: &id, kind, keys, names: &names };
        let alone = [layer(KeyKind::Ags, ags.as_slice())];
        let place = |layer| vec![Place { layer, feature: 0 }];
        assert_eq!(KeyIndex::new(&alone).find("3358002"), Meaning { places: place(0), zero_restored: true });
        let both = [layer(KeyKind::Ags, ags.as_slice()), layer(KeyKind::Own, own.as_slice())];
        assert_eq!(KeyIndex::new(&both).find("3358002"), Meaning { places: place(1), zero_restored: false });
    }

    #[test]
    fn strangers_are_told_apart_by_level_and_county() {
        let ags = keys(KeyKind::Ags, &["03358002", "03358008"]);
        let districts = keys(KeyKind::District, &["03358"]);
        let (id, names) = (LayerId::new("a").expect("an id"), vec![String::new(); 2]);
        let layers = [
            LayerKeys { layer: &id, kind: KeyKind::Ags, keys: &ags, names: &names },
            LayerKeys { layer: &id, kind: KeyKind::District, keys: &districts, names: &names },
        ];
        let index = KeyIndex::new(&layers);
        for unknown in ["03358004", "3358004", "03358401", "03358401001", "33585401000", "Bispingen", "03358 002"] {
            assert_eq!(index.stranger(unknown), Stranger::Unknown, "{unknown}");
        }
        for elsewhere in ["01001000", "1001000", "03352", "03101401001", "16077"] {
            assert_eq!(index.stranger(elsewhere), Stranger::Elsewhere, "{elsewhere}");
        }
        for other in ["DG", "03", "3", "033"] {
            assert_eq!(index.stranger(other), Stranger::OtherLevel, "{other}");
        }
    }
}
