//! The areas that exist, and which of them a text in a key column means.
//!
//! Built from the keys, names and parents of area layers. One area may be in several layers under keys of several
//! kinds: a town without association is also its own association, a town without county its own district, Hamburg and
//! Berlin are states. So every area gets a [`Unit`], and layers that have the same unit have the same area. An AGS is
//! cut out of an ARS; the ARS of an AGS is known only where the directory has it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::key::{AreaKey, KeyKind, Level};
use super::links::{Links, Unit};
use super::name::Folded;
use super::reading::{Manner, Reading, Readings, Spelling, readings};

/// The areas of one layer.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// System of the keys.
    pub kind: KeyKind,
    /// One key per area.
    pub keys: &'a [AreaKey],
    /// Name per area; may be shorter than the keys.
    pub names: &'a [String],
    /// Key of the larger area per area; may be shorter than the keys.
    pub parents: &'a [Option<String>],
}

/// One area of one layer, as positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Position of the layer in the directory.
    pub layer: usize,
    /// Position of the area in its layer.
    pub feature: usize,
}

/// The areas that a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// At most one area per layer.
    pub places: Vec<Place>,
    /// The level of which the text spoke: an area of another level in `places` is the same area under another key.
    pub level: Level,
    /// What had to be done to read it.
    pub manner: Manner,
}

/// What a text in a key column means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// One area, in every layer that has it.
    Found(Found),
    /// Any of these areas; a person has to say which.
    Ambiguous(Vec<(Place, Manner)>),
    /// No area of the directory.
    Unknown,
}

/// Why a key has no area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// A key of a district or state that the layers do not show.
    Elsewhere,
    /// A key of a level that no layer has.
    OtherLevel,
    /// Everything else: it should have an area.
    Unknown,
}

/// All areas of some layers.
#[derive(Debug)]
pub struct Directory<'a> {
    layers: Vec<Listed<'a>>,
    units: HashMap<Unit, Vec<Place>>,
    own: HashMap<&'a str, Vec<Place>>,
    /// By the folded name without words for the kind of area, with the whole folded name.
    names: BTreeMap<String, Vec<(Place, String)>>,
    links: Links,
    shown: Vec<Shown<'a>>,
}

/// What part of the country a layer shows.
#[derive(Debug, Default)]
struct Shown<'a> {
    /// Districts of which it shows parts.
    districts: BTreeSet<&'a str>,
    /// States of which it shows more than one district.
    states: BTreeSet<&'a str>,
}

impl<'a> Directory<'a> {
    /// Takes down the areas of layers; positions in places are those of this list.
    #[must_use]
    pub fn new(layers: Vec<Listed<'a>>) -> Self {
        let links = Links::find(&layers);
        let mut directory = Self {
            shown: layers.iter().map(Shown::of).collect(),
            links,
            layers: Vec::new(),
            units: HashMap::new(),
            own: HashMap::new(),
            names: BTreeMap::new(),
        };
        for (layer, listed) in layers.iter().enumerate() {
            for (feature, key) in listed.keys.iter().enumerate() {
                let place = Place { layer, feature };
                if listed.kind == KeyKind::Own {
                    directory.own.entry(key.as_str()).or_default().push(place);
                } else {
                    let unit = directory.links.unit(listed.kind, key);
                    directory.units.entry(unit).or_default().push(place);
                }
                if let Some(name) = listed.names.get(feature).filter(|name| !name.is_empty()) {
                    let folded = Folded::of(name);
                    directory.names.entry(folded.core).or_default().push((place, folded.whole));
                }
            }
        }
        Self { layers, ..directory }
    }

    /// The layers, in the order in which they were given.
    #[must_use]
    pub fn layers(&self) -> &[Listed<'a>] {
        &self.layers
    }

    /// The key of an area; empty where there is no such place.
    #[must_use]
    pub fn key(&self, place: Place) -> &str {
        let key = self.layers.get(place.layer).and_then(|layer| layer.keys.get(place.feature));
        key.map_or("", AreaKey::as_str)
    }

    /// Key and name of an area, for messages.
    #[must_use]
    pub fn label(&self, place: Place) -> String {
        let key = self.key(place);
        let name = self.layers.get(place.layer).and_then(|layer| layer.names.get(place.feature));
        match name.filter(|name| !name.is_empty() && *name != key) {
            Some(name) => format!("{key} {name}"),
            None => key.to_owned(),
        }
    }

