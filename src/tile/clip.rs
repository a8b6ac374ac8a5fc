//! One polygon → the rings of its part inside the window.
//!
//! Each ring is walked once. Its pieces inside the window (*chains*) run from where the ring enters to
//! where it leaves; along the window's border every exit is joined with the entry that follows it, so
//! that the inside stays on the same side. The parts of a polygon that a border cuts asunder become
//! rings of their own, without the bridges along the border that Sutherland and Hodgman's method leaves
//! (they are self-overlaps, which MVT 2.1 §4.3.4.4 forbids).
//!
//! Which parts of the border belong to the polygon follows from one corner's winding number and from
//! the order of exits and entries. A corner that lies on a ring says nothing certain, then another one
//! is asked; if all four do, [`clip`] gives up and the caller clips on the snapped grid.
//!
//! In and out go open rings in units; exterior rings have a positive area, holes a negative one. What
//! lies on the border counts as outside: a polygon that only touches the window has no part in it.

use crate::tile::grid::{Exact, Window};

/// A ring on the grid before snapping.
pub(super) type ExactRing = Vec<Exact>;

/// A corner nearer to an edge than this, in units, is not asked. Far above what rounding does to
/// positions some 10^7 units away, far below what could be seen.
const CORNER_CLEARANCE: f64 = 1e-6;

/// The four corners of the window lie on the polygon's rings.
#[derive(Debug, PartialEq)]
pub(super) struct AllCornersOnRings;

/// Clips the rings of one polygon.
pub(super) fn clip(rings: Vec<ExactRing>, window: Window) -> Result<Vec<ExactRing>, AllCornersOnRings> {
    let mut clipped = Vec::new();
    let mut chains = Chains::default();
    let mut cut: Vec<ExactRing> = Vec::new();
    for ring in rings {
        if ring.iter().all(|vertex| window.holds(*vertex)) {
            clipped.push(ring);
        } else {
            chains.add(&ring, window);
            cut.push(ring);
        }
    }
    if cut.is_empty() {
        return Ok(clipped);
    }
    let corners = window.corners();
    let asked = (0..4).find_map(|corner| Some((corner, winding(corners[corner], &cut)?)));
    let (corner, winding) = asked.ok_or(AllCornersOnRings)?;
    Joints::of(&chains, corner, winding).trace(&chains, &corners, &mut clipped);
    Ok(clipped)
}

/// How often rings wind around a position; `None` if it lies too near to an edge to say. Rule of
/// crossings upwards and downwards: Sunday, "Inclusion of a point in a polygon" (2001).
fn winding(at: Exact, rings: &[ExactRing]) -> Option<usize> {
    let mut winding = 0_i64;
    for (a, b) in rings.iter().flat_map(|ring| edges(ring)) {
        let reaches = |a: f64, b: f64, at: f64| a.min(b) - CORNER_CLEARANCE <= at && at <= a.max(b) + CORNER_CLEARANCE;
        let side = (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x);
        if reaches(a.x, b.x, at.x) && reaches(a.y, b.y, at.y) {
            let (x, y) = (b.x - a.x, b.y - a.y);
            if side * side <= CORNER_CLEARANCE * CORNER_CLEARANCE * (x * x + y * y) {
                return None;
            }
        }
        if a.y <= at.y && b.y > at.y && side > 0.0 {
            winding += 1;
        } else if a.y > at.y && b.y <= at.y && side < 0.0 {
            winding -= 1;
        }
    }
    // less than nothing is a ring turned inside out by simplification; it encloses nothing
    Some(usize::try_from(winding).unwrap_or(0))
}

fn edges(ring: &[Exact]) -> impl Iterator<Item = (Exact, Exact)> + Clone {
    ring.iter().copied().zip(ring.iter().skip(1).chain(ring.first()).copied())
}

/// The pieces of rings inside the window.
#[derive(Default)]
struct Chains {
    vertices: Vec<Exact>,
    chains: Vec<Chain>,
}

/// One piece: its vertices, border points included, and where on the border it starts and ends.
struct Chain {
    vertices: std::ops::Range<usize>,
    entry: f64,
    exit: f64,
}

impl Chains {
    /// Adds the pieces of a ring that has at least one vertex outside.
    fn add(&mut self, ring: &[Exact], window: Window) {
        let Some(start) = ring.iter().position(|vertex| !window.holds(*vertex)) else { return };
        let (mut first, mut entry) = (self.vertices.len(), 0.0);
        for (a, b) in edges(ring).cycle().skip(start).take(ring.len()) {
            let Some((entered, left)) = pass(a, b, window) else { continue };
            if let Some(crossing) = entered {
                (first, entry) = (self.vertices.len(), crossing.along);
                self.vertices.push(crossing.at);
            }
            if let Some(crossing) = left {
                self.vertices.push(crossing.at);
                self.chains.push(Chain { vertices: first..self.vertices.len(), entry, exit: crossing.along });
            } else {
                self.vertices.push(b);
            }
        }
    }
}

