//! The former areas behind the areas of one layer.
//!
//! A former area is a key until a day: the county `03159` before a reform is another area than the county `03159` after
//! it. From the newest reform to the oldest, the areas that were there before are put behind those that came after.

use std::collections::{BTreeSet, HashMap};

use super::{Shares, Successions};
use crate::area::{AreaKey, KeyKind};
use crate::value::Date;

/// An area of the layer, or one that was there before, as positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// An area of the layer.
    Present(usize),
    /// A former area: position in [`Lineage::former`].
    Former(usize),
}

/// An area that is no more, or no more what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// Its key.
    pub key: AreaKey,
    /// The day on which it became something else.
    pub until: Date,
    /// Into how many areas it went.
    pub successors: usize,
}

/// A former area in a newer one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Position of the former area.
    pub former: usize,
    /// How much of it.
    pub shares: Shares,
}

/// The former areas behind one layer; empty where no reform concerns it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lineage {
    former: Vec<Former>,
    /// The keys of former areas, each once, in the order in which they are met.
    keys: Vec<AreaKey>,
    parts: HashMap<Node, Vec<Part>>,
    /// By key, the former areas with it, oldest first.
    versions: HashMap<AreaKey, Vec<usize>>,
}

impl Lineage {
    /// Finds what is behind the areas of a layer. `state` is the last day of the layer's own areas; reforms after it do
    /// not concern it. `None` = today's areas.
    #[must_use]
    pub fn new(successions: &Successions, kind: KeyKind, keys: &[AreaKey], state: Option<Date>) -> Self {
        let as_kind = |text: &str, kind: KeyKind| AreaKey::read(text, kind).ok().map(|read| read.key);
        // municipalities that are in no association are their own, there as well
        let read = |text: &str| match kind {
            KeyKind::Association => as_kind(text, kind).or_else(|| as_kind(text, KeyKind::Ags)?.to_own_association()),
            _ => as_kind(text, kind),
        };
        let mut rows: Vec<(Date, AreaKey, AreaKey, Shares)> = successions
            .rows
            .iter()
            .filter(|row| state.is_none_or(|state| row.date <= state))
            .filter_map(|row| Some((row.date, read(&row.from)?, read(&row.to)?, row.shares)))
            .collect();
        rows.sort_by(|(one, ..), (other, ..)| other.cmp(one));
        let mut lineage = Self::default();
        let mut heads: HashMap<AreaKey, Node> =
            keys.iter().enumerate().map(|(position, key)| (key.clone(), Node::Present(position))).collect();
        for group in rows.chunk_by(|(one, ..), (other, ..)| one == other) {
            lineage.step(group, &mut heads);
        }
        for versions in lineage.versions.values_mut() {
            versions.sort_by_key(|former| lineage.former.get(*former).map(|former| former.until));
        }
        lineage
    }

    /// Takes one day's changes: `heads` are the areas after it, and then those before.
    fn step(&mut self, group: &[(Date, AreaKey, AreaKey, Shares)], heads: &mut HashMap<AreaKey, Node>) {
        let mut before: HashMap<AreaKey, Node> = HashMap::new();
        let mut created: BTreeSet<AreaKey> = BTreeSet::new();
        for (until, from, to, shares) in group {
            // what went into areas that the layer does not show is no part of any that it shows
            let Some(target) = heads.get(to).copied() else { continue };
            created.insert(to.clone());
            let node = *before.entry(from.clone()).or_insert_with(|| {
                let successors = group.iter().filter(|(_, other, ..)| other == from).count();
                self.former.push(Former { key: from.clone(), until: *until, successors });
                let position = self.former.len() - 1;
                let versions = self.versions.entry(from.clone()).or_default();
                if versions.is_empty() {
                    self.keys.push(from.clone());
                }
                versions.push(position);
                Node::Former(position)
            });
            if let Node::Former(former) = node {
                self.parts.entry(target).or_default().push(Part { former, shares: *shares });
            }
        }
        for key in created {
            heads.remove(&key);
        }
        heads.extend(before);
    }

    /// The former areas.
    #[must_use]
    pub fn former(&self) -> &[Former] {
        &self.former
    }

