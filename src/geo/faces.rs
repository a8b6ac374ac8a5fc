//! Rings that touch but do not cross → polygons as OGC Simple Features wants them.
//!
//! In go rings on an integer grid whose left side is inside; they may pass a vertex more than once
//! and share vertices with each other, but no edge crosses or covers another one. Out come polygons whose
//! rings are simple and whose insides hang together: where two parts only share a vertex they become two
//! polygons, where a hole touches its exterior it stays a hole.
//!
//! At a vertex with several ways out, a ring goes on along the edge that borders the same sector of the
//! inside. That follows the border of one face at a time; a face's border that comes by a vertex twice
//! is then cut there into exterior and holes.

use std::cmp::Ordering;

use super::grid::{GridPosition, Place, place, turn, twice_area};
use super::{Polygon, Ring};

/// The polygons that the rings enclose; rings of two vertices or without area are dropped.
pub(super) fn faces<P: GridPosition>(rings: &[Ring<P>]) -> Vec<Polygon<P>> {
    Borders::of(rings).faces()
}

/// As [`faces`] for edges in any order, as many into each vertex as out of it. `None` if around a vertex
/// inside and outside do not take turns.
pub(super) fn faces_of_edges<P: GridPosition>(edges: Vec<(P, P)>) -> Option<Vec<Polygon<P>>> {
    Some(Borders::of_edges(edges)?.faces())
}

/// Borders of faces → polygons with their holes.
fn gather<P: GridPosition>(borders: Vec<Vec<Ring<P>>>) -> Vec<Polygon<P>> {
    let mut polygons = Vec::new();
    let mut holes = Vec::new();
    for border in borders {
        let (exteriors, inner): (Vec<_>, Vec<_>) = border.into_iter().partition(|ring| twice_area(ring) > 0);
        let mut exteriors = exteriors.into_iter().map(|exterior| Polygon { exterior, holes: Vec::new() });
        match exteriors.next() {
            Some(face) => polygons.push(Polygon { holes: inner, ..face }),
            None => holes.extend(inner),
        }
        polygons.extend(exteriors);
    }
    for hole in holes {
        let around = polygons.iter_mut().filter(|polygon| is_inside(&hole, &polygon.exterior));
        if let Some(owner) = around.min_by_key(|polygon| twice_area(&polygon.exterior)) {
            owner.holes.push(hole);
        }
    }
    polygons
}

/// Whether a ring lies inside another one that it may touch at vertices.
fn is_inside<P: GridPosition>(inner: &Ring<P>, outer: &Ring<P>) -> bool {
    place_of(inner, outer) == Place::Inside
}

/// Where a ring lies with regard to another one that it may touch at vertices; `On` if all its
/// vertices do.
pub(super) fn place_of<P: GridPosition>(inner: &[P], outer: &[P]) -> Place {
    let places = inner.iter().map(|vertex| place(*vertex, outer));
    places.into_iter().find(|place| *place != Place::On).unwrap_or(Place::On)
}

/// All rings' edges: edge `i` starts at `from[i]`, and `next[i]` goes on where it ends.
struct Borders<P> {
    from: Vec<P>,
    next: Vec<usize>,
    /// By edge: a number for the vertex it starts at if several edges start there.
    crowd: Vec<Option<usize>>,
    crowds: usize,
}

impl<P: GridPosition> Borders<P> {
    fn of(rings: &[Ring<P>]) -> Self {
        let from: Vec<P> = rings.iter().flatten().copied().collect();
        let mut next: Vec<usize> = (1..=from.len()).collect();
        let mut start = 0;
        for ring in rings.iter().filter(|ring| !ring.is_empty()) {
            next[start + ring.len() - 1] = start;
            start += ring.len();
        }
        let mut borders = Self { crowd: vec![None; from.len()], crowds: 0, from, next };
        borders.part_crowds();
        borders
    }

    fn of_edges(mut edges: Vec<(P, P)>) -> Option<Self> {
        edges.sort_unstable();
        let from: Vec<P> = edges.iter().map(|(from, _)| *from).collect();
        // the edges into a vertex are given the edges out of it one by one
        let mut given = vec![0; edges.len()];
        let mut next = Vec::with_capacity(edges.len());
        for (_, to) in &edges {
            let first = from.partition_point(|start| start < to);
            let way_out = first + given.get(first)?;
            if from.get(way_out) != Some(to) {
                return None;
            }
            given[first] += 1;
            next.push(way_out);
        }
        let mut borders = Self { crowd: vec![None; from.len()], crowds: 0, from, next };
        borders.part_crowds().then_some(borders)
    }