/// Where an edge meets the window's border. `along` is measured in sides: 0 to 1 on the northern one from
/// west to east, and on in the order of [`Window::corners`] up to 4.
#[derive(Clone, Copy)]
struct Crossing {
    at: Exact,
    along: f64,
}

/// Where the edge from `a` to `b` enters and leaves the window; `None` if no part of it lies inside.
/// Liang and Barsky's method (1984). An end that lies inside has no crossing on its side.
fn pass(a: Exact, b: Exact, window: Window) -> Option<(Option<Crossing>, Option<Crossing>)> {
    if window.holds(a) && window.holds(b) {
        return Some((None, None));
    }
    // distance to each side, inside positive, in the order of `Window::corners`
    let depths = |at: Exact| [at.y - window.low, window.high - at.x, window.high - at.y, at.x - window.low];
    let (from, to) = (depths(a), depths(b));
    let mut entered: Option<(f64, usize)> = None;
    let mut left = entered;
    for side in 0..4 {
        let share = || from[side] / (from[side] - to[side]);
        match (from[side] > 0.0, to[side] > 0.0) {
            (false, false) => return None,
            (false, true) if entered.is_none_or(|(known, _)| share() > known) => entered = Some((share(), side)),
            (true, false) if left.is_none_or(|(known, _)| share() < known) => left = Some((share(), side)),
            _ => {}
        }
    }
    if let (Some((entered, _)), Some((left, _))) = (entered, left)
        && entered >= left
    {
        return None;
    }
    Some((entered.map(|(_, side)| crossing(a, b, side, window)), left.map(|(_, side)| crossing(a, b, side, window))))
}

/// Where the line through `a` and `b` meets a side. The ends are put into one order first, so that the
/// ring on the other side of the border gets the very same point.
fn crossing(a: Exact, b: Exact, side: usize, window: Window) -> Crossing {
    let (a, b) = if (a.x, a.y) <= (b.x, b.y) { (a, b) } else { (b, a) };
    let Window { low, high } = window;
    let at_y = |y: f64| (a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)).clamp(low, high);
    let at_x = |x: f64| (a.y + (x - a.x) / (b.x - a.x) * (b.y - a.y)).clamp(low, high);
    let (at, share) = match side {
        0 => (Exact { x: at_y(low), y: low }, at_y(low) - low),
        1 => (Exact { x: high, y: at_x(high) }, at_x(high) - low),
        2 => (Exact { x: at_y(high), y: high }, high - at_y(high)),
        _ => (Exact { x: low, y: at_x(low) }, high - at_x(low)),
    };
    Crossing { at, along: side as f64 + share / (high - low) }
}

/// Where each chain goes on after it has left the window.
struct Joints {
    /// By chain: the chain that follows, and the stretch of border between them, from a smaller to a
    /// larger `along` or backwards, both measured from the first corner.
    next: Vec<(usize, f64, f64)>,
    /// The corner from which the border is measured.
    corner: usize,
    /// How often the whole border is a ring of its own.
    whole: usize,
}

/// What happens at a place on the border.
enum Event {
    Exit(usize),
    Entry(usize),
}

impl Joints {
    /// Pairs exits with entries. From `corner` on, `winding` counts how often the place on the border is
    /// inside: an exit adds one, an entry takes one. Where rounding has put an entry before the exit
    /// that it belongs to, the two are joined backwards.
    fn of(chains: &Chains, corner: usize, winding: usize) -> Self {
        let measured = |along: f64| (along - corner as f64).rem_euclid(4.0);
        let exits = chains.chains.iter().enumerate().map(|(at, chain)| (measured(chain.exit), Event::Exit(at)));
        let entries = chains.chains.iter().enumerate().map(|(at, chain)| (measured(chain.entry), Event::Entry(at)));
        let mut events: Vec<_> = exits.chain(entries).collect();
        events.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let mut next = vec![(0, 0.0, 0.0); chains.chains.len()];
        let mut whole = winding;
        let (mut open, mut early, mut around) = (Vec::new(), Vec::new(), Vec::new());
        for (along, event) in events {
            match event {
                Event::Exit(exit) => match early.pop() {
                    Some((entry, entry_along)) => next[exit] = (entry, along, entry_along),
                    None => open.push((exit, along)),
                },
                Event::Entry(entry) => match open.pop() {
                    Some((exit, exit_along)) => next[exit] = (entry, exit_along, along),
                    None if whole > 0 => {
                        whole -= 1;
                        around.push((entry, along));
                    }
                    None => early.push((entry, along)),
                },
            }
        }
        // as many exits are left as entries were reached from beyond the first corner
        for ((exit, exit_along), (entry, along)) in open.into_iter().rev().zip(around) {
            next[exit] = (entry, exit_along, along + 4.0);
        }
        Self { next, corner, whole }
    }

