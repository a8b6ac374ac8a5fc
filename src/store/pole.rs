//! The pole of inaccessibility: the place inside a polygon that is farthest from its border.
//!
//! Garcia-Castellanos and Lombardo, "Poles of inaccessibility" (2007). The search halves square cells, the most
//! promising first, and leaves a cell alone that cannot hold a place better than the best known by more than the
//! precision, as `polylabel` does; that crate takes five times as long, which was a third of a load.

use std::collections::BinaryHeap;

use crate::geo::{Bounds, Mercator, Polygon};

/// Cells are halved at most so often all in all; a precision that is too fine ends here.
const MOST_CELLS: usize = 100_000;

/// The place inside `polygon` that is farthest from its border, to `precision_m` metres of that distance; `None` if
/// no place inside is found.
pub(super) fn pole(polygon: &Polygon<Mercator>, precision_m: f64) -> Option<Mercator> {
    let border = Border::of(polygon);
    let bounds = Bounds::around(polygon.exterior.iter().copied())?;
    let (min, max) = (bounds.min(), bounds.max());
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

/// The edges of a polygon.
struct Border(Vec<Edge>);

/// From `(x, y)` by `(dx, dy)`.
struct Edge {
    x: f64,
    y: f64,
    dx: f64,
    dy: f64,
    /// One through the square of its length; 0 if it has none.
    per_square: f64,
}

impl Border {
    fn of(polygon: &Polygon<Mercator>) -> Self {
        let mut edges = Vec::with_capacity(polygon.rings().map(Vec::len).sum());
        for (from, to) in polygon.rings().flat_map(|ring| crate::geo::edges(ring)) {
            let (dx, dy) = (to.x - from.x, to.y - from.y);
            let square = dx * dx + dy * dy;
            edges.push(Edge {
                x: from.x,
                y: from.y,
                dx,
                dy,
                per_square: if square > 0.0 { 1.0 / square } else { 0.0 },
            });
        }
        Self(edges)
    }

    /// Distance of a place from the border; negative outside the polygon (even-odd rule).
    fn distance(&self, x: f64, y: f64) -> f64 {
        let mut least = f64::INFINITY;
        let mut is_inside = false;
        for edge in &self.0 {
            let (to_x, to_y) = (x - edge.x, y - edge.y);
            let along = ((to_x * edge.dx + to_y * edge.dy) * edge.per_square).clamp(0.0, 1.0);
            let (off_x, off_y) = (to_x - along * edge.dx, to_y - along * edge.dy);
            least = least.min(off_x * off_x + off_y * off_y);
            // the edge passes the level of the place, to the right of it
            let passes = (to_y < 0.0) != (to_y < edge.dy);
            is_inside ^= passes && ((to_x * edge.dy < edge.dx * to_y) == (edge.dy > 0.0));
        }
        if is_inside { least.sqrt() } else { -least.sqrt() }
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
