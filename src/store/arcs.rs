//! Rings cut into arcs, each stored once, however many areas lie along it.
//!
//! A vertex is a **junction** if two rings that pass it do not have the same two neighbours there: a
//! third border starts, or one ring leaves the other. Between junctions a border belongs to the same
//! rings all along; that piece is an **arc**. A ring is a list of arcs with directions; a ring without
//! junctions (an island, an enclave) is one closed arc. The rule is that of `cut` in `topojson`.
//!
//! Layers that are cut together share arcs as neighbours do: the border of a county is made of the arcs of
//! its municipalities, and so both are simplified alike. Borders are shared only where vertices are; what little is
//! wrong there [`super::noding`] puts right before. A border that one side draws with more
//! vertices than the other stays two arcs.

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use crate::geo::{GridPosition, Mercator, Polygon, Ring};
use crate::store::centimetre::Centimetre;
use crate::store::frame::{Frame, Pyramids, Span};
use crate::store::importance::{self, Rank};

/// An arc and the direction in which a ring takes it: `number * 2`, plus 1 if backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step(u32);

impl Step {
    fn new(arc: u32, backwards: bool) -> Self {
        Self(arc * 2 + u32::from(backwards))
    }

    /// The arc's number.
    pub(super) fn arc(self) -> usize {
        (self.0 / 2) as usize
    }

    /// Whether the ring takes the arc from its end to its start.
    pub(super) fn is_backwards(self) -> bool {
        self.0 % 2 == 1
    }
}

/// All arcs. Arc `i` is `vertices[starts[i]..starts[i + 1]]`, its ends included; a closed
/// arc repeats its first vertex at the end.
#[derive(Debug, Default)]
pub(super) struct Arcs {
    vertices: Vec<Centimetre>,
    /// Beside each vertex, how much it matters; see [`importance`].
    ranks: Vec<Rank>,
    starts: Vec<u32>,
    /// A list per arc, an item per vertex.
    pyramids: Pyramids,
}

/// Rings as steps along arcs, in the order in which they were handed in.
#[derive(Debug, Default)]
pub(super) struct Rings {
    steps: Vec<Step>,
    starts: Vec<u32>,
    /// A list per ring, an item per step.
    pyramids: Pyramids,
}

impl Rings {
    /// Number of rings.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The steps of one ring.
    pub(super) fn steps(&self, ring: usize) -> &[Step] {
        &self.steps[self.starts[ring] as usize..self.starts[ring + 1] as usize]
    }

    /// The box around one ring.
    pub(super) fn whole(&self, ring: usize) -> Span {
        self.pyramids.whole(ring)
    }
}

impl Arcs {
    /// Number of vertices in all arcs.
    pub(super) fn vertices(&self) -> usize {
        self.vertices.len()
    }

    /// Beside one arc's vertices, how much each matters.
    pub(super) fn ranks(&self, arc: usize) -> &[Rank] {
        &self.ranks[self.range(arc)]
    }

    /// Number of arcs.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// One arc's vertices, its ends included.
    pub(super) fn arc(&self, arc: usize) -> &[Centimetre] {
        &self.vertices[self.range(arc)]
    }

    fn range(&self, arc: usize) -> std::ops::Range<usize> {
        self.starts[arc] as usize..self.starts[arc + 1] as usize
    }

    /// The vertex that a step starts with.
    fn first(&self, step: Step) -> Centimetre {
        let range = self.range(step.arc());
        self.vertices[if step.is_backwards() { range.end - 1 } else { range.start }]
    }

    /// Adds the vertices along a step as [`Borders::follow`] does, the last left out because the next step
    /// starts with it.
    fn follow(&self, step: Step, rank: Rank, window: Option<&Frame>, to: &mut Vec<Mercator>) {
        let range = self.range(step.arc());
        let (vertices, ranks) = (&self.vertices[range.clone()], &self.ranks[range]);
        let from = to.len();
        self.pyramids.visit(step.arc(), vertices.len(), rank, window, |range, is_seen| {
            let mut kept = vertices[range.clone()].iter().zip(&ranks[range]).filter(|(_, own)| **own >= rank);
            if is_seen {
                to.extend(kept.map(|(vertex, _)| vertex.to_mercator()));
            } else {
                // between the ends of the stretch the border stays in its box, and so does a straight line
                let ends = kept.next().into_iter().chain(kept.next_back());
                to.extend(ends.map(|(vertex, _)| vertex.to_mercator()));
            }
        });
        if step.is_backwards() {
            to[from..].reverse();
        }
        to.pop();
    }
}

