//! Rings on an integer grid, whose left side is meant to be inside → valid polygons.
//!
//! Snapping moves vertices by up to half a step, so rings can collapse, touch or cross themselves. If an
//! exact test finds no contact between edges, rings are only sorted into exteriors and holes. Otherwise
//! what touches is parted where it does, and only what truly crosses goes through the overlay. All ways
//! keep the parts of the plane that the rings enclose at least once in the positive direction. As
//! the borders of neighbours cancel each other, every place stays covered by at least one of them.

use super::contact::{first_contact, has_contact};
use super::grid::{GridPosition, Place, place, tidy, twice_area};
use super::mend::{Fill, fill};
use super::touch::parted;
use super::{Polygon, Ring};

/// The polygons that tidied rings enclose: exteriors with a positive area, holes with a negative one.
/// Edges without contact among them, known beforehand, are named by `suspects`: if it is `None`, all
/// edges are looked at, else those with an end of which it says so.
#[must_use]
pub fn settle<P: GridPosition>(rings: Vec<Ring<P>>, suspects: Option<&dyn Fn(P) -> bool>) -> Vec<Polygon<P>> {
    if rings.is_empty() {
        return Vec::new();
    }
    let all: Vec<&[P]> = rings.iter().map(Vec::as_slice).collect();
    let contact = match suspects {
        Some(suspects) => has_contact(&all, suspects),
        None => first_contact(&all).is_some(),
    };
    if !contact {
        return sort_out(rings);
    }
    mended(parted(&all).unwrap_or_else(|| fill(&rings, Fill::Positive)))
}

/// What parting and overlay give, tidied: they may leave vertices in the middle of a spike of their own making.
#[must_use]
pub fn mended<P: GridPosition>(polygons: Vec<Polygon<P>>) -> Vec<Polygon<P>> {
    let usable = |ring: &mut Ring<P>| {
        tidy(ring);
        ring.len() >= 3 && twice_area(ring) != 0
    };
    let tidied = polygons.into_iter().filter_map(|mut polygon| {
        polygon.holes.retain_mut(usable);
        usable(&mut polygon.exterior).then_some(polygon)
    });
    tidied.collect()
}

/// Whether rings, each told to be an exterior or a hole of the exterior before it, already are the valid polygons that
/// [`settle`] would make of them.
#[must_use]
pub fn stands<P: GridPosition>(rings: &[(Ring<P>, bool)]) -> bool {
    if let [(ring, is_hole)] = rings {
        return !is_hole && twice_area(ring) > 0 && first_contact(&[ring]).is_none();
    }
    let mut polygons: Vec<Polygon<P>> = Vec::new();
    for (ring, is_hole) in rings {
        let last = polygons.last_mut().filter(|_| *is_hole);
        match (last, is_hole) {
            (Some(polygon), _) => polygon.holes.push(ring.clone()),
            (None, false) => polygons.push(Polygon { exterior: ring.clone(), holes: Vec::new() }),
            (None, true) => return false,
        }
    }
    let all: Vec<&[P]> = rings.iter().map(|(ring, _)| ring.as_slice()).collect();
    first_contact(&all).is_none() && sort_out(rings.iter().map(|(ring, _)| ring.clone()).collect()) == polygons
}

/// Sorts rings that have no contact into exteriors and their holes. A ring counts only if it divides
/// what is enclosed from what is not: simplification can turn a ring inside out, or leave a part
/// inside another.
fn sort_out<P: GridPosition>(rings: Vec<Ring<P>>) -> Vec<Polygon<P>> {
    let mut rings: Vec<Sorted<P>> = rings.into_iter().map(Sorted::of).collect();
    if rings.len() == 1 {
        let only = rings.pop().filter(|only| only.twice_area > 0);
        return only.map(|only| Polygon { exterior: only.ring, holes: Vec::new() }).into_iter().collect();
    }
    let winding = |inner: &Sorted<P>| rings.iter().filter(|outer| outer.encloses(inner)).map(Sorted::sign).sum();
    let roles = rings.iter().map(|ring| {
        let outside: i64 = winding(ring);
        match (outside > 0, outside + ring.sign() > 0) {
            (false, true) => Role::Exterior,
            (true, false) => Role::Hole,
            _ => Role::None,
        }
    });
    let roles: Vec<Role> = roles.collect();
    let owners: Vec<Option<usize>> = (0..rings.len()).map(|ring| owner(ring, &rings, &roles)).collect();
    let mut polygons: Vec<(usize, Polygon<P>)> = Vec::new();
    for (at, ring) in rings.iter_mut().enumerate().filter(|(at, _)| roles[*at] == Role::Exterior) {
        polygons.push((at, Polygon { exterior: std::mem::take(&mut ring.ring), holes: Vec::new() }));
    }
    for (ring, owner) in rings.into_iter().zip(owners) {
        let owner = owner.and_then(|owner| polygons.iter_mut().find(|(at, _)| *at == owner));
        if let Some((_, polygon)) = owner {
            polygon.holes.push(ring.ring);
        }
    }
    polygons.into_iter().map(|(_, polygon)| polygon).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Exterior,
    Hole,
    None,
}

/// The smallest exterior around a hole.
fn owner<P: GridPosition>(hole: usize, rings: &[Sorted<P>], roles: &[Role]) -> Option<usize> {
    let around = |at: &usize| roles[*at] == Role::Exterior && rings[*at].encloses(&rings[hole]);
    let exteriors = (0..rings.len()).filter(|_| roles[hole] == Role::Hole).filter(around);
    exteriors.min_by_key(|at| rings[*at].twice_area)
}

/// A ring with what is asked about it often.
struct Sorted<P> {
    ring: Ring<P>,
    twice_area: i128,
    low: (i32, i32),
    high: (i32, i32),
}

impl<P: GridPosition> Sorted<P> {
    fn of(ring: Ring<P>) -> Self {
        let start = (ring[0].x(), ring[0].y());
        let (low, high) = ring.iter().fold((start, start), |(low, high), at| {
            ((low.0.min(at.x()), low.1.min(at.y())), (high.0.max(at.x()), high.1.max(at.y())))
        });
        Self { twice_area: twice_area(&ring), ring, low, high }
    }

    fn sign(&self) -> i64 {
        if self.twice_area > 0 { 1 } else { -1 }
    }

    /// Whether the other ring lies inside; as they have no contact, one vertex speaks for it.
    fn encloses(&self, inner: &Self) -> bool {
        let at = inner.ring[0];
        !std::ptr::eq(self, inner)
            && (self.low.0..=self.high.0).contains(&at.x())
            && (self.low.1..=self.high.1).contains(&at.y())
            && place(at, &self.ring) == Place::Inside
    }
}
