//! The pole of inaccessibility: the place inside a polygon that is farthest from its border.
//!
//! Garcia-Castellanos and Lombardo, "Poles of inaccessibility" (2007). The search halves square cells, the most
//! promising first, and leaves a cell alone that cannot hold a place better than the best known by more than the
//! precision, as `polylabel` does; that crate takes five times as long, which was a third of a load.

use std::collections::BinaryHeap;

use crate::geo::{Bounds, Mercator, Polygon};

/// Cells are halved at most so often all in all; a precision that is too fine ends here.
const MOST_CELLS: usize = 100_000;

/// Edges that are worked on together.
const LANES: usize = 8;

/// The place inside `polygon` that is farthest from its border, to `precision_m` metres of that distance; `None` if
/// no place inside is found.
pub(super) fn pole(polygon: &Polygon<Mercator>, precision_m: f64) -> Option<Mercator> {
    let bounds = Bounds::around(polygon.exterior.iter().copied())?;
    let (min, max) = (bounds.min(), bounds.max());
    let border = Border::of(polygon, Mercator { x: f64::midpoint(min.x, max.x), y: f64::midpoint(min.y, max.y) });
    let (width, height) = (max.x - min.x, max.y - min.y);
    let side = width.min(height);
    if side <= 0.0 || !side.is_finite() {
        return None;
    }
    let mut best = Cell::new(f64::midpoint(min.x, max.x), f64::midpoint(min.y, max.y), 0.0, &border);
    let mut cells = BinaryHeap::new();
    // squares that cover the box; a box of very unlike sides is covered coarsely
    let side = side.max(width.max(height) / 64.0);
    let mut x = min.x;
    while x < max.x {
        let mut y = min.y;
        while y < max.y {
            cells.push(Cell::new(x + side / 2.0, y + side / 2.0, side / 2.0, &border));
            y += side;
        }
        x += side;
    }
    for _ in 0..MOST_CELLS {
        let Some(cell) = cells.pop() else { break };
        if cell.distance > best.distance {
            best = cell;
        }
        if cell.most - best.distance <= precision_m {
            break;
        }
        let half = cell.half / 2.0;
        for (x, y) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
            cells.push(Cell::new(cell.x + x, cell.y + y, half, &border));
        }
    }
    (best.distance > 0.0).then_some(Mercator { x: best.x, y: best.y })
}

/// A square, and what is known of the distances in it.
#[derive(Clone, Copy)]
struct Cell {
    x: f64,
    y: f64,
    half: f64,
    /// From the middle to the border; negative outside the polygon.
    distance: f64,
    /// No place in the cell is farther inside.
    most: f64,
}

impl Cell {
    fn new(x: f64, y: f64, half: f64, border: &Border) -> Self {
        let distance = border.distance(x, y);
        Self { x, y, half, distance, most: distance + half * std::f64::consts::SQRT_2 }
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Cell {}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.most.total_cmp(&other.most)
    }
}

/// The edges of a polygon, about its own origin: single precision is enough for what is wanted of them.
struct Border {
    origin: Mercator,
    edges: Vec<Edges>,
}

/// From `(x, y)` by `(dx, dy)`.
#[derive(Clone, Copy)]
struct Edges {
    x: [f32; LANES],
    y: [f32; LANES],
    dx: [f32; LANES],
    dy: [f32; LANES],
    /// One through the square of its length; 0 if it has none.
    per_square: [f32; LANES],
}

/// Places without an edge: as good as infinitely far away.
const NONE: Edges =
    Edges { x: [1e18; LANES], y: [1e18; LANES], dx: [0.0; LANES], dy: [0.0; LANES], per_square: [0.0; LANES] };

impl Border {
    #[expect(clippy::cast_possible_truncation, reason = "rounded to single precision")]
    fn of(polygon: &Polygon<Mercator>, origin: Mercator) -> Self {
        let count: usize = polygon.rings().map(Vec::len).sum();
        let mut edges = vec![NONE; count.div_ceil(LANES)];
        for (at, (from, to)) in polygon.rings().flat_map(|ring| crate::geo::edges(ring)).enumerate() {
            let (edges, lane) = (&mut edges[at / LANES], at % LANES);
            let (dx, dy) = ((to.x - from.x) as f32, (to.y - from.y) as f32);
            let square = dx * dx + dy * dy;
            (edges.x[lane], edges.y[lane]) = ((from.x - origin.x) as f32, (from.y - origin.y) as f32);
            (edges.dx[lane], edges.dy[lane]) = (dx, dy);
            edges.per_square[lane] = if square > 0.0 { 1.0 / square } else { 0.0 };
        }
        Self { origin, edges }
    }

