//! Where rings on an integer grid cross or touch themselves or each other.
//!
//! In go tidied rings (see [`super::tidy`]), out comes one place of contact or none. Rings without
//! contact are simple, and each lies wholly inside or wholly outside each other one. The test is
//! exact; it does not say whether the contact is allowed, and it mends nothing.

use super::grid::{GridPosition, edges, is_behind, turn};

/// An edge with its box. `index` is its place in the ring.
#[derive(Clone, Copy)]
pub(super) struct Edge<P> {
    pub(super) from: P,
    pub(super) to: P,
    min_x: i32,
    max_x: i32,
    min_y: i32,
    max_y: i32,
    pub(super) ring: u32,
    pub(super) index: u32,
}

impl<P: GridPosition> Edge<P> {
    fn of(from: P, to: P, ring: u32, index: u32) -> Self {
        let (min_x, max_x) = (from.x().min(to.x()), from.x().max(to.x()));
        let (min_y, max_y) = (from.y().min(to.y()), from.y().max(to.y()));
        Self { from, to, min_x, max_x, min_y, max_y, ring, index }
    }

    fn is_apart(&self, other: &Self) -> bool {
        other.max_x < self.min_x || self.max_x < other.min_x || other.max_y < self.min_y || self.max_y < other.min_y
    }

    /// Whether a position that is on the edge's line lies between its ends, ends included.
    fn reaches(&self, position: P) -> bool {
        (self.min_x..=self.max_x).contains(&position.x()) && (self.min_y..=self.max_y).contains(&position.y())
    }
}

/// All edges of rings, ring by ring.
pub(super) fn all_edges<P: GridPosition>(rings: &[&[P]]) -> Vec<Edge<P>> {
    let mut all = Vec::with_capacity(rings.iter().map(|ring| ring.len()).sum());
    for (ring, number) in rings.iter().zip(0..) {
        all.extend(edges(ring).zip(0..).map(|((from, to), index)| Edge::of(from, to, number, index)));
    }
    all
}

/// Up to this many edges each is compared with each, which is quicker than sorting them.
const FEW: usize = 24;

/// The first place found where two edges meet that are not neighbours in one ring, or where a ring
/// turns back upon itself; `None` if there is none.
pub fn first_contact<P: GridPosition>(rings: &[&[P]]) -> Option<P> {
    let found = each_pair(&all_edges(rings), |a, b| if meet(a, b, rings) { Err(a.from) } else { Ok(()) });
    found.err()
}

/// As [`first_contact`], but only edges are looked at that have an end of which `suspects` says so.
pub fn has_contact<P: GridPosition>(rings: &[&[P]], suspects: impl Fn(P) -> bool) -> bool {
    let numbered = || {
        rings.iter().zip(0..).flat_map(|(ring, number)| {
            edges(ring).zip(0..).map(move |((from, to), index)| Edge::of(from, to, number, index))
        })
    };
    let suspected: Vec<Edge<P>> = numbered().filter(|edge| suspects(edge.from) || suspects(edge.to)).collect();
    if suspected.is_empty() {
        return false;
    }
    numbered().any(|edge| {
        suspected.iter().any(|suspect| {
            let is_same = suspect.ring == edge.ring && suspect.index == edge.index;
            !edge.is_apart(suspect) && !is_same && meet(&edge, suspect, rings)
        })
    })
}

/// Shows `look` each pair of edges whose boxes meet, until it gives an error.
///
/// A sweep over edges sorted by their western end: an edge is compared with those whose x range still
/// holds its western end.
pub(super) fn each_pair<P: GridPosition, E>(
    all: &[Edge<P>],
    mut look: impl FnMut(&Edge<P>, &Edge<P>) -> Result<(), E>,
) -> Result<(), E> {
    if all.len() <= FEW {
        for (at, edge) in all.iter().enumerate() {
            for other in all[..at].iter().filter(|other| !edge.is_apart(other)) {
                look(edge, other)?;
            }
        }
        return Ok(());
    }
    // the western end and the edge's place, in one number that sorts as the two do
    let western = |edge: &Edge<P>| u64::from(edge.min_x.cast_unsigned() ^ 1 << 31) << 32;
    let mut order: Vec<u64> = all.iter().zip(0_u64..).map(|(edge, place)| western(edge) | place).collect();
    order.sort_unstable();
    let mut open: Vec<Open> = Vec::new();
    for key in order {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is the place")]
        let place = key as u32 as usize;
        let edge = &all[place];
        let mut at = 0;
        while let Some(other) = open.get(at) {
            if other.max_x < edge.min_x {
                open.swap_remove(at);
                continue;
            }
            if other.max_y >= edge.min_y && edge.max_y >= other.min_y {
                look(edge, &all[other.place])?;
            }
            at += 1;
        }
        open.push(Open { max_x: edge.max_x, min_y: edge.min_y, max_y: edge.max_y, place });
    }
    Ok(())
}

/// What the sweep asks of an edge that it has begun.
struct Open {
    max_x: i32,
    min_y: i32,
    max_y: i32,
    place: usize,
}

/// How two edges meet that are not neighbours in a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// Not at all.
    Apart,
    /// An end of one lies on the other; they may lie upon each other.
    Touch,
    /// Each passes through the other's inside.
    Crossing,
}

pub(super) fn meeting<P: GridPosition>(a: &Edge<P>, b: &Edge<P>) -> Meeting {
    let (from, to) = (turn(a.from, a.to, b.from).signum(), turn(a.from, a.to, b.to).signum());
    if from * to > 0 {
        return Meeting::Apart;
    }
    let (back_from, back_to) = (turn(b.from, b.to, a.from).signum(), turn(b.from, b.to, a.to).signum());
    if from * to < 0 && back_from * back_to < 0 {
        return Meeting::Crossing;
    }
    let on = |side: i128, edge: &Edge<P>, position: P| side == 0 && edge.reaches(position);
    if on(from, a, b.from) || on(to, a, b.to) || on(back_from, b, a.from) || on(back_to, b, a.to) {
        Meeting::Touch
    } else {
        Meeting::Apart
    }
}

fn meet<P: GridPosition>(a: &Edge<P>, b: &Edge<P>, rings: &[&[P]]) -> bool {
    if a.ring == b.ring {
        let last = rings[a.ring as usize].len() - 1;
        let follows = |first: u32, second: u32| first + 1 == second || (first as usize == last && second == 0);
        if follows(a.index, b.index) {
            return turns_back(a.from, a.to, b.to);
        }
        if follows(b.index, a.index) {
            return turns_back(b.from, b.to, a.to);
        }
    }
    meeting(a, b) != Meeting::Apart
}

fn turns_back<P: GridPosition>(a: P, b: P, c: P) -> bool {
    turn(a, b, c) == 0 && is_behind(a, b, c)
}
