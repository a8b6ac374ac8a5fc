//! Whether the areas of a layer lie side by side: overlaps and narrow gaps, looked for and reported, not changed.
//!
//! Only what an area has alone is looked at, so a layer whose neighbours share their borders costs next to nothing.
//! Area layers may overlap on purpose; that is for whoever reads the report to say.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::geo::{GridPosition, Place, Polygon, place, twice_area};
use crate::store::arcs::{Borders, Step};
use crate::store::centimetre::{Centimetre, area_m2};
use crate::store::territory::Draft;

/// A gap is reported if it is narrower than this on average, in metres of Mercator. Wider ones are
/// lakes, enclaves and land that the layer leaves out.
const GAP_WIDTH_M: f64 = 20.0;

/// Vertices of an arc that are looked at: enough to meet an overlap along a part of it.
const SAMPLES: usize = 8;

/// What was found in one layer.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Pairs of features that overlap, the smaller index first.
    pub(super) overlaps: BTreeSet<(usize, usize)>,
    /// By feature: narrow gaps beside it and their area in square metres of Mercator, each named once.
    pub(super) gaps: BTreeMap<usize, Vec<f64>>,
}

/// Looks at the rings of one layer.
pub(super) fn look(borders: &Borders, rings: Range<usize>, draft: &Draft) -> Found {
    let mut users: HashMap<usize, Vec<(Step, usize)>> = HashMap::new();
    for (ring, feature) in rings.zip(draft.features()) {
        for step in borders.rings.steps(ring) {
            users.entry(step.arc()).or_default().push((*step, feature));
        }
    }
    let mut found = Found::default();
    let mut alone = Vec::new();
    for users in users.values() {
        match users[..] {
            [only] => alone.push(only),
            _ => found.overlaps.extend(on_one_side(users)),
        }
    }
    alone.sort_unstable_by_key(|(step, _)| step.arc());
    find_overlaps(borders, &alone, draft, &mut found);
    find_gaps(borders, &alone, &mut found);
    found
}

/// Features that lie on the same side of an arc.
fn on_one_side(users: &[(Step, usize)]) -> impl Iterator<Item = (usize, usize)> {
    let pairs = users.iter().enumerate().flat_map(|(at, a)| users[..at].iter().map(move |b| (a, b)));
    let same = pairs.filter(|(a, b)| a.0.is_backwards() == b.0.is_backwards() && a.1 != b.1);
    same.map(|(a, b)| (a.1.min(b.1), a.1.max(b.1)))
}

/// A polygon and its feature, in its box.
type Boxed<'a> = GeomWithData<Rectangle<[f64; 2]>, (usize, &'a Polygon<Centimetre>)>;

/// Vertices of one area inside another.
fn find_overlaps(borders: &Borders, alone: &[(Step, usize)], draft: &Draft, found: &mut Found) {
    let corner = |at: Centimetre| [f64::from(at.x()), f64::from(at.y())];
    let boxes = draft.polygons.iter().enumerate().flat_map(|(feature, polygons)| {
        polygons.iter().map(move |polygon| {
            let corners: Vec<[f64; 2]> = polygon.exterior.iter().map(|at| corner(*at)).collect();
            let bounds = Rectangle::from_aabb(AABB::from_points(corners.iter()));
            Boxed::new(bounds, (feature, polygon))
        })
    });
    let tree: RTree<Boxed> = RTree::bulk_load(boxes.collect());
    for (step, feature) in alone {
        let arc = borders.arcs.arc(step.arc());
        let stride = arc.len().div_ceil(SAMPLES);
        for at in arc.iter().step_by(stride) {
            let near = tree.locate_all_at_point(corner(*at));
            let others = near.map(|near| near.data).filter(|(other, _)| other != feature);
            let around = others.filter(|(_, polygon)| is_inside(*at, polygon));
            found.overlaps.extend(around.map(|(other, _)| (other.min(*feature), other.max(*feature))));
        }
    }
}

fn is_inside(at: Centimetre, polygon: &Polygon<Centimetre>) -> bool {
    place(at, &polygon.exterior) == Place::Inside && polygon.holes.iter().all(|hole| place(at, hole) == Place::Outside)
}

/// Rings that several areas leave free between them.
fn find_gaps(borders: &Borders, alone: &[(Step, usize)], found: &mut Found) {
    let ends = |step: Step| {
        let arc = borders.arcs.arc(step.arc());
        let (first, last) = (arc[0], arc[arc.len() - 1]);
        if step.is_backwards() { (last, first) } else { (first, last) }
    };
    let mut ways: HashMap<Centimetre, Vec<usize>> = HashMap::new();
    for (at, (step, _)) in alone.iter().enumerate() {
        ways.entry(ends(*step).0).or_default().push(at);
    }
    let mut used = vec![false; alone.len()];
    for first in 0..alone.len() {
        let (mut ring, mut owners, mut at) = (Vec::new(), BTreeSet::new(), first);
        while !used[at] {
            used[at] = true;
            let (step, owner) = alone[at];
            let arc = borders.arcs.arc(step.arc());
            if step.is_backwards() {
                ring.extend(arc.iter().rev().skip(1));
            } else {
                ring.extend(&arc[1..]);
            }
            owners.insert(owner);
            let ways = ways.get(&ends(step).1).map_or(&[][..], Vec::as_slice);
            let Some(next) = rightmost(borders, alone, at, ways) else { break };
            at = next;
        }
        let is_closed = at == first && !ring.is_empty();
        let free_m2 = -area_m2(twice_area(&ring));
        if is_closed && owners.len() > 1 && free_m2 > 0.0 && 2.0 * free_m2 < GAP_WIDTH_M * length_m(&ring) {
            let owner = owners.first().copied().unwrap_or_default();
            found.gaps.entry(owner).or_default().push(free_m2);
        }
    }
}

/// Which of several ways out of a vertex has nothing between it and the way in, on the right.
fn rightmost(borders: &Borders, alone: &[(Step, usize)], way_in: usize, ways: &[usize]) -> Option<usize> {
    if let [only] = ways {
        return Some(*only);
    }
    let direction = |from: Centimetre, to: Centimetre| {
        let step = |from: i32, to: i32| f64::from(to) - f64::from(from);
        step(from.y(), to.y()).atan2(step(from.x(), to.x()))
    };
    let first_edge = |step: Step, is_reversed: bool| {
        let arc = borders.arcs.arc(step.arc());
        if step.is_backwards() == is_reversed { (arc[0], arc[1]) } else { (arc[arc.len() - 1], arc[arc.len() - 2]) }
    };
    let (at, back) = first_edge(alone[way_in].0, true);
    let turned = |way: &usize| {
        let (_, to) = first_edge(alone[*way].0, false);
        // counter-clockwise from the way in; the way in itself comes last
        let angle = (direction(at, to) - direction(at, back)).rem_euclid(std::f64::consts::TAU);
        if angle > 0.0 { angle } else { std::f64::consts::TAU }
    };
    ways.iter().copied().min_by(|a, b| turned(a).total_cmp(&turned(b)))
}

fn length_m(ring: &[Centimetre]) -> f64 {
    let lengths = crate::geo::edges(ring).map(|(a, b)| {
        let (a, b) = (a.to_mercator(), b.to_mercator());
        (a.x - b.x).hypot(a.y - b.y)
    });
    lengths.sum()
}