    /// Distance of a place from the border; negative outside the polygon (even-odd rule).
    #[expect(clippy::cast_possible_truncation, reason = "rounded to single precision")]
    fn distance(&self, x: f64, y: f64) -> f64 {
        let (x, y) = ((x - self.origin.x) as f32, (y - self.origin.y) as f32);
        let mut least = [f32::INFINITY; LANES];
        let mut passed = [0_u32; LANES];
        for edges in &self.edges {
            // written so that the compiler does all lanes at once
            for lane in 0..LANES {
                let (dx, dy) = (edges.dx[lane], edges.dy[lane]);
                let (to_x, to_y) = (x - edges.x[lane], y - edges.y[lane]);
                let along = (to_x * dx + to_y * dy) * edges.per_square[lane];
                let along = if along > 0.0 { along } else { 0.0 };
                let along = if along < 1.0 { along } else { 1.0 };
                let (off_x, off_y) = (to_x - along * dx, to_y - along * dy);
                let square = off_x * off_x + off_y * off_y;
                least[lane] = if square < least[lane] { square } else { least[lane] };
                // the edge passes the level of the place, to the right of it
                let passes = (to_y < 0.0) ^ (to_y < dy);
                let is_to_the_right = (to_x * dy < dx * to_y) ^ (dy <= 0.0);
                passed[lane] ^= u32::from(passes) & u32::from(is_to_the_right);
            }
        }
        let least = least.into_iter().fold(f32::INFINITY, f32::min).sqrt();
        let is_inside = passed.into_iter().fold(0, |all, passed| all ^ passed) == 1;
        f64::from(if is_inside { least } else { -least })
    }
}

#[cfg(test)]
mod tests {
    use geo::{Contains, Distance, Euclidean};
    use proptest::prelude::*;

    use super::*;

    fn to_geo(polygon: &Polygon<Mercator>) -> geo::Polygon {
        let line = |ring: &Vec<Mercator>| ring.iter().map(|at| geo::Coord { x: at.x, y: at.y }).collect();
        geo::Polygon::new(line(&polygon.exterior), polygon.holes.iter().map(line).collect())
    }

    /// Distance to the border by another library; negative outside.
    fn distance(polygon: &geo::Polygon, at: geo::Point) -> f64 {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        let distance = rings.map(|ring| Euclidean.distance(ring, &at)).fold(f64::INFINITY, f64::min);
        if polygon.contains(&at) { distance } else { -distance }
    }

    fn star(radii: &[f64]) -> Vec<Mercator> {
        let step = std::f64::consts::TAU / radii.len() as f64;
        let at = |(number, radius): (usize, &f64)| {
            let angle = step * number as f64;
            Mercator { x: 1e6 + radius * angle.cos(), y: 7e6 + radius * angle.sin() }
        };
        radii.iter().enumerate().map(at).collect()
    }

    proptest! {
        #[test]
        fn no_place_of_a_fine_grid_is_farther_inside(radii in prop::collection::vec(200.0..1000.0_f64, 5..30), hole in 10.0..150.0_f64) {
            let hole: Vec<Mercator> = star(&[hole; 8]).into_iter().rev().collect();
            let polygon = Polygon { exterior: star(&radii), holes: vec![hole] };
            let found = pole(&polygon, 5.0).expect("a star has an inside");
            let geo = to_geo(&polygon);
            let reached = distance(&geo, geo::Point::new(found.x, found.y));
            prop_assert!(reached > 0.0);
            for step in 0..1600 {
                let (x, y) = (f64::from(step % 40) * 50.0 - 975.0, f64::from(step / 40) * 50.0 - 975.0);
                let other = distance(&geo, geo::Point::new(1e6 + x, 7e6 + y));
                prop_assert!(other <= reached + 5.0 + 1e-6, "{other} at {x} {y}, but {reached}");
            }
        }
    }

    #[test]
    fn a_polygon_without_an_inside_has_no_pole() {
        let line = [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0)].map(|(x, y)| Mercator { x, y }).to_vec();
        assert_eq!(pole(&Polygon { exterior: line, holes: Vec::new() }, 0.1), None);
        assert_eq!(pole(&Polygon { exterior: Vec::new(), holes: Vec::new() }, 0.1), None);
    }
}
