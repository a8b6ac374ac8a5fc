//! Integer positions, and arithmetic on rings of them that never rounds.
//!
//! Two grids are used: the centimetres of `store` and the units of `tile`. What both need lies here
//! and in [`super::contact`] and [`super::mend`]. Rings are open (the first vertex is not repeated),
//! areas are positive where a ring runs from the first axis to the second.

use std::fmt::Debug;

/// A position on an integer grid. Positions are ordered by `x`, then `y`.
pub trait GridPosition: Copy + Ord + Debug + Send + Sync + 'static {
    /// Builds a position from its axes.
    fn from_steps(x: i32, y: i32) -> Self;
    /// First axis.
    fn x(self) -> i32;
    /// Second axis.
    fn y(self) -> i32;
}

/// Where a position lies with regard to a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Enclosed by the ring.
    Inside,
    /// On one of its edges or vertices.
    On,
    /// Not enclosed.
    Outside,
}

/// Twice the area of a ring by the surveyor's formula (MVT 2.1 §4.3.4.4 names it for the winding).
pub fn twice_area<P: GridPosition>(ring: &[P]) -> i128 {
    let Some(mut before) = ring.last() else { return 0 };
    let mut twice_area = 0;
    for at in ring {
        let product = |a: i32, b: i32| i128::from(i64::from(a) * i64::from(b));
        twice_area += product(before.x(), at.y()) - product(at.x(), before.y());
        before = at;
    }
    twice_area
}

/// A ring's edges, the closing one last.
pub fn edges<P: Copy>(ring: &[P]) -> impl Iterator<Item = (P, P)> {
    ring.iter().copied().zip(ring.iter().skip(1).chain(ring.first()).copied())
}

/// Positive if `c` lies left of the way from `a` to `b`, negative if right, zero if on its line.
pub fn turn<P: GridPosition>(a: P, b: P, c: P) -> i128 {
    // differences fit into 64 bits; said so, each product is one multiplication
    let step = |from: i32, to: i32| i64::from(to) - i64::from(from);
    let product = |one: i64, other: i64| i128::from(one) * i128::from(other);
    product(step(a.x(), b.x()), step(a.y(), c.y())) - product(step(a.y(), b.y()), step(a.x(), c.x()))
}

/// Where `position` lies with regard to `ring` (even-odd rule).
pub fn place<P: GridPosition>(position: P, ring: &[P]) -> Place {
    let mut inside = false;
    for (a, b) in edges(ring) {
        if between(a.x(), b.x(), position.x()) && between(a.y(), b.y(), position.y()) && turn(a, b, position) == 0 {
            return Place::On;
        }
        if (a.y() > position.y()) != (b.y() > position.y()) {
            // the edge meets the level of the position to its right exactly if the position lies left of
            // the edge taken upwards
            inside ^= (turn(a, b, position) > 0) == (b.y() > a.y());
        }
    }
    if inside { Place::Inside } else { Place::Outside }
}

/// Whether `value` lies between `a` and `b`, given in any order; ends count.
pub(super) fn between(a: i32, b: i32, value: i32) -> bool {
    (a.min(b)..=a.max(b)).contains(&value)
}

/// Takes out repeated vertices and spikes (a way there and back again) until none is left. A ring
/// that is nothing else ends with fewer than three vertices. Returns how many of each were taken.
pub fn tidy<P: GridPosition>(ring: &mut Vec<P>) -> Tidied {
    let mut tidied = Tidied::default();
    let mut end = 0;
    for at in 0..ring.len() {
        ring[end] = ring[at];
        end += 1;
        end = tidy_end(ring, 0, end, &mut tidied);
    }
    ring.truncate(end);
    close(ring, 0, &mut tidied);
    tidied
}

/// Adds a ring to `vertices`, tidied as [`tidy`] does.
pub fn extend_tidied<P: GridPosition>(vertices: &mut Vec<P>, ring: impl IntoIterator<Item = P>) -> Tidied {
    let mut tidied = Tidied::default();
    let start = vertices.len();
    for at in ring {
        vertices.push(at);
        let end = vertices.len();
        let end = tidy_end(vertices, start, end, &mut tidied);
        vertices.truncate(end);
    }
    close(vertices, start, &mut tidied);
    tidied
}

/// Tidies the line `vertices[start..end]`, whose last vertex is new; gives its end then.
fn tidy_end<P: GridPosition>(vertices: &mut [P], start: usize, mut end: usize, tidied: &mut Tidied) -> usize {
    while let Some(fault) = fault_at_end(&vertices[start..end]) {
        tidied.count(fault);
        end -= 1;
        if let Untidy::Spike = fault {
            vertices[end - 1] = vertices[end];
        }
    }
    end
}

