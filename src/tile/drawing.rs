//! One feature's rings on the tile's grid, in buffers that are used again for the next feature.

use crate::geo::{Polygon, extend_tidied, twice_area};
use crate::tile::grid::Unit;

/// Rings of one feature: exteriors with a positive area, each followed by its holes with a negative one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    vertices: Vec<Unit>,
    /// Ring `i` is `vertices[ends[i - 1]..ends[i]]`.
    ends: Vec<usize>,
}

impl Drawing {
    /// Whether there is no ring.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The rings, open, in their order.
    pub fn rings(&self) -> impl Iterator<Item = &[Unit]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.vertices[start..*end])
    }

    /// The rings as polygons.
    #[must_use]
    pub fn polygons(&self) -> Vec<Polygon<Unit>> {
        let mut polygons: Vec<Polygon<Unit>> = Vec::new();
        for ring in self.rings() {
            match polygons.last_mut() {
                Some(polygon) if twice_area(ring) < 0 => polygon.holes.push(ring.to_vec()),
                _ => polygons.push(Polygon { exterior: ring.to_vec(), holes: Vec::new() }),
            }
        }
        polygons
    }

    pub(super) fn clear(&mut self) {
        self.vertices.clear();
        self.ends.clear();
    }

    /// Adds a ring after it is tidied, unless it has no area.
    pub(super) fn add_ring(&mut self, ring: impl Iterator<Item = Unit>) {
        let start = self.vertices.len();
        extend_tidied(&mut self.vertices, ring);
        let ring = &self.vertices[start..];
        if ring.len() >= 3 && twice_area(ring) != 0 {
            self.ends.push(self.vertices.len());
        } else {
            self.vertices.truncate(start);
        }
    }

    pub(super) fn add_polygons(&mut self, polygons: &[Polygon<Unit>]) {
        for ring in polygons.iter().flat_map(Polygon::rings) {
            self.vertices.extend_from_slice(ring);
            self.ends.push(self.vertices.len());
        }
    }
}
