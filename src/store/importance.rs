//! How much each vertex of an arc matters, measured once for all zooms.
//!
//! Visvalingam and Whyatt, "Line generalisation by repeated elimination of points" (1993): the vertex
//! whose triangle with its two neighbours is smallest goes first, then the triangles of the neighbours
//! are measured anew. A vertex's *importance* is the square root of the area at which it went, in
//! metres of Mercator, and never less than that of a vertex that went before it, so that every
//! threshold keeps what a larger threshold keeps.
//!
//! The ends of an arc are kept at any tolerance, and so are as many vertices between them as every ring
//! needs to stay a triangle.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use crate::geo::{GridPosition, turn};
use crate::store::arcs::{Arcs, Rings};
use crate::store::centimetre::{Centimetre, area_m2};

/// How much a vertex matters, in classes: the importance on a scale of logarithms, eight classes to each
/// doubling. A vertex is kept where its rank is not below that of the tolerance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(u8);

impl Rank {
    /// The rank of a vertex that no tolerance takes away.
    pub(super) const KEPT: Self = Self(u8::MAX);

    /// Importance of rank 0, in metres: a step of the grid. Whatever matters less has that rank too.
    const LEAST_M: f64 = 0.01;
    const PER_DOUBLING: f64 = 8.0;

    /// The number of the class.
    pub(super) fn class(self) -> u8 {
        self.0
    }

    /// The class of an importance or a tolerance in metres; no length has the rank [`Self::KEPT`].
    pub(super) fn of(length_m: f64) -> Self {
        let class = ((length_m / Self::LEAST_M).log2() * Self::PER_DOUBLING).floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; a NaN becomes 0")]
        let class = class.clamp(0.0, f64::from(u8::MAX - 1)) as u8;
        Self(class)
    }
}

/// The ranks of every vertex of all arcs, in their order.
pub(super) fn measure(arcs: &Arcs, rings: &Rings) -> Vec<Rank> {
    let kept = vertices_to_keep(arcs, rings);
    let mut ranks = vec![Rank::KEPT; arcs.vertices()];
    let mut rest = ranks.as_mut_slice();
    let mut parts = Vec::with_capacity(arcs.len());
    for (arc, kept) in kept.into_iter().enumerate() {
        let (part, further) = rest.split_at_mut(arcs.arc(arc).len());
        parts.push((arcs.arc(arc), kept, part));
        rest = further;
    }
    parts.into_par_iter().with_min_len(64).for_each(|(arc, kept, ranks)| eliminate(arc, kept, ranks));
    ranks
}

/// Vertices that each arc keeps between its ends. A ring of one closed arc needs two, a ring of two
/// arcs one: on the arc that bends further from the straight line between its ends.
fn vertices_to_keep(arcs: &Arcs, rings: &Rings) -> Vec<usize> {
    let mut kept = vec![0; arcs.len()];
    for ring in 0..rings.len() {
        match rings.steps(ring) {
            [only] => kept[only.arc()] = 2,
            [a, b] => {
                let further = if bend(arcs.arc(b.arc())) > bend(arcs.arc(a.arc())) { b } else { a };
                let kept = &mut kept[further.arc()];
                *kept = 1.max(*kept);
            }
            _ => {}
        }
    }
    kept
}

/// The largest distance of a vertex from the line between the ends, times that line's length.
fn bend(arc: &[Centimetre]) -> i128 {
    let (first, last) = (arc[0], arc[arc.len() - 1]);
    arc.iter().map(|vertex| turn(first, last, *vertex).abs()).max().unwrap_or(0)
}

