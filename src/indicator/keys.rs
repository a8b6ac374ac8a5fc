//! The layers of an indicator in the directory of all areas: which of their areas does a key text mean?

use super::LayerKeys;
use crate::area::{Directory, Manner, Nearest, Place as AreaPlace, Resolved, Stranger};

/// One area of one of the indicator's layers, as positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) layer: usize,
    pub(super) feature: usize,
    /// Whether the text is a key of another level: the area is the same, but may have a row of its own.
    pub(super) lent: bool,
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
    /// By position in the directory, the position among the indicator's layers.
    positions: Vec<Option<usize>>,
    /// Positions in the directory.
    among: Vec<usize>,
}

impl<'a> KeyIndex<'a> {
    pub(super) fn new(layers: &'a [LayerKeys<'a>], directory: &'a Directory<'a>) -> Self {
        let mut positions = vec![None; directory.layers().len()];
        for (position, layer) in layers.iter().enumerate() {
            if let Some(known) = positions.get_mut(layer.in_directory) {
                *known = Some(position);
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
                let places: Vec<Place> = found
                    .places
                    .iter()
                    .filter_map(|place| {
                        let layer = self.positions.get(place.layer).copied().flatten()?;
                        let lent = self.layers.get(layer)?.kind.level() != found.level;
                        Some(Place { layer, feature: place.feature, lent })
                    })
                    .collect();
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
            let layer = self.positions.get(place.layer).copied().flatten()?;
            has_partner.get(layer)?.get(place.feature).copied()
        };
        Nearest { directory: self.directory, has_row }
    }
}
