//! Geometry of features, generic over the space it lies in.

use super::grid::edges;
use super::{Bounds, LonLat, Mercator, Position};

/// A closed line, stored **open**: the last vertex is not a repetition of the first. Either winding
/// may occur before `store` has put it right.
pub type Ring<P> = Vec<P>;

/// One exterior ring and the holes in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygon<P> {
    /// The outer boundary.
    pub exterior: Ring<P>,
    /// Rings cut out of it; no order is promised.
    pub holes: Vec<Ring<P>>,
}

/// What a feature can be: a place or an area.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape<P> {
    /// A facility's position.
    Point(P),
    /// An area: one or more polygons (mainland, islands, exclaves).
    Polygons(Vec<Polygon<P>>),
}

impl<P> Polygon<P> {
    /// Exterior first, then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &Ring<P>> {
        std::iter::once(&self.exterior).chain(&self.holes)
    }
}

impl<P: Position> Polygon<P> {
    /// The same polygon with every position moved by `step`.
    pub fn map<Q: Position>(&self, step: impl Fn(P) -> Q) -> Polygon<Q> {
        let ring = |ring: &Ring<P>| ring.iter().map(|position| step(*position)).collect();
        Polygon { exterior: ring(&self.exterior), holes: self.holes.iter().map(ring).collect() }
    }
}

impl<P: Position> Shape<P> {
    /// All positions, in the order in which they are stored.
    pub fn positions(&self) -> impl Iterator<Item = P> {
        let (point, polygons) = match self {
            Self::Point(point) => (Some(*point), &[][..]),
            Self::Polygons(polygons) => (None, polygons.as_slice()),
        };
        point.into_iter().chain(polygons.iter().flat_map(Polygon::rings).flatten().copied())
    }

    /// The smallest box around the shape; `None` if it has no positions.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds<P>> {
        Bounds::around(self.positions())
    }

    /// The same shape with every position moved by `step`.
    pub fn map<Q: Position>(&self, step: impl Fn(P) -> Q + Copy) -> Shape<Q> {
        match self {
            Self::Point(point) => Shape::Point(step(*point)),
            Self::Polygons(polygons) => Shape::Polygons(polygons.iter().map(|polygon| polygon.map(step)).collect()),
        }
    }
}

impl Shape<LonLat> {
    /// Projects to Web Mercator; see [`LonLat::to_mercator`].
    #[must_use]
    pub fn to_mercator(&self) -> Shape<Mercator> {
        self.map(LonLat::to_mercator)
    }
}

/// Whether a position lies inside of polygons: whether a ray to the east crosses their rings an odd number of times, so
/// that holes and islands in them need no care. A position on the border itself may count to either side.
pub fn encloses<P: Position>(polygons: &[Polygon<P>], at: P) -> bool {
    let crossings = polygons.iter().flat_map(Polygon::rings).flat_map(|ring| edges(ring)).filter(|(a, b)| {
        let straddles = (a.y() > at.y()) != (b.y() > at.y());
        straddles && at.x() < (b.x() - a.x()) * (at.y() - a.y()) / (b.y() - a.y()) + a.x()
    });
    crossings.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(from: f64, to: f64) -> Vec<Mercator> {
        [(from, from), (to, from), (to, to), (from, to)].map(|(x, y)| Mercator { x, y }).to_vec()
    }

    #[test]
    fn a_place_in_a_hole_is_outside_and_one_on_an_island_in_it_is_inside() {
        let polygons = [
            Polygon { exterior: square(0.0, 10.0), holes: vec![square(2.0, 8.0)] },
            Polygon { exterior: square(4.0, 6.0), holes: Vec::new() },
        ];
        let found = [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, -1.0].map(|at| encloses(&polygons, Mercator { x: at, y: at }));
        assert_eq!(found, [true, false, true, false, true, false, false]);
    }

    #[test]
    fn a_corner_at_the_height_of_a_place_is_counted_once() {
        let diamond = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)].map(|(x, y)| Mercator { x, y }).to_vec();
        let polygons = [Polygon { exterior: diamond, holes: Vec::new() }];
        assert!(encloses(&polygons, Mercator { x: -0.5, y: 0.0 }));
        assert!(!encloses(&polygons, Mercator { x: -2.0, y: 0.0 }));
        assert!(!encloses(&polygons, Mercator { x: 2.0, y: 0.0 }));
    }
}