/// The borders of one layer or of several: arcs, and the rings that are made of them.
#[derive(Debug, Default)]
pub(super) struct Borders {
    pub(super) arcs: Arcs,
    pub(super) rings: Rings,
}

impl Borders {
    /// Cuts rings into arcs.
    pub(super) fn cut(polygons: &[&Polygon<Centimetre>]) -> Self {
        let rings: Vec<&Ring<Centimetre>> = polygons.iter().flat_map(|polygon| polygon.rings()).collect();
        let (mut arcs, rings) = Numbered::of(&rings).cut();
        arcs.vertices.shrink_to_fit();
        Self { arcs, rings }
    }

    /// Measures how much each vertex matters, and makes borders ready to be followed.
    pub(super) fn measured(mut self) -> Self {
        let Self { arcs, rings } = &mut self;
        arcs.ranks = importance::measure(arcs, rings);
        for arc in 0..arcs.len() {
            let range = arcs.range(arc);
            let items = arcs.vertices[range.clone()].iter().zip(&arcs.ranks[range]);
            arcs.pyramids.add(items.map(|(vertex, rank)| Span { frame: Frame::at(*vertex), rank: *rank }));
        }
        for ring in 0..rings.len() {
            let steps = &rings.steps[rings.starts[ring] as usize..rings.starts[ring + 1] as usize];
            rings.pyramids.add(steps.iter().map(|step| arcs.pyramids.whole(step.arc())));
        }
        self
    }

    /// Adds the vertices of a ring whose rank is at least `rank`. With a `window`, stretches that lie
    /// wholly beyond one of its sides give their ends only: inside the window nothing changes by that.
    pub(super) fn follow(&self, ring: usize, rank: Rank, window: Option<&Frame>, to: &mut Vec<Mercator>) {
        let steps = self.rings.steps(ring);
        self.rings.pyramids.visit(ring, steps.len(), rank, window, |range, is_seen| {
            if is_seen {
                for step in &steps[range] {
                    self.arcs.follow(*step, rank, window, to);
                }
            } else {
                to.push(self.arcs.first(steps[range.start]).to_mercator());
            }
        });
    }

    /// Hashes some rings: their vertices, and how much each matters.
    pub(super) fn hash_into(&self, rings: std::ops::Range<usize>, hash: &mut Xxh3) {
        let mut bytes = Vec::new();
        for step in rings.flat_map(|ring| self.rings.steps(ring)) {
            let range = self.arcs.range(step.arc());
            bytes.clear();
            for (vertex, rank) in self.arcs.vertices[range.clone()].iter().zip(&self.arcs.ranks[range]) {
                bytes.extend_from_slice(&vertex.x().to_le_bytes());
                bytes.extend_from_slice(&vertex.y().to_le_bytes());
                bytes.push(rank.class());
            }
            bytes.push(u8::from(step.is_backwards()));
            hash.update(&bytes);
        }
    }

    /// Number of vertices that following these rings gives, to within one per arc.
    pub(super) fn length(&self, rings: std::ops::Range<usize>) -> usize {
        rings.flat_map(|ring| self.rings.steps(ring)).map(|step| self.arcs.arc(step.arc()).len()).sum()
    }

    /// Number of vertices in the arcs that some rings are made of.
    pub(super) fn vertices(&self, rings: std::ops::Range<usize>) -> usize {
        let mut is_used = vec![false; self.arcs.len()];
        for step in rings.flat_map(|ring| self.rings.steps(ring)) {
            is_used[step.arc()] = true;
        }
        (0..self.arcs.len()).filter(|arc| is_used[*arc]).map(|arc| self.arcs.arc(arc).len()).sum()
    }
}

/// Rings whose vertices are known by number: equal positions have equal numbers.
struct Numbered {
    /// Positions by number, ascending.
    positions: Vec<Centimetre>,
    /// All rings' vertices, one ring after the other.
    numbers: Vec<u32>,
    /// Ring `i` is `numbers[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    /// By number: whether the vertex is a junction.
    is_junction: Vec<bool>,
}

const NONE: u32 = u32::MAX;