/// What [`tidy`] took out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Vertices equal to the one before.
    pub repeated: usize,
    /// Tips of spikes.
    pub spikes: usize,
}

#[derive(Clone, Copy)]
enum Untidy {
    Repeated,
    Spike,
}

impl Tidied {
    fn count(&mut self, fault: Untidy) {
        match fault {
            Untidy::Repeated => self.repeated += 1,
            Untidy::Spike => self.spikes += 1,
        }
    }
}

fn fault_at_end<P: GridPosition>(line: &[P]) -> Option<Untidy> {
    match line {
        [.., a, b] if a == b => Some(Untidy::Repeated),
        [.., a, b, c] => fault_of(*a, *b, *c),
        _ => None,
    }
}

fn fault_of<P: GridPosition>(a: P, b: P, c: P) -> Option<Untidy> {
    // from a tip, both ways lead to the same side on both axes
    let is_same_side = a.x().cmp(&b.x()) == c.x().cmp(&b.x()) && a.y().cmp(&b.y()) == c.y().cmp(&b.y());
    (is_same_side && turn(a, b, c) == 0).then_some(Untidy::Spike)
}

/// For three positions on one line: whether the way from `b` to `c` goes back towards `a`.
pub(super) fn is_behind<P: GridPosition>(a: P, b: P, c: P) -> bool {
    let step = |from: i32, to: i32| i128::from(to) - i128::from(from);
    step(b.x(), a.x()) * step(b.x(), c.x()) + step(b.y(), a.y()) * step(b.y(), c.y()) > 0
}

/// Tidies across the closing edge: the end against the start.
fn close<P: GridPosition>(vertices: &mut Vec<P>, start: usize, tidied: &mut Tidied) {
    let mut first = start;
    while vertices.len() > first + 1 {
        let ring = &vertices[first..];
        let len = ring.len();
        if ring[0] == ring[len - 1] {
            tidied.repeated += 1;
            vertices.pop();
        } else if len >= 3 && fault_of(ring[len - 2], ring[len - 1], ring[0]).is_some() {
            tidied.spikes += 1;
            vertices.pop();
        } else if len >= 3 && fault_of(ring[len - 1], ring[0], ring[1]).is_some() {
            tidied.spikes += 1;
            first += 1;
        } else {
            break;
        }
    }
    vertices.drain(start..first);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct At(i32, i32);

    impl GridPosition for At {
        fn from_steps(x: i32, y: i32) -> Self {
            Self(x, y)
        }
        fn x(self) -> i32 {
            self.0
        }
        fn y(self) -> i32 {
            self.1
        }
    }

    #[test]
    fn a_position_on_an_edge_is_neither_inside_nor_outside() {
        let ring = [At(0, 0), At(4, 0), At(4, 4), At(0, 4)];
        assert_eq!(place(At(2, 2), &ring), Place::Inside);
        assert_eq!(place(At(4, 2), &ring), Place::On);
        assert_eq!(place(At(0, 0), &ring), Place::On);
        assert_eq!(place(At(5, 0), &ring), Place::Outside);
        assert_eq!(place(At(-1, 4), &ring), Place::Outside);
    }

    #[test]
    fn repeated_vertices_and_spikes_are_taken_out() {
        let mut ring = vec![At(0, 0), At(0, 0), At(4, 0), At(6, 0), At(4, 0), At(4, 4), At(0, 4), At(0, 0)];
        let tidied = tidy(&mut ring);
        assert_eq!(ring, [At(0, 0), At(4, 0), At(4, 4), At(0, 4)]);
        assert_eq!(tidied.spikes, 1);
    }

    #[test]
    fn a_ring_that_is_only_a_spike_is_used_up() {
        let mut ring = vec![At(0, 0), At(3, 3), At(1, 1), At(5, 5)];
        tidy(&mut ring);
        assert!(ring.len() < 3, "{ring:?}");
    }

    #[test]
    fn the_far_corners_of_the_grid_do_not_overflow() {
        let (low, high) = (i32::MIN, i32::MAX);
        let ring = [At(low, low), At(high, low), At(high, high), At(low, high)];
        assert_eq!(twice_area(&ring), 2 * (i128::from(high) - i128::from(low)).pow(2));
        assert_eq!(place(At(0, 0), &ring), Place::Inside);
    }
}
