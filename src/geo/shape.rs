//! Geometry of features, generic over the space it lies in.

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