    fn faces(&self) -> Vec<Polygon<P>> {
        gather(self.walk())
    }

    /// Joins ways in and ways out anew at vertices that several edges start from. Says whether ways in
    /// and ways out take turns around each of them.
    fn part_crowds(&mut self) -> bool {
        let mut take_turns = true;
        let mut order: Vec<usize> = (0..self.from.len()).collect();
        order.sort_unstable_by_key(|edge| (self.from[*edge], *edge));
        let mut before = vec![0; self.from.len()];
        for (edge, next) in self.next.iter().enumerate() {
            before[*next] = edge;
        }
        for crowd in order.chunk_by(|a, b| self.from[*a] == self.from[*b]).filter(|crowd| crowd.len() > 1) {
            let at = self.from[crowd[0]];
            let ends = crowd.iter().flat_map(|edge| {
                let way_out = End { towards: self.from[self.next[*edge]], edge: *edge, is_out: true };
                let way_in = End { towards: self.from[before[*edge]], edge: before[*edge], is_out: false };
                [way_out, way_in]
            });
            let mut ends: Vec<_> = ends.collect();
            ends.sort_by(|a, b| around(at, a.towards, b.towards).then(a.is_out.cmp(&b.is_out)));
            take_turns &= ends.windows(2).all(|pair| pair[0].is_out != pair[1].is_out);
            for (place, way_in) in ends.iter().enumerate().filter(|(_, end)| !end.is_out) {
                // the inside lies clockwise of a way in, seen from the vertex
                let clockwise = (1..=ends.len()).map(|step| &ends[(place + ends.len() - step) % ends.len()]);
                if let Some(way_out) = clockwise.into_iter().find(|end| end.is_out) {
                    self.next[way_in.edge] = way_out.edge;
                }
            }
            for edge in crowd {
                self.crowd[*edge] = Some(self.crowds);
            }
            self.crowds += 1;
        }
        take_turns
    }

    /// Follows each border once, cut into simple rings.
    fn walk(&self) -> Vec<Vec<Ring<P>>> {
        let mut used = vec![false; self.from.len()];
        let mut borders = Vec::new();
        let mut cutter = Cutter { ring: Vec::new(), seen: vec![None; self.crowds], rings: Vec::new() };
        for first in 0..self.from.len() {
            let mut edge = first;
            while !used[edge] {
                used[edge] = true;
                cutter.add(self.from[edge], self.crowd[edge]);
                edge = self.next[edge];
            }
            borders.push(cutter.finish());
        }
        borders
    }
}

/// One end of an edge at a crowded vertex.
struct End<P> {
    towards: P,
    edge: usize,
    is_out: bool,
}

/// Order of directions around `at`, counter-clockwise from the first axis.
fn around<P: GridPosition>(at: P, a: P, b: P) -> Ordering {
    let lower = |to: P| (to.y(), to.x()) < (at.y(), at.x());
    lower(a).cmp(&lower(b)).then_with(|| 0.cmp(&turn(at, a, b)))
}

/// Cuts a border off into a ring of its own wherever it comes back to a crowded vertex.
struct Cutter<P> {
    ring: Vec<(P, Option<usize>)>,
    /// By crowd: where in `ring` it stands.
    seen: Vec<Option<usize>>,
    rings: Vec<Ring<P>>,
}

impl<P: GridPosition> Cutter<P> {
    fn add(&mut self, at: P, crowd: Option<usize>) {
        if let Some(start) = crowd.and_then(|crowd| self.seen[crowd]) {
            self.cut(start);
        }
        if let Some(crowd) = crowd {
            self.seen[crowd] = Some(self.ring.len());
        }
        self.ring.push((at, crowd));
    }

    fn cut(&mut self, start: usize) {
        let ring: Ring<P> =
            self.ring.drain(start..).map(|(at, crowd)| (at, crowd.map(|crowd| self.seen[crowd] = None)).0).collect();
        if ring.len() >= 3 && twice_area(&ring) != 0 {
            self.rings.push(ring);
        }
    }

    fn finish(&mut self) -> Vec<Ring<P>> {
        self.cut(0);
        std::mem::take(&mut self.rings)
    }
}
