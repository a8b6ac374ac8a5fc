//! The same area under keys of different kinds: what it is, whatever its key is called.
//!
//! Some of it follows from the keys alone: the AGS within an ARS, a town without county, Hamburg and Berlin. That an
//! association is one municipality is only believed where a layer says so: keys of before 2009 look alike and mean
//! something else.

use std::collections::{BTreeSet, HashMap};

use super::directory::Listed;
use super::key::{AreaKey, KeyKind};
use super::name::Folded;

/// An area, whatever its key is called: the shortest of its keys.
pub(super) type Unit = (KeyKind, String);

/// What is known of the same area under keys of different kinds.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// The ARS of every AGS for which a layer has one.
    pub(super) ars_of: HashMap<AreaKey, BTreeSet<String>>,
    /// Associations that are one municipality, with its AGS.
    single: HashMap<String, String>,
}

impl Links {
    pub(super) fn find(layers: &[Listed<'_>]) -> Self {
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
                // former areas have no names; those that the table of reforms names are municipalities
                let same_name = name.is_empty() || Folded::of(name).core == Folded::of(municipality).core;
                if !links.ars_of.contains_key(&ags) && same_name {
                    links.single.insert(key.as_str().to_owned(), ags.as_str().to_owned());
                }
            }
        }
        links
    }

    /// The unit that a key stands for.
    pub(super) fn unit(&self, kind: KeyKind, key: &AreaKey) -> Unit {
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