    /// The area that a key text means. A zero is put back only where the text as it stands could be no key; where it
    /// could be one, of an area that is not here, both are left to a person.
    #[must_use]
    pub fn resolve(&self, text: &str) -> Resolved {
        let own = self.own.get(text.trim()).cloned().unwrap_or_default();
        let Readings { sound, restored, .. } = readings(text);
        let hits = self.hits(&sound);
        match hits.as_slice() {
            [] if !own.is_empty() => return own_only(own),
            [] => {}
            [(reading, _)] => return self.found(reading, own),
            several => return self.ambiguous(several),
        }
        if let Some(choices) = self.shared_ags(&sound) {
            return choices;
        }
        let hits = self.hits(&restored);
        match hits.as_slice() {
            [] => self.shared_ags(&restored).unwrap_or(Resolved::Unknown),
            [(reading, _)] if sound.is_empty() => self.found(reading, Vec::new()),
            several => self.ambiguous(several),
        }
    }

    /// The area that a name means, where it is the name of one area only. Names lead to areas of the same level in
    /// several layers, such as those of different years, and to one area under keys of different kinds. `Ahlden` alone
    /// may be the Samtgemeinde of that name or its member `Ahlden (Aller)`; `Samtgemeinde Ahlden` may not.
    #[must_use]
    pub fn by_name(&self, text: &str) -> Resolved {
        let folded = Folded::of(text);
        if folded.core.is_empty() || folded.core.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ') {
            return Resolved::Unknown;
        }
        let Some(named) = self.names.get(&folded.core) else { return Resolved::Unknown };
        let is_meant = |(place, whole): &&(Place, String)| {
            *whole == folded.whole
                || folded.allows(self.level(*place))
                || self.unit(*place).is_some_and(|unit| {
                    self.units.get(&unit).into_iter().flatten().any(|other| folded.allows(self.level(*other)))
                })
        };
        let mut places: Vec<Place> = named.iter().filter(is_meant).map(|(place, _)| *place).collect();
        if folded.levels.is_none() {
            let longer = format!("{} ", folded.core);
            let longer = self.names.range(longer.clone()..).take_while(|(core, _)| core.starts_with(&longer));
            let official = longer.flat_map(|(_, named)| named).filter(|(place, _)| self.level(*place) != Level::Own);
            places.extend(official.map(|(place, _)| *place));
        }
        let groups = self.group(&places);
        let manner = Manner { spelling: Spelling::Name, ..Manner::WRITTEN };
        match groups.as_slice() {
            [] => Resolved::Unknown,
            [places] => {
                let level = places.first().map_or(Level::Own, |place| self.level(*place));
                Resolved::Found(Found { places: places.clone(), level, manner })
            }
            several => Resolved::Ambiguous(several.iter().flatten().map(|place| (*place, manner)).collect()),
        }
    }

    /// Why a text that means no area of some layers has none there.
    #[must_use]
    pub fn stranger(&self, text: &str, among: &[usize]) -> Stranger {
        let layers = || among.iter().filter_map(|layer| Some((self.layers.get(*layer)?, self.shown.get(*layer)?)));
        if layers().all(|(layer, _)| layer.kind == KeyKind::Own) {
            return Stranger::Unknown;
        }
        let found = readings(text);
        let mut read: Vec<&Reading> = found.sound.iter().collect();
        // eight digits of the states 10 to 16 may be the association of state 01 without its zero
        read.extend(&found.restored);
        if read.is_empty() {
            return if found.beyond { Stranger::OtherLevel } else { Stranger::Unknown };
        }
        let at_level = |reading: &&Reading| {
            let levels = self.levels_of(reading);
            layers().any(|(layer, _)| levels.contains(&layer.kind.level()))
        };
        read.retain(at_level);
        if read.is_empty() {
            return Stranger::OtherLevel;
        }
        let is_shown = |reading: &&Reading| {
            let key = reading.key.as_str();
            layers().any(|(_, shown)| match reading.kind {
                KeyKind::State | KeyKind::Own => false,
                KeyKind::District => key.get(..2).is_some_and(|state| shown.states.contains(state)),
                _ => key.get(..5).is_some_and(|district| shown.districts.contains(district)),
            })
        };
        if read.iter().any(is_shown) { Stranger::Unknown } else { Stranger::Elsewhere }
    }

    /// Levels at which a key may have an area: a municipality without association is its own association.
    fn levels_of(&self, reading: &Reading) -> Vec<Level> {
        let level = reading.kind.level();
        let key = reading.key.as_str();
        let alone = match level {
            Level::Association => matches!(key.as_bytes().get(5), Some(b'0' | b'9')),
            Level::Municipality => self
                .links
                .ars_of
                .get(&reading.key.to_ags())
                .is_some_and(|known| known.iter().any(|ars| matches!(ars.as_bytes().get(5), Some(b'0' | b'9')))),
            _ => false,
        };
        match level {
            Level::Association if alone => vec![level, Level::Municipality],
            Level::Municipality if alone => vec![level, Level::Association],
            _ => vec![level],
        }
    }

    pub(super) fn level(&self, place: Place) -> Level {
        self.layers.get(place.layer).map_or(Level::Own, |layer| layer.kind.level())
    }

    pub(super) fn unit(&self, place: Place) -> Option<Unit> {
        let layer = self.layers.get(place.layer)?;
        Some(self.links.unit(layer.kind, layer.keys.get(place.feature)?))
    }

    pub(super) fn places(&self, kind: KeyKind, key: &AreaKey) -> &[Place] {
        self.units.get(&self.links.unit(kind, key)).map_or(&[], Vec::as_slice)
    }

    /// Readings that have areas: one per unit, at the level of an area if there is one: `03358000` has the digits of a
    /// town without county, and is the district with zeros behind it.
    fn hits<'r>(&self, readings: &'r [Reading]) -> Vec<(&'r Reading, Unit)> {
        let mut hits: Vec<(&Reading, Unit)> = Vec::new();
        for reading in readings {
            let unit = self.links.unit(reading.kind, &reading.key);
            let Some(places) = self.units.get(&unit) else { continue };
            let at_level = |reading: &Reading| places.iter().any(|place| self.level(*place) == reading.kind.level());
            match hits.iter_mut().find(|(_, known)| *known == unit) {
                Some((known, _)) if at_level(reading) && !at_level(known) => *known = reading,
                Some(_) => {}
                None => hits.push((reading, unit)),
            }
        }
        hits
    }

    fn found(&self, reading: &Reading, own: Vec<Place>) -> Resolved {
        let mut places = own;
        places.extend(self.places(reading.kind, &reading.key));
        places.sort_unstable();
        let twice = places.windows(2).any(|pair| matches!(pair, [one, other] if one.layer == other.layer));
        if twice {
            return Resolved::Ambiguous(places.into_iter().map(|place| (place, reading.manner)).collect());
        }
        Resolved::Found(Found { places, level: reading.kind.level(), manner: reading.manner })
    }

    fn ambiguous(&self, hits: &[(&Reading, Unit)]) -> Resolved {
        let choices = hits.iter().flat_map(|(reading, unit)| {
            self.units.get(unit).into_iter().flatten().map(|place| (*place, reading.manner))
        });
        Resolved::Ambiguous(choices.collect())
    }

    /// The areas of an AGS that several ARS share, as some unincorporated areas of Bavaria do.
    fn shared_ags(&self, readings: &[Reading]) -> Option<Resolved> {
        readings.iter().filter(|reading| reading.kind == KeyKind::Ags).find_map(|reading| {
            let known = self.links.ars_of.get(&reading.key).filter(|known| known.len() > 1)?;
            let places = known.iter().flat_map(|ars| self.places(KeyKind::Ars, &AreaKey::complete(ars.clone())));
            let choices: Vec<(Place, Manner)> = places.map(|place| (*place, reading.manner)).collect();
            (!choices.is_empty()).then_some(Resolved::Ambiguous(choices))
        })
    }

    /// Places with one name, by what they can be at the same time.
    fn group(&self, places: &[Place]) -> Vec<Vec<Place>> {
        let mut groups: Vec<Vec<Place>> = Vec::new();
        for place in places {
            let belongs = |group: &&mut Vec<Place>| {
                group.iter().all(|other| other.layer != place.layer)
                    && group
                        .iter()
                        .any(|other| self.unit(*other) == self.unit(*place) || self.level(*other) == self.level(*place))
            };
            match groups.iter_mut().find(belongs) {
                Some(group) => group.push(*place),
                None => groups.push(vec![*place]),
            }
        }
        groups
    }
}

fn own_only(places: Vec<Place>) -> Resolved {
    let twice = places.windows(2).any(|pair| matches!(pair, [one, other] if one.layer == other.layer));
    if twice {
        return Resolved::Ambiguous(places.into_iter().map(|place| (place, Manner::WRITTEN)).collect());
    }
    Resolved::Found(Found { places, level: Level::Own, manner: Manner::WRITTEN })
}

impl<'a> Shown<'a> {
    fn of(listed: &Listed<'a>) -> Self {
        let mut shown = Self::default();
        let mut by_state: HashMap<&str, usize> = HashMap::new();
        for key in listed.keys {
            let key = key.as_str();
            match listed.kind.level() {
                Level::Municipality | Level::Association => shown.districts.extend(key.get(..5)),
                Level::District => *by_state.entry(key.get(..2).unwrap_or(key)).or_default() += 1,
                Level::State | Level::Own => {}
            }
        }
        shown.states = by_state.into_iter().filter(|(_, count)| *count > 1).map(|(state, _)| state).collect();
        shown
    }
}

#[cfg(test)]
mod tests;