/// Takes vertices out one after the other until `kept` are left between the ends.
fn eliminate(arc: &[Centimetre], kept: usize, ranks: &mut [Rank]) {
    let inner = arc.len() - 2;
    if inner <= kept {
        return;
    }
    let index = |at: usize| u32::try_from(at).expect("an arc has fewer than 2^32 vertices");
    let mut before: Vec<u32> = (0..index(arc.len())).map(|at| at.wrapping_sub(1)).collect();
    let mut after: Vec<u32> = (1..=index(arc.len())).collect();
    let mut areas: Vec<u64> = vec![0; arc.len()];
    // area and place in one number, which sorts as the two do
    let entry = |area: u64, at: usize| Reverse(u128::from(area) << 32 | at as u128);
    for at in 1..=inner {
        areas[at] = triangle(arc[at - 1], arc[at], arc[at + 1]);
    }
    let mut queue: BinaryHeap<Reverse<u128>> = (1..=inner).map(|at| entry(areas[at], at)).collect();
    let mut left = inner;
    let mut largest = 0;
    while let Some(Reverse(next)) = queue.pop() {
        #[expect(clippy::cast_possible_truncation, reason = "the halves are put apart again")]
        let (area, at) = ((next >> 32) as u64, next as u32 as usize);
        // an entry from before a neighbour went; the vertex has another one
        if area != areas[at] || ranks[at] != Rank::KEPT {
            continue;
        }
        if left == kept {
            break;
        }
        largest = area.max(largest);
        ranks[at] = Rank::of(area_m2(i128::from(largest)).sqrt());
        left -= 1;
        let (previous, next) = (before[at] as usize, after[at] as usize);
        after[previous] = index(next);
        before[next] = index(previous);
        for neighbour in [previous, next] {
            if (1..=inner).contains(&neighbour) {
                let (a, c) = (arc[before[neighbour] as usize], arc[after[neighbour] as usize]);
                areas[neighbour] = triangle(a, arc[neighbour], c);
                queue.push(entry(areas[neighbour], neighbour));
            }
        }
    }
}

/// Twice the area of a triangle in square grid steps. Triangles too large for 64 bits (a tenth of the
/// earth's surface) count as the largest.
fn triangle(a: Centimetre, b: Centimetre, c: Centimetre) -> u64 {
    let step = |from: i32, to: i32| i64::from(to) - i64::from(from);
    let (abx, aby, acx, acy) = (step(a.x(), b.x()), step(a.y(), b.y()), step(a.x(), c.x()), step(a.y(), c.y()));
    match (abx.checked_mul(acy), aby.checked_mul(acx)) {
        (Some(first), Some(second)) => first.abs_diff(second),
        _ => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(i32, i32)]) -> Vec<Centimetre> {
        points.iter().map(|(x, y)| Centimetre::from_steps(*x, *y)).collect()
    }

    fn measured(points: &[(i32, i32)], kept: usize) -> Vec<Rank> {
        let mut ranks = vec![Rank::KEPT; points.len()];
        eliminate(&line(points), kept, &mut ranks);
        ranks
    }

    #[test]
    fn importance_is_the_root_of_the_triangle_at_which_the_vertex_goes() {
        // triangle of base 200 cm and height 100 cm: 1 m²
        assert_eq!(measured(&[(0, 0), (100, 100), (200, 0)], 0), [Rank::KEPT, Rank::of(1.0), Rank::KEPT]);
    }

    #[test]
    fn a_later_vertex_never_matters_less_than_an_earlier_one() {
        // once the tip at 10 is gone, the triangle at 20 shrinks; it still counts as much as the tip
        let ranks = measured(&[(0, 0), (100, 100), (200, -10), (300, 0)], 0);
        assert!(ranks[1] >= ranks[2], "{ranks:?}");
    }

    #[test]
    fn a_closed_arc_keeps_a_triangle_and_the_ends_are_always_kept() {
        let square = [(0, 0), (100, 0), (200, 0), (200, 200), (0, 200), (0, 0)];
        let ranks = measured(&square, 2);
        assert_eq!(ranks.iter().filter(|rank| **rank == Rank::KEPT).count(), 4);
        assert_eq!(ranks[1], Rank::of(0.0));
    }

    #[test]
    fn ranks_rise_with_length_and_tell_lengths_apart_that_differ_by_a_tenth() {
        let lengths_m: Vec<f64> = (0..300).map(|step| 0.01 * 1.1_f64.powi(step)).take_while(|m| *m < 3e7).collect();
        assert!(lengths_m.windows(2).all(|pair| Rank::of(pair[0]) < Rank::of(pair[1])));
        assert_eq!((Rank::of(0.0), Rank::of(1e30) < Rank::KEPT), (Rank::of(0.0), true));
    }
}
