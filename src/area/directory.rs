//! The areas that exist, and which of them a text in a key column means.
//!
//! Built from the keys, names and parents of area layers. One area may be in several layers under keys of several
//! kinds: a town without association is also its own association, a town without county its own district, Hamburg and
//! Berlin are states. So every area gets a [`Unit`], and layers that have the same unit have the same area. An AGS is
//! cut out of an ARS; the ARS of an AGS is known only where the directory has it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::key::{AreaKey, KeyKind, Level};
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

/// An area, whatever its key is called: the shortest of its keys.
pub(super) type Unit = (KeyKind, String);

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

/// What is known of the same area under keys of different kinds.
#[derive(Debug, Default)]
struct Links {
    /// The ARS of every AGS for which a layer has one.
    ars_of: HashMap<AreaKey, BTreeSet<String>>,
    /// Associations that are one municipality, with its AGS.
    single: HashMap<String, String>,
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

impl Links {
    fn find(layers: &[Listed<'_>]) -> Self {
        let mut links = Self::default();
        let mut names: HashMap<&str, &str> = HashMap::new();
        for listed in layers {
            for (feature, key) in listed.keys.iter().enumerate() {
                let name = listed.names.get(feature).map_or("", String::as_str);
                let ars = match listed.kind {
                    KeyKind::Ars => Some(key.as_str().to_owned()),
                    KeyKind::Ags => {
                        names.insert(key.as_str(), name);
                        let parent = listed.parents.get(feature).and_then(Option::as_ref);
                        let association = parent.filter(|parent| parent.len() == 9);
                        association.zip(key.as_str().get(5..)).map(|(parent, own)| format!("{parent}{own}"))
                    }
                    _ => None,
                };
                if let Some(ars) = ars {
                    links.ars_of.entry(AreaKey::complete(ars.clone()).to_ags()).or_default().insert(ars);
                }
            }
        }
        for listed in layers.iter().filter(|listed| listed.kind == KeyKind::Association) {
            for (feature, key) in listed.keys.iter().enumerate() {
                let Some(ags) = own_municipality(key) else { continue };
                let Some(municipality) = names.get(ags.as_str()) else { continue };
                let name = listed.names.get(feature).map_or("", String::as_str);
                if !links.ars_of.contains_key(&ags) && Folded::of(name).core == Folded::of(municipality).core {
                    links.single.insert(key.as_str().to_owned(), ags.as_str().to_owned());
                }
            }
        }
        links
    }

    /// The unit that a key stands for.
    fn unit(&self, kind: KeyKind, key: &AreaKey) -> Unit {
        match kind {
            KeyKind::State | KeyKind::Own => (kind, key.as_str().to_owned()),
            KeyKind::District => match key.as_str().split_at_checked(2) {
                // Hamburg and Berlin
                Some((state @ ("02" | "11"), "000")) => (KeyKind::State, state.to_owned()),
                _ => (kind, key.as_str().to_owned()),
            },
            KeyKind::Association => match self.only_municipality(key) {
                Some(ags) => self.unit(KeyKind::Ags, &ags),
                None => (kind, key.as_str().to_owned()),
            },
            KeyKind::Ags => match key.as_str().split_at_checked(5) {
                // a town without county
                Some((district, "000")) => self.unit(KeyKind::District, &AreaKey::complete(district.to_owned())),
                // a layer that takes the offices' key of a Samtgemeinde for an AGS
                Some((district, group)) if key.as_str().starts_with("03") && group.starts_with('4') => {
                    (KeyKind::Association, format!("{district}5{group}"))
                }
                _ => (kind, key.as_str().to_owned()),
            },
            KeyKind::Ars => {
                let ags = key.to_ags();
                let shared = self.ars_of.get(&ags).is_some_and(|known| known.len() > 1);
                if shared { (kind, key.as_str().to_owned()) } else { self.unit(KeyKind::Ags, &ags) }
            }
        }
    }

    /// The AGS of the one municipality of an association.
    fn only_municipality(&self, association: &AreaKey) -> Option<AreaKey> {
        if let Some(ags) = self.single.get(association.as_str()) {
            return Some(AreaKey::complete(ags.clone()));
        }
        let ags = own_municipality(association)?;
        let known = self.ars_of.get(&ags);
        let inside = known.is_some_and(|known| known.iter().all(|ars| ars.starts_with(association.as_str())));
        (inside || association.as_str().ends_with("0000")).then_some(ags)
    }
}

/// The AGS that an association has for its only municipality by its key: since 2009 the Verband of a municipality
/// without association is 0 or 9 and the last three digits of its AGS. Older keys look alike and mean something else.
fn own_municipality(association: &AreaKey) -> Option<AreaKey> {
    let (district, group) = association.as_str().split_at_checked(5)?;
    let own = group.strip_prefix(['0', '9'])?;
    (own.len() == 3).then(|| AreaKey::complete(format!("{district}{own}")))
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
mod tests {
    use super::*;

    struct Layer(KeyKind, Vec<AreaKey>, Vec<String>, Vec<Option<String>>);

    fn layer(kind: KeyKind, areas: &[(&str, &str, &str)]) -> Layer {
        let keys = areas.iter().map(|(key, ..)| AreaKey::read(key, kind).expect("a key").key).collect();
        let names = areas.iter().map(|(_, name, _)| (*name).to_owned()).collect();
        let parent = |parent: &str| (!parent.is_empty()).then(|| parent.to_owned());
        Layer(kind, keys, names, areas.iter().map(|(.., of)| parent(of)).collect())
    }

    fn directory(layers: &[Layer]) -> Directory<'_> {
        let listed =
            layers.iter().map(|Layer(kind, keys, names, parents)| Listed { kind: *kind, keys, names, parents });
        Directory::new(listed.collect())
    }

    /// Keys of the areas that are found; "?" before choices.
    fn found(directory: &Directory<'_>, resolved: &Resolved) -> String {
        let keys = |places: &mut dyn Iterator<Item = Place>| {
            places.map(|place| directory.key(place).to_owned()).collect::<Vec<_>>().join(" ")
        };
        match resolved {
            Resolved::Found(found) => keys(&mut found.places.iter().copied()),
            Resolved::Ambiguous(choices) => format!("? {}", keys(&mut choices.iter().map(|(place, _)| *place))),
            Resolved::Unknown => String::new(),
        }
    }

    fn heidekreis() -> [Layer; 3] {
        [
            layer(
                KeyKind::Ags,
                &[
                    ("03358001", "Ahlden (Aller)", "033585401"),
                    ("03358002", "Bispingen", "033580002"),
                    ("03358501", "Osterheide", "033589501"),
                ],
            ),
            layer(
                KeyKind::Association,
                &[("033585401", "Ahlden", ""), ("033580002", "Bispingen", ""), ("033589501", "Osterheide", "")],
            ),
            layer(KeyKind::District, &[("03358", "Heidekreis", ""), ("03351", "Celle", "")]),
        ]
    }

    #[test]
    fn mixed_keys_of_the_offices_lead_to_one_level_each() {
        let layers = heidekreis();
        let directory = directory(&layers);
        for (text, keys) in [
            ("03358401", "033585401"),
            ("03358401001", "03358001"),
            ("03358002", "03358002 033580002"),
            ("033580002", "03358002 033580002"),
            ("03358501", "03358501 033589501"),
            ("033585401001", "03358001"),
            ("03358", "03358"),
            ("3358000", "03358"),
            ("DE938", "03358"),
            ("03", ""),
            ("03351006", ""),
        ] {
            assert_eq!(found(&directory, &directory.resolve(text)), keys, "{text}");
        }
    }

    #[test]
    fn one_area_has_keys_of_several_kinds() {
        let layers = [
            layer(KeyKind::Ars, &[("020000000000", "Hamburg", ""), ("031010000000", "Braunschweig", "")]),
            layer(KeyKind::District, &[("02000", "Hamburg", ""), ("03101", "Braunschweig", "")]),
            layer(KeyKind::State, &[("02", "Hamburg", ""), ("03", "Niedersachsen", "")]),
        ];
        let directory = directory(&layers);
        for text in ["02", "02000", "02000000", "020000000", "020000000000"] {
            assert_eq!(found(&directory, &directory.resolve(text)), "020000000000 02000 02", "{text}");
        }
        assert_eq!(found(&directory, &directory.resolve("03101")), "031010000000 03101");
        assert_eq!(found(&directory, &directory.resolve("03")), "03");
    }

    #[test]
    fn what_may_be_two_areas_is_left_to_a_person() {
        let layers = [
            layer(KeyKind::Ags, &[("10041100", "Saarbrücken", "")]),
            layer(KeyKind::Association, &[("010041100", "an older association", "")]),
            layer(KeyKind::Own, &[("A1", "Nord", ""), ("3358", "Süd", "")]),
        ];
        let all = directory(&layers);
        assert_eq!(found(&all, &all.resolve("10041100")), "10041100", "as it stands it is an area");
        assert_eq!(found(&all, &all.resolve("3358")), "3358", "the district's own key is no damaged one");
        let part = directory(&layers[1..]);
        assert_eq!(found(&part, &part.resolve("10041100")), "? 010041100", "it may be an AGS that is not here");
        let shared =
            [layer(KeyKind::Ars, &[("092739444444", "one forest", ""), ("092739445444", "another forest", "")])];
        let shared = directory(&shared);
        assert_eq!(found(&shared, &shared.resolve("09273444")), "? 092739444444 092739445444");
        assert_eq!(found(&shared, &shared.resolve("092739445444")), "092739445444");
    }

    #[test]
    fn a_name_is_read_where_it_is_the_name_of_one_area() {
        let mut layers = heidekreis().into_iter().collect::<Vec<_>>();
        layers.push(layer(KeyKind::Ags, &[("03351006", "Celle", ""), ("03358002", "Bispingen", "")]));
        let directory = directory(&layers);
        for (name, keys) in [
            ("    Bispingen", "03358002 033580002 03358002"),
            ("Osterheide, gem.fr. Bezirk", "03358501 033589501"),
            ("Samtgemeinde Ahlden", "033585401"),
            ("Ahlden/Aller", "03358001"),
            ("Ahlden", "? 033585401 03358001"),
            ("Celle", "? 03351 03351006"),
            ("Celle, Landkreis", "03351"),
            ("Celle, Stadt", "03351006"),
            ("Landkreis Heidekreis", "03358"),
            ("Soltau", ""),
        ] {
            assert_eq!(found(&directory, &directory.by_name(name)), keys, "{name}");
        }
    }

    #[test]
    fn strangers_are_told_apart_by_level_and_county() {
        let layers = [
            layer(KeyKind::Ags, &[("03358002", "", ""), ("03358008", "", "")]),
            layer(KeyKind::District, &[("03358", "", "")]),
        ];
        let directory = directory(&layers);
        for unknown in ["03358004", "3358004", "03358401001", "Bispingen", "03358 004"] {
            assert_eq!(directory.stranger(unknown, &[0, 1]), Stranger::Unknown, "{unknown}");
        }
        for elsewhere in ["01001000", "1001000", "03352", "03101401001", "16077"] {
            assert_eq!(directory.stranger(elsewhere, &[0, 1]), Stranger::Elsewhere, "{elsewhere}");
        }
        for other in ["DG", "03", "3", "033", "03358401", "33585401000"] {
            assert_eq!(directory.stranger(other, &[0, 1]), Stranger::OtherLevel, "{other}");
        }
    }
}
