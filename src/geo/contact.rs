//! Where rings on an integer grid cross or touch themselves or each other.
//!
//! In go tidied rings (see [`super::tidy`]), out comes one place of contact or none. Rings without
//! contact are simple, and each lies wholly inside or wholly outside each other one. The test is
//! exact; it does not say whether the contact is allowed, and it mends nothing.

use super::grid::{GridPosition, between, edges, is_behind, turn};

/// An edge with its box. `index` is its place in the ring.
#[derive(Clone, Copy)]
struct Edge<P> {
    from: P,
    to: P,
    max_x: i32,
    min_y: i32,
    max_y: i32,
    ring: u32,
    index: u32,
}

/// The first place found where two edges meet that are not neighbours in one ring, or where a ring
/// turns back upon itself; `None` if there is none.
///
/// A sweep over edges sorted by their western end: an edge is compared with those whose x range still
/// holds its western end.
pub fn first_contact<P: GridPosition>(rings: &[&[P]]) -> Option<P> {
    let mut sorted: Vec<(i32, Edge<P>)> = Vec::with_capacity(rings.iter().map(|ring| ring.len()).sum());
    for (ring, number) in rings.iter().zip(0..) {
        sorted.extend(edges(ring).zip(0..).map(|((from, to), index)| {
            let (min_y, max_y) = (from.y().min(to.y()), from.y().max(to.y()));
            let max_x = from.x().max(to.x());
            (from.x().min(to.x()), Edge { from, to, max_x, min_y, max_y, ring: number, index })
        }));
    }
    sorted.sort_unstable_by_key(|(min_x, edge)| (*min_x, edge.ring, edge.index));
    let mut open: Vec<Edge<P>> = Vec::new();
    for (min_x, edge) in sorted {
        let mut at = 0;
        while let Some(other) = open.get(at) {
            if other.max_x < min_x {
                open.swap_remove(at);
                continue;
            }
            let apart = other.max_y < edge.min_y || edge.max_y < other.min_y;
            if !apart && meet(&edge, other, rings) {
                return Some(edge.from);
            }
            at += 1;
        }
        open.push(edge);
    }
    None
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
    let (from, to) = (turn(a.from, a.to, b.from).signum(), turn(a.from, a.to, b.to).signum());
    let (back_from, back_to) = (turn(b.from, b.to, a.from).signum(), turn(b.from, b.to, a.to).signum());
    if from * to < 0 && back_from * back_to < 0 {
        return true;
    }
    let on = |side: i128, edge: &Edge<P>, position: P| {
        side == 0
            && between(edge.from.x(), edge.to.x(), position.x())
            && between(edge.from.y(), edge.to.y(), position.y())
    };
    on(from, a, b.from) || on(to, a, b.to) || on(back_from, b, a.from) || on(back_to, b, a.to)
}

fn turns_back<P: GridPosition>(a: P, b: P, c: P) -> bool {
    turn(a, b, c) == 0 && is_behind(a, b, c)
}
