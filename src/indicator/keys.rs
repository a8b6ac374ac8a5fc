//! The layers of an indicator in the directory of all areas: which of their areas does a key text mean?

use super::LayerKeys;
use crate::area::{AreaKey, Directory, Manner, Nearest, Place as AreaPlace, Resolved, Stranger};
use crate::succession::Node;
use crate::value::Date;

/// One area of one of the indicator's layers, as positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) layer: usize,
    pub(super) feature: usize,
    /// Whether the text is a key of another level: the area is the same, but may have a row of its own.
    pub(super) lent: bool,
    /// Whether the layer has no such area any more: then `feature` is the position among the keys of former areas.
    pub(super) former: bool,
}

/// What a key text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The areas with this key: at most one per layer.
    pub(super) places: Vec<Place>,
    pub(super) verdict: Verdict,
}

/// What is to be said about a key text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was read, in this manner.
    Read(Manner),
    /// It may mean several areas.
    Ambiguous,
    /// It means none of the layers' areas.
    Stranger(Stranger),
}

/// The layers of one indicator.
#[derive(Debug)]
pub(super) struct KeyIndex<'a> {
    layers: &'a [LayerKeys<'a>],
    directory: &'a Directory<'a>,
    /// By position in the directory, the position among the indicator's layers, and whether it is of former areas.
    positions: Vec<Option<(usize, bool)>>,
    /// Positions in the directory.
    among: Vec<usize>,
}

impl<'a> KeyIndex<'a> {
    pub(super) fn new(layers: &'a [LayerKeys<'a>], directory: &'a Directory<'a>) -> Self {
        let mut positions = vec![None; directory.layers().len()];
        for (position, layer) in layers.iter().enumerate() {
            for (in_directory, former) in [(Some(layer.in_directory), false), (layer.former_in_directory, true)] {
                if let Some(known) = in_directory.and_then(|at| positions.get_mut(at)) {
                    *known = Some((position, former));
                }
            }
        }
        Self { layers, directory, positions, among: layers.iter().map(|layer| layer.in_directory).collect() }
    }

    pub(super) fn layers(&self) -> &'a [LayerKeys<'a>] {
        self.layers
    }

    /// The areas that a text means; `by_name` says whether the table has names for keys.
    pub(super) fn find(&self, text: &str, by_name: bool) -> Meaning {
        let resolved = match self.directory.resolve(text) {
            Resolved::Unknown if by_name => self.directory.by_name(text),
            resolved => resolved,
        };
        let none = |verdict| Meaning { places: Vec::new(), verdict };
        match resolved {
            Resolved::Found(found) => {
                let mut places: Vec<Place> = found
                    .places
                    .iter()
                    .filter_map(|place| {
                        let (layer, former) = self.positions.get(place.layer).copied().flatten()?;
                        let lent = self.layers.get(layer)?.kind.level() != found.level;
                        Some(Place { layer, feature: place.feature, lent, former })
                    })
                    .collect();
                // a key that went on is found in the layer; which area it means, the day says
                places.sort_by_key(|place| (place.layer, place.former));
                places.dedup_by_key(|place| place.layer);
                match places.as_slice() {
                    [] => none(Verdict::Stranger(Stranger::OtherLevel)),
                    _ => Meaning { places, verdict: Verdict::Read(found.manner) },
                }
            }
            Resolved::Ambiguous(choices) => {
                let shown = choices.iter().any(|(place, _)| self.among.contains(&place.layer));
                none(if shown { Verdict::Ambiguous } else { Verdict::Stranger(Stranger::OtherLevel) })
            }
            Resolved::Unknown => none(Verdict::Stranger(self.directory.stranger(text, &self.among))),
        }
    }

    /// Key and name of an area; former areas have no name.
    pub(super) fn label(&self, place: Place) -> (&'a str, &'a str) {
        let Some(layer) = self.layers.get(place.layer) else { return ("", "") };
        if place.former {
            return (layer.lineage.keys().get(place.feature).map_or("", AreaKey::as_str), "");
        }
        let name = layer.names.get(place.feature).map_or("", String::as_str);
        (layer.keys.get(place.feature).map_or("", AreaKey::as_str), name)
    }

    /// The area that a place means on a day: one of the layer, or one that was there before.
    pub(super) fn node(&self, place: Place, on: Date) -> Option<Node> {
        let layer = self.layers.get(place.layer)?;
        let keys = if place.former { layer.lineage.keys() } else { layer.keys };
        let version = layer.lineage.version(keys.get(place.feature)?, on, !place.former);
        let present = (!place.former).then_some(Node::Present(place.feature));
        version.map(Node::Former).or(present)
    }

    /// Whether the key column of a table has names instead of keys: at least half of what is no key of any shape is the
    /// name of one area. In a table of the whole country a name of this district may be that of another one's area.
    pub(super) fn has_names<'t>(&self, texts: impl Iterator<Item = &'t str>) -> bool {
        let (mut names, mut known) = (0_usize, 0_usize);
        for text in texts {
            if text.bytes().any(|byte| byte.is_ascii_digit()) || self.directory.resolve(text) != Resolved::Unknown {
                continue;
            }
            names += 1;
            known += usize::from(self.directory.by_name(text) != Resolved::Unknown);
        }
        known > 0 && known * 2 >= names
    }

    /// Candidates for keys without area; `has_partner[layer][feature]` tells which areas have rows.
    pub(super) fn nearest(
        &self,
        has_partner: &'a [Vec<bool>],
    ) -> Nearest<'a, impl Fn(AreaPlace) -> Option<bool> + use<'_, 'a>> {
        let has_row = move |place: AreaPlace| {
            let (layer, _) = self.positions.get(place.layer).copied().flatten().filter(|(_, former)| !former)?;
            has_partner.get(layer)?.get(place.feature).copied()
        };
        Nearest { directory: self.directory, has_row }
    }
}
