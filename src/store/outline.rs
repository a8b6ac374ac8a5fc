//! The rings of one feature as a tile wants them: one after the other in one buffer.

use crate::geo::Mercator;

/// Rings of one feature in Mercator metres. Filled anew for each feature, so that a tile of thousands of
/// areas asks for memory once.
#[derive(Debug, Default)]
pub struct Outline {
    pub(super) vertices: Vec<Mercator>,
    pub(super) rings: Vec<OutlineRing>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct OutlineRing {
    pub(super) end: usize,
    pub(super) is_hole: bool,
}

impl Outline {
    /// The rings in the order of the store, a polygon's exterior before its holes, and whether each is a
    /// hole.
    pub fn rings(&self) -> impl Iterator<Item = (&[Mercator], bool)> {
        let starts = std::iter::once(0).chain(self.rings.iter().map(|ring| ring.end));
        starts.zip(&self.rings).map(|(start, ring)| (&self.vertices[start..ring.end], ring.is_hole))
    }

    pub(super) fn clear(&mut self) {
        self.vertices.clear();
        self.rings.clear();
    }
}
