//! The ways of a feature → the place that stands for it.
//!
//! Ways that end where others begin are joined to rings. The place is the centroid of the rings' areas, or one inside
//! where the centroid lies outside; of lines that enclose nothing the centroid of the lines. All in degrees: a centroid
//! does not change with the scale of an axis.

use std::collections::HashMap;

use geo::{Centroid, Contains, InteriorPoint, LineString, MultiLineString, MultiPolygon, Polygon};

/// A chain of nodes; closed if it ends where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ring {
    pub(super) nodes: Vec<i64>,
}

impl Ring {
    /// Joins lines at their ends as far as it goes, in either direction.
    pub(super) fn joined<'l>(lines: impl Iterator<Item = &'l [i64]>) -> Vec<Self> {
        let mut open: Vec<Vec<i64>> = lines.filter(|line| !line.is_empty()).map(<[i64]>::to_vec).collect();
        let mut rings = Vec::new();
        while let Some(mut chain) = open.pop() {
            while chain.first() != chain.last() {
                let (first, last) = (chain.first().copied(), chain.last().copied());
                let touches = |line: &Vec<i64>| {
                    let ends = [line.first().copied(), line.last().copied()];
                    line.first() != line.last() && (ends.contains(&last) || ends.contains(&first))
                };
                let Some(next) = open.iter().position(touches) else { break };
                let mut line = open.swap_remove(next);
                if line.first().copied() != last && line.last().copied() != last {
                    chain.reverse();
                }
                if line.first() != chain.last() {
                    line.reverse();
                }
                chain.extend(line.into_iter().skip(1));
            }
            rings.push(Self { nodes: chain });
        }
        rings
    }
}

/// The rings of a feature in degrees.
pub(super) struct Outline {
    areas: MultiPolygon<f64>,
    lines: MultiLineString<f64>,
}

impl Outline {
    /// Nodes without a place are passed over.
    pub(super) fn of(rings: &[Ring], nodes: &HashMap<i64, (f64, f64)>) -> Self {
        let (mut areas, mut lines) = (Vec::new(), Vec::new());
        for ring in rings {
            let line: LineString<f64> = ring.nodes.iter().filter_map(|node| nodes.get(node).copied()).collect();
            if ring.nodes.len() > 3 && ring.nodes.first() == ring.nodes.last() && line.0.len() > 3 {
                areas.push(Polygon::new(line, Vec::new()));
            } else if !line.0.is_empty() {
                lines.push(line);
            }
        }
        Self { areas: MultiPolygon::new(areas), lines: MultiLineString::new(lines) }
    }

    /// The place that stands for all of it; `None` if there is nothing.
    pub(super) fn centre(&self) -> Option<(f64, f64)> {
        let centroid = self.areas.centroid();
        let inside = centroid.filter(|centroid| self.areas.contains(centroid));
        let place = inside.or_else(|| self.areas.interior_point()).or(centroid).or_else(|| self.lines.centroid())?;
        Some((place.x(), place.y()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes 0..9 on a grid of 3 × 3: node n at (n % 3, n / 3).
    fn grid() -> HashMap<i64, (f64, f64)> {
        (0..9)
            .map(|node| (node, (f64::from(node % 3), f64::from(node / 3))))
            .map(|(id, at)| (i64::from(id), at))
            .collect()
    }

    fn centre(lines: &[&[i64]]) -> Option<(f64, f64)> {
        Outline::of(&Ring::joined(lines.iter().copied()), &grid()).centre()
    }

    #[test]
    fn an_outline_in_pieces_is_one_ring_whichever_way_they_run() {
        let whole = Ring::joined([[0, 2, 8, 6, 0].as_slice()].into_iter());
        assert_eq!(whole.len(), 1);
        for pieces in [
            [[0, 2].as_slice(), &[2, 8], &[8, 6, 0]],
            [[2, 0].as_slice(), &[8, 2], &[8, 6, 0]],
            [[8, 6, 0].as_slice(), &[8, 2], &[0, 2]],
        ] {
            let rings = Ring::joined(pieces.into_iter());
            assert_eq!(rings.len(), 1, "{pieces:?}");
            assert_eq!(rings[0].nodes.first(), rings[0].nodes.last());
            assert_eq!(centre(&pieces), Some((1.0, 1.0)), "{pieces:?}");
        }
    }

    #[test]
    fn a_place_lies_inside_of_an_outline_that_is_bent_around_its_centroid() {
        // an L whose centroid (0.83, 0.83) lies inside; a narrower one whose centroid lies outside
        let mut nodes = grid();
        nodes.insert(10, (0.1, 2.0));
        nodes.insert(11, (0.1, 0.1));
        nodes.insert(12, (2.0, 0.1));
        let rings = Ring::joined([[0, 2, 12, 11, 10, 6, 0].as_slice()].into_iter());
        let (x, y) = Outline::of(&rings, &nodes).centre().expect("has a place");
        assert!((0.0..=0.1).contains(&x) || (0.0..=0.1).contains(&y), "{x} {y}");
    }

    #[test]
    fn two_areas_lines_and_nothing_have_their_place_or_none() {
        assert_eq!(centre(&[&[0, 1]]), Some((0.5, 0.0)), "a line that encloses nothing");
        assert_eq!(centre(&[&[0]]), Some((0.0, 0.0)));
        assert_eq!(centre(&[&[77, 78, 79, 77]]), None, "no node is in the extract");
        assert_eq!(centre(&[]), None);
        let (x, _) = centre(&[&[0, 1, 4, 3, 0], &[4, 5, 8, 7, 4]]).expect("has a place");
        assert!((0.0..=2.0).contains(&x));
    }
}
