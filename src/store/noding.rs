//! Neighbours that draw their common border a hand's breadth apart → one border.
//!
//! Looked at is only what one area of a layer has alone: the outline of the whole, and borders that neighbours do
//! not share. There, vertices of two areas that are nearer than [`REACH_CM`] become one, and a vertex
//! nearer than that to an edge of another area becomes a vertex of that edge. Slivers and overlaps narrower
//! than that vanish. What lies further apart is left as the file has it; [`super::coverage`] reports it.
//!
//! In the files of the survey offices nothing is nearer than two metres that is not equal. Coordinates
//! rounded to six decimals of a degree, and borders drawn with a snapping editor, are within reach.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::geo::{GridPosition, Ring, tidy};
use crate::store::arcs::Borders;
use crate::store::centimetre::Centimetre;
use crate::store::territory::Draft;

/// How far neighbours may miss each other, in centimetres of Mercator: in Germany about 12 cm on the
/// ground.
pub(super) const REACH_CM: i32 = 20;

/// What is to be done with vertices and edges.
#[derive(Debug, Default)]
pub(super) struct Noding {
    moved: HashMap<Centimetre, Centimetre>,
    /// By edge, its ends in ascending order: what becomes a vertex of it.
    inserted: HashMap<(Centimetre, Centimetre), Vec<Centimetre>>,
}

impl Noding {
    pub(super) fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.inserted.is_empty()
    }

    /// Changes a ring. Returns how many vertices were moved or inserted.
    pub(super) fn apply(&self, ring: &mut Ring<Centimetre>) -> usize {
        let place = |at: Centimetre| self.moved.get(&at).copied();
        let mut changed = 0;
        let mut noded = Vec::with_capacity(ring.len());
        for (number, from) in ring.iter().enumerate() {
            let to = ring[if number + 1 == ring.len() { 0 } else { number + 1 }];
            changed += usize::from(place(*from).is_some());
            noded.push(place(*from).unwrap_or(*from));
            let Some(inserted) = self.inserted.get(&(to.min(*from), to.max(*from))) else { continue };
            changed += inserted.len();
            if *from < to {
                noded.extend(inserted);
            } else {
                noded.extend(inserted.iter().rev());
            }
        }
        if changed > 0 {
            tidy(&mut noded);
            *ring = noded;
        }
        changed
    }
}

/// What one area of a layer has alone, vertices in ascending order.
struct Alone {
    vertices: Vec<(Centimetre, usize)>,
    edges: Vec<(Centimetre, Centimetre, usize)>,
}

/// Looks for vertices and edges within reach of each other, layer by layer.
pub(super) fn find(borders: &Borders, ranges: &[Range<usize>], drafts: &[Draft]) -> Noding {
    let mut found = Noding::default();
    for (rings, draft) in ranges.iter().zip(drafts) {
        let alone = alone(borders, rings.clone(), &draft.features());
        find_near_vertices(&alone, &mut found);
        find_vertices_on_edges(&alone, &mut found);
    }
    // in the order in which they lie along the edge, each once
    for ((from, to), inserted) in &mut found.inserted {
        let along = |at: &Centimetre| dot(*from, *to, *at);
        inserted.sort_unstable_by_key(|at| (along(at), *at));
        inserted.dedup();
    }
    found
}

fn alone(borders: &Borders, rings: Range<usize>, features: &[usize]) -> Alone {
    let mut uses = vec![0_u8; borders.arcs.len()];
    for step in rings.clone().flat_map(|ring| borders.rings.steps(ring)) {
        uses[step.arc()] = uses[step.arc()].saturating_add(1);
    }
    let mut alone = Alone { vertices: Vec::new(), edges: Vec::new() };
    for (ring, feature) in rings.zip(features) {
        for step in borders.rings.steps(ring).iter().filter(|step| uses[step.arc()] == 1) {
            let arc = borders.arcs.arc(step.arc());
            alone.vertices.extend(arc.iter().map(|vertex| (*vertex, *feature)));
            alone.edges.extend(arc.windows(2).map(|edge| (edge[0], edge[1], *feature)));
        }
    }
    alone.vertices.sort_unstable();
    alone.vertices.dedup();
    alone
}

/// Vertices whose `x` lies from `low` to `high`.
fn between(vertices: &[(Centimetre, usize)], low: i32, high: i32) -> &[(Centimetre, usize)] {
    let start = vertices.partition_point(|(at, _)| at.x() < low);
    let len = vertices[start..].partition_point(|(at, _)| at.x() <= high);
    &vertices[start..start + len]
}

/// A vertex goes to the first one, from west to east, that is within reach, belongs to other areas and stays
/// itself: no chain of vertices wanders off.
fn find_near_vertices(alone: &Alone, found: &mut Noding) {
    let owners: Vec<&[(Centimetre, usize)]> = alone.vertices.chunk_by(|(a, _), (b, _)| a == b).collect();
    let step = |from: i32, to: i32| (i64::from(to) - i64::from(from)).abs();
    let reach = i64::from(REACH_CM);
    let mut targets: HashSet<Centimetre> = HashSet::new();
    for (number, near) in owners.iter().enumerate() {
        let at = near[0].0;
        let before = owners[..number].iter().rev().take_while(|other| step(at.x(), other[0].0.x()) <= reach);
        let within = before.filter(|other| {
            let (x, y) = (step(at.x(), other[0].0.x()), step(at.y(), other[0].0.y()));
            y <= reach && x * x + y * y <= reach * reach
        });
        let apart = within.filter(|other| !other.iter().any(|(_, area)| near.iter().any(|(_, own)| own == area)));
        let mut staying = apart.map(|other| other[0].0).filter(|other| !found.moved.contains_key(other));
        if let Some(target) = staying.next().filter(|_| !targets.contains(&at)) {
            targets.insert(target);
            found.moved.insert(at, target);
        }
    }
}

fn find_vertices_on_edges(alone: &Alone, found: &mut Noding) {
    for (from, to, area) in &alone.edges {
        let (low, high) = (from.x().min(to.x()) - REACH_CM, from.x().max(to.x()) + REACH_CM);
        let (south, north) = (from.y().min(to.y()) - REACH_CM, from.y().max(to.y()) + REACH_CM);
        let near = between(&alone.vertices, low, high).iter().filter(|(at, _)| (south..=north).contains(&at.y()));
        let candidates = near.filter(|(at, owner)| owner != area && at != from && at != to);
        for (at, _) in candidates.filter(|(at, _)| is_on(*from, *to, *at)) {
            let is_own = between(&alone.vertices, at.x(), at.x()).contains(&(*at, *area));
            if !is_own && !found.moved.contains_key(at) {
                found.inserted.entry((*from.min(to), *from.max(to))).or_default().push(*at);
            }
        }
    }
}

/// Whether a position is within reach of the inside of an edge, and not of its ends.
fn is_on(from: Centimetre, to: Centimetre, at: Centimetre) -> bool {
    let length_squared = dot(from, to, to) as f64;
    let along = dot(from, to, at) as f64;
    let aside = crate::geo::turn(from, to, at) as f64;
    let reach = f64::from(REACH_CM);
    let length = length_squared.sqrt();
    aside.abs() <= reach * length && along > reach * length && along < length_squared - reach * length
}

/// How far a position lies along an edge, times the edge's length.
fn dot(from: Centimetre, to: Centimetre, at: Centimetre) -> i128 {
    let step = |from: i32, to: i32| i128::from(to) - i128::from(from);
    step(from.x(), to.x()) * step(from.x(), at.x()) + step(from.y(), to.y()) * step(from.y(), at.y())
}