    /// The keys of former areas, each once.
    #[must_use]
    pub fn keys(&self) -> &[AreaKey] {
        &self.keys
    }

    /// What an area was made of, as far back as one reform; empty if it has always been what it is.
    #[must_use]
    pub fn parts(&self, node: Node) -> &[Part] {
        self.parts.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The former area that a key means on a day; `None` if it means the present one. `is_present` says whether the layer
    /// has an area with this key. A key that is no more means the last area that had it, whatever the day.
    #[must_use]
    pub fn version(&self, key: &AreaKey, on: Date, is_present: bool) -> Option<usize> {
        let versions = self.versions.get(key)?;
        let then = versions.iter().find(|former| self.former.get(**former).is_some_and(|former| on < former.until));
        then.or_else(|| versions.last().filter(|_| !is_present)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Succession;
    use super::*;

    fn date(text: &str) -> Date {
        Date::read(text).expect("a day")
    }

    fn successions(rows: &[(&str, &str, &str, f64)]) -> Successions {
        let row = |(from, to, on, share): &(&str, &str, &str, f64)| Succession {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            date: date(on),
            shares: Shares { population: Some(*share), ..Shares::default() },
            line: 0,
        };
        Successions { rows: rows.iter().map(row).collect(), ..Successions::default() }
    }

    fn keys(keys: &[&str]) -> Vec<AreaKey> {
        keys.iter().map(|key| AreaKey::read(key, KeyKind::Ags).expect("a key").key).collect()
    }

    fn parts(lineage: &Lineage, node: Node) -> Vec<String> {
        lineage.parts(node).iter().map(|part| lineage.former()[part.former].key.to_string()).collect()
    }

    #[test]
    fn an_area_has_those_behind_it_that_went_into_it() {
        let rows =
            successions(&[("03358004", "03358024", "2020-01-01", 1.0), ("3358022", "03358024", "2020-01-01", 1.0)]);
        let keys = keys(&["03358002", "03358024"]);
        let lineage = Lineage::new(&rows, KeyKind::Ags, &keys, None);
        assert_eq!(parts(&lineage, Node::Present(1)), ["03358004", "03358022"]);
        assert!(lineage.parts(Node::Present(0)).is_empty());
        let association = AreaKey::read("033580024", KeyKind::Association).expect("a key").key;
        let associations = Lineage::new(&rows, KeyKind::Association, &[association], None);
        assert_eq!(parts(&associations, Node::Present(0)), ["033580004", "033580022"]);
        let before = Lineage::new(&rows, KeyKind::Ags, &keys, Some(Date::end_of(2019)));
        assert_eq!(before, Lineage::default());
    }

    #[test]
    fn reforms_lie_behind_each_other_and_a_key_means_what_it_meant_on_the_day() {
        // 3 took in 2 in 2016, which had given a part to 3 in 2011
        let rows = successions(&[
            ("03351002", "03351002", "2011-11-01", 0.9),
            ("03351002", "03351003", "2011-11-01", 0.1),
            ("03351003", "03351003", "2011-11-01", 1.0),
            ("03351002", "03351003", "2016-11-01", 1.0),
            ("03351003", "03351003", "2016-11-01", 1.0),
        ]);
        let keys = keys(&["03351003"]);
        let lineage = Lineage::new(&rows, KeyKind::Ags, &keys, None);
        assert_eq!(lineage.former().len(), 4);
        assert_eq!(parts(&lineage, Node::Present(0)), ["03351002", "03351003"]);
        let newest = lineage.parts(Node::Present(0))[1].former;
        assert_eq!(parts(&lineage, Node::Former(newest)), ["03351002", "03351003"]);
        let version = |key: &str, on: &str, present| {
            let key = AreaKey::read(key, KeyKind::Ags).expect("a key").key;
            let former = lineage.version(&key, date(on), present)?;
            Some(lineage.former()[former].until)
        };
        assert_eq!(version("03351003", "2010-12-31", true), Some(date("2011-11-01")));
        assert_eq!(version("03351003", "2011-12-31", true), Some(date("2016-11-01")));
        assert_eq!(version("03351003", "2016-12-31", true), None);
        assert_eq!(version("03351002", "2020-12-31", false), Some(date("2016-11-01")));
    }
}