impl Numbered {
    fn of(rings: &[&Ring<Centimetre>]) -> Self {
        let mut starts = vec![0_u32];
        let mut order: Vec<(Centimetre, u32)> = Vec::with_capacity(rings.iter().map(|ring| ring.len()).sum());
        for ring in rings {
            order.extend(ring.iter().copied().zip(count(order.len())..));
            starts.push(count(order.len()));
        }
        order.par_sort_unstable_by_key(|(position, _)| position.ordinal());
        let mut numbers = vec![0; order.len()];
        let mut positions: Vec<Centimetre> = Vec::new();
        for (position, at) in order {
            if positions.last() != Some(&position) {
                positions.push(position);
            }
            numbers[at as usize] = count(positions.len() - 1);
        }
        let mut numbered = Self { is_junction: vec![false; positions.len()], positions, numbers, starts };
        numbered.find_junctions();
        numbered
    }

    fn ring(&self, ring: usize) -> &[u32] {
        &self.numbers[self.starts[ring] as usize..self.starts[ring + 1] as usize]
    }

    fn find_junctions(&mut self) {
        let mut neighbours = vec![(NONE, NONE); self.positions.len()];
        for ring in 0..self.starts.len() - 1 {
            let ring = &self.numbers[self.starts[ring] as usize..self.starts[ring + 1] as usize];
            for (at, number) in ring.iter().enumerate() {
                let before = ring[if at == 0 { ring.len() - 1 } else { at - 1 }];
                let after = ring[if at + 1 == ring.len() { 0 } else { at + 1 }];
                let pair = (before.min(after), before.max(after));
                let known = &mut neighbours[*number as usize];
                if known.0 == NONE {
                    *known = pair;
                } else if *known != pair {
                    self.is_junction[*number as usize] = true;
                }
            }
        }
    }

    fn cut(&self) -> (Arcs, Rings) {
        let mut cut = Cut { numbered: self, known: std::collections::HashMap::new(), arcs: Arcs::default() };
        cut.arcs.starts.push(0);
        // junctions are in several arcs
        cut.arcs.vertices.reserve(self.positions.len() + self.positions.len() / 16);
        let mut rings = Rings { starts: vec![0], ..Rings::default() };
        for ring in 0..self.starts.len() - 1 {
            let ring = self.ring(ring);
            // a ring without junctions starts at its westernmost vertex, whichever way it runs
            let first_junction = ring.iter().position(|number| self.is_junction[*number as usize]);
            let westernmost = || ring.iter().enumerate().min_by_key(|(_, number)| **number).map_or(0, |(at, _)| at);
            let start = first_junction.unwrap_or_else(westernmost);
            let mut line = vec![ring[start]];
            for number in ring[start + 1..].iter().chain(&ring[..=start]) {
                line.push(*number);
                if self.is_junction[*number as usize] {
                    rings.steps.push(cut.step_along(&line));
                    line.clear();
                    line.push(*number);
                }
            }
            if line.len() > 1 {
                rings.steps.push(cut.step_along(&line));
            }
            rings.starts.push(count(rings.steps.len()));
        }
        (cut.arcs, rings)
    }
}

struct Cut<'a> {
    numbered: &'a Numbered,
    /// The first two vertices of an arc, in either direction, tell which arc it is: no edge belongs to
    /// two arcs.
    known: std::collections::HashMap<(u32, u32), Step>,
    arcs: Arcs,
}

impl Cut<'_> {
    /// The step along `line`, which runs from junction to junction; stores the arc if it is not known.
    fn step_along(&mut self, line: &[u32]) -> Step {
        if let Some(known) = self.known.get(&(line[0], line[1])) {
            return *known;
        }
        let arc = count(self.arcs.len());
        let positions = line.iter().map(|number| self.numbered.positions[*number as usize]);
        self.arcs.vertices.extend(positions);
        self.arcs.starts.push(count(self.arcs.vertices.len()));
        self.known.insert((line[line.len() - 1], line[line.len() - 2]), Step::new(arc, true));
        self.known.insert((line[0], line[1]), Step::new(arc, false));
        Step::new(arc, false)
    }
}

/// Offsets are kept in 32 bits: four thousand million vertices would need 32 GB.
fn count(len: usize) -> u32 {
    u32::try_from(len).expect("a layer has fewer than 2^32 vertices")
}