    /// Follows chains and border until each chain is used once.
    fn trace(&self, chains: &Chains, corners: &[Exact; 4], clipped: &mut Vec<ExactRing>) {
        clipped.extend((0..self.whole).map(|_| corners.to_vec()));
        let mut used = vec![false; chains.chains.len()];
        for first in 0..used.len() {
            let mut ring = ExactRing::new();
            let mut at = first;
            while !used[at] {
                used[at] = true;
                ring.extend_from_slice(&chains.vertices[chains.chains[at].vertices.clone()]);
                let (next, from, to) = self.next[at];
                self.add_corners(from, to, corners, &mut ring);
                at = next;
            }
            if !ring.is_empty() {
                clipped.push(ring);
            }
        }
    }

    fn add_corners(&self, from: f64, to: f64, corners: &[Exact; 4], ring: &mut ExactRing) {
        let named = |number: u32| corners[(number as usize + self.corner) % 4];
        let between = |low: f64, high: f64| (0..8_u32).filter(move |corner| (low..=high).contains(&f64::from(*corner)));
        if from <= to {
            ring.extend(between(from, to).map(named));
        } else {
            ring.extend(between(to, from).map(named).collect::<Vec<_>>().into_iter().rev());
        }
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps};
    use proptest::prelude::*;

    use super::*;

    const WINDOW: Window = Window { low: -64.0, high: 4160.0 };

    fn area(rings: &[ExactRing]) -> f64 {
        rings.iter().flat_map(|ring| edges(ring)).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0
    }

    fn to_geo(ring: &ExactRing) -> geo::Polygon {
        geo::Polygon::new(ring.iter().map(|at| geo::Coord { x: at.x, y: at.y }).collect(), Vec::new())
    }

    /// A ring around a middle, with a radius per direction: never crosses itself.
    fn star(middle: (f64, f64), radii: &[f64]) -> ExactRing {
        let step = std::f64::consts::TAU / radii.len() as f64;
        let at = |(number, radius): (usize, &f64)| {
            let angle = step * number as f64;
            Exact { x: middle.0 + radius * angle.cos(), y: middle.1 + radius * angle.sin() }
        };
        radii.iter().enumerate().map(at).collect()
    }

    fn stars() -> impl Strategy<Value = ExactRing> {
        let middle = (-6000.0..10_000.0_f64, -6000.0..10_000.0_f64);
        (middle, prop::collection::vec(50.0..9000.0_f64, 3..40)).prop_map(|(middle, radii)| star(middle, &radii))
    }

    proptest! {
        #[test]
        fn a_clipped_polygon_has_the_area_that_an_independent_overlay_finds(ring in stars()) {
            let window = geo::Polygon::new(WINDOW.corners().iter().map(|at| geo::Coord { x: at.x, y: at.y }).collect(), Vec::new());
            let expected = to_geo(&ring).intersection(&window).unsigned_area();
            let clipped = clip(vec![ring], WINDOW).expect("no corner lies on the ring");
            prop_assert!((area(&clipped) - expected).abs() < 1.0, "{} and {expected}", area(&clipped));
        }

        #[test]
        fn a_clipped_polygon_stays_in_the_window(ring in stars()) {
            for at in clip(vec![ring], WINDOW).expect("no corner lies on the ring").iter().flatten() {
                prop_assert!((WINDOW.low..=WINDOW.high).contains(&at.x) && (WINDOW.low..=WINDOW.high).contains(&at.y));
            }
        }

        #[test]
        fn a_border_is_cut_at_the_same_points_from_both_sides(ring in stars()) {
            let mut other_side = ring.clone();
            other_side.reverse();
            let on_border = |rings: &[ExactRing]| {
                let on = |at: &&Exact| !WINDOW.holds(**at) && !WINDOW.corners().contains(at);
                let mut cuts: Vec<_> = rings.iter().flatten().filter(on).map(|at| (at.x.to_bits(), at.y.to_bits())).collect();
                cuts.sort_unstable();
                cuts
            };
            let outer = WINDOW.corners().map(|at| Exact { x: at.x * 20.0 - 4e4, y: at.y * 20.0 - 4e4 }).to_vec();
            let clipped = clip(vec![ring], WINDOW).expect("no corner lies on the ring");
            let around = clip(vec![outer, other_side], WINDOW).expect("no corner lies on the ring");
            prop_assert_eq!(on_border(&clipped), on_border(&around));
            let whole = (WINDOW.high - WINDOW.low).powi(2);
            prop_assert!((area(&clipped) + area(&around) - whole).abs() < 1e-3, "together they fill the window");
        }
    }

    #[test]
    fn a_ring_through_all_four_corners_is_left_to_the_caller() {
        assert_eq!(clip(vec![WINDOW.corners().to_vec()], WINDOW), Err(AllCornersOnRings));
    }
}
